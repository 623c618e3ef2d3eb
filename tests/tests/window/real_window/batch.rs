//! A batch in the real window: a folder of three hundred is dropped, its quote read, run, paused, gone on with, killed in the middle and
//! gone on with by the next start. In the end every picture is there, and every one was charged once.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clearcut_credits::Credits;
use clearcut_store::{JobState, Store};
use clearcut_tests::app::App;
use clearcut_tests::place::Place;
use clearcut_tests::practice::{Endpoint, Service};
use clearcut_tests::session::{Session, Wish};
use clearcut_tests::steps::{self, DROP_ZONE, id};
use clearcut_tests::terminal::clearcut;
use clearcut_tests::tools;
use clearcut_tests::wait::PATIENCE;
use serde_json::json;

/// Pictures in the folder.
const COUNT: usize = 300;

/// Pictures in a small folder.
const FEW: usize = 8;

/// How long the service takes for an answer: at sixteen at a time, three hundred take ten seconds, and can be stopped in the middle.
const LATENCY_MS: &str = "600";

/// How long the looks at the balance may take: a quiet minute each, and some waits between tries.
const QUIET: Duration = Duration::from_secs(240);

/// Small pictures that differ from each other, in a folder of their own.
fn folder(place: &Place, count: usize) -> Result<std::path::PathBuf> {
    let folder = place.photos().join("shop");
    std::fs::create_dir_all(&folder)?;
    for n in 0..count {
        let [low, high, ..] = n.to_le_bytes();
        let picture = image::RgbImage::from_pixel(64, 48, image::Rgb([low, high, 90]));
        picture.save(folder.join(format!("product {n:03}.png")))?;
    }
    Ok(folder)
}

/// What the canned answer is: as large as the pictures, half of it transparent.
fn answer(place: &Place) -> Result<std::path::PathBuf> {
    let path = place.path("answer.png");
    let picture = image::RgbaImage::from_fn(64, 48, |x, _| image::Rgba([200, 60, 40, if x < 32 { 0 } else { 255 }]));
    picture.save(&path)?;
    Ok(path)
}

fn cutouts(folder: &std::path::Path) -> Result<Vec<std::path::PathBuf>> {
    let names = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    Ok(names.into_iter().map(|name| name.path()).filter(|path| path.to_string_lossy().contains("-cutout")).collect())
}

/// A number that the strip shows in an attribute.
async fn number(app: &App<'_>, name: &str) -> Result<usize> {
    Ok(app.attribute(&id("batch"), name).await?.parse()?)
}

/// Waits until at least so many are saved, and gives how many there are by then.
async fn saved(app: &App<'_>, least: usize) -> Result<usize> {
    let begun = std::time::Instant::now();
    loop {
        let saved = number(app, "data-saved").await?;
        if saved >= least {
            return Ok(saved);
        }
        ensure!(begun.elapsed() < PATIENCE, "{saved} saved after {PATIENCE:?}, waiting for {least}");
    }
}

/// The slowest of twenty questions to the core while a batch runs, in milliseconds; for the log, not for a verdict.
async fn ask_the_core(app: &App<'_>) -> Result<u64> {
    let script = "const [done] = arguments; (async () => { const took = [];\
        for (let i = 0; i < 20; i++) { const begun = performance.now();\
          await window.__TAURI_INTERNALS__.invoke('queue'); took.push(performance.now() - begun); }\
        took.sort((a, b) => a - b); done(Math.round(took[18])); })();";
    let answer = app.client().execute_async(script, Vec::new()).await?;
    answer.as_u64().context("a time")
}

#[tokio::test]
async fn a_folder_of_three_hundred_survives_a_pause_and_a_kill_and_is_charged_once_each() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start_with(&Wish { keyring: true, ..Wish::default() })?;
    let place = Place::fresh()?;
    let folder = folder(&place, COUNT)?;
    let answer = answer(&place)?;
    let service = Service::start(
        &place,
        &[
            "--answer",
            &answer.to_string_lossy(),
            "--subscription",
            "400",
            "--payg",
            "0",
            "--latency-ms",
            LATENCY_MS,
            "--rate-limit",
            "0",
        ],
    )?;
    let endpoint: &Endpoint = service.endpoint();
    let account = ["account", "add", "--service", &endpoint.prefix];
    clearcut(&place, &account)?.on(&session).input(&format!("{}\n", endpoint.key)).ok()?;

    let app = App::start(&session, &place).await?;
    steps::shows(&app, "gauge-total", Credits::whole(400)).await?;
    app.drop_on(DROP_ZONE, &[folder.as_path()]).await?;
    steps::pick_all(&app).await?;
    let button = app.wait_for(&format!("{}[data-offer=review]:enabled", steps::DOWNLOAD)).await?;
    let label = button.text().await?;
    ensure!(label.contains("300"), "the quote stands on the button: {label}");
    button.click().await?;
    app.click(&format!("{}:enabled", steps::GO)).await?;

    let before = saved(&app, 20).await?;
    let slowest = ask_the_core(&app).await?;
    eprintln!("95th percentile of a question to the core during the batch: {slowest} ms");
    app.click(&id("batch-pause")).await?;
    app.wait_for(&format!("{}:enabled", id("batch-resume"))).await?;
    let paused = number(&app, "data-saved").await?;
    ensure!(paused >= before && paused < COUNT, "{paused} of {COUNT}");
    let charged = endpoint.charged().await?;
    ensure!(
        charged == Credits::whole(i64::try_from(paused)?),
        "{charged} charged, {paused} saved: what was out came back"
    );
    app.click(&id("batch-resume")).await?;
    ensure!(
        paused + 30 < COUNT,
        "{paused} of {COUNT} before the pause: too few are left to be killed in the middle of"
    );
    saved(&app, paused + 30).await?;
    app.kill().await?;

    let app = App::start(&session, &place).await?;
    app.wait_for(&format!("{}:enabled", id("batch-resume"))).await?;
    let (found, again) = (number(&app, "data-saved").await?, endpoint.charged().await?);
    ensure!(found > paused, "{found} saved after {paused}");
    let label = app.text(&id("batch-resume")).await?;
    ensure!(label.contains("credits"), "it names its sum before it goes on: {label}");
    tokio::task::yield_now().await;
    ensure!(endpoint.charged().await? == again, "nothing is sent before the user says so");
    app.click(&id("batch-resume")).await?;

    // Requests that were cut off are unknown until a quiet minute has passed; those not charged are tried again by themselves.
    // Where the kill fell between two charges nobody can say whose they are, and the user is asked.
    let mut open = over(&app, &place, &folder, COUNT).await?;
    if open > 0 {
        eprintln!("{open} that may have been charged are left to the user");
        ask_again(&app, &folder, COUNT).await?;
    } else {
        open = lost(&place)?;
    }
    let state = endpoint.state().await?;
    let times = state["charged_pictures"].as_object().context("what each picture was charged")?;
    let twice = times.values().filter(|n| **n != json!(1)).count();
    ensure!(times.len() == COUNT, "{} pictures charged of {COUNT}", times.len());
    ensure!(twice <= open, "{twice} charged more than once, the user asked again for {open}");
    let charged = endpoint.charged().await?;
    ensure!(
        charged == Credits::whole(i64::try_from(COUNT + twice)?),
        "{charged} charged for {COUNT}: each once, and {twice} once more because the user said so"
    );
    steps::shows(&app, "gauge-total", Credits::whole(400).checked_sub(charged).context("no more than there were")?)
        .await?;
    for cutout in cutouts(&folder)? {
        ensure!(image::open(&cutout)?.to_rgba8().get_pixel(0, 0).0 == [0, 0, 0, 0], "{}", cutout.display());
    }
    app.close().await
}

#[tokio::test]
async fn what_stays_undecided_is_put_to_the_user_with_its_risk() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start_with(&Wish { keyring: true, ..Wish::default() })?;
    let place = Place::fresh()?;
    let folder = folder(&place, FEW)?;
    let answer = answer(&place)?;
    let service = Service::start(
        &place,
        &["--answer", &answer.to_string_lossy(), "--subscription", "20", "--payg", "0", "--rate-limit", "0"],
    )?;
    let endpoint: &Endpoint = service.endpoint();
    // Two that are on their way at once come to nothing, and one of them is charged: no balance can say which.
    let rules = json!([
        { "path": "/removebg", "nth": 3, "delay_ms": 3000, "charge_then_drop": true },
        { "path": "/removebg", "nth": 4, "delay_ms": 3000, "drop_after_body": true },
    ]);
    endpoint.control(json!({ "faults": { "rules": rules } })).await?;
    let account = ["account", "add", "--service", &endpoint.prefix];
    clearcut(&place, &account)?.on(&session).input(&format!("{}\n", endpoint.key)).ok()?;

    let app = App::start(&session, &place).await?;
    app.drop_on(DROP_ZONE, &[folder.as_path()]).await?;
    steps::pick_all(&app).await?;
    app.click(&format!("{}:enabled", steps::DOWNLOAD)).await?;
    let open = over(&app, &place, &folder, FEW).await?;
    ensure!(open == 2, "{open} left to the user, {} lost", lost(&place)?);
    ensure!(cutouts(&folder)?.len() + open == FEW, "the others are there");
    ask_again(&app, &folder, FEW).await?;
    let charged = endpoint.charged().await?;
    let once_more = Credits::whole(i64::try_from(FEW + 1)?);
    ensure!(charged == once_more, "{charged} charged: the one that was lost, and each that came");
    app.close().await
}

/// Asks again for what may have been charged, as the window offers it after a batch, and waits until everything is there.
async fn ask_again(app: &App<'_>, folder: &std::path::Path, count: usize) -> Result<()> {
    app.click(&id("batch-pick-stuck")).await?;
    let again = id("picked-ask-again");
    let label = app.wait_for(&format!("{again}:enabled")).await?.text().await?;
    ensure!(label.contains("may cost again"), "it names the risk: {label}");
    app.click(&again).await?;
    let begun = std::time::Instant::now();
    while cutouts(folder)?.len() < count {
        ensure!(begun.elapsed() < QUIET, "{} of {count} after asking again", cutouts(folder)?.len());
        app.has(&id("batch")).await?;
    }
    Ok(())
}

/// Waits until nothing more happens by itself, and gives how many are left to the user because they may have been charged.
async fn over(app: &App<'_>, place: &Place, folder: &std::path::Path, count: usize) -> Result<usize> {
    let begun = std::time::Instant::now();
    loop {
        let (here, lost, unknown) = (cutouts(folder)?.len(), lost(place)?, in_state(place, JobState::Unknown)?);
        let mode = app.attribute(&id("batch"), "data-mode").await?;
        if here + lost == count || (mode == "idle" && here + lost + unknown == count) {
            return Ok(unknown);
        }
        let told = app.text(&id("batch")).await?;
        ensure!(
            begun.elapsed() < QUIET,
            "{here} of {count} saved, {lost} lost, {unknown} unknown after {QUIET:?}, {mode}: {told}"
        );
    }
}

/// Pictures that were charged and brought nothing: the kill took their answers.
fn lost(place: &Place) -> Result<usize> {
    in_state(place, JobState::PaidLost)
}

fn in_state(place: &Place, state: JobState) -> Result<usize> {
    let store = Store::open(&place.data())?;
    let mut found = 0;
    for batch in store.batches_recent(10)? {
        found += store.batch_jobs(batch.id)?.iter().filter(|job| job.state == state).count();
    }
    Ok(found)
}
