//! Writing a PNG row by row, so that neither its samples nor its compressed bytes are ever in memory as a whole. Header and
//! chunks are the `png` crate's, the compression is `fdeflate`, which that crate uses, too; only the filter is done here.
//!
//! The crate's own two ways were measured at 12 megapixels. `write_image_data` is as fast and collects the compressed
//! picture, 8 MB, which the allocator then keeps for every thread that ever wrote one. `stream_writer` hands over the
//! filter's byte apart from its row; eight bytes taken together then end in the zeros of an even alpha, where `fdeflate` is
//! slow: 50 ms instead of 38.

use std::io::{self, Write};

use fdeflate::Compressor;
use png::{BitDepth, ColorType, Encoder, EncodingError, SrgbRenderingIntent, Writer, chunk};

use crate::error::ImageError;
use crate::rgba::Rgba;

/// Compressed bytes in one chunk of the file.
const CHUNK: usize = 128 << 10;
/// Number of the Paeth filter (PNG specification, 9.2).
const PAETH: u8 = 4;

/// Which samples of an RGBA picture are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Samples {
    /// All four.
    Rgba,
    /// The colours alone.
    Rgb,
    /// The alpha alone, as grey.
    Matte,
}

impl Samples {
    /// Bytes of one pixel.
    const fn bytes(self) -> usize {
        match self {
            Self::Rgba => 4,
            Self::Rgb => 3,
            Self::Matte => 1,
        }
    }

    fn take(self, pixels: &[u8], row: &mut [u8]) {
        let (pixels, _) = pixels.as_chunks::<4>();
        match self {
            Self::Rgba => row.copy_from_slice(pixels.as_flattened()),
            Self::Rgb => {
                for (sample, &[r, g, b, _]) in row.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
                    *sample = [r, g, b];
                }
            }
            Self::Matte => {
                for (sample, &[_, _, _, alpha]) in row.iter_mut().zip(pixels) {
                    *sample = alpha;
                }
            }
        }
    }
}

/// Writes a PNG of the chosen samples. The picture's buffer must match its size.
pub(crate) fn write(picture: &Rgba, samples: Samples, out: &mut dyn Write) -> Result<(), ImageError> {
    let mut encoder = Encoder::new(out, picture.width, picture.height);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_color(match samples {
        Samples::Rgba => ColorType::Rgba,
        Samples::Rgb => ColorType::Rgb,
        Samples::Matte => ColorType::Grayscale,
    });
    if samples != Samples::Matte {
        encoder.set_source_srgb(SrgbRenderingIntent::Perceptual);
    }
    let mut writer = encoder.write_header().map_err(in_words)?;
    compress(picture, samples, &mut writer).map_err(in_words)?;
    writer.finish().map_err(in_words)
}

fn compress(picture: &Rgba, samples: Samples, writer: &mut Writer<&mut dyn Write>) -> Result<(), EncodingError> {
    let row_bytes = picture.width as usize * samples.bytes();
    // Before the first row there is one of zeros.
    let (mut above, mut row) = (vec![0; row_bytes], vec![0; row_bytes]);
    let mut filtered = vec![0; row_bytes + 1];
    let mut compressor = Compressor::new(Chunks { writer, bytes: vec![0; CHUNK], filled: 0, fault: None })?;
    for pixels in picture.pixels.chunks_exact(picture.width as usize * 4) {
        samples.take(pixels, &mut row);
        filter(samples.bytes(), &above, &row, &mut filtered);
        compressor.write_data(&filtered)?;
        std::mem::swap(&mut above, &mut row);
    }
    let mut chunks = compressor.finish()?;
    chunks.write_chunk();
    chunks.fault.map_or(Ok(()), Err)
}

/// Each byte less its prediction from the bytes to the left, above, and above on the left. `filtered` has one byte more.
fn filter(pixel_bytes: usize, above: &[u8], row: &[u8], filtered: &mut [u8]) {
    let (first, rest) = row.split_at(pixel_bytes);
    let (above_first, above_rest) = above.split_at(pixel_bytes);
    filtered[0] = PAETH;
    let (filtered_first, filtered_rest) = filtered[1..].split_at_mut(pixel_bytes);
    for ((filtered, value), above) in filtered_first.iter_mut().zip(first).zip(above_first) {
        *filtered = value.wrapping_sub(*above);
    }
    // Slices of one length: the loop is then done 16 bytes at a time.
    let count = rest.len();
    let (filtered, row, left) = (&mut filtered_rest[..count], &rest[..count], &row[..count]);
    let (above, above_left) = (&above_rest[..count], &above[..count]);
    for at in 0..count {
        filtered[at] = row[at].wrapping_sub(paeth(left[at], above[at], above_left[at]));
    }
}

/// Paeth's predictor (PNG specification, 9.4) in bytes: which of the three is nearest to `left + above − corner`.
#[inline]
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let from_left = above.abs_diff(corner);
    let from_above = left.abs_diff(corner);
    // With both on one side of the corner the estimate lies beyond both, and the corner is never the nearest.
    let one_side = (left < corner) == (above < corner);
    let from_corner = if one_side { u8::MAX } else { from_left.abs_diff(from_above) };
    if from_left <= from_above && from_left <= from_corner {
        left
    } else if from_above <= from_corner {
        above
    } else {
        corner
    }
}

/// Collects compressed bytes into chunks of the file. It never fails but remembers its fault: the compressor writes its
/// last bytes without listening to errors.
struct Chunks<'a, 'b> {
    writer: &'a mut Writer<&'b mut dyn Write>,
    bytes: Vec<u8>,
    filled: usize,
    fault: Option<EncodingError>,
}

impl Chunks<'_, '_> {
    /// Makes room first.
    #[cold]
    fn write_all_behind(&mut self, bytes: &[u8]) {
        for piece in bytes.chunks(CHUNK) {
            self.write_chunk();
            self.bytes[..piece.len()].copy_from_slice(piece);
            self.filled = piece.len();
        }
    }

    fn write_chunk(&mut self) {
        if self.fault.is_none() && self.filled > 0 {
            self.fault = self.writer.write_chunk(chunk::IDAT, &self.bytes[..self.filled]).err();
        }
        self.filled = 0;
    }
}

impl Write for Chunks<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(CHUNK);
        self.write_all(&bytes[..count])?;
        Ok(count)
    }

    /// Called for every eight bytes of the file.
    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.bytes.get_mut(self.filled..self.filled + bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.filled += bytes.len();
            }
            None => self.write_all_behind(bytes),
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn in_words(error: EncodingError) -> ImageError {
    match error {
        EncodingError::IoError(error) => ImageError::Io(error),
        other => ImageError::Encode(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the specification says it.
    fn paeth_by_the_book(left: u8, above: u8, corner: u8) -> u8 {
        let estimate = i32::from(left) + i32::from(above) - i32::from(corner);
        let distance = |value: u8| (estimate - i32::from(value)).abs();
        let (to_left, to_above, to_corner) = (distance(left), distance(above), distance(corner));
        if to_left <= to_above && to_left <= to_corner {
            left
        } else if to_above <= to_corner {
            above
        } else {
            corner
        }
    }

    #[test]
    fn the_predictor_is_the_specified_one_for_all_bytes() {
        for left in 0..=u8::MAX {
            for above in 0..=u8::MAX {
                for corner in 0..=u8::MAX {
                    let (ours, book) = (paeth(left, above, corner), paeth_by_the_book(left, above, corner));
                    assert_eq!(ours, book, "{left} {above} {corner}");
                }
            }
        }
    }
}
