//! Looking at a saved cutout with eyes of its own: decoded by the `image` crate, never by the product's code.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use image::RgbaImage;

use crate::tools::sample;

/// Where the face is in `astronaut.png`: the middle of a square that lies wholly on it.
pub const FACE: (u32, u32) = (225, 120);

/// Half the side of that square.
const FACE_REACH: u32 = 18;

/// Decodes a cutout.
pub fn load(path: &Path) -> Result<RgbaImage> {
    Ok(image::open(path).with_context(|| path.display().to_string())?.into_rgba8())
}

/// Checks a cutout of the astronaut against what a person would say of it: the face is there, the corners are gone, the
/// old background is not hidden under the transparency.
pub fn check_astronaut(path: &Path) -> Result<()> {
    let cutout = load(path)?;
    ensure!(cutout.dimensions() == (512, 512), "not the photo's size: {:?}", cutout.dimensions());
    let (face_x, face_y) = FACE;
    for y in face_y - FACE_REACH..=face_y + FACE_REACH {
        for x in face_x - FACE_REACH..=face_x + FACE_REACH {
            let alpha = cutout.get_pixel(x, y).0[3];
            ensure!(alpha > 250, "alpha is {alpha} on the face, at {x}, {y}");
        }
    }
    // The lower left corner of this photo is close to the sleeve, the lower right one is the helmet: a few pixels will do.
    for (corner_x, corner_y) in [(0, 0), (508, 0), (0, 508)] {
        for y in corner_y..corner_y + 4 {
            for x in corner_x..corner_x + 4 {
                let alpha = cutout.get_pixel(x, y).0[3];
                ensure!(alpha < 5, "alpha is {alpha} in a corner, at {x}, {y}");
            }
        }
    }
    check_colours(&cutout, &load(&sample("astronaut.png"))?)?;
    check_nothing_hidden(&cutout)
}

/// Where the cutout is solid it must look like the photo. Services send the colours as JPEG, so some levels are allowed.
fn check_colours(cutout: &RgbaImage, photo: &RgbaImage) -> Result<()> {
    const LEVELS: u64 = 6;
    let solid = cutout.pixels().zip(photo.pixels()).filter(|(cut, _)| cut.0[3] == 255);
    let (mut pixels, mut difference) = (0_u64, 0_u64);
    for (cut, whole) in solid {
        pixels += 1;
        difference += (0..3).map(|c| u64::from(cut.0[c].abs_diff(whole.0[c]))).sum::<u64>();
    }
    ensure!(pixels > 50_000, "only {pixels} pixels are solid");
    ensure!(difference <= LEVELS * 3 * pixels, "the colours differ by {} levels on average", difference / (3 * pixels));
    Ok(())
}

/// Colour must be zero wherever alpha is: else the removed background is still in the file.
pub fn check_nothing_hidden(cutout: &RgbaImage) -> Result<()> {
    for (x, y, pixel) in cutout.enumerate_pixels() {
        ensure!(pixel.0[3] != 0 || pixel.0 == [0, 0, 0, 0], "colour {:?} under alpha 0 at {x}, {y}", pixel.0);
    }
    Ok(())
}
