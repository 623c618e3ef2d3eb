//! Taking in at the edge: what a drop of many starts, what is told of what was left out, and how results are to be called.

use std::path::Path;

use clearcut_app::problem::Code;
use clearcut_app::views::{Event, ExistingChoice, OutputOptions, PictureState, PreviewSource};
use clearcut_app::{Front, TakenBy};

use crate::common::{open, photo};

fn small_pictures(folder: &Path, count: u8) {
    std::fs::create_dir_all(folder).unwrap();
    for shade in 0..count {
        image::RgbImage::from_pixel(8, 8, image::Rgb([shade, 0, 0]))
            .save(folder.join(format!("{shade:03}.png")))
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_long_list_a_picture_is_previewed_when_it_is_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Window).await;
    let folder = home.path().join("shop");
    small_pictures(&folder, 30);
    // The last one on the list: whatever was begun unasked would be through before.
    let sample = photo(home.path(), "astronaut.png");
    std::fs::copy(&sample, folder.join("zebra.png")).unwrap();
    std::fs::write(folder.join(".hidden.png"), "hidden").unwrap();
    let added = app.take_in(vec![folder], TakenBy::Drop).await;
    assert_eq!((added.pictures.len(), added.left_out.hidden), (31, 1));
    assert_eq!(added.note.as_deref(), Some("1 hidden file was left out."));
    let last = added.pictures.last().unwrap().id;
    app.preview(last, PreviewSource::Device, None).await.unwrap();
    host.until_picture(last, &[PictureState::Previewed]).await;
    let others = host.told().iter().any(|told| matches!(&told.event, Event::Picture { picture } if picture.id != last));
    assert!(!others, "something was previewed unasked");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_results_are_called_is_kept_and_quoted() {
    let home = tempfile::tempdir().unwrap();
    let (app, _) = open(home.path(), Front::Terminal).await;
    let settings = app.overview().await.unwrap().settings;
    assert_eq!((settings.template.as_str(), settings.existing), ("{name}-cutout", ExistingChoice::Number));
    for wrong in ["", "{nmae}", "a/{name}", "{name"] {
        let problem = app.set_saving(wrong.to_owned(), ExistingChoice::Number, true).await.unwrap_err();
        assert_eq!(problem.code, Code::BadRequest, "{wrong}: {problem}");
    }
    let settings = app.set_saving(" {name} small ".to_owned(), ExistingChoice::Skip, true).await.unwrap();
    assert_eq!((settings.template.as_str(), settings.existing), ("{name} small", ExistingChoice::Skip));

    small_pictures(&home.path().join("shop"), 3);
    std::fs::write(home.path().join("shop/001 small.png"), "an earlier one").unwrap();
    let added = app.examine((0..3).map(|n| home.path().join(format!("shop/{n:03}.png"))).collect()).await;
    let ids = added.pictures.iter().map(|picture| picture.id).collect();
    let quote = app.quote(ids, OutputOptions::default(), None).await.unwrap();
    assert_eq!((quote.charged, quote.existing, quote.disk_short), (2, 1, false));
    app.close().await;

    let (app, _) = open(home.path(), Front::Terminal).await;
    assert_eq!(app.overview().await.unwrap().settings, settings);
    app.close().await;
}
