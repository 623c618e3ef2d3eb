//! The file layer itself.

use std::fs;
use std::io::{ErrorKind, Write};
use std::sync::Arc;

use clearcut_store::testing::RecordingFiles;
use clearcut_store::{DiskFiles, Files};
use rstest::rstest;
use tempfile::TempDir;

#[test]
fn room_set_aside_is_real_and_what_is_left_over_is_given_back() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("answer.bin");
    let mut file = DiskFiles.create_new(&path).unwrap();
    file.allocate(1 << 20).unwrap();
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt;
        assert!(fs::metadata(&path).unwrap().blocks() * 512 >= 1 << 20, "space, not only a length");
    }
    file.write_all(b"short").unwrap();
    file.trim(5).unwrap();
    file.sync().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"short");
}

#[test]
fn more_may_be_written_than_was_set_aside() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("answer.bin");
    let mut file = DiskFiles.create_new(&path).unwrap();
    file.allocate(4).unwrap();
    file.write_all(b"longer than that").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"longer than that");
}

#[test]
fn a_new_file_is_never_an_old_one() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("there");
    fs::write(&path, "mine").unwrap();
    assert_eq!(DiskFiles.create_new(&path).err().unwrap().kind(), ErrorKind::AlreadyExists);
    assert_eq!(fs::read(&path).unwrap(), b"mine");
}

#[rstest]
#[case::file_over_file(false, false)]
#[case::file_over_folder(false, true)]
#[case::folder_over_file(true, false)]
#[case::folder_over_folder(true, true)]
fn a_rename_never_replaces(#[case] from_is_dir: bool, #[case] to_is_dir: bool) {
    let dir = TempDir::new().unwrap();
    let make = |name: &str, is_dir: bool| {
        let path = dir.path().join(name);
        if is_dir {
            fs::create_dir(&path).unwrap();
        } else {
            fs::write(&path, name).unwrap();
        }
        path
    };
    let (from, to) = (make("from", from_is_dir), make("to", to_is_dir));
    assert_eq!(DiskFiles.rename_new(&from, &to).unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!((from.is_dir(), to.is_dir()), (from_is_dir, to_is_dir));

    let free = dir.path().join("free");
    DiskFiles.rename_new(&from, &free).unwrap();
    assert!(!from.exists() && free.exists());
}

#[test]
fn a_file_that_is_not_there_is_not_renamed_or_made() {
    let dir = TempDir::new().unwrap();
    let to = dir.path().join("to");
    assert_eq!(DiskFiles.rename_new(&dir.path().join("from"), &to).unwrap_err().kind(), ErrorKind::NotFound);
    assert!(!to.exists());
}

#[test]
fn free_space_is_a_number_of_this_drive() {
    let dir = TempDir::new().unwrap();
    assert!(DiskFiles.free_space(dir.path()).unwrap() > 0);
    assert!(DiskFiles.free_space(&dir.path().join("nowhere")).is_err());
}

#[test]
fn a_record_is_kept_and_calls_fail_on_request() {
    let dir = TempDir::new().unwrap();
    let files = RecordingFiles::over(Arc::new(DiskFiles));
    let path = dir.path().join("a");
    let mut file = files.create_new(&path).unwrap();
    files.fail_when(|_, call| call.brief().starts_with("sync").then_some(ErrorKind::StorageFull));
    file.write_all(b"12").unwrap();
    assert_eq!(file.sync().unwrap_err().kind(), ErrorKind::StorageFull);
    files.heal();
    file.sync().unwrap();
    files.fail_nth(4, ErrorKind::PermissionDenied);
    assert_eq!(files.remove_file(&path).unwrap_err().kind(), ErrorKind::PermissionDenied);
    assert!(path.exists(), "what fails does nothing");
    files.remove_file(&path).unwrap();
    assert_eq!(files.briefs(), ["create_new a", "write a", "sync a", "sync a", "remove_file a", "remove_file a"]);
    files.die_at(6);
    assert!(files.create_dir_all(&path).is_err() && files.create_dir_all(&path).is_err());
}
