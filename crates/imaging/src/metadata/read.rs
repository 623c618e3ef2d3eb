//! Where each format keeps what it says beside its picture.

use std::io::Cursor;

use heifer::heifer_isobmff::HeifFile;
use tiff::decoder::Decoder;
use tiff::tags::Tag;

use super::{exif, text};
use crate::formats::jxl_boxes::said;
use crate::sniff::Format;

/// Longest text of a PNG that is unpacked, in bytes.
const MAX_TEXT: usize = 16 << 20;

/// As it stands in the file.
#[derive(Default)]
pub(super) struct Found {
    pub(super) exif: Option<Vec<u8>>,
    pub(super) xmp: Option<Vec<u8>>,
    pub(super) iptc: Option<Vec<u8>>,
    pub(super) density: Option<(u32, u32)>,
}

pub(super) fn found(bytes: &[u8], format: Format) -> Found {
    let mut found = Found::default();
    // A walk that ends early has found what stands before.
    let _ = match format {
        Format::Jpeg => jpeg(bytes, &mut found),
        Format::Png => png(bytes, &mut found),
        Format::WebP => webp(bytes, &mut found),
        Format::Tiff => tiff(bytes, &mut found),
        Format::Heic | Format::Avif => guarded(|| heif(bytes)).map(|heif| found = heif),
        Format::JpegXl => {
            (found.exif, found.xmp) = said(bytes);
            None
        }
        Format::Bmp | Format::Gif | Format::Zip => None,
    };
    found
}

fn guarded(read: impl FnOnce() -> Option<Found>) -> Option<Found> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).ok().flatten()
}

fn jpeg(bytes: &[u8], found: &mut Found) -> Option<()> {
    let mut at = 2;
    loop {
        let (mark, marker) = (*bytes.get(at)?, *bytes.get(at + 1)?);
        if mark != 0xFF || matches!(marker, 0xD9 | 0xDA) {
            return None;
        }
        if marker == 0xFF {
            at += 1;
            continue;
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        let content = bytes.get(at + 4..at + 2 + length)?;
        at += 2 + length;
        match marker {
            0xE0 if content.starts_with(b"JFIF\0") => {
                if let [unit, x1, x0, y1, y0, ..] = content[7.min(content.len())..] {
                    let (x, y) = (u16::from_be_bytes([x1, x0]), u16::from_be_bytes([y1, y0]));
                    found.density = match unit {
                        1 => Some((per_metre(x), per_metre(y))),
                        2 => Some((u32::from(x) * 100, u32::from(y) * 100)),
                        _ => None,
                    };
                }
            }
            0xE1 => {
                if let Some(block) = content.strip_prefix(b"Exif\0\0") {
                    found.exif.get_or_insert_with(|| block.to_vec());
                } else if let Some(packet) = content.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
                    found.xmp.get_or_insert_with(|| packet.to_vec());
                }
            }
            0xED => {
                let resources = content.strip_prefix(b"Photoshop 3.0\0");
                found.iptc = found.iptc.take().or_else(|| text::iptc_of_photoshop(resources?));
            }
            _ => {}
        }
    }
}

/// Dots per inch as dots per metre, rounded to nearest.
fn per_metre(per_inch: u16) -> u32 {
    (u32::from(per_inch) * 10_000 + 127) / 254
}

fn png(bytes: &[u8], found: &mut Found) -> Option<()> {
    let mut rest = bytes.get(8..)?;
    loop {
        let length = usize::try_from(u32::from_be_bytes(rest.get(..4)?.try_into().ok()?)).ok()?;
        let (kind, content) = (rest.get(4..8)?, rest.get(8..8_usize.checked_add(length)?)?);
        match kind {
            b"eXIf" => found.exif = Some(content.to_vec()),
            b"pHYs" => {
                if let [x3, x2, x1, x0, y3, y2, y1, y0, 1] = *content {
                    found.density = Some((u32::from_be_bytes([x3, x2, x1, x0]), u32::from_be_bytes([y3, y2, y1, y0])));
                }
            }
            b"iTXt" | b"tEXt" | b"zTXt" => png_text(kind, content, found),
            b"IEND" => return Some(()),
            _ => {}
        }
        rest = rest.get(length + 12..)?;
    }
}

fn png_text(kind: &[u8], content: &[u8], found: &mut Found) {
    let mut parts = content.splitn(2, |&byte| byte == 0);
    let (Some(name), Some(rest)) = (parts.next(), parts.next()) else { return };
    let unpack = |packed: &[u8]| fdeflate::decompress_to_vec_bounded(packed, MAX_TEXT).ok();
    let value = match kind {
        // Compression flag and method, language, translated name, each text ending in 0.
        b"iTXt" => rest.split_at_checked(2).and_then(|(flags, rest)| {
            let text = rest.splitn(3, |&byte| byte == 0).nth(2)?;
            if flags[0] == 1 { unpack(text) } else { Some(text.to_vec()) }
        }),
        b"zTXt" => rest.get(1..).and_then(unpack),
        _ => Some(rest.to_vec()),
    };
    match (name, value) {
        (b"XML:com.adobe.xmp", value @ Some(_)) => found.xmp = value,
        (b"Raw profile type iptc", Some(hex)) => {
            // Some write the records alone, some in Photoshop's envelope.
            found.iptc = text::from_hex(&hex).map(|block| text::iptc_of_photoshop(&block).unwrap_or(block));
        }
        _ => {}
    }
}

fn webp(bytes: &[u8], found: &mut Found) -> Option<()> {
    let mut rest = bytes.get(12..)?;
    loop {
        let length = usize::try_from(u32::from_le_bytes(rest.get(4..8)?.try_into().ok()?)).ok()?;
        let content = rest.get(8..8_usize.checked_add(length)?)?;
        match rest.get(..4)? {
            b"EXIF" => found.exif = Some(content.to_vec()),
            b"XMP " => found.xmp = Some(content.to_vec()),
            _ => {}
        }
        rest = rest.get(8 + length + length % 2..)?;
    }
}

fn tiff(bytes: &[u8], found: &mut Found) -> Option<()> {
    found.exif = exif::of_tiff(bytes);
    let mut decoder = Decoder::new(Cursor::new(bytes)).ok()?;
    let mut value = |tag| decoder.find_tag(Tag::Unknown(tag)).ok().flatten();
    found.xmp = value(700).and_then(|value| value.into_u8_vec().ok());
    // Some programs write the records as long words.
    found.iptc = value(33723).and_then(|value| match value {
        tiff::decoder::ifd::Value::List(_) => value.into_u8_vec().ok(),
        _ => None,
    });
    Some(())
}

fn heif(bytes: &[u8]) -> Option<Found> {
    let file = HeifFile::parse(bytes).ok()?;
    let id = file.primary_id;
    Some(Found { exif: file.exif(id).ok().flatten(), xmp: file.xmp(id).ok().flatten(), ..Found::default() })
}
