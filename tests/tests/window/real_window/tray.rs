//! The tray beside the real window: its picture and lines follow the gauge, its menu works, and a desktop without a place or
//! a library for it only lacks the tray.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clearcut_tests::app::App;
use clearcut_tests::opener::Opener;
use clearcut_tests::place::Place;
use clearcut_tests::session::Session;
use clearcut_tests::tools;
use clearcut_tests::tray::{Item, Tray};

const DROP_ZONE: &str = "[data-testid=drop-zone]";
const CARD: &str = "[data-testid=picture-card]";
const TOTAL: &str = "[data-testid=gauge-total]";

fn tells(item: &Item, beginning: &str) -> bool {
    item.told().iter().any(|line| line.starts_with(beginning))
}

/// How many pixels of the picture are blue: the subscription's height.
fn blue(item: &Item) -> Result<usize> {
    let picture = image::open(&item.icon).with_context(|| item.icon.display().to_string())?.to_rgba8();
    ensure!(picture.dimensions() == (64, 64), "{:?}", picture.dimensions());
    Ok(picture.pixels().filter(|pixel| pixel.0 == [0, 114, 208, 255]).count())
}

#[tokio::test]
async fn the_tray_shows_the_credits_follows_a_download_and_quits() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let tray = Tray::start(&session)?;
    let place = Place::fresh()?;
    let photo = place.photo("chelsea.png")?;
    let opener = Opener::of(&place)?;
    let (name, program) = opener.variable();
    let app = App::start_with(&session, &place, &[(name, &program)]).await?;

    let before = tray.wait_for("with 50 credits", |item| tells(item, "50 credits, as of now"))?;
    ensure!(
        before.told()[..5]
            == [
                "Practice account, on this computer",
                "50 credits, as of now",
                "Subscription: 40 (inferred)",
                "Rollover: 0 (inferred)",
                "Pay as you go: 10"
            ],
        "{:?}",
        before.told()
    );
    ensure!(before.offered().starts_with(&["Open Clearcut", "Ask for the balance now"]), "{:?}", before.offered());
    ensure!(before.offered().last() == Some(&"Quit"), "{:?}", before.offered());
    let blue_before = blue(&before)?;
    ensure!(blue_before > 0, "the picture shows no subscription");

    app.drop_on(DROP_ZONE, &[&photo]).await?;
    app.click(&format!("{CARD}[data-state=previewed]")).await?;
    app.click("[data-testid=download]").await?;
    app.wait_for(&format!("{CARD}[data-state=saved]")).await?;
    let after = tray.wait_for("with 49 credits", |item| tells(item, "49 credits"))?;
    ensure!(tells(&after, "Subscription: 39"), "{:?}", after.told());
    ensure!(blue(&after)? < blue_before, "the level did not sink");

    tray.click("Ask for the balance now")?;
    tray.click("Open Clearcut")?;
    ensure!(app.attribute(TOTAL, "data-amount").await? == "49", "the window is there and says the same");
    ensure!(opener.opened()?.is_empty(), "{:?}", opener.opened()?);

    tray.click("Quit")?;
    app.ended()?;
    ensure!(tray.items()?.is_empty(), "{:?}", tray.items()?);
    Ok(())
}

#[tokio::test]
async fn a_desktop_without_a_tray_has_the_window_all_the_same() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let place = Place::fresh()?;
    let app = App::start(&session, &place).await?;
    app.wait_for(&format!("{TOTAL}[data-amount='50']")).await?;
    ensure!(!app.said().contains("WARN"), "it complains: {}", app.said());
    app.close().await
}

#[tokio::test]
async fn the_tray_can_be_left_out() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let tray = Tray::start(&session)?;
    let place = Place::fresh()?;
    let variables = [("CLEARCUT_NO_TRAY", "1".as_ref()), ("RUST_LOG", "clearcut_desktop=debug".as_ref())];
    let app = App::start_with(&session, &place, &variables).await?;
    app.wait_for(&format!("{TOTAL}[data-amount='50']")).await?;
    ensure!(app.said().contains("there is no tray"), "{}", app.said());
    ensure!(tray.items()?.is_empty(), "{:?}", tray.items()?);
    app.close().await
}

/// A script that becomes the app where the tray's library cannot be read, and the reason where this machine allows none.
fn without_the_library(place: &Place) -> Result<std::result::Result<PathBuf, String>> {
    let listed = Command::new("/sbin/ldconfig").arg("-p").output();
    let listed = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let libraries =
        listed.lines().filter(|line| line.contains("appindicator3.so")).filter_map(|line| line.split(" => ").nth(1));
    // A private view of the file system, in which each of them is an empty device.
    let hide: Vec<String> = libraries.map(|library| format!("mount --bind /dev/null '{library}'")).collect();
    let inner = format!("{} exec \"$0\" \"$@\"", hide.iter().map(|one| format!("{one} && ")).collect::<String>());
    let tried = Command::new("unshare").args(["-m", "sh", "-c", &inner, "true"]).output();
    match tried {
        Ok(output) if output.status.success() => {}
        Ok(output) => return Ok(Err(format!("unshare: {}", String::from_utf8_lossy(&output.stderr).trim()))),
        Err(error) => return Ok(Err(format!("unshare: {error}"))),
    }
    let script = place.path("starter");
    let program = tools::desktop_program()?;
    std::fs::write(
        &script,
        format!("#!/bin/sh\nexec unshare -m sh -c '{}' '{}' \"$@\"\n", inner.replace('\'', "'\\''"), program.display()),
    )?;
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
    Ok(Ok(script))
}

#[tokio::test]
async fn without_the_trays_library_the_window_works() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let place = Place::fresh()?;
    let starter = match without_the_library(&place)? {
        Ok(starter) => starter,
        Err(reason) => {
            tools::leave_out(&reason);
            return Ok(());
        }
    };
    let session = Session::start()?;
    let tray = Tray::start(&session)?;
    let app = App::start_binary(&session, &place, &starter).await?;
    app.wait_for(&format!("{TOTAL}[data-amount='50']")).await?;
    ensure!(tray.items()?.is_empty(), "{:?}", tray.items()?);
    ensure!(!app.said().contains("panicked"), "{}", app.said());
    app.close().await
}
