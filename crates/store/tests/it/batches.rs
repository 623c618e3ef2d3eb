//! Batches: what was agreed to holds over restarts, what counts against it is what the ledger holds or has spent, and one driver at
//! a time has the queue.

use std::sync::Barrier;
use std::thread;

use clearcut_credits::{Credits, Purpose, Refusal, Source, SpendLimit};
use clearcut_store::{
    AccountId, BatchId, BatchRow, BatchState, Booking, JobChange, JobId, JobRow, JobState, ReceiptRow, ReserveError,
    RunId, Store, StoreError, new_attempt,
};
use jiff::SignedDuration;
use proptest::prelude::*;
use rstest::rstest;

use crate::{World, balance, credits, receipt, start};

impl World {
    /// A batch of so many jobs of a credit each, agreed to at so many credits, driven by the world's run.
    fn batch(&self, jobs: usize, agreed: &str) -> (BatchRow, Vec<JobId>) {
        let rows: Vec<JobRow> = (0..jobs).map(|_| crate::job(&self.run, self.account)).collect();
        let batch = BatchRow { run: Some(self.run.id()), ..self.new_batch(agreed) };
        let (batch, rows) = self.store.batch_insert(&batch, &rows).unwrap();
        (batch, rows.iter().map(|row| row.id).collect())
    }

    fn new_batch(&self, agreed: &str) -> BatchRow {
        BatchRow::new(self.account, "window", "dogs", credits(agreed))
    }

    /// Takes a job out of its queue and reserves its credit, under the batch's own limit.
    fn begin(&self, job: JobId) -> Result<Booking, ReserveError> {
        begin(&self.store, self.run.id(), job)
    }

    fn committed(&self, batch: BatchId) -> Credits {
        self.store.batch(batch).unwrap().committed
    }
}

fn begin(store: &Store, run: RunId, job: JobId) -> Result<Booking, ReserveError> {
    let row = store.queue_take(job, run)?;
    let attempt = new_attempt();
    let agreed = row.batch.map(|batch| store.batch(batch).unwrap().agreed);
    let limit = SpendLimit { cap: agreed, stop_before_payg: false };
    store.reserve(row.account, job, attempt, row.quoted, Purpose::Download, &limit)?;
    Ok(Booking { account: row.account, job, attempt })
}

fn changed<T: std::fmt::Debug>(result: Result<T, StoreError>) -> JobState {
    match result {
        Err(StoreError::StateChanged { found, .. }) => found,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_batch_and_its_jobs_are_written_together_in_their_order() {
    let world = World::new();
    let (batch, jobs) = world.batch(3, "3");
    assert_eq!((batch.state, batch.committed, batch.agreed), (BatchState::Running, Credits::ZERO, credits("3")));
    assert_eq!(batch.created_at.as_microsecond(), start().as_microsecond());
    let rows = world.store.batch_jobs(batch.id).unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), jobs);
    for row in &rows {
        assert_eq!((row.state, row.batch, row.tries), (JobState::Queued, Some(batch.id), 0));
    }
    assert_eq!(rows.iter().map(|row| row.position).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(world.store.batches_open().unwrap(), [batch]);
}

#[test]
fn a_batch_of_which_one_job_cannot_be_written_is_not_there_at_all() {
    let world = World::new();
    let twice = crate::job(&world.run, world.account);
    let stranger = JobRow { run: RunId::new(), ..crate::job(&world.run, world.account) };
    for rows in [vec![twice.clone(), twice], vec![crate::job(&world.run, world.account), stranger]] {
        let batch = world.new_batch("2");
        world.store.batch_insert(&batch, &rows).unwrap_err();
        assert!(matches!(world.store.batch(batch.id), Err(StoreError::NotFound { .. })));
        assert!(world.store.batch_jobs(batch.id).unwrap().is_empty());
    }
    let nobody = BatchRow { account: AccountId::new(), ..world.new_batch("2") };
    world.store.batch_insert(&nobody, &[]).unwrap_err();
    assert!(world.store.batches_open().unwrap().is_empty());
    assert!(world.store.jobs_promised().unwrap().is_empty());
}

#[test]
fn a_job_is_taken_once_and_belongs_to_who_took_it() {
    let world = World::new();
    let (_, jobs) = world.batch(1, "1");
    let other = world.store.run_begin().unwrap();
    let taken = world.store.queue_take(jobs[0], other.id()).unwrap();
    assert_eq!((taken.state, taken.run), (JobState::Planned, other.id()));
    assert_eq!(changed(world.store.queue_take(jobs[0], world.run.id())), JobState::Planned);
    let nobody = world.store.queue_take(JobId::new(), world.run.id());
    assert!(matches!(nobody, Err(StoreError::NotFound { .. })), "{nobody:?}");
}

#[test]
fn a_job_that_is_taken_again_has_forgotten_its_last_request() {
    let world = World::new();
    let (_, jobs) = world.batch(1, "1");
    let booking = world.begin(jobs[0]).unwrap();
    world.store.release(booking, JobState::Queued, Some("refused")).unwrap();
    let returned = world.store.queue_return(jobs[0], JobState::Queued, 1, Some("refused")).unwrap();
    assert_eq!((returned.tries, returned.error.as_deref()), (1, Some("refused")));
    let taken = world.store.queue_take(jobs[0], world.run.id()).unwrap();
    assert_eq!((taken.attempt, taken.error, taken.tries), (None, None, 1));
}

#[rstest]
fn only_what_is_over_without_a_result_goes_back_into_a_queue(
    #[values(
        JobState::Queued,
        JobState::Planned,
        JobState::Reserved,
        JobState::Sending,
        JobState::Answered,
        JobState::Settled,
        JobState::Saved,
        JobState::Failed,
        JobState::Unknown,
        JobState::PaidLost,
        JobState::OutOfCredits,
        JobState::KeyRefused,
        JobState::ServiceEnded,
        JobState::Skipped
    )]
    state: JobState,
) {
    let world = World::new();
    let (_, jobs) = world.batch(1, "1");
    if state != JobState::Queued {
        world.store.job_update(jobs[0], JobState::Queued, state, &JobChange::default()).unwrap();
    }
    let back = world.store.queue_return(jobs[0], state, 2, None);
    let paid_or_under_way = matches!(
        state,
        JobState::Reserved | JobState::Sending | JobState::Answered | JobState::Settled | JobState::Saved
    );
    if paid_or_under_way {
        assert_eq!(changed(back), state);
    } else {
        assert_eq!(back.unwrap().state, JobState::Queued);
    }
}

#[test]
fn a_job_that_has_moved_on_is_not_put_back() {
    let world = World::new();
    let (_, jobs) = world.batch(1, "1");
    assert_eq!(changed(world.store.queue_return(jobs[0], JobState::Failed, 1, None)), JobState::Queued);
    world.store.queue_take(jobs[0], world.run.id()).unwrap();
    assert_eq!(changed(world.store.queue_return(jobs[0], JobState::Queued, 1, None)), JobState::Planned);
}

#[test]
fn only_what_waits_is_taken_out() {
    let world = World::new();
    let (batch, jobs) = world.batch(3, "3");
    world.begin(jobs[1]).unwrap();
    assert_eq!(world.store.queue_end(&jobs, JobState::Skipped, Some("skipped")).unwrap(), 2);
    assert_eq!(world.store.queue_end(&jobs, JobState::Skipped, Some("skipped")).unwrap(), 0);
    let states: Vec<_> = world.store.batch_jobs(batch.id).unwrap().into_iter().map(|row| row.state).collect();
    assert_eq!(states, [JobState::Skipped, JobState::Reserved, JobState::Skipped]);
}

#[test]
fn what_comes_first_comes_in_the_order_it_was_asked_for() {
    let world = World::new();
    let (batch, jobs) = world.batch(4, "4");
    let (_, strangers) = world.batch(1, "1");
    world.store.queue_first(batch.id, &[jobs[3], jobs[1], strangers[0]]).unwrap();
    let order: Vec<_> = world.store.batch_jobs(batch.id).unwrap().into_iter().map(|row| row.id).collect();
    assert_eq!(order, [jobs[3], jobs[1], jobs[0], jobs[2]]);
    assert_eq!(world.store.job(strangers[0]).unwrap().position, 1, "another batch's line is its own");
    world.store.queue_first(batch.id, &[jobs[2]]).unwrap();
    let order: Vec<_> = world.store.batch_jobs(batch.id).unwrap().into_iter().map(|row| row.id).collect();
    assert_eq!(order, [jobs[2], jobs[3], jobs[1], jobs[0]]);
}

#[test]
fn a_batch_closes_when_nothing_of_it_waits_or_is_under_way() {
    let world = World::new();
    let (batch, jobs) = world.batch(2, "2");
    assert!(!world.store.batch_close(batch.id).unwrap(), "two wait");
    world.store.queue_end(&jobs[..1], JobState::Skipped, None).unwrap();
    let booking = world.begin(jobs[1]).unwrap();
    assert!(!world.store.batch_close(batch.id).unwrap(), "one is under way");
    world.store.settle(&receipt(booking)).unwrap();
    assert!(!world.store.batch_close(batch.id).unwrap(), "one is paid and not saved");
    world.store.job_update(jobs[1], JobState::Settled, JobState::Saved, &JobChange::default()).unwrap();
    assert!(world.store.batch_close(batch.id).unwrap());
    assert_eq!(world.store.batch(batch.id).unwrap().state, BatchState::Closed);
    assert!(world.store.batches_open().unwrap().is_empty());
    assert_eq!(world.store.batches_recent(10).unwrap().len(), 1);
}

#[test]
fn a_batch_that_is_over_is_neither_noted_nor_taken_and_agreeing_opens_it_again() {
    let world = World::new();
    let (batch, jobs) = world.batch(1, "1");
    world.store.queue_end(&jobs, JobState::Skipped, None).unwrap();
    world.store.batch_note(batch.id, BatchState::Paused, Some("user")).unwrap();
    let noted = world.store.batch(batch.id).unwrap();
    assert_eq!((noted.state, noted.reason.as_deref()), (BatchState::Paused, Some("user")));
    world.store.batch_close(batch.id).unwrap();
    world.store.batch_note(batch.id, BatchState::Running, None).unwrap();
    assert_eq!(world.store.batch(batch.id).unwrap().state, BatchState::Closed);
    let other = world.store.run_begin().unwrap();
    assert!(!world.store.batch_take(batch.id, batch.run, other.id()).unwrap());
    let agreed = world.store.batch_agree(batch.id, credits("2"), 1, true).unwrap();
    assert_eq!((agreed.state, agreed.agreed, agreed.before_payg), (BatchState::Running, credits("2"), 1));
    assert!(agreed.never_payg);
    let nobody = world.store.batch_agree(BatchId::new(), Credits::ONE, 0, false);
    assert!(matches!(nobody, Err(StoreError::NotFound { .. })), "{nobody:?}");
}

#[test]
fn what_is_agreed_to_anew_comes_on_top_of_what_is_committed() {
    let world = World::new();
    let (batch, jobs) = world.batch(3, "3");
    world.store.settle(&receipt(world.begin(jobs[0]).unwrap())).unwrap();
    let open = world.begin(jobs[1]).unwrap();
    world.store.undecide(open, JobState::Unknown, None).unwrap();
    let agreed = world.store.batch_agree(batch.id, Credits::ONE, 0, false).unwrap();
    assert_eq!((agreed.committed, agreed.agreed), (credits("2"), credits("3")));
}

#[test]
fn asking_again_for_some_leaves_the_others_what_they_were_allowed() {
    let world = World::new();
    let (batch, jobs) = world.batch(4, "4");
    let open = world.begin(jobs[0]).unwrap();
    world.store.undecide(open, JobState::Unknown, None).unwrap();
    // Three wait and may cost three; one may have been charged, and the user wants it once more.
    let (agreed, rows) = world.store.batch_again(batch.id, &jobs[..1], Credits::ONE, 1, true).unwrap();
    assert_eq!((agreed.committed, agreed.agreed), (Credits::ONE, credits("5")));
    assert!(!agreed.never_payg, "others wait on the terms they were begun on");
    assert_eq!((rows.len(), rows[0].state), (1, JobState::Queued));
    for job in &jobs {
        world.begin(*job).unwrap();
    }
    assert_eq!(world.committed(batch.id), credits("5"));
}

#[test]
fn nothing_is_asked_again_where_one_of_them_is_paid_or_another_batchs() {
    let world = World::new();
    let (batch, jobs) = world.batch(2, "2");
    let (_, strangers) = world.batch(1, "1");
    world.store.queue_end(&[jobs[0], strangers[0]], JobState::Skipped, None).unwrap();
    let booking = world.begin(jobs[1]).unwrap();
    world.store.settle(&receipt(booking)).unwrap();
    let before = world.store.batch(batch.id).unwrap();
    for again in [[jobs[0], jobs[1]], [jobs[0], strangers[0]]] {
        changed(world.store.batch_again(batch.id, &again, Credits::ONE, 0, false));
        assert_eq!(world.store.job(jobs[0]).unwrap().state, JobState::Skipped);
        assert_eq!(world.store.batch(batch.id).unwrap(), before);
    }
}

#[test]
fn the_limit_of_a_batch_holds_over_restarts() {
    let world = World::new();
    let (batch, jobs) = world.batch(4, "2");
    world.store.settle(&receipt(world.begin(jobs[0]).unwrap())).unwrap();
    let World { store, run, dir, clock, .. } = world;
    drop((store, run));
    let store = Store::open_with(dir.path(), clock).unwrap();
    let run = store.run_begin().unwrap();
    assert!(store.batch_take(batch.id, batch.run, run.id()).unwrap());
    begin(&store, run.id(), jobs[1]).unwrap();
    let refused = begin(&store, run.id(), jobs[2]);
    let expected = Refusal::Cap { cap: credits("2"), used: credits("2"), asked: Credits::ONE };
    assert!(matches!(refused, Err(ReserveError::Refused(refusal)) if refusal == expected), "{refused:?}");
}

#[test]
fn of_two_processes_that_take_a_batch_one_has_it() {
    let world = World::new();
    let (batch, jobs) = world.batch(12, "12");
    let together = Barrier::new(2);
    let taken = thread::scope(|scope| {
        let processes: Vec<_> = (0..2)
            .map(|_| {
                let (path, together, jobs) = (world.path(), &together, &jobs);
                scope.spawn(move || {
                    let store = Store::open(path).unwrap();
                    let run = store.run_begin().unwrap();
                    together.wait();
                    let has = store.batch_take(batch.id, batch.run, run.id()).unwrap();
                    let jobs = jobs.iter().filter(|job| store.queue_take(**job, run.id()).is_ok()).count();
                    (has, jobs)
                })
            })
            .collect();
        processes.into_iter().map(|process| process.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(taken.iter().filter(|(has, _)| *has).count(), 1);
    assert_eq!(taken.iter().map(|(_, jobs)| jobs).sum::<usize>(), 12, "and every job went to one of them");
}

#[test]
fn what_waits_counts_at_its_price_or_at_what_is_left_of_the_limit() {
    let world = World::new();
    let sum = || world.store.queued_sum(world.account).unwrap();
    assert_eq!(sum(), Credits::ZERO);
    let (all, jobs) = world.batch(3, "3");
    assert_eq!(sum(), credits("3"));
    let (_limited, _) = world.batch(5, "1.5");
    assert_eq!(sum(), credits("4.5"));
    // One is under way: it is set aside by its reservation, and no more by its place in the queue.
    world.begin(jobs[0]).unwrap();
    assert_eq!(sum(), credits("3.5"));
    // Nothing goes on by itself here.
    world.store.batch_note(all.id, BatchState::Paused, Some("user")).unwrap();
    assert_eq!(sum(), credits("1.5"));
    assert_eq!(world.store.queued_sum(AccountId::new()).unwrap(), Credits::ZERO);
}

#[test]
fn what_waits_and_what_is_reserved_are_read_at_one_moment() {
    let world = World::new();
    world.store.record_balance(world.account, balance("40", "0")).unwrap();
    let (_, jobs) = world.batch(30, "30");
    thread::scope(|scope| {
        let (path, run) = (world.path(), world.run.id());
        let sender = scope.spawn(move || {
            let store = Store::open(path).unwrap();
            for job in &jobs {
                begin(&store, run, *job).unwrap();
            }
        });
        while !sender.is_finished() {
            let (state, queued) = world.store.state_and_queued_sum(world.account).unwrap();
            assert_eq!(state.reserved().checked_add(queued), Some(credits("30")), "each is in one of the two");
        }
        sender.join().unwrap();
    });
    assert_eq!(world.store.queued_sum(world.account).unwrap(), Credits::ZERO);
}

#[test]
fn a_look_that_resolves_an_unknown_gives_the_batch_its_room_back() {
    let world = World::new();
    world.store.record_balance(world.account, balance("40", "10")).unwrap();
    let (batch, jobs) = world.batch(2, "2");
    for job in &jobs {
        let booking = world.begin(*job).unwrap();
        world.store.undecide(booking, JobState::Unknown, None).unwrap();
    }
    assert_eq!(world.committed(batch.id), credits("2"));
    world.clock.advance(SignedDuration::from_secs(61));
    world.store.record_balance(world.account, balance("40", "10")).unwrap();
    world.store.record_balance(world.account, balance("40", "10")).unwrap();
    assert_eq!(world.committed(batch.id), Credits::ZERO);
    assert_eq!(world.store.job(jobs[0]).unwrap().state, JobState::Failed);
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Open,
    Settled,
    SettledForLess,
    Lost,
    Released,
    ReleasedAndAgain,
    Undecided,
    UndecidedThenSettled,
    UndecidedThenReleased,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_is_committed_is_what_the_ledger_holds_or_has_spent(
        fates in prop::collection::vec(
            (
                prop::sample::select(vec![
                    Fate::Open, Fate::Settled, Fate::SettledForLess, Fate::Lost, Fate::Released, Fate::ReleasedAndAgain,
                    Fate::Undecided, Fate::UndecidedThenSettled, Fate::UndecidedThenReleased,
                ]),
                any::<bool>(),
            ),
            0..10,
        ),
    ) {
        let world = World::new();
        let (batch, mut jobs) = world.batch(10, "20");
        let (other, mut strangers) = world.batch(10, "20");
        let (mut ours, mut theirs) = (Credits::ZERO, Credits::ZERO);
        for (fate, mine) in fates {
            let job = if mine { jobs.pop().unwrap() } else { strangers.pop().unwrap() };
            let booking = world.begin(job).unwrap();
            let less = ReceiptRow { charged: credits("0.75"), ..receipt(booking) };
            let amount = match fate {
                Fate::Open => "1",
                Fate::Settled => { world.store.settle(&receipt(booking)).unwrap(); "1" }
                Fate::SettledForLess => { world.store.settle(&less).unwrap(); "0.75" }
                Fate::Lost => { world.store.lose(booking, credits("0.5"), Source::Inferred, None).unwrap(); "0.5" }
                Fate::Released => { world.store.release(booking, JobState::Queued, None).unwrap(); "0" }
                Fate::ReleasedAndAgain => {
                    world.store.release(booking, JobState::Queued, None).unwrap();
                    world.begin(job).unwrap();
                    "1"
                }
                Fate::Undecided => { world.store.undecide(booking, JobState::Unknown, None).unwrap(); "1" }
                Fate::UndecidedThenSettled => {
                    world.store.undecide(booking, JobState::Unknown, None).unwrap();
                    world.store.settle(&less).unwrap();
                    "0.75"
                }
                Fate::UndecidedThenReleased => {
                    world.store.undecide(booking, JobState::Unknown, None).unwrap();
                    world.store.release(booking, JobState::Failed, None).unwrap();
                    "0"
                }
            };
            let sum = if mine { &mut ours } else { &mut theirs };
            *sum = sum.saturating_add(credits(amount));
            prop_assert_eq!(world.committed(batch.id), ours);
            prop_assert_eq!(world.committed(other.id), theirs);
            let state = world.store.state(world.account).unwrap();
            prop_assert_eq!(ours.saturating_add(theirs), state.reserved().saturating_add(state.settled_total()));
        }
    }
}
