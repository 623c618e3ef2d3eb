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
    /// TIFF or BigTIFF; the first page.
    Tiff,
    /// AVIF, still or of a sequence its still picture.
    Avif,
    /// HEIC, or HEIF of another kind; the main picture.
    Heic,
    /// JPEG XL, bare or in its container; the first frame.
    JpegXl,
    /// Windows bitmap.
    Bmp,
    /// GIF; the first frame.
    Gif,
    /// A service's `color.jpg` + `alpha.png`. An answer, never an input.
    Zip,
}

impl Format {
    /// All that are read as pictures.
    pub const INPUTS: [Self; 9] =
        [Self::Jpeg, Self::Png, Self::WebP, Self::Tiff, Self::Avif, Self::Heic, Self::JpegXl, Self::Bmp, Self::Gif];

    /// What removal services take, by their published descriptions.
    pub const SENT: [Self; 3] = [Self::Jpeg, Self::Png, Self::WebP];

    /// The usual media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Tiff => "image/tiff",
            Self::Avif => "image/avif",
            Self::Heic => "image/heic",
            Self::JpegXl => "image/jxl",
            Self::Bmp => "image/bmp",
            Self::Gif => "image/gif",
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
            Self::Tiff => "TIFF",
            Self::Avif => "AVIF",
            Self::Heic => "HEIC",
            Self::JpegXl => "JPEG XL",
            Self::Bmp => "BMP",
            Self::Gif => "GIF",
            Self::Zip => "ZIP",
        })
    }
}

/// How many first bytes [`sniff`] wants to see; fewer are fine for shorter files.
pub(crate) const SNIFF_BYTES: usize = 32;

/// Recognises a format by its signature, and names the common pictures that are not read here. The first 32 bytes are enough.
///
/// # Errors
/// [`ImageError::Empty`], [`ImageError::Unsupported`] for a picture of another kind, [`ImageError::NotAPicture`].
pub fn sniff(start: &[u8]) -> Result<Format, ImageError> {
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
    let signatures: [(&[u8], Format); 9] = [
        (b"II*\0", Format::Tiff),
        (b"MM\0*", Format::Tiff),
        (b"II+\0", Format::Tiff),
        (b"MM\0+", Format::Tiff),
        (b"GIF87a", Format::Gif),
        (b"GIF89a", Format::Gif),
        (b"\xFF\x0A", Format::JpegXl),
        (b"\0\0\0\x0CJXL \r\n\x87\n", Format::JpegXl),
        (b"BM", Format::Bmp),
    ];
    let found = signatures.into_iter().find(|(signature, _)| start.starts_with(signature)).map(|(_, format)| format);
    let found = found.filter(|format| *format != Format::Bmp || is_bitmap(start)).or_else(|| heif(start));
    // A Canon raw picture is a TIFF that says so in its third word.
    if let Some(format) = found.filter(|_| start.get(8..10) != Some(b"CR") || !start.starts_with(b"II*\0")) {
        return Ok(format);
    }
    Err(foreign(start).map_or(ImageError::NotAPicture, |what| ImageError::Unsupported { what: what.to_owned() }))
}

/// Two letters are no signature: the header that follows must have one of the known lengths.
fn is_bitmap(start: &[u8]) -> bool {
    matches!(start.get(14..18), Some([12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

/// The kind of a HEIF file by its brands: the first one, and those it is compatible with as far as they are seen.
fn heif(start: &[u8]) -> Option<Format> {
    if start.get(4..8) != Some(b"ftyp") {
        return None;
    }
    let kind = |brand: &[u8]| match brand {
        b"avif" | b"avis" => Some(Format::Avif),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => Some(Format::Heic),
        _ => None,
    };
    let (major, _) = start.get(8..)?.split_at_checked(4)?;
    let compatible = start.get(16..).unwrap_or_default().chunks_exact(4);
    let generic = matches!(major, b"mif1" | b"mif2" | b"msf1" | b"miaf");
    let found = kind(major).or_else(|| compatible.filter(|_| generic).find_map(kind));
    found.or(generic.then_some(Format::Heic))
}

/// Pictures of other formats, so that their owner reads more than "not a picture".
fn foreign(start: &[u8]) -> Option<&'static str> {
    if start.get(4..8) == Some(b"ftyp") {
        return match start.get(8..12)? {
            b"crx " => Some("a Canon raw picture"),
            _ => Some("a film or sound file"),
        };
    }
    let signatures: [(&[u8], &str); 6] = [
        (b"II*\0", "a Canon raw picture"),
        (b"FUJIFILMCCD-RAW", "a Fujifilm raw picture"),
        (b"\0\0\0\x0CjP  ", "a JPEG 2000 picture"),
        (b"8BPS", "a Photoshop document"),
        (b"%PDF", "a PDF document"),
        (b"<svg", "an SVG drawing"),
    ];
    signatures.into_iter().find(|(signature, _)| start.starts_with(signature)).map(|(_, what)| what)
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
    #[case(b"II*\0\x08\0\0\0", Format::Tiff)]
    #[case(b"MM\0+\0\x08\0\0", Format::Tiff)]
    #[case(b"GIF89a\x01\0", Format::Gif)]
    #[case(b"\xFF\x0A\0", Format::JpegXl)]
    #[case(b"\0\0\0\x0CJXL \r\n\x87\n", Format::JpegXl)]
    #[case(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Format::Heic)]
    #[case(b"\0\0\0\x20ftypmif1\0\0\0\0mif1avifmiaf", Format::Avif)]
    #[case(b"\0\0\0\x20ftypmif1\0\0\0\0mif1heicmiaf", Format::Heic)]
    #[case(b"BM\x96\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Format::Bmp)]
    fn known_signatures(#[case] start: &[u8], #[case] format: Format) {
        assert_eq!(sniff(start).unwrap(), format);
    }

    #[rstest]
    #[case(
        b"II*\0\x10\0\0\0CR\x02\0",
        "a Canon raw picture cannot be read; save it as JPEG, PNG or TIFF and try again"
    )]
    #[case(b"8BPS\0\x01", "a Photoshop document cannot be read; save it as JPEG, PNG or TIFF and try again")]
    #[case(
        b"\0\0\0\x18ftypisom\0\0",
        "a film or sound file cannot be read; save it as JPEG, PNG or TIFF and try again"
    )]
    #[case(b"hello, I am a text", "this is not a picture: the content is of no format that Clearcut reads")]
    #[case(
        b"BMW is a car maker, not a bitmap",
        "this is not a picture: the content is of no format that Clearcut reads"
    )]
    #[case(b"RIFF\x24\0\0\0WAVEfmt ", "this is not a picture: the content is of no format that Clearcut reads")]
    #[case(b"", "the file is empty (0 bytes)")]
    fn the_rest_is_named(#[case] start: &[u8], #[case] words: &str) {
        assert_eq!(sniff(start).unwrap_err().to_string(), words);
    }
}
