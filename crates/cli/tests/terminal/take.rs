//! What the words of the command line stand for: folders, patterns, lists, standard input; told by what is quoted.

use std::fs;

use serde_json::{Value, json};

use crate::place::{Place, Practice, Said};

/// A place with a small tree: two pictures, two below, and what does not count.
fn tree() -> Place {
    let place = Place::new();
    place.picture("b.png", 1);
    place.picture("ä ü.png", 2);
    fs::create_dir_all(place.path("pictures/shop/summer")).unwrap();
    place.picture("shop/c.png", 3);
    place.picture("shop/summer/d.png", 4);
    place.picture("shop/.hidden.png", 5);
    fs::write(place.path("pictures/shop/notes.txt"), "hello").unwrap();
    place
}

fn quoted(place: &Place, service: &Practice, arguments: &[&str]) -> (Value, Said) {
    let said = Said::by(place.against(service, ["quote", "--json"].iter().chain(arguments).copied()));
    (said.document(), said)
}

fn counts(quote: &Value) -> [&Value; 2] {
    [&quote["charged"], &quote["unreadable"]]
}

#[test]
fn a_folder_is_taken_in_only_where_that_was_asked_for() {
    let (place, service) = (tree(), Practice::new());
    let (quote, said) = quoted(&place, &service, &["shop"]);
    assert_eq!(counts(&quote), [&json!(0), &json!(1)]);
    assert!(said.stderr.contains("--recursive"), "{}", said.stderr);
    assert_eq!(said.code, 3);
    let (quote, said) = quoted(&place, &service, &["-r", "shop", "b.png"]);
    assert_eq!((counts(&quote), said.code), ([&json!(3), &json!(0)], 0));
    let note = "1 hidden file and 1 file that is no picture were left out.";
    assert!(said.stderr.contains(note), "{}", said.stderr);
}

#[test]
fn patterns_are_expanded_where_no_shell_did() {
    let (place, service) = (tree(), Practice::new());
    assert_eq!(counts(&quoted(&place, &service, &["*.png"]).0), [&json!(2), &json!(0)]);
    assert_eq!(counts(&quoted(&place, &service, &["shop/**/*.png"]).0), [&json!(2), &json!(0)]);
    let (quote, said) = quoted(&place, &service, &["*.gif"]);
    assert_eq!(counts(&quote), [&json!(0), &json!(1)]);
    assert!(said.stderr.contains("No file is called *.gif"), "{}", said.stderr);
}

#[test]
fn lists_count_from_the_working_folder_wherever_they_lie() {
    let (place, service) = (tree(), Practice::new());
    fs::write(place.path("data/list.txt"), "\u{feff}b.png\r\n\r\nshop/c.png\r\nä ü.png\r\n").unwrap();
    let list = format!("@{}", place.path("data/list.txt").display());
    assert_eq!(counts(&quoted(&place, &service, &[&list]).0), [&json!(3), &json!(0)]);
    let (quote, said) = quoted(&place, &service, &["@nowhere.txt", "b.png"]);
    assert_eq!(counts(&quote), [&json!(1), &json!(1)]);
    assert!(said.stderr.contains("The list nowhere.txt could not be read"), "{}", said.stderr);
}

#[test]
fn standard_input_is_a_list_by_lines_or_by_nul() {
    let (place, service) = (tree(), Practice::new());
    for (flags, stdin) in [
        (["quote", "--json", "-"].as_slice(), "b.png\nshop/c.png\n"),
        (&["quote", "--json", "-0", "-"], "b.png\0shop/c.png\0"),
    ] {
        let mut command = place.against(&service, flags.iter().copied());
        command.write_stdin(stdin);
        assert_eq!(counts(&Said::by(command).document()), [&json!(2), &json!(0)], "{flags:?}");
    }
}

#[test]
fn a_picture_that_is_named_in_two_ways_is_one() {
    let (place, service) = (tree(), Practice::new());
    let (quote, _) = quoted(&place, &service, &["-r", "shop", "shop/c.png", "./shop/c.png"]);
    assert_eq!([&quote["charged"], &quote["duplicates"]], [&json!(2), &json!(2)]);
}

#[test]
fn cutouts_of_a_folder_are_not_cut_out_again() {
    let (place, service) = (tree(), Practice::new());
    assert_eq!(Said::by(place.against(&service, ["remove", "shop/c.png", "--yes"])).code, 0);
    let (quote, said) = quoted(&place, &service, &["-r", "shop"]);
    assert_eq!([&quote["charged"], &quote["already_paid"]], [&json!(1), &json!(1)]);
    assert!(said.stderr.contains("1 earlier cutout"), "{}", said.stderr);
    let (quote, said) = quoted(&place, &service, &["shop/c-cutout.png"]);
    assert_eq!(counts(&quote), [&json!(0), &json!(1)]);
    assert!(said.stderr.contains("a cutout that Clearcut saved itself"), "{}", said.stderr);
}

#[test]
fn pictures_whose_cutouts_exist_are_left_out_where_that_is_chosen() {
    let (place, service) = (tree(), Practice::new());
    fs::create_dir_all(place.path("out/summer")).unwrap();
    fs::write(place.path("out/summer/d small.png"), "somebody's").unwrap();
    let out = place.path("out");
    let arguments = ["-r", "shop", "--out", out.to_str().unwrap(), "--name", "{name} small"];
    let with = |existing: &str| {
        let (quote, _) = quoted(&place, &service, &[arguments.as_slice(), &["--existing", existing]].concat());
        [quote["charged"].clone(), quote["existing"].clone()]
    };
    assert_eq!(with("skip"), [json!(1), json!(1)]);
    assert_eq!(with("number"), [json!(2), json!(0)]);
    assert_eq!(with("replace"), [json!(2), json!(0)]);
}

#[test]
fn a_name_that_is_no_template_is_told_before_anything_is_opened() {
    let (place, service) = (tree(), Practice::new());
    let said = Said::by(place.against(&service, ["quote", "b.png", "--name", "{nmae}"]));
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("there is no field {nmae}"), "{}", said.stderr);
}
