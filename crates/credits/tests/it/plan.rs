//! What a plan brings and carries over.

use clearcut_credits::{Credits, Plan, PlanError, RenewalDay};
use jiff::tz::TimeZone;
use rstest::rstest;

use crate::credits;
use crate::desk::plan;

#[rstest]
#[case::nothing("0")]
#[case::less_than_nothing("-40")]
fn a_month_brings_something(#[case] monthly: &str) {
    let day = RenewalDay::new(1, TimeZone::UTC).unwrap();
    let refused = Plan::new(credits(monthly), day, None).unwrap_err();
    assert_eq!(refused, PlanError::Monthly(credits(monthly)));
    assert_eq!(refused.to_string(), format!("{monthly} is no monthly number of credits: it is more than 0"));
}

#[test]
fn the_smallest_plan_is_one() {
    assert_eq!(plan("0.000001", 1, None).monthly, Credits::from_micros(1));
}

#[rstest]
#[case::none(Some(0), "95", Some("0"), "0")]
#[case::less_than_the_cap(Some(5), "95", Some("200"), "95")]
#[case::to_the_cap(Some(5), "200", Some("200"), "200")]
#[case::beyond_it(Some(5), "200.25", Some("200"), "200")]
#[case::unknown(None, "1000", None, "1000")]
fn a_renewal_carries_over(
    #[case] months: Option<u32>,
    #[case] held: &str,
    #[case] cap: Option<&str>,
    #[case] carried: &str,
) {
    let plan = plan("40", 15, months);
    assert_eq!((plan.rollover_cap(), plan.carried(credits(held))), (cap.map(credits), credits(carried)));
}

#[rstest]
#[case::none(0, "12")]
#[case::one(1, "52")]
#[case::four(4, "172")]
#[case::to_the_cap(6, "240")]
#[case::and_no_further(100, "240")]
fn renewals_add_up_to_the_cap(#[case] renewals: usize, #[case] expected: &str) {
    assert_eq!(plan("40", 15, 5).renewed(credits("12"), renewals), credits(expected));
}

#[test]
fn a_cap_beyond_all_numbers_is_held_at_their_end() {
    let endless = Plan { rollover_months: Some(u32::MAX), ..plan("9000000000", 1, None) };
    assert_eq!(endless.rollover_cap(), Some(Credits::MAX));
    assert_eq!(endless.renewed(Credits::MAX, 3), Credits::MAX);
}
