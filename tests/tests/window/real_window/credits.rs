//! The credits in the real window: an account of 10 credits a month with 5 bought ones, and everything its user is told.

use anyhow::{Result, ensure};
use clearcut_credits::Credits;
use clearcut_store::{AccountId, Store};
use clearcut_tests::app::App;
use clearcut_tests::notices::Notices;
use clearcut_tests::opener::Opener;
use clearcut_tests::place::Place;
use clearcut_tests::practice::{self, Endpoint};
use clearcut_tests::session::{Session, Wish};
use clearcut_tests::steps::{self, id};
use clearcut_tests::tools;
use clearcut_tests::tray::{Item, Tray};
use fantoccini::key::Key;
use serde_json::json;

const LOW: &str = "80 % of the month's credits used";
const PAYG: &str = "Pay-as-you-go backup begins";

fn tells(item: &Item, lines: &[&str]) -> bool {
    let told = item.told();
    lines.iter().all(|line| told.contains(line))
}

async fn open(app: &App<'_>, view: &str) -> Result<()> {
    app.click(&id(&format!("rail-{view}"))).await
}

/// Says in the plan form, by keyboard, that nothing of this month is used yet: the month began today.
async fn state_that_nothing_is_used(app: &App<'_>) -> Result<()> {
    open(app, "credits").await?;
    app.type_into(&id("plan-open"), &Key::Enter.to_string()).await?;
    ensure!(
        app.wait_for(&id("plan-monthly")).await?.prop("value").await?.as_deref() == Some("10"),
        "the practice plan"
    );
    app.type_into(&id("plan-used"), "0").await?;
    app.type_into(&id("plan-save"), &Key::Enter.to_string()).await?;
    steps::comes_to(app, &id("plan-form"), 0).await?;
    open(app, "studio").await
}

#[tokio::test]
async fn each_notice_is_raised_once_over_a_restart_and_again_after_a_renewal() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let notices = Notices::listen(&session)?;
    let tray = Tray::start(&session)?;
    let place = Place::fresh()?;
    practice::open_account(&place, "10", "5")?;
    let opener = Opener::of(&place)?;
    let (name, program) = opener.variable();
    let variables = [(name, program.as_os_str())];
    let photos = steps::portraits(&place, 1..=11)?;

    let app = App::start_with(&session, &place, &variables).await?;
    steps::shows(&app, "gauge-total", Credits::whole(15)).await?;
    state_that_nothing_is_used(&app).await?;
    steps::bring(&app, &photos).await?;
    steps::pick_first(&app, 7).await?;
    steps::download(&app).await?;
    steps::shows(&app, "gauge-total", Credits::whole(8)).await?;
    ensure!(notices.all()?.is_empty(), "seven of ten are under 80 %: {:?}", notices.all()?);

    steps::download_one(&app, &steps::name(8)).await?;
    let low = notices.wait_for(0, LOW)?;
    ensure!(low.body.starts_with("8 of 10 monthly credits used, 2 left"), "{low:?}");
    ensure!(low.buttons() == ["Upgrade", "Top up"], "{low:?}");
    let banner = app.text(&id("banner-notice-share-80")).await?;
    ensure!(banner.contains(LOW) && banner.contains("2 left"), "{banner}");

    steps::download_one(&app, &steps::name(9)).await?;
    steps::download_one(&app, &steps::name(10)).await?;
    ensure!(notices.all()?.len() == 1, "once: {:?}", notices.all()?);
    steps::download_one(&app, &steps::name(11)).await?;
    let payg = notices.wait_for(0, PAYG)?;
    ensure!(payg.body.contains("4 pay-as-you-go"), "{payg:?}");
    let banner = app.text(&id("banner-notice-payg")).await?;
    ensure!(banner.contains(PAYG), "{banner}");
    ensure!(!app.has(&id("banner-notice-share-80")).await?, "the higher silences the lower");
    ensure!(notices.all()?.len() == 2, "once each: {:?}", notices.all()?);
    tray.wait_for("of 4 bought credits", |item| {
        tells(item, &["Subscription: 0 (inferred)", "Rollover: 0 (inferred)", "Pay as you go: 4"])
    })?;

    notices.press("Top up")?;
    let shop = practice::shop_of(&place)?;
    ensure!(opener.wait_for("http")? == shop, "opened {:?} for {shop}", opener.opened()?);
    app.close().await?;

    let app = App::start_with(&session, &place, &variables).await?;
    steps::shows(&app, "gauge-total", Credits::whole(4)).await?;
    open(&app, "credits").await?;
    app.wait_for(&format!("{}[data-used='10']", id("cycle-used"))).await?;
    Endpoint::of(&place)?.control(json!({ "renew": true })).await?;
    steps::refresh_until(&app, &format!("{}[data-amount='10']", id("balance-subscription"))).await?;
    app.wait_for(&format!("{}[data-used='0']", id("cycle-used"))).await?;
    steps::shows(&app, "balance-payg", Credits::whole(4)).await?;
    ensure!(notices.all()?.len() == 2, "neither a restart nor a renewal raises one: {:?}", notices.all()?);
    tray.wait_for("of a new month", |item| tells(item, &["Subscription: 10 (inferred)", "Pay as you go: 4"]))?;

    open(&app, "studio").await?;
    steps::bring(&app, &steps::portraits(&place, 21..=28)?).await?;
    steps::pick_all(&app).await?;
    steps::download(&app).await?;
    notices.wait_for(2, LOW)?;
    ensure!(notices.all()?.len() == 3, "the renewal armed it once: {:?}", notices.all()?);
    app.close().await
}

#[tokio::test]
async fn without_a_notification_daemon_the_words_stand_in_the_window() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start_with(&Wish { notifications: false, ..Wish::default() })?;
    let place = Place::fresh()?;
    practice::open_account(&place, "2", "0")?;
    let app = App::start(&session, &place).await?;
    steps::shows(&app, "gauge-total", Credits::whole(2)).await?;
    steps::bring(&app, &steps::portraits(&place, 1..=2)?).await?;
    steps::pick_all(&app).await?;
    steps::download(&app).await?;
    let banner = app.text(&id("banner-notice-zero")).await?;
    ensure!(banner.contains("No credits left"), "{banner}");
    ensure!(app.has(&id("banner-page")).await?, "the banner opens the page as the notice would");
    ensure!(!app.said().contains("panicked"), "{}", app.said());
    app.click(&id("banner-close")).await?;
    steps::comes_to(&app, &id("banner-notice-zero"), 0).await?;
    app.close().await
}

#[tokio::test]
async fn the_quote_for_thirty_names_both_lines_and_each_choice_does_what_it_said() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start_with(&Wish { notifications: false, ..Wish::default() })?;
    let place = Place::fresh()?;
    practice::open_account(&place, "10", "5")?;
    let app = App::start(&session, &place).await?;
    steps::shows(&app, "gauge-total", Credits::whole(15)).await?;
    steps::bring(&app, &steps::portraits(&place, 1..=30)?).await?;
    let service = Endpoint::of(&place)?;
    ensure!(service.charged().await? == Credits::ZERO, "a preview was charged");
    let height = app.script("return document.querySelector('[data-testid=picture-card]').offsetHeight").await?;
    ensure!(height.as_u64() > Some(100), "many cards are squeezed into what is seen: {height} pixels");

    steps::pick_all(&app).await?;
    app.click(&format!("{}[data-offer=review]:enabled", steps::DOWNLOAD)).await?;
    ensure!(app.attribute(&id("quote-payg-from"), "data-picture").await? == "11", "PAYG begins elsewhere");
    ensure!(app.attribute(&id("quote-ends-at"), "data-picture").await? == "15", "the credits end elsewhere");
    for (choice, cost) in [("use_payg", "15"), ("stop_before_payg", "10"), ("rest_on_device", "10")] {
        let offered = app.attribute(&id(&format!("choice-{choice}")), "data-cost").await?;
        ensure!(offered == cost, "{choice} for {offered}");
    }

    // A cap of three first.
    app.click(&id("choice-cap")).await?;
    app.type_into(&id("cap-credits"), &format!("{}3", Key::Backspace.to_string().repeat(2))).await?;
    app.wait_for(&format!("{}[data-cost='3']", id("choice-cap"))).await?;
    app.wait_for(&format!("{}[data-amount='12']", id("quote-left"))).await?;
    app.click(&format!("{}:enabled", steps::GO)).await?;
    steps::comes_to(&app, &steps::card("saved"), 3).await?;
    steps::shows(&app, "gauge-total", Credits::whole(12)).await?;
    ensure!(service.charged().await? == Credits::whole(3), "the cap: {}", service.charged().await?);
    ensure!(place.names().len() == 30 + 3, "{:?}", place.names());

    // The same thirty: three are paid, seven more before PAYG.
    steps::pick_all(&app).await?;
    review(&app, "stop_before_payg", "7").await?;
    steps::comes_to(&app, &steps::card("saved"), 10).await?;
    steps::shows(&app, "gauge-total", Credits::whole(5)).await?;
    ensure!(service.charged().await? == Credits::whole(10), "exactly ten: {}", service.charged().await?);
    ensure!(service.balance("payg").await? == Credits::whole(5), "PAYG is untouched");
    let ledger = Store::open(&place.data())?.state(AccountId::PRACTICE)?;
    ensure!(ledger.settled_total() == Credits::whole(10), "the ledger settled {}", ledger.settled_total());
    ensure!(ledger.gauge(None).total.amount == Some(Credits::whole(5)), "{:?}", ledger.gauge(None).total);
    steps::shows(&app, "gauge-payg", Credits::whole(5)).await?;

    // The next two are cut out here.
    steps::pick_first(&app, 12).await?;
    review(&app, "rest_on_device", "0").await?;
    steps::comes_to(&app, &steps::card("saved"), 12).await?;
    ensure!(service.charged().await? == Credits::whole(10), "cut out here, but {}", service.charged().await?);
    steps::shows(&app, "gauge-total", Credits::whole(5)).await?;
    app.close().await
}

/// Opens the sheet about what is picked, makes a choice that must cost so much, and does it.
async fn review(app: &App<'_>, choice: &str, cost: &str) -> Result<()> {
    app.click(&format!("{}[data-offer=review]:enabled", steps::DOWNLOAD)).await?;
    app.click(&format!("{}[data-cost='{cost}']", id(&format!("choice-{choice}")))).await?;
    app.click(&format!("{}:enabled", steps::GO)).await
}
