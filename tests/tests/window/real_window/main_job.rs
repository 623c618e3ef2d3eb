//! The main job, from a fresh data folder to a saved cutout and a moved gauge.

use anyhow::{Result, ensure};
use clearcut_credits::Credits;
use clearcut_store::{AccountId, Store};
use clearcut_tests::app::App;
use clearcut_tests::place::Place;
use clearcut_tests::practice::Endpoint;
use clearcut_tests::session::Session;
use clearcut_tests::terminal::clearcut;
use clearcut_tests::{cutout, tools};

const DROP_ZONE: &str = "[data-testid=drop-zone]";
const DOWNLOAD: &str = "[data-testid=download]";
const TOTAL: &str = "[data-testid=gauge-total]";

fn card(state: &str) -> String {
    format!("[data-testid=picture-card][data-state={state}]")
}

/// The gauge once it shows a figure.
async fn gauge(app: &App<'_>) -> Result<Credits> {
    app.wait_for(&format!("{TOTAL}[data-amount]:not([data-amount=''])")).await?;
    Ok(app.attribute(TOTAL, "data-amount").await?.parse()?)
}

/// The gauge after its figure has changed to `expected`.
async fn gauge_comes_to(app: &App<'_>, expected: Credits) -> Result<()> {
    app.wait_for(&format!("{TOTAL}[data-amount='{expected}']")).await.map(drop)
}

#[tokio::test]
async fn a_dropped_photo_is_previewed_for_free_and_downloaded_for_one_credit() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let place = Place::fresh()?;
    let photo = place.photo("astronaut.png")?;
    let app = App::start(&session, &place).await?;

    app.wait_for(DROP_ZONE).await?;
    let before = gauge(&app).await?;
    app.drop_on(DROP_ZONE, &[&photo]).await?;
    app.wait_for(&card("previewed")).await?;

    let practice = Endpoint::of(&place)?;
    ensure!(practice.charged().await? == Credits::ZERO, "a preview was charged");
    ensure!(place.names() == ["astronaut.png"], "a preview left files: {:?}", place.names());

    app.click(&card("previewed")).await?;
    let button = app.text(DOWNLOAD).await?;
    ensure!(button.contains("1 credit"), "the button does not name its price: {button}");
    app.click(DOWNLOAD).await?;
    app.wait_for(&card("saved")).await?;

    let saved = place.photos().join("astronaut-cutout.png");
    cutout::check_astronaut(&saved)?;
    ensure!(place.names() == ["astronaut-cutout.png", "astronaut.png"], "more was left: {:?}", place.names());
    ensure!(std::fs::read(&photo)? == std::fs::read(tools::sample("astronaut.png"))?, "the photo was changed");

    // Three witnesses and the service itself, to the thousandth.
    ensure!(practice.charged().await? == Credits::ONE, "the practice service charged {}", practice.charged().await?);
    let after = before.checked_sub(Credits::ONE).expect("the practice account holds more than one credit");
    gauge_comes_to(&app, after).await?;
    let ledger = Store::open(&place.data())?.state(AccountId::PRACTICE)?;
    ensure!(ledger.settled_total() == Credits::ONE, "the ledger settled {}", ledger.settled_total());
    ensure!(ledger.gauge(None).total.amount == Some(after), "the ledger's gauge: {:?}", ledger.gauge(None).total);
    let terminal = clearcut(&place, &["credits", "--json"])?.ok()?.json()?;
    ensure!(terminal["total"]["amount"] == after.to_string(), "the terminal says {terminal}");
    ensure!(terminal["reserved"]["amount"] == "0", "still reserved: {terminal}");

    app.close().await
}

#[tokio::test]
async fn several_photos_with_difficult_names_are_dropped_at_once() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let place = Place::fresh()?;
    let names = ["zwei Wörter.png", "100% Katze & Hund #1.png", "写真.png"];
    let photos: Vec<_> = names.iter().map(|name| place.photo_as("chelsea.png", name)).collect::<Result<_>>()?;
    let app = App::start(&session, &place).await?;

    let files: Vec<_> = photos.iter().map(std::path::PathBuf::as_path).collect();
    app.drop_on(DROP_ZONE, &files).await?;
    for name in names {
        app.wait_for(&format!("{}[data-name={name:?}]", card("previewed"))).await?;
    }
    app.close().await
}
