//! Puts metadata into files as they are written: into a PNG behind its header, into a JPEG behind JFIF's, into a WebP as chunks. The
//! encoders know nothing of it: what they write passes through here.

use std::io::{self, Write};

use super::{Metadata, exif, text};
use crate::upload::{png_chunk, webp_chunk};

/// Most bytes in a segment of a JPEG, without its length.
const SEGMENT: usize = 65_533;

/// A writer that changes the first bytes of a file, once they are all there.
pub(super) struct Beginning<'a> {
    out: &'a mut dyn Write,
    head: Vec<u8>,
    /// How many bytes are waited for; 0 when they have passed.
    wanted: usize,
    change: Box<dyn Fn(Vec<u8>) -> Vec<u8> + 'a>,
}

impl Write for Beginning<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.wanted == 0 {
            return self.out.write(bytes);
        }
        let taken = bytes.len().min(self.wanted - self.head.len());
        self.head.extend(&bytes[..taken]);
        if self.head.len() == self.wanted {
            self.wanted = 0;
            let head = (self.change)(std::mem::take(&mut self.head));
            self.out.write_all(&head)?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// PNG: signature and `IHDR`, and then what the original said.
pub(super) fn into_png<'a>(metadata: &'a Metadata, size: (u32, u32), out: &'a mut dyn Write) -> Beginning<'a> {
    let change = move |mut head: Vec<u8>| {
        let Metadata { exif, xmp, iptc, density } = metadata;
        if let Some((across, down)) = density {
            let content = [&across.to_be_bytes()[..], &down.to_be_bytes(), &[1]].concat();
            head.extend(png_chunk(*b"pHYs", &content));
        }
        if let Some(exif) = exif {
            head.extend(png_chunk(*b"eXIf", &exif::with_size(exif, size.0, size.1)));
        }
        if let Some(xmp) = xmp {
            head.extend(png_chunk(*b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", xmp.as_slice()].concat()));
        }
        if let Some(iptc) = iptc {
            let hex = text::to_hex("iptc", &text::photoshop_of_iptc(iptc));
            head.extend(png_chunk(*b"tEXt", &[b"Raw profile type iptc\0", hex.as_slice()].concat()));
        }
        head
    };
    Beginning { out, head: Vec::new(), wanted: 33, change: Box::new(change) }
}

/// JPEG: the start and JFIF's header, and then what the original said. What does not fit into a segment is left out.
pub(super) fn into_jpeg<'a>(metadata: &'a Metadata, size: (u32, u32), out: &'a mut dyn Write) -> Beginning<'a> {
    let change = move |mut head: Vec<u8>| {
        let Metadata { exif, xmp, iptc, density } = metadata;
        let is_jfif = head.starts_with(b"\xFF\xD8\xFF\xE0\0\x10JFIF\0");
        if let (Some((across, down)), true) = (density, is_jfif) {
            // Dots per inch: JFIF has no metres.
            let per_inch =
                |per_metre: u32| u16::try_from((u64::from(per_metre) * 254 + 5_000) / 10_000).unwrap_or(u16::MAX);
            head[13] = 1;
            head[14..16].copy_from_slice(&per_inch(*across).to_be_bytes());
            head[16..18].copy_from_slice(&per_inch(*down).to_be_bytes());
        }
        let mut put = Vec::new();
        let mut segment = |marker: u8, name: &[u8], content: &[u8]| {
            let length = name.len() + content.len();
            if let Ok(counted) = u16::try_from(length + 2)
                && length <= SEGMENT
            {
                put.extend([0xFF, marker]);
                put.extend(counted.to_be_bytes());
                put.extend(name);
                put.extend(content);
            }
        };
        if let Some(exif) = exif {
            segment(0xE1, b"Exif\0\0", &exif::with_size(exif, size.0, size.1));
        }
        if let Some(xmp) = xmp {
            segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0", xmp);
        }
        if let Some(iptc) = iptc {
            segment(0xED, b"Photoshop 3.0\0", &text::photoshop_of_iptc(iptc));
        }
        let at = if is_jfif { head.len() } else { 2 };
        head.splice(at..at, put);
        head
    };
    Beginning { out, head: Vec::new(), wanted: 20, change: Box::new(change) }
}

/// WebP: a new head that announces the chunks, and the chunks at the end. `None` for what is no WebP.
pub(super) fn into_webp(file: &[u8], metadata: &Metadata, (width, height): (u32, u32)) -> Option<Vec<u8>> {
    const ALPHA: u8 = 0x10;
    const EXIF: u8 = 0x08;
    const XMP: u8 = 0x04;
    let Metadata { exif, xmp, iptc: _, density: _ } = metadata;
    let chunks = file.strip_prefix(b"RIFF")?.get(8..)?;
    let (header, chunks) = match chunks.get(..4)? {
        b"VP8X" => (chunks.get(8..18)?.to_vec(), chunks.get(18..)?),
        kind => {
            // Lossless pictures say in their own head whether they have alpha.
            let alpha = if kind == b"VP8L" { chunks.get(12)? >> 4 & 1 } else { 0 };
            let side = |side: u32| side.checked_sub(1).map(u32::to_le_bytes);
            let ([w0, w1, w2, _], [h0, h1, h2, _]) = (side(width)?, side(height)?);
            (vec![alpha * ALPHA, 0, 0, 0, w0, w1, w2, h0, h1, h2], chunks)
        }
    };
    let mut header = header;
    header[0] |= if exif.is_some() { EXIF } else { 0 } | if xmp.is_some() { XMP } else { 0 };
    let mut out = b"RIFF\0\0\0\0WEBP".to_vec();
    webp_chunk(&mut out, b"VP8X", &header);
    out.extend(chunks);
    if let Some(exif) = exif {
        webp_chunk(&mut out, b"EXIF", &exif::with_size(exif, width, height));
    }
    if let Some(xmp) = xmp {
        webp_chunk(&mut out, b"XMP ", xmp);
    }
    let size = u32::try_from(out.len() - 8).ok()?.to_le_bytes();
    out[4..8].copy_from_slice(&size);
    Some(out)
}
