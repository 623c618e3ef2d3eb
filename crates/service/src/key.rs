//! The API key: held in memory that is wiped, without a way to print it. It does not know where it is stored or which
//! service it belongs to.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

/// Longest key accepted, in bytes; real ones have 24 to 60.
const MAX_LEN: usize = 512;

/// A service's key. There is no `Display`, no `Serialize`, and `Debug` shows nothing of it.
#[derive(Clone)]
pub struct ApiKey(SecretString);

/// Why a text cannot be a key. Says nothing of the text itself.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub enum BadKey {
    /// Nothing but white space.
    #[error("the key is empty")]
    Empty,
    /// A control character, a space inside, or a character outside ASCII: it could not travel in a header.
    #[error("the key has a character that cannot be part of one")]
    Character,
    /// Longer than any key.
    #[error("the key is too long to be one")]
    TooLong,
}

impl ApiKey {
    /// Takes a key as typed or pasted: white space around it is dropped.
    ///
    /// # Errors
    /// [`BadKey`] if what remains is empty, longer than 512 bytes or not printable ASCII without spaces.
    pub fn new(text: impl Into<String>) -> Result<Self, BadKey> {
        // Wiped when dropped, whatever comes of it.
        let typed = SecretString::from(text.into());
        let key = typed.expose_secret().trim();
        if key.is_empty() {
            return Err(BadKey::Empty);
        }
        if key.len() > MAX_LEN {
            return Err(BadKey::TooLong);
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadKey::Character);
        }
        Ok(Self(SecretString::from(key)))
    }

    /// The key's text, for the request header.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// The key's text, for the one place outside this crate that may have it: the operating system's keyring.
    #[must_use]
    pub fn reveal_to_keyring(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use rstest::rstest;

    use super::*;

    #[test]
    fn a_pasted_key_loses_the_white_space_around_it() {
        assert_eq!(ApiKey::new("  abc123\n").unwrap().expose(), "abc123");
    }

    #[rstest]
    #[case("", BadKey::Empty)]
    #[case(" \t\n", BadKey::Empty)]
    #[case("a b", BadKey::Character)]
    #[case("a\u{7f}b", BadKey::Character)]
    #[case("schlüssel", BadKey::Character)]
    #[case("key\r\nX-Other: 1", BadKey::Character)]
    fn what_cannot_travel_in_a_header_is_refused(#[case] text: &str, #[case] why: BadKey) {
        assert_eq!(ApiKey::new(text).unwrap_err(), why);
    }

    #[test]
    fn an_endless_key_is_refused() {
        assert_eq!(ApiKey::new("k".repeat(513)).unwrap_err(), BadKey::TooLong);
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", ApiKey::new("topsecret").unwrap()), "ApiKey(…)");
    }
}
