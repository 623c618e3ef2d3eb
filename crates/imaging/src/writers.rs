//! The encoders behind [`crate::encode`], one function for each format.

use std::io::{self, Cursor, Write};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageError as Cause};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::encode::EncodeOptions;
use crate::error::ImageError;
use crate::look::over;
use crate::png_rows::{self, Samples};
use crate::rgba::Rgba;

/// Longest side of a JPEG in pixels.
const JPEG_SIDE: u32 = 65_535;
/// Longest side of a WebP in pixels.
const WEBP_SIDE: u32 = 16_383;
/// Side in pixels of the blocks in which hidden colour is smoothed: one MCU of a 4:2:0 JPEG.
const BLOCK: usize = 16;

/// PNG, without alpha where all is opaque.
pub(crate) fn png(picture: &Rgba, out: &mut dyn Write) -> Result<(), ImageError> {
    let samples = if picture.has_transparency() { Samples::Rgba } else { Samples::Rgb };
    png_rows::write(picture, samples, out)
}

/// JPEG, transparency laid on the matte.
pub(crate) fn jpg(picture: &Rgba, options: &EncodeOptions, out: &mut dyn Write) -> Result<(), ImageError> {
    let [r, g, b] = options.matte;
    let samples = rgb(picture, |[pr, pg, pb, a]| [over(pr, r, a), over(pg, g, a), over(pb, b, a), a]);
    jpg_samples(picture, &samples, options.jpeg_quality, out)
}

fn jpg_samples(picture: &Rgba, samples: &[u8], quality: u8, out: &mut dyn Write) -> Result<(), ImageError> {
    check_side(picture, JPEG_SIDE, "JPEG")?;
    JpegEncoder::new_with_quality(out, quality.clamp(1, 100))
        .encode(samples, picture.width, picture.height, ExtendedColorType::Rgb8)
        .map_err(in_words)
}

/// Lossless WebP.
pub(crate) fn webp(picture: &Rgba, out: &mut dyn Write) -> Result<(), ImageError> {
    check_side(picture, WEBP_SIDE, "WebP")?;
    WebPEncoder::new_lossless(out)
        .encode(&picture.pixels, picture.width, picture.height, ExtendedColorType::Rgba8)
        .map_err(in_words)
}

/// ZIP of `color.jpg` and `alpha.png`, stored: both are compressed already.
pub(crate) fn zip(picture: &Rgba, options: &EncodeOptions, out: &mut dyn Write) -> Result<(), ImageError> {
    let mut colour = Vec::new();
    jpg_samples(picture, &spread_colour(picture), options.jpeg_quality, &mut colour)?;
    let mut alpha = Vec::new();
    png_rows::write(picture, Samples::Matte, &mut alpha)?;

    let archive = store(&[("color.jpg", &colour), ("alpha.png", &alpha)])
        .map_err(|error| ImageError::Encode(error.to_string()))?;
    Ok(out.write_all(&archive)?)
}

fn store(entries: &[(&str, &[u8])]) -> io::Result<Vec<u8>> {
    // No clock: equal pictures give equal files.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        archive.start_file(*name, options)?;
        archive.write_all(content)?;
    }
    Ok(archive.finish()?.into_inner())
}

/// RGB where invisible pixels take the mean visible colour of their block: a jump to black there would ring into the
/// visible edge through the transform and chroma subsampling. Blocks without anything visible are black, whatever was in them.
pub(crate) fn spread_colour(picture: &Rgba) -> Vec<u8> {
    let mut samples = rgb(picture, |pixel| pixel);
    let (width, height) = (picture.width as usize, picture.height as usize);
    for top in (0..height).step_by(BLOCK) {
        for left in (0..width).step_by(BLOCK) {
            let (bottom, right) = ((top + BLOCK).min(height), (left + BLOCK).min(width));
            let block = move || (top..bottom).flat_map(move |y| (left..right).map(move |x| y * width + x));
            let mean = mean_visible(picture, block()).unwrap_or_default();
            for at in block().filter(|at| picture.pixels[at * 4 + 3] == 0) {
                samples[at * 3..at * 3 + 3].copy_from_slice(&mean);
            }
        }
    }
    samples
}

/// Mean colour of pixels weighted by alpha; `None` where all are invisible.
fn mean_visible(picture: &Rgba, block: impl Iterator<Item = usize>) -> Option<[u8; 3]> {
    let (mut sum, mut weight) = ([0_u32; 3], 0);
    for at in block {
        let pixel = &picture.pixels[at * 4..at * 4 + 4];
        let alpha = u32::from(pixel[3]);
        weight += alpha;
        for (sum, &value) in sum.iter_mut().zip(pixel) {
            *sum += u32::from(value) * alpha;
        }
    }
    let mean = |sum: u32| u8::try_from(sum.checked_div(weight)?).ok();
    Some([mean(sum[0])?, mean(sum[1])?, mean(sum[2])?])
}

fn rgb(picture: &Rgba, shown: impl Fn([u8; 4]) -> [u8; 4]) -> Vec<u8> {
    let (pixels, _) = picture.pixels.as_chunks::<4>();
    let mut samples = vec![0; pixels.len() * 3];
    for (sample, &pixel) in samples.chunks_exact_mut(3).zip(pixels) {
        sample.copy_from_slice(&shown(pixel)[..3]);
    }
    samples
}

fn check_side(picture: &Rgba, longest: u32, format: &'static str) -> Result<(), ImageError> {
    let (width, height) = (picture.width, picture.height);
    if width.max(height) > longest { Err(ImageError::CannotEncode { format, width, height }) } else { Ok(()) }
}

fn in_words(error: Cause) -> ImageError {
    match error {
        Cause::IoError(error) => ImageError::Io(error),
        other => ImageError::Encode(other.to_string()),
    }
}
