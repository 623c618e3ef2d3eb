//! `clearcut preview`: free from this computer, agreed to from the service.

use serde_json::json;

use crate::place::{Place, Practice, Said};

/// A photo with a person in it, from the samples that come with Clearcut.
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/astronaut.png");

#[test]
fn a_preview_from_this_computer_is_free_and_asks_nobody() {
    let place = Place::new();
    std::fs::copy(SAMPLE, place.path("pictures/astronaut.png")).unwrap();
    let said = Said::by(place.clearcut(["preview", "astronaut.png", "--json"]));
    let line = said.document();
    assert_eq!((said.code, &line["state"], &line["charged"]), (0, &json!("done"), &json!("0")), "{}", said.stderr);
    let preview = image::open(line["output"].as_str().unwrap()).unwrap().to_rgba8();
    assert!(preview.get_pixel(0, preview.height() / 2).0[3] < 30, "the wall beside her is gone");
    assert!(preview.get_pixel(preview.width() * 45 / 100, preview.height() * 21 / 100).0[3] > 200, "her face is there");
}

#[test]
fn a_preview_from_the_service_is_agreed_to_first() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("a.png", 1);
    let arguments = ["preview", "a.png", "--from", "service", "--json"];
    let said = Said::by(place.against(&service, arguments));
    assert_eq!((said.code, said.document()["state"].as_str()), (2, Some("skipped")), "{}", said.stderr);
    assert!(said.stderr.contains("0.25 credits"), "{}", said.stderr);
    assert_eq!(service.removals(), 0);
    let said = Said::by(place.against(&service, arguments.into_iter().chain(["--yes"])));
    assert_eq!((said.code, said.document()["state"].as_str()), (0, Some("done")), "{}", said.stderr);
    assert_eq!(service.removals(), 1);
}

/// It was refused as costing 0.25 credits where 0 had been agreed to: each free preview sets its price aside.
#[test]
fn previews_from_the_service_go_through_the_queue_while_free_ones_last() {
    let (place, service) = (Place::new(), Practice::with_free_previews(3));
    for (shade, name) in ["a.png", "b.png", "c.png", "d.png", "e.png"].into_iter().enumerate() {
        place.picture(name, u8::try_from(shade).unwrap());
    }
    let run = |flags: &[&'static str]| {
        Said::by(place.against(&service, ["remove", "--size", "preview", "--json"].iter().chain(flags).copied()))
    };
    let states = |said: &Said| said.lines().iter().map(|line| line["state"].clone()).collect::<Vec<_>>();
    let said = run(&["--yes", "a.png", "b.png", "c.png"]);
    assert_eq!((said.code, states(&said)), (0, vec![json!("done"); 3]), "{}", said.stderr);
    assert_eq!((service.charged().as_str(), service.removals()), ("0", 3));
    // Without them each has its price, and a cap holds.
    let said = run(&["--max-credits", "0.25", "d.png", "e.png"]);
    assert_eq!(states(&said), ["done", "skipped"], "{}", said.stderr);
    assert_eq!((service.charged().as_str(), service.removals()), ("0.25", 4));
}

/// The tiny network finds red where it is more than blue: of a picture half red, half blue, half is left.
#[test]
fn a_preview_by_a_model_of_one_s_own() {
    const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../matting/tests/fixtures/models");
    let place = Place::new();
    let picture =
        image::RgbImage::from_fn(200, 100, |x, _| image::Rgb(if x < 100 { [250, 40, 20] } else { [20, 40, 250] }));
    picture.save(place.path("pictures/halves.png")).unwrap();
    let model = format!("{MODELS}/isnet.onnx");
    let said = Said::by(place.clearcut(["preview", "halves.png", "--json", "--model", &model]));
    let line = said.document();
    assert_eq!((said.code, &line["state"]), (0, &json!("done")), "{}", said.stderr);
    let preview = image::open(line["output"].as_str().unwrap()).unwrap().to_rgba8();
    assert_eq!((preview.get_pixel(20, 50).0[3], preview.get_pixel(180, 50).0[3]), (255, 0));
    let said = Said::by(place.clearcut(["doctor", "--model", &model]));
    assert!(said.stdout.contains("your own file (IS-Net, 1024 × 1024 pixels), run by"), "{}", said.stdout);

    let said = Said::by(place.clearcut(["preview", "halves.png", "--model", &format!("{MODELS}/half.onnx")]));
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains("full precision (fp32)"), "{}", said.stderr);
}
