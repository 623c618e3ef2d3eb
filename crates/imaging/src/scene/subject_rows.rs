//! The cutout as it stands on the canvas, row by row. Where it is only moved its pixels are copied; where it is scaled, Lanczos-3
//! works on strips, so that no second picture is needed; where it is turned, a place is looked up between four pixels.

use std::borrow::Cow;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::layout::Layout;
use super::numbers::{below, nearest, pixels};
use super::sample::{Outside, bilinear};
use crate::resize::resize;
use crate::rgba::Rgba;

/// Rows of the canvas that are scaled at a time.
const STRIP: u32 = 128;
/// Below this scale a turned cutout is brought down first.
const TURNED_SMALL: f64 = 0.5;
/// So near to a scale of one, or to no turn, nothing would be seen of it.
const HARDLY: f64 = 1e-4;

/// The way of a cutout onto the canvas.
pub(crate) enum SubjectRows<'a> {
    /// Moved by whole pixels.
    Moved { cutout: &'a Rgba, left: i64, top: i64 },
    /// Scaled; `strip` holds the rows from `strip_top` on.
    Scaled { cutout: &'a Rgba, columns: (u32, u32), rows: (u32, u32), strip: Vec<u8>, strip_top: Option<u32> },
    /// Turned. `by` is the size of the picture looked at as a share of the cutout's.
    Turned { cutout: Cow<'a, Rgba>, by: (f64, f64) },
}

impl<'a> SubjectRows<'a> {
    pub(crate) fn new(cutout: &'a Rgba, layout: &Layout) -> Self {
        if layout.turn.abs() > HARDLY {
            let (cutout_now, by) = if layout.scale < TURNED_SMALL {
                let (w, h) = (f64::from(cutout.width), f64::from(cutout.height));
                let small = resize(cutout, pixels(w * layout.scale), pixels(h * layout.scale));
                let by = (f64::from(small.width) / w, f64::from(small.height) / h);
                (Cow::Owned(small), by)
            } else {
                (Cow::Borrowed(cutout), (1.0, 1.0))
            };
            return Self::Turned { cutout: cutout_now, by };
        }
        let (left, top) = layout.corner();
        if (layout.scale - 1.0).abs() < HARDLY {
            return Self::Moved { cutout, left: nearest(left), top: nearest(top) };
        }
        let span = |start: f64, length: u32, side: u32| {
            let from = u32::try_from(below(start).max(0)).unwrap_or(0).min(side);
            let to =
                u32::try_from(below((start + f64::from(length) * layout.scale).ceil()).max(0)).unwrap_or(0).min(side);
            (from, to.max(from))
        };
        Self::Scaled {
            cutout,
            columns: span(left, cutout.width, layout.width),
            rows: span(top, cutout.height, layout.height),
            strip: Vec::new(),
            strip_top: None,
        }
    }

    /// Whether it is the cutout itself.
    pub(crate) fn is_in_place(&self, layout: &Layout) -> bool {
        matches!(self, Self::Moved { cutout, left: 0, top: 0 }
            if (cutout.width, cutout.height) == (layout.width, layout.height))
    }

    /// Calls `lay` with each pixel of the subject in a row of the canvas: its column and its colour.
    pub(crate) fn row(&mut self, y: u32, layout: &Layout, mut lay: impl FnMut(u32, [u8; 4])) {
        match self {
            Self::Moved { cutout, left, top } => {
                let Ok(row) = u32::try_from(i64::from(y) - *top) else { return };
                let first = u32::try_from(*left).unwrap_or(0);
                for x in first..layout.width {
                    let Some(pixel) =
                        u32::try_from(i64::from(x) - *left).ok().and_then(|column| cutout.pixel(column, row))
                    else {
                        break;
                    };
                    lay(x, pixel);
                }
            }
            Self::Scaled { cutout, columns, rows, strip, strip_top } => {
                if !(rows.0..rows.1).contains(&y) || columns.0 == columns.1 {
                    return;
                }
                let top = rows.0 + (y - rows.0) / STRIP * STRIP;
                if *strip_top != Some(top) {
                    *strip =
                        scale_strip(cutout, layout, *columns, (top, (top + STRIP).min(rows.1))).unwrap_or_default();
                    *strip_top = Some(top);
                }
                let wide = (columns.1 - columns.0) as usize * 4;
                let from = (y - top) as usize * wide;
                let (row, _) = strip.get(from..from + wide).unwrap_or_default().as_chunks::<4>();
                for (x, pixel) in (columns.0..).zip(row) {
                    lay(x, if pixel[3] == 0 { [0; 4] } else { *pixel });
                }
            }
            Self::Turned { cutout, by } => {
                for x in 0..layout.width {
                    let (cx, cy) = layout.in_cutout((f64::from(x) + 0.5, f64::from(y) + 0.5));
                    let (cx, cy) = (cx * by.0, cy * by.1);
                    let near = |value: f64, side: u32| (-1.0..=f64::from(side) + 1.0).contains(&value);
                    if near(cx, cutout.width) && near(cy, cutout.height) {
                        lay(x, bilinear(cutout, cx, cy, Outside::Transparent));
                    }
                }
            }
        }
    }
}

/// Some rows of the canvas, scaled from the rows of the cutout they need and no others.
fn scale_strip(cutout: &Rgba, layout: &Layout, columns: (u32, u32), rows: (u32, u32)) -> Option<Vec<u8>> {
    let (left, top) = layout.corner();
    let (w, h) = (f64::from(cutout.width), f64::from(cutout.height));
    let within = |canvas: u32, start: f64, side: f64| ((f64::from(canvas) - start) / layout.scale).clamp(0.0, side);
    let (x0, x1) = (within(columns.0, left, w), within(columns.1, left, w));
    let (y0, y1) = (within(rows.0, top, h), within(rows.1, top, h));
    // Lanczos-3 looks three pixels of the coarser grid around.
    let reach = 3.0 * (1.0 / layout.scale).max(1.0) + 2.0;
    let first = u32::try_from(below(y0 - reach).max(0)).ok()?;
    let last = u32::try_from(below((y1 + reach).ceil())).ok()?.min(cutout.height);
    let wide = cutout.width as usize * 4;
    let source = cutout.pixels.get(first as usize * wide..last as usize * wide)?;
    let source = ImageRef::new(cutout.width, last.checked_sub(first)?, source, PixelType::U8x4).ok()?;
    let mut strip = Image::new(columns.1 - columns.0, rows.1 - rows.0, PixelType::U8x4);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(x0, y0 - f64::from(first), x1 - x0, y1 - y0)
        .use_alpha(true);
    Resizer::new().resize(&source, &mut strip, &options).ok()?;
    Some(strip.into_vec())
}
