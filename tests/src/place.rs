//! A place of its own for one run of the product: home, data, config, cache and a folder of photos, all new and all
//! gone afterwards. A test that touched the user's own folders would be a bug, so the home is moved as well.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::tools;

/// The folders of one installation.
#[derive(Debug)]
pub struct Place {
    root: TempDir,
}

impl Place {
    /// An installation that was never started: no data folder is there yet.
    pub fn fresh() -> Result<Self> {
        Self::in_folder(&std::env::temp_dir())
    }

    /// The same in memory, where the system has a folder for that: a run of thousands of small writes, each of them
    /// synced, is no test of the drive.
    pub fn in_memory() -> Result<Self> {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self::in_folder(memory).or_else(|_| Self::fresh()) } else { Self::fresh() }
    }

    /// Leaves everything where it is, for somebody to look at.
    #[must_use]
    pub fn keep(self) -> PathBuf {
        self.root.keep()
    }

    fn in_folder(folder: &Path) -> Result<Self> {
        let root = tempfile::Builder::new().prefix("clearcut-test-").tempdir_in(folder)?;
        for folder in ["home", "photos", "runtime"] {
            std::fs::create_dir(root.path().join(folder))?;
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(root.path().join("runtime"), std::fs::Permissions::from_mode(0o700))?;
        }
        Ok(Self { root })
    }

    /// The data folder; it need not exist.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.root.path().join("data")
    }

    /// The folder for the test's photos.
    #[must_use]
    pub fn photos(&self) -> PathBuf {
        self.root.path().join("photos")
    }

    /// A folder in this place by any name.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// Copies a sample photo in, so that the cutout beside it lands here as well.
    pub fn photo(&self, name: &str) -> Result<PathBuf> {
        self.photo_as(name, name)
    }

    /// Copies a sample photo in under another name.
    pub fn photo_as(&self, sample: &str, name: &str) -> Result<PathBuf> {
        let copy = self.photos().join(name);
        let sample = tools::sample(sample);
        std::fs::copy(&sample, &copy).with_context(|| sample.display().to_string())?;
        Ok(copy)
    }

    /// Writes a file among the photos.
    pub fn file(&self, name: &str, content: &[u8]) -> Result<PathBuf> {
        let path = self.photos().join(name);
        std::fs::write(&path, content)?;
        Ok(path)
    }

    /// The variables that move the product here.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, OsString)> {
        let at = |name: &str| -> OsString { self.root.path().join(name).into() };
        vec![
            ("CLEARCUT_DATA_DIR", at("data")),
            ("CLEARCUT_CONFIG_DIR", at("config")),
            ("CLEARCUT_CACHE_DIR", at("cache")),
            ("HOME", at("home")),
            ("USERPROFILE", at("home")),
        ]
    }

    /// Moves `command` here, and out of every desktop: no display, no bus, no key of the environment.
    pub fn move_here<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        for name in ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "CLEARCUT_API_KEY"] {
            command.env_remove(name);
        }
        // An empty one: the bus of the machine's user would be found through the real one.
        command.env("XDG_RUNTIME_DIR", self.path("runtime")).envs(self.variables()).current_dir(self.photos())
    }

    /// Everything in the folder of photos, by name.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        names_in(&self.photos())
    }
}

/// The names in a folder, sorted; none where there is no folder.
#[must_use]
pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

impl Place {
    /// The files of the product, in whichever of its folders, that contain these bytes.
    pub fn files_containing(&self, needle: &[u8]) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for name in ["data", "config", "cache", "home", "photos"] {
            let folder = self.path(name);
            if folder.exists() {
                found.extend(files_containing(&folder, needle)?);
            }
        }
        Ok(found)
    }
}

/// The files below a folder that contain these bytes.
fn files_containing(folder: &Path, needle: &[u8]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            found.extend(files_containing(&entry.path(), needle)?);
        } else if kind.is_file() && contains(&std::fs::read(entry.path())?, needle) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
