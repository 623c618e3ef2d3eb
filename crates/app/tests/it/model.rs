//! The model on this computer, chosen in the window.

use std::path::{Path, PathBuf};

use clearcut_app::problem::Code;
use clearcut_app::views::{Event, PictureState};
use clearcut_app::{Front, TakenBy};

use crate::common::{open, photo};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../matting/tests/fixtures/models").join(name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_model_is_at_work_at_once_and_after_the_next_start_until_it_is_given_up() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Window).await;
    let built_in = app.model().await.unwrap();
    assert_eq!(built_in.file, None);
    assert_eq!(app.choose_model().await.unwrap(), built_in, "the dialog was closed");

    let id = app.take_in(vec![photo(home.path(), "astronaut.png")], TakenBy::Drop).await.pictures[0].id;
    let first = host.until_picture(id, &[PictureState::Previewed]).await;
    *host.model.lock().unwrap() = Some(fixture("isnet.onnx"));
    let chosen = app.choose_model().await.unwrap();
    assert_eq!(chosen.file.as_deref(), Some("isnet.onnx"));
    assert_eq!(chosen.description, "IS-Net, 1024 × 1024 pixels");
    // The tiny network's preview takes the place of the first, or it finds nothing: either way the picture was looked at anew.
    host.until(|told| {
        let mut news = told.iter().filter_map(|envelope| match &envelope.event {
            Event::Picture { picture } if picture.id == id => Some(picture),
            _ => None,
        });
        news.next_back()
            .filter(|picture| picture.revision > first.revision && picture.state != PictureState::Previewing)
            .map(|_| ())
    })
    .await;
    app.close().await;
    drop(app);

    let (app, _host) = open(home.path(), Front::Window).await;
    assert_eq!(app.model().await.unwrap(), chosen, "kept in the settings");
    assert_eq!(app.use_built_in_model().await.unwrap(), built_in);
    app.close().await;
    drop(app);
    let (app, _host) = open(home.path(), Front::Window).await;
    assert_eq!(app.model().await.unwrap(), built_in);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_model_is_told_and_the_old_one_stays() {
    let home = tempfile::tempdir().unwrap();
    let (app, host) = open(home.path(), Front::Window).await;
    *host.model.lock().unwrap() = Some(fixture("isnet.onnx"));
    let chosen = app.choose_model().await.unwrap();
    let picture = photo(home.path(), "astronaut.png");
    for file in [fixture("half.onnx"), picture, home.path().join("gone.onnx")] {
        *host.model.lock().unwrap() = Some(file.clone());
        let problem = app.choose_model().await.unwrap_err();
        assert_eq!(problem.code, Code::BadRequest);
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        assert!(problem.message.starts_with(&format!("{name} cannot be used: ")), "{}", problem.message);
        assert!(!problem.message.contains(home.path().to_str().unwrap()), "no folder: {}", problem.message);
        assert_eq!(app.model().await.unwrap(), chosen);
    }
    app.close().await;
}
