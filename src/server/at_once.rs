//! The calls of a connection, answered together as they were read.
//!
//! Most calls are answered when they are asked first. As tasks they would each be made, queued, woken and taken down for that.

use std::{
    cell::Cell,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use hyper::rt::Executor;
use tokio::sync::Notify;

use super::alarm::Timed;

/// How long calls of a connection are answered before other work of the thread has its turn, and how many before the clock is looked at.
const TURN: Duration = Duration::from_millis(1);
const CALLS_PER_LOOK: usize = 8;

/// The calls of one connection, each with an alarm. One that does not hear it notifies `unheard`, which each call holds.
#[derive(Clone)]
pub(super) struct Calls {
    unheard: Arc<Notify>,
}

type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

thread_local! {
    /// Calls that have begun on the connection that this thread asks. They are answered before it asks another.
    static BEGUN: Cell<Vec<Running>> = const { Cell::new(Vec::new()) };
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for Calls {
    fn execute(&self, call: F) {
        let mut begun = BEGUN.take();
        begun.push(Box::pin(Timed::new(call, self.unheard.clone())));
        BEGUN.set(begun);
    }
}

impl Calls {
    pub(super) fn new(unheard: Arc<Notify>) -> Self {
        Self { unheard }
    }
}

/// Drives a connection and the calls that begin on it: all that were read together are answered together, and those that can't be
/// answered at once become tasks. Answers are written when other connections were read, too, since whoever waits for them may be
/// given the processor at once.
pub(super) fn drive<C: Future>(connection: Pin<&mut C>, context: &mut Context<'_>) -> Poll<C::Output> {
    let polled = connection.poll(context);
    if answer() {
        context.waker().wake_by_ref();
    }
    polled
}

/// Answers the calls that have begun. False when there are none.
fn answer() -> bool {
    let mut begun = BEGUN.take();
    if begun.is_empty() {
        return false;
    }
    let since = Instant::now();
    let mut is_over = false;
    for (place, mut call) in begun.drain(..).enumerate() {
        is_over |= place % CALLS_PER_LOOK == CALLS_PER_LOOK - 1 && since.elapsed() > TURN;
        // As a task it is asked again, and woken from then on.
        if is_over || call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
            tokio::spawn(call);
        }
    }
    // None begins but when a connection is asked. What room there is is kept.
    BEGUN.set(begun);
    true
}

#[cfg(test)]
mod tests {
    use std::{
        future::poll_fn,
        pin::pin,
        sync::atomic::{AtomicUsize, Ordering},
        thread,
    };

    use super::{
        super::alarm::{rings, set},
        *,
    };

    const SOON: Duration = Duration::from_millis(20);

    /// Asks a connection once on which all of these begin.
    async fn driven(begin: impl FnOnce(&Calls)) -> Poll<()> {
        let calls = Calls::new(Arc::default());
        let mut begin = Some(begin);
        let mut connection = pin!(poll_fn(|_| {
            if let Some(begin) = begin.take() {
                begin(&calls);
            }
            Poll::Pending
        }));
        poll_fn(|context| Poll::Ready(drive(connection.as_mut(), context))).await
    }

    #[tokio::test]
    async fn a_call_is_answered_with_its_connection_or_goes_on_as_a_task() {
        let answered = Arc::new(AtomicUsize::new(0));
        let count = |more: usize| {
            let answered = answered.clone();
            move || _ = answered.fetch_add(more, Ordering::Relaxed)
        };
        let (at_once, later) = (count(1), count(10));
        let driven = driven(|calls| {
            calls.execute(async move { at_once() });
            calls.execute(async move {
                tokio::time::sleep(SOON).await;
                later();
            });
        });
        assert!(driven.await.is_pending(), "the connection goes on");
        assert_eq!(answered.load(Ordering::Relaxed), 1);
        tokio::time::timeout(100 * SOON, async {
            while answered.load(Ordering::Relaxed) < 11 {
                tokio::time::sleep(SOON).await;
            }
        })
        .await
        .unwrap();
    }

    #[tokio::test]
    async fn a_call_that_became_a_task_hears_its_alarm() {
        let heard = Arc::new(AtomicUsize::new(0));
        let _ = driven(|calls| {
            let heard = heard.clone();
            set_once_and_hear(calls, heard);
        })
        .await;
        tokio::time::timeout(100 * SOON, async {
            while heard.load(Ordering::Relaxed) == 0 {
                tokio::time::sleep(SOON).await;
            }
        })
        .await
        .unwrap();
    }

    /// A call that only its alarm wakes.
    fn set_once_and_hear(calls: &Calls, heard: Arc<AtomicUsize>) {
        let mut at = Some(Instant::now() + SOON);
        calls.execute(poll_fn(move |_| {
            if at.is_some() {
                set(at.take());
            }
            if rings() {
                heard.fetch_add(1, Ordering::Relaxed);
                return Poll::Ready(());
            }
            Poll::Pending
        }));
    }

    #[tokio::test]
    async fn calls_that_take_long_together_leave_other_work_its_turn() {
        let answered = Arc::new(AtomicUsize::new(0));
        let _ = driven(|calls| {
            for _ in 0..3 * CALLS_PER_LOOK {
                let answered = answered.clone();
                calls.execute(async move {
                    thread::sleep(TURN);
                    answered.fetch_add(1, Ordering::Relaxed);
                });
            }
        })
        .await;
        assert_eq!(answered.load(Ordering::Relaxed), CALLS_PER_LOOK - 1);
        while answered.load(Ordering::Relaxed) < 3 * CALLS_PER_LOOK {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn calls_that_are_read_while_answers_are_written_are_answered_too() {
        let (calls, answered) = (Calls::new(Arc::default()), Arc::new(AtomicUsize::new(0)));
        let mut asked = 0;
        let mut connection = pin!(poll_fn(|_| {
            asked += 1;
            if asked > 9 {
                return Poll::Ready(());
            }
            let answered = answered.clone();
            calls.execute(async move { _ = answered.fetch_add(1, Ordering::Relaxed) });
            Poll::Pending
        }));
        let driven = poll_fn(|context| drive(connection.as_mut(), context));
        tokio::time::timeout(100 * SOON, driven).await.unwrap();
        assert_eq!(answered.load(Ordering::Relaxed), 9);
    }
}
