//! Every corner of the calendar that a renewal day can meet.

use clearcut_credits::{Cycle, PlanError, RenewalDay};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rstest::rstest;

use crate::desk::at;

fn day(day: u8, zone: &str) -> RenewalDay {
    RenewalDay::new(day, TimeZone::get(zone).unwrap()).unwrap()
}

/// A cycle's two ends.
fn cycle(begins: &str, renews: &str) -> Cycle {
    Cycle { begins: at(begins), renews: at(renews) }
}

#[rstest]
#[case::in_the_middle_of_a_month(15, "2026-11-22T12:00:00Z", "2026-11-15T00:00:00Z", "2026-12-15T00:00:00Z")]
#[case::before_its_day(15, "2026-11-14T23:59:59Z", "2026-10-15T00:00:00Z", "2026-11-15T00:00:00Z")]
#[case::exactly_at_the_boundary(15, "2026-11-15T00:00:00Z", "2026-11-15T00:00:00Z", "2026-12-15T00:00:00Z")]
#[case::a_nanosecond_before(15, "2026-11-14T23:59:59.999999999Z", "2026-10-15T00:00:00Z", "2026-11-15T00:00:00Z")]
#[case::over_the_year(15, "2026-12-31T23:59:59Z", "2026-12-15T00:00:00Z", "2027-01-15T00:00:00Z")]
#[case::over_the_year_from_the_other_side(15, "2027-01-01T00:00:00Z", "2026-12-15T00:00:00Z", "2027-01-15T00:00:00Z")]
#[case::the_first_of_a_year(1, "2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z")]
#[case::the_31st_into_november(31, "2026-11-10T00:00:00Z", "2026-10-31T00:00:00Z", "2026-11-30T00:00:00Z")]
#[case::the_31st_out_of_november(31, "2026-11-30T00:00:00Z", "2026-11-30T00:00:00Z", "2026-12-31T00:00:00Z")]
#[case::the_31st_on_the_last_of_december(31, "2026-12-31T00:00:00Z", "2026-12-31T00:00:00Z", "2027-01-31T00:00:00Z")]
#[case::the_31st_into_february(31, "2027-02-01T00:00:00Z", "2027-01-31T00:00:00Z", "2027-02-28T00:00:00Z")]
#[case::the_31st_out_of_february(31, "2027-03-01T00:00:00Z", "2027-02-28T00:00:00Z", "2027-03-31T00:00:00Z")]
#[case::the_30th_in_february(30, "2027-02-28T00:00:00Z", "2027-02-28T00:00:00Z", "2027-03-30T00:00:00Z")]
#[case::the_29th_in_a_common_year(29, "2027-03-28T23:59:59Z", "2027-02-28T00:00:00Z", "2027-03-29T00:00:00Z")]
#[case::the_29th_in_2024(29, "2024-02-29T12:00:00Z", "2024-02-29T00:00:00Z", "2024-03-29T00:00:00Z")]
#[case::the_day_before_it_in_2024(29, "2024-02-28T23:59:59Z", "2024-01-29T00:00:00Z", "2024-02-29T00:00:00Z")]
#[case::the_31st_in_2028(31, "2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z", "2028-03-31T00:00:00Z")]
#[case::the_31st_in_2100_that_leaps_not(31, "2100-02-28T00:00:00Z", "2100-02-28T00:00:00Z", "2100-03-31T00:00:00Z")]
#[case::the_29th_in_2100(29, "2100-02-27T23:59:59Z", "2100-01-29T00:00:00Z", "2100-02-28T00:00:00Z")]
#[case::the_28th_never_moves(28, "2100-03-01T00:00:00Z", "2100-02-28T00:00:00Z", "2100-03-28T00:00:00Z")]
fn a_cycle_in_universal_time(#[case] on: u8, #[case] now: &str, #[case] begins: &str, #[case] renews: &str) {
    assert_eq!(day(on, "UTC").cycle_at(at(now)), cycle(begins, renews));
}

#[rstest]
// São Paulo jumped over midnight: the 4th of November 2018 began at one o'clock.
#[case::midnight_does_not_exist("America/Sao_Paulo", 4, "2018-11-04T03:00:00Z", "2018-12-04T02:00:00Z")]
// And in February the hour before midnight came twice: the 18th begins after the second.
#[case::the_hour_before_midnight_twice("America/Sao_Paulo", 18, "2018-02-18T03:00:00Z", "2018-03-18T03:00:00Z")]
// Cairo set its clocks forward at midnight of the 26th of April 2024, and back at midnight of the 1st of November.
#[case::cairo_forward("Africa/Cairo", 26, "2024-04-25T22:00:00Z", "2024-05-25T21:00:00Z")]
#[case::cairo_back("Africa/Cairo", 1, "2024-10-31T22:00:00Z", "2024-11-30T22:00:00Z")]
// Beirut forward at midnight of the 31st of March 2024, back at midnight of the 27th of October.
#[case::beirut_forward("Asia/Beirut", 31, "2024-03-30T22:00:00Z", "2024-04-29T21:00:00Z")]
#[case::beirut_back("Asia/Beirut", 27, "2024-10-26T22:00:00Z", "2024-11-26T22:00:00Z")]
// Havana sets back at one o'clock: midnight comes twice, and the day begins with the first.
#[case::midnight_twice("America/Havana", 3, "2024-11-03T04:00:00Z", "2024-12-03T05:00:00Z")]
#[case::havana_forward_at_midnight("America/Havana", 10, "2024-03-10T05:00:00Z", "2024-04-10T04:00:00Z")]
// Apia slept through the 30th of December 2011.
#[case::a_day_that_was_left_out("Pacific/Apia", 30, "2011-12-30T10:00:00Z", "2012-01-29T10:00:00Z")]
#[case::fourteen_hours_ahead("Pacific/Kiritimati", 1, "2026-10-31T10:00:00Z", "2026-11-30T10:00:00Z")]
#[case::twelve_hours_behind("Etc/GMT+12", 1, "2026-11-01T12:00:00Z", "2026-12-01T12:00:00Z")]
#[case::over_a_summers_end("Europe/Berlin", 15, "2026-10-14T22:00:00Z", "2026-11-14T23:00:00Z")]
#[case::three_quarters_of_an_hour("Asia/Kathmandu", 31, "2026-11-29T18:15:00Z", "2026-12-30T18:15:00Z")]
fn a_cycle_begins_with_the_first_moment_of_the_day(
    #[case] zone: &str,
    #[case] on: u8,
    #[case] begins: &str,
    #[case] renews: &str,
) {
    let (day, cycle) = (day(on, zone), cycle(begins, renews));
    let moment = SignedDuration::from_nanos(1);
    assert_eq!(day.cycle_at(cycle.begins), cycle);
    assert_eq!(day.cycle_at(cycle.renews - moment), cycle);
    assert_eq!(day.cycle_at(cycle.begins - moment).renews, cycle.begins);
    assert_eq!(day.cycle_at(cycle.renews).begins, cycle.renews);
    assert!(day.date_of(cycle.begins - moment) < day.date_of(cycle.begins), "it is the first moment of its day");
}

#[test]
fn one_moment_is_two_dates_at_the_ends_of_the_earth() {
    let now = at("2026-11-30T11:00:00Z");
    let (ahead, behind) = (day(1, "Pacific/Kiritimati"), day(1, "Etc/GMT+12"));
    assert_eq!(
        (ahead.date_of(now).to_string(), behind.date_of(now).to_string()),
        ("2026-12-01".into(), "2026-11-29".into())
    );
    assert_eq!(ahead.cycle_at(now).begins, at("2026-11-30T10:00:00Z"));
    assert_eq!(behind.cycle_at(now).begins, at("2026-11-01T12:00:00Z"));
}

#[rstest]
#[case::none(0)]
#[case::too_late(32)]
#[case::far_too_late(200)]
#[case::the_largest(255)]
fn a_day_that_no_month_has_is_none(#[case] day: u8) {
    let refused = RenewalDay::new(day, TimeZone::UTC).unwrap_err();
    assert_eq!(refused, PlanError::Day(day));
    assert_eq!(refused.to_string(), format!("{day} is no day of a month: it is one from 1 to 31"));
}

#[test]
fn a_day_says_what_it_was_made_of() {
    for number in 1..=31 {
        let day = day(number, "Asia/Beirut");
        assert_eq!((day.day(), day.zone().iana_name()), (number, Some("Asia/Beirut")));
    }
}

#[rstest]
#[case::none_within("2026-11-15T00:00:00Z", "2026-12-14T23:59:59Z", &[])]
#[case::up_to_and_including("2026-11-15T00:00:00Z", "2026-12-15T00:00:00Z", &["2026-12-15T00:00:00Z"])]
#[case::not_the_one_it_begins_with("2026-12-15T00:00:00Z", "2026-12-15T00:00:00Z", &[])]
#[case::a_nanosecond_before_it("2026-12-14T23:59:59.999999999Z", "2026-12-15T00:00:00Z", &["2026-12-15T00:00:00Z"])]
#[case::over_the_year(
    "2026-12-01T00:00:00Z", "2027-02-20T00:00:00Z",
    &["2026-12-15T00:00:00Z", "2027-01-15T00:00:00Z", "2027-02-15T00:00:00Z"],
)]
#[case::backwards("2027-02-20T00:00:00Z", "2026-12-01T00:00:00Z", &[])]
fn boundaries_between(#[case] from: &str, #[case] until: &str, #[case] expected: &[&str]) {
    let expected: Vec<Timestamp> = expected.iter().map(|text| at(text)).collect();
    assert_eq!(day(15, "UTC").renewals_between(at(from), at(until)), expected);
}

#[test]
fn boundaries_of_years_are_the_last_days_of_their_months() {
    let found = day(31, "Europe/Berlin").renewals_between(at("2024-01-01T00:00:00Z"), at("2028-01-01T00:00:00Z"));
    assert_eq!(found.len(), 48);
    let berlin = TimeZone::get("Europe/Berlin").unwrap();
    for boundary in found {
        let date = berlin.to_datetime(boundary).date();
        assert_eq!(date, date.last_of_month());
    }
}

#[test]
fn nobody_counts_to_the_end_of_the_calendar() {
    let far = day(15, "UTC").renewals_between(at("2026-11-22T12:00:00Z"), Timestamp::MAX);
    assert_eq!(far.len(), 1200);
    let last = day(31, "UTC").cycle_at(Timestamp::MAX);
    assert_eq!((last.begins, last.renews), (Timestamp::MAX, Timestamp::MAX));
    let first = day(1, "UTC").cycle_at(Timestamp::MIN);
    assert_eq!((first.begins, first.renews), (Timestamp::MIN, at("-009999-02-01T00:00:00Z")));
}

#[rstest]
#[case::its_beginning("2026-11-01T00:00:00Z", 0)]
#[case::before_it("2026-10-01T00:00:00Z", 0)]
#[case::a_third("2026-11-11T00:00:00Z", 333)]
#[case::the_middle("2026-11-16T00:00:00Z", 500)]
#[case::its_last_second("2026-11-30T23:59:59Z", 999)]
#[case::its_end("2026-12-01T00:00:00Z", 1000)]
#[case::after_it("2027-12-01T00:00:00Z", 1000)]
fn how_much_of_a_cycle_has_passed(#[case] now: &str, #[case] permille: u32) {
    let cycle = cycle("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z");
    assert_eq!(cycle.elapsed_permille(at(now)), permille);
}

#[test]
fn a_cycle_without_length_has_passed_nothing() {
    let now = at("2026-11-01T00:00:00Z");
    assert_eq!(Cycle { begins: now, renews: now }.elapsed_permille(now), 0);
}

fn zone() -> impl Strategy<Value = TimeZone> {
    let names = [
        "UTC",
        "America/Sao_Paulo",
        "Africa/Cairo",
        "Asia/Beirut",
        "America/Havana",
        "Pacific/Apia",
        "Pacific/Kiritimati",
        "Europe/Berlin",
        "Asia/Kathmandu",
        "Antarctica/Troll",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "Africa/Casablanca",
    ];
    prop_oneof![
        prop::sample::select(names.to_vec()).prop_map(|name| TimeZone::get(name).unwrap()),
        (-12_i8..=14).prop_map(|hours| TimeZone::fixed(Offset::from_hours(hours).unwrap())),
    ]
}

proptest! {
    #[test]
    fn cycles_lie_end_to_end_and_each_moment_in_one(
        number in 1_u8..=31, zone in zone(), seconds in 0_i64..4_102_444_800,
    ) {
        let now = Timestamp::from_second(seconds).unwrap();
        let day = RenewalDay::new(number, zone.clone()).unwrap();
        let cycle = day.cycle_at(now);
        prop_assert!(cycle.begins <= now && now < cycle.renews);
        prop_assert_eq!(day.cycle_at(cycle.begins), cycle);
        prop_assert_eq!(day.cycle_at(cycle.renews).begins, cycle.renews);
        let length = cycle.renews.duration_since(cycle.begins).as_hours();
        prop_assert!((27 * 24..=32 * 24).contains(&length), "{length} hours");
        let date = zone.to_datetime(cycle.begins).date();
        let wanted = number.min(date.days_in_month().unsigned_abs());
        // A day that was left out begins with the next one.
        prop_assert!(date.day().unsigned_abs() == wanted || date.to_string() == "2011-12-31", "{date}");
    }

    #[test]
    fn boundaries_are_those_of_the_cycles_between(number in 1_u8..=31, zone in zone(), from in 0_i64..4_000_000_000, days in 0_i64..900) {
        let day = RenewalDay::new(number, zone).unwrap();
        let from = Timestamp::from_second(from).unwrap();
        let until = from + SignedDuration::from_hours(24 * days);
        let found = day.renewals_between(from, until);
        let mut expected = Vec::new();
        let mut cycle = day.cycle_at(until);
        while cycle.begins > from {
            expected.insert(0, cycle.begins);
            cycle = day.cycle_at(cycle.begins - SignedDuration::from_nanos(1));
        }
        prop_assert_eq!(found, expected);
    }
}
