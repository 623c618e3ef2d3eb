//! Examining a file says what probing and then fingerprinting it say, of every kind of file there is here, whole or broken.

use std::path::Path;

use clearcut_imaging::{EncodeOptions, ImageError, Limits, OutputFormat, encode_to_vec, examine, fingerprint, probe};
use proptest::prelude::*;
use rstest::rstest;
use zip::CompressionMethod::Stored;

use crate::make::{
    Place, drawing, exif, jpeg, jpeg_oriented, jpeg_with_app1, png_bomb, png_of, png_oriented, quarters, webp_oriented,
    zip,
};

/// Holds both ways against each other: equal results, or the very same error.
fn assert_agreement(path: &Path, limits: &Limits) {
    let one_by_one = probe(path, limits).and_then(|probe| Ok((probe, fingerprint(path)?)));
    let at_once = examine(path, limits);
    assert_eq!(format!("{at_once:?}"), format!("{one_by_one:?}"));
}

fn assert_agreement_on(content: &[u8]) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    assert_agreement(file.path(), &Limits::inputs());
}

/// A picture whose file does not fit the buffer.
fn large() -> clearcut_imaging::Rgba {
    let noise =
        |x: u32, y: u32, salt: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503) ^ salt).to_be_bytes()[1];
    drawing(900, 700, |x, y| [noise(x, y, 1), noise(y, x, 2), noise(x, x ^ y, 3), 255])
}

fn written(format: OutputFormat) -> Vec<u8> {
    encode_to_vec(&large(), format, &EncodeOptions::default()).unwrap()
}

#[rstest]
#[case::jpeg(jpeg(&quarters()))]
#[case::jpeg_larger_than_the_buffer(written(OutputFormat::Jpg))]
#[case::png_larger_than_the_buffer(written(OutputFormat::Png))]
#[case::webp_larger_than_the_buffer(written(OutputFormat::WebP))]
#[case::a_jpeg_with_a_film_behind_it([jpeg(&quarters()).as_slice(), &vec![0xFF; 300_000]].concat())]
#[case::turned_jpeg(jpeg_oriented(&quarters(), 6))]
#[case::turned_png(png_oriented(&quarters(), 5, Place::BeforeData))]
#[case::png_turned_at_its_end(png_oriented(&large(), 8, Place::AfterData))]
#[case::turned_webp(webp_oriented(&quarters(), 3))]
#[case::foreign_app1(jpeg_with_app1(&quarters(), &exif(6)))]
#[case::cmyk(include_bytes!("../fixtures/cmyk.jpg").to_vec())]
#[case::grey(include_bytes!("../fixtures/grey.jpg").to_vec())]
#[case::lossy_webp(include_bytes!("../fixtures/lossy.webp").to_vec())]
#[case::palette_png(include_bytes!("../fixtures/palette.png").to_vec())]
#[case::progressive(include_bytes!("../fixtures/progressive.jpg").to_vec())]
#[case::gif(include_bytes!("../fixtures/palette.gif").to_vec())]
#[case::answer(zip(Stored, &[("color.jpg", &jpeg(&quarters()))]))]
#[case::text(b"Dear diary,\n".to_vec())]
#[case::nothing(Vec::new())]
#[case::only_a_signature(b"\xFF\xD8\xFF".to_vec())]
#[case::jpeg_without_a_picture(b"\xFF\xD8\xFF\xD9".to_vec())]
#[case::png_without_a_picture(b"\x89PNG\r\n\x1a\n\0\0\0\x0DIDAT0000000000000000000000".to_vec())]
#[case::webp_without_a_picture(b"RIFF\x0C\0\0\0WEBPXXXX\0\0\0\0".to_vec())]
#[case::webp_chunk_shorter_than_what_is_read_of_it(b"RIFF\x20\0\0\0WEBPVP8X\0\0\0\0ICCP\0\0\0\0VP8L\x04\0\0\0\x2f\x01\0\0".to_vec())]
#[case::bomb(png_bomb(30_000))]
#[case::side_too_long(png_of(png::ColorType::Grayscale, png::BitDepth::Eight, 40_000, 1, &vec![0; 40_000]))]
fn both_ways_agree(#[case] content: Vec<u8>) {
    assert_agreement_on(&content);
    for length in [content.len() / 3, content.len() / 2, content.len().saturating_sub(1)] {
        assert_agreement_on(&content[..length]);
    }
}

#[test]
fn a_good_picture_is_examined() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), written(OutputFormat::Jpg)).unwrap();
    let (probe, content) = examine(file.path(), &Limits::inputs()).unwrap();
    assert_eq!((probe.width, probe.height), (900, 700));
    assert_eq!(content, fingerprint(file.path()).unwrap());
    assert!(probe.size_bytes > 256 << 10, "does not fit the buffer: {} bytes", probe.size_bytes);
}

#[test]
fn missing_files_folders_and_limits_are_told_alike() {
    let dir = tempfile::tempdir().unwrap();
    assert_agreement(&dir.path().join("none.jpg"), &Limits::inputs());
    assert_agreement(dir.path(), &Limits::inputs());
    let path = dir.path().join("a.jpg");
    std::fs::write(&path, jpeg(&quarters())).unwrap();
    let tight = Limits { max_file_bytes: 100, ..Limits::inputs() };
    assert_agreement(&path, &tight);
    assert!(matches!(examine(&path, &tight), Err(ImageError::TooManyBytes { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A garbled byte is judged alike, whichever it is.
    #[test]
    fn both_ways_agree_on_garbled_files(which in 0_usize..5, at: prop::sample::Index, value: u8) {
        let mut content = match which {
            0 => jpeg(&quarters()),
            1 => include_bytes!("../fixtures/progressive.jpg").to_vec(),
            2 => include_bytes!("../fixtures/palette.png").to_vec(),
            3 => webp_oriented(&quarters(), 6),
            _ => include_bytes!("../fixtures/lossy.webp").to_vec(),
        };
        // The headers are what the walk goes by, and they stand in the first bytes.
        let at = at.index(content.len().min(200));
        content[at] = value;
        assert_agreement_on(&content);
    }
}
