//! Makes an error of an answer that is one. The status is certain, everything else is taken if it is there: a proxy's web
//! page, an empty body, or a document without a code must not hide that a call was refused.

use http::StatusCode;
use serde_json::Value;

use super::inflow::Inflow;
use super::words::Cleaner;
use crate::answer::AnswerHead;
use crate::error::ServiceError;

/// Most bytes read of an error's body.
pub(super) const MAX_BODY: u64 = 64 * 1024;

/// Reads the error behind `head`. What cannot be read of the body, or is too long, is left out.
pub(super) async fn read(head: &AnswerHead, inflow: &mut Inflow<'_>, cleaner: Cleaner<'_>) -> ServiceError {
    let body = inflow.all().await.unwrap_or_default();
    parse(&body, head, cleaner).unwrap_or_else(|| ServiceError {
        status: head.status,
        title: title_of(head.status),
        code: None,
        detail: None,
        retry_after: head.retry_after,
        documented: false,
    })
}

/// The first error of an error document, if the body is one.
pub(super) fn parse(body: &[u8], head: &AnswerHead, cleaner: Cleaner<'_>) -> Option<ServiceError> {
    let document: Value = serde_json::from_slice(body).ok()?;
    let error = document.get("errors")?.get(0)?;
    let words = |name: &str| match error.get(name)? {
        Value::String(text) => Some(cleaner.clean(text)).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    Some(ServiceError {
        status: head.status,
        title: words("title").unwrap_or_else(|| title_of(head.status)),
        code: words("code"),
        detail: words("detail"),
        retry_after: head.retry_after,
        documented: true,
    })
}

/// A title for a status alone.
fn title_of(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    match (status, reason) {
        (402, _) => "Insufficient credits".to_owned(),
        (429, _) => "Rate limit exceeded".to_owned(),
        (_, Some(reason)) => reason.to_owned(),
        (500.., None) => "The service failed".to_owned(),
        (_, None) => "The service refused the call".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use rstest::rstest;

    use super::*;
    use crate::key::ApiKey;

    fn parsed(body: &str) -> Option<ServiceError> {
        let head = AnswerHead { status: 400, ..AnswerHead::default() };
        parse(body.as_bytes(), &head, Cleaner::new(None))
    }

    #[test]
    fn the_first_error_counts() {
        let error = parsed(
            r#"{"errors":[{"title":"File too large","code":"file_too_large","detail":"Over 22MB"},{"title":"Two"}]}"#,
        )
        .unwrap();
        assert_eq!(error.title, "File too large");
        assert_eq!(error.code.as_deref(), Some("file_too_large"));
        assert_eq!(error.to_string(), "File too large: Over 22MB (status 400)");
    }

    #[rstest]
    #[case(r#"{"errors":[{"title":"No"}]}"#, "No", None)]
    #[case(r#"{"errors":[{}]}"#, "Bad Request", None)]
    #[case(r#"{"errors":[{"title":7,"code":40,"detail":null}]}"#, "7", Some("40"))]
    #[case(r#"{"errors":[{"title":" ","code":{}}]}"#, "Bad Request", None)]
    fn what_is_missing_is_left_out(#[case] body: &str, #[case] title: &str, #[case] code: Option<&str>) {
        let error = parsed(body).unwrap();
        assert_eq!((error.title.as_str(), error.code.as_deref(), error.detail), (title, code, None));
    }

    #[rstest]
    #[case("")]
    #[case("<html>Bad Request</html>")]
    #[case(r#"{"errors":[]}"#)]
    #[case(r#"{"errors":"none"}"#)]
    #[case(r#"{"detail":"Not Found"}"#)]
    #[case("[1]")]
    fn other_documents_are_not_ours(#[case] body: &str) {
        assert_eq!(parsed(body), None);
    }

    #[test]
    fn a_service_that_repeats_the_key_is_not_repeated() {
        let key = ApiKey::new("s3cr3t").unwrap();
        let body = br#"{"errors":[{"title":"Unknown key s3cr3t","code":"s3cr3t","detail":"s3cr3t"}]}"#;
        let error = parse(body, &AnswerHead::default(), Cleaner::new(Some(&key))).unwrap();
        assert!(!format!("{error:?} {error}").contains("s3cr3t"));
    }

    #[test]
    fn every_status_has_a_title() {
        assert_eq!(title_of(402), "Insufficient credits");
        assert_eq!(title_of(503), "Service Unavailable");
        assert_eq!(title_of(599), "The service failed");
        assert_eq!(title_of(499), "The service refused the call");
    }
}
