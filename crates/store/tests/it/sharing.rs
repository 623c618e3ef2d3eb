//! Two processes over one store: the limits hold to the credit at any parallelism.

use std::sync::Barrier;
use std::thread;

use clearcut_credits::{Credits, Purpose, SpendLimit};
use clearcut_store::{JobId, JobState, ReserveError, Store, new_attempt};
use rstest::rstest;

use crate::{World, balance, credits};

#[rstest]
#[case::a_cap(SpendLimit::cap(Credits::whole(7)))]
#[case::stop_before_payg(SpendLimit { cap: None, stop_before_payg: true })]
fn the_limit_holds_whoever_reserves(#[case] limit: SpendLimit) {
    let world = World::new();
    world.store.record_balance(world.account, balance("7", "100")).unwrap();
    let jobs: Vec<JobId> = (0..24).map(|_| world.job().id).collect();
    let together = Barrier::new(4);
    let account = world.account;
    let refused = thread::scope(|scope| {
        let workers: Vec<_> = jobs
            .chunks(6)
            .map(|jobs| {
                let (path, together) = (world.path(), &together);
                scope.spawn(move || {
                    // A handle of its own, like another process: nothing in memory is shared.
                    let store = Store::open(path).unwrap();
                    together.wait();
                    let reserve =
                        |job| store.reserve(account, job, new_attempt(), Credits::ONE, Purpose::Download, &limit);
                    jobs.iter().filter(|job| matches!(reserve(**job), Err(ReserveError::Refused(_)))).count()
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum::<usize>()
    });
    assert_eq!(refused, 24 - 7);
    assert_eq!(world.reserved_credits(), credits("7"));
    let jobs = world.store.jobs(world.run.id()).unwrap();
    assert_eq!(jobs.iter().filter(|job| job.state == JobState::Reserved).count(), 7);
}

#[test]
fn of_many_who_want_to_move_a_job_one_does() {
    let world = World::new();
    let job = world.job().id;
    let together = Barrier::new(4);
    let moved = thread::scope(|scope| {
        let movers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let store = Store::open(world.path()).unwrap();
                    together.wait();
                    store
                        .job_update(job, JobState::Planned, JobState::Skipped, &clearcut_store::JobChange::default())
                        .is_ok()
                })
            })
            .collect();
        movers.into_iter().map(|mover| usize::from(mover.join().unwrap())).sum::<usize>()
    });
    assert_eq!(moved, 1);
}
