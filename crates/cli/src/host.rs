//! The terminal as the use cases' surroundings: it shows progress and has no dialogs, no browser and no clipboard.

use std::path::Path;
use std::sync::Arc;

use clearcut_app::views::{Envelope, Event};
use clearcut_app::{Host, HostError, Notice};
use url::Url;

use crate::progress::Progress;

/// The terminal around the use cases.
pub(crate) struct TerminalHost(pub(crate) Arc<Progress>);

impl Host for TerminalHost {
    fn emit(&self, envelope: &Envelope) {
        match &envelope.event {
            Event::Progress { picture, phase, done, total } => self.0.moved(*picture, *phase, *done, *total),
            Event::Archive { done, total } => self.0.counted_on(*done, *total),
            _ => {}
        }
    }

    fn open_page(&self, page: &Url) -> Result<(), HostError> {
        Err(HostError(format!("a terminal opens no pages; this one is {page}")))
    }

    fn reveal(&self, file: &Path) -> Result<(), HostError> {
        Err(HostError(format!("a terminal has no file manager; the file is {}", file.display())))
    }

    fn notify(&self, notice: &Notice) -> Result<(), HostError> {
        self.0.say(&format!("{}: {}", notice.title, notice.body));
        Ok(())
    }
}
