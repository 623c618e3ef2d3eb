//! Embedded colour profiles are applied once, and sRGB ones leave the pixels alone.

use std::path::Path;

use clearcut_imaging::{Limits, Rgba, decode, decode_bytes};
use image::{ExtendedColorType, ImageEncoder};
use moxcms::ColorProfile;

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
