//! Windows bitmaps: the two headers read here, the pixels by `image`'s decoder.

use std::io::{BufRead, Cursor, ErrorKind, Seek};

use image::codecs::bmp::BmpDecoder;
use image::error::ImageError as Cause;
use image::{ColorType, ImageDecoder};

use super::{Decoded, Header, array, damaged, opaque};
use crate::error::ImageError;
use crate::icc::Profile;
use crate::rgba::{Rgba, byte_len};
use crate::sniff::Format;

/// `biCompression` of rows that lie in the file as they are: plain, and with masks.
const UNCOMPRESSED: [u32; 3] = [0, 3, 6];

/// Reads both headers and compares what they promise with the size of the file. Of a run-length coded picture the end is found only by
/// decoding it.
pub(crate) fn header<R: BufRead + Seek>(reader: &mut R, size_bytes: u64) -> Result<Header, ImageError> {
    let [_, _, _, _, _, _, _, _, _, _, o0, o1, o2, o3] = array::<14>(reader)?;
    let data_at = u64::from(u32::from_le_bytes([o0, o1, o2, o3]));
    let header_size = u32::from_le_bytes(array(reader)?);
    let (width, height, bits, compression) = if header_size == 12 {
        let [w0, w1, h0, h1, _, _, b0, b1] = array::<8>(reader)?;
        let side = |bytes| i32::from(u16::from_le_bytes(bytes));
        (side([w0, w1]), side([h0, h1]), u16::from_le_bytes([b0, b1]), 0)
    } else {
        let [w0, w1, w2, w3, h0, h1, h2, h3, _, _, b0, b1, c0, c1, c2, c3] = array::<16>(reader)?;
        let (width, height) = (i32::from_le_bytes([w0, w1, w2, w3]), i32::from_le_bytes([h0, h1, h2, h3]));
        (width, height, u16::from_le_bytes([b0, b1]), u32::from_le_bytes([c0, c1, c2, c3]))
    };
    // A negative height is a picture from the top down.
    let (Ok(width), height) = (u32::try_from(width), height.unsigned_abs()) else {
        return Err(damaged(Format::Bmp, "it declares an impossible size"));
    };
    if width == 0 || height == 0 {
        return Err(damaged(Format::Bmp, "it declares a side of zero pixels"));
    }
    let row_bytes = (u64::from(width) * u64::from(bits)).div_ceil(32) * 4;
    let ends = data_at.saturating_add(row_bytes.saturating_mul(height.into()));
    let complete = !UNCOMPRESSED.contains(&compression) || ends <= size_bytes;
    let has_alpha = bits == 32 && compression != 0;
    Ok(Header { format: Format::Bmp, width, height, orientation: 1, has_alpha, complete, pictures: 1 })
}

/// Decodes to RGBA.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, ImageError> {
    let decoder = BmpDecoder::new(Cursor::new(bytes)).map_err(in_words)?;
    let (width, height) = decoder.dimensions();
    let length = byte_len(width, height).ok_or_else(|| damaged(Format::Bmp, "it declares an impossible size"))?;
    let colour = decoder.color_type();
    let mut samples = vec![0; if colour == ColorType::Rgb8 { length / 4 * 3 } else { length }];
    decoder.read_image(&mut samples).map_err(in_words)?;
    let pixels = if colour == ColorType::Rgb8 { opaque(&samples) } else { samples };
    Ok(Decoded { picture: Rgba::new(width, height, pixels)?, profile: Profile::Srgb })
}

fn in_words(error: Cause) -> ImageError {
    match error {
        Cause::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            ImageError::Truncated { format: Format::Bmp }
        }
        Cause::IoError(error) => ImageError::Io(error),
        Cause::Unsupported(what) => ImageError::Unsupported { what: format!("this kind of BMP ({what})") },
        other => damaged(Format::Bmp, &other),
    }
}
