//! The process that is killed: started, watched, and ended without a warning.

use std::fs::File;
use std::io::Read as _;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use jiff::Timestamp;

use super::outcome::Outcome;
use super::plan::{Plan, SPEED};
use super::stage::Stage;
use crate::tools::binary;

/// A running worker; it does not outlive this value.
#[derive(Debug)]
pub(super) struct Worker(Child);

impl Worker {
    /// Starts one. `again` lets it send once more what was charged in vain or stayed undecided.
    pub(super) fn start(plan: &Plan, stage: &Stage, epoch: Timestamp, again: bool) -> Result<Self> {
        let mut command = Command::new(binary("chaos-worker")?);
        let Stage { place, service, .. } = stage;
        place.move_here(&mut command).env("CLEARCUT_API_KEY", &service.endpoint().key);
        command.arg(&service.endpoint().prefix).arg(place.photos()).arg(stage.results());
        command.args([epoch.as_microsecond().to_string(), SPEED.to_string(), plan.seed.to_string()]);
        command.args(again.then(|| stage.chosen()));
        let log = File::options().create(true).append(true).open(place.path("worker.log"))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        command.spawn().map(Self).context("could not start the worker")
    }

    /// Its outcome once it has ended by itself; the outer `None` while it runs.
    pub(super) fn ended(&mut self) -> Result<Option<Outcome>> {
        let Some(status) = self.0.try_wait()? else { return Ok(None) };
        let mut said = String::new();
        if let Some(output) = &mut self.0.stdout {
            output.read_to_string(&mut said)?;
        }
        let line = said.lines().last().unwrap_or_default();
        let outcome = serde_json::from_str(line).with_context(|| format!("the worker ended with {status}: {said}"))?;
        Ok(Some(outcome))
    }

    /// Ends it on the spot.
    pub(super) fn kill(mut self) -> Result<()> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Gone already is as good.
        if matches!(self.0.try_wait(), Ok(None)) && self.0.kill().is_ok() {
            drop(self.0.wait());
        }
    }
}
