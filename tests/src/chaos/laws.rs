//! What must hold: at every moment, after every death, and at the end. Each law is a sentence; its breach says which
//! picture, which sum. The laws themselves are pure, over what was seen of both sides: so that each can be broken on purpose
//! (`laws/tests.rs`).

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clearcut_credits::Credits;
use clearcut_store::{JobRow, JobState};

use super::books::{Books, Sums, is_final};
use super::plan::{Plan, spoils};
use super::service::{Seen, Witness};
use super::stage::{ANSWER, Stage};
use crate::place::names_in;

/// The most requests that may be on their way at once.
const MOST_AT_ONCE: u64 = 16;

/// Paid ≤ charged ≤ paid + unknown, looked at while both sides go on: the service is asked between two looks into the books.
/// And nothing is charged twice.
pub async fn hold_now(stage: &Stage, witness: &Witness) -> Result<()> {
    // Before the first start there are no books yet.
    if !stage.place.data().join("clearcut.db").exists() {
        return Ok(());
    }
    let books = Books::open(&stage.place.data())?;
    let before = books.sums()?;
    let seen = witness.look().await?;
    let after = books.sums()?;
    money_is_conserved(before, seen.charged()?, after)?;
    nothing_was_paid_twice(&seen, &stage.pictures, &stage.chosen_by_the_user()?)
}

/// The same with nobody at work.
pub async fn hold_after_a_death(stage: &Stage, witness: &Witness) -> Result<()> {
    witness.look_when_idle().await?;
    hold_now(stage, witness).await?;
    results_are_whole(&found_in(&stage.results()))?;
    let jobs = Books::open(&stage.place.data())?.jobs()?;
    no_name_is_given_twice(jobs.values().flatten())
}

/// What was paid `before` was charged then, and what was charged by then was reserved then; it was settled or stayed reserved
/// since, and was released only if it was not charged.
fn money_is_conserved(before: Sums, charged: Credits, after: Sums) -> Result<()> {
    at_most(before.paid, charged, "booked", "charged")?;
    at_most(charged, after.paid.saturating_add(after.reserved), "charged", "booked and set aside")
}

fn at_most(low: Credits, high: Credits, what: &str, bound: &str) -> Result<()> {
    ensure!(low <= high, "{low} {what}, but only {high} {bound}");
    Ok(())
}

/// No picture is charged twice, unless the user chose to send it once more.
fn nothing_was_paid_twice(seen: &Seen, pictures: &BTreeMap<String, PathBuf>, chosen: &BTreeSet<PathBuf>) -> Result<()> {
    for (content, times) in &seen.charged_pictures {
        let picture = pictures.get(content).context("a picture that nobody has was charged")?;
        let by_the_user = u64::from(chosen.contains(picture));
        ensure!(*times <= 1 + by_the_user, "{} was charged {times} times", picture.display());
    }
    Ok(())
}

/// A result has a name of its own, also on a drive that folds case: those that are there, and those that are still to come.
fn no_name_is_given_twice<'a>(jobs: impl Iterator<Item = &'a JobRow>) -> Result<()> {
    let has_a_result = |job: &&JobRow| {
        matches!(job.state, JobState::Saved | JobState::Settled | JobState::Queued) || job.state.is_unfinished()
    };
    let mut given: BTreeMap<String, &Path> = BTreeMap::new();
    for job in jobs.filter(has_a_result) {
        let name = job.output.to_string_lossy().to_lowercase();
        if let Some(other) = given.insert(name, &job.input) {
            let (name, input) = (job.output.display(), job.input.display());
            anyhow::bail!("{name} is the result of {} and of {input}", other.display());
        }
    }
    Ok(())
}

/// A file in the folder of results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name.
    pub name: String,
    /// Width and height of the picture it is; why it is none.
    pub size: Result<(u32, u32), String>,
}

fn found_in(folder: &Path) -> Vec<Found> {
    let found = |name: String| {
        let size = image::open(folder.join(&name)).map(|picture| (picture.width(), picture.height()));
        Found { name, size: size.map_err(|error| error.to_string()) }
    };
    names_in(folder).into_iter().map(found).collect()
}

/// A file under its final name is a whole picture. What is being written has a name that begins with a dot.
fn results_are_whole(found: &[Found]) -> Result<()> {
    for Found { name, size } in found.iter().filter(|found| !found.name.starts_with('.')) {
        match size {
            Ok(size) => ensure!(*size == ANSWER, "{name} has another size"),
            Err(why) => anyhow::bail!("half a file: {name}: {why}"),
        }
    }
    Ok(())
}

/// What is known of a run that has come to its end.
#[derive(Debug, Clone)]
pub struct End {
    /// The books.
    pub sums: Sums,
    /// The service.
    pub seen: Seen,
    /// The pictures by the BLAKE3 of their files.
    pub pictures: BTreeMap<String, PathBuf>,
    /// The jobs of each picture, oldest first.
    pub jobs: BTreeMap<PathBuf, Vec<JobRow>>,
    /// What the user chose to send once more.
    pub chosen: BTreeSet<PathBuf>,
    /// What lies in the folder of results.
    pub results: Vec<Found>,
    /// Files that should not be there any more.
    pub left_over: Vec<String>,
    /// How often the worker died.
    pub deaths: u64,
    /// How many charged answers a fault took away or made useless.
    pub spoilt: u64,
}

impl End {
    /// Reads both sides.
    pub async fn read(plan: &Plan, stage: &Stage, witness: &Witness, deaths: u64) -> Result<Self> {
        let books = Books::open(&stage.place.data())?;
        let seen = witness.look_when_idle().await?;
        let rules = plan.faults["rules"].as_array().map_or(&[][..], Vec::as_slice);
        let struck = rules.iter().zip(&seen.faults).filter(|(rule, _)| spoils(rule) && rule["path"] == "/removebg");
        Ok(Self {
            sums: books.sums()?,
            jobs: books.jobs()?,
            pictures: stage.pictures.clone(),
            chosen: stage.chosen_by_the_user()?,
            results: found_in(&stage.results()),
            left_over: left_over(stage),
            deaths,
            spoilt: struck.map(|(_, times)| times).sum(),
            seen,
        })
    }

    /// Pictures whose last job is in this state.
    #[must_use]
    pub fn count(&self, state: JobState) -> u64 {
        self.jobs.values().filter(|jobs| jobs.last().is_some_and(|job| job.state == state)).count() as u64
    }

    /// Every law of the end.
    pub fn check(&self) -> Result<()> {
        self.the_books_are_closed()?;
        nothing_was_paid_twice(&self.seen, &self.pictures, &self.chosen)?;
        self.every_picture_is_in_a_final_state_with_a_reason()?;
        self.every_charge_has_its_file_or_its_name()?;
        self.what_is_lost_was_taken_away()?;
        self.results_are_the_planned_ones()?;
        results_are_whole(&self.results)?;
        no_name_is_given_twice(self.jobs.values().flatten())?;
        ensure!(self.left_over.is_empty(), "left over: {:?}", self.left_over);
        Ok(())
    }

    /// Charged = paid, once nothing is undecided. What stays undecided is left to the user, and lies between.
    fn the_books_are_closed(&self) -> Result<()> {
        let Sums { paid, reserved, undecided } = self.sums;
        let charged = self.seen.charged()?;
        ensure!(reserved == undecided, "{reserved} are set aside at the end, only {undecided} of them undecided");
        at_most(paid, charged, "booked", "charged")?;
        at_most(charged, paid.saturating_add(undecided), "charged", "booked and undecided")
    }

    fn every_picture_is_in_a_final_state_with_a_reason(&self) -> Result<()> {
        for picture in self.pictures.values() {
            let jobs = self.jobs.get(picture).with_context(|| format!("{} was never begun", picture.display()))?;
            let job = jobs.last().context("a picture without jobs")?;
            ensure!(is_final(job.state), "{} is still {}", picture.display(), job.state);
            let reason = job.state == JobState::Saved || job.error.is_some();
            ensure!(reason, "{} is {} for no reason", picture.display(), job.state);
        }
        Ok(())
    }

    /// A picture that was charged is saved, or it is called lost or undecided: never merely failed. One that the user chose to
    /// send again has said so before.
    fn every_charge_has_its_file_or_its_name(&self) -> Result<()> {
        for content in self.seen.charged_pictures.keys() {
            let picture = self.pictures.get(content).context("a picture that nobody has was charged")?;
            let jobs = self.jobs.get(picture).map_or(&[][..], Vec::as_slice);
            let named = |job: &JobRow| matches!(job.state, JobState::Saved | JobState::PaidLost | JobState::Unknown);
            let said = jobs.iter().any(named) || self.chosen.contains(picture);
            ensure!(said, "{} was charged, and nothing says so", picture.display());
        }
        Ok(())
    }

    /// Every charged answer whose bytes arrived is a file: no more are missing than a fault took away or a death cut off.
    fn what_is_lost_was_taken_away(&self) -> Result<()> {
        let charges: u64 = self.seen.charged_pictures.values().sum();
        let files = self.jobs.values().flatten().filter(|job| job.state == JobState::Saved).count() as u64;
        // A death may cut off as many answers as were on their way.
        let most = files + self.spoilt + self.deaths * MOST_AT_ONCE;
        let (spoilt, deaths) = (self.spoilt, self.deaths);
        ensure!(charges <= most, "{charges} charges, only {files} files, {spoilt} answers spoilt and {deaths} deaths");
        Ok(())
    }

    fn results_are_the_planned_ones(&self) -> Result<()> {
        let saved = self.jobs.values().flatten().filter(|job| job.state == JobState::Saved);
        let mut planned: Vec<String> =
            saved.filter_map(|job| Some(job.output.file_name()?.to_string_lossy().into_owned())).collect();
        planned.sort();
        let found: Vec<String> = self.results.iter().map(|found| found.name.clone()).collect();
        ensure!(planned == found, "saved: {planned:?}\nin the folder: {found:?}");
        Ok(())
    }
}

/// Temporary files beside results and pictures, and whatever lies on its way into the vault.
fn left_over(stage: &Stage) -> Vec<String> {
    let vault = stage.place.data().join("vault");
    let mut left = names_in(&vault.join("incoming"));
    for folder in [stage.results(), stage.place.photos(), vault] {
        left.extend(names_in(&folder).into_iter().filter(|name| name.starts_with(".clearcut-")));
    }
    left
}
