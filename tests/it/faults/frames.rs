//! Bytes that are not what they should be.

use super::{INFO, others_are_served};
use crate::support::{
    raw::{
        CONTINUATION, END_HEADERS, END_STREAM, End, FRAME_SIZE_ERROR, GOAWAY, HEADERS, RST_STREAM, Raw, frame, headers,
    },
    server::TestServer,
};

/// What is not HTTP/2 is closed as soon as that shows, and others are served.
#[tokio::test]
async fn garbage_before_the_preface_is_closed_at_once() {
    let server = TestServer::start().await;
    let garbage: [&[u8]; 4] = [
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        // A TLS client that greets a plaintext server.
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\x00",
        &[0; 64],
    ];
    for bytes in garbage {
        let mut raw = Raw::silent(server.address).await;
        raw.say(bytes).await.unwrap();
        raw.end().await;
    }
    others_are_served(&server).await;
}

/// A frame longer than the settings allow ends its connection with FRAME_SIZE_ERROR, before it is taken in.
#[tokio::test]
async fn an_oversized_frame_ends_the_connection() {
    let server = TestServer::start().await;
    let mut raw = Raw::begin(server.address).await;
    raw.say(&frame(HEADERS, END_HEADERS, 1, &headers(INFO, 0))).await.unwrap();
    // The head alone says that 16 MiB are to come.
    raw.say(&[0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1]).await.unwrap();
    assert_eq!(raw.end().await, End::Told(FRAME_SIZE_ERROR));
    others_are_served(&server).await;
}

/// Metadata of more than 16 KiB ends its call, and the connection goes on.
#[tokio::test]
async fn oversized_metadata_ends_its_call() {
    let server = TestServer::start().await;
    let mut raw = Raw::begin(server.address).await;
    let head = headers(INFO, 17 << 10);
    let (first, rest) = head.split_at(16_000);
    raw.say(&frame(HEADERS, END_STREAM, 1, first)).await.unwrap();
    raw.say(&frame(CONTINUATION, END_HEADERS, 1, rest)).await.unwrap();
    loop {
        let answer = raw.hear().await.expect("the connection goes on");
        assert!(answer.kind != GOAWAY, "{answer:?}");
        if answer.stream == 1 && [HEADERS, RST_STREAM].contains(&answer.kind) {
            // An answer of status 200 begins with this byte.
            assert_ne!(answer.payload[0], 0x88, "it is taken");
            break;
        }
    }
    raw.say(&frame(HEADERS, END_HEADERS | END_STREAM, 3, &headers(INFO, 0))).await.unwrap();
    assert_eq!(raw.hear_of(HEADERS).await.unwrap().stream, 3, "the next call is answered");
}

/// Metadata without an end (CVE-2024-27316) ends its connection, long before a mebibyte of it is there.
#[tokio::test]
async fn endless_metadata_ends_the_connection() {
    let server = TestServer::start().await;
    let mut raw = Raw::begin(server.address).await;
    let head = headers(INFO, 2 << 20);
    let mut parts = head.chunks(16_000);
    raw.say(&frame(HEADERS, END_STREAM, 1, parts.next().unwrap())).await.unwrap();
    for part in parts {
        if raw.say(&frame(CONTINUATION, 0, 1, part)).await.is_err() {
            break;
        }
    }
    // Nothing that was said ends the metadata, so that only the server can have ended this.
    raw.end().await;
    others_are_served(&server).await;
}
