//! Lines of the log on their way out, so that no call waits for whoever reads them.

use std::{
    io::{self, Write},
    mem,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use chrono::DateTime;
use tracing_subscriber::fmt::MakeWriter;

/// How long lines are gathered, so that one write takes many of them, and yet not so many that calls on the same core wait for it.
const GATHER: Duration = Duration::from_millis(5);

/// How long an end waits for a reader that does not read.
const PATIENCE: Duration = Duration::from_secs(1);

/// Bytes that wait at most. Lines beyond them are counted instead of kept.
const MOST: usize = 1 << 20;

/// Lines dropped since the process began, of which there is one log.
static DROPPED: AtomicU64 = AtomicU64::new(0);

/// Lines that were dropped so far, since no one took them.
pub(super) fn dropped() -> u64 {
    DROPPED.load(Ordering::Relaxed)
}

/// Where lines are left for the thread that writes them.
#[derive(Clone)]
pub(super) struct Lines(Arc<Shared>);

struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    text: Vec<u8>,
    clock: Clock,
    dropped: u64,
    /// No more lines will come.
    over: bool,
    /// The last line is out.
    done: bool,
}

/// Waits, when it is dropped, until all lines are out.
#[must_use = "lines that are not out yet go with it"]
pub struct Flush(Lines);

impl Lines {
    /// Starts the thread that writes lines to `out`.
    pub(super) fn to(out: impl Write + Send + 'static) -> (Self, Flush) {
        let shared = Shared { waiting: Mutex::default(), changed: Condvar::new() };
        let lines = Self(Arc::new(shared));
        let writer = lines.clone();
        let started = thread::Builder::new().name("log".to_owned()).spawn(move || writer.write_to(out));
        // Without a thread there is no log, and nothing to wait for.
        lines.waiting().done = started.is_err();
        (lines.clone(), Flush(lines))
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_to(&self, mut out: impl Write) {
        let mut text = Vec::new();
        loop {
            let waiting = self.0.changed.wait_while(self.waiting(), |waiting| waiting.text.is_empty() && !waiting.over);
            let over = waiting.unwrap_or_else(PoisonError::into_inner).over;
            if !over {
                thread::sleep(GATHER);
            }
            let mut waiting = self.waiting();
            mem::swap(&mut text, &mut waiting.text);
            let dropped = mem::take(&mut waiting.dropped);
            drop(waiting);
            // A reader that has gone takes nothing, which must not end the calls that write.
            let _ = out.write_all(&text);
            if dropped > 0 {
                let _ = writeln!(out, "{dropped} lines of the log were dropped, since no one took them");
            }
            let _ = out.flush();
            text.clear();
            if over {
                self.waiting().done = true;
                self.0.changed.notify_all();
                return;
            }
        }
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    /// Adds a line that `tell` writes, which is told the time.
    pub(super) fn add(&self, tell: impl FnOnce(&mut Vec<u8>, Now<'_>)) {
        let mut waiting = self.waiting();
        let first = waiting.text.is_empty();
        let Waiting { text, clock, dropped, .. } = &mut *waiting;
        if text.len() > MOST {
            *dropped += 1;
            DROPPED.fetch_add(1, Ordering::Relaxed);
            return;
        }
        tell(text, clock.now());
        drop(waiting);
        // The thread sleeps only while there is nothing.
        if first {
            self.0.changed.notify_one();
        }
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.add(|text, _| text.extend_from_slice(line));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes instants, of which many fall into the same second.
#[derive(Default)]
struct Clock {
    second: u64,
    /// That second, as `2024-02-14T15:50:22`.
    told: String,
}

/// An instant as `2024-02-14T15:50:22.123456Z`.
pub(super) struct Now<'a> {
    second: &'a str,
    micros: u32,
}

impl Clock {
    fn now(&mut self) -> Now<'_> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        if since.as_secs() != self.second || self.told.is_empty() {
            self.second = since.as_secs();
            let second = i64::try_from(self.second).ok().and_then(|second| DateTime::from_timestamp(second, 0));
            self.told = second.unwrap_or_default().format("%Y-%m-%dT%H:%M:%S").to_string();
        }
        Now { second: &self.told, micros: since.subsec_micros() }
    }
}

impl Now<'_> {
    /// Adds it to a text.
    pub(super) fn tell(&self, text: &mut Vec<u8>) {
        text.extend_from_slice(self.second.as_bytes());
        // A second more, whose digit is where the point goes, for the zeros in front.
        let from = text.len();
        text.extend_from_slice(itoa::Buffer::new().format(1_000_000 + self.micros).as_bytes());
        if let Some(point) = text.get_mut(from) {
            *point = b'.';
        }
        text.push(b'Z');
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        let Self(lines) = self;
        let mut waiting = lines.waiting();
        waiting.over = true;
        lines.0.changed.notify_all();
        let _ = lines.0.changed.wait_timeout_while(waiting, PATIENCE, |waiting| !waiting.done);
    }
}
