//! Shrinking the picture to the sizes at which the model and the refinement look at it.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::error::MattingError;

/// A checked view of the caller's buffer.
#[derive(Clone, Copy)]
pub(crate) struct Picture<'a> {
    /// Width in pixels, at least 1.
    pub(crate) width: u32,
    /// Height in pixels, at least 1.
    pub(crate) height: u32,
    /// Straight RGBA, `width × height × 4` bytes.
    pub(crate) rgba: &'a [u8],
    /// Whether any pixel is not opaque.
    pub(crate) has_alpha: bool,
}

impl<'a> Picture<'a> {
    /// Checks a buffer against its size.
    pub(crate) fn new(rgba: &'a [u8], width: u32, height: u32) -> Result<Self, MattingError> {
        let expected = (width as usize).checked_mul(height as usize).and_then(|pixels| pixels.checked_mul(4));
        if width == 0 || height == 0 || expected != Some(rgba.len()) {
            return Err(MattingError::BadBuffer { length: rgba.len(), width, height });
        }
        let has_alpha = rgba.iter().skip(3).step_by(4).any(|&alpha| alpha != 255);
        Ok(Self { width, height, rgba, has_alpha })
    }

    /// The longer side in pixels.
    pub(crate) fn long_side(&self) -> u32 {
        self.width.max(self.height)
    }

    /// The size with a long side of at most `edge` pixels, aspect kept.
    pub(crate) fn fitted(&self, edge: u32) -> (u32, u32) {
        let long = self.long_side();
        if long <= edge {
            return (self.width, self.height);
        }
        let side = |side| round_div(u64::from(side) * u64::from(edge), u64::from(long)).max(1);
        (side(self.width), side(self.height))
    }

    /// Scales to RGB bytes; what is transparent lies on white, as a cutout is usually looked at.
    pub(crate) fn rgb(&self, width: u32, height: u32, filter: FilterType) -> Result<Vec<[u8; 3]>, MattingError> {
        let in_words = |error: &dyn std::fmt::Display| MattingError::Runtime(format!("scaling: {error}"));
        let source =
            ImageRef::new(self.width, self.height, self.rgba, PixelType::U8x4).map_err(|error| in_words(&error))?;
        let mut target = Image::new(width, height, PixelType::U8x4);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).use_alpha(self.has_alpha);
        Resizer::new().resize(&source, &mut target, &options).map_err(|error| in_words(&error))?;
        let (pixels, _) = target.buffer().as_chunks::<4>();
        Ok(pixels.iter().map(|&[r, g, b, a]| [r, g, b].map(|value| on_white(value, a))).collect())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a weighted mean of two bytes is a byte")]
fn on_white(value: u8, alpha: u8) -> u8 {
    ((u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha)) + 127) / 255) as u8
}

/// Division rounded to nearest.
pub(crate) fn round_div(a: u64, b: u64) -> u32 {
    u32::try_from((a + b / 2) / b.max(1)).unwrap_or(u32::MAX)
}
