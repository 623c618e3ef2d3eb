//! How far a job has come, and what each state allows.
//!
//! The words of the machine, shared by the database and everybody who shows a job. Which event leads from which state
//! to which is the state machine's matter.

use std::fmt;
use std::str::FromStr;

use clearcut_credits::ParseWordError;
use rusqlite::ToSql;
use rusqlite::types::ToSqlOutput;

/// How far a job has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum JobState {
    /// Waits in a queue: nothing begun, or given back with nothing reserved. Survives its process as it is.
    Queued,
    /// On the list; nothing reserved.
    Planned,
    /// Its price is set aside; nothing sent.
    Reserved,
    /// The request may be on its way: committed before the first byte goes out.
    Sending,
    /// The answer lies in the vault, whole; not yet booked.
    Answered,
    /// Paid and booked; the picture is not yet beside the original.
    Settled,
    /// Done: the picture is where it was planned.
    Saved,
    /// It cost nothing and gave nothing.
    Failed,
    /// Whether it was charged cannot be told; its price stays reserved.
    Unknown,
    /// Charged, and no usable picture came.
    PaidLost,
    /// Refused for lack of credits.
    OutOfCredits,
    /// Refused for its key.
    KeyRefused,
    /// The service has ended.
    ServiceEnded,
    /// Left out: a duplicate, unreadable, or by the user.
    Skipped,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 14] = [
        Self::Queued,
        Self::Planned,
        Self::Reserved,
        Self::Sending,
        Self::Answered,
        Self::Settled,
        Self::Saved,
        Self::Failed,
        Self::Unknown,
        Self::PaidLost,
        Self::OutOfCredits,
        Self::KeyRefused,
        Self::ServiceEnded,
        Self::Skipped,
    ];

    /// The word for it in the database and on the screen of a terminal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Planned => "planned",
            Self::Reserved => "reserved",
            Self::Sending => "sending",
            Self::Answered => "answered",
            Self::Settled => "settled",
            Self::Saved => "saved",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::PaidLost => "paid_lost",
            Self::OutOfCredits => "out_of_credits",
            Self::KeyRefused => "key_refused",
            Self::ServiceEnded => "service_ended",
            Self::Skipped => "skipped",
        }
    }

    /// Is there work left that a dead process would have done? What is queued waits for nobody in particular.
    #[must_use]
    pub const fn is_unfinished(self) -> bool {
        matches!(self, Self::Planned | Self::Reserved | Self::Sending | Self::Answered | Self::Settled)
    }

    /// Is there nothing more to come of it by itself? What is not at its end may count on what the vault holds.
    #[must_use]
    pub const fn is_end(self) -> bool {
        matches!(
            self,
            Self::Saved
                | Self::Failed
                | Self::PaidLost
                | Self::OutOfCredits
                | Self::KeyRefused
                | Self::ServiceEnded
                | Self::Skipped
        )
    }

    /// Is a request of it on its way, or about to be?
    #[must_use]
    pub const fn is_in_flight(self) -> bool {
        matches!(self, Self::Reserved | Self::Sending | Self::Answered)
    }

    /// May a price be reserved for it? Not while it waits for its turn, an earlier request of it is open, or its picture is paid.
    #[must_use]
    pub const fn may_reserve(self) -> bool {
        !matches!(
            self,
            Self::Queued
                | Self::Reserved
                | Self::Sending
                | Self::Answered
                | Self::Settled
                | Self::Saved
                | Self::Unknown
        )
    }

    /// May its picture be asked for again, from the queue? What is paid or under way may not; what may have been charged and
    /// what is paid and lost may, by the user's own word.
    #[must_use]
    pub const fn may_requeue(self) -> bool {
        matches!(
            self,
            Self::Planned
                | Self::Failed
                | Self::OutOfCredits
                | Self::KeyRefused
                | Self::ServiceEnded
                | Self::Skipped
                | Self::Unknown
                | Self::PaidLost
        )
    }

    /// The words of the states that `keep` keeps, quoted for SQL.
    pub(crate) fn quoted_sql(keep: impl Fn(Self) -> bool) -> String {
        let words: Vec<String> =
            Self::ALL.into_iter().filter(|state| keep(*state)).map(|state| format!("'{state}'")).collect();
        words.join(", ")
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for JobState {
    type Err = ParseWordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| ParseWordError { what: "state of a job", text: text.to_owned() })
    }
}

impl ToSql for JobState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}
