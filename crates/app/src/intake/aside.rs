//! What is set aside although it lies among pictures: cutouts that Clearcut saved itself, and how what was left out is told. By names
//! and lists alone; what is hidden is `clearcut_batch`'s rule, the same as for watched folders.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::problem::{Code, Problem};
use crate::views::LeftOut;

use super::file_name;

/// Whether a name is one of Clearcut's part files, which are gone a moment later.
pub(super) fn is_part_file(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(".clearcut-") && name.ends_with(".part")
}

/// A cutout that was named by the user.
pub(super) fn own_output(path: &Path) -> Problem {
    Problem::new(
        Code::OwnOutput,
        format!("“{}” is a cutout that Clearcut saved itself. Nothing was sent.", file_name(path)),
        "To cut it out once more all the same, copy it under another name.",
    )
}

/// The files that Clearcut saved itself, however their folders are spelled.
#[derive(Debug, Default)]
pub(crate) struct OwnOutputs(HashSet<PathBuf>);

impl OwnOutputs {
    /// Those that these records name.
    pub(crate) fn of(outputs: impl IntoIterator<Item = PathBuf>) -> Self {
        let mut own: HashSet<PathBuf> = outputs.into_iter().collect();
        let folders: HashSet<&Path> = own.iter().filter_map(|output| output.parent()).collect();
        let linked: Vec<(PathBuf, PathBuf)> = folders
            .into_iter()
            .filter_map(|folder| Some((folder.to_path_buf(), folder.canonicalize().ok()?)))
            .filter(|(folder, real)| folder != real)
            .collect();
        if !linked.is_empty() {
            let linked: std::collections::HashMap<_, _> = linked.into_iter().collect();
            let real = own.iter().filter_map(|output| Some(linked.get(output.parent()?)?.join(output.file_name()?)));
            let real: Vec<_> = real.collect();
            own.extend(real);
        }
        Self(own)
    }

    /// Whether this is one of them.
    pub(crate) fn holds(&self, path: &Path) -> bool {
        self.0.contains(path)
    }
}

/// What was left out of folders, as a sentence; nothing where nothing was.
pub(crate) fn note(left_out: &LeftOut) -> Option<String> {
    let LeftOut { hidden, own, links, no_pictures } = *left_out;
    let counted = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let parts: Vec<String> = [
        counted(hidden, "hidden file", "hidden files"),
        counted(own, "earlier cutout", "earlier cutouts"),
        counted(links, "link", "links"),
        counted(no_pictures, "file that is no picture", "files that are no pictures"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let was = if hidden + own + links + no_pictures == 1 { "was" } else { "were" };
    let list = match parts.as_slice() {
        [] => return None,
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    Some(format!("{list} {was} left out."))
}
