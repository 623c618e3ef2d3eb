//! Finished originals go to another folder, where the user asked for it. Nothing is ever overwritten, and an original is
//! removed only when a whole copy of the very version that was cut out has its name on the other drive.
//!
//! On the same drive it is one rename. Across drives:
//!
//! | if the process dies | on disk | the next start |
//! | --- | --- | --- |
//! | before the copy | the original | begins |
//! | while copying, or before its sync | the original, a part file | removes the part file and begins anew |
//! | before the rename | the original, a whole part file | the same |
//! | before the folder is synced | the original, the copy under its name | finds the same bytes there, syncs, removes the original |
//! | before the original is removed | the same, for certain | the same |
//! | after it | the copy | nothing is left to do |

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clearcut_store::{Files, JobId};

use super::folder::Version;
use super::look::version_of;
use crate::names::numbered;
use crate::save::same_bytes;

/// Why an original stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// It is not the file that was cut out any more, or gone.
    #[error("the file changed after it was cut out; it stays where it is")]
    Changed,
    /// A folder or file could not be made, written or removed.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
}

/// Moves `folder/relative`, which must still be `version`, to the same place below `target`, under the next free number where
/// its name is taken. `job` names the part file, so that a later start finds it. Blocking.
///
/// # Errors
/// [`MoveError`]; the original is still there then.
pub fn move_done(
    files: &dyn Files,
    folder: &Path,
    relative: &Path,
    version: Version,
    target: &Path,
    job: JobId,
) -> Result<PathBuf, MoveError> {
    let (from, planned) = (folder.join(relative), target.join(relative));
    let parent = planned.parent().unwrap_or(target).to_path_buf();
    let unchanged = || if version_of(&from) == Some(version) { Ok(()) } else { Err(MoveError::Changed) };
    unchanged()?;
    files.create_dir_all(&parent).map_err(fault(&parent))?;
    let part = parent.join(format!(".clearcut-{job}.part"));
    if part.symlink_metadata().is_ok() {
        files.remove_file(&part).map_err(fault(&part))?;
    }
    let name = match copied_before(&from, &planned) {
        Some(name) => name,
        None => match rename_to_free(files, &from, &planned) {
            Ok(name) => {
                // A power cut may take the new name back, and the original is there again: nothing is lost.
                drop(files.sync_dir(&parent));
                return Ok(name);
            }
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                let copied = copy(files, &from, &part).and_then(|()| rename_to_free(files, &part, &planned));
                copied.map_err(|source| give_up(files, &part, source))?
            }
            Err(source) => return Err(fault(&from)(source)),
        },
    };
    // The copy's name is on the drive before the original's goes.
    for folder in parent.ancestors().take_while(|folder| folder.starts_with(target)) {
        files.sync_dir(folder).map_err(fault(folder))?;
    }
    unchanged()?;
    files.remove_file(&from).map_err(fault(&from))?;
    Ok(name)
}

/// The name under which an earlier start has copied the file already.
fn copied_before(from: &Path, planned: &Path) -> Option<PathBuf> {
    numbered(planned).take_while(|name| name.symlink_metadata().is_ok()).find(|name| same_bytes(from, name))
}

/// Gives a file the planned name, or the next free number.
fn rename_to_free(files: &dyn Files, from: &Path, planned: &Path) -> io::Result<PathBuf> {
    for name in numbered(planned) {
        match files.rename_new(from, &name) {
            Ok(()) => return Ok(name),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn fault(path: &Path) -> impl FnOnce(io::Error) -> MoveError {
    let path = path.to_owned();
    |source| MoveError::Io { path, source }
}

fn give_up(files: &dyn Files, part: &Path, source: io::Error) -> MoveError {
    if part.symlink_metadata().is_ok() {
        // The next start removes it where this fails.
        drop(files.remove_file(part));
    }
    fault(part)(source)
}

/// A whole copy that is on the drive, with the original's time.
fn copy(files: &dyn Files, from: &Path, part: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut out = files.create_new(part)?;
    let mut buffer = vec![0; 256 << 10];
    loop {
        match source.read(&mut buffer)? {
            0 => break,
            count => out.write_all(&buffer[..count])?,
        }
    }
    keep_time(&source, part);
    out.sync()
}

/// A photo's day is worth keeping, and no reason to fail.
fn keep_time(source: &File, part: &Path) {
    let kept = source
        .metadata()
        .and_then(|meta| meta.modified())
        .and_then(|modified| File::options().write(true).open(part)?.set_modified(modified));
    if let Err(error) = kept {
        tracing::debug!(%error, "the time of a moved file could not be kept");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use clearcut_store::DiskFiles;
    use clearcut_store::testing::{Call, RecordingFiles};
    use rstest::rstest;
    use tempfile::TempDir;

    use super::*;

    const BYTES: &[u8] = b"an original";

    struct World {
        home: TempDir,
        files: RecordingFiles,
        job: JobId,
        version: Version,
    }

    impl World {
        fn new() -> Self {
            let home = tempfile::tempdir().unwrap();
            std::fs::create_dir_all(home.path().join("in/sub")).unwrap();
            std::fs::write(home.path().join("in/sub/dog.jpg"), BYTES).unwrap();
            let version = version_of(&home.path().join("in/sub/dog.jpg")).unwrap();
            Self { home, files: RecordingFiles::over(Arc::new(DiskFiles)), job: JobId::new(), version }
        }

        fn path(&self, path: &str) -> PathBuf {
            self.home.path().join(path)
        }

        fn moved(&self) -> Result<PathBuf, MoveError> {
            let relative = Path::new("sub/dog.jpg");
            move_done(&self.files, &self.path("in"), relative, self.version, &self.path("done"), self.job)
        }

        /// Every rename of the original is refused as one across drives; from call `dies_at` on nothing works.
        fn across_drives(&self, dies_at: usize) {
            let original = self.path("in/sub/dog.jpg");
            self.files.fail_when(move |number, call| match call {
                _ if number >= dies_at => Some(io::ErrorKind::BrokenPipe),
                Call::RenameNew(from, _) if *from == original => Some(io::ErrorKind::CrossesDevices),
                _ => None,
            });
        }

        /// Every file below the home, from its folder on.
        fn all(&self) -> Vec<String> {
            fn walk(folder: &Path, home: &Path, all: &mut Vec<String>) {
                for entry in std::fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    if path.is_dir() {
                        walk(&path, home, all);
                    } else {
                        all.push(path.strip_prefix(home).unwrap().to_string_lossy().replace('\\', "/"));
                    }
                }
            }
            let mut all = Vec::new();
            walk(self.home.path(), self.home.path(), &mut all);
            all.sort();
            all
        }
    }

    #[test]
    fn an_original_keeps_its_place_in_the_tree() {
        let world = World::new();
        assert_eq!(world.moved().unwrap(), world.path("done/sub/dog.jpg"));
        assert_eq!(world.all(), ["done/sub/dog.jpg"]);
        assert_eq!(world.files.briefs(), ["create_dir_all sub", "rename_new dog.jpg", "sync_dir sub"]);
    }

    #[rstest]
    #[case::on_one_drive(usize::MAX)]
    #[case::across_drives(0)]
    fn nothing_is_overwritten(#[case] drives: usize) {
        let world = World::new();
        if drives == 0 {
            world.across_drives(usize::MAX);
        }
        std::fs::create_dir_all(world.path("done/sub")).unwrap();
        std::fs::write(world.path("done/sub/dog.jpg"), b"somebody's").unwrap();
        assert_eq!(world.moved().unwrap(), world.path("done/sub/dog-2.jpg"));
        assert_eq!(world.all(), ["done/sub/dog-2.jpg", "done/sub/dog.jpg"]);
        assert_eq!(std::fs::read(world.path("done/sub/dog.jpg")).unwrap(), b"somebody's");
    }

    #[test]
    fn across_drives_it_is_copied_synced_renamed_and_only_then_removed() {
        let world = World::new();
        world.across_drives(usize::MAX);
        world.moved().unwrap();
        let calls: Vec<_> =
            world.files.briefs().into_iter().map(|call| call.replace(&world.job.to_string(), "JOB")).collect();
        let expected = [
            "create_dir_all sub",
            "rename_new dog.jpg",
            "create_new .clearcut-JOB.part",
            "write .clearcut-JOB.part",
            "sync .clearcut-JOB.part",
            "rename_new dog.jpg",
            "sync_dir sub",
            "sync_dir done",
            "remove_file dog.jpg",
        ];
        assert_eq!(calls, expected);
        let modified = |path: &Path| path.metadata().unwrap().modified().unwrap();
        let micros = |path: &Path| jiff::Timestamp::try_from(modified(path)).unwrap().as_microsecond();
        assert_eq!(micros(&world.path("done/sub/dog.jpg")), world.version.mtime.as_microsecond());
    }

    #[test]
    fn wherever_the_process_dies_the_original_is_whole_somewhere_and_the_next_start_ends_it() {
        let whole = 9;
        for dies_at in 0..whole {
            let world = World::new();
            world.across_drives(dies_at);
            world.moved().unwrap_err();
            let all = world.all();
            let holders = all.iter().filter(|path| path.ends_with("dog.jpg"));
            assert!(holders.clone().count() >= 1, "{dies_at}: {all:?}");
            for path in holders {
                assert_eq!(std::fs::read(world.path(path)).unwrap(), BYTES, "{dies_at}: {path}");
            }
            world.across_drives(usize::MAX);
            assert_eq!(world.moved().unwrap(), world.path("done/sub/dog.jpg"), "{dies_at}");
            assert_eq!(world.all(), ["done/sub/dog.jpg"], "{dies_at}");
        }
        let world = World::new();
        world.across_drives(whole);
        world.moved().unwrap();
    }

    #[test]
    fn a_full_target_leaves_the_original_and_no_part_file() {
        let world = World::new();
        let original = world.path("in/sub/dog.jpg");
        world.files.fail_when(move |_, call| match call {
            Call::RenameNew(from, _) if *from == original => Some(io::ErrorKind::CrossesDevices),
            Call::Write(..) => Some(io::ErrorKind::StorageFull),
            _ => None,
        });
        let error = world.moved().unwrap_err();
        assert!(matches!(error, MoveError::Io { ref source, .. } if source.kind() == io::ErrorKind::StorageFull));
        assert_eq!(world.all(), ["in/sub/dog.jpg"]);
    }

    #[test]
    fn a_file_that_changed_after_it_was_cut_out_stays() {
        let world = World::new();
        std::fs::write(world.path("in/sub/dog.jpg"), b"another picture").unwrap();
        assert!(matches!(world.moved(), Err(MoveError::Changed)));
        std::fs::remove_file(world.path("in/sub/dog.jpg")).unwrap();
        assert!(matches!(world.moved(), Err(MoveError::Changed)));
        assert!(world.files.calls().is_empty());
    }
}
