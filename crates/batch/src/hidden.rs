//! Which files and folders nobody means though they lie among pictures: hidden ones, and what systems keep for themselves. One rule
//! for what is taken in and for what is watched. It judges names, and the attributes that Windows hides files by; never contents.

use std::ffi::OsStr;
use std::fs::DirEntry;

/// What systems, storage devices and their file managers put beside pictures, in lower case.
const SYSTEM: [&str; 9] = [
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "icon\r",
    "__macosx",
    "$recycle.bin",
    "system volume information",
    "lost+found",
    "@eadir",
];

/// Whether a file or folder found in a folder is hidden, or the system's. Asks the disk on Windows only.
#[must_use]
pub fn is_hidden(entry: &DirEntry) -> bool {
    has_hidden_name(&entry.file_name()) || has_hidden_attribute(entry)
}

/// The same by its name alone. Names with a dot in front are both what Unix hides and what trashes, `.DS_Store` and Clearcut's own part
/// files are called.
pub(crate) fn has_hidden_name(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.') || SYSTEM.iter().any(|system| name.eq_ignore_ascii_case(system))
}

#[cfg(windows)]
fn has_hidden_attribute(entry: &DirEntry) -> bool {
    use std::os::windows::fs::MetadataExt as _;
    /// `FILE_ATTRIBUTE_HIDDEN` and `FILE_ATTRIBUTE_SYSTEM`.
    const HIDDEN_OR_SYSTEM: u32 = 0x2 | 0x4;
    entry.metadata().is_ok_and(|meta| meta.file_attributes() & HIDDEN_OR_SYSTEM != 0)
}

#[cfg(not(windows))]
fn has_hidden_attribute(_: &DirEntry) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(".hidden.jpg", true)]
    #[case(".clearcut-0190.part", true)]
    #[case("@eaDir", true)]
    #[case("$RECYCLE.BIN", true)]
    #[case("__MACOSX", true)]
    #[case("lost+found", true)]
    #[case("System Volume Information", true)]
    #[case("Thumbs.db", true)]
    #[case("Icon\r", true)]
    #[case("Icon.png", false)]
    #[case("lost and found", false)]
    #[case("dog.jpg", false)]
    fn a_name_tells_what_is_hidden_or_the_systems(#[case] name: &str, #[case] hidden: bool) {
        assert_eq!(has_hidden_name(OsStr::new(name)), hidden);
    }
}
