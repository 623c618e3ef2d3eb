//! Embedded colour profiles are applied once, and sRGB ones leave the pixels alone.

use std::path::Path;

use clearcut_imaging::{Limits, Rgba, decode, decode_bytes};
use image::{ExtendedColorType, ImageEncoder};
use moxcms::ColorProfile;
use rstest::rstest;

use crate::delta_e::{delta_e, lab_of_linear, lab_of_srgb, linear};

fn png_with_profile(pixel: [u8; 4], profile: Vec<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut out);
    encoder.set_icc_profile(profile).unwrap();
    encoder.write_image(&Rgba::filled(4, 4, pixel).pixels, 4, 4, ExtendedColorType::Rgba8).unwrap();
    out
}

fn first_pixel(file: &[u8]) -> [u8; 4] {
    decode_bytes(file, &Limits::inputs()).unwrap().pixel(0, 0).unwrap()
}

#[test]
fn display_p3_becomes_srgb() {
    let file = png_with_profile([234, 51, 35, 77], ColorProfile::new_display_p3().encode().unwrap());
    // CSS Color 4: color(display-p3 0.918 0.2 0.137) is very nearly sRGB red.
    let [r, g, b, a] = first_pixel(&file);
    assert!(r >= 254 && g <= 4 && b <= 4, "{:?}", [r, g, b]);
    assert_eq!(a, 77);
}

#[test]
fn every_pixel_is_converted_and_keeps_its_alpha() {
    // rocket.jpg is in Adobe RGB; what littlecms makes of these pixels is written beside them.
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/rocket.jpg");
    let picture = decode(&path, &Limits::inputs()).unwrap();
    for ((x, y), meant) in [
        ((0, 0), [0, 27, 56]),
        ((1, 0), [0, 27, 56]),
        ((639, 0), [0, 10, 31]),
        ((300, 100), [26, 52, 89]),
        ((320, 200), [128, 121, 100]),
        ((100, 400), [77, 74, 75]),
    ] {
        let [r, g, b, a] = picture.pixel(x, y).unwrap();
        let worst = [r, g, b].iter().zip(meant).map(|(seen, meant)| seen.abs_diff(meant)).max().unwrap();
        assert!(worst <= 3 && a == 255, "{:?} at {x}, {y} where {meant:?} is right", [r, g, b]);
    }
}

#[test]
fn srgb_leaves_every_bit() {
    let file = png_with_profile([1, 127, 253, 9], ColorProfile::new_srgb().encode().unwrap());
    assert_eq!(first_pixel(&file), [1, 127, 253, 9]);
}

#[test]
fn a_profile_of_nonsense_is_ignored() {
    assert_eq!(first_pixel(&png_with_profile([1, 127, 253, 255], vec![7; 300])), [1, 127, 253, 255]);
}

/// Mean, 95 of 100, and largest.
struct Seen {
    mean: f64,
    most: f64,
    worst: f64,
}

fn seen(mut differences: Vec<f64>) -> Seen {
    differences.sort_by(f64::total_cmp);
    let mean = differences.iter().sum::<f64>() / f64::from(u32::try_from(differences.len()).unwrap());
    Seen { mean, most: differences[differences.len() * 95 / 100], worst: *differences.last().unwrap() }
}

impl Seen {
    fn line(&self, name: &str) -> String {
        format!("{name:<44} {:6.2} {:6.2} {:6.2}", self.mean, self.most, self.worst)
    }
}

/// A space of three primaries: its curve, and its matrix to linear sRGB.
struct Space {
    profile: ColorProfile,
    linear: fn(f64) -> f64,
    to_srgb: [[f64; 3]; 3],
}

/// CSS Color 4, section 17, its matrices multiplied.
fn display_p3() -> Space {
    let to_srgb = [
        [1.224_940_176, -0.224_940_176, 0.0],
        [-0.042_056_955, 1.042_056_955, 0.0],
        [-0.019_637_555, -0.078_636_046, 1.098_273_600],
    ];
    Space { profile: ColorProfile::new_display_p3(), linear, to_srgb }
}

/// Adobe RGB (1998), section 4.3: the curve is 563/256.
fn adobe_rgb() -> Space {
    let to_srgb = [[1.398_355_744, -0.398_355_744, 0.0], [0.0, 1.0, 0.0], [0.0, -0.042_928_989, 1.042_928_989]];
    Space { profile: ColorProfile::new_adobe_rgb(), linear: |value| value.powf(563.0 / 256.0), to_srgb }
}

impl Space {
    /// What a colour of this space is, in linear sRGB, outside of 0 to 1 where sRGB does not have it.
    fn truth(&self, pixel: [u8; 3]) -> [f64; 3] {
        let [r, g, b] = pixel.map(|value| (self.linear)(f64::from(value) / 255.0));
        self.to_srgb.map(|[x, y, z]| x * r + y * g + z * b)
    }
}

/// Every sixteenth level of each channel.
fn cube() -> Vec<[u8; 3]> {
    let level = |step: u16| u8::try_from((step * 16).min(255)).unwrap();
    (0..17 * 17 * 17).map(|i| [level(i / 289), level(i / 17 % 17), level(i % 17)]).collect()
}

/// What converting costs, against the formulas of the standards in floating point, and what ignoring the profile would cost. The figures
/// stand in docs/colour.md; `--nocapture` prints them.
#[rstest]
#[case::display_p3("Display P3", display_p3())]
#[case::adobe_rgb("Adobe RGB", adobe_rgb())]
fn converted_colours_are_the_ones_that_were_meant(#[case] name: &str, #[case] space: Space) {
    let colours = cube();
    let pixels: Vec<u8> = colours.iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect();
    let picture = Rgba::new(17, 289, pixels).unwrap();
    let mut file = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut file);
    encoder.set_icc_profile(space.profile.encode().unwrap()).unwrap();
    encoder.write_image(&picture.pixels, 17, 289, ExtendedColorType::Rgba8).unwrap();
    let converted = decode_bytes(&file, &Limits::inputs()).unwrap();

    let (mut inside, mut outside, mut ignored) = (Vec::new(), Vec::new(), Vec::new());
    for (&meant, shown) in colours.iter().zip(converted.pixels.chunks_exact(4)) {
        let truth = space.truth(meant);
        let has = truth.iter().all(|value| (-1e-3..=1.001).contains(value));
        let difference = delta_e(lab_of_linear(truth), lab_of_srgb([shown[0], shown[1], shown[2]]));
        if has {
            inside.push(difference);
        } else {
            outside.push(difference);
        }
        ignored.push(delta_e(lab_of_linear(truth), lab_of_srgb(meant)));
    }
    let (inside, outside, ignored) = (seen(inside), seen(outside), seen(ignored));
    println!("{}", inside.line(&format!("{name}, colours that sRGB has")));
    println!("{}", outside.line(&format!("{name}, colours that sRGB has not")));
    println!("{}", ignored.line(&format!("{name}, profile ignored")));
    assert!(inside.mean < 0.35 && inside.most < 1.0, "{}", inside.line(name));
    assert!(inside.mean + outside.mean < ignored.mean, "{} {}", outside.line(name), ignored.line(name));
}

/// A real photo in Adobe RGB: every pixel.
#[test]
fn a_photo_is_converted_without_a_difference_that_is_seen() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/rocket.jpg");
    let converted = decode(&path, &Limits::inputs()).unwrap();
    // Its own numbers, as they lie in the file.
    let decoder = zune_jpeg_pixels(&std::fs::read(&path).unwrap());
    let space = adobe_rgb();
    let differences = decoder.chunks_exact(3).zip(converted.pixels.chunks_exact(4)).map(|(own, shown)| {
        delta_e(lab_of_linear(space.truth([own[0], own[1], own[2]])), lab_of_srgb([shown[0], shown[1], shown[2]]))
    });
    let differences = seen(differences.collect());
    println!("{}", differences.line("a photo in Adobe RGB (rocket.jpg)"));
    assert!(differences.mean < 0.5 && differences.most < 1.0, "{}", differences.line("rocket.jpg"));
}

fn zune_jpeg_pixels(file: &[u8]) -> Vec<u8> {
    zune_jpeg::JpegDecoder::new(std::io::Cursor::new(file)).decode().unwrap()
}

/// A printer's profile: littlecms' own conversion of the same inks stands beside the file.
#[test]
fn inks_become_what_their_profile_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/inputs");
    let reference = decode(&folder.join("cmyk_reference.png"), &Limits::inputs()).unwrap();
    for (name, within) in [("cmyk.tif", 1.0), ("cmyk_profile.jpg", 1.5)] {
        let converted = decode(&folder.join(name), &Limits::inputs()).unwrap();
        let pairs = converted.pixels.chunks_exact(4).zip(reference.pixels.chunks_exact(4));
        let lab = |pixel: &[u8]| lab_of_srgb([pixel[0], pixel[1], pixel[2]]);
        let differences = seen(pairs.map(|(a, b)| delta_e(lab(a), lab(b))).collect());
        println!("{}", differences.line(name));
        assert!(differences.mean < within, "{}", differences.line(name));
    }
}

/// Without a profile: (1 − ink)(1 − black), however the file stores the inks.
#[rstest]
#[case::adobe_turned_over("cmyk.jpg")]
#[case::bare("cmyk_bare.jpg")]
#[case::ycck("ycck.jpg")]
fn inks_without_a_profile_become_light_by_the_plain_formula(#[case] name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/inputs");
    let converted = decode(&folder.join(name), &Limits::inputs()).unwrap();
    let chart = decode(&folder.join("chart.png"), &Limits::inputs()).unwrap();
    let mut sum = 0.0;
    for (pixel, drawn) in converted.pixels.chunks_exact(4).zip(chart.pixels.chunks_exact(4)) {
        // The inks were 255 − the chart's colours, and 20 of black.
        for (value, drawn) in pixel.iter().zip(&drawn[..3]) {
            sum += (f64::from(*value) - f64::from(*drawn) * 235.0 / 255.0).abs();
        }
    }
    let mean = sum / f64::from(64 * 48 * 3);
    assert!(mean < 4.0, "{name}: {mean} levels");
}

/// A scanner's grey of gamma 1.8 is lighter than the same numbers in sRGB.
#[test]
fn grey_follows_its_profile() {
    let profile = ColorProfile::new_gray_with_gamma(1.8).encode().unwrap();
    let mut file = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut file);
    encoder.set_icc_profile(profile).unwrap();
    let greys: Vec<u8> = (0..=255).collect();
    encoder.write_image(&greys, 256, 1, ExtendedColorType::L8).unwrap();
    let converted = decode_bytes(&file, &Limits::inputs()).unwrap();
    for (grey, shown) in greys.iter().zip(converted.pixels.chunks_exact(4)) {
        let light = (f64::from(*grey) / 255.0).powf(1.8);
        let difference = delta_e(lab_of_linear([light; 3]), lab_of_srgb([shown[0], shown[1], shown[2]]));
        assert!(difference < 0.7 && shown[0] == shown[1] && shown[1] == shown[2], "{grey}: {shown:?}, {difference}");
    }
}
