//! Where Clearcut keeps its things: data (ledger, vault: never lose), config (settings: readable), cache (may be deleted
//! at any time). By the system's own conventions, each overridable by an environment variable. Creates nothing by itself.

use std::path::{Path, PathBuf};

use directories::{ProjectDirs, UserDirs};

use crate::problem::{Code, Problem};

/// The three folders, and where pictures without a folder of their own are saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    /// Ledger, jobs, receipts, vault, practice account.
    pub data: PathBuf,
    /// The settings file.
    pub config: PathBuf,
    /// Thumbnails and previews.
    pub cache: PathBuf,
    /// Where cutouts of pasted pictures go, which have no original to lie beside.
    pub pictures: PathBuf,
}

impl Folders {
    /// The folders of this user on this system; `CLEARCUT_DATA_DIR`, `CLEARCUT_CONFIG_DIR` and `CLEARCUT_CACHE_DIR` win.
    ///
    /// # Errors
    /// When the system names no home folder and not all three variables are set.
    pub fn from_env() -> Result<Self, Problem> {
        Self::resolve(|name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
    }

    fn resolve(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<Self, Problem> {
        let system = ProjectDirs::from("app", "Clearcut", "Clearcut");
        let pick = |name: &str, of_system: fn(&ProjectDirs) -> &Path| {
            variable(name).or_else(|| system.as_ref().map(|dirs| of_system(dirs).to_path_buf())).ok_or_else(|| {
                Problem::new(
                    Code::FileTrouble,
                    "The system names no home folder, so there is no place to keep the ledger.",
                    format!("Set {name} to a folder of yours."),
                )
            })
        };
        let data = pick("CLEARCUT_DATA_DIR", ProjectDirs::data_local_dir)?;
        let pictures = UserDirs::new()
            .and_then(|dirs| dirs.picture_dir().map(Path::to_path_buf))
            .map_or_else(|| data.join("cutouts"), |pictures| pictures.join("Clearcut"));
        Ok(Self {
            config: pick("CLEARCUT_CONFIG_DIR", ProjectDirs::config_dir)?,
            cache: pick("CLEARCUT_CACHE_DIR", ProjectDirs::cache_dir)?,
            data,
            pictures,
        })
    }

    /// Where the practice account lives.
    #[must_use]
    pub fn practice(&self) -> PathBuf {
        self.data.join("practice")
    }

    /// Where pasted pictures are kept, so that they have a file to be sent from.
    #[must_use]
    pub fn pasted(&self) -> PathBuf {
        self.data.join("pasted")
    }

    /// Own backgrounds, each named by its content.
    #[must_use]
    pub fn backdrops(&self) -> PathBuf {
        self.data.join("backdrops")
    }

    /// The vault of paid answers.
    #[must_use]
    pub fn vault(&self) -> PathBuf {
        self.data.join("vault")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn each_folder_can_be_moved_by_its_variable() {
        let folders = Folders::resolve(|name| Some(PathBuf::from(format!("/moved/{name}")))).unwrap();
        assert_eq!(folders.data, Path::new("/moved/CLEARCUT_DATA_DIR"));
        assert_eq!(folders.config, Path::new("/moved/CLEARCUT_CONFIG_DIR"));
        assert_eq!(folders.cache, Path::new("/moved/CLEARCUT_CACHE_DIR"));
        assert!(folders.practice().starts_with(&folders.data));
    }
}
