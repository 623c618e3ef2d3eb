//! What lies in a folder that results go to, read once however many names are planned there.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};

use super::portable::folded;

/// What has a name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A link, be it broken, or something stranger.
    Other,
}

impl Kind {
    fn of(kind: FileType) -> Self {
        if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Folder
        } else {
            Self::Other
        }
    }
}

/// Something whose name is the same as a wanted one on some system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct There {
    pub(super) kind: Kind,
    /// As it is spelled on the disk.
    pub(super) name: OsString,
    /// Whether this very disk takes the wanted name for it.
    pub(super) is_this: bool,
}

/// A folder, with what is in it where that can be read.
#[derive(Debug)]
pub(super) struct Place {
    folder: PathBuf,
    /// The folder's own key: links resolved, folded.
    key: String,
    /// By folded name; nothing before somebody asks.
    entries: Option<Entries>,
}

#[derive(Debug)]
enum Entries {
    Read(HashMap<String, Vec<(Kind, OsString)>>),
    /// The folder may be written to and not be listed: each name is looked for.
    Unreadable,
}

impl Place {
    pub(super) fn of(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), key: folded(&real(folder).to_string_lossy()), entries: None }
    }

    /// The key of a name in it that is folded already.
    pub(super) fn key(&self, folded_name: &str) -> String {
        format!("{}\0{folded_name}", self.key)
    }

    /// What has this name, or one that some system takes for it.
    pub(super) fn find(&mut self, name: &str, folded_name: &str) -> Option<There> {
        match self.entries.get_or_insert_with(|| Entries::read(&self.folder)) {
            Entries::Read(entries) => {
                let alike = entries.get(folded_name)?;
                let exact = alike.iter().find(|(_, there)| there == OsStr::new(name));
                let (kind, there) = exact.or_else(|| alike.first())?;
                let is_this = exact.is_some() || self.folder.join(name).symlink_metadata().is_ok();
                Some(There { kind: *kind, name: there.clone(), is_this })
            }
            Entries::Unreadable => {
                let meta = self.folder.join(name).symlink_metadata().ok()?;
                Some(There { kind: Kind::of(meta.file_type()), name: name.into(), is_this: true })
            }
        }
    }
}

impl Entries {
    fn read(folder: &Path) -> Self {
        let listed = match std::fs::read_dir(folder) {
            Ok(listed) => listed,
            // It is made when the first result is saved.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Self::Read(HashMap::new()),
            Err(_) => return Self::Unreadable,
        };
        let mut entries: HashMap<String, Vec<(Kind, OsString)>> = HashMap::new();
        for entry in listed {
            let Ok(entry) = entry else { return Self::Unreadable };
            let kind = entry.file_type().map_or(Kind::Other, Kind::of);
            entries.entry(folded(&entry.file_name().to_string_lossy())).or_default().push((kind, entry.file_name()));
        }
        // Folders are listed in no order; the plan must not depend on it.
        entries.values_mut().for_each(|alike| alike.sort_by(|one, other| one.1.cmp(&other.1)));
        Self::Read(entries)
    }
}

/// The folder with all links resolved, as far as it exists.
fn real(folder: &Path) -> PathBuf {
    for above in folder.ancestors() {
        let Ok(real) = above.canonicalize() else { continue };
        return match folder.strip_prefix(above) {
            Ok(rest) if rest.as_os_str().is_empty() => real,
            Ok(rest) => real.join(rest),
            Err(_) => folder.to_path_buf(),
        };
    }
    folder.to_path_buf()
}
