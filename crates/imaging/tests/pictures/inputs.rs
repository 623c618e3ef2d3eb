//! One small chart in every kind of file that is read, made by other programs (`fixtures/make_inputs.py`), against the chart itself.
//!
//! A tolerance is the largest mean difference in levels over all pixels and channels: 0 where the kind loses nothing; about 1 for a
//! lossy coding at high quality; more where chroma is halved, which smears the chart's hard edges over two pixels of 64.

use std::path::{Path, PathBuf};

use clearcut_imaging::{Format, ImageError, Limits, Rgba, decode, examine, probe, thumbnail};
use rstest::rstest;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/inputs").join(name)
}

fn decoded(name: &str) -> Rgba {
    decode(&fixture(name), &Limits::inputs()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Mean difference in levels over all channels; colour counts as far as it is seen.
fn difference(one: &Rgba, other: &Rgba) -> f64 {
    assert_eq!((one.width, one.height), (other.width, other.height));
    let seen = |pixel: &[u8]| {
        let alpha = f64::from(pixel[3]) / 255.0;
        [0, 1, 2].map(|at| f64::from(pixel[at]) * alpha).into_iter().chain([f64::from(pixel[3])])
    };
    let pairs = one.pixels.chunks_exact(4).zip(other.pixels.chunks_exact(4));
    let sum: f64 = pairs.flat_map(|(a, b)| seen(a).zip(seen(b)).map(|(a, b)| (a - b).abs()).collect::<Vec<_>>()).sum();
    sum / f64::from(one.width * one.height * 4)
}

fn assert_near(picture: &Rgba, reference: &Rgba, within: f64, name: &str) {
    let seen = difference(picture, reference);
    assert!(seen <= within, "{name}: {seen:.3} levels from the chart, {within} allowed");
}

#[rstest]
#[case::jpeg("plain.jpg", Format::Jpeg, 1.5)]
#[case::jpeg_progressive("progressive.jpg", Format::Jpeg, 3.0)]
#[case::png_of_16_bits("sixteen.png", Format::Png, 0.0)]
#[case::png_animated("animated.png", Format::Png, 0.0)]
#[case::webp("lossless.webp", Format::WebP, 0.0)]
#[case::webp_animated("animated.webp", Format::WebP, 0.0)]
#[case::tiff("plain.tif", Format::Tiff, 0.0)]
#[case::tiff_of_16_bits("sixteen.tif", Format::Tiff, 0.0)]
#[case::tiff_in_planes("planar.tif", Format::Tiff, 0.0)]
#[case::tiff_in_tiles("tiled.tif", Format::Tiff, 0.0)]
#[case::tiff_of_several_pages("pages.tif", Format::Tiff, 0.0)]
#[case::tiff_with_jpeg_in_it("jpeg.tif", Format::Tiff, 3.0)]
#[case::tiff_of_64_bit_places("big.tif", Format::Tiff, 0.0)]
#[case::bmp("plain.bmp", Format::Bmp, 0.0)]
#[case::gif("plain.gif", Format::Gif, 2.0)]
#[case::gif_animated("animated.gif", Format::Gif, 2.0)]
#[case::avif("plain.avif", Format::Avif, 1.0)]
#[case::avif_420("subsampled.avif", Format::Avif, 3.0)]
#[case::avif_422("half.avif", Format::Avif, 2.5)]
#[case::avif_limited_range("limited.avif", Format::Avif, 1.0)]
#[case::avif_of_10_bits("ten.avif", Format::Avif, 3.0)]
#[case::avif_of_12_bits("twelve.avif", Format::Avif, 1.0)]
#[case::avif_bt709("bt709.avif", Format::Avif, 1.0)]
#[case::avif_lossless("identity.avif", Format::Avif, 0.0)]
#[case::heic("plain.heic", Format::Heic, 1.0)]
#[case::heic_420("subsampled.heic", Format::Heic, 3.0)]
#[case::heic_of_10_bits("ten.heic", Format::Heic, 1.0)]
#[case::jxl("lossless.jxl", Format::JpegXl, 0.0)]
#[case::jxl_lossy("lossy.jxl", Format::JpegXl, 2.0)]
#[case::jxl_of_16_bits("container.jxl", Format::JpegXl, 0.0)]
#[case::jxl_from_jpeg("from_jpeg.jxl", Format::JpegXl, 1.5)]
#[case::jxl_animated("animated.jxl", Format::JpegXl, 2.0)]
fn opaque_kinds(#[case] name: &str, #[case] format: Format, #[case] within: f64) {
    let probe = probe(&fixture(name), &Limits::inputs()).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!((probe.format, probe.width, probe.height), (format, 64, 48));
    assert_near(&decoded(name), &decoded("chart.png"), within, name);
}

#[rstest]
#[case::tiff("alpha.tif", 0.0)]
#[case::tiff_multiplied("associated.tif", 0.3)]
#[case::bmp("alpha.bmp", 0.0)]
#[case::webp("alpha.webp", 3.0)]
#[case::avif("alpha.avif", 1.0)]
#[case::avif_multiplied("premultiplied.avif", 1.5)]
#[case::heic("alpha.heic", 1.5)]
#[case::jxl("alpha.jxl", 0.0)]
fn kinds_with_alpha(#[case] name: &str, #[case] within: f64) {
    assert!(probe(&fixture(name), &Limits::inputs()).unwrap().has_alpha, "{name}");
    assert_near(&decoded(name), &decoded("chart_alpha.png"), within, name);
}

#[test]
fn a_gif_is_clear_or_not() {
    let picture = decoded("clear.gif");
    assert!(probe(&fixture("clear.gif"), &Limits::inputs()).unwrap().has_alpha);
    assert_eq!((picture.pixel(2, 2).unwrap()[3], picture.pixel(62, 2).unwrap()[3]), (255, 0));
}

#[rstest]
#[case("grey.jpg", 1.0)]
#[case("grey.tif", 0.0)]
#[case("white_is_zero.tif", 0.0)]
#[case("grey.avif", 1.0)]
#[case("grey16.png", 0.0)]
fn grey_kinds(#[case] name: &str, #[case] within: f64) {
    let mut grey = decoded("chart.png");
    for pixel in grey.pixels.chunks_exact_mut(4) {
        // Pillow's own weights, with which the files were made.
        let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
        let level = (r * 19_595 + g * 38_470 + b * 7_471 + 0x8000) >> 16;
        pixel[..3].fill(u8::try_from(level).unwrap());
    }
    assert_near(&decoded(name), &grey, within, name);
}

#[rstest]
fn every_orientation_is_applied_once(
    #[values(1, 2, 3, 4, 5, 6, 7, 8)] orientation: u8,
    #[values("tif", "avif", "heic")] kind: &str,
) {
    let name = format!("turned_{orientation}.{kind}");
    let probe = probe(&fixture(&name), &Limits::inputs()).unwrap();
    assert_eq!((probe.width, probe.height), (64, 48), "{name}");
    assert_near(&decoded(&name), &decoded("chart.png"), 1.5, &name);
    assert_near(&thumbnail(&fixture(&name), 64, &Limits::inputs()).unwrap(), &decoded("chart.png"), 1.5, &name);
}

#[test]
fn a_grid_of_tiles_is_put_together() {
    let picture = decoded("grid.avif");
    assert_eq!((picture.width, picture.height), (256, 192));
    let chart = decoded("chart.png");
    let large = Rgba::new(
        256,
        192,
        (0..192)
            .flat_map(|y| (0..256).map(move |x| (x, y)))
            .flat_map(|(x, y)| chart.pixel(x / 4, y / 4).unwrap())
            .collect(),
    );
    assert_near(&picture, &large.unwrap(), 2.5, "grid.avif");
}

#[rstest]
#[case("plain.tif", 1)]
#[case("pages.tif", 3)]
#[case("plain.gif", 1)]
#[case("animated.gif", 3)]
#[case("animated.webp", 2)]
#[case("animated.png", 2)]
#[case("animated.jxl", 3)]
#[case("plain.heic", 1)]
#[case("grid.avif", 1)]
fn pages_and_frames_are_counted(#[case] name: &str, #[case] pictures: u32) {
    assert_eq!(probe(&fixture(name), &Limits::inputs()).unwrap().pictures, pictures);
}

#[test]
fn a_raw_pictures_stand_in_is_not_taken_for_the_picture() {
    let error = probe(&fixture("raw.dng.tif"), &Limits::inputs()).unwrap_err();
    assert_eq!(error.to_string(), "a camera's raw picture cannot be read; save it as JPEG, PNG or TIFF and try again");
}

/// Of every kind: one byte less, half, a tenth.
#[rstest]
fn a_file_that_is_cut_off_is_found_when_it_is_examined(
    #[values(
        "plain.tif",
        "tiled.tif",
        "plain.bmp",
        "plain.gif",
        "animated.gif",
        "plain.avif",
        "grid.avif",
        "alpha.avif",
        "plain.heic",
        "alpha.heic",
        "lossless.jxl",
        "lossy.jxl",
        "container.jxl",
        "animated.webp"
    )]
    name: &str,
) {
    let whole = std::fs::read(fixture(name)).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    // Some programs put their directory, or a few bytes that nobody needs, at the end.
    for length in [whole.len() - 12, whole.len() / 2, whole.len() / 10] {
        std::fs::write(file.path(), &whole[..length]).unwrap();
        let error =
            examine(file.path(), &Limits::inputs()).map(drop).expect_err(&format!("{length} of {}", whole.len()));
        assert!(
            matches!(error, ImageError::Truncated { .. } | ImageError::Damaged { .. }),
            "{name}, {length} of {}: {error}",
            whole.len()
        );
    }
}

#[rstest]
fn limits_hold_before_anything_is_decoded(
    #[values("plain.tif", "plain.bmp", "plain.gif", "plain.avif", "grid.avif", "plain.heic", "lossless.jxl")]
    name: &str,
) {
    let limits = Limits { max_pixels: 64 * 48 - 1, ..Limits::inputs() };
    for error in [probe(&fixture(name), &limits).map(drop), decode(&fixture(name), &limits).map(drop)] {
        assert!(matches!(error, Err(ImageError::TooLarge { .. })), "{name}: {error:?}");
    }
}

/// The files are small: every byte of their first 400 takes two other values, and no decoder may do worse than refuse.
#[rstest]
fn no_changed_byte_breaks_a_reader(
    #[values(
        "plain.tif",
        "planar.tif",
        "cmyk_profile.jpg",
        "palette.bmp",
        "animated.gif",
        "plain.avif",
        "grid.avif",
        "plain.heic",
        "turned_6.heic",
        "lossless.jxl",
        "lossy.jxl",
        "container.jxl"
    )]
    name: &str,
) {
    let whole = std::fs::read(fixture(name)).unwrap();
    let limits = Limits { max_pixels: 1_000_000, ..Limits::inputs() };
    for at in 0..whole.len().min(400) {
        for mask in [0x01, 0xFF] {
            let mut broken = whole.clone();
            broken[at] ^= mask;
            let _ = clearcut_imaging::decode_bytes(&broken, &limits);
        }
    }
}
