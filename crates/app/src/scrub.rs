//! Takes names of files and folders out of a text that others will read: those that are known, and whatever looks like one. Rather too
//! much than too little: what is lost is a detail, what stays may be a customer's name.

/// What stands where a name was.
const HIDDEN: &str = "[…]";

/// Endings by which a word is taken for a file's name.
const ENDINGS: &[&str] = &[
    ".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".heic", ".avif", ".gif", ".bmp", ".zip", ".csv", ".toml",
    ".json", ".onnx", ".db",
];

/// Knows what must not be read.
#[derive(Debug, Default)]
pub(crate) struct Scrub {
    /// The longest first, so that a folder does not leave its files behind.
    known: Vec<String>,
}

impl Scrub {
    /// Hides these names, too, wherever they stand. Those of fewer than three letters would hide half the text.
    pub(crate) fn new(known: impl IntoIterator<Item = String>) -> Self {
        let mut known: Vec<String> = known.into_iter().filter(|name| name.chars().count() > 2).collect();
        known.sort_by_key(|name| std::cmp::Reverse(name.len()));
        known.dedup();
        Self { known }
    }

    /// The text without them.
    pub(crate) fn clean(&self, text: &str) -> String {
        text.lines().map(|line| self.line(line)).collect::<Vec<_>>().join("\n")
    }

    fn line(&self, line: &str) -> String {
        let mut line = line.to_owned();
        for name in &self.known {
            line = line.replace(name.as_str(), HIDDEN);
        }
        words(&quoted(&line))
    }
}

/// Hides what is quoted as a picture's name is, and quoted text that looks like a file.
fn quoted(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(open) = rest.find(['“', '"']) {
        let mark = if rest[open..].starts_with('“') { ('“', '”') } else { ('"', '"') };
        let inside = open + mark.0.len_utf8();
        let Some(length) = rest[inside..].find(mark.1) else { break };
        let text = &rest[inside..inside + length];
        clean.push_str(&rest[..inside]);
        clean.push_str(if mark.0 == '“' || is_file(text) || is_path(text) { HIDDEN } else { text });
        clean.push(mark.1);
        rest = &rest[inside + length + mark.1.len_utf8()..];
    }
    clean.push_str(rest);
    clean
}

/// Hides words that look like files. A path may hold spaces: from its beginning to the next mark of the sentence all is hidden.
fn words(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    let mut path = false;
    for word in line.split_inclusive(' ') {
        let bare = word.trim_end();
        if path {
            path = !bare.ends_with([',', ';', ':', ')', '"', '\'']);
            continue;
        }
        let value = bare.rsplit_once('=').map_or(bare, |(_, value)| value).trim_start_matches(['(', '\'', '"', '[']);
        if is_path(value) {
            clean.push_str(HIDDEN);
            clean.push(' ');
            path = !bare.ends_with([',', ';', ':', ')', '"', '\'']);
        } else if is_file(value) {
            clean.push_str(HIDDEN);
            clean.push(' ');
        } else {
            clean.push_str(word);
        }
    }
    clean.trim_end().to_owned()
}

fn is_path(text: &str) -> bool {
    let drive = text.as_bytes().get(1..3).is_some_and(|two| two == b":\\" || two == b":/");
    (text.starts_with('/') && text.len() > 1)
        || text.starts_with("~/")
        || text.starts_with("\\\\")
        || drive
        || text.starts_with("file:")
}

fn is_file(text: &str) -> bool {
    let text = text.trim_end_matches([',', ';', ':', ')', '.', '\'', '"', ']']).to_lowercase();
    ENDINGS.iter().any(|ending| text.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::a_path("could not read /home/anna/Kundin Müller/cat.jpg: denied", "could not read […] denied")]
    #[case::a_field("folder=/home/anna/in, 3 files", "[…] 3 files")]
    #[case::a_drive(r"C:\Users\anna\cat.png, retried", "[…] retried")]
    #[case::a_name("“Kundin Müller.jpg”: cut off", "“[…]”: cut off")]
    #[case::a_debugged_name(r#"path="/home/a b/c.png" code=3"#, r#"path="[…]" code=3"#)]
    #[case::a_bare_name("Müller.JPG: cut off", "[…] cut off")]
    #[case::a_known_name("the folder Hochzeit 2026 is gone", "the folder […] is gone")]
    #[case::an_address(
        "https://api.example/v1.0/removebg answered 429",
        "https://api.example/v1.0/removebg answered 429"
    )]
    #[case::plain_words("3 of 4 sent, 1 waits", "3 of 4 sent, 1 waits")]
    fn names_go_and_words_stay(#[case] text: &str, #[case] clean: &str) {
        assert_eq!(Scrub::new(["Hochzeit 2026".to_owned()]).clean(text), clean);
    }
}
