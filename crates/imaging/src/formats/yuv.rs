//! From the planes of a video picture to RGB: any depth, matrix and range of ITU-T H.273, chroma interpolated between its samples. Knows
//! nothing of primaries beyond what the matrix needs; they are a profile's business.

use re_rav1d::dav1d::pixel::{ToPrimitive, YUVRange};
use re_rav1d::dav1d::{Picture, PixelLayout, PlanarImageComponent};

use super::damaged;
use crate::error::ImageError;
use crate::rgba::{Rgba, byte_len};
use crate::sniff::Format::Avif;

/// What the stream itself says: primaries, transfer, matrix, full range.
pub(super) fn in_stream(frame: &Picture) -> (u8, u8, u8, bool) {
    let code = |value: Option<u8>| value.unwrap_or(2);
    (
        code(frame.color_primaries().to_u8()),
        code(frame.transfer_characteristic().to_u8()),
        code(frame.matrix_coefficients().to_u8()),
        frame.color_range() == YUVRange::Full,
    )
}

/// How three samples become red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Matrix {
    /// The samples are green, blue and red.
    Identity,
    /// YCgCo.
    YCgCo,
    /// Luma weights of red and blue.
    Weights(f32, f32),
}

impl Matrix {
    /// By the code point, table 4 of H.273; unspecified is taken as BT.601, as libavif does.
    fn of(matrix: u8, primaries: u8) -> Option<Self> {
        Some(match (matrix, primaries) {
            (0, _) => Self::Identity,
            (8, _) => Self::YCgCo,
            (1, _) | (12, 1) => Self::Weights(0.2126, 0.0722),
            (4, _) => Self::Weights(0.30, 0.11),
            (2 | 5 | 6, _) | (12, 5 | 6) => Self::Weights(0.299, 0.114),
            (7, _) => Self::Weights(0.212, 0.087),
            (9, _) | (12, 9) => Self::Weights(0.2627, 0.0593),
            (12, 12) => Self::Weights(0.228_97, 0.079_29),
            _ => return None,
        })
    }

    /// Luma 0 to 1, chroma −0.5 to 0.5 (for [`Matrix::Identity`] 0 to 1).
    #[inline]
    fn rgb(self, y: f32, u: f32, v: f32) -> [f32; 3] {
        match self {
            Self::Identity => [v, y, u],
            Self::YCgCo => [y - u + v, y + u, y - u - v],
            Self::Weights(red, blue) => {
                let (r, b) = (y + 2.0 * (1.0 - red) * v, y + 2.0 * (1.0 - blue) * u);
                [r, (y - red * r - blue * b) / (1.0 - red - blue), b]
            }
        }
    }
}

/// What turns a stored number into a fraction: subtract, then multiply.
#[derive(Debug, Clone, Copy)]
struct Scale {
    zero: f32,
    by: f32,
}

impl Scale {
    fn luma(bits: u32, full: bool) -> Self {
        let unit = 2_f32.powi(i32::try_from(bits).unwrap_or(8) - 8);
        if full {
            Self { zero: 0.0, by: 1.0 / (256.0 * unit - 1.0) }
        } else {
            Self { zero: 16.0 * unit, by: 1.0 / (219.0 * unit) }
        }
    }

    fn chroma(bits: u32, full: bool) -> Self {
        let unit = 2_f32.powi(i32::try_from(bits).unwrap_or(8) - 8);
        let range = if full { 256.0 * unit - 1.0 } else { 224.0 * unit };
        Self { zero: 128.0 * unit, by: 1.0 / range }
    }

    #[inline]
    fn apply(self, value: f32) -> f32 {
        (value - self.zero) * self.by
    }
}

/// One plane, whatever the size of its samples.
struct Samples {
    data: re_rav1d::dav1d::Plane,
    stride: usize,
    wide: bool,
    width: usize,
    height: usize,
}

impl Samples {
    fn of(
        frame: &Picture,
        component: PlanarImageComponent,
        (width, height): (usize, usize),
    ) -> Result<Self, ImageError> {
        let wide = frame.bit_depth() > 8;
        let (stride, data) = (frame.stride(component) as usize, frame.plane(component));
        let needed = stride * (height - 1) + width * if wide { 2 } else { 1 };
        if data.len() < needed {
            return Err(damaged(Avif, "its rows do not make up its size"));
        }
        Ok(Self { data, stride, wide, width, height })
    }

    /// One row as numbers.
    fn row(&self, y: usize, into: &mut Vec<f32>) {
        let row = &self.data[y.min(self.height - 1) * self.stride..];
        into.clear();
        if self.wide {
            let pairs = row[..self.width * 2].as_chunks::<2>().0;
            into.extend(pairs.iter().map(|pair| f32::from(u16::from_ne_bytes(*pair))));
        } else {
            into.extend(row[..self.width].iter().map(|&value| f32::from(value)));
        }
    }
}

/// Decoded planes as opaque RGBA.
pub(super) fn to_rgba(frame: &Picture, matrix: u8, primaries: u8, full: bool) -> Result<Rgba, ImageError> {
    let matrix = Matrix::of(matrix, primaries)
        .ok_or_else(|| ImageError::Unsupported { what: format!("an AVIF picture with colour matrix {matrix}") })?;
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let length = byte_len(frame.width(), frame.height()).filter(|length| *length > 0);
    let length = length.ok_or_else(|| damaged(Avif, "it declares an impossible size"))?;
    let bits = frame.bits_per_component().and_then(|bits| u32::try_from(bits.0).ok()).unwrap_or(8);
    let luma = Scale::luma(bits, full);
    let luma_plane = Samples::of(frame, PlanarImageComponent::Y, (width, height))?;
    let (half_x, half_y) = match frame.pixel_layout() {
        PixelLayout::I400 => return Ok(grey(&luma_plane, luma, length)),
        PixelLayout::I420 => (true, true),
        PixelLayout::I422 => (true, false),
        PixelLayout::I444 => (false, false),
    };
    // Green, blue and red have the range of luma.
    let chroma = if matrix == Matrix::Identity { luma } else { Scale::chroma(bits, full) };
    let small = (if half_x { width.div_ceil(2) } else { width }, if half_y { height.div_ceil(2) } else { height });
    let planes = [PlanarImageComponent::U, PlanarImageComponent::V].map(|plane| Samples::of(frame, plane, small));
    let [u, v] = planes;
    let (mut u, mut v) = (Chroma::new(u?, (half_x, half_y)), Chroma::new(v?, (half_x, half_y)));
    let (mut row, mut pixels) = (Vec::new(), Vec::with_capacity(length));
    for y in 0..height {
        luma_plane.row(y, &mut row);
        let (us, vs) = (u.row(y, width), v.row(y, width));
        pixels.extend(row.iter().zip(us).zip(vs).flat_map(|((&y, &u), &v)| {
            let [r, g, b] = matrix.rgb(luma.apply(y), chroma.apply(u), chroma.apply(v)).map(byte);
            [r, g, b, 255]
        }));
    }
    Rgba::new(frame.width(), frame.height(), pixels)
}

fn grey(plane: &Samples, luma: Scale, length: usize) -> Rgba {
    let (mut row, mut pixels) = (Vec::new(), Vec::with_capacity(length));
    for y in 0..plane.height {
        plane.row(y, &mut row);
        pixels.extend(row.iter().flat_map(|&value| {
            let grey = byte(luma.apply(value));
            [grey, grey, grey, 255]
        }));
    }
    let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
    Rgba { width: side(plane.width), height: side(plane.height), pixels }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn byte(value: f32) -> u8 {
    (value * 255.0 + 0.5).clamp(0.0, 255.0) as u8
}

/// A chroma plane, enlarged row by row: three quarters of the nearer sample and one of the farther, in both directions.
struct Chroma {
    plane: Samples,
    half: (bool, bool),
    near: Vec<f32>,
    far: Vec<f32>,
    full: Vec<f32>,
}

impl Chroma {
    fn new(plane: Samples, half: (bool, bool)) -> Self {
        Self { plane, half, near: Vec::new(), far: Vec::new(), full: Vec::new() }
    }

    fn row(&mut self, y: usize, width: usize) -> &[f32] {
        if self.half.1 {
            self.plane.row(y / 2, &mut self.near);
            let other = if y % 2 == 1 { y / 2 + 1 } else { (y / 2).saturating_sub(1) };
            self.plane.row(other, &mut self.far);
            self.near.iter_mut().zip(&self.far).for_each(|(near, far)| *near = *near * 0.75 + far * 0.25);
        } else {
            self.plane.row(y, &mut self.near);
        }
        if !self.half.0 {
            return &self.near;
        }
        let row = &self.near;
        let last = row.len() - 1;
        self.full.clear();
        self.full.extend(row.iter().enumerate().flat_map(|(x, &value)| {
            let (left, right) = (row[x.saturating_sub(1)], row[(x + 1).min(last)]);
            [value * 0.75 + left * 0.25, value * 0.75 + right * 0.25]
        }));
        self.full.truncate(width);
        &self.full
    }
}
