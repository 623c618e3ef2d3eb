//! The command line itself: help, exit codes, mistakes, and the end on a signal.

use crate::place::{KEY, Place, Practice, Said};

#[test]
fn the_help_documents_exit_codes_and_json() {
    let place = Place::new();
    let help = Said::by(place.clearcut(["remove", "--help"]));
    assert_eq!(help.code, 0);
    for promised in ["Exit codes:", "130", "paid_not_saved", "--max-credits", "--service"] {
        assert!(help.stdout.contains(promised), "{promised}: {}", help.stdout);
    }
    assert!(Said::by(place.clearcut(["--help"])).stdout.contains("Exit codes:"));
}

#[test]
fn mistakes_on_the_command_line_end_with_two() {
    let place = Place::new();
    for arguments in [
        &["remove"][..],
        &["remove", "a.png", "--size", "auto"],
        &["remove", "a.png", "--max-credits", "-1"],
        &["remove", "a.png", "--bg", "blau"],
        &["account", "add", "--key", "secret"],
        &["nonsense"],
    ] {
        assert_eq!(Said::by(place.clearcut(arguments.iter().copied())).code, 2, "{arguments:?}");
    }
}

#[test]
fn the_service_may_be_named_before_and_after_the_command() {
    let (place, service) = (Place::new(), Practice::new());
    let prefix = service.prefix();
    for arguments in [["--service", &prefix, "credits", "--json"], ["credits", "--json", "--service", &prefix]] {
        let mut command = place.clearcut(arguments);
        command.env("CLEARCUT_API_KEY", KEY);
        let said = Said::by(command);
        assert_eq!(said.document()["total"]["amount"], "50", "{}", said.stderr);
    }
}

#[test]
fn the_doctor_says_how_everything_is() {
    let place = Place::new();
    let said = Said::by(place.clearcut(["doctor"]));
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("data folder") && said.stdout.contains("model"), "{}", said.stdout);
}

/// What was sent is awaited: Ctrl-C while the service thinks ends with the picture saved, and with nothing more sent.
#[cfg(unix)]
#[test]
fn ctrl_c_starts_nothing_new_and_awaits_what_was_sent() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};

    let place = Place::new();
    place.picture("a.png", 1);
    place.picture("b.png", 2);
    let service = Practice::misbehaving(&serde_json::json!([{ "path": "/removebg", "delay_ms": 1500 }]));
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("clearcut"));
    for (variable, folder) in [("DATA", "data"), ("CONFIG", "config"), ("CACHE", "cache")] {
        command.env(format!("CLEARCUT_{variable}_DIR"), place.path(folder));
    }
    let mut running = command
        .args(["remove", "a.png", "b.png", "--yes", "--json", "--parallel", "1", "--service", &service.prefix()])
        .current_dir(place.path("pictures"))
        .env("CLEARCUT_API_KEY", KEY)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(running.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("waiting for the answer") {
        line.clear();
        assert_ne!(told.read_line(&mut line).unwrap(), 0, "it ended before it sent anything");
    }
    assert!(Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap().success());
    let mut stdout = String::new();
    running.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    assert_eq!(running.wait().unwrap().code(), Some(130), "{rest}");
    let states: Vec<serde_json::Value> =
        stdout.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["state"].clone()).collect();
    assert_eq!(states, ["done", "skipped"], "{rest}");
    assert_eq!((service.charged().as_str(), service.removals()), ("1", 1));
}
