//! What the original says is in the result, but for what would be wrong of it. The originals are other programs' files
//! (`fixtures/make_inputs.py`), and what was put into results was read back by ExifTool 12.57 when this was written.

use std::path::{Path, PathBuf};

use clearcut_imaging::{
    EncodeOptions, ExportFormat, ExportOptions, Limits, Metadata, OutputFormat, Rgba, Upload, decode, decode_bytes,
    encode_with, export, metadata, probe_bytes, upload,
};
use proptest::prelude::*;
use rstest::rstest;

fn fixture(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/inputs").join(format!("talkative.{kind}"))
}

fn said(kind: &str) -> Metadata {
    metadata(&fixture(kind), &Limits::inputs()).unwrap().0
}

fn holds(content: &[u8], what: &[u8]) -> bool {
    content.windows(what.len()).any(|window| window == what)
}

fn written(picture: &Rgba, format: OutputFormat, metadata: &Metadata) -> Vec<u8> {
    let mut file = Vec::new();
    encode_with(picture, format, &EncodeOptions::default(), metadata, &mut file).unwrap();
    file
}

#[rstest]
fn every_kind_of_file_is_asked(#[values("jpg", "png", "webp", "tif", "heic", "avif")] kind: &str) {
    let said = said(kind);
    let exif = said.exif.expect("EXIF");
    assert!(holds(&exif, b"Anna Example") && holds(&exif, b"2026:11:25 12:00:00"), "{kind}");
    assert!(holds(&said.xmp.expect("XMP"), b"Brandenburg Gate"), "{kind}");
}

#[rstest]
fn iptc_is_read(#[values("jpg", "png")] kind: &str) {
    let iptc = said(kind).iptc.expect("IPTC");
    assert!(holds(&iptc, b"Berlin") && holds(&iptc, b"gate"));
}

#[rstest]
fn the_result_says_what_the_original_said_upright_and_once(
    #[values("jpg", "png", "webp", "tif", "heic", "avif")] kind: &str,
    #[values(OutputFormat::Png, OutputFormat::Jpg, OutputFormat::WebP)] format: OutputFormat,
) {
    let picture = decode(&fixture(kind), &Limits::inputs()).unwrap();
    let said = said(kind);
    let file = written(&picture, format, &said);
    let probe = probe_bytes(&file, &Limits::inputs()).unwrap();
    assert_eq!((probe.width, probe.height, probe.orientation), (64, 48, 1), "turned once, and told so");
    let again = Metadata::of(&file);
    assert_eq!(again.xmp, said.xmp);
    if format != OutputFormat::WebP {
        assert_eq!(again.iptc, said.iptc);
    }
    let exif = again.exif.unwrap();
    assert!(holds(&exif, b"Anna Example"));
    let plain = written(&picture, format, &Metadata::default());
    assert!(
        decode_bytes(&file, &Limits::inputs()).unwrap() == decode_bytes(&plain, &Limits::inputs()).unwrap(),
        "not a pixel is touched"
    );
}

/// Both byte orders of EXIF: a TIFF is written in the machine's own.
#[rstest]
fn an_exported_tiff_says_what_the_original_said(#[values("jpg", "png", "webp", "tif", "heic", "avif")] kind: &str) {
    let picture = decode(&fixture(kind), &Limits::inputs()).unwrap();
    let said = said(kind);
    let mut file = Vec::new();
    let options = ExportOptions { format: ExportFormat::Tiff, ..ExportOptions::default() };
    export(&picture, &options, &said, &mut file).unwrap();
    assert!(decode_bytes(&file, &Limits::inputs()).unwrap() == picture, "the picture is the same, and upright");
    let again = Metadata::of(&file);
    assert_eq!((&again.xmp, &again.iptc, again.density), (&said.xmp, &said.iptc, said.density));
    let exif = again.exif.unwrap();
    assert!(holds(&exif, b"Anna Example"), "of the first directory");
    assert!(holds(&exif, b"2026:11:25 12:00:00"), "of the camera's");
}

/// Fractions and words of a camera's directory, out of a block in the other byte order than most machines'.
#[test]
fn numbers_in_a_tiff_are_what_they_were() {
    let mut file = Vec::new();
    let options = ExportOptions { format: ExportFormat::Tiff, ..ExportOptions::default() };
    let (said, picture) = (said("jpg"), Rgba::filled(640, 480, [9, 9, 9, 255]));
    assert!(said.exif.as_ref().is_some_and(|exif| exif.starts_with(b"MM")));
    export(&picture, &options, &said, &mut file).unwrap();
    let mut decoder = tiff::decoder::Decoder::new(std::io::Cursor::new(&file)).unwrap();
    assert_eq!(decoder.get_tag_u32(tiff::tags::Tag::Orientation).unwrap(), 1);
    assert_eq!(decoder.dimensions().unwrap(), (640, 480));
    let camera = decoder.get_tag(tiff::tags::Tag::ExifDirectory).unwrap().into_ifd_pointer().unwrap();
    let camera = decoder.read_directory(camera).unwrap();
    let mut camera = decoder.read_directory_tags(&camera);
    assert_eq!(camera.get_tag_u32(tiff::tags::Tag::Unknown(0xA001)).unwrap(), 1, "sRGB");
    assert_eq!(camera.get_tag_u32(tiff::tags::Tag::Unknown(0xA002)).unwrap(), 640, "the new width");
}

/// The original's is 48 × 64 pixels on its side, Adobe RGB by its own words, with a small copy of itself.
#[test]
fn what_would_be_wrong_of_a_result_is_put_right() {
    let raw = std::fs::read(fixture("jpg")).unwrap();
    assert!(holds(&raw, b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06"), "it says orientation 6");
    let file = written(&Rgba::filled(640, 480, [9, 9, 9, 255]), OutputFormat::Png, &said("jpg"));
    assert!(holds(&file, b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x01"), "orientation 1");
    assert!(!holds(&file, b"\xFF\xD8\xFF"), "no thumbnail");
    let (colours, width) = (b"\xA0\x01\x00\x03\x00\x00\x00\x01\x00\x01", b"\xA0\x02\x00\x03\x00\x00\x00\x01\x02\x80");
    assert!(holds(&file, colours) && holds(&file, width), "sRGB, 640 pixels wide");
    let xmp = String::from_utf8(said("jpg").xmp.unwrap()).unwrap();
    assert!(xmp.contains("<tiff:Orientation>1</tiff:Orientation>"), "{xmp}");
}

#[rstest]
fn the_size_of_a_dot_survives(#[values(OutputFormat::Png, OutputFormat::Jpg)] format: OutputFormat) {
    let said = said("jpg");
    assert_eq!(said.density, Some((11_811, 11_811)), "300 dots an inch");
    let file = written(&Rgba::filled(40, 30, [9, 9, 9, 255]), format, &said);
    assert_eq!(Metadata::of(&file).density, Some((11_811, 11_811)));
}

#[test]
fn a_file_that_says_nothing_gives_the_plain_file() {
    let picture = Rgba::filled(40, 30, [9, 9, 9, 100]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/inputs/chart.png");
    let said = metadata(&path, &Limits::inputs()).unwrap().0;
    assert!(said.is_empty(), "{said:?}");
    assert_eq!(written(&picture, OutputFormat::Png, &said), written(&picture, OutputFormat::Png, &Metadata::default()));
}

#[rstest]
fn nothing_of_it_is_sent(#[values("jpg", "png", "webp", "tif", "heic", "avif", "jxl")] kind: &str) {
    let bytes = match upload(&fixture(kind), &clearcut_imaging::Taken::default(), &Limits::inputs()).unwrap().0 {
        Upload::AsItIs => std::fs::read(fixture(kind)).unwrap(),
        Upload::Stripped(bytes) | Upload::Copy { bytes, .. } => bytes,
    };
    for private in ["Anna", "Maker", "Brandenburg", "Berlin", "2026:11:25"] {
        assert!(!holds(&bytes, private.as_bytes()), "{kind}: {private} is sent");
    }
    let sent = decode_bytes(&bytes, &Limits::inputs()).unwrap();
    assert_eq!((sent.width, sent.height), (64, 48));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever the bytes say, reading them ends, and what is written is a picture.
    #[test]
    fn no_changed_byte_breaks_it(
        kind in prop::sample::select(vec!["jpg", "png", "webp", "tif", "heic", "jxl"]),
        at: prop::sample::Index,
        value: u8,
    ) {
        let mut file = std::fs::read(fixture(kind)).unwrap();
        let at = at.index(file.len());
        file[at] = value;
        let said = Metadata::of(&file);
        let picture = Rgba::filled(8, 8, [1, 2, 3, 255]);
        let result = written(&picture, OutputFormat::Jpg, &said);
        let options = ExportOptions { format: ExportFormat::Tiff, ..ExportOptions::default() };
        let mut tiff = Vec::new();
        prop_assert!(export(&picture, &options, &said, &mut tiff).is_ok());
        prop_assert!(decode_bytes(&tiff, &Limits::inputs()).unwrap() == picture);
        prop_assert!(probe_bytes(&result, &Limits::inputs()).is_ok());
    }
}

/// The values of a small file may all be the whole file: an EXIF block built of them would be a thousand times as long.
#[test]
fn values_that_lie_one_over_the_other_do_not_pile_up() {
    const ENTRIES: u16 = 900;
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    file.extend(ENTRIES.to_le_bytes());
    let length: u32 = 1 << 20;
    for tag in 0..ENTRIES {
        // Texts of a megabyte, all at the file's beginning.
        file.extend((0x9000 + tag).to_le_bytes());
        file.extend(2_u16.to_le_bytes());
        file.extend(length.to_le_bytes());
        file.extend(0_u32.to_le_bytes());
    }
    file.resize(length as usize, 0);
    let said = Metadata::of(&file);
    assert!(said.exif.is_none_or(|exif| exif.len() <= 2 * file.len()), "longer than what it was copied from");
}

#[test]
fn packed_texts_of_a_jpeg_xl_are_unpacked() {
    let said = Metadata::of(include_bytes!("../fixtures/packed_texts.jxl"));
    assert!(holds(&said.exif.unwrap(), b"Anna"));
    assert!(holds(&said.xmp.unwrap(), b"Brandenburg Gate"));
}

/// Three kilobytes of packed text hold four gigabytes; `jxl-oxide` 0.12.6 would unpack them even for the size of the picture.
#[test]
fn packed_gigabytes_of_a_jpeg_xl_are_not() {
    let file = include_bytes!("../fixtures/packed_gigabytes.jxl");
    assert!(Metadata::of(file).is_empty());
    let picture = decode_bytes(file, &Limits::inputs()).unwrap();
    assert_eq!((picture.width, picture.height), (64, 48));
}
