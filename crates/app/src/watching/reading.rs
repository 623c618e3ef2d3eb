//! The first reading of a file that two looks agreed on: is it a picture, and is it still the file that was seen? It knows no
//! account and no price.

use std::path::{Path, PathBuf};

use clearcut_batch::watch::{Found, version_of};
use clearcut_imaging::{ImageError, Limits, examine};
use clearcut_store::{Store, StoreError};

use crate::intake::{Examined, file_name};
use crate::problem::Code;
use crate::words;

/// The code of a file that Clearcut itself has written.
pub(super) const OWN_RESULT: &str = "own_result";

/// What was read.
pub(super) enum Read {
    /// A whole picture.
    Picture(Examined),
    /// Nothing for the service; a code says why.
    NotForUs(String),
    /// It changed while it was read.
    Changed,
    /// The system refuses it, or it is gone.
    Unreadable,
}

/// Reads a file once, from its beginning to its end. Blocking.
pub(super) fn read(store: &Store, path: PathBuf, file: &Found) -> Result<Read, StoreError> {
    // Results keep the tree below the watched folder.
    let below = file.path.parent().map(Path::to_path_buf).unwrap_or_default();
    if store.is_output(&path)? {
        return Ok(Read::NotForUs(OWN_RESULT.to_owned()));
    }
    let examined = examine(&path, &Limits::inputs());
    if version_of(&path) != Some(file.version) {
        return Ok(Read::Changed);
    }
    Ok(match examined {
        Ok((probe, content)) => Read::Picture(Examined { path, probe, content, below }),
        Err(ImageError::Io(_)) => Read::Unreadable,
        Err(error) => Read::NotForUs(code(words::image(&error, &file_name(&path)).code)),
    })
}

/// A code as the database and scripts have it.
fn code(code: Code) -> String {
    serde_json::to_value(code).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
}
