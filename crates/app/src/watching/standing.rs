//! A watch that stands still tells so where its user may look elsewhere: once a watch, reason and day, whichever process sees it and
//! however often the program starts. What a watch is doing is the [round](super::round)'s to find; this only words it and picks the
//! moment. What the user did themselves (a pause, another account) is no news.

use clearcut_batch::watch::Day;
use clearcut_store::WatchRow;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::round::Seen;
use super::shown::state;
use crate::app::{App, Front};
use crate::host::{Notice, NoticeAction};
use crate::intake::file_name;
use crate::problem::Problem;
use crate::views::{Page, WatchState, WatchView};
use crate::words;

/// A drive that is plugged in again, and a network that is back, are no news.
const OFTEN_PASSES: SignedDuration = SignedDuration::from_mins(5);

/// Since when a watch does what it does, and the day on which that was told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stand {
    state: WatchState,
    since: Timestamp,
    told_on: Option<Timestamp>,
}

/// The word of a reason to stand still, and how long it must have stood before that is told; nothing for what is none.
fn still(state: WatchState) -> Option<(&'static str, SignedDuration)> {
    match state {
        WatchState::UsedUp => Some(("used_up", SignedDuration::ZERO)),
        WatchState::OutOfCredits => Some(("out_of_credits", SignedDuration::ZERO)),
        WatchState::KeyRefused => Some(("key_refused", SignedDuration::ZERO)),
        WatchState::ServiceEnded => Some(("service_ended", SignedDuration::ZERO)),
        WatchState::Away => Some(("away", OFTEN_PASSES)),
        WatchState::Trouble => Some(("trouble", OFTEN_PASSES)),
        WatchState::Watching | WatchState::Paused | WatchState::OtherAccount | WatchState::Elsewhere => None,
    }
}

impl App {
    /// Tells of a watch that stands still, and takes that back when it goes on. The terminal says it in lines of its own.
    pub(super) fn tell_standing(&self, watch: &WatchRow, seen: &Seen) {
        if self.front != Front::Window {
            return;
        }
        let desk = self.desk();
        let (state, problem) = state(watch, seen, desk.account.id == watch.account);
        let now = self.ground.clock.now();
        let id = format!("watch-{}", watch.id);
        let before = self.watching.stands().get(&watch.id).copied();
        let stand = before.filter(|before| before.state == state).unwrap_or(Stand { state, since: now, told_on: None });
        self.watching.stands().insert(watch.id, stand);
        if before.is_some_and(|before| before.state != state) {
            self.unsay(&id);
        }
        let Some((reason, patience)) = still(state) else { return };
        let today = Day::of(now, &TimeZone::system()).begins;
        let is_new = stand.told_on != Some(today) && now.duration_since(stand.since) >= patience;
        // Not claimed in the quiet hours: the first round after them tells it.
        if !is_new || self.is_quiet_now() {
            return;
        }
        // While what was promised is at work, the day's budget is not used up for its user.
        let store = &self.ground.store;
        if state == WatchState::UsedUp && store.watch_counts(watch.id).is_ok_and(|counts| counts.queued > 0) {
            return;
        }
        let level = format!("{id}-{reason}");
        match store.claim_notice(watch.account, &level, today.as_second()) {
            Ok(claimed) => {
                self.watching.stands().insert(watch.id, Stand { told_on: Some(today), ..stand });
                if claimed && let Ok(view) = self.watch_view(watch) {
                    let tops_up = state == WatchState::OutOfCredits && desk.has_page(Page::TopUp);
                    let (actions, page) =
                        if tops_up { (vec![NoticeAction::TopUp], Some(Page::TopUp)) } else { (Vec::new(), None) };
                    let (title, body) = worded(&file_name(&watch.folder), &view, problem.as_ref());
                    self.tell(&Notice { id, title, body, actions }, page);
                }
            }
            Err(error) => tracing::warn!(%error, "that a watch stands still is not told"),
        }
    }

    /// A watch that is gone stands no more.
    pub(super) fn forget_standing(&self, watch: clearcut_store::WatchId) {
        self.watching.stands().remove(&watch);
        self.unsay(&format!("watch-{watch}"));
    }
}

/// Why it stands still, numbers first, and what ends that.
fn worded(folder: &str, view: &WatchView, problem: Option<&Problem>) -> (String, String) {
    let waiting = match view.waiting {
        0 => String::new(),
        1 => "1 picture waits. ".to_owned(),
        count => format!("{count} pictures wait. "),
    };
    match view.state {
        WatchState::UsedUp => (
            format!("Today’s budget of “{folder}” is used up"),
            format!(
                "{} of {} credits. {waiting}It goes on at midnight, or with a larger budget.",
                view.spent, view.budget
            ),
        ),
        WatchState::OutOfCredits => (
            format!("“{folder}” waits for credits"),
            format!("{waiting}It goes on by itself when the account has credits again."),
        ),
        WatchState::KeyRefused => (
            format!("“{folder}” waits for a key"),
            format!("{waiting}The service refuses the key. Enter it again under Account, then resume."),
        ),
        WatchState::ServiceEnded => {
            (format!("“{folder}” takes nothing more"), format!("{waiting}The service has ended. What is paid is kept."))
        }
        WatchState::Away => (
            format!("“{folder}” is not there"),
            "The folder or its drive cannot be seen. It goes on by itself when it is back.".to_owned(),
        ),
        _ => {
            let why = problem.map_or_else(String::new, |problem| format!("{problem} "));
            (format!("“{folder}” stands still"), words::capitalised(format!("{waiting}{why}").trim_end()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_did_and_what_goes_on_is_no_news_and_what_often_passes_has_time_to() {
        for state in [WatchState::Watching, WatchState::Paused, WatchState::OtherAccount, WatchState::Elsewhere] {
            assert_eq!(still(state), None);
        }
        let patience = |state| still(state).map(|(_, patience)| patience);
        assert_eq!(patience(WatchState::UsedUp), Some(SignedDuration::ZERO));
        assert_eq!(patience(WatchState::Away), Some(OFTEN_PASSES));
        assert_eq!(patience(WatchState::Trouble), Some(OFTEN_PASSES));
    }
}
