//! The ledger's fold: every balance Clearcut shows is this sum over the account's events.
//!
//! The fold is incremental: applying the new lines gives what applying all of them would. It keeps no event and asks
//! no clock; the only times it knows are those of the lines.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    AttemptId, Balance, Credits, CycleUse, Drawn, Entry, Event, Figure, Gauge, Look, Looking, Plan, Pockets, Purpose,
    Purse, RENEWAL_WINDOW, Refusal, Resolution, Rise, Source, Sources, SpendLimit, Spent, Split, Standing, resolve,
    split, standing,
};

/// A price set aside for a request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Reservation {
    /// The full price.
    pub amount: Credits,
    /// What the request is for.
    pub purpose: Purpose,
    /// It may or may not have been charged.
    pub undecided: bool,
    /// The gauge was re-based after it became undecided: if it was charged, that is in the base already.
    pub in_base: bool,
    /// It was on its way when the balance was first seen: should it become undecided, no later look answers it.
    pub seen_by_first_look: bool,
}

/// What the ledger adds up to. It can be taken apart into its [`Books`] and put together again, so that a long ledger need
/// not be read from its first line.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct AccountState {
    books: Books,
}

/// All that the fold carries from line to line, as plain data.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Books {
    /// What the pockets are believed to hold.
    pub pockets: Pockets,
    /// Where those numbers come from.
    pub sources: Sources,
    /// When the account was first looked at.
    pub watched_since: Option<Timestamp>,
    /// When the service last confirmed the pockets.
    pub based_at: Option<Timestamp>,
    /// The last look.
    pub last_look: Option<Look>,
    /// When a request of ours was last charged, or may have been.
    pub last_spend: Option<Timestamp>,
    /// Prices set aside, by request.
    pub reservations: BTreeMap<AttemptId, Reservation>,
    /// When the reservations changed last.
    pub reserved_at: Option<Timestamp>,
    /// Everything our own requests were charged.
    pub settled: Credits,
    /// The plan's monthly size as the user last stated it.
    pub monthly: Option<Credits>,
    /// The account has, or had, a subscription.
    pub subscribed: bool,
    /// The running cycle.
    pub cycle: CycleUse,
    /// The line applied last.
    pub last_seq: i64,
}

/// Changes whenever the same lines give other [`Books`] than before: books kept by an older fold are then made anew.
pub const FOLD_VERSION: u32 = 3;

impl AccountState {
    /// The state after `entries`, from nothing.
    #[must_use]
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut state = Self::default();
        for entry in entries {
            state.apply(entry);
        }
        state
    }

    /// Adds one line of the ledger.
    pub fn apply(&mut self, entry: &Entry) {
        let Entry { seq, at, event, served_at } = *entry;
        self.books.last_seq = seq;
        match event {
            Event::Reserved { attempt, amount, purpose } => {
                let reservation =
                    Reservation { amount, purpose, undecided: false, in_base: false, seen_by_first_look: false };
                self.books.reservations.insert(attempt, reservation);
                self.books.reserved_at = Some(at);
                self.disturb();
            }
            Event::Released { attempt } => self.end(attempt, at),
            Event::Settled { attempt, amount, basis } | Event::PaidLost { attempt, amount, basis } => {
                self.charge(attempt, amount, basis, served_at.unwrap_or(at));
                self.books.last_spend = Some(at);
                self.end(attempt, at);
            }
            Event::Undecided { attempt } => {
                if let Some(reservation) = self.books.reservations.get_mut(&attempt) {
                    reservation.undecided = true;
                    reservation.in_base |= reservation.seen_by_first_look;
                }
                self.books.last_spend = Some(at);
                self.disturb();
            }
            Event::Snapshot { balance, standing } => self.look(at, balance, standing),
            Event::UsedElsewhere { subscription, payg } => {
                self.shift(Credits::ZERO.saturating_sub(subscription), Credits::ZERO.saturating_sub(payg));
                self.books.cycle.went(subscription, payg);
            }
            Event::TopUp { payg } => {
                self.shift(Credits::ZERO, payg);
                self.books.cycle.zero_armed = seq;
                self.hide_questions();
            }
            Event::Renewal { subscription, due, began_at } => self.renew(seq, subscription, due, began_at),
            Event::CycleStated { began_at, used, renewed } => {
                let cycle = &mut self.books.cycle;
                cycle.began_at = Some(began_at);
                // What was used since a rise is the ledger's own count; any other figure is the user's.
                let source = if renewed { Source::Inferred } else { Source::Entered };
                (cycle.used, cycle.used_source, cycle.rise) = (Some(used), source, None);
                if renewed {
                    (cycle.armed, cycle.zero_armed, cycle.payg) = (seq, seq, Credits::ZERO);
                }
                if renewed || at.duration_since(began_at) > RENEWAL_WINDOW {
                    cycle.closed = Some(began_at);
                }
            }
            Event::Wiped { subscription } => {
                self.shift(Credits::ZERO.saturating_sub(subscription), Credits::ZERO);
                self.books.cycle.wiped = self.books.cycle.wiped.saturating_add(subscription);
            }
            Event::PlanChange { monthly } => self.books.monthly = Some(monthly),
            Event::Adjustment { subscription, payg } => {
                let from = self.books.pockets.subscription.unwrap_or_default();
                self.shift(subscription, payg);
                self.hide_questions();
                if subscription > Credits::ZERO {
                    let to = self.books.pockets.subscription.unwrap_or_default();
                    self.books.cycle.rise = Some(Rise { seq, at, from, to, spent_since: Credits::ZERO });
                }
            }
        }
    }

    /// The state that `books` are the whole of.
    #[must_use]
    pub const fn from_books(books: Books) -> Self {
        Self { books }
    }

    /// All that it carries.
    #[must_use]
    pub const fn books(&self) -> &Books {
        &self.books
    }

    /// The running cycle.
    #[must_use]
    pub const fn cycle(&self) -> &CycleUse {
        &self.books.cycle
    }

    /// The subscription divided into this month's credits and those carried over.
    #[must_use]
    pub fn split(&self, plan: Option<&Plan>) -> Split {
        split(self.books.pockets.subscription, &self.books.cycle, plan)
    }

    /// What can be spent beyond all reservations, this month's credits told apart where that is known: what a quote
    /// starts from.
    #[must_use]
    pub fn purse(&self, plan: Option<&Plan>) -> Purse {
        let pockets = self.free();
        let split = self.split(plan);
        let set_aside =
            self.books.pockets.subscription.unwrap_or_default().less(pockets.subscription.unwrap_or_default());
        let month_left = split.rollover.and(split.month_left).map(|left| left.less(set_aside));
        Purse { pockets, month_left }
    }

    /// What the gauge shows; with `plan`, this month's credits apart from those carried over.
    #[must_use]
    pub fn gauge(&self, plan: Option<&Plan>) -> Gauge {
        let Pockets { free_previews, subscription: _, payg, enterprise, total } = self.books.pockets;
        let split = self.split(plan);
        // A part of S that a rule worked out is not measured, also where S itself is.
        let divided = split.rollover.map(|_| Source::Inferred);
        let figure = |amount, source| Figure::of(amount, source, self.books.based_at);
        let own = |amount| Figure::of(Some(amount), Source::Measured, self.books.reserved_at);
        let total_source = if total.is_some() { self.books.sources.total } else { Source::Inferred };
        Gauge {
            subscription: figure(split.month_left, divided.unwrap_or(self.books.sources.subscription)),
            rollover: figure(split.rollover, Source::Inferred),
            rollover_at_least: split.rollover_at_least,
            payg: figure(payg, self.books.sources.payg),
            enterprise: figure(enterprise, self.books.sources.enterprise),
            free_previews: figure(
                free_previews.map(|n| Credits::whole(i64::from(n))),
                self.books.sources.free_previews,
            ),
            reserved: own(self.reserved()),
            undecided: own(self.undecided()),
            total: figure(self.books.pockets.spendable(), total_source),
        }
    }

    /// What the pockets are believed to hold, reservations not deducted.
    #[must_use]
    pub fn pockets(&self) -> Pockets {
        self.books.pockets
    }

    /// What the pockets hold beyond all reservations: what a quote starts from.
    #[must_use]
    pub fn free(&self) -> Pockets {
        let mut free = self.books.pockets;
        for reservation in self.books.reservations.values() {
            free.draw(reservation.amount);
        }
        free
    }

    /// What can be spent beyond all reservations; `None` while the balance is unknown.
    #[must_use]
    pub fn available(&self) -> Option<Credits> {
        self.free().spendable()
    }

    /// Everything our own requests were charged, those paid and lost included, since the ledger began.
    #[must_use]
    pub fn settled_total(&self) -> Credits {
        self.books.settled
    }

    /// Everything set aside, undecided requests included.
    #[must_use]
    pub fn reserved(&self) -> Credits {
        self.books.reservations.values().map(|reservation| reservation.amount).sum()
    }

    /// The part of [`Self::reserved`] that may or may not have been charged.
    #[must_use]
    pub fn undecided(&self) -> Credits {
        self.books
            .reservations
            .values()
            .filter(|reservation| reservation.undecided)
            .map(|reservation| reservation.amount)
            .sum()
    }

    /// The reservations, by request.
    pub fn reservations(&self) -> impl Iterator<Item = (AttemptId, Reservation)> + '_ {
        self.books.reservations.iter().map(|(attempt, reservation)| (*attempt, *reservation))
    }

    /// The reservation of one request, while it has one.
    #[must_use]
    pub fn reservation(&self, attempt: AttemptId) -> Option<Reservation> {
        self.books.reservations.get(&attempt).copied()
    }

    /// The plan's monthly size, once it is known.
    #[must_use]
    pub fn monthly(&self) -> Option<Credits> {
        self.books.monthly
    }

    /// The ledger line applied last; 0 before the first.
    #[must_use]
    pub fn last_seq(&self) -> i64 {
        self.books.last_seq
    }

    /// May `amount` be reserved under `limit`, when `used` counts against its cap already?
    ///
    /// # Errors
    /// The limit that stands in the way.
    pub fn can_reserve(&self, amount: Credits, limit: &SpendLimit, used: Credits) -> Result<(), Refusal> {
        limit.check(&self.free(), used, amount)
    }

    /// What a request for `amount` counts against a limit, and what counts against it already where `used` was charged or set
    /// aside. A preview that a free one will pay sets its price aside, but it is not what the user agreed to spend.
    #[must_use]
    pub fn against_limit(&self, amount: Credits, purpose: Purpose, used: Credits) -> (Credits, Credits) {
        let left = self.books.pockets.free_previews.and_then(|left| usize::try_from(left).ok()).unwrap_or(0);
        let previews = || self.books.reservations.values().filter(|held| held.purpose == Purpose::Preview);
        let free: Credits = previews().take(left).map(|held| held.amount).sum();
        let is_free = purpose == Purpose::Preview && previews().count() < left;
        (if is_free { Credits::ZERO } else { amount }, used.less(free))
    }

    /// How much a balance the service just gave would prove.
    #[must_use]
    pub fn standing_of(&self, balance: Balance) -> Standing {
        standing(&self.looking(balance))
    }

    /// What a balance the service just gave says about the undecided requests; `None` when nothing yet.
    #[must_use]
    pub fn resolution_of(&self, balance: Balance) -> Option<Resolution> {
        if !self.looking(balance).is_settled_down() {
            return None;
        }
        let prices: Vec<Credits> = self.open_questions().map(|(_, reservation)| reservation.amount).collect();
        resolve(&prices, self.missing(balance, prices.iter().copied().sum())?)
    }

    /// What `balance` lacks against own charges. Where the subscription would have paid all of `asked`, PAYG is not looked
    /// at: credits bought meanwhile hide nothing then.
    fn missing(&self, balance: Balance, asked: Credits) -> Option<Credits> {
        let held = &self.books.pockets;
        if let (Some(held), Some(seen)) = (held.subscription, balance.subscription)
            && held >= asked
            && seen <= held
        {
            return held.checked_sub(seen);
        }
        held.spendable()?.checked_sub(Pockets::from(balance).spendable()?)
    }

    /// What other programs have used at least, by what `balance` shows while requests of ours are on their way: it lags, so it
    /// shows too much rather than too little, and whatever it lacks beyond all reservations is not ours. (Subscription, PAYG.)
    #[must_use]
    pub fn used_elsewhere_at_least(&self, balance: Balance) -> (Credits, Credits) {
        let lacks = |held: Option<Credits>, seen: Option<Credits>| match (held, seen) {
            (Some(held), Some(seen)) => held.less(seen),
            _ => Credits::ZERO,
        };
        let free = self.free();
        (lacks(free.subscription, balance.subscription), lacks(free.payg, balance.payg))
    }

    /// Undecided requests about which no settled balance has spoken yet.
    pub fn open_questions(&self) -> impl Iterator<Item = (AttemptId, Reservation)> + '_ {
        self.reservations().filter(|(_, reservation)| reservation.undecided && !reservation.in_base)
    }

    fn looking(&self, balance: Balance) -> Looking {
        Looking {
            balance,
            earlier: self.books.last_look,
            believed: self.books.based_at.map(|_| self.books.pockets.into()),
            in_flight: self.in_flight(),
            last_spend: self.books.last_spend,
        }
    }

    fn in_flight(&self) -> bool {
        self.books.reservations.values().any(|reservation| !reservation.undecided)
    }

    fn look(&mut self, at: Timestamp, balance: Balance, standing: Standing) {
        let first = self.books.based_at.is_none();
        let before = self.books.pockets;
        let changes = Pockets::from(balance) != before;
        self.books.watched_since.get_or_insert(at);
        self.books.subscribed |= balance.subscription.is_some_and(|held| held > Credits::ZERO);
        if first || standing == Standing::Conclusive {
            self.books.pockets = balance.into();
            self.books.sources = Sources::all(Source::Measured);
            self.books.based_at = Some(at);
        }
        if first {
            // Whether the balance holds what was asked before anybody looked cannot be told: no later look answers it.
            self.hide_questions();
            self.books.reservations.values_mut().for_each(|reservation| reservation.seen_by_first_look = true);
        }
        if standing == Standing::Conclusive && changes {
            if !first {
                // What no line before explains went to requests that stay undecided: the group was charged, whichever of
                // them it was.
                let missing = |was: Option<Credits>, is: Option<Credits>| {
                    was.zip(is).map_or(Credits::ZERO, |(was, is)| was.less(is))
                };
                self.books
                    .cycle
                    .went(missing(before.subscription, balance.subscription), missing(before.payg, balance.payg));
            }
            self.hide_questions();
        }
        if standing == Standing::Conclusive {
            self.books.cycle.looked();
        }
        self.books.last_look = Some(Look { at, balance, quiet: !self.in_flight() });
    }

    fn charge(&mut self, attempt: AttemptId, amount: Credits, basis: Source, at: Timestamp) {
        self.books.settled = self.books.settled.saturating_add(amount);
        let reservation = self.books.reservations.get(&attempt);
        if reservation.is_some_and(|reservation| reservation.in_base) {
            return;
        }
        let purpose = reservation.map_or(Purpose::Download, |reservation| reservation.purpose);
        let drawn = self.books.pockets.settle(amount, purpose);
        self.taint(&drawn, basis);
        self.books.cycle.spend(Spent { at, drawn });
    }

    /// What `amount` would be drawn from if it were charged now.
    #[must_use]
    pub fn would_draw(&self, amount: Credits) -> Drawn {
        self.books.pockets.clone().draw(amount)
    }

    /// What moves the balance beside undecided requests hides what they cost: only the user can tell from then on.
    fn hide_questions(&mut self) {
        for reservation in self.books.reservations.values_mut().filter(|reservation| reservation.undecided) {
            reservation.in_base = true;
        }
    }

    /// A month begins: own charges since then are drawn anew, because the service drew them from the new credits.
    fn renew(&mut self, seq: i64, subscription: Credits, due: Timestamp, began_at: Timestamp) {
        let since = self.books.cycle.take_since(began_at);
        for spent in &since {
            self.books.pockets.put_back(&spent.drawn);
        }
        let before = self.books.pockets.subscription.unwrap_or_default();
        self.shift(subscription.saturating_sub(before), Credits::ZERO);
        self.books.cycle.begin(seq, due, began_at);
        self.books.subscribed = true;
        self.hide_questions();
        for Spent { at, drawn } in since {
            let drawn = self.books.pockets.draw(drawn.all());
            self.books.cycle.spend(Spent { at, drawn });
        }
    }

    /// A charge that was not measured leaves figures that are not measured either.
    fn taint(&mut self, drawn: &Drawn, basis: Source) {
        let inferred = basis != Source::Measured;
        let untold = !drawn.untold.is_zero();
        mark_inferred(&mut self.books.sources.subscription, inferred && !drawn.subscription.is_zero());
        mark_inferred(&mut self.books.sources.payg, untold || inferred && !drawn.payg.is_zero());
        mark_inferred(&mut self.books.sources.enterprise, untold || inferred && !drawn.enterprise.is_zero());
        mark_inferred(&mut self.books.sources.total, inferred);
    }

    fn end(&mut self, attempt: AttemptId, at: Timestamp) {
        self.books.reservations.remove(&attempt);
        self.books.reserved_at = Some(at);
    }

    /// Something of ours is on its way: the look before it no longer counts as quiet.
    fn disturb(&mut self) {
        if let Some(look) = &mut self.books.last_look {
            look.quiet = false;
        }
    }

    /// Moves pockets by what a rule found out; no pocket falls below nothing.
    fn shift(&mut self, subscription: Credits, payg: Credits) {
        let moved = |pocket: &mut Option<Credits>, by: Credits| {
            let before = pocket.unwrap_or_default();
            // What is unknown stays so, unless something came.
            if pocket.is_some() || by > Credits::ZERO {
                *pocket = Some(before.saturating_add(by).max(Credits::ZERO));
            }
            pocket.unwrap_or_default().saturating_sub(before)
        };
        let by_subscription = moved(&mut self.books.pockets.subscription, subscription);
        let by_payg = moved(&mut self.books.pockets.payg, payg);
        if let Some(total) = &mut self.books.pockets.total {
            *total = total.saturating_add(by_subscription).saturating_add(by_payg).max(Credits::ZERO);
        }
        mark_inferred(&mut self.books.sources.subscription, !by_subscription.is_zero());
        mark_inferred(&mut self.books.sources.payg, !by_payg.is_zero());
        mark_inferred(&mut self.books.sources.total, !by_subscription.is_zero() || !by_payg.is_zero());
    }
}

/// A figure that something unmeasured moved is worked out from then on.
fn mark_inferred(source: &mut Source, moved: bool) {
    if moved {
        *source = Source::Inferred;
    }
}
