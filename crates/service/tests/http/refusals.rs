//! Answers that are errors: typed, with whatever the service said, and never asked for twice.

use std::time::Duration;

use clearcut_service::{BodySent, ErrorKind, RemoveError, ServiceError};
use rstest::rstest;

use crate::server::{Manner, Server, answer};
use crate::setup::{KEY, call, call_with, client, patient, picture, request_of};

const JSON: (&str, &str) = ("Content-Type", "application/json");

fn refused(error: &RemoveError) -> &ServiceError {
    match &error.kind {
        ErrorKind::Refused(error) => error,
        other => panic!("not a refusal: {other:?}"),
    }
}

#[rstest]
#[case(
    "400 Bad Request",
    r#"{"errors":[{"title":"File too large","code":"file_too_large","detail":"Over 22MB"}]}"#,
    "File too large",
    Some("file_too_large"),
    Some("Over 22MB"),
    true
)]
#[case(
    "400 Bad Request",
    r#"{"errors":[{"title":"Could not identify foreground"}]}"#,
    "Could not identify foreground",
    None,
    None,
    true
)]
#[case(
    "402 Payment Required",
    r#"{"errors":[{"title":"Insufficient credits"}]}"#,
    "Insufficient credits",
    None,
    None,
    true
)]
#[case(
    "403 Forbidden",
    r#"{"errors":[{"title":"API Key invalid","code":"auth_failed"}]}"#,
    "API Key invalid",
    Some("auth_failed"),
    None,
    true
)]
#[case("403 Forbidden", "<html>portal</html>", "Forbidden", None, None, false)]
#[case("402 Payment Required", "", "Insufficient credits", None, None, false)]
#[case("404 Not Found", r#"{"detail":"Not Found"}"#, "Not Found", None, None, false)]
#[case("500 Internal Server Error", "oops", "Internal Server Error", None, None, false)]
#[case("503 Service Unavailable", "", "Service Unavailable", None, None, false)]
#[case("599 What", "", "The service failed", None, None, false)]
#[tokio::test]
async fn an_error_is_typed_whatever_its_body(
    #[case] status: &str,
    #[case] body: &str,
    #[case] title: &str,
    #[case] code: Option<&str>,
    #[case] detail: Option<&str>,
    #[case] documented: bool,
) {
    let server = Server::answering(status, &[JSON], body.as_bytes()).await;
    let error = call(&client(&server.prefix(), patient())).await.unwrap_err();
    let expected = ServiceError {
        status: status[..3].parse().unwrap(),
        title: title.into(),
        code: code.map(Into::into),
        detail: detail.map(Into::into),
        retry_after: None,
        documented,
    };
    assert_eq!(refused(&error), &expected);
    assert_eq!(error.body, BodySent::Yes, "the body was out, whatever the status");
    assert_eq!(error.status(), Some(expected.status));
    assert_eq!(server.connections(), 1, "nothing is sent twice");
}

#[rstest]
#[case::seconds(&[("Retry-After", "17")], Some(17))]
#[case::a_date(&[("Date", "Sun, 06 Nov 1994 08:49:00 GMT"), ("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")], Some(37))]
#[case::nonsense(&[("Retry-After", "later")], None)]
#[case::nothing(&[], None)]
#[tokio::test]
async fn a_429_says_how_long_to_wait(#[case] headers: &[(&str, &str)], #[case] seconds: Option<u64>) {
    let body = br#"{"errors":[{"title":"Rate limit exceeded"}]}"#;
    let server = Server::answering("429 Too Many Requests", headers, body).await;
    let error = call(&client(&server.prefix(), patient())).await.unwrap_err();
    assert_eq!(refused(&error).retry_after, seconds.map(Duration::from_secs));
    assert_eq!(error.retry_after(), seconds.map(Duration::from_secs));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn an_error_that_says_it_charged_keeps_the_charge() {
    let server = Server::answering("500 Oops", &[("X-Credits-Charged", "1")], b"").await;
    let error = call(&client(&server.prefix(), patient())).await.unwrap_err();
    assert_eq!(error.charged().unwrap().as_str(), "1");
}

#[tokio::test]
async fn an_endless_error_is_read_no_further_than_needed() {
    let server = Server::answering("500 Oops", &[JSON], &vec![b' '; 1_000_000]).await;
    let error = call(&client(&server.prefix(), patient())).await.unwrap_err();
    assert!(!refused(&error).documented);
}

#[tokio::test]
async fn an_error_whose_body_breaks_off_is_still_that_error() {
    let mut part = answer("402 Payment Required", &[JSON], br#"{"errors":[{"title":"Insufficient credits"}]}"#);
    part.truncate(part.len() - 10);
    let server = Server::start(Manner::Answers(part)).await;
    let error = call(&client(&server.prefix(), patient())).await.unwrap_err();
    assert_eq!(refused(&error).status, 402);
}

#[tokio::test]
async fn an_early_refusal_stops_the_upload() {
    let body = br#"{"errors":[{"title":"Insufficient credits"}]}"#;
    let server = Server::start(Manner::AnswersEarly(answer("402 Payment Required", &[JSON], body))).await;
    let error = call_with(&client(&server.prefix(), patient()), &request_of(&picture(20_000_000))).await.unwrap_err();
    assert_eq!(refused(&error).status, 402);
    assert_eq!(error.body, BodySent::No);
}

#[rstest]
#[case("301 Moved Permanently", "https://elsewhere.example/v2?key=1", "https://elsewhere.example/v2")]
#[case("302 Found", "/login", "/login")]
#[case("307 Temporary Redirect", "//other.example/x", "http://other.example/x")]
#[tokio::test]
async fn a_redirect_is_told_and_not_followed(#[case] status: &str, #[case] to: &str, #[case] told: &str) {
    let server = Server::answering(status, &[("Location", to)], b"").await;
    let error = call(&client(&server.prefix(), patient())).await.unwrap_err();
    match &error.kind {
        ErrorKind::Redirected { status: seen, location: Some(location) } => {
            assert!(status.starts_with(&seen.to_string()));
            assert!(location.ends_with(told), "{location}");
        }
        other => panic!("not a redirect: {other:?}"),
    }
    assert!(error.looks_closed());
    assert_eq!((error.body, server.connections()), (BodySent::Yes, 1));
}

#[tokio::test]
async fn a_redirect_to_another_server_never_brings_it_the_key() {
    let other = Server::answering("200 OK", &[("Content-Type", "image/png")], b"picture").await;
    let server = Server::answering("308 Permanent Redirect", &[("Location", &other.prefix())], b"").await;
    let error = call(&client(&server.prefix(), patient())).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Redirected { status: 308, .. }));
    assert_eq!(other.connections(), 0);
    assert!(!format!("{error} {error:?}").contains(KEY));
}

#[rstest]
#[case("410 Gone", &[JSON], true)]
#[case("200 OK", &[("Content-Type", "text/html; charset=utf-8")], true)]
#[case("404 Not Found", &[JSON], false)]
#[case("503 Service Unavailable", &[JSON], false)]
#[tokio::test]
async fn a_closed_endpoint_looks_closed(#[case] status: &str, #[case] headers: &[(&str, &str)], #[case] closed: bool) {
    let server = Server::answering(status, headers, b"<html>goodbye</html>").await;
    let error = call(&client(&server.prefix(), patient())).await.unwrap_err();
    assert_eq!(error.looks_closed(), closed);
}
