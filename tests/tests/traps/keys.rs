//! Whose credits are spent. Needs a keyring, so it runs where a desktop can be started.

use anyhow::{Result, ensure};
use clearcut_credits::Credits;
use clearcut_tests::session::Session;
use clearcut_tests::terminal::clearcut;
use clearcut_tests::tools;
use serde_json::json;

use crate::common::{Desk, KEY};

/// A key in the environment silently beat the one that the user had typed: the wrong account paid.
#[tokio::test]
async fn the_key_that_was_typed_beats_the_one_in_the_environment_and_that_is_said() -> Result<()> {
    if let Some(reason) = Session::impossible() {
        tools::leave_out(&reason);
        return Ok(());
    }
    let session = Session::start()?;
    let desk = Desk::with("[]", &[])?;
    let picture = desk.picture("cup.png")?;
    let prefix = desk.endpoint().prefix.clone();
    clearcut(&desk.place, &["account", "--service", &prefix])?.on(&session).input(&format!("{KEY}\n")).ok()?;

    let args = ["remove", "--yes", "--json", "--service", &prefix];
    let run = clearcut(&desk.place, &args)?.path(&picture).on(&session);
    let ran = run.variable("CLEARCUT_API_KEY", "somebody-elses").run()?;
    let lines = ran.json_lines()?;
    ensure!(lines[0]["state"] == json!("done"), "{}", ran.all());
    ensure!(desk.charged().await? == Credits::ONE);
    ensure!(ran.err.contains("CLEARCUT_API_KEY is set and was not used"), "silently: {}", ran.all());
    ensure!(!ran.all().contains("somebody-elses"), "{}", ran.all());
    Ok(())
}
