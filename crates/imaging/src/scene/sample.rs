//! Looking at a picture between its pixels, and laying one pixel over another. Straight alpha in and out; the arithmetic
//! weighs colour by alpha, so that nothing invisible is ever seen.

use super::numbers::{below, narrow, to_byte};
use crate::look::over;
use crate::rgba::Rgba;

/// What lies outside of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outside {
    /// Nothing.
    Transparent,
    /// Its nearest pixel.
    Nearest,
}

/// The colour at a place, in pixels from the upper left corner of the picture (the middle of the first pixel is at 0.5),
/// between the four pixels around it.
pub(crate) fn bilinear(picture: &Rgba, x: f64, y: f64, outside: Outside) -> [u8; 4] {
    let (x, y) = (x - 0.5, y - 0.5);
    let (left, top) = (below(x), below(y));
    let (fx, fy) = (narrow(x - x.floor()), narrow(y - y.floor()));
    let corners = [
        (left, top, (1.0 - fx) * (1.0 - fy)),
        (left + 1, top, fx * (1.0 - fy)),
        (left, top + 1, (1.0 - fx) * fy),
        (left + 1, top + 1, fx * fy),
    ];
    let mut sum = [0.0_f32; 4];
    for (x, y, weight) in corners {
        if weight <= 0.0 {
            continue;
        }
        let [r, g, b, a] = pixel(picture, x, y, outside);
        let alpha = f32::from(a) * weight;
        for (sum, value) in sum.iter_mut().zip([f32::from(r), f32::from(g), f32::from(b), 1.0]) {
            *sum += value * alpha;
        }
    }
    straight(sum)
}

/// The alpha alone.
pub(crate) fn alpha(picture: &Rgba, x: f64, y: f64) -> f32 {
    let (x, y) = (x - 0.5, y - 0.5);
    let (left, top) = (below(x), below(y));
    let (fx, fy) = (narrow(x - x.floor()), narrow(y - y.floor()));
    let at = |x, y| f32::from(pixel(picture, x, y, Outside::Transparent)[3]);
    let above = at(left, top) * (1.0 - fx) + at(left + 1, top) * fx;
    let under = at(left, top + 1) * (1.0 - fx) + at(left + 1, top + 1) * fx;
    above * (1.0 - fy) + under * fy
}

/// Colours times alpha, and alpha, to a pixel; without colour where it is invisible.
pub(crate) fn straight([r, g, b, alpha]: [f32; 4]) -> [u8; 4] {
    let a = to_byte(alpha);
    if a == 0 {
        return [0; 4];
    }
    let [r, g, b] = [r, g, b].map(|value| to_byte(value / alpha));
    [r, g, b, a]
}

fn pixel(picture: &Rgba, x: i64, y: i64, outside: Outside) -> [u8; 4] {
    let (right, bottom) = (i64::from(picture.width) - 1, i64::from(picture.height) - 1);
    let inside = (0..=right).contains(&x) && (0..=bottom).contains(&y);
    if !inside && outside == Outside::Transparent {
        return [0; 4];
    }
    let place = |value: i64, last: i64| u32::try_from(value.clamp(0, last.max(0))).unwrap_or(0);
    picture.pixel(place(x, right), place(y, bottom)).unwrap_or([0; 4])
}

/// A pixel over another. Over nothing it is itself to the last bit; over an opaque one it is what [`crate::apply`] makes.
pub(crate) fn lay(upper: [u8; 4], lower: [u8; 4]) -> [u8; 4] {
    match (upper[3], lower[3]) {
        (0, 0) => [0; 4],
        (0, _) => lower,
        (255, _) | (_, 0) => upper,
        (alpha, 255) => {
            let [r, g, b, _] = upper;
            [over(r, lower[0], alpha), over(g, lower[1], alpha), over(b, lower[2], alpha), 255]
        }
        (upper_alpha, lower_alpha) => {
            let (above, under) =
                (f32::from(upper_alpha), f32::from(lower_alpha) * f32::from(255 - upper_alpha) / 255.0);
            let channel = |index: usize| f32::from(upper[index]) * above + f32::from(lower[index]) * under;
            straight([channel(0), channel(1), channel(2), above + under])
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_pixel_seen_in_its_middle_is_itself(r: u8, g: u8, b: u8, a in 1_u8..) {
            let picture = Rgba { width: 1, height: 1, pixels: vec![r, g, b, a] };
            prop_assert_eq!(bilinear(&picture, 0.5, 0.5, Outside::Transparent), [r, g, b, a]);
        }

        #[test]
        fn over_nothing_a_pixel_is_itself_and_over_all_it_is_opaque(upper: [u8; 4], lower: [u8; 3]) {
            prop_assert_eq!(lay(upper, [0; 4]), if upper[3] == 0 { [0; 4] } else { upper });
            prop_assert_eq!(lay(upper, [lower[0], lower[1], lower[2], 255])[3], 255);
        }
    }
}
