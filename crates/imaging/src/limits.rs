//! How much of a picture is believed before it is decoded: the guard against decompression bombs.
//!
//! These are limits of this computer, set on purpose. What a service accepts is another question and stands in its profile.

use crate::error::ImageError;

/// Limits that hold before anything is allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest file that is read, in bytes.
    pub max_file_bytes: u64,
    /// Most pixels (width × height) that are decoded. Decoded RGBA takes four bytes for each.
    pub max_pixels: u64,
    /// Longest side in pixels.
    pub max_side: u32,
    /// Most bytes that one entry of a ZIP answer may unpack to, declared or actual.
    pub max_zip_entry_bytes: u64,
    /// Most entries a ZIP answer may list.
    pub max_zip_entries: usize,
}

impl Limits {
    /// For pictures that a user drops: 128 MiB and 100 megapixels, 400 MB of RGBA. The largest consumer cameras stand at
    /// about 100 megapixels; a 30,000 × 30,000 bomb is 900.
    #[must_use]
    pub const fn inputs() -> Self {
        Self {
            max_file_bytes: 128 << 20,
            max_pixels: 100_000_000,
            max_side: 32_768,
            max_zip_entry_bytes: 0,
            max_zip_entries: 0,
        }
    }

    /// For answers of a service: the largest documented answer has 50 megapixels; a self-hosted one may return whatever was
    /// sent, so pixels are as for inputs. 256 MiB cover an incompressible RGBA PNG of 50 megapixels. A ZIP holds two
    /// entries, eight leave room for harmless extras, and no entry may unpack to more than 128 MiB.
    #[must_use]
    pub const fn answers() -> Self {
        Self {
            max_file_bytes: 256 << 20,
            max_pixels: 100_000_000,
            max_side: 32_768,
            max_zip_entry_bytes: 128 << 20,
            max_zip_entries: 8,
        }
    }

    /// Refuses a declared size that is beyond the limits.
    pub(crate) fn check_size(&self, width: u32, height: u32) -> Result<(), ImageError> {
        if u64::from(width) * u64::from(height) > self.max_pixels {
            return Err(ImageError::TooLarge { width, height, limit: self.max_pixels });
        }
        if width > self.max_side || height > self.max_side {
            return Err(ImageError::SideTooLong { width, height, limit: self.max_side });
        }
        Ok(())
    }

    /// Refuses a file that is beyond the limits, or empty.
    pub(crate) fn check_bytes(&self, size_bytes: u64) -> Result<(), ImageError> {
        if size_bytes == 0 {
            return Err(ImageError::Empty);
        }
        if size_bytes > self.max_file_bytes {
            return Err(ImageError::TooManyBytes { size_bytes, limit: self.max_file_bytes });
        }
        Ok(())
    }
}
