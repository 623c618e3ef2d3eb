//! Artificial shadows: the subject's alpha, flattened, moved and blurred, in black under the subject.
//! `drop` is what it says; the other types are the same thing in other proportions, an approximation.

use clearcut_imaging::Rgba;
use clearcut_service::Rect;
use clearcut_service::wire::{ShadowOpacity, ShadowType};

use crate::canvas::over;

/// What `shadow_opacity=auto` means, in percent.
const AUTO_OPACITY: u8 = 60;

/// Proportions of a shadow, in shares of the subject's longer side.
#[derive(Debug, Clone, Copy)]
struct Proportions {
    /// Height that is left of the subject, measured from its lower edge: 1 is all of it.
    squash: f32,
    /// Move to the right and down.
    offset: [f32; 2],
    /// Radius of the blur.
    blur: f32,
}

const fn proportions(shadow: ShadowType) -> Option<Proportions> {
    match shadow {
        ShadowType::None => None,
        ShadowType::Drop => Some(Proportions { squash: 1.0, offset: [0.015, 0.02], blur: 0.02 }),
        ShadowType::Car => Some(Proportions { squash: 0.12, offset: [0.0, 0.02], blur: 0.015 }),
        ShadowType::ThreeD | ShadowType::Auto => Some(Proportions { squash: 0.25, offset: [0.02, 0.01], blur: 0.02 }),
    }
}

/// Puts a shadow under the subject that stands in `subject`. The canvas does not grow: what falls outside is lost.
pub(crate) fn cast(picture: Rgba, subject: Rect, shadow: ShadowType, opacity: ShadowOpacity) -> Rgba {
    let Some(proportions) = proportions(shadow) else { return picture };
    let percent = match opacity {
        ShadowOpacity::Auto => AUTO_OPACITY,
        ShadowOpacity::Of(percent) => percent,
    };
    let long = subject.width.max(subject.height);
    let mut mask = flatten(&picture, subject, proportions, long);
    let radius = usize::try_from(pixels(proportions.blur, long)).unwrap_or(0).max(1);
    for _ in 0..3 {
        // Three box blurs come close to a Gaussian.
        mask = blur_rows(&mask, picture.width as usize, radius);
        mask = blur_columns(&mask, picture.width as usize, radius);
    }
    let lower = Rgba { width: picture.width, height: picture.height, pixels: black(&mask, percent) };
    over(picture, &lower)
}

/// The subject's alpha, squashed onto its lower edge and moved.
fn flatten(picture: &Rgba, subject: Rect, proportions: Proportions, long: u32) -> Vec<u8> {
    let (width, height) = (i64::from(picture.width), i64::from(picture.height));
    let [dx, dy] = proportions.offset.map(|share| pixels(share, long));
    let bottom = i64::from(subject.top + subject.height);
    let mut mask = Vec::with_capacity(picture.pixels.len() / 4);
    for y in 0..height {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "rows of a picture, to the nearest"
        )]
        let from_y = bottom - ((bottom - (y - dy)) as f32 / proportions.squash).ceil() as i64;
        for x in 0..width {
            let inside = u32::try_from(x - dx).ok().zip(u32::try_from(from_y).ok());
            mask.push(inside.and_then(|(x, y)| picture.pixel(x, y)).map_or(0, |pixel| pixel[3]));
        }
    }
    mask
}

/// A share of a side in whole pixels.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a picture's side, to the nearest pixel"
)]
fn pixels(share: f32, side: u32) -> i64 {
    (share * side as f32).round() as i64
}

/// Mean over `2 · radius + 1` neighbours in each row, by a running sum; outside is transparent.
fn blur_rows(mask: &[u8], width: usize, radius: usize) -> Vec<u8> {
    let mut blurred = Vec::with_capacity(mask.len());
    for row in mask.chunks_exact(width) {
        blur_line(|at| row[at], width, radius, |value| blurred.push(value));
    }
    blurred
}

/// As [`blur_rows`], down the columns.
fn blur_columns(mask: &[u8], width: usize, radius: usize) -> Vec<u8> {
    let height = mask.len() / width;
    let mut blurred = vec![0; mask.len()];
    for x in 0..width {
        let mut y = 0;
        blur_line(
            |at| mask[at * width + x],
            height,
            radius,
            |value| {
                blurred[y * width + x] = value;
                y += 1;
            },
        );
    }
    blurred
}

#[expect(clippy::cast_possible_truncation, reason = "a mean of bytes is a byte")]
fn blur_line(get: impl Fn(usize) -> u8, length: usize, radius: usize, mut put: impl FnMut(u8)) {
    let window = 2 * radius + 1;
    let mut sum: usize = (0..radius.min(length)).map(|at| usize::from(get(at))).sum();
    for at in 0..length {
        if at + radius < length {
            sum += usize::from(get(at + radius));
        }
        if at > radius {
            sum -= usize::from(get(at - radius - 1));
        }
        put((sum / window) as u8);
    }
}

/// The mask as black pixels at `percent` of its strength.
#[expect(clippy::cast_possible_truncation, reason = "a percentage of a byte is a byte")]
fn black(mask: &[u8], percent: u8) -> Vec<u8> {
    let scaled = |alpha: u8| (u32::from(alpha) * u32::from(percent.min(100)) / 100) as u8;
    mask.iter().flat_map(|alpha| [0, 0, 0, scaled(*alpha)]).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::canvas::{paste, subject_box};

    /// A white square of 40 pixels in the middle of 100.
    fn square() -> (Rgba, Rect) {
        let mut picture = Rgba::filled(100, 100, [0; 4]);
        paste(&mut picture, &Rgba::filled(40, 40, [255; 4]), 30, 30);
        let subject = subject_box(&picture).unwrap();
        (picture, subject)
    }

    #[test]
    fn a_drop_shadow_is_soft_and_falls_to_the_lower_right() {
        let (picture, subject) = square();
        let cast = cast(picture, subject, ShadowType::Drop, ShadowOpacity::Auto);
        let alpha = |x, y| cast.pixel(x, y).unwrap()[3];
        assert_eq!(cast.pixel(50, 50), Some([255; 4]), "the subject is not touched");
        assert!(alpha(70, 70) > alpha(29, 29), "right below more than left above");
        assert!(alpha(70, 50) > alpha(72, 50), "fading outwards");
        assert_eq!(alpha(90, 90), 0);
        assert_eq!(cast.pixel(70, 60).map(|p| [p[0], p[1], p[2]]), Some([0; 3]), "black");
    }

    #[rstest]
    #[case(ShadowType::Car)]
    #[case(ShadowType::ThreeD)]
    #[case(ShadowType::Auto)]
    fn the_other_shadows_lie_on_the_ground(#[case] shadow: ShadowType) {
        let (picture, subject) = square();
        let cast = cast(picture, subject, shadow, ShadowOpacity::Of(100));
        let visible = |y| (0..100).any(|x| cast.pixel(x, y).unwrap()[3] > 0);
        assert!(visible(70), "below the subject");
        assert!(!visible(20), "nothing above it");
    }

    #[test]
    fn no_shadow_changes_nothing() {
        let (picture, subject) = square();
        assert_eq!(cast(picture.clone(), subject, ShadowType::None, ShadowOpacity::Auto), picture);
        assert_eq!(cast(picture.clone(), subject, ShadowType::Drop, ShadowOpacity::Of(0)), picture);
    }
}
