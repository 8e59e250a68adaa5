//! Panics: each is an incident with an id, told to its caller and to the log, and neither is told what it said, which may be of a
//! profile.

use std::{any::Any, cell::Cell, fmt, panic, thread};

/// The id of a panic: eight hexadecimal digits, by chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incident(u32);

thread_local! {
    /// The panic of this thread that was logged last and not told yet.
    static LOGGED: Cell<Option<Incident>> = const { Cell::new(None) };
}

/// Has every panic of the process logged by its place in the source and its incident, instead of by its message on standard error.
pub fn log_panics() {
    panic::set_hook(Box::new(|panicked| {
        let incident = Incident::fresh();
        LOGGED.set(Some(incident));
        let place = panicked.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(%incident, place, thread = thread::current().name().unwrap_or_default(), "panicked");
    }));
}

impl Incident {
    fn fresh() -> Self {
        Self(getrandom::u32().unwrap_or_default())
    }

    /// The incident of a panic that was caught on this thread, by what it threw.
    pub(crate) fn of(payload: &(dyn Any + Send)) -> Self {
        let logged = LOGGED.take();
        payload.downcast_ref().copied().or(logged).unwrap_or_else(Self::fresh)
    }
}

impl fmt::Display for Incident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// Goes on with a panic that was caught elsewhere.
pub(super) fn resume(incident: Incident) -> ! {
    panic::resume_unwind(Box::new(incident))
}

#[cfg(test)]
mod tests {
    use std::{
        io::{self, Write},
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_logged_by_its_place_and_its_incident_and_not_by_what_it_said() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
        let before = panic::take_hook();
        log_panics();
        let thrown = tracing::subscriber::with_default(subscriber, || panic::catch_unwind(|| panic!("MARKED {}", 7)));
        panic::set_hook(before);
        let incident = Incident::of(thrown.unwrap_err().as_ref());
        let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(log.contains(&format!("incident={incident}")) && log.contains("src/grpc/incident.rs:"), "{log}");
        assert!(!log.contains("MARKED"), "{log}");
        let elsewhere = panic::catch_unwind(|| resume(incident)).unwrap_err();
        assert_eq!(Incident::of(elsewhere.as_ref()), incident, "it stays the same when it goes on elsewhere");
    }
}
