//! HTTP/2 by hand: frames as the bytes they are, so that a test can break the rules.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;
pub const ACK: u8 = 1;

pub const FRAME_SIZE_ERROR: u32 = 6;
pub const ENHANCE_YOUR_CALM: u32 = 11;

/// How long a test waits for what has to come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A frame that came.
#[derive(Debug)]
pub struct Frame {
    pub kind: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

/// A connection.
pub struct Raw {
    pub socket: TcpStream,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With these words of the server: the code of its last GOAWAY.
    Told(u32),
    /// Without a word.
    Cut,
}

/// The bytes of a frame.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The headers of a call of this path, with one more that is `more` bytes long.
pub fn headers(path: &str, more: usize) -> Vec<u8> {
    let mut block = vec![0x83, 0x86];
    let mut literal = |name: &[u8], value: &[u8]| {
        block.extend(name);
        length(value.len(), &mut block);
        block.extend(value);
    };
    literal(&[0x04], path.as_bytes());
    literal(&[0x01], b"localhost");
    literal(&[0x0f, 0x10], b"application/grpc");
    literal(b"\x00\x02te", b"trailers");
    if more > 0 {
        literal(b"\x00\x06x-more", &vec![b'x'; more]);
    }
    block
}

/// A length as HPACK has it, in seven bits and as many bytes as it takes.
fn length(mut length: usize, to: &mut Vec<u8>) {
    if length < 127 {
        to.push(u8::try_from(length).unwrap());
        return;
    }
    to.push(127);
    length -= 127;
    while length >= 128 {
        to.push(u8::try_from(length & 127).unwrap() | 128);
        length >>= 7;
    }
    to.push(u8::try_from(length).unwrap());
}

impl Raw {
    /// A connection on which nothing was said.
    pub async fn silent(address: SocketAddr) -> Self {
        Self { socket: TcpStream::connect(address).await.unwrap() }
    }

    /// One that has begun.
    pub async fn begin(address: SocketAddr) -> Self {
        let mut raw = Self::silent(address).await;
        raw.say(&[PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()).await.unwrap();
        raw
    }

    pub async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        timeout(PATIENCE, self.socket.write_all(bytes)).await.expect("taken")
    }

    /// The next frame; none at the end.
    pub async fn hear(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        let came = timeout(PATIENCE, self.socket.read_exact(&mut head)).await.expect("something comes, or the end");
        came.ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        timeout(PATIENCE, self.socket.read_exact(&mut payload)).await.expect("the frame comes").ok()?;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        Some(Frame { kind: head[3], stream, payload })
    }

    /// The next frame of this kind, whatever comes before it; none at the end.
    pub async fn hear_of(&mut self, kind: u8) -> Option<Frame> {
        loop {
            let frame = self.hear().await?;
            if frame.kind == kind {
                return Some(frame);
            }
        }
    }

    /// Hears the connection to its end.
    pub async fn end(&mut self) -> End {
        let mut end = End::Cut;
        while let Some(frame) = self.hear().await {
            if frame.kind == GOAWAY {
                end = End::Told(u32::from_be_bytes(frame.payload[4..8].try_into().unwrap()));
            }
        }
        end
    }
}
