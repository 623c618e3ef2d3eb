//! What is done to cutouts: kept by content, over restarts, and never sent.

use clearcut_app::views::{Backdrop, Edits, Scene, Stroke, StrokeTool};
use clearcut_app::{Front, TakenBy};

use crate::common::{open, photo};

fn red_with_a_stroke() -> Edits {
    let stroke = Stroke { tool: StrokeTool::Erase, size: 0.1, hardness: 1.0, snap: false, points: vec![[0.5, 0.5]] };
    let scene = Scene { backdrop: Backdrop::Colour { rgb: "#ff0000".to_owned() }, ..Scene::default() };
    Edits { strokes: vec![stroke], scene }
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_are_there_again_after_a_restart_and_for_a_copy() {
    let home = tempfile::tempdir().unwrap();
    let original = photo(home.path(), "astronaut.png");
    let (app, _) = open(home.path(), Front::Terminal).await;
    let id = app.take_in(vec![original.clone()], TakenBy::Terminal).await.pictures[0].id;
    assert!(!app.edits(id).await.unwrap().kept);
    app.set_edits(id, red_with_a_stroke()).await.unwrap();
    app.close().await;
    drop(app);

    let copy = home.path().join("a copy.png");
    std::fs::copy(&original, &copy).unwrap();
    let (app, _) = open(home.path(), Front::Terminal).await;
    let id = app.take_in(vec![copy], TakenBy::Terminal).await.pictures[0].id;
    let view = app.edits(id).await.unwrap();
    assert!(view.kept);
    assert_eq!(view.edits, red_with_a_stroke());

    app.set_edits(id, Edits::default()).await.unwrap();
    assert!(!app.edits(id).await.unwrap().kept, "edits that change nothing are none");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_background_is_copied_and_outlives_its_file() {
    let home = tempfile::tempdir().unwrap();
    let file = photo(home.path(), "astronaut.png");
    let (app, _) = open(home.path(), Front::Terminal).await;
    let kept = app.keep_backdrop(file.clone()).await.unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(app.backdrops().await.unwrap(), std::slice::from_ref(&kept));
    let served = app.picture_bytes(&format!("backdrop/{}", kept.id.0)).await.unwrap();
    assert!(!served.bytes.is_empty());
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_served_and_nothing_else_by_such_a_name() {
    let home = tempfile::tempdir().unwrap();
    let (app, _) = open(home.path(), Front::Terminal).await;
    let served = app.picture_bytes("template/studio").await.unwrap();
    assert_eq!(&served.bytes[1..4], b"PNG");
    assert!(app.picture_bytes("template/none").await.is_err());
    assert!(app.picture_bytes("backdrop/..").await.is_err());
    app.close().await;
}
