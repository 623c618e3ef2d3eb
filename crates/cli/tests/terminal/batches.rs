//! Batches in the terminal: what an interrupted run left is listed, gone on with and paid once; what went unanswered is resolved.

use std::process::{Command, Stdio};

use serde_json::json;

use crate::place::{KEY, Place, Practice, Said};

fn photos(place: &Place, count: u8) -> Vec<String> {
    let names: Vec<String> = (1..=count).map(|n| format!("photo {n:02}.png")).collect();
    names.iter().zip(1..).for_each(|(name, shade)| drop(place.picture(name, shade)));
    names
}

/// A run of `clearcut remove` over all photos that is killed when `kill_at` requests have been made.
fn killed(place: &Place, service: &Practice, kill_at: u64, more: &[&str]) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("clearcut"));
    for (variable, folder) in [("DATA", "data"), ("CONFIG", "config"), ("CACHE", "cache")] {
        command.env(format!("CLEARCUT_{variable}_DIR"), place.path(folder));
    }
    let mut running = command
        .args(["remove", ".", "--recursive", "--yes", "--parallel", "2", "--service", &service.prefix()])
        .args(more)
        .current_dir(place.path("pictures"))
        .env("CLEARCUT_API_KEY", KEY)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while service.removals() < kill_at && running.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    running.kill().unwrap();
    running.wait().unwrap();
}

#[test]
fn what_a_killed_run_was_to_cut_out_here_is_gone_on_with_for_nothing() {
    let (place, service) = (Place::new(), Practice::slow("3", "2", 120));
    let files: Vec<String> = (1..=7).map(|number| format!("p{number:02}.png")).collect();
    for (number, file) in (1..).zip(&files) {
        place.small_picture_of_something(file, number);
    }
    killed(&place, &service, 3, &["--rest-on-device"]);
    let listed = Said::by(place.against(&service, ["jobs", "--json"]));
    let waiting = listed.lines().iter().filter(|line| line["state"] == "queued").count();
    assert!((3..=4).contains(&waiting) && listed.lines().len() == 7, "{}", listed.stdout);

    // It costs nothing, so nobody is asked.
    let resumed = Said::by(place.against(&service, ["remove", "--resume", "--leave-unknown", "--json"]));
    let here = resumed.lines().iter().filter(|line| line["state"] == "on_device").count();
    assert_eq!((here, service.removals()), (waiting, 3), "{} {}", resumed.stdout, resumed.stderr);
    for file in &files[3..] {
        assert!(place.path("pictures").join(file.replace(".png", "-cutout.png")).exists(), "{file}");
    }
    let listed = Said::by(place.against(&service, ["jobs", "--last", "5", "--json"]));
    assert!(listed.lines().iter().all(|line| line["state"] != "queued"), "{}", listed.stdout);
}

#[test]
fn a_run_that_was_killed_is_listed_and_gone_on_with_and_every_picture_is_paid_once() {
    let (place, service) = (Place::new(), Practice::slow("40", "10", 120));
    photos(&place, 9);
    killed(&place, &service, 4, &[]);
    let listed = Said::by(place.against(&service, ["jobs", "--json"]));
    assert_eq!((listed.code, listed.lines().len()), (0, 9), "{}", listed.stderr);
    let waiting = listed.lines().iter().filter(|line| line["state"] == "queued").count();
    assert!(waiting >= 4, "{}", listed.stdout);
    let shown = Said::by(place.against(&service, ["jobs"]));
    assert!(shown.stdout.contains("`clearcut remove --resume` goes on"), "{}", shown.stdout);

    let unattended = Said::by(place.against(&service, ["remove", "--resume", "--json"]));
    assert_eq!(unattended.code, 4, "it asks before it goes on spending: {}", unattended.stderr);
    let again = ["remove", ".", "--recursive", "--resume", "--yes", "--leave-unknown", "--json"];
    let resumed = Said::by(place.against(&service, again));
    let all = Said::by(place.against(&service, ["jobs", "--last", "5", "--json"]));
    let done = all.lines().iter().filter(|line| line["state"] == "saved").count();
    let unknown = all.lines().iter().filter(|line| line["state"] == "unknown").count();
    assert_eq!(done + unknown, 9, "{} {}", resumed.stderr, all.stdout);
    assert!(unknown <= 2, "no more than were on their way");
    // Once more does nothing: what is saved stays so, what is unknown is not sent again by itself.
    let removals = service.removals();
    let _ = Said::by(place.against(&service, again));
    assert_eq!(service.removals(), removals);
    let files = std::fs::read_dir(place.path("pictures")).unwrap();
    let cutouts = files.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().contains("-cutout")).count();
    assert_eq!(cutouts, done);
}

#[test]
fn what_waits_can_be_left() {
    let (place, service) = (Place::new(), Practice::slow("40", "10", 120));
    photos(&place, 8);
    killed(&place, &service, 3, &[]);
    assert_eq!(Said::by(place.against(&service, ["jobs", "drop"])).code, 0);
    let listed = Said::by(place.against(&service, ["jobs"]));
    assert!(listed.stdout.contains("No batch waits or runs."), "{}", listed.stdout);
    let removals = service.removals();
    assert_eq!(Said::by(place.against(&service, ["remove", "--resume", "--yes"])).code, 0);
    assert_eq!(service.removals(), removals);
}

#[test]
fn what_went_unanswered_is_booked_by_the_users_word_where_they_know_it() {
    let place = Place::new();
    place.picture("a.png", 1);
    place.picture("b.png", 2);
    let service = Practice::misbehaving(&json!([{ "path": "/removebg", "charge_then_drop": true }]));
    let said = Said::by(place.against(&service, ["remove", "a.png", "b.png", "--yes", "--leave-unknown"]));
    assert_eq!(said.code, 7, "{}", said.stderr);
    let jobs = Said::by(place.against(&service, ["jobs", "--last", "1", "--json"]));
    let ids: Vec<String> = jobs.lines().iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    let one = Said::by(place.against(&service, ["resolve", &ids[0], "--count-as", "charged", "--json"]));
    assert_eq!((&one.document()["state"], &one.document()["charged"]), (&json!("paid_lost"), &json!("1")));
    let other = Said::by(place.against(&service, ["resolve", "all", "--count-as", "free", "--json"]));
    assert_eq!((&other.document()["state"], &other.document()["charged"]), (&json!("failed"), &json!("0")));
    let none = Said::by(place.against(&service, ["resolve"]));
    assert!(none.code == 0 && none.stderr.contains("No request is of unknown outcome"), "{}", none.stderr);
    assert_eq!(Said::by(place.against(&service, ["resolve", "nonsense", "--count-as", "free"])).code, 0);
}
