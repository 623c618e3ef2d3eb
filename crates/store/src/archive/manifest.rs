//! `archive.json`: what is in an archive, and how to know that it is whole.

use std::collections::HashSet;
use std::io::{Read, Seek};
use std::path::Path;

use serde::{Deserialize, Serialize};
use zip::{CompressionMethod, ZipArchive};

use super::part::Part;
use super::{ArchiveError, FORMAT};

/// Its name in the archive.
pub(super) const MANIFEST: &str = "archive.json";
/// No list of parts is longer, bytes: half a million answers.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What an archive says of itself.
#[derive(Serialize, Deserialize, Debug)]
pub(super) struct Manifest {
    /// Its layout.
    pub(super) format: u32,
    /// The Clearcut that wrote it, for people.
    pub(super) written_by: String,
    /// Everything else that is in it.
    pub(super) parts: Vec<Listed>,
}

/// A part as it is listed.
#[derive(Serialize, Deserialize, Debug)]
pub(super) struct Listed {
    /// Its name.
    pub(super) name: String,
    /// Its length.
    pub(super) bytes: u64,
    /// Its BLAKE3, hexadecimal.
    pub(super) blake3: String,
}

/// Read before the rest: the rest of a newer format is not known.
#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

impl Manifest {
    /// A list of parts in this program's format.
    pub(super) fn of(parts: Vec<Listed>) -> Self {
        Self { format: FORMAT, written_by: env!("CARGO_PKG_VERSION").to_owned(), parts }
    }

    /// Reads the list and holds it against the archive: every part listed once under a name that parts have, each there once,
    /// nothing else beside them, none compressed, and all of them together no longer than the archive itself.
    pub(super) fn read<R: Read + Seek>(
        zip: &mut ZipArchive<R>,
        file: &Path,
        archive_bytes: u64,
    ) -> Result<Vec<(Part, Listed)>, ArchiveError> {
        let text = Self::text(zip, file)?;
        let unreadable = |error: serde_json::Error| not_whole(format!("{MANIFEST}: {error}"));
        let FormatOnly { format } = serde_json::from_slice(&text).map_err(unreadable)?;
        if format > FORMAT {
            return Err(ArchiveError::Newer { found: format.into(), known: FORMAT.into() });
        }
        let Self { parts, .. } = serde_json::from_slice(&text).map_err(unreadable)?;
        if zip.len() != parts.len() + 1 {
            return Err(not_whole("it does not hold what it lists".to_owned()));
        }
        let (mut seen, mut sum) = (HashSet::new(), 0_u64);
        let mut known = Vec::with_capacity(parts.len());
        for listed in parts {
            let part = Part::named(&listed.name).filter(|part| seen.insert(part.clone()));
            let part = part.ok_or_else(|| not_whole("it lists something that no archive holds".to_owned()))?;
            check_entry(zip, file, &listed)?;
            sum = sum.saturating_add(listed.bytes);
            known.push((part, listed));
        }
        // Entries may lie on top of each other, so that each is short and all together are not.
        if sum > archive_bytes {
            return Err(not_whole("it lists more than it can hold".to_owned()));
        }
        Ok(known)
    }

    fn text<R: Read + Seek>(zip: &mut ZipArchive<R>, file: &Path) -> Result<Vec<u8>, ArchiveError> {
        let entry = zip.by_name(MANIFEST).map_err(ArchiveError::zip(file))?;
        let stored = entry.compression() == CompressionMethod::Stored && !entry.encrypted();
        if !stored || entry.size() > LARGEST {
            return Err(not_whole(format!("{MANIFEST} is not as Clearcut writes it")));
        }
        let mut text = Vec::new();
        entry.take(LARGEST).read_to_end(&mut text).map_err(|error| not_whole(format!("{MANIFEST}: {error}")))?;
        Ok(text)
    }
}

fn check_entry<R: Read + Seek>(zip: &mut ZipArchive<R>, file: &Path, listed: &Listed) -> Result<(), ArchiveError> {
    let entry = zip.by_name(&listed.name).map_err(ArchiveError::zip(file))?;
    let stored = entry.compression() == CompressionMethod::Stored && !entry.encrypted() && entry.is_file();
    if stored && entry.size() == listed.bytes && entry.compressed_size() == listed.bytes {
        return Ok(());
    }
    Err(not_whole(format!("{} is not as it is listed", listed.name)))
}

pub(super) fn not_whole(reason: String) -> ArchiveError {
    ArchiveError::NotWhole(reason)
}
