//! Usable and unusable answers: lengths, types, JSON mode, bounds.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clearcut_service::wire::Rect;
use clearcut_service::{
    AnswerHead, AnswerSink, BodySent, ErrorKind, HttpOptions, NoProgress, RemovalRequest, RemoveError, Remover as _,
};
use rstest::rstest;
use tokio_util::sync::CancellationToken;

use crate::server::{Manner, Server, answer};
use crate::setup::{call, call_with, client, patient, picture, request_of};

const PNG: (&str, &str) = ("Content-Type", "image/png");
const JSON: (&str, &str) = ("Content-Type", "application/json");
const CHARGED: (&str, &str) = ("X-Credits-Charged", "1");

async fn answered(bytes: Vec<u8>) -> Result<(AnswerHead, Vec<u8>), RemoveError> {
    let server = Server::start(Manner::Answers(bytes)).await;
    let answer = call(&client(&server.prefix(), patient())).await;
    assert_eq!(server.connections(), 1, "nothing is sent twice");
    answer
}

/// A failure after the body was out, with the charge that the head told of.
fn paid_for(error: &RemoveError) {
    assert_eq!(error.body, BodySent::Yes);
    assert_eq!(error.charged().unwrap().as_str(), "1");
    assert_eq!(error.status(), Some(200));
}

#[tokio::test]
async fn a_picture_arrives_as_it_was_sent() {
    let content: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let (head, body) = answered(answer("200 OK", &[PNG, CHARGED], &content)).await.unwrap();
    assert!(body == content);
    assert_eq!(head.content_length, Some(300_000));
    assert_eq!(head.credits_charged.unwrap().as_str(), "1");
}

#[tokio::test]
async fn a_chunked_picture_needs_no_length() {
    let bytes = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n3\r\npic\r\n4\r\nture\r\n0\r\n\r\n";
    let (head, body) = answered(bytes.to_vec()).await.unwrap();
    assert_eq!((head.content_length, body.as_slice()), (None, b"picture".as_slice()));
}

#[tokio::test]
async fn a_picture_may_end_with_the_connection() {
    let (_, body) = answered(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\npicture".to_vec()).await.unwrap();
    assert_eq!(body, b"picture");
}

#[tokio::test]
async fn fewer_bytes_than_promised_is_truncated() {
    let mut part = answer("200 OK", &[PNG, CHARGED], &[1; 1000]);
    part.truncate(part.len() - 1);
    let error = answered(part).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Truncated { got: 999, expected: Some(1000) }), "{error:?}");
    paid_for(&error);
}

#[tokio::test]
async fn chunks_that_break_off_are_truncated() {
    let part = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nX-Credits-Charged: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\npic\r\n4\r\ntu";
    let error = answered(part.to_vec()).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Truncated { got: 3..=5, expected: None }), "{error:?}");
    paid_for(&error);
}

#[rstest]
#[case::a_page(&[("Content-Type", "text/html; charset=utf-8"), CHARGED], "<!doctype html>")]
#[case::text(&[("Content-Type", "text/plain"), CHARGED], "hello")]
#[case::a_page_without_a_type(&[CHARGED], "<!doctype html><title>Log in</title>")]
#[case::a_page_as_bytes(&[("Content-Type", "application/octet-stream"), CHARGED], "<!doctype html>")]
#[tokio::test]
async fn something_else_than_a_picture_is_not_this_service(#[case] headers: &[(&str, &str)], #[case] body: &str) {
    let error = answered(answer("200 OK", headers, body.as_bytes())).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NotThisService { status: 200, .. }), "{error:?}");
    paid_for(&error);
}

#[rstest]
#[case("204 No Content")]
#[case("206 Partial Content")]
#[tokio::test]
async fn another_success_is_not_this_service(#[case] status: &str) {
    let bytes = format!("HTTP/1.1 {status}\r\nContent-Type: image/png\r\n\r\n").into_bytes();
    let error = answered(bytes).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::NotThisService { .. }), "{error:?}");
    assert_eq!(error.body, BodySent::Yes);
}

#[tokio::test]
async fn a_picture_without_a_type_is_known_by_its_first_bytes() {
    let content = b"\x89PNG\r\n\x1a\n and the rest";
    let (head, body) = answered(answer("200 OK", &[], content)).await.unwrap();
    assert_eq!((head.content_type, body.as_slice()), (None, content.as_slice()));
}

#[tokio::test]
async fn an_empty_picture_is_unreadable() {
    let error = answered(answer("200 OK", &[PNG, CHARGED], b"")).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Unreadable(_)), "{error:?}");
    paid_for(&error);
}

#[rstest]
#[case::announced(answer("200 OK", &[PNG, CHARGED], &[0; 2000]))]
#[case::not_announced([b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nX-Credits-Charged: 1\r\n\r\n".as_slice(), &[0; 2000]].concat())]
#[case::in_json(answer("200 OK", &[JSON, CHARGED], format!(r#"{{"data":{{"result_b64":"{}"}}}}"#, STANDARD.encode([0; 2000])).as_bytes()))]
#[tokio::test]
async fn an_answer_is_bounded(#[case] bytes: Vec<u8>) {
    let server = Server::start(Manner::Answers(bytes)).await;
    let options = HttpOptions { max_answer_bytes: 1000, ..patient() };
    let error = call(&client(&server.prefix(), options)).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::AnswerTooLarge { .. }), "{error:?}");
    paid_for(&error);
}

#[tokio::test]
async fn json_mode_gives_the_picture_and_its_foreground() {
    let content: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    let document = format!(
        r#"{{"data":{{"result_b64":"{}","foreground_top":1,"foreground_left":2,"foreground_width":3,"foreground_height":4}}}}"#,
        STANDARD.encode(&content)
    );
    let server = Server::answering("200 OK", &[JSON, CHARGED], document.as_bytes()).await;
    let file = picture(10);
    let request = RemovalRequest { accept_json: true, ..request_of(&file) };
    let (head, body) = call_with(&client(&server.prefix(), patient()), &request).await.unwrap();
    assert!(body == content);
    assert_eq!(head.foreground, Some(Rect { left: 2, top: 1, width: 3, height: 4 }));
    assert!(server.requests()[0].to_ascii_lowercase().contains("\r\naccept: application/json\r\n"));
}

#[rstest]
#[case::not_base64(r#"{"data":{"result_b64":"!!!!"}}"#)]
#[case::cut(r#"{"data":{"result_b64":"AAAA"#)]
#[case::without_a_picture(r#"{"data":{}}"#)]
#[case::not_json("hello")]
#[tokio::test]
async fn a_document_without_a_sound_picture_is_unreadable(#[case] document: &str) {
    let error = answered(answer("200 OK", &[JSON, CHARGED], document.as_bytes())).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Unreadable(_)), "{error:?}");
    paid_for(&error);
}

#[tokio::test]
async fn an_error_document_with_status_200_is_a_refusal() {
    let error = answered(answer("200 OK", &[JSON], br#"{"errors":[{"title":"No foreground"}]}"#)).await.unwrap_err();
    assert!(matches!(&error.kind, ErrorKind::Refused(error) if error.title == "No foreground" && error.status == 200));
}

/// A sink that fails at the head or at a chunk.
struct Full {
    at_head: bool,
}

impl AnswerSink for Full {
    fn head(&mut self, _: &AnswerHead) -> io::Result<()> {
        if self.at_head { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    fn chunk(&mut self, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }
}

#[rstest]
#[tokio::test]
async fn a_sink_that_fails_is_told_with_the_charge(#[values(true, false)] at_head: bool) {
    let server = Server::answering("200 OK", &[PNG, CHARGED], b"picture").await;
    let file = picture(10);
    let (request, client) = (request_of(&file), client(&server.prefix(), patient()));
    let mut sink = Full { at_head };
    let error = client.remove(&request, &mut sink, &NoProgress, &CancellationToken::new()).await.unwrap_err();
    assert!(matches!(&error.kind, ErrorKind::Sink(error) if error.kind() == io::ErrorKind::StorageFull));
    paid_for(&error);
}
