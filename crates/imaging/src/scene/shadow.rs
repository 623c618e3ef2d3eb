//! The two shadows, as how dark they are at a place on the canvas. The thrown one is drawn small and blurred there: at most
//! [`PLANE`] pixels a side, so its rim is never sharper than a two-thousandth of the canvas, and a shadow of 50 megapixels costs 16 MB.

use super::blur::blur;
use super::layout::Layout;
use super::numbers::{below, count, narrow, pixels, smoothstep, to_byte};
use super::sample;
use super::{ContactShadow, DropShadow};
use crate::rgba::Rgba;

/// Longest side of the plane a thrown shadow is drawn on.
const PLANE: f64 = 2048.0;

/// A thrown shadow, drawn.
pub(crate) struct Thrown {
    plane: Vec<[f32; 1]>,
    width: usize,
    /// Canvas pixels a pixel of the plane.
    step: f64,
    /// Canvas pixels that the plane reaches beyond the canvas.
    pad: f64,
}

impl Thrown {
    pub(crate) fn new(cutout: &Rgba, layout: &Layout, shadow: DropShadow) -> Self {
        let long = layout.long();
        let sigma = f64::from(shadow.blur) * long;
        let pad = 3.0 * sigma + 2.0;
        let (w, h) = (f64::from(layout.width) + 2.0 * pad, f64::from(layout.height) + 2.0 * pad);
        // Four pixels a deviation are enough to draw a bell.
        let step = (sigma / 4.0).max(w.max(h) / PLANE).max(1.0);
        let (width, height) = (pixels((w / step).ceil()), pixels((h / step).ceil()));
        let shift = (f64::from(shadow.x) * long, f64::from(shadow.y) * long);
        let parts: &[f64] = if step > 1.5 { &[1.0 / 6.0, 0.5, 5.0 / 6.0] } else { &[0.5] };
        let share = f64::from(shadow.opacity) / count(parts.len() * parts.len());
        let cell = |x: u32, y: u32| -> f64 {
            let part = |dx: f64, dy: f64| {
                let place = ((f64::from(x) + dx) * step - pad - shift.0, (f64::from(y) + dy) * step - pad - shift.1);
                let (x, y) = layout.in_cutout(place);
                f64::from(sample::alpha(cutout, x, y))
            };
            parts.iter().flat_map(|dy| parts.iter().map(move |dx| (*dx, *dy))).map(|(dx, dy)| part(dx, dy)).sum()
        };
        let mut plane: Vec<[f32; 1]> = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| [narrow(cell(x, y) * share)])
            .collect();
        blur(&mut plane, width as usize, narrow(sigma / step));
        Self { plane, width: width as usize, step, pad }
    }

    /// How dark it is in the middle of a canvas pixel, 0 to 255.
    pub(crate) fn at(&self, x: u32, y: u32) -> u8 {
        let place = |value: u32| (f64::from(value) + 0.5 + self.pad) / self.step - 0.5;
        let (x, y) = (place(x), place(y));
        let (fx, fy) = (narrow(x - x.floor()), narrow(y - y.floor()));
        let height = self.plane.len() / self.width.max(1);
        let index = |value: i64, side: usize| usize::try_from(value.max(0)).unwrap_or(0).min(side.max(1) - 1);
        let (left, top) = (below(x), below(y));
        let cell = |x, y| self.plane[index(y, height) * self.width + index(x, self.width)][0];
        let above = cell(left, top) * (1.0 - fx) + cell(left + 1, top) * fx;
        let under = cell(left, top + 1) * (1.0 - fx) + cell(left + 1, top + 1) * fx;
        to_byte(above * (1.0 - fy) + under * fy)
    }
}

/// A contact shadow: an ellipse about the middle of the lower edge of the subject's box as placed, darkest in its middle.
pub(crate) struct Contact {
    middle: (f64, f64),
    half: (f64, f64),
    opacity: f32,
}

impl Contact {
    pub(crate) fn new(layout: &Layout, shadow: ContactShadow) -> Self {
        let (width, height) = layout.placed();
        Self {
            middle: (layout.middle.0, layout.middle.1 + height / 2.0),
            half: ((width / 2.0).max(0.5), (f64::from(shadow.spread) * width).max(0.5)),
            opacity: shadow.opacity,
        }
    }

    /// How dark it is in the middle of a canvas pixel, 0 to 255.
    pub(crate) fn at(&self, x: u32, y: u32) -> u8 {
        let dx = (f64::from(x) + 0.5 - self.middle.0) / self.half.0;
        let dy = (f64::from(y) + 0.5 - self.middle.1) / self.half.1;
        to_byte(255.0 * self.opacity * (1.0 - smoothstep(0.0, 1.0, narrow(dx.hypot(dy)))))
    }
}
