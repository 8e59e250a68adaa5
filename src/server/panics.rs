//! Handlers that panic, over a real socket: there is none in the service.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;
use http_body::Frame;
use prost::bytes::Bytes;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tonic::{
    Code, Status,
    body::Body,
    codegen::http::{Request, Response},
    server::NamedService,
    service::Routes,
};
use tonic_types::StatusExt;
use tower::Service;

use super::{Serving, Telemetry, connection, doors::Doors, load::Load, security::Security};
use crate::grpc::{Limits, off_thread};

/// What a panic says, which no one may be told.
const SAID: &str = "MARKED: of a profile";

#[derive(Clone)]
struct Panicking;

impl NamedService for Panicking {
    const NAME: &'static str = "test.Panicking";
}

impl Service<Request<Body>> for Panicking {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(async move {
            match request.uri().path() {
                "/test.Panicking/Handler" => panic!("{SAID}"),
                "/test.Panicking/OffThread" => {
                    let _ = off_thread(|| panic!("{SAID}")).await;
                    Ok(Response::default())
                }
                "/test.Panicking/Stream" => Ok(Response::new(Body::new(Begun(false)))),
                _ => Ok(Status::ok("").into_http()),
            }
        })
    }
}

/// A stream that panics after its first frame.
struct Begun(bool);

impl http_body::Body for Begun {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        assert!(!std::mem::replace(&mut self.0, true), "{SAID}");
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[0; 5])))))
    }
}

/// A panic in a handler, off its thread, or in the middle of a stream ends its call with INTERNAL and an incident and is counted; the
/// next call of the same connection is answered.
#[tokio::test]
async fn a_panic_costs_its_own_call_only() {
    let (limits, telemetry) = (Limits::default(), Telemetry::default());
    let serving = Arc::new(Serving {
        doors: Doors::of(Routes::new(Panicking)),
        security: Security::default(),
        telemetry: telemetry.clone(),
        load: Load::new(&limits),
        limits: Arc::new(limits),
        draining: CancellationToken::new(),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (accepted, _) = listener.accept().await.unwrap();
    tokio::spawn(connection::serve(accepted, serving, CancellationToken::new()));
    let (client, connection) = h2::client::handshake(socket).await.unwrap();
    tokio::spawn(connection);
    let mut client = client.ready().await.unwrap();
    let mut call = async |method: &str| {
        let request = Request::post(format!("http://localhost/test.Panicking/{method}")).body(()).unwrap();
        let (answer, _) = client.send_request(request, true).unwrap();
        let (head, mut body) = answer.await.unwrap().into_parts();
        let mut frames = 0;
        while let Some(frame) = body.data().await {
            frame.unwrap();
            frames += 1;
        }
        let trailers = body.trailers().await.unwrap().unwrap_or(head.headers);
        (frames, Status::from_header_map(&trailers).unwrap())
    };
    let mut incidents = Vec::new();
    for (place, (method, expected)) in [("Handler", 0), ("OffThread", 0), ("Stream", 1)].into_iter().enumerate() {
        let (frames, status) = call(method).await;
        assert_eq!((frames, status.code()), (expected, Code::Internal), "{method}: {status:?}");
        let details = status.get_error_details();
        let info = details.error_info().unwrap();
        assert_eq!((info.domain.as_str(), info.reason.as_str()), ("expressentry.v1", "INTERNAL"));
        let incident = info.metadata["incident"].clone();
        assert!(incident.len() == 8 && status.message().contains(&incident), "{status:?}");
        assert!(!format!("{status:?}").contains("MARKED"), "{status:?}");
        incidents.push(incident);
        assert_eq!(telemetry.metrics().panics.load(Ordering::Relaxed), place as u64 + 1);
        assert_eq!(call("Nothing").await.1.code(), Code::Ok, "the next call");
    }
    incidents.dedup();
    assert_eq!(incidents.len(), 3, "each has its own");
}
