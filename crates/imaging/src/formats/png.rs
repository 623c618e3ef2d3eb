//! PNG: chunks by the W3C specification, pixels by the `png` crate.
//!
//! The chunks are walked to `IEND`, because editors write `eXIf` behind the picture data, where the decoder has not looked
//! when it gives the first row. Palettes, grey and 16 bits become 8-bit RGBA.

use std::io::{BufRead, Cursor, ErrorKind, Read, Seek};

use ::png::{BitDepth, ColorType, Decoder, DecodingError, Limits as DecoderLimits, Reader, Transformations};

use super::{Decoded, Header, array, damaged, orientation};
use crate::error::ImageError;
use crate::icc::Profile;
use crate::rgba::{Rgba, byte_len};
use crate::sniff::Format;

const SIGNATURE_AND_LENGTH: i64 = 8;
/// A chunk's check sum, in bytes.
const CRC: i64 = 4;
/// Longest `eXIf` that is looked into, in bytes.
const MAX_EXIF: u32 = 1 << 20;

/// Walks all chunks to `IEND`.
pub(crate) fn header<R: BufRead + Seek>(reader: &mut R) -> Result<Header, ImageError> {
    reader.seek_relative(SIGNATURE_AND_LENGTH)?;
    let [_, _, _, _, kind @ ..] = array::<8>(reader)?;
    if &kind != b"IHDR" {
        return Err(damaged(Format::Png, "it does not begin with its header"));
    }
    let [w3, w2, w1, w0, h3, h2, h1, h0, _, colour, ..] = array::<13>(reader)?;
    reader.seek_relative(CRC)?;
    let mut header = Header {
        format: Format::Png,
        width: u32::from_be_bytes([w3, w2, w1, w0]),
        height: u32::from_be_bytes([h3, h2, h1, h0]),
        orientation: 1,
        has_alpha: colour & 4 != 0,
        complete: true,
        pictures: 1,
    };
    if header.width == 0 || header.height == 0 {
        return Err(damaged(Format::Png, "it declares a side of zero pixels"));
    }
    match walk(reader, &mut header) {
        Err(ImageError::Io(error)) if error.kind() == ErrorKind::UnexpectedEof => header.complete = false,
        other => other?,
    }
    Ok(header)
}

fn walk<R: Read + Seek>(reader: &mut R, header: &mut Header) -> Result<(), ImageError> {
    loop {
        let [l3, l2, l1, l0, kind @ ..] = array::<8>(reader)?;
        let length = u32::from_be_bytes([l3, l2, l1, l0]);
        match &kind {
            b"IEND" => {
                array::<4>(reader)?; // its check sum: the file's last bytes
                return Ok(());
            }
            b"eXIf" if length <= MAX_EXIF => {
                let mut exif = vec![0; length as usize];
                reader.read_exact(&mut exif)?;
                header.orientation = orientation(&exif);
                reader.seek_relative(CRC)?;
            }
            // An animation's control chunk begins with the number of its frames.
            b"acTL" if length >= 4 => {
                header.pictures = u32::from_be_bytes(array(reader)?).max(1);
                reader.seek_relative(i64::from(length) - 4 + CRC)?;
            }
            _ => {
                header.has_alpha |= &kind == b"tRNS";
                reader.seek_relative(i64::from(length) + CRC)?;
            }
        }
    }
}

/// Decodes to RGBA as stored.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, ImageError> {
    let mut reader = open(bytes, Transformations::normalize_to_color8() | Transformations::ALPHA)?;
    let info = reader.info();
    let (width, height) = (info.width, info.height);
    let profile = Profile::of(info.icc_profile.as_ref().map(|profile| profile.to_vec()));
    let samples = read(&mut reader, width, height)?;
    let pixels = match reader.output_color_type() {
        (ColorType::Rgba, BitDepth::Eight) => samples,
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => {
            samples.chunks_exact(2).flat_map(|s| [s[0], s[0], s[0], s[1]]).collect()
        }
        other => return Err(damaged(Format::Png, &format!("unexpected samples {other:?}"))),
    };
    Ok(Decoded { picture: Rgba::new(width, height, pixels)?, profile })
}

/// Decodes one 8-bit sample a pixel, the grey value or red of a coloured PNG, and hands the rows to `each` from the top down.
/// For the matte of a ZIP answer. Nothing counts before this returns: damage may come with the last row, or behind it.
pub(crate) fn grey_rows(bytes: &[u8], mut each: impl FnMut(&[u8]) -> Result<(), ImageError>) -> Result<(), ImageError> {
    let mut reader = open(bytes, Transformations::normalize_to_color8())?;
    let samples = match reader.output_color_type() {
        (colour, BitDepth::Eight) => colour.samples(),
        other => return Err(damaged(Format::Png, &format!("unexpected samples {other:?}"))),
    };
    let mut grey = Vec::new();
    let mut one_each = |row: &[u8]| {
        if samples == 1 {
            return each(row);
        }
        grey.clear();
        grey.extend(row.iter().step_by(samples));
        each(&grey)
    };
    let (width, height) = (reader.info().width, reader.info().height);
    if reader.info().interlaced {
        // Seven pictures in one, whose last row may complete the first.
        return one_each(&read(&mut reader, width, height)?);
    }
    while let Some(row) = reader.next_row().map_err(in_words)? {
        one_each(row.data())?;
    }
    Ok(())
}

fn open(bytes: &[u8], transformations: Transformations) -> Result<Reader<Cursor<&[u8]>>, ImageError> {
    // The limit is on what the decoder keeps besides the picture: rows, profiles, texts.
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), DecoderLimits { bytes: 64 << 20 });
    decoder.set_transformations(transformations);
    decoder.set_ignore_text_chunk(true);
    decoder.read_info().map_err(in_words)
}

fn read(reader: &mut Reader<Cursor<&[u8]>>, width: u32, height: u32) -> Result<Vec<u8>, ImageError> {
    let length = reader
        .output_buffer_size()
        .filter(|length| byte_len(width, height).is_some_and(|rgba| *length <= rgba))
        .ok_or_else(|| damaged(Format::Png, "it declares an impossible size"))?;
    let mut samples = vec![0; length];
    reader.next_frame(&mut samples).map_err(in_words)?;
    Ok(samples)
}

fn in_words(error: DecodingError) -> ImageError {
    match error {
        DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            ImageError::Truncated { format: Format::Png }
        }
        DecodingError::IoError(error) => ImageError::Io(error),
        DecodingError::LimitsExceeded => damaged(Format::Png, "its side data is unreasonably large"),
        other => damaged(Format::Png, &other),
    }
}
