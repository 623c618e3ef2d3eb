//! Scaling with Lanczos-3. Transparent pictures are premultiplied on the way, so that hidden colour never bleeds into edges.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::rgba::{Rgba, byte_len};

/// Fits a picture into a square of `edge_px` pixels, keeping its aspect and never enlarging it.
#[must_use]
pub fn fit(picture: &Rgba, edge_px: u32) -> Rgba {
    let long = picture.width.max(picture.height).max(1);
    let edge = edge_px.max(1);
    if long <= edge {
        return picture.clone();
    }
    resize(picture, scaled(picture.width, edge, long), scaled(picture.height, edge, long))
}

/// `side · edge / long`, rounded to nearest, at least 1.
fn scaled(side: u32, edge: u32, long: u32) -> u32 {
    let (side, edge, long) = (u64::from(side), u64::from(edge), u64::from(long));
    u32::try_from((side * edge + long / 2) / long).unwrap_or(u32::MAX).max(1)
}

/// Scales to exactly `width` × `height` pixels; zero counts as one. A buffer that does not match its own size gives a
/// transparent picture: this function cannot fail.
#[must_use]
pub fn resize(picture: &Rgba, width: u32, height: u32) -> Rgba {
    let (width, height) = (width.max(1), height.max(1));
    if (picture.width, picture.height) == (width, height) {
        return picture.clone();
    }
    try_resize(picture, width, height).unwrap_or_else(|| Rgba::filled(width, height, [0; 4]))
}

fn try_resize(picture: &Rgba, width: u32, height: u32) -> Option<Rgba> {
    byte_len(width, height)?;
    let source = ImageRef::new(picture.width, picture.height, &picture.pixels, PixelType::U8x4).ok()?;
    let mut target = Image::new(width, height, PixelType::U8x4);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .use_alpha(picture.has_transparency());
    Resizer::new().resize(&source, &mut target, &options).ok()?;
    Rgba::new(width, height, target.into_vec()).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case((4000, 3000), 256, (256, 192))]
    #[case((3000, 4000), 256, (192, 256))]
    #[case((100, 50), 256, (100, 50))]
    #[case((5000, 1), 256, (256, 1))]
    #[case((10, 10), 0, (1, 1))]
    fn fits_and_never_enlarges(#[case] from: (u32, u32), #[case] edge: u32, #[case] to: (u32, u32)) {
        let fitted = fit(&Rgba::filled(from.0, from.1, [1, 2, 3, 255]), edge);
        assert_eq!((fitted.width, fitted.height), to);
        assert_eq!(fitted.pixel(0, 0), Some([1, 2, 3, 255]));
    }

    #[test]
    fn hidden_colour_does_not_bleed_into_the_edge() {
        // Left half opaque red, right half invisible green: no trace of green may appear.
        let pixels = (0..64 * 64).flat_map(|i| if i % 64 < 32 { [255, 0, 0, 255] } else { [0, 255, 0, 0] }).collect();
        let small = fit(&Rgba::new(64, 64, pixels).unwrap(), 9);
        assert!(small.pixels.chunks_exact(4).all(|pixel| pixel[1] == 0), "{:?}", small.pixels);
    }

    proptest! {
        #[test]
        fn a_flat_picture_stays_flat(w in 1_u32..80, h in 1_u32..80, to_w in 1_u32..80, to_h in 1_u32..80, grey: u8) {
            let scaled = resize(&Rgba::filled(w, h, [grey, grey, grey, 255]), to_w, to_h);
            prop_assert_eq!(scaled, Rgba::filled(to_w, to_h, [grey, grey, grey, 255]));
        }
    }
}
