//! Room on drives: what a run takes where, summed up for each drive, against what is free there. Looks at folders and spends
//! nothing.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use clearcut_store::Files;

/// What is to be written to a folder, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Need {
    /// At most.
    pub(crate) most: u64,
    /// Usually.
    pub(crate) usual: u64,
}

/// The drive where room is scarcest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tightest {
    /// Bytes needed on it at most.
    pub(crate) most: u64,
    /// Bytes free on it; `None` where the system does not tell.
    pub(crate) free: Option<u64>,
    /// Whether not even what is usual fits.
    pub(crate) short: bool,
}

/// Sums the needs up by drive and finds the one that they fit on worst. Blocks.
pub(crate) fn tightest(files: &dyn Files, needs: impl IntoIterator<Item = (PathBuf, Need)>) -> Tightest {
    let mut folders: HashMap<PathBuf, Need> = HashMap::new();
    for (folder, need) in needs {
        add(folders.entry(folder).or_default(), need);
    }
    let mut drives: BTreeMap<String, (PathBuf, Need)> = BTreeMap::new();
    for (folder, need) in folders {
        let there = existing(&folder);
        let drive = drives.entry(drive(there)).or_insert_with(|| (there.to_path_buf(), Need::default()));
        add(&mut drive.1, need);
    }
    let measured = drives.into_values().map(|(folder, Need { most, usual })| {
        let free = files.free_space(&folder).ok();
        Tightest { most, free, short: free.is_some_and(|free| usual > free) }
    });
    // What is left by the time all is written; a drive that does not tell is nobody's worry.
    let left = |drive: &Tightest| drive.free.map_or(i128::MAX, |free| i128::from(free) - i128::from(drive.most));
    measured.min_by_key(|drive| (!drive.short, left(drive))).unwrap_or_default()
}

fn add(sum: &mut Need, need: Need) {
    sum.most = sum.most.saturating_add(need.most);
    sum.usual = sum.usual.saturating_add(need.usual);
}

/// The folder itself, or the nearest one above it that exists: a folder that is made later lies on its drive.
fn existing(folder: &Path) -> &Path {
    folder.ancestors().find(|folder| folder.exists()).unwrap_or(folder)
}

/// Tells drives apart.
#[cfg(unix)]
fn drive(folder: &Path) -> String {
    use std::os::unix::fs::MetadataExt as _;
    folder.metadata().map_or_else(|_| folder.display().to_string(), |meta| meta.dev().to_string())
}

/// Tells drives apart: the letter or share in front. A folder that another drive is mounted in counts as its surroundings.
#[cfg(not(unix))]
fn drive(folder: &Path) -> String {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    real.components().next().map(|first| first.as_os_str().to_string_lossy().to_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use clearcut_store::DiskFiles;

    use super::*;

    const LITTLE: Need = Need { most: 2000, usual: 1000 };

    #[test]
    fn folders_of_one_drive_are_summed_up_and_those_to_come_count_as_where_they_will_lie() {
        let home = tempfile::tempdir().unwrap();
        let needs = ["a", "a", "b/c"].map(|folder| (home.path().join(folder), LITTLE));
        let tightest = tightest(&DiskFiles, needs);
        assert_eq!((tightest.most, tightest.short), (6000, false));
        assert!(tightest.free.unwrap() > 0);
    }

    #[test]
    fn what_cannot_fit_is_short_and_what_could_at_worst_not_fit_is_not() {
        let home = tempfile::tempdir().unwrap();
        let need = |most, usual| tightest(&DiskFiles, [(home.path().to_path_buf(), Need { most, usual })]).short;
        assert!(need(u64::MAX, u64::MAX));
        assert!(!need(u64::MAX, 1));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_drive_that_is_too_small_is_the_one_that_is_told() {
        let home = tempfile::tempdir().unwrap();
        let huge = Need { most: u64::MAX, usual: u64::MAX };
        let told = tightest(&DiskFiles, [(home.path().to_path_buf(), LITTLE), (PathBuf::from("/dev/shm"), huge)]);
        assert!(told.short && told.most == u64::MAX, "{told:?}");
    }

    #[test]
    fn nothing_takes_no_room() {
        assert_eq!(tightest(&DiskFiles, []), Tightest::default());
    }
}
