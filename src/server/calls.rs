//! What every call goes through: the caller's deadline, a guard against panics, a reason on every error, and a line in the log.

use std::{
    convert::Infallible,
    future::ready,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use futures_util::FutureExt;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use prost::bytes::Bytes;
use tonic::{
    Code, Status,
    body::Body,
    codegen::http::{HeaderMap, HeaderName, Request, Response},
};

use super::{
    deadline,
    doors::{Answering, Doors},
    log,
    methods::{self, Method},
    security::{Admission, Peer},
    turns::{self, Place},
};
use crate::grpc::{Refusal, enrich, status};

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");

/// CANCELLED, of a call whose client went away before its end.
const CANCELLED: &str = "1";

/// Answers one call. What it makes is small, since it is moved into a task of its own.
pub(super) fn answer(
    doors: &Doors,
    peer: &Peer,
    request: Request<Incoming>,
) -> impl Future<Output = Result<Response<Logged>, Infallible>> + Send + use<> {
    let path = request.uri().path();
    let begun = Instant::now();
    let Admission { caller, refusal } = peer.admit(&request);
    let call = Call { begun, method: methods::at(path), caller };
    let ours = methods::of_this_service(path);
    let deadline = deadline::of(request.headers());
    let answering = match (refusal, deadline) {
        (Some(refusal), _) => Box::pin(ready(Ok(status(&refusal).into_http()))),
        (None, None) => doors.answer(request),
        (None, Some(deadline)) => Box::pin(within(deadline, doors.answer(request))),
    };
    async move {
        // A handler that panics costs its own call only.
        let answer = match AssertUnwindSafe(answering).catch_unwind().await {
            Ok(Ok(answer)) => answer,
            Ok(Err(never)) => match never {},
            Err(_) => {
                tracing::error!("a handler panicked");
                status(&Refusal::Internal).into_http()
            }
        };
        let (head, body) = if ours { reasoned(answer) } else { answer }.into_parts();
        let body = Logged::new(body, &head.headers, call, ours);
        Ok(Response::from_parts(head, body))
    }
}

/// The answer, or that it took longer than the caller wanted to wait.
async fn within(deadline: Duration, answering: Answering) -> Result<Response<Body>, Infallible> {
    let late = |_| Ok(Status::deadline_exceeded("the caller's deadline is over").into_http());
    tokio::time::timeout(deadline, answering).await.unwrap_or_else(late)
}

/// Gives an error that tonic made itself the reason that every error of this service carries. Only an answer without a body has
/// a status among its headers.
fn reasoned(answer: Response<Body>) -> Response<Body> {
    if !answer.body().is_end_stream() || answer.headers().contains_key(&DETAILS) {
        return answer;
    }
    match Status::from_header_map(answer.headers()) {
        Some(status) if status.code() != Code::Ok => enrich(&status).into_http(),
        _ => answer,
    }
}

/// A call that goes on: what its line in the log says of it. Nothing of a message is in it.
struct Call {
    begun: Instant,
    method: &'static Method,
    caller: Option<Arc<str>>,
}

impl Call {
    fn ended(self, code: &str) {
        log::call_ended(&self.method.path, self.caller.as_deref(), code, self.begun.elapsed());
    }
}

/// The body of an answer, whose end is the end of the call.
pub(super) struct Logged {
    body: Body,
    call: Option<Call>,
    /// Where a stream of this service waits for its turn.
    place: Option<Place>,
}

impl Logged {
    fn new(body: Body, headers: &HeaderMap, call: Call, ours: bool) -> Self {
        let place = (ours && call.method.streams).then(Place::default);
        if body.is_end_stream() {
            call.ended(code(headers).unwrap_or_default());
            return Self { body, call: None, place };
        }
        Self { body, call: Some(call), place }
    }

    fn ended(&mut self, code: &str) {
        if let Some(call) = self.call.take() {
            call.ended(code);
        }
    }
}

fn code(headers: &HeaderMap) -> Option<&str> {
    headers.get(&STATUS)?.to_str().ok()
}

impl HttpBody for Logged {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Self { body, place, .. } = &mut *self;
        let next = |context: &mut Context<'_>| Pin::new(body).poll_frame(context);
        let frame = ready!(match place {
            Some(place) => turns::take(place, context, next),
            None => next(context),
        });
        match &frame {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    self.ended(code(trailers).unwrap_or_default());
                }
            }
            Some(Err(_)) | None => self.ended(""),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Logged {
    /// A client that goes away before the end has cancelled the call.
    fn drop(&mut self) {
        self.ended(CANCELLED);
    }
}
