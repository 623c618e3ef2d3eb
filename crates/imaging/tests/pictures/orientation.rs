//! Orientation is applied exactly once, by the probe, the decoder and the thumbnail alike.

use clearcut_imaging::{Limits, Rgba, decode_bytes, probe_bytes, thumbnail};
use rstest::rstest;

use crate::make::{Place, drawing, jpeg_oriented, jpeg_with_app1, png_oriented, quarters, webp_oriented};

/// The stored pixels that show [`quarters`] under an orientation: what a camera held that way would write.
fn stored_for(orientation: u8) -> Rgba {
    let upright = quarters();
    let (w, h) = (upright.width, upright.height);
    let at = |x, y| upright.pixel(x, y).unwrap();
    match orientation {
        2 => drawing(w, h, |x, y| at(w - 1 - x, y)),
        3 => drawing(w, h, |x, y| at(w - 1 - x, h - 1 - y)),
        4 => drawing(w, h, |x, y| at(x, h - 1 - y)),
        5 => drawing(h, w, |x, y| at(y, x)),
        6 => drawing(h, w, |x, y| at(w - 1 - y, x)),
        7 => drawing(h, w, |x, y| at(w - 1 - y, h - 1 - x)),
        8 => drawing(h, w, |x, y| at(y, h - 1 - x)),
        _ => upright,
    }
}

/// Compares the corners: a JPEG blurs the middle.
fn assert_upright(picture: &Rgba) {
    let expected = quarters();
    assert_eq!((picture.width, picture.height), (32, 16));
    for (x, y) in [(1, 1), (30, 1), (1, 14), (30, 14)] {
        let (seen, meant) = (picture.pixel(x, y).unwrap(), expected.pixel(x, y).unwrap());
        let worst = seen.iter().zip(meant).map(|(a, b)| a.abs_diff(b)).max().unwrap();
        assert!(worst <= 12, "at {x}, {y}: {seen:?} where {meant:?} was drawn");
    }
}

fn assert_stands_upright(file: &[u8], orientation: u8) {
    let limits = Limits::inputs();
    let probe = probe_bytes(file, &limits).unwrap();
    assert_eq!((probe.width, probe.height, probe.orientation), (32, 16, orientation));
    assert_upright(&decode_bytes(file, &limits).unwrap());

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("photo");
    std::fs::write(&path, file).unwrap();
    assert_upright(&thumbnail(&path, 32, &limits).unwrap());
    let small = thumbnail(&path, 8, &limits).unwrap();
    assert_eq!((small.width, small.height), (8, 4));
}

#[rstest]
fn jpeg(#[values(1, 2, 3, 4, 5, 6, 7, 8)] orientation: u8) {
    assert_stands_upright(&jpeg_oriented(&stored_for(orientation), orientation), orientation);
}

#[rstest]
fn png(#[values(1, 2, 3, 4, 5, 6, 7, 8)] orientation: u8, #[values(Place::BeforeData, Place::AfterData)] place: Place) {
    assert_stands_upright(&png_oriented(&stored_for(orientation), orientation, place), orientation);
}

#[rstest]
fn webp(#[values(1, 2, 3, 4, 5, 6, 7, 8)] orientation: u8) {
    assert_stands_upright(&webp_oriented(&stored_for(orientation), orientation), orientation);
}

#[test]
fn an_orientation_that_does_not_exist_is_none() {
    let file = jpeg_oriented(&quarters(), 9);
    assert_eq!(probe_bytes(&file, &Limits::inputs()).unwrap().orientation, 1);
    assert_upright(&decode_bytes(&file, &Limits::inputs()).unwrap());
}

#[test]
fn nonsense_exif_is_passed_over() {
    let file = jpeg_with_app1(&quarters(), b"Exif\0\0MM\0*\xFF\xFF\xFF\xFFgarbage");
    assert_upright(&decode_bytes(&file, &Limits::inputs()).unwrap());
}
