//! Small float planes: what the refinement computes on. One value or a few for each pixel, rows top-down.

/// A picture of `N` floats a pixel.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plane<const N: usize> {
    /// Width in pixels, at least 1.
    pub(crate) width: usize,
    /// Height in pixels, at least 1.
    pub(crate) height: usize,
    /// `width × height` pixels.
    pub(crate) pixels: Vec<[f32; N]>,
}

impl<const N: usize> Plane<N> {
    /// Makes a plane by a rule for each pixel index.
    pub(crate) fn from_fn(width: usize, height: usize, rule: impl FnMut(usize) -> [f32; N]) -> Self {
        Self { width, height, pixels: (0..width * height).map(rule).collect() }
    }

    /// One row.
    pub(crate) fn row(&self, y: usize) -> &[[f32; N]] {
        &self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// The plane between its pixels: bilinear at a tap of each axis.
    pub(crate) fn at(&self, x: Tap, y: Tap) -> [f32; N] {
        let (top, bottom) = (self.row(y.near), self.row(y.far));
        let across = |row: &[[f32; N]]| lerp(row[x.near], row[x.far], x.weight);
        lerp(across(top), across(bottom), y.weight)
    }

    /// One row between two rows.
    pub(crate) fn row_at(&self, y: Tap, into: &mut Vec<[f32; N]>) {
        into.clear();
        into.extend(self.row(y.near).iter().zip(self.row(y.far)).map(|(near, far)| lerp(*near, *far, y.weight)));
    }

    /// Scales bilinearly, pixel centres on pixel centres.
    pub(crate) fn scaled(&self, width: usize, height: usize) -> Self {
        let (columns, rows) = (taps(self.width, width), taps(self.height, height));
        let mut pixels = Vec::with_capacity(width * height);
        let mut between = Vec::with_capacity(self.width);
        for &y in &rows {
            self.row_at(y, &mut between);
            pixels.extend(columns.iter().map(|x| lerp(between[x.near], between[x.far], x.weight)));
        }
        Self { width, height, pixels }
    }
}

/// Where a pixel of one grid lies on another: between `near` and `far`, `weight` of the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tap {
    pub(crate) near: usize,
    pub(crate) far: usize,
    pub(crate) weight: f32,
}

/// The taps that spread `from` pixels over `to`, clamped at the borders.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=from − 1 before the cast")]
pub(crate) fn taps(from: usize, to: usize) -> Vec<Tap> {
    let scale = from as f64 / to as f64;
    let last = from.saturating_sub(1);
    (0..to)
        .map(|i| {
            let at = ((i as f64 + 0.5) * scale - 0.5).clamp(0.0, last as f64);
            let near = at as usize;
            Tap { near, far: (near + 1).min(last), weight: (at - near as f64) as f32 }
        })
        .collect()
}

/// `a` at 0, `b` at 1.
pub(crate) fn lerp<const N: usize>(a: [f32; N], b: [f32; N], weight: f32) -> [f32; N] {
    std::array::from_fn(|i| a[i] + (b[i] - a[i]) * weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_size_changes_nothing() {
        let plane = Plane::from_fn(5, 3, |i| [i as f32]);
        assert_eq!(plane.scaled(5, 3), plane);
    }

    #[test]
    fn a_ramp_stays_a_ramp() {
        let ramp = Plane::from_fn(4, 1, |i| [i as f32]).scaled(8, 1);
        let expected = [0.0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.0];
        for (seen, meant) in ramp.pixels.iter().zip(expected) {
            assert!((seen[0] - meant).abs() < 1e-6, "{:?}", ramp.pixels);
        }
    }

    #[test]
    fn one_pixel_spreads_over_any_size() {
        let plane = Plane { width: 1, height: 1, pixels: vec![[0.5, 7.0]] };
        assert_eq!(plane.scaled(9, 4), Plane::from_fn(9, 4, |_| [0.5, 7.0]));
    }
}
