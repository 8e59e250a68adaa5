//! Connections: many of them, too many of them, and old ones.

use std::time::{Duration, Instant};

use express_entry::grpc::{
    Limits,
    proto::{EvaluationView, GetServerInfoRequest, stream_evaluate_response::Frame as Out},
};
use tokio::{net::TcpStream, sync::mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::codegen::http::Request;

use super::{INFO, items, serve, target};
use crate::support::{
    process::Process,
    raw::{END_HEADERS, END_STREAM, End, GOAWAY, HEADERS, Raw, frame, headers},
};

/// Calls over a connection of one's own, which is kept.
async fn call(address: std::net::SocketAddr) -> Result<h2::client::SendRequest<bytes::Bytes>, String> {
    let socket = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
    let (client, connection) = h2::client::handshake(socket).await.map_err(|error| error.to_string())?;
    tokio::spawn(connection);
    let mut client = client.ready().await.map_err(|error| error.to_string())?;
    let request = Request::post(format!("http://{address}{INFO}")).header("content-type", "application/grpc");
    let (answer, mut message) =
        client.send_request(request.body(()).unwrap(), false).map_err(|error| error.to_string())?;
    message.send_data(vec![0; 5].into(), true).map_err(|error| error.to_string())?;
    let answer = answer.await.map_err(|error| error.to_string())?;
    assert!(answer.headers().get("grpc-status").is_none(), "an answer with a message: {answer:?}");
    Ok(client)
}

/// A thousand connections are served at once; the next is closed as soon as it comes, and when one is given back there is room.
#[tokio::test]
async fn a_thousand_connections_are_served_and_one_more_is_refused() {
    const MOST: usize = 1_000;
    let server = Process::start_with(&["--max-connections", "1000"]);
    let address = server.address().parse().unwrap();
    let mut kept = Vec::new();
    for _ in 0..MOST {
        kept.push(call(address).await.expect("there is room"));
    }
    let begun = Instant::now();
    assert!(call(address).await.is_err(), "one too many");
    assert!(begun.elapsed() < Duration::from_secs(5), "and it knows at once");
    // Those that are there go on.
    let one = kept.pop().unwrap();
    assert!(one.clone().ready().await.is_ok());
    drop(one);
    while call(address).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(15), "no room");
    }
}

/// A connection of a certain age, a tenth more or less, gets GOAWAY and is closed when nothing runs on it.
#[tokio::test]
async fn an_old_connection_is_sent_away() {
    const AGE: Duration = Duration::from_millis(600);
    let server = serve(Limits { begin_timeout: AGE / 6, connection_age: AGE, ..Limits::default() }).await;
    let begun = Instant::now();
    let mut raw = Raw::begin(server.address).await;
    raw.say(&frame(HEADERS, END_HEADERS | END_STREAM, 1, &headers(INFO, 0))).await.unwrap();
    assert!(raw.hear_of(HEADERS).await.is_some());
    // An answer to the ping by which the server learns that the client knows is not given here, so that it may wait for that.
    assert!(raw.hear_of(GOAWAY).await.is_some(), "it is told");
    let age = begun.elapsed();
    assert!(age >= AGE * 9 / 10 && age < AGE * 10, "{age:?}");
}

/// A stream that runs on it finishes, however old the connection gets.
#[tokio::test]
async fn what_runs_on_an_old_connection_finishes() {
    const AGE: Duration = Duration::from_millis(200);
    let limits = Limits { begin_timeout: AGE, connection_age: AGE, stream_stall: AGE, ..Limits::default() };
    let server = serve(limits).await;
    let mut client = server.client().await;
    let (frames, taken) = mpsc::channel(1);
    frames.send(target(EvaluationView::Verdict)).await.unwrap();
    let mut answers = client.stream_evaluate(ReceiverStream::new(taken)).await.unwrap().into_inner();
    assert!(matches!(answers.message().await.unwrap().unwrap().frame, Some(Out::Started(_))));
    for _ in 0..5 {
        tokio::time::sleep(AGE).await;
        frames.send(items(1)).await.unwrap();
        assert!(matches!(answers.message().await.unwrap().unwrap().frame, Some(Out::Results(_))));
    }
    // Other calls have gone over to new connections meanwhile; one that meets the end of an old one is tried again.
    let mut tries = 0;
    while let Err(status) = client.get_server_info(GetServerInfoRequest {}).await {
        tries += 1;
        assert!(tries < 10, "{status:?}");
    }
    drop(frames);
    assert!(matches!(answers.message().await.unwrap().unwrap().frame, Some(Out::Summary(_))));
    assert!(answers.message().await.unwrap().is_none());
}

/// A client that was sent away and does not go is cut when nothing runs for it any more.
#[tokio::test]
async fn who_does_not_leave_is_cut() {
    const AGE: Duration = Duration::from_millis(200);
    let limits = Limits { begin_timeout: AGE, connection_age: AGE, stream_stall: AGE, ..Limits::default() };
    let server = serve(limits).await;
    let mut raw = Raw::begin(server.address).await;
    // It answers no ping, so that the server can't know whether more calls are on their way.
    assert!(matches!(raw.end().await, End::Told(0)));
}
