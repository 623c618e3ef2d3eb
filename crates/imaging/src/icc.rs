//! Colours of other profiles become sRGB, so that what is shown, cut out and saved are the colours that were meant.

use std::sync::Arc;

use moxcms::{ColorProfile, DataColorSpace, Layout, Transform8BitExecutor, TransformOptions};

use crate::rgba::Rgba;

/// Largest difference in levels at which a profile counts as sRGB and the pixels are left alone to the bit.
const SAME_WITHIN: u8 = 2;

/// Converts in place from the embedded profile to sRGB. A profile that cannot be read, or is not an RGB one, is ignored:
/// the numbers are then taken as sRGB, as viewers do.
pub(crate) fn to_srgb(picture: &mut Rgba, icc: &[u8]) {
    let Some(transform) = transform(icc) else { return };
    let row_bytes = picture.width as usize * 4;
    let mut converted = vec![0; row_bytes];
    for row in picture.pixels.chunks_exact_mut(row_bytes) {
        if transform.transform(row, &mut converted).is_err() {
            return;
        }
        // Alpha is kept from the source whatever the transform does with it.
        for (to, from) in row.chunks_exact_mut(4).zip(converted.chunks_exact(4)) {
            to[..3].copy_from_slice(&from[..3]);
        }
    }
}

fn transform(icc: &[u8]) -> Option<Arc<Transform8BitExecutor>> {
    let source = ColorProfile::new_from_slice(icc).ok()?;
    if source.color_space != DataColorSpace::Rgb {
        return None;
    }
    let transform = source
        .create_transform_8bit(Layout::Rgba, &ColorProfile::new_srgb(), Layout::Rgba, TransformOptions::default())
        .ok()?;
    (!is_identity(&*transform)).then_some(transform)
}

/// Whether the transform moves no colour of a 9 × 9 × 9 grid by more than [`SAME_WITHIN`].
fn is_identity(transform: &Transform8BitExecutor) -> bool {
    let level = |step: u16| u8::try_from((step * 32).min(255)).unwrap_or(u8::MAX);
    let grid: Vec<u8> = (0..9 * 9 * 9).flat_map(|i| [level(i / 81), level(i / 9 % 9), level(i % 9), 255]).collect();
    let mut converted = vec![0; grid.len()];
    transform.transform(&grid, &mut converted).is_err()
        || grid.iter().zip(&converted).all(|(a, b)| a.abs_diff(*b) <= SAME_WITHIN)
}
