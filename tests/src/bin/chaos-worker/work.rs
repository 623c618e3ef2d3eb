//! What the worker does with the pictures: [`work`], the one place that knows how the product is driven. It goes on with what an
//! earlier life left in the queue, puts the rest of the folder into it, presses "go on" where the queue stands still, and
//! tries what was not charged again, as a patient user would.

use std::collections::BTreeMap;
use std::fs::File;
use std::future::Future;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::{OutputOptions, PictureId, QueueMode, QueueReason, SpendChoice};
use clearcut_app::{
    App, AppParts, Credits, FetchList, Fetching, Folders, Front, HttpOptions, Saving, ServiceChoice, Sleeper, TakenBy,
    Turn,
};
use clearcut_store::{JobRow, JobState, Store};
use clearcut_tests::chaos::books::is_final;
use clearcut_tests::chaos::dice::Dice;
use clearcut_tests::chaos::outcome::Outcome;
use clearcut_tests::chaos::stage::read_chosen;

use crate::clock::FastClock;
use crate::host::Nobody;

/// A balance proves something after a minute of quiet; a little more than that.
const QUIET: Duration = Duration::from_secs(70);
/// So often a balance is looked at before undecided requests are left to the user.
const MOST_LOOKS: u32 = 20;
/// So often a picture is begun that was not charged.
const MOST_TRIES: usize = 12;
/// So often the list is gone through, and "go on" pressed, in one life.
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
    /// For what the user does this way or that.
    pub(crate) seed: u64,
    /// The file that names the pictures which the user chose to send once more. None: nothing is.
    pub(crate) again: Option<PathBuf>,
}

impl Sleeper for FastClock {
    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let clock = *self;
        Box::pin(async move { clock.wait(wait).await })
    }
}

/// Waits that end within a test: more than a busy computer takes, less than what the service is told to hold back.
fn short_waits() -> HttpOptions {
    HttpOptions {
        connect_timeout: Duration::from_secs(5),
        upload_idle: Duration::from_secs(5),
        answer_timeout: Duration::from_secs(5),
        download_idle: Duration::from_millis(700),
        download_total: Duration::from_millis(1_500),
        account_timeout: Duration::from_secs(5),
        ..HttpOptions::default()
    }
}

/// Works until every picture is in a final state, or somebody has to do something first.
pub(crate) async fn work(task: Task) -> Result<Outcome> {
    let folders = Folders::from_env()?;
    let data = folders.data.clone();
    let service = ServiceChoice::Named(task.prefix.clone());
    let parts = AppParts {
        clock: task.clock.clone(),
        sleeper: task.clock.clone(),
        http: short_waits(),
        ..AppParts::new(folders, Arc::new(Nobody), service, Front::Terminal)
    };
    let app = App::open(parts).await?;
    let hand =
        Hand { app: &app, store: Store::open(&data)?, task: &task, user: Dice::new(task.seed), failed: Vec::new() };
    let outcome = hand.work().await;
    app.close().await;
    outcome
}

struct Hand<'a> {
    app: &'a App,
    /// The records beside the app, to know what a picture has been through in earlier lives.
    store: Store,
    task: &'a Task,
    user: Dice,
    /// Pictures of this life that brought nothing.
    failed: Vec<PictureId>,
}

/// The end of this life before everything is done.
#[derive(Debug)]
struct Ended(Outcome);

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Ended {}

fn ends<T>(outcome: Outcome) -> Result<T> {
    Err(Ended(outcome).into())
}

impl Hand<'_> {
    async fn work(mut self) -> Result<Outcome> {
        match self.work_on().await {
            Ok(()) => Ok(Outcome::Done),
            Err(error) => error.downcast::<Ended>().map(|Ended(outcome)| outcome),
        }
    }

    async fn work_on(&mut self) -> Result<()> {
        // As before every batch. A service that does not tell is no reason to stop.
        self.app.gauge(true).await?;
        let pictures = self.take_in().await?;
        for _ in 0..MOST_PASSES {
            self.go_on_with_what_waits().await?;
            let todo = self.todo(&pictures)?;
            if todo.is_empty() {
                if self.jobs()?.values().any(|jobs| jobs.last().is_some_and(|job| !is_final(job.state))) {
                    return ends(Outcome::StartAgain);
                }
                self.settle().await?;
                if self.todo(&pictures)?.is_empty() {
                    return Ok(());
                }
                continue;
            }
            let again = self.failed_in_this_life(&todo);
            if !again.is_empty() && self.user.chance(500) {
                self.ask_again(again).await?;
            } else {
                self.begin(&todo).await?;
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

    /// What stands in the queue, from this life or an earlier one, for the sum that is named.
    async fn go_on_with_what_waits(&mut self) -> Result<()> {
        for _ in 0..MOST_PASSES {
            let Some((_, view)) = self.app.left_behind().await? else { return Ok(()) };
            let cost: Credits = view.cost.parse()?;
            match self.app.go_on(cost).await {
                Ok((fetching, _)) => self.wait_for(fetching).await?,
                Err(problem) => self.refused(&problem)?,
            }
        }
        ends(Outcome::StartAgain)
    }

    /// Pictures that failed before the user's eyes, and may be asked for once more where they stand.
    fn failed_in_this_life(&mut self, todo: &[(PathBuf, PictureId)]) -> Vec<PictureId> {
        let failed = std::mem::take(&mut self.failed);
        let chooses = self.task.again.is_some();
        failed.into_iter().filter(|id| !chooses && todo.iter().any(|(_, todo)| todo == id)).collect()
    }

    /// "Try again" on pictures of this life.
    async fn ask_again(&mut self, pictures: Vec<PictureId>) -> Result<()> {
        let cost = match self.app.quote_again(pictures.clone()).await {
            Ok(quote) => quote.cost,
            Err(problem) => return self.refused(&problem),
        };
        if let Err(problem) = self.app.ask_again(pictures, cost).await {
            return self.refused(&problem);
        }
        let mut looks = tokio::time::interval(Duration::from_millis(5));
        loop {
            looks.tick().await;
            let queue = self.app.queue().await?;
            match (queue.mode, queue.reason) {
                (QueueMode::Idle, _) => return Ok(()),
                (QueueMode::Paused, Some(QueueReason::OutOfCredits)) => return ends(Outcome::OutOfCredits),
                (QueueMode::Paused, _) => return Ok(()),
                _ => {}
            }
        }
    }

    /// Puts pictures into the queue for what the quote says.
    async fn begin(&mut self, todo: &[(PathBuf, PictureId)]) -> Result<()> {
        let options = OutputOptions::default();
        let ids: Vec<PictureId> = todo.iter().map(|(_, id)| *id).collect();
        let chosen = self.app.chosen(&ids, &options, &SpendChoice::UsePayg).await?;
        let taken = ids.iter().zip(&chosen.turns).zip(&chosen.charges);
        let taken = taken.filter(|((_, turn), _)| **turn == Turn::Download);
        let pictures: Vec<(PictureId, bool)> = taken.map(|((id, _), charge)| (*id, !charge.is_zero())).collect();
        if pictures.is_empty() {
            // The credits are believed to be used up. Somebody has to buy some, and then they are looked at anew.
            return ends(Outcome::OutOfCredits);
        }
        self.note_what_the_user_chose(todo, &pictures)?;
        let list = FetchList {
            pictures,
            options,
            saving: Saving::into_folder(Some(self.task.results.clone())),
            agreed: chosen.cost.parse()?,
            never_payg: false,
            before_payg: chosen.before_payg,
            here: Vec::new(),
        };
        match self.app.fetch_list(list).await {
            Ok((fetching, left_out)) => {
                ensure!(left_out.is_empty(), "left out: {left_out:?}");
                self.wait_for(fetching).await
            }
            Err(problem) => self.refused(&problem),
        }
    }

    /// Written down before it is begun, so that a death in between leaves too much rather than too little.
    fn note_what_the_user_chose(&self, todo: &[(PathBuf, PictureId)], begun: &[(PictureId, bool)]) -> Result<()> {
        let Some(file) = &self.task.again else { return Ok(()) };
        let jobs = self.jobs()?;
        let is_chosen = |(path, id): &&(PathBuf, PictureId)| {
            let last = jobs.get(path).and_then(|jobs| jobs.last()).map(|job| job.state);
            begun.iter().any(|(begun, _)| begun == id) && last.is_some_and(is_the_users)
        };
        let lines: String = todo.iter().filter(is_chosen).map(|(path, _)| format!("{}\n", path.display())).collect();
        let mut file = File::options().create(true).append(true).open(file)?;
        file.write_all(lines.as_bytes()).context("the user's choices")
    }

    /// Waits until nothing more comes by itself.
    async fn wait_for(&mut self, mut fetching: Fetching) -> Result<()> {
        while let Some((id, result)) = fetching.next().await {
            match result {
                Err(problem) if is_hopeless(problem.code) => return Err(stuck(&problem)),
                Err(_) => self.failed.push(id),
                Ok(_) => {}
            }
        }
        match fetching.stands_still() {
            Some(problem) if problem.code == Code::OutOfCredits => ends(Outcome::OutOfCredits),
            Some(problem) => self.refused(&problem),
            None => Ok(()),
        }
    }

    /// The queue stands still, or does not begin. A user looks at it and presses "go on", or starts the program anew.
    fn refused(&mut self, problem: &Problem) -> Result<()> {
        if is_hopeless(problem.code) {
            return Err(stuck(problem));
        }
        eprintln!("stands still: {problem}");
        if self.user.chance(500) { Ok(()) } else { ends(Outcome::StartAgain) }
    }

    /// The pictures that something is still to be begun about, in order.
    fn todo(&self, pictures: &[(PathBuf, PictureId)]) -> Result<Vec<(PathBuf, PictureId)>> {
        let jobs = self.jobs()?;
        let chosen = self.task.again.as_deref().map(read_chosen).transpose()?;
        let is_todo = |path: &Path| {
            let of = jobs.get(path).map_or(&[][..], Vec::as_slice);
            match of.last().map(|job| job.state) {
                Some(JobState::Failed) => of.iter().filter(|job| job.state == JobState::Failed).count() < MOST_TRIES,
                // Once, by the user's own wish.
                Some(state) if is_the_users(state) => chosen.as_ref().is_some_and(|chosen| !chosen.contains(path)),
                // Left out by a limit: the next quote names another sum.
                Some(JobState::OutOfCredits | JobState::Skipped) | None => true,
                Some(_) => false,
            }
        };
        Ok(pictures.iter().filter(|(path, _)| is_todo(path)).cloned().collect())
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

/// Whether only the user may send it again.
const fn is_the_users(state: JobState) -> bool {
    matches!(state, JobState::PaidLost | JobState::Unknown)
}

const fn is_hopeless(code: Code) -> bool {
    matches!(code, Code::KeyRefused | Code::KeyMissing | Code::ServiceEnded | Code::StoreTrouble | Code::Internal)
}

fn stuck(problem: &Problem) -> anyhow::Error {
    anyhow::anyhow!("{problem}").context(format!("{:?}", problem.code))
}
