//! Whether a batch goes on: the words of the queue, shared by the database and everybody who shows a batch.

use std::fmt;
use std::str::FromStr;

use clearcut_credits::ParseWordError;

/// Whether a batch goes on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BatchState {
    /// Its pictures are sent as their turn comes, as long as its driver lives.
    Running,
    /// Nothing new is sent until the user says so.
    Paused,
    /// Nothing of it waits any more.
    Closed,
}

impl BatchState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Running, Self::Paused, Self::Closed];

    /// The word for it in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for BatchState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for BatchState {
    type Err = ParseWordError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| ParseWordError { what: "state of a batch", text: text.to_owned() })
    }
}
