//! The full-size cutout, strip by strip: alpha from the coefficients, colours from the layers. Besides the result only the
//! small planes and one row are held, whatever the picture's size.

use crate::error::MattingError;
use crate::foreground::Layers;
use crate::guided::{Coefficients, alpha};
use crate::plane::{Tap, lerp, taps};
use crate::scale::Picture;

/// Rows between two questions whether to stop.
const STRIP_ROWS: usize = 256;
/// Alpha from which on the picture's own colour is kept.
const OPAQUE_ENOUGH: f32 = 0.95;

/// What the refinement found at its small sizes.
pub(crate) struct Refined {
    /// Alpha as a function of colour.
    pub(crate) coefficients: Coefficients,
    /// Foreground and background colours.
    pub(crate) layers: Layers,
}

/// Writes the cutout of a picture: straight RGBA of the picture's size.
pub(crate) fn cutout(
    picture: &Picture<'_>,
    refined: &Refined,
    threads: usize,
    cancel: &dyn Fn() -> bool,
) -> Result<Vec<u8>, MattingError> {
    let row_bytes = picture.width as usize * 4;
    let grid = Grid::new(picture, refined);
    let mut rgba = vec![0; picture.rgba.len()];
    let strips = picture.rgba.chunks(row_bytes * STRIP_ROWS).zip(rgba.chunks_mut(row_bytes * STRIP_ROWS));
    for (index, (source, target)) in strips.enumerate() {
        if cancel() {
            return Err(MattingError::Cancelled);
        }
        let rows = &grid.rows[index * STRIP_ROWS..];
        let share = (source.len() / row_bytes).div_ceil(threads.max(1));
        let parts = source.chunks(row_bytes * share).zip(target.chunks_mut(row_bytes * share)).zip(rows.chunks(share));
        std::thread::scope(|scope| {
            for ((source, target), rows) in parts {
                scope.spawn(|| grid.part(refined, source, target, rows));
            }
        });
    }
    Ok(rgba)
}

/// Where the picture's rows and columns lie on the small planes.
struct Grid {
    columns: Vec<Tap>,
    rows: Vec<RowTaps>,
    layer_columns: Vec<Tap>,
}

#[derive(Clone, Copy)]
struct RowTaps {
    coefficients: Tap,
    layers: Tap,
}

impl Grid {
    fn new(picture: &Picture<'_>, refined: &Refined) -> Self {
        let (width, height) = (picture.width as usize, picture.height as usize);
        let Refined { coefficients, layers } = refined;
        let rows = taps(coefficients.height, height).into_iter().zip(taps(layers.height, height));
        Self {
            columns: taps(coefficients.width, width),
            rows: rows.map(|(coefficients, layers)| RowTaps { coefficients, layers }).collect(),
            layer_columns: taps(layers.width, width),
        }
    }

    /// Some whole rows, on the calling thread.
    fn part(&self, refined: &Refined, source: &[u8], target: &mut [u8], rows: &[RowTaps]) {
        let row_bytes = self.columns.len() * 4;
        let mut between = Vec::with_capacity(refined.coefficients.width);
        for ((source, target), row) in source.chunks_exact(row_bytes).zip(target.chunks_exact_mut(row_bytes)).zip(rows)
        {
            refined.coefficients.row_at(row.coefficients, &mut between);
            let ((source, _), (target, _)) = (source.as_chunks::<4>(), target.as_chunks_mut::<4>());
            for (x, (&[r, g, b, own], into)) in source.iter().zip(target).enumerate() {
                let tap = self.columns[x];
                let found = alpha(lerp(between[tap.near], between[tap.far], tap.weight), [r, g, b]);
                let covered = byte(found * f32::from(own));
                *into = if covered == 0 {
                    [0; 4]
                } else if found >= OPAQUE_ENOUGH {
                    [r, g, b, covered]
                } else {
                    let [r, g, b] = fuse(found, [r, g, b], refined.layers.at(self.layer_columns[x], row.layers));
                    [r, g, b, covered]
                };
            }
        }
    }
}

/// Brings the picture's detail into the small-size foreground: F + α (I − α F − (1 − α) B), the step of Forte and Pitié,
/// "Approximate Fast Foreground Colour Estimation" (ICIP 2021).
fn fuse(alpha: f32, rgb: [u8; 3], layers: [f32; 6]) -> [u8; 3] {
    std::array::from_fn(|c| {
        let (seen, f, b) = (f32::from(rgb[c]) * (1.0 / 255.0), layers[c], layers[c + 3]);
        byte((f + alpha * (seen - alpha * f - (1.0 - alpha) * b)) * 255.0)
    })
}

/// A value within 0 to 255, rounded to nearest.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped; a NaN becomes 0")]
fn byte(value: f32) -> u8 {
    (value + 0.5).clamp(0.0, 255.0) as u8
}
