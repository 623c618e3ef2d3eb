//! Every name of a list, planned before anything is sent. No two are the same on any common system, none is an original's or one
//! that somebody else was promised, and what lies in the folders is met as the user chose. It plans; that no file is overwritten
//! is kept once more where the file gets its name.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::listing::{Kind, Place};
use super::portable::{self, MAX_NAME_BYTES, MAX_PATH_UNITS, NUMBER_BYTES, folded, reserved, units};
use super::template::{NameTemplate, Room, Values};

/// The highest number a name gets.
const MAX_NUMBER: u32 = 99_999;
/// Where fewer UTF-16 units than this are left below a deep folder, no name would be worth having.
const LEAST_UNITS: usize = 24;

/// What is done where a planned name exists already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Existing {
    /// The new file gets a number.
    #[default]
    Number,
    /// The picture is left out: nothing is sent for it, so that it costs nothing.
    Skip,
    /// The old file goes to the trash once the new one is whole. Folders, links and originals are never replaced; there the new
    /// file gets a number.
    Replace,
}

/// How the names of a list are made.
#[derive(Debug, Clone)]
pub struct NameRules {
    /// What they look like.
    pub template: NameTemplate,
    /// What is done where one exists.
    pub existing: Existing,
    /// The day, for `{date}`.
    pub date: Date,
}

/// A picture that needs a name.
#[derive(Debug, Clone, Copy)]
pub struct ToName<'a> {
    /// The original.
    pub input: &'a Path,
    /// The folder its result goes to, absolute.
    pub folder: &'a Path,
    /// The folder below that one which keeps the tree it was found in; empty for none.
    pub below: &'a Path,
    /// Of the original, pixels, turned upright.
    pub width: u32,
    /// Of the original, pixels, turned upright.
    pub height: u32,
    /// The ending of the result's name, without its dot.
    pub ext: &'static str,
}

/// What was planned for a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlannedName {
    /// A new file.
    New(PathBuf),
    /// A file that exists and goes to the trash for it.
    Replace(PathBuf),
    /// None: this file exists, and such pictures are left out.
    Skip(PathBuf),
}

/// Why a picture cannot be named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// Nothing is left of the template.
    #[error("the template leaves nothing of its name")]
    Empty,
    /// Windows takes no path this long.
    #[error("the folder {} is too deep: Windows takes at most 259 characters in a path", folder.display())]
    TooLong {
        /// Where the result should go.
        folder: PathBuf,
    },
    /// Every number is taken.
    #[error("every name like {} is taken", planned.display())]
    NoFreeName {
        /// The name without a number.
        planned: PathBuf,
    },
}

/// Plans the names of one list. Each folder is listed once; look-ups are by hash, so that ten thousand pictures take milliseconds.
/// Blocks: it reads folders.
#[derive(Debug)]
pub struct NamePlanner {
    rules: NameRules,
    /// Names promised so far, here and to others.
    taken: HashSet<String>,
    /// Names of originals.
    inputs: HashSet<String>,
    /// Originals with all links resolved; known only where files may be replaced.
    real_inputs: HashSet<PathBuf>,
    places: HashMap<PathBuf, Place>,
    /// The first number worth trying for a name.
    next: HashMap<String, u32>,
    /// Paths that Windows would refuse are an error.
    strict_paths: bool,
}

impl NamePlanner {
    /// A plan with nothing in it.
    #[must_use]
    pub fn new(rules: NameRules) -> Self {
        Self {
            rules,
            taken: HashSet::new(),
            inputs: HashSet::new(),
            real_inputs: HashSet::new(),
            places: HashMap::new(),
            next: HashMap::new(),
            strict_paths: cfg!(windows),
        }
    }

    /// A name that somebody else was promised: another queue's.
    pub fn reserve(&mut self, output: &Path) {
        if let Some(key) = self.key(output) {
            self.taken.insert(key);
        }
    }

    /// An original, of this list or of another: never anybody's name, whatever is chosen.
    pub fn protect(&mut self, input: &Path) {
        if let Some(key) = self.key(input) {
            self.inputs.insert(key);
        }
        if self.rules.existing == Existing::Replace
            && let Ok(real) = input.canonicalize()
        {
            self.real_inputs.insert(real);
        }
    }

    /// Plans the names of a whole list, in its order; the same list on the same folders gets the same names.
    pub fn plan(&mut self, pictures: &[ToName<'_>]) -> Vec<Result<PlannedName, NameFault>> {
        for picture in pictures {
            self.protect(picture.input);
        }
        let count = pictures.len();
        pictures.iter().enumerate().map(|(index, picture)| self.name(picture, index + 1, count)).collect()
    }

    fn name(&mut self, picture: &ToName<'_>, index: usize, count: usize) -> Result<PlannedName, NameFault> {
        let folder = picture.folder.join(portable::folder(picture.below));
        let ext = picture.ext;
        let name = text(picture.input.file_stem());
        let values = Values {
            // Nothing but dots and spaces is nothing.
            name: if name.trim_matches(['.', ' ']).is_empty() { "picture" } else { &name },
            parent: &text(picture.input.parent().and_then(Path::file_name)),
            ext,
            index,
            count,
            width: picture.width,
            height: picture.height,
            date: self.rules.date,
        };
        let mut stem = self.rules.template.fill(&values, self.room(&folder, ext)?);
        if stem.is_empty() {
            return Err(NameFault::Empty);
        }
        if reserved(&format!("{stem}.{ext}")) {
            stem.insert(0, '_');
        }
        self.free(&folder, &stem, ext)
    }

    /// The room for a name without its ending; a number and a mark against devices always fit behind and before it.
    fn room(&self, folder: &Path, ext: &str) -> Result<Room, NameFault> {
        let around = 1 + NUMBER_BYTES + 1 + ext.len();
        let path = units(&folder.to_string_lossy()) + 1;
        let units = MAX_PATH_UNITS.saturating_sub(path + around);
        if units < LEAST_UNITS && self.strict_paths {
            return Err(NameFault::TooLong { folder: folder.to_path_buf() });
        }
        // Elsewhere such a folder is deep, but no trouble.
        let units = if units < LEAST_UNITS { usize::MAX } else { units };
        Ok(Room { bytes: MAX_NAME_BYTES - around, units })
    }

    fn free(&mut self, folder: &Path, stem: &str, ext: &str) -> Result<PlannedName, NameFault> {
        let planned = format!("{stem}.{ext}");
        let place = self.places.entry(folder.to_path_buf()).or_insert_with(|| Place::of(folder));
        let series = place.key(&folded(&planned));
        let first = self.next.get(&series).copied().unwrap_or(1);
        for number in first..=MAX_NUMBER {
            let name = if number == 1 { planned.clone() } else { format!("{stem}-{number}.{ext}") };
            let fold = folded(&name);
            let key = place.key(&fold);
            if self.taken.contains(&key) || self.inputs.contains(&key) {
                continue;
            }
            let found = place.find(&name, &fold);
            let decided = match (&found, self.rules.existing) {
                (None, _) => PlannedName::New(folder.join(name)),
                (Some(there), Existing::Skip) if there.is_this && there.kind != Kind::Folder => {
                    PlannedName::Skip(folder.join(&there.name))
                }
                (Some(there), Existing::Replace) if there.is_this && there.kind == Kind::File => {
                    let old = folder.join(&there.name);
                    if old.canonicalize().is_ok_and(|real| self.real_inputs.contains(&real)) {
                        continue;
                    }
                    PlannedName::Replace(old)
                }
                (Some(_), _) => continue,
            };
            self.taken.insert(key);
            self.next.insert(series, number + 1);
            return Ok(decided);
        }
        Err(NameFault::NoFreeName { planned: folder.join(planned) })
    }

    /// One name for one place, however its folder is spelled.
    fn key(&mut self, path: &Path) -> Option<String> {
        let name = folded(&path.file_name()?.to_string_lossy());
        let folder = path.parent().unwrap_or(Path::new(""));
        if let Some(place) = self.places.get(folder) {
            return Some(place.key(&name));
        }
        let place = self.places.entry(folder.to_path_buf()).or_insert_with(|| Place::of(folder));
        Some(place.key(&name))
    }
}

fn text(name: Option<&std::ffi::OsStr>) -> String {
    name.unwrap_or_default().to_string_lossy().into_owned()
}
