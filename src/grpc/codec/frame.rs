//! Frames of a stream: as bytes in and out, and taken apart into items.

use bytes::{Buf, BufMut, Bytes};
use prost::Message;
use tonic::{
    Status,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

use super::wire::{Fields, Unusual, chunk_len, put_chunk_head};
use crate::grpc::{
    limits::MAX_FRAME_ITEMS,
    proto::{EvaluationItem, EvaluationItems, StreamEvaluateRequest, stream_evaluate_request::Frame},
};

/// Hands frames through as the bytes they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrameCodec;

impl Codec for FrameCodec {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for FrameCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, frame: Bytes, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.reserve(frame.len());
        to.put(frame);
        Ok(())
    }
}

impl Decoder for FrameCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}

/// The items of a frame, each as it was sent.
#[derive(Clone, Debug)]
pub struct Items<'a>(Fields<'a>);

/// The items of a frame that has 1 to [`MAX_FRAME_ITEMS`] of them and nothing else.
///
/// # Errors
/// When it is any other frame.
pub fn items(frame: &[u8]) -> Result<Items<'_>, Unusual> {
    let mut fields = Fields::new(frame);
    let items = Items(fields.message(2)?.ok_or(Unusual)?);
    fields.end()?;
    let mut rest = items.clone();
    let count = rest.by_ref().count();
    rest.0.end()?;
    if (1..=MAX_FRAME_ITEMS).contains(&count) { Ok(items) } else { Err(Unusual) }
}

impl<'a> Iterator for Items<'a> {
    type Item = &'a [u8];

    /// Stops early at anything else than an item, and leaves it.
    fn next(&mut self) -> Option<&'a [u8]> {
        let mut fields = self.0;
        let item = fields.chunk(1).ok()??;
        self.0 = fields;
        Some(item)
    }
}

/// A frame by the generated types.
///
/// # Errors
/// In the words that tonic has for a message that can't be decoded.
pub(in crate::grpc) fn decode(frame: impl Buf) -> Result<StreamEvaluateRequest, Status> {
    StreamEvaluateRequest::decode(frame).map_err(|error| Status::internal(error.to_string()))
}

/// One item by the generated types, as they decode it in its frame: so deep down, and with nothing after it.
pub(in crate::grpc) fn decode_item(item: &[u8]) -> Option<EvaluationItem> {
    let mut head = Vec::new();
    put_chunk_head(2, chunk_len(item.len()), &mut head);
    put_chunk_head(1, item.len(), &mut head);
    match decode(head.chain(item)).ok()?.frame? {
        Frame::Items(EvaluationItems { items }) => items.into_iter().next(),
        Frame::Target(_) => None,
    }
}
