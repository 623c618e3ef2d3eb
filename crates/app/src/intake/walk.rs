//! What there is to read: the paths that were named, and what lies in the folders among them. Nothing is opened here; links in folders
//! are not followed, so that no loop of links can hold it up.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clearcut_batch::is_hidden;

use super::aside::{is_part_file, own_output};
use super::{Folders, Rules, file_name};
use crate::problem::{Code, Problem};
use crate::views::LeftOut;
use crate::words;

/// A folder tree deeper than this is a loop or a mistake.
const DEEPEST: usize = 32;

/// Who brought a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    ByTheUser,
    ByItsFolder,
}

/// A file to be read.
#[derive(Debug)]
pub(super) struct Candidate {
    /// Absolute.
    pub(super) path: PathBuf,
    /// As it was named or found.
    pub(super) met: PathBuf,
    pub(super) below: PathBuf,
    pub(super) named: Named,
}

/// What was met on the way, in order.
#[derive(Debug)]
pub(super) enum Found {
    /// The candidate with this number.
    Candidate(usize),
    /// The same file as that candidate.
    Again { path: PathBuf, index: usize, named: Named },
    /// Something that is told about unread.
    Refused { path: PathBuf, problem: Problem },
    /// A folder that was named is through; these candidates came from it or had come before.
    End { folder: PathBuf, candidates: Vec<usize> },
}

/// All that was met.
pub(super) struct Walk {
    pub(super) found: Vec<Found>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) left_out: LeftOut,
}

impl Walk {
    pub(super) fn over(paths: &[PathBuf], rules: &Rules<'_>) -> Self {
        let walk = Self { found: Vec::new(), candidates: Vec::new(), left_out: LeftOut::default() };
        let folders: Vec<bool> = paths.iter().map(|path| path.is_dir()).collect();
        let several = folders.iter().filter(|folder| **folder).count() > 1;
        let mut walker = Walker { walk, rules, seen: HashMap::new(), real: HashMap::new() };
        for (path, is_folder) in paths.iter().zip(folders) {
            match (is_folder, rules.folders) {
                (false, _) => walker.file(path, Path::new(""), Named::ByTheUser),
                (true, Folders::Refuse) => walker.refuse(path, is_a_folder(path)),
                (true, Folders::Walk) => {
                    let before = walker.walk.found.len();
                    let root = path.file_name().filter(|_| several).map(PathBuf::from).unwrap_or_default();
                    walker.folder(path, &root, 0);
                    let met = walker.met(before..walker.walk.found.len());
                    walker.walk.found.push(Found::End { folder: path.clone(), candidates: met });
                }
            }
        }
        walker.walk
    }
}

struct Walker<'a> {
    walk: Walk,
    rules: &'a Rules<'a>,
    /// Which candidate a file is; none where it is set aside.
    seen: HashMap<PathBuf, Option<usize>>,
    /// Folders with all links resolved.
    real: HashMap<PathBuf, PathBuf>,
}

impl Walker<'_> {
    fn file(&mut self, met: &Path, below: &Path, named: Named) {
        let path = std::path::absolute(met).unwrap_or_else(|_| met.to_path_buf());
        let met = met.to_path_buf();
        // One spelling for one file, so that dropping it twice is dropping it once.
        let key = self.key(&path);
        match self.seen.get(&key) {
            Some(Some(index)) => {
                self.walk.found.push(Found::Again { path: met, index: *index, named });
                return;
            }
            Some(None) if named == Named::ByItsFolder => return,
            _ => {}
        }
        if is_part_file(&path) || (self.rules.own)(&path) || (self.rules.own)(&key) {
            self.seen.insert(key, None);
            match named {
                Named::ByTheUser => self.refuse(&met, own_output(&met)),
                Named::ByItsFolder => self.walk.left_out.own += 1,
            }
            return;
        }
        self.seen.insert(key, Some(self.walk.candidates.len()));
        self.walk.found.push(Found::Candidate(self.walk.candidates.len()));
        self.walk.candidates.push(Candidate { path, met, below: below.to_path_buf(), named });
    }

    fn folder(&mut self, folder: &Path, below: &Path, depth: usize) {
        if depth > DEEPEST {
            return self.refuse(folder, too_deep(folder));
        }
        let listed = std::fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
        let mut entries = match listed {
            Ok(entries) => entries,
            Err(error) => return self.refuse(folder, words::file(&error, "read the folder", folder)),
        };
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            if is_hidden(&entry) {
                self.walk.left_out.hidden += 1;
                continue;
            }
            match entry.file_type() {
                // Their target is taken in where it lies.
                Ok(kind) if kind.is_symlink() => self.walk.left_out.links += 1,
                Ok(kind) if kind.is_dir() => self.folder(&entry.path(), &below.join(entry.file_name()), depth + 1),
                Ok(kind) if kind.is_file() => self.file(&entry.path(), below, Named::ByItsFolder),
                // Pipes, sockets, devices: nothing that could be read to an end.
                Ok(_) => self.walk.left_out.no_pictures += 1,
                Err(error) => self.refuse(&entry.path(), words::file(&error, "look at", &entry.path())),
            }
        }
    }

    fn refuse(&mut self, path: &Path, problem: Problem) {
        self.walk.found.push(Found::Refused { path: path.to_path_buf(), problem });
    }

    /// The candidates that this stretch met.
    fn met(&self, stretch: Range<usize>) -> Vec<usize> {
        let met = self.walk.found[stretch].iter().filter_map(|found| match found {
            Found::Candidate(index) | Found::Again { index, .. } => Some(*index),
            Found::Refused { .. } | Found::End { .. } => None,
        });
        met.collect()
    }

    /// The path with all links of its folder resolved. The file itself may be a link that was named: then it is another file.
    fn key(&mut self, path: &Path) -> PathBuf {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return path.to_path_buf() };
        if let Some(real) = self.real.get(folder) {
            return real.join(name);
        }
        let real = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
        let key = real.join(name);
        self.real.insert(folder.to_path_buf(), real);
        key
    }
}

fn is_a_folder(path: &Path) -> Problem {
    Problem::new(
        Code::IsFolder,
        format!("“{}” is a folder, not a picture.", file_name(path)),
        "Name the pictures in it, or add --recursive to take in all of them.",
    )
}

fn too_deep(path: &Path) -> Problem {
    Problem::new(
        Code::FileTrouble,
        format!("“{}” lies more than {DEEPEST} folders deep and was not looked into.", file_name(path)),
        "Take that folder in on its own.",
    )
}
