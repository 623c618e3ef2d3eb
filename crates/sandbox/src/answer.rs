//! The head of every answer, and the two shapes of a successful one: the picture itself, or JSON with the picture
//! in base64. Header names are the wire format's; values are whole pixels and exact decimals.

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clearcut_service::Rect;
use clearcut_service::wire::header as wire_header;
use clearcut_service::wire::{JsonAnswer, JsonPicture};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use crate::amount::Amount;
use crate::rate::RateState;

/// A picture that was paid.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) bytes: Bytes,
    pub(crate) media_type: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// What the whole picture could have had.
    pub(crate) largest: (u32, u32),
    /// In pixels of the input picture.
    pub(crate) foreground: Rect,
    /// `X-Type`, where one is wanted.
    pub(crate) kind: Option<&'static str>,
    pub(crate) charged: Amount,
}

impl Answer {
    /// As a response, in JSON mode if `json`.
    pub(crate) fn into_response(self, json: bool) -> Response {
        let Rect { left, top, width, height } = self.foreground;
        let mut response = if json {
            let data = JsonPicture {
                result_b64: STANDARD.encode(&self.bytes),
                foreground_top: Some(top),
                foreground_left: Some(left),
                foreground_width: Some(width),
                foreground_height: Some(height),
            };
            Json(JsonAnswer { data }).into_response()
        } else {
            ([(header::CONTENT_TYPE, self.media_type)], Body::from(self.bytes)).into_response()
        };
        let headers = response.headers_mut();
        set_text(headers, wire_header::CREDITS_CHARGED, &self.charged.to_string());
        if let Some(kind) = self.kind {
            set_text(headers, wire_header::TYPE, kind);
        }
        let numbers = [
            (wire_header::WIDTH, self.width),
            (wire_header::HEIGHT, self.height),
            (wire_header::MAX_WIDTH, self.largest.0),
            (wire_header::MAX_HEIGHT, self.largest.1),
            (wire_header::FOREGROUND_LEFT, left),
            (wire_header::FOREGROUND_TOP, top),
            (wire_header::FOREGROUND_WIDTH, width),
            (wire_header::FOREGROUND_HEIGHT, height),
        ];
        for (name, number) in numbers {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(number));
        }
        response
    }
}

/// What every answer carries, refused or not: its id, the account's date, and the rate limit where there is one.
pub(crate) fn stamp(response: &mut Response, request_id: &str, now: Timestamp, rate: Option<RateState>) {
    let headers = response.headers_mut();
    set_text(headers, wire_header::REQUEST_ID, request_id);
    if let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&now) {
        set_text(headers, header::DATE.as_str(), &date);
    }
    if let Some(RateState { limit, remaining, reset_unix_s }) = rate {
        headers.insert(HeaderName::from_static(wire_header::RATE_LIMIT), HeaderValue::from(limit));
        headers.insert(HeaderName::from_static(wire_header::RATE_REMAINING), HeaderValue::from(remaining));
        headers.insert(HeaderName::from_static(wire_header::RATE_RESET), HeaderValue::from(reset_unix_s));
    }
}

/// Sets a header whose text is known to be visible ASCII; other text is left out.
fn set_text(headers: &mut HeaderMap, name: &str, text: &str) {
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(text)) {
        headers.insert(name, value);
    }
}

/// Whether a client prefers JSON: `application/json` comes before any picture, ZIP or `*/*` in `Accept`.
pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut types = accepts.flat_map(|list| list.split(',')).map(|entry| entry.split(';').next().unwrap_or("").trim());
    let answerable =
        |kind: &&str| kind.starts_with("image/") || ["*/*", "application/*", "application/zip"].contains(kind);
    types.find(|kind| answerable(kind) || *kind == "application/json") == Some("application/json")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("application/json", true)]
    #[case("application/json, text/plain, */*", true)]
    #[case("application/json;q=1", true)]
    #[case("image/*, application/json", false)]
    #[case("*/*", false)]
    #[case("text/html", false)]
    fn json_is_an_answer_only_where_it_is_preferred(#[case] accept: &str, #[case] json: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, accept.parse().unwrap());
        assert_eq!(wants_json(&headers), json);
    }

    #[test]
    fn the_date_is_the_accounts() {
        let mut response = Response::new(Body::empty());
        stamp(&mut response, "id", "2026-11-22T10:00:00Z".parse().unwrap(), None);
        assert_eq!(response.headers()[header::DATE], "Sun, 22 Nov 2026 10:00:00 GMT");
        assert!(!response.headers().contains_key(wire_header::RATE_LIMIT));
    }
}
