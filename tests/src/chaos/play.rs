//! Plays a plan: starts the worker, kills it when its hour has come, looks at the books, starts it again, buys credits when
//! they have run out, until the worker says that it is done. A seed that fails leaves its folder and says how to run it again.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clearcut_credits::Credits;
use clearcut_store::JobState;
use jiff::Timestamp;

use super::books::Books;
use super::laws::{self, End};
use super::outcome::Outcome;
use super::plan::{Death, Plan};
use super::service::{Seen, Witness};
use super::stage::Stage;
use super::worker::Worker;
use crate::place::names_in;

/// How often a run is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// So many looks apart the books are checked while the worker lives.
const CHECK_EVERY: u32 = 25;
/// More starts than this, and the worker goes round in circles.
const MOST_STARTS: u32 = 60;
/// A run that takes longer than this hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of one seed.
#[derive(Debug)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// How many pictures.
    pub pictures: u64,
    /// What is to be told of the run, as far as it came.
    pub tally: Option<Tally>,
    /// How long it took.
    pub took: Duration,
    /// The law that was broken, and where its folder lies.
    pub broken: Option<(String, Option<PathBuf>)>,
}

/// The figures of a run.
#[derive(Debug, Clone)]
pub struct Tally {
    /// How often the worker was killed.
    pub deaths: u64,
    /// How often it was started.
    pub starts: u32,
    /// Removals the service was asked for.
    pub asked: u64,
    /// How often a rule of misbehaviour acted.
    pub faults: u64,
    /// Charged by the service.
    pub charged: Credits,
    /// Booked by the product, lost ones included.
    pub paid: Credits,
    /// Pictures saved.
    pub saved: u64,
    /// Pictures charged in vain.
    pub lost: u64,
    /// Pictures that failed and were not charged.
    pub failed: u64,
    /// Requests of unknown outcome that were resolved.
    pub resolved: usize,
    /// Pictures left undecided, for the user.
    pub undecided: u64,
}

/// Plays a seed to its end. A failed run keeps its folder.
pub async fn play(seed: u64, pictures: u64) -> Report {
    let start = Instant::now();
    let plan = Plan::of(seed, pictures);
    let stage = match Stage::set(&plan) {
        Ok(stage) => stage,
        Err(error) => {
            let broken = Some((format!("{error:#}"), None));
            return Report { seed, pictures, tally: None, took: start.elapsed(), broken };
        }
    };
    let played = tokio::time::timeout(PATIENCE, Run::play(&plan, &stage)).await;
    let played = played.unwrap_or_else(|_| Err(anyhow::anyhow!("not done after {} s", PATIENCE.as_secs())));
    let took = start.elapsed();
    match played {
        Ok(tally) => Report { seed, pictures, tally: Some(tally), took, broken: None },
        Err(error) => {
            let broken = Some((format!("{error:#}"), Some(stage.place.keep())));
            Report { seed, pictures, tally: None, took, broken }
        }
    }
}

impl Report {
    /// The verdict of a test.
    pub fn verdict(self) -> Result<Tally> {
        let Self { seed, pictures, tally, took: _, broken } = self;
        if let Some((why, folder)) = broken {
            let folder = folder.map_or_else(String::new, |folder| format!("\nIts folder: {}", folder.display()));
            bail!("seed {seed}: {why}{folder}\nAgain: cargo xtask chaos --from {seed} --seeds 1 --pictures {pictures}");
        }
        tally.context("a run without figures")
    }
}

/// A run under way.
struct Run<'a> {
    plan: &'a Plan,
    stage: &'a Stage,
    witness: Witness,
    epoch: Timestamp,
    deaths: u64,
    starts: u32,
    /// Credits the user has bought.
    bought: u64,
    /// How many removals had been asked for when the credits were last said to be used up.
    ran_out_at: Option<u64>,
}

/// How a worker ended.
enum Fate {
    Killed,
    Ended(Outcome),
}

impl<'a> Run<'a> {
    async fn play(plan: &'a Plan, stage: &'a Stage) -> Result<Tally> {
        let witness = Witness::of(stage.service.endpoint())?;
        let mut run =
            Self { plan, stage, witness, epoch: Timestamp::now(), deaths: 0, starts: 0, bought: 0, ran_out_at: None };
        let mut deaths = plan.deaths.iter();
        run.until_done(&mut deaths, false).await?;
        if plan.tries_again {
            run.until_done(&mut deaths, true).await?;
        }
        let end = End::read(plan, stage, &run.witness, run.deaths).await?;
        end.check()?;
        run.tally(&end)
    }

    async fn until_done(&mut self, deaths: &mut std::slice::Iter<'_, Death>, again: bool) -> Result<()> {
        loop {
            let death = deaths.next().copied();
            match self.life(death, again).await? {
                Fate::Killed => {
                    self.deaths += 1;
                    laws::hold_after_a_death(self.stage, &self.witness).await.context("after a death")?;
                }
                Fate::Ended(outcome) => {
                    laws::hold_after_a_death(self.stage, &self.witness).await.context("after a run")?;
                    match outcome {
                        Outcome::Done => return Ok(()),
                        Outcome::OutOfCredits => self.buy_what_is_missing().await?,
                        Outcome::StartAgain => {}
                        Outcome::Stuck { why } => bail!("the worker is stuck: {why}"),
                    }
                }
            }
        }
    }

    /// One life of the worker, to its end or to `death`.
    async fn life(&mut self, death: Option<Death>, again: bool) -> Result<Fate> {
        self.starts += 1;
        ensure!(self.starts <= MOST_STARTS, "started {} times and still not done", self.starts);
        let begun = self.witness.look().await?.removals();
        let (files, start) = (self.files(), Instant::now());
        let mut worker = Worker::start(self.plan, self.stage, self.epoch, again)?;
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        for look in 1_u32.. {
            looks.tick().await;
            if let Some(outcome) = worker.ended()? {
                return Ok(Fate::Ended(outcome));
            }
            let due = match death {
                None => false,
                Some(Death::AfterMs(ms)) => start.elapsed() >= Duration::from_millis(ms),
                Some(Death::AfterFiles(more)) => self.files() >= files + more,
                Some(Death::AfterCalls(more)) => self.witness.look().await?.removals() >= begun + more,
            };
            if due {
                worker.kill()?;
                return Ok(Fate::Killed);
            }
            if look % CHECK_EVERY == 0 {
                laws::hold_now(self.stage, &self.witness).await.context("while it runs")?;
            }
        }
        bail!("looked too often")
    }

    fn files(&self) -> u64 {
        names_in(&self.stage.results()).len() as u64
    }

    /// The user buys credits, if they really are used up; a service that only said so is asked again. Credits that are set aside
    /// for requests nobody can tell about are used up too, as far as the user can see.
    async fn buy_what_is_missing(&mut self) -> Result<()> {
        let seen = self.witness.look().await?;
        let left = Credits::whole(i64::try_from(self.plan.subscription + self.plan.payg + self.bought)?);
        let nothing_left = seen.charged()?.saturating_add(Credits::ONE) > left;
        if nothing_left || self.ran_out_at == Some(seen.removals()) {
            self.bought += self.plan.pictures * 2;
            self.witness.top_up(self.plan.pictures * 2).await?;
        }
        self.ran_out_at = Some(seen.removals());
        Ok(())
    }

    fn tally(&self, end: &End) -> Result<Tally> {
        let Seen { faults, .. } = &end.seen;
        Ok(Tally {
            deaths: self.deaths,
            starts: self.starts,
            asked: end.seen.removals(),
            faults: faults.iter().sum(),
            charged: end.seen.charged()?,
            paid: end.sums.paid,
            saved: end.count(JobState::Saved),
            lost: end.count(JobState::PaidLost),
            failed: end.count(JobState::Failed),
            resolved: Books::open(&self.stage.place.data())?.resolved()?,
            undecided: end.count(JobState::Unknown),
        })
    }
}
