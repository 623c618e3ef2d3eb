//! A database of an earlier version becomes one of this, and nothing in it is lost.

use clearcut_credits::{AccountState, AttemptId, Balance, Credits, Event, Purpose, Source, SpendLimit, Standing};
use clearcut_store::{
    AccountId, BatchId, BatchRow, HistoryKind, JobState, Period, ReserveError, Store, StoreError, new_attempt,
};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::{credits, plans::plan_row};

/// Rows as version 1 wrote them: a look, a paid picture, one that was lost, one undecided, and a renewal without bounds.
const ROWS: &str = "
INSERT INTO accounts VALUES ('00000000-0000-4000-8000-000000000001', 'Practice', 'practice', 'http://localhost', NULL, 1000000);
INSERT INTO runs VALUES ('01890000-0000-7000-8000-000000000001', 1000000, NULL);
INSERT INTO jobs VALUES ('01890000-0000-7000-8000-000000000002', '01890000-0000-7000-8000-000000000001',
    '00000000-0000-4000-8000-000000000001', '/photos/dog.jpg', 'c0ffee', '{}', '/photos/dog.png', 'saved',
    '00000000000000000000000000000001', 1000000, 1000000, 512, 512, NULL, 3000000);
INSERT INTO ledger (account, at_us, kind, standing, total, subscription, payg, enterprise, free_previews)
    VALUES ('00000000-0000-4000-8000-000000000001', 1000000, 'snapshot', 'conclusive', 50000000, 40000000, 10000000, 0, 50);
INSERT INTO ledger (account, at_us, kind, attempt, job, amount, purpose)
    VALUES ('00000000-0000-4000-8000-000000000001', 2000000, 'reserved', '00000000000000000000000000000001',
            '01890000-0000-7000-8000-000000000002', 1000000, 'download');
INSERT INTO ledger (account, at_us, kind, attempt, amount, basis)
    VALUES ('00000000-0000-4000-8000-000000000001', 3000000, 'settled', '00000000000000000000000000000001', 1000000, 'measured');
INSERT INTO receipts VALUES ('00000000000000000000000000000001', '00000000-0000-4000-8000-000000000001',
    '01890000-0000-7000-8000-000000000002', 3000000, 'dog.jpg', 'c0ffee', 'size=full', 1000000, 'measured', 512, 512, 'a/b', 'r1', 3000000);
INSERT INTO ledger (account, at_us, kind, attempt, amount, purpose)
    VALUES ('00000000-0000-4000-8000-000000000001', 4000000, 'reserved', '00000000000000000000000000000002', 1000000, 'download');
INSERT INTO ledger (account, at_us, kind, attempt)
    VALUES ('00000000-0000-4000-8000-000000000001', 5000000, 'undecided', '00000000000000000000000000000002');
INSERT INTO ledger (account, at_us, kind, subscription)
    VALUES ('00000000-0000-4000-8000-000000000001', 6000000, 'renewal', 79000000);
";

/// A data folder as version 1 left it.
fn version_1() -> TempDir {
    let dir = TempDir::new().unwrap();
    let connection = Connection::open(dir.path().join("clearcut.db")).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.execute_batch(include_str!("version1.sql")).unwrap();
    connection
        .execute_batch(&ROWS.replace("00000000-0000-4000-8000-000000000001", &AccountId::PRACTICE.to_string()))
        .unwrap();
    dir
}

/// A data folder as version 2 left it: the same rows, the paid picture begun together with another, that one still in the middle.
fn version_2() -> TempDir {
    let dir = version_1();
    let connection = Connection::open(dir.path().join("clearcut.db")).unwrap();
    connection.execute_batch(include_str!("version2.sql")).unwrap();
    connection
        .execute_batch(
            "UPDATE jobs SET batch = '01890000-0000-7000-8000-000000000009';
             INSERT INTO jobs SELECT '01890000-0000-7000-8000-000000000003', run, account, '/photos/cat.jpg', 'cafe', '{}',
                    '/photos/cat.png', 'planned', NULL, quoted, NULL, NULL, NULL, NULL, updated_at_us, batch FROM jobs;",
        )
        .unwrap();
    dir
}

fn version(dir: &TempDir) -> i64 {
    let connection = Connection::open(dir.path().join("clearcut.db")).unwrap();
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn every_row_of_version_1_is_there_and_says_the_same() {
    let dir = version_1();
    assert_eq!(version(&dir), 1);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(version(&dir), 4);

    let account = AccountId::PRACTICE;
    let entries = store.entries(account).unwrap();
    let second = |seconds| jiff::Timestamp::from_second(seconds).unwrap();
    let (paid, open) = (AttemptId(1), AttemptId(2));
    let seen = Balance {
        total: Some(credits("50")),
        subscription: Some(credits("40")),
        payg: Some(credits("10")),
        enterprise: Some(Credits::ZERO),
        free_previews: Some(50),
    };
    let expected = [
        Event::Snapshot { balance: seen, standing: Standing::Conclusive },
        Event::Reserved { attempt: paid, amount: Credits::ONE, purpose: Purpose::Download },
        Event::Settled { attempt: paid, amount: Credits::ONE, basis: Source::Measured },
        Event::Reserved { attempt: open, amount: Credits::ONE, purpose: Purpose::Download },
        Event::Undecided { attempt: open },
        Event::Renewal { subscription: credits("79"), due: second(6), began_at: second(6) },
    ];
    assert_eq!(entries.iter().map(|entry| entry.event).collect::<Vec<_>>(), expected);
    let state = store.state(account).unwrap();
    assert_eq!(state, AccountState::of(&entries));
    assert_eq!((state.pockets().subscription, state.undecided()), (Some(credits("79")), Credits::ONE));

    let receipt = store.receipt(paid).unwrap().unwrap();
    assert_eq!((receipt.charged, receipt.answer_bytes), (Credits::ONE, None));
    let job = store.job_by_attempt(paid).unwrap().unwrap();
    assert_eq!((job.state, job.batch), (JobState::Saved, None));
    assert_eq!(store.plan(account).unwrap(), None);
}

#[test]
fn what_version_1_did_not_write_down_is_unknown_in_the_history_and_subscription_in_the_sums() {
    let store = Store::open(version_1().path()).unwrap();
    let rows = store.history(AccountId::PRACTICE, Period::default()).unwrap();
    let kinds: Vec<_> = rows.iter().map(|row| row.kind).collect();
    assert!(matches!(
        kinds[..],
        [HistoryKind::Account(Event::Renewal { .. }), HistoryKind::Unknown, HistoryKind::Paid]
    ));
    assert_eq!((rows[2].drawn, rows[2].answer_bytes, rows[2].name.as_deref()), (None, None, Some("dog.jpg")));
    let spent = store.spent(AccountId::PRACTICE, Period::default()).unwrap();
    assert_eq!(spent.iter().map(|line| line.drawn.subscription).collect::<Vec<_>>(), [Credits::ONE]);
}

#[test]
fn a_migrated_database_is_written_to_like_a_new_one_and_opens_again() {
    let dir = version_1();
    let store = Store::open(dir.path()).unwrap();
    let account = AccountId::PRACTICE;
    store.state_plan(account, Some(&plan_row("40")), &[]).unwrap();
    assert!(store.claim_notice(account, "share-80", 0).unwrap());
    store.append(account, Event::TopUp { payg: Credits::ONE }).unwrap();
    let state = store.state(account).unwrap();
    drop(store);
    let again = Store::open(dir.path()).unwrap();
    assert_eq!((again.state(account).unwrap(), again.plan(account).unwrap()), (state, Some(plan_row("40"))));
}

fn layout(dir: &TempDir) -> Vec<String> {
    drop(Store::open(dir.path()).unwrap());
    let connection = Connection::open(dir.path().join("clearcut.db")).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT m.name || '.' || c.name || ' ' || c.type FROM sqlite_schema m, pragma_table_info(m.name) c
             WHERE m.type = 'table' UNION SELECT type || ' ' || name FROM sqlite_schema ORDER BY 1",
        )
        .unwrap();
    let names = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
    names.collect::<Result<Vec<_>, _>>().unwrap()
}

#[test]
fn a_new_database_and_a_migrated_one_have_the_same_layout() {
    assert_eq!(layout(&version_1()), layout(&TempDir::new().unwrap()));
}

#[test]
fn of_many_who_find_version_1_one_migrates() {
    let dir = version_1();
    std::thread::scope(|scope| {
        let openers: Vec<_> = (0..6).map(|_| scope.spawn(|| Store::open(dir.path()))).collect();
        for opener in openers {
            opener.join().unwrap().unwrap();
        }
    });
    assert_eq!(version(&dir), 4);
}

#[test]
fn jobs_of_version_2_are_there_and_wait_in_no_queue() {
    let dir = version_2();
    assert_eq!(version(&dir), 2);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(version(&dir), 4);
    let batch: BatchId = "01890000-0000-7000-8000-000000000009".parse().unwrap();
    let jobs = store.batch_jobs(batch).unwrap();
    assert_eq!(jobs.iter().map(|job| job.state).collect::<Vec<_>>(), [JobState::Saved, JobState::Planned]);
    assert!(jobs.iter().all(|job| (job.position, job.tries) == (0, 0)));
    // Version 2 wrote no batches: what was begun together then is told together, and was never agreed to as one.
    assert!(matches!(store.batch(batch), Err(StoreError::NotFound { .. })));
    assert!(store.batches_open().unwrap().is_empty());
    assert_eq!(store.queued_sum(AccountId::PRACTICE).unwrap(), Credits::ZERO);
    assert_eq!(
        store.state(AccountId::PRACTICE).unwrap(),
        Store::open(version_1().path()).unwrap().state(AccountId::PRACTICE).unwrap()
    );
}

#[test]
fn a_picture_in_the_middle_in_version_2_counts_against_its_runs_limit_as_before() {
    let dir = version_2();
    let store = Store::open(dir.path()).unwrap();
    let runs = store.recoverable_runs().unwrap();
    let job = store.jobs(runs[0].id()).unwrap()[1].id;
    // Of its run: one charged. The other open request of version 1 had no job.
    let reserve = |cap: &str| {
        let limit = SpendLimit::cap(credits(cap));
        store.reserve(AccountId::PRACTICE, job, new_attempt(), Credits::ONE, Purpose::Download, &limit)
    };
    assert!(matches!(reserve("1.5"), Err(ReserveError::Refused(_))));
    reserve("2").unwrap();
}

#[test]
fn a_database_of_version_2_has_the_layout_of_a_new_one_afterwards_and_takes_a_batch() {
    let dir = version_2();
    let store = Store::open(dir.path()).unwrap();
    let run = store.run_begin().unwrap();
    let batch = BatchRow::new(AccountId::PRACTICE, "window", "dogs", Credits::ONE);
    let (batch, jobs) = store.batch_insert(&batch, &[crate::job(&run, AccountId::PRACTICE)]).unwrap();
    store.queue_take(jobs[0].id, run.id()).unwrap();
    let limit = SpendLimit::cap(batch.agreed);
    store.reserve(AccountId::PRACTICE, jobs[0].id, new_attempt(), Credits::ONE, Purpose::Download, &limit).unwrap();
    assert_eq!(store.batch(batch.id).unwrap().committed, Credits::ONE);
    drop((store, run));
    assert_eq!(layout(&dir), layout(&TempDir::new().unwrap()));
}
