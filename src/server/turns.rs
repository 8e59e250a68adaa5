//! Turns: the streams of a worker answer one after the other, with a look at the network between them, so that a call that comes
//! meanwhile waits for one turn and not for one of each stream.

use std::{
    cell::RefCell,
    collections::VecDeque,
    future::poll_fn,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

/// How long streams of a thread may answer before the network is looked at. A stream that is at it finishes its frame.
const TURN: Duration = Duration::from_micros(100);

thread_local! {
    static TURNS: RefCell<Turns> = const { RefCell::new(Turns::new()) };
}

/// The turns of one thread.
struct Turns {
    /// Time taken since the network was looked at.
    spent: Duration,
    /// Streams that wait for their turn, the next one first.
    waiting: VecDeque<Waker>,
    /// The number of the first that waits; those before were called.
    next: u64,
    /// The usher, while there is no one to call.
    usher: Option<Waker>,
}

/// The place of a stream among those that wait, if it does.
#[derive(Default)]
pub(super) struct Place(Option<u64>);

impl Turns {
    const fn new() -> Self {
        Self { spent: Duration::ZERO, waiting: VecDeque::new(), next: 0, usher: None }
    }

    /// Whether the stream at `place` may go on. One that may not is woken when it is called.
    fn poll(&mut self, place: &mut Place, context: &Context<'_>) -> Poll<()> {
        match place.0 {
            Some(number) if number < self.next => {
                place.0 = None;
                return Poll::Ready(());
            }
            Some(number) => {
                let ahead = usize::try_from(number - self.next).unwrap_or(usize::MAX);
                if let Some(waker) = self.waiting.get_mut(ahead) {
                    waker.clone_from(context.waker());
                }
            }
            None if self.spent < TURN && self.waiting.is_empty() => return Poll::Ready(()),
            None => {
                place.0 = Some(self.next + self.waiting.len() as u64);
                self.waiting.push_back(context.waker().clone());
                if let Some(usher) = self.usher.take() {
                    usher.wake();
                }
            }
        }
        Poll::Pending
    }

    /// Calls the first of those that wait.
    fn call(&mut self) {
        self.spent = Duration::ZERO;
        if let Some(waker) = self.waiting.pop_front() {
            self.next += 1;
            waker.wake();
        }
    }
}

/// Lets a stream go on when it is its turn, and counts the time it takes. Nothing comes back from one whose turn it is not; from one
/// that went on, when that ended.
pub(super) fn take<T>(
    place: &mut Place,
    context: &mut Context<'_>,
    go_on: impl FnOnce(&mut Context<'_>) -> Poll<T>,
) -> Option<(Poll<T>, Instant)> {
    if TURNS.with_borrow_mut(|turns| turns.poll(place, context)).is_pending() {
        return None;
    }
    let begun = Instant::now();
    let gone_on = go_on(context);
    let ended = Instant::now();
    TURNS.with_borrow_mut(|turns| turns.spent += ended - begun);
    Some((gone_on, ended))
}

/// Calls the streams of this thread to their turns, for as long as it is polled.
pub(super) async fn usher() {
    loop {
        poll_fn(|context| {
            TURNS.with_borrow_mut(|turns| {
                if turns.waiting.is_empty() {
                    turns.usher = Some(context.waker().clone());
                    Poll::Pending
                } else {
                    Poll::Ready(())
                }
            })
        })
        .await;
        // The runtime of a worker looks at the network before it goes on with what yielded.
        tokio::task::yield_now().await;
        TURNS.with_borrow_mut(Turns::call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_go_on(turns: &mut Turns, place: &mut Place) -> bool {
        turns.poll(place, &Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn streams_go_on_until_the_turn_is_spent_and_then_as_they_are_called() {
        let mut turns = Turns::new();
        let [mut first, mut second, mut third] = [const { Place(None) }; 3];
        assert!(may_go_on(&mut turns, &mut first) && may_go_on(&mut turns, &mut second), "there is time");
        turns.spent = TURN;
        assert!(!may_go_on(&mut turns, &mut first) && !may_go_on(&mut turns, &mut second));
        turns.call();
        assert!(!may_go_on(&mut turns, &mut second), "it was not called");
        assert!(!may_go_on(&mut turns, &mut third), "no one goes on before those that wait");
        assert!(may_go_on(&mut turns, &mut first), "it was called");
        assert!(!may_go_on(&mut turns, &mut first), "for one turn, and others wait");
        for mut place in [second, third, first] {
            turns.call();
            assert!(may_go_on(&mut turns, &mut place), "those that came first are called first");
        }
        assert!(may_go_on(&mut turns, &mut Place(None)), "no one waits any more");
    }

    #[test]
    fn one_that_does_not_ask_again_holds_no_one_up() {
        let mut turns = Turns { spent: TURN, ..Turns::new() };
        let [mut gone, mut second] = [const { Place(None) }; 2];
        assert!(!may_go_on(&mut turns, &mut gone) && !may_go_on(&mut turns, &mut second));
        turns.call();
        turns.call();
        assert!(may_go_on(&mut turns, &mut second));
    }
}
