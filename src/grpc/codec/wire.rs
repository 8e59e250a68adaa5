//! The fields of a message read off the wire and put on it, in the one order in which encoders write them.

use bytes::BufMut;

use crate::grpc::proto::Date;

/// The wire type of numbers of varying length.
const VARINT: u32 = 0;
/// The wire type of numbers of eight bytes.
const FIXED64: u32 = 1;
/// The wire type of texts, messages and packed lists.
const CHUNK: u32 = 2;

/// Something about an item or its frame is wrong, or not as encoders write it. What, is the generated types' to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("wrong or unusual")]
pub struct Unusual;

/// What is left of a message. Fields are asked for by their number, in the order of their numbers. One that is not the next is
/// unset; so whatever was not asked for in its turn is left at the [`end`](Self::end), and the message is unusual.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self(message)
    }

    /// Sees that all was asked for.
    #[inline]
    pub(super) fn end(self) -> Result<(), Unusual> {
        if self.0.is_empty() { Ok(()) } else { Err(Unusual) }
    }

    /// Takes the key of a field, if it is the next.
    #[inline]
    fn take_key(&mut self, number: u32, wire_type: u32) -> bool {
        let key = number << 3 | wire_type;
        let rest = match (self.0, key_bytes(key)) {
            ([first, rest @ ..], (only, None)) if *first == only => rest,
            ([first, second, rest @ ..], (low, Some(high))) if *first == low && *second == high => rest,
            _ => return false,
        };
        self.0 = rest;
        true
    }

    /// A number of varying length, in ten bytes at most. It need not be the shortest way to write it.
    #[inline]
    fn take_varint(&mut self) -> Result<u64, Unusual> {
        match self.0 {
            [only @ ..0x80, rest @ ..] => {
                self.0 = rest;
                Ok((*only).into())
            }
            [low, high @ ..0x80, rest @ ..] => {
                self.0 = rest;
                Ok(u64::from(low & 0x7f) | u64::from(*high) << 7)
            }
            bytes => {
                let (value, rest) = long_varint(bytes).ok_or(Unusual)?;
                self.0 = rest;
                Ok(value)
            }
        }
    }

    #[inline]
    fn take_chunk(&mut self) -> Result<&'a [u8], Unusual> {
        let length = usize::try_from(self.take_varint()?).map_err(|_| Unusual)?;
        let (chunk, rest) = self.0.split_at_checked(length).ok_or(Unusual)?;
        self.0 = rest;
        Ok(chunk)
    }

    /// A number of varying length that may be unset.
    #[inline]
    fn varint(&mut self, number: u32) -> Result<Option<u64>, Unusual> {
        if self.take_key(number, VARINT) { self.take_varint().map(Some) } else { Ok(None) }
    }

    /// An `optional int32`.
    #[inline]
    pub(super) fn optional_int32(&mut self, number: u32) -> Result<Option<i32>, Unusual> {
        Ok(self.varint(number)?.map(low_bits))
    }

    /// An `int32` or an enum.
    #[inline]
    pub(super) fn int32(&mut self, number: u32) -> Result<i32, Unusual> {
        Ok(self.varint(number)?.map_or(0, low_bits))
    }

    /// An `optional int64`.
    #[inline]
    pub(super) fn optional_int64(&mut self, number: u32) -> Result<Option<i64>, Unusual> {
        Ok(self.varint(number)?.map(u64::cast_signed))
    }

    /// An `int64`.
    #[inline]
    pub(super) fn int64(&mut self, number: u32) -> Result<i64, Unusual> {
        Ok(self.varint(number)?.map_or(0, u64::cast_signed))
    }

    /// An `optional double`.
    #[inline]
    pub(super) fn optional_double(&mut self, number: u32) -> Result<Option<f64>, Unusual> {
        if !self.take_key(number, FIXED64) {
            return Ok(None);
        }
        let (bytes, rest) = self.0.split_first_chunk().ok_or(Unusual)?;
        self.0 = rest;
        Ok(Some(f64::from_le_bytes(*bytes)))
    }

    /// A `double`.
    #[inline]
    pub(super) fn double(&mut self, number: u32) -> Result<f64, Unusual> {
        Ok(self.optional_double(number)?.unwrap_or_default())
    }

    /// The bytes of a text or a message, one that may be unset or the next of a list.
    #[inline]
    pub(super) fn chunk(&mut self, number: u32) -> Result<Option<&'a [u8]>, Unusual> {
        if self.take_key(number, CHUNK) { self.take_chunk().map(Some) } else { Ok(None) }
    }

    /// A message that may be unset, or the next of a list.
    #[inline]
    pub(super) fn message(&mut self, number: u32) -> Result<Option<Self>, Unusual> {
        Ok(self.chunk(number)?.map(Self))
    }

    /// A `string`.
    #[inline]
    pub(super) fn text(&mut self, number: u32) -> Result<&'a str, Unusual> {
        match self.chunk(number)? {
            Some(text) => str::from_utf8(text).map_err(|_| Unusual),
            None => Ok(""),
        }
    }

    /// A field of number 1 to 15 that is a date as most are: a year in two bytes, a month and a day in one each.
    #[inline]
    pub(super) fn usual_date(&mut self, number: u8) -> Option<Date> {
        let [key, 7, 0x08, low @ 0x80..=0xff, high @ ..0x80, 0x10, month @ ..0x80, 0x18, day @ ..0x80, rest @ ..] =
            self.0
        else {
            return None;
        };
        if *key != number << 3 | 2 {
            return None;
        }
        self.0 = rest;
        let year = i32::from(low & 0x7f) | i32::from(*high) << 7;
        Some(Date { year, month: (*month).into(), day: (*day).into() })
    }

    /// The whole end of a spell of work, from `paid` on, as most are: every answer given, each in one byte.
    #[inline]
    pub(super) fn usual_word(self) -> Option<[i32; 7]> {
        let [
            0x30,
            paid @ ..0x80,
            0x3a,
            6,
            0x08,
            lead @ ..0x80,
            0x10,
            main @ ..0x80,
            0x18,
            essential @ ..0x80,
            0x40,
            own @ ..0x80,
            0x48,
            authorized @ ..0x80,
            0x50,
            student @ ..0x80,
        ] = self.0
        else {
            return None;
        };
        Some([paid, lead, main, essential, own, authorized, student].map(|answer| i32::from(*answer)))
    }

    /// The next of a packed list of enums; for the list as a message.
    #[inline]
    pub(super) fn packed_enum(&mut self) -> Result<Option<i32>, Unusual> {
        if self.0.is_empty() { Ok(None) } else { self.take_varint().map(low_bits).map(Some) }
    }
}

/// The bytes of a key, of which there are one or two.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "cut to seven bits each; numbers go to 2,047")]
fn key_bytes(key: u32) -> (u8, Option<u8>) {
    if key < 0x80 { (key as u8, None) } else { (key as u8 | 0x80, Some((key >> 7) as u8)) }
}

/// The 32 bits of a number that are its value as an `int32` or an enum.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "as the wire format has it")]
fn low_bits(number: u64) -> i32 {
    number as i32
}

/// A number of varying length of any size, and what comes after it.
#[inline(never)]
fn long_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (place, byte) in bytes.iter().enumerate().take(10) {
        // Of the tenth byte one bit is left in 64.
        if place == 9 && *byte > 1 {
            return None;
        }
        value |= u64::from(byte & 0x7f) << (7 * place);
        if *byte < 0x80 {
            return Some((value, bytes.get(place + 1..)?));
        }
    }
    None
}

/// Bytes of a number of varying length.
#[inline]
fn varint_len(number: u64) -> usize {
    prost::encoding::encoded_len_varint(number)
}

/// Bytes of a field of number 1 to 15 that is a text or a message of `len` bytes.
#[inline]
pub(super) fn chunk_len(len: usize) -> usize {
    1 + varint_len(len as u64) + len
}

/// Bytes of a field of number 1 to 15 that is a number of varying length.
#[inline]
pub(super) fn number_len(number: u64) -> usize {
    1 + varint_len(number)
}

/// Numbers, and what stands before texts and messages, in a place of their own: put one by one where they go, each would wait
/// for the one before it.
#[derive(Debug)]
pub(super) struct Heads {
    bytes: [u8; Self::ROOM],
    len: usize,
}

impl Default for Heads {
    fn default() -> Self {
        Self { bytes: [0; Self::ROOM], len: 0 }
    }
}

impl Heads {
    /// Room for four fields: a key in one byte, a number in ten at most.
    const ROOM: usize = 4 * 11;

    /// The bytes put so far.
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Puts a field of number 1 to 15 that is a number of varying length.
    #[inline]
    pub(super) fn number(&mut self, field: u8, number: u64) {
        self.byte(field << 3);
        self.varint(number);
    }

    /// Puts what stands before a text or a message of `len` bytes, of number 1 to 15.
    #[inline]
    pub(super) fn chunk(&mut self, field: u8, len: usize) {
        self.byte(field << 3 | 2);
        self.varint(len as u64);
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "cut to seven bits each")]
    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    #[inline]
    fn byte(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
    }
}

/// Puts what stands before a text or a message of `len` bytes.
#[inline]
pub(super) fn put_chunk_head(field: u8, len: usize, to: &mut impl BufMut) {
    let mut head = Heads::default();
    head.chunk(field, len);
    to.put_slice(head.bytes());
}
