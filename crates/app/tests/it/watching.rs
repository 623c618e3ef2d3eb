//! Watched folders through the use cases: what the window says and is told, and that nothing is sent before a queue is there.

use std::path::{Path, PathBuf};

use clearcut_app::problem::Code;
use clearcut_app::views::{Event, FolderId, OutputOptions, WatchInput, WatchState, WatchView};
use clearcut_app::{App, Credits, Front, WatchOn};

use crate::common::{TestHost, open, photo};

fn on(folder: PathBuf, budget: i64) -> WatchOn {
    WatchOn {
        folder,
        budget: Credits::whole(budget),
        recursive: false,
        options: OutputOptions::default(),
        output: None,
        move_done_to: None,
    }
}

/// A folder with one photo in it.
fn intake(home: &Path) -> PathBuf {
    let folder = home.join("Shop intake");
    std::fs::create_dir_all(&folder).unwrap();
    photo(&folder, "astronaut.png");
    folder
}

async fn pick(app: &App, host: &TestHost, folder: PathBuf) -> FolderId {
    *host.folder.lock().unwrap() = Some(folder);
    app.pick_folder().await.unwrap().unwrap().id
}

fn input(folder: FolderId, budget: &str) -> WatchInput {
    WatchInput {
        folder,
        budget: budget.to_owned(),
        recursive: true,
        options: OutputOptions::default(),
        output: None,
        move_done_to: None,
    }
}

fn told(host: &TestHost) -> Vec<Vec<WatchView>> {
    let watches = |event: Event| match event {
        Event::Watches { watches } => Some(watches),
        _ => None,
    };
    host.told().into_iter().filter_map(|envelope| watches(envelope.event)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_is_made_of_a_chosen_folder_and_its_path_stays_inside() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Terminal).await;
    let folder = pick(&app, &host, intake(home.path())).await;
    let watches = app.add_watch(input(folder, "50")).await.unwrap();
    let [watch] = &watches[..] else { panic!("{watches:?}") };
    assert_eq!((watch.folder.as_str(), watch.budget.as_str(), watch.left.as_str()), ("Shop intake", "50", "50"));
    assert_eq!(told(&host).last(), Some(&watches));
    let secret = home.path().display().to_string();
    assert!(!serde_json::to_string(&watches).unwrap().contains(&secret));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_watch_without_a_budget_a_folder_or_a_choice() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Terminal).await;
    let folder = pick(&app, &host, intake(home.path())).await;
    for budget in ["", "0", "-1", "many"] {
        assert_eq!(app.add_watch(input(folder, budget)).await.unwrap_err().code, Code::BadRequest, "{budget}");
    }
    let invented = FolderId(uuid::Uuid::from_u128(7));
    assert_eq!(app.add_watch(input(invented, "50")).await.unwrap_err().code, Code::BadRequest);
    let gone = pick(&app, &host, home.path().join("gone")).await;
    assert_eq!(app.add_watch(input(gone, "50")).await.unwrap_err().code, Code::NotFound);
    app.add_watch(input(folder, "50")).await.unwrap();
    let within = home.path().join("Shop intake/sub");
    std::fs::create_dir(&within).unwrap();
    let within = pick(&app, &host, within).await;
    assert_eq!(app.add_watch(input(within, "50")).await.unwrap_err().code, Code::BadRequest);
    assert_eq!(app.watches().await.unwrap().len(), 1);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_is_paused_resumed_changed_and_removed_and_survives_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let folder = intake(home.path());
    let (app, _) = open(home.path(), Front::Terminal).await;
    let (id, is_new) = app.watch_folder(on(folder.clone(), 50)).await.unwrap();
    assert!(is_new);
    assert_eq!(app.pause_watch(id).await.unwrap()[0].state, WatchState::Paused);
    app.set_watch_budget(id, "0.5".to_owned()).await.unwrap();
    app.close().await;
    drop(app);

    let (app, _) = open(home.path(), Front::Terminal).await;
    let watch = app.watches().await.unwrap().remove(0);
    assert_eq!((watch.id, watch.state, watch.budget.as_str()), (id, WatchState::Paused, "0.5"));
    assert_eq!(app.resume_watch(id).await.unwrap()[0].state, WatchState::Watching);
    assert_eq!(app.watch_folder(on(folder.clone(), 7)).await.unwrap(), (id, false));
    assert_eq!(app.remove_watch(id).await.unwrap(), []);
    assert_eq!(app.pause_watch(id).await.unwrap_err().code, Code::NotFound);
    assert!(folder.join("astronaut.png").exists());
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_one_has_the_rounds() {
    let home = tempfile::tempdir().unwrap();
    let (first, _) = open(home.path(), Front::Terminal).await;
    let (second, _) = open(home.path(), Front::Terminal).await;
    let (id, _) = first.watch_folder(on(intake(home.path()), 50)).await.unwrap();
    assert_eq!(first.watch_round(id).await.unwrap().state, WatchState::Watching);
    assert_eq!(second.watch_round(id).await.unwrap().state, WatchState::Elsewhere);
    first.leave_watch(id).await;
    let round = second.watch_round(id).await.unwrap();
    assert_eq!((round.state, round.idle), (WatchState::Watching, false), "a photo settles");
    second.close().await;
    first.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_there_is_away_until_it_is() {
    let home = tempfile::tempdir().unwrap();
    let folder = intake(home.path());
    let (app, _) = open(home.path(), Front::Terminal).await;
    let (id, _) = app.watch_folder(on(folder.clone(), 50)).await.unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let round = app.watch_round(id).await.unwrap();
    assert_eq!((round.state, round.idle), (WatchState::Away, true));
    assert_eq!(app.watches().await.unwrap()[0].state, WatchState::Away);
    intake(home.path());
    assert_eq!(app.watch_round(id).await.unwrap().state, WatchState::Watching);
    app.close().await;
}
