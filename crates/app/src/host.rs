//! What the use cases need from the program around them: to be heard, to open things, to ask the user for files.
//! The desktop shell and the terminal each have one; tests have a third. Knows no windowing toolkit.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use url::Url;

use crate::views::Envelope;

/// What the clipboard held.
#[derive(Debug)]
pub enum Clipboard {
    /// Nothing that can be taken in.
    Empty,
    /// Files, as copied in a file manager.
    Files(Vec<PathBuf>),
    /// A picture: width × height × 4 channels, 8 bit, straight alpha, rows from the top.
    Picture {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The pixels, `width * height * 4` bytes.
        rgba: Vec<u8>,
    },
}

/// Why the system would not open something, in its own words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct HostError(pub String);

/// What a button of a notice does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeAction {
    /// Opens the service's page for a larger plan.
    Upgrade,
    /// Opens the service's page for more pay-as-you-go credits.
    TopUp,
    /// Goes on with the download that waited for credits.
    Resume,
}

/// Something the user should hear of though they may look elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Tells notices apart; a later one with the same id replaces the earlier one where the desktop can do that.
    pub id: String,
    /// What happened, in a few words.
    pub title: String,
    /// With numbers, one or two sentences.
    pub body: String,
    /// Its buttons, the most helpful first: that one is also what a click on the notice itself does.
    pub actions: Vec<NoticeAction>,
}

/// The program around the use cases.
#[async_trait]
pub trait Host: Send + Sync {
    /// Tells whoever watches. Must not block.
    fn emit(&self, envelope: &Envelope);

    /// Opens a page in the user's browser.
    ///
    /// # Errors
    /// When the system has no browser, or none that would open.
    fn open_page(&self, page: &Url) -> Result<(), HostError>;

    /// Shows a file in the system's file manager.
    ///
    /// # Errors
    /// When the system has none.
    fn reveal(&self, file: &Path) -> Result<(), HostError>;

    /// Shows a notice natively. Must not block: a chosen action comes back through [`crate::App::notice_chosen`].
    ///
    /// # Errors
    /// When the system shows none; the same words stand in a banner then.
    fn notify(&self, notice: &Notice) -> Result<(), HostError>;

    /// Asks the user where to save a file that would be called `name`; `None` when the dialog was closed, and where there are
    /// no dialogs.
    async fn choose_save(&self, _name: &str) -> Option<PathBuf> {
        None
    }

    /// Asks the user for picture files; `None` when the dialog was closed, and where there are no dialogs.
    async fn choose_files(&self) -> Option<Vec<PathBuf>> {
        None
    }

    /// Asks the user for one picture file; `None` when the dialog was closed, and where there are no dialogs.
    async fn choose_picture(&self) -> Option<PathBuf> {
        None
    }

    /// Asks the user for a model's file; `None` when the dialog was closed, and where there are no dialogs.
    async fn choose_model(&self) -> Option<PathBuf> {
        None
    }

    /// Asks the user for an archive to move in; `None` when the dialog was closed, and where there are no dialogs.
    async fn choose_archive(&self) -> Option<PathBuf> {
        None
    }

    /// Asks the user for a file of certificates; `None` when the dialog was closed, and where there are no dialogs.
    async fn choose_certificates(&self) -> Option<PathBuf> {
        None
    }

    /// Asks the user for a folder; `None` when the dialog was closed, and where there are no dialogs.
    async fn choose_folder(&self) -> Option<PathBuf> {
        None
    }

    /// Puts a picture on the clipboard, with its transparency: width × height × 4 channels, 8 bit, straight alpha, rows from the top.
    ///
    /// # Errors
    /// When there is no clipboard, or it takes no pictures.
    async fn copy_picture(&self, _width: u32, _height: u32, _rgba: Vec<u8>) -> Result<(), HostError> {
        Err(HostError("there is no clipboard here".to_owned()))
    }

    /// Begins to drag files out of the window into another program, with the mouse button that is down: they are copied there. `icon` is
    /// what hangs at the pointer, an encoded picture. Answers when the drag has begun.
    ///
    /// # Errors
    /// When there is no window, or the system does not let a drag begin.
    async fn drag_files(&self, _files: Vec<PathBuf>, _icon: Vec<u8>) -> Result<(), HostError> {
        Err(HostError("there is no window here".to_owned()))
    }

    /// What the clipboard holds; nothing where there is none.
    async fn clipboard(&self) -> Clipboard {
        Clipboard::Empty
    }
}
