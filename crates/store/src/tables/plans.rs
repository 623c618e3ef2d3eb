//! Plans: what the user stated about an account's subscription, statement by statement; the newest one holds.
//!
//! Never measured and never changed: a corrected plan is a new row, so the history can be read with the plan of its day.

use clearcut_credits::{Credits, PaygLot, Plan, RenewalDay, Source};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::types::FromSqlError;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::{Deserialize, Serialize};

use crate::columns::{At, Micros, Word};
use crate::{AccountId, Store, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE plans (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    account         TEXT NOT NULL REFERENCES accounts (id),
    at_us           INTEGER NOT NULL,
    monthly         INTEGER,
    renewal_day     INTEGER,
    zone            TEXT,
    rollover_months INTEGER,
    name            TEXT,
    price           TEXT,
    currency        TEXT,
    payg_lots       TEXT NOT NULL,
    basis           TEXT NOT NULL
) STRICT;
CREATE INDEX plans_by_account ON plans (account, id);
";

/// What the user stated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanRow {
    /// Month, day and rollover.
    pub plan: Plan,
    /// The zone of the renewal day, by its IANA name.
    pub zone: String,
    /// The catalogue's name for it.
    pub name: Option<String>,
    /// The price of a month, as decimal text.
    pub price: Option<String>,
    /// Its currency.
    pub currency: Option<String>,
    /// Pay-as-you-go credits with the moments they lapse.
    pub lots: Vec<PaygLot>,
    /// Entered, or inferred from a renewal and confirmed.
    pub source: Source,
}

#[derive(Serialize, Deserialize)]
struct StoredLot {
    micros: i64,
    lapses: Option<Timestamp>,
}

/// A stated plan that this version cannot read.
#[derive(Debug, thiserror::Error)]
#[error("a plan in the database makes no sense: {0}")]
struct BadPlan(#[source] Box<dyn std::error::Error + Send + Sync>);

fn bad(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> rusqlite::Error {
    FromSqlError::other(BadPlan(reason.into())).into()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Option<PlanRow>> {
    let Some(Micros(monthly)) = row.get::<_, Option<Micros>>("monthly")? else { return Ok(None) };
    let zone: String = row.get("zone")?;
    let time_zone = TimeZone::get(&zone).map_err(bad)?;
    let renewal = RenewalDay::new(row.get("renewal_day")?, time_zone).map_err(bad)?;
    let lots: Vec<StoredLot> = serde_json::from_str(&row.get::<_, String>("payg_lots")?).map_err(bad)?;
    Ok(Some(PlanRow {
        plan: Plan::new(monthly, renewal, row.get("rollover_months")?).map_err(bad)?,
        zone,
        name: row.get("name")?,
        price: row.get("price")?,
        currency: row.get("currency")?,
        lots: lots
            .into_iter()
            .map(|lot| PaygLot { amount: Credits::from_micros(lot.micros), lapses: lot.lapses })
            .collect(),
        source: row.get::<_, Word<Source>>("basis")?.0,
    }))
}

/// The plan that holds now.
pub(crate) fn current(connection: &Connection, account: AccountId) -> rusqlite::Result<Option<PlanRow>> {
    connection
        .prepare_cached("SELECT * FROM plans WHERE account = ?1 ORDER BY id DESC LIMIT 1")?
        .query_row([account], read)
        .optional()
        .map(Option::flatten)
}

/// States a plan, or (`None`) that there is none any more.
pub(crate) fn state(
    connection: &Connection,
    account: AccountId,
    at: Timestamp,
    plan: Option<&PlanRow>,
) -> Result<(), StoreError> {
    let lots = plan.map_or(&[][..], |plan| &plan.lots);
    let lots: Vec<StoredLot> =
        lots.iter().map(|lot| StoredLot { micros: lot.amount.micros(), lapses: lot.lapses }).collect();
    let lots = serde_json::to_string(&lots).map_err(|error| StoreError::from(bad(error)))?;
    connection
        .prepare_cached(
            "INSERT INTO plans (account, at_us, monthly, renewal_day, zone, rollover_months, name, price, currency,
                                payg_lots, basis)
             VALUES (:account, :at_us, :monthly, :renewal_day, :zone, :rollover_months, :name, :price, :currency,
                     :payg_lots, :basis)",
        )?
        .execute(named_params! {
            ":account": account,
            ":at_us": At(at),
            ":monthly": plan.map(|plan| Micros(plan.plan.monthly)),
            ":renewal_day": plan.map(|plan| plan.plan.renewal.day()),
            ":zone": plan.map(|plan| &plan.zone),
            ":rollover_months": plan.and_then(|plan| plan.plan.rollover_months),
            ":name": plan.and_then(|plan| plan.name.as_ref()),
            ":price": plan.and_then(|plan| plan.price.as_ref()),
            ":currency": plan.and_then(|plan| plan.currency.as_ref()),
            ":payg_lots": lots,
            ":basis": plan.map_or(Source::Unknown, |plan| plan.source).as_str(),
        })?;
    Ok(())
}

impl Store {
    /// The plan the user stated last; `None` where there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub fn plan(&self, account: AccountId) -> Result<Option<PlanRow>, StoreError> {
        Ok(current(&self.connection(), account)?)
    }
}
