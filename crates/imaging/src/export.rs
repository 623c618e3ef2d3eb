//! Writing a finished picture in the formats that shops and layouts ask for, with a quality where there is one. The formats that
//! are saved by themselves are [`crate::encode`]'s; this adds lossy WebP, AVIF and TIFF.

use std::fmt;
use std::io::{Cursor, Write};
use std::str::FromStr;

use tiff::encoder::{Compression, DeflateLevel, Predictor, TiffEncoder, colortype};
use tiff::tags::Tag;

use crate::avif;
use crate::encode::{EncodeOptions, OutputFormat, UnknownFormat};
use crate::error::ImageError;
use crate::metadata::{Metadata, encode_with, into_tiff};
use crate::rgba::Rgba;
use crate::webp_lossy;

/// A format that a picture is exported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ExportFormat {
    /// PNG: without loss.
    #[default]
    Png,
    /// JPEG: opaque, on a colour.
    Jpg,
    /// WebP without loss.
    WebP,
    /// WebP with loss: a tenth of the bytes, with transparency.
    WebPLossy,
    /// AVIF with loss: smaller still, with transparency; slow to write.
    Avif,
    /// TIFF: without loss, for layouts and printers; Deflate, 8 bit.
    Tiff,
    /// `color.jpg` and `alpha.png` in one archive.
    Zip,
}

impl ExportFormat {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 7] = [Self::Png, Self::Jpg, Self::WebP, Self::WebPLossy, Self::Avif, Self::Tiff, Self::Zip];

    /// Its name in flags and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpg => "jpg",
            Self::WebP => "webp",
            Self::WebPLossy => "webp_lossy",
            Self::Avif => "avif",
            Self::Tiff => "tiff",
            Self::Zip => "zip",
        }
    }

    /// The file extension without a dot.
    #[must_use]
    pub const fn ext(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpg => "jpg",
            Self::WebP | Self::WebPLossy => "webp",
            Self::Avif => "avif",
            Self::Tiff => "tif",
            Self::Zip => "zip",
        }
    }

    /// Its quality where none is asked for, 1 to 100; `None` where it loses nothing.
    #[must_use]
    pub const fn default_quality(self) -> Option<u8> {
        match self {
            Self::Jpg | Self::Zip => Some(92),
            Self::WebPLossy => Some(85),
            Self::Avif => Some(60),
            Self::Png | Self::WebP | Self::Tiff => None,
        }
    }
}

impl fmt::Display for ExportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ExportFormat {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.to_ascii_lowercase().replace('-', "_");
        match name.as_str() {
            "jpeg" => Ok(Self::Jpg),
            "tif" => Ok(Self::Tiff),
            _ => {
                Self::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| UnknownFormat(text.to_owned()))
            }
        }
    }
}

/// How a picture is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportOptions {
    /// In which format.
    pub format: ExportFormat,
    /// 1 to 100 where the format has a quality; `None` for its own.
    pub quality: Option<u8>,
    /// The colour behind transparency where the format has none.
    pub matte: [u8; 3],
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self { format: ExportFormat::Png, quality: None, matte: [255; 3] }
    }
}

/// Writes a picture, and what its original said where the format has a place for it: all but the ZIP. The writer is not flushed.
///
/// # Errors
/// As [`encode`](crate::encode()).
pub fn export(
    picture: &Rgba,
    options: &ExportOptions,
    metadata: &Metadata,
    out: &mut dyn Write,
) -> Result<(), ImageError> {
    picture.check()?;
    let quality = options.quality.or(options.format.default_quality()).unwrap_or(92).clamp(1, 100);
    let plain = |format, out: &mut dyn Write| {
        encode_with(picture, format, &EncodeOptions { jpeg_quality: quality, matte: options.matte }, metadata, out)
    };
    match options.format {
        ExportFormat::Png => plain(OutputFormat::Png, out),
        ExportFormat::Jpg => plain(OutputFormat::Jpg, out),
        ExportFormat::WebP => plain(OutputFormat::WebP, out),
        ExportFormat::Zip => plain(OutputFormat::Zip, out),
        ExportFormat::WebPLossy => {
            let file = webp_lossy::encode(picture, quality)?;
            Ok(out.write_all(&metadata.in_webp(&file, (picture.width, picture.height)))?)
        }
        ExportFormat::Avif => avif::write(picture, quality, metadata, out),
        ExportFormat::Tiff => tiff(picture, metadata, out),
    }
}

/// The file's directory is written when its length is known, so it is made in memory.
fn tiff(picture: &Rgba, metadata: &Metadata, out: &mut dyn Write) -> Result<(), ImageError> {
    let mut file = Cursor::new(Vec::new());
    let write = |file: &mut Cursor<Vec<u8>>| -> tiff::TiffResult<()> {
        let mut encoder = TiffEncoder::new(file)?
            .with_compression(Compression::Deflate(DeflateLevel::Fast))
            .with_predictor(Predictor::Horizontal);
        let said = into_tiff::prepare(&mut encoder, metadata, (picture.width, picture.height))?;
        let mut image = encoder.new_image::<colortype::RGBA8>(picture.width, picture.height)?;
        // 2: the fourth sample is alpha that the colours are not multiplied by.
        image.encoder().write_tag(Tag::ExtraSamples, &[2_u16][..])?;
        said.put(image.encoder(), metadata)?;
        image.write_data(&picture.pixels)
    };
    write(&mut file).map_err(|error| ImageError::Encode(error.to_string()))?;
    Ok(out.write_all(file.get_ref())?)
}
