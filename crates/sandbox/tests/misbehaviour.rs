//! Each rule of misbehaviour, seen from the client's side of the connection, and what it charged.

#![allow(clippy::unwrap_used, reason = "a test that cannot set up its service should stop")]

mod common;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use common::{KEY, Practice, cutout_png, form, picture_png, send, try_send};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

async fn practice(rule: Value) -> Practice {
    let practice = Practice::start(|_| {}).await;
    practice.control(json!({"faults": {"rules": [rule]}})).await;
    practice
}

#[rstest]
#[case::status(json!({"nth": 1, "status": 503}), 503, "0")]
#[case::status_of_a_rate_limit(json!({"nth": 1, "status": 429, "retry_after_s": 7}), 429, "0")]
#[case::charge_then_status(json!({"nth": 1, "charge_then_status": 502}), 502, "1")]
#[tokio::test]
async fn another_status(#[case] rule: Value, #[case] status: u16, #[case] charged: &str) {
    let practice = practice(rule).await;
    let reply = practice.remove(&[("size", "full")]).await;
    assert_eq!((reply.status.as_u16(), practice.running.charged().as_str()), (status, charged));
    assert_eq!(reply.header("retry-after"), (status == 429).then_some("7"));
    assert_eq!(practice.remove(&[("size", "full")]).await.status, 200, "only the first call");
}

#[rstest]
#[case::before_the_body(json!({"nth": 1, "drop_before_body": true}), "0")]
#[case::within_the_body(json!({"nth": 1, "drop_in_body": 100_000}), "0")]
#[case::reset_before_the_body(json!({"nth": 1, "drop_before_body": true, "reset": true}), "0")]
#[case::reset_within_the_body(json!({"nth": 1, "drop_in_body": 100_000, "reset": true}), "0")]
#[case::reset_after_the_body(json!({"nth": 1, "drop_after_body": true, "reset": true}), "0")]
#[case::reset_after_the_charge(json!({"nth": 1, "charge_then_drop": true, "reset": true}), "1")]
#[case::after_the_body(json!({"nth": 1, "drop_after_body": true}), "0")]
#[case::after_the_charge(json!({"nth": 1, "charge_then_drop": true}), "1")]
#[tokio::test]
async fn a_lost_answer(#[case] rule: Value, #[case] charged: &str) {
    let practice = practice(rule).await;
    // A picture that no socket buffer swallows whole.
    let body = form(vec![0; 4_000_000], &[]);
    let request = practice.request(Method::POST, "/removebg");
    let request = if charged == "1" {
        request.multipart(form(picture_png(64, 48), &[("size", "full")]))
    } else {
        request.multipart(body)
    };
    assert!(try_send(request).await.is_err());
    assert_eq!(practice.running.charged(), charged);
}

#[rstest]
#[case::nothing(0)]
#[case::a_little(100)]
#[tokio::test]
async fn an_answer_cut_in_the_middle(#[case] bytes: usize) {
    let practice = practice(json!({"cut_after_bytes": bytes})).await;
    let request = practice.request(Method::POST, "/removebg").multipart(form(picture_png(64, 48), &[("size", "full")]));
    let mut response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-credits-charged"], "1");
    assert_eq!(response.content_length(), Some(cutout_png().len() as u64), "the length is the true one");
    let mut got = Vec::new();
    let error = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => got.extend_from_slice(&chunk),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    assert!(error.is_some(), "the connection must break");
    assert_eq!(got, cutout_png()[..bytes], "exactly so many bytes arrive");
}

#[tokio::test]
async fn a_length_that_promises_too_much() {
    let practice = practice(json!({"wrong_length": 100})).await;
    let request = practice.request(Method::POST, "/removebg").multipart(form(picture_png(64, 48), &[]));
    let response = request.send().await.unwrap();
    assert_eq!(response.content_length(), Some(cutout_png().len() as u64 + 100));
    assert!(response.bytes().await.is_err());
}

#[tokio::test]
async fn a_length_that_cuts_the_picture_short() {
    let practice = practice(json!({"wrong_length": -100})).await;
    let reply = practice.remove(&[]).await;
    assert_eq!(reply.body, cutout_png()[..cutout_png().len() - 100]);
}

/// What a plain TCP client reads of the answer to a removal, and how its connection ends.
async fn raw_answer(practice: &Practice) -> (Vec<u8>, std::io::Result<()>) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let body = "image_file_b64=".to_owned() + &BASE64.encode(picture_png(64, 48)).replace('+', "%2B");
    let port = practice.running.prefix().port().unwrap();
    let mut connection = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let head = format!(
        "POST /v1.0/removebg HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {KEY}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    connection.write_all((head + &body).as_bytes()).await.unwrap();
    let mut got = Vec::new();
    let end = connection.read_to_end(&mut got).await.map(drop);
    (got, end)
}

#[rstest]
#[case::orderly(false)]
#[case::by_a_reset(true)]
#[tokio::test]
async fn a_connection_ends_in_the_middle_of_an_answer(#[case] reset: bool) {
    let practice = practice(json!({"cut_after_bytes": 100, "reset": reset})).await;
    let (_, end) = raw_answer(&practice).await;
    let kind = end.err().map(|error| error.kind());
    assert_eq!(kind, reset.then_some(std::io::ErrorKind::ConnectionReset));
}

#[rstest]
#[case::at_once(json!({"surplus_bytes": 10_000}))]
#[case::after_a_slow_answer(json!({"surplus_bytes": 10_000, "trickle_bytes_per_s": 5_000}))]
#[tokio::test]
async fn more_bytes_than_were_announced(#[case] rule: Value) {
    let practice = practice(rule).await;
    let (got, end) = raw_answer(&practice).await;
    end.unwrap();
    let zeros = got.iter().rev().take_while(|byte| **byte == 0).count();
    assert_eq!(zeros, 10_000);
    assert!(got[..got.len() - zeros].ends_with(&cutout_png()), "the answer itself is whole");
    let length = format!("content-length: {}\r\n", cutout_png().len());
    assert!(String::from_utf8_lossy(&got).contains(&length));
}

#[tokio::test]
async fn an_answer_that_goes_on_after_the_picture() {
    let practice = practice(json!({"surplus_bytes": 5_000_000, "omit_headers": ["Content-Length"]})).await;
    let reply = practice.remove(&[("size", "full")]).await;
    assert_eq!((reply.header("content-length"), reply.body.len()), (None, cutout_png().len() + 5_000_000));
}

#[tokio::test]
async fn an_answer_that_trickles() {
    let per_s = cutout_png().len() * 5;
    let practice = practice(json!({"nth": 1, "trickle_bytes_per_s": per_s})).await;
    let request = practice.request(Method::POST, "/removebg").multipart(form(picture_png(64, 48), &[]));
    let mut response = request.send().await.unwrap();
    let start = std::time::Instant::now();
    let (mut pieces, mut got) = (0, Vec::new());
    while let Some(chunk) = response.chunk().await.unwrap() {
        pieces += 1;
        got.extend_from_slice(&chunk);
    }
    assert_eq!(got, cutout_png());
    assert!(pieces > 1 && start.elapsed().as_millis() >= 150, "{pieces} pieces in {:?}", start.elapsed());
}

#[tokio::test]
async fn a_storm_passes() {
    let practice = practice(json!({"path": "/removebg", "burst": [1, 2], "status": 429, "retry_after_s": 1})).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let reply = practice.remove(&[]).await;
        statuses.push((reply.status.as_u16(), reply.header("retry-after").is_some()));
    }
    assert_eq!(statuses, [(200, false), (429, true), (429, true), (200, false)]);
}

#[tokio::test]
async fn a_balance_that_comes_late_once() {
    let practice = practice(json!({"path": "/account", "nth": 1, "lag_ms": 60_000})).await;
    practice.remove(&[("size", "full")]).await;
    assert_eq!(practice.credits("subscription").await, "40");
    assert_eq!(practice.credits("subscription").await, "39");
}

#[tokio::test]
async fn a_picture_that_cannot_be_opened() {
    let practice = practice(json!({"broken_zip": true})).await;
    let reply = practice.remove(&[("size", "full")]).await;
    assert_eq!((reply.status.as_u16(), reply.body.len()), (200, cutout_png().len()));
    let limits = clearcut_imaging::Limits::answers();
    assert!(clearcut_imaging::compose_answer_bytes(&reply.body, &limits).is_err());
    assert_eq!(practice.running.charged(), "1");
}

#[tokio::test]
async fn another_type_and_missing_headers() {
    let practice = practice(json!({"wrong_type": "text/html", "omit_headers": ["X-Credits-Charged"]})).await;
    let reply = practice.remove(&[("size", "full")]).await;
    assert_eq!(reply.header("content-type"), Some("text/html"));
    assert_eq!(reply.header("x-credits-charged"), None);
    assert_eq!(practice.running.charged(), "1");
}

#[tokio::test]
async fn another_price() {
    let practice = practice(json!({"nth": 2, "charge": "2.5"})).await;
    let mut charged = Vec::new();
    for _ in 0..3 {
        charged.push(practice.remove(&[("size", "full")]).await.header("x-credits-charged").unwrap().to_owned());
    }
    assert_eq!(charged, ["1", "2.5", "1"]);
    assert_eq!(practice.credits("subscription").await, "35.5");
}

#[tokio::test]
async fn a_rule_for_one_path_leaves_the_others_alone() {
    let practice = practice(json!({"path": "/account", "status": 500})).await;
    assert_eq!(practice.remove(&[]).await.status, 200);
    assert_eq!(send(practice.request(Method::GET, "/account")).await.status, 500);
}

#[tokio::test]
async fn a_faults_file_is_read_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("faults.json");
    std::fs::write(&path, r#"[{"every": 2, "status": 500}]"#).unwrap();
    let practice = Practice::start(|options| options.faults = Some(path)).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(practice.remove(&[]).await.status.as_u16());
    }
    assert_eq!(statuses, [200, 500, 200, 500]);
}
