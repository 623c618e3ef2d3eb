//! Reads the headers of an answer. Each is optional, and a value that makes no sense counts as missing: an answer that was
//! paid for is never thrown away over a header.

use std::str::FromStr;
use std::time::Duration;

use http::{HeaderMap, StatusCode, header as standard};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

use super::words::Cleaner;
use crate::answer::{AnswerHead, RateLimit};
use crate::decimal::Decimal;
use crate::wire::{Rect, header};

/// Longest wait believed from `Retry-After`.
const MAX_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// The head of an answer.
pub(super) fn read(status: StatusCode, headers: &HeaderMap, cleaner: Cleaner<'_>) -> AnswerHead {
    let date = text(headers, standard::DATE.as_str()).and_then(http_date);
    let words = |name| text(headers, name).map(|text| cleaner.clean(text)).filter(|text| !text.is_empty());
    AnswerHead {
        status: status.as_u16(),
        content_type: words(standard::CONTENT_TYPE.as_str()),
        content_length: value(headers, standard::CONTENT_LENGTH.as_str()),
        credits_charged: value(headers, header::CREDITS_CHARGED).filter(|charge: &Decimal| !charge.is_negative()),
        width: value(headers, header::WIDTH),
        height: value(headers, header::HEIGHT),
        max_width: value(headers, header::MAX_WIDTH),
        max_height: value(headers, header::MAX_HEIGHT),
        kind: words(header::TYPE),
        foreground: foreground(headers),
        rate_limit: rate_limit(headers),
        retry_after: text(headers, standard::RETRY_AFTER.as_str()).and_then(|text| wait(text, date)),
        request_id: words(header::REQUEST_ID),
        date,
    }
}

/// A header's first value, trimmed, if it is plain text.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// A header's value, if it reads as one.
fn value<T: FromStr>(headers: &HeaderMap, name: &str) -> Option<T> {
    text(headers, name)?.parse().ok()
}

fn foreground(headers: &HeaderMap) -> Option<Rect> {
    Some(Rect {
        left: value(headers, header::FOREGROUND_LEFT)?,
        top: value(headers, header::FOREGROUND_TOP)?,
        width: value(headers, header::FOREGROUND_WIDTH)?,
        height: value(headers, header::FOREGROUND_HEIGHT)?,
    })
}

fn rate_limit(headers: &HeaderMap) -> Option<RateLimit> {
    let limit = RateLimit {
        limit: value(headers, header::RATE_LIMIT),
        remaining: value(headers, header::RATE_REMAINING),
        reset_at: value(headers, header::RATE_RESET).and_then(|second| Timestamp::from_second(second).ok()),
    };
    (limit != RateLimit::default()).then_some(limit)
}

/// `Retry-After`: seconds, or a date by the clock of the service (its `Date`, else our own).
fn wait(text: &str, service_now: Option<Timestamp>) -> Option<Duration> {
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let now = service_now.unwrap_or_else(Timestamp::now);
            // A date in the past: no wait.
            Duration::try_from(http_date(text)?.duration_since(now)).unwrap_or_default()
        }
    };
    Some(wait.min(MAX_WAIT))
}

/// A date in the form of RFC 9110 section 5.6.7 (`Sun, 06 Nov 1994 08:49:37 GMT`).
fn http_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use http::{HeaderName, HeaderValue};
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn head(headers: &[(&str, &str)]) -> AnswerHead {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect();
        read(StatusCode::OK, &headers, Cleaner::new(None))
    }

    #[test]
    fn every_header_is_read_whatever_its_case() {
        let head = head(&[
            ("Content-Type", "image/png; charset=binary"),
            ("CONTENT-LENGTH", "1234"),
            ("X-CREDITS-CHARGED", " 0.25 "),
            ("x-width", "625"),
            ("X-Height", "400"),
            ("X-Max-Width", "6250"),
            ("X-Max-Height", "4000"),
            ("X-Type", "person"),
            ("X-Foreground-Top", "1"),
            ("X-Foreground-Left", "2"),
            ("X-Foreground-Width", "3"),
            ("X-Foreground-Height", "4"),
            ("X-RateLimit-Limit", "500"),
            ("X-RateLimit-Remaining", "498"),
            ("X-RateLimit-Reset", "1766000000"),
            ("Retry-After", "7"),
            ("X-Request-Id", "abc-1"),
            ("Date", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ]);
        let expected = AnswerHead {
            status: 200,
            content_type: Some("image/png; charset=binary".into()),
            content_length: Some(1234),
            credits_charged: Some("0.25".parse().unwrap()),
            width: Some(625),
            height: Some(400),
            max_width: Some(6250),
            max_height: Some(4000),
            kind: Some("person".into()),
            foreground: Some(Rect { left: 2, top: 1, width: 3, height: 4 }),
            rate_limit: Some(RateLimit {
                limit: Some(500),
                remaining: Some(498),
                reset_at: Some(Timestamp::from_second(1_766_000_000).unwrap()),
            }),
            retry_after: Some(Duration::from_secs(7)),
            request_id: Some("abc-1".into()),
            date: Some("1994-11-06T08:49:37Z".parse().unwrap()),
        };
        assert_eq!(head, expected);
        assert_eq!(head.media_type().as_deref(), Some("image/png"));
    }

    #[test]
    fn no_header_is_needed() {
        assert_eq!(head(&[]), AnswerHead { status: 200, ..AnswerHead::default() });
    }

    #[rstest]
    #[case("x-width", "wide")]
    #[case("x-width", "-1")]
    #[case("x-width", "4294967296")]
    #[case("x-height", "")]
    #[case("x-credits-charged", "one")]
    #[case("x-credits-charged", "-1")]
    #[case("x-credits-charged", "1,0")]
    #[case("x-foreground-top", "1")]
    #[case("x-ratelimit-reset", "99999999999999999")]
    #[case("retry-after", "soon")]
    #[case("retry-after", "-5")]
    #[case("date", "yesterday")]
    #[case("content-type", "")]
    fn nonsense_counts_as_missing(#[case] name: &str, #[case] value: &str) {
        assert_eq!(head(&[(name, value)]), head(&[]));
    }

    #[rstest]
    #[case("Sun, 06 Nov 1994 08:49:37 GMT", 30)]
    #[case("Sun, 06 Nov 1994 08:49:00 GMT", 0)]
    #[case("Sun, 06 Nov 2044 08:49:37 GMT", 86_400)]
    #[case("18446744073709551615", 86_400)]
    fn a_wait_may_be_a_date_by_the_services_clock(#[case] text: &str, #[case] seconds: u64) {
        let head = head(&[("date", "Sun, 06 Nov 1994 08:49:07 GMT"), ("retry-after", text)]);
        assert_eq!(head.retry_after, Some(Duration::from_secs(seconds)));
    }

    proptest! {
        #[test]
        fn no_header_is_too_strange(name in "x-[a-z-]{1,20}|date|retry-after", value: Vec<u8>) {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_bytes(&value)) {
                let _ = read(StatusCode::OK, &HeaderMap::from_iter([(name, value)]), Cleaner::new(None));
            }
        }
    }
}
