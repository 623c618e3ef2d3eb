//! What of a picture leaves this computer. A service is shown the picture and nothing else: where it was taken, when, by whom and with
//! what, small copies of it and films behind it stay here. A file that the service takes is sent as it is but for those, without a new
//! coding; any other as a copy made for it. Knows no service: what it takes is handed in.

mod strip;

pub(crate) use strip::{png_chunk, webp_chunk};

use std::path::Path;

use crate::decode::decode_bytes;
use crate::encode::{EncodeOptions, OutputFormat, encode_to_vec};
use crate::error::ImageError;
use crate::fingerprint::{ContentHash, fingerprint_bytes};
use crate::limits::Limits;
use crate::open::read_all;
use crate::probe::{Probe, probe_bytes};
use crate::resize::resize;
use crate::rgba::Rgba;
use crate::sniff::Format;

/// Qualities that are tried, one after the other, until a copy is small enough. 95 is not told from the original by eye; the service's own
/// answers are JPEGs as well.
const QUALITIES: [u8; 4] = [95, 90, 85, 75];
/// Up to here a picture from a format without loss is sent without loss, in pixels: it is small enough, and drawings stay sharp.
const LOSSLESS_PIXELS: u64 = 4_000_000;
/// How often a copy that no quality made small enough is shrunk.
const SHRINKS: usize = 6;

/// What a service takes, of JPEG, PNG and WebP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// Largest file in bytes, where that is known.
    pub max_bytes: Option<u64>,
    /// Most pixels, where that is known.
    pub max_pixels: Option<u64>,
}

/// Why a picture is sent as a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CopyPlan {
    /// The service does not take its format.
    pub format: bool,
    /// The file holds several pages or frames, of which one is meant.
    pub first_of_several: bool,
    /// It has more bytes than the service takes.
    pub bytes: bool,
    /// It has more pixels than the service takes: the sides it is shrunk to.
    pub shrunk_to: Option<(u32, u32)>,
}

impl CopyPlan {
    /// Why the picture must be sent as a copy; `None` where its own file can be.
    #[must_use]
    pub fn of(probe: &Probe, taken: &Taken) -> Option<Self> {
        let is_taken = Format::SENT.contains(&probe.format);
        let plan = Self {
            format: !is_taken,
            first_of_several: is_taken && probe.pictures > 1,
            bytes: is_taken && taken.max_bytes.is_some_and(|most| probe.size_bytes > most),
            shrunk_to: taken.max_pixels.and_then(|most| shrunk((probe.width, probe.height), most)),
        };
        (plan != Self::default()).then_some(plan)
    }
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upload {
    /// The file as it is: there is nothing private in it.
    AsItIs,
    /// The same picture, to the last bit of its coding, without what is private.
    Stripped(Vec<u8>),
    /// A copy in sRGB, upright.
    Copy {
        /// The file.
        bytes: Vec<u8>,
        /// JPEG or PNG.
        format: OutputFormat,
    },
}

/// Makes what is sent of a file, and says who the file is: it was read once, so both belong together.
///
/// # Errors
/// Every reading variant of [`ImageError`], and [`ImageError::TooManyBytes`] where no copy is small enough for `taken`.
pub fn upload(path: &Path, taken: &Taken, limits: &Limits) -> Result<(Upload, ContentHash), ImageError> {
    let bytes = read_all(path, limits)?;
    let content = fingerprint_bytes(&bytes);
    let probe = probe_bytes(&bytes, limits)?;
    let stripped = match CopyPlan::of(&probe, taken) {
        Some(_) => None,
        None => strip::strip(&bytes, probe.format, probe.orientation),
    };
    Ok(match stripped {
        Some(stripped) if stripped == bytes => (Upload::AsItIs, content),
        Some(stripped) => (Upload::Stripped(stripped), content),
        // Of a file whose segments make no sense a copy is made as well: what cannot be told apart is not sent.
        None => (copy(&bytes, &probe, taken, limits)?, content),
    })
}

/// Roughly how many bytes a copy of such a picture has: for a quote, not for a promise.
#[must_use]
pub fn copy_bytes(probe: &Probe, plan: &CopyPlan, taken: &Taken) -> u64 {
    let (width, height) = plan.shrunk_to.unwrap_or((probe.width, probe.height));
    let pixels = u64::from(width) * u64::from(height);
    let bytes = if is_lossless(probe, pixels) { pixels * 2 } else { pixels * 2 / 5 };
    bytes.min(taken.max_bytes.unwrap_or(u64::MAX))
}

fn copy(bytes: &[u8], probe: &Probe, taken: &Taken, limits: &Limits) -> Result<Upload, ImageError> {
    let mut picture = decode_bytes(bytes, limits)?;
    picture.zero_hidden_colour();
    if let Some((width, height)) = taken.max_pixels.and_then(|most| shrunk((picture.width, picture.height), most)) {
        picture = resize(&picture, width, height);
    }
    let fits = |bytes: &[u8]| taken.max_bytes.is_none_or(|most| bytes.len() as u64 <= most);
    if is_lossless(probe, picture.pixel_count()) || picture.has_transparency() {
        let bytes = encode_to_vec(&picture, OutputFormat::Png, &EncodeOptions::default())?;
        if fits(&bytes) {
            return Ok(Upload::Copy { bytes, format: OutputFormat::Png });
        }
    }
    let mut smallest = 0;
    for _ in 0..SHRINKS {
        for jpeg_quality in QUALITIES {
            let options = EncodeOptions { jpeg_quality, ..EncodeOptions::default() };
            let bytes = encode_to_vec(&picture, OutputFormat::Jpg, &options)?;
            if fits(&bytes) {
                return Ok(Upload::Copy { bytes, format: OutputFormat::Jpg });
            }
            smallest = bytes.len() as u64;
        }
        picture = halved(&picture);
    }
    Err(ImageError::TooManyBytes { size_bytes: smallest, limit: taken.max_bytes.unwrap_or_default() })
}

/// Whether a copy is tried without loss: what had loss already gains nothing by it.
fn is_lossless(probe: &Probe, pixels: u64) -> bool {
    !matches!(probe.format, Format::Jpeg | Format::Heic | Format::Avif) && pixels <= LOSSLESS_PIXELS
}

/// Half of the pixels.
fn halved(picture: &Rgba) -> Rgba {
    let (width, height) = (picture.width, picture.height);
    let (width, height) = shrunk((width, height), picture.pixel_count() / 2).unwrap_or((width, height));
    resize(picture, width, height)
}

/// The sides of a picture of at most `most` pixels, in the same proportion; `None` where it has no more.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "sides of pictures"
)]
fn shrunk((width, height): (u32, u32), most: u64) -> Option<(u32, u32)> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels <= most {
        return None;
    }
    let scale = (most as f64 / pixels as f64).sqrt();
    let side = |side: u32| ((f64::from(side) * scale).floor() as u32).max(1);
    Some((side(width), side(height)))
}
