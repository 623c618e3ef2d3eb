//! Run locks: recovery takes over the dead and leaves the living alone.

use clearcut_store::{JobChange, JobState, Store};

use crate::World;

#[test]
fn a_living_run_is_nobody_elses() {
    let world = World::new();
    world.job();
    assert!(world.store.recoverable_runs().unwrap().is_empty());
    assert!(Store::open(world.path()).unwrap().recoverable_runs().unwrap().is_empty());
}

#[test]
fn a_dead_run_goes_to_one_recoverer() {
    let World { store, run, account, dir, .. } = World::new();
    store.job_insert(&crate::job(&run, account)).unwrap();
    let id = run.id();
    drop(run);
    let other = Store::open(dir.path()).unwrap();
    let taken = store.recoverable_runs().unwrap();
    assert_eq!(taken.iter().map(clearcut_store::RunGuard::id).collect::<Vec<_>>(), [id]);
    assert!(other.recoverable_runs().unwrap().is_empty());
    drop(taken);
    assert_eq!(other.recoverable_runs().unwrap().len(), 1, "a recoverer that died too leaves it to the next");
}

#[test]
fn an_ended_run_leaves_no_lock_behind() {
    let World { store, run, account, dir, .. } = World::new();
    let job = store.job_insert(&crate::job(&run, account)).unwrap().id;
    store.job_update(job, JobState::Planned, JobState::Skipped, &JobChange::default()).unwrap();
    assert!(store.run_end(run).unwrap());
    assert_eq!(dir.path().join("runs").read_dir().unwrap().count(), 0);
    assert!(store.recoverable_runs().unwrap().is_empty());
}

#[test]
fn a_run_with_work_left_does_not_end() {
    let World { store, run, account, dir: _dir, .. } = World::new();
    store.job_insert(&crate::job(&run, account)).unwrap();
    assert!(!store.run_end(run).unwrap());
    assert_eq!(store.recoverable_runs().unwrap().len(), 1);
}

#[test]
fn a_dead_run_without_work_left_is_closed_on_the_way() {
    let World { store, run, dir, .. } = World::new();
    drop(run);
    assert!(store.recoverable_runs().unwrap().is_empty());
    assert_eq!(dir.path().join("runs").read_dir().unwrap().count(), 0);
}
