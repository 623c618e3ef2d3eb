//! Unpacking an archive into the working folder, bounded and checked part by part. Nothing of it counts yet, and nothing of it is
//! believed that was not looked at.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_credits::AttemptId;
use zip::ZipArchive;

use super::manifest::{Listed, Manifest, not_whole};
use super::part::Part;
use super::save::PIECE;
use super::{ArchiveError, Moved, Workshop, check};
use crate::{AccountRow, Files, Store, VaultEntry};

/// Room that is left on the drive when everything is unpacked, bytes.
const MARGIN: u64 = 64 * 1024 * 1024;
/// No settings are longer, bytes.
const LARGEST_SETTINGS: u64 = 1024 * 1024;

/// An archive that was unpacked and found whole. [`take`](Self::take) takes it over; dropped, it is swept at the next start.
#[derive(Debug)]
pub struct Staged {
    pub(super) workshop: Workshop,
    pub(super) files: Arc<dyn Files>,
    /// Every account that is in it but the practice account.
    pub(super) accounts: Vec<AccountRow>,
    pub(super) entries: Vec<VaultEntry>,
    /// Folders of evidence.
    pub(super) evidence: Vec<(AttemptId, PathBuf)>,
    /// Ids of own backgrounds.
    pub(super) backdrops: Vec<String>,
    settings: Option<String>,
}

impl Staged {
    /// The accounts in it, without the practice account.
    #[must_use]
    pub fn accounts(&self) -> &[AccountRow] {
        &self.accounts
    }

    /// The text of the settings in it, as it came.
    #[must_use]
    pub fn settings(&self) -> Option<&str> {
        self.settings.as_deref()
    }

    /// Lets go of it; nothing was taken over.
    ///
    /// # Errors
    /// When the working folder cannot be removed.
    pub fn discard(self) -> Result<(), ArchiveError> {
        self.workshop.sweep(self.files.as_ref())
    }
}

impl Store {
    /// Unpacks an archive and looks at all of it.
    ///
    /// # Errors
    /// [`ArchiveError::NotWhole`] when it is none, cut off, changed, or holds what no archive holds, [`ArchiveError::Newer`],
    /// [`ArchiveError::NoRoom`], [`ArchiveError::Stopped`] when `moved` says so; others when files fail. Nothing is taken over then.
    pub fn archive_unpack(
        &self,
        archive: &Path,
        files: Arc<dyn Files>,
        moved: &mut Moved<'_>,
    ) -> Result<Staged, ArchiveError> {
        let workshop = Workshop::open(self.data_dir(), files.as_ref())?;
        let unpacked = unpack(archive, &workshop.dir, files.as_ref(), moved)
            .and_then(|parts| check::look_at(&workshop.dir, &parts, Arc::clone(&files)).map(|found| (parts, found)));
        match unpacked {
            Ok((parts, check::Found { accounts, entries })) => {
                let dir = |part: &Part| part.below(&workshop.dir);
                let evidence = parts.iter().filter_map(|part| match part {
                    Part::Evidence { attempt, file: super::part::AnswerFile::Head } => {
                        Some((*attempt, dir(part).parent()?.to_owned()))
                    }
                    _ => None,
                });
                let backdrops = parts.iter().filter_map(|part| match part {
                    Part::Backdrop(id) => Some(id.clone()),
                    _ => None,
                });
                let (evidence, backdrops) = (evidence.collect(), backdrops.collect());
                let settings = parts.contains(&Part::Settings).then(|| settings(&dir(&Part::Settings))).transpose()?;
                Ok(Staged { workshop, files, accounts, entries, evidence, backdrops, settings })
            }
            Err(error) => {
                if let Err(litter) = workshop.sweep(files.as_ref()) {
                    tracing::warn!(%litter, "swept at the next start");
                }
                Err(error)
            }
        }
    }
}

fn unpack(archive: &Path, dir: &Path, files: &dyn Files, moved: &mut Moved<'_>) -> Result<Vec<Part>, ArchiveError> {
    let file = File::open(archive).map_err(ArchiveError::io(archive))?;
    let archive_bytes = file.metadata().map_err(ArchiveError::io(archive))?.len();
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(ArchiveError::zip(archive))?;
    let listed = Manifest::read(&mut zip, archive, archive_bytes)?;
    let total = listed.iter().map(|(_, listed)| listed.bytes).sum::<u64>();
    let free = files.free_space(dir).map_err(ArchiveError::io(dir))?;
    if free < total.saturating_add(MARGIN) {
        return Err(ArchiveError::NoRoom { needed_bytes: total.saturating_add(MARGIN) });
    }
    let mut done = 0;
    let mut parts = Vec::with_capacity(listed.len());
    for (part, listed) in listed {
        let entry = zip.by_name(&listed.name).map_err(ArchiveError::zip(archive))?;
        let path = part.below(dir);
        let hash = copy(entry, &path, files, &mut |bytes| {
            done += bytes;
            moved(done.min(total), total)
        })?;
        check_hash(&listed, hash)?;
        parts.push(part);
    }
    if !parts.contains(&Part::Database) {
        return Err(not_whole("it holds no database".to_owned()));
    }
    Ok(parts)
}

/// Writes what `read` gives, on the drive when it returns. The archive's own checks end it at its listed length.
fn copy(
    mut read: impl Read,
    path: &Path,
    files: &dyn Files,
    moved: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<blake3::Hash, ArchiveError> {
    let trouble = || ArchiveError::io(path);
    if let Some(folder) = path.parent() {
        files.create_dir_all(folder).map_err(ArchiveError::io(folder))?;
    }
    let mut file = files.create_new(path).map_err(trouble())?;
    let (mut hasher, mut piece) = (blake3::Hasher::new(), vec![0; PIECE]);
    loop {
        // The archive cannot be read any further: it is cut off, or its own check sum is wrong.
        let read = read.read(&mut piece).map_err(|error| not_whole(error.to_string()))?;
        if read == 0 {
            break;
        }
        let piece = &piece[..read];
        hasher.update(piece);
        file.write_all(piece).map_err(trouble())?;
        if moved(read as u64) == ControlFlow::Break(()) {
            return Err(ArchiveError::Stopped);
        }
    }
    file.sync().map_err(trouble())?;
    Ok(hasher.finalize())
}

fn check_hash(listed: &Listed, hash: blake3::Hash) -> Result<(), ArchiveError> {
    if blake3::Hash::from_hex(&listed.blake3).is_ok_and(|expected| expected == hash) {
        return Ok(());
    }
    Err(not_whole(format!("{} was changed", listed.name)))
}

fn settings(path: &Path) -> Result<String, ArchiveError> {
    let mut text = String::new();
    let file = File::open(path).map_err(ArchiveError::io(path))?;
    file.take(LARGEST_SETTINGS)
        .read_to_string(&mut text)
        .map_err(|error| not_whole(format!("its settings cannot be read ({error})")))?;
    Ok(text)
}
