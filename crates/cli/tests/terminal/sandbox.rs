//! `clearcut sandbox`: the practice service as a program of its own.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use crate::place::{Place, Said};

#[test]
fn it_says_where_it_listens_serves_and_ends_on_ctrl_c() {
    let place = Place::new();
    let answer = place.picture("answer.png", 3);
    place.picture("a.png", 1);
    let mut service = Command::new(assert_cmd::cargo::cargo_bin("clearcut"))
        .args(["sandbox", "--port", "0", "--subscription", "2", "--payg", "0", "--rate-limit", "0", "--answer"])
        .arg(answer)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(service.stdout.take().unwrap()).lines().map(Result::unwrap);
    let prefix = lines.next().unwrap().split_whitespace().last().unwrap().to_owned();
    let key = lines.next().unwrap().split_whitespace().last().unwrap().to_owned();
    assert!(prefix.starts_with("http://127.0.0.1:") && prefix.ends_with("/v1.0"), "{prefix}");

    let mut command = place.clearcut(["--service", &prefix, "remove", "a.png", "--yes", "--json"]);
    command.env("CLEARCUT_API_KEY", &key);
    let said = Said::by(command);
    assert_eq!((said.code, said.document()["charged"].as_str()), (0, Some("1")), "{}", said.stderr);

    let interrupted = Command::new("kill").args(["-INT", &service.id().to_string()]).status().unwrap();
    assert!(interrupted.success());
    assert!(service.wait().unwrap().success());
    let mut stderr = String::new();
    service.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(stderr.contains("Charged in all: 1."), "{stderr}");
}

#[test]
fn a_port_that_is_taken_is_said() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = Said::by(place.clearcut(["sandbox", "--port", &port, "--key", "k"]));
    assert_ne!(said.code, 0);
    assert!(said.stderr.contains(&port), "{}", said.stderr);
}
