//! The thin layer under every write that money depends on.
//!
//! Paid answers and results are written through [`Files`] and nothing else, so that a test can record the order of
//! calls and make any of them fail ([`crate::testing::RecordingFiles`]). Reading needs no such care.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use fs4::FileExt as _;

/// A file being written. `Write` goes straight to the operating system: there is no buffer to lose.
pub trait OutFile: Write + Send + Sync {
    /// Sets aside real space for `len` bytes. The file may seem that long until it is [trimmed](Self::trim).
    ///
    /// # Errors
    /// [`io::ErrorKind::StorageFull`] when the drive has no room.
    fn allocate(&mut self, len: u64) -> io::Result<()>;

    /// Cuts the file to `len` bytes and gives the rest of its space back.
    ///
    /// # Errors
    /// When the operating system refuses.
    fn trim(&mut self, len: u64) -> io::Result<()>;

    /// Returns when content and length are on the drive.
    ///
    /// # Errors
    /// When the drive refuses; the content must be taken for lost then.
    fn sync(&mut self) -> io::Result<()>;
}

/// What is done to files and folders.
pub trait Files: fmt::Debug + Send + Sync {
    /// Makes a folder and those above it.
    ///
    /// # Errors
    /// When one cannot be made.
    fn create_dir_all(&self, dir: &Path) -> io::Result<()>;

    /// Makes a file that must not be there yet.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when something has its name.
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn OutFile>>;

    /// Gives a file or folder its final name in one step; never replaces anything.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] when something has that name.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Returns when the content of a file that is already written is on the drive.
    ///
    /// # Errors
    /// When the drive refuses.
    fn sync_file(&self, path: &Path) -> io::Result<()>;

    /// Returns when the folder's list of names is on the drive.
    ///
    /// # Errors
    /// When the drive refuses.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// When it is not there or cannot be removed.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes a folder and everything in it.
    ///
    /// # Errors
    /// When it is not there or cannot be removed.
    fn remove_dir_all(&self, dir: &Path) -> io::Result<()>;

    /// Removes a folder with nothing in it, and no other.
    ///
    /// # Errors
    /// When something is in it, it is not there, or it cannot be removed.
    fn remove_empty_dir(&self, dir: &Path) -> io::Result<()>;

    /// Moves a user's file to the system's trash, where it can be had back.
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] and others where the drive or the session has no trash; the file is then where it was.
    fn trash(&self, path: &Path) -> io::Result<()>;

    /// The room left for this user on the drive of `dir`, bytes.
    ///
    /// # Errors
    /// When the operating system does not say.
    fn free_space(&self, dir: &Path) -> io::Result<u64>;
}

/// The real files.
#[derive(Clone, Copy, Default, Debug)]
pub struct DiskFiles;

impl Files for DiskFiles {
    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir_all(dir)
    }

    fn create_new(&self, path: &Path) -> io::Result<Box<dyn OutFile>> {
        let file = File::options().write(true).create_new(true).open(path)?;
        Ok(Box::new(DiskFile(file)))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the wrapper: it looks first where the drive cannot refuse")]
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        if fs::symlink_metadata(from)?.is_dir() {
            refuse_existing(to)?;
            return fs::rename(from, to);
        }
        let mut file = tempfile::TempPath::try_from_path(from)?;
        file.disable_cleanup(true);
        match file.persist_noclobber(to) {
            Ok(()) => Ok(()),
            Err(failed) if lacks_exclusive_rename(&failed.error) => {
                refuse_existing(to)?;
                fs::rename(from, to)
            }
            Err(failed) => Err(failed.error),
        }
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        File::options().write(true).open(path)?.sync_all()
    }

    #[cfg(unix)]
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        match File::open(dir)?.sync_all() {
            // Some network and FUSE file systems have nothing to sync for a folder and say so.
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
            other => other,
        }
    }

    /// Windows has no such call: NTFS journals names itself.
    #[cfg(not(unix))]
    fn sync_dir(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir_all(&self, dir: &Path) -> io::Result<()> {
        fs::remove_dir_all(dir)
    }

    fn remove_empty_dir(&self, dir: &Path) -> io::Result<()> {
        fs::remove_dir(dir)
    }

    fn trash(&self, path: &Path) -> io::Result<()> {
        trash::delete(path).map_err(|error| io::Error::new(io::ErrorKind::Unsupported, error))?;
        // Some network drives answer that they have done it and have not.
        refuse_existing(path)
    }

    fn free_space(&self, dir: &Path) -> io::Result<u64> {
        fs4::available_space(dir)
    }
}

fn refuse_existing(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Drives such as exFAT know neither an exclusive rename nor hard links; there a look before the rename must do.
fn lacks_exclusive_rename(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::Unsupported
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::PermissionDenied
            | io::ErrorKind::Other
    )
}

struct DiskFile(File);

impl Write for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl OutFile for DiskFile {
    fn allocate(&mut self, len: u64) -> io::Result<()> {
        match self.0.allocate(len) {
            Err(error) if error.kind() == io::ErrorKind::Unsupported => fill(&mut self.0, len),
            other => other,
        }
    }

    fn trim(&mut self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_all()
    }
}

/// Where the file system cannot set space aside, writing zeros does it.
fn fill(file: &mut File, len: u64) -> io::Result<()> {
    use std::io::Seek;
    io::copy(&mut io::Read::take(io::repeat(0), len), file)?;
    file.rewind()
}
