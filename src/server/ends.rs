//! When a call has to end, and with which words.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use tonic::Status;

use super::{
    alarm,
    methods::{Class, Method},
};
use crate::grpc::{Limits, Refusal, enrich, status};

/// How long a stream that is told to end has to answer what it read.
const LAST: Duration = Duration::from_secs(10);

/// When a call has to end.
pub(super) struct Ends {
    /// The deadline, and whose it is. A stream has one only if its caller sets it.
    deadline: Option<(Instant, Whose)>,
    stream: Option<Box<Stream>>,
}

#[derive(Clone, Copy)]
enum Whose {
    Callers,
    Servers,
}

/// What ends a stream.
struct Stream {
    /// When it is told to end, and once it was told, when that is over.
    life: Instant,
    told: bool,
    /// What tells it.
    draining: CancellationToken,
    /// When something was last read or written, and how long nothing may be.
    active: Instant,
    idle: Option<Duration>,
    stall: Duration,
}

impl Ends {
    /// Of a call of `method` that begins at `begun`, whose caller gives it the time `asked`. A stream is told to end by a token of
    /// its own, which ends with `draining`.
    pub(super) fn of(
        method: &Method,
        begun: Instant,
        asked: Option<Duration>,
        limits: &Limits,
        draining: &CancellationToken,
    ) -> Self {
        if method.streams {
            let stream = Stream {
                life: begun + limits.stream_life,
                told: false,
                draining: draining.child_token(),
                active: begun,
                // Health that is watched says nothing while nothing changes.
                idle: (method.class != Class::Health).then_some(limits.stream_idle),
                stall: limits.stream_stall,
            };
            let deadline = asked.map(|asked| (begun + asked, Whose::Callers));
            Self { deadline, stream: Some(Box::new(stream)) }
        } else {
            let cap = limits.unary_deadline_cap;
            let (within, whose) = match asked {
                Some(asked) if asked <= cap => (asked, Whose::Callers),
                Some(_) => (cap, Whose::Servers),
                None => (limits.unary_deadline, Whose::Servers),
            };
            Self { deadline: Some((begun + within, whose)), stream: None }
        }
    }

    /// What tells the stream to end.
    pub(super) fn draining(&self) -> Option<CancellationToken> {
        self.stream.as_ref().map(|stream| stream.draining.clone())
    }

    /// Sets the alarm for the time until there is an answer.
    pub(super) fn begin(&self) {
        let deadline = self.deadline.map(|(at, _)| at);
        let stream = self.stream.as_ref().map(|stream| stream.active + stream.idle.unwrap_or(stream.stall));
        alarm::set(deadline.into_iter().chain(stream).min());
    }

    /// How the call ends, if it is time.
    pub(super) fn over(&self, now: Instant) -> Option<Status> {
        match self.deadline {
            Some((at, Whose::Callers)) if at <= now => return Some(late("the caller's deadline is over")),
            Some((at, Whose::Servers)) if at <= now => {
                return Some(late("the call took longer than this server gives one; GetServerInfo tells its limits"));
            }
            _ => {}
        }
        let stream = self.stream.as_ref()?;
        if stream.told && stream.life <= now {
            return Some(status(&Refusal::Draining));
        }
        let idle = stream.idle.is_some_and(|idle| stream.active + idle <= now);
        idle.then(|| status(&Refusal::StreamIdle))
    }

    /// Sets the alarm of a stream that waits, for its client or for an answer, since just now unless another instant is known.
    pub(super) fn waits(&mut self, now: Option<Instant>) {
        let Some(stream) = &mut self.stream else { return };
        let now = now.unwrap_or_else(Instant::now);
        if alarm::was_read() {
            stream.active = now;
        }
        stream.end_when_old(now);
        let idle = stream.idle.map(|idle| stream.active + idle);
        let deadline = self.deadline.map(|(at, _)| at);
        alarm::set([Some(stream.life), idle, deadline].into_iter().flatten().min());
    }

    /// Sets the alarm of a stream that gave a frame, just now unless another instant is known, and is asked for the next when there is
    /// room for it.
    pub(super) fn gave(&mut self, now: Option<Instant>) {
        let Some(stream) = &mut self.stream else { return };
        let now = now.unwrap_or_else(Instant::now);
        stream.active = now;
        stream.end_when_old(now);
        let stall = now + stream.stall;
        alarm::set(Some(self.deadline.map_or(stall, |(at, _)| at.min(stall))));
    }
}

impl Stream {
    fn end_when_old(&mut self, now: Instant) {
        if !self.told && self.life <= now {
            self.told = true;
            self.life = now + LAST;
            self.draining.cancel();
        }
    }
}

fn late(words: &str) -> Status {
    enrich(&Status::deadline_exceeded(words))
}
