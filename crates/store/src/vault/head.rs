//! The head of an answer as the vault keeps it: `head.json`.
//!
//! Enough to book the request without the database, should that be lost. Every header is optional: missing is unknown.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use clearcut_credits::AttemptId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{BODY, HEAD, Trouble, VaultEntry, VaultKey};
use crate::AccountId;

/// The layout of `head.json` this program writes.
const FORMAT: u32 = 1;

/// No head is longer; whatever is, is something else.
pub(super) const LARGEST_HEAD_BYTES: u64 = 64 * 1024;

/// Where the subject lies in the answer, pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Foreground {
    /// From the top.
    pub top: u32,
    /// From the left.
    pub left: u32,
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

/// What was asked, and the headers that came back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StoredHead {
    /// Layout of this file; a larger number belongs to a newer program.
    pub format: u32,
    /// The request.
    #[serde(with = "as_text")]
    pub attempt: AttemptId,
    /// Who pays.
    #[serde(with = "as_text")]
    pub account: AccountId,
    /// The picture's BLAKE3, hexadecimal.
    pub content: String,
    /// What was asked of the service, as canonical text.
    pub options: String,
    /// The picture's file name.
    #[serde(default)]
    pub input_name: String,
    /// The agreed price, decimal.
    #[serde(default)]
    pub quoted: Option<String>,
    /// `download` or `preview`.
    #[serde(default)]
    pub purpose: Option<String>,
    /// HTTP status.
    #[serde(default)]
    pub status: u16,
    /// Media type of the body.
    #[serde(default)]
    pub content_type: Option<String>,
    /// Announced length of the body, bytes.
    #[serde(default)]
    pub content_length: Option<u64>,
    /// The charge, decimal, as the header had it.
    #[serde(default)]
    pub charged: Option<String>,
    /// Width of the answer, pixels.
    #[serde(default)]
    pub width: Option<u32>,
    /// Height of the answer, pixels.
    #[serde(default)]
    pub height: Option<u32>,
    /// Largest width the service could give, pixels.
    #[serde(default)]
    pub max_width: Option<u32>,
    /// Largest height the service could give, pixels.
    #[serde(default)]
    pub max_height: Option<u32>,
    /// What the service took the subject for.
    #[serde(default)]
    pub kind: Option<String>,
    /// Where the subject lies.
    #[serde(default)]
    pub foreground: Option<Foreground>,
    /// The service's own name for the request.
    #[serde(default)]
    pub request_id: Option<String>,
    /// The answer's `Date`.
    #[serde(default)]
    pub date: Option<Timestamp>,
    /// When the head arrived here.
    pub received_at: Timestamp,
}

impl StoredHead {
    /// The head of the answer to `attempt` for `key`, with all headers missing; fill in with struct update syntax.
    #[must_use]
    pub fn new(key: &VaultKey, attempt: AttemptId, received_at: Timestamp) -> Self {
        let VaultKey { account, content, options } = key.clone();
        Self {
            format: FORMAT,
            attempt,
            account,
            content,
            options,
            input_name: String::new(),
            quoted: None,
            purpose: None,
            status: 0,
            content_type: None,
            content_length: None,
            charged: None,
            width: None,
            height: None,
            max_width: None,
            max_height: None,
            kind: None,
            foreground: None,
            request_id: None,
            date: None,
            received_at,
        }
    }

    /// What it is the head of an answer to.
    #[must_use]
    pub fn key(&self) -> VaultKey {
        VaultKey { account: self.account, content: self.content.clone(), options: self.options.clone() }
    }

    /// Reads a `head.json`; the error is a reason in words.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let mut text = String::new();
        let file = File::open(path).map_err(|error| format!("{HEAD}: {error}"))?;
        file.take(LARGEST_HEAD_BYTES + 1).read_to_string(&mut text).map_err(|error| format!("{HEAD}: {error}"))?;
        if text.len() as u64 > LARGEST_HEAD_BYTES {
            return Err(format!("{HEAD} is too long to be a head"));
        }
        let head: Self = serde_json::from_str(&text).map_err(|error| format!("{HEAD}: {error}"))?;
        if head.format > FORMAT {
            return Err(format!("{HEAD} was written by a newer Clearcut"));
        }
        Ok(head)
    }
}

impl VaultEntry {
    /// Reads the entry in `dir`, whose last two names are its key's folder and its attempt.
    pub(super) fn load(dir: &Path, account: AccountId) -> Result<Self, Trouble> {
        let damaged = |reason: String| Trouble::Damaged { path: dir.to_owned(), reason };
        let head = StoredHead::read(&dir.join(HEAD)).map_err(damaged)?;
        let body = dir.join(BODY);
        if !body.is_file() {
            return Err(damaged(format!("{BODY} is missing")));
        }
        let key = head.key();
        let name = |path: Option<&Path>| path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let at_home = name(dir.parent()).as_deref() == Some(key.folder().as_str())
            && name(Some(dir)) == Some(head.attempt.to_string())
            && key.account == account;
        if !at_home {
            return Err(damaged(format!("{HEAD} belongs to another answer")));
        }
        Ok(Self { attempt: head.attempt, key, dir: dir.to_owned(), body, head })
    }
}

/// Ids as their text.
mod as_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: FromStr,
        T::Err: Display,
        D: Deserializer<'de>,
    {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
