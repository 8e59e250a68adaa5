//! The codec of all methods whose messages are the generated types.

use std::marker::PhantomData;

use bytes::Buf;
use prost::{DecodeError, Message};
use tonic::{
    Status,
    codec::{BufferSettings, Codec, DecodeBuf, Decoder},
};
use tonic_prost::{ProstCodec, ProstEncoder};

/// Bytes of room that a call begins with for its request, and again for its answer: most fit, and larger ones make themselves more. The
/// usual 8 KiB are many times what nearly every message takes, and a size that the allocator has to look for.
const ROOM: usize = 512;

/// Bytes of answers that go out together, as is usual.
const TOGETHER: usize = 32 << 10;

/// As `tonic_prost::ProstCodec`, with buffers as large as most messages, and reading a message from the one piece in which it lies, which takes
/// six tenths of the instructions.
#[derive(Clone, Debug)]
pub(super) struct MessageCodec<T, U>(PhantomData<(T, U)>);

/// Reads messages.
#[derive(Clone, Debug)]
pub(super) struct MessageDecoder<U>(PhantomData<U>);

impl<T, U> Default for MessageCodec<T, U> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<T, U> Codec for MessageCodec<T, U>
where
    T: Message + Send + 'static,
    U: Message + Default + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = ProstEncoder<T>;
    type Decoder = MessageDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        ProstCodec::<T, U>::raw_encoder(BufferSettings::new(ROOM, TOGETHER))
    }

    fn decoder(&mut self) -> Self::Decoder {
        MessageDecoder(PhantomData)
    }
}

impl<U: Message + Default> Decoder for MessageDecoder<U> {
    type Item = U;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        let bytes = from.remaining();
        let message = match from.chunk() {
            whole if whole.len() == bytes => U::decode(whole),
            _ => U::decode(from.copy_to_bytes(bytes)),
        };
        from.advance(from.remaining());
        message.map(Some).map_err(|malformed: DecodeError| Status::internal(malformed.to_string()))
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::new(ROOM, TOGETHER)
    }
}
