//! What a file declares about itself: format, pixels, orientation, and whether its end is there. Nothing is decoded.

use std::io::{BufRead, BufReader, Cursor, Read, Seek};
use std::path::Path;

use crate::error::ImageError;
use crate::formats::{self, Header};
use crate::limits::Limits;
use crate::open::open;
use crate::sniff::{Format, SNIFF_BYTES, sniff};

/// What a picture file declares, checked against the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probe {
    /// The format by content.
    pub format: Format,
    /// Width in pixels as it is looked at, after orientation.
    pub width: u32,
    /// Height in pixels as it is looked at, after orientation.
    pub height: u32,
    /// EXIF orientation, 1 to 8; 1 where the file has none, or turns its picture by other means (HEIC, AVIF, JPEG XL).
    pub orientation: u8,
    /// Whether the format carries an alpha channel in this file.
    pub has_alpha: bool,
    /// Size of the file in bytes.
    pub size_bytes: u64,
    /// Pages of a TIFF, frames of an animation, pictures of a HEIC; 1 for all that hold one, and where they cannot be counted at
    /// least 2. Only the first (the main one) is used.
    pub pictures: u32,
}

impl Probe {
    /// Width × height in millions of pixels.
    #[must_use]
    pub fn megapixels(&self) -> f64 {
        f64::from(self.width) * f64::from(self.height) / 1e6
    }
}

/// Reads a picture file's headers and walks its segments to the end, so that a cut-off file is found before anything is
/// paid for it.
///
/// # Errors
/// Every reading variant of [`ImageError`]; [`ImageError::Unsupported`] for a ZIP, which is an answer and no input.
pub fn probe(path: &Path, limits: &Limits) -> Result<Probe, ImageError> {
    let (file, size_bytes) = open(path)?;
    probe_reader(&mut BufReader::with_capacity(64 << 10, file), size_bytes, limits)
}

/// As [`probe`], for bytes in memory.
///
/// # Errors
/// As [`probe`].
pub fn probe_bytes(bytes: &[u8], limits: &Limits) -> Result<Probe, ImageError> {
    probe_reader(&mut Cursor::new(bytes), bytes.len() as u64, limits)
}

pub(crate) fn probe_reader<R: BufRead + Seek>(
    reader: &mut R,
    size_bytes: u64,
    limits: &Limits,
) -> Result<Probe, ImageError> {
    let header = header(reader, size_bytes, limits)?;
    let (width, height) = header.upright_size();
    Ok(Probe {
        format: header.format,
        width,
        height,
        orientation: header.orientation,
        has_alpha: header.has_alpha,
        size_bytes,
        pictures: header.pictures,
    })
}

/// The checked header of a whole picture: within the limits, known format, nothing cut off.
pub(crate) fn header<R: BufRead + Seek>(
    reader: &mut R,
    size_bytes: u64,
    limits: &Limits,
) -> Result<Header, ImageError> {
    limits.check_bytes(size_bytes)?;
    let mut start = Vec::with_capacity(SNIFF_BYTES);
    reader.by_ref().take(SNIFF_BYTES as u64).read_to_end(&mut start)?;
    let format = sniff(&start)?;
    reader.rewind()?;
    let header = match format {
        Format::Jpeg => formats::jpeg::header(reader),
        Format::Png => formats::png::header(reader),
        Format::WebP => formats::webp::header(reader, size_bytes),
        Format::Tiff => formats::tiff::header(reader, size_bytes),
        Format::Avif | Format::Heic => formats::heif::header(reader, size_bytes, format),
        Format::JpegXl => formats::jxl::header(reader, size_bytes),
        Format::Bmp => formats::bmp::header(reader, size_bytes),
        Format::Gif => formats::gif::header(reader),
        Format::Zip => return Err(ImageError::Unsupported { what: "a ZIP archive".to_owned() }),
    };
    let header = header.map_err(|error| cut_off(error, format))?;
    limits.check_size(header.width, header.height)?;
    if !header.complete {
        return Err(ImageError::Truncated { format });
    }
    Ok(header)
}

/// A reader that ran dry inside of a header means a file that was cut off.
fn cut_off(error: ImageError, format: Format) -> ImageError {
    match error {
        ImageError::Io(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => ImageError::Truncated { format },
        other => other,
    }
}
