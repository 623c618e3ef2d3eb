//! What is written can be read again, and looks like what was handed in.

use std::io::{self, Write};

use clearcut_imaging::{
    EncodeOptions, Format, ImageError, Limits, OutputFormat, Rgba, compose_answer_bytes, decode_bytes, encode,
    encode_to_vec, probe_bytes,
};
use proptest::prelude::*;
use rstest::rstest;

use crate::make::{GREEN, RED, drawing};

fn written(picture: &Rgba, format: OutputFormat) -> Vec<u8> {
    encode_to_vec(picture, format, &EncodeOptions::default()).unwrap()
}

fn cutout() -> Rgba {
    drawing(48, 32, |x, y| match x {
        0..=15 => [0; 4],
        16..=31 => [240, 120, 10, u8::try_from(y * 8).unwrap().max(1)],
        _ => GREEN,
    })
}

#[rstest]
#[case(OutputFormat::Png, Format::Png)]
#[case(OutputFormat::Jpg, Format::Jpeg)]
#[case(OutputFormat::WebP, Format::WebP)]
#[case(OutputFormat::Zip, Format::Zip)]
fn each_format_is_what_it_is_called(#[case] format: OutputFormat, #[case] sniffed: Format) {
    let file = written(&cutout(), format);
    match probe_bytes(&file, &Limits::answers()) {
        Ok(probe) => assert_eq!((probe.format, probe.has_alpha), (sniffed, format.keeps_alpha())),
        Err(error) => assert!(sniffed == Format::Zip, "{error}"),
    }
    assert_eq!(format.media_type(), sniffed.media_type());
    assert_eq!(format.to_string().parse(), Ok(format));
}

#[test]
fn jpg_shows_white_behind_the_cutout_unless_told_otherwise() {
    let white = decode_bytes(&written(&cutout(), OutputFormat::Jpg), &Limits::inputs()).unwrap();
    assert!(white.pixel(4, 4).unwrap().iter().all(|&value| value > 250));
    let options = EncodeOptions { matte: [0, 0, 200], ..EncodeOptions::default() };
    let blue = encode_to_vec(&cutout(), OutputFormat::Jpg, &options).unwrap();
    let [r, g, b, _] = decode_bytes(&blue, &Limits::inputs()).unwrap().pixel(4, 4).unwrap();
    assert!(r < 6 && g < 6 && b > 190);
}

#[test]
fn zip_keeps_the_matte_to_the_bit_and_the_colour_at_the_edge() {
    let picture = cutout();
    let back = compose_answer_bytes(&written(&picture, OutputFormat::Zip), &Limits::answers()).unwrap();
    for (seen, meant) in back.pixels.chunks_exact(4).zip(picture.pixels.chunks_exact(4)) {
        assert_eq!(seen[3], meant[3]);
        if meant[3] == 0 {
            assert_eq!(seen, [0; 4]);
        }
    }
    // The first visible column stands beside invisible black: no dark fringe may have crept in.
    let [r, g, _, _] = back.pixel(16, 30).unwrap();
    assert!(r.abs_diff(240) < 12 && g.abs_diff(120) < 12, "{:?}", back.pixel(16, 30));
}

#[test]
fn equal_pictures_give_equal_files() {
    for format in OutputFormat::ALL {
        assert_eq!(written(&cutout(), format), written(&cutout(), format), "{format}");
    }
}

#[test]
fn an_opaque_png_needs_no_alpha() {
    let file = written(&Rgba::filled(8, 8, RED), OutputFormat::Png);
    assert!(!probe_bytes(&file, &Limits::inputs()).unwrap().has_alpha);
}

#[rstest]
#[case(OutputFormat::WebP, 16_384)]
#[case(OutputFormat::Jpg, 65_536)]
fn a_side_beyond_the_format_is_refused(#[case] format: OutputFormat, #[case] width: u32) {
    let error = encode_to_vec(&Rgba::filled(width, 1, RED), format, &EncodeOptions::default()).unwrap_err();
    assert!(matches!(error, ImageError::CannotEncode { .. }), "{error}");
}

#[rstest]
fn a_buffer_of_the_wrong_length_is_refused(#[values(0, 1)] format: usize) {
    let broken = Rgba { width: 10, height: 10, pixels: vec![0; 399] };
    let result = encode_to_vec(&broken, OutputFormat::ALL[format], &EncodeOptions::default());
    assert!(matches!(result, Err(ImageError::BadBuffer { length: 399, .. })));
}

/// A disk that is full after so many bytes.
struct FullAfter(usize);

impl Write for FullAfter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_disk_that_fills_up_anywhere_in_a_png_is_an_io_error() {
    let picture = drawing(300, 300, |x, y| (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA6B)).to_be_bytes());
    let length = written(&picture, OutputFormat::Png).len();
    for room in [0, 7, 40, 70, length / 3, length - 100, length - 13, length - 1] {
        let error = encode(&picture, OutputFormat::Png, &EncodeOptions::default(), &mut FullAfter(room)).unwrap_err();
        assert!(matches!(&error, ImageError::Io(io) if io.kind() == io::ErrorKind::StorageFull), "{room}: {error:?}");
    }
    encode(&picture, OutputFormat::Png, &EncodeOptions::default(), &mut FullAfter(length)).unwrap();
}

#[rstest]
fn a_full_disk_is_an_io_error(
    #[values(OutputFormat::Png, OutputFormat::Jpg, OutputFormat::WebP, OutputFormat::Zip)] format: OutputFormat,
) {
    let error = encode(&cutout(), format, &EncodeOptions::default(), &mut FullAfter(0)).unwrap_err();
    assert!(matches!(&error, ImageError::Io(io) if io.kind() == io::ErrorKind::StorageFull), "{error:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn lossless_formats_lose_nothing(width in 1_u32..40, height in 1_u32..40, seed: [u8; 4], webp: bool) {
        let mut picture = drawing(width, height, |x, y| {
            let mix = |n: u8| u8::try_from((u32::from(n) + x * 17 + y * 29) % 256).unwrap();
            seed.map(mix)
        });
        picture.zero_hidden_colour();
        let format = if webp { OutputFormat::WebP } else { OutputFormat::Png };
        prop_assert_eq!(decode_bytes(&written(&picture, format), &Limits::inputs()).unwrap(), picture);
    }

    /// Beyond one chunk of the file, and with samples that do not compress, in all three kinds of PNG.
    #[test]
    fn noise_survives_in_every_kind_of_png(width in 200_u32..400, height in 200_u32..400, salt: u32, opaque: bool) {
        let noise = |x: u32, y: u32| (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA6B) ^ salt).wrapping_mul(0xC2B2_AE35);
        let picture = drawing(width, height, |x, y| {
            let [r, g, b, a] = noise(x, y).to_be_bytes();
            [r, g, b, if opaque { 255 } else { a.max(1) }]
        });
        prop_assert!(decode_bytes(&written(&picture, OutputFormat::Png), &Limits::inputs()).unwrap() == picture);
        let back = compose_answer_bytes(&written(&picture, OutputFormat::Zip), &Limits::answers()).unwrap();
        prop_assert!(back.pixels.iter().skip(3).step_by(4).eq(picture.pixels.iter().skip(3).step_by(4)));
    }
}
