//! A look at the balance: what explains it is written before it, in one transaction, and the fold agrees.

use clearcut_credits::{AccountState, Balance, Credits, Event, Purpose, SpendLimit, Standing};
use clearcut_store::{DrawnBy, HistoryKind, JobState, Looked, Period, ReceiptRow, Store, new_attempt};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use rstest::rstest;
use rusqlite::Connection;

use crate::plans::plan_row;
use crate::{World, balance, credits, receipt};

/// A quiet minute and two looks; what the second brought.
fn settle_down(world: &World, seen: Balance) -> Looked {
    world.clock.advance(SignedDuration::from_secs(60));
    world.store.record_balance(world.account, seen).unwrap();
    world.clock.advance(SignedDuration::from_secs(1));
    world.store.record_balance(world.account, seen).unwrap()
}

fn go_to(world: &World, text: &str) {
    let now = world.store.append(world.account, Event::TopUp { payg: Credits::ZERO }).unwrap().at;
    world.clock.advance(text.parse::<Timestamp>().unwrap().duration_since(now));
}

#[rstest]
#[case::used_elsewhere(("30", "10"), vec![Event::UsedElsewhere { subscription: credits("10"), payg: Credits::ZERO }], false)]
#[case::bought(("40", "210"), vec![Event::TopUp { payg: credits("200") }], true)]
#[case::both(
    ("39", "210"),
    vec![Event::UsedElsewhere { subscription: credits("1"), payg: Credits::ZERO }, Event::TopUp { payg: credits("200") }],
    true,
)]
#[case::a_rise(("80", "10"), vec![Event::Adjustment { subscription: credits("40"), payg: Credits::ZERO }], true)]
#[case::nothing(("40", "10"), vec![], false)]
fn what_explains_a_balance_stands_before_it(
    #[case] seen: (&str, &str),
    #[case] expected: Vec<Event>,
    #[case] arrived: bool,
) {
    let world = World::new();
    world.store.record_balance(world.account, balance("40", "10")).unwrap();
    let seen = balance(seen.0, seen.1);
    let looked = settle_down(&world, seen);
    assert_eq!(looked.found.iter().map(|entry| entry.event).collect::<Vec<_>>(), expected);
    assert_eq!((looked.standing, looked.balance(), looked.has_arrivals()), (Standing::Conclusive, seen, arrived));

    let entries = world.store.entries(world.account).unwrap();
    let (last, before) = entries.split_last().unwrap();
    assert_eq!(*last, looked.entry);
    assert!(before.ends_with(&looked.found));
    let state = world.store.state(world.account).unwrap();
    assert_eq!(state, AccountState::of(&entries));
    // The lines alone already say what the look says.
    assert_eq!((AccountState::of(before).pockets(), state.pockets()), (seen.into(), seen.into()));
}

#[test]
fn a_renewal_is_booked_by_the_stored_plan_and_the_answers_date() {
    let world = World::new();
    let mut row = plan_row("40");
    row.plan.renewal = clearcut_credits::RenewalDay::new(15, jiff::tz::TimeZone::UTC).unwrap();
    row.zone = "UTC".to_owned();
    world.store.state_plan(world.account, Some(&row), &[]).unwrap();
    world.store.record_balance(world.account, balance("2", "5")).unwrap();
    go_to(&world, "2026-12-14T23:59:00Z");
    world.store.record_balance(world.account, balance("2", "5")).unwrap();
    // Four charges, booked after midnight; the service dated the first before it.
    go_to(&world, "2026-12-15T00:00:10Z");
    for date in ["2026-12-14T23:59:59Z", "2026-12-15T00:00:00Z", "2026-12-15T00:00:01Z", "2026-12-15T00:00:01Z"] {
        let paid = ReceiptRow { service_date: Some(date.parse().unwrap()), ..receipt(world.sending()) };
        let entry = world.store.settle(&paid).unwrap();
        assert_eq!(entry.served_at, paid.service_date);
    }
    let state = world.store.state(world.account).unwrap();
    assert_eq!((state.pockets().subscription, state.pockets().payg), (Some(Credits::ZERO), Some(credits("3"))));

    // 2 − 1, carried over, and 40, less three.
    let looked = settle_down(&world, balance("38", "5"));
    let boundary = "2026-12-15T00:00:00Z".parse().unwrap();
    let renewal = Event::Renewal { subscription: credits("41"), due: boundary, began_at: boundary };
    assert_eq!(looked.found.iter().map(|entry| entry.event).collect::<Vec<_>>(), [renewal]);
    assert!(looked.has_arrivals());
    let state = Store::open(world.path()).unwrap().state(world.account).unwrap();
    assert_eq!(state, AccountState::of(&world.store.entries(world.account).unwrap()));
    assert_eq!((state.cycle().used, state.cycle().payg), (Some(credits("3")), Credits::ZERO));
}

#[test]
fn a_bound_explains_nothing() {
    let world = World::new();
    world.store.record_balance(world.account, balance("40", "10")).unwrap();
    world.sending();
    let looked = settle_down(&world, balance("30", "10"));
    assert_eq!((looked.standing, looked.found, looked.resolution), (Standing::Bound, vec![], None));
}

#[test]
fn an_unknown_is_resolved_before_the_rest_is_explained() {
    let world = World::new();
    world.store.record_balance(world.account, balance("40", "10")).unwrap();
    let booking = world.sending();
    world.store.undecide(booking, JobState::Unknown, None).unwrap();
    let looked = settle_down(&world, balance("39", "30"));
    assert_eq!(looked.resolved, [booking.attempt]);
    let expected = [Event::TopUp { payg: credits("20") }];
    assert_eq!(looked.found.iter().map(|entry| entry.event).collect::<Vec<_>>(), expected);
    assert_eq!(world.store.state(world.account).unwrap().pockets(), balance("39", "30").into());
}

#[test]
fn a_look_that_fails_half_way_leaves_nothing() {
    let world = World::new();
    world.store.record_balance(world.account, balance("40", "10")).unwrap();
    world.clock.advance(SignedDuration::from_secs(60));
    world.store.record_balance(world.account, balance("30", "10")).unwrap();
    let before = world.store.entries(world.account).unwrap();
    let stranger = Connection::open(world.path().join("clearcut.db")).unwrap();
    stranger
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON ledger WHEN new.kind = 'snapshot' BEGIN SELECT RAISE(ABORT, 'full'); END",
        )
        .unwrap();
    world.store.record_balance(world.account, balance("30", "10")).unwrap_err();
    assert_eq!(world.store.entries(world.account).unwrap(), before, "“used elsewhere” went with its snapshot");
    stranger.execute_batch("DROP TRIGGER full").unwrap();
    let looked = world.store.record_balance(world.account, balance("30", "10")).unwrap();
    assert_eq!((looked.found.len(), looked.standing), (1, Standing::Conclusive));
}

#[test]
fn two_handles_that_look_at_once_explain_once() {
    let world = World::new();
    world.store.record_balance(world.account, balance("40", "10")).unwrap();
    world.clock.advance(SignedDuration::from_secs(60));
    world.store.record_balance(world.account, balance("40", "30")).unwrap();
    let (path, account) = (world.path(), world.account);
    let together = std::sync::Barrier::new(4);
    let found: usize = std::thread::scope(|scope| {
        let lookers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let store = Store::open(path).unwrap();
                    together.wait();
                    store.record_balance(account, balance("40", "30")).unwrap().found.len()
                })
            })
            .collect();
        lookers.into_iter().map(|looker| looker.join().unwrap()).sum()
    });
    assert_eq!(found, 1);
    assert_eq!(world.store.state(world.account).unwrap().pockets(), balance("40", "30").into());
}

/// What is charged where so much of the month is used.
fn drawn(used: &str, held: Balance, charges: &[&str]) -> Vec<Option<DrawnBy>> {
    let world = World::new();
    let stated =
        Event::CycleStated { began_at: "2026-11-15T00:00:00Z".parse().unwrap(), used: credits(used), renewed: false };
    world.store.state_plan(world.account, Some(&plan_row("40")), &[stated]).unwrap();
    world.store.record_balance(world.account, held).unwrap();
    for charged in charges {
        world.store.settle(&ReceiptRow { charged: credits(charged), ..receipt(world.sending()) }).unwrap();
    }
    let mut rows = world.store.history(world.account, Period::default()).unwrap();
    rows.retain(|row| row.kind == HistoryKind::Paid);
    rows.sort_by_key(|row| row.seq);
    rows.into_iter().map(|row| row.drawn).collect()
}

#[test]
fn the_pockets_of_a_charge_are_written_down() {
    let by = |subscription: &str, rollover: &str, payg: &str, untold: &str| {
        Some(DrawnBy {
            subscription: credits(subscription),
            rollover: Some(credits(rollover)),
            payg: credits(payg),
            enterprise: Credits::ZERO,
            untold: credits(untold),
        })
    };
    let seen = drawn("39", balance("3", "2"), &["1", "1.5", "1", "1.5", "1"]);
    let expected = [
        by("1", "0", "0", "0"),
        by("0", "1.5", "0", "0"),
        by("0", "0.5", "0.5", "0"),
        by("0", "0", "1.5", "0"),
        by("0", "0", "0", "1"),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn what_nobody_can_tell_apart_is_not_told_apart() {
    let enterprise = Balance { total: Some(credits("3")), enterprise: Some(credits("2")), ..balance("1", "0") };
    let untold = Balance { total: Some(credits("9")), ..Balance::default() };
    let world = World::new();
    world.store.record_balance(world.account, enterprise).unwrap();
    world.store.settle(&ReceiptRow { charged: credits("2"), ..receipt(world.sending()) }).unwrap();
    let row = world.store.history(world.account, Period::default()).unwrap().remove(0);
    let expected = DrawnBy { subscription: Credits::ONE, enterprise: Credits::ONE, ..DrawnBy::default() };
    assert_eq!((row.drawn, row.drawn.map(|drawn| drawn.all())), (Some(expected), Some(credits("2"))));

    let world = World::new();
    world.store.record_balance(world.account, untold).unwrap();
    world.store.settle(&receipt(world.sending())).unwrap();
    let expected = DrawnBy { untold: Credits::ONE, ..DrawnBy::default() };
    let spent = world.store.spent(world.account, Period::default()).unwrap();
    assert_eq!(spent.iter().map(|line| line.drawn).collect::<Vec<_>>(), [expected]);
    assert_eq!(world.store.history(world.account, Period::default()).unwrap()[0].drawn, Some(expected));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn the_columns_are_what_the_fold_draws(
        subscription in 0_i64..8, payg in 0_i64..4, used in 30_i64..42, charges in prop::collection::vec(0_i64..2_000, 1..12),
    ) {
        let held = balance(&subscription.to_string(), &payg.to_string());
        let texts: Vec<String> = charges.iter().map(|milli| Credits::from_micros(milli * 1000).to_string()).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let rows = drawn(&used.to_string(), held, &texts);
        let of = |pocket: fn(&DrawnBy) -> Credits| rows.iter().flatten().map(pocket).sum::<Credits>();
        let all: Credits = texts.iter().map(|text| credits(text)).sum();
        prop_assert_eq!(of(DrawnBy::all), all);
        // The fold, from the same lines.
        let state = {
            let world = World::new();
            world.store.record_balance(world.account, held).unwrap();
            for text in &texts {
                world.store.settle(&ReceiptRow { charged: credits(text), ..receipt(world.sending()) }).unwrap();
            }
            world.store.state(world.account).unwrap()
        };
        let went = |before: Option<Credits>, after: Option<Credits>| before.unwrap().saturating_sub(after.unwrap());
        let from_subscription = of(|drawn| drawn.subscription).saturating_add(of(|drawn| drawn.rollover.unwrap()));
        prop_assert_eq!(from_subscription, went(held.subscription, state.pockets().subscription));
        prop_assert_eq!(of(|drawn| drawn.payg), went(held.payg, state.pockets().payg));
        // This month's first.
        let month = credits("40").less(credits(&used.to_string())).min(held.subscription.unwrap());
        prop_assert_eq!(of(|drawn| drawn.subscription), month.min(from_subscription));
    }
}

#[test]
fn a_limit_asks_the_same_fold() {
    let world = World::new();
    world.store.record_balance(world.account, balance("1", "5")).unwrap();
    let limit = SpendLimit { stop_before_payg: true, ..SpendLimit::NONE };
    let reserve = || {
        let job = world.job().id;
        world.store.reserve(world.account, job, new_attempt(), Credits::ONE, Purpose::Download, &limit)
    };
    reserve().unwrap();
    reserve().unwrap_err();
}
