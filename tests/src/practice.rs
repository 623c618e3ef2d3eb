//! The practice service from outside: started alone, or found where a running app serves it, and asked what it has
//! charged. Its own account is the fourth witness beside gauge, ledger and terminal.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use clearcut_credits::Credits;
use serde_json::Value;

use crate::child::Guarded;
use crate::place::Place;
use crate::tools::binary;

/// Where a practice service listens, and the key it wants.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The prefix of its calls, such as `http://127.0.0.1:8799/v1.0`.
    pub prefix: String,
    /// The value of `X-Api-Key`.
    pub key: String,
}

impl Endpoint {
    /// The one that a running app serves for `place`.
    pub fn of(place: &Place) -> Result<Self> {
        Ok(Self { prefix: noted(place, "prefix")?, key: noted(place, "key")? })
    }

    /// The service's own account, clock, calls and charges.
    pub async fn state(&self) -> Result<Value> {
        let origin = self.prefix.trim_end_matches("/v1.0");
        let client = reqwest::Client::builder().no_proxy().build()?;
        let answer = client.get(format!("{origin}/sandbox/state")).header("X-Api-Key", &self.key).send().await?;
        ensure!(answer.status().is_success(), "the practice service answers {}", answer.status());
        Ok(serde_json::from_slice(&answer.bytes().await?)?)
    }

    /// How many removals the service has been asked for, refused ones included.
    pub async fn removals(&self) -> Result<u64> {
        let state = self.state().await?;
        let calls = state["calls"].as_object().with_context(|| format!("no calls in {state}"))?;
        Ok(calls.iter().filter(|(path, _)| path.ends_with("/removebg")).filter_map(|(_, n)| n.as_u64()).sum())
    }

    /// Says what the world does next; the practice service knows the members.
    pub async fn control(&self, body: Value) -> Result<()> {
        let origin = self.prefix.trim_end_matches("/v1.0");
        let client = reqwest::Client::builder().no_proxy().build()?;
        let call = client.post(format!("{origin}/sandbox/control")).header("X-Api-Key", &self.key);
        let answer = call.body(body.to_string()).send().await?;
        ensure!(answer.status().is_success(), "the practice service answers {body} with {}", answer.status());
        Ok(())
    }

    /// What is in one of its pockets.
    pub async fn balance(&self, pocket: &str) -> Result<Credits> {
        let state = self.state().await?;
        Ok(state["balances"][pocket].as_str().with_context(|| format!("no {pocket} in {state}"))?.parse()?)
    }

    /// What the service has charged in all.
    pub async fn charged(&self) -> Result<Credits> {
        let state = self.state().await?;
        Ok(state["charged"].as_str().with_context(|| format!("no charge in {state}"))?.parse()?)
    }
}

/// The address of the shop of the practice account that a running app serves for `place`.
pub fn shop_of(place: &Place) -> Result<String> {
    noted(place, "shop")
}

/// A word of the note that the serving app leaves in the data folder.
fn noted(place: &Place, name: &str) -> Result<String> {
    let note = folder(place).join("endpoint.json");
    let text = std::fs::read_to_string(&note).with_context(|| note.display().to_string())?;
    let note: Value = serde_json::from_str(&text)?;
    note[name].as_str().map(str::to_owned).with_context(|| format!("no {name} in {text}"))
}

fn folder(place: &Place) -> PathBuf {
    place.data().join("practice")
}

/// Opens the practice account of a place that was never started, with so many credits a month and so many bought ones.
pub fn open_account(place: &Place, monthly: &str, payg: &str) -> Result<()> {
    let folder = folder(place);
    std::fs::create_dir_all(&folder)?;
    let state = folder.to_str().context("a folder with a plain name")?;
    Service::start(place, &["--state", state, "--subscription", monthly, "--payg", payg]).map(drop)
}

/// A practice service of its own, as `clearcut sandbox` starts it. Ends with this value.
#[derive(Debug)]
pub struct Service {
    endpoint: Endpoint,
    _process: Guarded,
}

impl Service {
    /// Starts one on a free port; `args` are further flags of `clearcut sandbox`.
    pub fn start(place: &Place, args: &[&str]) -> Result<Self> {
        let mut command = Command::new(binary("clearcut")?);
        place.move_here(&mut command).args(["sandbox", "--port", "0"]).args(args);
        let log = place.path("sandbox.log");
        let mut process = Guarded::start(command.stdin(Stdio::null()).stdout(Stdio::piped()), &log)?;
        let output = process.child().stdout.take().context("the practice service's output")?;
        let mut lines = BufReader::new(output).lines();
        let mut word_after = |label: &str| -> Result<String> {
            let line = lines.next().context("the practice service did not start")??;
            Ok(line.strip_prefix(label).with_context(|| format!("expected '{label}…', got '{line}'"))?.to_owned())
        };
        let endpoint = Endpoint { prefix: word_after("Practice service at ")?, key: word_after("Key: ")? };
        Ok(Self { endpoint, _process: process })
    }

    /// Where it listens.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}
