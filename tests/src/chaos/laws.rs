//! What must hold: at every moment, after every death, and at the end. Each law is a sentence; its breach says which
//! picture, which sum.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clearcut_credits::Credits;
use clearcut_store::{JobRow, JobState};

use super::books::{Books, Sums, is_final};
use super::plan::{Plan, spoils};
use super::service::{Seen, Witness};
use super::stage::{ANSWER, Stage};
use crate::place::names_in;

/// Paid ≤ charged ≤ paid + unknown, looked at while both sides go on: the service is asked between two looks into the books.
pub async fn hold_now(stage: &Stage, witness: &Witness) -> Result<()> {
    // Before the first start there are no books yet.
    if !stage.place.data().join("clearcut.db").exists() {
        return Ok(());
    }
    let books = Books::open(&stage.place.data())?;
    let before = books.sums()?;
    let charged = witness.look().await?.charged()?;
    let after = books.sums()?;
    // What was paid before was charged then, and what was charged by then was reserved then; it was settled or stayed
    // reserved since, and was released only if it was not charged.
    at_most(before.paid, charged, "booked", "charged")?;
    at_most(charged, after.paid.saturating_add(after.reserved), "charged", "booked and set aside")
}

/// The same with nobody at work.
pub async fn hold_after_a_death(stage: &Stage, witness: &Witness) -> Result<()> {
    witness.look_when_idle().await?;
    hold_now(stage, witness).await?;
    no_half_results(&stage.results())
}

fn at_most(low: Credits, high: Credits, what: &str, bound: &str) -> Result<()> {
    ensure!(low <= high, "{low} {what}, but only {high} {bound}");
    Ok(())
}

/// What is known of a run that has come to its end.
#[derive(Debug)]
pub struct End {
    /// The books.
    pub sums: Sums,
    /// The service.
    pub seen: Seen,
    /// The jobs of each picture, oldest first.
    pub jobs: BTreeMap<PathBuf, Vec<JobRow>>,
    /// How often the worker died.
    pub deaths: u64,
}

impl End {
    /// Reads both sides.
    pub async fn read(stage: &Stage, witness: &Witness, deaths: u64) -> Result<Self> {
        let books = Books::open(&stage.place.data())?;
        Ok(Self { sums: books.sums()?, jobs: books.jobs()?, seen: witness.look_when_idle().await?, deaths })
    }

    /// Pictures whose last job is in this state.
    #[must_use]
    pub fn count(&self, state: JobState) -> u64 {
        self.jobs.values().filter(|jobs| jobs.last().is_some_and(|job| job.state == state)).count() as u64
    }

    /// Every law of the end.
    pub fn check(&self, plan: &Plan, stage: &Stage) -> Result<()> {
        self.the_books_are_closed()?;
        self.nothing_was_paid_twice(plan, stage)?;
        self.every_picture_is_in_a_final_state_with_a_reason(stage)?;
        self.every_charge_has_its_file_or_its_name(stage)?;
        self.what_is_lost_was_taken_away(plan)?;
        self.results_are_whole_and_the_planned_ones(stage)?;
        nothing_is_left_over(stage)
    }

    /// Charged = paid, once nothing is undecided. What stays undecided is left to the user, and lies between.
    fn the_books_are_closed(&self) -> Result<()> {
        let Sums { paid, reserved, undecided } = self.sums;
        let charged = self.seen.charged()?;
        ensure!(reserved == undecided, "{reserved} are set aside at the end, only {undecided} of them undecided");
        at_most(paid, charged, "booked", "charged")?;
        at_most(charged, paid.saturating_add(undecided), "charged", "booked and undecided")
    }

    fn nothing_was_paid_twice(&self, plan: &Plan, stage: &Stage) -> Result<()> {
        for (content, times) in &self.seen.charged_pictures {
            let picture = stage.pictures.get(content).context("a picture that nobody has was charged")?;
            let by_the_user = u64::from(plan.tries_again && self.was_sent_again(picture));
            ensure!(*times <= 1 + by_the_user, "{} was charged {times} times", picture.display());
        }
        Ok(())
    }

    /// Whether the user had reason to send it once more: an earlier job of it stayed undecided or was lost.
    fn was_sent_again(&self, picture: &Path) -> bool {
        let jobs = self.jobs.get(picture).map_or(&[][..], Vec::as_slice);
        let earlier = jobs.split_last().map_or(&[][..], |(_, earlier)| earlier);
        earlier.iter().any(|job| matches!(job.state, JobState::Unknown | JobState::PaidLost))
    }

    fn every_picture_is_in_a_final_state_with_a_reason(&self, stage: &Stage) -> Result<()> {
        for picture in stage.pictures.values() {
            let jobs = self.jobs.get(picture).with_context(|| format!("{} was never begun", picture.display()))?;
            let job = jobs.last().context("a picture without jobs")?;
            ensure!(is_final(job.state), "{} is still {}", picture.display(), job.state);
            // *Paid, lost* says itself what happened; the request's own words may have been replaced when it was resolved.
            let reason = matches!(job.state, JobState::Saved | JobState::PaidLost) || job.error.is_some();
            ensure!(reason, "{} is {} for no reason", picture.display(), job.state);
        }
        Ok(())
    }

    /// A picture that was charged is saved, or it is called lost or undecided: never merely failed.
    fn every_charge_has_its_file_or_its_name(&self, stage: &Stage) -> Result<()> {
        for content in self.seen.charged_pictures.keys() {
            let picture = stage.pictures.get(content).context("a picture that nobody has was charged")?;
            let jobs = self.jobs.get(picture).map_or(&[][..], Vec::as_slice);
            let named = |job: &JobRow| matches!(job.state, JobState::Saved | JobState::PaidLost | JobState::Unknown);
            ensure!(jobs.iter().any(named), "{} was charged, and nothing says so", picture.display());
        }
        Ok(())
    }

    /// No more answers are lost than a fault took away or a death cut off.
    fn what_is_lost_was_taken_away(&self, plan: &Plan) -> Result<()> {
        let rules = plan.faults["rules"].as_array().map_or(&[][..], Vec::as_slice);
        let struck =
            rules.iter().zip(&self.seen.faults).filter(|(rule, _)| spoils(rule) && rule["path"] == "/removebg");
        let spoilt: u64 = struck.map(|(_, times)| times).sum();
        let jobs = self.jobs.values().flatten();
        let lost = jobs.filter(|job| matches!(job.state, JobState::PaidLost | JobState::Unknown)).count() as u64;
        // A death may cut off as many answers as were on their way.
        let cut_off = self.deaths * MOST_AT_ONCE;
        ensure!(
            lost <= spoilt + cut_off,
            "{lost} lost or undecided, but only {spoilt} spoilt and {} deaths",
            self.deaths
        );
        Ok(())
    }

    fn results_are_whole_and_the_planned_ones(&self, stage: &Stage) -> Result<()> {
        let saved = self.jobs.values().flatten().filter(|job| job.state == JobState::Saved);
        let mut planned: Vec<String> =
            saved.filter_map(|job| Some(job.output.file_name()?.to_string_lossy().into_owned())).collect();
        planned.sort();
        let found = names_in(&stage.results());
        ensure!(planned == found, "saved: {planned:?}\nin the folder: {found:?}");
        no_half_results(&stage.results())
    }
}

/// The most requests that may be on their way at once.
const MOST_AT_ONCE: u64 = 16;

/// A file under its final name is a whole picture.
fn no_half_results(folder: &Path) -> Result<()> {
    for name in names_in(folder).iter().filter(|name| !name.starts_with('.')) {
        let path = folder.join(name);
        let picture = image::open(&path).with_context(|| format!("half a file: {}", path.display()))?;
        ensure!((picture.width(), picture.height()) == ANSWER, "{} has another size", path.display());
    }
    Ok(())
}

fn nothing_is_left_over(stage: &Stage) -> Result<()> {
    let vault = stage.place.data().join("vault");
    let incoming = names_in(&vault.join("incoming"));
    ensure!(incoming.is_empty(), "left in the vault's incoming: {incoming:?}");
    for folder in [stage.results(), stage.place.photos(), vault] {
        let parts: Vec<_> = names_in(&folder).into_iter().filter(|name| name.starts_with(".clearcut-")).collect();
        ensure!(parts.is_empty(), "left in {}: {parts:?}", folder.display());
    }
    Ok(())
}
