//! The main job by the command line, with no display and no bus: the same cutout, the same credit, the same figures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "tests")]

use anyhow::{Result, ensure};
use clearcut_credits::Credits;
use clearcut_store::{AccountId, Store};
use clearcut_tests::place::Place;
use clearcut_tests::practice::Service;
use clearcut_tests::terminal::{Ran, clearcut};
use clearcut_tests::{cutout, tools};
use serde_json::{Value, json};

/// One member of `credits --json` as an amount.
fn amount(credits: &Value, pocket: &str) -> Credits {
    credits[pocket]["amount"].as_str().unwrap_or_else(|| panic!("no {pocket} in {credits}")).parse().unwrap()
}

fn credits(place: &Place) -> Result<Value> {
    clearcut(place, &["credits", "--json"])?.ok()?.json()
}

fn one_line(ran: &Ran) -> Result<Value> {
    let mut lines = ran.json_lines()?;
    ensure!(lines.len() == 1, "one line a picture, not: {}", ran.out);
    Ok(lines.remove(0))
}

#[test]
fn a_photo_becomes_a_saved_cutout_for_one_credit() -> Result<()> {
    let place = Place::fresh()?;
    let photo = place.photo("astronaut.png")?;
    let before = amount(&credits(&place)?, "total");

    let ran = clearcut(&place, &["remove", "--yes", "--json"])?.path(&photo).ok()?;

    let saved = place.photos().join("astronaut-cutout.png");
    let expected = json!({
        "input": photo, "output": saved, "state": "done", "charged": "1", "width": 512, "height": 512, "error": null,
    });
    assert_eq!(one_line(&ran)?, expected);
    cutout::check_astronaut(&saved)?;
    assert_eq!(place.names(), ["astronaut-cutout.png", "astronaut.png"]);

    let after = credits(&place)?;
    assert_eq!(amount(&after, "total"), before.checked_sub(Credits::ONE).unwrap());
    assert_eq!(amount(&after, "reserved"), Credits::ZERO);
    let ledger = Store::open(&place.data())?.state(AccountId::PRACTICE)?;
    assert_eq!(ledger.settled_total(), Credits::ONE);
    assert_eq!(ledger.gauge(None).total.amount, Some(amount(&after, "total")));
    Ok(())
}

#[test]
fn a_picture_that_was_paid_is_never_paid_again_and_no_file_is_replaced() -> Result<()> {
    let place = Place::fresh()?;
    let photo = place.photo("coffee.png")?;
    clearcut(&place, &["remove", "--yes"])?.path(&photo).ok()?;
    let first = std::fs::read(place.photos().join("coffee-cutout.png"))?;

    let again = one_line(&clearcut(&place, &["remove", "--yes", "--json"])?.path(&photo).ok()?)?;

    assert_eq!(again["charged"], "0");
    assert_eq!(place.names().len(), 3, "{:?}", place.names());
    assert_eq!(std::fs::read(place.photos().join("coffee-cutout.png"))?, first);
    assert_eq!(Store::open(&place.data())?.state(AccountId::PRACTICE)?.settled_total(), Credits::ONE);
    Ok(())
}

#[tokio::test]
async fn any_service_of_the_wire_format_can_be_used_with_a_key_of_the_environment() -> Result<()> {
    let place = Place::fresh()?;
    let photo = place.photo("chelsea.png")?;
    let service = Service::start(&place, &["--key", "K", "--subscription", "10", "--payg", "5"])?;
    let at = service.endpoint().prefix.as_str();
    let call = |args: &[&str]| -> Result<_> { Ok(clearcut(&place, args)?.variable("CLEARCUT_API_KEY", "K")) };

    let quote = call(&["quote", "--json", "--service", at])?.path(&photo).ok()?.json()?;
    assert_eq!((&quote["cost"], &quote["subscription"], &quote["payg"]), (&json!("1"), &json!("1"), &json!("0")));
    assert_eq!(service.endpoint().charged().await?, Credits::ZERO, "a quote was charged");

    call(&["remove", "--yes", "--service", at])?.path(&photo).ok()?;
    let credits = call(&["credits", "--json", "--service", at])?.ok()?.json()?;
    assert_eq!(service.endpoint().charged().await?, Credits::ONE);
    assert_eq!(amount(&credits, "subscription"), Credits::whole(9));
    assert_eq!(amount(&credits, "payg"), Credits::whole(5));
    assert_eq!(amount(&credits, "total"), Credits::whole(14));
    Ok(())
}

#[test]
fn nothing_is_spent_unattended_without_a_yes_or_a_cap() -> Result<()> {
    let place = Place::fresh()?;
    let photo = place.photo("chelsea.png")?;
    let ran = clearcut(&place, &["remove", "--json"])?.path(&photo).run()?;
    assert_ne!(ran.code, Some(0));
    assert!(ran.all().contains("--yes") && ran.all().contains("--max-credits"), "{}", ran.all());
    assert_eq!(place.names(), ["chelsea.png"]);
    assert_eq!(Store::open(&place.data())?.state(AccountId::PRACTICE)?.settled_total(), Credits::ZERO);
    Ok(())
}

#[test]
fn a_cap_holds_to_the_credit() -> Result<()> {
    let place = Place::fresh()?;
    let photos = ["chelsea.png", "coffee.png", "rocket.jpg"].map(|name| place.photo(name).unwrap());
    let mut run = clearcut(&place, &["remove", "--max-credits", "2", "--json"])?;
    for photo in &photos {
        run = run.path(photo);
    }
    let lines = run.run()?.json_lines()?;
    let states: Vec<_> = lines.iter().map(|line| line["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["done", "done", "skipped"]);
    assert_eq!(Store::open(&place.data())?.state(AccountId::PRACTICE)?.settled_total(), Credits::whole(2));
    Ok(())
}

#[test]
fn previews_are_free() -> Result<()> {
    let place = Place::fresh()?;
    let photo = place.photo("chelsea.png")?;
    clearcut(&place, &["preview"])?.path(&photo).ok()?;
    assert_eq!(place.names().len(), 2, "{:?}", place.names());
    assert_eq!(Store::open(&place.data())?.state(AccountId::PRACTICE)?.settled_total(), Credits::ZERO);
    Ok(())
}

#[test]
fn the_users_own_folders_are_not_touched() -> Result<()> {
    let place = Place::fresh()?;
    let photo = place.photo("chelsea.png")?;
    clearcut(&place, &["remove", "--yes"])?.path(&photo).ok()?;
    let home = clearcut_tests::place::names_in(&place.path("home"));
    assert!(home.is_empty(), "left in the home folder: {home:?}");
    assert!(tools::sample("chelsea.png").is_file());
    Ok(())
}
