//! `clearcut plan` and what `clearcut credits` makes of it.

use serde_json::{Value, json};

use crate::place::{Place, Practice, Said};

fn run(place: &Place, service: &Practice, arguments: &[&str]) -> Said {
    Said::by(place.against(service, arguments.iter().copied()))
}

const SET: [&str; 12] = [
    "plan",
    "set",
    "--monthly",
    "40",
    "--renews",
    "15",
    "--rollover",
    "5",
    "--zone",
    "Europe/Berlin",
    "--payg",
    "10@2026-12-01",
];

#[test]
fn a_plan_is_set_shown_changed_and_forgotten() {
    let (place, service) = (Place::new(), Practice::with_credits("52", "10"));
    let none = run(&place, &service, &["plan"]);
    assert!(none.stdout.contains("No plan is known"), "{}", none.stdout);
    assert_eq!(run(&place, &service, &["plan", "--json"]).document(), Value::Null);

    let set = run(&place, &service, &[&SET[..], &["--price", "9", "--currency", "USD", "--name", "Small"]].concat());
    assert_eq!(set.code, 0, "{}", set.stderr);
    for words in ["Small", "40 credits (entered)", "15, Europe/Berlin, next on", "up to 5 months' credits", "9 USD"] {
        assert!(set.stdout.contains(words), "{words}: {}", set.stdout);
    }
    let shown = run(&place, &service, &["plan", "show", "--json"]).document();
    assert_eq!(
        [&shown["monthly"], &shown["renewal_day"], &shown["rollover_months"], &shown["source"]],
        [&json!("40"), &json!(15), &json!(5), &json!("entered")]
    );
    assert_eq!(shown["payg"], json!([{ "credits": "10", "lapses_on": "2026-12-01" }]));

    let changed =
        run(&place, &service, &["plan", "set", "--used", "3", "--payg", "none", "--rollover", "unknown", "--json"]);
    let changed = changed.document();
    assert_eq!([&changed["monthly"], &changed["name"]], [&json!("40"), &json!("Small")]);
    assert_eq!([&changed["rollover_months"], &changed["payg"]], [&Value::Null, &json!([])]);

    assert_eq!(run(&place, &service, &["plan", "forget"]).code, 0);
    assert_eq!(run(&place, &service, &["plan", "--json"]).document(), Value::Null);
    assert_eq!(service.removals(), 0);
}

#[test]
fn unknown_stays_unknown_until_it_is_told() {
    let (place, service) = (Place::new(), Practice::with_credits("52", "10"));
    assert_eq!(run(&place, &service, &SET).code, 0);
    let before = run(&place, &service, &["credits", "--json"]).document();
    assert_eq!([&before["cycle"]["used"], &before["cycle"]["used_percent"]], [&Value::Null, &Value::Null]);
    assert_eq!(before["rollover"], json!({ "amount": null, "source": "unknown", "age_s": null }));
    assert_eq!([&before["subscription"]["amount"], &before["rollover_at_least"]], [&json!("52"), &json!("12")]);
    let drawn = run(&place, &service, &["credits"]).stdout;
    assert!(drawn.contains("not known yet") && drawn.contains("at least 12 of the subscription's"), "{drawn}");

    let set = run(&place, &service, &["plan", "set", "--used", "8"]);
    assert_eq!(set.code, 0, "{}", set.stderr);
    let after = run(&place, &service, &["credits", "--json"]).document();
    assert_eq!([&after["cycle"]["used"], &after["cycle"]["used_percent"]], [&json!("8"), &json!(20)]);
    assert_eq!([&after["subscription"]["amount"], &after["rollover"]["amount"]], [&json!("32"), &json!("20")]);
    assert_eq!(after["rollover"]["source"], "inferred");
    assert_eq!(after["total"]["amount"], "62", "what is entered never touches what is measured");
    let drawn = run(&place, &service, &["credits"]).stdout;
    assert!(drawn.contains("8 of 40 monthly credits used (entered), 32 left until 15 "), "{drawn}");
    assert!(drawn.contains("This month's") && drawn.contains("inferred, "), "{drawn}");
}

#[test]
fn what_makes_no_sense_changes_nothing() {
    let (place, service) = (Place::new(), Practice::new());
    for arguments in [
        &["plan", "set", "--monthly", "40"][..],
        &["plan", "set", "--monthly", "40", "--renews", "32"],
        &["plan", "set", "--monthly", "0", "--renews", "3"],
        &["plan", "set", "--monthly", "40", "--renews", "3", "--zone", "Mars/Olympus"],
        &["plan", "set", "--monthly", "40", "--renews", "3", "--payg", "5@tomorrow"],
        &["plan", "set", "--monthly", "40", "--renews", "3", "--rollover", "some"],
        &["plan", "decline"],
    ] {
        assert_eq!(run(&place, &service, arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(run(&place, &service, &["plan", "--json"]).document(), Value::Null);
}

#[test]
fn the_plans_that_are_sold_come_with_their_date_and_source() {
    let place = Place::new();
    let said = Said::by(place.clearcut(["plan", "list"]));
    assert!(said.stdout.contains("Practice 40") && said.stdout.contains("of 2026-"), "{}", said.stdout);
    let list = Said::by(place.clearcut(["plan", "list", "--json"])).document();
    assert!(list["dated"].is_string() && list["source"].is_string() && list["plans"].as_array().unwrap().len() > 1);
}

#[test]
fn a_rise_is_proposed_as_a_plan_and_can_be_declined() {
    let (place, service) = (Place::new(), Practice::with_credits("12", "5"));
    assert_eq!(run(&place, &service, &["credits"]).code, 0);
    service.control(&json!({ "set": { "subscription": "52" } }));
    // One look that differs right after another is only a bound; the next one proves it.
    assert_eq!(run(&place, &service, &["credits"]).code, 0);
    let said = run(&place, &service, &["credits"]);
    assert!(
        said.stdout.contains("rose by 40 to 52") && said.stdout.contains("clearcut plan set --monthly 40"),
        "{}",
        said.stdout
    );
    assert_eq!(run(&place, &service, &["credits", "--json"]).document()["proposal"]["monthly"], "40");
    assert_eq!(run(&place, &service, &["plan", "decline"]).code, 0);
    assert_eq!(run(&place, &service, &["credits", "--json"]).document()["proposal"], Value::Null);
}

#[test]
fn forecast_and_advice_say_why_there_is_none_yet() {
    let (place, service) = (Place::new(), Practice::new());
    let short = run(&place, &service, &["credits"]).stdout;
    assert!(!short.contains("Forecast") && !short.contains("Advice"), "{short}");
    let full = run(&place, &service, &["credits", "--forecast", "--advice"]).stdout;
    assert!(full.contains("Forecast\n") && full.contains("Advice\n  None yet"), "{full}");
}

#[test]
fn levels_and_quiet_hours_are_set_and_kept() {
    let place = Place::new();
    let run = |arguments: &[&str]| Said::by(place.clearcut(arguments.iter().copied()));
    assert!(run(&["notices"]).stdout.contains("at 80 % of the month's credits"));
    assert_eq!(run(&["notices", "set", "--levels", "50,90", "--quiet", "22-7"]).code, 0);
    let kept = run(&["notices", "--json"]).document();
    assert_eq!(kept, json!({ "levels": [50, 90], "quiet_hours": { "from": 22, "until": 7 } }));
    assert_eq!(run(&["notices", "set", "--quiet", "off"]).code, 0);
    assert_eq!(run(&["notices", "--json"]).document(), json!({ "levels": [50, 90], "quiet_hours": null }));
    assert_eq!(run(&["notices", "set", "--levels", "101"]).code, 2);
}
