//! The keyboard alone in the real window: the palette, the real clipboard, and what the window remembers of itself.

use anyhow::{Result, ensure};
use clearcut_tests::app::App;
use clearcut_tests::place::Place;
use clearcut_tests::session::Session;
use clearcut_tests::steps::{self, CARD, card_of, id};
use clearcut_tests::{place, tools};
use fantoccini::key::Key;

#[tokio::test]
async fn a_cutout_copied_from_the_palette_is_pasted_with_its_transparency() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let place = Place::fresh()?;
    let photo = place.photo("astronaut.png")?;
    let app = App::start(&session, &place).await?;
    steps::bring(&app, &[photo]).await?;
    app.wait_for(&card_of("astronaut.png", "previewed")).await?;
    app.click(CARD).await?;

    app.press_control('k').await?;
    app.type_into(&id("palette-input"), "clipboard").await?;
    app.wait_for(&format!("{}[data-selected]", id("palette-copy"))).await?;
    app.type_into(&id("palette-input"), &char::from(Key::Enter).to_string()).await?;
    app.wait_for(&id("toast")).await?;
    let told = steps::until_text(&app, &id("toast"), "on the clipboard").await?;
    ensure!(told.contains("512 × 512, with transparency"), "{told}");

    // What another program would get, this one gets: as a second picture, whose file has holes where the background was.
    app.press_control('v').await?;
    app.wait_for(&format!("{CARD}:nth-of-type(2)")).await?;
    let pasted = place::names_in(&place.data().join("pasted"));
    let [name] = pasted.as_slice() else { anyhow::bail!("pasted: {pasted:?}") };
    let picture = image::open(place.data().join("pasted").join(name))?.into_rgba8();
    ensure!(picture.dimensions() == (512, 512), "{:?}", picture.dimensions());
    ensure!(picture.get_pixel(2, 200)[3] == 0, "the background came along: {:?}", picture.get_pixel(2, 200));
    ensure!(picture.get_pixel(256, 256)[3] > 250, "the astronaut did not: {:?}", picture.get_pixel(256, 256));
    app.close().await
}

#[tokio::test]
async fn a_menu_that_is_closed_leaves_the_window_to_the_mouse() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let place = Place::fresh()?;
    let photo = place.photo("astronaut.png")?;
    let app = App::start(&session, &place).await?;
    steps::bring(&app, &[photo]).await?;
    let picture = app.wait_for(CARD).await?;
    steps::right_click(&app, picture).await?;
    app.wait_for(&id("card-menu-export")).await?;
    app.press(&char::from(Key::Escape).to_string()).await?;
    steps::comes_to(&app, &id("card-menu"), 0).await?;
    steps::go_to(&app, "credits").await?;
    app.close().await
}

#[tokio::test]
async fn the_window_opens_as_large_as_it_was_left() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let place = Place::fresh()?;
    let app = App::start(&session, &place).await?;
    app.wait_for(steps::DROP_ZONE).await?;
    app.client().set_window_size(1010, 705).await?;
    app.painted().await?;
    let left = app.client().get_window_size().await?;
    app.close_by_key()?;

    let app = App::start(&session, &place).await?;
    app.wait_for(steps::DROP_ZONE).await?;
    let found = app.client().get_window_size().await?;
    ensure!(found == left, "left at {left:?}, found at {found:?}");
    app.close().await
}
