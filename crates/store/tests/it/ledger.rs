//! The ledger: every event comes back as it went in, and nothing that was written can be changed.

use clearcut_credits::{AccountState, Balance, Credits, Event, Purpose, Source, Standing};
use clearcut_store::{AccountId, SnapshotRow, Store, StoreError};
use rstest::rstest;
use rusqlite::Connection;

use crate::{World, attempt, balance, credits};

fn midnight() -> jiff::Timestamp {
    "2026-11-22T00:00:00Z".parse().unwrap()
}

#[rstest]
#[case::reserved(Event::Reserved { attempt: attempt(7), amount: credits("0.25"), purpose: Purpose::Preview })]
#[case::released(Event::Released { attempt: attempt(u128::MAX) })]
#[case::settled(Event::Settled { attempt: attempt(0), amount: Credits::ZERO, basis: Source::Measured })]
#[case::paid_lost(Event::PaidLost { attempt: attempt(1), amount: credits("0.000001"), basis: Source::Inferred })]
#[case::undecided(Event::Undecided { attempt: attempt(2) })]
#[case::snapshot(Event::Snapshot { balance: balance("39.75", "10"), standing: Standing::Conclusive })]
#[case::empty_snapshot(Event::Snapshot { balance: Balance::default(), standing: Standing::Bound })]
#[case::used_elsewhere(Event::UsedElsewhere { subscription: Credits::ONE, payg: Credits::ZERO })]
#[case::top_up(Event::TopUp { payg: credits("500") })]
#[case::renewal(Event::Renewal { subscription: credits("40"), due: midnight(), began_at: midnight() })]
#[case::cycle_stated(Event::CycleStated { began_at: midnight(), used: credits("3.25"), renewed: false })]
#[case::cycle_renewed(Event::CycleStated { began_at: midnight(), used: Credits::ZERO, renewed: true })]
#[case::wiped(Event::Wiped { subscription: credits("12") })]
#[case::plan_change(Event::PlanChange { monthly: credits("200") })]
#[case::adjustment(Event::Adjustment { subscription: credits("-3.5"), payg: Credits::MAX })]
fn an_event_comes_back_as_it_went_in(#[case] event: Event) {
    let world = World::new();
    let entry = world.store.append(world.account, event).unwrap();
    assert_eq!(entry.event, event);
    assert_eq!(Store::open(world.path()).unwrap().entries(world.account).unwrap(), [entry]);
}

#[rstest]
#[case::changed("UPDATE ledger SET amount = 0")]
#[case::shortened("DELETE FROM ledger")]
#[case::replaced(
    "INSERT OR REPLACE INTO ledger (seq, account, at_us, kind) SELECT seq, account, 0, 'undecided' FROM ledger"
)]
fn the_ledger_cannot_be(#[case] sql: &str) {
    let world = World::new();
    let entry = world.store.append(world.account, Event::TopUp { payg: Credits::ONE }).unwrap();
    let stranger = Connection::open(world.path().join("clearcut.db")).unwrap();
    // Without this SQLite skips delete triggers when a row is replaced.
    stranger.pragma_update(None, "recursive_triggers", true).unwrap();
    let error = stranger.execute(sql, []).unwrap_err();
    assert!(error.to_string().contains("append-only"), "{error}");
    assert_eq!(world.store.entries(world.account).unwrap(), [entry]);
}

#[test]
fn a_request_is_reserved_once_and_charged_once() {
    let world = World::new();
    let append = |event| world.store.append(world.account, event);
    let reserved = Event::Reserved { attempt: attempt(1), amount: Credits::ONE, purpose: Purpose::Download };
    append(reserved).unwrap();
    append(reserved).unwrap_err();
    append(Event::Settled { attempt: attempt(1), amount: Credits::ONE, basis: Source::Measured }).unwrap();
    append(Event::PaidLost { attempt: attempt(1), amount: Credits::ONE, basis: Source::Measured }).unwrap_err();
    assert_eq!(world.store.entries(world.account).unwrap().len(), 2);
}

#[test]
fn the_state_is_the_fold_and_follows_other_handles() {
    let world = World::new();
    let other = Store::open(world.path()).unwrap();
    for number in 0..5 {
        let event = Event::Reserved { attempt: attempt(number), amount: Credits::ONE, purpose: Purpose::Download };
        let writer = if number % 2 == 0 { &world.store } else { &other };
        writer.append(world.account, event).unwrap();
        let expected = AccountState::of(&world.store.entries(world.account).unwrap());
        assert_eq!(world.store.state(world.account).unwrap(), expected);
        assert_eq!(other.state(world.account).unwrap(), expected);
    }
}

#[test]
fn accounts_have_ledgers_of_their_own() {
    let world = World::new();
    let other = AccountId::new();
    world.store.account_put(&crate::account_row(other)).unwrap();
    world.store.append(world.account, Event::TopUp { payg: Credits::ONE }).unwrap();
    assert_eq!(world.store.entries(other).unwrap(), []);
    assert_eq!(world.store.state(other).unwrap(), AccountState::default());
}

#[test]
fn an_account_nobody_made_has_no_ledger_to_write_to() {
    let world = World::new();
    let error = world.store.append(AccountId::new(), Event::TopUp { payg: Credits::ONE }).unwrap_err();
    assert!(matches!(error, StoreError::Sqlite(_)), "{error:?}");
}

#[test]
fn looks_at_the_balance_are_listed_newest_first() {
    let world = World::new();
    for (subscription, standing) in [("40", Standing::Conclusive), ("39", Standing::Bound), ("38", Standing::Bound)] {
        let event = Event::Snapshot { balance: balance(subscription, "10"), standing };
        world.store.append(world.account, event).unwrap();
        world.store.append(world.account, Event::TopUp { payg: Credits::ZERO }).unwrap();
    }
    let seen: Vec<_> = world.store.snapshots(world.account, 2).unwrap();
    let brief = |row: &SnapshotRow| (row.balance.subscription.unwrap().to_string(), row.standing);
    let seen: Vec<_> = seen.iter().map(brief).collect();
    assert_eq!(seen, [("38".to_owned(), Standing::Bound), ("39".to_owned(), Standing::Bound)]);
}
