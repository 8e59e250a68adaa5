//! What is open in one server, counted, so that there is never more of it than its limits.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::methods::Class;
use crate::grpc::{Limits, Refusal};

/// The counts of one server.
#[derive(Debug)]
pub(super) struct Load {
    connections: Count,
    calls: Count,
    streams: Count,
    simulations: Count,
}

/// So many are open, and so many may be.
#[derive(Debug)]
struct Count {
    open: AtomicUsize,
    most: usize,
}

/// A connection, counted for as long as this is kept.
pub(super) struct Connected(Arc<Load>);

impl Count {
    fn new(most: usize) -> Self {
        Self { open: AtomicUsize::new(0), most }
    }

    fn take(&self) -> bool {
        let fits = self.open.fetch_add(1, Ordering::Relaxed) < self.most;
        if !fits {
            self.give_back();
        }
        fits
    }

    fn give_back(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Load {
    pub(super) fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            connections: Count::new(limits.connections),
            calls: Count::new(limits.calls),
            streams: Count::new(limits.streams),
            simulations: Count::new(limits.simulations),
        })
    }

    /// What is open of each thing that has a limit, by the name of that.
    pub(super) fn open(&self) -> [(&'static str, usize); 4] {
        let Self { connections, calls, streams, simulations } = self;
        let named = [
            ("max_connections", connections),
            ("max_calls", calls),
            ("max_streams", streams),
            ("max_simulations", simulations),
        ];
        named.map(|(limit, count)| (limit, count.open.load(Ordering::Relaxed)))
    }

    /// Counts a connection, if there may be one more.
    pub(super) fn connect(self: &Arc<Self>) -> Option<Connected> {
        self.connections.take().then(|| Connected(self.clone()))
    }

    /// Counts a call, if there may be one more, until it is given back. Those of health are not counted.
    pub(super) fn hold(&self, class: Class) -> Result<(), Refusal> {
        let fits = |count: &Count, limit| if count.take() { Ok(()) } else { Err(Refusal::Overloaded { limit }) };
        match class {
            Class::Health => Ok(()),
            Class::Unary => fits(&self.calls, "max_calls"),
            Class::Stream => fits(&self.streams, "max_streams"),
            Class::Simulation => {
                fits(&self.streams, "max_streams")?;
                fits(&self.simulations, "max_simulations").inspect_err(|_| self.streams.give_back())
            }
        }
    }

    /// The end of a call that was held.
    pub(super) fn give_back(&self, class: Class) {
        match class {
            Class::Health => {}
            Class::Unary => self.calls.give_back(),
            Class::Stream => self.streams.give_back(),
            Class::Simulation => {
                self.streams.give_back();
                self.simulations.give_back();
            }
        }
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.connections.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_open_than_may_be_and_what_ends_makes_room() {
        let limits = Limits { connections: 1, calls: 2, streams: 2, simulations: 1, ..Limits::default() };
        let load = Load::new(&limits);
        let refused = |class| match load.hold(class) {
            Err(Refusal::Overloaded { limit }) => limit,
            _ => panic!("{class:?} was let in"),
        };
        let hold = |class| load.hold(class).ok().unwrap();
        for _ in 0..2 {
            hold(Class::Unary);
            hold(Class::Unary);
            assert_eq!(refused(Class::Unary), "max_calls");
            load.give_back(Class::Unary);
            hold(Class::Unary);
            hold(Class::Simulation);
            assert_eq!(refused(Class::Simulation), "max_simulations");
            hold(Class::Stream);
            assert_eq!([Class::Stream, Class::Simulation].map(refused), ["max_streams"; 2]);
            hold(Class::Health);
            for class in [Class::Unary, Class::Unary, Class::Simulation, Class::Stream, Class::Health] {
                load.give_back(class);
            }
            assert!(load.open().iter().all(|(_, open)| *open == 0), "{:?}", load.open());
            let _connected = load.connect().unwrap();
            assert!(load.connect().is_none());
        }
    }
}
