//! The vault from the user's side: what is shown, what a limit and a cleaning let go of, and what is said afterwards.

use std::path::{Path, PathBuf};

use clearcut_app::problem::Code;
use clearcut_app::views::{HistoryFilter, OutputOptions, PictureId, VaultCleaning};
use clearcut_app::{Agreed, App, Front, KeptState, TakenBy};

use crate::common::{open, photo};

fn one() -> Agreed {
    Agreed { cost: "1".to_owned(), cap: None, stop_before_payg: false, batch: None }
}

/// Takes a sample photo in and pays for it.
async fn pay(app: &App, home: &Path, name: &str) -> PictureId {
    let id = app.take_in(vec![photo(home, name)], TakenBy::Drop).await.pictures[0].id;
    app.fetch(id, &OutputOptions::default(), one(), None).await.unwrap();
    id
}

/// The folders of the entries, in the order they were paid.
fn entries(home: &Path) -> Vec<PathBuf> {
    let folders = |dir: PathBuf| -> Vec<PathBuf> {
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
    };
    let accounts = folders(home.join("data/vault")).into_iter();
    let accounts = accounts.filter(|path| path.file_name().unwrap().len() == 36);
    let mut found: Vec<PathBuf> = accounts.flat_map(folders).flat_map(folders).collect();
    found.sort_by_key(|path| path.file_name().unwrap().to_owned());
    found
}

/// Makes an entry as large as said and as old as two days. The file has holes; its length is what counts.
fn grown_and_aged(entry: &Path, bytes: u64) {
    std::fs::File::options().write(true).open(entry.join("answer.bin")).unwrap().set_len(bytes).unwrap();
    let head = entry.join("head.json");
    let mut text: serde_json::Value = serde_json::from_slice(&std::fs::read(&head).unwrap()).unwrap();
    let now: jiff::Timestamp = text["received_at"].as_str().unwrap().parse().unwrap();
    text["received_at"] = (now - jiff::SignedDuration::from_hours(48)).to_string().into();
    std::fs::write(head, text.to_string()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cleaned_costs_again_and_everybody_says_so() {
    let home = tempfile::tempdir().unwrap();
    let (app, _) = open(home.path(), Front::Terminal).await;
    let empty = app.vault().await.unwrap();
    assert_eq!((empty.limit_gb, empty.bytes, empty.oldest, empty.accounts.len()), (Some(10), 0, None, 0));
    let id = pay(&app, home.path(), "astronaut.png").await;
    let vault = app.vault().await.unwrap();
    assert_eq!((vault.saved.pictures, vault.held.pictures, vault.evidence.pictures), (1, 0, 0));
    assert!(vault.bytes > 10_000 && vault.saved.bytes == vault.bytes && vault.disk_free.is_some());
    assert_eq!((vault.accounts[0].heap, vault.oldest.is_some()), (vault.saved, true));
    let list = app.vault_list().await.unwrap();
    assert_eq!(
        (list[0].name.as_deref(), list[0].state, list[0].there),
        (Some("astronaut.png"), KeptState::Saved, true)
    );
    assert_eq!(list[0].saved_to, Some(home.path().join("astronaut-cutout.png")));
    let filter = || HistoryFilter { limit: 10, ..HistoryFilter::default() };
    let receipt = app.history(filter()).await.unwrap().rows.remove(0);
    assert!(receipt.exportable);

    let would = app.vault_cleaning(VaultCleaning::AllSaved).await.unwrap();
    assert_eq!((would.heap, would.credits.as_str()), (vault.saved, "1"));
    assert_eq!(app.vault_cleaning(VaultCleaning::OlderThan { days: 1 }).await.unwrap().heap.pictures, 0);
    let cleaned = app.clean_vault(VaultCleaning::AllSaved).await.unwrap();
    assert_eq!((cleaned.went, cleaned.vault.bytes), (would, 0));

    assert!(home.path().join("astronaut-cutout.png").exists(), "the saved file is the user's");
    assert_eq!(app.quote(vec![id], OutputOptions::default(), None).await.unwrap().cost, "1");
    let problem = app.save_again(id, OutputOptions::default()).await.unwrap_err();
    assert_eq!(problem.code, Code::NotKept, "{problem}");
    let row = app.history(filter()).await.unwrap().rows.into_iter().find(|row| row.id == receipt.id).unwrap();
    assert!(!row.exportable, "the receipt stays, its picture went");
    let problem = app.export_receipt_to(&receipt.id.unwrap(), home.path()).await.unwrap_err();
    assert_eq!(problem.code, Code::NotKept);
    assert!(problem.to_string().contains("not kept any more") && problem.hint.contains("costs again"), "{problem}");
    assert_eq!(app.gauge(true).await.unwrap().total.amount.as_deref(), Some("49"), "asking cost nothing");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_is_kept_at_the_start_and_after_a_run_and_told_once() {
    let home = tempfile::tempdir().unwrap();
    {
        let (app, _) = open(home.path(), Front::Terminal).await;
        assert_eq!(app.set_vault_limit(Some(0)).await.unwrap_err().code, Code::BadRequest);
        assert_eq!(app.set_vault_limit(Some(1)).await.unwrap().limit_gb, Some(1));
        for name in ["astronaut.png", "coffee.png", "chelsea.png"] {
            pay(&app, home.path(), name).await;
        }
        app.close().await;
    }
    let paid = entries(home.path());
    assert_eq!(paid.len(), 3);
    for entry in &paid {
        grown_and_aged(entry, 450_000_000);
    }
    {
        let (app, host) = open(home.path(), Front::Window).await;
        let told = host.until(|told| {
            told.iter().find_map(|envelope| match &envelope.event {
                clearcut_app::views::Event::Banner { banner } if banner.id == "vault-limit" => {
                    Some(banner.text.clone())
                }
                _ => None,
            })
        });
        let told = told.await;
        assert!(told.contains("1 GB") && told.contains("Saved files stay"), "{told}");
        assert_eq!(entries(home.path()), paid[1..], "the oldest one went, and no more than that");
        app.close().await;
    }
    grown_and_aged(&paid[1], 800_000_000);
    let (app, _) = open(home.path(), Front::Terminal).await;
    assert_eq!(app.vault().await.unwrap().limit_gb, Some(1), "remembered");
    assert_eq!(entries(home.path()).len(), 2, "a terminal's start looks at nothing unasked");
    pay(&app, home.path(), "astronaut.png").await;
    app.close().await;
    let left = entries(home.path());
    assert!(left.contains(&paid[2]) && !left.contains(&paid[1]), "kept at the end of the run");
    assert_eq!(left.len(), 2, "what was paid in it is young and stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_limit_nothing_goes() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Terminal).await;
    pay(&app, home.path(), "coffee.png").await;
    grown_and_aged(&entries(home.path())[0], 20_000_000_000);
    assert_eq!(app.vault_cleaning(VaultCleaning::Limit { gb: 10 }).await.unwrap().heap.pictures, 1);
    let vault = app.set_vault_limit(None).await.unwrap();
    assert_eq!((vault.limit_gb, vault.saved.pictures), (None, 1));
    app.reveal_vault().await.unwrap();
    assert_eq!(*host.opened.lock().unwrap(), [home.path().join("data/vault").display().to_string()]);
    let vault = app.clean_vault(VaultCleaning::DownTo { bytes: 1_000_000 }).await.unwrap().vault;
    assert_eq!(vault.bytes, 0);
    app.close().await;
}
