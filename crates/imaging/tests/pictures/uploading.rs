//! What leaves this computer: the picture to the last bit where the service takes its file, and nothing private in any case.

use std::path::{Path, PathBuf};

use clearcut_imaging::{
    CopyPlan, ImageError, Limits, OutputFormat, Rgba, Taken, Upload, decode, decode_bytes, fingerprint_bytes, probe,
    probe_bytes, upload,
};
use rstest::rstest;

use crate::make::{drawing, exif, jpeg, png_of, quarters};

const GPS: &[u8] = b"52.5163N 13.3777E";

fn anything() -> Taken {
    Taken::default()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/inputs").join(name)
}

fn upload_of(content: &[u8], taken: &Taken) -> Upload {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let (sent, hash) = upload(file.path(), taken, &Limits::inputs()).unwrap();
    assert_eq!(hash, fingerprint_bytes(content), "the original is who it is, whatever is sent of it");
    sent
}

fn decoded(content: &[u8]) -> Rgba {
    decode_bytes(content, &Limits::inputs()).unwrap()
}

fn holds(content: &[u8], what: &[u8]) -> bool {
    content.windows(what.len()).any(|window| window == what)
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], &length[..], content].concat()
}

/// A photo as phones write it: everything that can stand in a JPEG beside the picture says where it was taken.
fn talkative_jpeg(orientation: u8) -> Vec<u8> {
    let plain = jpeg(&quarters());
    let (start, rest) = plain.split_at(20);
    let private = [
        segment(0xE1, &[b"Exif\0\0".as_slice(), &exif(orientation), GPS].concat()),
        segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0".as_slice(), GPS].concat()),
        segment(0xE2, &[b"MPF\0".as_slice(), GPS].concat()),
        segment(0xED, &[b"Photoshop 3.0\0".as_slice(), GPS].concat()),
        segment(0xE7, GPS),
        segment(0xFE, GPS),
    ];
    [start, &private.concat(), rest, b"film behind the picture", GPS].concat()
}

#[rstest]
fn a_jpeg_is_sent_without_what_is_private_and_turned_as_before(#[values(1, 3, 6)] orientation: u8) {
    let file = talkative_jpeg(orientation);
    let Upload::Stripped(sent) = upload_of(&file, &anything()) else { panic!("it is sent as it is") };
    assert!(!holds(&sent, GPS) && !holds(&sent, b"film"));
    assert_eq!(probe_bytes(&sent, &Limits::inputs()).unwrap().orientation, orientation);
    assert!(decoded(&sent) == decoded(&file), "not the same picture");
    assert_eq!(upload_of(&sent, &anything()), Upload::AsItIs, "once is enough");
}

#[test]
fn a_colour_profile_is_sent() {
    let photo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/rocket.jpg");
    let (sent, _) = upload(&photo, &anything(), &Limits::inputs()).unwrap();
    let bytes = match sent {
        Upload::AsItIs => std::fs::read(&photo).unwrap(),
        Upload::Stripped(bytes) => bytes,
        Upload::Copy { .. } => panic!("a JPEG needs no copy"),
    };
    assert!(holds(&bytes, b"ICC_PROFILE\0"));
    assert!(decoded(&bytes) == decode(&photo, &Limits::inputs()).unwrap());
}

#[test]
fn a_png_is_sent_without_its_texts() {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 32, 16);
    encoder.set_color(png::ColorType::Rgba);
    encoder.add_text_chunk("Author".to_owned(), "Anna".to_owned()).unwrap();
    encoder.add_itxt_chunk("XML:com.adobe.xmp".to_owned(), "52.5163N 13.3777E".to_owned()).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&quarters().pixels).unwrap();
    writer.write_chunk(png::chunk::ChunkType(*b"eXIf"), &[exif(8).as_slice(), GPS].concat()).unwrap();
    writer.finish().unwrap();
    file.extend(GPS);
    let Upload::Stripped(sent) = upload_of(&file, &anything()) else { panic!("it is sent as it is") };
    assert!(!holds(&sent, GPS) && !holds(&sent, b"Anna"));
    assert!(decoded(&sent) == decoded(&file), "not the same picture");
    assert_eq!(probe_bytes(&sent, &Limits::inputs()).unwrap().orientation, 8);
    assert_eq!(upload_of(&sent, &anything()), Upload::AsItIs);
}

#[test]
fn a_webp_is_sent_without_its_exif_but_turned() {
    let picture = quarters();
    let mut file = Vec::new();
    let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut file);
    image::ImageEncoder::set_exif_metadata(&mut encoder, [exif(6).as_slice(), GPS].concat()).unwrap();
    image::ImageEncoder::write_image(encoder, &picture.pixels, 32, 16, image::ExtendedColorType::Rgba8).unwrap();
    let Upload::Stripped(sent) = upload_of(&file, &anything()) else { panic!("it is sent as it is") };
    assert!(!holds(&sent, GPS));
    assert!(decoded(&sent) == decoded(&file), "not the same picture");
    assert_eq!(upload_of(&sent, &anything()), Upload::AsItIs);
}

#[test]
fn a_file_with_nothing_private_in_it_is_sent_as_it_is() {
    assert_eq!(upload_of(&jpeg(&quarters()), &anything()), Upload::AsItIs);
    let png = png_of(png::ColorType::Rgba, png::BitDepth::Eight, 32, 16, &quarters().pixels);
    assert_eq!(upload_of(&png, &anything()), Upload::AsItIs);
}

#[rstest]
#[case("plain.heic", OutputFormat::Jpg)]
#[case("plain.avif", OutputFormat::Jpg)]
#[case("plain.tif", OutputFormat::Png)]
#[case("pages.tif", OutputFormat::Png)]
#[case("alpha.tif", OutputFormat::Png)]
#[case("turned_6.tif", OutputFormat::Png)]
#[case("turned_6.heic", OutputFormat::Jpg)]
#[case("lossless.jxl", OutputFormat::Png)]
#[case("plain.bmp", OutputFormat::Png)]
#[case("animated.gif", OutputFormat::Png)]
#[case("animated.webp", OutputFormat::Png)]
#[case("animated.png", OutputFormat::Png)]
fn what_a_service_does_not_take_is_sent_as_a_copy(#[case] name: &str, #[case] expected: OutputFormat) {
    let probe = probe(&fixture(name), &Limits::inputs()).unwrap();
    let plan = CopyPlan::of(&probe, &anything()).unwrap();
    assert!(plan.format || plan.first_of_several);
    let (Upload::Copy { bytes, format }, _) = upload(&fixture(name), &anything(), &Limits::inputs()).unwrap() else {
        panic!("{name} is sent as it is");
    };
    assert_eq!(format, expected, "{name}");
    let mut original = decode(&fixture(name), &Limits::inputs()).unwrap();
    original.zero_hidden_colour();
    let copy = decoded(&bytes);
    assert_eq!((copy.width, copy.height), (original.width, original.height));
    let differences = copy.pixels.iter().zip(&original.pixels).map(|(a, b)| f64::from(a.abs_diff(*b)));
    let mean = differences.sum::<f64>() / f64::from(64 * 48 * 4);
    assert!(mean <= if format == OutputFormat::Png { 0.0 } else { 1.5 }, "{name}: {mean} levels");
}

fn busy(width: u32, height: u32) -> Rgba {
    drawing(width, height, |x, y| {
        let [r, g, b, _] = (x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA6B))
            .wrapping_mul(0xC2B2_AE35)
            .rotate_left(x % 32)
            .to_be_bytes();
        [r, g, b, 255]
    })
}

#[test]
fn more_pixels_than_the_service_takes_are_shrunk_in_proportion() {
    let file = jpeg(&busy(900, 300));
    let taken = Taken { max_pixels: Some(30_000), ..anything() };
    let plan = CopyPlan::of(&probe_bytes(&file, &Limits::inputs()).unwrap(), &taken).unwrap();
    assert_eq!(plan, CopyPlan { shrunk_to: Some((300, 100)), ..CopyPlan::default() });
    let Upload::Copy { bytes, format: OutputFormat::Jpg } = upload_of(&file, &taken) else { panic!("not a copy") };
    assert_eq!((decoded(&bytes).width, decoded(&bytes).height), (300, 100));
}

#[rstest]
#[case::a_better_coding_is_enough(140_000, (300, 200))]
#[case::it_must_be_smaller(9_000, (0, 0))]
fn more_bytes_than_the_service_takes_are_coded_until_they_fit(#[case] most: u64, #[case] size: (u32, u32)) {
    let picture = busy(300, 200);
    let file = png_of(png::ColorType::Rgba, png::BitDepth::Eight, 300, 200, &picture.pixels);
    assert!(file.len() as u64 > most);
    let taken = Taken { max_bytes: Some(most), ..anything() };
    let Upload::Copy { bytes, .. } = upload_of(&file, &taken) else { panic!("not a copy") };
    assert!(bytes.len() as u64 <= most);
    let copy = decoded(&bytes);
    assert!(size == (0, 0) || (copy.width, copy.height) == size, "{copy:?}");
    assert!((f64::from(copy.width) / f64::from(copy.height) - 1.5).abs() < 0.05);
}

#[test]
fn what_no_copy_fits_is_an_error() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), jpeg(&busy(300, 200))).unwrap();
    let taken = Taken { max_bytes: Some(20), ..anything() };
    let error = upload(file.path(), &taken, &Limits::inputs()).unwrap_err();
    assert!(matches!(error, ImageError::TooManyBytes { limit: 20, .. }), "{error}");
}

/// Whatever the bytes, nothing that was marked as private is sent, and what is sent is a picture.
#[test]
fn garbled_files_never_send_more_than_the_picture() {
    let whole = talkative_jpeg(6);
    let file = tempfile::NamedTempFile::new().unwrap();
    for at in (0..whole.len() - 40).step_by(3) {
        let mut broken = whole.clone();
        broken[at] ^= 0x10;
        std::fs::write(file.path(), &broken).unwrap();
        if let Ok((Upload::Stripped(bytes) | Upload::Copy { bytes, .. }, _)) =
            upload(file.path(), &anything(), &Limits::inputs())
        {
            assert!(probe_bytes(&bytes, &Limits::inputs()).is_ok(), "byte {at}");
        }
    }
}

/// Found by fuzzing: bytes that belong to no segment went along, and decoders pass them over as viewers do.
#[test]
fn bytes_between_the_segments_of_a_jpeg_are_not_sent() {
    let whole = talkative_jpeg(1);
    let at = 2 + usize::from(u16::from_be_bytes([whole[4], whole[5]])) + 2;
    let file = [&whole[..at], b"52.5163 N, 13.3777 E", &whole[at..]].concat();
    let Upload::Copy { bytes: sent, .. } = upload_of(&file, &anything()) else { panic!("it is sent as a copy") };
    assert!(!holds(&sent, b"52.5163"));
    assert_eq!((decoded(&sent).width, decoded(&sent).height), (decoded(&file).width, decoded(&file).height));
}
