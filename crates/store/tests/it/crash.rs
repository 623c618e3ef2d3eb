//! A real second process, killed without warning in the middle of its work.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use clearcut_credits::{AccountState, Credits, Purpose, SpendLimit};
use clearcut_store::{
    AccountId, Booking, DiskFiles, JobChange, JobState, Store, StoredHead, Vault, VaultKey, new_attempt,
};
use tempfile::TempDir;

use crate::{account_row, job, key, receipt, start};

/// Where the child finds its data folder.
const DATA_DIR: &str = "CLEARCUT_STORE_TEST_DATA_DIR";

/// The child's work: pictures paid one after the other, a line on standard output at every step.
#[test]
#[ignore = "the child of the test below"]
fn child() {
    let data = std::env::var_os(DATA_DIR).expect("started by its parent");
    let data = Path::new(&data);
    let store = Store::open(data).unwrap();
    let vault = Vault::open(&data.join("vault"), Arc::new(DiskFiles)).unwrap();
    let account = AccountId::PRACTICE;
    store.account_put(&account_row(account)).unwrap();
    let run = store.run_begin().unwrap();
    let mut out = std::io::stdout();
    let mut say = |word: &str| {
        writeln!(out, "step {word}").unwrap();
        out.flush().unwrap();
    };
    loop {
        let id = store.job_insert(&job(&run, account)).unwrap().id;
        let attempt = new_attempt();
        let booking = Booking { account, job: id, attempt };
        store.reserve(account, id, attempt, Credits::ONE, Purpose::Download, &SpendLimit::NONE).unwrap();
        say("reserved");
        let key = VaultKey { content: attempt.to_string(), ..key() };
        let mut incoming = vault.begin(&key, attempt, 64 * 1024).unwrap();
        store.job_update(id, JobState::Reserved, JobState::Sending, &JobChange::default()).unwrap();
        say("sending");
        incoming.write_head(&StoredHead::new(&key, attempt, start())).unwrap();
        incoming.write(&[7; 10_000]).unwrap();
        say("received");
        incoming.commit().unwrap();
        say("kept");
        store.settle(&receipt(booking)).unwrap();
        say("settled");
        store.job_update(id, JobState::Settled, JobState::Saved, &JobChange::default()).unwrap();
    }
}

/// Runs the child until it said `lines` lines, kills it, and returns what it left.
fn killed_after(lines: usize) -> TempDir {
    let dir = TempDir::new().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--ignored", "--nocapture"])
        .env(DATA_DIR, dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let steps = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let seen = steps.filter(|line| line.starts_with("step ")).take(lines).count();
    assert_eq!(seen, lines, "the child died by itself");
    child.kill().unwrap();
    child.wait().unwrap();
    dir
}

#[test]
fn whenever_it_is_killed_ledger_receipts_and_vault_agree() {
    for lines in [1, 2, 3, 4, 5, 6, 13] {
        let dir = killed_after(lines);
        let store = Store::open(dir.path()).unwrap();
        let vault = Vault::open(&dir.path().join("vault"), Arc::new(DiskFiles)).unwrap();
        let account = AccountId::PRACTICE;

        // Its run is dead and is taken over, if the kill did not come just between two pictures.
        let open = store.jobs_open().unwrap();
        let dead = store.recoverable_runs().unwrap();
        assert_eq!(dead.len(), usize::from(!open.is_empty()));
        assert!(open.iter().all(|job| job.run == dead[0].id()));
        assert!(open.len() <= 1, "one picture at a time: {open:?}");

        // Ledger and receipts agree, and what is reserved belongs to an open job.
        let entries = store.entries(account).unwrap();
        let state = AccountState::of(&entries);
        let receipts = store.receipts(account, 1000).unwrap();
        assert_eq!(state.settled_total(), receipts.iter().map(|receipt| receipt.charged).sum());
        let waiting: HashSet<_> = open.iter().filter_map(|job| job.attempt).collect();
        assert!(state.reservations().all(|(attempt, _)| waiting.contains(&attempt)));

        // Every receipt has its answer; an answer without one belongs to a job that was being sent.
        let survey = vault.survey().unwrap();
        assert_eq!(survey.troubles, []);
        let kept: HashSet<_> = survey.entries.iter().map(|entry| entry.attempt).collect();
        let paid = store.paid_attempts().unwrap();
        assert!(paid.is_subset(&kept));
        for orphan in vault.orphans(&paid).unwrap().entries {
            let job = store.job_by_attempt(orphan.attempt).unwrap().unwrap();
            assert_eq!(job.state, JobState::Sending, "killed after {lines} lines");
        }
        vault.sweep(&HashSet::new()).unwrap();
    }
}
