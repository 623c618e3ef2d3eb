//! Writing a picture: PNG, JPEG, lossless WebP, or the ZIP of `color.jpg` and `alpha.png`.

use std::fmt;
use std::io::Write;
use std::str::FromStr;

use crate::error::ImageError;
use crate::rgba::Rgba;
use crate::writers;

/// A format that is written here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OutputFormat {
    /// PNG: lossless with alpha, quick to write.
    #[default]
    Png,
    /// JPEG: opaque; transparency is laid on [`EncodeOptions::matte`].
    Jpg,
    /// Lossless WebP with alpha, at most 16,383 pixels a side.
    WebP,
    /// `color.jpg` and `alpha.png`, stored: the services' own exchange format.
    Zip,
}

impl OutputFormat {
    /// All formats, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Png, Self::Jpg, Self::WebP, Self::Zip];

    /// The file extension without a dot, and the format's name on the wire and in commands.
    #[must_use]
    pub const fn ext(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpg => "jpg",
            Self::WebP => "webp",
            Self::Zip => "zip",
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Zip => "application/zip",
        }
    }

    /// Whether transparency survives.
    #[must_use]
    pub const fn keeps_alpha(self) -> bool {
        !matches!(self, Self::Jpg)
    }
}

impl fmt::Display for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.ext())
    }
}

/// A text that names no output format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no format; use png, jpg, webp or zip")]
pub struct UnknownFormat(pub String);

impl FromStr for OutputFormat {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "png" => Ok(Self::Png),
            "jpg" | "jpeg" => Ok(Self::Jpg),
            "webp" => Ok(Self::WebP),
            "zip" => Ok(Self::Zip),
            _ => Err(UnknownFormat(text.to_owned())),
        }
    }
}

/// How a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodeOptions {
    /// JPEG quality, 1 to 100.
    pub jpeg_quality: u8,
    /// The colour behind transparency where the format has none.
    pub matte: [u8; 3],
}

impl Default for EncodeOptions {
    fn default() -> Self {
        Self { jpeg_quality: 92, matte: [255; 3] }
    }
}

/// Writes a picture. The writer is not flushed.
///
/// # Errors
/// [`ImageError::BadBuffer`], [`ImageError::CannotEncode`] where the format cannot hold the size, [`ImageError::Io`] where
/// the writer fails, [`ImageError::Encode`].
pub fn encode(
    picture: &Rgba,
    format: OutputFormat,
    options: &EncodeOptions,
    out: &mut dyn Write,
) -> Result<(), ImageError> {
    picture.check()?;
    match format {
        OutputFormat::Png => writers::png(picture, out),
        OutputFormat::Jpg => writers::jpg(picture, options, out),
        OutputFormat::WebP => writers::webp(picture, out),
        OutputFormat::Zip => writers::zip(picture, options, out),
    }
}

/// As [`encode`], into memory.
///
/// # Errors
/// As [`encode`].
pub fn encode_to_vec(picture: &Rgba, format: OutputFormat, options: &EncodeOptions) -> Result<Vec<u8>, ImageError> {
    let mut bytes = Vec::new();
    encode(picture, format, options, &mut bytes)?;
    Ok(bytes)
}
