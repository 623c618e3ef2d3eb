//! The guided filter: alpha as a local linear function of the picture's colours, so that edges of the mask snap to edges
//! of the picture.
//!
//! He, Sun, Tang, "Guided Image Filtering" (TPAMI 2013), for a colour guide: in each window alpha = a · I + b with
//! a = (Σ + ε U)⁻¹ cov(I, p). The coefficients are found at a small size and used at the full one, which is the authors'
//! "Fast Guided Filter" (2015).

use crate::plane::Plane;

/// Regularisation ε for colours within 0 to 1.
const EPSILON: f64 = 1e-4;
/// Alpha below the first becomes 0, above the second 1: what a guided filter leaves in flat areas is not transparency. Wider
/// ones than 0.2 and 0.8 keep soft edges soft: a tenth less gradient error, the other measures equal, on the set of `docs/quality.md`.
const LEVELS: (f32, f32) = (0.1, 0.9);

/// The linear function of every pixel: alpha = c₀ r + c₁ g + c₂ b + c₃, colours within 0 to 1.
pub(crate) type Coefficients = Plane<4>;

/// Finds the coefficients for a guide and a mask of the same size, with windows of 2 · `radius` + 1 pixels.
pub(crate) fn coefficients(guide: &Plane<3>, mask: &Plane<1>, radius: usize) -> Coefficients {
    // Means of r, g, b, p; of the six products of colours; of the three products of colour and mask.
    let moments = Plane::from_fn(guide.width, guide.height, |i| {
        let [r, g, b] = guide.pixels[i];
        let [p] = mask.pixels[i];
        [r, g, b, p, r * r, r * g, r * b, g * g, g * b, b * b, r * p, g * p, b * p]
    });
    let means = box_mean(&moments, radius);
    let local = Plane { width: guide.width, height: guide.height, pixels: means.pixels.iter().map(solve).collect() };
    box_mean(&local, radius)
}

/// Solves (Σ + ε U) a = cov(I, p) by cofactors, in doubles: the determinant may be as small as ε³.
#[expect(clippy::cast_possible_truncation, reason = "back to the planes' precision")]
fn solve(means: &[f32; 13]) -> [f32; 4] {
    let [r, g, b, p, rr, rg, rb, gg, gb, bb, rp, gp, bp] = means.map(f64::from);
    let (s00, s11, s22) = (rr - r * r + EPSILON, gg - g * g + EPSILON, bb - b * b + EPSILON);
    let (s01, s02, s12) = (rg - r * g, rb - r * b, gb - g * b);
    let (c0, c1, c2) = (rp - r * p, gp - g * p, bp - b * p);
    let (m00, m01, m02) = (s11 * s22 - s12 * s12, s02 * s12 - s01 * s22, s01 * s12 - s02 * s11);
    let (m11, m12, m22) = (s00 * s22 - s02 * s02, s01 * s02 - s00 * s12, s00 * s11 - s01 * s01);
    let determinant = s00 * m00 + s01 * m01 + s02 * m02;
    if determinant <= 0.0 {
        return [0.0, 0.0, 0.0, p as f32];
    }
    let a0 = (m00 * c0 + m01 * c1 + m02 * c2) / determinant;
    let a1 = (m01 * c0 + m11 * c1 + m12 * c2) / determinant;
    let a2 = (m02 * c0 + m12 * c1 + m22 * c2) / determinant;
    [a0 as f32, a1 as f32, a2 as f32, (p - a0 * r - a1 * g - a2 * b) as f32]
}

/// Alpha of a colour (bytes) under its coefficients, with levels applied: 0 to 1.
pub(crate) fn alpha(coefficients: [f32; 4], rgb: [u8; 3]) -> f32 {
    let [c0, c1, c2, c3] = coefficients;
    let [r, g, b] = rgb.map(|value| f32::from(value) * (1.0 / 255.0));
    let (low, high) = LEVELS;
    ((c0 * r + c1 * g + c2 * b + c3 - low) / (high - low)).clamp(0.0, 1.0)
}

/// Mean over the window around each pixel; windows are cut off at the borders. Two passes of running sums.
pub(crate) fn box_mean<const N: usize>(plane: &Plane<N>, radius: usize) -> Plane<N> {
    let (width, height) = (plane.width, plane.height);
    let mut across = plane.clone();
    for (row, into) in plane.pixels.chunks_exact(width).zip(across.pixels.chunks_exact_mut(width)) {
        running_mean(width, radius, |x| &row[x], |x, mean| into[x] = mean);
    }
    // Down, a whole row of sums at a time: columns one by one would miss the cache at every step.
    let mut sums = vec![[0.0_f64; N]; width];
    let mut result = plane.clone();
    for y in 0..height + radius {
        if y < height {
            for (sum, pixel) in sums.iter_mut().zip(across.row(y)) {
                accumulate(sum, pixel, 1.0);
            }
        }
        let Some(centre) = y.checked_sub(radius) else { continue };
        let (first, last) = (centre.saturating_sub(radius), (centre + radius).min(height - 1));
        let share = 1.0 / (last + 1 - first) as f64;
        for (sum, into) in sums.iter().zip(&mut result.pixels[centre * width..(centre + 1) * width]) {
            *into = scaled(sum, share);
        }
        if centre >= radius {
            for (sum, pixel) in sums.iter_mut().zip(across.row(centre - radius)) {
                accumulate(sum, pixel, -1.0);
            }
        }
    }
    result
}

fn running_mean<'a, const N: usize>(
    length: usize,
    radius: usize,
    at: impl Fn(usize) -> &'a [f32; N],
    mut put: impl FnMut(usize, [f32; N]),
) {
    let mut sum = [0.0_f64; N];
    for i in 0..length + radius {
        if i < length {
            accumulate(&mut sum, at(i), 1.0);
        }
        let Some(centre) = i.checked_sub(radius) else { continue };
        let (first, last) = (centre.saturating_sub(radius), (centre + radius).min(length - 1));
        put(centre, scaled(&sum, 1.0 / (last + 1 - first) as f64));
        if centre >= radius {
            accumulate(&mut sum, at(centre - radius), -1.0);
        }
    }
}

fn accumulate<const N: usize>(sum: &mut [f64; N], pixel: &[f32; N], sign: f64) {
    for (sum, value) in sum.iter_mut().zip(pixel) {
        *sum += sign * f64::from(*value);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "back to the planes' precision")]
fn scaled<const N: usize>(sum: &[f64; N], share: f64) -> [f32; N] {
    sum.map(|value| (value * share) as f32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The mean as its definition says it.
    fn slow_mean(plane: &Plane<1>, radius: usize, x: usize, y: usize) -> f32 {
        let (x0, x1) = (x.saturating_sub(radius), (x + radius).min(plane.width - 1));
        let (y0, y1) = (y.saturating_sub(radius), (y + radius).min(plane.height - 1));
        let window = (y0..=y1).flat_map(|y| plane.row(y)[x0..=x1].iter().map(|pixel| pixel[0]));
        window.sum::<f32>() / ((x1 + 1 - x0) * (y1 + 1 - y0)) as f32
    }

    fn noise(seed: u32) -> impl FnMut(usize) -> f32 {
        let mut state = seed | 1;
        move |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn running_sums_are_the_mean(width in 1_usize..24, height in 1_usize..24, radius in 0_usize..30, seed: u32) {
            let mut noise = noise(seed);
            let plane = Plane::from_fn(width, height, |i| [noise(i)]);
            let means = box_mean(&plane, radius);
            for y in 0..height {
                for x in 0..width {
                    prop_assert!((means.row(y)[x][0] - slow_mean(&plane, radius, x, y)).abs() < 1e-4);
                }
            }
        }

        #[test]
        fn a_constant_mask_stays_constant(width in 1_usize..20, height in 1_usize..20, level in 0.0_f32..=1.0, seed: u32) {
            let mut noise = noise(seed);
            let guide = Plane::from_fn(width, height, |i| [noise(i), noise(i), noise(i)]);
            let mask = Plane::from_fn(width, height, |_| [level]);
            for ([c0, c1, c2, c3], [r, g, b]) in coefficients(&guide, &mask, 3).pixels.iter().zip(&guide.pixels) {
                prop_assert!((c0 * r + c1 * g + c2 * b + c3 - level).abs() < 1e-3);
            }
        }

        #[test]
        fn alpha_is_always_within_0_and_1(c in prop::array::uniform4(-1e6_f32..1e6), rgb: [u8; 3]) {
            prop_assert!((0.0..=1.0).contains(&alpha(c, rgb)));
        }
    }

    #[test]
    fn a_blurred_mask_snaps_to_the_picture_s_edge() {
        // A black and white picture with its edge at column 20; the mask's edge is a ramp from 12 to 28.
        let guide = Plane::from_fn(40, 40, |i| [if i % 40 < 20 { 0.0 } else { 1.0 }; 3]);
        let mask = Plane::from_fn(40, 40, |i| [((i % 40) as f32 - 12.0).clamp(0.0, 16.0) / 16.0]);
        let found = coefficients(&guide, &mask, 8);
        let row = found.row(20);
        let shown: Vec<f32> = (0..40).map(|x| alpha(row[x], [if x < 20 { 0 } else { 255 }; 3])).collect();
        // The mask itself says 0.47 and 0.53 on the two sides of the edge.
        assert!(shown[..20].iter().all(|&alpha| alpha < 0.2), "{shown:?}");
        assert!(shown[20..].iter().all(|&alpha| alpha > 0.75), "{shown:?}");
    }
}
