//! The quote's choices on an account of 10 + 5: what the quote says of each, and that `clearcut remove` does just that.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::place::{KEY, Place, Practice, Said};

/// 30 different pictures.
fn thirty(place: &Place) -> Vec<String> {
    (1..=30)
        .map(|number| {
            let name = format!("p{number:02}.png");
            place.picture(&name, number);
            name
        })
        .collect()
}

fn with<'a>(command: &'a str, files: &'a [String], flags: &'a [&'a str]) -> Vec<&'a str> {
    [command].into_iter().chain(files.iter().map(String::as_str)).chain(flags.iter().copied()).collect()
}

fn states(said: &Said) -> Vec<(String, usize)> {
    let mut runs: Vec<(String, usize)> = Vec::new();
    for line in said.lines() {
        let state = line["state"].as_str().unwrap().to_owned();
        match runs.last_mut() {
            Some((last, count)) if *last == state => *count += 1,
            _ => runs.push((state, 1)),
        }
    }
    runs
}

fn choice<'a>(quote: &'a Value, kind: &str) -> &'a Value {
    let choices = quote["choices"].as_array().unwrap();
    choices.iter().find(|view| view["choice"]["kind"] == kind).unwrap()
}

#[test]
fn thirty_pictures_on_ten_and_five_say_where_payg_begins_where_the_credits_end_and_what_can_be_chosen() {
    let (place, service) = (Place::new(), Practice::with_credits("10", "5"));
    let files = thirty(&place);
    let said = Said::by(place.against(&service, with("quote", &files, &["--cap", "3", "--json"])));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let quote = said.document();
    assert_eq!([&quote["payg_from"], &quote["ends_at"]], [&json!(11), &json!(15)]);
    assert_eq!([&quote["pictures"], &quote["charged"], &quote["cost"]], [&json!(30), &json!(30), &json!("30")]);
    assert_eq!(
        [&quote["subscription"], &quote["payg"], &quote["uncovered"]],
        [&json!("10"), &json!("5"), &json!("15")]
    );
    assert_eq!(
        quote["stretches"],
        json!([
            { "pocket": "subscription", "pictures": 10, "credits": "10" },
            { "pocket": "payg", "pictures": 5, "credits": "5" },
            { "pocket": "uncovered", "pictures": 15, "credits": "15" },
        ])
    );
    for (kind, downloads, cost, payg, on_device, left_out, left_after) in [
        ("use_payg", 15, "15", "5", 0, 15, "0"),
        ("stop_before_payg", 10, "10", "0", 0, 20, "5"),
        ("rest_on_device", 10, "10", "0", 20, 0, "5"),
        ("cap", 3, "3", "0", 0, 27, "12"),
    ] {
        let view = choice(&quote, kind);
        assert_eq!(
            [&view["downloads"], &view["charged"], &view["cost"], &view["payg"]],
            [&json!(downloads), &json!(downloads), &json!(cost), &json!(payg)],
            "{kind}"
        );
        assert_eq!(
            [&view["on_device"], &view["left_out"], &view["left_after"]],
            [&json!(on_device), &json!(left_out), &json!(left_after)],
            "{kind}"
        );
    }
    let said = Said::by(place.against(&service, with("quote", &files, &[])));
    for words in
        ["charged pictures 11 to 15", "PAYG begins with picture 11.", "The credits end after picture 15, 15 short."]
    {
        assert!(said.stdout.contains(words), "{words}: {}", said.stdout);
    }
    assert!(said.stdout.contains("--stop-before-payg") && said.stdout.contains("20 cut out on this computer, free"));
    assert_eq!((service.charged().as_str(), service.removals()), ("0", 0));
}

#[test]
fn stopping_before_payg_charges_exactly_the_subscription() {
    let (place, service) = (Place::new(), Practice::with_credits("10", "5"));
    let files = thirty(&place);
    let said = Said::by(place.against(&service, with("remove", &files, &["--stop-before-payg", "--yes", "--json"])));
    assert_eq!(states(&said), [("done".to_owned(), 10), ("skipped".to_owned(), 20)], "{}", said.stderr);
    assert_eq!((said.code, service.charged().as_str(), service.removals()), (4, "10", 10));
    let refused = Said::by(place.against(&service, with("remove", &files[29..], &["--stop-before-payg"])));
    assert_eq!(
        (refused.code, service.removals()),
        (4, 10),
        "nothing is covered, so nothing is asked: {}",
        refused.stderr
    );
}

#[test]
fn using_payg_goes_as_far_as_all_credits_reach_and_tells_each_level_once() {
    let (place, service) = (Place::new(), Practice::with_credits("10", "5"));
    let files = thirty(&place);
    let set = ["plan", "set", "--monthly", "10", "--renews", "15", "--used", "0"];
    assert_eq!(Said::by(place.against(&service, set)).code, 0);
    let said = Said::by(place.against(&service, with("remove", &files, &["--yes", "--json"])));
    assert_eq!(states(&said), [("done".to_owned(), 15), ("out_of_credits".to_owned(), 15)], "{}", said.stderr);
    assert_eq!((said.code, service.charged().as_str(), service.removals()), (4, "15", 15));
    for notice in ["80 % of the month's credits used", "Pay-as-you-go backup begins", "No credits left"] {
        assert_eq!(said.stderr.matches(notice).count(), 1, "{notice}: {}", said.stderr);
    }
    let again = Said::by(place.against(&service, ["credits"]));
    assert!(!again.stderr.contains("No credits left"), "told once: {}", again.stderr);
    assert!(again.stdout.contains("none left for a picture"), "{}", again.stdout);
}

#[test]
fn a_cap_of_three_charges_exactly_three() {
    let (place, service) = (Place::new(), Practice::with_credits("10", "5"));
    let files = thirty(&place);
    let said = Said::by(place.against(&service, with("remove", &files, &["--cap", "3", "--json"])));
    assert_eq!(states(&said), [("done".to_owned(), 3), ("skipped".to_owned(), 27)], "{}", said.stderr);
    assert_eq!((said.code, service.charged().as_str(), service.removals()), (4, "3", 3));
}

#[test]
fn the_rest_is_cut_out_on_this_computer_free() {
    let (place, service) = (Place::new(), Practice::with_credits("3", "2"));
    let files: Vec<String> = (1..=8).map(|number| format!("p{number:02}.png")).collect();
    for (number, file) in (1..=8).zip(&files) {
        place.picture_of_something(file, number);
    }
    let said = Said::by(place.against(&service, with("remove", &files, &["--rest-on-device", "--yes", "--json"])));
    assert_eq!(states(&said), [("done".to_owned(), 3), ("on_device".to_owned(), 5)], "{}", said.stderr);
    assert_eq!((said.code, service.charged().as_str(), service.removals()), (0, "3", 3));
    assert!(said.stderr.contains("This run: 3 credits, 5 pictures cut out on this computer, free."), "{}", said.stderr);
    for (file, line) in files.iter().zip(said.lines()) {
        assert!(place.path("pictures").join(file.replace(".png", "-cutout.png")).exists(), "{line}");
        assert_eq!(line["charged"], if line["state"] == "done" { "1" } else { "0" });
    }
}

#[test]
fn unattended_without_a_word_the_sum_of_the_choice_is_named() {
    let (place, service) = (Place::new(), Practice::with_credits("10", "5"));
    let files = thirty(&place);
    let said = Said::by(place.against(&service, with("remove", &files, &["--stop-before-payg"])));
    assert!(
        said.stderr.contains("removing 10 of 30 pictures would cost 10 credits and stop before pay-as-you-go"),
        "{}",
        said.stderr
    );
    let said = Said::by(place.against(&service, with("remove", &files, &[])));
    assert!(said.stderr.contains("would cost 15 credits, 5 of them pay-as-you-go"), "{}", said.stderr);
    assert_eq!((said.code, service.removals()), (2, 0));
    let both = Said::by(place.against(&service, with("remove", &files, &["--use-payg", "--stop-before-payg"])));
    assert_eq!(both.code, 2);
}

/// A second terminal on the same account uses three of the ten while the first one runs: pay-as-you-go would begin at
/// picture 8 instead of 11, so the first one stops there.
#[test]
fn where_payg_would_begin_earlier_than_quoted_nothing_more_is_sent() {
    let place = Place::new();
    let service = Practice::slow("10", "5", 300);
    let files = thirty(&place);
    let mut first = std::process::Command::new(assert_cmd::cargo::cargo_bin("clearcut"));
    for (variable, folder) in [("DATA", "data"), ("CONFIG", "config"), ("CACHE", "cache")] {
        first.env(format!("CLEARCUT_{variable}_DIR"), place.path(folder));
    }
    let prefix = service.prefix();
    let mut first = first
        .args(with("remove", &files[..12], &["--yes", "--json", "--parallel", "1", "--service", &prefix]))
        .current_dir(place.path("pictures"))
        .env("CLEARCUT_API_KEY", KEY)
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = std::io::BufReader::new(first.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("waiting for the answer") {
        line.clear();
        assert_ne!(std::io::BufRead::read_line(&mut told, &mut line).unwrap(), 0, "it ended before it sent anything");
    }
    let second = Said::by(place.against(&service, with("remove", &files[20..23], &["--yes", "--json"])));
    assert_eq!(second.code, 0, "{}", second.stderr);
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut told, &mut rest).unwrap();
    let mut stdout = String::new();
    std::io::Read::read_to_string(&mut first.stdout.take().unwrap(), &mut stdout).unwrap();
    let code = first.wait().unwrap().code().unwrap();
    let said = Said { code, stdout, stderr: rest };
    assert_eq!(states(&said), [("done".to_owned(), 7), ("skipped".to_owned(), 5)], "{}", said.stderr);
    assert!(said.stdout.contains("pay-as-you-go would begin earlier than agreed"), "{}", said.stdout);
    assert_eq!((said.code, service.charged().as_str(), service.removals()), (4, "10", 10));
}
