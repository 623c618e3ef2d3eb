//! Connections that break and servers that stand still, at every stage. What matters is the line between *No* and *Yes*:
//! before the last chunk of the body nothing can have been charged, after it anything may have been.

use std::time::Duration;

use clearcut_service::{BodySent, ErrorKind, HttpOptions, HttpRemover, Phase, RemovalRequest, RemoveError};
use rstest::rstest;
use tokio::net::TcpListener;

use crate::server::{Manner, Server, answer};
use crate::setup::{SHORT, call, call_with, client, patient, picture, profile, request_of};

/// More than the buffers between the two sides hold.
const LARGE: usize = 20_000_000;

const PNG: (&str, &str) = ("Content-Type", "image/png");

fn timed_out(error: &RemoveError, phase: Phase) {
    assert!(matches!(error.kind, ErrorKind::Timeout { phase: seen } if seen == phase), "{error:?}");
}

#[tokio::test]
async fn nobody_listening_is_a_failed_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let prefix = format!("http://{}/v1.0", listener.local_addr().unwrap());
    drop(listener);
    let error = call(&client(&prefix, patient())).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Connect(_)), "{error:?}");
    assert_eq!(error.body, BodySent::No);
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_a_failed_connection() {
    // Where there is no network, some resolvers answer only after a while.
    let options = HttpOptions { connect_timeout: Duration::from_secs(2), ..patient() };
    let client = HttpRemover::new(profile("http://service.invalid/v1.0"), None, options).unwrap();
    let error = call(&client).await.unwrap_err();
    let not_reached = matches!(error.kind, ErrorKind::Connect(_) | ErrorKind::Timeout { phase: Phase::Connecting });
    assert!(not_reached, "{error:?}");
    assert_eq!(error.body, BodySent::No);
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_in_time_is_not_reached() {
    // The connection stands, but the handshake never comes.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let prefix = format!("https://{}/v1.0", listener.local_addr().unwrap());
    let options = HttpOptions { connect_timeout: SHORT, ..patient() };
    // Where the system has no root certificates there is no client for https, and nothing to time out.
    let Ok(client) = HttpRemover::new(profile(&prefix), None, options) else { return };
    let error = call(&client).await.unwrap_err();
    timed_out(&error, Phase::Connecting);
    assert_eq!(error.body, BodySent::No);
    drop(listener);
}

#[tokio::test]
async fn a_cut_during_the_upload_is_not_sent() {
    let server = Server::start(Manner::CutsUploadAt(100_000)).await;
    let error = call_with(&client(&server.prefix(), patient()), &request_of(&picture(LARGE))).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Transport(_)), "{error:?}");
    assert_eq!((error.body, error.head.is_none(), server.connections()), (BodySent::No, true, 1));
}

#[tokio::test]
async fn an_upload_that_stands_still_times_out_unsent() {
    let server = Server::start(Manner::StopsReading).await;
    let options = HttpOptions { upload_idle: SHORT, ..patient() };
    let error = call_with(&client(&server.prefix(), options), &request_of(&picture(LARGE))).await.unwrap_err();
    timed_out(&error, Phase::Uploading);
    assert_eq!((error.body, server.connections()), (BodySent::No, 1));
}

#[tokio::test]
async fn a_cut_before_the_answer_may_have_been_charged() {
    let server = Server::start(Manner::Answers(Vec::new())).await;
    let error = call(&client(&server.prefix(), patient())).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Transport(_)), "{error:?}");
    assert_eq!((error.body, error.head.is_none()), (BodySent::Yes, true));
    assert_eq!(server.connections(), 1, "a lost answer is never asked for again");
}

#[tokio::test]
async fn a_cut_in_the_middle_of_the_head_may_have_been_charged() {
    let server = Server::start(Manner::Answers(b"HTTP/1.1 200 OK\r\nX-Credits-".to_vec())).await;
    let error = call(&client(&server.prefix(), patient())).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Transport(_)), "{error:?}");
    assert_eq!((error.body, server.connections()), (BodySent::Yes, 1));
}

#[tokio::test]
async fn something_that_is_not_http_may_have_been_charged() {
    let server = Server::start(Manner::Answers(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec())).await;
    let error = call(&client(&server.prefix(), patient())).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Transport(_)), "{error:?}");
    assert_eq!(error.body, BodySent::Yes);
}

#[rstest]
#[case::not_a_word(Manner::FallsSilentAfter(Vec::new()))]
#[case::half_a_head(Manner::FallsSilentAfter(b"HTTP/1.1 200 OK\r\n".to_vec()))]
#[case::a_dripping_head(Manner::Drips(b"HTTP/1.1 200 OK\r\nX-Slow: loris".to_vec()))]
#[tokio::test]
async fn no_answer_in_time_may_have_been_charged(#[case] manner: Manner) {
    let server = Server::start(manner).await;
    let options = HttpOptions { answer_timeout: SHORT, ..patient() };
    let error = call(&client(&server.prefix(), options)).await.unwrap_err();
    timed_out(&error, Phase::Waiting);
    assert_eq!((error.body, error.head.is_none(), server.connections()), (BodySent::Yes, true, 1));
}

#[rstest]
#[case::silence(Manner::FallsSilentAfter(half()), HttpOptions { download_idle: SHORT, ..patient() })]
#[case::dripping(Manner::Drips(half()), HttpOptions { download_total: SHORT * 2, ..patient() })]
#[tokio::test]
async fn an_answer_that_stops_arriving_keeps_its_charge(#[case] manner: Manner, #[case] options: HttpOptions) {
    let server = Server::start(manner).await;
    let error = call(&client(&server.prefix(), options)).await.unwrap_err();
    timed_out(&error, Phase::Downloading);
    assert_eq!((error.body, server.connections()), (BodySent::Yes, 1));
    assert_eq!(error.charged().unwrap().as_str(), "1");
}

/// The head and a little of the body of a large answer.
fn half() -> Vec<u8> {
    let mut part = answer("200 OK", &[PNG, ("X-Credits-Charged", "1")], &[0; 1_000_000]);
    part.truncate(120);
    part
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_sent_is_not_sent() {
    let server = Server::answering("200 OK", &[PNG], b"picture").await;
    let file = picture(LARGE);
    let request: RemovalRequest = request_of(&file);
    let client = client(&server.prefix(), patient());
    let witness = Shrinks { file: &file };
    let mut sink = Vec::new();
    let token = tokio_util::sync::CancellationToken::new();
    let error = clearcut_service::Remover::remove(&client, &request, &mut sink, &witness, &token).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::SourceChanged), "{error:?}");
    assert_eq!(error.body, BodySent::No);
}

/// Cuts the file off as soon as the first bytes are on their way.
struct Shrinks<'a> {
    file: &'a tempfile::NamedTempFile,
}

impl clearcut_service::Progress for Shrinks<'_> {
    fn uploaded(&self, _: u64, _: u64) {
        self.file.as_file().set_len(1000).unwrap();
    }

    fn downloaded(&self, _: u64, _: Option<u64>) {}
}

#[tokio::test]
async fn every_request_has_a_connection_of_its_own() {
    let server = Server::answering("200 OK", &[PNG], b"picture").await;
    let client = client(&server.prefix(), patient());
    call(&client).await.unwrap();
    call(&client).await.unwrap();
    assert_eq!(server.connections(), 2);
}
