//! Takes out of a JPEG, PNG or WebP what says more than the picture does, without decoding a pixel. Kept is a list of what shows: everything
//! else goes, known or not. The orientation is said again in an EXIF block of its own, because the service must turn the picture, too.

use crate::metadata::exif;
use crate::sniff::Format;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The file without what is private; `None` where its segments make no sense.
pub(super) fn strip(bytes: &[u8], format: Format, orientation: u8) -> Option<Vec<u8>> {
    match format {
        Format::Jpeg => jpeg(bytes, orientation),
        Format::Png => png(bytes, orientation),
        Format::WebP => webp(bytes, orientation),
        _ => None,
    }
}

/// Stay: JFIF's header without its thumbnail, the colour profile, Adobe's mark, tables, frame and scans. Go: every other application segment
/// (EXIF, XMP, IPTC, maker's previews), comments, and what stands behind the end.
fn jpeg(bytes: &[u8], orientation: u8) -> Option<Vec<u8>> {
    let mut out = bytes.get(..2)?.to_vec();
    let mut turn = (orientation > 1).then(|| exif::only_orientation(orientation));
    let mut at = 2;
    // Only what follows a scan's header is its data. Bytes and lone markers between other segments belong to nothing, and decoders do not
    // agree what of it to pass over: a file with them, or with something private behind its first scan, is not taken apart.
    let (mut in_scan, mut scanned) = (false, false);
    loop {
        let next = at + bytes.get(at..)?.iter().position(|&byte| byte == 0xFF)?;
        if in_scan {
            out.extend(&bytes[at..next]);
        } else if next > at {
            return None;
        }
        let mut code = next + 1;
        while *bytes.get(code)? == 0xFF {
            code += 1;
        }
        let marker = bytes[code];
        at = code + 1;
        if matches!(marker, 0x00 | 0x01 | 0xD0..=0xD8) {
            if !in_scan {
                return None;
            }
            out.extend([0xFF, marker]);
            continue;
        }
        if marker == 0xD9 {
            out.extend([0xFF, marker]);
            return scanned.then_some(out);
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
        let segment = bytes.get(at..at + length)?;
        at += length;
        in_scan = marker == 0xDA;
        scanned |= in_scan;
        let is_jfif = marker == 0xE0 && segment.get(2..7) == Some(b"JFIF\0") && segment.len() >= 16;
        // JFIF's header is the first segment by its own rule; the orientation follows it.
        if let Some(block) = turn.take_if(|_| !is_jfif) {
            out.extend([0xFF, 0xE1]);
            out.extend(u16::try_from(block.len() + 8).ok()?.to_be_bytes());
            out.extend(b"Exif\0\0");
            out.extend(block);
        }
        if is_jfif {
            out.extend([0xFF, 0xE0, 0, 16]);
            out.extend(&segment[2..14]);
            out.extend([0, 0]);
        } else if is_shown(marker, segment.get(2..)?) {
            out.extend([0xFF, marker]);
            out.extend(segment);
        } else if scanned {
            return None;
        }
    }
}

fn is_shown(marker: u8, content: &[u8]) -> bool {
    match marker {
        0xE2 => content.starts_with(b"ICC_PROFILE\0"),
        0xEE => content.starts_with(b"Adobe"),
        // Frames, tables, scans, the number of lines, restarts.
        0xC0..=0xC7 | 0xC9..=0xCF | 0xDA..=0xDD => true,
        _ => false,
    }
}

/// Stay: the header, palette, samples and what colours mean. Go: texts, times, EXIF, animations, unknown chunks, and what stands behind the end.
fn png(bytes: &[u8], orientation: u8) -> Option<Vec<u8>> {
    let mut rest = bytes.strip_prefix(SIGNATURE)?;
    let mut out = SIGNATURE.to_vec();
    loop {
        let (head, tail) = rest.split_at_checked(8)?;
        let length = usize::try_from(u32::from_be_bytes(head[..4].try_into().ok()?)).ok()?;
        let (chunk, following) = (rest.get(..length.checked_add(12)?)?, tail.get(length + 4..)?);
        match &head[4..] {
            b"IEND" => {
                out.extend(chunk);
                return Some(out);
            }
            b"IHDR" => {
                out.extend(chunk);
                if orientation > 1 {
                    out.extend(png_chunk(*b"eXIf", &exif::only_orientation(orientation)));
                }
            }
            b"PLTE" | b"IDAT" | b"tRNS" | b"cHRM" | b"gAMA" | b"iCCP" | b"sBIT" | b"sRGB" | b"cICP" => {
                out.extend(chunk);
            }
            _ => {}
        }
        rest = following;
    }
}

/// A chunk with its length and check sum.
pub(crate) fn png_chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes().to_vec();
    chunk.extend(kind);
    chunk.extend(content);
    let sum = crc32fast::hash(&chunk[4..]);
    chunk.extend(sum.to_be_bytes());
    chunk
}

/// Stay: the extended header, the profile, the alpha and the picture. Go: EXIF, XMP, unknown chunks. An animation is not sent like this.
fn webp(bytes: &[u8], orientation: u8) -> Option<Vec<u8>> {
    const ICC: u8 = 0x20;
    const ALPHA: u8 = 0x10;
    const EXIF: u8 = 0x08;
    let mut chunks = Vec::new();
    let mut extended = None;
    let mut rest = bytes.get(12..)?;
    let end = 8 + usize::try_from(u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?)).ok()?;
    rest = rest.get(..end.checked_sub(12)?.min(rest.len()))?;
    while let Some((head, tail)) = rest.split_at_checked(8) {
        let length = usize::try_from(u32::from_le_bytes(head[4..].try_into().ok()?)).ok()?;
        let content = tail.get(..length)?;
        match &head[..4] {
            b"VP8X" => extended = Some(content.get(..10)?.to_vec()),
            b"ICCP" | b"ALPH" | b"VP8 " | b"VP8L" => webp_chunk(&mut chunks, head, content),
            b"ANIM" | b"ANMF" => return None,
            _ => {}
        }
        rest = tail.get(length + length % 2..).unwrap_or_default();
    }
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    match &mut extended {
        Some(header) => {
            header[0] &= ICC | ALPHA;
            if orientation > 1 {
                header[0] |= EXIF;
                webp_chunk(&mut chunks, b"EXIF\0\0\0\0", &exif::only_orientation(orientation));
            }
            webp_chunk(&mut out, b"VP8X\0\0\0\0", header);
        }
        // Only an extended file has an orientation.
        None if orientation > 1 => return None,
        None => {}
    }
    out.extend(chunks);
    let size = u32::try_from(out.len() - 8).ok()?.to_le_bytes();
    out[4..8].copy_from_slice(&size);
    Some(out)
}

/// A chunk of RIFF, filled up to an even length; of `head` only the name counts.
pub(crate) fn webp_chunk(out: &mut Vec<u8>, head: &[u8], content: &[u8]) {
    out.extend(&head[..4]);
    out.extend(u32::try_from(content.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend(content);
    if content.len() % 2 == 1 {
        out.push(0);
    }
}
