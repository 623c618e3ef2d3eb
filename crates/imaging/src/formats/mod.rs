//! One file for each format: reading its header by walking its segments, and decoding it.
//!
//! Headers are walked by hand, because no decoder tells whether the end of the file is there without decoding all of it,
//! and because one reading of the orientation serves both the probe and the decoder: it can be applied once only.

pub(crate) mod jpeg;
pub(crate) mod png;
pub(crate) mod webp;

use std::io::{self, Read};

use image::metadata::Orientation;

use crate::error::ImageError;
use crate::rgba::Rgba;
use crate::sniff::Format;

/// What a file's segments say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// The format.
    pub(crate) format: Format,
    /// Width in pixels as stored.
    pub(crate) width: u32,
    /// Height in pixels as stored.
    pub(crate) height: u32,
    /// EXIF orientation, 1 to 8.
    pub(crate) orientation: u8,
    /// Whether there is an alpha channel.
    pub(crate) has_alpha: bool,
    /// Whether the end of the picture is there.
    pub(crate) complete: bool,
}

impl Header {
    /// Width and height after orientation: 5 to 8 swap them.
    pub(crate) fn upright_size(&self) -> (u32, u32) {
        if self.orientation >= 5 { (self.height, self.width) } else { (self.width, self.height) }
    }
}

/// Pixels as stored, with what is still to be applied to them.
pub(crate) struct Decoded {
    /// The pixels, not yet oriented.
    pub(crate) picture: Rgba,
    /// The embedded colour profile, if the file has one.
    pub(crate) icc: Option<Vec<u8>>,
}

/// EXIF orientation of a raw EXIF block (with or without its `Exif\0\0` prefix); 1 where it has none.
fn orientation(exif: &[u8]) -> u8 {
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    Orientation::from_exif_chunk(tiff).map_or(1, Orientation::to_exif)
}

/// Reads `N` bytes.
fn array<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    reader.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Damage of one format, in the words of its decoder.
fn damaged(format: Format, detail: &(impl ToString + ?Sized)) -> ImageError {
    ImageError::Damaged { format, detail: detail.to_string() }
}

/// RGB samples as opaque RGBA.
fn opaque(rgb: &[u8]) -> Vec<u8> {
    rgb.chunks_exact(3).flat_map(|s| [s[0], s[1], s[2], 255]).collect()
}
