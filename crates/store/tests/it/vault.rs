//! The vault at work, and invariant 4: what is on the drive, and in which order.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::sync::Arc;

use clearcut_store::testing::{Call, RecordingFiles};
use clearcut_store::{AccountId, DiskFiles, StoredHead, Vault, VaultEntry, VaultError, VaultKey};
use tempfile::TempDir;

use crate::{attempt, key, start};

const ROOM: u64 = 256 * 1024;

struct World {
    vault: Vault,
    files: RecordingFiles,
    dir: TempDir,
}

impl World {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let files = RecordingFiles::over(Arc::new(DiskFiles));
        let vault = Vault::open(&dir.path().join("vault"), Arc::new(files.clone())).unwrap();
        files.clear();
        Self { vault, files, dir }
    }

    fn keep(&self, number: u128, body: &[u8]) -> VaultEntry {
        let mut incoming = self.vault.begin(&key(), attempt(number), ROOM).unwrap();
        incoming.write_head(&head(number)).unwrap();
        incoming.write(body).unwrap();
        incoming.commit().unwrap()
    }

    fn incoming(&self) -> usize {
        self.dir.path().join("vault/incoming").read_dir().unwrap().count()
    }
}

fn head(number: u128) -> StoredHead {
    StoredHead {
        status: 200,
        content_type: Some("image/png".to_owned()),
        charged: Some("1".to_owned()),
        request_id: Some("req-1".to_owned()),
        ..StoredHead::new(&key(), attempt(number), start())
    }
}

#[test]
fn a_paid_answer_is_synced_before_it_has_its_name() {
    let world = World::new();
    let entry = world.keep(7, b"picture");
    let (folder, id) = (entry.dir.parent().unwrap().file_name().unwrap().to_str().unwrap(), attempt(7).to_string());
    let expected = [
        // Before a byte is sent: names and space.
        format!("create_dir_all {folder}"),
        format!("create_dir_all {id}"),
        "create_new answer.bin".to_owned(),
        "allocate answer.bin".to_owned(),
        "create_new head.json".to_owned(),
        "allocate head.json".to_owned(),
        "free_space vault".to_owned(),
        format!("sync_dir {id}"),
        "sync_dir incoming".to_owned(),
        format!("sync_dir {}", AccountId::PRACTICE),
        "sync_dir vault".to_owned(),
        // The head as soon as it arrives: from here on the charge is known.
        "write head.json".to_owned(),
        "trim head.json".to_owned(),
        "sync head.json".to_owned(),
        // The body, whole and on the drive before its folder gets its name.
        "write answer.bin".to_owned(),
        "trim answer.bin".to_owned(),
        "sync answer.bin".to_owned(),
        format!("sync_dir {id}"),
        format!("rename_new {id}"),
        format!("sync_dir {folder}"),
        "sync_dir incoming".to_owned(),
    ];
    assert_eq!(world.files.briefs(), expected);
    let renamed = world.files.calls().into_iter().find(|call| matches!(call, Call::RenameNew(..)));
    let from = world.dir.path().join("vault/incoming").join(&id);
    assert_eq!(renamed, Some(Call::RenameNew(from, entry.dir)));
}

#[test]
fn a_kept_answer_is_found_by_what_it_answers() {
    let world = World::new();
    let entry = world.keep(1, b"picture");
    assert_eq!(fs::read(&entry.body).unwrap(), b"picture");
    assert_eq!(entry.head, head(1));
    assert_eq!(world.vault.find(&key()).unwrap().as_ref(), Some(&entry));
    assert_eq!(world.vault.entry(&entry.name()).unwrap().as_ref(), Some(&entry));
    for other in [
        VaultKey { account: AccountId::new(), ..key() },
        VaultKey { content: "c0ffe".to_owned(), ..key() },
        VaultKey { options: "size=preview".to_owned(), ..key() },
        VaultKey { content: "c0ffees".to_owned(), options: "ize=full".to_owned(), ..key() },
    ] {
        assert_eq!(world.vault.find(&other).unwrap(), None);
    }
    assert_eq!(world.incoming(), 0);
}

#[test]
fn of_two_answers_the_newer_is_found() {
    let world = World::new();
    world.keep(1, b"old");
    let newer = world.keep(2, b"new");
    assert_eq!(world.vault.find(&key()).unwrap(), Some(newer));
}

#[test]
fn names_that_lead_elsewhere_are_no_entries() {
    let world = World::new();
    let name = world.keep(1, b"picture").name();
    for name in ["", "..", "../../etc/passwd", "a/b/c", &format!("{name}/.."), &format!("/{name}"), &name[1..]] {
        assert_eq!(world.vault.entry(name).unwrap(), None, "{name}");
    }
}

#[test]
fn a_full_drive_shows_before_anything_is_sent() {
    let world = World::new();
    world.files.fail_when(|_, call| matches!(call, Call::Allocate(..)).then_some(ErrorKind::StorageFull));
    let error = world.vault.begin(&key(), attempt(1), ROOM).unwrap_err();
    assert!(matches!(error, VaultError::NoRoom { needed_bytes, .. } if needed_bytes >= ROOM), "{error:?}");
    assert_eq!(std::io::Error::from(error).kind(), ErrorKind::StorageFull);
    assert_eq!(world.incoming(), 0, "nothing is left behind");
}

#[test]
fn no_drive_has_room_for_everything() {
    let world = World::new();
    let error = world.vault.begin(&key(), attempt(1), 1 << 60).unwrap_err();
    assert!(matches!(error, VaultError::NoRoom { .. }), "{error:?}");
    assert_eq!(world.incoming(), 0);
}

#[test]
fn a_head_must_be_this_answers_and_the_only_one() {
    let world = World::new();
    let mut incoming = world.vault.begin(&key(), attempt(1), ROOM).unwrap();
    assert!(matches!(incoming.write_head(&head(2)), Err(VaultError::WrongHead(_))));
    let elsewhere = StoredHead { options: "size=hd".to_owned(), ..head(1) };
    assert!(matches!(incoming.write_head(&elsewhere), Err(VaultError::WrongHead(_))));
    let endless = StoredHead { request_id: Some("x".repeat(100_000)), ..head(1) };
    assert!(matches!(incoming.write_head(&endless), Err(VaultError::WrongHead(_))));
    incoming.write_head(&head(1)).unwrap();
    assert!(matches!(incoming.write_head(&head(1)), Err(VaultError::WrongHead(_))));
}

#[test]
fn an_answer_without_a_head_is_not_kept() {
    let world = World::new();
    let mut incoming = world.vault.begin(&key(), attempt(1), ROOM).unwrap();
    incoming.write(b"picture").unwrap();
    assert!(matches!(incoming.commit(), Err(VaultError::NoHead)));
    assert_eq!(world.vault.find(&key()).unwrap(), None);
}

#[test]
fn a_discarded_answer_leaves_nothing() {
    let world = World::new();
    world.vault.begin(&key(), attempt(1), ROOM).unwrap().discard().unwrap();
    assert_eq!(world.incoming(), 0);
    assert_eq!(world.vault.survey().unwrap(), clearcut_store::Survey::default());
}

#[test]
fn an_answer_that_was_no_picture_is_kept_as_evidence_and_not_found_again() {
    let world = World::new();
    let good = world.keep(1, b"picture");
    let bad = world.keep(2, b"half a zip");
    let kept = world.vault.set_aside(&bad).unwrap();
    assert_eq!(fs::read(kept.join("answer.bin")).unwrap(), b"half a zip");
    assert_eq!(world.vault.find(&key()).unwrap(), Some(good));
    assert_eq!(world.vault.survey().unwrap().troubles, []);
}

#[test]
fn orphans_are_the_entries_without_a_receipt() {
    let world = World::new();
    world.keep(1, b"booked");
    let orphan = world.keep(2, b"not booked");
    let found = world.vault.orphans(&HashSet::from([attempt(1)])).unwrap();
    assert_eq!((found.entries, found.troubles), (vec![orphan], vec![]));
}

#[test]
fn nothing_is_swept_while_somebody_receives() {
    let world = World::new();
    let mut incoming = world.vault.begin(&key(), attempt(1), ROOM).unwrap();
    let other = Vault::open(world.vault.dir(), Arc::new(DiskFiles)).unwrap();
    assert_eq!(other.sweep(&HashSet::new()).unwrap(), 0);
    incoming.write_head(&head(1)).unwrap();
    incoming.commit().unwrap();
    assert_eq!(other.sweep(&HashSet::new()).unwrap(), 0);
}

#[test]
fn leftovers_are_swept_when_nobody_asks_for_them() {
    let world = World::new();
    for number in [1, 2] {
        drop(world.vault.begin(&key(), attempt(number), ROOM).unwrap());
    }
    assert_eq!(world.vault.sweep(&HashSet::from([attempt(2)])).unwrap(), 1);
    assert_eq!(world.vault.leftover(attempt(1)).unwrap(), None);
    assert!(world.vault.leftover(attempt(2)).unwrap().is_some());
}

#[test]
fn a_leftover_with_a_charge_is_kept_as_evidence() {
    let world = World::new();
    let mut incoming = world.vault.begin(&key(), attempt(1), ROOM).unwrap();
    incoming.write_head(&head(1)).unwrap();
    incoming.write(b"half a pict").unwrap();
    drop(incoming);
    let leftover = world.vault.leftover(attempt(1)).unwrap().unwrap();
    assert_eq!((leftover.head.as_ref(), leftover.whole), (Some(&head(1)), false));
    let kept = world.vault.set_aside_leftover(&leftover).unwrap();
    assert!(kept.join("head.json").is_file());
    assert_eq!(world.incoming(), 0);
}
