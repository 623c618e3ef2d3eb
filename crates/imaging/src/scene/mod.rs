//! What is made of a cutout: strokes of the brush, a place on a canvas, something behind it, shadows under it. The types are
//! the whole of a user's edits as plain values; [`render`] turns them into pixels. They know no file and no window.
//!
//! Every length is a fraction, so that a small stand-in in a window and the full picture give the same scene. Whoever draws a
//! scene elsewhere keeps to the same definitions:
//!
//! - **Strokes** work on the upright picture, in their order. A stroke covers a pixel by its distance *d* to the nearest
//!   segment of its line, its radius *r* (half its size) and its hardness *h*: `1 − smoothstep(h·r, r, d)`, with at least one
//!   pixel between the two; one stroke never covers itself twice. Erasing takes `alpha · (1 − cover)`; restoring goes from the cutout's
//!   pixel to the original's by `cover`, premultiplied.
//! - **Snapping** multiplies the cover by how alike the original is here and at the nearest point of the line:
//!   `1 − smoothstep(SNAP_LIKE, SNAP_UNLIKE, ΔRGB)`.
//! - **The subject's box** holds every pixel of at least [`SUBJECT_ALPHA`] after the strokes. All placing is about its centre.
//! - **The contact shadow** is an ellipse about the middle of the lower edge of the subject's upright box as placed:
//!   `opacity · (1 − smoothstep(0, 1, √((dx/half width)² + (dy/half height)²)))`.
//! - **Blurs** name the standard deviation, as CSS does.
//! - **Templates** are formulas over the canvas taken as a unit square, so one square picture can be stretched to any canvas.

mod behind;
mod blur;
mod brush;
mod edits;
mod layout;
mod limits;
mod numbers;
mod render;
mod sample;
mod shadow;
mod subject;
mod subject_rows;
mod template;

pub use edits::{Backdrop, BackdropId, Canvas, ContactShadow, DropShadow, Edits, Fit, Placement, Scene, Stroke, Tool};
pub use limits::{EditsFault, MAX_CANVAS_PX, MAX_CANVAS_SIDE, MAX_POINTS, MAX_STROKES};
pub use render::{Prepared, Target, Variant, needs_original, render};
pub use subject::{PixelBox, subject_box};
pub use template::{Template, template_square};

/// Pixels of at least this alpha (of 255) belong to the subject when its box is taken: dust below it must not move a picture.
pub const SUBJECT_ALPHA: u8 = 16;

/// Up to this distance in colour a pixel is as the line's: root mean square over red, green and blue, 0 to 255.
pub const SNAP_LIKE: f32 = 20.0;

/// From this distance in colour on, a snapping stroke leaves a pixel alone.
pub const SNAP_UNLIKE: f32 = 52.0;
