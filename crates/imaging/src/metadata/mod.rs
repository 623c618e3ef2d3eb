//! What a file says beside its picture, and how it gets into a result: EXIF, XMP, IPTC and the size of a dot. What would be wrong of a
//! result is changed on the way: it is upright, in sRGB, of its own size, and the small copy of the original in it is gone.
//!
//! Left out: XMP of more than one JPEG segment (its extension), and everything in the ZIP format.

pub(crate) mod exif;
mod exif_fields;
pub(crate) mod into_tiff;
mod read;
mod text;
mod write;

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

use crate::encode::{EncodeOptions, OutputFormat, encode};
use crate::error::ImageError;
use crate::fingerprint::{ContentHash, fingerprint_bytes};
use crate::limits::Limits;
use crate::open::read_all;
use crate::rgba::Rgba;
use crate::sniff::sniff;

/// What a file says beside its picture, fit for a result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// An EXIF block (a TIFF directory), upright and without a thumbnail.
    pub exif: Option<Vec<u8>>,
    /// An XMP packet: XML in UTF-8, upright.
    pub xmp: Option<Vec<u8>>,
    /// IPTC records (IIM).
    pub iptc: Option<Vec<u8>>,
    /// Pixels per metre, across and down.
    pub density: Option<(u32, u32)>,
}

impl Metadata {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// A WebP file with this in it: the file itself where there is nothing, or where it is no WebP. `size` is in pixels.
    pub(crate) fn in_webp<'a>(&self, file: &'a [u8], size: (u32, u32)) -> Cow<'a, [u8]> {
        let with = if self.is_empty() { None } else { write::into_webp(file, self, size) };
        with.map_or(Cow::Borrowed(file), Cow::Owned)
    }

    /// Of the bytes of a picture file. What cannot be read is left out: it is no reason not to save a picture.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let Ok(format) = sniff(bytes) else { return Self::default() };
        let read::Found { exif, xmp, iptc, density } = read::found(bytes, format);
        let exif = exif.as_deref().and_then(exif::for_result);
        Self {
            density: density.or_else(|| exif::density(exif.as_deref()?)),
            exif,
            xmp: xmp.map(text::upright).filter(|xmp| !xmp.is_empty()),
            iptc: iptc.filter(|iptc| !iptc.is_empty()),
        }
    }
}

/// What a file says, and who it is: it was read once, so both belong together.
///
/// # Errors
/// As [`decode`](crate::decode()) where the file cannot be read at all.
pub fn metadata(path: &Path, limits: &Limits) -> Result<(Metadata, ContentHash), ImageError> {
    let bytes = read_all(path, limits)?;
    Ok((Metadata::of(&bytes), fingerprint_bytes(&bytes)))
}

/// As [`encode`](crate::encode()), with what the original said put into the file.
///
/// # Errors
/// As [`encode`](crate::encode()).
pub fn encode_with(
    picture: &Rgba,
    format: OutputFormat,
    options: &EncodeOptions,
    metadata: &Metadata,
    out: &mut dyn Write,
) -> Result<(), ImageError> {
    if metadata.is_empty() {
        return encode(picture, format, options, out);
    }
    let size = (picture.width, picture.height);
    match format {
        OutputFormat::Png => encode(picture, format, options, &mut write::into_png(metadata, size, out)),
        OutputFormat::Jpg => encode(picture, format, options, &mut write::into_jpeg(metadata, size, out)),
        OutputFormat::WebP => {
            // Its head says how long it is: it can only be written when all of it is there.
            let mut file = Vec::new();
            encode(picture, format, options, &mut file)?;
            Ok(out.write_all(&metadata.in_webp(&file, size))?)
        }
        OutputFormat::Zip => encode(picture, format, options, out),
    }
}
