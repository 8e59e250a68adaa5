//! Bodies: what is read of a request, and the answer, whose end is the end of its call.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Instant,
};

use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use prost::bytes::Bytes;
use tonic::{Code, Status, body::Body, codegen::http::HeaderMap};

use super::{
    alarm,
    call::Call,
    calls::code,
    ends::Ends,
    turns::{self, Place},
};
use crate::grpc::{Refusal, status};

/// The body of a request. What is read of it keeps a stream from being idle.
pub(super) struct Asked(pub Incoming);

impl HttpBody for Asked {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(context));
        alarm::note_read();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// Bytes of an answer that are handed on at once. What was handed on is kept until the client takes it, or its connection ends.
const PIECE: usize = 64 << 10;

/// The body of an answer, which ends when the call has to; one that is dropped before its end takes the call with it.
pub(super) struct Answered {
    body: Body,
    /// What is left of a large frame.
    rest: Bytes,
    call: Option<Call>,
    ends: Ends,
    /// Where a stream of this service waits for its turn.
    place: Option<Place>,
}

impl Answered {
    pub(super) fn new(body: Body, headers: &HeaderMap, call: Call, ends: Ends, place: Option<Place>) -> Self {
        let over = body.is_end_stream();
        let mut answered = Self { body, rest: Bytes::new(), call: Some(call), ends, place };
        if over {
            answered.ended(code(headers));
        }
        answered
    }

    fn ended(&mut self, code: Code) {
        if let Some(call) = self.call.take() {
            call.ended(code);
        }
    }

    /// The next piece of a large frame.
    fn piece(&mut self) -> Bytes {
        self.rest.split_to(self.rest.len().min(PIECE))
    }

    /// Ends the call with this status, and drops what made its answer.
    fn end(&mut self, status: &Status) -> Frame<Bytes> {
        (self.body, self.rest) = (Body::empty(), Bytes::new());
        let mut trailers = HeaderMap::new();
        // A status of this service has nothing that could not be a header.
        let _ = status.add_header(&mut trailers);
        self.ended(status.code());
        Frame::trailers(trailers)
    }
}

impl HttpBody for Answered {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        if alarm::rings()
            && let Some(status) = this.ends.over(Instant::now())
        {
            return Poll::Ready(Some(Ok(this.end(&status))));
        }
        if !this.rest.is_empty() {
            this.ends.gave(None);
            return Poll::Ready(Some(Ok(Frame::data(this.piece()))));
        }
        let body = &mut this.body;
        // A stream that panics costs its own call only.
        let next =
            |context: &mut Context<'_>| match catch_unwind(AssertUnwindSafe(|| Pin::new(body).poll_frame(context))) {
                Ok(polled) => polled.map(Ok),
                Err(payload) => Poll::Ready(Err(payload)),
            };
        let (polled, now) = match &mut this.place {
            None => (next(context), None),
            Some(place) => {
                let Some((polled, now)) = turns::take(place, context, next) else {
                    this.ends.waits(None);
                    return Poll::Pending;
                };
                (polled, Some(now))
            }
        };
        let Poll::Ready(frame) = polled else {
            this.ends.waits(now);
            return Poll::Pending;
        };
        let frame = match frame {
            Ok(frame) => frame,
            Err(payload) => {
                let refusal = this.call.as_ref().map_or(Refusal::Internal, |call| call.panicked(payload.as_ref()));
                Some(Ok(this.end(&status(&refusal))))
            }
        };
        match &frame {
            Some(Ok(frame)) => match frame.trailers_ref() {
                Some(trailers) => this.ended(code(trailers)),
                None => this.ends.gave(now),
            },
            Some(Err(status)) => this.ended(status.code()),
            None => this.ended(Code::Unknown),
        }
        Poll::Ready(match frame {
            Some(Ok(frame)) if is_large(&frame) => {
                this.rest = frame.into_data().unwrap_or_default();
                Some(Ok(Frame::data(this.piece())))
            }
            frame => frame,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn is_large(frame: &Frame<Bytes>) -> bool {
    frame.data_ref().is_some_and(|data| data.len() > PIECE)
}
