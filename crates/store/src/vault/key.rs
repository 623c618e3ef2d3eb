//! What a paid answer is the answer to.
//!
//! Two requests with the same key would get the same answer, so the second need not be paid. The account is part of it:
//! nothing is reused across accounts, and least of all from the practice account for a real one.

use crate::AccountId;

/// Account, picture, and everything that changes what the service does with it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct VaultKey {
    /// Who paid.
    pub account: AccountId,
    /// The picture's BLAKE3, hexadecimal.
    pub content: String,
    /// What was asked of the service, as canonical text.
    pub options: String,
}

/// Hexadecimal digits of a key's folder: 128 bits.
const FOLDER_DIGITS: usize = 32;

impl VaultKey {
    /// The name of its folder: the first half of a BLAKE3 over picture and options.
    pub(super) fn folder(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        // The length keeps ("ab", "c") and ("a", "bc") apart.
        hasher.update(&(self.content.len() as u64).to_le_bytes());
        hasher.update(self.content.as_bytes());
        hasher.update(self.options.as_bytes());
        hasher.finalize().to_hex().as_str().chars().take(FOLDER_DIGITS).collect()
    }
}

/// The name of a key's folder, for who copies entries.
pub(crate) fn folder_of(key: &VaultKey) -> String {
    key.folder()
}

/// Could this be the folder of a key?
pub(crate) fn is_folder(name: &str) -> bool {
    name.len() == FOLDER_DIGITS && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
