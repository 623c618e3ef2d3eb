//! Whether a watch makes sense, before it is made: a folder that is there, that nobody else watches, whose originals do not
//! come back to where they were taken from.

use std::path::{Path, PathBuf};

use clearcut_store::WatchRow;

use super::words;
use crate::intake::file_name;
use crate::problem::Problem;

/// The folder by its one true path.
pub(super) fn folder(path: &Path) -> Result<PathBuf, Problem> {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if absolute.is_dir() { Ok(absolute) } else { Err(words::no_folder(&file_name(&absolute))) }
}

/// Refuses a watch that would take a picture twice, or again and again.
pub(super) fn check(watch: &WatchRow, others: &[WatchRow]) -> Result<(), Problem> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = real(&watch.folder);
    let overlaps = |other: &&WatchRow| {
        let theirs = real(&other.folder);
        let within = other.recursive && folder.starts_with(&theirs);
        let around = watch.recursive && theirs.starts_with(&folder);
        folder == theirs || within || around
    };
    if others.iter().filter(|other| other.id != watch.id).any(|other| overlaps(&other)) {
        return Err(words::watched_already(&file_name(&watch.folder)));
    }
    if watch.move_done_to.as_deref().is_some_and(|target| real(target) == folder) {
        return Err(words::moved_in_circles());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use clearcut_credits::Credits;
    use clearcut_store::AccountId;
    use rstest::rstest;

    use super::*;

    fn watch(folder: &str, recursive: bool) -> WatchRow {
        WatchRow { recursive, ..WatchRow::new(AccountId::PRACTICE, folder.into(), Credits::ONE) }
    }

    #[rstest]
    #[case::the_same("/in", false, "/in", false, false)]
    #[case::beside("/in", true, "/in-2", true, true)]
    #[case::within_a_deep_one("/in/sub", false, "/in", true, false)]
    #[case::within_a_flat_one("/in/sub", false, "/in", false, true)]
    #[case::around_one("/in", true, "/in/sub", false, false)]
    #[case::flat_around_one("/in", false, "/in/sub", true, true)]
    fn no_picture_is_watched_twice(
        #[case] folder: &str,
        #[case] recursive: bool,
        #[case] other: &str,
        #[case] other_recursive: bool,
        #[case] fine: bool,
    ) {
        let checked = check(&watch(folder, recursive), &[watch(other, other_recursive)]);
        assert_eq!(checked.is_ok(), fine, "{checked:?}");
    }

    #[test]
    fn originals_do_not_come_back_to_where_they_were_taken_from() {
        let home = tempfile::tempdir().unwrap();
        let row = watch(home.path().to_str().unwrap(), true);
        let moving = |to: PathBuf| check(&WatchRow { move_done_to: Some(to), ..row.clone() }, &[]).is_ok();
        assert!(!moving(home.path().to_owned()));
        assert!(moving(home.path().join("done")));
        assert!(folder(&home.path().join("gone")).is_err());
        assert_eq!(folder(home.path()).unwrap(), home.path());
    }
}
