//! Writing an archive: a snapshot of the database first, then what its receipts remember of the vault. The file has its name when it
//! is whole and on the drive, and not before.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::manifest::{Listed, MANIFEST, Manifest};
use super::part::{AnswerFile, DATABASE, Part, is_content_id};
use super::{ArchiveError, Moved, Workshop};
use crate::vault::key_folder;
use crate::{AccountId, Files, JobState, Store, StoreError, Vault};

/// Bytes between two words on how far it has come.
pub(super) const PIECE: usize = 256 * 1024;
/// From here on the ZIP needs its long form, bytes.
const LONG: u64 = u32::MAX as u64 - 1;

/// What goes into an archive beside the database.
#[derive(Clone, Debug)]
pub struct ArchiveSource<'a> {
    /// Paid answers.
    pub vault: &'a Vault,
    /// The folder of own backgrounds, each called by its content.
    pub backdrops: &'a Path,
    /// The text of the settings.
    pub settings: Option<String>,
}

/// What was saved.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Saved {
    /// Accounts, the practice account not counted: it stays with its computer.
    pub accounts: usize,
    /// Paid answers.
    pub answers: usize,
    /// Paid answers that cannot be read and were left out.
    pub left_out: usize,
    /// The length of the archive.
    pub bytes: u64,
}

/// Parts that belong together.
type Group = Vec<(Part, Origin)>;

/// Where a part comes from.
enum Origin {
    File(PathBuf),
    Text(String),
}

impl Store {
    /// Saves everything that is needed on another computer as one file. What other processes do meanwhile is in it whole or not at all.
    ///
    /// # Errors
    /// [`ArchiveError::Exists`] when something has that name and `replace` is not said, [`ArchiveError::OnTheirWay`] while requests are
    /// out, [`ArchiveError::Stopped`] when `moved` says so; others when files or database fail. An old file is then untouched.
    pub fn archive_save(
        &self,
        source: &ArchiveSource<'_>,
        files: &dyn Files,
        target: &Path,
        replace: bool,
        moved: &mut Moved<'_>,
    ) -> Result<Saved, ArchiveError> {
        if !replace && target.exists() {
            return Err(ArchiveError::Exists { path: target.to_owned() });
        }
        let workshop = Workshop::open(self.data_dir(), files)?;
        let done = self.save_in(&workshop, source, target, replace, moved);
        workshop.sweep(files)?;
        done
    }

    fn save_in(
        &self,
        workshop: &Workshop,
        source: &ArchiveSource<'_>,
        target: &Path,
        replace: bool,
        moved: &mut Moved<'_>,
    ) -> Result<Saved, ArchiveError> {
        let snapshot = workshop.dir.join(DATABASE);
        self.snapshot(&snapshot)?;
        let (parts, mut saved) = gather(&snapshot, source)?;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let temporary = NamedTempFile::new_in(folder).map_err(ArchiveError::io(folder))?;
        write(temporary.as_file(), target, parts, moved)?;
        temporary.as_file().sync_all().map_err(ArchiveError::io(target))?;
        saved.bytes = temporary.as_file().metadata().map_err(ArchiveError::io(target))?.len();
        let named = if replace { temporary.persist(target) } else { temporary.persist_noclobber(target) };
        named.map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => ArchiveError::Exists { path: target.to_owned() },
            _ => ArchiveError::io(target)(error.error),
        })?;
        crate::DiskFiles.sync_dir(folder).map_err(ArchiveError::io(folder))?;
        Ok(saved)
    }

    /// A copy of the database as it is at one moment, by a connection of its own: nobody waits for it.
    fn snapshot(&self, to: &Path) -> Result<(), ArchiveError> {
        let connection = Connection::open(self.data_dir().join(DATABASE))?;
        connection.busy_timeout(crate::database::BUSY_TIMEOUT)?;
        let name = to.to_str().ok_or_else(|| ArchiveError::io(to)(io::ErrorKind::InvalidFilename.into()))?;
        connection.execute("VACUUM INTO ?1", [name])?;
        Ok(())
    }
}

/// The parts, and how many of what; refuses while requests are out.
fn gather(snapshot: &Path, source: &ArchiveSource<'_>) -> Result<(Vec<Group>, Saved), ArchiveError> {
    let connection = Connection::open_with_flags(snapshot, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let out =
        JobState::quoted_sql(|state| matches!(state, JobState::Reserved | JobState::Sending | JobState::Answered));
    let others = |column: &str| format!("{column} <> '{}'", AccountId::PRACTICE);
    let sql = format!("SELECT count(*) FROM jobs WHERE state IN ({out}) AND {}", others("account"));
    let on_their_way = connection.query_row(&sql, [], |row| row.get::<_, i64>(0))?;
    if on_their_way > 0 {
        return Err(ArchiveError::OnTheirWay(on_their_way.unsigned_abs()));
    }
    let texts = |sql: String| -> Result<Vec<String>, ArchiveError> {
        let mut statement = connection.prepare(&sql)?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    };
    let accounts = texts(format!("SELECT id FROM accounts WHERE {}", others("id")))?;
    let mut saved = Saved { accounts: accounts.len(), ..Saved::default() };
    let mut parts = vec![vec![(Part::Database, Origin::File(snapshot.to_owned()))]];
    parts.extend(source.settings.clone().map(|text| vec![(Part::Settings, Origin::Text(text))]));
    for entry in texts(format!("SELECT vault_entry FROM receipts WHERE {} ORDER BY attempt", others("account")))? {
        match source.vault.entry(&entry) {
            Ok(None) => {}
            Ok(Some(entry)) => {
                saved.answers += 1;
                let (account, folder, attempt) = (entry.key.account, key_folder(&entry.key), entry.attempt);
                let part = |file| Part::Answer { account, folder: folder.clone(), attempt, file };
                parts.push(of_answer(&entry.dir, part));
            }
            Err(error) => {
                tracing::warn!(%error, "left out of the archive");
                saved.left_out += 1;
            }
        }
    }
    for kept in source.vault.stock()?.kept.iter().filter(|kept| kept.evidence) {
        if kept.account.is_some_and(|account| accounts.contains(&account.to_string())) {
            let attempt = kept.attempt;
            parts.push(of_answer(kept.dir(), |file| Part::Evidence { attempt, file }));
        }
    }
    for id in texts("SELECT id FROM backdrops ORDER BY id".to_owned())?.into_iter().filter(|id| is_content_id(id)) {
        let file = source.backdrops.join(&id);
        parts.extend(file.is_file().then(|| vec![(Part::Backdrop(id), Origin::File(file))]));
    }
    Ok((parts, saved))
}

fn of_answer(dir: &Path, part: impl Fn(AnswerFile) -> Part) -> Group {
    let there = AnswerFile::BOTH.into_iter().map(|file| (part(file), dir.join(file.name())));
    there.filter(|(_, path)| path.is_file()).map(|(part, path)| (part, Origin::File(path))).collect()
}

/// An opened part: one that is let go of from now on can still be read.
fn open(from: Origin) -> io::Result<(u64, Box<dyn Read>)> {
    Ok(match from {
        Origin::File(path) => {
            let file = File::open(path)?;
            (file.metadata()?.len(), Box::new(file))
        }
        Origin::Text(text) => (text.len() as u64, Box::new(io::Cursor::new(text))),
    })
}

/// Writes groups of parts that belong together; a group of which something was let go of meanwhile is left out.
fn write(to: &File, target: &Path, groups: Vec<Group>, moved: &mut Moved<'_>) -> Result<(), ArchiveError> {
    let total = groups.iter().flatten().map(|(_, from)| length(from)).sum();
    let mut writer = Writer { zip: ZipWriter::new(BufWriter::new(to)), listed: Vec::new(), done: 0, total, moved };
    for group in groups {
        let opened = group.into_iter().map(|(part, from)| Ok((part, open(from)?))).collect::<io::Result<Vec<_>>>();
        match opened {
            Ok(opened) => {
                for (part, (bytes, read)) in opened {
                    writer.part(&part.name(), bytes, read, target)?;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(ArchiveError::io(target)(error)),
        }
    }
    writer.finish(target)
}

fn length(from: &Origin) -> u64 {
    match from {
        Origin::File(path) => fs::metadata(path).map_or(0, |file| file.len()),
        Origin::Text(text) => text.len() as u64,
    }
}

struct Writer<'a, 'm> {
    zip: ZipWriter<BufWriter<&'a File>>,
    listed: Vec<Listed>,
    done: u64,
    total: u64,
    moved: &'a mut Moved<'m>,
}

impl Writer<'_, '_> {
    fn part(&mut self, name: &str, bytes: u64, mut read: impl Read, target: &Path) -> Result<(), ArchiveError> {
        self.zip.start_file(name, stored(bytes)).map_err(ArchiveError::zip(target))?;
        let (mut hasher, mut piece, mut length) = (blake3::Hasher::new(), vec![0; PIECE], 0);
        loop {
            let read = read.read(&mut piece).map_err(ArchiveError::io(target))?;
            if read == 0 {
                break;
            }
            let piece = &piece[..read];
            hasher.update(piece);
            self.zip.write_all(piece).map_err(ArchiveError::io(target))?;
            length += read as u64;
            self.done += read as u64;
            if (self.moved)(self.done.min(self.total), self.total) == ControlFlow::Break(()) {
                return Err(ArchiveError::Stopped);
            }
        }
        let blake3 = hasher.finalize().to_hex().to_string();
        self.listed.push(Listed { name: name.to_owned(), bytes: length, blake3 });
        Ok(())
    }

    fn finish(mut self, target: &Path) -> Result<(), ArchiveError> {
        let manifest = serde_json::to_vec(&Manifest::of(self.listed))
            .map_err(|error| StoreError::Io { path: target.to_owned(), source: error.into() })?;
        self.zip.start_file(MANIFEST, stored(manifest.len() as u64)).map_err(ArchiveError::zip(target))?;
        self.zip.write_all(&manifest).map_err(ArchiveError::io(target))?;
        let mut buffer = self.zip.finish().map_err(ArchiveError::zip(target))?;
        buffer.flush().map_err(ArchiveError::io(target))
    }
}

fn stored(bytes: u64) -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored).large_file(bytes >= LONG)
}
