//! Doubt is not translucency: where the network is undecided over a whole area, the area is decided one way or the other.
//!
//! At an edge the mask runs from 0 to 1 within a few pixels, and what lies between is real: hair, motion, half-covered
//! pixels. Away from edges a middling value only says that the network is not sure, and would show as a ghost.

use crate::plane::Plane;

/// The neighbourhood has a radius of the mask's long side divided by this: 6 pixels of 384.
const RADIUS_SHARE: usize = 64;
/// How far the mask must run within the neighbourhood: up to the first all is doubt, from the second on all is an edge.
const RUN: (f32, f32) = (0.4, 0.9);
/// Doubt below the first becomes background, above the second subject, with a ramp between. Around one half: a stricter
/// verdict (0.47 to 0.63) took off more of thin subjects than it removed of backgrounds, on the set of `docs/quality.md`.
const VERDICT: (f32, f32) = (0.4, 0.6);

/// Decides the doubtful areas of a mask and leaves its edges alone.
pub(crate) fn decide(mask: &Plane<1>) -> Plane<1> {
    let radius = mask.width.max(mask.height) / RADIUS_SHARE;
    let highest = window(mask, radius, f32::max);
    let lowest = window(mask, radius, f32::min);
    Plane::from_fn(mask.width, mask.height, |i| {
        let [value] = mask.pixels[i];
        let run = highest.pixels[i][0] - lowest.pixels[i][0];
        let doubt = 1.0 - ramp(run, RUN);
        [value + (ramp(value, VERDICT) - value) * doubt]
    })
}

/// 0 up to the first, 1 from the second on, straight between.
fn ramp(value: f32, (low, high): (f32, f32)) -> f32 {
    ((value - low) / (high - low)).clamp(0.0, 1.0)
}

/// The best of each pixel's square neighbourhood, rows first, then columns.
fn window(mask: &Plane<1>, radius: usize, best: fn(f32, f32) -> f32) -> Plane<1> {
    let (width, height) = (mask.width, mask.height);
    let reach = |at: usize, length: usize| at.saturating_sub(radius)..(at + radius + 1).min(length);
    let rows = Plane::from_fn(width, height, |i| {
        let row = mask.row(i / width);
        [row[reach(i % width, width)].iter().map(|pixel| pixel[0]).fold(row[i % width][0], best)]
    });
    Plane::from_fn(width, height, |i| {
        let column = reach(i / width, height).map(|y| rows.pixels[y * width + i % width][0]);
        [column.fold(rows.pixels[i][0], best)]
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::ghost(0.3, 0.0)]
    #[case::leak(0.4, 0.0)]
    #[case::unsure_subject(0.65, 1.0)]
    #[case::subject(0.9, 1.0)]
    fn a_wide_middling_area_is_decided(#[case] level: f32, #[case] decided: f32) {
        let mask = decide(&Plane::from_fn(64, 64, |_| [level]));
        assert!(mask.pixels.iter().all(|pixel| (pixel[0] - decided).abs() < 1e-6));
    }

    #[test]
    fn an_edge_stays_as_it_is() {
        let mask = Plane::from_fn(384, 20, |i| [((i % 384) as f32 - 190.0).clamp(0.0, 4.0) / 4.0]);
        assert_eq!(decide(&mask), mask);
    }

    proptest! {
        #[test]
        fn the_result_is_a_mask(width in 1_usize..40, height in 1_usize..40, level in 0.0_f32..=1.0, step in 0.0_f32..1.0) {
            let mask = Plane::from_fn(width, height, |i| [(level + step * i as f32).fract()]);
            prop_assert!(decide(&mask).pixels.iter().all(|pixel| (0.0..=1.0).contains(&pixel[0])));
        }
    }
}
