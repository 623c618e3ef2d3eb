//! Each rule of misbehaviour, seen from the client's side of the connection, and what it charged.

#![allow(clippy::unwrap_used, reason = "a test that cannot set up its service should stop")]

mod common;

use common::{Practice, cutout_png, form, picture_png, send, try_send};
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
