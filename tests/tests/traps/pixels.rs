//! What became of the picture itself. Judged by the `image` crate, never by the product's own code.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clearcut_tests::chaos::stage::zipped;
use clearcut_tests::cutout;
use clearcut_tests::place::Place;
use clearcut_tests::terminal::clearcut;
use clearcut_tests::tools::sample;
use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, ImageEncoder as _, Luma, Rgb, RgbImage, imageops};
use moxcms::{ColorProfile, Layout, TransformOptions};
use rstest::rstest;

use crate::common::{Desk, output};

/// The colour of the removed background was still in the file, under alpha 0: whoever drops the alpha sees it.
#[rstest]
#[case("png")]
#[case("webp")]
#[tokio::test]
async fn no_colour_is_left_under_alpha_zero(#[case] format: &str) -> Result<()> {
    let desk = Desk::with("[]", &[])?;
    let picture = desk.picture("cup.png")?;
    let lines = desk.remove(&["--format", format], &[&picture])?.ok()?.json_lines()?;
    let saved = cutout::load(&output(&lines[0])?)?;
    let gone = saved.pixels().filter(|pixel| pixel.0[3] == 0).count();
    ensure!(gone > 500 && gone < 64 * 48, "{gone} pixels are transparent");
    cutout::check_nothing_hidden(&saved)
}

/// Photos from telephones lay on their side: the orientation of the original was applied once more to an answer that
/// stood upright.
#[tokio::test]
async fn orientation_is_not_applied_twice() -> Result<()> {
    let upright = imageops::crop_imm(&image::open(sample("astronaut.png"))?.into_rgb8(), 0, 0, 512, 384).to_image();
    let mut colour = Vec::new();
    upright.write_with_encoder(JpegEncoder::new_with_quality(&mut colour, 95))?;
    let alpha = GrayImage::from_pixel(upright.width(), upright.height(), Luma([255]));
    let desk = Desk::answering(&zipped(&colour, &alpha)?, "[]", &[])?;
    let photos: Vec<PathBuf> =
        (1..=8).map(|orientation| turned(&desk.place, &upright, orientation)).collect::<Result<_>>()?;
    let paths: Vec<&Path> = photos.iter().map(AsRef::as_ref).collect();
    let lines = desk.remove(&[], &paths)?.ok()?.json_lines()?;
    for (photo, line) in photos.iter().zip(&lines) {
        let saved = image::open(output(line)?)?.into_rgb8();
        ensure!(saved.dimensions() == upright.dimensions(), "{}: {:?}", photo.display(), saved.dimensions());
        let apart = difference(&saved, &upright);
        ensure!(apart < 4.0, "{}: {apart} levels apart", photo.display());
    }
    Ok(())
}

/// Or it was never applied. A service that reads it as it should gives an upright cutout, mirrored ones too.
#[rstest]
#[case::turned(6)]
#[case::turned_and_mirrored(5)]
#[test]
fn orientation_is_not_forgotten(#[case] orientation: u8) -> Result<()> {
    let place = Place::fresh()?;
    let photo = turned(&place, &image::open(sample("astronaut.png"))?.into_rgb8(), orientation)?;
    let ran = clearcut(&place, &["remove", "--yes", "--json"])?.path(&photo).ok()?;
    cutout::check_astronaut(&output(&ran.json_lines()?[0])?)
}

/// The picture as a camera stores it that was held so, with the tag that says how to turn it.
fn turned(place: &Place, upright: &RgbImage, orientation: u8) -> Result<PathBuf> {
    let stored = match orientation {
        2 => imageops::flip_horizontal(upright),
        3 => imageops::rotate180(upright),
        4 => imageops::flip_vertical(upright),
        5 => imageops::rotate270(&imageops::flip_horizontal(upright)),
        6 => imageops::rotate270(upright),
        7 => imageops::rotate90(&imageops::flip_horizontal(upright)),
        8 => imageops::rotate90(upright),
        _ => upright.clone(),
    };
    let mut encoder_bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut encoder_bytes, 95);
    // One entry: tag 0x0112, a short, the orientation.
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    encoder.set_exif_metadata(exif)?;
    stored.write_with_encoder(encoder)?;
    place.file(&format!("turned-{orientation}.jpg"), &encoder_bytes)
}

/// The tags are what readers take them for: a test of the test.
#[test]
fn a_turned_photo_is_upright_for_a_reader_that_turns_once() -> Result<()> {
    use image::{DynamicImage, ImageDecoder as _, ImageReader};
    let place = Place::fresh()?;
    let upright = image::open(sample("astronaut.png"))?.into_rgb8();
    for orientation in 1..=8 {
        let path = turned(&place, &upright, orientation)?;
        let mut decoder = ImageReader::open(&path)?.with_guessed_format()?.into_decoder()?;
        let tag = decoder.orientation()?;
        let mut picture = DynamicImage::from_decoder(decoder)?;
        picture.apply_orientation(tag);
        let apart = difference(&picture.into_rgb8(), &upright);
        ensure!(apart < 4.0, "orientation {orientation}: {apart} levels apart");
    }
    Ok(())
}

/// Pale pictures: the numbers of a wide-gamut profile were saved without the profile.
#[test]
fn a_wide_gamut_photo_keeps_the_colours_that_were_meant() -> Result<()> {
    let place = Place::fresh()?;
    let meant = image::open(sample("astronaut.png"))?.into_rgb8();
    let wide = in_display_p3(&meant)?;
    let photo = place.photos().join("wide.png");
    let mut encoder = image::codecs::png::PngEncoder::new(std::fs::File::create(&photo)?);
    encoder.set_icc_profile(ColorProfile::new_display_p3().encode()?)?;
    encoder.write_image(&wide, wide.width(), wide.height(), image::ExtendedColorType::Rgb8)?;

    let ran = clearcut(&place, &["remove", "--yes", "--json"])?.path(&photo).ok()?;
    let saved = output(&ran.json_lines()?[0])?;
    let cutout = cutout::load(&saved)?;
    let solid = |whole: &RgbImage| {
        let pairs = cutout.pixels().zip(whole.pixels()).filter(|(cut, _)| cut.0[3] == 255);
        let (pixels, sum) = pairs.fold((0_u32, 0_u32), |(pixels, sum), (cut, whole)| {
            (pixels + 3, sum + (0..3).map(|c| u32::from(cut.0[c].abs_diff(whole.0[c]))).sum::<u32>())
        });
        f64::from(sum) / f64::from(pixels.max(1))
    };
    ensure!(solid(&wide) > 2.0 * solid(&meant), "{} from the profile's numbers", solid(&wide));
    expect_srgb(&saved)?;
    cutout::check_astronaut(&saved)
}

/// The same where it is the service whose colours come with a profile.
#[tokio::test]
async fn an_answer_with_a_profile_keeps_the_colours_that_were_meant() -> Result<()> {
    let meant = RgbImage::from_fn(64, 48, |x, _| if x < 32 { Rgb([230, 120, 40]) } else { Rgb([40, 160, 90]) });
    let mut jpeg = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 98);
    encoder.set_icc_profile(ColorProfile::new_display_p3().encode()?)?;
    in_display_p3(&meant)?.write_with_encoder(encoder)?;
    let alpha = GrayImage::from_pixel(64, 48, Luma([255]));
    let desk = Desk::answering(&zipped(&jpeg, &alpha)?, "[]", &[])?;
    let picture = desk.picture("cup.png")?;
    let lines = desk.remove(&[], &[&picture])?.ok()?.json_lines()?;
    let saved = output(&lines[0])?;
    for (x, colour) in [(8, [230, 120, 40]), (56, [40, 160, 90])] {
        let got = cutout::load(&saved)?.get_pixel(x, 24).0;
        let apart = (0..3).map(|c| got[c].abs_diff(colour[c])).max().unwrap_or(0);
        ensure!(apart <= 4, "meant {colour:?}, saved {got:?}");
    }
    expect_srgb(&saved)
}

/// A saved file says sRGB, or says nothing, which means the same.
fn expect_srgb(path: &Path) -> Result<()> {
    use image::{ImageDecoder as _, ImageReader};
    let mut decoder = ImageReader::open(path)?.with_guessed_format()?.into_decoder()?;
    ensure!(decoder.icc_profile()?.is_none(), "{} has a profile", path.display());
    Ok(())
}

/// The numbers that mean the same colours in Display P3.
fn in_display_p3(meant: &RgbImage) -> Result<RgbImage> {
    let (srgb, wide) = (ColorProfile::new_srgb(), ColorProfile::new_display_p3());
    let transform = srgb.create_transform_8bit(Layout::Rgb, &wide, Layout::Rgb, TransformOptions::default())?;
    let mut numbers = vec![0; meant.as_raw().len()];
    transform.transform(meant, &mut numbers)?;
    RgbImage::from_raw(meant.width(), meant.height(), numbers).context("as many numbers as before")
}

/// Levels apart on average.
fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    let sum: f64 = one.iter().zip(other.iter()).map(|(a, b)| f64::from(a.abs_diff(*b))).sum();
    sum / (f64::from(one.width()) * f64::from(one.height()) * 3.0)
}
