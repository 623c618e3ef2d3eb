//! Jobs and accounts: rows come back as they went in, and a job moves only from where it was seen.

use std::path::PathBuf;

use clearcut_credits::Credits;
use clearcut_store::{AccountId, AccountRow, JobChange, JobId, JobRow, JobState, StoreError};
use rstest::rstest;

use crate::{World, account_row, attempt, credits, job};

#[test]
fn a_job_comes_back_as_it_went_in() {
    let world = World::new();
    let job = JobRow {
        options_json: r#"{"size":"full"}"#.to_owned(),
        attempt: Some(attempt(5)),
        charged: Some(credits("0.25")),
        width: Some(4000),
        height: Some(3000),
        error: Some("too_large".to_owned()),
        ..job(&world.run, world.account)
    };
    let written = world.store.job_insert(&job).unwrap();
    assert_eq!(written, JobRow { updated_at: written.updated_at, ..job });
    assert_eq!(world.store.job(written.id).unwrap(), written);
    assert_eq!(world.store.job_by_attempt(attempt(5)).unwrap(), Some(written));
    assert_eq!(world.store.job_by_attempt(attempt(6)).unwrap(), None);
}

#[rstest]
#[case::plain("/photos/dog.jpg")]
#[case::umlauts_and_spaces("/Föttos/ein Hund.jpg")]
#[case::windows(r"C:\Users\me\dog.jpg")]
fn paths_come_back_as_they_went_in(#[case] path: PathBuf) {
    let world = World::new();
    let job = JobRow { input: path.clone(), output: path.clone(), ..job(&world.run, world.account) };
    let written = world.store.job_insert(&job).unwrap();
    assert_eq!((written.input, written.output), (path.clone(), path));
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_comes_back_as_it_went_in() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let world = World::new();
    let path = PathBuf::from(OsStr::from_bytes(b"/photos/\xff\xfe.jpg"));
    let written = world.store.job_insert(&JobRow { input: path.clone(), ..job(&world.run, world.account) }).unwrap();
    assert_eq!(world.store.job(written.id).unwrap().input, path);
}

#[test]
fn a_job_moves_only_from_where_it_was_seen() {
    let world = World::new();
    let id = world.job().id;
    let change = JobChange { attempt: Some(attempt(1)), ..JobChange::default() };
    let moved = world.store.job_update(id, JobState::Planned, JobState::Reserved, &change).unwrap();
    assert_eq!((moved.state, moved.attempt), (JobState::Reserved, Some(attempt(1))));
    let error = world.store.job_update(id, JobState::Planned, JobState::Skipped, &JobChange::default()).unwrap_err();
    assert!(matches!(error, StoreError::StateChanged { found: JobState::Reserved, .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("job {id} is reserved, not planned; something else moved it first"));
    assert_eq!(world.store.job(id).unwrap(), moved);
}

#[test]
fn a_move_keeps_what_it_does_not_name_and_clears_the_error() {
    let world = World::new();
    let id = world.job().id;
    let failed = JobChange {
        charged: Some(Credits::ONE),
        width: Some(10),
        error: Some("reset".to_owned()),
        output: Some("/elsewhere/dog.png".into()),
        ..JobChange::default()
    };
    world.store.job_update(id, JobState::Planned, JobState::Failed, &failed).unwrap();
    let again = world.store.job_update(id, JobState::Failed, JobState::Planned, &JobChange::default()).unwrap();
    assert_eq!((again.charged, again.width, again.error), (Some(Credits::ONE), Some(10), None));
    assert_eq!(again.output, PathBuf::from("/elsewhere/dog.png"));
}

#[test]
fn a_job_that_is_not_there_is_named() {
    let world = World::new();
    let id = JobId::new();
    let error = world.store.job_update(id, JobState::Planned, JobState::Failed, &JobChange::default()).unwrap_err();
    assert_eq!(error.to_string(), format!("no job {id}"));
}

#[test]
fn every_state_has_a_word_of_its_own() {
    for state in JobState::ALL {
        assert_eq!(state.as_str().parse::<JobState>(), Ok(state));
    }
    assert!("lost in space".parse::<JobState>().is_err());
}

#[test]
fn jobs_are_listed_by_run_by_work_left_and_by_time() {
    let world = World::new();
    let first = world.job();
    let second = world.sending();
    world.clock.advance(jiff::SignedDuration::from_secs(1));
    world.store.job_update(first.id, JobState::Planned, JobState::Skipped, &JobChange::default()).unwrap();
    let ids = |jobs: Vec<JobRow>| jobs.into_iter().map(|job| job.id).collect::<Vec<_>>();
    assert_eq!(ids(world.store.jobs(world.run.id()).unwrap()), [first.id, second.job]);
    assert_eq!(ids(world.store.jobs_open().unwrap()), [second.job]);
    assert_eq!(ids(world.store.in_flight(world.account).unwrap()), [second.job]);
    assert_eq!(ids(world.store.jobs_recent(1).unwrap()), [first.id]);
}

#[test]
fn an_account_comes_back_and_is_found_by_service_and_key() {
    let world = World::new();
    let keyed = AccountRow {
        profile: "removebg".to_owned(),
        prefix: "https://api.example/v1.0".to_owned(),
        key_tag: Some("3fa9".to_owned()),
        created_at: "2026-11-23T00:00:00Z".parse().unwrap(),
        ..account_row(AccountId::new())
    };
    world.store.account_put(&keyed).unwrap();
    let renamed = AccountRow { label: "Work".to_owned(), ..keyed.clone() };
    world.store.account_put(&renamed).unwrap();

    assert_eq!(world.store.account_get(keyed.id).unwrap(), Some(renamed.clone()));
    assert_eq!(world.store.account_get(AccountId::new()).unwrap(), None);
    assert_eq!(world.store.account_list().unwrap().len(), 2);
    let find = |tag| world.store.find_account("removebg", "https://api.example/v1.0", tag).unwrap();
    assert_eq!((find(Some("3fa9")), find(Some("other")), find(None)), (Some(renamed), None, None));
    let practice = world.store.find_account("practice", "http://127.0.0.1:8799/v1.0", None).unwrap();
    assert_eq!(practice.map(|row| row.id), Some(AccountId::PRACTICE));
}

#[test]
fn names_of_files_that_are_saved_and_that_are_promised_are_told_apart() {
    let world = World::new();
    let states = [JobState::Saved, JobState::Queued, JobState::Planned, JobState::Settled, JobState::Failed];
    for state in states {
        let output = PathBuf::from(format!("/out/{state}.png"));
        world.store.job_insert(&JobRow { state, output, ..job(&world.run, world.account) }).unwrap();
    }
    // A preview is saved nowhere.
    let preview = JobRow { state: JobState::Saved, output: PathBuf::new(), ..job(&world.run, world.account) };
    world.store.job_insert(&preview).unwrap();
    assert_eq!(world.store.saved_outputs().unwrap(), [PathBuf::from("/out/saved.png")].into());
    let promised: Vec<_> = world.store.jobs_promised().unwrap().into_iter().map(|job| job.output).collect();
    assert_eq!(promised, ["/out/queued.png", "/out/planned.png", "/out/settled.png"].map(PathBuf::from));
}
