//! An installation without a database, for tests: it books line by line what the store would, and remembers what it told.

use std::collections::BTreeSet;

use clearcut_credits::{
    AccountState, AttemptId, Balance, Credits, Entry, Event, Level, NoticeKey, NoticeRules, Plan, Purpose, RenewalDay,
    Resolution, Source, Standing, explain, raise, reached,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::credits;

/// An instant, from its text.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant in a test")
}

/// A plan that renews on `day`, UTC.
pub(crate) fn plan(monthly: &str, day: u8, rollover_months: impl Into<Option<u32>>) -> Plan {
    Plan::new(credits(monthly), RenewalDay::new(day, TimeZone::UTC).unwrap(), rollover_months.into()).unwrap()
}

/// One installation of an account.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) state: AccountState,
    pub(crate) plan: Option<Plan>,
    pub(crate) rules: NoticeRules,
    pub(crate) now: Timestamp,
    pub(crate) lines: Vec<Entry>,
    told: BTreeSet<NoticeKey>,
    /// What was told since it was last asked.
    heard: Vec<Level>,
    requests: u128,
}

impl Desk {
    pub(crate) fn new(now: &str, plan: impl Into<Option<Plan>>) -> Self {
        Self {
            state: AccountState::default(),
            plan: plan.into(),
            rules: NoticeRules::default(),
            now: at(now),
            lines: Vec::new(),
            told: BTreeSet::new(),
            heard: Vec::new(),
            requests: 0,
        }
    }

    /// A desk that has looked once.
    pub(crate) fn opened(now: &str, plan: impl Into<Option<Plan>>, seen: Balance) -> Self {
        let mut desk = Self::new(now, plan);
        desk.look(seen);
        desk
    }

    pub(crate) fn plan(&self) -> Option<&Plan> {
        self.plan.as_ref()
    }

    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }

    pub(crate) fn go_to(&mut self, text: &str) {
        self.now = at(text);
    }

    pub(crate) fn book(&mut self, event: Event) {
        self.book_served(event, None);
    }

    /// Writes a line, and tells what it reaches.
    pub(crate) fn book_served(&mut self, event: Event, served_at: Option<Timestamp>) {
        let entry = Entry { seq: self.state.last_seq() + 1, at: self.now, event, served_at };
        self.state.apply(&entry);
        self.lines.push(entry);
        let keys = reached(&self.state, self.plan.as_ref(), &self.rules);
        let raised = raise(&keys, |key| self.told.contains(key));
        self.told.extend(raised.silence);
        if let Some(key) = raised.tell {
            assert!(self.told.insert(key), "{key:?} was told before");
            self.heard.push(key.level);
        }
    }

    /// Levels told since the last call.
    pub(crate) fn heard(&mut self) -> Vec<Level> {
        std::mem::take(&mut self.heard)
    }

    pub(crate) fn was_told(&self, key: &NoticeKey) -> bool {
        self.told.contains(key)
    }

    /// The service says `seen`: written down as the store does it, with what it resolves and what explains it.
    pub(crate) fn look(&mut self, seen: Balance) -> Vec<Event> {
        let before = self.lines.len();
        let standing = self.state.standing_of(seen);
        let lost = match self.state.resolution_of(seen) {
            Some(Resolution::AllReleased) => Some(false),
            Some(Resolution::AllPaidLost) => Some(true),
            Some(Resolution::Booked { .. }) | None => None,
        };
        if let Some(lost) = lost {
            let open: Vec<_> = self.state.open_questions().collect();
            for (attempt, reservation) in open {
                let amount = reservation.amount;
                self.book(match lost {
                    true => Event::PaidLost { attempt, amount, basis: Source::Inferred },
                    false => Event::Released { attempt },
                });
            }
        }
        if standing == Standing::Conclusive {
            for event in explain(&self.state, self.plan.as_ref(), seen, self.now) {
                self.book(event);
            }
        }
        let found = self.lines[before..].iter().map(|entry| entry.event).collect();
        self.book(Event::Snapshot { balance: seen, standing });
        found
    }

    /// A quiet minute, then two looks that say the same; what the second one brought to light.
    pub(crate) fn settle_down(&mut self, seen: Balance) -> Vec<Event> {
        self.wait(60);
        let mut found = self.look(seen);
        self.wait(1);
        found.extend(self.look(seen));
        found
    }

    pub(crate) fn reserve(&mut self, amount: &str, purpose: Purpose) -> AttemptId {
        self.requests += 1;
        let attempt = AttemptId(self.requests);
        self.book(Event::Reserved { attempt, amount: credits(amount), purpose });
        attempt
    }

    pub(crate) fn settle(&mut self, attempt: AttemptId, charged: &str) {
        let served_at = Some(self.now);
        let event = Event::Settled { attempt, amount: credits(charged), basis: Source::Measured };
        self.book_served(event, served_at);
    }

    /// A picture for one credit, a second of work.
    pub(crate) fn download(&mut self) {
        let attempt = self.reserve("1", Purpose::Download);
        self.wait(1);
        self.settle(attempt, "1");
    }

    pub(crate) fn downloads(&mut self, count: usize) {
        (0..count).for_each(|_| self.download());
    }

    /// Subscription and PAYG, as believed.
    pub(crate) fn holds(&self) -> (Credits, Credits) {
        let pockets = self.state.pockets();
        (pockets.subscription.unwrap(), pockets.payg.unwrap())
    }

    /// This month's credits left, and those carried over.
    pub(crate) fn split(&self) -> (Option<Credits>, Option<Credits>) {
        let split = self.state.split(self.plan.as_ref());
        (split.month_left, split.rollover)
    }

    pub(crate) fn used(&self) -> Option<Credits> {
        self.state.split(self.plan.as_ref()).used
    }
}
