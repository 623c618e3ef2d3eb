//! `clearcut quote`.

use serde_json::json;

use crate::place::{Place, Practice, Said, members};

#[test]
fn the_document_has_the_promised_members() {
    let (place, service) = (Place::new(), Practice::with_credits("2", "1"));
    for (shade, name) in [(1, "a.png"), (2, "b.png"), (3, "c.png"), (4, "d.png")] {
        place.picture(name, shade);
    }
    std::fs::copy(place.path("pictures/a.png"), place.path("pictures/copy.png")).unwrap();
    let files = ["quote", "a.png", "b.png", "c.png", "d.png", "copy.png", "missing.png", "--json"];
    let said = Said::by(place.against(&service, files));
    assert_eq!(said.code, 0, "it does not fit, and that is no error: {}", said.stderr);
    let promised = [
        "pictures",
        "charged",
        "cost",
        "subscription",
        "rollover",
        "payg",
        "payg_from",
        "ends_at",
        "already_paid",
        "duplicates",
        "unreadable",
    ];
    let added = [
        "enterprise",
        "untold",
        "uncovered",
        "stretches",
        "left_after",
        "oversized",
        "copies",
        "bytes_up",
        "disk_bytes",
        "disk_free",
        "at_least_s",
        "crossings",
        "choices",
        "prompt",
    ];
    let there = members(&said.stdout);
    for member in promised.into_iter().chain(added) {
        assert!(there.iter().any(|there| there == member), "{member}");
    }
    let quote = said.document();
    assert_eq!(
        [&quote["pictures"], &quote["charged"], &quote["duplicates"], &quote["unreadable"], &quote["already_paid"]],
        [&json!(6), &json!(4), &json!(1), &json!(1), &json!(0)]
    );
    assert_eq!(
        [&quote["cost"], &quote["subscription"], &quote["rollover"], &quote["payg"]],
        [&json!("4"), &json!("2"), &json!("0"), &json!("1")]
    );
    assert_eq!([&quote["payg_from"], &quote["ends_at"]], [&json!(3), &json!(3)]);
    assert_eq!((service.charged().as_str(), service.removals()), ("0", 0));
}

#[test]
fn what_is_paid_already_costs_nothing() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("a.png", 1);
    assert_eq!(Said::by(place.against(&service, ["remove", "a.png", "--yes"])).code, 0);
    let quote = Said::by(place.against(&service, ["quote", "a.png", "--json"])).document();
    assert_eq!((&quote["cost"], &quote["charged"], &quote["already_paid"]), (&json!("0"), &json!(0), &json!(1)));
}

#[test]
fn people_get_a_table_on_standard_output() {
    let (place, service) = (Place::new(), Practice::new());
    place.picture("a.png", 1);
    let said = Said::by(place.against(&service, ["quote", "a.png"]));
    assert!(said.stdout.starts_with("1 picture: 1 credit\n"), "{}", said.stdout);
    assert!(said.stdout.contains("from the subscription"), "{}", said.stdout);
    assert!(!said.stdout.contains('\u{1b}'), "no colour where nobody looks: {}", said.stdout);
}
