//! Which account is at work, and whose key is used.

use crate::common::{open, open_with};
use clearcut_app::problem::Code;
use clearcut_app::views::{AccountKind, KeyPlace, TypedKey};
use clearcut_app::{Front, ServiceChoice};
use clearcut_sandbox::{Sandbox, SandboxOptions};

async fn service(key: &str) -> (clearcut_sandbox::Running, String) {
    let options = SandboxOptions { key: key.to_owned(), subscription: "7".to_owned(), ..SandboxOptions::default() };
    let running = Sandbox::start(options).await.unwrap();
    let prefix = running.prefix().to_string();
    (running, prefix)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_word_the_practice_account_is_at_work_even_with_a_key_in_the_environment() {
    let home = tempfile::tempdir().unwrap();
    let (app, _) = open_with(home.path(), Front::Terminal, ServiceChoice::Remembered, Some("k")).await.unwrap();
    let overview = app.overview().await.unwrap();
    assert_eq!(overview.accounts[0].kind, AccountKind::Practice);
    assert_eq!(overview.active, overview.accounts[0].id);
    assert!(overview.banners.iter().any(|banner| banner.text.contains("CLEARCUT_API_KEY is set and was not used")));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_address_works_with_the_key_from_the_environment_and_keeps_its_own_ledger_per_key() {
    let home = tempfile::tempdir().unwrap();
    let (running, prefix) = service("right").await;
    let named = || ServiceChoice::Named(prefix.clone());
    let (app, _) = open_with(home.path(), Front::Terminal, named(), Some("right")).await.unwrap();
    let gauge = app.gauge(true).await.unwrap();
    assert_eq!((gauge.subscription.amount.as_deref(), gauge.rollover.amount), (Some("7"), None));
    let first = app.overview().await.unwrap().active;
    app.close().await;
    let (app, _) = open_with(home.path(), Front::Terminal, named(), Some("wrong")).await.unwrap();
    let gauge = app.gauge(true).await.unwrap();
    assert_eq!((gauge.total.amount, gauge.problem.unwrap().code), (None, Code::KeyRefused));
    assert_ne!(app.overview().await.unwrap().active, first, "another key is another account");
    app.close().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_was_entered_beats_the_one_in_the_environment() {
    let home = tempfile::tempdir().unwrap();
    let (running, prefix) = service("entered").await;
    let (app, _) = open_with(home.path(), Front::Terminal, ServiceChoice::Remembered, Some("from-env")).await.unwrap();
    let added = app.add_account("other".into(), Some(prefix), None, Some(TypedKey::new("entered"))).await.unwrap();
    let active = added.overview.accounts.iter().find(|account| account.id == added.overview.active).unwrap();
    assert!(matches!(active.key, KeyPlace::Keyring | KeyPlace::ThisSession));
    assert_eq!(app.gauge(true).await.unwrap().total.amount.as_deref(), Some("17"));
    app.close().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_key_is_not_kept_and_the_old_account_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let (running, prefix) = service("right").await;
    let (app, _) = open(home.path(), Front::Terminal).await;
    let before = app.overview().await.unwrap().active;
    let refused = app.add_account("other".into(), Some(prefix), None, Some(TypedKey::new("wrong"))).await.unwrap_err();
    assert_eq!(refused.code, Code::KeyRefused);
    assert_eq!(app.overview().await.unwrap().active, before);
    assert!(!format!("{refused:?}").contains("wrong\""));
    app.close().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_without_a_key_is_refused_in_words() {
    let home = tempfile::tempdir().unwrap();
    let refused = open_with(home.path(), Front::Terminal, ServiceChoice::Named("removebg".into()), None).await;
    assert_eq!(refused.err().unwrap().code, Code::KeyMissing);
    let unknown = open_with(home.path(), Front::Terminal, ServiceChoice::Named("nobody".into()), None).await;
    assert_eq!(unknown.err().unwrap().code, Code::BadRequest);
}
