//! What every call goes through: the caller's deadline, a guard against panics, a reason on every error, and a line in the log.

use std::{
    convert::Infallible,
    future::ready,
    panic::AssertUnwindSafe,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
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
    call::Call,
    deadline,
    doors::{Answering, Doors},
    methods,
    security::{Admission, Peer},
    telemetry::REQUEST_ID,
    turns::{self, Place},
};
use crate::grpc::{Refusal, enrich, status};

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");

/// Answers one call. What it makes is small, since it is moved into a task of its own.
pub(super) fn answer(
    doors: &Doors,
    peer: &Peer,
    mut request: Request<Incoming>,
) -> impl Future<Output = Result<Response<Logged>, Infallible>> + Send + use<> {
    let Admission { caller, refusal } = peer.admit(&request);
    let method = methods::at(request.uri().path());
    let call = Call::begin(&doors.telemetry, method, caller, &mut request);
    let ours = methods::of_this_service(request.uri().path());
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
                call.panicked();
                tracing::error!("a handler panicked");
                status(&Refusal::Internal).into_http()
            }
        };
        let (mut head, body) = if ours { reasoned(answer) } else { answer }.into_parts();
        head.headers.insert(REQUEST_ID, call.request_id.clone());
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

/// The body of an answer, whose end is the end of the call; one that is dropped before its end takes the call with it.
pub(super) struct Logged {
    body: Body,
    call: Option<Call>,
    /// Where a stream of this service waits for its turn.
    place: Option<Place>,
}

impl Logged {
    fn new(body: Body, headers: &HeaderMap, call: Call, ours: bool) -> Self {
        let place = (ours && call.method.streams).then(Place::default);
        let mut logged = Self { body, call: Some(call), place };
        if logged.body.is_end_stream() {
            logged.ended(code(headers));
        }
        logged
    }

    fn ended(&mut self, code: Code) {
        if let Some(call) = self.call.take() {
            call.ended(code);
        }
    }
}

/// The code that these headers or trailers tell.
fn code(headers: &HeaderMap) -> Code {
    headers.get(&STATUS).map_or(Code::Unknown, |status| Code::from_bytes(status.as_bytes()))
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
                    self.ended(code(trailers));
                }
            }
            Some(Err(status)) => self.ended(status.code()),
            None => self.ended(Code::Unknown),
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
