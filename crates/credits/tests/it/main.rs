//! The money's tests: tables for what is written down, laws for what must always hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod accounts;
mod advice;
mod amount;
mod backtest;
mod calendar;
mod choice;
mod cycle;
mod desk;
mod desks;
mod explain;
mod fold;
mod forecast;
mod laws;
mod limit;
mod notices;
mod outcome;
mod plan;
mod purity;
mod quote;
mod scenarios;
mod service;
mod split;
mod standing;
mod words;

use clearcut_credits::{AttemptId, Balance, Credits, Entry, Event, Purpose, Source, Standing};
use jiff::{SignedDuration, Timestamp};

/// An amount, from its decimal.
fn credits(text: &str) -> Credits {
    text.parse().expect("a decimal in a test")
}

/// A point in time `seconds` after the tests' beginning of the world.
fn second(seconds: i64) -> Timestamp {
    "2026-11-22T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

/// A balance the way the service gives it, its total the sum of its pockets.
fn balance(subscription: &str, payg: &str, free_previews: u32) -> Balance {
    Balance {
        total: Some(credits(subscription).saturating_add(credits(payg))),
        subscription: Some(credits(subscription)),
        payg: Some(credits(payg)),
        enterprise: Some(Credits::ZERO),
        free_previews: Some(free_previews),
    }
}

/// Ledger lines, one a second.
fn ledger(events: impl IntoIterator<Item = Event>) -> Vec<Entry> {
    (1..).zip(events).map(|(seq, event)| Entry::new(seq, second(seq), event)).collect()
}

fn conclusive(balance: Balance) -> Event {
    Event::Snapshot { balance, standing: Standing::Conclusive }
}

fn reserved(attempt: u128, amount: &str) -> Event {
    Event::Reserved { attempt: AttemptId(attempt), amount: credits(amount), purpose: Purpose::Download }
}

fn settled(attempt: u128, amount: &str) -> Event {
    Event::Settled { attempt: AttemptId(attempt), amount: credits(amount), basis: Source::Measured }
}

fn released(attempt: u128) -> Event {
    Event::Released { attempt: AttemptId(attempt) }
}

fn undecided(attempt: u128) -> Event {
    Event::Undecided { attempt: AttemptId(attempt) }
}
