//! A value that cannot be read, with the documented code for it where there is one.

use thiserror::Error;

use super::code::ErrorCode;

/// Why a field's text was refused.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("{field}: {reason}")]
pub struct InvalidValue {
    /// The field's name on the wire.
    pub field: &'static str,
    /// The documented 400 code; some fields have none.
    pub code: Option<ErrorCode>,
    /// What was expected.
    pub reason: &'static str,
}

impl InvalidValue {
    /// A refusal with a code.
    pub(super) const fn new(field: &'static str, code: ErrorCode, reason: &'static str) -> Self {
        Self { field, code: Some(code), reason }
    }
}

/// Reads a flag: `true` or `false`, nothing else. `code` is the documented code of the field, if it has one.
///
/// # Errors
/// [`InvalidValue`] for any other text.
pub fn flag(field: &'static str, code: Option<ErrorCode>, text: &str) -> Result<bool, InvalidValue> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(InvalidValue { field, code, reason: "expected true or false" }),
    }
}
