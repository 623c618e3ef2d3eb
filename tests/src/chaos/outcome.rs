//! What the worker says when it ends: one line of JSON on standard output. A worker that was killed says nothing.

use serde::{Deserialize, Serialize};

/// How a run of the worker ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Outcome {
    /// Every picture is in a final state.
    Done,
    /// The credits are used up: somebody has to buy some, or say that it should go on.
    OutOfCredits,
    /// It should be started again: something is left that only a start puts right.
    StartAgain,
    /// It cannot go on.
    Stuck {
        /// Why, in words.
        why: String,
    },
}
