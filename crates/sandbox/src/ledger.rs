//! The account with a clock, a journal and a lag: the one place where the practice service's balance changes.
//! Every change is journalled and synced first and seen by callers only afterwards.

use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::account::{Account, Balances, Charge, Closing, Event, Item, Plan, Record, Short};
use crate::amount::Amount;
use crate::faults::MAX_LAG_MS;
use crate::journal::Journal;
use crate::options::SandboxError;

/// Why a charge was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChargeError {
    /// Too few credits.
    #[error(transparent)]
    Short(#[from] Short),
    /// The journal could not be written; nothing was charged.
    #[error("the account's journal cannot be written: {0}")]
    Journal(#[from] io::Error),
}

/// The account, shared by all calls.
#[derive(Debug)]
pub(crate) struct Ledger {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    account: Account,
    journal: Option<Journal>,
    /// How far `/account` lags behind.
    lag: SignedDuration,
    /// Balances with the moment each began to hold, oldest first; reaches back as far as the lag and a rule's on top.
    past: VecDeque<(Timestamp, Balances)>,
}

impl Ledger {
    /// Opens the account in `dir` (in memory without one). A new one begins with `plan` and `balances`.
    pub(crate) fn open(
        dir: Option<&Path>,
        plan: Plan,
        balances: Balances,
        lag: SignedDuration,
    ) -> Result<Self, SandboxError> {
        let (journal, records) = match dir {
            Some(dir) => {
                let (journal, records) = Journal::open(dir)?;
                (Some(journal), records)
            }
            None => (None, Vec::new()),
        };
        let mut account = Account::new(Timestamp::now());
        records.iter().for_each(|record| account.apply(record));
        let mut inner = Inner { account, journal, lag, past: VecDeque::new() };
        if records.is_empty() {
            inner
                .record(Event::Opened { plan, balances })
                .map_err(|source| SandboxError::State { path: dir.map(Path::to_owned).unwrap_or_default(), source })?;
        }
        inner.past = VecDeque::from([(Timestamp::MIN, inner.account.balances)]);
        Ok(Self { inner: Mutex::new(inner) })
    }

    /// The account's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.lock().now()
    }

    /// The account as it is, after any month that has begun meanwhile.
    pub(crate) fn account(&self) -> io::Result<Account> {
        let mut inner = self.lock();
        inner.renew_if_due()?;
        Ok(inner.account.clone())
    }

    /// The balance as `/account` shows it: as it was one lag ago, or `later` than that.
    pub(crate) fn shown(&self, later: SignedDuration) -> io::Result<Balances> {
        let mut inner = self.lock();
        inner.renew_if_due()?;
        let then = inner.before(inner.lag.saturating_add(later));
        let held = inner.past.iter().rev().find(|(since, _)| *since <= then).or(inner.past.front());
        Ok(held.map_or(inner.account.balances, |(_, balances)| *balances))
    }

    /// How far `/account` lags behind.
    pub(crate) fn lag(&self) -> SignedDuration {
        self.lock().lag
    }

    /// Credits charged since the account was opened.
    pub(crate) fn charged(&self) -> Amount {
        self.lock().account.charged
    }

    /// How the service answers, where it has ended.
    pub(crate) fn closed(&self) -> Option<Closing> {
        self.lock().account.closed
    }

    /// Whether `item` could be paid now, without paying it.
    pub(crate) fn can_pay(&self, item: Item, price: Option<Amount>) -> Result<(), ChargeError> {
        let mut inner = self.lock();
        inner.renew_if_due()?;
        inner.account.draw(item, price, "")?;
        Ok(())
    }

    /// Charges `item`. When this returns the charge is on disk.
    pub(crate) fn charge(&self, item: Item, price: Option<Amount>, request_id: &str) -> Result<Charge, ChargeError> {
        let mut inner = self.lock();
        inner.renew_if_due()?;
        let charge = inner.account.draw(item, price, request_id)?;
        inner.record(Event::Charged(charge.clone()))?;
        Ok(charge)
    }

    /// Lets `change` say what happens next, given the account and its time, and records all of it.
    pub(crate) fn change(&self, change: impl FnOnce(&Account, Timestamp) -> Vec<Event>) -> io::Result<()> {
        let mut inner = self.lock();
        inner.renew_if_due()?;
        let now = inner.now();
        for event in change(&inner.account, now) {
            inner.record(event)?;
        }
        inner.renew_if_due()
    }

    /// A panic elsewhere leaves the account as its last whole record left it.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// The computer's time and what the control call added to it; never before the last record.
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.account.ahead_s);
        Timestamp::now().saturating_add(ahead).unwrap_or(Timestamp::MAX).max(self.account.last_at)
    }

    fn record(&mut self, event: Event) -> io::Result<()> {
        let record = Record { at: self.now(), event };
        if let Some(journal) = &mut self.journal {
            journal.append(&record)?;
        }
        self.account.apply(&record);
        self.past.push_back((record.at, self.account.balances));
        self.forget();
        Ok(())
    }

    fn renew_if_due(&mut self) -> io::Result<()> {
        while self.now() >= self.account.cycle.renews_at() {
            self.record(Event::Renewed { cycle: self.account.cycle.next() })?;
        }
        Ok(())
    }

    /// So long ago.
    fn before(&self, ago: SignedDuration) -> Timestamp {
        self.now().saturating_sub(ago).unwrap_or(Timestamp::MIN)
    }

    /// Drops what is older than any lag: the front stays the balance that held then.
    fn forget(&mut self) {
        let then = self.before(self.lag.saturating_add(SignedDuration::from_millis(MAX_LAG_MS.into())));
        while self.past.get(1).is_some_and(|(since, _)| *since <= then) {
            self.past.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot set up its account should stop")]

    use super::*;

    fn open(dir: Option<&Path>, lag: SignedDuration) -> Ledger {
        let plan = Plan { monthly: "40".parse().unwrap(), free_previews: 50 };
        let balances = Balances { subscription: plan.monthly, free_previews: 50, ..Balances::default() };
        Ledger::open(dir, plan, balances, lag).unwrap()
    }

    fn advance(ledger: &Ledger, seconds: i64) {
        ledger.change(|_, _| vec![Event::Advanced { seconds }]).unwrap();
    }

    #[test]
    fn charges_survive_a_restart_and_the_preset_counts_only_once() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = open(Some(dir.path()), SignedDuration::ZERO);
        ledger.charge(Item::Picture, None, "one").unwrap();
        let before = ledger.account().unwrap();
        drop(ledger);
        let after = open(Some(dir.path()), SignedDuration::ZERO).account().unwrap();
        assert_eq!(after, before);
        assert_eq!(after.balances.subscription.to_string(), "39");
    }

    #[test]
    fn the_shown_balance_lags_by_the_account_clock() {
        let ledger = open(None, SignedDuration::from_secs(60));
        ledger.charge(Item::Picture, None, "one").unwrap();
        let shown = |later_s| {
            let shown = ledger.shown(SignedDuration::from_secs(later_s)).unwrap();
            shown.subscription.to_string()
        };
        assert_eq!(shown(0), "40");
        advance(&ledger, 61);
        assert_eq!(shown(0), "39");
        assert_eq!(shown(600), "40", "a rule makes it later still");
    }

    #[test]
    fn months_that_pass_renew_by_themselves() {
        let ledger = open(None, SignedDuration::ZERO);
        advance(&ledger, 62 * 86_400);
        let account = ledger.account().unwrap();
        assert_eq!(account.cycle.month, 2);
        assert_eq!(account.balances.subscription.to_string(), "120");
    }
}
