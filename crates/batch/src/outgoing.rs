//! What is sent of an original: its own file where there is nothing private in it and the service takes it, otherwise a file made for
//! the request, which lies in the data folder until the request is over. The original is what the books and the vault know: its
//! fingerprint is taken from the very bytes that the copy was made of.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clearcut_imaging::{Format, Limits, OutputFormat, Taken, Upload, upload};
use clearcut_service::ImageSource;
use clearcut_store::StoreError;
use tempfile::TempPath;

use crate::{BatchError, Order};

/// Where the files lie, in the data folder.
const FOLDER: &str = "outgoing";
/// What a dead run left is removed when no request can still be reading it.
const LEFT_BEHIND: Duration = Duration::from_secs(24 * 60 * 60);

/// What is sent.
#[derive(Debug)]
pub(crate) struct Outgoing {
    /// Removed when dropped; nothing where the original itself is sent.
    made: Option<TempPath>,
    extension: &'static str,
}

impl Outgoing {
    /// Reads the original and makes what is sent. Blocking.
    pub(crate) fn make(order: &Order, taken: &Taken, data: &Path) -> Result<Self, BatchError> {
        let path = order.input.clone();
        let (upload, content) = upload(&path, taken, &Limits::inputs())
            .map_err(|source| BatchError::Input { path: path.clone(), source })?;
        if content != order.content {
            return Err(BatchError::InputChanged { path });
        }
        let own = match order.probe.format {
            Format::Png => "png",
            Format::WebP => "webp",
            _ => "jpg",
        };
        let (bytes, extension) = match upload {
            Upload::AsItIs => return Ok(Self { made: None, extension: own }),
            Upload::Stripped(bytes) => (bytes, own),
            Upload::Copy { bytes, format: OutputFormat::Png } => (bytes, "png"),
            Upload::Copy { bytes, .. } => (bytes, "jpg"),
        };
        let folder = data.join(FOLDER);
        let made = write(&folder, &bytes).map_err(|source| StoreError::Io { path: folder, source })?;
        Ok(Self { made: Some(made), extension })
    }

    /// As a removal names it: the original's name, with the ending of what is sent.
    pub(crate) fn source(&self, order: &Order) -> ImageSource {
        let named = match &self.made {
            Some(_) => order.input.with_extension(self.extension),
            None => order.input.clone(),
        };
        self.named(order, named.file_name().unwrap_or_default().to_string_lossy().into_owned())
    }

    /// Under a name that tells nothing of the original.
    pub(crate) fn nameless(&self, order: &Order) -> ImageSource {
        self.named(order, format!("picture.{}", self.extension))
    }

    fn named(&self, order: &Order, file_name: String) -> ImageSource {
        let path = self.made.as_ref().map_or_else(|| order.input.clone(), |made| made.to_path_buf());
        ImageSource::File { path, file_name }
    }
}

fn write(folder: &Path, bytes: &[u8]) -> std::io::Result<TempPath> {
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    Ok(file.into_temp_path())
}

/// Removes what dead runs left behind. What cannot be removed is looked at again at the next start.
pub(crate) fn sweep(data: &Path) {
    let Ok(entries) = std::fs::read_dir(data.join(FOLDER)) else { return };
    let old = |path: &PathBuf| {
        let modified = path.symlink_metadata().and_then(|meta| meta.modified());
        modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > LEFT_BEHIND))
    };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(old) {
        if let Err(error) = std::fs::remove_file(&path) {
            tracing::debug!(%error, "a file that was made for sending is still there");
        }
    }
}
