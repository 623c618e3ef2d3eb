//! The brush: strokes laid into a cutout, in order. It looks at the original only where a stroke gives it back or keeps to its
//! edges. Memory besides the pictures: one byte a pixel of the stroke's own box.

use std::borrow::Cow;

use super::numbers::{below, count, narrow, pixels, smoothstep, to_byte};
use super::sample::straight;
use super::{SNAP_LIKE, SNAP_UNLIKE, Stroke, Tool};
use crate::error::ImageError;
use crate::resize::resize;
use crate::rgba::Rgba;

/// Whether strokes cannot be laid without the original.
pub(crate) fn needs_original(strokes: &[Stroke]) -> bool {
    strokes.iter().any(|stroke| stroke.snap || stroke.tool == Tool::Restore)
}

/// Lays strokes into the cutout.
pub(crate) fn paint(cutout: &mut Rgba, original: Option<&Rgba>, strokes: &[Stroke]) -> Result<(), ImageError> {
    let original = match original {
        // A smaller result than the original: the brush works on the result's pixels.
        Some(original) if (original.width, original.height) != (cutout.width, cutout.height) => {
            Some(Cow::Owned(resize(original, cutout.width, cutout.height)))
        }
        original => original.map(Cow::Borrowed),
    };
    if original.is_none() && needs_original(strokes) {
        return Err(ImageError::LayerMissing("the original"));
    }
    for stroke in strokes {
        lay_stroke(cutout, original.as_deref(), stroke);
    }
    Ok(())
}

fn lay_stroke(cutout: &mut Rgba, original: Option<&Rgba>, stroke: &Stroke) {
    let Some(cover) = Cover::of(stroke, (cutout.width, cutout.height), original) else { return };
    for (y, row) in (cover.top..).zip(cover.cells.chunks_exact(cover.width)) {
        for (x, &cover) in (cover.left..).zip(row).filter(|(_, cover)| **cover > 0) {
            let at = (y * cutout.width as usize + x) * 4;
            let Some(pixel) = cutout.pixels.get_mut(at..at + 4) else { continue };
            let from = [pixel[0], pixel[1], pixel[2], pixel[3]];
            let to = match (stroke.tool, original) {
                (Tool::Erase, _) => erased(from, cover),
                (Tool::Restore, Some(original)) => {
                    original.pixels.get(at..at + 4).map_or(from, |o| restored(from, [o[0], o[1], o[2], o[3]], cover))
                }
                (Tool::Restore, None) => from,
            };
            pixel.copy_from_slice(&to);
        }
    }
}

fn erased([r, g, b, a]: [u8; 4], cover: u8) -> [u8; 4] {
    let left = to_byte(f32::from(a) * f32::from(255 - cover) / 255.0);
    if left == 0 { [0; 4] } else { [r, g, b, left] }
}

fn restored(from: [u8; 4], original: [u8; 4], cover: u8) -> [u8; 4] {
    if cover == 255 {
        return if original[3] == 0 { [0; 4] } else { original };
    }
    let share = f32::from(cover) / 255.0;
    let (old, new) = (f32::from(from[3]) * (1.0 - share), f32::from(original[3]) * share);
    let channel = |index: usize| f32::from(from[index]) * old + f32::from(original[index]) * new;
    straight([channel(0), channel(1), channel(2), old + new])
}

/// How much a stroke covers each pixel of its own box, 0 to 255.
struct Cover {
    left: usize,
    top: usize,
    width: usize,
    cells: Vec<u8>,
}

impl Cover {
    /// `None` where the stroke is all outside of the picture.
    fn of(stroke: &Stroke, (width, height): (u32, u32), original: Option<&Rgba>) -> Option<Self> {
        let (w, h) = (f64::from(width), f64::from(height));
        let radius = (f64::from(stroke.size) * w.max(h) / 2.0).max(0.5);
        let points: Vec<(f64, f64)> =
            stroke.points.iter().map(|[x, y]| (f64::from(*x) * w, f64::from(*y) * h)).collect();
        let reach = radius + 1.0;
        let span = |values: &dyn Fn(&(f64, f64)) -> f64, side: u32| -> Option<(usize, usize)> {
            let least = points.iter().map(values).reduce(f64::min)?;
            let most = points.iter().map(values).reduce(f64::max)?;
            let from = below(least - reach).max(0);
            let to = (below(most + reach) + 1).min(i64::from(side));
            Some((usize::try_from(from).ok()?, usize::try_from(to).ok()?)).filter(|(from, to)| from < to)
        };
        let (left, right) = span(&|point| point.0, width)?;
        let (top, bottom) = span(&|point| point.1, height)?;
        let mut cover = Self { left, top, width: right - left, cells: vec![0; (right - left) * (bottom - top)] };
        let full = (radius * f64::from(stroke.hardness)).min(radius - 1.0).max(0.0);
        let brush = Brush { radius, full, alike: original.filter(|_| stroke.snap) };
        match points[..] {
            [only] => cover.segment(&brush, only, only),
            _ => points.windows(2).for_each(|pair| cover.pieces(&brush, pair[0], pair[1])),
        }
        Some(cover)
    }

    /// A snapping segment is compared piece by piece: the line may run along changing colours.
    fn pieces(&mut self, brush: &Brush<'_>, from: (f64, f64), to: (f64, f64)) {
        if brush.alike.is_none() {
            return self.segment(brush, from, to);
        }
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let steps = pixels((length / (brush.radius / 2.0).max(1.0)).ceil()).min(10_000);
        let at = |step: u32| {
            let share = f64::from(step) / f64::from(steps);
            (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
        };
        (0..steps).for_each(|step| self.segment(brush, at(step), at(step + 1)));
    }

    fn segment(&mut self, brush: &Brush<'_>, from: (f64, f64), to: (f64, f64)) {
        let height = self.cells.len() / self.width.max(1);
        let (left, top) = (count(self.left), count(self.top));
        let reach = brush.radius + 1.0;
        let range = |least: f64, most: f64, start: f64, side: usize| {
            let at = |value: f64| usize::try_from(below(value - start).max(0)).unwrap_or(0).min(side);
            at(least - reach)..at(most + reach + 1.0)
        };
        let reference = brush.alike.map(|original| mean(original, midpoint(from, to), brush.radius * 0.15));
        for y in range(from.1.min(to.1), from.1.max(to.1), top, height) {
            for x in range(from.0.min(to.0), from.0.max(to.0), left, self.width) {
                let place = (left + count(x) + 0.5, top + count(y) + 0.5);
                let mut cover = brush.cover(distance(place, from, to));
                if cover <= 0.0 {
                    continue;
                }
                if let (Some(original), Some(reference)) = (brush.alike, reference) {
                    let at = ((self.top + y) * original.width as usize + self.left + x) * 4;
                    cover *= original.pixels.get(at..at + 3).map_or(0.0, |here| likeness(here, reference));
                }
                let cell = &mut self.cells[y * self.width + x];
                *cell = (*cell).max(to_byte(cover * 255.0));
            }
        }
    }
}

struct Brush<'a> {
    /// In pixels.
    radius: f64,
    /// Up to here it covers all.
    full: f64,
    /// What it keeps to.
    alike: Option<&'a Rgba>,
}

impl Brush<'_> {
    fn cover(&self, distance: f64) -> f32 {
        1.0 - smoothstep(narrow(self.full), narrow(self.radius.max(self.full + 0.5)), narrow(distance))
    }
}

/// 1 where a colour is as the reference, 0 where it is another.
fn likeness(here: &[u8], reference: [f32; 3]) -> f32 {
    let squares: f32 = here.iter().zip(reference).map(|(value, other)| (f32::from(*value) - other).powi(2)).sum();
    1.0 - smoothstep(SNAP_LIKE, SNAP_UNLIKE, (squares / 3.0).sqrt())
}

/// Mean colour of the square of `radius` pixels about a place.
fn mean(original: &Rgba, (x, y): (f64, f64), radius: f64) -> [f32; 3] {
    let radius = below(radius).clamp(1, 12);
    let (x, y) = (below(x), below(y));
    let (mut sum, mut seen) = ([0.0_f32; 3], 0.0_f32);
    for (x, y) in (y - radius..=y + radius).flat_map(|y| (x - radius..=x + radius).map(move |x| (x, y))) {
        let pixel = u32::try_from(x).ok().zip(u32::try_from(y).ok()).and_then(|(x, y)| original.pixel(x, y));
        let Some(pixel) = pixel else { continue };
        seen += 1.0;
        for (sum, value) in sum.iter_mut().zip(pixel) {
            *sum += f32::from(value);
        }
    }
    sum.map(|sum| sum / seen.max(1.0))
}

fn midpoint(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    (f64::midpoint(one.0, other.0), f64::midpoint(one.1, other.1))
}

/// From a place to the nearest point of a segment.
fn distance(place: (f64, f64), from: (f64, f64), to: (f64, f64)) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let squared = dx * dx + dy * dy;
    let along = if squared > 0.0 { ((place.0 - from.0) * dx + (place.1 - from.1) * dy) / squared } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    (place.0 - from.0 - along * dx).hypot(place.1 - from.1 - along * dy)
}
