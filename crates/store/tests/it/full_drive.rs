//! A drive that is really full: a small tmpfs, where the user may mount one; elsewhere this test says so and passes.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use clearcut_store::{DiskFiles, Store, StoreError, StoredHead, Vault, VaultError};
use tempfile::TempDir;

use crate::{account_row, attempt, key, start};

/// A tmpfs of eight megabytes, unmounted when dropped.
struct SmallDrive(TempDir);

impl SmallDrive {
    fn mount() -> Option<Self> {
        let dir = TempDir::new().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(dir.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(dir))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes until nothing more fits.
    fn fill(&self) {
        let mut file = File::create(self.path().join("ballast")).unwrap();
        for size in [64 * 1024, 4096, 1] {
            while let Ok(1..) = file.write(&vec![1; size]) {}
        }
    }
}

impl Drop for SmallDrive {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

#[test]
fn an_answer_whose_room_was_set_aside_is_kept_on_a_full_drive() {
    let Some(drive) = SmallDrive::mount() else {
        println!("skipped: no tmpfs may be mounted here");
        return;
    };
    let vault = Vault::open(&drive.path().join("vault"), Arc::new(DiskFiles)).unwrap();
    let picture = vec![7; 3 << 20];
    let mut incoming = vault.begin(&key(), attempt(1), picture.len() as u64).unwrap();
    drive.fill();

    incoming.write_head(&StoredHead::new(&key(), attempt(1), start())).unwrap();
    incoming.write(&picture).unwrap();
    let entry = incoming.commit().unwrap();
    assert_eq!(std::fs::read(entry.body).unwrap(), picture);

    let next = vault.begin(&key(), attempt(2), 4096).unwrap_err();
    assert!(matches!(next, VaultError::NoRoom { .. }), "{next:?}");
    assert_eq!(std::io::Error::from(next).kind(), ErrorKind::StorageFull);
}

#[test]
fn a_database_on_a_full_drive_says_so_and_stays_whole() {
    let Some(drive) = SmallDrive::mount() else {
        println!("skipped: no tmpfs may be mounted here");
        return;
    };
    let store = Store::open(drive.path()).unwrap();
    drive.fill();
    let full = std::iter::repeat_with(|| store.account_put(&account_row(clearcut_store::AccountId::new())))
        .take(10_000)
        .find_map(Result::err);
    assert!(matches!(full, Some(StoreError::DiskFull)), "{full:?}");
    let written = store.account_list().unwrap().len();
    std::fs::remove_file(drive.path().join("ballast")).unwrap();
    store.account_put(&account_row(clearcut_store::AccountId::new())).unwrap();
    assert_eq!(Store::open(drive.path()).unwrap().account_list().unwrap().len(), written + 1);
}
