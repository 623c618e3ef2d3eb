//! What is sent and what is answered: many small files of the pixel size of one answer, which looks like a photo to an encoder.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use anyhow::{Context as _, Result};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ExtendedColorType, GrayImage, ImageFormat, Luma, Rgb, RgbImage};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An answer has a byte for so many pixels at least: 2.5 MB at 12 megapixels.
const PIXELS_A_BYTE: usize = 5;
/// Gives a file of about 140 KB at 12 megapixels, in grey.
const INPUT_QUALITY: u8 = 40;
/// A smaller file is filled up to so many bytes.
const INPUT_BYTES: usize = 150_000;
/// Pictures a subfolder.
const A_FOLDER: usize = 500;

/// Sides of a picture of so many megapixels, 4:3.
pub(crate) fn sides(megapixels: u32) -> (u32, u32) {
    let unit = (f64::from(megapixels) * 1e6 / 12.0).sqrt();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sides of a picture")]
    let side = |times: f64| (unit * times).round() as u32;
    (side(4.0), side(3.0))
}

/// One answer: colour as JPEG, alpha as PNG, in a ZIP. Says how many bytes it has.
pub(crate) fn write_answer(file: &Path, (width, height): (u32, u32)) -> Result<usize> {
    let photo = gradient(width, height, 8);
    let enough = photo.len() / 3 / PIXELS_A_BYTE;
    let mut colour = Vec::new();
    for quality in (80..=100).step_by(2) {
        colour = jpeg(photo.as_raw(), (width, height), quality, ExtendedColorType::Rgb8)?;
        if colour.len() >= enough {
            break;
        }
    }
    let edge = u64::from(width.min(height)) * 2 / 5;
    let alpha = GrayImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (u64::from(x.abs_diff(width / 2)), u64::from(y.abs_diff(height / 2)));
        let inside = (edge * edge).saturating_sub(dx * dx + dy * dy) / edge.max(1);
        Luma([u8::try_from(inside * 8).unwrap_or(u8::MAX)])
    });
    let mut png = Vec::new();
    DynamicImage::from(alpha).write_to(&mut Cursor::new(&mut png), ImageFormat::Png)?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in [("color.jpg", &colour), ("alpha.png", &png)] {
        archive.start_file(name, stored)?;
        archive.write_all(content)?;
    }
    let bytes = archive.finish()?.into_inner();
    fs::write(file, &bytes)?;
    Ok(bytes.len())
}

/// Pictures of one drawing that differ in a comment, in subfolders. Says how many bytes one has.
pub(crate) fn write_inputs(folder: &Path, count: usize, (width, height): (u32, u32)) -> Result<usize> {
    let grey = DynamicImage::from(gradient(width, height, 0)).into_luma8();
    let drawing = jpeg(grey.as_raw(), (width, height), INPUT_QUALITY, ExtendedColorType::L8)?;
    let (start, rest) = drawing.split_at_checked(2).context("no JPEG was made")?;
    let filling = filling(INPUT_BYTES.saturating_sub(drawing.len()));
    let mut bytes = 0;
    for number in 0..count {
        let folder = folder.join(format!("{:03}", number / A_FOLDER));
        if number % A_FOLDER == 0 {
            fs::create_dir_all(&folder)?;
        }
        let comment = format!("{number:010}");
        let file = [start, &[0xFF, 0xFE, 0, 12], comment.as_bytes(), &filling, rest].concat();
        fs::write(folder.join(format!("product {number:05}.jpg")), &file)?;
        bytes = file.len();
    }
    Ok(bytes)
}

/// Comments of so many bytes, about.
fn filling(bytes: usize) -> Vec<u8> {
    const MOST: usize = 60_000;
    let mut filling = Vec::with_capacity(bytes);
    while filling.len() + 4 < bytes {
        let length = (bytes - filling.len() - 4).min(MOST);
        filling.extend([0xFF, 0xFE]);
        filling.extend(u16::try_from(length + 2).unwrap_or(u16::MAX).to_be_bytes());
        filling.resize(filling.len() + length, b' ');
    }
    filling
}

/// Light that falls off to one side, with so much noise.
fn gradient(width: u32, height: u32, noise: u32) -> RgbImage {
    let mut state = 0x9E37_79B9_u32;
    RgbImage::from_fn(width, height, |x, y| {
        let base = [60 + x * 120 / width, 90 + y * 100 / height, 160 - (x + y) * 80 / (width + height)];
        Rgb(base.map(|value| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from(value + (state >> 16) % (noise + 1)).unwrap_or(u8::MAX)
        }))
    })
}

fn jpeg(pixels: &[u8], (width, height): (u32, u32), quality: u8, colour: ExtendedColorType) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode(pixels, width, height, colour)?;
    Ok(bytes)
}
