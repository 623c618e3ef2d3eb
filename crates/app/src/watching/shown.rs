//! A watch as it is shown: rows, the ledger's sums and the last round in one view. Names only.

use clearcut_batch::watch::{Budget, Day};
use clearcut_credits::Credits;
use clearcut_store::{WatchFileRow, WatchFileState, WatchRow};
use jiff::tz::TimeZone;

use super::fate::{PAID_LOST, PAID_NOT_SAVED, UNKNOWN};
use super::queue::Held;
use super::round::Seen;
use super::tariff::options;
use super::words::reason;
use crate::app::App;
use crate::intake::file_name;
use crate::problem::Problem;
use crate::views::{WatchFileOutcome, WatchFileView, WatchId, WatchState, WatchView};
use crate::words;

/// So many of the files that were handled last are shown.
const LAST: u32 = 8;

impl App {
    /// Every watch as it is shown.
    pub(super) fn watch_views(&self) -> Result<Vec<WatchView>, Problem> {
        let watches = self.ground.store.watches().map_err(|error| words::store(&error))?;
        watches.iter().map(|watch| self.watch_view(watch)).collect()
    }

    pub(super) fn watch_view(&self, watch: &WatchRow) -> Result<WatchView, Problem> {
        let store = &self.ground.store;
        let seen = self.watching.seen().get(&watch.id).cloned().unwrap_or_default();
        let day = Day::of(self.ground.clock.now(), &TimeZone::system());
        let read = || {
            let outlay = store.watch_outlay(watch.id, day.begins)?;
            let counts = store.watch_counts(watch.id)?;
            let last = store.watch_files_recent(watch.id, LAST)?;
            let last = last.into_iter().map(|row| {
                let job = row.job.map(|job| store.job(job)).transpose()?;
                Ok(file_view(&row, job.and_then(|job| job.charged)))
            });
            Ok((outlay, counts, last.collect::<Result<Vec<_>, clearcut_store::StoreError>>()?))
        };
        let (outlay, counts, last) = read().map_err(|error| words::store(&error))?;
        let budget = Budget { a_day: watch.budget, spent: outlay.spent, promised: outlay.promised };
        let (state, problem) = state(watch, &seen, self.desk().account.id == watch.account);
        let spent_percent = percent(budget.spent, budget.a_day);
        Ok(WatchView {
            id: WatchId(watch.id.0),
            folder: file_name(&watch.folder),
            recursive: watch.recursive,
            output: watch.output.as_deref().map(file_name),
            moves_to: watch.move_done_to.as_deref().map(file_name),
            options: options(watch),
            state,
            problem,
            budget: budget.a_day.to_string(),
            spent: budget.spent.to_string(),
            promised: budget.promised.to_string(),
            left: budget.left().to_string(),
            spent_percent,
            promised_percent: percent(budget.promised, budget.a_day).min(100 - spent_percent),
            renews_at: day.ends.to_string(),
            waiting: u64::try_from(seen.waiting).unwrap_or(u64::MAX),
            queued: counts.queued,
            done: counts.done,
            failed: counts.failed,
            set_aside: counts.set_aside,
            last,
        })
    }
}

/// What a watch is doing: the user's own word first, then what keeps it, then what it waits for.
pub(super) fn state(watch: &WatchRow, seen: &Seen, account_in_use: bool) -> (WatchState, Option<Problem>) {
    if watch.paused {
        return (WatchState::Paused, None);
    }
    if seen.elsewhere {
        return (WatchState::Elsewhere, None);
    }
    if seen.away {
        return (WatchState::Away, None);
    }
    if !account_in_use {
        return (WatchState::OtherAccount, None);
    }
    match &seen.held {
        Some(Held::OutOfCredits) => (WatchState::OutOfCredits, None),
        Some(Held::KeyRefused) => (WatchState::KeyRefused, None),
        Some(Held::ServiceEnded) => (WatchState::ServiceEnded, None),
        Some(Held::OtherAccount) => (WatchState::OtherAccount, None),
        Some(Held::Trouble(problem)) => (WatchState::Trouble, Some(problem.clone())),
        None if seen.used_up => (WatchState::UsedUp, None),
        None => (WatchState::Watching, None),
    }
}

/// What became of a file, as it is shown.
pub(super) fn outcome(row: &WatchFileRow) -> WatchFileOutcome {
    match (row.state, row.error.as_deref()) {
        (WatchFileState::Queued, _) => WatchFileOutcome::Queued,
        (WatchFileState::Done, _) => WatchFileOutcome::Done,
        (WatchFileState::SetAside, _) => WatchFileOutcome::SetAside,
        (WatchFileState::Failed, Some(UNKNOWN)) => WatchFileOutcome::Unknown,
        (WatchFileState::Failed, Some(PAID_LOST)) => WatchFileOutcome::PaidLost,
        (WatchFileState::Failed, Some(PAID_NOT_SAVED)) => WatchFileOutcome::PaidNotSaved,
        (WatchFileState::Failed, _) => WatchFileOutcome::Failed,
    }
}

fn file_view(row: &WatchFileRow, charged: Option<Credits>) -> WatchFileView {
    WatchFileView {
        name: file_name(&row.path),
        outcome: outcome(row),
        reason: row.error.as_deref().map(reason),
        charged: charged.map(|charged| charged.to_string()),
    }
}

/// `part` of `whole`, per cent; something is never shown as nothing, and all of it only when it is.
fn percent(part: Credits, whole: Credits) -> u8 {
    let (part, whole) = (i128::from(part.micros()), i128::from(whole.micros().max(1)));
    if part <= 0 {
        return 0;
    }
    let rounded = (part * 100 / whole).clamp(1, 100);
    u8::try_from(rounded).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use clearcut_store::AccountId;
    use rstest::rstest;

    use super::*;
    use crate::problem::Code;

    fn seen(held: Option<Held>) -> Seen {
        Seen { held, ..Seen::default() }
    }

    #[rstest]
    #[case::nothing_special(Seen::default(), WatchState::Watching)]
    #[case::used_up(Seen { used_up: true, ..Seen::default() }, WatchState::UsedUp)]
    #[case::away(Seen { away: true, used_up: true, ..Seen::default() }, WatchState::Away)]
    #[case::elsewhere(Seen { elsewhere: true, ..Seen::default() }, WatchState::Elsewhere)]
    #[case::no_credits(seen(Some(Held::OutOfCredits)), WatchState::OutOfCredits)]
    #[case::no_key(seen(Some(Held::KeyRefused)), WatchState::KeyRefused)]
    #[case::ended(seen(Some(Held::ServiceEnded)), WatchState::ServiceEnded)]
    #[case::trouble(seen(Some(Held::Trouble(Problem::new(Code::NoNetwork, "No network.", "")))), WatchState::Trouble)]
    fn a_watch_says_what_it_does(#[case] seen: Seen, #[case] expected: WatchState) {
        let watch = WatchRow::new(AccountId::PRACTICE, "/in".into(), Credits::ONE);
        assert_eq!(state(&watch, &seen, true).0, expected);
        let paused = WatchRow { paused: true, ..watch };
        assert_eq!(state(&paused, &seen, true).0, WatchState::Paused);
    }

    #[rstest]
    #[case(0, 50, 0)]
    #[case(1, 5_000, 1)]
    #[case(25, 50, 50)]
    #[case(499, 500, 99)]
    #[case(50, 50, 100)]
    #[case(60, 50, 100)]
    fn a_part_is_never_shown_as_nothing_nor_as_all(#[case] part: i64, #[case] whole: i64, #[case] shown: u8) {
        assert_eq!(percent(Credits::whole(part), Credits::whole(whole)), shown);
    }
}
