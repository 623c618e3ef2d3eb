//! Turning stored pixels upright by their EXIF orientation.

use crate::rgba::Rgba;

/// Applies EXIF orientation 1 to 8; anything else leaves the picture as it is.
///
/// Table of TIFF 6.0, tag 274: where stored row 0 and column 0 belong.
pub(crate) fn upright(picture: Rgba, orientation: u8) -> Rgba {
    let Rgba { width, height, .. } = picture;
    let (w, h) = (width as usize, height as usize);
    // For each upright pixel (x, y): which stored pixel it is.
    match orientation {
        2 => remap(&picture, (width, height), |x, y| (w - 1 - x, y)),
        3 => remap(&picture, (width, height), |x, y| (w - 1 - x, h - 1 - y)),
        4 => remap(&picture, (width, height), |x, y| (x, h - 1 - y)),
        5 => remap(&picture, (height, width), |x, y| (y, x)),
        6 => remap(&picture, (height, width), |x, y| (y, h - 1 - x)),
        7 => remap(&picture, (height, width), |x, y| (w - 1 - y, h - 1 - x)),
        8 => remap(&picture, (height, width), |x, y| (w - 1 - y, x)),
        _ => picture,
    }
}

fn remap(stored: &Rgba, (width, height): (u32, u32), from: impl Fn(usize, usize) -> (usize, usize)) -> Rgba {
    let stride = stored.width as usize;
    let (source, _) = stored.pixels.as_chunks::<4>();
    let mut upright = Rgba::filled(width, height, [0; 4]);
    let (target, _) = upright.pixels.as_chunks_mut::<4>();
    // In tiles: a quarter turn reads down columns, and whole columns would miss the cache at every pixel.
    const TILE: usize = 32;
    let (width, height) = (width as usize, height as usize);
    for tile_y in (0..height).step_by(TILE) {
        for tile_x in (0..width).step_by(TILE) {
            for y in tile_y..(tile_y + TILE).min(height) {
                for x in tile_x..(tile_x + TILE).min(width) {
                    let (column, row) = from(x, y);
                    target[y * width + x] = source[row * stride + column];
                }
            }
        }
    }
    upright
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use rstest::rstest;

    use super::*;

    /// A 3 × 2 picture of the letters
    /// ```text
    /// a b c
    /// d e f
    /// ```
    fn stored() -> Rgba {
        Rgba::new(3, 2, b"abcdef".iter().flat_map(|&letter| [letter; 4]).collect()).unwrap()
    }

    #[rstest]
    #[case(1, (3, 2), "abcdef")]
    #[case(2, (3, 2), "cbafed")]
    #[case(3, (3, 2), "fedcba")]
    #[case(4, (3, 2), "defabc")]
    #[case(5, (2, 3), "adbecf")]
    #[case(6, (2, 3), "daebfc")]
    #[case(7, (2, 3), "fcebda")]
    #[case(8, (2, 3), "cfbead")]
    #[case(9, (3, 2), "abcdef")]
    fn each_orientation_stands_upright(#[case] orientation: u8, #[case] size: (u32, u32), #[case] letters: &str) {
        let upright = upright(stored(), orientation);
        let shown: String = upright.pixels.iter().step_by(4).map(|&letter| char::from(letter)).collect();
        assert_eq!(((upright.width, upright.height), shown.as_str()), (size, letters));
    }
}
