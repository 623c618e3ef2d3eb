//! What the practice account charges, when it refuses, and what it remembers.

#![allow(clippy::unwrap_used, reason = "a test that cannot set up its service should stop")]

mod common;

use clearcut_sandbox::{Sandbox, SandboxError, SandboxOptions};
use common::{Practice, form, picture_png, send, try_send};
use reqwest::Method;
use rstest::rstest;
use serde_json::json;

#[tokio::test]
async fn a_picture_costs_one_credit_and_the_account_says_so() {
    let practice = Practice::start(|_| {}).await;
    let reply = practice.remove(&[("size", "full")]).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.header("x-credits-charged"), Some("1"));
    assert_eq!(practice.credits("subscription").await, "39");
    assert_eq!(practice.credits("total").await, "49");
    assert_eq!(practice.running.charged(), "1");
}

#[tokio::test]
async fn previews_are_free_until_they_are_not() {
    let practice = Practice::start(|options| options.free_previews = 1).await;
    assert_eq!(practice.remove(&[]).await.header("x-credits-charged"), Some("0"));
    assert_eq!(practice.remove(&[]).await.header("x-credits-charged"), Some("0.25"));
    assert_eq!(practice.credits("subscription").await, "39.75");
}

#[tokio::test]
async fn too_few_credits_are_402_and_charge_nothing() {
    let practice = Practice::start(|options| {
        options.subscription = "0.5".to_owned();
        options.payg = "0.25".to_owned();
    })
    .await;
    let refused = practice.remove(&[("size", "full")]).await;
    assert_eq!((refused.status.as_u16(), refused.header("x-credits-charged")), (402, None));
    assert_eq!(practice.credits("total").await, "0.75");
    let fallen = practice.remove(&[("size", "auto")]).await;
    assert_eq!((fallen.status.as_u16(), fallen.header("x-credits-charged")), (200, Some("0")));
}

#[rstest]
#[case::bad_parameter(&[("size", "huge")])]
#[case::two_sources(&[("image_url", "http://127.0.0.1:9/")])]
#[tokio::test]
async fn a_refused_call_charges_nothing(#[case] parameters: &[(&str, &str)]) {
    let practice = Practice::start(|_| {}).await;
    assert_eq!(practice.remove(parameters).await.status, 400);
    assert_eq!(practice.running.charged(), "0");
}

#[tokio::test]
async fn many_at_once_never_charge_more_than_there_is() {
    let practice = Practice::start(|options| {
        options.subscription = "5".to_owned();
        options.payg = "2".to_owned();
    })
    .await;
    let parameters = [("size", "full")];
    let replies = futures_util::future::join_all((0..20).map(|_| practice.remove(&parameters))).await;
    let paid = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!((paid, practice.running.charged().as_str()), (7, "7"));
    assert!(replies.iter().all(|reply| [200, 402].contains(&reply.status.as_u16())));
}

#[tokio::test]
async fn the_account_survives_a_restart_and_belongs_to_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let state_dir = folder.path().join("practice");
    let practice = Practice::start(|options| options.state_dir = Some(state_dir.clone())).await;
    practice.remove(&[("size", "full")]).await;

    let second =
        Sandbox::start(SandboxOptions { state_dir: Some(state_dir.clone()), ..SandboxOptions::default() }).await;
    assert!(matches!(second, Err(SandboxError::InUse { .. })), "{second:?}");

    practice.running.stop().await;
    let again = Practice::start(|options| {
        options.state_dir = Some(state_dir);
        options.subscription = "1000".to_owned();
    })
    .await;
    assert_eq!(again.credits("subscription").await, "39");
    assert_eq!(again.state().await["charges"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_charge_is_on_disk_before_the_answer_is_out() {
    let folder = tempfile::tempdir().unwrap();
    let practice = Practice::start(|options| options.state_dir = Some(folder.path().to_owned())).await;
    let reply = practice.remove(&[("size", "full")]).await;
    let journal = std::fs::read_to_string(folder.path().join("account.jsonl")).unwrap();
    assert!(journal.contains(reply.header("x-request-id").unwrap()), "{journal}");
}

#[tokio::test]
async fn the_balance_lags_as_it_is_told_to() {
    let practice = Practice::start(|options| options.account_lag_ms = 60_000).await;
    practice.remove(&[("size", "full")]).await;
    assert_eq!(practice.credits("subscription").await, "40");
    practice.control(json!({"advance_s": 61})).await;
    assert_eq!(practice.credits("subscription").await, "39");
}

#[tokio::test]
async fn the_control_call_moves_everything() {
    let practice = Practice::start(|_| {}).await;
    let state = practice.control(json!({"set": {"subscription": "12.5", "payg": 3, "free_previews": 0}})).await;
    assert_eq!(state["balances"]["subscription"], "12.5");
    assert_eq!(state["total"], "15.5");
    let state = practice.control(json!({"top_up": "10", "renew": true})).await;
    assert_eq!(state["balances"]["payg"], "13");
    assert_eq!(state["balances"]["subscription"], "52.5", "carried over, and a month's worth");
    assert_eq!(state["balances"]["free_previews"], 50);
    let before = state["renews_at"].clone();
    let state = practice.control(json!({"advance_s": 32 * 86_400})).await;
    assert_eq!(state["balances"]["subscription"], "92.5", "a month has passed");
    assert_eq!(state["month_began_at"], before);
}

#[rstest]
#[case(json!({"nonsense": 1}))]
#[case(json!({"set": {"subscription": "-1"}}))]
#[case(json!({"set": {"subscripton": "1"}}))]
#[case(json!({"advance_s": -5}))]
#[case(json!({"faults": {"rules": [{"nth": 1}]}}))]
#[tokio::test]
async fn a_senseless_control_call_changes_nothing(#[case] body: serde_json::Value) {
    let practice = Practice::start(|_| {}).await;
    let reply = send(practice.request(Method::POST, "/sandbox/control").body(body.to_string())).await;
    assert_eq!(reply.status, 400);
    assert_eq!(practice.state().await["total"], "50");
}

#[tokio::test]
async fn the_rate_limit_counts_input_megapixels() {
    let practice = Practice::start(|options| options.rate_limit_mp = 3).await;
    let large = || form(picture_png(1500, 1000), &[("size", "full")]);
    let call = || send(practice.request(Method::POST, "/removebg").multipart(large()));
    let first = call().await;
    assert_eq!((first.status.as_u16(), first.header("x-ratelimit-remaining")), (200, Some("1")));
    assert_eq!(first.header("x-ratelimit-limit"), Some("3"));
    let second = call().await;
    assert_eq!((second.status.as_u16(), second.code().as_deref()), (429, Some("rate_limit_exceeded")));
    let wait_s: i64 = second.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait_s), "{wait_s}");
    assert_eq!(practice.running.charged(), "1");
    practice.control(json!({"advance_s": wait_s})).await;
    assert_eq!(call().await.status, 200);
}

#[tokio::test]
async fn no_rate_limit_sends_no_rate_headers() {
    let practice = Practice::start(|options| options.rate_limit_mp = 0).await;
    let reply = practice.remove(&[]).await;
    assert_eq!((reply.status.as_u16(), reply.header("x-ratelimit-limit")), (200, None));
}

#[rstest]
#[case::gone("gone", 410)]
#[case::not_found("not_found", 404)]
#[case::forbidden("forbidden", 403)]
#[case::redirect("redirect", 302)]
#[case::html("html", 200)]
#[tokio::test]
async fn a_closed_service_charges_nothing_and_can_open_again(#[case] how: &str, #[case] status: u16) {
    let practice = Practice::start(|_| {}).await;
    practice.control(json!({"close": how})).await;
    let reply = practice.remove(&[("size", "full")]).await;
    assert_eq!((reply.status.as_u16(), reply.header("x-credits-charged")), (status, None));
    practice.control(json!({"open": true})).await;
    assert_eq!(practice.remove(&[("size", "full")]).await.status, 200);
    assert_eq!(practice.running.charged(), "1");
    assert_eq!(practice.state().await["calls"]["/v1.0/removebg"], 2);
}

#[tokio::test]
async fn the_state_says_what_was_asked_for_and_what_was_charged_for_it() {
    let practice = Practice::start(|_| {}).await;
    practice.control(json!({"faults": {"rules": [{"nth": 1, "charge_then_drop": true}]}})).await;
    let request = practice.request(Method::POST, "/removebg").multipart(form(picture_png(64, 48), &[("size", "full")]));
    assert!(try_send(request).await.is_err());
    practice.remove(&[("size", "auto")]).await;
    let state = practice.state().await;
    assert_eq!(state["sizes"], json!({"auto": 1, "full": 1}));
    let content = clearcut_imaging::fingerprint_bytes(&picture_png(64, 48));
    assert_eq!(state["charged_pictures"], json!({content.as_str(): 2}));
    assert_eq!(state["faults"], json!([1]));
}
