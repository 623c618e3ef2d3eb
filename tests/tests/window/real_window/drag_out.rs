//! A saved cutout is dragged out of the window into another program, whatever it is called.

use anyhow::{Context, Result, ensure};
use clearcut_tests::app::App;
use clearcut_tests::place::Place;
use clearcut_tests::session::Session;
use clearcut_tests::steps::{self, CARD, card_of};
use clearcut_tests::tools;
use url::Url;

/// What an address must escape, and what file systems allow all the same.
const NAME: &str = "mug 50% größe #1.png";

#[tokio::test]
async fn a_saved_cutout_is_dragged_into_another_program() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let place = Place::fresh()?;
    let photo = place.photos().join(NAME);
    std::fs::copy(tools::sample("astronaut.png"), &photo)?;
    let app = App::start(&session, &place).await?;
    steps::bring(&app, std::slice::from_ref(&photo)).await?;
    app.wait_for(&card_of(NAME, "previewed")).await?;
    let draggable = app.attribute(CARD, "draggable").await?;
    ensure!(draggable == "false", "nothing is saved yet, there is nothing to drag");
    app.click(CARD).await?;
    steps::download(&app).await?;
    app.wait_for(&card_of(NAME, "saved")).await?;

    let arrived = app.drag_from(CARD).await?;
    let [address] = &arrived[..] else { anyhow::bail!("{arrived:?} arrived") };
    let file = Url::parse(address)?.to_file_path().ok().context("a file")?;
    ensure!(file == photo.with_file_name("mug 50% größe #1-cutout.png"), "{} arrived", file.display());
    ensure!(image::open(&file)?.color().has_alpha(), "the cutout itself, not the photo");

    // The mouse is the window's again, and what is clicked is pressed.
    steps::go_to(&app, "history").await?;
    ensure!(place.names().len() == 2, "nothing was made or moved: {:?}", place.names());
    app.close().await
}
