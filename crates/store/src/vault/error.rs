//! What can go wrong in the vault, and what can be wrong with it.

use std::io;
use std::path::{Path, PathBuf};

/// Something in the vault that is not as this program left it. Reported, never repaired or removed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Trouble {
    /// Something that no Clearcut put there.
    #[error("{path} does not belong into the vault")]
    Foreign {
        /// What was found.
        path: PathBuf,
    },
    /// A paid answer that cannot be read.
    #[error("the paid answer in {path} is damaged: {reason}")]
    Damaged {
        /// The entry's folder.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// The vault could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The drive has no room for an answer. Nothing was sent.
    #[error("the drive with {dir} has no room for the answer ({needed_bytes} bytes needed)")]
    NoRoom {
        /// A folder on that drive.
        dir: PathBuf,
        /// What would have been needed.
        needed_bytes: u64,
        /// What is left, where the operating system says.
        free_bytes: Option<u64>,
    },
    /// A file or folder of the vault could not be used.
    #[error("cannot use {path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// A paid answer is there and cannot be read.
    #[error(transparent)]
    Damaged(#[from] Trouble),
    /// The head is another request's, was written already, or is too long to be one.
    #[error("this is not the head of the awaited answer: {0}")]
    WrongHead(&'static str),
    /// An answer cannot be kept before its head was written.
    #[error("the answer has no head yet")]
    NoHead,
}

impl VaultError {
    /// An I/O error together with its path.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        |source| Self::Io { path, source }
    }
}

/// For sinks that must speak `io`: the kind stays, the words are the vault's.
impl From<VaultError> for io::Error {
    fn from(error: VaultError) -> Self {
        let kind = match &error {
            VaultError::NoRoom { .. } => io::ErrorKind::StorageFull,
            VaultError::Io { source, .. } => source.kind(),
            VaultError::Damaged(_) => io::ErrorKind::InvalidData,
            VaultError::WrongHead(_) | VaultError::NoHead => io::ErrorKind::InvalidInput,
        };
        Self::new(kind, error)
    }
}
