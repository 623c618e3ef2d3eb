//! Which files of a folder are ready: those that two looks found the same, and that were not handled in this version.
//!
//! A file that is still being copied grows, or is touched, between two looks. Nothing is read before both agree. What was
//! handled is remembered by path and version, and absence takes nothing from that memory: a drive that is not there looks like
//! a folder whose files were all removed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::look::Found;

/// So far apart two looks must be, at least, that agree on a file: common programs that copy write more often than that, and a
/// drive that counts time in steps of two seconds shows every change by then.
pub const STEADY_AFTER: SignedDuration = SignedDuration::from_secs(2);

/// What can be seen of a file's content without reading it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Version {
    /// Its size, bytes.
    pub size: u64,
    /// When it was last changed, to the microsecond.
    pub mtime: Timestamp,
}

/// What is known of a watched folder's files. Paths are seen from the folder.
#[derive(Clone, Default, Debug)]
pub struct Folder {
    /// Files that are looked at, each with its version and since when it is that.
    looks: HashMap<PathBuf, (Version, Timestamp)>,
    handled: HashMap<PathBuf, Version>,
}

impl Folder {
    /// A folder of which these files were handled earlier.
    #[must_use]
    pub fn knowing(handled: impl IntoIterator<Item = (PathBuf, Version)>) -> Self {
        Self { looks: HashMap::new(), handled: handled.into_iter().collect() }
    }

    /// Takes a look in: `found` is everything that is there. Answers with the files that are ready, the oldest change first.
    pub fn look(&mut self, now: Timestamp, found: &[Found]) -> Vec<Found> {
        let mut looks = HashMap::with_capacity(self.looks.len());
        let mut ready = Vec::new();
        for file in found {
            if self.handled.get(&file.path) == Some(&file.version) {
                continue;
            }
            let since = match self.looks.get(&file.path) {
                // A clock that was set back would make a file wait for the time it once had.
                Some((version, since)) if *version == file.version && *since <= now => *since,
                _ => now,
            };
            if file.version.size > 0 && now.duration_since(since) >= STEADY_AFTER {
                ready.push(file.clone());
            }
            looks.insert(file.path.clone(), (file.version, since));
        }
        // What is not there any more is forgotten here, and a file of another name is another file.
        self.looks = looks;
        ready.sort_by(|one, other| (one.version.mtime, &one.path).cmp(&(other.version.mtime, &other.path)));
        ready
    }

    /// The folder cannot be seen: when it can be again, everything is looked at twice anew.
    pub fn away(&mut self) {
        self.looks.clear();
    }

    /// A version of a file was handled: queued, saved, failed or set aside.
    pub fn handled(&mut self, path: &Path, version: Version) {
        self.looks.remove(path);
        self.handled.insert(path.to_owned(), version);
    }

    /// A file is to be looked at as if it were new.
    pub fn forget(&mut self, path: &Path) {
        self.looks.remove(path);
        self.handled.remove(path);
    }

    /// A file turned out to have changed while it was read: its looks start over.
    pub fn changed(&mut self, path: &Path) {
        self.looks.remove(path);
    }

    /// How many files are there that were not handled.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.looks.len()
    }

    /// Whether another look soon would make some file ready: one was seen too shortly, or is empty still.
    #[must_use]
    pub fn is_unsteady(&self, now: Timestamp) -> bool {
        let shortly = |since: &Timestamp| now.duration_since(*since) < STEADY_AFTER;
        self.looks.values().any(|(version, since)| version.size > 0 && shortly(since))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + seconds).unwrap()
    }

    fn file(path: &str, size: u64, mtime: i64) -> Found {
        Found { path: path.into(), version: Version { size, mtime: at(mtime) } }
    }

    fn names(ready: &[Found]) -> Vec<&str> {
        ready.iter().map(|file| file.path.to_str().unwrap()).collect()
    }

    #[rstest]
    #[case::one_look(&[(0, 5, 0)], false)]
    #[case::two_looks_too_soon(&[(0, 5, 0), (1, 5, 0)], false)]
    #[case::two_looks(&[(0, 5, 0), (2, 5, 0)], true)]
    #[case::three_looks_in_two_seconds(&[(0, 5, 0), (1, 5, 0), (2, 5, 0)], true)]
    #[case::it_grew(&[(0, 5, 0), (2, 6, 0)], false)]
    #[case::it_was_touched(&[(0, 5, 0), (2, 5, 1)], false)]
    #[case::it_grew_and_stayed(&[(0, 5, 0), (2, 6, 0), (4, 6, 0)], true)]
    #[case::it_grew_and_shrank_back(&[(0, 5, 0), (1, 6, 0), (2, 5, 0)], false)]
    #[case::empty(&[(0, 0, 0), (60, 0, 0)], false)]
    #[case::changed_in_the_future(&[(0, 5, 900), (2, 5, 900)], true)]
    #[case::the_clock_was_set_back(&[(100, 5, 0), (0, 5, 0)], false)]
    #[case::the_clock_was_set_back_and_two_seconds_passed(&[(100, 5, 0), (0, 5, 0), (2, 5, 0)], true)]
    fn a_file_is_ready_when_two_looks_agree(#[case] looks: &[(i64, u64, i64)], #[case] ready: bool) {
        let mut folder = Folder::default();
        let mut last = Vec::new();
        for (now, size, mtime) in looks {
            last = folder.look(at(*now), &[file("a.jpg", *size, *mtime)]);
        }
        assert_eq!(!last.is_empty(), ready);
    }

    #[test]
    fn what_vanished_between_two_looks_starts_over_and_another_name_is_another_file() {
        let mut folder = Folder::default();
        folder.look(at(0), &[file("a.jpg", 5, 0), file("b.jpg", 5, 0)]);
        folder.look(at(1), &[file("a.jpg", 5, 0)]);
        let ready = folder.look(at(2), &[file("a.jpg", 5, 0), file("b.jpg", 5, 0), file("c.jpg", 5, 0)]);
        assert_eq!(names(&ready), ["a.jpg"]);
        assert_eq!(folder.waiting(), 3);
    }

    #[test]
    fn the_oldest_change_comes_first() {
        let mut folder = Folder::default();
        let files = [file("new.jpg", 5, 9), file("b.jpg", 5, 3), file("a.jpg", 5, 3), file("old.jpg", 5, 1)];
        folder.look(at(10), &files);
        assert_eq!(names(&folder.look(at(12), &files)), ["old.jpg", "a.jpg", "b.jpg", "new.jpg"]);
    }

    #[test]
    fn an_empty_mount_point_takes_nothing_from_what_was_handled() {
        let files = [file("a.jpg", 5, 0), file("b.jpg", 5, 0)];
        let known = files.iter().map(|file| (file.path.clone(), file.version));
        let mut folder = Folder::knowing(known);
        folder.look(at(0), &[]);
        folder.away();
        for second in [10, 20, 30] {
            assert!(folder.look(at(second), &files).is_empty());
        }
        assert!(!folder.is_unsteady(at(30)));
    }

    #[test]
    fn a_new_look_is_worth_while_only_while_something_settles() {
        let mut folder = Folder::default();
        folder.look(at(0), &[file("a.jpg", 5, 0)]);
        assert!(folder.is_unsteady(at(1)));
        folder.look(at(2), &[file("a.jpg", 5, 0), file("empty.jpg", 0, 0)]);
        assert!(!folder.is_unsteady(at(2)));
    }

    /// What a disorderly drive does between looks.
    #[derive(Clone, Debug)]
    enum Deed {
        Write { file: usize, size: u64 },
        Touch { file: usize },
        Remove { file: usize },
        Wait { millis: i64 },
        Away,
        Restart,
    }

    fn deeds() -> impl Strategy<Value = Vec<Deed>> {
        let deed = prop_oneof![
            3 => (0..4_usize, 0..4_u64).prop_map(|(file, size)| Deed::Write { file, size }),
            1 => (0..4_usize).prop_map(|file| Deed::Touch { file }),
            1 => (0..4_usize).prop_map(|file| Deed::Remove { file }),
            6 => (0..4_000_i64).prop_map(|millis| Deed::Wait { millis }),
            1 => Just(Deed::Away),
            1 => Just(Deed::Restart),
        ];
        prop::collection::vec(deed, 1..60)
    }

    proptest! {
        #[test]
        fn no_file_is_taken_before_two_equal_looks_and_each_version_at_most_once(deeds in deeds()) {
            let mut now = at(0);
            let mut drive: HashMap<PathBuf, Version> = HashMap::new();
            let mut folder = Folder::default();
            // The model: every look since the start of this program, and everything that was ever taken.
            let mut looks: Vec<(Timestamp, HashMap<PathBuf, Version>)> = Vec::new();
            let mut taken: Vec<(PathBuf, Version)> = Vec::new();
            for deed in deeds {
                let path = |file: usize| PathBuf::from(format!("{file}.jpg"));
                match deed {
                    Deed::Write { file, size } => {
                        drive.insert(path(file), Version { size, mtime: now });
                    }
                    Deed::Touch { file } => {
                        if let Some(version) = drive.get_mut(&path(file)) {
                            version.mtime = now;
                        }
                    }
                    Deed::Remove { file } => {
                        drive.remove(&path(file));
                    }
                    Deed::Wait { millis } => now += SignedDuration::from_millis(millis),
                    Deed::Away => {
                        folder.away();
                        looks.clear();
                    }
                    Deed::Restart => {
                        // The last version of each path is what a database row holds.
                        folder = Folder::knowing(taken.iter().cloned());
                        looks.clear();
                    }
                }
                let found: Vec<Found> =
                    drive.iter().map(|(path, version)| Found { path: path.clone(), version: *version }).collect();
                looks.push((now, drive.clone()));
                for file in folder.look(now, &found) {
                    prop_assert!(file.version.size > 0);
                    let settled = looks.iter().rev().take_while(|(_, files)| files.get(&file.path) == Some(&file.version));
                    let first = settled.last().unwrap().0;
                    prop_assert!(now.duration_since(first) >= STEADY_AFTER);
                    let key = (file.path.clone(), file.version);
                    prop_assert!(taken.last_of(&file.path) != Some(file.version), "twice: {key:?}");
                    folder.handled(&file.path, file.version);
                    taken.push(key);
                }
            }
        }
    }

    trait LastOf {
        fn last_of(&self, path: &Path) -> Option<Version>;
    }

    impl LastOf for Vec<(PathBuf, Version)> {
        fn last_of(&self, path: &Path) -> Option<Version> {
            self.iter().rev().find(|(other, _)| other == path).map(|(_, version)| *version)
        }
    }
}
