//! Why a balance differs from what own charges left: used elsewhere, bought, renewed, another plan, wiped.
//!
//! Asked only when a look is conclusive. The table of sign pairs ([`causes`]) names the causes, [`explain`] turns them into
//! ledger events. It refuses to guess: what no rule explains is an *adjustment*, and a rise that fits no renewal waits for
//! the user's word.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};

use crate::{AccountState, Balance, Credits, Entry, Event, Plan, Pockets, RENEWAL_WINDOW, Spent};

/// What changed a pocket, when it was none of our requests.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Cause {
    /// Another program, another computer, or the service's own site spent it.
    UsedElsewhere,
    /// PAYG credits were bought.
    TopUp,
    /// A month began.
    Renewal,
    /// The subscription rose outside a renewal, or by more than the plan brings: perhaps another plan. Booked as an
    /// adjustment until the user says so.
    PlanChange,
    /// A renewal failed, and the service took the subscription's credits.
    Wipe,
    /// No rule explains it.
    Adjustment,
}

/// What the signs alone do not tell.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub struct Circumstances {
    /// A renewal is due, and the balance fits it.
    pub renewal_fits: bool,
    /// The renewal day has come, and its renewal was not seen.
    pub renewal_missed: bool,
    /// Nothing is left of the subscription.
    pub emptied: bool,
}

/// The table: what moved the subscription and what moved PAYG, by the signs of what the balance shows against what own
/// charges left. PAYG is used only after the subscription is empty; a fall beside a subscription that is not was no use.
/// After a renewal the table is asked once more about what the renewal leaves to be explained.
#[must_use]
pub fn causes(subscription: Ordering, payg: Ordering, at: Circumstances) -> (Option<Cause>, Option<Cause>) {
    use Ordering::{Equal, Greater, Less};
    let of_payg = match payg {
        Equal => None,
        Greater => Some(Cause::TopUp),
        Less if at.emptied => Some(Cause::UsedElsewhere),
        Less => Some(Cause::Adjustment),
    };
    let of_subscription = match (subscription, payg) {
        _ if at.renewal_fits => Some(Cause::Renewal),
        (Equal, _) => None,
        (Greater, _) => Some(Cause::PlanChange),
        (Less, Equal | Greater) if at.renewal_missed && at.emptied => Some(Cause::Wipe),
        (Less, _) => Some(Cause::UsedElsewhere),
    };
    (of_subscription, of_payg)
}

/// Two renewals lie further apart than this, and a corrected renewal day moves one by less.
const HALF_A_MONTH: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The shortest time that a ledger tells apart.
const SMALLEST_STEP: SignedDuration = SignedDuration::from_micros(1);

/// A boundary between cycles whose renewal has not been seen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Due {
    /// The boundary; the latest one where nobody looked for months.
    pub boundary: Timestamp,
    /// How many renewals nobody has seen.
    pub renewals: usize,
}

/// The renewal that may show at `now`: from a day and a half before its boundary until a day and a half after it, or until
/// the first conclusive look later than that. One a cycle.
#[must_use]
pub fn renewal_due(state: &AccountState, plan: &Plan, now: Timestamp) -> Option<Due> {
    let books = state.books();
    // What a conclusive look past its window did not show has not happened.
    let looked = books.based_at?.saturating_sub(RENEWAL_WINDOW).unwrap_or(Timestamp::MIN);
    // A corrected renewal day must not open the same renewal again.
    let closed = books.cycle.closed.map(|closed| closed.saturating_add(HALF_A_MONTH).unwrap_or(Timestamp::MAX));
    let from = closed.map_or(looked, |closed| closed.max(looked));
    let until = now.saturating_add(RENEWAL_WINDOW).unwrap_or(Timestamp::MAX);
    let open = plan.renewal.renewals_between(from, until);
    Some(Due { boundary: *open.last()?, renewals: open.len() })
}

/// What explains a conclusive balance: the events to write before its snapshot. Empty where nothing differs, at the first
/// look, and for a service that does not tell both pockets. Beside undecided requests only what came is explained: what
/// went may have gone to them.
#[must_use]
pub fn explain(state: &AccountState, plan: Option<&Plan>, seen: Balance, now: Timestamp) -> Vec<Event> {
    let told = |pockets: Pockets| Some((pockets.subscription?, pockets.payg?));
    let (Some(held), Some(seen)) = (told(state.pockets()), told(seen.into())) else { return Vec::new() };
    if state.books().based_at.is_none() {
        return Vec::new();
    }
    let signs = |base: (Credits, Credits)| (seen.0.cmp(&base.0), seen.1.cmp(&base.1));
    let due = plan.and_then(|plan| Some((plan, renewal_due(state, plan, now)?)));
    let renewal = due.and_then(|(plan, due)| fitting(state, plan, due, seen, now));
    let table = |base, renewal_fits| {
        let renewal_missed = renewal.is_none() && due.is_some_and(|(_, due)| has_come(state, due, now));
        let (subscription, payg) = signs(base);
        causes(subscription, payg, Circumstances { renewal_fits, renewal_missed, emptied: seen.0.is_zero() })
    };
    let mut events = Vec::new();
    let (mut base, mut found) = (held, table(held, renewal.is_some()));
    if let (Some(Cause::Renewal), Some(renewal)) = (found.0, &renewal) {
        events.push(renewal.event);
        (base, found) = (renewal.expected, table(renewal.expected, false));
    }
    let mut rest = (seen.0.saturating_sub(base.0), seen.1.saturating_sub(base.1));
    if state.open_questions().next().is_some() {
        rest = (rest.0.max(Credits::ZERO), rest.1.max(Credits::ZERO));
    }
    events.extend(booked(found.0, found.1, rest));
    events
}

/// The events for the causes of a difference.
fn booked(subscription: Option<Cause>, payg: Option<Cause>, (by_s, by_p): (Credits, Credits)) -> Vec<Event> {
    let fell = |by: Credits| Credits::ZERO.saturating_sub(by);
    let part = |cause: Option<Cause>, of: &[Cause], amount| match cause {
        Some(cause) if of.contains(&cause) => amount,
        _ => Credits::ZERO,
    };
    let mut events = Vec::new();
    if subscription == Some(Cause::Wipe) && !by_s.is_zero() {
        events.push(Event::Wiped { subscription: fell(by_s) });
    }
    let used =
        (part(subscription, &[Cause::UsedElsewhere], fell(by_s)), part(payg, &[Cause::UsedElsewhere], fell(by_p)));
    if used != (Credits::ZERO, Credits::ZERO) {
        events.push(Event::UsedElsewhere { subscription: used.0, payg: used.1 });
    }
    if payg == Some(Cause::TopUp) {
        events.push(Event::TopUp { payg: by_p });
    }
    let unexplained =
        (part(subscription, &[Cause::PlanChange, Cause::Adjustment], by_s), part(payg, &[Cause::Adjustment], by_p));
    if unexplained != (Credits::ZERO, Credits::ZERO) {
        events.push(Event::Adjustment { subscription: unexplained.0, payg: unexplained.1 });
    }
    events
}

/// A renewal that explains a balance, and what it leads one to expect.
struct Renewed {
    event: Event,
    expected: (Credits, Credits),
}

/// A moment at which the month may have begun, and what own charges drew from then on.
#[derive(Clone, Copy)]
struct Beginning {
    at: Timestamp,
    subscription: Credits,
    payg: Credits,
    all: Credits,
}

impl Beginning {
    fn with(self, spent: &Spent) -> Self {
        Self {
            at: spent.at,
            subscription: self.subscription.saturating_add(spent.drawn.subscription),
            payg: self.payg.saturating_add(spent.drawn.payg),
            all: self.all.saturating_add(spent.drawn.all()),
        }
    }

    /// The subscription right after it, own charges since not yet taken off.
    fn subscription(&self, held: Credits, plan: &Plan, renewals: usize) -> Credits {
        plan.renewed(held.saturating_add(self.subscription), renewals)
    }

    /// What a renewal then leaves of `held`.
    fn leaves(&self, held: (Credits, Credits), plan: &Plan, renewals: usize) -> (Credits, Credits) {
        let subscription = self.subscription(held.0, plan, renewals);
        let beyond = self.all.less(subscription);
        (subscription.less(self.all), held.1.saturating_add(self.payg).less(beyond))
    }
}

/// When the month may have begun: by the calendar, after all own charges, or just before one of them.
fn beginnings(state: &AccountState, due: Due, now: Timestamp) -> Vec<Beginning> {
    let earliest = due.boundary.saturating_sub(RENEWAL_WINDOW).unwrap_or(Timestamp::MIN);
    // A conclusive look that showed no renewal says that it came later.
    let after_look = state.books().based_at.map_or(earliest, |looked| looked.max(earliest)).min(now);
    let mut recent: Vec<&Spent> = state.cycle().recent.iter().collect();
    recent.sort_by_key(|spent| std::cmp::Reverse(spent.at));
    let just_after = |spent: &&Spent| spent.at.saturating_add(SMALLEST_STEP).unwrap_or(Timestamp::MAX);
    let at = recent.first().map_or(after_look, |last| just_after(last).max(after_look));
    let after_all = Beginning { at, subscription: Credits::ZERO, payg: Credits::ZERO, all: Credits::ZERO };

    let mut before_one: Vec<Beginning> = Vec::new();
    for spent in recent {
        let sum = before_one.last().unwrap_or(&after_all).with(spent);
        match before_one.last_mut() {
            Some(last) if last.at == sum.at => *last = sum,
            _ => before_one.push(sum),
        }
    }
    let by_calendar = if due.boundary > now {
        after_all
    } else {
        let sum = before_one.iter().rev().find(|sum| sum.at >= due.boundary);
        let at = due.boundary.max(after_look);
        sum.map_or(Beginning { at, ..after_all }, |sum| Beginning { at: at.min(sum.at), ..*sum })
    };
    before_one.retain(|sum| sum.at >= earliest);
    [by_calendar, after_all].into_iter().chain(before_one).collect()
}

/// Did the renewal day come, and was there a look before it? Without one, what did not rise says nothing of a renewal.
fn has_come(state: &AccountState, due: Due, now: Timestamp) -> bool {
    due.boundary <= now && state.books().watched_since.is_some_and(|since| since < due.boundary)
}

/// The renewal that is due, where the balance fits it: the subscription rose, by no more than the plan brings, or it is past
/// the boundary and stands exactly where a renewal leaves it.
fn fitting(state: &AccountState, plan: &Plan, due: Due, seen: (Credits, Credits), now: Timestamp) -> Option<Renewed> {
    let pockets = state.pockets();
    let held = (pockets.subscription?, pockets.payg?);
    let leaves = |beginning: &Beginning| beginning.leaves(held, plan, due.renewals);
    let beginnings = beginnings(state, due, now);
    let mut candidates = beginnings.iter();
    let chosen = if seen.0 > held.0 {
        // At which hour the service renewed is not known: the moment that explains everything is the one.
        let exactly = candidates.clone().find(|beginning| leaves(beginning) == seen);
        exactly.or_else(|| candidates.find(|beginning| seen.0 <= leaves(beginning).0))?
    } else {
        // Nothing rose: the day must have come, and nothing else may explain it.
        let told = has_come(state, due, now) && state.open_questions().next().is_none();
        candidates.next().filter(|first| told && leaves(first) == seen)?
    };
    let most = chosen.subscription(held.0, plan, due.renewals);
    let subscription = match plan.rollover_months {
        Some(_) => most,
        // How much is carried over is not known, so what was carried over is what is there; a month's credits at least.
        None => most.less(leaves(chosen).0.saturating_sub(seen.0)).max(plan.monthly),
    };
    let event = Event::Renewal { subscription, due: due.boundary, began_at: chosen.at };
    let mut after = state.clone();
    after.apply(&Entry::new(state.last_seq().saturating_add(1), now, event));
    let pockets = after.pockets();
    Some(Renewed { event, expected: (pockets.subscription?, pockets.payg?) })
}
