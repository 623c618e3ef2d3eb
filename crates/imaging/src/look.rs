//! What stands behind a cutout: nothing, or a colour. Applying it is free and can be repeated on a paid answer.

use crate::rgba::Rgba;

/// What fills the removed background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Background {
    /// Nothing: the alpha stays.
    #[default]
    Transparent,
    /// A solid sRGB colour; the picture becomes opaque.
    Colour([u8; 3]),
}

/// How a finished cutout is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Look {
    /// What stands behind the subject.
    pub background: Background,
}

/// Puts the cutout on the look's background, blending in sRGB as browsers and the services do.
#[must_use]
pub fn apply(mut picture: Rgba, look: &Look) -> Rgba {
    let Background::Colour(colour) = look.background else {
        return picture;
    };
    for pixel in picture.pixels.chunks_exact_mut(4) {
        let alpha = pixel[3];
        for (value, behind) in pixel.iter_mut().zip(colour) {
            *value = over(*value, behind, alpha);
        }
        pixel[3] = 255;
    }
    picture
}

/// One channel of a straight-alpha pixel over an opaque one, rounded to nearest: `(v·a + b·(255 − a)) / 255`.
#[expect(clippy::cast_possible_truncation, reason = "a weighted mean of two bytes is a byte")]
pub(crate) fn over(value: u8, behind: u8, alpha: u8) -> u8 {
    let (v, b, a) = (u32::from(value), u32::from(behind), u32::from(alpha));
    ((v * a + b * (255 - a) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparent_look_changes_nothing() {
        let picture = Rgba::filled(3, 2, [9, 8, 7, 6]);
        assert_eq!(apply(picture.clone(), &Look::default()), picture);
    }

    #[test]
    fn colour_shows_through_by_alpha() {
        let look = Look { background: Background::Colour([200, 100, 0]) };
        let shown = |pixel| apply(Rgba::filled(1, 1, pixel), &look).pixels;
        assert_eq!(shown([0, 0, 0, 0]), [200, 100, 0, 255]);
        assert_eq!(shown([1, 2, 3, 255]), [1, 2, 3, 255]);
        assert_eq!(shown([0, 0, 255, 51]), [160, 80, 51, 255]);
    }
}
