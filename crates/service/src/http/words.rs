//! Makes text from outside fit to be shown: no key, no control characters, no endless lines.

use std::error::Error;

use crate::key::ApiKey;

/// Longest text kept, in characters.
const MAX_CHARS: usize = 500;

/// Cleans texts, knowing the key that must not be in them.
#[derive(Clone, Copy)]
pub(super) struct Cleaner<'a> {
    key: Option<&'a ApiKey>,
}

impl<'a> Cleaner<'a> {
    /// A cleaner that takes `key` out.
    pub(super) fn new(key: Option<&'a ApiKey>) -> Self {
        Self { key }
    }

    /// The text on one line, with an ellipsis where the key stood or the end was cut.
    pub(super) fn clean(self, text: &str) -> String {
        let without_key = match self.key {
            Some(key) => text.replace(key.expose(), "…"),
            None => text.to_owned(),
        };
        let mut words = String::new();
        for word in without_key.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
        match words.char_indices().nth(MAX_CHARS) {
            Some((cut, _)) => format!("{}…", &words[..cut]),
            None => words,
        }
    }

    /// Why something failed, from the innermost cause outwards as far as each says something new.
    pub(super) fn cause(self, error: &dyn Error) -> String {
        let mut innermost = error;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        self.clean(&innermost.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_taken_out_and_the_text_put_on_one_line() {
        let key = ApiKey::new("s3cr3t-key").expect("a key");
        let cleaner = Cleaner::new(Some(&key));
        assert_eq!(cleaner.clean("key s3cr3t-key\r\n is\u{1b}[31m  unknown "), "key … is [31m unknown");
    }

    #[test]
    fn an_endless_text_is_cut() {
        assert_eq!(Cleaner::new(None).clean(&"ä".repeat(9_999)).chars().count(), 501);
    }
}
