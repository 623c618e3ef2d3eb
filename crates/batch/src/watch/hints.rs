//! When to look next. The system's own news of changes only make a look come sooner: they get lost on network drives, overflow,
//! and end with the drive, so looks go on without them.

use std::path::Path;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

/// A look this often where the system tells nothing.
const UNTOLD: Duration = Duration::from_secs(5);
/// A look this often where it would have told.
const TOLD: Duration = Duration::from_secs(30);
/// The second look, a little over [`STEADY_AFTER`](super::STEADY_AFTER) behind the first.
const SECOND: Duration = Duration::from_millis(2_100);

/// How long to wait for the next look, unless something is told before: `hinted` says whether the system tells of changes,
/// `unsteady` whether some file was seen too shortly.
#[must_use]
pub fn next_look(hinted: bool, unsteady: bool) -> Duration {
    match (unsteady, hinted) {
        (true, _) => SECOND,
        (false, true) => TOLD,
        (false, false) => UNTOLD,
    }
}

/// Listens to the system's news of a folder for as long as it lives.
#[derive(Debug)]
pub struct Hints(#[expect(dead_code, reason = "held: dropping it ends the news")] RecommendedWatcher);

impl Hints {
    /// Begins to listen. `hint` is called on a thread of its own whenever a file may have changed; `None` where the system
    /// tells nothing of this folder. Blocking: a deep tree takes a while.
    #[must_use]
    pub fn of(folder: &Path, recursive: bool, hint: impl Fn() + Send + 'static) -> Option<Self> {
        let listening = notify::recommended_watcher(move |told: notify::Result<Event>| {
            if told.as_ref().map_or(true, is_change) {
                hint();
            }
        });
        let depth = if recursive { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
        let begun = listening.and_then(|mut listening| listening.watch(folder, depth).map(|()| listening));
        begun.inspect_err(|error| tracing::debug!(%error, "no news of a watched folder")).ok().map(Self)
    }
}

/// Our own looks open folders and files; only what writes is news.
fn is_change(event: &Event) -> bool {
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use rstest::rstest;

    use super::*;
    use crate::watch::{Bounds, STEADY_AFTER, look};

    #[rstest]
    #[case(false, false, 5_000)]
    #[case(true, false, 30_000)]
    #[case(false, true, 2_100)]
    #[case(true, true, 2_100)]
    fn the_next_look_comes_when_it_may_find_something(#[case] hinted: bool, #[case] unsteady: bool, #[case] ms: u64) {
        assert_eq!(next_look(hinted, unsteady), Duration::from_millis(ms));
    }

    #[test]
    fn a_second_look_is_late_enough_to_prove_something() {
        assert!(SECOND > STEADY_AFTER.unsigned_abs());
    }

    #[test]
    fn a_new_file_is_told_and_our_own_look_is_not() {
        let home = tempfile::tempdir().unwrap();
        let (tell, told) = mpsc::channel();
        // On a system without news there is nothing to test.
        let Some(_hints) = Hints::of(home.path(), true, move || {
            let _ = tell.send(());
        }) else {
            return;
        };
        let _ = look(&Bounds::new(home.path(), true, &[]));
        std::fs::read_dir(home.path()).unwrap().for_each(drop);
        assert!(told.try_recv().is_err());
        std::fs::write(home.path().join("a.jpg"), b"bytes").unwrap();
        told.recv_timeout(Duration::from_secs(20)).unwrap();
    }

    #[test]
    fn of_a_folder_that_is_not_there_nothing_is_told() {
        let home = tempfile::tempdir().unwrap();
        assert!(Hints::of(&home.path().join("gone"), false, || ()).is_none());
    }
}
