//! Networks from files: tiny ones with the outlines of the large families (`fixtures/models/make.py`). Each finds red by one convolution on
//! the normalised colours, so that its mask says how they were normalised.

use std::path::PathBuf;

use clearcut_imaging::Rgba;
use clearcut_matting::{Family, InputSize, Matter, MattingError, MattingOptions, ModelFile};
use proptest::prelude::*;
use rstest::rstest;

use crate::never;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/models").join(format!("{name}.onnx"))
}

fn file(name: &str) -> ModelFile {
    ModelFile::new(path(name))
}

fn matter(model: ModelFile) -> Matter {
    Matter::new(MattingOptions { model: Some(model), ..MattingOptions::default() }).unwrap()
}

#[rstest]
#[case("u2net", Family::U2Net, InputSize::Fixed(320, 320), false)]
#[case("isnet", Family::IsNet, InputSize::Fixed(1024, 1024), false)]
#[case("birefnet", Family::BiRefNet, InputSize::Fixed(1024, 1024), true)]
#[case("free", Family::U2Net, InputSize::Free(384), false)]
fn a_file_says_how_its_network_sees(
    #[case] name: &str,
    #[case] family: Family,
    #[case] size: InputSize,
    #[case] needs_sigmoid: bool,
) {
    let read = file(name).describe().unwrap();
    assert_eq!((read.family, read.size, read.needs_sigmoid), (family, size, needs_sigmoid));
}

#[test]
fn what_a_file_leaves_open_can_be_named() {
    let named = ModelFile { family: Some(Family::IsNet), side: Some(512), ..file("free") }.describe().unwrap();
    assert_eq!((named.family, named.size, named.mean), (Family::IsNet, InputSize::Free(512), [0.5; 3]));
    let square = ModelFile { family: Some(Family::BiRefNet), side: Some(500), ..file("free") }.describe().unwrap();
    assert_eq!(square.size, InputSize::Fixed(512, 512));
    assert!(ModelFile { side: Some(100_000), ..file("free") }.describe().is_err());
    assert_eq!("ISNET".parse::<Family>().unwrap(), Family::IsNet);
    assert!("resnet".parse::<Family>().is_err());
}

/// Of one colour all over: the mask is one number, which only the right mean and deviation give. The brightest value is no
/// 255, so that dividing by it shows as well.
#[rstest]
#[case("u2net", 320, (200.0 / 200.0 - 0.485) / 0.229 - (150.0 / 200.0 - 0.406) / 0.225)]
#[case("isnet", 1024, (200.0 - 150.0) / 255.0)]
#[case("birefnet", 1024, (200.0 / 255.0 - 0.485) / 0.229 - (150.0 / 255.0 - 0.406) / 0.225)]
fn the_colours_are_normalised_as_in_training(#[case] name: &str, #[case] side: u32, #[case] red_less_blue: f32) {
    let flat = Rgba::filled(side, side, [200, 10, 150, 255]);
    let mask = matter(file(name)).raw_mask(&flat.pixels, side, side).unwrap();
    let expected = 1.0 / (1.0 + (-4.0 * red_less_blue).exp());
    assert_eq!(mask.values.len(), (side * side) as usize);
    assert!(mask.values.iter().all(|value| (value - expected).abs() < 1e-4), "{} for {expected}", mask.values[0]);
}

#[rstest]
fn each_cuts_out_what_it_finds(#[values("u2net", "isnet", "birefnet", "free")] name: &str) {
    let mut picture = Rgba::filled(300, 200, [20, 40, 250, 255]);
    for (i, pixel) in picture.pixels.chunks_exact_mut(4).enumerate() {
        if (100..200).contains(&(i % 300)) && (50..150).contains(&(i / 300)) {
            pixel.copy_from_slice(&[250, 40, 20, 255]);
        }
    }
    let cutout = matter(file(name)).cut_out(&picture.pixels, 300, 200, &never).unwrap();
    let alpha = |x: usize, y: usize| cutout.rgba[(y * 300 + x) * 4 + 3];
    for (x, y) in [(150, 100), (106, 56), (193, 143)] {
        assert_eq!(alpha(x, y), 255, "within, at {x}, {y}");
    }
    for (x, y) in [(5, 5), (90, 100), (210, 100), (150, 40), (150, 160)] {
        assert_eq!(alpha(x, y), 0, "outside, at {x}, {y}");
    }
}

#[rstest]
#[case("half", "it counts in other numbers than 32-bit floats; take the file in full precision (fp32)")]
#[case("two_masks", "its first output is no mask")]
fn a_network_of_another_kind_says_why(#[case] name: &str, #[case] why: &str) {
    let error = file(name).describe().unwrap_err();
    assert_eq!(error.to_string(), format!("the model file cannot be used: {why}"));
}

#[test]
fn what_is_no_network_is_refused_before_anything_is_loaded() {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in
        [("text", b"Dear diary,\n".as_slice()), ("empty", b""), ("picture", b"\x89PNG\r\n\x1a\n\0\0\0\0")]
    {
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        let options = MattingOptions { model: Some(ModelFile::new(path)), ..MattingOptions::default() };
        assert!(matches!(Matter::new(options), Err(MattingError::Model(_))), "{name}");
    }
    assert!(ModelFile::new(dir.path().join("none.onnx")).describe().is_err());
    assert!(ModelFile::new(dir.path().to_path_buf()).describe().is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A changed byte or a missing end gives a description or an error, and loading what was described never panics.
    #[test]
    fn no_changed_byte_breaks_it(
        name in prop::sample::select(vec!["u2net", "birefnet", "free"]),
        at: prop::sample::Index,
        value: u8,
        kept in 0.5_f64..1.5,
    ) {
        let mut content = std::fs::read(path(name)).unwrap();
        let at = at.index(content.len());
        content[at] = value;
        content.truncate((content.len() as f64 * kept) as usize);
        let changed = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(changed.path(), content).unwrap();
        let options = MattingOptions { model: Some(ModelFile::new(changed.path().to_path_buf())), ..Default::default() };
        if let Ok(matter) = Matter::new(options) {
            let small = Rgba::filled(32, 32, [9, 9, 9, 255]);
            let _ = matter.raw_mask(&small.pixels, 32, 32);
        }
    }
}
