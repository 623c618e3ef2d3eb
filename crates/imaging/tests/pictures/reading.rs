//! Kinds of pictures that must be read, whatever their samples look like.

use clearcut_imaging::{Format, Limits, Rgba, decode_bytes, probe_bytes};
use png::{BitDepth, ColorType};
use rstest::rstest;

use crate::make::{drawing, jpeg, png_of, quarters};

fn decoded(file: &[u8]) -> Rgba {
    decode_bytes(file, &Limits::inputs()).unwrap()
}

/// Left and right half of a fixture, with room for what its encoder did to the colours.
fn assert_halves(picture: &Rgba, left: [u8; 3], right: [u8; 3], within: u8) {
    assert_eq!((picture.width, picture.height), (32, 16));
    for (x, meant) in [(4, left), (27, right)] {
        let [r, g, b, a] = picture.pixel(x, 8).unwrap();
        let worst = [r, g, b].iter().zip(meant).map(|(seen, meant)| seen.abs_diff(meant)).max().unwrap();
        assert!(worst <= within && a == 255, "{:?} where {meant:?} was drawn", [r, g, b, a]);
    }
}

#[rstest]
#[case::cmyk_jpeg(include_bytes!("../fixtures/cmyk.jpg").as_slice(), Format::Jpeg, 12)]
#[case::progressive_jpeg(include_bytes!("../fixtures/progressive.jpg"), Format::Jpeg, 6)]
#[case::palette_png(include_bytes!("../fixtures/palette.png"), Format::Png, 0)]
#[case::lossy_webp(include_bytes!("../fixtures/lossy.webp"), Format::WebP, 12)]
fn coloured_kinds(#[case] file: &[u8], #[case] format: Format, #[case] within: u8) {
    let probe = probe_bytes(file, &Limits::inputs()).unwrap();
    assert_eq!((probe.format, probe.width, probe.height, probe.has_alpha), (format, 32, 16, false));
    assert_halves(&decoded(file), [200, 30, 40], [20, 60, 180], within);
}

#[test]
fn grey_jpeg() {
    assert_halves(&decoded(include_bytes!("../fixtures/grey.jpg")), [82; 3], [62; 3], 4);
}

#[test]
fn grey_png_with_alpha() {
    let file = png_of(ColorType::GrayscaleAlpha, BitDepth::Eight, 2, 1, &[10, 255, 200, 7]);
    assert_eq!(decoded(&file).pixels, [10, 10, 10, 255, 200, 200, 200, 7]);
    assert!(probe_bytes(&file, &Limits::inputs()).unwrap().has_alpha);
}

#[rstest]
#[case(BitDepth::One, vec![0b1000_0000], [255, 0])]
#[case(BitDepth::Two, vec![0b1001_0000], [170, 85])]
#[case(BitDepth::Four, vec![0x3C], [51, 204])]
#[case(BitDepth::Eight, vec![3, 250], [3, 250])]
#[case(BitDepth::Sixteen, vec![3, 99, 250, 1], [3, 250])]
fn grey_png_of_every_depth(#[case] depth: BitDepth, #[case] data: Vec<u8>, #[case] greys: [u8; 2]) {
    let picture = decoded(&png_of(ColorType::Grayscale, depth, 2, 1, &data));
    let [a, b] = greys;
    assert_eq!(picture.pixels, [a, a, a, 255, b, b, b, 255]);
}

#[test]
fn png_of_sixteen_bits_with_alpha() {
    let file = png_of(ColorType::Rgba, BitDepth::Sixteen, 1, 1, &[1, 200, 2, 200, 3, 200, 4, 200]);
    assert_eq!(decoded(&file).pixels, [1, 2, 3, 4]);
}

#[test]
fn straight_alpha_survives_as_it_is() {
    let picture = drawing(7, 5, |x, y| [250, u8::try_from(x * 9).unwrap(), 3, u8::try_from(y * 60).unwrap()]);
    let file = png_of(ColorType::Rgba, BitDepth::Eight, 7, 5, &picture.pixels);
    assert_eq!(decoded(&file), picture);
}

#[test]
fn bytes_behind_the_end_of_a_jpeg_are_nobodys_business() {
    // Phones append films and depth maps.
    let file = [jpeg(&quarters()).as_slice(), b"MotionPhoto_Data", &[0; 999]].concat();
    assert_eq!(decoded(&file), decoded(&jpeg(&quarters())));
}

#[test]
fn the_extension_is_not_asked() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("photo.txt");
    std::fs::write(&path, jpeg(&quarters())).unwrap();
    let probe = clearcut_imaging::probe(&path, &Limits::inputs()).unwrap();
    assert_eq!((probe.format, probe.width, probe.height), (Format::Jpeg, 32, 16));
    assert!((probe.megapixels() - 0.000_512).abs() < 1e-9);
    assert_eq!(probe.size_bytes, std::fs::metadata(&path).unwrap().len());
}
