//! The names of rows: accounts, runs, jobs, and the attempts of the ledger.
//!
//! One type each, so that a job's id cannot be handed in where an account's is asked for. New ids grow with time, so
//! rows lie in the order they were made.

use std::fmt;
use std::str::FromStr;

use clearcut_credits::AttemptId;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use uuid::Uuid;

/// A text that is no id.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("“{0}” is not an id")]
pub struct IdError(pub String);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id; ids made later are larger.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a default id would be a different one each time")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        /// Hyphenated lower case.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError(text.to_owned()))
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.to_string().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_str()?.parse().map_err(FromSqlError::other)
            }
        }
    };
}

id! {
    /// A local account: its ledger, its receipts, its vault. Neither a URL nor a key.
    AccountId
}
id! {
    /// One run of the program over a list of pictures.
    RunId
}
id! {
    /// Pictures that were begun together, by one press of a button or one command.
    BatchId
}
id! {
    /// One picture of a run.
    JobId
}
id! {
    /// A folder that is watched.
    WatchId
}

impl AccountId {
    /// The practice account, the same on every computer.
    pub const PRACTICE: Self = Self(Uuid::from_u128(1));
}

/// A new attempt: drawn before a request is reserved, so that whatever is found later can be told apart.
#[must_use]
pub fn new_attempt() -> AttemptId {
    AttemptId(Uuid::now_v7().as_u128())
}
