//! `clearcut archive`: from one computer's folders to another's, by two processes that know nothing of each other.

use serde_json::json;

use crate::place::{KEY, Place, Practice, Said};

fn run(place: &Place, service: &Practice, arguments: &[&str]) -> Said {
    Said::by(place.against(service, arguments.iter().copied()))
}

#[test]
fn a_picture_that_was_paid_on_the_old_computer_costs_nothing_on_the_new_one() {
    let (old, new, service) = (Place::new(), Place::new(), Practice::new());
    old.picture("dog.png", 1);
    let said = run(&old, &service, &["remove", "dog.png", "--yes"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let file = old.path("clearcut.zip").display().to_string();
    let saved = run(&old, &service, &["archive", "save", &file, "--json"]);
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    assert_eq!([&saved.document()["accounts"], &saved.document()["pictures"]], [1, 1]);
    let again = run(&old, &service, &["archive", "save", &file]);
    assert_ne!(again.code, 0, "a file is not replaced unasked");
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);
    let bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes()), "the key is in the archive");

    let loaded = Said::by(new.clearcut(["archive", "load", &file]));
    assert_eq!(loaded.code, 0, "{}", loaded.stderr);
    assert!(loaded.stdout.contains("came over. Enter its key again"), "{}", loaded.stdout);
    let twice = Said::by(new.clearcut(["archive", "load", &file, "--json"])).document();
    assert_eq!([&twice["accounts"][0]["came"], &twice["pictures"]], [&json!(false), &json!(0)]);

    new.picture("dog.png", 1);
    let quote = run(&new, &service, &["quote", "dog.png", "--json"]).document();
    assert_eq!([&quote["cost"], &quote["already_paid"]], [&json!("0"), &json!(1)], "{quote}");
    let said = run(&new, &service, &["remove", "dog.png", "--cap", "0", "--json"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(new.path("pictures/dog-cutout.png").exists());
}

#[test]
fn what_is_no_archive_is_refused_in_words() {
    let place = Place::new();
    let picture = place.picture("dog.png", 1).display().to_string();
    let said = Said::by(place.clearcut(["archive", "load", &picture]));
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains("Nothing was taken over"), "{}", said.stderr);
}
