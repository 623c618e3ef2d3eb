//! A program around the use cases that nobody looks at.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use clearcut_app::views::Envelope;
use clearcut_app::{Clipboard, Host, HostError, Notice};
use url::Url;

/// Hears everything and does nothing.
#[derive(Debug)]
pub(crate) struct Nobody;

#[async_trait]
impl Host for Nobody {
    fn emit(&self, _envelope: &Envelope) {}

    fn open_page(&self, _page: &Url) -> Result<(), HostError> {
        Ok(())
    }

    fn reveal(&self, _file: &Path) -> Result<(), HostError> {
        Ok(())
    }

    fn notify(&self, _notice: &Notice) -> Result<(), HostError> {
        Ok(())
    }

    async fn choose_save(&self, _name: &str) -> Option<PathBuf> {
        None
    }

    async fn choose_files(&self) -> Option<Vec<PathBuf>> {
        None
    }

    async fn choose_folder(&self) -> Option<PathBuf> {
        None
    }

    async fn clipboard(&self) -> Clipboard {
        Clipboard::Empty
    }
}
