//! `clearcut credits`.

use serde_json::json;

use crate::place::{KEY, Place, Practice, Said, members};

#[test]
fn the_document_has_the_promised_members() {
    let (place, service) = (Place::new(), Practice::with_credits("39.75", "10"));
    let said = Said::by(place.against(&service, ["credits", "--json"]));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(
        members(&said.stdout)[..8],
        ["subscription", "rollover", "payg", "enterprise", "free_previews", "reserved", "total", "undecided"]
    );
    for member in [
        "rollover_at_least",
        "level",
        "levels",
        "stale",
        "observed_at",
        "cycle",
        "plan",
        "proposal",
        "prompts",
        "forecast",
        "advice",
        "end",
        "days",
    ] {
        assert!(said.document().get(member).is_some(), "{member}");
    }
    let document = said.document();
    for (pocket, amount) in [("subscription", "39.75"), ("payg", "10"), ("free_previews", "50"), ("total", "49.75")] {
        assert_eq!(
            (&document[pocket]["amount"], &document[pocket]["source"]),
            (&json!(amount), &json!("measured")),
            "{pocket}"
        );
        assert!(document[pocket]["age_s"].as_u64().unwrap() < 60);
    }
    assert_eq!(document["rollover"], json!({ "amount": null, "source": "unknown", "age_s": null }));
    assert_eq!(document["reserved"]["amount"], "0");
    assert_eq!((&document["level"], &document["cycle"]), (&json!("fresh"), &json!(null)));
}

#[test]
fn a_download_moves_the_gauge_by_its_charge() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("a.png", 1);
    assert_eq!(Said::by(place.against(&service, ["credits", "--json"])).document()["total"]["amount"], "50");
    assert_eq!(Said::by(place.against(&service, ["remove", "a.png", "--yes"])).code, 0);
    for arguments in [&["credits", "--json"][..], &["credits", "--json", "--no-refresh"]] {
        let document = Said::by(place.against(&service, arguments.iter().copied())).document();
        assert_eq!((&document["total"]["amount"], &document["subscription"]["amount"]), (&json!("49"), &json!("39")));
    }
}

#[test]
fn a_service_that_cannot_be_asked_leaves_the_last_figures_and_says_so() {
    let place = Place::new();
    let prefix = {
        let service = Practice::new();
        assert_eq!(Said::by(place.against(&service, ["credits"])).code, 0);
        service.prefix()
    };
    let mut command = place.clearcut(["credits", "--json", "--service", &prefix]);
    command.env("CLEARCUT_API_KEY", KEY);
    let said = Said::by(command);
    assert_eq!((said.code, said.document()["total"]["amount"].as_str()), (6, Some("50")), "{}", said.stderr);
    assert!(!said.stderr.is_empty());
}

#[test]
fn the_practice_account_needs_no_key_and_says_what_it_is() {
    let place = Place::new();
    let said = Said::by(place.clearcut(["credits"]));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.starts_with("Practice account, on this computer\n"), "{}", said.stdout);
    assert!(said.stdout.contains("Pay-as-you-go") && said.stdout.contains("This month's"), "{}", said.stdout);
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let place = Place::new();
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("clearcut"));
    for (variable, folder) in [("DATA", "data"), ("CONFIG", "config"), ("CACHE", "cache")] {
        command.env(format!("CLEARCUT_{variable}_DIR"), place.path(folder));
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = command.args(["credits", "--json"]).stdout(writer).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}
