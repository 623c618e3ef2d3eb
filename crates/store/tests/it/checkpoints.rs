//! A long ledger is read from its checkpoint on, and says the same.

use clearcut_credits::{AccountState, Event, FOLD_VERSION, Purpose, Source, Standing};
use clearcut_store::{AccountId, Store};
use jiff::SignedDuration;
use rusqlite::Connection;

use crate::{World, attempt, balance, credits};

/// A ledger of 5,000 lines, every fourth picture left undecided, written in one transaction.
fn long(world: &World) {
    let mut connection = Connection::open(world.path().join("clearcut.db")).unwrap();
    let transaction = connection.transaction().unwrap();
    let account = world.account.to_string();
    for number in 0..2_500_i64 {
        let at = 1_795_348_800_000_000 + number * 60_000_000;
        transaction
            .execute(
                "INSERT INTO ledger (account, at_us, kind, attempt, amount, purpose) VALUES (?1, ?2, 'reserved', ?3, 250000, 'download')",
                (&account, at, attempt(u128::try_from(number).unwrap()).to_string()),
            )
            .unwrap();
        let kind = if number % 4 == 0 { "undecided" } else { "settled" };
        transaction
            .execute(
                "INSERT INTO ledger (account, at_us, served_at_us, kind, attempt, amount, basis) VALUES (?1, ?2, ?2, ?3, ?4, 250000, 'measured')",
                (&account, at + 1_000_000, kind, attempt(u128::try_from(number).unwrap()).to_string()),
            )
            .unwrap();
    }
    transaction.commit().unwrap();
}

/// The checkpoint's version and place.
fn checkpoint(world: &World) -> Option<(i64, i64)> {
    let stranger = Connection::open(world.path().join("clearcut.db")).unwrap();
    stranger.query_row("SELECT version, seq FROM checkpoints", [], |row| Ok((row.get(0)?, row.get(1)?))).ok()
}

fn change(world: &World, sql: &str) {
    Connection::open(world.path().join("clearcut.db")).unwrap().execute_batch(sql).unwrap();
}

/// Everything that a state can carry, in a few lines.
fn with_everything(world: &World) {
    let (store, account) = (&world.store, world.account);
    store.record_balance(account, balance("1000", "10")).unwrap();
    let stated =
        Event::CycleStated { began_at: "2026-11-15T00:00:00Z".parse().unwrap(), used: credits("31"), renewed: false };
    store.append(account, stated).unwrap();
    store.append(account, Event::PlanChange { monthly: credits("40") }).unwrap();
    store.append(account, Event::TopUp { payg: credits("5") }).unwrap();
    store.append(account, Event::Adjustment { subscription: credits("5"), payg: credits("-1") }).unwrap();
    store.append(account, Event::Wiped { subscription: credits("3") }).unwrap();
    long(world);
    let preview = Event::Reserved { attempt: attempt(9_000), amount: credits("0.25"), purpose: Purpose::Preview };
    store.append(account, preview).unwrap();
    store
        .append(account, Event::Settled { attempt: attempt(9_001), amount: credits("2"), basis: Source::Inferred })
        .unwrap();
    store.append(account, Event::Snapshot { balance: balance("1", "2"), standing: Standing::Bound }).unwrap();
}

#[test]
fn a_ledger_of_five_thousand_lines_opened_anew_says_the_same() {
    let world = World::new();
    with_everything(&world);
    let whole = AccountState::of(&world.store.entries(world.account).unwrap());
    assert!(whole.cycle().rise.is_some() && whole.cycle().recent.len() > 1000 && whole.reservations().count() > 600);
    let account = world.account;
    assert_eq!(checkpoint(&world), None);
    assert_eq!(Store::open(world.path()).unwrap().state(account).unwrap(), whole);
    assert_eq!(checkpoint(&world), Some((i64::from(FOLD_VERSION), whole.last_seq())));

    // From the checkpoint, and one line further.
    let from_checkpoint = Store::open(world.path()).unwrap();
    assert_eq!(from_checkpoint.state(account).unwrap(), whole);
    world.store.append(account, Event::TopUp { payg: credits("1") }).unwrap();
    let whole = AccountState::of(&world.store.entries(account).unwrap());
    assert_eq!(from_checkpoint.state(account).unwrap(), whole);
    assert_eq!(Store::open(world.path()).unwrap().state(account).unwrap(), whole);
    assert_eq!(world.store.state(account).unwrap(), whole);
}

#[test]
fn a_short_ledger_has_no_checkpoint() {
    let world = World::new();
    for _ in 0..100 {
        world.store.append(world.account, Event::TopUp { payg: credits("1") }).unwrap();
        world.store.state(world.account).unwrap();
    }
    assert_eq!(checkpoint(&world), None);
}

#[test]
fn a_checkpoint_really_is_what_is_read() {
    let world = World::new();
    long(&world);
    let before = Store::open(world.path()).unwrap().state(world.account).unwrap();
    change(&world, "UPDATE checkpoints SET books = replace(books, '\"settled\":468750000', '\"settled\":7')");
    let read = Store::open(world.path()).unwrap().state(world.account).unwrap();
    assert_eq!((before.settled_total(), read.settled_total()), (credits("468.75"), credits("0.000007")));
}

#[test]
fn a_checkpoint_of_other_rules_or_one_that_is_damaged_is_made_anew() {
    for damage in [
        "UPDATE checkpoints SET version = 0, books = replace(books, '\"settled\":468750000', '\"settled\":7')",
        "UPDATE checkpoints SET version = 99",
        "UPDATE checkpoints SET books = 'not even JSON'",
        "UPDATE checkpoints SET books = '{}'",
        "UPDATE checkpoints SET books = replace(books, '\"download\"', '\"gift\"')",
        "UPDATE checkpoints SET books = replace(books, '\"unknown\"', '\"guessed\"')",
        "UPDATE checkpoints SET seq = 3, version = 0, books = ''",
        "DELETE FROM checkpoints",
    ] {
        let world = World::new();
        long(&world);
        let whole = Store::open(world.path()).unwrap().state(world.account).unwrap();
        change(&world, damage);
        assert_eq!(Store::open(world.path()).unwrap().state(world.account).unwrap(), whole, "{damage}");
    }
}

#[test]
fn an_older_checkpoint_never_replaces_a_later_one() {
    let world = World::new();
    long(&world);
    let early = Store::open(world.path()).unwrap();
    early.state(world.account).unwrap();
    let first = checkpoint(&world).unwrap();
    change(&world, &format!("UPDATE checkpoints SET seq = {}", first.1 + 10));
    // A reader that makes its own from the first line on comes later with less.
    change(&world, "UPDATE checkpoints SET books = 'not even JSON'");
    Store::open(world.path()).unwrap().state(world.account).unwrap();
    assert_eq!(checkpoint(&world), Some((first.0, first.1 + 10)));
}

#[test]
fn two_handles_write_and_read_one_long_ledger() {
    let world = World::new();
    let other = Store::open(world.path()).unwrap();
    for round in 0..5 {
        for (store, number) in [(&world.store, 0), (&other, 1)] {
            let event = Event::Reserved {
                attempt: attempt(100_000 + round * 2 + number),
                amount: credits("1"),
                purpose: Purpose::Download,
            };
            store.append(world.account, event).unwrap();
        }
        if round == 2 {
            long(&world);
        }
        let whole = AccountState::of(&world.store.entries(world.account).unwrap());
        assert_eq!(world.store.state(world.account).unwrap(), whole);
        assert_eq!(other.state(world.account).unwrap(), whole);
    }
}

#[test]
fn each_account_has_a_checkpoint_of_its_own() {
    let world = World::new();
    long(&world);
    let other = AccountId::new();
    world.store.account_put(&crate::account_row(other)).unwrap();
    world.store.append(other, Event::TopUp { payg: credits("1") }).unwrap();
    world.store.state(world.account).unwrap();
    let anew = Store::open(world.path()).unwrap();
    assert_eq!(anew.state(other).unwrap(), AccountState::of(&world.store.entries(other).unwrap()));
}

#[test]
fn a_checkpoint_that_cannot_be_written_hides_no_balance() {
    let world = World::new();
    long(&world);
    change(&world, "CREATE TRIGGER full BEFORE INSERT ON checkpoints BEGIN SELECT RAISE(ABORT, 'full'); END");
    let whole = AccountState::of(&world.store.entries(world.account).unwrap());
    assert_eq!(world.store.state(world.account).unwrap(), whole);
    world.clock.advance(SignedDuration::from_secs(1));
    assert_eq!((world.store.state(world.account).unwrap(), checkpoint(&world)), (whole, None));
}
