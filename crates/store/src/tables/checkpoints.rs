//! Checkpoints of the ledger's fold: a long ledger is read from the last one on, not from its first line.
//!
//! A checkpoint is a copy, never the truth: it is thrown away whenever the fold has changed its rules, and made anew from
//! the ledger. The mirror types keep serialisation out of the room of the money.

use std::collections::BTreeMap;

use clearcut_credits::{
    AccountState, AttemptId, Balance, Books, Credits, CycleUse, Drawn, FOLD_VERSION, Look, Pockets, Purpose,
    Reservation, Rise, Source, Sources, Spent,
};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::{AccountId, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE checkpoints (
    account TEXT PRIMARY KEY REFERENCES accounts (id),
    version INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    books   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The state at the account's checkpoint; `None` where there is none, or only one of other rules.
pub(crate) fn load(connection: &Connection, account: AccountId) -> rusqlite::Result<Option<AccountState>> {
    let text: Option<String> = connection
        .prepare_cached("SELECT books FROM checkpoints WHERE account = ?1 AND version = ?2")?
        .query_row(params![account, FOLD_VERSION], |row| row.get(0))
        .optional()?;
    // One that cannot be read is as good as none: the ledger itself is there.
    Ok(text.and_then(|text| serde_json::from_str::<StoredBooks>(&text).ok()?.restore()).map(AccountState::from_books))
}

/// Keeps the state, unless a later one is kept already.
pub(crate) fn keep(connection: &Connection, account: AccountId, state: &AccountState) -> Result<(), StoreError> {
    let books = serde_json::to_string(&StoredBooks::of(state.books()))
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    connection
        .prepare_cached(
            "INSERT INTO checkpoints (account, version, seq, books) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (account) DO UPDATE SET version = ?2, seq = ?3, books = ?4
              WHERE checkpoints.version <> ?2 OR checkpoints.seq < ?3",
        )?
        .execute(params![account, FOLD_VERSION, state.last_seq(), books])?;
    Ok(())
}

/// Amounts in millionths.
type Micros = i64;
/// Subscription, PAYG, enterprise, total; free previews.
type StoredPockets = ([Option<Micros>; 4], Option<u32>);

#[derive(Serialize, Deserialize)]
struct StoredBooks {
    pockets: StoredPockets,
    /// Of the free previews, subscription, PAYG, enterprise, total.
    sources: [String; 5],
    watched_since: Option<Timestamp>,
    based_at: Option<Timestamp>,
    last_look: Option<(Timestamp, StoredPockets, bool)>,
    last_spend: Option<Timestamp>,
    reservations: Vec<StoredReservation>,
    reserved_at: Option<Timestamp>,
    settled: Micros,
    monthly: Option<Micros>,
    subscribed: bool,
    cycle: StoredCycle,
    last_seq: i64,
}

#[derive(Serialize, Deserialize)]
struct StoredReservation {
    attempt: String,
    amount: Micros,
    purpose: String,
    undecided: bool,
    in_base: bool,
    seen_by_first_look: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredCycle {
    began_at: Option<Timestamp>,
    closed: Option<Timestamp>,
    used: Option<Micros>,
    used_source: String,
    payg: Micros,
    wiped: Micros,
    armed: i64,
    zero_armed: i64,
    /// Line, time; from, to, spent since.
    rise: Option<(i64, Timestamp, [Micros; 3])>,
    /// Subscription, PAYG, enterprise, untold, uncovered.
    recent: Vec<(Timestamp, [Micros; 5])>,
}

impl StoredBooks {
    fn of(books: &Books) -> Self {
        let Books { pockets, sources, watched_since, based_at, last_look, last_spend, reservations, .. } = books;
        let Books { reserved_at, settled, monthly, subscribed, cycle, last_seq, .. } = books;
        let Sources { free_previews, subscription, payg, enterprise, total } = sources;
        Self {
            pockets: store_pockets(*pockets),
            sources: [free_previews, subscription, payg, enterprise, total].map(|source| source.as_str().to_owned()),
            watched_since: *watched_since,
            based_at: *based_at,
            last_look: last_look.map(|Look { at, balance, quiet }| (at, store_pockets(balance.into()), quiet)),
            last_spend: *last_spend,
            reservations: reservations.iter().map(|(attempt, held)| StoredReservation::of(*attempt, *held)).collect(),
            reserved_at: *reserved_at,
            settled: settled.micros(),
            monthly: monthly.map(Credits::micros),
            subscribed: *subscribed,
            cycle: StoredCycle::of(cycle),
            last_seq: *last_seq,
        }
    }

    /// `None` where a word is not known.
    fn restore(self) -> Option<Books> {
        let [free_previews, subscription, payg, enterprise, total] =
            self.sources.map(|word| word.parse::<Source>().ok());
        Some(Books {
            pockets: restore_pockets(self.pockets),
            sources: Sources {
                free_previews: free_previews?,
                subscription: subscription?,
                payg: payg?,
                enterprise: enterprise?,
                total: total?,
            },
            watched_since: self.watched_since,
            based_at: self.based_at,
            last_look: self.last_look.map(|(at, pockets, quiet)| Look {
                at,
                balance: Balance::from(restore_pockets(pockets)),
                quiet,
            }),
            last_spend: self.last_spend,
            reservations: self
                .reservations
                .into_iter()
                .map(StoredReservation::restore)
                .collect::<Option<BTreeMap<_, _>>>()?,
            reserved_at: self.reserved_at,
            settled: Credits::from_micros(self.settled),
            monthly: self.monthly.map(Credits::from_micros),
            subscribed: self.subscribed,
            cycle: self.cycle.restore()?,
            last_seq: self.last_seq,
        })
    }
}

impl StoredReservation {
    fn of(attempt: AttemptId, reservation: Reservation) -> Self {
        let Reservation { amount, purpose, undecided, in_base, seen_by_first_look } = reservation;
        let (attempt, purpose) = (attempt.to_string(), purpose.as_str().to_owned());
        Self { attempt, amount: amount.micros(), purpose, undecided, in_base, seen_by_first_look }
    }

    fn restore(self) -> Option<(AttemptId, Reservation)> {
        let Self { attempt, amount, purpose, undecided, in_base, seen_by_first_look } = self;
        let purpose: Purpose = purpose.parse().ok()?;
        let amount = Credits::from_micros(amount);
        let reservation = Reservation { amount, purpose, undecided, in_base, seen_by_first_look };
        Some((attempt.parse().ok()?, reservation))
    }
}

impl StoredCycle {
    fn of(cycle: &CycleUse) -> Self {
        let CycleUse { began_at, closed, used, used_source, payg, wiped, armed, zero_armed, rise, recent } = cycle;
        Self {
            began_at: *began_at,
            closed: *closed,
            used: used.map(Credits::micros),
            used_source: used_source.as_str().to_owned(),
            payg: payg.micros(),
            wiped: wiped.micros(),
            armed: *armed,
            zero_armed: *zero_armed,
            rise: rise
                .map(|Rise { seq, at, from, to, spent_since }| (seq, at, [from, to, spent_since].map(Credits::micros))),
            recent: recent
                .iter()
                .map(|Spent { at, drawn }| {
                    let Drawn { subscription, payg, enterprise, untold, uncovered } = *drawn;
                    (*at, [subscription, payg, enterprise, untold, uncovered].map(Credits::micros))
                })
                .collect(),
        }
    }

    fn restore(self) -> Option<CycleUse> {
        let Self { began_at, closed, used, used_source, payg, wiped, armed, zero_armed, rise, recent } = self;
        Some(CycleUse {
            began_at,
            closed,
            used: used.map(Credits::from_micros),
            used_source: used_source.parse().ok()?,
            payg: Credits::from_micros(payg),
            wiped: Credits::from_micros(wiped),
            armed,
            zero_armed,
            rise: rise.map(|(seq, at, amounts)| {
                let [from, to, spent_since] = amounts.map(Credits::from_micros);
                Rise { seq, at, from, to, spent_since }
            }),
            recent: recent
                .into_iter()
                .map(|(at, amounts)| {
                    let [subscription, payg, enterprise, untold, uncovered] = amounts.map(Credits::from_micros);
                    Spent { at, drawn: Drawn { subscription, payg, enterprise, untold, uncovered } }
                })
                .collect(),
        })
    }
}

fn store_pockets(pockets: Pockets) -> StoredPockets {
    let Pockets { free_previews, subscription, payg, enterprise, total } = pockets;
    ([subscription, payg, enterprise, total].map(|pocket| pocket.map(Credits::micros)), free_previews)
}

fn restore_pockets((pockets, free_previews): StoredPockets) -> Pockets {
    let [subscription, payg, enterprise, total] = pockets.map(|pocket| pocket.map(Credits::from_micros));
    Pockets { free_previews, subscription, payg, enterprise, total }
}
