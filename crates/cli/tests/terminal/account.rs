//! `clearcut account`, on a computer without a keyring.

use serde_json::json;

use crate::place::{KEY, Place, Practice, Said};

#[test]
fn a_key_comes_from_standard_input_and_never_comes_out() {
    let (place, service) = (Place::new(), Practice::new());
    let mut command = place.clearcut(["account", "add", "--label", "Mine", "--service", &service.prefix()]);
    command.write_stdin(format!("{KEY}\n"));
    let said = Said::by(command);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.contains("Mine is in use now."), "{}", said.stdout);
    assert!(said.stderr.contains("only until the program ends"), "without a keyring it is said: {}", said.stderr);
    assert!(!said.stdout.contains(KEY) && !said.stderr.contains(KEY));
    let listed = Said::by(place.clearcut(["account", "list", "--json"])).document();
    assert_eq!(listed["accounts"].as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains(KEY));
}

#[test]
fn a_key_that_the_service_refuses_is_not_kept() {
    let (place, service) = (Place::new(), Practice::new());
    let mut command = place.clearcut(["account", "--service", &service.prefix()]);
    command.write_stdin("wrong\n");
    let said = Said::by(command);
    assert_eq!(said.code, 5, "{}", said.stderr);
}

#[test]
fn no_key_on_standard_input_is_said() {
    let place = Place::new();
    let mut command = place.clearcut(["account", "add", "--service", "removebg"]);
    command.write_stdin("");
    let said = Said::by(command);
    assert_eq!(said.code, 5, "{}", said.stderr);
    assert!(said.stderr.contains("no key on standard input"), "{}", said.stderr);
}

#[test]
fn an_unknown_service_is_refused_with_the_known_ones() {
    let place = Place::new();
    let mut command = place.clearcut(["account", "add", "--service", "removebgg"]);
    command.write_stdin(KEY);
    let said = Said::by(command);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("removebg,"), "{}", said.stderr);
}

#[test]
fn the_account_to_work_with_is_chosen_by_name() {
    let (place, service) = (Place::new(), Practice::new());
    let mut command = place.clearcut(["account", "add", "--service", &service.prefix(), "--label", "Mine"]);
    command.write_stdin(KEY);
    assert_eq!(Said::by(command).code, 0);
    let said = Said::by(place.clearcut(["account", "use", "Practice account, on this computer"]));
    assert_eq!(said.code, 0, "{}", said.stderr);
    let listed = Said::by(place.clearcut(["account", "list", "--json"])).document();
    assert_eq!(listed["active"], json!("00000000-0000-0000-0000-000000000001"));
    assert_eq!(Said::by(place.clearcut(["account", "use", "nobody"])).code, 2);
}
