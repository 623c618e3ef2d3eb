//! Who a file is by its content: the BLAKE3 hash that finds duplicates and paid answers, whatever the file is called.

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use crate::error::ImageError;
use crate::open::open;

/// BLAKE3 of a file's bytes, as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(String);

impl ContentHash {
    /// Of everything that went into the hasher.
    pub(crate) fn of(hasher: &blake3::Hasher) -> Self {
        Self(hasher.finalize().to_hex().to_string())
    }

    /// The 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no content hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a content hash is 64 hexadecimal digits")]
pub struct BadContentHash;

impl FromStr for ContentHash {
    type Err = BadContentHash;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hash = blake3::Hash::from_hex(text).map_err(|_| BadContentHash)?;
        Ok(Self(hash.to_hex().to_string()))
    }
}

/// Hashes a file in pieces of 64 KiB.
///
/// # Errors
/// [`ImageError::NotFound`], [`ImageError::IsFolder`] or [`ImageError::Io`].
pub fn fingerprint(path: &Path) -> Result<ContentHash, ImageError> {
    let (mut file, _) = open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; 64 << 10];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(ContentHash::of(&hasher)),
            read => hasher.update(&piece[..read]),
        };
    }
}

/// Hashes bytes in memory.
#[must_use]
pub fn fingerprint_bytes(bytes: &[u8]) -> ContentHash {
    ContentHash(blake3::hash(bytes).to_hex().to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn file_and_bytes_agree_and_survive_text() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.bin");
        let content: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        std::fs::write(&path, &content).unwrap();
        let hash = fingerprint(&path).unwrap();
        assert_eq!(hash, fingerprint_bytes(&content));
        assert_eq!(hash.to_string().parse::<ContentHash>().unwrap(), hash);
        assert_eq!("abc".parse::<ContentHash>(), Err(BadContentHash));
    }

    #[test]
    fn missing_files_and_folders_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(fingerprint(&dir.path().join("no")), Err(ImageError::NotFound)));
        assert!(matches!(fingerprint(dir.path()), Err(ImageError::IsFolder)));
    }
}
