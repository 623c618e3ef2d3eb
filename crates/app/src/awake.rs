//! The computer does not fall asleep from idleness while a queue is at work; what the user does themselves, closing the lid or
//! choosing sleep, is not held up. Where the system offers no way, the work goes on all the same and survives the sleep.

use std::sync::{Mutex, PoisonError};

/// Keeps the computer from idling into sleep for as long as it lives.
pub type Held = Box<dyn Send>;

/// Who asks the system.
pub trait Awake: Send + Sync {
    /// Asks it not to idle into sleep until the answer is dropped. Blocks for a moment.
    ///
    /// # Errors
    /// The system's own words where it offers no way.
    fn hold(&self, reason: &str) -> Result<Held, String>;
}

/// The system's own way: logind, the power assertions of macOS, the execution state of Windows.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemAwake;

impl Awake for SystemAwake {
    fn hold(&self, reason: &str) -> Result<Held, String> {
        let held = keepawake::Builder::default()
            .idle(true)
            .reason(reason)
            .app_name("Clearcut")
            .app_reverse_domain("app.clearcut.Clearcut")
            .create();
        held.map(|held| Box::new(Quiet(Some(held))) as Held).map_err(|error| error.to_string())
    }
}

/// Lets go on a thread of its own: the library speaks to the system when it is dropped.
struct Quiet(Option<keepawake::KeepAwake>);

impl Drop for Quiet {
    fn drop(&mut self) {
        if let Some(held) = self.0.take() {
            std::thread::spawn(move || drop(held));
        }
    }
}

/// Whether the computer is held awake now.
#[derive(Default)]
pub(crate) struct Vigil(Mutex<State>);

#[derive(Default)]
enum State {
    #[default]
    Asleep,
    /// The system is being asked.
    Asking,
    Held(#[expect(dead_code, reason = "held for what its end does")] Held),
    /// It was asked and offers no way: it is not asked again for this batch.
    Refused,
}

impl Vigil {
    /// Whether the system is to be asked now; once for each stretch of work.
    pub(crate) fn begins(&self) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begins = matches!(*state, State::Asleep);
        if begins {
            *state = State::Asking;
        }
        begins
    }

    /// The system has answered.
    pub(crate) fn answered(&self, held: Result<Held, String>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The work may be over by now.
        if matches!(*state, State::Asking) {
            *state = match held {
                Ok(held) => State::Held(held),
                Err(error) => {
                    tracing::info!(%error, "the computer may fall asleep while pictures wait");
                    State::Refused
                }
            };
        }
    }

    /// The work is over.
    pub(crate) fn ends(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::Asleep;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    struct Counted(Arc<AtomicUsize>);

    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn the_system_is_asked_once_a_stretch_and_let_go_at_its_end() {
        let held = Arc::new(AtomicUsize::new(0));
        let vigil = Vigil::default();
        assert!(vigil.begins() && !vigil.begins());
        held.fetch_add(1, Ordering::SeqCst);
        vigil.answered(Ok(Box::new(Counted(Arc::clone(&held)))));
        assert!(!vigil.begins());
        vigil.ends();
        assert_eq!(held.load(Ordering::SeqCst), 0);
        assert!(vigil.begins(), "another stretch");
    }

    #[test]
    fn an_answer_that_comes_after_the_end_holds_nothing() {
        let held = Arc::new(AtomicUsize::new(1));
        let vigil = Vigil::default();
        assert!(vigil.begins());
        vigil.ends();
        vigil.answered(Ok(Box::new(Counted(Arc::clone(&held)))));
        assert_eq!(held.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_system_that_offers_no_way_is_not_asked_again_for_the_same_stretch() {
        let vigil = Vigil::default();
        assert!(vigil.begins());
        vigil.answered(Err("no logind".to_owned()));
        assert!(!vigil.begins());
        vigil.ends();
        assert!(vigil.begins());
    }
}
