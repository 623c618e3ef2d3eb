//! From a file to an upright sRGB picture: size checked first, orientation and colour profile applied exactly once.

use std::io::Cursor;
use std::path::Path;

use crate::error::ImageError;
use crate::formats::{self, Decoded, Header};
use crate::limits::Limits;
use crate::open::read_all;
use crate::orient::upright;
use crate::probe::header;
use crate::resize::fit;
use crate::rgba::Rgba;
use crate::sniff::Format;

/// Decodes a picture file.
///
/// # Errors
/// Every reading variant of [`ImageError`]. The limits are checked before the pixels are allocated.
pub fn decode(path: &Path, limits: &Limits) -> Result<Rgba, ImageError> {
    decode_bytes(&read_all(path, limits)?, limits)
}

/// As [`decode`], for bytes in memory.
///
/// # Errors
/// As [`decode`].
pub fn decode_bytes(bytes: &[u8], limits: &Limits) -> Result<Rgba, ImageError> {
    let header = header(&mut Cursor::new(bytes), bytes.len() as u64, limits)?;
    Ok(finish(stored(bytes, header, limits)?, header))
}

/// Decodes a picture file and fits it into a square of `edge_px` pixels, never enlarging it.
///
/// The picture is shrunk before it is turned and colour-managed: both are cheap then. A JPEG is decoded at a fraction of its size.
///
/// # Errors
/// As [`decode`].
pub fn thumbnail(path: &Path, edge_px: u32, limits: &Limits) -> Result<Rgba, ImageError> {
    let bytes = read_all(path, limits)?;
    let header = header(&mut Cursor::new(&bytes), bytes.len() as u64, limits)?;
    let scaled = match header.format {
        // A kind of JPEG or damage that the scaling decoder does not take is the other one's to judge.
        Format::Jpeg => formats::jpeg::decode_scaled(&bytes, header, edge_px, limits).ok(),
        _ => None,
    };
    let Decoded { picture, profile } = match scaled {
        Some(scaled) => scaled,
        None => stored(&bytes, header, limits)?,
    };
    Ok(finish(Decoded { picture: fit_owned(picture, edge_px), profile }, header))
}

/// Pixels as stored, of a header that is within the limits; their size is the one that it declares.
fn stored(bytes: &[u8], header: Header, limits: &Limits) -> Result<Decoded, ImageError> {
    let decoded = match header.format {
        Format::Jpeg => formats::jpeg::decode(bytes, limits),
        Format::Png => formats::png::decode(bytes),
        Format::WebP => formats::webp::decode(bytes),
        Format::Tiff => formats::tiff::decode(bytes, limits),
        Format::Avif | Format::Heic => formats::heif::decode(bytes, header, limits),
        Format::JpegXl => formats::jxl::decode(bytes, limits),
        Format::Bmp => formats::bmp::decode(bytes),
        Format::Gif => formats::gif::decode(bytes),
        Format::Zip => Err(ImageError::Unsupported { what: "a ZIP archive".to_owned() }),
    }?;
    let Rgba { width, height, .. } = decoded.picture;
    if (width, height) == (header.width, header.height) {
        return Ok(decoded);
    }
    let detail = format!("it declares {} × {} pixels and holds {width} × {height}", header.width, header.height);
    Err(ImageError::Damaged { format: header.format, detail })
}

fn finish(decoded: Decoded, header: Header) -> Rgba {
    let Decoded { mut picture, profile } = decoded;
    profile.to_srgb(&mut picture);
    upright(picture, header.orientation)
}

/// As [`fit`], without a copy of what is small enough.
fn fit_owned(picture: Rgba, edge_px: u32) -> Rgba {
    if picture.width.max(picture.height) <= edge_px { picture } else { fit(&picture, edge_px) }
}
