//! Cutting out on this computer: the same clear words for bad pictures, and never a credit.

use std::cell::Cell;
use std::sync::Arc;

use clearcut_batch::{BatchError, OnDevice, device_preview};
use clearcut_imaging::{Background, ImageError, Limits, Look, OutputFormat, apply, decode, encode_to_vec};
use clearcut_matting::{Matter, MattingOptions};
use clearcut_store::DiskFiles;

use crate::bench::Bench;
use crate::script::disc;

fn matter() -> Matter {
    Matter::new(MattingOptions::default()).unwrap()
}

#[test]
fn what_is_no_picture_is_told_in_its_own_words() {
    let bench = Bench::new([]);
    let text = bench.home.path().join("letter.jpg");
    std::fs::write(&text, "Dear all").unwrap();
    let error = device_preview(&matter(), &text, 512, &|| false).unwrap_err();
    assert!(matches!(error, BatchError::Input { source: ImageError::NotAPicture, .. }), "{error}");
    let gone = bench.home.path().join("gone.png");
    let error = device_preview(&matter(), &gone, 512, &|| false).unwrap_err();
    assert!(matches!(error, BatchError::Input { source: ImageError::NotFound, .. }), "{error}");
}

#[test]
fn it_stops_when_it_is_asked_to() {
    let bench = Bench::new([]);
    let asked = Cell::new(0);
    let cancel = || {
        asked.set(asked.get() + 1);
        true
    };
    let error = device_preview(&matter(), &bench.photo("dog.png"), 512, &cancel).unwrap_err();
    assert!(matches!(error, BatchError::Cancelled), "{error}");
    assert!(asked.get() > 0);
}

#[test]
fn a_subject_is_cut_out_small_to_look_at_and_at_its_own_size_to_be_saved() {
    let bench = Bench::new([]);
    // An orange disc on white paper.
    let picture = apply(disc(400, 300), &Look { background: Background::Colour([255; 3]) });
    let input = bench.home.path().join("disc.png");
    std::fs::write(&input, encode_to_vec(&picture, OutputFormat::Png, &Default::default()).unwrap()).unwrap();

    let matter = Arc::new(matter());
    let preview = device_preview(&matter, &input, 200, &|| false).unwrap();
    assert_eq!((preview.width, preview.height), (200, 150));
    assert!(preview.pixel(100, 75).unwrap()[3] > 250 && preview.pixel(1, 1).unwrap()[3] < 5);

    let on_device = OnDevice::new(matter, Arc::new(DiskFiles));
    let saved = on_device.save(&bench.order_of(&input), &|| false).unwrap();
    let saved = decode(&saved, &Limits::answers()).unwrap();
    assert_eq!((saved.width, saved.height), (400, 300));
    assert_eq!(bench.results(), ["disc-cutout.png"]);
    assert!(bench.script.requests().is_empty());
}
