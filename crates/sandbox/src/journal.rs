//! The account's journal: one JSON line per record, synced before anyone is told, and the lock that keeps it
//! to one process. Knows lines, not what they mean.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::account::Record;
use crate::options::SandboxError;

const JOURNAL: &str = "account.jsonl";
const LOCK: &str = "account.lock";

/// An open journal. The lock is held for as long as it lives.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    /// Length up to the last whole line.
    length: u64,
    _lock: File,
}

impl Journal {
    /// Opens the journal in `dir`, which is made if needed, and reads what is in it. A last line without its
    /// end (a kill in mid-write) never took effect and is cut off.
    ///
    /// # Errors
    /// [`SandboxError::InUse`] where another process has it, [`SandboxError::Journal`] for a line that makes
    /// no sense, [`SandboxError::State`] for everything the disk may say.
    pub(crate) fn open(dir: &Path) -> Result<(Self, Vec<Record>), SandboxError> {
        let at = |path: &Path, source: io::Error| SandboxError::State { path: path.to_owned(), source };
        std::fs::create_dir_all(dir).map_err(|e| at(dir, e))?;
        let lock = lock(dir)?;

        let path = dir.join(JOURNAL);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(|e| at(&path, e))?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(|e| at(&path, e))?;
        let whole = text.iter().rposition(|b| *b == b'\n').map_or(0, |last| last + 1);
        let records = read(&path, &text[..whole])?;

        let length = whole as u64;
        let mut journal = Self { file, length, _lock: lock };
        journal.rewind().map_err(|e| at(&path, e))?;
        sync_dir(dir).map_err(|e| at(dir, e))?;
        Ok((journal, records))
    }

    /// Writes one record and syncs it. When that fails the file is put back to where it was, so that the
    /// record has not happened.
    pub(crate) fn append(&mut self, record: &Record) -> io::Result<()> {
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        match self.file.write_all(&line).and_then(|()| self.file.sync_data()) {
            Ok(()) => {
                self.length += line.len() as u64;
                Ok(())
            }
            Err(error) => {
                self.rewind()?;
                Err(error)
            }
        }
    }

    fn rewind(&mut self) -> io::Result<()> {
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        Ok(())
    }
}

fn lock(dir: &Path) -> Result<File, SandboxError> {
    let path: PathBuf = dir.join(LOCK);
    let state = |source: io::Error| SandboxError::State { path: path.clone(), source };
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(state)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SandboxError::InUse { path: dir.to_owned() }),
        Err(TryLockError::Error(error)) => Err(state(error)),
    }
}

fn read(path: &Path, text: &[u8]) -> Result<Vec<Record>, SandboxError> {
    let lines = text.split(|b| *b == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
    lines
        .map(|(index, line)| {
            serde_json::from_slice(line).map_err(|error| SandboxError::Journal {
                path: path.to_owned(),
                line: index + 1,
                reason: error.to_string(),
            })
        })
        .collect()
}

/// Makes a new file's name durable. Windows has no such call for folders.
fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot set up its files should stop")]

    use super::*;
    use crate::account::Event;

    fn record(seconds: i64) -> Record {
        Record { at: "2026-11-22T10:00:00Z".parse().unwrap(), event: Event::Advanced { seconds } }
    }

    #[test]
    fn what_was_appended_is_there_again() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, records) = Journal::open(dir.path()).unwrap();
        assert!(records.is_empty());
        journal.append(&record(1)).unwrap();
        journal.append(&record(2)).unwrap();
        drop(journal);
        assert_eq!(Journal::open(dir.path()).unwrap().1, [record(1), record(2)]);
    }

    #[test]
    fn a_torn_last_line_never_happened() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(dir.path()).unwrap();
        journal.append(&record(1)).unwrap();
        journal.file.write_all(br#"{"at":"2026-11-2"#).unwrap();
        drop(journal);
        let (mut journal, records) = Journal::open(dir.path()).unwrap();
        assert_eq!(records, [record(1)]);
        journal.append(&record(2)).unwrap();
        drop(journal);
        assert_eq!(Journal::open(dir.path()).unwrap().1, [record(1), record(2)]);
    }

    #[test]
    fn a_folder_has_one_owner() {
        let dir = tempfile::tempdir().unwrap();
        let _owner = Journal::open(dir.path()).unwrap();
        let error = Journal::open(dir.path()).unwrap_err();
        assert!(matches!(error, SandboxError::InUse { .. }), "{error}");
    }

    #[test]
    fn a_damaged_line_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(JOURNAL), "nonsense\n").unwrap();
        let error = Journal::open(dir.path()).unwrap_err();
        assert!(matches!(error, SandboxError::Journal { line: 1, .. }), "{error}");
    }
}
