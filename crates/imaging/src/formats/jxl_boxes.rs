//! The boxes of a JPEG XL container (ISO/IEC 18181-2): which of them are the picture, and what the others say. The decoder unpacks what is
//! packed by Brotli without a bound, and a kilobyte can hold gigabytes: it is never shown anything but the picture.

use std::io::{BufRead, Read, Seek};

use brotli_decompressor::Decompressor;

use crate::error::ImageError;

/// The first box of every container.
const SIGNATURE: &[u8] = b"\0\0\0\x0CJXL \r\n\x87\n";
/// Boxes that the picture is made of.
const OF_PICTURE: [&[u8; 4]; 5] = [b"JXL ", b"ftyp", b"jxll", b"jxlc", b"jxlp"];
/// Longest text or EXIF block that is unpacked, in bytes.
const MAX_UNPACKED: u64 = 16 << 20;
/// Bytes that the unpacking reads at once.
const PIECE: usize = 4096;

/// Hands the picture's boxes, or a bare picture, on in pieces. Whether the file ends where its last box does.
pub(super) fn picture<R: BufRead + Seek>(
    reader: &mut R,
    size_bytes: u64,
    mut feed: impl FnMut(&[u8]) -> Result<(), ImageError>,
) -> Result<bool, ImageError> {
    let mut head = Vec::new();
    reader.by_ref().take(SIGNATURE.len() as u64).read_to_end(&mut head)?;
    feed(&head)?;
    if head != SIGNATURE {
        pass(reader, u64::MAX, &mut feed)?;
        return Ok(true);
    }
    let mut at = head.len() as u64;
    while at < size_bytes {
        head.clear();
        reader.by_ref().take(8).read_to_end(&mut head)?;
        let Some((length, kind)) = head.split_first_chunk::<4>() else { return Ok(false) };
        let is_picture = OF_PICTURE.iter().any(|name| kind == *name);
        let length = match u32::from_be_bytes(*length) {
            0 => size_bytes - at,
            1 => {
                reader.by_ref().take(8).read_to_end(&mut head)?;
                let Some(long) = head[8..].first_chunk::<8>() else { return Ok(false) };
                u64::from_be_bytes(*long)
            }
            length => length.into(),
        };
        let Some(content) = length.checked_sub(head.len() as u64) else { return Ok(false) };
        if is_picture {
            feed(&head)?;
            pass(reader, content, &mut feed)?;
        } else {
            // No further than the end: places behind it cannot be told apart afterwards.
            let within = content.min(size_bytes.saturating_sub(at + head.len() as u64));
            reader.seek_relative(i64::try_from(within).unwrap_or(i64::MAX))?;
        }
        at = at.saturating_add(length);
    }
    Ok(at == size_bytes)
}

/// Up to `length` bytes, as they come.
fn pass<R: BufRead>(
    reader: &mut R,
    length: u64,
    feed: &mut impl FnMut(&[u8]) -> Result<(), ImageError>,
) -> Result<(), ImageError> {
    let mut reader = reader.take(length);
    loop {
        let piece = reader.fill_buf()?;
        let length = piece.len();
        if length == 0 {
            return Ok(());
        }
        feed(piece)?;
        reader.consume(length);
    }
}

/// The EXIF block and the XMP packet, the first of each.
pub(crate) fn said(bytes: &[u8]) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let (mut exif, mut xmp) = (None, None);
    let mut rest = bytes;
    while let Some((head, tail)) = rest.split_first_chunk::<8>() {
        let [s0, s1, s2, s3, kind @ ..] = *head;
        let (length, tail) = match u32::from_be_bytes([s0, s1, s2, s3]) {
            0 => (Some(tail.len()), tail),
            1 => match tail.split_first_chunk::<8>() {
                Some((long, tail)) => (u64::from_be_bytes(*long).checked_sub(16).and_then(|l| l.try_into().ok()), tail),
                None => break,
            },
            length => (length.checked_sub(8).and_then(|length| usize::try_from(length).ok()), tail),
        };
        let Some((content, following)) = length.and_then(|length| tail.split_at_checked(length)) else { break };
        let packed = if &kind == b"brob" { content.split_first_chunk::<4>() } else { None };
        match packed.map_or(&kind, |(kind, _)| kind) {
            b"Exif" if exif.is_none() => exif = plain(packed, content).as_deref().and_then(of_exif_box),
            b"xml " if xmp.is_none() => xmp = plain(packed, content),
            _ => {}
        }
        rest = following;
    }
    (exif, xmp)
}

/// The content as it is, or unpacked up to the bound.
fn plain(packed: Option<(&[u8; 4], &[u8])>, content: &[u8]) -> Option<Vec<u8>> {
    let Some((_, packed)) = packed else { return Some(content.to_vec()) };
    let mut unpacked = Vec::new();
    let mut bounded = Decompressor::new(packed, PIECE).take(MAX_UNPACKED + 1);
    bounded.read_to_end(&mut unpacked).ok()?;
    (unpacked.len() as u64 <= MAX_UNPACKED).then_some(unpacked)
}

/// Behind the place of the TIFF header, and what stands before that.
fn of_exif_box(content: &[u8]) -> Option<Vec<u8>> {
    let (skipped, rest) = content.split_first_chunk::<4>()?;
    Some(rest.get(usize::try_from(u32::from_be_bytes(*skipped)).ok()?..)?.to_vec())
}
