//! Gaussian blur as three box blurs: its cost is by the pixel, whatever the deviation, and three boxes are within 3 % of the bell.

/// Blurs a plane of interleaved channels in place, its edge pixels standing for what lies outside. `sigma` in pixels.
pub(crate) fn blur<const CHANNELS: usize>(plane: &mut [[f32; CHANNELS]], width: usize, sigma: f32) {
    let width = width.max(1);
    let height = plane.len() / width;
    if height == 0 || sigma <= 0.05 {
        return;
    }
    let mut line = Vec::new();
    for radius in radii(sigma) {
        for row in plane.chunks_exact_mut(width) {
            box_line(row.len(), radius, &mut line, row, 1);
        }
        for x in 0..width {
            box_line(height, radius, &mut line, &mut plane[x..], width);
        }
    }
}

/// Radii of three boxes whose variances add up to the bell's.
fn radii(sigma: f32) -> [usize; 3] {
    let ideal = (4.0 * sigma * sigma + 1.0).sqrt();
    let mut low = super::numbers::below(f64::from(ideal));
    if low % 2 == 0 {
        low -= 1;
    }
    let low_f = super::numbers::narrow(f64::from(i32::try_from(low).unwrap_or(i32::MAX)));
    let count = (12.0 * sigma * sigma - 3.0 * low_f * low_f - 12.0 * low_f - 9.0) / (-4.0 * low_f - 4.0);
    [0.5, 1.5, 2.5].map(|index| {
        let wide = if index < count { low } else { low + 2 };
        usize::try_from((wide - 1) / 2).unwrap_or(0)
    })
}

/// One box blur along `length` values that lie `step` apart.
fn box_line<const CHANNELS: usize>(
    length: usize,
    radius: usize,
    line: &mut Vec<[f32; CHANNELS]>,
    values: &mut [[f32; CHANNELS]],
    step: usize,
) {
    if radius == 0 || length == 0 {
        return;
    }
    line.clear();
    line.extend((0..length).map(|index| values[index * step]));
    let at = |index: usize| line[index.saturating_sub(radius).min(length - 1)];
    let share = 1.0 / super::numbers::count(2 * radius + 1);
    // In doubles: what is added and taken away again must leave nothing behind.
    let mut sum = [0.0_f64; CHANNELS];
    for index in 0..=2 * radius {
        add(&mut sum, at(index), 1.0);
    }
    for index in 0..length {
        values[index * step] = sum.map(|value| super::numbers::narrow(value * share));
        add(&mut sum, at(index + 2 * radius + 1), 1.0);
        add(&mut sum, at(index), -1.0);
    }
}

fn add<const CHANNELS: usize>(sum: &mut [f64; CHANNELS], value: [f32; CHANNELS], sign: f64) {
    for (sum, value) in sum.iter_mut().zip(value) {
        *sum += sign * f64::from(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_plane_stays_flat_and_a_point_keeps_its_sum() {
        let mut flat = vec![[7.0_f32]; 31 * 17];
        blur(&mut flat, 31, 5.0);
        assert!(flat.iter().all(|[value]| (value - 7.0).abs() < 1e-3));

        let mut point = vec![[0.0_f32]; 101 * 101];
        point[50 * 101 + 50] = [1000.0];
        blur(&mut point, 101, 6.0);
        let sum: f32 = point.iter().map(|[value]| value).sum();
        assert!((sum - 1000.0).abs() < 1.0, "{sum}");
    }

    #[test]
    fn its_deviation_is_the_one_asked_for() {
        for sigma in [1.0_f32, 2.5, 8.0, 20.0] {
            let mut line = vec![[0.0_f32]; 401 * 401];
            line[200 * 401 + 200] = [1.0];
            blur(&mut line, 401, sigma);
            let variance: f32 = (0..401_u16)
                .map(|x| {
                    let column: f32 = (0..401).map(|y| line[y * 401 + usize::from(x)][0]).sum();
                    column * (f32::from(x) - 200.0).powi(2)
                })
                .sum();
            assert!((variance.sqrt() - sigma).abs() < 0.06 * sigma + 0.1, "{sigma}: {}", variance.sqrt());
        }
    }
}
