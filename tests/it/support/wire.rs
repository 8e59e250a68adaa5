//! Messages on the wire taken apart by their descriptors, changed as no encoder would, and put together again.

use std::sync::LazyLock;

use express_entry::grpc::proto::DESCRIPTORS;
use proptest::{prelude::*, sample::Index};
use prost_reflect::{DescriptorPool, Kind, MessageDescriptor};

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| DescriptorPool::decode(DESCRIPTORS).unwrap());

/// The fields of a message, or bytes that stand between fields.
#[derive(Clone, Debug)]
enum Part {
    Varint(u32, u64),
    Fixed64(u32, [u8; 8]),
    Chunk(u32, Vec<u8>),
    Message(u32, Vec<Part>),
    /// A part of which the key, the length or the number is written in this many bytes more than it takes.
    Padded(usize, Box<Part>),
    Bytes(Vec<u8>),
}

/// A change to one message of a frame, chosen by an index. Those that name a part choose it by another.
#[derive(Clone, Debug)]
pub enum Change {
    /// Says a part again at the end.
    Repeat(Index),
    Drop(Index),
    Reverse,
    /// Sends a part that is a message in two pieces.
    Split(Index),
    /// Adds a field that there is not: a number, a text, four bytes, or groups so many deep.
    Unknown(u8, usize),
    /// Adds a part of a known number and its own wire type or another one.
    Known(u32, u8, u64),
    /// Writes a number in a packed list, or a packed list as a text.
    Packed(Index),
    Number(Index, u64),
    Pad(Index, usize),
    Text(Index, Vec<u8>),
}

/// A change to the bytes of a frame.
#[derive(Clone, Debug)]
pub enum Damage {
    Cut(Index),
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
}

pub fn change() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    let number =
        || prop_oneof![0..4_u64, any::<u64>(), Just(1 << 32), Just(u64::MAX), (0..64_u32).prop_map(|bit| 1 << bit)];
    prop_oneof![
        index().prop_map(Change::Repeat),
        index().prop_map(Change::Drop),
        Just(Change::Reverse),
        index().prop_map(Change::Split),
        (0..5_u8, prop_oneof![1..4_usize, 90..110_usize]).prop_map(|(kind, depth)| Change::Unknown(kind, depth)),
        (1..40_u32, 0..6_u8, number()).prop_map(|(tag, wire, number)| Change::Known(tag, wire, number)),
        index().prop_map(Change::Packed),
        (index(), number()).prop_map(|(at, number)| Change::Number(at, number)),
        (index(), 1..11_usize).prop_map(|(at, bytes)| Change::Pad(at, bytes)),
        (index(), prop_oneof![Just(vec![0xff]), Just(vec![]), any::<[u8; 5]>().prop_map(Vec::from)])
            .prop_map(|(at, text)| Change::Text(at, text)),
    ]
}

pub fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<Index>;
    prop_oneof![
        index().prop_map(Damage::Cut),
        (index(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        (index(), prop::collection::vec(any::<u8>(), 1..6)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
    ]
}

/// The frame with `changes`, each to a message of it.
pub fn changed(frame: &[u8], changes: &[(Index, Change)]) -> Vec<u8> {
    let request = POOL.get_message_by_name("expressentry.v1.StreamEvaluateRequest").unwrap();
    let mut parts = parse(frame, &request);
    for (message, change) in changes {
        let mut left = message.index(count(&parts));
        apply(&mut parts, &mut left, change);
    }
    let mut bytes = Vec::new();
    for part in &parts {
        encode(part, 0, &mut bytes);
    }
    bytes
}

pub fn damaged(mut frame: Vec<u8>, damage: &[Damage]) -> Vec<u8> {
    for damage in damage {
        if frame.is_empty() {
            break;
        }
        match damage {
            Damage::Cut(at) => frame.truncate(at.index(frame.len())),
            Damage::Flip(at, byte) => {
                let at = at.index(frame.len());
                frame[at] = *byte;
            }
            Damage::Insert(at, bytes) => {
                let at = at.index(frame.len());
                frame.splice(at..at, bytes.iter().copied());
            }
        }
    }
    frame
}

fn varint(bytes: &mut &[u8]) -> u64 {
    prost::encoding::decode_varint(bytes).unwrap()
}

/// What an encoder has made, so that nothing is odd about it.
fn parse(mut bytes: &[u8], message: &MessageDescriptor) -> Vec<Part> {
    let mut parts = Vec::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes);
        let tag = u32::try_from(key >> 3).unwrap();
        parts.push(match key & 7 {
            0 => Part::Varint(tag, varint(&mut bytes)),
            1 => {
                let (number, rest) = bytes.split_first_chunk().unwrap();
                bytes = rest;
                Part::Fixed64(tag, *number)
            }
            2 => {
                let length = usize::try_from(varint(&mut bytes)).unwrap();
                let (chunk, rest) = bytes.split_at(length);
                bytes = rest;
                match message.get_field(tag).unwrap().kind() {
                    Kind::Message(inner) => Part::Message(tag, parse(chunk, &inner)),
                    _ => Part::Chunk(tag, chunk.to_vec()),
                }
            }
            other => panic!("wire type {other}"),
        });
    }
    parts
}

/// Messages in the parts, the one that they make themselves included.
fn count(parts: &[Part]) -> usize {
    1 + parts.iter().map(|part| if let Part::Message(_, inner) = part { count(inner) } else { 0 }).sum::<usize>()
}

/// Applies the change to the message that `left` others come before.
fn apply(parts: &mut Vec<Part>, left: &mut usize, change: &Change) -> bool {
    if *left == 0 {
        apply_here(parts, change);
        return true;
    }
    *left -= 1;
    parts.iter_mut().any(|part| if let Part::Message(_, inner) = part { apply(inner, left, change) } else { false })
}

fn apply_here(parts: &mut Vec<Part>, change: &Change) {
    match change {
        Change::Reverse => parts.reverse(),
        Change::Unknown(kind, depth) => parts.push(match kind {
            0 => Part::Varint(90, 7),
            1 => Part::Chunk(91, b"unknown".to_vec()),
            2 => Part::Bytes(vec![0xe5, 0x05, 1, 2, 3, 4]),
            // Groups of the number 12 that end, and the last of which does not.
            3 => Part::Bytes([vec![0x63; *depth], vec![0x64; *depth]].concat()),
            _ => Part::Bytes([vec![0x63; *depth], vec![0x64; depth - 1]].concat()),
        }),
        Change::Known(tag, wire, number) => parts.push(match wire {
            0 | 5 => Part::Varint(*tag, *number),
            1 => Part::Fixed64(*tag, number.to_le_bytes()),
            2 => Part::Chunk(*tag, vec![]),
            3 => Part::Chunk(*tag, number.to_le_bytes()[..(number % 8) as usize].to_vec()),
            _ => Part::Message(*tag, vec![Part::Varint(1, *number)]),
        }),
        _ if parts.is_empty() => {}
        Change::Repeat(at) => parts.push(parts[at.index(parts.len())].clone()),
        Change::Drop(at) => {
            parts.remove(at.index(parts.len()));
        }
        Change::Split(at) => {
            let at = at.index(parts.len());
            if let Part::Message(tag, inner) = &mut parts[at] {
                let second = Part::Message(*tag, inner.split_off(inner.len() / 2));
                parts.push(second);
            }
        }
        Change::Packed(at) => {
            let at = at.index(parts.len());
            parts[at] = match parts[at].clone() {
                Part::Varint(tag, number) => {
                    let mut packed = Vec::new();
                    prost::encoding::encode_varint(number, &mut packed);
                    Part::Chunk(tag, packed)
                }
                Part::Chunk(tag, packed) if !packed.is_empty() => {
                    let (last, others) = packed.split_last().unwrap();
                    parts.push(Part::Varint(tag, (*last).into()));
                    Part::Chunk(tag, others.to_vec())
                }
                other => other,
            };
        }
        Change::Number(at, number) => {
            let at = at.index(parts.len());
            match &mut parts[at] {
                Part::Varint(_, old) => *old = *number,
                Part::Fixed64(_, old) => *old = number.to_le_bytes(),
                _ => {}
            }
        }
        Change::Pad(at, bytes) => {
            let at = at.index(parts.len());
            parts[at] = Part::Padded(*bytes, Box::new(parts[at].clone()));
        }
        Change::Text(at, text) => {
            let at = at.index(parts.len());
            if let Part::Chunk(_, old) = &mut parts[at] {
                old.clone_from(text);
            }
        }
    }
}

fn encode(part: &Part, padding: usize, to: &mut Vec<u8>) {
    let key = |tag: u32, wire: u32, to: &mut Vec<u8>| pad(u64::from(tag << 3 | wire), padding, to);
    match part {
        Part::Varint(tag, number) => {
            key(*tag, 0, to);
            pad(*number, padding, to);
        }
        Part::Fixed64(tag, bytes) => {
            key(*tag, 1, to);
            to.extend(bytes);
        }
        Part::Chunk(tag, chunk) => {
            key(*tag, 2, to);
            pad(chunk.len() as u64, padding, to);
            to.extend(chunk);
        }
        Part::Message(tag, inner) => {
            let mut chunk = Vec::new();
            for part in inner {
                encode(part, 0, &mut chunk);
            }
            encode(&Part::Chunk(*tag, chunk), padding, to);
        }
        Part::Padded(bytes, part) => encode(part, padding + bytes, to),
        Part::Bytes(bytes) => to.extend(bytes),
    }
}

/// A number of varying length in so many bytes more than it takes.
fn pad(number: u64, bytes: usize, to: &mut Vec<u8>) {
    prost::encoding::encode_varint(number, to);
    if bytes > 0 {
        *to.last_mut().unwrap() |= 0x80;
        to.extend(vec![0x80; bytes - 1]);
        to.push(0);
    }
}
