//! Streams that have to end.

use std::time::{Duration, Instant};

use express_entry::grpc::{
    Limits,
    proto::{EvaluationView, StreamNoticeKind, stream_evaluate_response::Frame as Out},
};
use tokio::{sync::mpsc, time::sleep};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Request};

use super::{items, serve, target};
use crate::support::{error::told, server::TestServer};

const SOON: Duration = Duration::from_secs(1);

/// The caller's deadline binds a stream to its last byte: it is answered until then, and ends DEADLINE_EXCEEDED.
#[tokio::test]
async fn a_stream_ends_by_its_callers_deadline() {
    let server = TestServer::start().await;
    let (frames, taken) = mpsc::channel(1);
    frames.send(target(EvaluationView::Verdict)).await.unwrap();
    let mut request = Request::new(ReceiverStream::new(taken));
    // The client here would bind the head of the answer alone.
    request.metadata_mut().insert("grpc-timeout", "1S".parse().unwrap());
    let mut client = server.client().await;
    let begun = Instant::now();
    let mut answers = client.stream_evaluate(request).await.unwrap().into_inner();
    assert!(matches!(answers.message().await.unwrap().unwrap().frame, Some(Out::Started(_))));
    let mut answered = 0;
    let ended = loop {
        sleep(SOON / 20).await;
        let _ = frames.send(items(1)).await;
        match answers.message().await {
            Ok(frame) => {
                assert!(matches!(frame.unwrap().frame, Some(Out::Results(_))));
                answered += 1;
            }
            Err(ended) => break ended,
        }
    };
    let took = begun.elapsed();
    assert_eq!((ended.code(), told(&ended).reason.as_str()), (Code::DeadlineExceeded, "TRANSPORT"));
    assert!(answered > 0 && took >= SOON && took < SOON + Duration::from_secs(5), "{answered} in {took:?}");
    // What read the frames is gone with it.
    sleep(SOON / 4).await;
    assert!(frames.send(items(1)).await.is_err() || frames.send(items(1)).await.is_err());
}

/// A stream that has lived as long as it may is drained like one of a server that stops: what was read is answered, and its client
/// knows where to go on. The server goes on, too.
#[tokio::test]
async fn a_stream_that_is_old_is_drained() {
    let server = serve(Limits { stream_life: SOON, ..Limits::default() }).await;
    let mut client = server.client().await;
    for round in 0..2 {
        let (frames, taken) = mpsc::channel(4);
        frames.send(target(EvaluationView::Verdict)).await.unwrap();
        frames.send(items(3)).await.unwrap();
        let begun = Instant::now();
        let mut answers = client.stream_evaluate(ReceiverStream::new(taken)).await.unwrap().into_inner();
        assert!(matches!(answers.message().await.unwrap().unwrap().frame, Some(Out::Started(_))));
        let Some(Out::Results(results)) = answers.message().await.unwrap().unwrap().frame else { panic!("no results") };
        assert_eq!(results.results.len(), 3);
        let Some(Out::Notice(notice)) = answers.message().await.unwrap().unwrap().frame else { panic!("no notice") };
        assert_eq!((notice.kind(), notice.last_sequence), (StreamNoticeKind::Draining, 2), "round {round}");
        let ended = answers.message().await.unwrap_err();
        assert_eq!((ended.code(), told(&ended).reason.as_str()), (Code::Unavailable, "DRAINING"));
        assert!(begun.elapsed() >= SOON, "{:?}", begun.elapsed());
    }
}
