//! An archive from one computer to another: what comes, what stays, and a death at every call.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_credits::{Credits, Purpose, SpendLimit};
use clearcut_store::testing::RecordingFiles;
use clearcut_store::{
    AccountId, AccountRow, ArchiveError, ArchiveSource, BatchRow, Booking, DiskFiles, Fate, JobChange, JobState, Saved,
    Store, StoredHead, Taken, Vault, VaultKey, WatchRow, new_attempt,
};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::{account_row, balance, job, receipt, start};

const BODY: &[u8] = b"a paid answer, whole";

/// A computer: a data folder with store and vault.
pub(crate) struct Computer {
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) dir: TempDir,
}

impl Computer {
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let store = Store::open(dir.path()).unwrap();
        store.account_put(&account_row(AccountId::PRACTICE)).unwrap();
        let vault = Vault::open(&dir.path().join("vault"), Arc::new(DiskFiles)).unwrap();
        Self { store, vault, dir }
    }

    pub(crate) fn backdrops(&self) -> PathBuf {
        self.dir.path().join("backdrops")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// An account with a history: so many pictures downloaded, each for a credit, as one batch of a watched folder.
    pub(crate) fn account(&self, label: &str, key_tag: &str, pictures: u32) -> AccountRow {
        let row = AccountRow {
            id: AccountId::new(),
            label: label.to_owned(),
            profile: "removebg".to_owned(),
            prefix: "https://service.example/v1.0".to_owned(),
            key_tag: Some(key_tag.to_owned()),
            created_at: start(),
        };
        self.store.account_put(&row).unwrap();
        self.store.record_balance(row.id, balance("40", "10")).unwrap();
        let watch = WatchRow::new(row.id, "/photos/in".into(), Credits::whole(5));
        let watch = self.store.watch_insert(&watch).unwrap();
        let run = self.store.run_begin().unwrap();
        let batch = BatchRow::new(row.id, &watch.origin(), label, Credits::whole(50));
        let jobs: Vec<_> = (0..pictures).map(|_| job(&run, row.id)).collect();
        let (_, jobs) = self.store.batch_insert(&batch, &jobs).unwrap();
        for job in jobs {
            self.store.queue_take(job.id, run.id()).unwrap();
            self.pay(&Booking { account: row.id, job: job.id, attempt: new_attempt() });
        }
        self.store.claim_notice(row.id, "share-80", self.store.entries(row.id).unwrap()[0].seq).unwrap();
        self.store.claim_notice(row.id, "plan-stated", 0).unwrap();
        self.store.run_end(run).unwrap();
        self.store.account_get(row.id).unwrap().unwrap()
    }

    fn pay(&self, booking: &Booking) {
        let Booking { account, job, attempt } = *booking;
        let limit = SpendLimit::NONE;
        self.store.reserve(account, job, attempt, Credits::ONE, Purpose::Download, &limit).unwrap();
        self.store.job_update(job, JobState::Reserved, JobState::Sending, &JobChange::default()).unwrap();
        let key = VaultKey { account, content: format!("{:064x}", attempt.0), options: "size=full".to_owned() };
        let head = StoredHead {
            status: 200,
            charged: Some("1".to_owned()),
            content_length: Some(BODY.len() as u64),
            ..StoredHead::new(&key, attempt, start())
        };
        let mut incoming = self.vault.begin(&key, attempt, 4096).unwrap();
        incoming.write_head(&head).unwrap();
        incoming.write(BODY).unwrap();
        let entry = incoming.commit().unwrap();
        let receipt =
            clearcut_store::ReceiptRow { vault_entry: entry.name(), content: key.content, ..receipt(*booking) };
        self.store.job_update(job, JobState::Sending, JobState::Answered, &JobChange::default()).unwrap();
        self.store.settle(&receipt).unwrap();
        self.store.job_update(job, JobState::Settled, JobState::Saved, &JobChange::default()).unwrap();
    }

    pub(crate) fn save(&self, to: &Path) -> Result<Saved, ArchiveError> {
        let backdrops = self.backdrops();
        let settings = Some("at_a_time = 3\n".to_owned());
        let source = ArchiveSource { vault: &self.vault, backdrops: &backdrops, settings };
        self.store.archive_save(&source, &DiskFiles, to, false, &mut |_, _| ControlFlow::Continue(()))
    }

    pub(crate) fn load(&self, from: &Path) -> Result<Taken, ArchiveError> {
        self.load_by(from, Arc::new(DiskFiles))
    }

    fn load_by(&self, from: &Path, files: Arc<dyn clearcut_store::Files>) -> Result<Taken, ArchiveError> {
        let staged = self.store.archive_unpack(from, files.clone(), &mut |_, _| ControlFlow::Continue(()))?;
        let vault = Vault::open(self.vault.dir(), files)?;
        staged.take(&self.store, &vault, &self.backdrops())
    }

    /// Everything of an account that must be the same on the other computer, as text; numbers of lines are this database's own.
    fn books(&self, account: AccountId) -> String {
        let state = self.store.state(account).unwrap();
        let events: Vec<_> =
            self.store.entries(account).unwrap().into_iter().map(|entry| (entry.at, entry.event)).collect();
        let receipts = self.store.receipts(account, 1000).unwrap();
        let batches: Vec<_> =
            self.store.batches_recent(1000).unwrap().into_iter().filter(|row| row.account == account).collect();
        let jobs: Vec<_> = batches.iter().flat_map(|batch| self.store.batch_jobs(batch.id).unwrap()).collect();
        let pockets = (state.gauge(None), state.reserved(), state.settled_total());
        format!(
            "{events:#?}\n{pockets:?}\n{receipts:#?}\n{batches:#?}\n{jobs:#?}\n{:?}",
            self.store.plan(account).unwrap()
        )
    }

    /// The receipts whose answer is found, whole.
    fn served(&self, account: AccountId) -> usize {
        let receipts = self.store.receipts(account, 1000).unwrap();
        let found = receipts.iter().filter(|receipt| {
            let key = VaultKey { account, content: receipt.content.clone(), options: receipt.options.clone() };
            self.vault.find(&key).unwrap().is_some_and(|entry| std::fs::read(entry.body).unwrap() == BODY)
        });
        found.count()
    }
}

fn fates(taken: &Taken) -> Vec<(&str, Fate)> {
    taken.accounts.iter().map(|(row, fate)| (row.label.as_str(), *fate)).collect()
}

#[test]
fn on_an_empty_computer_everything_is_as_it_was() {
    let old = Computer::new();
    let account = old.account("Studio", "aaaa", 5);
    let id = "c".repeat(64);
    std::fs::create_dir(old.backdrops()).unwrap();
    std::fs::write(old.backdrops().join(&id), b"a meadow").unwrap();
    old.store
        .backdrop_put(&clearcut_store::BackdropRow { id: id.clone(), name: "meadow".into(), width: 8, height: 8 })
        .unwrap();
    old.store.set_edits("c0ffee", Some("{}")).unwrap();
    let archive = old.file("out.zip");
    let saved = old.save(&archive).unwrap();
    assert_eq!((saved.accounts, saved.answers, saved.left_out), (1, 5, 0));
    assert_eq!(saved.bytes, archive.metadata().unwrap().len());
    assert!(!old.file("moving").exists());

    let new = Computer::new();
    let taken = new.load(&archive).unwrap();
    assert_eq!((fates(&taken), taken.answers), (vec![("Studio", Fate::Came)], 5));
    assert_eq!(new.books(account.id), old.books(account.id));
    assert_eq!(new.served(account.id), 5);
    assert_eq!(new.store.account_get(account.id).unwrap(), Some(account));
    assert_eq!(std::fs::read(new.backdrops().join(&id)).unwrap(), b"a meadow");
    assert_eq!(new.store.backdrops().unwrap(), old.store.backdrops().unwrap());
    assert_eq!(new.store.edits("c0ffee").unwrap().as_deref(), Some("{}"));
    assert!(!new.file("moving").exists());
}

#[test]
fn a_watched_folder_arrives_paused_and_what_was_told_is_not_told_again() {
    let (old, new) = (Computer::new(), Computer::new());
    // The new computer has lines of its own, so every line's number changes on the way.
    let theirs = new.account("Theirs", "bbbb", 3);
    let ours = old.account("Ours", "aaaa", 2);
    let archive = old.file("out.zip");
    old.save(&archive).unwrap();
    let before = new.books(theirs.id);
    new.load(&archive).unwrap();
    assert_eq!(new.books(theirs.id), before);
    assert_eq!(new.books(ours.id), old.books(ours.id));
    let watches = new.store.watches().unwrap();
    assert!(watches.iter().all(|watch| watch.paused == (watch.account == ours.id)), "{watches:?}");
    let seq = |computer: &Computer| computer.store.entries(ours.id).unwrap()[0].seq;
    assert_ne!(seq(&new), seq(&old), "this test is about lines that are numbered anew");
    assert!(new.store.is_notice_claimed(ours.id, "share-80", seq(&new)).unwrap());
    assert!(new.store.is_notice_claimed(ours.id, "plan-stated", 0).unwrap());
}

#[test]
fn an_account_that_is_here_is_never_added_to() {
    let (old, new) = (Computer::new(), Computer::new());
    let ours = old.account("Studio", "aaaa", 2);
    let archive = old.file("out.zip");
    old.save(&archive).unwrap();
    new.load(&archive).unwrap();
    let before = new.books(ours.id);
    // The old one goes on, and is archived once more.
    let other = old.account("Studio", "cccc", 1);
    let later = old.file("later.zip");
    old.save(&later).unwrap();
    let taken = new.load(&later).unwrap();
    assert_eq!(fates(&taken), [("Studio", Fate::Here), ("Studio (2)", Fate::Came)]);
    assert_eq!(new.books(ours.id), before);
    assert_eq!(new.store.account_get(other.id).unwrap().unwrap().label, "Studio (2)");

    // The same service, address and key, begun anew on a third computer.
    let third = Computer::new();
    let there = third.account("Mine", "aaaa", 4);
    let before = third.books(there.id);
    let taken = third.load(&archive).unwrap();
    assert_eq!((fates(&taken), taken.answers), (vec![("Studio", Fate::Double(there.id))], 0));
    assert_eq!(third.books(there.id), before);
    assert_eq!(third.store.account_get(ours.id).unwrap(), None);
}

#[test]
fn nothing_is_saved_while_a_picture_is_on_its_way_and_no_file_is_replaced_unasked() {
    let old = Computer::new();
    let account = old.account("Studio", "aaaa", 1);
    let run = old.store.run_begin().unwrap();
    let waiting = old.store.job_insert(&job(&run, account.id)).unwrap();
    let archive = old.file("out.zip");
    old.store
        .reserve(account.id, waiting.id, new_attempt(), Credits::ONE, Purpose::Download, &SpendLimit::NONE)
        .unwrap();
    assert!(matches!(old.save(&archive), Err(ArchiveError::OnTheirWay(1))));
    assert!(!archive.exists());
    let there = old.file("there.zip");
    std::fs::write(&there, b"something else").unwrap();
    assert!(matches!(old.save(&there), Err(ArchiveError::Exists { .. })));
    assert_eq!(std::fs::read(there).unwrap(), b"something else");
}

#[test]
fn whoever_stops_it_leaves_nothing() {
    let old = Computer::new();
    old.account("Studio", "aaaa", 3);
    let archive = old.file("out.zip");
    old.save(&archive).unwrap();
    let names = || {
        let mut names: Vec<_> =
            std::fs::read_dir(old.dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    let backdrops = old.backdrops();
    let source = ArchiveSource { vault: &old.vault, backdrops: &backdrops, settings: None };
    let mut halfway =
        |done: u64, total: u64| if done * 2 > total { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    let stopped = old.store.archive_save(&source, &DiskFiles, &old.file("second.zip"), false, &mut halfway);
    assert!(matches!(stopped, Err(ArchiveError::Stopped)));
    let stopped = old.store.archive_unpack(&archive, Arc::new(DiskFiles), &mut halfway);
    assert!(matches!(stopped, Err(ArchiveError::Stopped)));
    assert_eq!(names(), before);
}

#[test]
fn one_at_a_time() {
    let old = Computer::new();
    old.account("Studio", "aaaa", 1);
    let archive = old.file("out.zip");
    old.save(&archive).unwrap();
    let staged =
        old.store.archive_unpack(&archive, Arc::new(DiskFiles), &mut |_, _| ControlFlow::Continue(())).unwrap();
    assert!(matches!(old.save(&old.file("second.zip")), Err(ArchiveError::Busy)));
    old.store.sweep_archives(&DiskFiles).unwrap();
    assert!(old.file("moving").exists(), "nobody sweeps what somebody works with");
    drop(staged);
    old.store.sweep_archives(&DiskFiles).unwrap();
    assert!(!old.file("moving").exists());
}

/// The table at the head of the archive's room, row by row.
#[test]
fn wherever_the_process_dies_loading_again_brings_all_of_it_once() {
    let old = Computer::new();
    let account = old.account("Studio", "aaaa", 2);
    let archive = old.file("out.zip");
    old.save(&archive).unwrap();
    let expected = old.books(account.id);
    let calls = {
        let new = Computer::new();
        let files = RecordingFiles::over(Arc::new(DiskFiles));
        new.load_by(&archive, Arc::new(files.clone())).unwrap();
        files.calls().len()
    };
    for death in 0..=calls {
        let new = Computer::new();
        let files = RecordingFiles::over(Arc::new(DiskFiles));
        files.die_at(death);
        // The last call is the broom's, when everything is done.
        let died = new.load_by(&archive, Arc::new(files)).is_err();
        assert!(died || death + 1 >= calls, "death {death} of {calls}");
        let known = new.store.account_get(account.id).unwrap().is_some();
        assert_eq!(known, !died, "death {death}: the books have all of it or nothing");

        // The next start.
        let store = Store::open(new.dir.path()).unwrap();
        store.sweep_archives(&DiskFiles).unwrap();
        let taken = new.load(&archive).unwrap();
        let fate = if known { Fate::Here } else { Fate::Came };
        assert_eq!(fates(&taken), [("Studio", fate)], "death {death}");
        assert_eq!(new.books(account.id), expected, "death {death}");
        assert_eq!(new.served(account.id), 2, "death {death}");
        assert_eq!(new.vault.survey().unwrap().troubles, [], "death {death}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever is archived where and loaded where, in whatever order: every ledger is on a computer once or not at all, and it is the
    /// one that its archive held.
    #[test]
    fn no_ledger_is_ever_added_twice(steps in proptest::collection::vec((0_usize..3, 0_usize..3, 0_u32..3), 1..7)) {
        let computers = [Computer::new(), Computer::new(), Computer::new()];
        for (number, (from, to, pictures)) in steps.into_iter().enumerate() {
            if pictures > 0 {
                computers[from].account("Studio", &format!("key-{}", number % 2), pictures);
            }
            let archive = computers[from].file(&format!("{number}.zip"));
            computers[from].save(&archive).unwrap();
            let accounts = |computer: &Computer| {
                let all = computer.store.account_list().unwrap();
                all.into_iter().map(|row| row.id).filter(|id| *id != AccountId::PRACTICE).collect::<Vec<_>>()
            };
            let before: Vec<_> = accounts(&computers[to]).into_iter().map(|id| (id, computers[to].books(id))).collect();
            let taken = computers[to].load(&archive).unwrap();
            for (id, books) in before {
                prop_assert_eq!(computers[to].books(id), books);
            }
            for (row, fate) in taken.accounts {
                if fate == Fate::Came {
                    prop_assert_eq!(computers[to].books(row.id), computers[from].books(row.id));
                    prop_assert_eq!(computers[to].served(row.id), computers[from].served(row.id));
                }
            }
        }
    }
}
