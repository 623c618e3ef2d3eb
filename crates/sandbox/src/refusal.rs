//! Every refusal of the practice service: status, title, code and detail, and the JSON they travel in.
//! A refusal never charges.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use clearcut_service::wire::{ErrorBody, ErrorCode, ErrorItem, InvalidValue};

use crate::sizes::MAX_FILE_BYTES;

/// A refused call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) error: ErrorItem,
    /// Seconds, for 429.
    retry_after_s: Option<i64>,
}

impl Refusal {
    /// A refusal in words alone.
    pub(crate) fn plain(status: StatusCode, title: impl Into<String>) -> Self {
        let error = ErrorItem { title: title.into(), code: None, detail: None };
        Self { status, error, retry_after_s: None }
    }

    /// 400 (403 for `auth_failed`) with a documented code and its title.
    pub(crate) fn coded(code: ErrorCode) -> Self {
        let status = if code == ErrorCode::AuthFailed { StatusCode::FORBIDDEN } else { StatusCode::BAD_REQUEST };
        Self::plain(status, code.title()).with_code(code.as_str())
    }

    /// The same with a longer explanation.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.error.detail = Some(detail.into());
        self
    }

    /// The same under another title.
    pub(crate) fn titled(mut self, title: impl Into<String>) -> Self {
        self.error.title = title.into();
        self
    }

    fn with_code(mut self, code: &str) -> Self {
        self.error.code = Some(code.to_owned());
        self
    }

    /// 400 for a body that is not what its `Content-Type` says.
    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::plain(StatusCode::BAD_REQUEST, "Malformed request body").detail(detail)
    }

    /// 402.
    pub(crate) fn insufficient_credits() -> Self {
        Self::plain(StatusCode::PAYMENT_REQUIRED, "Insufficient credits").with_code("insufficient_credits")
    }

    /// 429.
    pub(crate) fn rate_limited(retry_after_s: i64) -> Self {
        let refusal = Self::plain(StatusCode::TOO_MANY_REQUESTS, "Rate limit exceeded");
        Self { retry_after_s: Some(retry_after_s), ..refusal.with_code("rate_limit_exceeded") }
    }

    /// 400 for an upload beyond the limit.
    pub(crate) fn file_too_large() -> Self {
        let limit = MAX_FILE_BYTES / 1_000_000;
        Self::coded(ErrorCode::FileTooLarge).detail(format!("File exceeds limit of {limit}MB"))
    }

    /// 500: the practice service itself failed. Nothing was charged.
    pub(crate) fn broken(what: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %what, "the practice service failed");
        Self::plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal error").detail(what.to_string())
    }
}

impl From<InvalidValue> for Refusal {
    fn from(InvalidValue { field, code, reason }: InvalidValue) -> Self {
        let title = format!("Invalid value for parameter '{field}'");
        code.map_or_else(|| Self::plain(StatusCode::BAD_REQUEST, title), Self::coded).detail(reason)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = ErrorBody { errors: vec![self.error] };
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
