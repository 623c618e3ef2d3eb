//! The one in-memory picture of the product: straight 8-bit RGBA.

use crate::error::ImageError;

/// A decoded picture: straight alpha, sRGB, `width × height × 4` bytes, rows top-down without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Rgba {
    /// Width in pixels, at least 1.
    pub width: u32,
    /// Height in pixels, at least 1.
    pub height: u32,
    /// `width × height × 4` bytes: red, green, blue, alpha (0 transparent, 255 opaque).
    pub pixels: Vec<u8>,
}

impl Rgba {
    /// Takes a buffer whose length is checked against its size.
    ///
    /// # Errors
    /// [`ImageError::BadBuffer`] where the length is not `width × height × 4` or a side is zero.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, ImageError> {
        let picture = Self { width, height, pixels };
        picture.check()?;
        Ok(picture)
    }

    /// Checks that the buffer's length matches the size: the fields are open to everybody.
    pub(crate) fn check(&self) -> Result<(), ImageError> {
        let Self { width, height, ref pixels } = *self;
        let length = pixels.len();
        if width == 0 || height == 0 || byte_len(width, height) != Some(length) {
            return Err(ImageError::BadBuffer { length, width, height });
        }
        Ok(())
    }

    /// A picture of one colour. Sides of zero become one.
    #[must_use]
    pub fn filled(width: u32, height: u32, colour: [u8; 4]) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let count = width as usize * height as usize;
        Self { width, height, pixels: colour.repeat(count) }
    }

    /// Number of pixels.
    #[must_use]
    pub fn pixel_count(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// The pixel at column `x`, row `y`, or `None` outside of the picture.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let at = (y as usize * self.width as usize + x as usize) * 4;
        self.pixels.get(at..at + 4)?.try_into().ok()
    }

    /// Whether any pixel is not fully opaque.
    #[must_use]
    pub fn has_transparency(&self) -> bool {
        self.pixels.chunks_exact(4).any(|pixel| pixel[3] != 255)
    }

    /// Zeroes the colour of every fully transparent pixel, so that nothing of a removed background stays in the file.
    pub fn zero_hidden_colour(&mut self) {
        for pixel in self.pixels.chunks_exact_mut(4) {
            if pixel[3] == 0 {
                pixel[..3].fill(0);
            }
        }
    }
}

impl Rgba {
    /// Colours that were stored multiplied by alpha become straight ones, rounded to nearest.
    pub(crate) fn unpremultiply(&mut self) {
        for pixel in self.pixels.chunks_exact_mut(4) {
            let alpha = u32::from(pixel[3]);
            if alpha != 0 && alpha != 255 {
                for value in &mut pixel[..3] {
                    let straight = (u32::from(*value) * 255 + alpha / 2) / alpha;
                    *value = u8::try_from(straight).unwrap_or(u8::MAX);
                }
            }
        }
    }
}

impl std::fmt::Debug for Rgba {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rgba({} × {})", self.width, self.height)
    }
}

/// Bytes of an RGBA picture, or `None` where they do not fit the address space.
pub(crate) fn byte_len(width: u32, height: u32) -> Option<usize> {
    (width as usize).checked_mul(height as usize)?.checked_mul(4)
}
