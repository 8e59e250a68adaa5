//! Lines of the log on their way out, so that no call waits for whoever reads them.

use std::{
    io::{self, Write},
    mem,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use chrono::DateTime;
use tracing_subscriber::fmt::MakeWriter;

/// How long lines are gathered, so that one write takes many of them.
const GATHER: Duration = Duration::from_millis(20);

/// Bytes that are written before that, so that calls on the same core do not wait for more of them. The thread that writes is told of
/// these: a pause of its own so short would be a timer, which costs a virtual machine more than what it writes.
const ENOUGH: usize = 128 << 10;

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
    /// The thread that writes found nothing, and waits to be told of a line.
    asleep: bool,
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
            let mut waiting = self.waiting();
            waiting.asleep = waiting.text.is_empty();
            let told = self.0.changed.wait_while(waiting, |waiting| waiting.asleep && !waiting.over);
            let waiting = told.unwrap_or_else(PoisonError::into_inner);
            let gathers = |waiting: &mut Waiting| waiting.text.len() < ENOUGH && !waiting.over;
            let gathered = self.0.changed.wait_timeout_while(waiting, GATHER, gathers);
            let (mut waiting, _) = gathered.unwrap_or_else(PoisonError::into_inner);
            let over = waiting.over;
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
    /// Adds a line of something that was so `at` an instant; `tell` writes it, and is told the time of that.
    pub(super) fn add(&self, at: Instant, tell: impl FnOnce(&mut Vec<u8>, Now<'_>)) {
        self.append(|text, clock| tell(text, clock.at(at)));
    }

    fn append(&self, tell: impl FnOnce(&mut Vec<u8>, &mut Clock)) {
        let mut waiting = self.waiting();
        let Waiting { text, clock, dropped, .. } = &mut *waiting;
        let before = text.len();
        if before > MOST {
            *dropped += 1;
            DROPPED.fetch_add(1, Ordering::Relaxed);
            return;
        }
        tell(text, clock);
        let enough = before < ENOUGH && text.len() >= ENOUGH;
        let asleep = mem::take(&mut waiting.asleep);
        drop(waiting);
        if asleep || enough {
            self.0.changed.notify_one();
        }
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.append(|text, _| text.extend_from_slice(line));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Tells the time of instants, of which many fall into the same second. The time of the system is looked at once in a second.
#[derive(Default)]
struct Clock(Option<Second>);

/// A second.
struct Second {
    begin: Instant,
    /// It, as `2024-02-14T15:50:22`.
    told: String,
}

/// An instant as `2024-02-14T15:50:22.123456Z`.
pub(super) struct Now<'a> {
    second: &'a str,
    micros: u32,
}

impl Clock {
    fn at(&mut self, instant: Instant) -> Now<'_> {
        let since = |second: &Second| instant.checked_duration_since(second.begin);
        let has = |second: &Second| since(second).is_some_and(|since| since.as_secs() == 0);
        let second = self.0.take().filter(has).unwrap_or_else(|| Second::of(instant));
        let micros = since(&second).unwrap_or_default().subsec_micros();
        let Second { told, .. } = self.0.insert(second);
        Now { second: told, micros }
    }
}

impl Second {
    /// The second of an instant that is over, by what the system says of now.
    fn of(instant: Instant) -> Self {
        let (now, time) = (Instant::now(), SystemTime::now());
        let time = time.checked_sub(now.saturating_duration_since(instant)).unwrap_or(time);
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let second = i64::try_from(since.as_secs()).ok().and_then(|second| DateTime::from_timestamp(second, 0));
        let begin = instant.checked_sub(Duration::from_nanos(since.subsec_nanos().into())).unwrap_or(instant);
        Self { begin, told: second.unwrap_or_default().format("%Y-%m-%dT%H:%M:%S").to_string() }
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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    #[test]
    fn instants_are_told_in_any_order_by_the_time_of_the_system() {
        let (now, time) = (Instant::now(), Utc::now());
        let mut clock = Clock::default();
        for micros in [3_000_000, 2_999_999, 2_000_001, 2_000_000, 2_500_000, 1, 0, 3_000_000, 0] {
            let ago = Duration::from_micros(micros);
            let mut told = Vec::new();
            clock.at(now.checked_sub(ago).unwrap()).tell(&mut told);
            let told = String::from_utf8(told).unwrap();
            assert_eq!((told.len(), &told[19..20], &told[26..]), (27, ".", "Z"), "{told}");
            let off = told.parse::<DateTime<Utc>>().unwrap() - (time - ago);
            assert!(off.num_milliseconds().abs() < 500, "{told} is off by {off}");
        }
    }
}
