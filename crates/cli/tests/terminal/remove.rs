//! `clearcut remove` where everything goes well, and where spending is not agreed to.

use serde_json::json;

use crate::place::{Place, Practice, SIZE, Said, members};

#[test]
fn a_picture_costs_one_credit_and_lies_beside_its_original() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("mug.png", 1);
    let said = Said::by(place.against(&service, ["remove", "mug.png", "--yes", "--json"]));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let line = said.document();
    assert_eq!(members(&said.stdout), ["input", "output", "state", "charged", "width", "height", "error"]);
    assert_eq!(line["input"], "mug.png");
    assert_eq!((&line["state"], &line["charged"], &line["error"]), (&json!("done"), &json!("1"), &json!(null)));
    assert_eq!((&line["width"], &line["height"]), (&json!(SIZE.0), &json!(SIZE.1)));
    let saved = place.path("pictures/mug-cutout.png");
    assert_eq!(
        std::fs::canonicalize(line["output"].as_str().unwrap()).unwrap(),
        std::fs::canonicalize(&saved).unwrap()
    );
    let cutout = image::open(&saved).unwrap().to_rgba8();
    assert_eq!(cutout.dimensions(), SIZE);
    assert_eq!(cutout.get_pixel(0, 0).0, [0, 0, 0, 0]);
    assert_eq!(cutout.get_pixel(24, 16).0[3], 255);
    assert_eq!(service.charged(), "1");
}

#[test]
fn what_is_paid_is_free_the_second_time_and_overwrites_nothing() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("mug.png", 1);
    let run = |arguments: &[&str]| Said::by(place.against(&service, arguments.iter().copied()));
    assert_eq!(run(&["remove", "mug.png", "--yes"]).code, 0);
    let first = std::fs::read(place.path("pictures/mug-cutout.png")).unwrap();
    let again = run(&["remove", "mug.png", "--format", "jpg", "--bg", "#ff0000", "--json"]);
    assert_eq!((again.code, &again.document()["charged"]), (0, &json!("0")), "{}", again.stderr);
    let third = run(&["remove", "mug.png", "--json"]);
    assert_ne!(third.document()["output"], json!(null));
    assert_eq!(std::fs::read(place.path("pictures/mug-cutout.png")).unwrap(), first);
    assert!(place.path("pictures/mug-cutout.jpg").exists());
    assert_eq!((service.charged().as_str(), service.removals()), ("1", 1));
}

#[test]
fn nothing_is_spent_unattended_without_a_word() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("a.png", 1);
    place.picture("b.png", 2);
    let said = Said::by(place.against(&service, ["remove", "a.png", "b.png", "--json"]));
    assert_eq!(said.code, 2, "{}", said.stderr);
    for line in said.lines() {
        assert_eq!((&line["state"], &line["error"]["code"]), (&json!("skipped"), &json!("over_agreed")));
    }
    assert!(said.stderr.contains("2 pictures: 2 credits"), "the quote is shown: {}", said.stderr);
    assert!(
        said.stderr.contains("Nothing was sent: removing 2 pictures would cost 2 credits"),
        "the reason is said: {}",
        said.stderr
    );
    assert!(said.stderr.contains("--yes") && said.stderr.contains("--max-credits"));
    assert_eq!((service.charged().as_str(), service.removals()), ("0", 0));
}

#[test]
fn a_cap_holds_to_the_credit_and_the_rest_is_not_sent() {
    let (place, service) = (Place::new(), Practice::new());
    for (shade, name) in [(1, "a.png"), (2, "b.png"), (3, "c.png")] {
        place.picture(name, shade);
    }
    let said =
        Said::by(place.against(&service, ["remove", "a.png", "b.png", "c.png", "--max-credits", "1.5", "--json"]));
    let states: Vec<_> = said.lines().iter().map(|line| line["state"].clone()).collect();
    assert_eq!(states, ["done", "skipped", "skipped"]);
    assert_eq!((said.code, service.charged().as_str(), service.removals()), (4, "1", 1));
    assert!(said.lines()[1]["error"]["message"].as_str().unwrap().contains("0.5"), "{}", said.stdout);
}

#[test]
fn the_same_picture_twice_is_paid_once_and_saved_twice() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("a.png", 1);
    std::fs::copy(place.path("pictures/a.png"), place.path("pictures/copy.png")).unwrap();
    let said = Said::by(place.against(&service, ["remove", "a.png", "copy.png", "--yes", "--json"]));
    let charged: Vec<_> = said.lines().iter().map(|line| line["charged"].clone()).collect();
    assert_eq!((said.code, charged), (0, vec![json!("1"), json!("0")]), "{}", said.stderr);
    assert!(place.path("pictures/a-cutout.png").exists() && place.path("pictures/copy-cutout.png").exists());
    assert_eq!(service.charged(), "1");
}

#[test]
fn a_folder_for_the_results_is_made_and_filled() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("a.png", 1);
    let out = place.path("out/deeper");
    let said = Said::by(place.against(&service, ["remove", "a.png", "--yes", "--out", out.to_str().unwrap()]));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(out.join("a-cutout.png").exists());
    assert!(said.stdout.contains("a-cutout.png") && said.stdout.contains("1 credit"), "{}", said.stdout);
    assert!(said.stderr.contains("1 picture saved; 1 credit charged, 49 left."), "{}", said.stderr);
}

#[test]
fn when_the_credits_end_nothing_more_is_sent() {
    let (place, service) = (Place::new(), Practice::with_credits("1", "0"));
    for (shade, name) in [(1, "a.png"), (2, "b.png"), (3, "c.png")] {
        place.picture(name, shade);
    }
    let said = Said::by(place.against(&service, ["remove", "a.png", "b.png", "c.png", "--yes", "--json"]));
    let states: Vec<_> = said.lines().iter().map(|line| line["state"].clone()).collect();
    assert_eq!(states, ["done", "out_of_credits", "out_of_credits"], "{}", said.stderr);
    assert_eq!((said.code, service.charged().as_str()), (4, "1"));
    assert!(service.removals() <= 2, "{} uploads", service.removals());
}
