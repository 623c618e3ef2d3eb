//! Export formats: what comes back, and how far a lossy one may differ.

use clearcut_imaging::{
    ExportFormat, ExportOptions, Limits, Metadata, Rgba, compose_answer_bytes, decode_bytes, export,
};
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
    // Alpha is kept exactly; colour is sampled at half the width, so single pixels differ and the mean hardly.
    let (colour, alpha) = apart(&back, &cutout());
    assert!(alpha == 0 && colour < 3.0, "{colour} {alpha}");
}

/// How far a picture came back from another: the mean over the visible colours, and the most of alpha.
fn apart(back: &Rgba, original: &Rgba) -> (f64, u8) {
    assert_eq!((back.width, back.height), (original.width, original.height));
    let (mut sum, mut seen, mut alpha) = (0.0, 0.0, 0);
    for (a, b) in back.pixels.chunks_exact(4).zip(original.pixels.chunks_exact(4)) {
        alpha = alpha.max(a[3].abs_diff(b[3]));
        if b[3] == 255 {
            sum += a[..3].iter().zip(&b[..3]).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / 3.0;
            seen += 1.0;
        }
    }
    (sum / seen, alpha)
}

fn avif_of(picture: &Rgba, quality: Option<u8>) -> Vec<u8> {
    let options = ExportOptions { format: ExportFormat::Avif, quality, ..ExportOptions::default() };
    let mut bytes = Vec::new();
    export(picture, &options, &Metadata::default(), &mut bytes).unwrap();
    bytes
}

/// Read by our own decoder, dav1d's code. Both layers are coded with loss: colour at half the width, as WebP's, and alpha at a quarter of
/// colour's steps, so that it differs by a few levels where it changes, and nowhere by what could be seen (16 of 255).
#[test]
fn an_avif_comes_back_near_with_its_alpha_and_its_quality_counts() {
    let original = cutout();
    let [low, usual, high] = [Some(30), None, Some(95)].map(|quality| avif_of(&original, quality));
    assert!(low.len() < usual.len() && usual.len() < high.len());
    let limits = Limits::inputs();
    let [low, usual, high] = [low, usual, high].map(|file| apart(&decode_bytes(&file, &limits).unwrap(), &original));
    assert!(usual.0 < 3.0 && usual.1 < 16, "{usual:?}");
    assert!(high.0 < 1.0 && high.1 < 8, "{high:?}");
    assert!(low.0 > usual.0 && usual.0 > high.0, "{low:?} {usual:?} {high:?}");
}

#[test]
fn an_avif_holds_nothing_of_what_alpha_hides() {
    let plain = cutout();
    let mut hiding = plain.clone();
    for (at, pixel) in (0_u8..=250).cycle().zip(hiding.pixels.chunks_exact_mut(4)) {
        if pixel[3] == 0 {
            pixel[..3].fill(at);
        }
    }
    assert_ne!(hiding, plain);
    assert_eq!(avif_of(&hiding, None), avif_of(&plain, None), "what is hidden does not reach the file");
    let back = decode_bytes(&avif_of(&plain, None), &Limits::inputs()).unwrap();
    assert_eq!(back.pixel(0, 0), Some([0; 4]), "nothing far from the subject");
}

#[rstest]
#[case::opaque(Rgba::filled(40, 30, [10, 200, 90, 255]))]
#[case::one_pixel(Rgba::filled(1, 1, [10, 200, 90, 128]))]
#[case::odd(Rgba::filled(33, 17, [10, 200, 90, 77]))]
fn a_plain_colour_in_avif_is_itself(#[case] picture: Rgba) {
    let back = decode_bytes(&avif_of(&picture, None), &Limits::inputs()).unwrap();
    let (seen, meant) = (back.pixel(0, 0).unwrap(), picture.pixel(0, 0).unwrap());
    assert!(seen.iter().zip(&meant).all(|(a, b)| a.abs_diff(*b) <= 3), "{seen:?}");
    assert_eq!(back.has_transparency(), picture.has_transparency());
}

/// 17 megapixels, past what is one frame: tiles that do not fit evenly, cut off at the rim. The slope has to go on over their seams.
#[test]
fn a_large_avif_is_a_grid_that_comes_back_whole() {
    let (width, height) = (4_801_u32, 3_503_u32);
    let pixels = (0..height).flat_map(|y| {
        (0..width).flat_map(move |x| {
            let value = |part: u32, whole: u32| (part * 255 / whole) as u8;
            [value(x, width), value(y, height), 128, if x + y < 3_000 { 0 } else { 255 }]
        })
    });
    let mut picture = Rgba::new(width, height, pixels.collect()).unwrap();
    picture.zero_hidden_colour();
    let file = avif_of(&picture, None);
    assert!(file.windows(4).any(|window| window == b"grid"));
    let back = decode_bytes(&file, &Limits::inputs()).unwrap();
    let (colour, alpha) = apart(&back, &picture);
    assert!(colour < 2.0 && alpha < 64, "{colour} {alpha}");
    let seams = (1..height).step_by(97).flat_map(|y| (1..5).map(move |column| (column * 962, y)));
    for (x, y) in seams.filter(|(x, y)| x + y > 3_100) {
        let [left, right] = [x - 1, x].map(|x| back.pixel(x.min(width - 1), y).unwrap());
        assert!(left.iter().zip(&right).all(|(a, b)| a.abs_diff(*b) < 8), "a seam at {x}, {y}: {left:?} {right:?}");
    }
}

#[rstest]
#[case(ExportFormat::Png)]
#[case(ExportFormat::Jpg)]
#[case(ExportFormat::WebP)]
#[case(ExportFormat::WebPLossy)]
#[case(ExportFormat::Avif)]
fn what_the_original_says_is_in_the_export(#[case] format: ExportFormat) {
    let said = Metadata { xmp: Some(b"<x:xmpmeta>Studio</x:xmpmeta>".to_vec()), ..Metadata::default() };
    let (mut with, options) = (Vec::new(), ExportOptions { format, ..ExportOptions::default() });
    export(&cutout(), &options, &said, &mut with).unwrap();
    assert_eq!(Metadata::of(&with).xmp, said.xmp);
    let plain = decode_bytes(&written(format, None), &Limits::inputs()).unwrap();
    assert_eq!(decode_bytes(&with, &Limits::inputs()).unwrap(), plain, "the picture is the same");
}

#[test]
fn names_of_formats_are_read_as_they_are_written() {
    for format in ExportFormat::ALL {
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert_eq!("webp-lossy".parse(), Ok(ExportFormat::WebPLossy));
    assert!("jxl".parse::<ExportFormat>().is_err());
}
