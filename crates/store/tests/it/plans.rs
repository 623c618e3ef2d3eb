//! Plans: the newest word holds, and every word is kept.

use clearcut_credits::{Credits, Event, PaygLot, Plan, RenewalDay, Source};
use clearcut_store::{AccountId, PlanRow, Store, StoreError};
use jiff::tz::TimeZone;
use rstest::rstest;
use rusqlite::Connection;

use crate::{World, credits};

pub(crate) fn plan_row(monthly: &str) -> PlanRow {
    let renewal = RenewalDay::new(31, TimeZone::get("Asia/Beirut").unwrap()).unwrap();
    PlanRow {
        plan: Plan::new(credits(monthly), renewal, Some(5)).unwrap(),
        zone: "Asia/Beirut".to_owned(),
        name: Some("Subscription 40".to_owned()),
        price: Some("9.00".to_owned()),
        currency: Some("USD".to_owned()),
        lots: vec![
            PaygLot { amount: credits("18.25"), lapses: Some("2026-12-01T08:00:00Z".parse().unwrap()) },
            PaygLot { amount: credits("3"), lapses: None },
        ],
        source: Source::Entered,
    }
}

fn bare(monthly: &str) -> PlanRow {
    let row = plan_row(monthly);
    PlanRow {
        plan: Plan { rollover_months: None, ..row.plan },
        name: None,
        price: None,
        currency: None,
        lots: vec![],
        source: Source::Inferred,
        ..row
    }
}

fn rows(world: &World) -> i64 {
    let stranger = Connection::open(world.path().join("clearcut.db")).unwrap();
    stranger.query_row("SELECT count(*) FROM plans", [], |row| row.get(0)).unwrap()
}

#[rstest]
#[case::with_everything(plan_row("40"))]
#[case::with_the_least(bare("0.000001"))]
fn a_plan_comes_back_as_it_went_in(#[case] row: PlanRow) {
    let world = World::new();
    assert_eq!(world.store.plan(world.account).unwrap(), None);
    world.store.state_plan(world.account, Some(&row), &[]).unwrap();
    assert_eq!(Store::open(world.path()).unwrap().plan(world.account).unwrap(), Some(row));
}

#[test]
fn the_newest_word_holds_and_the_others_are_kept() {
    let world = World::new();
    for monthly in ["40", "200", "40"] {
        world.store.state_plan(world.account, Some(&plan_row(monthly)), &[]).unwrap();
        assert_eq!(world.store.plan(world.account).unwrap().unwrap().plan.monthly, credits(monthly));
    }
    world.store.state_plan(world.account, None, &[]).unwrap();
    assert_eq!((world.store.plan(world.account).unwrap(), rows(&world)), (None, 4));
    world.store.state_plan(world.account, Some(&bare("500")), &[]).unwrap();
    assert_eq!(world.store.plan(world.account).unwrap(), Some(bare("500")));
}

#[test]
fn a_plan_is_one_accounts_own() {
    let world = World::new();
    let other = AccountId::new();
    world.store.account_put(&crate::account_row(other)).unwrap();
    world.store.state_plan(world.account, Some(&plan_row("40")), &[]).unwrap();
    assert_eq!(world.store.plan(other).unwrap(), None);
}

#[test]
fn the_words_that_go_with_a_plan_are_ledger_lines_of_the_same_moment() {
    let world = World::new();
    let words = [
        Event::PlanChange { monthly: credits("40") },
        Event::CycleStated { began_at: "2026-11-15T00:00:00Z".parse().unwrap(), used: credits("31"), renewed: false },
    ];
    let entries = world.store.state_plan(world.account, Some(&plan_row("40")), &words).unwrap();
    assert_eq!(entries, world.store.entries(world.account).unwrap());
    assert_eq!(entries.iter().map(|entry| entry.event).collect::<Vec<_>>(), words);
    let state = world.store.state(world.account).unwrap();
    assert_eq!((state.monthly(), state.cycle().used), (Some(credits("40")), Some(credits("31"))));
}

#[test]
fn a_plan_that_cannot_be_written_leaves_no_words() {
    let world = World::new();
    let nobody = AccountId::new();
    let words = [Event::PlanChange { monthly: Credits::ONE }];
    let refused = world.store.state_plan(nobody, Some(&plan_row("40")), &words);
    assert!(matches!(refused, Err(StoreError::Sqlite(_))), "{refused:?}");
    assert_eq!((world.store.entries(nobody).unwrap(), rows(&world)), (vec![], 0));
}

#[rstest]
#[case::a_zone_nobody_knows("zone = 'Mars/Olympus'")]
#[case::a_day_no_month_has("renewal_day = 32")]
#[case::a_month_that_brings_nothing("monthly = 0")]
#[case::lots_that_are_none("payg_lots = '?'")]
#[case::a_source_that_is_none("basis = 'guessed'")]
fn a_plan_that_makes_no_sense_is_an_error_and_not_another_plan(#[case] change: &str) {
    let world = World::new();
    world.store.state_plan(world.account, Some(&plan_row("40")), &[]).unwrap();
    let stranger = Connection::open(world.path().join("clearcut.db")).unwrap();
    stranger.execute(&format!("UPDATE plans SET {change}"), []).unwrap();
    let read = world.store.plan(world.account);
    assert!(matches!(read, Err(StoreError::Sqlite(_))), "{read:?}");
    world.store.state_plan(world.account, Some(&plan_row("200")), &[]).unwrap();
    assert_eq!(world.store.plan(world.account).unwrap(), Some(plan_row("200")), "and the next word holds");
}
