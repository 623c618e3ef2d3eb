//! What the worker does with the pictures: [`work`], the one place that knows how the product is driven. It takes them in,
//! fetches one after the other, waits for a quiet moment after each request of unknown outcome, and tries what was not
//! charged again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::{OutputOptions, PictureId};
use clearcut_app::{Agreed, App, AppParts, BatchId, Folders, Front, ServiceChoice, TakenBy};
use clearcut_store::{JobRow, JobState, Store};
use clearcut_tests::chaos::books::is_final;
use clearcut_tests::chaos::outcome::Outcome;

use crate::clock::FastClock;
use crate::host::Nobody;

/// A balance proves something after a minute of quiet; a little more than that.
const QUIET: Duration = Duration::from_secs(70);
/// So often a balance is looked at before undecided requests are left to the user.
const MOST_LOOKS: u32 = 20;
/// So often a picture is sent that was not charged.
const MOST_TRIES: usize = 12;
/// So often the list is gone through.
const MOST_PASSES: u32 = 20;

/// What is to be done.
pub(crate) struct Task {
    /// The service's prefix; its key is in the environment.
    pub(crate) prefix: String,
    /// The folder of pictures.
    pub(crate) photos: PathBuf,
    /// The folder for results.
    pub(crate) results: PathBuf,
    /// The time.
    pub(crate) clock: Arc<FastClock>,
    /// For choices that the product makes by chance.
    #[expect(dead_code, reason = "nothing is left to chance yet")]
    pub(crate) seed: u64,
    /// Send once more what was charged in vain or stayed undecided, as a user may choose.
    pub(crate) again: bool,
}

/// Works until every picture is in a final state, or somebody has to do something first.
pub(crate) async fn work(task: Task) -> Result<Outcome> {
    let folders = Folders::from_env()?;
    let data = folders.data.clone();
    let service = ServiceChoice::Named(task.prefix.clone());
    let parts =
        AppParts { clock: task.clock.clone(), ..AppParts::new(folders, Arc::new(Nobody), service, Front::Terminal) };
    let app = App::open(parts).await?;
    let hand = Hand { app: &app, store: Store::open(&data)?, task: &task, batch: BatchId::new() };
    let outcome = hand.work().await;
    app.close().await;
    outcome
}

struct Hand<'a> {
    app: &'a App,
    /// The records beside the app, to know what a picture has been through in earlier lives.
    store: Store,
    task: &'a Task,
    batch: BatchId,
}

impl Hand<'_> {
    async fn work(&self) -> Result<Outcome> {
        let pictures = self.take_in().await?;
        // As before every batch. A service that does not tell is no reason to stop.
        self.app.refresh_balance().await?;
        for _ in 0..MOST_PASSES {
            let todo: Vec<_> = self.todo(&pictures)?;
            if todo.is_empty() {
                return Ok(Outcome::Done);
            }
            for id in todo {
                if let Some(outcome) = self.one(id).await? {
                    return Ok(outcome);
                }
            }
            if self.jobs()?.values().any(|jobs| jobs.last().is_some_and(needs_a_start)) {
                return Ok(Outcome::StartAgain);
            }
        }
        bail!("went through the list {MOST_PASSES} times")
    }

    async fn take_in(&self) -> Result<Vec<(PathBuf, PictureId)>> {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(&self.task.photos)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
        paths.sort();
        let added = self.app.take_in(paths.clone(), TakenBy::Terminal).await;
        ensure!(added.refused.is_empty(), "left out: {:?}", added.refused);
        Ok(paths.into_iter().zip(added.pictures.into_iter().map(|picture| picture.id)).collect())
    }

    /// The pictures that something is still to be done about, in order.
    fn todo(&self, pictures: &[(PathBuf, PictureId)]) -> Result<Vec<PictureId>> {
        let jobs = self.jobs()?;
        let of = |path: &Path| jobs.get(path).map_or(&[][..], Vec::as_slice);
        Ok(pictures.iter().filter(|(path, _)| self.is_todo(of(path))).map(|(_, id)| *id).collect())
    }

    fn is_todo(&self, jobs: &[JobRow]) -> bool {
        let count = |states: &[JobState]| jobs.iter().filter(|job| states.contains(&job.state)).count();
        match jobs.last().map(|job| job.state) {
            Some(JobState::Failed) => count(&[JobState::Failed]) < MOST_TRIES,
            // Once, by the user's own wish.
            Some(JobState::PaidLost | JobState::Unknown) => {
                self.task.again && count(&[JobState::PaidLost, JobState::Unknown]) == 1
            }
            Some(JobState::OutOfCredits) | None => true,
            Some(_) => false,
        }
    }

    fn jobs(&self) -> Result<BTreeMap<PathBuf, Vec<JobRow>>> {
        let mut jobs: BTreeMap<PathBuf, Vec<JobRow>> = BTreeMap::new();
        let mut rows = self.store.jobs_recent(u32::MAX)?;
        rows.reverse();
        for job in rows {
            jobs.entry(job.input.clone()).or_default().push(job);
        }
        Ok(jobs)
    }

    /// One picture. An outcome ends the run.
    async fn one(&self, id: PictureId) -> Result<Option<Outcome>> {
        let options = OutputOptions::default();
        let cost = self.app.quote(vec![id], options.clone(), None).await?.cost;
        let agreed = Agreed { cost, cap: None, stop_before_payg: false, batch: Some(self.batch) };
        let fetched = self.app.fetch(id, &options, agreed, Some(self.task.results.clone())).await;
        let Err(problem) = fetched else { return Ok(None) };
        match problem.code {
            Code::OutOfCredits => Ok(Some(Outcome::OutOfCredits)),
            Code::MaybeCharged => self.settle().await.map(|()| None),
            Code::KeyRefused | Code::KeyMissing | Code::ServiceEnded | Code::StoreTrouble | Code::Internal => {
                Err(stuck(&problem))
            }
            _ => Ok(None),
        }
    }

    /// Waits for a quiet moment and looks at the balance until nothing is undecided, or nothing more can be told.
    async fn settle(&self) -> Result<()> {
        for look in 0..MOST_LOOKS {
            if self.open_questions()? == 0 {
                return Ok(());
            }
            if look % 2 == 0 {
                self.task.clock.wait(QUIET).await;
            }
            self.app.refresh_balance().await?;
        }
        Ok(())
    }

    fn open_questions(&self) -> Result<usize> {
        let mut open = 0;
        for account in self.store.account_list()? {
            open += self.store.state(account.id)?.open_questions().count();
        }
        Ok(open)
    }
}

/// A job that only the next start goes on with.
fn needs_a_start(job: &JobRow) -> bool {
    !is_final(job.state) && job.state != JobState::OutOfCredits
}

fn stuck(problem: &Problem) -> anyhow::Error {
    anyhow::anyhow!("{problem}").context(format!("{:?}", problem.code))
}
