//! From pixels to what AV1 codes: luma and two of colour by BT.601 in the full range, or alpha alone.

use crate::rgba::Rgba;
use crate::writers::spread_colour;

/// Planes of a frame, rows top-down without padding.
pub(super) struct Planes {
    /// Width of the first in pixels.
    pub(super) width: usize,
    /// Height of the first in pixels.
    pub(super) height: usize,
    /// Luma and, for colour, blue and red difference.
    pub(super) samples: Vec<Vec<u8>>,
}

impl Planes {
    /// Alpha as luma.
    pub(super) fn of_alpha(picture: &Rgba) -> Self {
        let alpha = picture.pixels.chunks_exact(4).map(|pixel| pixel[3]).collect();
        Self { width: picture.width as usize, height: picture.height as usize, samples: vec![alpha] }
    }

    /// Colours, those of hidden pixels made up from the visible ones beside them; `halved` has them at half width and height.
    pub(super) fn of_colour(picture: &Rgba, halved: bool) -> Self {
        let (width, height) = (picture.width as usize, picture.height as usize);
        let spread = spread_colour(picture);
        let (rgb, _) = spread.as_chunks::<3>();
        let lumas = rgb.iter().map(|&[r, g, b]| byte(luma(r.into(), g.into(), b.into()))).collect();
        let step = if halved { 2 } else { 1 };
        let (mut blue, mut red) = (Vec::new(), Vec::new());
        for y in (0..height).step_by(step) {
            for x in (0..width).step_by(step) {
                let (bottom, right) = ((y + step).min(height), (x + step).min(width));
                let block = (y..bottom).flat_map(|y| &rgb[y * width + x..y * width + right]);
                let (mut sum, mut count) = ([0.0; 3], 0.0);
                for pixel in block {
                    sum.iter_mut().zip(pixel).for_each(|(sum, &value)| *sum += f32::from(value));
                    count += 1.0;
                }
                let [r, g, b] = sum.map(|sum| sum / count);
                let y = luma(r, g, b);
                blue.push(byte((b - y) / 1.772 + 128.0));
                red.push(byte((r - y) / 1.402 + 128.0));
            }
        }
        Self { width, height, samples: vec![lumas, blue, red] }
    }
}

fn luma(r: f32, g: f32, b: f32) -> f32 {
    0.299 * r + 0.587 * g + 0.114 * b
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
