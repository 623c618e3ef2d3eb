//! Every kind of thing that is left out, with its reason or in its count.

use std::fs;

use rstest::rstest;

use super::*;

fn picture(path: &Path) {
    let picture = clearcut_imaging::Rgba::filled(3, 2, [10, 20, 30, 255]);
    let bytes = clearcut_imaging::encode_to_vec(
        &picture,
        clearcut_imaging::OutputFormat::Png,
        &clearcut_imaging::EncodeOptions::default(),
    );
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes.unwrap()).unwrap();
}

fn take(paths: &[PathBuf], folders: Folders) -> Taken {
    examine(paths, &Rules { folders, own: &|_| false, stop: &|| false })
}

fn take_with_own(paths: &[PathBuf], own: &OwnOutputs) -> Taken {
    examine(paths, &Rules { folders: Folders::Walk, own: &|path| own.holds(path), stop: &|| false })
}

fn names(taken: &Taken) -> Vec<String> {
    taken.pictures.iter().map(|picture| file_name(&picture.path)).collect()
}

fn codes(taken: &Taken) -> Vec<Code> {
    taken.refused().iter().map(|refused| refused.problem.code).collect()
}

#[test]
fn a_folder_is_walked_and_what_is_no_picture_in_it_counted() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("b.png"));
    picture(&folder.path().join("sub/ä ü.png"));
    picture(&folder.path().join(".hidden.png"));
    fs::write(folder.path().join("notes.txt"), "hello").unwrap();
    fs::write(folder.path().join("empty.jpg"), "").unwrap();
    let taken = take(&[folder.path().to_path_buf()], Folders::Walk);
    assert_eq!(names(&taken), ["b.png", "ä ü.png"]);
    assert_eq!(codes(&taken), [Code::EmptyFile]);
    assert_eq!(taken.left_out, LeftOut { hidden: 1, no_pictures: 1, ..LeftOut::default() });
}

#[rstest]
#[case(".hidden.png")]
#[case(".git/a.png")]
#[case(".DS_Store")]
#[case(".Trash-1000/files/a.png")]
#[case(".clearcut-0199.part")]
#[case("Thumbs.db")]
#[case("THUMBS.DB")]
#[case("desktop.ini")]
#[case("__MACOSX/._a.png")]
#[case("$RECYCLE.BIN/$R1.png")]
#[case("@eaDir/a.png")]
fn hidden_and_system_files_are_left_out_and_counted(#[case] name: &str) {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("a.png"));
    picture(&folder.path().join(name));
    let taken = take(&[folder.path().to_path_buf()], Folders::Walk);
    assert_eq!((names(&taken), taken.left_out.hidden), (vec!["a.png".to_owned()], 1));
    assert!(taken.refused().is_empty());
}

#[test]
fn a_hidden_file_that_was_named_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join(".hidden.png"));
    assert_eq!(names(&take(&[folder.path().join(".hidden.png")], Folders::Walk)), [".hidden.png"]);
}

#[test]
fn own_cutouts_are_left_out_however_they_are_brought() {
    let folder = tempfile::tempdir().unwrap();
    let (own, other) = (folder.path().join("dog-cutout.png"), folder.path().join("cat-cutout.png"));
    picture(&own);
    // Only what the records name: somebody else's file may be called so, too.
    picture(&other);
    let known = OwnOutputs::of([own.clone()]);
    let taken = take_with_own(&[folder.path().to_path_buf()], &known);
    assert_eq!((names(&taken), taken.left_out.own), (vec!["cat-cutout.png".to_owned()], 1));
    let taken = take_with_own(&[own, other], &known);
    assert_eq!((names(&taken), codes(&taken)), (vec!["cat-cutout.png".to_owned()], vec![Code::OwnOutput]));
}

#[cfg(unix)]
#[test]
fn own_cutouts_are_known_through_links() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("real/dog-cutout.png"));
    std::os::unix::fs::symlink(folder.path().join("real"), folder.path().join("way")).unwrap();
    for (saved, named) in [("real", "way"), ("way", "real")] {
        let known = OwnOutputs::of([folder.path().join(saved).join("dog-cutout.png")]);
        let taken = take_with_own(&[folder.path().join(named)], &known);
        assert_eq!(taken.left_out.own, 1, "saved in {saved}, taken in from {named}");
    }
}

#[test]
fn files_that_were_named_are_told_about_one_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.jpg");
    fs::write(&text, "no picture at all").unwrap();
    let cut_off = folder.path().join("cut-off.png");
    picture(&cut_off);
    fs::write(&cut_off, &fs::read(&cut_off).unwrap()[..40]).unwrap();
    let missing = folder.path().join("gone.png");
    let taken = take(&[text, missing, cut_off, folder.path().to_path_buf()], Folders::Refuse);
    assert!(taken.pictures.is_empty());
    assert_eq!(codes(&taken), [Code::NotAPicture, Code::NotFound, Code::DamagedPicture, Code::IsFolder]);
}

#[test]
fn the_same_file_twice_is_one_picture() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    picture(&path);
    let spelled = folder.path().join(".").join("a.png");
    let taken = take(&[path.clone(), path, spelled, folder.path().to_path_buf()], Folders::Walk);
    assert_eq!((taken.pictures.len(), taken.refused().len()), (1, 0));
    // Each path that was named has its answer.
    assert!(taken.told.iter().all(|told| told.picture == Ok(0)));
    assert_eq!(taken.told.len(), 3);
}

#[test]
fn a_folder_without_pictures_says_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "hello").unwrap();
    let taken = take(&[folder.path().to_path_buf()], Folders::Walk);
    assert_eq!((codes(&taken), taken.left_out.no_pictures), (vec![Code::IsFolder], 1));
}

#[test]
fn the_tree_of_one_folder_is_remembered_and_of_several_with_their_names() {
    let home = tempfile::tempdir().unwrap();
    picture(&home.path().join("one/a.png"));
    picture(&home.path().join("one/deep/er/b.png"));
    picture(&home.path().join("two/deep/c.png"));
    picture(&home.path().join("d.png"));
    let below = |paths: &[&str]| {
        let paths: Vec<_> = paths.iter().map(|path| home.path().join(path)).collect();
        let taken = take(&paths, Folders::Walk);
        taken.pictures.iter().map(|picture| picture.below.to_string_lossy().replace('\\', "/")).collect::<Vec<_>>()
    };
    assert_eq!(below(&["one", "d.png"]), ["", "deep/er", ""]);
    assert_eq!(below(&["one", "two"]), ["one", "one/deep/er", "two/deep"]);
}

#[cfg(unix)]
#[test]
fn links_in_folders_are_counted_and_loops_end() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("a.png"));
    symlink(folder.path(), folder.path().join("loop")).unwrap();
    symlink(folder.path().join("nowhere"), folder.path().join("broken")).unwrap();
    symlink(folder.path().join("self"), folder.path().join("self")).unwrap();
    let taken = take(&[folder.path().to_path_buf()], Folders::Walk);
    assert_eq!((names(&taken), taken.left_out.links), (vec!["a.png".to_owned()], 3));
    // Named, a loop is a file that cannot be read; a link to a picture is that picture.
    let taken = take(&[folder.path().join("self"), folder.path().join("broken")], Folders::Walk);
    assert_eq!((taken.pictures.len(), taken.refused().len()), (0, 2));
    symlink(folder.path().join("a.png"), folder.path().join("link.png")).unwrap();
    assert_eq!(names(&take(&[folder.path().join("link.png")], Folders::Walk)), ["link.png"]);
}

#[test]
fn a_tree_without_an_end_is_left_where_it_gets_too_deep() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("d/".repeat(40));
    picture(&deep.join("a.png"));
    picture(&folder.path().join("b.png"));
    let taken = take(&[folder.path().to_path_buf()], Folders::Walk);
    assert_eq!((names(&taken), codes(&taken)), (vec!["b.png".to_owned()], vec![Code::FileTrouble]));
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_told_with_its_reason() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("closed/a.png"));
    picture(&folder.path().join("open.png"));
    fs::set_permissions(folder.path().join("closed"), fs::Permissions::from_mode(0o000)).unwrap();
    let is_root = fs::read_dir(folder.path().join("closed")).is_ok();
    let taken = take(&[folder.path().to_path_buf()], Folders::Walk);
    fs::set_permissions(folder.path().join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
    // The superuser may read everything.
    let expected = if is_root { vec![] } else { vec![Code::NoPermission] };
    assert_eq!(codes(&taken), expected);
    assert!(names(&taken).contains(&"open.png".to_owned()));
}

#[cfg(unix)]
#[test]
fn pipes_are_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("a.png"));
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket.png")).unwrap();
    let taken = take(&[folder.path().to_path_buf()], Folders::Walk);
    assert_eq!((names(&taken), taken.left_out.no_pictures), (vec!["a.png".to_owned()], 1));
}

#[test]
fn a_file_that_vanishes_in_between_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let (stays, goes) = (folder.path().join("a.png"), folder.path().join("b.png"));
    picture(&stays);
    picture(&goes);
    let own = |path: &Path| {
        // Asked while the folder is walked: after the listing, before the reading.
        if path == goes && path.exists() {
            fs::remove_file(&goes).unwrap();
        }
        false
    };
    let taken = examine(&[folder.path().to_path_buf()], &Rules { folders: Folders::Walk, own: &own, stop: &|| false });
    assert_eq!((names(&taken), codes(&taken)), (vec!["a.png".to_owned()], vec![Code::NotFound]));
}

#[test]
fn what_was_stopped_is_told_as_stopped() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("a.png"));
    let rules = Rules { folders: Folders::Walk, own: &|_| false, stop: &|| true };
    let taken = examine(&[folder.path().join("a.png")], &rules);
    assert_eq!(codes(&taken), [Code::Cancelled]);
}

#[test]
fn a_huge_list_keeps_its_order() {
    let folder = tempfile::tempdir().unwrap();
    picture(&folder.path().join("0000.png"));
    for number in 1..2_000 {
        fs::hard_link(folder.path().join("0000.png"), folder.path().join(format!("{number:04}.png"))).unwrap();
    }
    let taken = take(&[folder.path().to_path_buf()], Folders::Walk);
    let expected: Vec<_> = (0..2_000).map(|number| format!("{number:04}.png")).collect();
    assert_eq!(names(&taken), expected);
}

#[rstest]
#[case(LeftOut::default(), None)]
#[case(LeftOut { hidden: 1, ..LeftOut::default() }, Some("1 hidden file was left out."))]
#[case(LeftOut { hidden: 12, own: 3, ..LeftOut::default() }, Some("12 hidden files and 3 earlier cutouts were left out."))]
#[case(
    LeftOut { hidden: 2, own: 1, links: 1, no_pictures: 5 },
    Some("2 hidden files, 1 earlier cutout, 1 link and 5 files that are no pictures were left out.")
)]
fn what_was_left_out_is_said_in_a_sentence(#[case] left_out: LeftOut, #[case] expected: Option<&str>) {
    assert_eq!(note(&left_out).as_deref(), expected);
}
