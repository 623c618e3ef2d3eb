//! The ledger's fold: every balance Clearcut shows is this sum over the account's events.
//!
//! The fold is incremental: applying the new lines gives what applying all of them would. It keeps no event and asks
//! no clock; the only times it knows are those of the lines.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    AttemptId, Balance, Credits, Drawn, Entry, Event, Figure, Gauge, Look, Looking, Pockets, Purpose, Refusal,
    Resolution, Source, SpendLimit, Standing, resolve, standing,
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
}

/// What the ledger adds up to.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct AccountState {
    pockets: Pockets,
    sources: Sources,
    based_at: Option<Timestamp>,
    last_look: Option<Look>,
    last_spend: Option<Timestamp>,
    reservations: BTreeMap<AttemptId, Reservation>,
    reserved_at: Option<Timestamp>,
    settled: Credits,
    monthly: Option<Credits>,
    last_seq: i64,
}

/// Where each pocket's number comes from.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Sources {
    free_previews: Source,
    subscription: Source,
    payg: Source,
    enterprise: Source,
    total: Source,
}

impl Sources {
    const fn all(source: Source) -> Self {
        Self { free_previews: source, subscription: source, payg: source, enterprise: source, total: source }
    }
}

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
        let Entry { seq, at, event } = *entry;
        self.last_seq = seq;
        match event {
            Event::Reserved { attempt, amount, purpose } => {
                let reservation = Reservation { amount, purpose, undecided: false, in_base: false };
                self.reservations.insert(attempt, reservation);
                self.reserved_at = Some(at);
                self.disturb();
            }
            Event::Released { attempt } => self.end(attempt, at),
            Event::Settled { attempt, amount, basis } | Event::PaidLost { attempt, amount, basis } => {
                self.charge(attempt, amount, basis);
                self.last_spend = Some(at);
                self.end(attempt, at);
            }
            Event::Undecided { attempt } => {
                if let Some(reservation) = self.reservations.get_mut(&attempt) {
                    reservation.undecided = true;
                }
                self.last_spend = Some(at);
                self.disturb();
            }
            Event::Snapshot { balance, standing } => self.look(at, balance, standing),
            Event::UsedElsewhere { subscription, payg } => {
                self.shift(Credits::ZERO.saturating_sub(subscription), Credits::ZERO.saturating_sub(payg));
            }
            Event::TopUp { payg } => self.shift(Credits::ZERO, payg),
            Event::Renewal { subscription } => {
                let before = self.pockets.subscription.unwrap_or_default();
                self.shift(subscription.saturating_sub(before), Credits::ZERO);
            }
            Event::PlanChange { monthly } => self.monthly = Some(monthly),
            Event::Adjustment { subscription, payg } => self.shift(subscription, payg),
        }
    }

    /// What the gauge shows.
    #[must_use]
    pub fn gauge(&self) -> Gauge {
        let Pockets { free_previews, subscription, payg, enterprise, total } = self.pockets;
        let figure = |amount, source| Figure::of(amount, source, self.based_at);
        let own = |amount| Figure::of(Some(amount), Source::Measured, self.reserved_at);
        let total_source = if total.is_some() { self.sources.total } else { Source::Inferred };
        Gauge {
            subscription: figure(subscription, self.sources.subscription),
            rollover: Figure::unknown(),
            payg: figure(payg, self.sources.payg),
            enterprise: figure(enterprise, self.sources.enterprise),
            free_previews: figure(free_previews.map(|n| Credits::whole(i64::from(n))), self.sources.free_previews),
            reserved: own(self.reserved()),
            undecided: own(self.undecided()),
            total: figure(self.pockets.spendable(), total_source),
        }
    }

    /// What the pockets are believed to hold, reservations not deducted.
    #[must_use]
    pub fn pockets(&self) -> Pockets {
        self.pockets
    }

    /// What the pockets hold beyond all reservations: what a quote starts from.
    #[must_use]
    pub fn free(&self) -> Pockets {
        let mut free = self.pockets;
        for reservation in self.reservations.values() {
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
        self.settled
    }

    /// Everything set aside, undecided requests included.
    #[must_use]
    pub fn reserved(&self) -> Credits {
        self.reservations.values().map(|reservation| reservation.amount).sum()
    }

    /// The part of [`Self::reserved`] that may or may not have been charged.
    #[must_use]
    pub fn undecided(&self) -> Credits {
        self.reservations
            .values()
            .filter(|reservation| reservation.undecided)
            .map(|reservation| reservation.amount)
            .sum()
    }

    /// The reservations, by request.
    pub fn reservations(&self) -> impl Iterator<Item = (AttemptId, Reservation)> + '_ {
        self.reservations.iter().map(|(attempt, reservation)| (*attempt, *reservation))
    }

    /// The reservation of one request, while it has one.
    #[must_use]
    pub fn reservation(&self, attempt: AttemptId) -> Option<Reservation> {
        self.reservations.get(&attempt).copied()
    }

    /// The plan's monthly size, once it is known.
    #[must_use]
    pub fn monthly(&self) -> Option<Credits> {
        self.monthly
    }

    /// The ledger line applied last; 0 before the first.
    #[must_use]
    pub fn last_seq(&self) -> i64 {
        self.last_seq
    }

    /// May `amount` be reserved under `limit`, when `used` counts against its cap already?
    ///
    /// # Errors
    /// The limit that stands in the way.
    pub fn can_reserve(&self, amount: Credits, limit: &SpendLimit, used: Credits) -> Result<(), Refusal> {
        limit.check(&self.free(), used, amount)
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
        let missing = self.pockets.spendable()?.checked_sub(Pockets::from(balance).spendable()?)?;
        let prices: Vec<Credits> = self.open_questions().map(|(_, reservation)| reservation.amount).collect();
        resolve(&prices, missing)
    }

    /// Undecided requests about which no settled balance has spoken yet.
    pub fn open_questions(&self) -> impl Iterator<Item = (AttemptId, Reservation)> + '_ {
        self.reservations().filter(|(_, reservation)| reservation.undecided && !reservation.in_base)
    }

    fn looking(&self, balance: Balance) -> Looking {
        Looking {
            balance,
            earlier: self.last_look,
            believed: self.based_at.map(|_| self.pockets.into()),
            in_flight: self.in_flight(),
            last_spend: self.last_spend,
        }
    }

    fn in_flight(&self) -> bool {
        self.reservations.values().any(|reservation| !reservation.undecided)
    }

    fn look(&mut self, at: Timestamp, balance: Balance, standing: Standing) {
        let first = self.based_at.is_none();
        let changes = Pockets::from(balance) != self.pockets;
        if first || standing == Standing::Conclusive {
            self.pockets = balance.into();
            self.sources = Sources::all(Source::Measured);
            self.based_at = Some(at);
        }
        if standing == Standing::Conclusive && changes {
            for reservation in self.reservations.values_mut().filter(|reservation| reservation.undecided) {
                reservation.in_base = true;
            }
        }
        self.last_look = Some(Look { at, balance, quiet: !self.in_flight() });
    }

    fn charge(&mut self, attempt: AttemptId, amount: Credits, basis: Source) {
        self.settled = self.settled.saturating_add(amount);
        let reservation = self.reservations.get(&attempt);
        if reservation.is_some_and(|reservation| reservation.in_base) {
            return;
        }
        let purpose = reservation.map_or(Purpose::Download, |reservation| reservation.purpose);
        let drawn = self.pockets.settle(amount, purpose);
        self.taint(&drawn, basis);
    }

    /// A charge that was not measured leaves figures that are not measured either.
    fn taint(&mut self, drawn: &Drawn, basis: Source) {
        let inferred = basis != Source::Measured;
        let untold = !drawn.untold.is_zero();
        mark_inferred(&mut self.sources.subscription, inferred && !drawn.subscription.is_zero());
        mark_inferred(&mut self.sources.payg, untold || inferred && !drawn.payg.is_zero());
        mark_inferred(&mut self.sources.enterprise, untold || inferred && !drawn.enterprise.is_zero());
        mark_inferred(&mut self.sources.total, inferred);
    }

    fn end(&mut self, attempt: AttemptId, at: Timestamp) {
        self.reservations.remove(&attempt);
        self.reserved_at = Some(at);
    }

    /// Something of ours is on its way: the look before it no longer counts as quiet.
    fn disturb(&mut self) {
        if let Some(look) = &mut self.last_look {
            look.quiet = false;
        }
    }

    /// Moves pockets by what a rule found out; no pocket falls below nothing.
    fn shift(&mut self, subscription: Credits, payg: Credits) {
        let moved = |pocket: &mut Option<Credits>, by: Credits| {
            let before = pocket.unwrap_or_default();
            if pocket.is_some() || !by.is_zero() {
                *pocket = Some(before.saturating_add(by).max(Credits::ZERO));
            }
            pocket.unwrap_or_default().saturating_sub(before)
        };
        let by_subscription = moved(&mut self.pockets.subscription, subscription);
        let by_payg = moved(&mut self.pockets.payg, payg);
        if let Some(total) = &mut self.pockets.total {
            *total = total.saturating_add(by_subscription).saturating_add(by_payg).max(Credits::ZERO);
        }
        mark_inferred(&mut self.sources.subscription, !by_subscription.is_zero());
        mark_inferred(&mut self.sources.payg, !by_payg.is_zero());
        mark_inferred(&mut self.sources.total, !by_subscription.is_zero() || !by_payg.is_zero());
    }
}

/// A figure that something unmeasured moved is worked out from then on.
fn mark_inferred(source: &mut Source, moved: bool) {
    if moved {
        *source = Source::Inferred;
    }
}
