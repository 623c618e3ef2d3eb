//! The picture that is measured: a photo of `samples/` at 12 megapixels with the noise of a camera, and a matte with a soft
//! and frayed edge. The photo is there under alpha 0, too, as a service leaves it.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use clearcut_imaging::{EncodeOptions, Limits, OutputFormat, Rgba, decode, encode_to_vec, resize};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::Result;

/// Sides in pixels.
pub(crate) const SIZE: (u32, u32) = (4000, 3000);
/// Amplitude of the noise in levels: triangular, standard deviation about 2.
const NOISE: i32 = 8;
/// Gives a ZIP of about 2.5 MB with this noise.
const JPEG_QUALITY: u8 = 91;

/// Files of one answer.
pub(crate) struct Files {
    pub(crate) zip: PathBuf,
    pub(crate) colour: PathBuf,
    pub(crate) alpha: PathBuf,
}

impl Files {
    pub(crate) fn of(dir: &Path) -> Self {
        Self { zip: dir.join("answer.zip"), colour: dir.join("color.jpg"), alpha: dir.join("alpha.png") }
    }
}

/// Makes the answer, as a ZIP and in its parts.
pub(crate) fn make(dir: &Path) -> Result<()> {
    let files = Files::of(dir);
    let colour = encode_to_vec(
        &photo()?,
        OutputFormat::Jpg,
        &EncodeOptions { jpeg_quality: JPEG_QUALITY, ..EncodeOptions::default() },
    )?;
    let alpha = matte_png()?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in [("color.jpg", &colour), ("alpha.png", &alpha)] {
        archive.start_file(name, stored)?;
        archive.write_all(content)?;
    }
    fs::write(&files.zip, archive.finish()?.into_inner())?;
    fs::write(&files.colour, colour)?;
    Ok(fs::write(&files.alpha, alpha)?)
}

fn photo() -> Result<Rgba> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/coffee.png");
    let mut picture = resize(&decode(&sample, &Limits::inputs())?, SIZE.0, SIZE.1);
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for pixel in picture.pixels.chunks_exact_mut(4) {
        for value in &mut pixel[..3] {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let [one, two, ..] = state.to_le_bytes();
            let noise = (i32::from(one) - i32::from(two)) * NOISE / 256;
            *value = u8::try_from((i32::from(*value) + noise).clamp(0, 255))?;
        }
    }
    Ok(picture)
}

/// A subject in the middle that covers about 43 %, its edge about 16 pixels soft and frayed like hair.
fn matte_png() -> Result<Vec<u8>> {
    let (width, height) = SIZE;
    let (half_w, half_h) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let mut matte = Vec::with_capacity(width as usize * height as usize);
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) = ((f64::from(x) - half_w) / half_w, (f64::from(y) - half_h) / half_h);
            let angle = dy.atan2(dx);
            let fray = 0.02 * (angle * 9.0).sin() + 0.006 * (angle * 611.0).sin() * (angle * 97.0).cos();
            let inside = (0.737 + fray - dx.hypot(dy)) * half_h / 16.0;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            matte.push((inside * 255.0 + 127.5).clamp(0.0, 255.0) as u8);
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&matte)?;
    writer.finish()?;
    Ok(file)
}
