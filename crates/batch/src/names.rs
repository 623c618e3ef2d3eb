//! What a result is called: beside the original or in a chosen folder, unique in the plan, valid on every system.
//! It plans names and knows no picture; that no file is ever overwritten is kept once more where the file is renamed.

use std::{
    collections::HashSet,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use clearcut_imaging::OutputFormat;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use unicase::UniCase;

/// What stands between the original's name and the ending.
const MARK: &str = "-cutout";
/// The longest file name in bytes that common file systems take.
const MAX_NAME_BYTES: usize = 255;
/// Room kept for a number: `-99999`.
const NUMBER_BYTES: usize = 6;

/// Names already given away in a plan. Two names are the same when a file system that folds case and normalises Unicode
/// would say so: `Dog.png` and `dog.png`, `é` as one character or as two.
#[derive(Debug, Clone, Default)]
pub struct NameSet(HashSet<String>);

impl NameSet {
    /// Nothing given away yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a name; false where it is already taken.
    pub fn claim(&mut self, path: &Path) -> bool {
        self.0.insert(folded(path))
    }

    /// Whether somebody in the plan has this name.
    #[must_use]
    pub fn holds(&self, path: &Path) -> bool {
        self.0.contains(&folded(path))
    }
}

/// Plans where the result of `input` goes: `NAME-cutout.EXT` beside the original or in `folder`, with a number
/// where that exists already or is taken in this plan. The name is claimed in `taken`.
pub fn plan_output(input: &Path, folder: Option<&Path>, format: OutputFormat, taken: &mut NameSet) -> PathBuf {
    let folder = folder.or_else(|| input.parent()).unwrap_or(Path::new(""));
    let stem = portable_stem(input.file_stem());
    let planned = folder.join(format!("{stem}{MARK}.{}", format.ext()));
    for candidate in numbered(&planned) {
        if !exists(&candidate) && taken.claim(&candidate) {
            return candidate;
        }
    }
    planned
}

/// `planned` itself, then `NAME-2.EXT`, `NAME-3.EXT`, … A number that a cutout's name already has is counted on.
pub(crate) fn numbered(planned: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let planned = planned.to_path_buf();
    let stem = planned.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (base, first) = split_number(&stem);
    let (base, ending) = (base.to_owned(), planned.extension().map(OsStr::to_os_string));
    let folder = planned.parent().map(Path::to_path_buf).unwrap_or_default();
    std::iter::once(planned).chain((first + 1..=99_999).map(move |n| {
        let mut name = std::ffi::OsString::from(format!("{base}-{n}"));
        if let Some(ending) = &ending {
            name.push(".");
            name.push(ending);
        }
        folder.join(name)
    }))
}

/// `dog-cutout-3` is `dog-cutout` with 3; `holiday-2019` is a name of its own, number 1.
fn split_number(stem: &str) -> (&str, u32) {
    stem.rsplit_once('-')
        .filter(|(base, digits)| base.ends_with(MARK) && !digits.starts_with('0') && digits.len() < NUMBER_BYTES)
        .and_then(|(base, digits)| Some((base, digits.parse::<u32>().ok().filter(|n| *n >= 2)?)))
        .unwrap_or((stem, 1))
}

/// Something lies there, be it a broken link: its name is taken.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The original's name as every common system takes it, short enough for mark, number and ending.
fn portable_stem(stem: Option<&OsStr>) -> String {
    let stem = stem.unwrap_or_default().to_string_lossy();
    let mut clean: String = stem.chars().map(|c| if forbidden(c) { '_' } else { c }).collect();
    if clean.trim().is_empty() {
        clean = "picture".to_owned();
    }
    if reserved(&clean) {
        clean.insert(0, '_');
    }
    let room = MAX_NAME_BYTES - MARK.len() - NUMBER_BYTES - ".webp".len();
    let end = clean.floor_char_boundary(room);
    clean.truncate(end);
    clean
}

/// What Windows refuses in a name, control characters, and what a lossy reading left.
fn forbidden(c: char) -> bool {
    c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | char::REPLACEMENT_CHARACTER)
}

/// Names that Windows keeps for devices, whatever follows their first dot.
fn reserved(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    if matches!(first.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        // `CON-cutout` is nobody's device: only a dot right after the name makes it one.
        return stem.contains('.');
    }
    let port = first.strip_prefix("COM").or_else(|| first.strip_prefix("LPT"));
    stem.contains('.') && port.is_some_and(|n| n.chars().count() == 1 && n.chars().all(|c| "0123456789¹²³".contains(c)))
}

/// Canonical caseless form: decomposed, case-folded, composed.
fn folded(path: &Path) -> String {
    let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(&path.to_string_lossy()).into_owned();
    let folded = UniCase::new(decomposed).to_folded_case();
    ComposingNormalizerBorrowed::new_nfc().normalize(&folded).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

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
}
