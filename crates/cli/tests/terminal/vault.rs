//! `clearcut vault`.

use serde_json::{Value, json};

use crate::place::{Place, Practice, Said, members};

fn run(place: &Place, service: &Practice, arguments: &[&str]) -> Said {
    Said::by(place.against(service, arguments.iter().copied()))
}

/// Two paid pictures.
fn kept() -> (Place, Practice) {
    let place = Place::new();
    let service = Practice::new();
    for (shade, name) in [(1, "dog.png"), (2, "cat.png")] {
        place.picture(name, shade);
    }
    let said = run(&place, &service, &["remove", "dog.png", "cat.png", "--yes", "--parallel", "1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    (place, service)
}

#[test]
fn what_is_kept_is_summed_up_and_listed_with_its_files() {
    let (place, service) = kept();
    let said = run(&place, &service, &["vault"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    for words in ["Paid pictures kept: 2 pictures", "limit 10 GB", "saved: the oldest make room", "Free on its disk"] {
        assert!(said.stdout.contains(words), "{words}: {}", said.stdout);
    }
    let view = run(&place, &service, &["vault", "--json"]).document();
    assert_eq!([&view["limit_gb"], &view["saved"]["pictures"], &view["held"]["pictures"]], [10, 2, 0]);
    assert_eq!(view["saved"]["bytes"], view["bytes"]);

    let list = run(&place, &service, &["vault", "list"]);
    let lines: Vec<&str> = list.stdout.lines().collect();
    assert!(lines[0].contains("dog.png") && lines[0].contains("dog-cutout.png"), "the oldest first: {}", list.stdout);
    std::fs::remove_file(place.path("pictures/cat-cutout.png")).unwrap();
    let list = run(&place, &service, &["vault", "list", "--json"]);
    let rows = list.lines();
    assert_eq!((rows.len(), &rows[0]["state"], &rows[0]["charged"]), (2, &json!("saved"), &json!("1")));
    assert_eq!([&rows[0]["there"], &rows[1]["there"]], [&json!(true), &json!(false)]);
    let first = list.stdout.lines().next().unwrap();
    assert_eq!(members(first), ["name", "account", "at", "bytes", "charged", "state", "saved_to", "there"]);
}

#[test]
fn nothing_goes_that_was_not_agreed_to() {
    let (place, service) = kept();
    let count = || run(&place, &service, &["vault", "--json"]).document()["saved"]["pictures"].clone();
    let dry = run(&place, &service, &["vault", "clean", "--all-saved", "--dry-run"]);
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    assert!(dry.stdout.contains("2 saved pictures (") && dry.stdout.contains("2 credits) would go"), "{}", dry.stdout);
    let refused = run(&place, &service, &["vault", "clean", "--all-saved"]);
    assert_eq!((refused.code, count()), (2, json!(2)));
    assert!(
        refused.stderr.contains("would cost credits again") && refused.stderr.contains("--yes"),
        "{}",
        refused.stderr
    );
    for nonsense in [
        &["vault", "clean"][..],
        &["vault", "clean", "--all-saved", "--older-than", "30d"],
        &["vault", "clean", "--older-than", "30"],
        &["vault", "clean", "--down-to", "2"],
        &["vault", "limit", "0"],
    ] {
        assert_eq!(run(&place, &service, nonsense).code, 2, "{nonsense:?}");
    }
    let young = run(&place, &service, &["vault", "clean", "--older-than", "30d"]);
    assert_eq!((young.code, count()), (0, json!(2)), "nothing to agree to: {}", young.stderr);
}

#[test]
fn what_went_costs_again_and_its_file_stays() {
    let (place, service) = kept();
    let quote = || run(&place, &service, &["quote", "dog.png", "--json"]).document()["cost"].clone();
    let id = run(&place, &service, &["history", "--search", "dog", "--json"]).document()["rows"][0]["id"].clone();
    assert_eq!(quote(), json!("0"));
    let cleaned = run(&place, &service, &["vault", "clean", "--down-to", "0MB", "--yes", "--json"]).document();
    assert_eq!((&cleaned["went"]["heap"]["pictures"], &cleaned["vault"]["bytes"]), (&json!(2), &json!(0)));
    assert_eq!(quote(), json!("1"));
    assert!(place.path("pictures/dog-cutout.png").exists());
    let export = run(&place, &service, &["history", "export", id.as_str().unwrap()]);
    assert!(export.code == 3 && export.stderr.contains("not kept any more"), "{} {}", export.code, export.stderr);
    assert_eq!(service.charged(), "2");
    let again = run(&place, &service, &["vault", "clean", "--all-saved", "--yes"]);
    assert!(again.code == 0 && again.stdout.starts_with("0 saved pictures"), "{}", again.stdout);
}

#[test]
fn evidence_goes_only_by_its_name() {
    let place = Place::new();
    let service = Practice::misbehaving(&json!([{ "path": "/removebg", "broken_zip": true }]));
    place.picture("dog.png", 1);
    let said = run(&place, &service, &["remove", "dog.png", "--yes"]);
    assert_eq!(said.code, 7, "{}", said.stderr);
    let evidence = || run(&place, &service, &["vault", "--json"]).document()["evidence"]["pictures"].clone();
    assert_eq!(evidence(), json!(1));
    assert!(run(&place, &service, &["vault", "list"]).stdout.contains("charged without a usable picture"));
    assert_eq!(run(&place, &service, &["vault", "clean", "--all-saved", "--yes"]).code, 0);
    assert_eq!(evidence(), json!(1));
    let cleaned = run(&place, &service, &["vault", "clean", "--evidence", "--yes"]);
    assert!(cleaned.stdout.contains("1 answer without a usable picture"), "{}", cleaned.stdout);
    assert_eq!(evidence(), json!(0));
}

#[test]
fn the_limit_is_remembered() {
    let (place, service) = (Place::new(), Practice::new());
    let limit = |arguments: &[&str]| -> Value { run(&place, &service, arguments).document()["limit_gb"].clone() };
    assert_eq!(limit(&["vault", "limit", "20GB", "--json"]), json!(20));
    assert_eq!(limit(&["vault", "--json"]), json!(20));
    assert_eq!(limit(&["vault", "limit", "none", "--json"]), Value::Null);
    assert!(run(&place, &service, &["vault"]).stdout.contains("no limit"));
}

/// Makes the one entry of a place as large as said and two days old. The file has holes; its length is what counts.
fn grown_and_aged(place: &Place, bytes: u64) {
    let mut folders = vec![place.path("data/vault")];
    while let Some(folder) = folders.pop() {
        let head = folder.join("head.json");
        if head.exists() {
            std::fs::File::options().write(true).open(folder.join("answer.bin")).unwrap().set_len(bytes).unwrap();
            let mut text: Value = serde_json::from_slice(&std::fs::read(&head).unwrap()).unwrap();
            text["received_at"] = json!("2026-01-02T03:04:05Z");
            std::fs::write(head, text.to_string()).unwrap();
        }
        folders.extend(
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()),
        );
    }
}

#[test]
fn a_smaller_limit_that_lets_something_go_is_agreed_to_as_well() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("dog.png", 1);
    assert_eq!(run(&place, &service, &["remove", "dog.png", "--yes"]).code, 0);
    grown_and_aged(&place, 3_000_000_000);
    let refused = run(&place, &service, &["vault", "limit", "2"]);
    assert!(refused.code == 2 && refused.stderr.contains("1 saved picture (3.0 GB"), "{}", refused.stderr);
    let view = run(&place, &service, &["vault", "--json"]).document();
    assert_eq!([&view["limit_gb"], &view["saved"]["pictures"]], [&json!(10), &json!(1)], "nothing was changed");
    let view = run(&place, &service, &["vault", "limit", "2", "--yes", "--json"]).document();
    assert_eq!([&view["limit_gb"], &view["saved"]["pictures"]], [&json!(2), &json!(0)]);
}
