//! Doubles for tests of this room and its neighbours: a clock that stands still, and files that keep a record and fail
//! on request.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::{Clock, Files, OutFile};

/// A clock that moves only when it is told to.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self(Mutex::new(start))
    }

    /// Moves the clock, forwards or back.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(by).unwrap_or(*now);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One call to the file layer, with the path or paths it was about.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each variant is the call of the same name")]
pub enum Call {
    CreateDirAll(PathBuf),
    CreateNew(PathBuf),
    Allocate(PathBuf, u64),
    Write(PathBuf, usize),
    Trim(PathBuf, u64),
    Sync(PathBuf),
    RenameNew(PathBuf, PathBuf),
    SyncDir(PathBuf),
    RemoveFile(PathBuf),
    RemoveDirAll(PathBuf),
    RemoveEmptyDir(PathBuf),
    Trash(PathBuf),
    FreeSpace(PathBuf),
}

impl Call {
    /// What was done, and the last name of the path it was done to: `sync answer.bin`.
    #[must_use]
    pub fn brief(&self) -> String {
        let (verb, path) = match self {
            Self::CreateDirAll(path) => ("create_dir_all", path),
            Self::CreateNew(path) => ("create_new", path),
            Self::Allocate(path, _) => ("allocate", path),
            Self::Write(path, _) => ("write", path),
            Self::Trim(path, _) => ("trim", path),
            Self::Sync(path) => ("sync", path),
            Self::RenameNew(_, to) => ("rename_new", to),
            Self::SyncDir(path) => ("sync_dir", path),
            Self::RemoveFile(path) => ("remove_file", path),
            Self::RemoveDirAll(path) => ("remove_dir_all", path),
            Self::RemoveEmptyDir(path) => ("remove_empty_dir", path),
            Self::Trash(path) => ("trash", path),
            Self::FreeSpace(path) => ("free_space", path),
        };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        format!("{verb} {name}")
    }
}

type Rule = Box<dyn FnMut(usize, &Call) -> Option<io::ErrorKind> + Send>;

/// Files that are written for real, while every call is recorded and may be made to fail.
#[derive(Clone)]
pub struct RecordingFiles {
    files: Arc<dyn Files>,
    tape: Arc<Mutex<Tape>>,
}

#[derive(Default)]
struct Tape {
    calls: Vec<Call>,
    rule: Option<Rule>,
    trash: Option<PathBuf>,
}

impl RecordingFiles {
    /// Records what is done to `files`.
    #[must_use]
    pub fn over(files: Arc<dyn Files>) -> Self {
        Self { files, tape: Arc::default() }
    }

    /// Every call so far, failed ones included, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.with(|tape| tape.calls.clone())
    }

    /// [`Call::brief`] of every call so far.
    #[must_use]
    pub fn briefs(&self) -> Vec<String> {
        self.calls().iter().map(Call::brief).collect()
    }

    /// From now on there is a trash, and it is this folder. Without one there is none: no test may fill the user's own.
    pub fn have_trash(&self, folder: &Path) {
        self.with(|tape| tape.trash = Some(folder.to_owned()));
    }

    /// Forgets the calls so far.
    pub fn clear(&self) {
        self.with(|tape| tape.calls.clear());
    }

    /// Makes every call fail for which `rule` names a reason. It gets the call and its number, counted from 0.
    pub fn fail_when(&self, rule: impl FnMut(usize, &Call) -> Option<io::ErrorKind> + Send + 'static) {
        self.with(|tape| tape.rule = Some(Box::new(rule)));
    }

    /// Makes call number `nth`, counted from 0, fail.
    pub fn fail_nth(&self, nth: usize, kind: io::ErrorKind) {
        self.fail_when(move |number, _| (number == nth).then_some(kind));
    }

    /// From call number `nth` on nothing reaches the drive any more: as if the process had died there.
    pub fn die_at(&self, nth: usize) {
        self.fail_when(move |number, _| (number >= nth).then_some(io::ErrorKind::BrokenPipe));
    }

    /// Ends all failing.
    pub fn heal(&self) {
        self.with(|tape| tape.rule = None);
    }

    fn with<T>(&self, work: impl FnOnce(&mut Tape) -> T) -> T {
        work(&mut self.tape.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn record(&self, call: Call) -> io::Result<()> {
        self.with(|tape| {
            let number = tape.calls.len();
            let verdict = tape.rule.as_mut().and_then(|rule| rule(number, &call));
            tape.calls.push(call);
            verdict.map_or(Ok(()), |kind| Err(kind.into()))
        })
    }
}

impl std::fmt::Debug for RecordingFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordingFiles").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Files for RecordingFiles {
    fn create_dir_all(&self, dir: &Path) -> io::Result<()> {
        self.record(Call::CreateDirAll(dir.to_owned()))?;
        self.files.create_dir_all(dir)
    }

    fn create_new(&self, path: &Path) -> io::Result<Box<dyn OutFile>> {
        self.record(Call::CreateNew(path.to_owned()))?;
        let file = self.files.create_new(path)?;
        Ok(Box::new(RecordedFile { files: self.clone(), path: path.to_owned(), file }))
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.record(Call::RenameNew(from.to_owned(), to.to_owned()))?;
        self.files.rename_new(from, to)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.record(Call::Sync(path.to_owned()))?;
        self.files.sync_file(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.record(Call::SyncDir(dir.to_owned()))?;
        self.files.sync_dir(dir)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.record(Call::RemoveFile(path.to_owned()))?;
        self.files.remove_file(path)
    }

    fn remove_dir_all(&self, dir: &Path) -> io::Result<()> {
        self.record(Call::RemoveDirAll(dir.to_owned()))?;
        self.files.remove_dir_all(dir)
    }

    fn remove_empty_dir(&self, dir: &Path) -> io::Result<()> {
        self.record(Call::RemoveEmptyDir(dir.to_owned()))?;
        self.files.remove_empty_dir(dir)
    }

    fn trash(&self, path: &Path) -> io::Result<()> {
        self.record(Call::Trash(path.to_owned()))?;
        let trash = self.with(|tape| tape.trash.clone()).ok_or(io::ErrorKind::Unsupported)?;
        self.files.rename_new(path, &trash.join(path.file_name().unwrap_or_default()))
    }

    fn free_space(&self, dir: &Path) -> io::Result<u64> {
        self.record(Call::FreeSpace(dir.to_owned()))?;
        self.files.free_space(dir)
    }
}

struct RecordedFile {
    files: RecordingFiles,
    path: PathBuf,
    file: Box<dyn OutFile>,
}

impl Write for RecordedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.files.record(Call::Write(self.path.clone(), bytes.len()))?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl OutFile for RecordedFile {
    fn allocate(&mut self, len: u64) -> io::Result<()> {
        self.files.record(Call::Allocate(self.path.clone(), len))?;
        self.file.allocate(len)
    }

    fn trim(&mut self, len: u64) -> io::Result<()> {
        self.files.record(Call::Trim(self.path.clone(), len))?;
        self.file.trim(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.files.record(Call::Sync(self.path.clone()))?;
        self.file.sync()
    }
}
