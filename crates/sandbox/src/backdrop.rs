//! What is put behind a cutout: a colour or a picture that fills the canvas.

use clearcut_imaging::{Rgba, resize};
use clearcut_service::wire::BgColour;

use crate::canvas::{cut, over};

/// A background, ready to be laid under a cutout.
#[derive(Debug, Clone)]
pub(crate) enum Behind {
    /// Nothing.
    Nothing,
    /// A colour.
    Colour(BgColour),
    /// A decoded picture of any size.
    Picture(Rgba),
}

impl Behind {
    /// Whether nothing can shine through.
    pub(crate) fn is_opaque(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Colour(colour) => colour.alpha == 255,
            Self::Picture(picture) => !picture.has_transparency(),
        }
    }

    /// Lays the cutout over it.
    pub(crate) fn under(&self, cutout: Rgba) -> Rgba {
        match self {
            Self::Nothing => cutout,
            Self::Colour(BgColour { red, green, blue, alpha }) => {
                let plain = Rgba::filled(cutout.width, cutout.height, [*red, *green, *blue, *alpha]);
                over(cutout, &plain)
            }
            Self::Picture(picture) => {
                let filling = cover(picture, cutout.width, cutout.height);
                over(cutout, &filling)
            }
        }
    }
}

/// The picture's middle in the canvas's proportions, scaled to fill it. Cut first and scaled then, so that a very
/// long picture does not become a very large one.
fn cover(picture: &Rgba, width: u32, height: u32) -> Rgba {
    let [pw, ph, w, h] = [picture.width, picture.height, width, height].map(u64::from);
    // The widest and highest part with the canvas's proportions, at least one pixel.
    let part_width = pw.min((ph * w).div_ceil(h));
    let part_height = ph.min((pw * h).div_ceil(w));
    let [part_width, part_height] = [part_width, part_height].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    let left = i64::from((picture.width - part_width) / 2);
    let top = i64::from((picture.height - part_height) / 2);
    resize(&cut(picture, left, top, part_width, part_height), width, height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canvas::paste;

    #[test]
    fn a_picture_fills_the_canvas_and_keeps_its_middle() {
        let mut wide = Rgba::filled(30, 10, [255, 0, 0, 255]);
        paste(&mut wide, &Rgba::filled(10, 10, [0, 0, 255, 255]), 10, 0);
        let filled = cover(&wide, 20, 20);
        assert_eq!((filled.width, filled.height), (20, 20));
        assert_eq!(filled.pixel(10, 10), Some([0, 0, 255, 255]));
        assert!(!filled.has_transparency());
    }

    #[test]
    fn a_thread_of_a_picture_fills_it_too() {
        assert_eq!(cover(&Rgba::filled(1, 50, [7, 7, 7, 255]), 100, 100).pixel(99, 99), Some([7, 7, 7, 255]));
        assert_eq!(cover(&Rgba::filled(50, 1, [7, 7, 7, 255]), 100, 100).pixel(99, 99), Some([7, 7, 7, 255]));
    }
}
