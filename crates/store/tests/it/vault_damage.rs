//! What does not belong into the vault, or was damaged there, is reported and left alone; nothing panics.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use clearcut_store::{AccountId, DiskFiles, StoredHead, Trouble, Vault, VaultEntry, VaultError};
use rstest::rstest;
use tempfile::TempDir;

use crate::{attempt, key, start};

fn kept(dir: &Path, number: u128) -> (Vault, VaultEntry) {
    let vault = Vault::open(dir, Arc::new(DiskFiles)).unwrap();
    let mut incoming = vault.begin(&key(), attempt(number), 4096).unwrap();
    incoming.write_head(&StoredHead::new(&key(), attempt(number), start())).unwrap();
    incoming.write(b"picture").unwrap();
    let entry = incoming.commit().unwrap();
    (vault, entry)
}

#[rstest]
#[case::empty(b"", "EOF")]
#[case::cut_off(b"{\"format\": 1, \"attem", "EOF")]
#[case::zeros(&[0; 64], "expected value")]
#[case::not_utf8(&[0xff, 0xfe], "UTF-8")]
#[case::another_document(b"{\"name\": \"dog\"}", "missing field")]
#[case::endless(&[b' '; 70 * 1024], "too long")]
fn a_damaged_head_is_reported(#[case] content: &[u8], #[case] reason: &str) {
    let dir = TempDir::new().unwrap();
    let (vault, entry) = kept(dir.path(), 1);
    fs::write(entry.dir.join("head.json"), content).unwrap();
    let survey = vault.survey().unwrap();
    assert_eq!(survey.entries, []);
    let told = survey.troubles[0].to_string();
    assert!(told.contains(reason) && told.contains("damaged"), "{told}");
    // It was paid: it must not pass for unpaid.
    assert!(matches!(vault.find(&key()), Err(VaultError::Damaged(_))));
    assert!(matches!(vault.entry(&entry.name()), Err(VaultError::Damaged(_))));
}

#[test]
fn the_head_of_a_newer_program_is_reported() {
    let dir = TempDir::new().unwrap();
    let (vault, entry) = kept(dir.path(), 1);
    let path = entry.dir.join("head.json");
    let newer = fs::read_to_string(&path).unwrap().replace("\"format\": 1", "\"format\": 2");
    fs::write(&path, newer).unwrap();
    assert!(vault.survey().unwrap().troubles[0].to_string().contains("newer Clearcut"));
}

#[test]
fn a_head_of_today_reads_with_fields_of_tomorrow() {
    let dir = TempDir::new().unwrap();
    let (vault, entry) = kept(dir.path(), 1);
    let path = entry.dir.join("head.json");
    let more = fs::read_to_string(&path).unwrap().replacen('{', "{\"colour_of_the_sky\": [1, 2],", 1);
    fs::write(&path, more).unwrap();
    assert_eq!(vault.find(&key()).unwrap(), Some(entry));
}

#[test]
fn a_missing_body_is_reported() {
    let dir = TempDir::new().unwrap();
    let (vault, entry) = kept(dir.path(), 1);
    fs::remove_file(&entry.body).unwrap();
    assert!(vault.survey().unwrap().troubles[0].to_string().contains("answer.bin is missing"));
}

#[test]
fn a_head_in_another_answers_folder_is_reported() {
    let dir = TempDir::new().unwrap();
    let (vault, first) = kept(dir.path(), 1);
    let (_, second) = kept(dir.path(), 2);
    fs::copy(first.dir.join("head.json"), second.dir.join("head.json")).unwrap();
    let survey = vault.survey().unwrap();
    assert_eq!(survey.entries, [first]);
    assert!(survey.troubles[0].to_string().contains("belongs to another answer"));
}

#[test]
fn a_sound_answer_is_found_beside_a_damaged_one() {
    let dir = TempDir::new().unwrap();
    let (vault, sound) = kept(dir.path(), 1);
    let (_, damaged) = kept(dir.path(), 2);
    fs::write(damaged.dir.join("head.json"), "?").unwrap();
    assert_eq!(vault.find(&key()).unwrap(), Some(sound));
}

#[test]
fn what_does_not_belong_is_reported_and_left_alone() {
    let dir = TempDir::new().unwrap();
    let (vault, entry) = kept(dir.path(), 1);
    let home = entry.dir.parent().unwrap();
    let account = home.parent().unwrap();
    let strangers = [
        dir.path().join("holiday.jpg"),
        dir.path().join(AccountId::new().to_string()),
        account.join("notes.txt"),
        account.join("0123456789abcdef0123456789abcdef"),
        home.join("copy of answer"),
    ];
    for stranger in &strangers {
        fs::write(stranger, "hello").unwrap();
    }
    fs::write(dir.path().join(".DS_Store"), "").unwrap();
    fs::write(dir.path().join("incoming/readme.txt"), "").unwrap();

    let survey = vault.survey().unwrap();
    assert_eq!(survey.entries, [entry]);
    let mut expected = strangers.clone().map(|path| Trouble::Foreign { path }).to_vec();
    expected.sort_by_key(ToString::to_string);
    assert_eq!(survey.troubles, expected);
    vault.sweep(&std::collections::HashSet::new()).unwrap();
    assert!(strangers.iter().all(|path| path.exists()) && dir.path().join("incoming/readme.txt").exists());
}
