//! `clearcut history`.

use serde_json::{Value, json};

use crate::place::{Place, Practice, Said};

fn run(place: &Place, service: &Practice, arguments: &[&str]) -> Said {
    Said::by(place.against(service, arguments.iter().copied()))
}

/// Two paid pictures and one that may have been charged.
fn past() -> (Place, Practice) {
    let place = Place::new();
    let service = Practice::misbehaving(&json!([{ "path": "/removebg", "nth": 3, "status": 500 }]));
    for (shade, name) in [(1, "dog, big.png"), (2, "cat.png"), (3, "lost.png")] {
        place.picture(name, shade);
    }
    let said = run(
        &place,
        &service,
        &["remove", "dog, big.png", "cat.png", "lost.png", "--yes", "--parallel", "1", "--leave-unknown"],
    );
    assert_eq!(said.code, 7, "{}", said.stderr);
    (place, service)
}

#[test]
fn each_picture_has_its_line_and_what_is_open_is_not_zero() {
    let (place, service) = past();
    let said = run(&place, &service, &["history"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    for words in ["dog, big.png", "cat.png", "perhaps charged", "unknown", "3 lines; 2 credits charged."] {
        assert!(said.stdout.contains(words), "{words}: {}", said.stdout);
    }
    let view = run(&place, &service, &["history", "--json"]).document();
    let rows = view["rows"].as_array().unwrap();
    let what: Vec<&Value> = rows.iter().map(|row| &row["what"]).collect();
    assert_eq!(what, ["lost.png", "cat.png", "dog, big.png"], "newest first");
    assert_eq!([&rows[0]["credits"], &rows[0]["state"]], [&Value::Null, &json!("unknown")]);
    assert_eq!(
        [&rows[1]["credits"], &rows[1]["subscription"], &rows[1]["state"]],
        [&json!("1"), &json!("1"), &json!("paid")]
    );
    let one = |arguments: &[&str]| run(&place, &service, arguments).document()["matching"].clone();
    assert_eq!(one(&["history", "--search", "DOG", "--json"]), json!(1));
    assert_eq!(one(&["history", "--state", "paid", "--json"]), json!(2));
    assert_eq!(one(&["history", "--state", "unknown", "--json"]), json!(1));
    assert_eq!(one(&["history", "--to", "2001-01-01", "--json"]), json!(0));
    let short = run(&place, &service, &["history", "--limit", "1"]);
    assert!(short.stdout.contains("3 lines, the newest 1 shown"), "{}", short.stdout);
    assert_eq!(run(&place, &service, &["history", "--from", "yesterday"]).code, 2);
}

#[test]
fn csv_goes_to_standard_output_or_into_a_new_file() {
    let (place, service) = past();
    let said = run(&place, &service, &["history", "--state", "paid", "--csv"]);
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", said.stdout);
    assert!(lines[0].starts_with("time,what,state,credits,basis,subscription,"), "{}", lines[0]);
    assert!(lines[2].contains("\"dog, big.png\",paid,1,"), "{}", lines[2]);
    let file = place.path("history.csv");
    let to_file = ["history", "--csv", file.to_str().unwrap()];
    assert_eq!(run(&place, &service, &to_file).code, 0);
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(written.lines().count(), 4, "{written}");
    let again = run(&place, &service, &to_file);
    assert!(again.code != 0 && again.stderr.contains("exists already"), "{}", again.stderr);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written);
}

#[test]
fn a_receipt_gives_its_picture_again_free_also_without_the_original() {
    let (place, service) = past();
    let rows = run(&place, &service, &["history", "--search", "cat", "--json"]).document();
    let id = rows["rows"][0]["id"].as_str().unwrap().to_owned();
    std::fs::remove_file(place.path("pictures/cat.png")).unwrap();
    let (out, requests) = (place.path("again"), service.removals());
    for id in [id.as_str(), &id[id.len() - 8..]] {
        let said = run(&place, &service, &["history", "export", id, "--out", out.to_str().unwrap()]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(std::path::Path::new(said.stdout.trim()).exists(), "{}", said.stdout);
    }
    assert_eq!((service.charged().as_str(), service.removals()), ("2", requests));
    assert_eq!(run(&place, &service, &["history", "export", "nonsense"]).code, 2);
}
