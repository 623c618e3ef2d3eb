//! What every common system takes for a name, and when two names are one: the rules of Windows, of case-folding and of Unicode's
//! composed form, on plain text. Looks at no disk.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use unicase::UniCase;

/// The longest file name in bytes that common file systems take.
pub(super) const MAX_NAME_BYTES: usize = 255;
/// The longest path in UTF-16 units that every program on Windows takes: 260 with the zero at its end.
pub(super) const MAX_PATH_UNITS: usize = 259;
/// Room kept for a number: `-99999`.
pub(super) const NUMBER_BYTES: usize = 6;

/// What Windows refuses in a name, control characters, and what a lossy reading left.
pub(super) fn forbidden(c: char) -> bool {
    c.is_control() || matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' | char::REPLACEMENT_CHARACTER)
}

/// Text of a name, with what is forbidden replaced.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|c| if forbidden(c) { '_' } else { c }).collect()
}

/// Whether Windows keeps a whole file name for a device: what follows the first dot does not matter to it.
pub(super) fn reserved(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    if matches!(first.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") {
        return true;
    }
    let port = first.strip_prefix("COM").or_else(|| first.strip_prefix("LPT"));
    port.is_some_and(|n| n.chars().count() == 1 && n.chars().all(|c| "0123456789¹²³".contains(c)))
}

/// A folder below the output folder as every common system takes it: no way out of it, no forbidden character, no dot or space
/// at an end, no device.
pub(super) fn folder(relative: &Path) -> PathBuf {
    relative
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(folder_name(name)),
            Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
        })
        .collect()
}

fn folder_name(name: &OsStr) -> String {
    let mut clean = clean(&name.to_string_lossy());
    clean.truncate(clean.floor_char_boundary(MAX_NAME_BYTES - 1));
    clean.truncate(clean.trim_end_matches(['.', ' ']).len());
    if clean.is_empty() {
        clean.push('_');
    }
    if reserved(&clean) {
        clean.insert(0, '_');
    }
    clean
}

/// The longest beginning of a text that has at most so many bytes and UTF-16 units.
pub(super) fn cut(text: &str, max_bytes: usize, max_units: usize) -> &str {
    let mut units = 0;
    let end = text
        .char_indices()
        .find(|(at, c)| {
            units += c.len_utf16();
            at + c.len_utf8() > max_bytes || units > max_units
        })
        .map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// Length in UTF-16 units: what Windows counts.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Canonical caseless form: decomposed, case-folded, composed.
pub(super) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(text).into_owned();
    let folded = UniCase::new(decomposed).to_folded_case();
    ComposingNormalizerBorrowed::new_nfc().normalize(&folded).into_owned()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("CON.png", true)]
    #[case("con", true)]
    #[case("NUL .x.png", true)]
    #[case("com7.x.png", true)]
    #[case("LPT².png", true)]
    #[case("conin$.png", true)]
    #[case("console.png", false)]
    #[case("CON-cutout.png", false)]
    #[case("com10.png", false)]
    fn device_names_are_known(#[case] name: &str, #[case] expected: bool) {
        assert_eq!(reserved(name), expected);
    }

    #[rstest]
    #[case("a/b", "a/b")]
    #[case("../../etc", "etc")]
    #[case("/abs/./x", "abs/x")]
    #[case("sets. /a:b/aux", "sets/a_b/_aux")]
    #[case("...", "_")]
    #[case("żółte?", "żółte_")]
    fn a_tree_stays_below_the_folder_and_is_legal(#[case] relative: &str, #[case] expected: &str) {
        assert_eq!(folder(Path::new(relative)), Path::new(expected));
    }

    #[rstest]
    #[case("abc", 2, 9, "ab")]
    #[case("żż", 3, 9, "ż")]
    #[case("😀😀", 99, 3, "😀")]
    #[case("ok", 2, 2, "ok")]
    fn a_text_is_cut_between_characters(
        #[case] text: &str,
        #[case] max_bytes: usize,
        #[case] max_units: usize,
        #[case] left: &str,
    ) {
        assert_eq!(cut(text, max_bytes, max_units), left);
    }
}
