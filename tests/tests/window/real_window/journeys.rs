//! Whole ways through the window: the first minute of a new user, the main job without a mouse, and files handed over by a second start.

use std::process::Stdio;

use anyhow::{Result, ensure};
use clearcut_credits::Credits;
use clearcut_tests::app::App;
use clearcut_tests::place::Place;
use clearcut_tests::practice::{Endpoint, Service};
use clearcut_tests::session::{Session, Wish};
use clearcut_tests::steps::{self, CARD, card_of, id};
use clearcut_tests::tools;
use clearcut_tests::wait;
use fantoccini::key::Key;

/// Does a deed by the palette, without the mouse.
async fn by_palette(app: &App<'_>, words: &str, deed: &str) -> Result<()> {
    app.press_control('k').await?;
    app.type_into(&id("palette-input"), words).await?;
    app.wait_for(&format!("{}[data-selected]", id(&format!("palette-{deed}")))).await?;
    app.type_into(&id("palette-input"), &char::from(Key::Enter).to_string()).await
}

#[tokio::test]
async fn a_new_user_tries_the_sample_adds_an_account_with_its_plan_and_goes_back() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start_with(&Wish { keyring: true, ..Wish::default() })?;
    let place = Place::fresh()?;
    let service = Service::start(&place, &["--subscription", "120", "--payg", "0"])?;
    let endpoint: &Endpoint = service.endpoint();
    let app = App::start(&session, &place).await?;

    app.click(&id("own-account-add")).await?;
    app.click(&id("account-service")).await?;
    app.click(&id("account-service-other")).await?;
    app.type_into(&id("account-prefix"), &endpoint.prefix).await?;
    app.type_into(&id("account-key"), &endpoint.key).await?;
    app.click(&id("account-save")).await?;
    app.wait_for(&id("account-added")).await?;
    app.type_into(&id("plan-monthly"), "200").await?;
    app.type_into(&id("plan-day"), "1").await?;
    app.type_into(&id("plan-used"), "80").await?;
    app.click(&id("plan-save")).await?;
    steps::shows(&app, "gauge-total", Credits::whole(120)).await?;
    steps::shows(&app, "gauge-subscription", Credits::whole(120)).await?;

    app.click(&id("sample")).await?;
    app.wait_for(&card_of("astronaut.png", "previewed")).await?;
    ensure!(endpoint.charged().await? == Credits::ZERO, "a preview on this computer is free");
    app.click(CARD).await?;
    steps::download(&app).await?;
    ensure!(endpoint.charged().await? == Credits::ONE, "the account in use has paid, and once");
    steps::shows(&app, "gauge-total", Credits::whole(119)).await?;

    app.click(&id("account-button")).await?;
    app.click(&format!("{}:not([aria-current=true])", id("account-item"))).await?;
    steps::shows(&app, "gauge-total", Credits::whole(50)).await?;
    ensure!(endpoint.charged().await? == Credits::ONE, "the practice account is another one");
    app.close().await
}

#[tokio::test]
async fn the_whole_job_is_done_without_a_mouse() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let place = Place::fresh()?;
    let app = App::start(&session, &place).await?;
    app.wait_for(steps::DROP_ZONE).await?;
    by_palette(&app, "sample", "sample").await?;
    app.wait_for(&card_of("astronaut.png", "previewed")).await?;
    app.press(&Key::Right.to_string()).await?;
    app.wait_for(&format!("{}:enabled", steps::DOWNLOAD)).await?;
    app.press(&Key::Enter.to_string()).await?;
    app.wait_for(&card_of("astronaut.png", "saved")).await?;
    steps::shows(&app, "gauge-total", Credits::whole(49)).await?;
    app.press_control('3').await?;
    steps::is_at(&app, "history").await?;
    app.close().await
}

#[tokio::test]
async fn a_second_start_hands_its_files_to_the_first_and_ends() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let place = Place::fresh()?;
    let photo = place.photo("coffee.png")?;
    let app = App::start(&session, &place).await?;
    app.wait_for(steps::DROP_ZONE).await?;
    let mut second = std::process::Command::new(tools::desktop_program()?);
    session.move_in(&mut second).envs(place.variables()).current_dir(place.photos());
    let mut second = second.arg(&photo).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    app.wait_for(&card_of("coffee.png", "previewed")).await?;
    let ended = wait::until("the second start to end", wait::PATIENCE, || second.try_wait().ok().flatten())?;
    ensure!(ended.success(), "the second start ended with {ended}");
    ensure!(app.count(CARD).await? == 1, "the picture is there once");
    app.close().await
}
