//! More of something than anyone needs.

use std::time::{Duration, Instant};

use express_entry::grpc::Limits;
use tokio::time::timeout;

use super::{EVALUATE, INFO, others_are_served, serve};
use crate::support::{
    process::Process,
    raw::{
        ACK, DATA, END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, End, HEADERS, PING, RST_STREAM, Raw, SETTINGS,
        WINDOW_UPDATE, frame, headers,
    },
    server::TestServer,
};

/// Streams that are opened and reset at once (CVE-2023-44487): the connection is closed with ENHANCE_YOUR_CALM, and others are served.
#[tokio::test]
async fn rapid_reset_ends_the_connection() {
    let server = TestServer::start().await;
    let mut raw = Raw::begin(server.address).await;
    let head = headers(INFO, 0);
    let mut burst = Vec::new();
    for stream in (1..).step_by(2).take(1_000) {
        burst.extend(frame(HEADERS, END_HEADERS, stream, &head));
        burst.extend(frame(RST_STREAM, 0, stream, &8_u32.to_be_bytes()));
    }
    // It may be closed before all of it is said.
    let _ = raw.say(&burst).await;
    assert_eq!(raw.end().await, End::Told(ENHANCE_YOUR_CALM));
    others_are_served(&server).await;
}

/// Streams that the server has to reset, since their windows overflow (CVE-2025-8671): the same, after as many as the limit says.
#[tokio::test]
async fn resets_that_a_client_provokes_end_the_connection() {
    let server = serve(Limits { error_resets: 10, ..Limits::default() }).await;
    let mut raw = Raw::begin(server.address).await;
    let head = headers(EVALUATE, 0);
    let mut resets = 0;
    for stream in (1..).step_by(2).take(100) {
        let overflow = frame(WINDOW_UPDATE, 0, stream, &0x7fff_ffff_u32.to_be_bytes());
        if raw.say(&[frame(HEADERS, END_HEADERS, stream, &head), overflow].concat()).await.is_err() {
            break;
        }
        match raw.hear_of(RST_STREAM).await {
            Some(_) => resets += 1,
            None => break,
        }
    }
    assert!((10..=11).contains(&resets), "{resets} were reset");
    others_are_served(&server).await;
}

/// Settings and pings by the thousands, from a client that reads: each is answered, in order, and others are served meanwhile.
#[tokio::test]
async fn settings_and_pings_are_answered_one_by_one() {
    const EACH: usize = 5_000;
    let server = TestServer::start().await;
    let raw = Raw::begin(server.address).await;
    let one = [frame(SETTINGS, 0, 0, &[]), frame(PING, 0, 0, &[7; 8])].concat();
    let (mut reads, mut writes) = raw.socket.into_split();
    let flood = async move {
        for _ in 0..EACH / 100 {
            tokio::io::AsyncWriteExt::write_all(&mut writes, &one.repeat(100)).await.unwrap();
        }
        writes
    };
    // Its own settings and their acknowledgement, and the answers.
    let answers = async move {
        let mut bytes = 0;
        let mut buffer = vec![0; 64 << 10];
        while bytes < EACH * (9 + 17) {
            bytes += timeout(Duration::from_secs(10), tokio::io::AsyncReadExt::read(&mut reads, &mut buffer))
                .await
                .unwrap()
                .unwrap();
        }
    };
    let ((), _writes, ()) = tokio::join!(answers, flood, others_are_served(&server));
}

/// The same from a client that reads nothing: the server stops reading, so that nothing grows, others are served, and the client is
/// cut.
#[tokio::test]
async fn a_flood_of_pings_that_reads_no_answers_is_stopped_and_cut() {
    let server = Process::start_with(&["--keepalive-interval", "1", "--keepalive-timeout", "1"]);
    let before = server.resident_kib();
    let mut raw = Raw::begin(server.address().parse().unwrap()).await;
    let pings = frame(PING, 0, 0, &[7; 8]).repeat(1_000);
    let (mut said, begun) = (0, Instant::now());
    loop {
        // What is not taken in a while waits for a server that does not read.
        let taken = timeout(Duration::from_secs(15), tokio::io::AsyncWriteExt::write(&mut raw.socket, &pings));
        match taken.await.expect("taken or cut") {
            Ok(bytes) => said += bytes,
            Err(_) => break,
        }
        assert!(said < 256 << 20, "a flood of {said} bytes is taken");
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    let mut other = server.client().await;
    other.get_server_info(express_entry::grpc::proto::GetServerInfoRequest {}).await.unwrap();
    let grown = server.resident_kib().saturating_sub(before);
    assert!(grown < 16 << 10, "{grown} KiB more after a flood");
}

/// More calls at once than the settings allow: those beyond are refused alone (REFUSED_STREAM), and the others go on.
#[tokio::test]
async fn more_calls_than_a_connection_may_have_are_refused_alone() {
    let server = serve(Limits { connection_streams: 4, ..Limits::default() }).await;
    let mut raw = Raw::begin(server.address).await;
    // The settings have to be agreed on before they bind.
    assert!(raw.hear_of(SETTINGS).await.is_some());
    raw.say(&frame(SETTINGS, ACK, 0, &[])).await.unwrap();
    let head = headers(EVALUATE, 0);
    for stream in [1, 3, 5, 7, 9] {
        raw.say(&frame(HEADERS, END_HEADERS, stream, &head)).await.unwrap();
    }
    let reset = raw.hear_of(RST_STREAM).await.unwrap();
    assert_eq!((reset.stream, reset.payload), (9, 7_u32.to_be_bytes().to_vec()));
    // A call without a message is refused, and that makes room.
    raw.say(&frame(DATA, END_STREAM, 1, &[])).await.unwrap();
    assert_eq!(raw.hear_of(HEADERS).await.unwrap().stream, 1);
    raw.say(&frame(HEADERS, END_HEADERS | END_STREAM, 11, &head)).await.unwrap();
    assert_eq!(raw.hear_of(HEADERS).await.unwrap().stream, 11);
}
