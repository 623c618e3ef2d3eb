//! From a service's answer to a cutout: ZIP (`color.jpg` + `alpha.png`), PNG, WebP or JPEG become RGBA, with the colour
//! zeroed wherever alpha is 0, so that nothing of the removed background is left in the file.

use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

use crate::archive::{Parts, unpack};
use crate::decode::decode_bytes;
use crate::error::ImageError;
use crate::formats::png;
use crate::limits::Limits;
use crate::open::{open, read_whole};
use crate::probe::probe_bytes;
use crate::rgba::Rgba;
use crate::sniff::{Format, SNIFF_BYTES, sniff};

/// Turns a stored answer into a cutout. The format is found by content.
///
/// # Errors
/// Every reading variant of [`ImageError`]; for a ZIP also [`ImageError::ZipBomb`], [`ImageError::BadZip`] and
/// [`ImageError::SizesDisagree`].
pub fn compose_answer(body: &Path, limits: &Limits) -> Result<Rgba, ImageError> {
    let (mut file, size_bytes) = open(body)?;
    limits.check_bytes(size_bytes)?;
    let mut start = Vec::with_capacity(SNIFF_BYTES);
    file.by_ref().take(SNIFF_BYTES as u64).read_to_end(&mut start)?;
    if sniff(&start)? == Format::Zip {
        // Its parts are read from the file, so that it is not in memory beside them.
        return compose_zip(unpack(BufReader::new(file), limits)?, limits);
    }
    file.rewind()?;
    compose_picture(&read_whole(file, size_bytes, limits)?, limits)
}

/// As [`compose_answer`], for bytes in memory.
///
/// # Errors
/// As [`compose_answer`].
pub fn compose_answer_bytes(body: &[u8], limits: &Limits) -> Result<Rgba, ImageError> {
    limits.check_bytes(body.len() as u64)?;
    if sniff(body)? == Format::Zip {
        return compose_zip(unpack(Cursor::new(body), limits)?, limits);
    }
    compose_picture(body, limits)
}

/// An answer that is one picture.
fn compose_picture(body: &[u8], limits: &Limits) -> Result<Rgba, ImageError> {
    let mut picture = decode_bytes(body, limits)?;
    picture.zero_hidden_colour();
    Ok(picture)
}

/// Lays the matte on the colours. Sizes are compared before either is decoded.
fn compose_zip(parts: Parts, limits: &Limits) -> Result<Rgba, ImageError> {
    let colour = probe_bytes(&parts.colour, limits).map_err(|error| within("color.jpg", error))?;
    let alpha = probe_bytes(&parts.alpha, limits).map_err(|error| within("alpha.png", error))?;
    if alpha.format != Format::Png {
        return Err(ImageError::BadZip(format!("alpha.png is a {}", alpha.format)));
    }
    if (colour.width, colour.height) != (alpha.width, alpha.height) {
        return Err(ImageError::SizesDisagree {
            colour: format!("{} × {}", colour.width, colour.height),
            alpha: format!("{} × {}", alpha.width, alpha.height),
        });
    }
    let mut picture = decode_bytes(&parts.colour, limits).map_err(|error| within("color.jpg", error))?;
    drop(parts.colour);
    lay_on(&mut picture, &parts.alpha).map_err(|error| within("alpha.png", error))?;
    Ok(picture)
}

/// Takes the alpha from the matte, row by row as it is decoded: a whole matte would be a quarter of the picture again.
fn lay_on(picture: &mut Rgba, matte: &[u8]) -> Result<(), ImageError> {
    let (mut rest, _) = picture.pixels.as_chunks_mut::<4>();
    png::grey_rows(matte, |row| {
        let (pixels, below) = std::mem::take(&mut rest).split_at_mut_checked(row.len()).ok_or_else(rows_missing)?;
        for (pixel, &alpha) in pixels.iter_mut().zip(row) {
            // As one number, so that eight pixels are laid at a time.
            let colour = if alpha == 0 { 0 } else { u32::from_le_bytes(*pixel) & 0x00FF_FFFF };
            *pixel = (colour | u32::from(alpha) << 24).to_le_bytes();
        }
        rest = below;
        Ok(())
    })?;
    if rest.is_empty() { Ok(()) } else { Err(rows_missing()) }
}

fn rows_missing() -> ImageError {
    ImageError::Damaged { format: Format::Png, detail: "its rows do not make up its size".to_owned() }
}

/// Limits keep their own variant, damage is told with the entry's name.
fn within(name: &str, error: ImageError) -> ImageError {
    match error {
        ImageError::Truncated { .. }
        | ImageError::Damaged { .. }
        | ImageError::NotAPicture
        | ImageError::Empty
        | ImageError::Unsupported { .. } => ImageError::BadZip(format!("{name}: {error}")),
        other => other,
    }
}
