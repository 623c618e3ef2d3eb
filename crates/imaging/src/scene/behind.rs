//! What stands behind the subject, ready to be asked for one pixel after the other. Own pictures are brought down to about the
//! size they are seen at first, so that looking between four pixels is enough.

use super::blur::blur;
use super::layout::Layout;
use super::numbers::{narrow, pixels};
use super::sample::{Outside, bilinear, straight};
use super::{Backdrop, Fit, Template};
use crate::error::ImageError;
use crate::resize::{fit, resize};
use crate::rgba::Rgba;

/// Longest side of a blurred original, in pixels, where a small deviation asks for many.
const BLURRED_EDGE: u32 = 2048;
/// Pixels a deviation: fewer would be seen.
const PIXELS_A_SIGMA: f32 = 5.0;

/// A backdrop with the pictures it needs, for any canvas.
#[derive(Debug, Clone)]
pub(crate) enum Behind {
    Plain([u8; 4]),
    Template(Template),
    Own {
        picture: Rgba,
        fit: Fit,
        x: f64,
        y: f64,
        scale: f64,
    },
    /// `fills` says that it fills the canvas; else it stands where the original was. `whole` is the cutout's size.
    Blurred {
        picture: Rgba,
        whole: (u32, u32),
    },
}

impl Behind {
    /// `original` for a blurred one, `own` for an own picture.
    pub(crate) fn new(
        backdrop: &Backdrop,
        original: Option<&Rgba>,
        own: Option<Rgba>,
        whole: (u32, u32),
    ) -> Result<Self, ImageError> {
        Ok(match *backdrop {
            Backdrop::Transparent => Self::Plain([0; 4]),
            Backdrop::Colour([r, g, b]) => Self::Plain([r, g, b, 255]),
            Backdrop::Template(template) => Self::Template(template),
            Backdrop::Image { id: _, fit, x, y, scale } => Self::Own {
                picture: own.ok_or(ImageError::LayerMissing("the background"))?,
                fit,
                x: f64::from(x),
                y: f64::from(y),
                scale: f64::from(scale),
            },
            Backdrop::Blurred { radius } => {
                let original = original.ok_or(ImageError::LayerMissing("the original"))?;
                Self::Blurred { picture: blurred(original, radius), whole }
            }
        })
    }

    /// For one canvas.
    pub(crate) fn on(&self, layout: &Layout) -> Painter<'_> {
        let canvas = (f64::from(layout.width), f64::from(layout.height));
        match self {
            Self::Plain(colour) => Painter::Plain(*colour),
            Self::Template(template) => Painter::Template(*template),
            Self::Own { picture, fit, x, y, scale } => {
                let (w, h) = (f64::from(picture.width), f64::from(picture.height));
                let (across, down) = (canvas.0 / w, canvas.1 / h);
                let by = scale
                    * match fit {
                        Fit::Fit => across.min(down),
                        Fit::Fill => across.max(down),
                    };
                let middle = (canvas.0 * (0.5 + x), canvas.1 * (0.5 + y));
                let small = if by < 0.95 {
                    std::borrow::Cow::Owned(resize(picture, pixels(w * by), pixels(h * by)))
                } else {
                    std::borrow::Cow::Borrowed(picture)
                };
                // The nearest pixel outside only closes the last half pixel: the corner decides what is seen.
                let step = (f64::from(small.width) / (w * by), f64::from(small.height) / (h * by));
                let corner = (middle.0 - w * by / 2.0, middle.1 - h * by / 2.0);
                Painter::Placed { picture: small, corner, step, size: (w * by, h * by), outside: Outside::Transparent }
            }
            Self::Blurred { picture, whole } => {
                let (w, h) = (f64::from(whole.0), f64::from(whole.1));
                let (corner, size) = if layout.own_size {
                    let by = (canvas.0 / w).max(canvas.1 / h);
                    ((canvas.0 / 2.0 - w * by / 2.0, canvas.1 / 2.0 - h * by / 2.0), (w * by, h * by))
                } else {
                    let (x, y) = layout.in_place((0.0, 0.0));
                    ((-x * layout.natural, -y * layout.natural), (w * layout.natural, h * layout.natural))
                };
                let step = (f64::from(picture.width) / size.0, f64::from(picture.height) / size.1);
                let picture = std::borrow::Cow::Borrowed(picture);
                Painter::Placed { picture, corner, step, size, outside: Outside::Nearest }
            }
        }
    }
}

/// A backdrop on a canvas.
pub(crate) enum Painter<'a> {
    Plain([u8; 4]),
    Template(Template),
    Placed {
        picture: std::borrow::Cow<'a, Rgba>,
        /// Where its upper left corner lies, canvas pixels.
        corner: (f64, f64),
        /// Its pixels a canvas pixel.
        step: (f64, f64),
        /// What it takes on the canvas, canvas pixels.
        size: (f64, f64),
        outside: Outside,
    },
}

impl Painter<'_> {
    /// One row of the canvas.
    pub(crate) fn row(&self, y: u32, layout: &Layout, row: &mut [[u8; 4]]) {
        match self {
            Self::Plain(colour) => row.fill(*colour),
            Self::Template(template) => {
                for (x, pixel) in (0_u32..).zip(row) {
                    let [r, g, b] = template.pixel((x, y), (layout.width, layout.height));
                    *pixel = [r, g, b, 255];
                }
            }
            Self::Placed { picture, corner, step, size, outside } => {
                let down = f64::from(y) + 0.5 - corner.1;
                for (x, pixel) in (0_u32..).zip(row) {
                    let across = f64::from(x) + 0.5 - corner.0;
                    let inside = (0.0..=size.0).contains(&across) && (0.0..=size.1).contains(&down);
                    *pixel = if inside || *outside == Outside::Nearest {
                        bilinear(picture, across * step.0, down * step.1, Outside::Nearest)
                    } else {
                        [0; 4]
                    };
                }
            }
        }
    }
}

/// A small copy, blurred; `radius` of its long side.
fn blurred(original: &Rgba, radius: f32) -> Rgba {
    let wanted = pixels(f64::from(PIXELS_A_SIGMA / radius.max(1e-4))).clamp(64, BLURRED_EDGE);
    let mut small = fit(original, wanted);
    let mut plane: Vec<[f32; 4]> = small
        .pixels
        .chunks_exact(4)
        .map(|pixel| {
            let alpha = f32::from(pixel[3]);
            [f32::from(pixel[0]) * alpha, f32::from(pixel[1]) * alpha, f32::from(pixel[2]) * alpha, alpha]
        })
        .collect();
    let sigma = f64::from(radius) * f64::from(small.width.max(small.height));
    blur(&mut plane, small.width as usize, narrow(sigma));
    for (pixel, sum) in small.pixels.chunks_exact_mut(4).zip(plane) {
        pixel.copy_from_slice(&straight(sum));
    }
    small
}
