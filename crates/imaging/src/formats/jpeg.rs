//! JPEG: segments by ITU-T T.81 annex B, pixels by `zune-jpeg`.
//!
//! The decoder fills missing data with grey and says nothing, so the walk insists on the end marker; small damage in
//! between is tolerated, as every viewer does.

use std::io::{BufRead, Cursor, ErrorKind, Read, Seek};

use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use super::{Decoded, Header, array, damaged, opaque, orientation};
use crate::error::ImageError;
use crate::limits::Limits;
use crate::rgba::Rgba;
use crate::sniff::Format;

const START_OF_IMAGE: u8 = 0xD8;
const END_OF_IMAGE: u8 = 0xD9;
const START_OF_SCAN: u8 = 0xDA;
const APP1: u8 = 0xE1;

/// Walks all segments to the end marker.
pub(crate) fn header<R: BufRead + Seek>(reader: &mut R) -> Result<Header, ImageError> {
    let mut frame = None;
    let mut exif_orientation = None;
    let complete = match walk(reader, &mut frame, &mut exif_orientation) {
        Ok(()) => true,
        Err(ImageError::Io(error)) if error.kind() == ErrorKind::UnexpectedEof => false,
        Err(error) => return Err(error),
    };
    let Some((width, height)) = frame else {
        return Err(if complete {
            damaged(Format::Jpeg, "it holds no picture")
        } else {
            ImageError::Truncated { format: Format::Jpeg }
        });
    };
    if width == 0 || height == 0 {
        return Err(damaged(Format::Jpeg, "it declares a side of zero pixels"));
    }
    Ok(Header {
        format: Format::Jpeg,
        width: width.into(),
        height: height.into(),
        orientation: exif_orientation.unwrap_or(1),
        has_alpha: false,
        complete,
    })
}

/// Visits every marker up to the end of the image; running dry is an I/O error.
fn walk<R: BufRead + Seek>(
    reader: &mut R,
    frame: &mut Option<(u16, u16)>,
    exif_orientation: &mut Option<u8>,
) -> Result<(), ImageError> {
    loop {
        match next_marker(reader)? {
            END_OF_IMAGE => return Ok(()),
            START_OF_IMAGE | 0x01 | 0xD0..=0xD7 => {}
            // Start of frame, all kinds: precision, height, width.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let length = segment_length(reader)?;
                let [_, h1, h0, w1, w0] = array(reader)?;
                frame.get_or_insert((u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0])));
                skip(reader, length.saturating_sub(5))?;
            }
            APP1 => {
                let length = segment_length(reader)?;
                let mut segment = vec![0; usize::from(length)];
                reader.read_exact(&mut segment)?;
                if segment.starts_with(b"Exif\0\0") {
                    exif_orientation.get_or_insert_with(|| orientation(&segment));
                }
            }
            START_OF_SCAN => {
                let length = segment_length(reader)?;
                skip(reader, length)?;
                // The entropy-coded data that follows is passed by `next_marker`.
            }
            _ => {
                let length = segment_length(reader)?;
                skip(reader, length)?;
            }
        }
    }
}

/// The next marker, passing over entropy-coded data (`FF 00` is a data byte there) and fill bytes.
fn next_marker<R: BufRead>(reader: &mut R) -> Result<u8, ImageError> {
    loop {
        reader.skip_until(0xFF)?;
        let mut code = array::<1>(reader)?[0];
        while code == 0xFF {
            code = array::<1>(reader)?[0];
        }
        if code != 0 {
            return Ok(code);
        }
    }
}

/// Length of a segment's content in bytes, without the two of the length itself.
fn segment_length(reader: &mut impl Read) -> Result<u16, ImageError> {
    let length = u16::from_be_bytes(array(reader)?);
    length.checked_sub(2).ok_or_else(|| damaged(Format::Jpeg, "a segment has no length"))
}

fn skip(reader: &mut impl Seek, length: u16) -> Result<(), ImageError> {
    Ok(reader.seek_relative(length.into())?)
}

/// Decodes to RGBA as stored; grey, CMYK and YCCK become RGB.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    let side = limits.max_side as usize;
    let options = DecoderOptions::new_fast().set_max_width(side).set_max_height(side).set_strict_mode(false);
    // zune-jpeg 0.5.15 fixes its layout while it reads the headers, so that they are read twice; and it lays the three
    // bytes of each CMYK pixel side by side when asked for four.
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    decoder.decode_headers().map_err(in_words)?;
    let colours = decoder.input_colorspace();
    let inks = matches!(colours, Some(ColorSpace::CMYK | ColorSpace::YCCK));
    let options = options.jpeg_set_out_colorspace(if inks { ColorSpace::RGB } else { ColorSpace::RGBA });
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    let samples = decoder.decode().map_err(in_words)?;
    let pixels = if inks { opaque(&samples) } else { samples };
    // A profile of grey or of inks says nothing about the RGB that came out.
    let icc = decoder.icc_profile().filter(|_| !inks && colours != Some(ColorSpace::Luma));
    let Some((width, height)) = decoder.dimensions() else {
        return Err(damaged(Format::Jpeg, "it holds no picture"));
    };
    let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
        return Err(damaged(Format::Jpeg, "it declares an impossible size"));
    };
    Ok(Decoded { picture: Rgba::new(width, height, pixels)?, icc })
}

fn in_words(error: DecodeErrors) -> ImageError {
    match error {
        DecodeErrors::Unsupported(scheme) => {
            ImageError::Unsupported { what: format!("this kind of JPEG ({scheme:?})") }
        }
        DecodeErrors::ExhaustedData => ImageError::Truncated { format: Format::Jpeg },
        other => damaged(Format::Jpeg, &other),
    }
}
