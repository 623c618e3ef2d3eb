//! One line per FILE: what became of it, as `remove --json` and `preview --json` promise it to scripts.

use clearcut_app::problem::{Code, Problem};
use serde::Serialize;

use crate::exit::Exit;

/// What became of a FILE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Saved.
    Done,
    /// Cut out on this computer and saved, free.
    OnDevice,
    /// Not sent, because the user or the cap said so.
    Skipped,
    /// Failed; nothing was charged.
    Failed,
    /// The answer was lost: it may have been charged.
    Unknown,
    /// Charged without a usable picture.
    PaidLost,
    /// Paid and kept, but not written.
    PaidNotSaved,
    /// Not enough credits.
    OutOfCredits,
    /// The key is missing or was refused.
    KeyRefused,
    /// The service has ended.
    ServiceEnded,
}

impl State {
    /// The state that a problem leaves a picture in.
    pub(crate) const fn of(code: Code) -> Self {
        match code {
            Code::OverAgreed | Code::Cancelled => Self::Skipped,
            Code::MaybeCharged => Self::Unknown,
            Code::PaidLost => Self::PaidLost,
            Code::PaidNotSaved => Self::PaidNotSaved,
            Code::OutOfCredits => Self::OutOfCredits,
            Code::KeyMissing | Code::KeyRefused => Self::KeyRefused,
            Code::ServiceEnded => Self::ServiceEnded,
            _ => Self::Failed,
        }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Line {
    /// The FILE as given.
    pub(crate) input: String,
    /// The saved file.
    pub(crate) output: Option<String>,
    /// What became of it.
    pub(crate) state: State,
    /// Credits charged in this run; `None` where that is not known.
    pub(crate) charged: Option<String>,
    /// Width of the result in pixels.
    pub(crate) width: Option<u32>,
    /// Height of the result in pixels.
    pub(crate) height: Option<u32>,
    /// What went wrong.
    pub(crate) error: Option<Problem>,
}

impl Line {
    /// A line for a FILE that did not end well. `charged` is what the app knows of its charge.
    pub(crate) fn of_problem(input: String, problem: Problem, charged: Option<String>) -> Self {
        let state = State::of(problem.code);
        let charged = match state {
            State::Unknown => None,
            State::PaidLost | State::PaidNotSaved => charged,
            _ => Some("0".to_owned()),
        };
        Self { input, output: None, state, charged, width: None, height: None, error: Some(problem) }
    }

    /// What this line means for the exit code.
    pub(crate) fn exit(&self) -> Exit {
        self.error.as_ref().map_or(Exit::Done, |problem| Exit::of(problem.code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_exactly_the_promised_members_in_order() {
        let problem = Problem::new(Code::NotFound, "There is no such file.", "Look again.");
        let line = Line::of_problem("a.jpg".to_owned(), problem, None);
        assert_eq!(
            serde_json::to_string(&line).unwrap(),
            r#"{"input":"a.jpg","output":null,"state":"failed","charged":"0","width":null,"height":null,"error":{"code":"not_found","message":"There is no such file.","hint":"Look again."}}"#
        );
    }

    #[test]
    fn what_may_have_been_charged_is_not_called_zero() {
        let line =
            Line::of_problem("a.jpg".to_owned(), Problem::new(Code::MaybeCharged, "Lost.", ""), Some("1".to_owned()));
        assert_eq!((line.state, line.charged), (State::Unknown, None));
    }

    #[test]
    fn what_was_charged_in_vain_is_named() {
        let line =
            Line::of_problem("a.jpg".to_owned(), Problem::new(Code::PaidLost, "Broken.", ""), Some("1".to_owned()));
        assert_eq!((line.state, line.charged.as_deref()), (State::PaidLost, Some("1")));
        assert_eq!(line.exit(), Exit::MaybeCharged);
    }
}
