//! Measures how long a ledger of a million lines takes to open: database, state and gauge, from the checkpoint and from the
//! first line. Prints what it measured and asserts nothing but that both say the same.
//!
//! `cargo run -p clearcut-store --example open_ledger [LINES]`
#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

use std::error::Error;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use clearcut_credits::{AccountState, AttemptId, Credits, Gauge, Plan, RenewalDay, Source};
use clearcut_store::{AccountId, AccountRow, Period, PlanRow, Store};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Statement, params};

/// Lines, where none are asked for.
const A_MILLION: i64 = 1_000_000;
/// How often each way is measured.
const ROUNDS: usize = 9;
/// Pictures behind the last checkpoint, two lines each: as many as there may be without another.
const PICTURES_BEHIND: i64 = 490;
/// A picture every two minutes: a million lines are about two years.
const MICROS_A_PICTURE: i64 = 120_000_000;
/// The first of December 2024.
const START_MICROS: i64 = 1_733_011_200_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let lines = std::env::args().nth(1).map_or(Ok(A_MILLION), |text| text.parse())?;
    let dir = tempfile::TempDir::new()?;
    let account = AccountId::PRACTICE;
    let written = Instant::now();
    write_account(dir.path(), account)?;
    let pictures = lines * 100 / 201;
    write_pictures(dir.path(), account, 0..pictures)?;
    println!("{lines} lines written in {} ms", written.elapsed().as_millis());

    let first = measure(1, || open(dir.path(), account))?;
    println!("opened for the first time, and a checkpoint made: {} ms", first.took.as_millis());
    let from_checkpoint = measure(ROUNDS, || open(dir.path(), account))?;
    println!("opened from the checkpoint: {:.1} ms (median of {ROUNDS})", millis(from_checkpoint.took));
    write_pictures(dir.path(), account, pictures..pictures + PICTURES_BEHIND)?;
    let with_lines_behind = measure(ROUNDS, || open(dir.path(), account))?;
    println!("and {} lines behind it: {:.1} ms", PICTURES_BEHIND * 2, millis(with_lines_behind.took));
    let now = Timestamp::from_microsecond(START_MICROS + pictures * MICROS_A_PICTURE)?;
    let month = Period { from: Some(now - SignedDuration::from_hours(24 * 30)), until: None };
    let store = Store::open(dir.path())?;
    let rows = store.history(account, month)?.len();
    let history = measure(ROUNDS, || Ok(store.history(account, month).map(|_| Gauge::default())?))?;
    println!("the history of its last month, {rows} lines: {:.0} ms", millis(history.took));
    let spent = measure(ROUNDS, || Ok(store.spent(account, month).map(|_| Gauge::default())?))?;
    println!("what was spent in it: {:.0} ms", millis(spent.took));
    let from_the_first_line = measure(3, || {
        let store = Store::open(dir.path())?;
        let state = AccountState::of(&store.entries(account)?);
        Ok(gauge(&state, store.plan(account)?.as_ref()))
    })?;
    println!("read and folded from the first line: {:.0} ms (median of 3)", millis(from_the_first_line.took));
    if with_lines_behind.gauge != from_the_first_line.gauge {
        return Err("the two ways differ".into());
    }
    Ok(())
}

struct Measured {
    took: Duration,
    gauge: Gauge,
}

fn measure(rounds: usize, work: impl Fn() -> Result<Gauge, Box<dyn Error>>) -> Result<Measured, Box<dyn Error>> {
    let mut took = Vec::with_capacity(rounds);
    let mut gauge = Gauge::default();
    for _ in 0..rounds {
        let start = Instant::now();
        gauge = work()?;
        took.push(start.elapsed());
    }
    took.sort();
    Ok(Measured { took: took[rounds / 2], gauge })
}

fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

/// What a start does before the gauge can be drawn.
fn open(dir: &Path, account: AccountId) -> Result<Gauge, Box<dyn Error>> {
    let store = Store::open(dir)?;
    let state = store.state(account)?;
    Ok(gauge(&state, store.plan(account)?.as_ref()))
}

fn gauge(state: &AccountState, plan: Option<&PlanRow>) -> Gauge {
    state.gauge(plan.map(|row| &row.plan))
}

/// An account with a plan.
fn write_account(dir: &Path, account: AccountId) -> Result<(), Box<dyn Error>> {
    let store = Store::open(dir)?;
    store.account_put(&AccountRow {
        id: account,
        label: "Practice account".to_owned(),
        profile: "practice".to_owned(),
        prefix: "http://127.0.0.1:8799/v1.0".to_owned(),
        key_tag: None,
        created_at: Timestamp::UNIX_EPOCH,
    })?;
    let plan = PlanRow {
        plan: Plan::new(Credits::whole(40), RenewalDay::new(15, TimeZone::UTC)?, Some(5))?,
        zone: "UTC".to_owned(),
        name: None,
        price: None,
        currency: None,
        lots: Vec::new(),
        source: Source::Entered,
    };
    store.state_plan(account, Some(&plan), &[])?;
    Ok(())
}

/// Pictures reserved and paid, a look every hundred, in one transaction.
fn write_pictures(dir: &Path, account: AccountId, pictures: Range<i64>) -> Result<(), Box<dyn Error>> {
    let mut connection = Connection::open(dir.join("clearcut.db"))?;
    let transaction = connection.transaction()?;
    let mut lines = Lines { insert: transaction.prepare(INSERT)?, account: account.to_string() };
    for number in pictures {
        let at = START_MICROS + number * MICROS_A_PICTURE;
        if number % 100 == 0 {
            lines.look(at, Credits::whole(1_000_000 - number))?;
        }
        lines.picture(at, AttemptId(number.try_into()?))?;
    }
    drop(lines);
    transaction.commit()?;
    Ok(())
}

const INSERT: &str = "
INSERT INTO ledger (account, at_us, served_at_us, kind, attempt, amount, purpose, basis, standing, total, subscription, payg,
                    enterprise, free_previews)
VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";

/// Writes lines as the store would.
struct Lines<'a> {
    insert: Statement<'a>,
    account: String,
}

impl Lines<'_> {
    fn look(&mut self, at: i64, left: Credits) -> rusqlite::Result<()> {
        let (left, none) = (left.micros(), None::<&str>);
        self.insert.execute(params![
            self.account,
            at,
            "snapshot",
            none,
            none,
            none,
            none,
            "conclusive",
            left,
            left,
            0,
            0,
            50
        ])?;
        Ok(())
    }

    fn picture(&mut self, at: i64, attempt: AttemptId) -> rusqlite::Result<()> {
        let (attempt, price, none) = (attempt.to_string(), Credits::ONE.micros(), None::<i64>);
        self.insert.execute(params![
            self.account,
            at + 1,
            "reserved",
            attempt,
            price,
            "download",
            none,
            none,
            none,
            none,
            none,
            none,
            none
        ])?;
        self.insert.execute(params![
            self.account,
            at + 2_000_000,
            "settled",
            attempt,
            price,
            none,
            "measured",
            none,
            none,
            price,
            0,
            0,
            none
        ])?;
        Ok(())
    }
}
