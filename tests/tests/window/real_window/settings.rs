//! Settings in the real window: what is kept of what was paid, and cleaning it up.

use anyhow::{Result, ensure};
use clearcut_tests::app::App;
use clearcut_tests::place::Place;
use clearcut_tests::practice::Endpoint;
use clearcut_tests::session::Session;
use clearcut_tests::steps::{self, DOWNLOAD, id};
use clearcut_tests::tools;

#[tokio::test]
async fn what_is_cleaned_up_costs_again_and_the_button_says_so_at_once() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let place = Place::fresh()?;
    let app = App::start(&session, &place).await?;
    steps::bring(&app, &steps::portraits(&place, 1..=1)?).await?;
    steps::download_one(&app, &steps::name(1)).await?;
    app.wait_for("[data-testid=save-again]:enabled").await?;
    let files = place.names();

    app.click(&id("rail-settings")).await?;
    app.wait_for(&format!("{}[data-pictures='1']", id("vault-saved"))).await?;
    app.click(&format!("{}:enabled", id("vault-clean"))).await?;
    app.wait_for(&format!("{}[aria-checked=true]", id("clean-all"))).await?;
    // While the sheet fades in, its words do not count as seen.
    steps::until_text(&app, &id("clean-meaning"), "would cost credits again").await?;
    app.click(&format!("{}:enabled", id("clean-go"))).await?;
    app.wait_for(&id("vault-empty")).await?;

    app.click(&id("rail-studio")).await?;
    app.wait_for(&format!("{DOWNLOAD}[data-offer=download]:enabled")).await?;
    ensure!(app.text(DOWNLOAD).await?.contains("1 credit"), "the button names no price");
    ensure!(place.names() == files, "a file of the user's went: {:?}", place.names());
    ensure!(Endpoint::of(&place)?.charged().await? == clearcut_credits::Credits::ONE, "cleaning up cost something");
    app.close().await
}
