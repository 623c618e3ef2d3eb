//! What is done to cutouts: kept by content, over restarts, and never sent.

use clearcut_app::views::{
    Backdrop, Edits, ExportFormatChoice, ExportOptions, ExportSize, OutputOptions, PictureState, Scene, SpendChoice,
    Stroke, StrokeTool,
};
use clearcut_app::{Clipboard, Front, TakenBy};
use clearcut_imaging::{Limits, Rgba, decode};

use crate::common::{open, open_unheard, photo};

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

#[tokio::test(flavor = "multi_thread")]
async fn brush_and_export_ask_nobody() {
    let home = tempfile::tempdir().unwrap();
    let (app, service) = open_unheard(home.path()).await;
    let id = app.take_in(vec![photo(home.path(), "astronaut.png")], TakenBy::Terminal).await.pictures[0].id;
    app.set_edits(id, red_with_a_stroke()).await.unwrap();
    let exported = app.export_files(id, &ExportOptions::default(), Some(home.path().join("out"))).await.unwrap();
    service.check();

    let picture = decode(&exported[0].path, &Limits::inputs()).unwrap();
    assert_eq!((picture.width, picture.height), (512, 512));
    assert_eq!(picture.pixel(2, 200), Some([255, 0, 0, 255]), "red beside her");
    assert_eq!(picture.pixel(256, 256), Some([255, 0, 0, 255]), "red where the brush erased");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_edited_on_a_preview_is_in_the_paid_result_and_in_every_size_of_it() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Window).await;
    let id = app.take_in(vec![photo(home.path(), "astronaut.png")], TakenBy::Drop).await.pictures[0].id;
    host.until_picture(id, &[PictureState::Previewed]).await;
    let view = app.edits(id).await.unwrap();
    let subject = view.subject.unwrap();
    assert!(subject.width > 0.3 && subject.height > 0.5, "{subject:?}");

    app.set_edits(id, red_with_a_stroke()).await.unwrap();
    let options = OutputOptions::default();
    app.download(vec![id], options.clone(), "1".to_owned(), SpendChoice::UsePayg).await.unwrap();
    host.until_picture(id, &[PictureState::Saved]).await;
    let saved = decode(&home.path().join("astronaut-cutout.png"), &Limits::inputs()).unwrap();
    assert_eq!(saved.pixel(2, 200), Some([255, 0, 0, 255]));
    assert_eq!(saved.pixel(256, 256), Some([255, 0, 0, 255]));

    // The vault keeps the cutout itself: without edits it is exported as it was paid.
    let sizes = vec![ExportSize::AsEdited, ExportSize::Pixels { width: 300, height: 200, margin: 0.1 }];
    let format = ExportFormatChoice::Webp;
    let plain = ExportOptions { sizes, edits: Some(Edits::default()), format, ..ExportOptions::default() };
    let exported = app.export_pictures(vec![id], plain).await.unwrap();
    assert!(exported.failed.is_empty(), "{:?}", exported.failed);
    let names: Vec<_> = exported.files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["astronaut-cutout.webp", "astronaut-cutout-300x200.webp"]);
    let plain = decode(&home.path().join("astronaut-cutout.webp"), &Limits::inputs()).unwrap();
    assert_eq!(plain.pixel(2, 200).unwrap()[3], 0);
    assert!(plain.pixel(256, 256).unwrap()[3] > 250);
    assert_eq!(app.gauge(true).await.unwrap().total.amount.as_deref(), Some("49"), "one credit in all");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_cutout_comes_back_by_paste_with_its_transparency() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Window).await;
    let id = app.take_in(vec![photo(home.path(), "astronaut.png")], TakenBy::Drop).await.pictures[0].id;
    let copied = app.copy_cutout(id).await.unwrap();
    assert_eq!((copied.name.as_str(), copied.width, copied.height), ("astronaut.png", 512, 512));
    let Some(Clipboard::Picture { width, height, rgba }) = host.clipboard.lock().unwrap().take() else {
        panic!("no picture on the clipboard")
    };
    let cutout = Rgba::new(width, height, rgba).unwrap();
    assert_eq!(cutout.pixel(2, 200), Some([0; 4]), "nothing beside her");
    assert!(cutout.pixel(256, 256).unwrap()[3] > 250);
    app.close().await;
}
