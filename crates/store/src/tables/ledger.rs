//! The ledger: what happened to the money, line by line, never changed and never removed.
//!
//! Triggers refuse every UPDATE and DELETE, and unique indexes refuse a second reservation or a second charge of the
//! same request. An event lies flat in columns, so the ledger can be read with any SQLite tool.

use clearcut_credits::{AccountState, AttemptId, Balance, Credits, Entry, Event, Purpose, Source, Standing};
use jiff::Timestamp;
use rusqlite::types::FromSqlError;
use rusqlite::{Connection, Row, TransactionBehavior, named_params};

use crate::columns::{At, Micros, Word};
use crate::database::Kept;
use crate::tables::checkpoints;
use crate::{AccountId, JobId, RunId, Store, StoreError};

pub(crate) const CREATE: &str = "
CREATE TABLE ledger (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    account       TEXT NOT NULL REFERENCES accounts (id),
    at_us         INTEGER NOT NULL,
    kind          TEXT NOT NULL,
    attempt       TEXT,
    job           TEXT REFERENCES jobs (id),
    amount        INTEGER,
    purpose       TEXT,
    basis         TEXT,
    standing      TEXT,
    total         INTEGER,
    subscription  INTEGER,
    payg          INTEGER,
    enterprise    INTEGER,
    free_previews INTEGER
) STRICT;
CREATE INDEX ledger_by_account ON ledger (account, seq);
CREATE INDEX ledger_by_attempt ON ledger (attempt) WHERE attempt IS NOT NULL;
CREATE INDEX ledger_by_job ON ledger (job) WHERE job IS NOT NULL;
CREATE UNIQUE INDEX ledger_reserved_once ON ledger (attempt) WHERE kind = 'reserved';
CREATE UNIQUE INDEX ledger_charged_once ON ledger (attempt) WHERE kind IN ('settled', 'paid_lost');
CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_never_shortened BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
";

/// Since the plan is known: the service's own time, a cycle's bounds, and which pockets a charge was believed to draw from
/// when it was booked. The fold does not read the latter; the history does.
pub(crate) const ADD_CYCLES: &str = "
ALTER TABLE ledger ADD COLUMN served_at_us INTEGER;
ALTER TABLE ledger ADD COLUMN due_us INTEGER;
ALTER TABLE ledger ADD COLUMN began_at_us INTEGER;
ALTER TABLE ledger ADD COLUMN rollover INTEGER;
CREATE INDEX ledger_by_time ON ledger (account, at_us);
CREATE INDEX ledger_spent ON ledger (account, COALESCE(served_at_us, at_us))
    WHERE kind IN ('settled', 'paid_lost', 'used_elsewhere');
CREATE INDEX ledger_of_the_account ON ledger (account, at_us)
    WHERE kind IN ('used_elsewhere', 'top_up', 'renewal', 'cycle_renewed', 'wiped', 'plan_change', 'adjustment');
";

const INSERT: &str = "
INSERT INTO ledger (account, at_us, served_at_us, kind, attempt, job, amount, purpose, basis, standing,
                    total, subscription, rollover, payg, enterprise, free_previews, due_us, began_at_us)
VALUES (:account, :at_us, :served_at_us, :kind, :attempt, :job, :amount, :purpose, :basis, :standing,
        :total, :subscription, :rollover, :payg, :enterprise, :free_previews, :due_us, :began_at_us)";

/// So many lines may have to be read at the next start: a few milliseconds, a dozen without optimisation.
const LINES_TO_A_CHECKPOINT: usize = 1_000;

/// What the requests of the rows `reserved` have spent or set aside, as one sum: of each the charge, else nothing if it was released,
/// else the price.
pub(crate) const USED: &str = "
COALESCE(SUM(COALESCE(
    (SELECT charged.amount FROM ledger charged
      WHERE charged.attempt = reserved.attempt AND charged.kind IN ('settled', 'paid_lost')),
    CASE WHEN EXISTS (SELECT 1 FROM ledger released
                       WHERE released.attempt = reserved.attempt AND released.kind = 'released')
         THEN 0 ELSE reserved.amount END)), 0)";

/// An event, flat. Columns a kind does not use are NULL.
#[derive(Default)]
struct Flat {
    kind: &'static str,
    attempt: Option<AttemptId>,
    amount: Option<Credits>,
    purpose: Option<Purpose>,
    basis: Option<Source>,
    standing: Option<Standing>,
    balance: Balance,
    due: Option<Timestamp>,
    began_at: Option<Timestamp>,
}

/// What a line says beside its event.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Aside {
    /// The job it is for.
    pub(crate) job: Option<JobId>,
    /// The service's own time.
    pub(crate) served_at: Option<Timestamp>,
    /// The pockets a charge is believed to draw from.
    pub(crate) drawn: Option<DrawnBy>,
}

/// A charge by pocket, as it was believed when it was booked.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct DrawnBy {
    /// This month's subscription credits; all of the subscription's where they could not be told apart.
    pub subscription: Credits,
    /// Subscription credits carried over; `None` where they could not be told apart.
    pub rollover: Option<Credits>,
    /// Pay-as-you-go.
    pub payg: Credits,
    /// Enterprise.
    pub enterprise: Credits,
    /// The rest: nobody could tell from which pocket.
    pub untold: Credits,
}

impl DrawnBy {
    /// The whole charge.
    #[must_use]
    pub fn all(&self) -> Credits {
        let Self { subscription, rollover, payg, enterprise, untold } = *self;
        [subscription, rollover.unwrap_or_default(), payg, enterprise, untold].into_iter().sum()
    }
}

impl From<&Event> for Flat {
    fn from(event: &Event) -> Self {
        let pockets = |kind, subscription, payg| Self {
            kind,
            balance: Balance { subscription, payg, ..Balance::default() },
            ..Self::default()
        };
        match *event {
            Event::Reserved { attempt, amount, purpose } => Self {
                kind: "reserved",
                attempt: Some(attempt),
                amount: Some(amount),
                purpose: Some(purpose),
                ..Self::default()
            },
            Event::Released { attempt } => Self { kind: "released", attempt: Some(attempt), ..Self::default() },
            Event::Settled { attempt, amount, basis } => Self::charge("settled", attempt, amount, basis),
            Event::PaidLost { attempt, amount, basis } => Self::charge("paid_lost", attempt, amount, basis),
            Event::Undecided { attempt } => Self { kind: "undecided", attempt: Some(attempt), ..Self::default() },
            Event::Snapshot { balance, standing } => {
                Self { kind: "snapshot", balance, standing: Some(standing), ..Self::default() }
            }
            Event::UsedElsewhere { subscription, payg } => pockets("used_elsewhere", Some(subscription), Some(payg)),
            Event::TopUp { payg } => pockets("top_up", None, Some(payg)),
            Event::Renewal { subscription, due, began_at } => {
                Self { due: Some(due), began_at: Some(began_at), ..pockets("renewal", Some(subscription), None) }
            }
            Event::CycleStated { began_at, used, renewed } => Self {
                kind: if renewed { "cycle_renewed" } else { "cycle_stated" },
                amount: Some(used),
                began_at: Some(began_at),
                ..Self::default()
            },
            Event::Wiped { subscription } => pockets("wiped", Some(subscription), None),
            Event::PlanChange { monthly } => Self { kind: "plan_change", amount: Some(monthly), ..Self::default() },
            Event::Adjustment { subscription, payg } => pockets("adjustment", Some(subscription), Some(payg)),
        }
    }
}

impl Flat {
    fn charge(kind: &'static str, attempt: AttemptId, amount: Credits, basis: Source) -> Self {
        Self { kind, attempt: Some(attempt), amount: Some(amount), basis: Some(basis), ..Self::default() }
    }
}

/// Writes a line and returns it with its place.
pub(crate) fn append(
    connection: &Connection,
    account: AccountId,
    at: Timestamp,
    event: Event,
    aside: Aside,
) -> rusqlite::Result<Entry> {
    let Aside { job, served_at, drawn } = aside;
    let Flat { kind, attempt, amount, purpose, basis, standing, balance, due, began_at } = Flat::from(&event);
    let balance = drawn.map_or(balance, |drawn| Balance {
        subscription: Some(drawn.subscription),
        payg: Some(drawn.payg),
        enterprise: Some(drawn.enterprise),
        ..balance
    });
    let Balance { total, subscription, payg, enterprise, free_previews } = balance;
    connection.prepare_cached(INSERT)?.execute(named_params! {
        ":account": account,
        ":at_us": At(at),
        ":served_at_us": served_at.map(At),
        ":kind": kind,
        ":attempt": attempt.map(|attempt| attempt.to_string()),
        ":job": job,
        ":amount": amount.map(Micros),
        ":purpose": purpose.map(Purpose::as_str),
        ":basis": basis.map(Source::as_str),
        ":standing": standing.map(Standing::as_str),
        ":total": total.map(Micros),
        ":subscription": subscription.map(Micros),
        ":rollover": drawn.and_then(|drawn| drawn.rollover).map(Micros),
        ":payg": payg.map(Micros),
        ":enterprise": enterprise.map(Micros),
        ":free_previews": free_previews,
        ":due_us": due.map(At),
        ":began_at_us": began_at.map(At),
    })?;
    Ok(Entry { seq: connection.last_insert_rowid(), at, event, served_at })
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let credits =
        |column: &str| row.get::<_, Option<Micros>>(column).map(|micros| micros.map(|Micros(credits)| credits));
    let amount = || row.get::<_, Micros>("amount").map(|Micros(credits)| credits);
    let attempt = || row.get::<_, Word<AttemptId>>("attempt").map(|Word(attempt)| attempt);
    let basis = || row.get::<_, Word<Source>>("basis").map(|Word(basis)| basis);
    let pocket = |column: &str| row.get::<_, Micros>(column).map(|Micros(credits)| credits);
    let time = |column: &str| row.get::<_, At>(column).map(|At(time)| time);
    let kind: String = row.get("kind")?;
    let event = match kind.as_str() {
        "reserved" => {
            let Word(purpose) = row.get("purpose")?;
            Event::Reserved { attempt: attempt()?, amount: amount()?, purpose }
        }
        "released" => Event::Released { attempt: attempt()? },
        "settled" => Event::Settled { attempt: attempt()?, amount: amount()?, basis: basis()? },
        "paid_lost" => Event::PaidLost { attempt: attempt()?, amount: amount()?, basis: basis()? },
        "undecided" => Event::Undecided { attempt: attempt()? },
        "snapshot" => {
            let Word(standing) = row.get("standing")?;
            let balance = Balance {
                total: credits("total")?,
                subscription: credits("subscription")?,
                payg: credits("payg")?,
                enterprise: credits("enterprise")?,
                free_previews: row.get("free_previews")?,
            };
            Event::Snapshot { balance, standing }
        }
        "used_elsewhere" => Event::UsedElsewhere { subscription: pocket("subscription")?, payg: pocket("payg")? },
        "top_up" => Event::TopUp { payg: pocket("payg")? },
        "renewal" => {
            // Version 1 knew no bounds: such a line began the cycle when it was written.
            let or_written =
                |column: &str| row.get::<_, Option<At>>(column)?.map_or_else(|| time("at_us"), |At(at)| Ok(at));
            let (due, began_at) = (or_written("due_us")?, or_written("began_at_us")?);
            Event::Renewal { subscription: pocket("subscription")?, due, began_at }
        }
        "cycle_stated" | "cycle_renewed" => {
            Event::CycleStated { began_at: time("began_at_us")?, used: amount()?, renewed: kind == "cycle_renewed" }
        }
        "wiped" => Event::Wiped { subscription: pocket("subscription")? },
        "plan_change" => Event::PlanChange { monthly: amount()? },
        "adjustment" => Event::Adjustment { subscription: pocket("subscription")?, payg: pocket("payg")? },
        unknown => return Err(FromSqlError::other(UnknownKind(unknown.to_owned())).into()),
    };
    let served_at = row.get::<_, Option<At>>("served_at_us")?.map(|At(time)| time);
    Ok(Entry { seq: row.get("seq")?, at: time("at_us")?, event, served_at })
}

/// A line this program cannot read; the guard against newer databases keeps this from happening.
#[derive(Debug, thiserror::Error)]
#[error("the ledger has a line of unknown kind “{0}”")]
struct UnknownKind(String);

/// The account's lines after `seq`, oldest first.
pub(crate) fn after(connection: &Connection, account: AccountId, seq: i64) -> rusqlite::Result<Vec<Entry>> {
    connection
        .prepare_cached("SELECT * FROM ledger WHERE account = ?1 AND seq > ?2 ORDER BY seq")?
        .query_map((account, seq), read)?
        .collect()
}

/// Applies the account's lines that `state` has not seen; says how many.
fn each_after(connection: &Connection, account: AccountId, state: &mut AccountState) -> rusqlite::Result<usize> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM ledger WHERE account = ?1 AND seq > ?2 ORDER BY seq")?;
    let mut rows = statement.query((account, state.last_seq()))?;
    let mut applied = 0;
    while let Some(row) = rows.next()? {
        state.apply(&read(row)?);
        applied += 1;
    }
    Ok(applied)
}

fn keep_checkpoint(connection: &mut Connection, account: AccountId, state: &AccountState) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    checkpoints::keep(&transaction, account, state)?;
    Ok(transaction.commit()?)
}

/// What the run's requests were charged or have reserved.
pub(crate) fn used_by_run(connection: &Connection, run: RunId) -> rusqlite::Result<Credits> {
    let sql = format!(
        "SELECT {USED} FROM ledger reserved JOIN jobs ON jobs.id = reserved.job
          WHERE reserved.kind = 'reserved' AND jobs.run = ?1"
    );
    connection.prepare_cached(&sql)?.query_row([run], |row| row.get(0)).map(|Micros(used)| used)
}

/// A look at the balance, as the ledger keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SnapshotRow {
    /// Its place in the ledger.
    pub seq: i64,
    /// When the service was asked.
    pub at: Timestamp,
    /// What it answered.
    pub balance: Balance,
    /// How much that proved.
    pub standing: Standing,
}

impl Store {
    /// Adds a line to the account's ledger.
    ///
    /// # Errors
    /// When the account does not exist or the database fails.
    pub fn append(&self, account: AccountId, event: Event) -> Result<Entry, StoreError> {
        let now = self.now();
        self.write(|transaction| append(transaction, account, now, event, Aside::default()).map_err(StoreError::from))
    }

    /// The account's ledger, oldest line first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn entries(&self, account: AccountId) -> Result<Vec<Entry>, StoreError> {
        Ok(after(&self.connection(), account, 0)?)
    }

    /// What the ledger adds up to now, lines of other processes included. A long ledger is read from its last checkpoint on,
    /// and gets a new one now and then.
    ///
    /// # Errors
    /// When the database fails.
    pub fn state(&self, account: AccountId) -> Result<AccountState, StoreError> {
        let mut connection = self.connection();
        let mut kept = self.kept(&connection, account)?;
        if kept.since_checkpoint >= LINES_TO_A_CHECKPOINT {
            // A convenience: a full drive must not hide the balance.
            if let Err(error) = keep_checkpoint(&mut connection, account, &kept.state) {
                tracing::warn!(%error, "no checkpoint of the ledger");
            }
            kept.since_checkpoint = 0;
        }
        let state = kept.state.clone();
        let mut folds = self.folds();
        if folds.get(&account).is_none_or(|earlier| earlier.state.last_seq() <= state.last_seq()) {
            folds.insert(account, kept);
        }
        Ok(state)
    }

    /// The fold as `connection` sees it. Inside a transaction it may hold lines that are rolled back later, so it is not
    /// remembered here.
    pub(crate) fn fold(&self, connection: &Connection, account: AccountId) -> rusqlite::Result<AccountState> {
        Ok(self.kept(connection, account)?.state)
    }

    /// The fold, continued from what is remembered, or from the checkpoint.
    fn kept(&self, connection: &Connection, account: AccountId) -> rusqlite::Result<Kept> {
        let remembered = self.folds().get(&account).cloned();
        let mut kept = match remembered {
            Some(kept) => kept,
            None => Kept { state: checkpoints::load(connection, account)?.unwrap_or_default(), since_checkpoint: 0 },
        };
        kept.since_checkpoint += each_after(connection, account, &mut kept.state)?;
        Ok(kept)
    }

    /// The last looks at the balance, newest first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn snapshots(&self, account: AccountId, limit: u32) -> Result<Vec<SnapshotRow>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "SELECT * FROM ledger WHERE account = ?1 AND kind = 'snapshot' ORDER BY seq DESC LIMIT ?2",
        )?;
        let entries = statement.query_map((account, limit), read)?;
        let snapshot = |entry: rusqlite::Result<Entry>| match entry {
            Ok(Entry { seq, at, event: Event::Snapshot { balance, standing }, .. }) => {
                Some(Ok(SnapshotRow { seq, at, balance, standing }))
            }
            Ok(_) => None,
            Err(error) => Some(Err(error.into())),
        };
        entries.filter_map(snapshot).collect()
    }
}
