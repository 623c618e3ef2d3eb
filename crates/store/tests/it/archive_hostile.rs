//! Archives that somebody made or changed: each is refused in words, and nothing of it is taken over.

use std::fs::File;
use std::io::{Read, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use clearcut_store::{ArchiveError, DiskFiles};
use rstest::rstest;
use rusqlite::Connection;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::archive::Computer;

const MANIFEST: &str = "archive.json";
type Parts = Vec<(String, Vec<u8>)>;

/// A good archive's parts, without its list.
fn good(old: &Computer) -> Parts {
    let file = old.file("good.zip");
    old.save(&file).unwrap();
    let mut zip = ZipArchive::new(File::open(file).unwrap()).unwrap();
    let mut parts = Parts::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        let (name, mut bytes) = (entry.name().unwrap().into_owned(), Vec::new());
        entry.read_to_end(&mut bytes).unwrap();
        if name != MANIFEST {
            parts.push((name, bytes));
        }
    }
    parts
}

fn manifest(parts: &Parts) -> Value {
    let listed = parts.iter().map(|(name, bytes)| {
        json!({ "name": name, "bytes": bytes.len(), "blake3": blake3::hash(bytes).to_hex().to_string() })
    });
    json!({ "format": 1, "written_by": "somebody", "parts": listed.collect::<Vec<_>>() })
}

fn write(file: &Path, parts: &Parts, manifest: &Value, method: CompressionMethod) {
    let mut zip = ZipWriter::new(File::create(file).unwrap());
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), stored.compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.start_file(MANIFEST, stored).unwrap();
    zip.write_all(manifest.to_string().as_bytes()).unwrap();
    zip.finish().unwrap();
}

/// Loads it on a new computer, where it must leave nothing.
fn refused(file: &Path) -> ArchiveError {
    let new = Computer::new();
    let error = new.load(file).unwrap_err();
    assert_eq!(new.store.account_list().unwrap().len(), 1, "only the practice account");
    assert_eq!(new.vault.survey().unwrap(), clearcut_store::Survey::default());
    assert!(!new.file("moving").exists());
    assert!(!new.dir.path().parent().unwrap().join("evil").exists());
    error
}

/// Changes the database in the archive by hand.
fn sql(parts: &mut Parts, old: &Computer, statement: &str) {
    let database = &mut parts.iter_mut().find(|(name, _)| name == "clearcut.db").unwrap().1;
    let path = old.file("changed.db");
    let _ = std::fs::remove_file(&path);
    std::fs::write(&path, &*database).unwrap();
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(statement).unwrap();
    drop(connection);
    *database = std::fs::read(path).unwrap();
}

#[test]
fn what_was_put_together_by_hand_and_is_whole_is_taken() {
    let old = Computer::new();
    old.account("Studio", "aaaa", 2);
    let parts = good(&old);
    let file = old.file("by-hand.zip");
    write(&file, &parts, &manifest(&parts), CompressionMethod::Stored);
    assert_eq!(Computer::new().load(&file).unwrap().answers, 2, "or the refusals below would prove nothing");
}

#[rstest]
#[case::a_name_that_leads_out("../evil")]
#[case::a_name_from_the_root("/tmp/evil")]
#[case::a_name_beside_the_vault("vault/../../evil")]
#[case::a_lock("runs/1.lock")]
#[case::a_log_of_the_database("clearcut.db-wal")]
fn a_part_of_another_name(#[case] name: &str) {
    let old = Computer::new();
    old.account("Studio", "aaaa", 1);
    let mut parts = good(&old);
    parts.push((name.to_owned(), b"evil".to_vec()));
    let file = old.file("bad.zip");
    write(&file, &parts, &manifest(&parts), CompressionMethod::Stored);
    assert!(matches!(refused(&file), ArchiveError::NotWhole(_)));
    // The same, but the list keeps silent about it.
    let listed = manifest(&parts[..parts.len() - 1].to_vec());
    write(&file, &parts, &listed, CompressionMethod::Stored);
    assert!(matches!(refused(&file), ArchiveError::NotWhole(_)));
}

#[rstest]
#[case::of_another_layout("CREATE TRIGGER evil AFTER INSERT ON jobs BEGIN DELETE FROM plans; END", "laid out")]
#[case::with_a_view("DROP TABLE watch_files; CREATE VIEW watch_files AS SELECT 1 AS watch", "laid out")]
#[case::with_a_trigger_less("DROP TRIGGER ledger_is_never_changed", "laid out")]
#[case::with_a_word_nobody_knows("UPDATE jobs SET state = 'paid twice'", "cannot be read")]
#[case::with_a_ledger_of_loose_ends("PRAGMA foreign_keys = OFF; DELETE FROM runs", "belong together")]
#[case::with_lines_beyond_all_numbers(
    "INSERT INTO ledger (seq, account, at_us, kind, amount) SELECT 9223372036854775807, id, 0, 'used_elsewhere', 1 FROM accounts LIMIT 1",
    "belong together"
)]
#[case::without_receipts("DELETE FROM receipts", "without a receipt")]
fn a_database(#[case] statement: &str, #[case] because: &str) {
    let old = Computer::new();
    old.account("Studio", "aaaa", 2);
    let mut parts = good(&old);
    sql(&mut parts, &old, statement);
    let file = old.file("bad.zip");
    write(&file, &parts, &manifest(&parts), CompressionMethod::Stored);
    let error = refused(&file).to_string();
    assert!(error.contains(because), "{error}");
}

#[test]
fn a_newer_one_is_told_as_such() {
    let old = Computer::new();
    old.account("Studio", "aaaa", 1);
    let file = old.file("bad.zip");
    let mut parts = good(&old);
    let mut listed = manifest(&parts);
    listed["format"] = json!(2);
    listed["parts"] = json!("in another way");
    write(&file, &parts, &listed, CompressionMethod::Stored);
    assert!(matches!(refused(&file), ArchiveError::Newer { found: 2, known: 1 }));
    sql(&mut parts, &old, "PRAGMA user_version = 999");
    write(&file, &parts, &manifest(&parts), CompressionMethod::Stored);
    assert!(matches!(refused(&file), ArchiveError::Newer { found: 999, .. }));
}

#[test]
fn an_older_database_is_brought_to_date() {
    let old = Computer::new();
    old.account("Studio", "aaaa", 2);
    let mut parts = good(&old);
    sql(&mut parts, &old, "DROP TABLE edits; DROP TABLE backdrops; PRAGMA user_version = 3");
    let file = old.file("old.zip");
    write(&file, &parts, &manifest(&parts), CompressionMethod::Stored);
    assert_eq!(Computer::new().load(&file).unwrap().answers, 2);
}

#[test]
fn anything_compressed_is_a_bomb_until_it_is_shown_otherwise() {
    let old = Computer::new();
    old.account("Studio", "aaaa", 1);
    let mut parts = good(&old);
    parts.push((format!("backdrops/{}", "0".repeat(64)), vec![0; 50_000_000]));
    let file = old.file("bomb.zip");
    write(&file, &parts, &manifest(&parts), CompressionMethod::Deflated);
    assert!(file.metadata().unwrap().len() < 1_000_000);
    assert!(matches!(refused(&file), ArchiveError::NotWhole(_)));
}

#[test]
fn a_wrong_hash_or_length_and_a_part_listed_twice() {
    let old = Computer::new();
    old.account("Studio", "aaaa", 1);
    let parts = good(&old);
    let file = old.file("bad.zip");
    let answer = parts.iter().position(|(name, _)| name.ends_with("answer.bin")).unwrap();
    let changes: [&dyn Fn(&mut Value); 4] = [
        &|list| list["parts"][answer]["blake3"] = json!("00".repeat(32)),
        &|list| list["parts"][answer]["blake3"] = json!("not a hash"),
        &|list| list["parts"][answer]["bytes"] = json!(u64::MAX),
        &|list| list["parts"][answer] = list["parts"][0].clone(),
    ];
    for change in changes {
        let mut listed = manifest(&parts);
        change(&mut listed);
        write(&file, &parts, &listed, CompressionMethod::Stored);
        assert!(matches!(refused(&file), ArchiveError::NotWhole(_)));
    }
}

#[test]
fn wherever_it_is_cut_off_or_damaged_nothing_is_taken() {
    let old = Computer::new();
    old.account("Studio", "aaaa", 1);
    let file = old.file("good.zip");
    old.save(&file).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let new = Computer::new();
    let load = |bytes: &[u8]| {
        std::fs::write(&file, bytes).unwrap();
        let staged = new.store.archive_unpack(&file, Arc::new(DiskFiles), &mut |_, _| ControlFlow::Continue(()));
        staged.map(|staged| staged.discard().unwrap()).is_ok()
    };
    assert!(load(&whole));
    for cut in (0..whole.len()).step_by(whole.len() / 40) {
        assert!(!load(&whole[..cut]), "cut off at {cut}");
    }
    // One bit of the contents, at places all over it. The headers in front of parts are not read twice, so not each of theirs matters.
    let mut noticed = 0;
    for place in (100..whole.len()).step_by(whole.len() / 40) {
        let mut damaged = whole.clone();
        damaged[place] ^= 4;
        noticed += usize::from(!load(&damaged));
    }
    assert!(noticed >= 38, "{noticed} of 40");
}
