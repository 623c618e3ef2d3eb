//! What a run hands back: plain values for a screen, a line of JSON or a notification. They carry no behaviour.

use std::path::PathBuf;

use clearcut_credits::{Credits, Source};
use clearcut_imaging::Rgba;
use clearcut_store::{JobId, JobState};

/// A picture that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Its job.
    pub job: JobId,
    /// The file, whole and under its final name.
    pub output: PathBuf,
    /// What this job was charged; zero where the vault had it.
    pub charged: Credits,
    /// Measured from the answer's header, or inferred from the quote.
    pub basis: Source,
    /// Of the saved picture, in pixels.
    pub width: u32,
    /// Of the saved picture, in pixels.
    pub height: u32,
    /// It had been paid before: nothing was sent.
    pub from_vault: bool,
    /// What the user should know; a batch pauses on any of them that is about money or pixels.
    pub warnings: Vec<Warning>,
}

/// A service preview: paid or free, kept in the vault, not saved to a folder.
#[derive(Debug, Clone)]
pub struct Previewed {
    /// Its job.
    pub job: JobId,
    /// The small cutout.
    pub picture: Rgba,
    /// What this job was charged: nothing for a free preview or one the vault had.
    pub charged: Credits,
    /// Measured or inferred.
    pub basis: Source,
    /// It had been paid before.
    pub from_vault: bool,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// Something unexpected about a result that is otherwise good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// The service returned fewer pixels than it was asked for.
    Smaller {
        /// Width and height that were to be expected.
        expected: (u32, u32),
        /// Width and height that came.
        got: (u32, u32),
    },
    /// The service charged something else than the quote said.
    ChargeDiffers {
        /// What was agreed.
        quoted: Credits,
        /// What was charged.
        charged: Credits,
    },
    /// The answer came without a charge header: the quoted amount was booked, *inferred*.
    ChargeNotTold,
    /// A file was to be replaced, but it cannot be moved to the trash: it is where it was, and the result got a number.
    NotReplaced,
    /// An earlier request for the same picture is still undecided: it may have been charged as well.
    EarlierUndecided,
}

/// What the start found of a run that died, and did about it.
#[derive(Debug)]
pub struct Recovered {
    /// The job.
    pub job: JobId,
    /// Its original.
    pub input: PathBuf,
    /// Where it stood.
    pub was: JobState,
    /// Where it stands now.
    pub now: JobState,
    /// What was booked for it now.
    pub charged: Credits,
    /// The file, where it was saved now or is known to be there.
    pub output: Option<PathBuf>,
    /// Why it is paid but still not saved, where that is so.
    pub fault: Option<crate::BatchError>,
}
