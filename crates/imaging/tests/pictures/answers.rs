//! What a service answers: cutouts are composed, bombs and broken archives are refused.

use clearcut_imaging::{
    EncodeOptions, ImageError, Limits, OutputFormat, Rgba, compose_answer, compose_answer_bytes, decode_bytes,
    encode_to_vec,
};
use png::{BitDepth, ColorType};
use proptest::prelude::*;
use rstest::rstest;
use zip::CompressionMethod::{self, Deflated, Stored};

use crate::make::{GREEN, RED, drawing, jpeg, png_of, zip};

fn limits() -> Limits {
    Limits::answers()
}

/// 16 × 16 opaque red, and a matte that is 0, 128, 255 from left to right.
fn parts() -> (Vec<u8>, Vec<u8>) {
    let matte: Vec<u8> =
        (0..256).map(|i| [0, 0, 0, 0, 0, 128, 128, 128, 128, 128, 255, 255, 255, 255, 255, 255][i % 16]).collect();
    (jpeg(&Rgba::filled(16, 16, RED)), png_of(ColorType::Grayscale, BitDepth::Eight, 16, 16, &matte))
}

#[rstest]
fn a_zip_becomes_a_cutout(#[values(Stored, Deflated)] method: CompressionMethod) {
    let (colour, alpha) = parts();
    let body = zip(method, &[("color.jpg", &colour), ("alpha.png", &alpha)]);
    let picture = compose_answer_bytes(&body, &limits()).unwrap();
    assert_eq!((picture.width, picture.height), (16, 16));
    assert_eq!(picture.pixel(0, 3), Some([0, 0, 0, 0]), "nothing is left under alpha 0");
    let [r, _, _, a] = picture.pixel(7, 3).unwrap();
    assert!(r.abs_diff(RED[0]) < 4 && a == 128);
    assert_eq!(picture.pixel(15, 3).unwrap()[3], 255);
}

/// Composing as it is defined: each whole part decoded, then pixel by pixel.
fn by_definition(colour: &[u8], alpha: &[u8]) -> Rgba {
    let mut picture = decode_bytes(colour, &limits()).unwrap();
    let matte = decode_bytes(alpha, &limits()).unwrap();
    for (pixel, grey) in picture.pixels.chunks_exact_mut(4).zip(matte.pixels.chunks_exact(4)) {
        pixel[3] = grey[0];
    }
    picture.zero_hidden_colour();
    picture
}

/// The definition, from memory and from a file alike.
fn assert_composed(colour: &[u8], alpha: &[u8]) {
    let body = zip(Stored, &[("color.jpg", colour), ("alpha.png", alpha)]);
    let meant = by_definition(colour, alpha);
    assert!(compose_answer_bytes(&body, &limits()).unwrap() == meant, "from memory");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &body).unwrap();
    assert!(compose_answer(file.path(), &limits()).unwrap() == meant, "from a file");
}

/// Samples that take every value and repeat nowhere near.
fn uneven(count: usize) -> Vec<u8> {
    (0_u32..).take(count).map(|i| (i.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect()
}

#[rstest]
#[case::one_bit(ColorType::Grayscale, BitDepth::One, 32 / 8)]
#[case::two_bits(ColorType::Grayscale, BitDepth::Two, 32 / 4)]
#[case::four_bits(ColorType::Grayscale, BitDepth::Four, 32 / 2)]
#[case::eight_bits(ColorType::Grayscale, BitDepth::Eight, 32)]
#[case::sixteen_bits(ColorType::Grayscale, BitDepth::Sixteen, 32 * 2)]
#[case::grey_with_alpha(ColorType::GrayscaleAlpha, BitDepth::Eight, 32 * 2)]
#[case::colours(ColorType::Rgb, BitDepth::Eight, 32 * 3)]
#[case::colours_with_alpha(ColorType::Rgba, BitDepth::Eight, 32 * 4)]
fn a_matte_of_every_kind_is_laid_on(#[case] kind: ColorType, #[case] depth: BitDepth, #[case] row_bytes: usize) {
    let colour = jpeg(&drawing(32, 16, |x, y| [u8::try_from(x * 8).unwrap(), u8::try_from(y * 15).unwrap(), 99, 255]));
    assert_composed(&colour, &png_of(kind, depth, 32, 16, &uneven(row_bytes * 16)));
}

#[rstest]
#[case::palette(include_bytes!("../fixtures/palette.png").as_slice())]
#[case::interlaced(include_bytes!("../fixtures/interlaced.png"))]
fn a_matte_from_another_program_is_laid_on(#[case] alpha: &[u8]) {
    assert_composed(&jpeg(&crate::make::quarters()), alpha);
}

#[rstest]
fn colours_of_every_kind_take_a_matte(
    #[values(
        include_bytes!("../fixtures/grey.jpg").as_slice(), include_bytes!("../fixtures/cmyk.jpg"),
        include_bytes!("../fixtures/progressive.jpg"), include_bytes!("../fixtures/palette.png"),
        include_bytes!("../fixtures/lossy.webp")
    )]
    colour: &[u8],
) {
    assert_composed(colour, &png_of(ColorType::Grayscale, BitDepth::Eight, 32, 16, &uneven(32 * 16)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn composing_is_what_it_is_defined_to_be(width in 1_u32..70, height in 1_u32..50, hidden: bool, salt: u8) {
        let colour = jpeg(&drawing(width, height, |x, y| {
            let mix = |n: u32| u8::try_from((u32::from(salt) + n) % 256).unwrap();
            [mix(x * 7), mix(y * 11), mix(x * y), 255]
        }));
        let mut matte = uneven((width * height) as usize);
        if hidden {
            matte.iter_mut().for_each(|alpha| *alpha = alpha.saturating_sub(128));
        }
        assert_composed(&colour, &png_of(ColorType::Grayscale, BitDepth::Eight, width, height, &matte));
    }

    /// No garbled byte passes: the archive's and the matte's check sums stand guard, and what lies outside of them does not
    /// change the picture.
    #[test]
    fn a_garbled_zip_is_an_error_or_the_same_picture(at: prop::sample::Index, value: u8, deflated: bool) {
        let (colour, alpha) = parts();
        let method = if deflated { Deflated } else { Stored };
        let mut body = zip(method, &[("color.jpg", &colour), ("alpha.png", &alpha)]);
        let at = at.index(body.len());
        body[at] = value;
        if let Ok(picture) = compose_answer_bytes(&body, &limits()) {
            prop_assert!(picture == by_definition(&colour, &alpha), "byte {} made {}", at, value);
        }
    }
}

/// The compressed samples of a PNG that has one chunk of them.
fn samples_chunk(file: &[u8]) -> &[u8] {
    let at = file.windows(4).position(|four| four == b"IDAT").unwrap();
    let length = u32::from_be_bytes(file[at - 4..at].try_into().unwrap());
    &file[at + 4..][..length as usize]
}

/// A PNG whose chunks are all whole, but whose samples are not those it declares.
fn png_around(width: u32, height: u32, samples: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_chunk(png::chunk::IDAT, samples).unwrap();
    writer.finish().unwrap();
    file
}

#[test]
fn a_matte_that_ends_before_its_last_row_is_no_picture() {
    let (colour, alpha) = parts();
    let whole = samples_chunk(&alpha);
    let seven_rows = png_of(ColorType::Grayscale, BitDepth::Eight, 16, 7, &uneven(16 * 7));
    for samples in [&whole[..whole.len() / 2], &whole[..whole.len() - 6], samples_chunk(&seven_rows), &[]] {
        let body = zip(Stored, &[("color.jpg", &colour), ("alpha.png", &png_around(16, 16, samples))]);
        let error = compose_answer_bytes(&body, &limits()).unwrap_err();
        assert!(error.to_string().contains("alpha.png: the PNG file is"), "{error}");
    }
    assert_composed(&colour, &png_around(16, 16, whole));
}

#[test]
fn names_compare_without_case_and_extras_are_passed_over() {
    let (colour, alpha) = parts();
    let body = zip(Stored, &[("readme.txt", b"hello"), ("ALPHA.PNG", &alpha), ("Color.JPG", &colour)]);
    assert!(compose_answer_bytes(&body, &limits()).is_ok());
}

#[test]
fn a_png_answer_loses_its_hidden_colour() {
    let body = png_of(ColorType::Rgba, BitDepth::Eight, 2, 1, &[9, 9, 9, 0, 8, 8, 8, 1]);
    assert_eq!(compose_answer_bytes(&body, &limits()).unwrap().pixels, [0, 0, 0, 0, 8, 8, 8, 1]);
}

#[test]
fn a_stored_answer_is_read_from_its_file() {
    let cutout = drawing(40, 30, |x, _| if x < 20 { [0; 4] } else { GREEN });
    let dir = tempfile::tempdir().unwrap();
    for format in [OutputFormat::Png, OutputFormat::WebP] {
        let path = dir.path().join("answer.bin");
        std::fs::write(&path, encode_to_vec(&cutout, format, &EncodeOptions::default()).unwrap()).unwrap();
        assert_eq!(compose_answer(&path, &limits()).unwrap(), cutout);
    }
    assert!(matches!(compose_answer(&dir.path().join("none"), &limits()), Err(ImageError::NotFound)));
}

#[test]
fn sizes_that_disagree_are_refused() {
    let (_, alpha) = parts();
    let colour = jpeg(&Rgba::filled(16, 15, RED));
    let error = compose_answer_bytes(&zip(Stored, &[("color.jpg", &colour), ("alpha.png", &alpha)]), &limits());
    assert_eq!(
        error.unwrap_err().to_string(),
        "the ZIP answer is not usable: its colour has 16 × 15 pixels and its alpha 16 × 16"
    );
}

#[rstest]
#[case::no_alpha(&["color.jpg"], "alpha.png is missing")]
#[case::no_colour(&["alpha.png"], "color.jpg is missing")]
#[case::nothing(&[], "color.jpg is missing")]
fn a_missing_part_is_named(#[case] kept: &[&str], #[case] words: &str) {
    let (colour, alpha) = parts();
    let mut entries: Vec<(&str, &[u8])> = vec![("color.jpg", &colour), ("alpha.png", &alpha)];
    entries.retain(|(name, _)| kept.contains(name));
    let error = compose_answer_bytes(&zip(Stored, &entries), &limits()).unwrap_err();
    assert_eq!(error.to_string(), format!("the ZIP answer is not usable: {words}"));
}

#[test]
fn a_zip_cut_off_anywhere_is_an_error() {
    let (colour, alpha) = parts();
    let body = zip(Stored, &[("color.jpg", &colour), ("alpha.png", &alpha)]);
    for length in (4..body.len()).step_by(11) {
        assert!(compose_answer_bytes(&body[..length], &limits()).is_err(), "{length} of {}", body.len());
    }
}

#[test]
fn a_flipped_byte_in_a_part_is_found_by_its_check_sum() {
    let (colour, alpha) = parts();
    let mut body = zip(Stored, &[("color.jpg", &colour), ("alpha.png", &alpha)]);
    body[200] ^= 1;
    assert!(matches!(compose_answer_bytes(&body, &limits()), Err(ImageError::BadZip(_))));
}

#[test]
fn a_bomb_that_declares_its_size() {
    let (_, alpha) = parts();
    let bomb = zip(Deflated, &[("color.jpg", &vec![0; 129 << 20]), ("alpha.png", &alpha)]);
    assert!(bomb.len() < 1 << 20);
    let error = compose_answer_bytes(&bomb, &limits()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the ZIP answer was refused as a decompression bomb: color.jpg declares 135266304 bytes"
    );
}

#[test]
fn a_bomb_that_lies_about_its_size() {
    let (_, alpha) = parts();
    let content = vec![0; 4 << 20];
    let mut bomb = zip(Deflated, &[("color.jpg", &content), ("alpha.png", &alpha)]);
    // Every place that says 4 MiB (local header and directory) says 1,000 now.
    let real = (4_u32 << 20).to_le_bytes();
    let places: Vec<usize> = (0..bomb.len() - 4).filter(|&at| bomb[at..at + 4] == real).collect();
    assert_eq!(places.len(), 2);
    for at in places {
        bomb[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
    }
    let tight = Limits { max_zip_entry_bytes: 1 << 20, ..limits() };
    let error = compose_answer_bytes(&bomb, &tight).unwrap_err();
    assert!(matches!(error, ImageError::ZipBomb(_) | ImageError::BadZip(_)), "{error}");
}

#[test]
fn a_bomb_of_many_entries() {
    let names: Vec<String> = (0..100).map(|i| format!("{i}.bin")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    let error = compose_answer_bytes(&zip(Stored, &entries), &limits()).unwrap_err();
    assert_eq!(error.to_string(), "the ZIP answer was refused as a decompression bomb: it lists 100 entries");
}

#[test]
fn a_picture_bomb_inside_of_a_zip() {
    let (colour, _) = parts();
    let body = zip(Stored, &[("color.jpg", &colour), ("alpha.png", &crate::make::png_bomb(30_000))]);
    assert!(matches!(compose_answer_bytes(&body, &limits()), Err(ImageError::TooLarge { .. })));
}

#[rstest]
#[case(b"<html>The service has closed</html>".as_slice())]
#[case(b"{\"errors\":[{\"title\":\"no\"}]}")]
fn a_page_is_no_picture(#[case] body: &[u8]) {
    assert!(matches!(compose_answer_bytes(body, &limits()), Err(ImageError::NotAPicture)));
}
