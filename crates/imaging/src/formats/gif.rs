//! GIF: blocks walked by the specification of 1989, the first frame by `image`'s decoder.

use std::io::{BufRead, Cursor, ErrorKind, Read, Seek};

use image::ImageDecoder;
use image::codecs::gif::GifDecoder;
use image::error::ImageError as Cause;

use super::{Decoded, Header, array, damaged};
use crate::error::ImageError;
use crate::icc::Profile;
use crate::rgba::{Rgba, byte_len};
use crate::sniff::Format;

const IMAGE: u8 = 0x2C;
const EXTENSION: u8 = 0x21;
const TRAILER: u8 = 0x3B;

/// Walks all blocks to the trailer and counts the frames.
pub(crate) fn header<R: BufRead + Seek>(reader: &mut R) -> Result<Header, ImageError> {
    reader.seek_relative(6)?;
    let [w0, w1, h0, h1, packed, _, _] = array::<7>(reader)?;
    skip_palette(reader, packed)?;
    let mut header = Header {
        format: Format::Gif,
        width: u16::from_le_bytes([w0, w1]).into(),
        height: u16::from_le_bytes([h0, h1]).into(),
        orientation: 1,
        has_alpha: false,
        complete: true,
        pictures: 0,
    };
    if header.width == 0 || header.height == 0 {
        return Err(damaged(Format::Gif, "it declares a side of zero pixels"));
    }
    match walk(reader, &mut header) {
        Err(ImageError::Io(error)) if error.kind() == ErrorKind::UnexpectedEof => header.complete = false,
        other => other?,
    }
    if header.pictures == 0 && header.complete {
        return Err(damaged(Format::Gif, "it holds no picture"));
    }
    header.pictures = header.pictures.max(1);
    Ok(header)
}

fn walk<R: Read + Seek>(reader: &mut R, header: &mut Header) -> Result<(), ImageError> {
    loop {
        match array::<1>(reader)?[0] {
            TRAILER => return Ok(()),
            IMAGE => {
                let [_, _, _, _, w0, w1, h0, h1, packed] = array::<9>(reader)?;
                // Against its rules, and `image` 0.25 makes room for the frame of whatever size. The later ones are not decoded.
                let [width, height] = [[w0, w1], [h0, h1]].map(|side| u32::from(u16::from_le_bytes(side)));
                if header.pictures == 0 && (width > header.width || height > header.height) {
                    return Err(damaged(Format::Gif, "its picture is larger than its canvas"));
                }
                skip_palette(reader, packed)?;
                reader.seek_relative(1)?; // the smallest code's size
                skip_blocks(reader)?;
                header.pictures = header.pictures.saturating_add(1);
            }
            EXTENSION => {
                if array::<1>(reader)?[0] == 0xF9 {
                    // Graphic control: the transparency flag of the frame that follows. Its length stands first.
                    let [_, flags] = array::<2>(reader)?;
                    header.has_alpha |= header.pictures == 0 && flags & 1 != 0;
                    reader.seek_relative(3)?;
                }
                skip_blocks(reader)?;
            }
            other => return Err(damaged(Format::Gif, &format!("an unknown block {other:#04x}"))),
        }
    }
}

/// A colour table, where the packed byte says that there is one.
fn skip_palette(reader: &mut impl Seek, packed: u8) -> Result<(), ImageError> {
    let bytes = if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) };
    Ok(reader.seek_relative(bytes)?)
}

/// Pieces of up to 255 bytes, up to the empty one.
fn skip_blocks<R: Read + Seek>(reader: &mut R) -> Result<(), ImageError> {
    loop {
        match array::<1>(reader)?[0] {
            0 => return Ok(()),
            length => reader.seek_relative(length.into())?,
        }
    }
}

/// Decodes the first frame, on its canvas.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, ImageError> {
    let decoder = GifDecoder::new(Cursor::new(bytes)).map_err(in_words)?;
    let (width, height) = decoder.dimensions();
    let length = byte_len(width, height).ok_or_else(|| damaged(Format::Gif, "it declares an impossible size"))?;
    let mut pixels = vec![0; length];
    decoder.read_image(&mut pixels).map_err(in_words)?;
    Ok(Decoded { picture: Rgba::new(width, height, pixels)?, profile: Profile::Srgb })
}

fn in_words(error: Cause) -> ImageError {
    match error {
        Cause::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            ImageError::Truncated { format: Format::Gif }
        }
        Cause::IoError(error) => ImageError::Io(error),
        other => damaged(Format::Gif, &other),
    }
}
