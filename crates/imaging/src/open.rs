//! Opening a path so that a missing file, a folder and a device each get their own words.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::ImageError;
use crate::limits::Limits;

/// Opens a regular file and tells its size in bytes. Nothing is read: a pipe that would block is refused before it is opened.
pub(crate) fn open(path: &Path) -> Result<(File, u64), ImageError> {
    let metadata = std::fs::metadata(path).map_err(ImageError::from_open)?;
    if metadata.is_dir() {
        return Err(ImageError::IsFolder);
    }
    if !metadata.is_file() {
        return Err(ImageError::NotAPicture);
    }
    Ok((File::open(path).map_err(ImageError::from_open)?, metadata.len()))
}

/// Reads a whole file of at most `limits.max_file_bytes`, even if it grows while it is read.
pub(crate) fn read_all(path: &Path, limits: &Limits) -> Result<Vec<u8>, ImageError> {
    let (file, size_bytes) = open(path)?;
    limits.check_bytes(size_bytes)?;
    read_whole(file, size_bytes, limits)
}

/// As [`read_all`], for a file at its beginning that is open already.
pub(crate) fn read_whole(file: File, size_bytes: u64, limits: &Limits) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::with_capacity(usize::try_from(size_bytes).unwrap_or_default() + 1);
    file.take(limits.max_file_bytes + 1).read_to_end(&mut bytes)?;
    limits.check_bytes(bytes.len() as u64)?;
    Ok(bytes)
}
