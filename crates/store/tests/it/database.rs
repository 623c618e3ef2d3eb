//! Opening the database.

use std::fs;

use clearcut_store::{Store, StoreError};
use rusqlite::Connection;
use tempfile::TempDir;

#[test]
fn a_new_folder_becomes_a_store_and_opens_again() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("not/yet/there");
    drop(Store::open(&data).unwrap());
    let store = Store::open(&data).unwrap();
    assert_eq!(store.account_list().unwrap(), []);
    assert!(data.join("clearcut.db").is_file() && data.join("runs").is_dir());
}

#[test]
fn commits_are_on_disk_and_readers_do_not_wait() {
    let dir = TempDir::new().unwrap();
    let _store = Store::open(dir.path()).unwrap();
    let connection = Connection::open(dir.path().join("clearcut.db")).unwrap();
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[test]
fn a_database_of_a_newer_program_is_refused_and_left_alone() {
    let dir = TempDir::new().unwrap();
    drop(Store::open(dir.path()).unwrap());
    let path = dir.path().join("clearcut.db");
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let before = fs::read(&path).unwrap();

    let error = Store::open(dir.path()).unwrap_err();
    assert!(matches!(error, StoreError::NewerDatabase { found: 99, known: 4, .. }), "{error:?}");
    assert!(error.to_string().contains("newer Clearcut"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("clearcut.db");
    fs::write(&path, "these are not the pages you are looking for".repeat(100)).unwrap();
    let error = Store::open(dir.path()).unwrap_err();
    assert!(matches!(&error, StoreError::NotADatabase { path: named } if *named == path), "{error:?}");
}

#[test]
fn a_folder_that_is_a_file_is_named() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    fs::write(&data, "").unwrap();
    let error = Store::open(&data).unwrap_err();
    assert!(matches!(&error, StoreError::Io { path, .. } if path.starts_with(&data)), "{error:?}");
}

#[test]
fn many_may_open_a_new_store_at_once() {
    let dir = TempDir::new().unwrap();
    std::thread::scope(|scope| {
        let openers: Vec<_> = (0..8).map(|_| scope.spawn(|| Store::open(dir.path()))).collect();
        for opener in openers {
            opener.join().unwrap().unwrap();
        }
    });
}
