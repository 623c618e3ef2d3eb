//! What of a watched folder is left out without a look inside: hidden and unfinished files, what Clearcut itself wrote, and
//! the folders that results and finished originals go to. It judges names and places, never contents.

use std::path::{Path, PathBuf};

use crate::hidden::has_hidden_name;

/// What programs call a file that they have not finished yet.
const UNFINISHED: &[&str] =
    &["crdownload", "part", "partial", "download", "opdownload", "filepart", "tmp", "temp", "aria2", "swp", "lock"];
/// What stands at the end of a result's name, before a number.
const MARK: &str = "-cutout";

/// Which folder is watched, how deep, and which folders in it are not meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bounds {
    folder: PathBuf,
    recursive: bool,
    left_out: Vec<PathBuf>,
}

impl Bounds {
    /// The bounds of a watch. `others` are the folders that results and finished originals go to: where they lie in the watched
    /// one, they are left out. Asks the drive for the places that links lead to.
    #[must_use]
    pub fn new(folder: &Path, recursive: bool, others: &[&Path]) -> Self {
        let real = folder.canonicalize().ok();
        let mut left_out = Vec::new();
        for other in others {
            let places = [Some((*other).to_path_buf()), other.canonicalize().ok()];
            for place in places.into_iter().flatten() {
                let within =
                    [Some(folder), real.as_deref()].into_iter().flatten().find_map(|f| place.strip_prefix(f).ok());
                // Results beside their originals are told by their names, not by their folder.
                left_out.extend(within.filter(|within| within.components().next().is_some()).map(Path::to_path_buf));
            }
        }
        left_out.dedup();
        Self { folder: folder.to_owned(), recursive, left_out }
    }

    /// The watched folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether a folder in the watched one is looked into.
    #[must_use]
    pub fn admits_folder(&self, relative: &Path) -> bool {
        let hidden = relative.file_name().is_some_and(has_hidden_name);
        self.recursive && !hidden && !self.left_out.iter().any(|out| out == relative)
    }

    /// Whether a file of this name may be a picture that is meant.
    #[must_use]
    pub fn admits_file(&self, relative: &Path) -> bool {
        let Some(name) = relative.file_name() else { return false };
        !has_hidden_name(name) && !is_unfinished(relative) && !is_result(relative)
    }
}

fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    UNFINISHED.contains(&ending.as_str()) || name.ends_with('~') || name.starts_with('~')
}

/// Whether a file is called as results are: `NAME-cutout.EXT`, `NAME-cutout-2.EXT`. Results of other names are known by the jobs.
fn is_result(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let unnumbered = match stem.rsplit_once('-') {
        Some((rest, number)) if !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()) => rest,
        _ => &*stem,
    };
    unnumbered.ends_with(MARK)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("dog.jpg", true)]
    #[case("ä ü.PNG", true)]
    #[case("no ending", true)]
    #[case("a-2.jpg", true)]
    #[case("party.jpg", true)]
    #[case("sub/dog.jpg", true)]
    #[case(".hidden.jpg", false)]
    #[case(".clearcut-0190.part", false)]
    #[case("dog.jpg.crdownload", false)]
    #[case("dog.jpg.part", false)]
    #[case("dog.TMP", false)]
    #[case("~dog.jpg", false)]
    #[case("dog.jpg~", false)]
    #[case("Thumbs.db", false)]
    #[case("dog-cutout.png", false)]
    #[case("dog-cutout-12.webp", false)]
    #[case("sub/dog-cutout.png", false)]
    #[case("cutout.png", true)]
    #[case("dog-cutout-new.png", true)]
    fn a_name_tells_whether_it_may_be_a_picture_that_is_meant(#[case] name: &str, #[case] admitted: bool) {
        assert_eq!(Bounds::new(Path::new("/in"), true, &[]).admits_file(Path::new(name)), admitted);
    }

    #[rstest]
    #[case::inside("/in/out", "out", false)]
    #[case::deeper("/in/a/out", "a/out", false)]
    #[case::its_parent_is_meant("/in/a/out", "a", true)]
    #[case::the_same_folder("/in", "a", true)]
    #[case::around_it("/", "a", true)]
    #[case::beside_it("/in-out", "out", true)]
    #[case::hidden("/elsewhere", "a/.git", false)]
    #[case::of_a_storage_device("/elsewhere", "a/@eaDir", false)]
    #[case::of_a_trash("/elsewhere", "$RECYCLE.BIN", false)]
    #[case::of_an_unpacked_archive("/elsewhere", "a/__MACOSX", false)]
    #[case::of_a_file_system("/elsewhere", "lost+found", false)]
    fn the_folders_of_results_and_finished_originals_are_left_out(
        #[case] other: &str,
        #[case] folder: &str,
        #[case] admitted: bool,
    ) {
        let bounds = Bounds::new(Path::new("/in"), true, &[Path::new(other)]);
        assert_eq!(bounds.admits_folder(Path::new(folder)), admitted);
        assert!(!Bounds::new(Path::new("/in"), false, &[]).admits_folder(Path::new(folder)));
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_a_link_leads_to_is_the_same_folder() {
        let home = tempfile::tempdir().unwrap();
        let real = home.path().join("in/out");
        std::fs::create_dir_all(&real).unwrap();
        let link = home.path().join("link");
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let bounds = Bounds::new(&home.path().join("in"), true, &[&link]);
        assert!(!bounds.admits_folder(Path::new("out")));
    }
}
