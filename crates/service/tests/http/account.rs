//! The calls that cost nothing.

use clearcut_service::{
    AccountAnswer, BodySent, Consent, ErrorKind, HttpOptions, ImageSource, ImproveRequest, NoProgress, Phase,
    Remover as _,
};
use rstest::rstest;
use tokio_util::sync::CancellationToken;

use crate::server::{Manner, Server};
use crate::setup::{KEY, SHORT, client, patient, picture};

const JSON: (&str, &str) = ("Content-Type", "application/json; charset=utf-8");

#[tokio::test]
async fn the_balance_keeps_its_digits() {
    let body = br#"{"data":{"attributes":{"credits":{"total":49.75,"subscription":39.750,"payg":"10","enterprise":null},"api":{"free_calls":50,"sizes":"all"}}}}"#;
    let server = Server::answering("200 OK", &[JSON], body).await;
    let answer = client(&server.prefix(), patient()).account().await.unwrap();
    let expected = AccountAnswer {
        total: Some("49.75".parse().unwrap()),
        subscription: Some("39.750".parse().unwrap()),
        payg: Some("10".parse().unwrap()),
        enterprise: None,
        free_previews: Some(50),
        sizes: Some("all".into()),
    };
    assert_eq!(answer, expected);
    let request = server.requests().remove(0).to_ascii_lowercase();
    assert!(request.starts_with("get /v1.0/account http/1.1\r\n"));
    assert!(request.contains(&format!("x-api-key: {KEY}")));
}

#[tokio::test]
async fn a_balance_in_any_type_is_read() {
    let body = br#"{"data":{"attributes":{"credits":{"total":1}}}}"#;
    for headers in [&[][..], &[("Content-Type", "text/plain")], &[("Content-Type", "image/png")]] {
        let server = Server::answering("200 OK", headers, body).await;
        let answer = client(&server.prefix(), patient()).account().await.unwrap();
        assert_eq!(answer.total.unwrap().as_str(), "1");
    }
}

#[tokio::test]
async fn a_wrong_key_is_a_refusal() {
    let body = br#"{"errors":[{"title":"API Key invalid","code":"auth_failed"}]}"#;
    let server = Server::answering("403 Forbidden", &[JSON], body).await;
    let error = client(&server.prefix(), patient()).account().await.unwrap_err();
    assert!(matches!(&error.kind, ErrorKind::Refused(error) if error.code.as_deref() == Some("auth_failed")));
    assert_eq!(error.body, BodySent::No);
}

#[rstest]
#[case::a_page(&[("Content-Type", "text/html")], "<html>", true)]
#[case::another_document(&[JSON], r#"{"id":1}"#, false)]
#[case::not_json(&[JSON], "{", false)]
#[tokio::test]
async fn another_answer_is_not_a_balance_of_zero(
    #[case] headers: &[(&str, &str)],
    #[case] body: &str,
    #[case] other: bool,
) {
    let server = Server::answering("200 OK", headers, body.as_bytes()).await;
    let error = client(&server.prefix(), patient()).account().await.unwrap_err();
    match error.kind {
        ErrorKind::NotThisService { .. } => assert!(other),
        ErrorKind::Unreadable(_) => assert!(!other),
        unexpected => panic!("{unexpected:?}"),
    }
}

#[tokio::test]
async fn an_endless_balance_is_bounded() {
    let server = Server::answering("200 OK", &[JSON], &vec![b' '; 100_000]).await;
    let error = client(&server.prefix(), patient()).account().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::AnswerTooLarge { .. }));
}

#[tokio::test]
async fn a_redirected_balance_is_not_followed() {
    let other = Server::answering("200 OK", &[JSON], b"{}").await;
    let server = Server::answering("302 Found", &[("Location", &other.prefix())], b"").await;
    let error = client(&server.prefix(), patient()).account().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Redirected { status: 302, .. }));
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn a_balance_that_does_not_come_times_out() {
    let server = Server::start(Manner::FallsSilentAfter(Vec::new())).await;
    let options = HttpOptions { account_timeout: SHORT, ..patient() };
    let error = client(&server.prefix(), options).account().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Timeout { phase: Phase::Waiting }));
    assert_eq!(server.connections(), 1);
}

#[rstest]
#[case(r#"{"id":"fe09"}"#, Some("fe09"))]
#[case(r#"{"id":12}"#, Some("12"))]
#[case(r#"{"ok":true}"#, None)]
#[case("", None)]
#[tokio::test]
async fn a_given_picture_gets_an_id(#[case] body: &str, #[case] id: Option<&str>) {
    let server = Server::answering("200 OK", &[JSON], body.as_bytes()).await;
    let file = picture(10);
    let source = ImageSource::Base64File { path: file.path().into() };
    let request = ImproveRequest::new(source, Consent::given_by_user_for_this_picture());
    let answer = client(&server.prefix(), patient()).improve(&request, &NoProgress, &CancellationToken::new()).await;
    match id {
        Some(id) => assert_eq!(answer.unwrap(), id),
        None => assert!(matches!(answer.unwrap_err().kind, ErrorKind::Unreadable(_))),
    }
}
