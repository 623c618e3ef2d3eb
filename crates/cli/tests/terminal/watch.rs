//! `clearcut watch`: a budget by the day, one line a picture, and watches that are kept.

use rstest::rstest;

use crate::place::{Place, Practice, Said};

#[rstest]
#[case::no_budget(&["watch", "."])]
#[case::a_budget_for_ever(&["watch", ".", "--budget", "50"])]
#[case::a_budget_of_nothing(&["watch", ".", "--budget", "0/day"])]
#[case::no_folder(&["watch", "--budget", "50/day"])]
#[case::nothing(&["watch"])]
fn nothing_is_watched_without_a_folder_and_a_budget_by_the_day(#[case] arguments: &[&str]) {
    let place = Place::new();
    assert_eq!(Said::by(place.clearcut(arguments.iter().copied())).code, 2);
    let listed = Said::by(place.clearcut(["watch", "list", "--json"])).document();
    assert_eq!(listed, serde_json::json!([]));
}

#[test]
fn a_folder_that_is_not_there_is_not_watched() {
    let place = Place::new();
    let said = Said::by(place.clearcut(["watch", "gone", "--budget", "50/day", "--once"]));
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(said.stderr.contains("“gone”"), "{}", said.stderr);
}

#[test]
fn what_is_no_picture_is_told_once_and_the_watch_is_kept_paused() {
    let place = Place::new();
    std::fs::write(place.path("pictures").join("notes.txt"), "no picture at all").unwrap();
    let watch = || Said::by(place.clearcut(["watch", ".", "--budget", "50/day", "--once", "--json"]));
    let said = watch();
    assert_eq!(said.code, 0, "{}", said.stderr);
    let line: serde_json::Value = serde_json::from_str(said.stdout.trim()).unwrap();
    assert!(line["input"].as_str().unwrap().ends_with("notes.txt"), "{line}");
    assert_eq!((line["state"].as_str(), line["charged"].as_str()), (Some("set_aside"), None));
    assert!(said.stderr.contains("at most 50 credits a day"), "{}", said.stderr);
    let again = watch();
    assert_eq!((again.code, again.stdout.as_str()), (0, ""), "{}", again.stderr);
    let listed = Said::by(place.clearcut(["watch", "list", "--json"])).document();
    assert_eq!((listed[0]["folder"].as_str(), listed[0]["state"].as_str()), (Some("pictures"), Some("paused")));
    assert_eq!((listed[0]["budget"].as_str(), listed[0]["spent"].as_str()), (Some("50"), Some("0")));
}

#[test]
fn a_watch_is_resumed_paused_and_removed_by_its_name() {
    let place = Place::new();
    assert_eq!(Said::by(place.clearcut(["watch", ".", "--budget", "0.5/day", "--once"])).code, 0);
    for (deed, says) in
        [("resume", "at most 0.5 credits a day"), ("pause", "is paused"), ("remove", "No file was touched")]
    {
        let said = Said::by(place.clearcut(["watch", deed, "pictures"]));
        assert_eq!(said.code, 0, "{}", said.stderr);
        assert!(said.stdout.contains(says), "{}", said.stdout);
    }
    let said = Said::by(place.clearcut(["watch", "remove", "pictures"]));
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(Said::by(place.clearcut(["watch", "list"])).stdout.contains("No folder is watched"));
}

#[test]
fn a_folder_is_worked_off_within_its_budget_and_nothing_of_it_is_asked_for_twice() {
    let (place, service) = (Place::new(), Practice::new());
    for (shade, name) in [(1, "a.png"), (2, "b.png"), (3, "c.png")] {
        place.picture(name, shade);
    }
    let watch =
        |budget: &str| Said::by(place.against(&service, ["watch", ".", "--budget", budget, "--once", "--json"]));
    let said = watch("2/day");
    assert_eq!(said.code, 4, "the day is used up: {}", said.stderr);
    let done = |said: &Said| said.lines().iter().filter(|line| line["state"] == "done").count();
    assert_eq!((done(&said), service.charged().as_str(), service.removals()), (2, "2", 2), "{}", said.stdout);
    let again = watch("2/day");
    assert_eq!((again.code, done(&again), service.removals()), (4, 0, 2), "{}", again.stderr);

    let said = watch("50/day");
    assert_eq!((said.code, done(&said), service.removals()), (0, 1, 3), "{}", said.stderr);
    for name in ["a", "b", "c"] {
        assert!(place.path(&format!("pictures/{name}-cutout.png")).exists(), "{name}");
    }
    let again = watch("50/day");
    assert_eq!((again.code, done(&again), service.charged().as_str()), (0, 0, "3"), "{}", again.stdout);
    assert!(!again.stdout.contains("done"), "{}", again.stdout);
}

#[test]
fn an_account_without_credits_ends_the_watch_instead_of_hanging() {
    let (place, service) = (Place::new(), Practice::with_credits("0", "1"));
    for (shade, name) in [(1, "a.png"), (2, "b.png"), (3, "c.png")] {
        place.picture(name, shade);
    }
    let said = Said::by(place.against(&service, ["watch", ".", "--budget", "50/day", "--once"]));
    assert_eq!((said.code, service.charged().as_str()), (4, "1"), "{}", said.stderr);
    assert!(said.stderr.contains("no credits left"), "{}", said.stderr);
}
