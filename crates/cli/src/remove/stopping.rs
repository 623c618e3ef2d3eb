//! What comes back from a list, and the user's wish to stop it. The wish counts whenever it was said: also while nobody waited for the
//! next picture.

use clearcut_app::{Fetching, Outcome};

use crate::interrupt::Interrupt;
use crate::out::Out;

/// A list that pictures come back from.
pub(super) trait Awaited {
    /// The next one; `None` when no more comes. Nothing is lost when it is not waited for to its end.
    async fn next(&mut self) -> Option<Outcome>;

    /// Sends nothing new.
    fn pause(&self);
}

impl Awaited for Fetching {
    async fn next(&mut self) -> Option<Outcome> {
        Self::next(self).await
    }

    fn pause(&self) {
        Self::pause(self);
    }
}

/// The next picture that is done with. When the user asks to stop, or has asked, nothing new is sent; `paused` says whether the list
/// knows.
pub(super) async fn next(
    list: &mut impl Awaited,
    paused: &mut bool,
    interrupt: &Interrupt,
    out: &Out,
) -> Option<Outcome> {
    loop {
        tokio::select! {
            biased;
            () = interrupt.stopped(), if !*paused => {
                *paused = true;
                list.pause();
                out.talk(
                    "Stopping: nothing new is sent, and what was sent is awaited, because it is paid. \
                     Press Ctrl-C again to quit at once; pictures may then have been charged without a result.",
                );
            }
            outcome = list.next() => return outcome,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[derive(Default)]
    struct List {
        pauses: Cell<u32>,
    }

    impl Awaited for List {
        async fn next(&mut self) -> Option<Outcome> {
            None
        }

        fn pause(&self) {
            self.pauses.set(self.pauses.get() + 1);
        }
    }

    async fn pauses(asked: u32) -> u32 {
        let (mut list, mut paused) = (List::default(), false);
        let (interrupt, out) = (Interrupt::asked_so_often(asked), Out::new());
        for _ in 0..3 {
            assert!(next(&mut list, &mut paused, &interrupt, &out).await.is_none());
        }
        list.pauses.get()
    }

    /// It went on sending when Ctrl-C came between two pictures: only a wish that came during the wait was heard.
    #[tokio::test]
    async fn a_wish_to_stop_from_before_the_wait_is_heard_once() {
        assert_eq!(pauses(1).await, 1);
    }

    #[tokio::test]
    async fn without_a_wish_nothing_is_paused() {
        assert_eq!(pauses(0).await, 0);
    }
}
