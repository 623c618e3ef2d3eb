//! A watch in sentences: why a file has no result, and what keeps a watch from being made.

use clearcut_credits::Credits;

use super::fate::{PAID_LOST, PAID_NOT_SAVED, SKIPPED, UNKNOWN, UNNAMED};
use super::reading::OWN_RESULT;
use crate::problem::{Code, Problem};

/// Why a file has no result, by its code.
pub(super) fn reason(code: &str) -> String {
    match code {
        UNKNOWN => "The answer was lost; it may have been charged. Trying again may cost again.".to_owned(),
        PAID_LOST => "Charged, and no usable picture came. It is sent again only if you say so.".to_owned(),
        PAID_NOT_SAVED => "Paid and kept, but the file could not be written. Saving again is free.".to_owned(),
        SKIPPED => "Left out by you.".to_owned(),
        UNNAMED => "There is no name for its result: the folder is too deep, or every name is taken.".to_owned(),
        OWN_RESULT => "A result of Clearcut's own.".to_owned(),
        "not_a_picture" => "No picture that Clearcut reads.".to_owned(),
        "damaged_picture" => "Cut off or damaged.".to_owned(),
        "too_large" => "Larger than the service takes.".to_owned(),
        other => format!("Nothing was charged ({}).", other.replace('_', " ")),
    }
}

/// A budget that allows nothing is no budget.
pub(super) fn budget(text: &str) -> Result<Credits, Problem> {
    let parsed = text.trim().parse::<Credits>().ok().filter(|credits| *credits > Credits::ZERO);
    parsed.ok_or_else(|| {
        Problem::new(
            Code::BadRequest,
            format!("“{}” is no budget.", text.trim()),
            "Say how many credits a day the folder may cost at most, for example 50.",
        )
    })
}

pub(super) fn watched_already(name: &str) -> Problem {
    Problem::new(
        Code::BadRequest,
        format!("“{name}” is watched already, alone or as part of another folder."),
        "Change or remove that watch first: each picture would be taken twice.",
    )
}

pub(super) fn no_folder(name: &str) -> Problem {
    Problem::new(
        Code::NotFound,
        format!("“{name}” is no folder that can be watched."),
        "Choose a folder that is there.",
    )
}

pub(super) fn moved_in_circles() -> Problem {
    Problem::new(
        Code::BadRequest,
        "Finished originals cannot be moved into the watched folder itself.",
        "Choose another folder for them, or one within it.",
    )
}

pub(super) fn unknown_watch() -> Problem {
    Problem::new(Code::NotFound, "There is no such watch any more.", "")
}
