//! A program around the use cases that nobody looks at.

use std::path::Path;

use clearcut_app::views::Envelope;
use clearcut_app::{Host, HostError, Notice};
use url::Url;

/// Hears everything and does nothing.
#[derive(Debug)]
pub(crate) struct Nobody;

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
}
