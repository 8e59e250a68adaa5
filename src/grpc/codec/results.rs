//! Results encoded as they are found, byte for byte as the generated types would.

use std::fmt::Write;

use bytes::{Buf, Bytes, BytesMut};
use prost::Message;

use super::wire::{Heads, chunk_len, number_len, put_chunk_head};
use crate::{
    grpc::{proto::EvaluationResult, to_proto},
    model::Evaluation,
};

/// Bytes of a frame from which on its memory is given back, so that an idle stream holds little.
const KEPT_BYTES: usize = 64 << 10;

/// A frame of results, a `StreamEvaluateResponse`, in the making.
#[derive(Debug, Default)]
pub struct Results {
    /// The results so far, after [`HEAD_ROOM`]; empty when there are none.
    body: BytesMut,
    /// The missing fields of one result, encoded.
    missing: Vec<u8>,
    /// One of them.
    path: String,
}

/// Bytes before the first result, for what stands before the results of a frame: a key, and a length below 2^35. So a frame is
/// made where it goes out from, and never moved.
const HEAD_ROOM: usize = 6;

impl Results {
    /// Bytes of the frame so far.
    pub fn size(&self) -> usize {
        self.body.len().saturating_sub(HEAD_ROOM)
    }

    /// Drops what was not taken.
    pub fn clear(&mut self) {
        self.body.clear();
    }

    /// Adds a result as the generated types hold it.
    pub fn add(&mut self, result: &EvaluationResult) {
        self.begin();
        put_chunk_head(1, result.encoded_len(), &mut self.body);
        // There is always room in a growing buffer.
        let _ = result.encode(&mut self.body);
    }

    /// Adds the result of an item with this `evaluation`, without its reasons.
    pub fn add_evaluation(&mut self, sequence: i64, correlation_id: &str, profile_id: &str, evaluation: &Evaluation) {
        self.missing.clear();
        for field in &evaluation.missing_fields {
            self.path.clear();
            // Writing to a text does not fail.
            let _ = write!(self.path, "{field}");
            put_text(9, &self.path, &mut self.missing);
        }
        let verdict = to_proto::verdict(evaluation.verdict) as u64;
        let crs = evaluation.crs.map(|(score, basis)| (wide(score.points()), to_proto::fact_basis(basis) as u64));
        let margin = evaluation.crs_margin.map(wide);
        let sequence = sequence.cast_unsigned();

        let crs_len = crs.map_or(0, |(score, basis)| number_len(score) + number_len(basis));
        let told = text_len(profile_id) + number_len(verdict) + crs_len + margin.map_or(0, number_len);
        let evaluation_len = told + self.missing.len();
        let sequence_len = if sequence == 0 { 0 } else { number_len(sequence) };
        let len = sequence_len + text_len(correlation_id) + chunk_len(evaluation_len);

        self.begin();
        let to = &mut self.body;
        to.reserve(chunk_len(len));
        let mut heads = Heads::default();
        heads.chunk(1, len);
        if sequence != 0 {
            heads.number(1, sequence);
        }
        if !correlation_id.is_empty() {
            heads.chunk(2, correlation_id.len());
        }
        to.extend_from_slice(heads.bytes());
        to.extend_from_slice(correlation_id.as_bytes());
        let mut heads = Heads::default();
        heads.chunk(3, evaluation_len);
        if !profile_id.is_empty() {
            heads.chunk(1, profile_id.len());
        }
        to.extend_from_slice(heads.bytes());
        to.extend_from_slice(profile_id.as_bytes());
        let mut heads = Heads::default();
        heads.number(2, verdict);
        if let Some((score, basis)) = crs {
            heads.number(4, score);
            heads.number(5, basis);
        }
        if let Some(margin) = margin {
            heads.number(6, margin);
        }
        to.extend_from_slice(heads.bytes());
        to.extend_from_slice(&self.missing);
    }

    /// The frame; none when it has no result.
    pub fn take(&mut self) -> Option<Bytes> {
        if self.body.is_empty() {
            return None;
        }
        let mut head = Heads::default();
        head.chunk(2, self.size());
        let before = HEAD_ROOM - head.bytes().len();
        let mut frame = self.body.split();
        if let Some(place) = frame.get_mut(before..HEAD_ROOM) {
            place.copy_from_slice(head.bytes());
        }
        frame.advance(before);
        if frame.len() > KEPT_BYTES {
            *self = Self::default();
        }
        Some(frame.freeze())
    }

    /// Leaves room for what stands before the first result.
    #[inline]
    fn begin(&mut self) {
        if self.body.is_empty() {
            self.body.resize(HEAD_ROOM, 0);
        }
    }
}

/// A number as the wire has it, its sign spread over 64 bits.
fn wide(number: i32) -> u64 {
    i64::from(number).cast_unsigned()
}

/// An empty text is not told.
fn text_len(text: &str) -> usize {
    if text.is_empty() { 0 } else { chunk_len(text.len()) }
}

fn put_text(field: u8, text: &str, to: &mut Vec<u8>) {
    if !text.is_empty() {
        put_chunk_head(field, text.len(), to);
        to.extend_from_slice(text.as_bytes());
    }
}
