//! Embedded colour profiles are applied once, and sRGB ones leave the pixels alone.

use clearcut_imaging::{Limits, Rgba, decode_bytes};
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
fn srgb_leaves_every_bit() {
    let file = png_with_profile([1, 127, 253, 9], ColorProfile::new_srgb().encode().unwrap());
    assert_eq!(first_pixel(&file), [1, 127, 253, 9]);
}

#[test]
fn a_profile_of_nonsense_is_ignored() {
    assert_eq!(first_pixel(&png_with_profile([1, 127, 253, 255], vec![7; 300])), [1, 127, 253, 255]);
}
