//! Why a balance differs from what own charges left: used elsewhere, bought, renewed, another plan, wiped.
//!
//! Asked only when a look is conclusive. The table of sign pairs ([`causes`]) names the causes, [`explain`] turns them into
//! ledger events. It refuses to guess: what no rule explains is an *adjustment*, and a rise that fits no renewal waits for
//! the user's word.

use std::cmp::Ordering;

use jiff::{SignedDuration, Timestamp};

use crate::{AccountState, Balance, Credits, Entry, Event, Plan, Pockets, RENEWAL_WINDOW};

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
    /// A renewal is due.
    pub renewal_due: bool,
    /// Nothing is left of the subscription.
    pub emptied: bool,
}

/// The table: what moved the subscription and what moved PAYG, by the signs of what the balance shows against what own
/// charges left. PAYG is used only after the subscription is empty; a fall beside a subscription that is not was no use.
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
        (Equal | Greater, _) if at.renewal_fits => Some(Cause::Renewal),
        (Equal, _) => None,
        (Greater, _) => Some(Cause::PlanChange),
        (Less, Equal | Greater) if at.renewal_due && at.emptied => Some(Cause::Wipe),
        (Less, _) if at.renewal_fits => Some(Cause::Renewal),
        (Less, _) => Some(Cause::UsedElsewhere),
    };
    (of_subscription, of_payg)
}

/// Two renewals lie further apart than this, and a corrected renewal day moves one by less.
const HALF_A_MONTH: SignedDuration = SignedDuration::from_hours(14 * 24);

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
    let from = match books.cycle.closed {
        // A corrected renewal day must not open the same renewal again.
        Some(closed) => closed.saturating_add(HALF_A_MONTH).unwrap_or(Timestamp::MAX),
        None => books.watched_since?.saturating_sub(RENEWAL_WINDOW).unwrap_or(Timestamp::MIN),
    };
    let until = now.saturating_add(RENEWAL_WINDOW).unwrap_or(Timestamp::MAX);
    let over =
        |boundary: &Timestamp| books.based_at.is_some_and(|looked| looked.duration_since(*boundary) > RENEWAL_WINDOW);
    let mut open = plan.renewal.renewals_between(from, until);
    open.retain(|boundary| !over(boundary));
    Some(Due { boundary: *open.last()?, renewals: open.len() })
}

/// What explains a conclusive balance: the events to write before its snapshot. Empty where nothing differs, at the first
/// look, while undecided requests may explain it, and for a service that does not tell both pockets.
#[must_use]
pub fn explain(state: &AccountState, plan: Option<&Plan>, seen: Balance, now: Timestamp) -> Vec<Event> {
    let held = state.pockets();
    let told = |pockets: Pockets| Some((pockets.subscription?, pockets.payg?));
    let (Some(held), Some(seen)) = (told(held), told(seen.into())) else { return Vec::new() };
    if state.books().based_at.is_none() || state.open_questions().next().is_some() {
        return Vec::new();
    }
    let due = plan.and_then(|plan| Some((plan, renewal_due(state, plan, now)?)));
    let renewal = due.and_then(|(plan, due)| fitting(state, plan, due, seen, now));
    let emptied = seen.0.is_zero();
    let (base, circumstances) = match &renewal {
        Some(renewal) => (renewal.expected, Circumstances { renewal_fits: false, renewal_due: false, emptied }),
        None => (held, Circumstances { renewal_fits: false, renewal_due: due.is_some(), emptied }),
    };
    let rest = (seen.0.saturating_sub(base.0), seen.1.saturating_sub(base.1));
    let signs = (rest.0.cmp(&Credits::ZERO), rest.1.cmp(&Credits::ZERO));
    let (subscription, payg) = causes(signs.0, signs.1, circumstances);
    let mut events: Vec<Event> = renewal.into_iter().map(|renewal| renewal.event).collect();
    events.extend(booked(subscription, payg, rest));
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
    if subscription == Some(Cause::Wipe) {
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

/// The renewal that is due, where the balance fits it: the subscription rose, by no more than the plan brings, or it is past
/// the boundary and stands exactly where a renewal leaves it.
fn fitting(state: &AccountState, plan: &Plan, due: Due, seen: (Credits, Credits), now: Timestamp) -> Option<Renewed> {
    let books = state.books();
    let held = books.pockets.subscription?;
    // A conclusive look past the boundary that showed no renewal says that it came later.
    let began_at = due.boundary.min(now).max(books.based_at?.min(now));
    let spent_since: Credits =
        state.cycle().recent.iter().filter(|spent| spent.at >= began_at).map(|spent| spent.drawn.subscription).sum();
    let renewed = |subscription| {
        let event = Event::Renewal { subscription, due: due.boundary, began_at };
        let mut after = state.clone();
        after.apply(&Entry::new(books.last_seq.saturating_add(1), now, event));
        let pockets = after.pockets();
        Some(Renewed { event, expected: (pockets.subscription?, pockets.payg?) })
    };
    let most = plan.renewed(held.saturating_add(spent_since), due.renewals);
    let full = renewed(most)?;
    let rose = seen.0 > held && seen.0 <= full.expected.0;
    let exactly = now >= due.boundary && seen == full.expected;
    if !rose && !exactly {
        return None;
    }
    if plan.rollover_months.is_some() {
        return Some(full);
    }
    // How much is carried over is not known, so what was carried over is what is there.
    renewed(most.saturating_sub(full.expected.0.saturating_sub(seen.0)))
}
