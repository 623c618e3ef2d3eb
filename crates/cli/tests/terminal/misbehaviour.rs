//! A service that takes the money and keeps the picture: what is not known is said to be unknown, and nothing is sent twice.

use rstest::rstest;
use serde_json::{Value, json};

use crate::place::{Place, Practice, Said};

#[rstest]
#[case::answer_lost_after_the_charge(json!({ "charge_then_drop": true }), "unknown", json!(null), 7)]
#[case::answer_lost_without_a_charge(json!({ "drop_after_body": true }), "unknown", json!(null), 7)]
#[case::server_error_after_the_body(json!({ "status": 500 }), "unknown", json!(null), 7)]
#[case::charged_and_cut_off(json!({ "cut_after_bytes": 30 }), "paid_lost", json!("1"), 7)]
#[case::charged_and_no_picture(json!({ "broken_zip": true }), "paid_lost", json!("1"), 7)]
#[case::refused(json!({ "status": 400 }), "failed", json!("0"), 3)]
#[case::no_credits(json!({ "status": 402 }), "out_of_credits", json!("0"), 4)]
fn each_end_of_a_request_has_its_state_and_exit_code(
    #[case] fault: Value,
    #[case] state: &str,
    #[case] charged: Value,
    #[case] code: i32,
) {
    let place = Place::new();
    place.picture("a.png", 1);
    let mut rule = fault;
    rule["path"] = json!("/removebg");
    let service = Practice::misbehaving(&json!([rule]));
    let said = Said::by(place.against(&service, ["remove", "a.png", "--yes", "--leave-unknown", "--json"]));
    let line = said.document();
    assert_eq!(
        (line["state"].as_str(), &line["charged"], said.code),
        (Some(state), &charged, code),
        "{line} {}",
        said.stderr
    );
    assert_eq!(service.removals(), 1, "it is sent once");
    assert!(!place.path("pictures/a-cutout.png").exists());
}

#[test]
fn what_may_have_been_charged_counts_against_the_cap() {
    let place = Place::new();
    place.picture("a.png", 1);
    place.picture("b.png", 2);
    let service = Practice::misbehaving(&json!([{ "path": "/removebg", "nth": 1, "charge_then_drop": true }]));
    let said = Said::by(place.against(
        &service,
        ["remove", "a.png", "b.png", "--max-credits", "1", "--leave-unknown", "--parallel", "1", "--json"],
    ));
    let states: Vec<_> = said.lines().iter().map(|line| line["state"].clone()).collect();
    assert_eq!(states, ["unknown", "skipped"], "{}", said.stderr);
    assert_eq!((service.charged().as_str(), service.removals()), ("1", 1));
}

#[test]
fn a_charge_unlike_the_quote_stops_the_run() {
    let place = Place::new();
    place.picture("a.png", 1);
    place.picture("b.png", 2);
    let service = Practice::misbehaving(&json!([{ "path": "/removebg", "charge": "2" }]));
    let said = Said::by(place.against(&service, ["remove", "a.png", "b.png", "--yes", "--parallel", "1", "--json"]));
    let lines = said.lines();
    assert_eq!((&lines[0]["state"], &lines[0]["charged"]), (&json!("done"), &json!("2")), "{}", said.stderr);
    assert_eq!((&lines[1]["state"], service.removals()), (&json!("skipped"), 1));
}
