//! Tables and laws of names.

use proptest::prelude::*;
use rstest::rstest;

use super::portable::{forbidden, units};
use super::*;

proptest! {
    #[test]
    fn whatever_originals_are_called_results_have_names_of_their_own_that_every_system_takes(
        inputs in prop::collection::vec("[a-cA-C.é\u{301} :?\u{1f}-]{1,6}(\\.jpg)?", 1..12)
    ) {
        let mut taken = NameSet::new();
        let mut names = HashSet::new();
        for input in &inputs {
            let name = plan(input, &mut taken);
            prop_assert!(names.insert(folded(Path::new(&name))), "{name} twice for {inputs:?}");
            prop_assert!(name.len() <= MAX_NAME_BYTES && name.ends_with(".png"));
            prop_assert!(!name.contains(forbidden), "{name:?}");
        }
    }
}

fn plan(input: &str, taken: &mut NameSet) -> String {
    plan_output(Path::new(input), Some(Path::new("/nowhere")), OutputFormat::Png, taken)
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned()
}

#[rstest]
#[case("dog.jpg", "dog-cutout.png")]
#[case("dog", "dog-cutout.png")]
#[case("two.dots.webp", "two.dots-cutout.png")]
#[case(".hidden", ".hidden-cutout.png")]
#[case("a:b?c.jpg", "a_b_c-cutout.png")]
#[case("CON.jpg", "CON-cutout.png")]
#[case("con.tent.jpg", "_con.tent-cutout.png")]
#[case("com7.x.jpg", "_com7.x-cutout.png")]
#[case("   .jpg", "picture-cutout.png")]
#[case("żółw.jpg", "żółw-cutout.png")]
fn a_result_is_named_after_its_original(#[case] input: &str, #[case] output: &str) {
    assert_eq!(plan(input, &mut NameSet::new()), output);
}

#[rstest]
#[case("dog.jpg", "dog.png")]
#[case("Dog.jpg", "dOG.jpg")]
#[case("caf\u{e9}.jpg", "cafe\u{301}.jpg")]
#[case("STRASSE.jpg", "straße.jpg")]
fn two_originals_never_share_a_name(#[case] one: &str, #[case] two: &str) {
    let mut taken = NameSet::new();
    let (one, two) = (plan(one, &mut taken), plan(two, &mut taken));
    assert!(two.ends_with("-cutout-2.png"), "{one} and {two}");
}

#[test]
fn a_name_in_use_on_disk_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("dog.jpg");
    std::fs::write(folder.path().join("dog-cutout.png"), b"somebody's").unwrap();
    let planned = plan_output(&input, None, OutputFormat::Png, &mut NameSet::new());
    assert_eq!(planned, folder.path().join("dog-cutout-2.png"));
}

#[test]
fn a_long_name_is_cut_between_characters_and_leaves_room_for_a_number() {
    let name = plan(&format!("{}.jpg", "ż".repeat(200)), &mut NameSet::new());
    assert!(name.ends_with("ż-cutout.png"));
    assert!(name.len() + NUMBER_BYTES <= MAX_NAME_BYTES, "{} bytes", name.len());
}

#[rstest]
#[case("dog-cutout.png", "dog-cutout-2.png")]
#[case("dog-cutout-2.png", "dog-cutout-3.png")]
#[case("holiday-2019.png", "holiday-2019-2.png")]
fn the_next_number_counts_on(#[case] planned: &str, #[case] next: &str) {
    assert_eq!(numbered(Path::new(planned)).nth(1), Some(PathBuf::from(next)));
}

/// A planner of its own for each list; nothing lies in the folders unless a test put it there.
struct List {
    template: &'static str,
    existing: Existing,
    folder: PathBuf,
}

impl List {
    fn into(folder: &Path) -> Self {
        Self { template: "{name}-cutout", existing: Existing::Number, folder: folder.to_path_buf() }
    }

    fn planner(&self) -> NamePlanner {
        NamePlanner::new(NameRules {
            template: self.template.parse().unwrap(),
            existing: self.existing,
            date: jiff::civil::date(2026, 11, 25),
        })
    }

    fn plan(&self, inputs: &[impl AsRef<Path>]) -> Vec<PlannedName> {
        self.plan_with(&mut self.planner(), inputs)
    }

    fn plan_with(&self, planner: &mut NamePlanner, inputs: &[impl AsRef<Path>]) -> Vec<PlannedName> {
        let pictures: Vec<_> = inputs
            .iter()
            .map(|input| ToName {
                input: input.as_ref(),
                folder: &self.folder,
                below: Path::new(""),
                width: 640,
                height: 480,
                ext: "png",
            })
            .collect();
        planner.plan(&pictures).into_iter().map(Result::unwrap).collect()
    }
}

fn path_of(planned: &PlannedName) -> &Path {
    match planned {
        PlannedName::New(path) | PlannedName::Replace(path) | PlannedName::Skip(path) => path,
    }
}

fn name_of(planned: &PlannedName) -> String {
    path_of(planned).file_name().unwrap().to_string_lossy().into_owned()
}

const TEMPLATES: [&str; 6] =
    ["{name}-cutout", "{name}", "{parent} {name}", "{index}", "x", "{name}{name}{parent}-{width}x{height} {date}"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_is_on_the_list_every_name_is_its_own_legal_no_original_and_the_same_next_time(
        inputs in prop::collection::vec("/[ab]/[a-cA-C.é\u{301} :ß😀-]{1,6}(\\.png)?", 1..16),
        others in prop::collection::vec("[a-cA-C]{1,2}-cutout(-2)?\\.png", 0..4),
        template in prop::sample::select(TEMPLATES.as_slice()),
        beside in any::<bool>(),
    ) {
        let list = List { template, ..List::into(Path::new(if beside { "/a" } else { "/nowhere" })) };
        let plan = || {
            let mut planner = list.planner();
            others.iter().for_each(|other| planner.reserve(&list.folder.join(other)));
            list.plan_with(&mut planner, &inputs)
        };
        let planned = plan();
        prop_assert_eq!(&planned, &plan(), "not the same twice");
        let originals: HashSet<String> = inputs.iter().map(|input| folded(Path::new(input))).collect();
        let mut taken: HashSet<String> = others.iter().map(|other| folded(&list.folder.join(other))).collect();
        for planned in &planned {
            let (path, name) = (path_of(planned), name_of(planned));
            prop_assert!(taken.insert(folded(path)), "{} twice for {inputs:?}", path.display());
            prop_assert!(!originals.contains(&folded(path)), "{} is an original", path.display());
            prop_assert!(name.len() <= MAX_NAME_BYTES && name.ends_with(".png") && !name.contains(forbidden), "{name:?}");
            prop_assert!(!reserved(&name) && name.trim() == name, "{name:?}");
        }
    }

    #[test]
    fn long_names_in_deep_folders_stay_within_what_every_system_takes(
        length in 1_usize..300,
        depth in 0_usize..20,
        letter in prop::sample::select(["a", "ż", "😀", "漢"].as_slice()),
    ) {
        let list = List::into(&Path::new("/").join("folder-10/".repeat(depth)));
        let name = letter.repeat(length);
        for planned in list.plan(&[format!("/in/{name}.jpg"), format!("/in/{name}.png")]) {
            let path = path_of(&planned);
            prop_assert!(name_of(&planned).len() <= MAX_NAME_BYTES);
            prop_assert!(units(&path.to_string_lossy()) <= portable::MAX_PATH_UNITS, "{}", path.display());
            prop_assert!(name_of(&planned).contains("-cutout"), "{}", path.display());
        }
    }
}

/// What lies in the folder: files, folders (with `/`), links (with `@`).
fn folder_with(names: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        if let Some(name) = name.strip_suffix('/') {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        } else {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
    }
    folder
}

#[rstest]
#[case::nothing_there(&[], Existing::Skip, "new dog-cutout.png")]
#[case::number(&["dog-cutout.png"], Existing::Number, "new dog-cutout-2.png")]
#[case::number_after_a_gap(&["dog-cutout.png", "dog-cutout-3.png"], Existing::Number, "new dog-cutout-2.png")]
#[case::skip(&["dog-cutout.png"], Existing::Skip, "skip dog-cutout.png")]
#[case::replace(&["dog-cutout.png"], Existing::Replace, "replace dog-cutout.png")]
#[case::a_folder_is_not_replaced(&["dog-cutout.png/"], Existing::Replace, "new dog-cutout-2.png")]
#[case::a_folder_is_no_cutout(&["dog-cutout.png/"], Existing::Skip, "new dog-cutout-2.png")]
#[case::alike_is_taken(&["Dog-Cutout.PNG"], Existing::Number, "new dog-cutout-2.png")]
fn what_exists_is_met_as_chosen(#[case] there: &[&str], #[case] existing: Existing, #[case] expected: &str) {
    let folder = folder_with(there);
    let planned = List { existing, ..List::into(folder.path()) }.plan(&["/in/dog.jpg"]);
    let word = match planned[0] {
        PlannedName::New(_) => "new",
        PlannedName::Replace(_) => "replace",
        PlannedName::Skip(_) => "skip",
    };
    assert_eq!(format!("{word} {}", name_of(&planned[0])), expected);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_only_some_systems_take_for_the_same_is_left_alone() {
    let folder = folder_with(&["Dog-Cutout.PNG"]);
    for existing in [Existing::Replace, Existing::Skip] {
        let planned = List { existing, ..List::into(folder.path()) }.plan(&["/in/dog.jpg"]);
        assert_eq!(name_of(&planned[0]), "dog-cutout-2.png", "{existing:?}");
    }
}

#[test]
fn a_list_that_is_run_again_is_skipped_whole() {
    let folder = folder_with(&["dog-cutout.png", "dog-cutout-2.png"]);
    let planned = List { existing: Existing::Skip, ..List::into(folder.path()) }.plan(&["/in/dog.jpg", "/in/dog.png"]);
    assert!(planned.iter().all(|planned| matches!(planned, PlannedName::Skip(_))), "{planned:?}");
}

#[rstest]
#[case(Existing::Number)]
#[case(Existing::Skip)]
#[case(Existing::Replace)]
fn an_original_is_never_replaced_nor_taken_for_a_result(#[case] existing: Existing) {
    let folder = folder_with(&["dog.png", "cat.png"]);
    let inputs = [folder.path().join("dog.png")];
    let list = List { existing, template: "{name}", ..List::into(folder.path()) };
    assert_eq!(name_of(&list.plan(&inputs)[0]), "dog-2.png");
    let mut planner = list.planner();
    planner.protect(&folder.path().join("cat.png"));
    assert_eq!(name_of(&list.plan_with(&mut planner, &["/in/cat.png"])[0]), "cat-2.png");
}

#[cfg(unix)]
#[test]
fn an_original_is_known_however_it_is_reached() {
    let folder = folder_with(&["originals/", "out/"]);
    let original = folder.path().join("originals/dog-cutout.png");
    std::fs::write(&original, "original").unwrap();
    std::os::unix::fs::symlink(folder.path().join("originals"), folder.path().join("way")).unwrap();
    std::os::unix::fs::symlink(&original, folder.path().join("dog-cutout.png")).unwrap();
    // Through a linked folder, and through a link to the file itself.
    let by_folder = List { existing: Existing::Replace, ..List::into(&folder.path().join("way")) };
    for input in [&original, &folder.path().join("dog-cutout.png")] {
        let mut planner = by_folder.planner();
        planner.protect(input);
        assert_eq!(name_of(&by_folder.plan_with(&mut planner, &["/in/dog.jpg"])[0]), "dog-cutout-2.png");
    }
    // And a link is never replaced.
    let beside = List { existing: Existing::Replace, ..List::into(folder.path()) };
    assert_eq!(name_of(&beside.plan(&["/in/dog.jpg"])[0]), "dog-cutout-2.png");
}

#[test]
fn the_tree_is_kept_below_the_folder() {
    let mut planner = List::into(Path::new("/out")).planner();
    let picture = ToName {
        input: Path::new("/in/shop/summer/dog.jpg"),
        folder: Path::new("/out"),
        below: Path::new("summer/../aux"),
        width: 1,
        height: 1,
        ext: "webp",
    };
    let planned = planner.plan(&[picture]);
    assert_eq!(planned, [Ok(PlannedName::New(Path::new("/out/summer/_aux/dog-cutout.webp").to_path_buf()))]);
}

#[test]
fn an_index_has_as_many_digits_as_the_count() {
    let list = List { template: "{index}", ..List::into(Path::new("/nowhere")) };
    let inputs: Vec<_> = (0..12).map(|n| format!("/in/{n}.jpg")).collect();
    let names: Vec<_> = list.plan(&inputs).iter().map(name_of).collect();
    assert_eq!((names[0].as_str(), names[11].as_str()), ("01.png", "12.png"));
}

#[test]
fn a_template_that_leaves_nothing_of_a_name_is_a_fault() {
    let mut planner = List { template: "{parent}", ..List::into(Path::new("/nowhere")) }.planner();
    let picture = ToName {
        input: Path::new("/dog.jpg"),
        folder: Path::new("/out"),
        below: Path::new(""),
        width: 1,
        height: 1,
        ext: "png",
    };
    assert_eq!(planner.plan(&[picture]), [Err(NameFault::Empty)]);
}

#[test]
fn ten_thousand_of_one_name_are_planned_at_once() {
    let list = List { template: "x", ..List::into(Path::new("/nowhere")) };
    let inputs: Vec<_> = (0..10_000).map(|n| format!("/in/{n}/dog.jpg")).collect();
    let begun = std::time::Instant::now();
    let planned = list.plan(&inputs);
    assert_eq!(name_of(&planned[9_999]), "x-10000.png");
    assert!(begun.elapsed().as_secs() < 10, "quadratic: {:?}", begun.elapsed());
}
