//! Whether a client has begun to speak HTTP/2: its preface and its settings are there.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Bytes of the preface, and of the head of a frame.
const PREFACE: usize = 24;
const HEAD: usize = 9;

/// Whether a client has begun.
#[derive(Clone, Debug, Default)]
pub(super) struct Begun(Arc<AtomicBool>);

impl Begun {
    pub(super) fn is_so(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Is told all that the client sends.
    pub(super) fn listener(&self) -> impl FnMut(&[u8]) + use<> {
        let (begun, mut heard) = (self.clone(), Heard::default());
        move |bytes| {
            if !begun.is_so() && heard.take(bytes) {
                begun.0.store(true, Ordering::Relaxed);
            }
        }
    }
}

/// What was heard of a beginning.
#[derive(Default)]
struct Heard {
    bytes: usize,
    /// The length of the first frame, as far as it was heard.
    length: usize,
}

impl Heard {
    /// Takes what comes next; true when the beginning is complete.
    fn take(&mut self, bytes: &[u8]) -> bool {
        // The head of the first frame begins with three bytes of its length.
        for (place, byte) in (self.bytes..).zip(bytes).take_while(|(place, _)| *place < PREFACE + 3) {
            if place >= PREFACE {
                self.length = self.length << 8 | usize::from(*byte);
            }
        }
        self.bytes += bytes.len();
        self.bytes >= PREFACE + HEAD + self.length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_the_preface_and_the_whole_first_frame_in_whatever_pieces() {
        let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        for length in [0, 6, 300] {
            let frame = [0, u8::try_from(length >> 8).unwrap(), u8::try_from(length & 255).unwrap(), 4, 0, 0, 0, 0, 0];
            let bytes = [&preface[..], &frame, &vec![7; length]].concat();
            for piece in [1, 2, 5, 26, bytes.len()] {
                let mut heard = Heard::default();
                let complete: Vec<bool> = bytes.chunks(piece).map(|bytes| heard.take(bytes)).collect();
                let (last, before) = complete.split_last().unwrap();
                assert!(*last && !before.contains(&true), "{length} bytes in pieces of {piece}: {complete:?}");
            }
        }
    }
}
