//! Bad input: each cause has its own variant and its own words, from the probe as from the decoder.

use std::path::Path;

use clearcut_imaging::{Format, ImageError, Limits, decode, decode_bytes, probe, probe_bytes, thumbnail};
use proptest::prelude::*;
use rstest::rstest;

use crate::make::{drawing, jpeg, png_bomb, png_of, quarters, webp_oriented};

/// The error of a file on disk, the same from every door.
fn refusal(path: &Path) -> ImageError {
    let limits = Limits::inputs();
    let [probed, decoded, thumbnail] = [
        probe(path, &limits).map(drop).unwrap_err(),
        decode(path, &limits).map(drop).unwrap_err(),
        thumbnail(path, 64, &limits).map(drop).unwrap_err(),
    ];
    assert_eq!(probed.to_string(), decoded.to_string());
    assert_eq!(probed.to_string(), thumbnail.to_string());
    probed
}

fn refusal_of(name: &str, content: &[u8]) -> ImageError {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, content).unwrap();
    refusal(&path)
}

#[test]
fn no_file() {
    assert!(matches!(refusal(Path::new("/no/such/photo.jpg")), ImageError::NotFound));
}

#[test]
fn a_folder() {
    assert!(matches!(refusal(tempfile::tempdir().unwrap().path()), ImageError::IsFolder));
}

#[test]
fn a_file_of_zero_bytes() {
    assert!(matches!(refusal_of("photo.jpg", b""), ImageError::Empty));
}

#[test]
fn a_text_named_jpg() {
    assert!(matches!(refusal_of("photo.jpg", b"Dear diary,\n"), ImageError::NotAPicture));
}

#[test]
fn a_foreign_picture_is_named() {
    let error = refusal_of("photo.png", b"8BPS\0\x01\0\0\0\0\0\0");
    assert_eq!(error.to_string(), "a Photoshop document cannot be read; save it as JPEG, PNG or TIFF and try again");
}

#[test]
fn a_zip_is_no_input() {
    assert!(matches!(refusal_of("photo.jpg", b"PK\x03\x04whatever"), ImageError::Unsupported { .. }));
}

fn busy() -> clearcut_imaging::Rgba {
    drawing(64, 64, |x, y| [u8::try_from(x * 37 % 256).unwrap(), u8::try_from(y * 91 % 256).unwrap(), 77, 255])
}

#[rstest]
#[case::jpeg(Format::Jpeg, jpeg(&busy()))]
#[case::progressive(Format::Jpeg, include_bytes!("../fixtures/progressive.jpg").to_vec())]
#[case::png(Format::Png, png_of(png::ColorType::Rgba, png::BitDepth::Eight, 64, 64, &busy().pixels))]
#[case::webp(Format::WebP, webp_oriented(&busy(), 1))]
fn a_file_cut_off_anywhere(#[case] format: Format, #[case] whole: Vec<u8>) {
    decode_bytes(&whole, &Limits::inputs()).unwrap();
    for length in (16..whole.len()).step_by(7).chain([whole.len() - 2, whole.len() - 1]) {
        let error = probe_bytes(&whole[..length], &Limits::inputs()).unwrap_err();
        assert!(
            matches!(error, ImageError::Truncated { format: found } if found == format),
            "{length} of {} bytes: {error}",
            whole.len()
        );
        assert!(matches!(decode_bytes(&whole[..length], &Limits::inputs()), Err(ImageError::Truncated { .. })));
    }
}

#[test]
fn a_jpeg_cut_in_half_says_so() {
    let whole = jpeg(&busy());
    let error = refusal_of("photo.jpg", &whole[..whole.len() / 2]);
    assert_eq!(error.to_string(), "the JPEG file is cut off: the end of the picture is missing");
}

#[test]
fn a_png_bomb_of_30_000_by_30_000() {
    let bomb = png_bomb(30_000);
    assert!(bomb.len() < 1_000_000, "a bomb is small: {} bytes", bomb.len());
    let error = refusal_of("photo.png", &bomb);
    assert!(matches!(error, ImageError::TooLarge { width: 30_000, height: 30_000, .. }));
    assert_eq!(
        error.to_string(),
        "the picture is too large: 30000 × 30000 pixels, 900 megapixels where at most 100 are read"
    );
}

#[test]
fn a_side_beyond_reason() {
    let strip = png_of(png::ColorType::Grayscale, png::BitDepth::Eight, 40_000, 1, &vec![0; 40_000]);
    assert!(matches!(refusal_of("strip.png", &strip), ImageError::SideTooLong { width: 40_000, .. }));
}

#[test]
fn more_bytes_than_are_read() {
    let limits = Limits { max_file_bytes: 100, ..Limits::inputs() };
    let file = jpeg(&quarters());
    for error in [probe_bytes(&file, &limits).map(drop), decode_bytes(&file, &limits).map(drop)] {
        assert!(matches!(error, Err(ImageError::TooManyBytes { limit: 100, .. })));
    }
}

#[test]
fn a_damaged_png_says_what_is_wrong() {
    let mut file = png_of(png::ColorType::Rgba, png::BitDepth::Eight, 64, 64, &busy().pixels);
    let middle = file.len() / 2;
    file[middle] ^= 0x55;
    let error = decode_bytes(&file, &Limits::inputs()).unwrap_err();
    assert!(matches!(error, ImageError::Damaged { format: Format::Png, .. }), "{error}");
}

#[rstest]
#[case(b"\xFF\xD8\xFF\xD9".as_slice())]
#[case(b"\x89PNG\r\n\x1a\n\0\0\0\x0DIDAT0000000000000000000000")]
#[case(b"RIFF\x0C\0\0\0WEBPXXXX\0\0\0\0")]
fn a_file_without_a_picture_in_it(#[case] file: &[u8]) {
    assert!(matches!(probe_bytes(file, &Limits::inputs()), Err(ImageError::Damaged { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever the bytes, the answer is a picture or an error, never a panic.
    #[test]
    fn no_bytes_break_the_reader(
        start in prop::sample::select(vec![
            b"\xFF\xD8\xFF".to_vec(), b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR".to_vec(), b"RIFF\x80\0\0\0WEBPVP8X".to_vec(),
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let limits = Limits { max_pixels: 1_000_000, ..Limits::inputs() };
        let _ = decode_bytes(&[start, rest].concat(), &limits);
    }

    /// A flipped byte in a real file neither.
    #[test]
    fn no_flipped_byte_breaks_the_reader(which in 0_usize..4, at: prop::sample::Index, value: u8) {
        let mut file = match which {
            0 => jpeg(&quarters()),
            1 => include_bytes!("../fixtures/progressive.jpg").to_vec(),
            2 => include_bytes!("../fixtures/palette.png").to_vec(),
            _ => include_bytes!("../fixtures/lossy.webp").to_vec(),
        };
        let at = at.index(file.len());
        file[at] = value;
        let limits = Limits { max_pixels: 1_000_000, ..Limits::inputs() };
        let _ = decode_bytes(&file, &limits);
    }
}

/// Found by fuzzing: `image-webp` 0.2.4 read behind the end of the frame's alpha and panicked.
#[test]
fn an_animated_webp_whose_frame_is_of_another_size_than_it_says() {
    let error = refusal_of("photo.webp", include_bytes!("../fixtures/frame_of_another_size.webp"));
    assert_eq!(error.to_string(), "the WebP file is damaged: a frame is of another size than it says");
}

/// Found by fuzzing: the probe believed the first frame's size and the decoder the last one's, so that a small first one let
/// any large second one through the limits.
#[test]
fn a_jpeg_that_declares_two_sizes() {
    let whole = jpeg(&busy());
    let at = whole.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    let length = 2 + usize::from(u16::from_be_bytes([whole[at + 2], whole[at + 3]]));
    let mut small = whole[at..at + length].to_vec();
    small[5..9].copy_from_slice(&[0, 8, 0, 8]);
    let twice = [&whole[..at], &small, &whole[at..]].concat();
    let error = refusal_of("photo.jpg", &twice);
    assert_eq!(error.to_string(), "the JPEG file is damaged: it declares two sizes");
}

/// Found by fuzzing: `image-webp` 0.2.4 looks for chunks behind the end that the file states, and makes room for what they declare:
/// 367 bytes asked for four gigabytes.
#[test]
fn a_webp_with_a_profile_of_gigabytes_behind_its_end() {
    let whole = webp_oriented(&busy(), 1);
    let file = [&whole, b"ICCP\xF0\xFF\xFF\xFFtwelve bytes".as_slice()].concat();
    // What stands behind the end of a whole picture is nobody's business.
    assert_eq!(decode_bytes(&file, &Limits::inputs()).unwrap(), decode_bytes(&whole, &Limits::inputs()).unwrap());
}

/// The same within the file's end.
#[test]
fn a_webp_with_a_chunk_longer_than_the_file() {
    let mut file = webp_oriented(&busy(), 1);
    let at = file.len();
    file.extend(b"ICCP\xF0\xFF\xFF\xFFtwelve bytes");
    let length = u32::try_from(file.len() - 8).unwrap();
    file[4..8].copy_from_slice(&length.to_le_bytes());
    assert!(at.is_multiple_of(2), "chunks begin at even places");
    let error = refusal_of("photo.webp", &file);
    assert_eq!(error.to_string(), "the WebP file is damaged: a chunk is longer than the file");
}

/// A small canvas does not vouch for a large picture on it, which the decoder makes room for before it compares the two.
#[test]
fn a_webp_whose_picture_is_not_of_its_canvas_s_size() {
    let mut file = webp_oriented(&busy(), 1);
    let at = file.windows(4).position(|name| name == b"VP8X").unwrap() + 8;
    file[at + 4..at + 10].copy_from_slice(&[7, 0, 0, 7, 0, 0]);
    let error = refusal_of("photo.webp", &file);
    assert_eq!(error.to_string(), "the WebP file is damaged: it declares two sizes");
}

/// Decoders disagree about which markers have a length, so that one may see a frame where another sees data: each one's own reading
/// of the size is held against the limits, that of the thumbnail's decoder, too.
#[test]
fn a_jpeg_whose_second_size_only_one_decoder_sees() {
    let whole = jpeg(&busy());
    let at = whole.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    let length = 2 + usize::from(u16::from_be_bytes([whole[at + 2], whole[at + 3]]));
    let mut large = whole[at..at + length].to_vec();
    large[5..9].copy_from_slice(&[0x27, 0x10, 0x27, 0x10]);
    let limits = Limits { max_pixels: 1 << 16, ..Limits::inputs() };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("photo.jpg");
    // Before and behind the frame, as it is and behind each marker that stands alone for some readers and has a length for others.
    for (place, marker) in [at, at + length].into_iter().flat_map(|place| (0x01..=0xFE_u8).map(move |m| (place, m))) {
        let hidden = [&whole[..place], &[0xFF, marker], &large, &whole[place..]].concat();
        std::fs::write(&path, &hidden).unwrap();
        for read in [decode_bytes(&hidden, &limits), thumbnail(&path, 64, &limits)].into_iter().flatten() {
            assert!(read.width <= 64 && read.height <= 64, "{marker:#04x} at {place}: {read:?}");
        }
    }
}

/// Found by fuzzing: the size of its rows was multiplied past 64 bits, and the end of the file seemed to be there.
#[test]
fn a_bitmap_of_more_bytes_than_can_be_counted() {
    let mut file =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/inputs/plain.bmp")).unwrap();
    file[18..22].copy_from_slice(&i32::MAX.to_le_bytes());
    file[22..26].copy_from_slice(&i32::MIN.to_le_bytes());
    file[28..30].copy_from_slice(&u16::MAX.to_le_bytes());
    assert!(matches!(refusal_of("photo.bmp", &file), ImageError::TooLarge { .. }));
}

/// Found by fuzzing: `image` 0.25.10 made room for a frame of 65,535 × 65,535 pixels on a canvas of a few.
#[test]
fn a_gif_whose_picture_is_larger_than_its_canvas() {
    let mut file =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/inputs/plain.gif")).unwrap();
    let (width, height) = ([64, 0], [48, 0]);
    let descriptor = [[0x2C, 0, 0, 0, 0].as_slice(), &width, &height].concat();
    let at = file.windows(descriptor.len()).position(|window| window == descriptor).unwrap();
    file[at + 5..at + 9].fill(0xFF);
    let error = refusal_of("photo.gif", &file);
    assert_eq!(error.to_string(), "the GIF file is damaged: its picture is larger than its canvas");
}

/// Found by fuzzing: the decoder ends a program that has debug assertions, rather than say that there is nothing.
#[test]
fn an_avif_whose_picture_has_no_bytes() {
    let error = decode_bytes(include_bytes!("../fixtures/empty_item.avif"), &Limits::inputs()).unwrap_err();
    assert!(matches!(error, ImageError::Damaged { format: Format::Avif, .. }), "{error}");
}

/// Found by fuzzing: a frame that ends before its size was read past its end, so that two readers of the file saw two files.
#[test]
fn a_jpeg_whose_frame_ends_before_its_size() {
    let mut file = jpeg(&busy());
    let at = file.windows(2).position(|marker| marker == [0xFF, 0xC0]).unwrap();
    file[at + 2..at + 4].copy_from_slice(&[0, 5]);
    let error = refusal_of("photo.jpg", &file);
    assert_eq!(error.to_string(), "the JPEG file is damaged: its frame has no size");
}

/// Found by fuzzing: `jxl-render` 0.12.4 panics over it. The panic is caught, and is a file that cannot be read.
#[test]
fn a_jpeg_xl_that_makes_its_decoder_panic() {
    let error = decode_bytes(include_bytes!("../fixtures/no_frame.jxl"), &Limits::inputs()).unwrap_err();
    assert!(matches!(error, ImageError::Damaged { format: Format::JpegXl, .. }), "{error}");
}
