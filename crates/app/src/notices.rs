//! Notices: the levels a user wants to hear of, told once, natively and as a banner. What is reached is
//! [`clearcut_credits::reached`]'s to say, that it is told once is the store's; this room words it and picks the moment.

use clearcut_credits::{Credits, Event as Booked, Level, NoticeKey, raise, reached};
use clearcut_store::Looked;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::desk::{Desk, Reading};
use crate::host::{Notice, NoticeAction};
use crate::views::{BannerKind, Page, QuietHours};
use crate::{days, words};

impl App {
    /// Tells what is reached and was not told before, takes back what is over. Called whenever credits may have moved.
    pub(crate) fn raise_notices(&self, desk: &Desk) {
        if let Err(problem) = self.try_raise(desk) {
            tracing::warn!(%problem, "notices");
        }
    }

    fn try_raise(&self, desk: &Desk) -> Result<(), crate::Problem> {
        let reading = desk.read()?;
        let rules = desk.rules(self.settings().levels());
        let keys = reached(&reading.state, reading.plan(), &rules);
        self.take_back(&keys);
        let (store, account) = (&self.ground.store, desk.account.id);
        let claimed = |key: &NoticeKey| store.is_notice_claimed(account, &word(key.level), key.armed).unwrap_or(true);
        let raised = raise(&keys, claimed);
        for key in &raised.silence {
            store.claim_notice(account, &word(key.level), key.armed).map_err(|error| words::store(&error))?;
        }
        let Some(key) = raised.tell else { return Ok(()) };
        // The higher silences the lower: its words are of a moment that has passed.
        self.take_back(&[key]);
        let notice = worded(key.level, &reading, desk);
        let page = notice.actions.first().and_then(|action| page(*action));
        if self.is_quiet_now() {
            // Not claimed: after the quiet hours the next look raises it.
            self.say_once(&notice.id, BannerKind::Warning, &text(&notice), page);
            return Ok(());
        }
        if store.claim_notice(account, &word(key.level), key.armed).map_err(|error| words::store(&error))? {
            self.tell(&notice, page);
        }
        Ok(())
    }

    /// A notice natively, and the same words as a banner.
    pub(crate) fn tell(&self, notice: &Notice, page: Option<Page>) {
        let kind = if notice.actions.contains(&NoticeAction::Resume) { BannerKind::Info } else { BannerKind::Warning };
        self.say(&notice.id, kind, text(notice), page);
        if let Err(error) = self.host.notify(notice) {
            tracing::info!(%error, "no native notice");
        }
    }

    fn take_back(&self, keys: &[NoticeKey]) {
        let over = |id: &str| id.starts_with(PREFIX) && keys.iter().all(|key| notice_id(key.level) != id);
        for banner in self.banners() {
            if over(&banner.id) {
                self.unsay(&banner.id);
            }
        }
    }

    pub(crate) fn is_quiet_now(&self) -> bool {
        let quiet = self.settings().quiet_hours;
        quiet.is_some_and(|quiet| is_quiet(quiet, self.ground.clock.now(), &TimeZone::system()))
    }

    /// A button of a notice was pressed, or the notice itself.
    pub fn notice_chosen(&self, action: NoticeAction) {
        self.spawn(move |app| async move {
            let done = match action {
                NoticeAction::Upgrade => app.open_page(Page::Upgrade).await,
                NoticeAction::TopUp => app.open_page(Page::TopUp).await,
                NoticeAction::Resume => app.resume_download().await,
            };
            if let Err(problem) = done {
                app.say("notice-action", BannerKind::Error, problem.to_string(), None);
            }
        });
    }

    /// Says what a look found that the user should hear of: credits that came while something waits for them, and a renewal
    /// that failed.
    pub(crate) async fn tell_arrivals(&self, desk: &Desk, looked: &[Looked]) {
        for event in looked.iter().flat_map(|looked| &looked.found).map(|entry| entry.event) {
            if let Booked::Wiped { subscription } = event {
                let text = format!(
                    "{} took back {} of the subscription: the renewal seems to have failed. Look at the payment on its page.",
                    desk.profile.name,
                    words::credits(subscription)
                );
                self.say("wiped", BannerKind::Error, text, Some(Page::Upgrade).filter(|page| desk.has_page(*page)));
            }
        }
        if looked.iter().any(Looked::has_arrivals) {
            self.credits_arrived(desk, &arrived(looked)).await;
        }
    }
}

const PREFIX: &str = "notice-";

/// What came, in words: "200 pay-as-you-go credits arrived".
fn arrived(looked: &[Looked]) -> String {
    let parts: Vec<String> = looked
        .iter()
        .flat_map(|looked| &looked.found)
        .filter_map(|entry| match entry.event {
            Booked::TopUp { payg } => Some(format!("{payg} pay-as-you-go credits arrived")),
            Booked::Renewal { subscription, .. } => {
                Some(format!("the subscription has renewed and stands at {}", words::credits(subscription)))
            }
            Booked::Adjustment { subscription, .. } if subscription > Credits::ZERO => {
                Some(format!("{subscription} subscription credits arrived"))
            }
            _ => None,
        })
        .collect();
    words::capitalised(&parts.join(", and "))
}

/// A level's word in the store.
fn word(level: Level) -> String {
    match level {
        Level::Share(percent) => format!("share-{percent}"),
        Level::Payg => "payg".to_owned(),
        Level::Low => "low".to_owned(),
        Level::Zero => "zero".to_owned(),
    }
}

fn notice_id(level: Level) -> String {
    format!("{PREFIX}{}", word(level))
}

fn text(notice: &Notice) -> String {
    format!("{}. {}", notice.title, notice.body)
}

fn page(action: NoticeAction) -> Option<Page> {
    match action {
        NoticeAction::Upgrade => Some(Page::Upgrade),
        NoticeAction::TopUp => Some(Page::TopUp),
        NoticeAction::Resume => None,
    }
}

/// The level in words, numbers first, with what remains.
fn worded(level: Level, reading: &Reading, desk: &Desk) -> Notice {
    let plan = reading.plan();
    let split = reading.state.split(plan);
    let pockets = reading.state.pockets();
    let payg = pockets.payg.unwrap_or_default();
    let renews = plan.map(|plan| {
        let cycle = plan.renewal.cycle_at(desk.now());
        days::day_and_month(plan.renewal.date_of(cycle.renews))
    });
    let mut remains = Vec::new();
    if let Some(rollover) = split.rollover.filter(|rollover| !rollover.is_zero()) {
        remains.push(format!("{rollover} rollover"));
    }
    if !payg.is_zero() {
        remains.push(format!("{payg} pay-as-you-go"));
    }
    let beside = match remains.is_empty() {
        true => String::new(),
        false => format!(" Beside them: {}.", remains.join(", ")),
    };
    let until = renews.as_ref().map_or(String::new(), |day| format!(" until {day}"));
    let (title, body, wanted) = match level {
        Level::Share(percent) => {
            let (used, left) = (split.used.unwrap_or_default(), split.month_left.unwrap_or_default());
            let monthly = plan.map_or(Credits::ZERO, |plan| plan.monthly);
            let body = format!("{} of {monthly} monthly credits used, {left} left{until}.{beside}", used.min(monthly));
            (format!("{percent} % of the month's credits used"), body, [NoticeAction::Upgrade, NoticeAction::TopUp])
        }
        Level::Payg => {
            let body = format!("The subscription is used up{until}; {payg} pay-as-you-go credits are left.");
            ("Pay-as-you-go backup begins".to_owned(), body, [NoticeAction::TopUp, NoticeAction::Upgrade])
        }
        Level::Low => {
            let left = pockets.spendable().unwrap_or_default();
            let body = format!("{} left at {}.", words::credits(left), desk.profile.name);
            ("Few credits left".to_owned(), body, [NoticeAction::TopUp, NoticeAction::Upgrade])
        }
        Level::Zero => {
            let left = pockets.spendable().unwrap_or_default();
            let renewal = renews.map_or(String::new(), |day| format!(" The subscription renews on {day}."));
            let body = match left.is_zero() {
                true => format!("Downloads wait; previews on this computer stay free.{renewal}"),
                false => format!("{left} left, too few for a picture; previews on this computer stay free.{renewal}"),
            };
            ("No credits left".to_owned(), body, [NoticeAction::TopUp, NoticeAction::Upgrade])
        }
    };
    let actions = wanted.into_iter().filter(|action| page(*action).is_some_and(|page| desk.has_page(page)));
    Notice { id: notice_id(level), title, body, actions: actions.collect() }
}

/// Whether `now` lies in the quiet hours, which may reach over midnight. The same hour twice means never.
fn is_quiet(quiet: QuietHours, now: Timestamp, zone: &TimeZone) -> bool {
    let QuietHours { from, until } = quiet;
    let hour = zone.to_datetime(now).hour().unsigned_abs();
    if from <= until { (from..until).contains(&hour) } else { hour >= from || hour < until }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::in_the_night((22, 7), "2026-11-22T23:30:00Z", true)]
    #[case::before_morning((22, 7), "2026-11-22T06:59:00Z", true)]
    #[case::in_the_morning((22, 7), "2026-11-22T07:00:00Z", false)]
    #[case::at_noon((12, 13), "2026-11-22T12:10:00Z", true)]
    #[case::never((9, 9), "2026-11-22T09:00:00Z", false)]
    fn quiet_hours_may_reach_over_midnight(#[case] hours: (u8, u8), #[case] now: &str, #[case] quiet: bool) {
        let hours = QuietHours { from: hours.0, until: hours.1 };
        assert_eq!(is_quiet(hours, now.parse().unwrap(), &TimeZone::UTC), quiet);
    }
}
