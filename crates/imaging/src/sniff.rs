//! What a file is by its first bytes. Names and extensions are not asked: they lie.

use std::fmt;

use crate::error::ImageError;

/// A format that is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG; of an animated one the default picture.
    Png,
    /// WebP, lossy or lossless; of an animated one the first frame.
    WebP,
    /// A service's `color.jpg` + `alpha.png`. An answer, never an input.
    Zip,
}

impl Format {
    /// The usual media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Zip => "application/zip",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Zip => "ZIP",
        })
    }
}

/// How many first bytes [`sniff`] wants to see; fewer are fine for shorter files.
pub(crate) const SNIFF_BYTES: usize = 32;

/// Recognises a format by its signature, and names the common pictures that are not read here.
pub(crate) fn sniff(start: &[u8]) -> Result<Format, ImageError> {
    if start.is_empty() {
        return Err(ImageError::Empty);
    }
    if start.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return Ok(Format::Jpeg);
    }
    if start.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(Format::Png);
    }
    if start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP") {
        return Ok(Format::WebP);
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return Ok(Format::Zip);
    }
    Err(foreign(start).map_or(ImageError::NotAPicture, |what| ImageError::Unsupported { what: what.to_owned() }))
}

/// Pictures of other formats, so that their owner reads more than "not a picture".
fn foreign(start: &[u8]) -> Option<&'static str> {
    if start.get(4..8) == Some(b"ftyp") {
        return match start.get(8..12)? {
            b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1" => Some("a HEIC picture"),
            b"avif" | b"avis" => Some("an AVIF picture"),
            b"crx " => Some("a Canon raw picture"),
            _ => Some("a film or sound file"),
        };
    }
    let signatures: [(&[u8], &str); 11] = [
        (b"GIF87a", "a GIF picture"),
        (b"GIF89a", "a GIF picture"),
        (b"BM", "a BMP picture"),
        (b"II*\0", "a TIFF or raw picture"),
        (b"MM\0*", "a TIFF or raw picture"),
        (b"\xFF\x0A", "a JPEG XL picture"),
        (b"\0\0\0\x0CJXL ", "a JPEG XL picture"),
        (b"\0\0\0\x0CjP  ", "a JPEG 2000 picture"),
        (b"8BPS", "a Photoshop document"),
        (b"%PDF", "a PDF document"),
        (b"<svg", "an SVG drawing"),
    ];
    let (_, what) = signatures.into_iter().find(|(signature, _)| start.starts_with(signature))?;
    (what != "a BMP picture" || start.len() > 26).then_some(what)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(&b"\xFF\xD8\xFF\xE0"[..], Format::Jpeg)]
    #[case(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Format::Png)]
    #[case(b"RIFF\x24\0\0\0WEBPVP8 ", Format::WebP)]
    #[case(b"PK\x03\x04\x14\0", Format::Zip)]
    fn known_signatures(#[case] start: &[u8], #[case] format: Format) {
        assert_eq!(sniff(start).unwrap(), format);
    }

    #[rstest]
    #[case(b"\0\0\0\x18ftypheic\0\0", "a HEIC picture cannot be read; save it as JPEG, PNG or WebP and try again")]
    #[case(b"GIF89a\x01\0", "a GIF picture cannot be read; save it as JPEG, PNG or WebP and try again")]
    #[case(b"hello, I am a text", "this is not a picture: the content is none of JPEG, PNG or WebP")]
    #[case(b"RIFF\x24\0\0\0WAVEfmt ", "this is not a picture: the content is none of JPEG, PNG or WebP")]
    #[case(b"", "the file is empty (0 bytes)")]
    fn the_rest_is_named(#[case] start: &[u8], #[case] words: &str) {
        assert_eq!(sniff(start).unwrap_err().to_string(), words);
    }
}
