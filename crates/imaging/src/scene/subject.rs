//! Where the subject is: the box that canvases, placing and shadows are measured from.

use super::SUBJECT_ALPHA;
use crate::rgba::Rgba;

/// A box of whole pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PixelBox {
    /// Left edge, pixels from the picture's.
    pub left: u32,
    /// Top edge, pixels from the picture's.
    pub top: u32,
    /// Width in pixels, at least 1.
    pub width: u32,
    /// Height in pixels, at least 1.
    pub height: u32,
}

impl PixelBox {
    /// All of a picture.
    #[must_use]
    pub const fn whole(picture: &Rgba) -> Self {
        Self { left: 0, top: 0, width: picture.width, height: picture.height }
    }
}

/// The smallest box that holds every pixel of at least [`SUBJECT_ALPHA`]; `None` where there is none.
#[must_use]
pub fn subject_box(cutout: &Rgba) -> Option<PixelBox> {
    let (pixels, _) = cutout.pixels.as_chunks::<4>();
    let is_subject = |pixel: &[u8; 4]| pixel[3] >= SUBJECT_ALPHA;
    let width = (cutout.width as usize).max(1);
    let (mut left, mut right) = (width, 0);
    let (mut top, mut bottom) = (None, 0);
    for (y, row) in pixels.chunks_exact(width).enumerate() {
        let Some(first) = row.iter().position(is_subject) else { continue };
        let last = row.iter().rposition(is_subject).unwrap_or(first);
        (left, right) = (left.min(first), right.max(last + 1));
        (top, bottom) = (top.or(Some(y)), y + 1);
    }
    let top = top?;
    let pixels = |count: usize| u32::try_from(count).ok();
    Some(PixelBox {
        left: pixels(left)?,
        top: pixels(top)?,
        width: pixels(right - left)?,
        height: pixels(bottom - top)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dust_does_not_count_and_an_empty_cutout_has_no_box() {
        let mut picture = Rgba::filled(10, 8, [0; 4]);
        assert_eq!(subject_box(&picture), None);
        let mut set = |x: usize, y: usize, alpha| picture.pixels[(y * 10 + x) * 4 + 3] = alpha;
        set(0, 0, SUBJECT_ALPHA - 1);
        set(3, 2, SUBJECT_ALPHA);
        set(7, 5, 255);
        assert_eq!(subject_box(&picture), Some(PixelBox { left: 3, top: 2, width: 5, height: 4 }));
    }
}
