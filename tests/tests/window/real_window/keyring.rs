//! A key in a real keyring: stored from standard input, used by a later run, and in no other place. Without a keyring the
//! same is a plain sentence.

use anyhow::{Result, ensure};
use clearcut_credits::Credits;
use clearcut_tests::place::Place;
use clearcut_tests::practice::Service;
use clearcut_tests::session::{Session, Wish};
use clearcut_tests::terminal::clearcut;
use clearcut_tests::tools;

const KEY: &str = "k3y-0f-a-Real-Looking-Acc0unt";

#[tokio::test]
async fn a_key_from_standard_input_is_kept_in_the_keyring_and_used_later() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let place = Place::fresh()?;
    let photo = place.photo("chelsea.png")?;
    let service = Service::start(&place, &["--key", KEY])?;
    let prefix = service.endpoint().prefix.clone();

    let added = clearcut(&place, &["account", "--service", &prefix])?.on(&session).input(&format!("{KEY}\n")).ok()?;
    ensure!(added.out.contains("keyring"), "nothing is said of the keyring: {}", added.all());
    let removed = clearcut(&place, &["remove", "--service", &prefix, "--yes", "--json"])?
        .path(&photo)
        .on(&session)
        .variable("RUST_LOG", "trace")
        .ok()?;
    ensure!(service.endpoint().charged().await? == Credits::ONE, "charged {}", service.endpoint().charged().await?);

    for ran in [added, removed] {
        ensure!(!ran.all().contains(KEY), "the key was printed: {}", ran.all());
    }
    let found = place.files_containing(KEY.as_bytes())?;
    ensure!(found.is_empty(), "the key is in {found:?}");
    Ok(())
}

#[tokio::test]
async fn without_a_keyring_the_key_is_kept_until_the_end_and_that_is_said() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start_with(&Wish { keyring: false, ..Wish::default() })?;
    let place = Place::fresh()?;
    let service = Service::start(&place, &["--key", KEY])?;
    let prefix = service.endpoint().prefix.clone();

    let ran = clearcut(&place, &["account", "--service", &prefix])?.on(&session).input(KEY).run()?;
    ensure!(ran.all().contains("no keyring"), "no plain sentence: {}", ran.all());
    ensure!(!ran.all().contains(KEY), "the key was printed: {}", ran.all());
    let found = place.files_containing(KEY.as_bytes())?;
    ensure!(found.is_empty(), "the key is in {found:?}");
    Ok(())
}
