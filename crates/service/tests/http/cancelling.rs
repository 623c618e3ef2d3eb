//! Cancelling is heeded until the body is out, and not after: the answer may have been paid for.

use clearcut_service::{BodySent, ErrorKind, Progress, Remover as _};
use tokio_util::sync::CancellationToken;

use crate::server::{Manner, Server, answer};
use crate::setup::{client, patient, picture, request_of};

/// Cancels once this many bytes are up; by `u64::MAX`, once all are.
struct CancelsAt<'a> {
    bytes: u64,
    token: &'a CancellationToken,
}

impl Progress for CancelsAt<'_> {
    fn uploaded(&self, sent: u64, total: u64) {
        if sent >= self.bytes.min(total) {
            self.token.cancel();
        }
    }

    fn downloaded(&self, _: u64, _: Option<u64>) {}
}

#[tokio::test]
async fn before_the_start_nothing_is_sent() {
    let server = Server::answering("200 OK", &[], b"").await;
    let (file, token) = (picture(10), CancellationToken::new());
    token.cancel();
    let (request, client) = (request_of(&file), client(&server.prefix(), patient()));
    let error = client.remove(&request, &mut Vec::new(), &clearcut_service::NoProgress, &token).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Cancelled));
    assert_eq!((error.body, server.connections()), (BodySent::No, 0));
}

#[tokio::test]
async fn during_the_upload_the_body_is_never_completed() {
    let server = Server::start(Manner::StopsReading).await;
    let (file, token) = (picture(20_000_000), CancellationToken::new());
    let progress = CancelsAt { bytes: 1, token: &token };
    let (request, client) = (request_of(&file), client(&server.prefix(), patient()));
    let error = client.remove(&request, &mut Vec::new(), &progress, &token).await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Cancelled));
    assert_eq!(error.body, BodySent::No);
}

#[tokio::test]
async fn after_the_body_the_answer_is_awaited() {
    let paid = answer("200 OK", &[("Content-Type", "image/png"), ("X-Credits-Charged", "1")], b"picture");
    let server = Server::start(Manner::Answers(paid)).await;
    let (file, token) = (picture(1000), CancellationToken::new());
    let progress = CancelsAt { bytes: u64::MAX, token: &token };
    let (request, client, mut sink) = (request_of(&file), client(&server.prefix(), patient()), Vec::new());
    let head = client.remove(&request, &mut sink, &progress, &token).await.unwrap();
    assert!(token.is_cancelled());
    assert_eq!((head.credits_charged.unwrap().as_str(), sink.as_slice()), ("1", b"picture".as_slice()));
}

#[tokio::test]
async fn whenever_it_comes_the_answer_and_the_body_agree() {
    // Whatever the race between the cancelling and the last chunk: either the body never ends, or the answer comes.
    let paid = answer("200 OK", &[("Content-Type", "image/png")], b"picture");
    let server = Server::start(Manner::Answers(paid)).await;
    let client = client(&server.prefix(), patient());
    let file = picture(400_000);
    let request = request_of(&file);
    for bytes in (0..450_000).step_by(30_000) {
        let token = CancellationToken::new();
        let progress = CancelsAt { bytes, token: &token };
        let read_before = server.requests().len();
        match client.remove(&request, &mut Vec::new(), &progress, &token).await {
            Ok(_) => assert!(server.requests().len() > read_before),
            Err(error) => {
                assert!(matches!(error.kind, ErrorKind::Cancelled), "{error:?}");
                assert_eq!(error.body, BodySent::No);
            }
        }
    }
}
