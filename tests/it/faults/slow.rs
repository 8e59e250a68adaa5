//! Clients that take their time, or have none any more.

use std::time::{Duration, Instant};

use express_entry::grpc::{
    Limits,
    proto::{
        EvaluationView, GetServerInfoRequest, StreamEvaluateRequest, StreamEvaluateResponse,
        stream_evaluate_response::Frame as Out,
    },
};
use prost::Message;
use tokio::{
    net::TcpStream,
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, codegen::http::Request};

use super::{EVALUATE, INFO, LONG, items, others_are_served, serve, target};
use crate::support::{
    certificates::{Ca, Files, handshake},
    error::told,
    raw::{END_HEADERS, END_STREAM, HEADERS, PREFACE, Raw, SETTINGS, frame, headers},
    served::Served,
};

const SOON: Duration = Duration::from_millis(300);

/// A plaintext client that says nothing, one byte, the preface alone, or half its settings is cut when the time to begin is over, and
/// one that has begun is not.
#[tokio::test]
async fn who_does_not_begin_in_time_is_cut() {
    let server = serve(Limits { begin_timeout: SOON, ..Limits::default() }).await;
    let settings = frame(SETTINGS, 0, 0, &[0, 4, 0, 1, 0, 0]);
    let begun = [PREFACE, &settings].concat();
    for said in [0, 1, PREFACE.len(), begun.len() - 1] {
        let mut raw = Raw::silent(server.address).await;
        let since = Instant::now();
        raw.say(&begun[..said]).await.unwrap();
        raw.end().await;
        assert!(since.elapsed() + Duration::from_millis(10) >= SOON, "{said} bytes: {:?}", since.elapsed());
    }
    let mut raw = Raw::silent(server.address).await;
    raw.say(&begun).await.unwrap();
    sleep(2 * SOON).await;
    raw.say(&frame(HEADERS, END_HEADERS | END_STREAM, 1, &headers(INFO, 0))).await.unwrap();
    assert!(raw.hear_of(HEADERS).await.is_some(), "who has begun may take its time");
    others_are_served(&server).await;
}

/// The same behind TLS, for a client that shakes hands and then says nothing.
#[tokio::test]
async fn who_shakes_hands_and_says_nothing_is_cut() {
    use tokio::io::AsyncReadExt;
    let (ca, files) = (Ca::new("ours"), Files::new());
    let [certificate, key] = files.write_identity(&ca.issue(&["localhost"]));
    let served = Served::start(&["--tls-cert", &certificate, "--tls-key", &key, "--begin-timeout", "0.3"]);
    let mut stream = handshake(served.address, &ca.client(None)).await.unwrap();
    let ended = timeout(LONG, async { while stream.read(&mut [0; 256]).await.is_ok_and(|bytes| bytes > 0) {} });
    ended.await.expect("cut");
}

/// Metadata that comes a byte at a time: its client can't answer a ping in the middle of it, and is cut by that.
#[tokio::test]
async fn slow_metadata_is_cut_by_the_ping_it_can_not_answer() {
    let limits = Limits { keepalive_interval: SOON, keepalive_timeout: SOON, ..Limits::default() };
    let server = serve(limits).await;
    let mut raw = Raw::begin(server.address).await;
    let head = frame(HEADERS, END_HEADERS | END_STREAM, 1, &headers(INFO, 4_000));
    let begun = Instant::now();
    for byte in head {
        if raw.say(&[byte]).await.is_err() {
            break;
        }
        sleep(Duration::from_millis(20)).await;
        assert!(begun.elapsed() < LONG, "still taken");
    }
    raw.end().await;
    others_are_served(&server).await;
}

/// A client that is there no more, without having said so: it is cut when it does not answer a ping. One that answers stays.
#[tokio::test]
async fn half_open_connections_are_cut() {
    let limits = Limits { keepalive_interval: SOON, keepalive_timeout: SOON, ..Limits::default() };
    let server = serve(limits).await;
    let mut alive = server.client().await;
    alive.get_server_info(GetServerInfoRequest {}).await.unwrap();
    let mut raw = Raw::begin(server.address).await;
    raw.end().await;
    sleep(4 * SOON).await;
    alive.get_server_info(GetServerInfoRequest {}).await.expect("on the same connection, or a new one");
}

/// A client that writes frames and reads no answers: after the stall time-out its stream is dropped, with what it holds and its place
/// among the streams, its connection gets GOAWAY, and is cut when no other call is left on it. Those go on meanwhile.
#[tokio::test]
async fn a_stream_whose_client_never_reads_is_dropped() {
    let server = serve(Limits { streams: 1, stream_stall: 10 * SOON, ..Limits::default() }).await;
    let socket = TcpStream::connect(server.address).await.unwrap();
    let (client, connection) =
        h2::client::Builder::new().initial_window_size(1_000).handshake::<_, bytes::Bytes>(socket).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    let call = |path: &str| {
        let uri = format!("http://{}{path}", server.address);
        Request::post(uri).header("content-type", "application/grpc").body(()).unwrap()
    };
    let path = "/expressentry.v1.ExpressEntryService/StreamEvaluate";
    let (answer, mut frames) = client.send_request(call(path), false).unwrap();
    let message = |message: StreamEvaluateRequest| {
        let message = message.encode_to_vec();
        let length = u32::try_from(message.len()).unwrap().to_be_bytes();
        bytes::Bytes::from([&[0], &length[..], &message].concat())
    };
    for frame in [target(EvaluationView::Full), items(50)] {
        frames.send_data(message(frame), false).unwrap();
    }
    let mut answer = answer.await.unwrap().into_body();
    assert!(answer.data().await.unwrap().is_ok(), "it takes what fits the window, and makes no room for more");
    let (other, mut unary) = client.send_request(call(EVALUATE), false).unwrap();

    let mut waiting = server.client().await;
    let begun = Instant::now();
    let one = || tokio_stream::iter([target(EvaluationView::Verdict)]);
    assert_eq!(waiting.stream_evaluate(one()).await.unwrap_err().code(), Code::ResourceExhausted, "its place is taken");
    while waiting.stream_evaluate(one()).await.is_err() {
        assert!(begun.elapsed() < LONG, "it keeps its place");
        sleep(SOON / 10).await;
    }
    // An empty message is refused, in its own words.
    unary.send_data(vec![0; 5].into(), true).unwrap();
    let other = timeout(LONG, other).await.unwrap().expect("what runs beside it finishes");
    assert_eq!(tonic::Status::from_header_map(other.headers()).unwrap().code(), Code::InvalidArgument);
    let _ = timeout(LONG, connection).await.expect("the connection ends");
    // What came before is still there to be read.
    let ended = loop {
        match answer.data().await {
            Some(Ok(_)) => {}
            other => break other,
        }
    };
    assert!(matches!(ended, Some(Err(_))), "and the stream with it, cut short: {ended:?}");
}

/// A client that opens a stream and then neither writes nor ends: ABORTED (STREAM_IDLE). While it writes it is not idle.
#[tokio::test]
async fn an_idle_stream_is_ended_with_a_reason() {
    let server = serve(Limits { stream_idle: 7 * SOON, ..Limits::default() }).await;
    let (frames, taken) = mpsc::channel(1);
    frames.send(target(EvaluationView::Verdict)).await.unwrap();
    let mut client = server.client().await;
    let mut answers = client.stream_evaluate(ReceiverStream::new(taken)).await.unwrap().into_inner();
    let started: StreamEvaluateResponse = answers.message().await.unwrap().unwrap();
    assert!(matches!(started.frame, Some(Out::Started(_))));
    let begun = Instant::now();
    for _ in 0..8 {
        sleep(SOON).await;
        frames.send(items(1)).await.unwrap();
        assert!(matches!(answers.message().await.unwrap().unwrap().frame, Some(Out::Results(_))));
    }
    assert!(begun.elapsed() > 7 * SOON, "it lived for longer than it may be idle");
    let idle = Instant::now();
    let ended = answers.message().await.unwrap_err();
    assert_eq!((ended.code(), told(&ended).reason.as_str()), (Code::Aborted, "STREAM_IDLE"));
    assert!(idle.elapsed() >= 6 * SOON, "{:?}", idle.elapsed());
}

/// A call whose message never comes ends with the deadline that the server sets, whatever its caller would wait.
#[tokio::test]
async fn a_message_that_never_comes_ends_its_call() {
    let limits = Limits { unary_deadline: SOON, unary_deadline_cap: 2 * SOON, ..Limits::default() };
    let server = serve(limits).await;
    let socket = TcpStream::connect(server.address).await.unwrap();
    let (client, connection) = h2::client::handshake(socket).await.unwrap();
    tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    for (asked, expected) in [(None, SOON), (Some("100m"), Duration::from_millis(100)), (Some("1H"), 2 * SOON)] {
        let request = Request::post(format!("http://{}{EVALUATE}", server.address));
        let request = request.header("content-type", "application/grpc");
        let request = asked.into_iter().fold(request, |request, asked| request.header("grpc-timeout", asked));
        let begun = Instant::now();
        let (answer, _open) = client.send_request(request.body(()).unwrap(), false).unwrap();
        let answer = timeout(LONG, answer).await.expect("not held").unwrap();
        let status = tonic::Status::from_header_map(answer.headers()).unwrap();
        assert_eq!((status.code(), told(&status).reason.as_str()), (Code::DeadlineExceeded, "TRANSPORT"));
        let took = begun.elapsed();
        assert!(took >= expected && took < expected + LONG, "{asked:?}: {took:?}");
    }
}
