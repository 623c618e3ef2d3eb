//! One file for each format: reading its header by walking its segments, and decoding it.
//!
//! Headers are walked by hand, because no decoder tells whether the end of the file is there without decoding all of it,
//! and because one reading of the orientation serves both the probe and the decoder: it can be applied once only.

pub(crate) mod avif;
pub(crate) mod bmp;
pub(crate) mod gif;
pub(crate) mod heif;
pub(crate) mod jpeg;
pub(crate) mod jxl;
pub(crate) mod jxl_boxes;
pub(crate) mod png;
pub(crate) mod tiff;
pub(crate) mod webp;
mod yuv;

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::metadata::Orientation;

use crate::error::ImageError;
use crate::icc::Profile;
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
    /// EXIF orientation that is still to be applied, 1 to 8. HEIF and JPEG XL turn their pictures themselves: 1.
    pub(crate) orientation: u8,
    /// Whether there is an alpha channel.
    pub(crate) has_alpha: bool,
    /// Whether the end of the picture is there.
    pub(crate) complete: bool,
    /// Pages or frames in the file, as far as they were counted; at least 1.
    pub(crate) pictures: u32,
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
    /// What the numbers mean.
    pub(crate) profile: Profile,
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

/// Runs a decoder that is not trusted not to panic: a panic is a file that cannot be read. Nothing outlives the call that it could
/// have left half-done.
fn guarded<T>(format: Format, decode: impl FnOnce() -> Result<T, ImageError>) -> Result<T, ImageError> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| Err(damaged(format, "the decoder gave up")))
}

/// Two bytes as one, rounded to nearest.
fn narrow(value: u16) -> u8 {
    u8::try_from((u32::from(value) + 128) / 257).unwrap_or(u8::MAX)
}

/// RGB samples as opaque RGBA.
fn opaque(rgb: &[u8]) -> Vec<u8> {
    rgb.chunks_exact(3).flat_map(|s| [s[0], s[1], s[2], 255]).collect()
}
