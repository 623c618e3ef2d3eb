//! Letting go of what is kept: whole or not at all, wherever the process dies.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use clearcut_store::testing::{Call, RecordingFiles};
use clearcut_store::{
    AccountId, DiskFiles, JobChange, JobState, KeptAnswer, ReceiptRow, Share, Standing, StoredHead, Vault, VaultEntry,
    VaultKey,
};
use rstest::rstest;
use tempfile::TempDir;

use crate::{World, attempt, key, receipt, start};

const BODY: &[u8] = b"a whole picture";

/// An answer to `key`, kept.
fn keep(vault: &Vault, number: u128, key: &VaultKey) -> VaultEntry {
    let mut incoming = vault.begin(key, attempt(number), 4096).unwrap();
    incoming.write_head(&StoredHead { status: 200, ..StoredHead::new(key, attempt(number), start()) }).unwrap();
    incoming.write(BODY).unwrap();
    incoming.commit().unwrap()
}

/// The vault with two answers to the same key and one that was set aside, and the files it works through.
fn filled(dir: &Path) -> (Vault, RecordingFiles) {
    let files = RecordingFiles::over(Arc::new(DiskFiles));
    let vault = Vault::open(dir, Arc::new(files.clone())).unwrap();
    keep(&vault, 1, &key());
    keep(&vault, 2, &key());
    let unusable = keep(&vault, 3, &VaultKey { content: "bad".to_owned(), ..key() });
    vault.set_aside(&unusable).unwrap();
    files.clear();
    (vault, files)
}

fn kept(vault: &Vault, number: u128) -> KeptAnswer {
    vault.stock().unwrap().kept.into_iter().find(|kept| kept.attempt == attempt(number)).unwrap()
}

fn in_folder(dir: &Path) -> usize {
    std::fs::read_dir(dir).map_or(0, Iterator::count)
}

#[test]
fn the_stock_tells_accounts_evidence_and_arrivals_apart() {
    let dir = TempDir::new().unwrap();
    let (vault, _) = filled(dir.path());
    let other = AccountId::new();
    keep(&vault, 4, &VaultKey { account: other, ..key() });
    let arriving = vault.begin(&key(), attempt(5), 10_000).unwrap();
    let stock = vault.stock().unwrap();
    assert_eq!((stock.of(AccountId::PRACTICE).entries, stock.of(other).entries, stock.evidence().entries), (2, 1, 1));
    let heads_and_bodies = |share: Share| share.bytes > share.entries as u64 * BODY.len() as u64;
    assert!(heads_and_bodies(stock.of(other)) && heads_and_bodies(stock.evidence()));
    let all = [stock.of(AccountId::PRACTICE), stock.of(other), stock.evidence()];
    assert_eq!(stock.bytes(), all.iter().map(|share| share.bytes).sum::<u64>());
    assert!(stock.arriving_bytes >= 10_000, "the room set aside is told, and not counted as kept");
    assert!(stock.kept.iter().all(|kept| kept.at() == start()));
    drop(arriving);
}

#[test]
fn an_entry_goes_and_what_lies_beside_it_stays() {
    let dir = TempDir::new().unwrap();
    let (vault, files) = filled(dir.path());
    let home = kept(&vault, 2).dir().parent().unwrap().to_owned();
    assert!(vault.drop_kept(&kept(&vault, 2)).unwrap());
    assert_eq!(vault.find(&key()).unwrap().unwrap().attempt, attempt(1), "the older answer serves");
    assert!(vault.drop_kept(&kept(&vault, 3)).unwrap(), "evidence, where it was asked for");
    let last = kept(&vault, 1);
    assert!(vault.drop_kept(&last).unwrap());
    assert!(!vault.drop_kept(&last).unwrap(), "it is gone already");
    assert_eq!(vault.find(&key()).unwrap(), None);
    assert!(!home.exists(), "no empty folders are left");
    assert_eq!(in_folder(&dir.path().join("dropped")), 0);
    let briefs = files.briefs();
    let at = |brief: &str| briefs.iter().position(|call| call.starts_with(brief)).unwrap();
    let synced_home = files.calls().iter().position(|call| *call == Call::SyncDir(home.clone())).unwrap();
    assert!(at("rename_new") < at("sync_dir dropped") && synced_home < at("remove_dir_all"), "{briefs:?}");
}

#[rstest]
#[case::entry(2)]
#[case::the_only_entry_of_its_key(4)]
#[case::evidence(3)]
fn wherever_the_process_dies_it_is_there_whole_or_found_by_nobody(#[case] number: u128) {
    let alone = VaultKey { content: "alone".to_owned(), ..key() };
    let calls = {
        let dir = TempDir::new().unwrap();
        let (vault, files) = filled(dir.path());
        keep(&vault, 4, &alone);
        let it = kept(&vault, number);
        files.clear();
        assert!(vault.drop_kept(&it).unwrap());
        files.calls().len()
    };
    for death in 0..calls {
        let dir = TempDir::new().unwrap();
        let (vault, files) = filled(dir.path());
        keep(&vault, 4, &alone);
        let it = kept(&vault, number);
        files.clear();
        files.die_at(death);
        let _ = vault.drop_kept(&it);

        // The next start.
        let vault = Vault::open(dir.path(), Arc::new(DiskFiles)).unwrap();
        let survey = vault.survey().unwrap();
        assert_eq!(survey.troubles, [], "death {death}: nothing is there in part");
        let stock = vault.stock().unwrap();
        match stock.kept.iter().find(|kept| kept.attempt == attempt(number)) {
            Some(kept) => assert_eq!(std::fs::read(kept.dir().join("answer.bin")).unwrap(), BODY, "death {death}"),
            None => assert!(survey.entries.iter().all(|entry| entry.attempt != attempt(number))),
        }
        assert_eq!(stock.kept.len(), if stock.kept.contains(&it) { 4 } else { 3 }, "death {death}: nothing else went");
        vault.sweep(&HashSet::new()).unwrap();
        assert_eq!(in_folder(&dir.path().join("dropped")), 0, "death {death}");
        assert_eq!(vault.stock().unwrap(), stock, "death {death}: sweeping takes nothing that was found");
    }
}

#[test]
fn half_of_a_dropped_entry_is_swept_and_never_found() {
    let dir = TempDir::new().unwrap();
    let (vault, files) = filled(dir.path());
    files.fail_when(|_, call| matches!(call, Call::RemoveDirAll(_)).then_some(std::io::ErrorKind::PermissionDenied));
    vault.drop_kept(&kept(&vault, 2)).unwrap_err();
    let half = dir.path().join("dropped").join(attempt(2).to_string());
    std::fs::remove_file(half.join("head.json")).unwrap();
    files.heal();
    assert_eq!(vault.survey().unwrap().troubles, []);
    assert_eq!(vault.entry(&format!("{}/x/{}", AccountId::PRACTICE, attempt(2))).unwrap(), None);
    vault.sweep(&HashSet::new()).unwrap();
    assert!(!half.exists());
}

#[test]
fn what_counts_as_saved_is_what_the_books_say() {
    let world = World::new();
    let standing = |number| world.store.kept_row(number).unwrap().map(|row| row.standing());
    let booked = |content: &str| {
        let booking = world.sending();
        let receipt = ReceiptRow { content: content.to_owned(), ..receipt(booking) };
        world.store.settle(&receipt).unwrap();
        booking
    };
    let (settled, saved, awaited) = (booked("one"), booked("two"), booked("c0ffee"));
    for booking in [saved, awaited] {
        world.store.job_update(booking.job, JobState::Settled, JobState::Saved, &JobChange::default()).unwrap();
    }
    let saves = |job| world.store.job_update(job, JobState::Settled, JobState::Saved, &JobChange::default()).unwrap();
    assert_eq!(standing(settled.attempt), Some(Standing::Unsaved));
    assert_eq!(standing(saved.attempt), Some(Standing::Saved));
    assert_eq!(standing(awaited.attempt), Some(Standing::Awaited), "a job on the same picture is not at its end");
    assert_eq!(standing(attempt(77)), None);
    saves(settled.job);
    assert_eq!(standing(awaited.attempt), Some(Standing::Saved), "nobody counts on it any more");
    let other = world.job();
    assert_eq!(other.content, "c0ffee");
    assert_eq!(standing(awaited.attempt), Some(Standing::Awaited), "planned: its quote said that it is free");
    world.store.job_update(other.id, JobState::Planned, JobState::Skipped, &JobChange::default()).unwrap();
    assert_eq!(standing(awaited.attempt), Some(Standing::Saved));
    let all = world.store.kept_rows().unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(all[&saved.attempt].charged, clearcut_credits::Credits::ONE);
    assert_eq!(all[&saved.attempt].output.as_deref(), Some(Path::new("/photos/dog-cutout.png")));
}
