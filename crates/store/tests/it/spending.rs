//! The money's transactions: ledger, job and receipt move together or not at all.

use std::collections::HashSet;

use clearcut_credits::{Credits, Purpose, Refusal, Resolution, Source, SpendLimit, Standing};
use clearcut_store::{Booking, JobState, ReceiptRow, ReserveError, StoreError, new_attempt};
use jiff::SignedDuration;
use proptest::prelude::*;
use rstest::rstest;

use crate::{World, balance, credits, receipt};

#[test]
fn reserving_sets_the_price_aside_and_moves_the_job() {
    let world = World::new();
    let booking = world.reserved();
    let job = world.store.job(booking.job).unwrap();
    assert_eq!((job.state, job.attempt), (JobState::Reserved, Some(booking.attempt)));
    assert_eq!(world.reserved_credits(), Credits::ONE);
}

#[test]
fn a_refused_reservation_leaves_nothing_behind() {
    let world = World::new();
    world.reserved();
    let job = world.job().id;
    let limit = SpendLimit::cap(credits("1.5"));
    let refused = world.store.reserve(world.account, job, new_attempt(), Credits::ONE, Purpose::Download, &limit);
    let expected = Refusal::Cap { cap: credits("1.5"), used: Credits::ONE, asked: Credits::ONE };
    assert!(matches!(refused, Err(ReserveError::Refused(refusal)) if refusal == expected), "{refused:?}");
    assert_eq!(world.store.job(job).unwrap().state, JobState::Planned);
    assert_eq!(world.reserved_credits(), Credits::ONE);
}

#[test]
fn the_cap_counts_what_this_run_paid_lost_and_left_undecided_but_not_what_it_got_back() {
    let world = World::new();
    world.store.settle(&receipt(world.sending())).unwrap();
    world.store.lose(world.sending(), Credits::ONE, Source::Measured, None).unwrap();
    world.store.undecide(world.sending(), JobState::Unknown, None).unwrap();
    world.store.release(world.sending(), JobState::Failed, None).unwrap();
    let reserve = |cap: &str| {
        let job = world.job().id;
        let limit = SpendLimit::cap(credits(cap));
        world.store.reserve(world.account, job, new_attempt(), Credits::ONE, Purpose::Download, &limit)
    };
    let refused = reserve("3.999999").unwrap_err();
    assert!(matches!(refused, ReserveError::Refused(Refusal::Cap { used, .. }) if used == credits("3")), "{refused:?}");
    reserve("4").unwrap();
}

#[test]
fn a_cap_is_one_runs_own() {
    let world = World::new();
    world.reserved();
    let other = world.store.run_begin().unwrap();
    let job = world.store.job_insert(&crate::job(&other, world.account)).unwrap().id;
    let limit = SpendLimit::cap(Credits::ONE);
    world.store.reserve(world.account, job, new_attempt(), Credits::ONE, Purpose::Download, &limit).unwrap();
}

#[test]
fn a_job_whose_request_is_open_reserves_nothing_more() {
    let world = World::new();
    let booking = world.sending();
    let again = || {
        let limit = SpendLimit::NONE;
        world.store.reserve(world.account, booking.job, new_attempt(), Credits::ONE, Purpose::Download, &limit)
    };
    assert!(matches!(again(), Err(ReserveError::Store(StoreError::StateChanged { .. }))));
    world.store.undecide(booking, JobState::Unknown, None).unwrap();
    assert!(matches!(again(), Err(ReserveError::Store(StoreError::StateChanged { .. }))));
    world.store.release(booking, JobState::Failed, None).unwrap();
    again().unwrap();
}

#[test]
fn settling_writes_charge_receipt_and_job_together() {
    let world = World::new();
    let booking = world.sending();
    world.store.settle(&receipt(booking)).unwrap();
    let job = world.store.job(booking.job).unwrap();
    assert_eq!((job.state, job.charged, job.width), (JobState::Settled, Some(Credits::ONE), Some(512)));
    assert_eq!(world.store.receipt(booking.attempt).unwrap(), Some(receipt(booking)));
    assert_eq!(world.store.receipts(world.account, 10).unwrap(), [receipt(booking)]);
    assert_eq!(world.store.paid_attempts().unwrap(), HashSet::from([booking.attempt]));
    let state = world.store.state(world.account).unwrap();
    assert_eq!((state.settled_total(), state.reserved()), (Credits::ONE, Credits::ZERO));
}

#[test]
fn nothing_is_settled_twice() {
    let world = World::new();
    let booking = world.sending();
    world.store.settle(&receipt(booking)).unwrap();
    assert!(matches!(world.store.settle(&receipt(booking)), Err(StoreError::BookedAlready)));
    let lost = world.store.lose(booking, Credits::ONE, Source::Measured, None);
    assert!(matches!(lost, Err(StoreError::BookedAlready)));
    assert_eq!(world.store.state(world.account).unwrap().settled_total(), Credits::ONE);
}

#[test]
fn a_settlement_that_fails_half_way_leaves_nothing() {
    let world = World::new();
    let booking = world.sending();
    world.store.release(booking, JobState::Failed, None).unwrap();
    let before = world.store.entries(world.account).unwrap();
    let late = world.store.settle(&receipt(booking));
    assert!(matches!(late, Err(StoreError::StateChanged { found: JobState::Failed, .. })), "{late:?}");
    assert_eq!(world.store.entries(world.account).unwrap(), before);
    assert_eq!(world.store.receipt(booking.attempt).unwrap(), None);
}

#[test]
fn a_request_only_the_vault_knows_of_is_settled_without_a_job() {
    let world = World::new();
    let booking = Booking { job: clearcut_store::JobId::new(), ..world.reserved() };
    let orphan = ReceiptRow { job: None, attempt: new_attempt(), ..receipt(booking) };
    world.store.settle(&orphan).unwrap();
    assert_eq!(world.store.receipt(orphan.attempt).unwrap(), Some(orphan));
    assert_eq!(world.store.state(world.account).unwrap().settled_total(), Credits::ONE);
}

#[rstest]
#[case::released(|world: &World, booking| world.store.release(booking, JobState::OutOfCredits, Some("insufficient_credits")).map(drop), JobState::OutOfCredits, "0", "0")]
#[case::undecided(|world: &World, booking| world.store.undecide(booking, JobState::Unknown, Some("reset")).map(drop), JobState::Unknown, "1", "0")]
#[case::lost(|world: &World, booking| world.store.lose(booking, Credits::ONE, Source::Measured, Some("truncated")).map(drop), JobState::PaidLost, "0", "1")]
fn an_outcome_moves_ledger_and_job_together(
    #[case] book: fn(&World, Booking) -> Result<(), StoreError>,
    #[case] job: JobState,
    #[case] reserved: &str,
    #[case] charged: &str,
) {
    let world = World::new();
    let booking = world.sending();
    book(&world, booking).unwrap();
    assert_eq!(world.state_of(booking), job);
    assert!(world.store.job(booking.job).unwrap().error.is_some());
    let state = world.store.state(world.account).unwrap();
    assert_eq!((state.reserved(), state.settled_total()), (credits(reserved), credits(charged)));
}

#[test]
fn an_outcome_of_an_earlier_request_does_not_touch_the_job() {
    let world = World::new();
    let booking = world.sending();
    world.store.release(booking, JobState::Failed, None).unwrap();
    let second = new_attempt();
    let limit = SpendLimit::NONE;
    world.store.reserve(world.account, booking.job, second, Credits::ONE, Purpose::Download, &limit).unwrap();
    let late = world.store.undecide(booking, JobState::Unknown, None);
    assert!(matches!(late, Err(StoreError::StateChanged { found: JobState::Reserved, .. })), "{late:?}");
}

#[test]
fn a_balance_is_judged_where_it_is_written() {
    let world = World::new();
    let first = world.store.record_balance(world.account, balance("40", "10")).unwrap();
    assert_eq!(first.standing, Standing::Conclusive);
    world.store.settle(&receipt(world.sending())).unwrap();
    let lagging = world.store.record_balance(world.account, balance("40", "10")).unwrap();
    assert_eq!((lagging.standing, lagging.resolution), (Standing::Bound, None));
    let gauge = world.store.state(world.account).unwrap().gauge(None);
    assert_eq!(gauge.subscription.amount, Some(credits("39")));
}

#[rstest]
#[case::not_charged(balance("40", "10"), Resolution::AllReleased, JobState::Failed, "not_charged", "0")]
#[case::charged(balance("39", "10"), Resolution::AllPaidLost, JobState::PaidLost, "paid_lost", "1")]
fn a_settled_balance_resolves_an_unknown_and_says_why(
    #[case] seen: clearcut_credits::Balance,
    #[case] resolution: Resolution,
    #[case] job: JobState,
    #[case] why: &str,
    #[case] charged: &str,
) {
    let world = World::new();
    world.store.record_balance(world.account, balance("40", "10")).unwrap();
    let booking = world.sending();
    world.store.undecide(booking, JobState::Unknown, Some("reset")).unwrap();
    world.clock.advance(SignedDuration::from_secs(60));
    let first = world.store.record_balance(world.account, seen).unwrap();
    assert_eq!((first.resolution, world.state_of(booking)), (None, JobState::Unknown), "one look is not enough");
    let second = world.store.record_balance(world.account, seen).unwrap();
    assert_eq!(second.resolution, Some(resolution));
    assert_eq!((second.standing, second.resolved), (Standing::Conclusive, vec![booking.attempt]));
    assert_eq!(world.state_of(booking), job);
    assert_eq!(world.store.job(booking.job).unwrap().error.as_deref(), Some(why));
    let state = world.store.state(world.account).unwrap();
    assert_eq!((state.reserved(), state.settled_total()), (Credits::ZERO, credits(charged)));
    assert_eq!(state.gauge(None).subscription.amount, seen.subscription);
}

#[test]
fn unknowns_that_cannot_be_told_apart_stay_the_users_to_decide() {
    let world = World::new();
    world.store.record_balance(world.account, balance("40", "10")).unwrap();
    let unknowns = [world.sending(), world.sending()];
    for booking in unknowns {
        world.store.undecide(booking, JobState::Unknown, None).unwrap();
    }
    world.clock.advance(SignedDuration::from_secs(60));
    world.store.record_balance(world.account, balance("39", "10")).unwrap();
    let seen = world.store.record_balance(world.account, balance("39", "10")).unwrap();
    assert_eq!(seen.resolution, Some(Resolution::Booked { missing: Credits::ONE }));
    assert_eq!(seen.resolved, []);
    assert!(unknowns.iter().all(|booking| world.state_of(*booking) == JobState::Unknown));
    assert_eq!(world.reserved_credits(), credits("2"));
}

/// What can become of a job's request.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Open,
    Settled,
    Lost,
    Released,
    Undecided,
    UndecidedThenSettled,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_counts_against_the_cap_is_what_the_ledger_holds_or_has_spent(
        fates in prop::collection::vec(
            prop::sample::select(vec![
                Fate::Open, Fate::Settled, Fate::Lost, Fate::Released, Fate::Undecided, Fate::UndecidedThenSettled,
            ]),
            0..8,
        ),
    ) {
        let world = World::new();
        for fate in fates {
            let booking = world.sending();
            let charged = ReceiptRow { charged: credits("0.75"), ..receipt(booking) };
            match fate {
                Fate::Open => {}
                Fate::Settled => { world.store.settle(&charged).unwrap(); }
                Fate::Lost => { world.store.lose(booking, credits("0.5"), Source::Inferred, None).unwrap(); }
                Fate::Released => { world.store.release(booking, JobState::Failed, None).unwrap(); }
                Fate::Undecided => { world.store.undecide(booking, JobState::Unknown, None).unwrap(); }
                Fate::UndecidedThenSettled => {
                    world.store.undecide(booking, JobState::Unknown, None).unwrap();
                    world.store.settle(&charged).unwrap();
                }
            }
        }
        let state = world.store.state(world.account).unwrap();
        let held_or_spent = state.reserved().saturating_add(state.settled_total());
        let nothing_more = SpendLimit::cap(held_or_spent);
        let job = world.job().id;
        let refused = world.store.reserve(world.account, job, new_attempt(), Credits::ONE, Purpose::Download, &nothing_more);
        let expected = Refusal::Cap { cap: held_or_spent, used: held_or_spent, asked: Credits::ONE };
        prop_assert!(matches!(refused, Err(ReserveError::Refused(refusal)) if refusal == expected), "{refused:?}");
    }
}
