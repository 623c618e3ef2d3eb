//! From a service's answer to a cutout: ZIP (`color.jpg` + `alpha.png`), PNG, WebP or JPEG become RGBA, with the colour
//! zeroed wherever alpha is 0, so that nothing of the removed background is left in the file.

use std::path::Path;

use crate::error::ImageError;
use crate::limits::Limits;
use crate::open::read_all;
use crate::rgba::Rgba;

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
    let mut picture = crate::decode::decode_bytes(body, limits)?;
    picture.zero_hidden_colour();
    Ok(picture)
}
