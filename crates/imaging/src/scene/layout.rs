//! Where everything stands: the canvas in pixels, and the way from a pixel of the cutout to a place on the canvas and back.

use super::numbers::pixels;
use super::{Canvas, PixelBox, Placement, Target};

/// The canvas and the subject's place on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Layout {
    /// Canvas in pixels.
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The subject in the cutout.
    pub(crate) subject: PixelBox,
    /// Where the middle of its box stands, canvas pixels.
    pub(crate) middle: (f64, f64),
    /// Canvas pixels a pixel of the cutout.
    pub(crate) scale: f64,
    /// Canvas pixels a pixel of the cutout where nothing was placed: what a blurred original stands by.
    pub(crate) natural: f64,
    /// The same middle before it was placed.
    pub(crate) unmoved: (f64, f64),
    /// Radians clockwise.
    pub(crate) turn: f64,
    /// The canvas has a size of its own: what stands behind fills it.
    pub(crate) own_size: bool,
}

impl Layout {
    /// Of a subject within a cutout of `width` × `height` pixels.
    pub(crate) fn new(
        (width, height): (u32, u32),
        subject: PixelBox,
        canvas: Canvas,
        placement: Placement,
        target: Target,
    ) -> Self {
        let (box_width, box_height) = (f64::from(subject.width), f64::from(subject.height));
        let in_place = (f64::from(subject.left) + box_width / 2.0, f64::from(subject.top) + box_height / 2.0);
        let (w, h, middle, scale) = match canvas {
            Canvas::Original => (f64::from(width), f64::from(height), in_place, 1.0),
            Canvas::Subject { margin } => {
                // Whole pixels, so that the subject is copied and not resampled.
                let margin = (f64::from(margin) * box_width.max(box_height)).round();
                let (w, h) = (box_width + 2.0 * margin, box_height + 2.0 * margin);
                (w, h, (w / 2.0, h / 2.0), 1.0)
            }
            Canvas::Fixed { width, height, margin } => {
                let (w, h) = (f64::from(width), f64::from(height));
                let margin = f64::from(margin) * w.min(h);
                let scale = ((w - 2.0 * margin) / box_width).min((h - 2.0 * margin) / box_height);
                (w, h, (w / 2.0, h / 2.0), scale)
            }
        };
        let shrunk = match target {
            Target::Natural => 1.0,
            Target::Within(edge) => (f64::from(edge.max(1)) / w.max(h)).min(1.0),
        };
        let (w, h) = (w * shrunk, h * shrunk);
        let unmoved = (middle.0 * shrunk, middle.1 * shrunk);
        Self {
            width: pixels(w),
            height: pixels(h),
            subject,
            middle: (unmoved.0 + f64::from(placement.x) * w, unmoved.1 + f64::from(placement.y) * h),
            scale: scale * shrunk * f64::from(placement.scale),
            natural: scale * shrunk,
            unmoved,
            turn: f64::from(placement.turn % 360.0).to_radians(),
            own_size: matches!(canvas, Canvas::Fixed { .. }),
        }
    }

    /// The place in the cutout, in its pixels, that is seen at a place on the canvas.
    pub(crate) fn in_cutout(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (dx, dy) = (x - self.middle.0, y - self.middle.1);
        let (sin, cos) = self.turn.sin_cos();
        let (cx, cy) = self.centre();
        (cx + (dx * cos + dy * sin) / self.scale, cy + (dy * cos - dx * sin) / self.scale)
    }

    /// The same for an original that stands where it was, of `width` × `height` of its own pixels, from the cutout's.
    pub(crate) fn in_place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (cx, cy) = self.centre();
        (cx + (x - self.unmoved.0) / self.natural, cy + (y - self.unmoved.1) / self.natural)
    }

    /// Where the upper left corner of an unturned cutout lies on the canvas.
    pub(crate) fn corner(&self) -> (f64, f64) {
        let (cx, cy) = self.centre();
        (self.middle.0 - cx * self.scale, self.middle.1 - cy * self.scale)
    }

    /// Width and height of the upright box around the subject as placed, canvas pixels.
    pub(crate) fn placed(&self) -> (f64, f64) {
        let (w, h) = (f64::from(self.subject.width) * self.scale, f64::from(self.subject.height) * self.scale);
        let (sin, cos) = self.turn.sin_cos();
        (w * cos.abs() + h * sin.abs(), w * sin.abs() + h * cos.abs())
    }

    /// Long side of the canvas, pixels.
    pub(crate) fn long(&self) -> f64 {
        f64::from(self.width.max(self.height))
    }

    fn centre(&self) -> (f64, f64) {
        let PixelBox { left, top, width, height } = self.subject;
        (f64::from(left) + f64::from(width) / 2.0, f64::from(top) + f64::from(height) / 2.0)
    }
}
