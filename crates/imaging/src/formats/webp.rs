//! WebP: RIFF chunks by RFC 9649, pixels by `image`'s decoder.
//!
//! `image-webp` 0.2.4 allocates what a chunk or a frame declares before it looks whether that can be. So every chunk is held against
//! the file and every frame against the canvas here, and the profile, which it would read by its declared length, is found here.

use std::io::{BufRead, Cursor, ErrorKind, Read, Seek};

use image::codecs::webp::WebPDecoder;
use image::error::ImageError as Cause;
use image::{ColorType, ImageDecoder};

use super::{Decoded, Header, array, damaged, opaque, orientation};
use crate::error::ImageError;
use crate::icc::Profile;
use crate::rgba::{Rgba, byte_len};
use crate::sniff::Format;

/// Longest `EXIF` chunk that is looked into, in bytes.
const MAX_EXIF: u32 = 1 << 20;

/// Walks all chunks. The RIFF size in the file's first bytes tells whether its end is there.
pub(crate) fn header<R: BufRead + Seek>(reader: &mut R, size_bytes: u64) -> Result<Header, ImageError> {
    reader.seek_relative(4)?;
    let riff_end = u64::from(u32::from_le_bytes(array(reader)?)) + 8;
    reader.seek_relative(4)?;
    let mut header = Header {
        format: Format::WebP,
        width: 0,
        height: 0,
        orientation: 1,
        has_alpha: false,
        complete: size_bytes >= riff_end,
        pictures: 1,
    };
    let mut at = 12;
    while at + 8 <= riff_end.min(size_bytes) {
        let [k3, k2, k1, k0, length @ ..] = array::<8>(reader)?;
        let length = u32::from_le_bytes(length);
        let padded = u64::from(length) + u64::from(length % 2);
        if header.complete && at + 8 + u64::from(length) > riff_end {
            return Err(damaged(Format::WebP, "a chunk is longer than the file"));
        }
        match chunk(reader, [k3, k2, k1, k0], length, &mut header) {
            Err(ImageError::Io(error)) if error.kind() == ErrorKind::UnexpectedEof => break,
            other => other?,
        }
        at += 8 + padded;
        reader.seek(std::io::SeekFrom::Start(at))?;
    }
    header.pictures = header.pictures.max(1);
    if header.width > 0 && header.height > 0 {
        Ok(header)
    } else if header.complete {
        Err(damaged(Format::WebP, "it holds no picture"))
    } else {
        Err(ImageError::Truncated { format: Format::WebP })
    }
}

/// Notes what one chunk says; the caller seeks behind it.
fn chunk<R: BufRead>(reader: &mut R, kind: [u8; 4], length: u32, header: &mut Header) -> Result<(), ImageError> {
    let mut size = None;
    match &kind {
        b"VP8X" => {
            let [flags, _, _, _, w0, w1, w2, h0, h1, h2] = array(reader)?;
            header.has_alpha |= flags & 0x10 != 0;
            size = Some((u32::from_le_bytes([w0, w1, w2, 0]) + 1, u32::from_le_bytes([h0, h1, h2, 0]) + 1));
        }
        b"VP8 " => {
            size = Some(lossy_size(reader)?);
        }
        b"VP8L" => {
            let [_, bits @ ..] = array::<5>(reader)?;
            let bits = u32::from_le_bytes(bits);
            header.has_alpha |= bits >> 28 & 1 != 0;
            size = Some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1));
        }
        b"ANIM" => header.pictures = 0,
        b"ANMF" => {
            header.pictures = header.pictures.saturating_add(1);
            check_frame(reader, length)?;
        }
        b"ALPH" => header.has_alpha = true,
        b"EXIF" if length <= MAX_EXIF => {
            let mut exif = vec![0; length as usize];
            reader.read_exact(&mut exif)?;
            header.orientation = orientation(&exif);
        }
        _ => {}
    }
    // The canvas stands first. Frames of an animation, which may be smaller, stand inside of their own chunks.
    match size {
        Some((width, height)) if header.width == 0 => (header.width, header.height) = (width, height),
        Some(size) if size != (header.width, header.height) => {
            return Err(damaged(Format::WebP, "it declares two sizes"));
        }
        _ => {}
    }
    Ok(())
}

/// Refuses a frame of an animation whose lossy picture is not of the frame's size: `image-webp` 0.2.4 makes room for the picture before
/// it compares the two, and with alpha never compares them and reads behind the alpha's end. It takes whatever follows the alpha for
/// the picture.
fn check_frame<R: BufRead>(reader: &mut R, length: u32) -> Result<(), ImageError> {
    let mut frame = reader.take(u64::from(length));
    let [_, _, _, _, _, _, w0, w1, w2, h0, h1, h2, _, _, _, _] = array(&mut frame)?;
    let declared = (u32::from_le_bytes([w0, w1, w2, 0]) + 1, u32::from_le_bytes([h0, h1, h2, 0]) + 1);
    let [k3, k2, k1, k0, length @ ..] = array::<8>(&mut frame)?;
    match &[k3, k2, k1, k0] {
        b"ALPH" => {
            let length = u64::from(u32::from_le_bytes(length));
            std::io::copy(&mut frame.by_ref().take(length + length % 2), &mut std::io::sink())?;
            let _kind_and_length: [u8; 8] = array(&mut frame)?;
        }
        b"VP8 " => {}
        _ => return Ok(()),
    }
    if lossy_size(&mut frame)? == declared {
        return Ok(());
    }
    Err(damaged(Format::WebP, "a frame is of another size than it says"))
}

/// The size that a lossy picture's own header states.
fn lossy_size(reader: &mut impl Read) -> Result<(u32, u32), ImageError> {
    let [_, _, _, _, _, _, w0, w1, h0, h1] = array(reader)?;
    let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3FFF);
    Ok((side([w0, w1]), side([h0, h1])))
}

/// Decodes to RGBA as stored; of an animation the first frame.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, ImageError> {
    let decoder = WebPDecoder::new(Cursor::new(within(bytes))).map_err(in_words)?;
    let (width, height) = decoder.dimensions();
    let profile = Profile::of(profile(within(bytes)));
    let colour = decoder.color_type();
    let length = byte_len(width, height).ok_or_else(|| damaged(Format::WebP, "it declares an impossible size"))?;
    let mut samples = vec![0; if colour == ColorType::Rgb8 { length / 4 * 3 } else { length }];
    decoder.read_image(&mut samples).map_err(in_words)?;
    let pixels = match colour {
        ColorType::Rgb8 => opaque(&samples),
        _ => samples,
    };
    Ok(Decoded { picture: Rgba::new(width, height, pixels)?, profile })
}

/// The file up to the end that its first bytes state: the decoder looks behind it.
fn within(bytes: &[u8]) -> &[u8] {
    let stated = bytes.get(4..8).and_then(|length| Some(u32::from_le_bytes(length.try_into().ok()?)));
    let end = stated.and_then(|length| usize::try_from(u64::from(length) + 8).ok());
    end.and_then(|end| bytes.get(..end)).unwrap_or(bytes)
}

/// The content of the `ICCP` chunk.
fn profile(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes.get(12..)?;
    while let Some((head, tail)) = rest.split_at_checked(8) {
        let length = usize::try_from(u32::from_le_bytes(head[4..].try_into().ok()?)).ok()?;
        if head.starts_with(b"ICCP") {
            return tail.get(..length).map(<[u8]>::to_vec);
        }
        rest = tail.get(length.checked_add(length % 2)?..)?;
    }
    None
}

fn in_words(error: Cause) -> ImageError {
    match error {
        Cause::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            ImageError::Truncated { format: Format::WebP }
        }
        Cause::IoError(error) => ImageError::Io(error),
        Cause::Unsupported(what) => ImageError::Unsupported { what: format!("this kind of WebP ({what})") },
        other => damaged(Format::WebP, &other),
    }
}
