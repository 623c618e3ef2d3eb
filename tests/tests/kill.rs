//! Killed in the middle of a charged request: whatever the service did, the books hold it in, and nothing is paid twice
//! behind the user's back.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use anyhow::{Result, ensure};
use clearcut_credits::Credits;
use clearcut_store::Store;
use clearcut_tests::place::Place;
use clearcut_tests::practice::{Endpoint, Service};
use clearcut_tests::terminal::{Run, clearcut};
use clearcut_tests::wait::{self, PATIENCE};
use rstest::rstest;

/// What the books of the only real account say: settled in all, and what may have been charged besides.
fn books(place: &Place) -> Result<(Credits, Credits)> {
    let store = Store::open(&place.data())?;
    let mut sums = (Credits::ZERO, Credits::ZERO);
    for account in store.account_list()? {
        let state = store.state(account.id)?;
        sums = (sums.0.saturating_add(state.settled_total()), sums.1.saturating_add(state.undecided()));
    }
    Ok(sums)
}

/// Paid ≤ charged by the service ≤ paid + unknown.
async fn expect_books_hold(place: &Place, service: &Endpoint) -> Result<()> {
    let charged = service.charged().await?;
    let (settled, undecided) = books(place)?;
    ensure!(settled <= charged, "{settled} booked, but only {charged} charged");
    ensure!(charged <= settled.saturating_add(undecided), "{charged} charged, {settled} booked, {undecided} undecided");
    Ok(())
}

/// Waits until the service has seen a charged request.
async fn sent(service: &Endpoint) -> Result<()> {
    let mut look = tokio::time::interval(std::time::Duration::from_millis(20));
    loop {
        look.tick().await;
        if service.removals().await? > 0 {
            return Ok(());
        }
    }
}

#[rstest]
#[case::charged_and_the_answer_on_its_way(r#"[{"path": "/removebg", "delay_ms": 1500}]"#)]
#[case::charged_and_the_answer_lost(r#"[{"path": "/removebg", "delay_ms": 1500, "charge_then_drop": true}]"#)]
#[case::not_charged(r#"[{"path": "/removebg", "delay_ms": 1500, "drop_after_body": true}]"#)]
#[tokio::test]
async fn killed_while_the_answer_is_awaited_the_books_still_hold(#[case] faults: &str) -> Result<()> {
    let place = Place::fresh()?;
    let photo = place.photo("chelsea.png")?;
    let faults = place.file("faults.json", faults.as_bytes())?;
    let (faults, answer) = (faults.to_string_lossy(), photo.to_string_lossy());
    let service = Service::start(&place, &["--key", "K", "--faults", &faults, "--answer", &answer])?;
    let endpoint = service.endpoint();
    let call = |args: &[&str]| -> Result<Run> {
        let run = clearcut(&place, args)?.variable("CLEARCUT_API_KEY", "K");
        Ok(run)
    };

    let mut run = call(&["remove", "--yes", "--service", &endpoint.prefix])?.path(&photo).start()?;
    tokio::time::timeout(PATIENCE, sent(endpoint)).await??;
    run.kill()?;
    wait::until("the killed run to be gone", PATIENCE, || run.try_wait().ok().flatten())?;

    // The next start finds the dead run and puts its books right; the start after that finds nothing more to do.
    for _ in 0..2 {
        call(&["credits", "--json", "--service", &endpoint.prefix])?.ok()?;
        expect_books_hold(&place, endpoint).await?;
    }
    ensure!(!place.names().iter().any(|name| name.contains("cutout")), "half a file: {:?}", place.names());
    Ok(())
}
