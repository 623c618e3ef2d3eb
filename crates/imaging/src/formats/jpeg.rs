//! JPEG: segments by ITU-T T.81 annex B, pixels by `zune-jpeg`; thumbnails, and files of four inks, by `jpeg-decoder`, which scales in
//! the transform and hands out the inks themselves (zune-jpeg 0.5.15 mixes them up when asked for four samples a pixel).
//!
//! The decoder fills missing data with grey and says nothing, so the walk insists on the end marker; small damage in
//! between is tolerated, as every viewer does.

use std::io::{BufRead, Cursor, ErrorKind, Read, Seek};

use jpeg_decoder::{Decoder as Scaling, Error as ScalingError, PixelFormat};
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use super::{Decoded, Header, array, damaged, opaque, orientation};
use crate::error::ImageError;
use crate::icc::{Profile, inks_to_srgb};
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
        pictures: 1,
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
                if length < 6 {
                    // What is read past its end would be read as the next segment by others, and the other way round.
                    return Err(damaged(Format::Jpeg, "its frame has no size"));
                }
                let [_, h1, h0, w1, w0] = array(reader)?;
                let size = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
                // Decoders differ in which frame they believe; a small first one must not vouch for a large second one.
                if *frame.get_or_insert(size) != size {
                    return Err(damaged(Format::Jpeg, "it declares two sizes"));
                }
                skip(reader, length - 5)?;
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

/// Decodes to RGBA as stored; grey becomes RGB, and inks do by the file's own profile or the plain formula.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    let side = limits.max_side as usize;
    let options = DecoderOptions::new_fast().set_max_width(side).set_max_height(side).set_strict_mode(false);
    // zune-jpeg 0.5.15 fixes its layout while it reads the headers, so that they are read twice.
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    decoder.decode_headers().map_err(in_words)?;
    // What the decoder is about to allocate, whatever our own walk has read.
    let (width, height) = size_of(&decoder)?;
    limits.check_size(width, height)?;
    if matches!(decoder.input_colorspace(), Some(ColorSpace::CMYK | ColorSpace::YCCK)) {
        let mut decoder = scaling(bytes, (width, height), limits)?;
        return decode_with(&mut decoder, bytes).map_err(scaling_in_words);
    }
    let options = options.jpeg_set_out_colorspace(ColorSpace::RGBA);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    let pixels = decoder.decode().map_err(in_words)?;
    let profile = Profile::of(decoder.icc_profile());
    let (width, height) = size_of(&decoder)?;
    Ok(Decoded { picture: Rgba::new(width, height, pixels)?, profile })
}

/// Decodes at 1/1, 1/2, 1/4 or 1/8, whichever is the smallest that is not smaller than `edge_px` at its longer side. The transform itself
/// makes the smaller picture: most of the work is not done.
pub(crate) fn decode_scaled(
    bytes: &[u8],
    header: Header,
    edge_px: u32,
    limits: &Limits,
) -> Result<Decoded, ImageError> {
    let mut decoder = scaling(bytes, (header.width, header.height), limits)?;
    let edge = u16::try_from(edge_px).unwrap_or(u16::MAX).max(1);
    // It is content with one side that is large enough: the longer one.
    decoder.scale(edge, edge).map_err(scaling_in_words)?;
    decode_with(&mut decoder, bytes).map_err(scaling_in_words)
}

/// The scaling decoder behind its headers: its own reading of the size must be the one that was held against the limits.
fn scaling<'a>(bytes: &'a [u8], size: (u32, u32), limits: &Limits) -> Result<Scaling<Cursor<&'a [u8]>>, ImageError> {
    let mut decoder = Scaling::new(Cursor::new(bytes));
    decoder.set_max_decoding_buffer_size(usize::try_from(limits.max_pixels.saturating_mul(4)).unwrap_or(usize::MAX));
    decoder.read_info().map_err(scaling_in_words)?;
    let read = decoder.info().map(|info| (info.width.into(), info.height.into()));
    if read == Some(size) { Ok(decoder) } else { Err(damaged(Format::Jpeg, "it declares two sizes")) }
}

fn decode_with(decoder: &mut Scaling<Cursor<&[u8]>>, bytes: &[u8]) -> Result<Decoded, ScalingError> {
    let samples = decoder.decode()?;
    let info = decoder.info().ok_or_else(|| ScalingError::Format("it holds no picture".to_owned()))?;
    let icc = decoder.icc_profile();
    let (pixels, profile) = match info.pixel_format {
        PixelFormat::RGB24 => (opaque(&samples), Profile::of(icc)),
        PixelFormat::L8 => (samples.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect(), Profile::of(icc)),
        PixelFormat::L16 => return Err(ScalingError::Format("16-bit samples".to_owned())),
        PixelFormat::CMYK32 => {
            let mut inks = samples;
            if !is_adobe(bytes) {
                // The decoder turns the numbers over as Adobe's programs do; only those mark their files.
                inks.iter_mut().for_each(|ink| *ink = 255 - *ink);
            }
            (inks_to_srgb(inks, icc.as_deref()), Profile::Srgb)
        }
    };
    let picture = Rgba::new(info.width.into(), info.height.into(), pixels);
    Ok(Decoded { picture: picture.map_err(|error| ScalingError::Format(error.to_string()))?, profile })
}

/// Whether Adobe's marker stands before the picture: its inks are then stored turned over, 255 for none.
fn is_adobe(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some([0xFF, marker, high, low, rest @ ..]) = bytes.get(at..) {
        match marker {
            0xEE if rest.starts_with(b"Adobe") => return true,
            &START_OF_SCAN | &END_OF_IMAGE => return false,
            // Fill bytes before a marker.
            0xFF => at += 1,
            _ => at += 2 + usize::from(u16::from_be_bytes([*high, *low])),
        }
    }
    false
}

fn scaling_in_words(error: ScalingError) -> ImageError {
    match error {
        ScalingError::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
            ImageError::Truncated { format: Format::Jpeg }
        }
        ScalingError::Io(error) => ImageError::Io(error),
        ScalingError::Unsupported(what) => ImageError::Unsupported { what: format!("this kind of JPEG ({what:?})") },
        other => damaged(Format::Jpeg, &other),
    }
}

/// Width and height in pixels, once the decoder has read its headers.
fn size_of(decoder: &JpegDecoder<Cursor<&[u8]>>) -> Result<(u32, u32), ImageError> {
    let (width, height) = decoder.dimensions().ok_or_else(|| damaged(Format::Jpeg, "it holds no picture"))?;
    match (u32::try_from(width), u32::try_from(height)) {
        (Ok(width), Ok(height)) => Ok((width, height)),
        _ => Err(damaged(Format::Jpeg, "it declares an impossible size")),
    }
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
