//! The one timer of a call: what answers it says when it wants to be asked again at the latest, and a call that does not hear its alarm
//! is ended.
//!
//! An alarm goes unheard when nothing asks the answer for more, because its client takes nothing of what there is. Most calls
//! are done when they are asked first, and never have a timer.

use std::{
    cell::Cell,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Instant,
};

use pin_project_lite::pin_project;
use tokio::{
    sync::Notify,
    time::{Sleep, sleep_until},
};

/// The alarm of a call.
#[derive(Clone, Copy, Default)]
struct Alarm {
    /// When it rings.
    at: Option<Instant>,
    /// Whether it rang, and no one heard it yet.
    rings: bool,
    /// Whether something of the request was read since someone asked.
    read: bool,
}

thread_local! {
    /// The alarm of the call that is being polled on this thread.
    static ALARM: Cell<Alarm> = const { Cell::new(Alarm { at: None, rings: false, read: false }) };
}

fn change<T>(change: impl FnOnce(&mut Alarm) -> T) -> T {
    let mut alarm = ALARM.get();
    let changed = change(&mut alarm);
    ALARM.set(alarm);
    changed
}

/// Sets the alarm of the call that is being polled.
pub(super) fn set(at: Option<Instant>) {
    change(|alarm| alarm.at = at);
}

/// Whether the alarm rings. It is heard by that.
pub(super) fn rings() -> bool {
    change(|alarm| std::mem::take(&mut alarm.rings))
}

/// Notes that something of the request was read.
pub(super) fn note_read() {
    change(|alarm| alarm.read = true);
}

/// Whether something of the request was read since this was asked last.
pub(super) fn was_read() -> bool {
    change(|alarm| std::mem::take(&mut alarm.read))
}

pin_project! {
    /// A call with its alarm. One that does not hear it notifies `unheard`.
    pub(super) struct Timed<F> {
        #[pin]
        call: F,
        alarm: Alarm,
        timer: Option<Pin<Box<Sleep>>>,
        unheard: Arc<Notify>,
    }
}

impl<F> Timed<F> {
    pub(super) fn new(call: F, unheard: Arc<Notify>) -> Self {
        Self { call, alarm: Alarm::default(), timer: None, unheard }
    }
}

impl<F: Future<Output = ()>> Future for Timed<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        loop {
            ALARM.set(*this.alarm);
            let polled = this.call.as_mut().poll(context);
            *this.alarm = ALARM.take();
            if polled.is_ready() {
                return Poll::Ready(());
            }
            if this.alarm.rings {
                // Dropping a call resets its stream, as soon as its client has taken what is on its way.
                this.unheard.notify_one();
                return Poll::Ready(());
            }
            let Some(at) = this.alarm.at.map(Into::into) else { return Poll::Pending };
            if context.waker().will_wake(Waker::noop()) {
                // Not a task yet: a timer set now would wake no one.
                return Poll::Pending;
            }
            match this.timer {
                // It rings early enough, and is set anew when it does.
                Some(timer) if timer.deadline() <= at && !timer.is_elapsed() => return Poll::Pending,
                Some(timer) => timer.as_mut().reset(at),
                None => *this.timer = Some(Box::pin(sleep_until(at))),
            }
            if this.timer.as_mut().is_some_and(|timer| timer.as_mut().poll(context).is_pending()) {
                return Poll::Pending;
            }
            this.alarm.rings = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::poll_fn,
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    fn timed<F: Future<Output = ()>>(call: F) -> Timed<F> {
        Timed::new(call, Arc::default())
    }

    #[tokio::test]
    async fn an_alarm_that_is_heard_is_set_again_and_one_that_is_not_ends_the_call() {
        let (heard, begun) = (AtomicUsize::new(0), Instant::now());
        timed(poll_fn(|_| {
            if heard.load(Ordering::Relaxed) == 0 || heard.load(Ordering::Relaxed) < 3 && rings() {
                heard.fetch_add(1, Ordering::Relaxed);
                set(Some(Instant::now() + SOON));
            }
            Poll::Pending
        }))
        .await;
        assert_eq!(heard.load(Ordering::Relaxed), 3, "set, heard twice, and then no more");
        assert!(begun.elapsed() >= 3 * SOON);
    }

    #[tokio::test]
    async fn an_alarm_that_is_put_off_rings_later() {
        let (asked, begun) = (AtomicUsize::new(0), Instant::now());
        timed(poll_fn(|context| {
            // Asked at once again, it wants more time.
            match asked.fetch_add(1, Ordering::Relaxed) {
                0 => {
                    set(Some(begun + SOON));
                    context.waker().wake_by_ref();
                }
                1 => set(Some(begun + 4 * SOON)),
                _ => {}
            }
            Poll::Pending
        }))
        .await;
        assert!(begun.elapsed() >= 4 * SOON, "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn calls_do_not_hear_each_other() {
        let heard = || if rings() { Poll::Ready(()) } else { Poll::Pending };
        let quiet = timed(poll_fn(|_| heard()));
        let mut soon = Some(Instant::now() + SOON);
        let loud = timed(poll_fn(|_| {
            if soon.is_some() {
                set(soon.take());
            }
            heard()
        }));
        tokio::select! {
            () = quiet => panic!("it had no alarm"),
            () = loud => {}
        }
    }
}
