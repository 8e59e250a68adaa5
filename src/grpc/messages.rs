//! The codec of all methods whose messages are the generated types.

use std::marker::PhantomData;

use prost::Message;
use tonic::codec::{BufferSettings, Codec};
use tonic_prost::{ProstCodec, ProstDecoder, ProstEncoder};

/// Room that a call begins with for its request, and for its answer: most fit, and larger ones make themselves more. The 8 KiB that is
/// usual is twice that of nearly every call, and takes an allocator out of its stride.
const ROOM: usize = 512;

/// Bytes of answers that go out together, as is usual.
const TOGETHER: usize = 32 << 10;

/// `tonic_prost::ProstCodec`, with buffers as large as most messages.
#[derive(Clone, Debug)]
pub(super) struct MessageCodec<T, U>(PhantomData<(T, U)>);

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
    type Decoder = ProstDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        ProstCodec::<T, U>::raw_encoder(BufferSettings::new(ROOM, TOGETHER))
    }

    fn decoder(&mut self) -> Self::Decoder {
        ProstCodec::<T, U>::raw_decoder(BufferSettings::new(ROOM, TOGETHER))
    }
}
