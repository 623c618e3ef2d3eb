//! What a result is called: beside the original or in a chosen folder, unique in the plan, valid on every system.
//! It plans names and knows no picture; that no file is ever overwritten is kept once more where the file is renamed.
//!
//! [`NamePlanner`] plans a whole list; [`plan_output`] is the same rule for one picture alone.

mod listing;
mod planner;
mod portable;
mod template;
#[cfg(test)]
mod tests;

use std::{
    collections::HashSet,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use clearcut_imaging::OutputFormat;

pub use planner::{Existing, NameFault, NamePlanner, NameRules, PlannedName, ToName};
pub use template::{NameTemplate, TemplateError};

use portable::{MAX_NAME_BYTES, NUMBER_BYTES, clean, cut, reserved};

/// What stands between the original's name and the ending.
const MARK: &str = "-cutout";

/// Names already given away in a plan. Two names are the same when a file system that folds case and normalises Unicode
/// would say so: `Dog.png` and `dog.png`, `é` as one character or as two.
#[derive(Debug, Clone, Default)]
pub struct NameSet(HashSet<String>);

impl NameSet {
    /// Nothing given away yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a name; false where it is already taken.
    pub fn claim(&mut self, path: &Path) -> bool {
        self.0.insert(folded(path))
    }

    /// Whether somebody in the plan has this name.
    #[must_use]
    pub fn holds(&self, path: &Path) -> bool {
        self.0.contains(&folded(path))
    }
}

/// Plans where the result of `input` goes: `NAME-cutout.EXT` beside the original or in `folder`, with a number
/// where that exists already or is taken in this plan. The name is claimed in `taken`.
pub fn plan_output(input: &Path, folder: Option<&Path>, format: OutputFormat, taken: &mut NameSet) -> PathBuf {
    let folder = folder.or_else(|| input.parent()).unwrap_or(Path::new(""));
    let stem = portable_stem(input.file_stem());
    let planned = folder.join(format!("{stem}{MARK}.{}", format.ext()));
    for candidate in numbered(&planned) {
        if !exists(&candidate) && taken.claim(&candidate) {
            return candidate;
        }
    }
    planned
}

/// `planned` itself, then `NAME-2.EXT`, `NAME-3.EXT`, … A number that a cutout's name already has is counted on.
pub(crate) fn numbered(planned: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let planned = planned.to_path_buf();
    let stem = planned.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (base, first) = split_number(&stem);
    let (base, ending) = (base.to_owned(), planned.extension().map(OsStr::to_os_string));
    let folder = planned.parent().map(Path::to_path_buf).unwrap_or_default();
    std::iter::once(planned).chain((first + 1..=99_999).map(move |n| {
        let mut name = std::ffi::OsString::from(format!("{base}-{n}"));
        if let Some(ending) = &ending {
            name.push(".");
            name.push(ending);
        }
        folder.join(name)
    }))
}

/// `dog-cutout-3` is `dog-cutout` with 3; `holiday-2019` is a name of its own, number 1.
fn split_number(stem: &str) -> (&str, u32) {
    stem.rsplit_once('-')
        .filter(|(base, digits)| base.ends_with(MARK) && !digits.starts_with('0') && digits.len() < NUMBER_BYTES)
        .and_then(|(base, digits)| Some((base, digits.parse::<u32>().ok().filter(|n| *n >= 2)?)))
        .unwrap_or((stem, 1))
}

/// Something lies there, be it a broken link: its name is taken.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The original's name as every common system takes it, short enough for mark, number and ending.
fn portable_stem(stem: Option<&OsStr>) -> String {
    let mut clean = clean(&stem.unwrap_or_default().to_string_lossy());
    if clean.trim().is_empty() {
        clean = "picture".to_owned();
    }
    // `CON-cutout` is nobody's device: only a dot right after the name makes it one.
    if clean.contains('.') && reserved(&clean) {
        clean.insert(0, '_');
    }
    let room = MAX_NAME_BYTES - MARK.len() - NUMBER_BYTES - ".webp".len();
    cut(&clean, room, usize::MAX).to_owned()
}

/// Canonical caseless form of a whole path.
fn folded(path: &Path) -> String {
    portable::folded(&path.to_string_lossy())
}
