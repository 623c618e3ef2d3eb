//! The table in the vault's documentation, row by row: the process dies at every single call, and the next start finds
//! what the table says.

use std::collections::HashSet;
use std::sync::Arc;

use clearcut_store::testing::{Call, RecordingFiles};
use clearcut_store::{DiskFiles, StoredHead, Survey, Vault, VaultEntry, VaultError};
use tempfile::TempDir;

use crate::{attempt, key, start};

const BODY: &[u8] = b"a whole picture";

fn head() -> StoredHead {
    StoredHead {
        status: 200,
        charged: Some("1".to_owned()),
        content_length: Some(BODY.len() as u64),
        ..StoredHead::new(&key(), attempt(1), start())
    }
}

/// One answer, from room to entry; fails where the files do.
fn receive(vault: &Vault) -> Result<VaultEntry, VaultError> {
    let mut incoming = vault.begin(&key(), attempt(1), 64 * 1024)?;
    incoming.write_head(&head())?;
    for piece in BODY.chunks(7) {
        incoming.write(piece).map_err(|source| VaultError::Io { path: vault.dir().to_owned(), source })?;
    }
    incoming.commit()
}

#[test]
fn wherever_the_process_dies_the_next_start_knows() {
    let calls = {
        let dir = TempDir::new().unwrap();
        let files = RecordingFiles::over(Arc::new(DiskFiles));
        let vault = Vault::open(dir.path(), Arc::new(files.clone())).unwrap();
        files.clear();
        receive(&vault).unwrap();
        files.calls()
    };
    let place = |wanted: &dyn Fn(&Call) -> bool| calls.iter().position(wanted).unwrap();
    let head_synced = place(&|call| matches!(call, Call::Sync(path) if path.ends_with("head.json")));
    let trimmed = place(&|call| matches!(call, Call::Trim(path, _) if path.ends_with("answer.bin")));
    let renamed = place(&|call| matches!(call, Call::RenameNew(..)));

    for death in 0..=calls.len() {
        let dir = TempDir::new().unwrap();
        let files = RecordingFiles::over(Arc::new(DiskFiles));
        let vault = Vault::open(dir.path(), Arc::new(files.clone())).unwrap();
        files.clear();
        files.die_at(death);
        assert_eq!(receive(&vault).is_ok(), death == calls.len(), "death {death}");

        // The next start.
        let vault = Vault::open(dir.path(), Arc::new(DiskFiles)).unwrap();
        let orphans = vault.orphans(&HashSet::new()).unwrap();
        assert_eq!(orphans.troubles, [], "death {death}: nothing half-written has a final name");
        let leftover = vault.leftover(attempt(1)).unwrap();
        if death > renamed {
            assert_eq!(orphans.entries.len(), 1, "death {death}: an entry");
            assert_eq!(leftover, None);
        } else {
            assert_eq!(orphans, Survey::default());
            let known = leftover.as_ref().and_then(|leftover| leftover.head.clone());
            if death >= head_synced {
                assert_eq!(known, Some(head()), "death {death}: the charge is known");
            }
            let whole = leftover.as_ref().is_some_and(|leftover| leftover.whole);
            assert_eq!(whole, death > trimmed, "death {death}: whole once it was trimmed");
            if whole {
                let entry = vault.adopt(leftover.unwrap()).unwrap();
                assert_eq!(std::fs::read(entry.body).unwrap(), BODY);
            }
        }
        if death > trimmed {
            assert_eq!(std::fs::read(vault.find(&key()).unwrap().unwrap().body).unwrap(), BODY);
        }
        vault.sweep(&HashSet::new()).unwrap();
        assert_eq!(vault.leftover(attempt(1)).unwrap(), None);
    }
}

#[test]
fn adopting_what_is_not_whole_is_refused() {
    let dir = TempDir::new().unwrap();
    let vault = Vault::open(dir.path(), Arc::new(DiskFiles)).unwrap();
    let mut incoming = vault.begin(&key(), attempt(1), 4096).unwrap();
    incoming.write_head(&head()).unwrap();
    incoming.write(&BODY[..5]).unwrap();
    drop(incoming);
    let leftover = vault.leftover(attempt(1)).unwrap().unwrap();
    assert!(matches!(vault.adopt(leftover), Err(VaultError::NoHead)));
}

#[test]
fn an_adopted_answer_is_synced_like_any_other() {
    let dir = TempDir::new().unwrap();
    let files = RecordingFiles::over(Arc::new(DiskFiles));
    let vault = Vault::open(dir.path(), Arc::new(files.clone())).unwrap();
    files.fail_when(|_, call| matches!(call, Call::RenameNew(..)).then_some(std::io::ErrorKind::Interrupted));
    receive(&vault).unwrap_err();
    files.heal();
    files.clear();
    vault.adopt(vault.leftover(attempt(1)).unwrap().unwrap()).unwrap();
    let briefs = files.briefs();
    let at = |brief: &str| briefs.iter().position(|call| call.starts_with(brief)).unwrap();
    assert!(at("sync answer.bin") < at("rename_new") && at("sync head.json") < at("rename_new"), "{briefs:?}");
    assert!(briefs.last().unwrap().starts_with("sync_dir"), "{briefs:?}");
}
