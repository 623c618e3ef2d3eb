//! The colours of the foreground alone, where the picture shows a mixture: without them a cutout wears a halo of its old
//! background.
//!
//! Germer, Uelwer, Conrad, Harmeling, "Fast Multi-Level Foreground Estimation" (ICPR 2020): foreground F and background B
//! minimise, at every pixel, (α F + (1 − α) B − I)² plus their differences to the neighbours, weighted by how much alpha
//! changes there; solved from coarse to fine, so that colours travel far in few steps.

use crate::plane::Plane;

/// Smoothness where alpha is constant.
const REGULARISATION: f32 = 1e-5;
/// Levels up to this many pixels a side are iterated more.
const SMALL_SIDE: usize = 32;
const SMALL_ITERATIONS: usize = 10;
const LARGE_ITERATIONS: usize = 2;

/// Foreground and background of every pixel: r, g, b, r, g, b within 0 to 1.
pub(crate) type Layers = Plane<6>;

/// Estimates both layers of a picture under its alpha; both planes have the same size.
pub(crate) fn estimate(picture: &Plane<3>, alpha: &Plane<1>) -> Layers {
    let (width, height) = (picture.width, picture.height);
    let mut layers = Plane { width: 1, height: 1, pixels: vec![seed(picture, alpha)] };
    let levels = width.max(height).next_power_of_two().trailing_zeros();
    for level in 1..=levels.max(1) {
        let share = f64::from(level) / f64::from(levels.max(1));
        let (w, h) = (side_at(width, share), side_at(height, share));
        let picture = nearest(picture, w, h);
        let alpha = nearest(alpha, w, h);
        layers = nearest(&layers, w, h);
        let iterations = if w.max(h) <= SMALL_SIDE { SMALL_ITERATIONS } else { LARGE_ITERATIONS };
        for _ in 0..iterations {
            relax(&mut layers, &picture, &alpha);
        }
    }
    layers
}

/// Side of a level: `side` to the power of `share`, so that levels grow evenly.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and `side`")]
fn side_at(side: usize, share: f64) -> usize {
    ((side as f64).powf(share).round() as usize).clamp(1, side)
}

/// Where the coarsest level starts: the mean colours of what is clearly foreground and clearly background.
fn seed(picture: &Plane<3>, alpha: &Plane<1>) -> [f32; 6] {
    let mean = |chosen: &dyn Fn(f32) -> bool| {
        let (mut sum, mut count) = ([0.0_f64; 3], 0.0_f64);
        for (pixel, [alpha]) in picture.pixels.iter().zip(&alpha.pixels) {
            if chosen(*alpha) {
                count += 1.0;
                for (sum, value) in sum.iter_mut().zip(pixel) {
                    *sum += f64::from(*value);
                }
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "back to the planes' precision")]
        sum.map(|value| (value / count.max(1.0)) as f32)
    };
    let ([fr, fg, fb], [br, bg, bb]) = (mean(&|alpha| alpha > 0.9), mean(&|alpha| alpha < 0.1));
    [fr, fg, fb, br, bg, bb]
}

fn nearest<const N: usize>(plane: &Plane<N>, width: usize, height: usize) -> Plane<N> {
    if (plane.width, plane.height) == (width, height) {
        return plane.clone();
    }
    Plane::from_fn(width, height, |i| {
        let (x, y) = (i % width * plane.width / width, i / width * plane.height / height);
        plane.pixels[y * plane.width + x]
    })
}

/// One Gauss–Seidel step over all pixels: each solves its own 2 × 2 system with its four neighbours held still.
fn relax(layers: &mut Layers, picture: &Plane<3>, alpha: &Plane<1>) {
    let (width, height) = (layers.width, layers.height);
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            let neighbours = [
                if x > 0 { at - 1 } else { at },
                if x + 1 < width { at + 1 } else { at },
                if y > 0 { at - width } else { at },
                if y + 1 < height { at + width } else { at },
            ];
            let [a] = alpha.pixels[at];
            let mut total = 0.0;
            let mut pull = [0.0; 6];
            for neighbour in neighbours {
                let weight = REGULARISATION + (a - alpha.pixels[neighbour][0]).abs();
                total += weight;
                for (pull, value) in pull.iter_mut().zip(layers.pixels[neighbour]) {
                    *pull += weight * value;
                }
            }
            layers.pixels[at] = balance(a, total, pull, picture.pixels[at]);
        }
    }
}

/// Solves [α² + w, α β; α β, β² + w] (F, B) = (α I + w F̄, β I + w B̄) with β = 1 − α, for each colour.
fn balance(alpha: f32, weight: f32, pull: [f32; 6], colour: [f32; 3]) -> [f32; 6] {
    let beta = 1.0 - alpha;
    let (m00, m01, m11) = (alpha * alpha + weight, alpha * beta, beta * beta + weight);
    let inverse = 1.0 / (m00 * m11 - m01 * m01);
    let mut solved = [0.0; 6];
    for (channel, value) in colour.into_iter().enumerate() {
        let (f, b) = (pull[channel] + alpha * value, pull[channel + 3] + beta * value);
        solved[channel] = ((m11 * f - m01 * b) * inverse).clamp(0.0, 1.0);
        solved[channel + 3] = ((m00 * b - m01 * f) * inverse).clamp(0.0, 1.0);
    }
    solved
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RED: [f32; 3] = [0.9, 0.1, 0.1];
    const GREEN: [f32; 3] = [0.1, 0.8, 0.2];

    #[test]
    fn a_mixture_is_taken_apart_again() {
        // Red before green with a soft edge of eleven pixels.
        let alpha = Plane::from_fn(64, 48, |i| [((i % 64) as f32 - 26.0).clamp(0.0, 11.0) / 11.0]);
        let picture = Plane::from_fn(64, 48, |i| {
            let [a] = alpha.pixels[i];
            std::array::from_fn(|c| a * RED[c] + (1.0 - a) * GREEN[c])
        });
        let layers = estimate(&picture, &alpha);
        for (pixel, [alpha]) in layers.pixels.iter().zip(&alpha.pixels) {
            if *alpha > 0.05 && *alpha < 0.95 {
                for (seen, meant) in pixel[..3].iter().zip(RED) {
                    assert!((seen - meant).abs() < 0.04, "{pixel:?} at alpha {alpha}");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn colours_stay_colours(width in 1_usize..40, height in 1_usize..40, seed: u32) {
            let value = |i: usize, salt: u32| {
                let mixed = u32::try_from(i).unwrap_or(0).wrapping_mul(2_654_435_761).wrapping_add(seed ^ salt);
                (mixed >> 8) as f32 / (1 << 24) as f32
            };
            let picture = Plane::from_fn(width, height, |i| [value(i, 1), value(i, 2), value(i, 3)]);
            let alpha = Plane::from_fn(width, height, |i| [value(i, 4)]);
            let layers = estimate(&picture, &alpha);
            prop_assert_eq!(layers.pixels.len(), width * height);
            prop_assert!(layers.pixels.iter().flatten().all(|value| (0.0..=1.0).contains(value)));
        }

        #[test]
        fn where_alpha_is_one_the_foreground_is_the_picture(grey in 0.0_f32..=1.0, side in 1_usize..30) {
            let picture = Plane::from_fn(side, side, |_| [grey; 3]);
            let layers = estimate(&picture, &Plane::from_fn(side, side, |_| [1.0]));
            prop_assert!(layers.pixels.iter().all(|pixel| (pixel[0] - grey).abs() < 1e-3));
        }
    }
}
