//! From a service's answer to a cutout: ZIP (`color.jpg` + `alpha.png`), PNG, WebP or JPEG become RGBA, with the colour
//! zeroed wherever alpha is 0, so that nothing of the removed background is left in the file.

use std::path::Path;

use crate::archive::{Parts, unpack};
use crate::decode::decode_bytes;
use crate::error::ImageError;
use crate::formats::png;
use crate::limits::Limits;
use crate::open::read_all;
use crate::probe::probe_bytes;
use crate::rgba::Rgba;
use crate::sniff::{Format, sniff};

/// Turns a stored answer into a cutout. The format is found by content.
///
/// # Errors
/// Every reading variant of [`ImageError`]; for a ZIP also [`ImageError::ZipBomb`], [`ImageError::BadZip`] and
/// [`ImageError::SizesDisagree`].
pub fn compose_answer(body: &Path, limits: &Limits) -> Result<Rgba, ImageError> {
    compose_answer_bytes(&read_all(body, limits)?, limits)
}

/// As [`compose_answer`], for bytes in memory.
///
/// # Errors
/// As [`compose_answer`].
pub fn compose_answer_bytes(body: &[u8], limits: &Limits) -> Result<Rgba, ImageError> {
    limits.check_bytes(body.len() as u64)?;
    if sniff(body)? == Format::Zip {
        return compose_zip(&unpack(body, limits)?, limits);
    }
    let mut picture = decode_bytes(body, limits)?;
    picture.zero_hidden_colour();
    Ok(picture)
}

/// Lays the matte on the colours. Sizes are compared before either is decoded.
fn compose_zip(parts: &Parts, limits: &Limits) -> Result<Rgba, ImageError> {
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
    let matte = png::decode_grey(&parts.alpha).map_err(|error| within("alpha.png", error))?;
    let mut picture = decode_bytes(&parts.colour, limits).map_err(|error| within("color.jpg", error))?;
    for (pixel, &alpha) in picture.pixels.chunks_exact_mut(4).zip(&matte) {
        let kept = if alpha == 0 { [0; 4] } else { [pixel[0], pixel[1], pixel[2], alpha] };
        pixel.copy_from_slice(&kept);
    }
    Ok(picture)
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
