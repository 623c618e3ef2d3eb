//! One look at a watched folder: which files are there, and in which version. Reads names, sizes and times; opens no file,
//! follows no link, and keeps to a bound, so that a look at the wrong folder ends.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::bounds::Bounds;
use super::folder::Version;
use crate::hidden::is_hidden;

/// A tree deeper than this is a loop or a mistake.
const DEEPEST: usize = 32;
/// A folder with more files than this is watched as far as they go.
const MOST_FILES: usize = 100_000;

/// A file that is there, seen from the watched folder.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Found {
    /// Where it is, seen from the watched folder.
    pub path: PathBuf,
    /// Its version.
    pub version: Version,
}

/// What a look found.
#[derive(Debug)]
pub enum Listing {
    /// The files that may be meant, in no order. None where the folder is empty, which a drive that is not there may look like.
    There(Vec<Found>),
    /// The folder cannot be seen: its drive is unplugged, or somebody renamed it, or closed it.
    Away(io::Error),
}

/// Looks at a folder. Blocking.
#[must_use]
pub fn look(bounds: &Bounds) -> Listing {
    let mut found = Vec::new();
    match walk(bounds, Path::new(""), 0, &mut found) {
        Ok(()) => Listing::There(found),
        Err(error) => Listing::Away(error),
    }
}

/// The version of a file now; `None` where it is gone or no file any more.
#[must_use]
pub fn version_of(path: &Path) -> Option<Version> {
    path.symlink_metadata().ok().filter(Metadata::is_file).and_then(|meta| version(&meta))
}

fn walk(bounds: &Bounds, relative: &Path, depth: usize, found: &mut Vec<Found>) -> io::Result<()> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(bounds.folder().join(relative))? {
        if found.len() >= MOST_FILES {
            break;
        }
        // A drive that is pulled out in the middle of a look gives no whole list.
        let entry = entry?;
        if is_hidden(&entry) {
            continue;
        }
        let path = relative.join(entry.file_name());
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && depth < DEEPEST && bounds.admits_folder(&path) {
            folders.push(path);
        } else if kind.is_file() && bounds.admits_file(&path) {
            // What vanished meanwhile is not there.
            let version = entry.metadata().ok().as_ref().and_then(version);
            found.extend(version.map(|version| Found { path, version }));
        }
    }
    for folder in folders {
        if let Err(error) = walk(bounds, &folder, depth + 1, found) {
            // One folder that cannot be read hides itself, not the others.
            tracing::debug!(folder = %folder.display(), %error, "a folder in a watched one cannot be read");
        }
    }
    Ok(())
}

fn version(meta: &Metadata) -> Option<Version> {
    // To the microsecond: what is compared is what the database keeps.
    let mtime = Timestamp::try_from(meta.modified().ok()?).ok()?;
    let mtime = Timestamp::from_microsecond(mtime.as_microsecond()).ok()?;
    Some(Version { size: meta.len(), mtime })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(home: &Path, path: &str) {
        let path = home.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, b"some bytes").unwrap();
    }

    fn paths(listing: &Listing) -> Vec<String> {
        let Listing::There(found) = listing else { panic!("{listing:?}") };
        let mut paths: Vec<_> = found.iter().map(|file| file.path.display().to_string()).collect();
        paths.sort();
        paths
    }

    #[test]
    fn a_look_finds_what_may_be_meant_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        for path in
            ["b.jpg", "a/c.jpg", "a/.hidden/d.jpg", "a/@eaDir/c.jpg/thumb.jpg", "out/e.jpg", "f.part", "b-cutout.png"]
        {
            put(home.path(), path);
        }
        let out = home.path().join("out");
        let deep = Bounds::new(home.path(), true, &[&out]);
        assert_eq!(paths(&look(&deep)), [Path::new("a").join("c.jpg").display().to_string(), "b.jpg".to_owned()]);
        assert_eq!(paths(&look(&Bounds::new(home.path(), false, &[&out]))), ["b.jpg"]);
    }

    #[test]
    fn a_missing_folder_is_away_and_comes_back() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("drive");
        let bounds = Bounds::new(&folder, true, &[]);
        assert!(matches!(look(&bounds), Listing::Away(error) if error.kind() == io::ErrorKind::NotFound));
        put(&folder, "a.jpg");
        assert_eq!(paths(&look(&bounds)), ["a.jpg"]);
        fs::remove_file(folder.join("a.jpg")).unwrap();
        assert!(paths(&look(&bounds)).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let home = tempfile::tempdir().unwrap();
        put(home.path(), "a/b.jpg");
        std::os::unix::fs::symlink(home.path().join("a"), home.path().join("a/loop")).unwrap();
        std::os::unix::fs::symlink(home.path().join("a/b.jpg"), home.path().join("link.jpg")).unwrap();
        assert_eq!(paths(&look(&Bounds::new(home.path(), true, &[]))), ["a/b.jpg"]);
    }

    #[test]
    fn the_version_of_a_file_is_the_one_a_look_finds() {
        let home = tempfile::tempdir().unwrap();
        put(home.path(), "a.jpg");
        let Listing::There(found) = look(&Bounds::new(home.path(), false, &[])) else { panic!() };
        assert_eq!(version_of(&home.path().join("a.jpg")), Some(found[0].version));
        assert_eq!(version_of(home.path()), None);
    }
}
