//! Moving to another computer: what was paid on the old one is served free on the new one.

use std::path::Path;
use std::sync::Arc;

use clearcut_app::problem::Code;
use clearcut_app::views::{Event, OutputOptions, PictureState};
use clearcut_app::{Agreed, App, Front, ServiceChoice, TakenBy};
use clearcut_sandbox::{Running, Sandbox, SandboxOptions};

use crate::common::{KEY, TestHost, control, open, open_with, photo};

async fn service() -> (Running, String) {
    let options = SandboxOptions { key: KEY.to_owned(), subscription: "7".to_owned(), ..SandboxOptions::default() };
    let running = Sandbox::start(options).await.unwrap();
    let prefix = running.prefix().to_string();
    (running, prefix)
}

async fn at(home: &Path, prefix: &str) -> (Arc<App>, Arc<TestHost>) {
    open_with(home, Front::Terminal, ServiceChoice::Named(prefix.to_owned()), Some(KEY)).await.unwrap()
}

fn for_at_most(cost: &str) -> Agreed {
    Agreed { cost: cost.to_owned(), cap: None, stop_before_payg: false, batch: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_on_the_old_computer_is_free_on_the_new_one() {
    let (old_home, new_home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (running, prefix) = service().await;
    let (old, host) = at(old_home.path(), &prefix).await;
    let id = old.take_in(vec![photo(old_home.path(), "astronaut.png")], TakenBy::Drop).await.pictures[0].id;
    old.fetch(id, &OutputOptions::default(), for_at_most("1"), None).await.unwrap();
    let gauge = old.gauge(true).await.unwrap();
    old.set_notices(vec![42], None).await.unwrap();
    let account = old.overview().await.unwrap().active;
    let archive = old_home.path().join("out.zip");
    *host.save_as.lock().unwrap() = Some(archive.clone());
    let saved = old.save_archive().await.unwrap().unwrap();
    assert_eq!((saved.name.as_str(), saved.accounts, saved.pictures, saved.left_out), ("out.zip", 1, 1, 0));
    old.close().await;
    assert!(!contains(&archive, KEY.as_bytes()), "the key is in the archive");

    let (new, host) = open(new_home.path(), Front::Terminal).await;
    *host.archive.lock().unwrap() = Some(archive);
    let loaded = new.load_archive().await.unwrap().unwrap();
    assert_eq!((loaded.pictures, loaded.accounts[0].came), (1, true), "{loaded:?}");
    assert!(loaded.accounts[0].text.contains("Enter its key again"), "{loaded:?}");
    assert_eq!(loaded.overview.settings.notice_levels, [42]);
    assert!(
        host.told()
            .iter()
            .any(|told| matches!(told.event, Event::Archive { done, total } if done == total && done > 0))
    );
    new.close().await;

    // The account is found by service, address and key, as ever; what the service would charge for is refused.
    control(&running, serde_json::json!({ "set": { "subscription": "0", "payg": "0" } })).await;
    let (new, host) = at(new_home.path(), &prefix).await;
    assert_eq!(new.overview().await.unwrap().active, account);
    assert_eq!(new.gauge(false).await.unwrap().total.amount, gauge.total.amount);
    let id = new.take_in(vec![photo(new_home.path(), "astronaut.png")], TakenBy::Drop).await.pictures[0].id;
    let quote = new.quote(vec![id], OutputOptions::default(), None).await.unwrap();
    assert_eq!((quote.cost.as_str(), quote.already_paid), ("0", 1), "{quote:?}");
    new.fetch(id, &OutputOptions::default(), for_at_most("0"), None).await.unwrap();
    host.until_picture(id, &[PictureState::Saved]).await;
    assert!(new_home.path().join("astronaut-cutout.png").exists());
    new.close().await;
    running.stop().await;
}

fn contains(file: &Path, what: &[u8]) -> bool {
    std::fs::read(file).unwrap().windows(what.len()).any(|window| window == what)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_over_while_another_clearcut_is_open_or_from_a_file_that_is_no_archive() {
    let home = tempfile::tempdir().unwrap();
    let (app, _) = open(home.path(), Front::Terminal).await;
    let archive = home.path().join("out.zip");
    app.save_archive_to(archive.clone(), false).await.unwrap();
    let (other, _) = open(home.path(), Front::Terminal).await;
    let refused = app.load_archive_from(archive.clone()).await.unwrap_err();
    assert!(refused.message.contains("Another Clearcut is open"), "{refused}");
    other.close().await;
    drop(other);
    let loaded = app.load_archive_from(archive.clone()).await.unwrap();
    assert_eq!((loaded.accounts.len(), loaded.pictures), (0, 0), "the practice account stays with its computer");
    let refused = app.save_archive_to(archive, false).await.unwrap_err();
    assert!(refused.message.contains("is there already"), "{refused}");
    let refused = app.load_archive_from(photo(home.path(), "astronaut.png")).await.unwrap_err();
    assert_eq!(refused.code, Code::FileTrouble);
    assert!(refused.message.contains("Nothing was taken over"), "{refused}");
    let refused = app.load_archive_from(home.path().join("not there.zip")).await.unwrap_err();
    assert_eq!(refused.code, Code::NotFound);
    app.close().await;
}
