//! The history: what was asked, what became of it, and where the credits went.

use std::path::PathBuf;

use clearcut_credits::{Credits, Event, Source};
use clearcut_store::{
    AccountId, BatchId, Booking, HistoryKind, HistoryRow, JobId, JobRow, JobState, Period, ReceiptRow, Store,
    new_attempt,
};
use jiff::{SignedDuration, Timestamp};
use rstest::rstest;

use crate::{World, attempt, balance, credits, receipt};

fn history(world: &World) -> Vec<HistoryRow> {
    world.store.history(world.account, Period::default()).unwrap()
}

fn only(world: &World) -> HistoryRow {
    let rows = history(world);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.into_iter().next().unwrap()
}

/// What can become of a request, step by step.
#[derive(Clone, Copy)]
enum Then {
    Undecided,
    Paid(&'static str),
    Lost(Source),
    Released,
}

impl Then {
    fn happens(self, world: &World, booking: Booking) {
        let store = &world.store;
        match self {
            Self::Undecided => store.undecide(booking, JobState::Unknown, None),
            Self::Paid(charged) => store.settle(&ReceiptRow { charged: credits(charged), ..receipt(booking) }),
            Self::Lost(basis) => store.lose(booking, Credits::ONE, basis, None),
            Self::Released => store.release(booking, JobState::Failed, None),
        }
        .unwrap();
    }
}

#[rstest]
#[case::under_way(&[], HistoryKind::UnderWay, "1", Source::Unknown)]
#[case::paid(&[Then::Paid("0.75")], HistoryKind::Paid, "0.75", Source::Measured)]
#[case::free(&[Then::Paid("0")], HistoryKind::Paid, "0", Source::Measured)]
#[case::lost(&[Then::Lost(Source::Inferred)], HistoryKind::PaidLost, "1", Source::Inferred)]
#[case::not_charged(&[Then::Released], HistoryKind::NotCharged, "1", Source::Unknown)]
#[case::unknown(&[Then::Undecided], HistoryKind::Unknown, "1", Source::Unknown)]
#[case::unknown_then_released(&[Then::Undecided, Then::Released], HistoryKind::NotCharged, "1", Source::Unknown)]
#[case::unknown_then_lost(&[Then::Undecided, Then::Lost(Source::Measured)], HistoryKind::PaidLost, "1", Source::Measured)]
#[case::unknown_then_paid(&[Then::Undecided, Then::Paid("1")], HistoryKind::Paid, "1", Source::Measured)]
fn a_request_is_one_line_whatever_became_of_it(
    #[case] steps: &[Then],
    #[case] kind: HistoryKind,
    #[case] amount: &str,
    #[case] basis: Source,
) {
    let world = World::new();
    let booking = world.sending();
    steps.iter().for_each(|then| then.happens(&world, booking));
    let row = only(&world);
    assert_eq!((row.kind, row.amount, row.basis), (kind, credits(amount), basis));
    assert_eq!((row.attempt, row.job), (Some(booking.attempt), Some(booking.job)));
    assert_eq!(row.name.as_deref(), Some("dog.jpg"));
    let charged = matches!(kind, HistoryKind::Paid | HistoryKind::PaidLost);
    assert_eq!(row.drawn.is_some(), charged);
}

#[test]
fn a_paid_line_says_what_the_receipt_says() {
    let world = World::new();
    let batch = BatchId::new();
    let job = JobRow { batch: Some(batch), ..crate::job(&world.run, world.account) };
    let job = world.store.job_insert(&job).unwrap().id;
    let booking = Booking { account: world.account, job, attempt: new_attempt() };
    let none = clearcut_credits::SpendLimit::NONE;
    let download = clearcut_credits::Purpose::Download;
    world.store.reserve(world.account, job, booking.attempt, Credits::ONE, download, &none).unwrap();
    world.clock.advance(SignedDuration::from_secs(9));
    let charge = world.store.settle(&receipt(booking)).unwrap();
    let row = only(&world);
    assert_eq!((row.at, row.batch, row.options.as_deref()), (charge.at, Some(batch), Some("size=full")));
    assert_eq!((row.width, row.height, row.answer_bytes), (Some(512), Some(512), Some(2_500_000)));
    assert_eq!(row.vault_entry.as_deref(), Some("a/b/c"));
}

#[test]
fn a_charge_that_only_the_vault_knew_of_has_a_line() {
    let world = World::new();
    let orphan = Booking { account: world.account, job: JobId::new(), attempt: attempt(77) };
    world.store.settle(&ReceiptRow { job: None, ..receipt(orphan) }).unwrap();
    let row = only(&world);
    assert_eq!((row.kind, row.attempt, row.job), (HistoryKind::Paid, Some(attempt(77)), None));
    assert_eq!((row.amount, row.name.as_deref(), row.batch), (Credits::ONE, Some("dog.jpg"), None));
    assert_eq!(world.store.spent(world.account, Period::default()).unwrap().len(), 1);
}

#[test]
fn a_picture_that_was_sent_twice_has_two_lines() {
    let world = World::new();
    let booking = world.sending();
    world.store.lose(booking, Credits::ONE, Source::Measured, None).unwrap();
    world.clock.advance(SignedDuration::from_secs(1));
    let again = JobRow { state: JobState::Planned, ..crate::job(&world.run, world.account) };
    let job = world.store.job_insert(&again).unwrap().id;
    let second = Booking { account: world.account, job, attempt: new_attempt() };
    let (none, download) = (clearcut_credits::SpendLimit::NONE, clearcut_credits::Purpose::Download);
    world.store.reserve(world.account, job, second.attempt, Credits::ONE, download, &none).unwrap();
    world.store.settle(&receipt(second)).unwrap();
    let kinds: Vec<_> = history(&world).into_iter().map(|row| (row.kind, row.attempt)).collect();
    let expected = [(HistoryKind::Paid, Some(second.attempt)), (HistoryKind::PaidLost, Some(booking.attempt))];
    assert_eq!(kinds, expected, "newest first");
}

#[test]
fn what_happened_to_the_account_stands_between() {
    let world = World::new();
    let at: Timestamp = "2026-11-15T00:00:00Z".parse().unwrap();
    let events = [
        Event::UsedElsewhere { subscription: credits("3"), payg: credits("0.5") },
        Event::TopUp { payg: credits("200") },
        Event::Renewal { subscription: credits("40"), due: at, began_at: at },
        Event::CycleStated { began_at: at, used: Credits::ZERO, renewed: true },
        Event::Wiped { subscription: credits("40") },
        Event::PlanChange { monthly: credits("200") },
        Event::Adjustment { subscription: credits("-1"), payg: credits("1") },
    ];
    world.store.record_balance(world.account, balance("40", "10")).unwrap();
    world.store.append(world.account, Event::CycleStated { began_at: at, used: Credits::ONE, renewed: false }).unwrap();
    for event in events {
        world.clock.advance(SignedDuration::from_secs(1));
        world.store.append(world.account, event).unwrap();
    }
    let mut kinds: Vec<_> = history(&world).into_iter().map(|row| row.kind).collect();
    kinds.reverse();
    assert_eq!(kinds, events.map(HistoryKind::Account), "looks and the user's words on use are not history");
}

#[test]
fn a_period_holds_its_first_moment_and_not_its_last() {
    let world = World::new();
    let mut times = Vec::new();
    for _ in 0..4 {
        times.push(world.store.settle(&receipt(world.sending())).unwrap().at);
        world.store.append(world.account, Event::TopUp { payg: Credits::ONE }).unwrap();
        world.clock.advance(SignedDuration::from_secs(60));
    }
    let count = |from: Option<usize>, until: Option<usize>| {
        let period = Period { from: from.map(|at| times[at]), until: until.map(|at| times[at]) };
        world.store.history(world.account, period).unwrap().len()
    };
    assert_eq!((count(None, None), count(Some(1), Some(3)), count(Some(3), None), count(None, Some(1))), (8, 4, 2, 2));
    assert_eq!(count(Some(2), Some(2)), 0);
}

#[test]
fn spent_goes_by_the_services_clock_and_tells_other_use_apart() {
    let world = World::new();
    world.store.record_balance(world.account, balance("40", "10")).unwrap();
    let yesterday: Timestamp = "2026-11-21T23:59:59Z".parse().unwrap();
    world.store.settle(&ReceiptRow { service_date: Some(yesterday), ..receipt(world.sending()) }).unwrap();
    let today = world.store.lose(world.sending(), credits("0.25"), Source::Measured, None).unwrap().at;
    world
        .store
        .append(world.account, Event::UsedElsewhere { subscription: credits("3"), payg: credits("0.5") })
        .unwrap();
    world.store.release(world.sending(), JobState::Failed, None).unwrap();
    world.store.append(world.account, Event::TopUp { payg: credits("9") }).unwrap();

    let spent = |period| {
        let lines = world.store.spent(world.account, period).unwrap();
        lines.into_iter().map(|line| (line.at, line.drawn.all(), line.elsewhere)).collect::<Vec<_>>()
    };
    let all = [(yesterday, Credits::ONE, false), (today, credits("0.25"), false), (today, credits("3.5"), true)];
    assert_eq!(spent(Period::default()), all);
    assert_eq!(spent(Period { until: Some(today), ..Period::default() }), all[..1]);
    assert_eq!(spent(Period { from: Some(today), ..Period::default() }), all[1..]);
}

#[test]
fn another_accounts_history_is_its_own() {
    let world = World::new();
    world.store.settle(&receipt(world.sending())).unwrap();
    let other = AccountId::new();
    world.store.account_put(&crate::account_row(other)).unwrap();
    assert_eq!(world.store.history(other, Period::default()).unwrap(), []);
    assert_eq!(world.store.spent(other, Period::default()).unwrap(), []);
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_text_is_shown_as_well_as_it_can_be() {
    use std::os::unix::ffi::OsStringExt;
    let world = World::new();
    let path = PathBuf::from(std::ffi::OsString::from_vec(b"/photos/d\xf6g.jpg".to_vec()));
    let job = JobRow { input: path, ..crate::job(&world.run, world.account) };
    let job = world.store.job_insert(&job).unwrap().id;
    let (none, download) = (clearcut_credits::SpendLimit::NONE, clearcut_credits::Purpose::Download);
    world.store.reserve(world.account, job, new_attempt(), Credits::ONE, download, &none).unwrap();
    assert_eq!(only(&world).name.as_deref(), Some("d\u{fffd}g.jpg"));
}

#[test]
fn two_handles_read_one_history() {
    let world = World::new();
    let other = Store::open(world.path()).unwrap();
    let booking = world.sending();
    assert_eq!(other.history(world.account, Period::default()).unwrap()[0].kind, HistoryKind::UnderWay);
    other.settle(&receipt(booking)).unwrap();
    assert_eq!(only(&world).kind, HistoryKind::Paid);
}
