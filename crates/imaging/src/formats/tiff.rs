//! TIFF and BigTIFF (TIFF 6.0), by the `tiff` crate. The first page is the picture; the others are counted.
//!
//! Cameras' raw pictures are TIFFs as well, whose first page is often a small stand-in: they are refused by name, or a stand-in would be
//! cut out and paid for.

use std::io::{BufRead, Cursor, ErrorKind, Read, Seek};

use tiff::decoder::{Decoder, DecodingResult, Limits as DecoderLimits};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use super::{Decoded, Header, damaged, narrow, opaque};
use crate::error::ImageError;
use crate::icc::{Profile, inks_to_srgb};
use crate::limits::Limits;
use crate::rgba::{Rgba, byte_len};
use crate::sniff::Format;

/// Most pages that are counted.
const MAX_PAGES: u32 = 1000;
/// Longest value of a tag, in bytes: profiles of printers have some megabytes.
const MAX_VALUE: usize = 16 << 20;
const NEW_SUBFILE_TYPE: Tag = Tag::Unknown(254);
const SUB_IFDS: Tag = Tag::Unknown(330);
const ICC_PROFILE: Tag = Tag::Unknown(34675);
const DNG_VERSION: Tag = Tag::Unknown(50706);
/// `PhotometricInterpretation` of a sensor's own samples.
const SENSOR: [u16; 2] = [32803, 34892];
/// `ExtraSamples` of colours that are stored multiplied by alpha.
const ASSOCIATED: u16 = 1;

/// Reads the first directory and holds the places of its pixels against the size of the file; counts the pages.
pub(crate) fn header<R: BufRead + Seek>(reader: &mut R, size_bytes: u64) -> Result<Header, ImageError> {
    let mut decoder = open(reader)?;
    let (width, height) = decoder.dimensions().map_err(in_words)?;
    if width == 0 || height == 0 {
        return Err(damaged(Format::Tiff, "it declares a side of zero pixels"));
    }
    refuse_raw(&mut decoder)?;
    let orientation = unsigned(&mut decoder, Tag::Orientation).filter(|tag| (1..=8).contains(tag)).unwrap_or(1);
    let has_alpha = matches!(alpha(&mut decoder), Some(1 | 2));
    let complete = reaches(&mut decoder) <= size_bytes;
    let mut pictures = 1;
    while pictures < MAX_PAGES && decoder.more_images() && decoder.next_image().is_ok() {
        // Small copies of a page, and masks, are no pages.
        pictures += u32::from(unsigned(&mut decoder, NEW_SUBFILE_TYPE).unwrap_or(0) & 0b101 == 0);
    }
    let orientation = u8::try_from(orientation).unwrap_or(1);
    Ok(Header { format: Format::Tiff, width, height, orientation, has_alpha, complete, pictures })
}

fn open<R: Read + Seek>(reader: R) -> Result<Decoder<R>, ImageError> {
    let mut limits = DecoderLimits::default();
    limits.ifd_value_size = MAX_VALUE;
    Ok(Decoder::new(reader).map_err(in_words)?.with_limits(limits))
}

fn refuse_raw<R: Read + Seek>(decoder: &mut Decoder<R>) -> Result<(), ImageError> {
    let has = |decoder: &mut Decoder<R>, tag| matches!(decoder.find_tag(tag), Ok(Some(_)));
    let stand_in = unsigned(decoder, NEW_SUBFILE_TYPE).unwrap_or(0) & 1 != 0 && has(decoder, SUB_IFDS);
    let sensor = unsigned(decoder, Tag::PhotometricInterpretation).is_some_and(|kind| SENSOR.contains(&kind));
    if stand_in || sensor || has(decoder, DNG_VERSION) {
        return Err(ImageError::Unsupported { what: "a camera's raw picture".to_owned() });
    }
    Ok(())
}

/// The last byte that the first page's pixels need of the file.
fn reaches<R: Read + Seek>(decoder: &mut Decoder<R>) -> u64 {
    let pairs = [(Tag::StripOffsets, Tag::StripByteCounts), (Tag::TileOffsets, Tag::TileByteCounts)];
    let mut list = |tag| decoder.find_tag_unsigned_vec::<u64>(tag).ok().flatten().unwrap_or_default();
    let ends = pairs.map(|(offsets, lengths)| {
        let (offsets, lengths) = (list(offsets), list(lengths));
        offsets.iter().zip(&lengths).map(|(offset, length)| offset.saturating_add(*length)).max()
    });
    ends.into_iter().flatten().max().unwrap_or(0)
}

fn unsigned<R: Read + Seek>(decoder: &mut Decoder<R>, tag: Tag) -> Option<u16> {
    decoder.find_tag_unsigned(tag).ok().flatten()
}

/// What the first extra sample is: 1 associated alpha, 2 straight alpha.
fn alpha<R: Read + Seek>(decoder: &mut Decoder<R>) -> Option<u16> {
    decoder.find_tag_unsigned_vec(Tag::ExtraSamples).ok().flatten()?.first().copied()
}

/// Decodes the first page to RGBA as stored; 16 bits are rounded to 8.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, ImageError> {
    let mut decoder = open(Cursor::new(bytes))?;
    let mut bounds = DecoderLimits::default();
    bounds.ifd_value_size = MAX_VALUE;
    // Four samples of two bytes each.
    bounds.decoding_buffer_size = usize::try_from(limits.max_pixels.saturating_mul(8)).unwrap_or(usize::MAX);
    bounds.intermediate_buffer_size = bounds.decoding_buffer_size;
    decoder = decoder.with_limits(bounds);
    let (width, height) = decoder.dimensions().map_err(in_words)?;
    let kind = decoder.colortype().map_err(in_words)?;
    let icc = decoder.find_tag(ICC_PROFILE).ok().flatten().and_then(|value| value.into_u8_vec().ok());
    let extra = alpha(&mut decoder);
    let layout = decoder.image_buffer_layout().map_err(in_words)?;
    let mut result = DecodingResult::U8(Vec::new());
    decoder.read_image_to_buffer(&mut result).map_err(in_words)?;
    let samples = match result {
        DecodingResult::U8(samples) => samples,
        DecodingResult::U16(samples) => samples.into_iter().map(narrow).collect(),
        _ => return Err(unsupported(kind)),
    };
    let samples = if layout.planes > 1 { interleaved(&samples, layout.planes) } else { samples };
    let samples = spread_bits(samples, kind, width)?;
    let (pixels, profile) = rgba(samples, kind, icc)?;
    if byte_len(width, height) != Some(pixels.len()) {
        return Err(damaged(Format::Tiff, "its rows do not make up its size"));
    }
    let mut picture = Rgba::new(width, height, pixels)?;
    if extra == Some(ASSOCIATED) {
        picture.unpremultiply();
    }
    Ok(Decoded { picture, profile })
}

/// Colours that lie one behind the other, side by side.
fn interleaved(planar: &[u8], planes: usize) -> Vec<u8> {
    let plane = planar.len() / planes;
    (0..plane).flat_map(|at| (0..planes).map(move |index| planar[index * plane + at])).collect()
}

/// Greys of fewer than eight bits, one byte each. Rows begin at a byte.
fn spread_bits(samples: Vec<u8>, kind: ColorType, width: u32) -> Result<Vec<u8>, ImageError> {
    match kind {
        ColorType::Gray(bits @ (1 | 2 | 4)) => {
            let (width, per_byte) = (width as usize, usize::from(8 / bits));
            let most = (1_u16 << bits) - 1;
            let sample = |row: &[u8], x: usize| {
                let shift = 8 - usize::from(bits) * (x % per_byte + 1);
                let level = u16::from(row[x / per_byte] >> shift) & most;
                u8::try_from(level * 255 / most).unwrap_or(u8::MAX)
            };
            let rows = samples.chunks_exact(width.div_ceil(per_byte));
            Ok(rows.flat_map(|row| (0..width).map(move |x| sample(row, x))).collect())
        }
        kind if matches!(kind.bit_depth(), 8 | 16) => Ok(samples),
        kind => Err(unsupported(kind)),
    }
}

/// Samples side by side as RGBA.
fn rgba(samples: Vec<u8>, kind: ColorType, icc: Option<Vec<u8>>) -> Result<(Vec<u8>, Profile), ImageError> {
    let pixels = match kind {
        ColorType::Gray(_) => samples.iter().flat_map(|&grey| [grey, grey, grey, 255]).collect(),
        ColorType::GrayA(_) | ColorType::Multiband { num_samples: 2, .. } => {
            samples.chunks_exact(2).flat_map(|s| [s[0], s[0], s[0], s[1]]).collect()
        }
        ColorType::RGB(_) => opaque(&samples),
        ColorType::RGBA(_) => samples,
        ColorType::YCbCr(8) => samples.chunks_exact(3).flat_map(|s| from_ycbcr([s[0], s[1], s[2]])).collect(),
        ColorType::CMYK(_) => return Ok((inks_to_srgb(samples, icc.as_deref()), Profile::Srgb)),
        ColorType::CMYKA(_) => {
            let alphas: Vec<u8> = samples.iter().skip(4).step_by(5).copied().collect();
            let inks = samples.chunks_exact(5).flat_map(|s| [s[0], s[1], s[2], s[3]]).collect();
            let mut pixels = inks_to_srgb(inks, icc.as_deref());
            pixels.chunks_exact_mut(4).zip(alphas).for_each(|(pixel, alpha)| pixel[3] = alpha);
            return Ok((pixels, Profile::Srgb));
        }
        other => return Err(unsupported(other)),
    };
    Ok((pixels, Profile::of(icc)))
}

/// JFIF's Y′CbCr.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn from_ycbcr(sample: [u8; 3]) -> [u8; 4] {
    let [y, cb, cr] = sample.map(f32::from);
    let (cb, cr) = (cb - 128.0, cr - 128.0);
    let byte = |value: f32| (value + 0.5).clamp(0.0, 255.0) as u8;
    [byte(y + 1.402 * cr), byte(y - 0.344_136 * cb - 0.714_136 * cr), byte(y + 1.772 * cb), 255]
}

fn unsupported(kind: ColorType) -> ImageError {
    ImageError::Unsupported { what: format!("a TIFF picture with samples of this kind ({kind:?})") }
}

fn in_words(error: TiffError) -> ImageError {
    match error {
        TiffError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            ImageError::Truncated { format: Format::Tiff }
        }
        TiffError::IoError(error) => ImageError::Io(error),
        TiffError::UnsupportedError(what) => ImageError::Unsupported { what: format!("this kind of TIFF ({what})") },
        TiffError::LimitsExceeded => damaged(Format::Tiff, "it declares values that are unreasonably large"),
        other => damaged(Format::Tiff, &other),
    }
}
