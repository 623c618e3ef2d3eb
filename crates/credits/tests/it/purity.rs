//! What this room refuses to know, kept by reading its own source.

use std::fs;
use std::path::Path;

/// Words that would let a float, a clock, a file, a task or a wire format in.
const FORBIDDEN: [&str; 19] = [
    "f32",
    "f64",
    "serde",
    "async",
    "await",
    "tokio",
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::time",
    "std::thread",
    "std::process",
    "Instant",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
    "println",
    "static",
];

#[test]
fn no_float_no_serde_no_clock_no_io_no_async() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = 0;
    for entry in fs::read_dir(&source).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(
            path.extension().and_then(|ext| ext.to_str()),
            Some("rs"),
            "{path:?}: this test does not look deeper"
        );
        files += 1;
        for (number, line) in (1..).zip(fs::read_to_string(&path).unwrap().lines()) {
            let code = line.split("//").next().unwrap_or_default();
            for word in FORBIDDEN {
                assert!(!has_word(code, word), "{}:{number} says `{word}`: {line}", path.display());
            }
        }
    }
    assert!(files > 5, "the source was not found");
}

#[test]
fn nothing_but_time_and_errors_is_depended_on() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let section = manifest.split("[dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let names: Vec<&str> =
        section.lines().filter_map(|line| line.split(['.', ' ', '=']).next()).filter(|name| !name.is_empty()).collect();
    assert_eq!(names, ["jiff", "thiserror"]);
}

/// Does `word` stand in `code`, not as a part of a longer word? Lifetimes are no statics.
fn has_word(code: &str, word: &str) -> bool {
    let part = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '\'');
    code.match_indices(word).any(|(at, _)| {
        let before = code.get(..at).and_then(|head| head.chars().next_back());
        let after = code.get(at + word.len()..).and_then(|tail| tail.chars().next());
        !part(before) && !part(after)
    })
}
