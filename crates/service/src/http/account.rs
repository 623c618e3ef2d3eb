//! Reads the small JSON answers, of `/account` and `/improve`.

use serde_json::Value;

use crate::answer::{AccountAnswer, AnswerHead};
use crate::error::ErrorKind;
use crate::wire::AccountBody;

/// Most bytes of such an answer.
pub(super) const MAX_BODY: u64 = 64 * 1024;

/// The balance behind a 200.
pub(super) fn balance(head: &AnswerHead, body: &[u8]) -> Result<AccountAnswer, ErrorKind> {
    let document: Result<AccountBody, _> = serde_json::from_slice(body);
    document.map(Into::into).map_err(|_| unreadable(head, "it holds no account"))
}

/// The picture's id behind a 200; some services count with numbers.
pub(super) fn improvement(head: &AnswerHead, body: &[u8]) -> Result<String, ErrorKind> {
    let document: Value = serde_json::from_slice(body).unwrap_or_default();
    match document.get("id") {
        Some(Value::String(id)) => Ok(id.clone()),
        Some(Value::Number(id)) => Ok(id.to_string()),
        _ => Err(unreadable(head, "it holds no id")),
    }
}

/// The answer is not the document asked for: either something else answered, or the service in another way.
fn unreadable(head: &AnswerHead, what: &'static str) -> ErrorKind {
    let json = head.media_type().is_none_or(|kind| kind.contains("json") || kind.contains("octet-stream"));
    if json {
        ErrorKind::Unreadable(what)
    } else {
        ErrorKind::NotThisService { status: head.status, content_type: head.content_type.clone() }
    }
}
