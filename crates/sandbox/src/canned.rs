//! A canned answer: one file, read once, served for every removal. For load tests, where the model would be the
//! only thing measured.

use std::path::Path;

use axum::body::Bytes;
use clearcut_imaging::{Limits, compose_answer_bytes};
use clearcut_service::Rect;

use crate::canvas::subject_box;
use crate::options::SandboxError;

/// The file and what its headers will say.
#[derive(Debug, Clone)]
pub(crate) struct Canned {
    pub(crate) bytes: Bytes,
    pub(crate) media_type: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) foreground: Rect,
}

impl Canned {
    /// Reads a picture, or a ZIP of `color.jpg` and `alpha.png`.
    pub(crate) fn read(path: &Path) -> Result<Self, SandboxError> {
        let failed = |reason: String| SandboxError::Answer { path: path.to_owned(), reason };
        let bytes = std::fs::read(path).map_err(|e| failed(e.to_string()))?;
        let picture = compose_answer_bytes(&bytes, &Limits::answers()).map_err(|e| failed(e.to_string()))?;
        let (width, height) = (picture.width, picture.height);
        let whole = Rect { left: 0, top: 0, width, height };
        let foreground = subject_box(&picture).unwrap_or(whole);
        Ok(Self { media_type: media_type(&bytes), bytes: bytes.into(), width, height, foreground })
    }
}

/// By the first bytes; the file has been decoded already, so it is one of these.
fn media_type(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xFF, 0xD8, ..] => "image/jpeg",
        [b'P', b'K', ..] => "application/zip",
        [b'R', b'I', b'F', b'F', ..] => "image/webp",
        _ => "image/png",
    }
}
