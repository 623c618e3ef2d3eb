//! From a file to an upright sRGB picture: size checked first, orientation and colour profile applied exactly once.

use std::io::Cursor;
use std::path::Path;

use crate::error::ImageError;
use crate::formats::{self, Decoded, Header};
use crate::icc::to_srgb;
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
    let (header, decoded) = stored(bytes, limits)?;
    Ok(finish(decoded, header))
}

/// Decodes a picture file and fits it into a square of `edge_px` pixels, never enlarging it.
///
/// The picture is shrunk before it is turned and colour-managed: both are cheap then.
///
/// # Errors
/// As [`decode`].
pub fn thumbnail(path: &Path, edge_px: u32, limits: &Limits) -> Result<Rgba, ImageError> {
    let (header, Decoded { picture, icc }) = stored(&read_all(path, limits)?, limits)?;
    Ok(finish(Decoded { picture: fit(&picture, edge_px), icc }, header))
}

/// Pixels as stored, their size within the limits and as the header declared it.
fn stored(bytes: &[u8], limits: &Limits) -> Result<(Header, Decoded), ImageError> {
    let header = header(&mut Cursor::new(bytes), bytes.len() as u64, limits)?;
    let decoded = match header.format {
        Format::Jpeg => formats::jpeg::decode(bytes, limits)?,
        Format::Png => formats::png::decode(bytes)?,
        Format::WebP => formats::webp::decode(bytes)?,
        Format::Zip => return Err(ImageError::Unsupported { what: "a ZIP archive".to_owned() }),
    };
    Ok((header, decoded))
}

fn finish(decoded: Decoded, header: Header) -> Rgba {
    let Decoded { mut picture, icc } = decoded;
    if let Some(icc) = icc {
        to_srgb(&mut picture, &icc);
    }
    upright(picture, header.orientation)
}
