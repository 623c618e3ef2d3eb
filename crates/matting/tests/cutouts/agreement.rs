//! Our runtimes against the reference: Python's onnxruntime on the same model and the same tensors (`fixtures/make.py`).
//!
//! Decoding and scaling differ between libraries more than runtimes do, so the inputs are committed at the network's size.

use std::path::PathBuf;

use clearcut_imaging::{Limits, Rgba, decode};
use clearcut_matting::{Matter, MattingOptions};
use rstest::rstest;

use crate::MATTER;

fn fixture(name: &str) -> Rgba {
    decode(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name), &Limits::inputs()).unwrap()
}

/// Mean and largest difference to the reference mask, in levels of 255.
fn difference(matter: &Matter, photo: &str) -> (f64, f64) {
    let input = fixture(&format!("{photo}.input.png"));
    let reference = fixture(&format!("{photo}.mask.png"));
    let mask = matter.raw_mask(&input.pixels, input.width, input.height).unwrap();
    assert_eq!((mask.width, mask.height), (reference.width, reference.height));
    let differences = mask
        .values
        .iter()
        .zip(reference.pixels.chunks_exact(4))
        .map(|(seen, meant)| (f64::from(*seen) * 255.0 - f64::from(meant[0])).abs());
    let (sum, worst, count) =
        differences.fold((0.0, 0.0_f64, 0.0), |(sum, worst, count), d| (sum + d, worst.max(d), count + 1.0));
    (sum / count, worst)
}

fn assert_agrees(matter: &Matter, photo: &str) {
    let (mean, worst) = difference(matter, photo);
    println!(
        "{} on {photo}: mean {mean:.4}, worst {worst:.4} of 255 (0.5 is the fixture's rounding)",
        matter.runtime_name()
    );
    assert!(mean < 1.0, "mean difference {mean} of 255");
    assert!(worst < 1.5, "worst difference {worst} of 255");
}

#[rstest]
fn the_built_in_runtime_agrees(#[values("astronaut", "chelsea", "coffee", "rocket")] photo: &str) {
    assert_eq!(MATTER.runtime_name(), "rten");
    assert_agrees(&MATTER, photo);
}

/// Runs where `CLEARCUT_TEST_ONNXRUNTIME` names onnxruntime's library.
#[test]
fn onnxruntime_s_own_library_agrees() {
    let Some(library) = std::env::var_os("CLEARCUT_TEST_ONNXRUNTIME") else {
        println!("CLEARCUT_TEST_ONNXRUNTIME names no library: only the built-in runtime was tested");
        return;
    };
    let options = MattingOptions { onnxruntime: Some(library.into()), ..MattingOptions::default() };
    let matter = Matter::new(options).unwrap();
    assert_eq!(matter.runtime_name(), "onnxruntime");
    for photo in ["astronaut", "chelsea", "coffee", "rocket"] {
        assert_agrees(&matter, photo);
    }
}

#[test]
fn a_library_that_cannot_be_loaded_leaves_the_built_in_one() {
    let options = MattingOptions { onnxruntime: Some("/no/such/libonnxruntime.so".into()), ..Default::default() };
    assert_eq!(Matter::new(options).unwrap().runtime_name(), "rten");
}
