//! Exports at the edge: in which sizes and format, and what became of it. Names of files, never their folders.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Edits, PictureId, Refused};

/// A format that a picture is exported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormatChoice {
    /// PNG: without loss.
    #[default]
    Png,
    /// JPG: on a background, white where none is chosen.
    Jpg,
    /// WebP without loss.
    Webp,
    /// WebP with loss: small, with transparency.
    WebpLossy,
    /// AVIF with loss: smaller still, with transparency.
    Avif,
    /// TIFF without loss.
    Tiff,
    /// `color.jpg` and `alpha.png` in one archive.
    Zip,
}

/// A size that a picture is exported in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ExportSize {
    /// On the canvas of its edits.
    AsEdited,
    /// One of the presets, by its name.
    Preset {
        /// Which.
        name: String,
    },
    /// On a canvas of this size.
    Pixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Left free on each side, as a fraction of the shorter side.
        margin: f32,
    },
}

/// What is exported.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, TS)]
pub struct ExportOptions {
    /// One file each; none is as edited.
    pub sizes: Vec<ExportSize>,
    /// In which format.
    pub format: ExportFormatChoice,
    /// 1 to 100 where the format has a quality; `None` for its own.
    pub quality: Option<u8>,
    /// In place of the edits that are kept of each picture.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub edits: Option<Edits>,
    /// Whether the files say what their originals say; `None` is as the settings have it.
    #[serde(default)]
    #[ts(optional = nullable)]
    pub keep_metadata: Option<bool>,
}

/// A cutout on the clipboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct CopiedView {
    /// The picture's file name.
    pub name: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// A size that pictures are often wanted in.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PresetView {
    /// Its name, which is also in the names of files.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Left free on each side, as a fraction of the shorter side.
    pub margin: f32,
    /// The colour it stands on whatever the edits say, as `#rrggbb`.
    pub background: Option<String>,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct ExportedFile {
    /// Its picture.
    pub picture: PictureId,
    /// Its name.
    pub name: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Its size in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// What became of an export.
#[derive(Debug, Clone, Default, Serialize, TS)]
pub struct ExportView {
    /// The files that were written.
    pub files: Vec<ExportedFile>,
    /// The pictures that were not, each with its reason.
    pub failed: Vec<Refused>,
}
