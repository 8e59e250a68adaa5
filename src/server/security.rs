//! Who is let in: the transport's side of it, and the check that every call goes through.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use hyper::Request;
use tokio_util::task::AbortOnDropHandle;

use super::{callers::Callers, doors::Doors, methods, tls::Tls};
use crate::grpc::Refusal;

/// What keeps strangers out. By default nothing does, which is for loopback.
#[derive(Clone, Debug, Default)]
pub struct Security {
    /// TLS; without it connections are plaintext.
    pub tls: Option<Tls>,
    /// Who may call what; without it everyone may call everything.
    pub callers: Option<Callers>,
}

impl Security {
    /// Reads changed files for as long as the answer is kept.
    pub(super) fn watch(&self) -> Vec<AbortOnDropHandle<()>> {
        self.tls.iter().map(Tls::watch).chain(self.callers.iter().map(Callers::watch)).collect()
    }
}

/// The other end of a connection.
pub(super) struct Peer {
    callers: Option<Callers>,
    /// The names in its certificate, if it showed one.
    names: Vec<String>,
    /// Whether a call has begun.
    called: Cell<bool>,
    /// What answers its calls: a copy of its own, since to be asked takes one, and one for each call is dear.
    pub doors: RefCell<Doors>,
}

/// What the check of a call came to.
#[derive(Default)]
pub(super) struct Admission {
    /// The caller's name, if it is known.
    pub caller: Option<Arc<str>>,
    /// Why the call is not let in.
    pub refusal: Option<Refusal>,
}

impl Peer {
    pub(super) fn new(callers: Option<Callers>, names: Vec<String>, doors: &Doors) -> Self {
        Self { callers, names, called: Cell::new(false), doors: RefCell::new(doors.clone()) }
    }

    /// Whether this is the first call of the connection, which is so once.
    pub(super) fn is_first_call(&self) -> bool {
        !self.called.replace(true)
    }

    /// Checks one call by the callers of this moment. Health is for everyone; reflection for every caller.
    pub(super) fn admit<B>(&self, request: &Request<B>) -> Admission {
        let Some(callers) = &self.callers else { return Admission::default() };
        let path = request.uri().path();
        if methods::of_health(path) {
            return Admission::default();
        }
        let Some(caller) = callers.caller(request.headers(), &self.names) else {
            return Admission { caller: None, refusal: Some(Refusal::CallerUnknown) };
        };
        let allowed = !methods::of_this_service(path) || caller.may_call(path);
        let refusal = (!allowed).then(|| Refusal::MethodNotAllowed { caller: caller.name.to_string() });
        Admission { caller: Some(caller.name.clone()), refusal }
    }
}
