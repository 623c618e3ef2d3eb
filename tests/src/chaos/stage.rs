//! Where a run is played: pictures that all differ, a canned answer, and the service with its rules. The answer is a ZIP as
//! the real service sends it, small, because not the picture but what becomes of it is tested.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, ImageFormat, Luma, Rgb, RgbImage};

use super::dice::Dice;
use super::plan::Plan;
use crate::place::Place;
use crate::practice::Service;

/// Width and height of the answer, and so of every result.
pub const ANSWER: (u32, u32) = (64, 48);

/// Every so manieth picture is large enough that its upload does not fit into any buffer.
const LARGE_EVERY: u64 = 20;

/// The key of the service.
const KEY: &str = "K";

/// A run that can begin.
#[derive(Debug)]
pub struct Stage {
    /// The folders of the installation.
    pub place: Place,
    /// The service.
    pub service: Service,
    /// The pictures by the BLAKE3 of their files.
    pub pictures: BTreeMap<String, PathBuf>,
}

impl Stage {
    /// Sets everything up.
    pub fn set(plan: &Plan) -> Result<Self> {
        let place = Place::in_memory()?;
        let mut pictures = BTreeMap::new();
        for index in 0..plan.pictures {
            let bytes = picture(plan.seed, index)?;
            let path = place.file(&format!("picture-{index:03}.png"), &bytes)?;
            pictures.insert(blake3::hash(&bytes).to_hex().to_string(), path);
        }
        std::fs::create_dir(place.path("results"))?;
        let (answer, faults) = (place.path("answer.zip"), place.path("faults.json"));
        std::fs::write(&answer, canned_answer()?)?;
        std::fs::write(&faults, plan.faults.to_string())?;
        let text = |path: &PathBuf| path.to_str().map(str::to_owned).context("a folder with a plain name");
        let (answer, faults) = (text(&answer)?, text(&faults)?);
        let (subscription, payg) = (plan.subscription.to_string(), plan.payg.to_string());
        let args =
            ["--key", KEY, "--answer", &answer, "--faults", &faults, "--subscription", &subscription, "--payg", &payg];
        // No rate limit of its own: its minutes are real ones. Storms of 429 are among the rules.
        let service = Service::start(&place, &[&args[..], &["--rate-limit", "0"]].concat())?;
        Ok(Self { place, service, pictures })
    }

    /// Where results go.
    #[must_use]
    pub fn results(&self) -> PathBuf {
        self.place.path("results")
    }

    /// The file that names the pictures which the user chose to send once more.
    #[must_use]
    pub fn chosen(&self) -> PathBuf {
        self.place.path("chosen.txt")
    }

    /// Those pictures.
    pub fn chosen_by_the_user(&self) -> Result<BTreeSet<PathBuf>> {
        read_chosen(&self.chosen())
    }
}

/// The pictures that a file names, one a line; none where there is no file.
pub fn read_chosen(file: &Path) -> Result<BTreeSet<PathBuf>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(text.lines().map(PathBuf::from).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(error).context("the user's choices"),
    }
}

/// A picture that no other is like: smooth and small, or noisy and large.
fn picture(seed: u64, index: u64) -> Result<Vec<u8>> {
    let mut dice = Dice::new(seed.rotate_left(20) ^ index);
    let noisy = index % LARGE_EVERY == LARGE_EVERY - 1;
    let (width, height) = if noisy { (320, 240) } else { (32, 24) };
    let tint = dice.roll().to_le_bytes();
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let noise = if noisy { dice.roll().to_le_bytes() } else { [0; 8] };
        let [x, y] = [x, y].map(|side| u8::try_from(side % 256).unwrap_or(0));
        Rgb([tint[0] ^ x ^ noise[0], tint[1] ^ y ^ noise[1], tint[2] ^ noise[2]])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// What the service answers: a disc on nothing. The colours are those of the whole picture, as the real service sends them.
pub fn canned_answer() -> Result<Vec<u8>> {
    let (width, height) = ANSWER;
    let inside = |x: u32, y: u32| x.abs_diff(width / 2).pow(2) + y.abs_diff(height / 2).pow(2) < 400;
    let mut colour = Vec::new();
    let tint = |x: u32, y: u32| if inside(x, y) { Rgb([240, 200, 90]) } else { Rgb([200, 30, 60]) };
    RgbImage::from_fn(width, height, tint).write_with_encoder(JpegEncoder::new_with_quality(&mut colour, 92))?;
    let opacity = |x: u32, y: u32| Luma([if inside(x, y) { 255 } else { 0 }]);
    zipped(&colour, &GrayImage::from_fn(width, height, opacity))
}

/// A ZIP of `color.jpg` and `alpha.png`.
pub fn zipped(colour_jpeg: &[u8], alpha: &GrayImage) -> Result<Vec<u8>> {
    let mut alpha_png = Cursor::new(Vec::new());
    alpha.write_to(&mut alpha_png, ImageFormat::Png)?;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in [("color.jpg", colour_jpeg), ("alpha.png", alpha_png.get_ref())] {
        zip.start_file(name, stored)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_differ_and_are_the_same_again() -> Result<()> {
        assert_ne!(picture(1, 0)?, picture(1, 1)?);
        assert_ne!(picture(1, 0)?, picture(2, 0)?);
        assert_eq!(picture(1, 19)?, picture(1, 19)?);
        assert!(picture(1, 19)?.len() > 150_000);
        Ok(())
    }
}
