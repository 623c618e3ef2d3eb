//! `clearcut export`: finished pictures, free, from what was paid or from this computer.

use image::ImageEncoder;
use image::codecs::jpeg::JpegEncoder;
use serde_json::json;

use crate::place::{Place, Practice, Said};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/astronaut.png");

#[test]
fn several_sizes_on_white_are_several_files_and_cost_nothing() {
    let place = Place::new();
    std::fs::copy(SAMPLE, place.path("pictures/astronaut.png")).unwrap();
    let arguments = ["export", "astronaut.png", "--preset", "marketplace", "--size", "300x200", "--format", "jpg"];
    let said = Said::by(place.clearcut(arguments.into_iter().chain(["--json"])));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let lines = said.lines();
    let seen: Vec<_> = lines.iter().map(|line| (&line["width"], &line["height"], &line["charged"])).collect();
    assert_eq!(seen, [(&json!(300), &json!(200), &json!("0")), (&json!(2000), &json!(2000), &json!("0"))]);
    let output = lines[1]["output"].as_str().unwrap();
    assert!(output.ends_with("astronaut-cutout-marketplace.jpg"), "{output}");
    let picture = image::open(output).unwrap().to_rgb8();
    assert_eq!(picture.dimensions(), (2000, 2000));
    assert!(picture.get_pixel(20, 20).0.iter().all(|value| *value > 250), "white at the rim");
}

#[test]
fn what_was_paid_is_exported_without_another_request() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("a.png", 1);
    let said = Said::by(place.against(&service, ["remove", "a.png", "--yes", "--json"]));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(service.removals(), 1);
    let said = Said::by(place.against(
        &service,
        ["export", "a.png", "--template", "floor", "--contact-shadow", "--format", "webp-lossy", "--json"],
    ));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(said.document()["charged"], "0");
    assert_eq!(service.removals(), 1, "nothing more was asked for");
}

#[test]
fn what_the_original_says_is_exported_unless_it_is_stripped() {
    // One entry: the artist.
    let exif = b"II*\0\x08\0\0\0\x01\0\x3B\x01\x02\0\x0D\0\0\0\x1A\0\0\0\0\0\0\0Anna Example\0";
    let place = Place::new();
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new(&mut file);
    encoder.set_exif_metadata(exif.to_vec()).unwrap();
    encoder.encode_image(&image::open(SAMPLE).unwrap().to_rgb8()).unwrap();
    std::fs::write(place.path("pictures/astronaut.jpg"), file).unwrap();
    for (flags, says_so) in [(&["--format", "avif"][..], true), (&["--format", "avif", "--strip-metadata"], false)] {
        let arguments = ["export", "astronaut.jpg", "--json"].into_iter().chain(flags.iter().copied());
        let said = Said::by(place.clearcut(arguments));
        assert_eq!(said.code, 0, "{}", said.stderr);
        let file = std::fs::read(said.document()["output"].as_str().unwrap()).unwrap();
        let holds = |what: &[u8]| file.windows(what.len()).any(|window| window == what);
        assert_eq!(holds(b"Anna Example"), says_so, "{flags:?}");
    }
}

#[test]
fn a_size_or_preset_that_makes_no_sense_is_refused() {
    let place = Place::new();
    place.picture("a.png", 1);
    let said = Said::by(place.clearcut(["export", "a.png", "--preset", "gigantic", "--json"]));
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains("marketplace"), "{}", said.stderr);
    let said = Said::by(place.clearcut(["export", "a.png", "--size", "2000"]));
    assert!(said.stderr.contains("2000x2000"), "{}", said.stderr);
}
