//! Lines of the log on their way out, so that no call waits for whoever reads them.

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

/// How long lines are gathered, so that one write takes many of them.
const GATHER: Duration = Duration::from_millis(5);

/// How long an end waits for a reader that does not read.
const PATIENCE: Duration = Duration::from_secs(1);

/// Bytes that wait at most. Lines beyond them are counted instead of kept.
const MOST: usize = 1 << 20;

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

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut waiting = self.waiting();
        if waiting.text.len() + line.len() > MOST {
            waiting.dropped += 1;
            return Ok(line.len());
        }
        let first = waiting.text.is_empty();
        waiting.text.extend_from_slice(line);
        drop(waiting);
        // The thread sleeps only while there is nothing.
        if first {
            self.0.changed.notify_one();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
