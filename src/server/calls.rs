//! What every call goes through: the check of its caller, the server's limits, a guard against panics, a reason on every error, and a line
//! in the log.

use std::{
    convert::Infallible,
    future::{poll_fn, ready},
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::Poll,
    time::Instant,
};

use futures_util::FutureExt;
use http_body::Body as _;
use hyper::body::Incoming;
use tonic::{
    Code, Status,
    body::Body,
    codegen::http::{HeaderMap, HeaderName, Request, Response},
};

use super::{
    Serving, alarm,
    body::{Answered, Asked},
    call::Call,
    deadline,
    doors::Answering,
    ends::Ends,
    headers::find,
    methods,
    security::{Admission, Peer},
    telemetry::REQUEST_ID,
    turns::Place,
};
use crate::grpc::{Draining, enrich, status};

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");

/// Answers one call. What it makes is small, since it is moved into a task of its own.
pub(super) fn answer(
    serving: &Arc<Serving>,
    peer: &Peer,
    mut request: Request<Incoming>,
) -> impl Future<Output = Result<Response<Answered>, Infallible>> + Send + use<> {
    let Admission { caller, refusal } = peer.admit(&request);
    let method = methods::at(request.uri().path());
    let mut call = Call::begin(serving, method, caller, &request);
    let ours = methods::of_this_service(request.uri().path());
    let asked = deadline::of(request.headers());
    let first = peer.is_first_call();
    let ends = Ends::of(method, call.begun, asked, &serving.limits, &serving.draining);
    if let Some(draining) = ends.draining() {
        request.extensions_mut().insert(Draining(draining));
    }
    let answering = match refusal.map_or_else(|| call.hold(), Err) {
        Ok(()) => peer.doors.borrow_mut().answer(request.map(Asked)),
        Err(refusal) => Box::pin(ready(Ok(status(&refusal).into_http()))) as Answering,
    };
    async move {
        let answer = handled(answering, &mut call, &ends).await;
        let (mut head, body) = if ours { reasoned(answer) } else { answer }.into_parts();
        // Only an answer without a body has its code among its headers.
        let code = body.is_end_stream().then(|| code(&head.headers));
        if call.names_itself(code) {
            head.headers.insert(REQUEST_ID, call.request_id.answered(first));
        }
        let place = (ours && call.method.streams).then(Place::default);
        let body = Answered::new(body, &head.headers, call, ends, place);
        Ok(Response::from_parts(head, body))
    }
}

/// The answer, or that there is none in time. A handler that panics costs its own call only.
async fn handled(answering: Answering, call: &mut Call, ends: &Ends) -> Response<Body> {
    let mut answering = AssertUnwindSafe(answering).catch_unwind();
    ends.begin();
    let answered = poll_fn(|context| {
        let late = if alarm::rings() { ends.over(Instant::now()) } else { None };
        match late {
            Some(late) => Poll::Ready(Ok(Ok(late.into_http()))),
            None => call.ask(|| Pin::new(&mut answering).poll(context)),
        }
    });
    match answered.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(never)) => match never {},
        Err(payload) => status(&call.panicked(payload.as_ref())).into_http(),
    }
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

/// The code that these headers or trailers tell.
pub(super) fn code(headers: &HeaderMap) -> Code {
    find(headers, &STATUS).map_or(Code::Unknown, |status| Code::from_bytes(status.as_bytes()))
}
