//! One round of one watch: what became of the queued files, what is there now, what is moved, what is read, and what is queued
//! within today's budget. Each step is written down before the next one counts on it, so a process may die anywhere:
//!
//! | if it dies | the next start |
//! | --- | --- |
//! | before the pictures are queued | looks twice and reads them again; nothing was sent |
//! | after that, before the files are written down | finds the jobs by picture and place, and queues nothing twice |
//! | after a result was saved, before that is written down | reads it from the job |
//! | before or while an original is moved | moves it, by the table in `clearcut_batch::watch` |

use std::path::PathBuf;
use std::sync::Arc;

use clearcut_batch::watch::{Bounds, Budget, Day, Found, Listing, look, move_done, version_of};
use clearcut_credits::Credits;
use clearcut_store::{Clock, Files, JobId, JobRow, Store, StoreError, WatchFileRow, WatchFileState, WatchRow};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::fate::{Fate, UNNAMED};
use super::mind::{Mind, version};
use super::queue::{Held, Tariff, WatchQueue};
use super::reading::{Read, read};
use crate::app::blocking;
use crate::intake::Examined;
use crate::problem::Problem;
use crate::words;

/// So many files are read in a round: results flow while a folder of thousands is taken in.
const A_ROUND: usize = 64;
/// A watch that met trouble, and a move that failed, are tried again after this.
const TROUBLE_FOR: SignedDuration = SignedDuration::from_mins(1);

/// What a round works with.
pub(super) struct Rounds {
    pub(super) store: Arc<Store>,
    pub(super) files: Arc<dyn Files>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) zone: TimeZone,
    pub(super) queue: Arc<dyn WatchQueue>,
    pub(super) tariff: Arc<dyn Tariff>,
}

/// What a round saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The folder cannot be seen.
    pub(crate) away: bool,
    /// Another process looks after it.
    pub(crate) elsewhere: bool,
    /// Why nothing is taken.
    pub(crate) held: Option<Held>,
    /// Something is ready, and today's budget does not reach for it.
    pub(crate) used_up: bool,
    /// Files that were not handled yet.
    pub(crate) waiting: usize,
    /// Some were seen too shortly.
    pub(crate) unsteady: bool,
    /// More could be read at once.
    pub(crate) more: bool,
    /// The system tells of changes.
    pub(crate) hinted: bool,
}

/// A round: what was seen, and the files that came to an end in it.
#[derive(Debug, Default)]
pub(super) struct Round {
    pub(super) seen: Seen,
    pub(super) ended: Vec<(WatchFileRow, Option<JobRow>)>,
}

impl Rounds {
    /// Does one round.
    ///
    /// # Errors
    /// When Clearcut's own records cannot be read or written; nothing is taken then.
    pub(super) async fn round(&self, watch: &WatchRow, mind: &mut Mind) -> Result<Round, Problem> {
        let mut round = Round::default();
        self.settle(watch, mind, &mut round)?;
        if watch.paused {
            mind.folder.away();
            return Ok(round);
        }
        let bounds = bounds(watch);
        let found = match blocking(move || look(&bounds)).await? {
            Listing::There(found) => found,
            Listing::Away(error) => {
                tracing::debug!(%error, "a watched folder is away");
                mind.folder.away();
                (mind.hints, mind.asked_for_hints) = (None, false);
                round.seen.away = true;
                return Ok(round);
            }
        };
        let now = self.clock.now();
        let ready = mind.folder.look(now, &found);
        mind.examined
            .retain(|path, (version, _)| ready.iter().any(|file| file.path == *path && file.version == *version));
        self.move_originals(watch, mind, &found, now).await?;
        if !ready.is_empty() && self.is_free(watch, mind, now) {
            self.take(watch, mind, &ready, &mut round).await?;
        }
        round.seen.held = mind.held.as_ref().map(|(held, _)| held.clone());
        round.seen.waiting = mind.folder.waiting();
        round.seen.unsteady |= mind.folder.is_unsteady(now);
        round.seen.hinted = mind.hints.is_some();
        Ok(round)
    }

    /// Reads what became of the files whose jobs were open.
    fn settle(&self, watch: &WatchRow, mind: &mut Mind, round: &mut Round) -> Result<(), Problem> {
        let (mut ended, mut again) = (Vec::new(), Vec::new());
        for (row, job) in self.store.watch_files_open(watch.id).map_err(store)? {
            match Fate::of(&job) {
                Fate::Waits => {}
                Fate::Ends(state, error) if (state, &error) == (row.state, &row.error) => {}
                // It could not be read because it was not there: when it is back, it is a new one.
                Fate::Ends(WatchFileState::Failed, error) if job.charged.is_none() && self.is_gone(watch, &row) => {
                    if job.state == clearcut_store::JobState::Failed {
                        again.push(row);
                    } else {
                        ended.push((WatchFileRow { state: WatchFileState::Failed, error, ..row }, job));
                    }
                }
                Fate::Ends(state, error) => ended.push((WatchFileRow { state, error, ..row }, job)),
                Fate::Again(held) => {
                    if let Some(held) = held {
                        mind.held = Some((held, self.clock.now()));
                    }
                    again.push(row);
                }
            }
        }
        let (rows, jobs): (Vec<WatchFileRow>, Vec<JobRow>) = ended.into_iter().unzip();
        self.store.watch_files_put(&rows).map_err(store)?;
        mind.remember(&rows);
        let paths: Vec<_> = again.iter().map(|row| row.path.as_path()).collect();
        self.store.watch_files_forget(watch.id, &paths).map_err(store)?;
        for path in paths {
            mind.folder.forget(path);
        }
        round.ended = rows.into_iter().zip(jobs.into_iter().map(Some)).collect();
        Ok(())
    }

    fn is_gone(&self, watch: &WatchRow, row: &WatchFileRow) -> bool {
        version_of(&watch.folder.join(&row.path)) != Some(version(row))
    }

    /// Whether nothing holds the watch any more.
    fn is_free(&self, watch: &WatchRow, mind: &mut Mind, now: Timestamp) -> bool {
        let over = match &mind.held {
            None => true,
            Some((Held::OutOfCredits, since)) => self.tariff.has_credits_again(watch, *since),
            // Another key is another word of the user.
            Some((Held::KeyRefused, _)) => false,
            Some((Held::ServiceEnded | Held::OtherAccount, _)) => true,
            Some((Held::Trouble(_), since)) => now.duration_since(*since).abs() >= TROUBLE_FOR,
        };
        if over {
            mind.held = self.tariff.may_spend(watch).err().map(|held| (held, now));
        }
        mind.held.is_none()
    }

    /// Moves the originals of saved results, where the user asked for that.
    async fn move_originals(
        &self,
        watch: &WatchRow,
        mind: &mut Mind,
        found: &[Found],
        now: Timestamp,
    ) -> Result<(), Problem> {
        let Some(target) = watch.move_done_to.clone() else { return Ok(()) };
        if mind.done.is_empty() || mind.moves_again_at.is_some_and(|at| at > now) {
            return Ok(());
        }
        let due: Vec<(Found, JobId)> = found
            .iter()
            .filter_map(|file| Some((file, mind.done.get(&file.path)?)))
            .filter(|(file, (version, _))| file.version == *version)
            .map(|(file, (_, job))| (file.clone(), *job))
            .collect();
        let (files, folder) = (Arc::clone(&self.files), watch.folder.clone());
        let moved = blocking(move || {
            let one = |(file, job): (Found, JobId)| {
                let moved = move_done(&*files, &folder, &file.path, file.version, &target, job);
                moved.map(|_| file.path).map_err(|error| tracing::warn!(%error, "a finished original stays"))
            };
            due.into_iter().map(one).collect::<Vec<_>>()
        });
        let moved = moved.await?;
        mind.moves_again_at =
            moved.iter().any(Result::is_err).then_some(now.saturating_add(TROUBLE_FOR).unwrap_or(now));
        for path in moved.into_iter().flatten() {
            mind.done.remove(&path);
        }
        Ok(())
    }

    /// Reads, prices and queues what is ready, as far as today's budget reaches.
    async fn take(&self, watch: &WatchRow, mind: &mut Mind, ready: &[Found], round: &mut Round) -> Result<(), Problem> {
        let budget = self.budget(watch)?;
        if budget.left() <= Credits::ZERO {
            round.seen.used_up = true;
            return Ok(());
        }
        let chunk = &ready[..ready.len().min(A_ROUND)];
        let pictures = self.read(watch, mind, chunk, round).await?;
        let pictures = self.adopt(watch, mind, pictures, round)?;
        if pictures.is_empty() {
            round.seen.more = ready.len() > chunk.len();
            return Ok(());
        }
        let examined: Vec<Examined> = pictures.iter().map(|(_, examined)| examined.clone()).collect();
        let prices = match self.tariff.prices(watch, &examined).await {
            Ok(prices) => prices,
            Err(held) => {
                mind.held = Some((held, self.clock.now()));
                return Ok(());
            }
        };
        let (mut taken, mut too_large) = (Vec::new(), Vec::new());
        for (picture, price) in pictures.into_iter().zip(prices) {
            match price {
                Some(price) => taken.push((picture, price)),
                None => too_large.push(aside(watch, &picture.0, Some(&picture.1), "too_large")),
            }
        }
        self.write(mind, too_large, round)?;
        let reach = budget.reaches(&taken.iter().map(|(_, price)| *price).collect::<Vec<_>>());
        round.seen.used_up = reach < taken.len();
        round.seen.more = !round.seen.used_up && ready.len() > chunk.len();
        taken.truncate(reach);
        if taken.is_empty() {
            return Ok(());
        }
        let cap = taken.iter().map(|(_, price)| *price).sum();
        let (files, examined): (Vec<_>, Vec<_>) = taken.into_iter().map(|(picture, _)| picture).unzip();
        match self.queue.enqueue(watch, examined.clone(), cap).await {
            Ok(jobs) => {
                let rows = files.iter().zip(&examined).zip(jobs).map(|((file, examined), job)| match job {
                    Some(_) => WatchFileRow { job, ..row(watch, file, Some(examined), WatchFileState::Queued, None) },
                    None => aside(watch, file, Some(examined), UNNAMED),
                });
                self.write(mind, rows.collect(), round)?;
            }
            Err(problem) => {
                mind.held = Some((problem.into(), self.clock.now()));
                round.seen.more = false;
            }
        }
        Ok(())
    }

    fn budget(&self, watch: &WatchRow) -> Result<Budget, Problem> {
        let day = Day::of(self.clock.now(), &self.zone);
        let outlay = self.store.watch_outlay(watch.id, day.begins).map_err(store)?;
        Ok(Budget { a_day: watch.budget, spent: outlay.spent, promised: outlay.promised })
    }

    /// Reads files for the first time. What is no picture is set aside; what changed meanwhile starts over.
    async fn read(
        &self,
        watch: &WatchRow,
        mind: &mut Mind,
        chunk: &[Found],
        round: &mut Round,
    ) -> Result<Vec<(Found, Examined)>, Problem> {
        let (mut pictures, mut unread) = (Vec::new(), Vec::new());
        for file in chunk {
            match mind.examined.get(&file.path) {
                Some((_, examined)) => pictures.push((file.clone(), examined.clone())),
                None => unread.push(file.clone()),
            }
        }
        let (store_, folder) = (Arc::clone(&self.store), watch.folder.clone());
        let read = blocking(move || {
            unread
                .into_iter()
                .map(|file| read(&store_, folder.join(&file.path), &file).map(|read| (file, read)))
                .collect::<Result<Vec<_>, StoreError>>()
        });
        let mut set_aside = Vec::new();
        for (file, read) in read.await?.map_err(store)? {
            match read {
                Read::Picture(examined) => {
                    mind.examined.insert(file.path.clone(), (file.version, examined.clone()));
                    pictures.push((file, examined));
                }
                Read::NotForUs(why) => set_aside.push(aside(watch, &file, None, &why)),
                Read::Changed => {
                    mind.folder.changed(&file.path);
                    round.seen.unsteady = true;
                }
                // Perhaps only today: the next start tries again.
                Read::Unreadable => mind.folder.handled(&file.path, file.version),
            }
        }
        self.write(mind, set_aside, round)?;
        pictures
            .sort_by(|(one, _), (other, _)| (one.version.mtime, &one.path).cmp(&(other.version.mtime, &other.path)));
        Ok(pictures)
    }

    /// Takes those out for which there is a job already: of a start that died before it was written down, or of the same
    /// picture before the file was touched.
    fn adopt(
        &self,
        watch: &WatchRow,
        mind: &mut Mind,
        pictures: Vec<(Found, Examined)>,
        round: &mut Round,
    ) -> Result<Vec<(Found, Examined)>, Problem> {
        let (mut fresh, mut adopted) = (Vec::new(), Vec::new());
        for (file, examined) in pictures {
            let job = self.store.watch_job(watch.id, &examined.path, examined.content.as_str()).map_err(store)?;
            let Some(job) = job else {
                fresh.push((file, examined));
                continue;
            };
            let (state, error) = match Fate::of_the_same_content(&job) {
                Fate::Again(_) => {
                    fresh.push((file, examined));
                    continue;
                }
                Fate::Waits => (WatchFileState::Queued, None),
                Fate::Ends(state, error) => (state, error),
            };
            adopted.push(WatchFileRow { job: Some(job.id), ..row(watch, &file, Some(&examined), state, error) });
        }
        self.write(mind, adopted, round)?;
        Ok(fresh)
    }

    fn write(&self, mind: &mut Mind, rows: Vec<WatchFileRow>, round: &mut Round) -> Result<(), Problem> {
        self.store.watch_files_put(&rows).map_err(store)?;
        mind.remember(&rows);
        let ended = rows.into_iter().filter(|row| row.state != WatchFileState::Queued);
        for row in ended {
            let job = row.job.map(|job| self.store.job(job)).transpose().map_err(store)?;
            round.ended.push((row, job));
        }
        Ok(())
    }
}

pub(super) fn bounds(watch: &WatchRow) -> Bounds {
    let others: Vec<_> = [&watch.output, &watch.move_done_to].into_iter().flatten().map(PathBuf::as_path).collect();
    Bounds::new(&watch.folder, watch.recursive, &others)
}

fn aside(watch: &WatchRow, file: &Found, examined: Option<&Examined>, why: &str) -> WatchFileRow {
    row(watch, file, examined, WatchFileState::SetAside, Some(why.to_owned()))
}

fn row(
    watch: &WatchRow,
    file: &Found,
    examined: Option<&Examined>,
    state: WatchFileState,
    error: Option<String>,
) -> WatchFileRow {
    WatchFileRow {
        watch: watch.id,
        path: file.path.clone(),
        size: file.version.size,
        mtime: file.version.mtime,
        content: examined.map(|examined| examined.content.as_str().to_owned()),
        state,
        job: None,
        error,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn store(error: StoreError) -> Problem {
    words::store(&error)
}
