//! Forecasts that are written down, and what must hold for every ledger.

use clearcut_credits::{Band, Credits, DayUse, Forecast, NoForecast, Outlook, PaygLot, When, forecast};
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use rstest::rstest;

use crate::credits;

/// A Monday.
const TODAY: Date = date(2026, 11, 23);

fn whole(amount: i64) -> Credits {
    Credits::whole(amount)
}

fn exactly(amount: i64) -> Band {
    Band { low: whole(amount), likely: whole(amount), high: whole(amount) }
}

fn day(date: Date, pictures: u32) -> DayUse {
    DayUse { date, credits: whole(i64::from(pictures)), charges: pictures }
}

/// `pictures` on each of the `days` days before today.
fn days_of(days: i32, pictures: impl Fn(Date) -> u32) -> Vec<DayUse> {
    let dates = (TODAY - days.days()).series(1.day()).take_while(|date| *date < TODAY);
    dates.map(|date| day(date, pictures(date))).filter(|day| day.charges > 0).collect()
}

/// An account without a cycle, watched for two months, with `left` credits that belong to no pocket.
fn outlook<'a>(days: &'a [DayUse], left: i64) -> Outlook<'a> {
    Outlook {
        today: TODAY,
        zone: const { &TimeZone::UTC },
        days,
        since: TODAY - 60.days(),
        cycle: None,
        month_left: None,
        rollover: None,
        payg: None,
        left: whole(left),
        monthly: None,
        rollover_cap: None,
        lots: &[],
        ends: None,
    }
}

/// A subscription of 40 with ten days to go, and what is left in its pockets.
fn subscriber<'a>(days: &'a [DayUse], month: i64, rollover: i64, payg: i64) -> Outlook<'a> {
    Outlook {
        cycle: Some((TODAY - 20.days(), TODAY + 10.days())),
        month_left: Some(whole(month)),
        rollover: Some(whole(rollover)),
        payg: Some(whole(payg)),
        monthly: Some(whole(40)),
        rollover_cap: Some(whole(200)),
        ..outlook(days, month + rollover + payg)
    }
}

fn lefts(forecast: &Forecast) -> Vec<Credits> {
    forecast.burn_down.iter().map(|day| day.left.likely).collect()
}

#[rstest]
#[case::first_day(0, Err(0))]
#[case::third_day(2, Err(2))]
#[case::fourth_day(3, Ok(()))]
fn nothing_is_forecast_in_the_first_three_days(#[case] watched: i32, #[case] expected: Result<(), u32>) {
    let days = days_of(watched, |_| 5);
    let answer = forecast(&Outlook { since: TODAY - watched.days(), ..outlook(&days, 10) });
    assert_eq!(answer.map(|_| ()), expected.map_err(|days| NoForecast::TooFewDays { days, needed: 3 }));
}

#[test]
fn five_charges_are_needed_and_todays_do_not_count_yet() {
    let mut days = vec![day(TODAY - 5.days(), 4), day(TODAY, 9)];
    let none = Err(NoForecast::TooFewCharges { charges: 4, needed: 5 });
    assert_eq!(forecast(&outlook(&days, 10)).map(|_| ()), none);
    days[0].charges = 5;
    assert!(forecast(&outlook(&days, 10)).is_ok());
}

#[test]
fn charges_of_five_weeks_ago_say_nothing_any_more() {
    let days = [day(TODAY - 29.days(), 50), day(TODAY - 28.days(), 4)];
    let none = Err(NoForecast::TooFewCharges { charges: 4, needed: 5 });
    assert_eq!(forecast(&outlook(&days, 10)), none);
}

#[test]
fn the_same_every_day_is_forecast_to_the_credit() {
    let days = days_of(60, |_| 2);
    let forecast = forecast(&outlook(&days, 21)).unwrap();
    assert_eq!((forecast.learnt_from, forecast.rate_per_day), (28, exactly(2)));
    assert_eq!((forecast.until, forecast.use_ahead), (TODAY + 30.days(), exactly(60)));
    assert_eq!(lefts(&forecast)[..3], [whole(19), whole(17), whole(15)]);
    // Ten days of two, and one credit on the eleventh, where two are wanted.
    assert_eq!(forecast.lasts, When { earliest: Some(10), likely: Some(10), latest: Some(10) });
    assert_eq!(forecast.runs_out.likely, Some(TODAY + 10.days()));
    assert!(!forecast.alarm, "without a renewal nothing can be too late for it");
}

#[test]
fn what_today_used_already_is_not_expected_again() {
    let mut days = days_of(28, |_| 5);
    days.push(day(TODAY, 3));
    assert_eq!(lefts(&forecast(&outlook(&days, 30)).unwrap())[..2], [whole(28), whole(23)]);
    days.pop();
    days.push(day(TODAY, 30));
    assert_eq!(lefts(&forecast(&outlook(&days, 30)).unwrap())[..2], [whole(30), whole(25)]);
}

#[test]
fn weekdays_that_always_rest_are_expected_to() {
    let works = |date: Date| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    let days = days_of(28, |date| if works(date) { 4 } else { 0 });
    let forecast = forecast(&outlook(&days, 100)).unwrap();
    let week: Vec<Credits> = [96, 92, 88, 84, 80, 80, 80, 76].map(whole).into();
    assert_eq!(lefts(&forecast)[..8], week);
    assert_eq!(forecast.rate_per_day.likely, credits("2.857142"), "20 a week");
}

#[test]
fn two_quiet_days_in_a_week_are_no_pattern_yet() {
    let days = days_of(7, |date| u32::from(!matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)));
    let forecast = forecast(&Outlook { since: TODAY - 7.days(), ..outlook(&days, 100) }).unwrap();
    let saturday = &forecast.burn_down[5..7];
    assert!(saturday[0].left.low > saturday[1].left.low, "use on a weekend is possible: {saturday:?}");
}

#[test]
fn the_longer_an_unusual_silence_the_likelier_it_lasts() {
    let after = |silent: i32| {
        let days = days_of(60, |date| if date < TODAY - silent.days() { 3 } else { 0 });
        forecast(&subscriber(&days, 40, 0, 0)).unwrap()
    };
    assert_eq!(after(0).use_ahead, exactly(30));
    let [short, long] = [after(1), after(9)].map(|forecast| forecast.use_ahead);
    assert!(short.low > Credits::ZERO && short.likely > long.likely, "{short:?} {long:?}");
    assert_eq!(long.low, Credits::ZERO, "it may be over");
    assert!(long.high >= whole(24), "it may go on as before: {long:?}");
}

#[test]
fn an_alarm_needs_a_renewal_and_near_certainty() {
    let days = days_of(28, |_| 3);
    assert!(!forecast(&subscriber(&days, 30, 0, 0)).unwrap().alarm, "30 for ten days of three are enough");
    let short = forecast(&subscriber(&days, 29, 0, 0)).unwrap();
    assert!(short.alarm);
    assert_eq!(short.runs_out.latest, Some(TODAY + 9.days()));
    let weekly =
        days_of(28, |date| if date.weekday() == Weekday::Friday { 21 } else { u32::from(date.day() % 2 == 0) });
    let unsure = forecast(&subscriber(&weekly, 29, 0, 0)).unwrap();
    assert!(unsure.runs_out.earliest.is_some() && !unsure.alarm, "{:?}", unsure.runs_out);
}

#[test]
fn a_cycle_that_is_over_is_no_cycle() {
    let days = days_of(28, |_| 3);
    let stale = Outlook { cycle: Some((TODAY - 30.days(), TODAY)), ..subscriber(&days, 10, 0, 0) };
    let forecast = forecast(&stale).unwrap();
    assert_eq!((forecast.until, forecast.alarm, forecast.left_over), (TODAY + 30.days(), false, None));
}

#[rstest]
#[case::all_used(20, 0, Some(200), Some(0), Some(0))]
#[case::carried_whole(30, 100, Some(200), Some(10), Some(0))]
#[case::carried_to_the_cap(30, 195, Some(200), Some(10), Some(5))]
#[case::no_rollover(30, 0, Some(0), Some(10), Some(10))]
#[case::policy_unknown(30, 0, None, Some(10), None)]
fn the_month_leaves_over_and_forfeits(
    #[case] month: i64,
    #[case] rollover: i64,
    #[case] cap: Option<i64>,
    #[case] left_over: Option<i64>,
    #[case] forfeited: Option<i64>,
) {
    // Two a day for ten days: 20 of the month's credits go.
    let days = days_of(28, |_| 2);
    let outlook = Outlook { rollover_cap: cap.map(whole), ..subscriber(&days, month, rollover, 5) };
    let forecast = forecast(&outlook).unwrap();
    assert_eq!((forecast.left_over, forecast.forfeited), (left_over.map(exactly), forfeited.map(exactly)));
}

#[test]
fn a_month_that_cannot_be_told_apart_leaves_over_nobody_knows_what() {
    let days = days_of(28, |_| 2);
    let forecast = forecast(&Outlook { month_left: None, rollover: None, ..subscriber(&days, 30, 0, 5) }).unwrap();
    assert_eq!((forecast.left_over, forecast.forfeited), (None, None));
    assert_eq!(lefts(&forecast)[9], whole(15));
}

fn lot(amount: i64, lapses: &str) -> PaygLot {
    PaygLot { amount: whole(amount), lapses: Some(lapses.parse().unwrap()) }
}

#[test]
fn what_lapses_first_is_drawn_first_and_the_rest_lapses() {
    // Five days of two take ten: the four that lapse later than the seven are touched by three.
    let days = days_of(28, |_| 2);
    let lots = [lot(9, "2026-11-29T00:00:00Z"), lot(7, "2026-11-28T00:00:00Z")];
    let forecast = forecast(&Outlook { payg: Some(whole(16)), lots: &lots, ..outlook(&days, 16) }).unwrap();
    let lapses: Vec<(Timestamp, Band)> = forecast.lapses.iter().map(|lapse| (lapse.at, lapse.credits)).collect();
    assert_eq!(lapses, [("2026-11-29T00:00:00Z".parse().unwrap(), exactly(4))]);
    assert_eq!(lefts(&forecast)[4..7], [whole(6), whole(4), whole(0)]);
    assert_eq!(forecast.runs_out.likely, Some(date(2026, 11, 29)), "what lapsed cannot be spent");
}

#[rstest]
// 23 November to 2 December: 20, of which 4 from PAYG. 3 December to 2 January: 62, of which 22.
#[case::in_the_next_cycle("2027-01-03T00:00:00Z", 24)]
// 3 January to 2 February: 62 again, of which 22.
#[case::in_the_one_after("2027-02-03T00:00:00Z", 2)]
fn the_subscription_is_drawn_before_pay_as_you_go_in_every_cycle(#[case] lapses: &str, #[case] credits: i64) {
    let days = days_of(28, |_| 2);
    let lots = [lot(50, lapses)];
    let outlook = Outlook { lots: &lots, rollover_cap: Some(whole(0)), ..subscriber(&days, 16, 0, 50) };
    let forecast = forecast(&outlook).unwrap();
    assert_eq!(forecast.lapses.len(), 1);
    assert_eq!(forecast.lapses[0].credits, exactly(credits));
}

#[test]
fn what_lapses_later_today_can_no_longer_be_counted_on() {
    let days = days_of(28, |_| 1);
    let lots = [lot(8, "2026-11-23T18:00:00Z"), lot(3, "2026-11-22T18:00:00Z")];
    let forecast = forecast(&Outlook { payg: Some(whole(9)), lots: &lots, ..outlook(&days, 9) }).unwrap();
    assert_eq!((forecast.lapses.len(), forecast.lapses[0].credits), (1, exactly(8)), "yesterday's are gone already");
    assert_eq!(lefts(&forecast)[0], whole(0));
}

#[test]
fn nothing_outlives_the_service() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    let end: Timestamp = "2026-12-01T08:00:00Z".parse().unwrap();
    let days = days_of(28, |_| 1);
    let lots = [lot(10, "2028-06-01T00:00:00Z")];
    let outlook = Outlook { zone: &zone, lots: &lots, ends: Some(end), ..subscriber(&days, 0, 0, 26) };
    let forecast = forecast(&outlook).unwrap();
    assert_eq!(forecast.until, date(2026, 12, 1));
    assert_eq!(forecast.lapses.len(), 1);
    assert_eq!((forecast.lapses[0].at, forecast.lapses[0].credits), (end, exactly(18)), "eight days of one");
    assert_eq!((forecast.left_over, forecast.alarm), (None, false), "there is no renewal any more");
}

#[test]
fn a_service_that_has_ended_forecasts_no_use() {
    let days = days_of(28, |_| 1);
    let over = Outlook { ends: Some("2026-11-20T08:00:00Z".parse().unwrap()), ..subscriber(&days, 5, 0, 5) };
    let forecast = forecast(&over).unwrap();
    assert!(forecast.burn_down.is_empty() && !forecast.alarm);
    assert_eq!(forecast.use_ahead, exactly(0));
}

#[rstest]
#[case::berlin("Europe/Berlin", 6)]
#[case::auckland("Pacific/Auckland", 5)]
fn the_day_of_a_lapse_is_the_accounts(#[case] zone: &str, #[case] lapses: i64) {
    // 27 November, 12:00 UTC, is the 28th in Auckland: one more day of one credit.
    let zone = TimeZone::get(zone).unwrap();
    let days = days_of(28, |_| 1);
    let lots = [lot(10, "2026-11-27T12:00:00Z")];
    let outlook = Outlook { zone: &zone, lots: &lots, payg: Some(whole(10)), ..outlook(&days, 10) };
    assert_eq!(forecast(&outlook).unwrap().lapses[0].credits, exactly(lapses));
}

#[test]
fn over_ten_years_are_for_good() {
    let days = days_of(28, |_| 1);
    let years = |left| forecast(&outlook(&days, left)).unwrap().lasts.likely;
    assert_eq!((years(3653), years(3654)), (Some(3653), None));
}

#[test]
fn a_silence_like_those_before_says_nothing() {
    let every_third = |until: i32| {
        let due = |date: Date| (TODAY - date).get_days() % 3 == 0 && date <= TODAY - until.days();
        let days = days_of(28, |date| if due(date) { 6 } else { 0 });
        forecast(&outlook(&days, 100)).unwrap().use_ahead
    };
    let [usual, unusual] = [every_third(3), every_third(9)];
    assert!(usual.low >= whole(24), "two days of silence, as ever: {usual:?}");
    assert!(unusual.low <= whole(12), "eight days, and never before more than two: {unusual:?}");
}

#[test]
fn what_no_pocket_explains_is_drawn_last() {
    let days = days_of(28, |_| 2);
    let lots = [lot(12, "2026-12-01T00:00:00Z")];
    // 4 of the month, 12 of the lot, 30 of a contract. Eight days of two take the month and the lot.
    let outlook = Outlook { left: whole(46), lots: &lots, ..subscriber(&days, 4, 0, 12) };
    let forecast = forecast(&outlook).unwrap();
    assert_eq!((lefts(&forecast)[7], &forecast.lapses), (whole(30), &Vec::new()));
    assert_eq!(forecast.runs_out.earliest, None);
}

#[test]
fn what_is_gone_already_came_from_the_lots_that_lapse_first() {
    // 20 were bought, 9 are left: one of the first lot and the second one.
    let days = days_of(28, |_| 1);
    let lots = [lot(8, "2026-11-25T00:00:00Z"), lot(12, "2026-11-24T00:00:00Z")];
    let nine = Outlook { payg: Some(whole(9)), lots: &lots, ..outlook(&days, 9) };
    let lapsed = |outlook: &Outlook<'_>| -> Vec<Credits> {
        forecast(outlook).unwrap().lapses.iter().map(|lapse| lapse.credits.likely).collect()
    };
    assert_eq!(lapsed(&nine), [whole(7)], "today takes the one, tomorrow one of eight");
    // 25 are left: five have no date and lapse never.
    let more = Outlook { payg: Some(whole(25)), left: whole(25), ..nine };
    assert_eq!(lapsed(&more), [whole(11), whole(7)]);
    assert_eq!(lefts(&forecast(&more).unwrap())[1..4], [whole(12), whole(4), whole(3)]);
}

#[test]
fn credits_that_lapse_at_one_moment_lapse_together() {
    let days = days_of(28, |_| 1);
    let lots = [lot(8, "2026-11-25T00:00:00Z"), lot(12, "2026-11-25T00:00:00Z"), lot(5, "2031-01-01T00:00:00Z")];
    let forecast = forecast(&Outlook { payg: Some(whole(25)), lots: &lots, ..outlook(&days, 25) }).unwrap();
    assert_eq!(forecast.lapses.len(), 1, "2031 is too far away to say");
    assert_eq!(forecast.lapses[0].credits, exactly(18));
}

/// Ledgers of up to two months: quiet days, busy days, free charges, and today.
fn ledgers() -> impl Strategy<Value = Vec<DayUse>> {
    let pictures = prop_oneof![3 => Just(0), 3 => 0_u32..6, 1 => 0_u32..80];
    prop::collection::vec(pictures, 4..60).prop_map(|days| {
        let first = TODAY - i32::try_from(days.len() - 1).unwrap().days();
        first.series(1.day()).zip(days).map(|(date, pictures)| day(date, pictures)).collect()
    })
}

fn ordered(band: Band) -> bool {
    band.low <= band.likely && band.likely <= band.high && !band.low.is_negative()
}

fn watched<'a>(days: &'a [DayUse], pockets: (i64, i64, i64)) -> Outlook<'a> {
    Outlook { since: days[0].date, ..subscriber(days, pockets.0, pockets.1, pockets.2) }
}

fn pockets() -> impl Strategy<Value = (i64, i64, i64)> {
    (0_i64..60, 0_i64..120, 0_i64..60)
}

proptest! {
    // A forecast draws a hundred futures; without optimisation that takes its time.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn bands_are_in_order_and_the_burn_down_only_falls(days in ledgers(), pockets in pockets()) {
        let lots = [lot(30, "2026-11-27T12:00:00Z"), lot(20, "2027-03-01T00:00:00Z")];
        let outlook = Outlook { lots: &lots, ..watched(&days, pockets) };
        let Ok(forecast) = forecast(&outlook) else { return Ok(()) };
        prop_assert!(ordered(forecast.rate_per_day) && ordered(forecast.use_ahead));
        prop_assert_eq!(forecast.burn_down.len(), 10);
        let mut before = Band { low: outlook.left, likely: outlook.left, high: outlook.left };
        for day in &forecast.burn_down {
            let left = day.left;
            prop_assert!(ordered(left), "{:?}", day);
            prop_assert!(left.low <= before.low && left.likely <= before.likely && left.high <= before.high);
            before = left;
        }
        let bands = [forecast.left_over, forecast.forfeited].into_iter().flatten();
        prop_assert!(bands.chain(forecast.lapses.iter().map(|lapse| lapse.credits)).all(ordered));
        let When { earliest, likely, latest } = forecast.runs_out;
        prop_assert!(latest.is_none() || likely.is_some() && likely <= latest);
        prop_assert!(likely.is_none() || earliest.is_some() && earliest <= likely);
        prop_assert!(!forecast.alarm || latest.is_some(), "an alarm is surer than the edge of the band");
    }

    #[test]
    fn the_rate_is_never_above_the_mean_of_the_window(days in ledgers()) {
        let outlook = Outlook { since: days[0].date, ..outlook(&days, 100) };
        let Ok(forecast) = forecast(&outlook) else { return Ok(()) };
        let from = TODAY - i32::try_from(forecast.learnt_from).unwrap().days();
        let window = days.iter().filter(|day| (from..TODAY).contains(&day.date));
        let total = window.map(|day| day.credits).sum::<Credits>().micros();
        prop_assert!(forecast.rate_per_day.likely.micros() <= total / i64::from(forecast.learnt_from));
    }

    #[test]
    fn twice_the_price_is_twice_the_use(days in ledgers(), pockets in pockets()) {
        let doubled: Vec<DayUse> =
            days.iter().map(|day| DayUse { credits: day.credits.times(2).unwrap(), ..*day }).collect();
        let (month, rollover, payg) = pockets;
        let (Ok(once), Ok(twice)) =
            (forecast(&watched(&days, pockets)), forecast(&watched(&doubled, (2 * month, 2 * rollover, 2 * payg))))
        else {
            return Ok(());
        };
        prop_assert_eq!(twice.use_ahead.high, once.use_ahead.high.times(2).unwrap());
        // The mean is rounded down to a millionth.
        let off = twice.use_ahead.likely.saturating_sub(once.use_ahead.likely.times(2).unwrap());
        prop_assert!((0..=1).contains(&off.micros()));
        prop_assert_eq!(twice.alarm, once.alarm);
    }

    #[test]
    fn more_credits_never_make_an_alarm(days in ledgers(), pockets in pockets(), more in 0_i64..50) {
        let (month, rollover, payg) = pockets;
        let (Ok(less), Ok(more)) =
            (forecast(&watched(&days, pockets)), forecast(&watched(&days, (month, rollover, payg + more))))
        else {
            return Ok(());
        };
        prop_assert!(less.alarm || !more.alarm);
        prop_assert!(less.lasts.likely.is_none_or(|days| more.lasts.likely.is_none_or(|longer| longer >= days)));
    }

    #[test]
    fn days_before_the_window_change_nothing(days in ledgers(), earlier in 1_u32..100) {
        let since = TODAY - 90.days();
        let mut longer = vec![day(TODAY - 80.days(), earlier)];
        longer.extend(&days);
        let answer = |days| forecast(&Outlook { since, ..subscriber(days, 20, 0, 3) });
        prop_assert_eq!(answer(&days), answer(&longer));
    }
}
