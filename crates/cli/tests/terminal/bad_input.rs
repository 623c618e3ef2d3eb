//! Bad input: each kind gets its own clear error and its own line, and nothing is charged or left behind.

use serde_json::{Value, json};

use crate::place::{KEY, Place, Practice, Said};

fn line<'a>(lines: &'a [Value], input: &str) -> &'a Value {
    lines.iter().find(|line| line["input"] == input).unwrap()
}

#[test]
fn every_kind_of_bad_file_has_its_own_error_and_line() {
    let (place, service) = (Place::new(), Practice::new());
    let pictures = place.path("pictures");
    place.picture("good.png", 1);
    std::fs::create_dir(pictures.join("folder")).unwrap();
    std::fs::write(pictures.join("empty.png"), b"").unwrap();
    std::fs::write(pictures.join("text.jpg"), b"this is a shopping list, not a picture").unwrap();
    let whole = std::fs::read(place.picture("whole.jpg", 9)).unwrap();
    std::fs::write(pictures.join("cut.jpg"), &whole[..whole.len() / 2]).unwrap();
    let files = ["missing.png", "folder", "empty.png", "text.jpg", "cut.jpg", "good.png"];
    let said = Said::by(place.against(&service, ["remove"].into_iter().chain(files).chain(["--yes", "--json"])));
    let lines = said.lines();
    assert_eq!(lines.iter().map(|line| line["input"].as_str().unwrap()).collect::<Vec<_>>(), files);
    for (file, code) in [
        ("missing.png", "not_found"),
        ("folder", "is_folder"),
        ("empty.png", "empty_file"),
        ("text.jpg", "not_a_picture"),
        ("cut.jpg", "damaged_picture"),
    ] {
        let line = line(&lines, file);
        assert_eq!((&line["state"], &line["error"]["code"]), (&json!("failed"), &json!(code)), "{file}: {line}");
        assert_eq!((&line["charged"], &line["output"]), (&json!("0"), &json!(null)));
        assert!(said.stderr.contains(file), "{file} is named: {}", said.stderr);
    }
    assert_eq!(line(&lines, "good.png")["state"], "done", "{}", said.stderr);
    assert_eq!((said.code, service.charged().as_str(), service.removals()), (3, "1", 1));
}

#[test]
fn a_wrong_key_is_said_once_and_nothing_is_uploaded() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("a.png", 1);
    place.picture("b.png", 2);
    let mut command = place.against(&service, ["remove", "a.png", "b.png", "--yes", "--json"]);
    command.env("CLEARCUT_API_KEY", "not-the-key");
    let said = Said::by(command);
    for line in said.lines() {
        assert_eq!((&line["state"], &line["error"]["code"]), (&json!("key_refused"), &json!("key_refused")));
    }
    assert_eq!((said.code, service.charged().as_str(), said.lines().len()), (5, "0", 2), "{}", said.stderr);
    assert!(!said.stderr.contains("not-the-key") && !said.stdout.contains("not-the-key"));
}

#[test]
fn without_a_key_nothing_is_sent() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("a.png", 1);
    let mut command = place.clearcut(["remove", "a.png", "--yes", "--json", "--service", "removebg"]);
    let said = Said {
        ..Said::by({
            command.env("CLEARCUT_API_KEY", "");
            command
        })
    };
    assert_eq!((said.code, said.document()["error"]["code"].as_str()), (5, Some("key_missing")), "{}", said.stderr);
    assert_eq!(service.removals(), 0);
}

#[test]
fn without_a_network_nothing_is_charged_and_the_error_says_so() {
    let place = Place::new();
    place.picture("a.png", 1);
    // A port that was free a moment ago and is served by nobody.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let prefix = format!("http://127.0.0.1:{port}/v1.0");
    let mut command = place.clearcut(["remove", "a.png", "--yes", "--json", "--service", &prefix]);
    command.env("CLEARCUT_API_KEY", KEY);
    let said = Said::by(command);
    let line = said.document();
    assert_eq!(
        (&line["state"], &line["error"]["code"], &line["charged"]),
        (&json!("failed"), &json!("no_network"), &json!("0"))
    );
    assert_eq!(said.code, 6, "{}", said.stderr);
}

#[test]
fn nothing_half_written_is_left() {
    let place = Place::new();
    let service = Practice::misbehaving(&json!([{ "path": "/removebg", "cut_after_bytes": 20 }]));
    place.picture("a.png", 1);
    Said::by(place.against(&service, ["remove", "a.png", "--yes"]));
    let names: Vec<String> = std::fs::read_dir(place.path("pictures"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, ["a.png"]);
}
