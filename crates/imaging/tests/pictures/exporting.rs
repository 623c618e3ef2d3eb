//! Export formats: what comes back, and how far a lossy one may differ.

use clearcut_imaging::{ExportFormat, ExportOptions, Limits, Metadata, Rgba, compose_answer_bytes, export};
use rstest::rstest;

/// A disc with a soft rim, nothing hidden.
fn cutout() -> Rgba {
    let pixels = (0..96_u32 * 64).flat_map(|at| {
        let (x, y) = (f64::from(at % 96) - 48.0, f64::from(at / 96) - 32.0);
        let alpha = ((28.0 - x.hypot(y)) * 64.0).clamp(0.0, 255.0) as u8;
        if alpha == 0 { [0; 4] } else { [200, (at / 96 * 3) as u8, 40, alpha] }
    });
    Rgba::new(96, 64, pixels.collect()).unwrap()
}

fn written(format: ExportFormat, quality: Option<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let options = ExportOptions { format, quality, ..ExportOptions::default() };
    export(&cutout(), &options, &Metadata::default(), &mut bytes).unwrap();
    bytes
}

#[rstest]
#[case(ExportFormat::Png)]
#[case(ExportFormat::WebP)]
fn what_loses_nothing_comes_back_bit_for_bit(#[case] format: ExportFormat) {
    assert_eq!(compose_answer_bytes(&written(format, None), &Limits::answers()).unwrap(), cutout());
}

#[test]
fn a_tiff_comes_back_bit_for_bit_and_says_what_its_alpha_is() {
    let file = written(ExportFormat::Tiff, None);
    let mut decoder = tiff::decoder::Decoder::new(std::io::Cursor::new(&file)).unwrap();
    assert_eq!(decoder.dimensions().unwrap(), (96, 64));
    assert_eq!(decoder.get_tag_u16_vec(tiff::tags::Tag::ExtraSamples).unwrap(), [2]);
    let tiff::decoder::DecodingResult::U8(samples) = decoder.read_image().unwrap() else { panic!("not 8 bit") };
    assert_eq!(samples, cutout().pixels);
}

#[test]
fn a_lossy_webp_is_smaller_and_near_and_its_quality_counts() {
    let (low, usual) = (written(ExportFormat::WebPLossy, Some(30)), written(ExportFormat::WebPLossy, None));
    assert!(low.len() < usual.len());
    let back = compose_answer_bytes(&usual, &Limits::answers()).unwrap();
    let original = cutout();
    // Alpha is kept exactly at this setting; colour is sampled at half the width, so single pixels differ and the mean hardly.
    let (mut sum, mut seen) = (0.0, 0.0);
    for (a, b) in back.pixels.chunks_exact(4).zip(original.pixels.chunks_exact(4)) {
        assert_eq!(a[3], b[3]);
        if a[3] == 255 {
            sum += a[..3].iter().zip(&b[..3]).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / 3.0;
            seen += 1.0;
        }
    }
    assert!(sum / seen < 3.0, "{}", sum / seen);
}

#[rstest]
#[case(ExportFormat::Png)]
#[case(ExportFormat::Jpg)]
#[case(ExportFormat::WebP)]
#[case(ExportFormat::WebPLossy)]
fn what_the_original_says_is_in_the_export(#[case] format: ExportFormat) {
    let said = Metadata { xmp: Some(b"<x:xmpmeta>Studio</x:xmpmeta>".to_vec()), ..Metadata::default() };
    let (mut with, options) = (Vec::new(), ExportOptions { format, ..ExportOptions::default() });
    export(&cutout(), &options, &said, &mut with).unwrap();
    assert_eq!(Metadata::of(&with).xmp, said.xmp);
    let plain = compose_answer_bytes(&written(format, None), &Limits::answers()).unwrap();
    assert_eq!(compose_answer_bytes(&with, &Limits::answers()).unwrap(), plain, "the picture is the same");
}

#[test]
fn names_of_formats_are_read_as_they_are_written() {
    for format in ExportFormat::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert_eq!("webp-lossy".parse(), Ok(ExportFormat::WebPLossy));
    assert!("avif".parse::<ExportFormat>().is_err());
}
