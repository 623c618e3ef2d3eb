//! What a job's state means for the file it was made for: pure, and the only place that says when a file is asked for again.

use clearcut_batch::queue::Why;
use clearcut_store::{JobRow, JobState, WatchFileState};

use super::queue::{CAP, Held, STOPPED};

/// May have been charged; asked for again by the user only.
pub(crate) const UNKNOWN: &str = "unknown";
/// Charged, and no picture came; asked for again by the user only.
pub(crate) const PAID_LOST: &str = "paid_lost";
/// Paid and in the vault, but not in its folder.
pub(crate) const PAID_NOT_SAVED: &str = "paid_not_saved";
/// There is no name for its result.
pub(crate) const UNNAMED: &str = "unnamed";
/// Left out by the user.
pub(crate) const SKIPPED: &str = "skipped";
const FAILED: &str = "failed";

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Its job is in the queue or under way.
    Waits,
    /// It is written down like this.
    Ends(WatchFileState, Option<String>),
    /// Nothing was charged and nothing decided: it is taken again, once what held it is over.
    Again(Option<Held>),
}

impl Fate {
    /// The fate of the file of a job.
    pub(crate) fn of(job: &JobRow) -> Self {
        let failed = |error: &str| Self::Ends(WatchFileState::Failed, Some(error.to_owned()));
        match job.state {
            JobState::Saved => Self::Ends(WatchFileState::Done, None),
            JobState::Failed => failed(job.error.as_deref().unwrap_or(FAILED)),
            JobState::Unknown => failed(UNKNOWN),
            JobState::PaidLost => failed(PAID_LOST),
            JobState::Settled if job.error.is_some() => failed(PAID_NOT_SAVED),
            JobState::OutOfCredits => Self::Again(Some(Held::OutOfCredits)),
            JobState::KeyRefused => Self::Again(Some(Held::KeyRefused)),
            JobState::ServiceEnded => Self::Again(Some(Held::ServiceEnded)),
            JobState::Skipped => match job.error.as_deref() {
                Some(CAP | STOPPED) => Self::Again(None),
                Some(error) if let Some(why) = Why::of(error) => Self::Again(Some(Held::by(why))),
                _ => Self::Ends(WatchFileState::SetAside, Some(SKIPPED.to_owned())),
            },
            // Waiting, or under way.
            _ => Self::Waits,
        }
    }

    /// The fate of a file that was touched but holds what it held when `job` was made for it: only what cost nothing and gave
    /// nothing is asked for again.
    pub(crate) fn of_the_same_content(job: &JobRow) -> Self {
        match Self::of(job) {
            Self::Ends(WatchFileState::Failed, Some(error))
                if ![UNKNOWN, PAID_LOST, PAID_NOT_SAVED].contains(&&*error) =>
            {
                Self::Again(None)
            }
            fate => fate,
        }
    }
}

#[cfg(test)]
mod tests {
    use clearcut_store::{AccountId, RunId};
    use rstest::rstest;

    use super::*;

    fn job(state: JobState, error: Option<&str>) -> JobRow {
        let planned = JobRow::planned(RunId::new(), AccountId::PRACTICE, "in.jpg".into(), "out.png".into());
        JobRow { state, error: error.map(str::to_owned), ..planned }
    }

    fn ends(state: WatchFileState, error: Option<&str>) -> Fate {
        Fate::Ends(state, error.map(str::to_owned))
    }

    #[rstest]
    #[case(JobState::Planned, None, Fate::Waits)]
    #[case(JobState::Sending, None, Fate::Waits)]
    #[case(JobState::Settled, None, Fate::Waits)]
    #[case(JobState::Settled, Some("disk_full"), ends(WatchFileState::Failed, Some(PAID_NOT_SAVED)))]
    #[case(JobState::Saved, None, ends(WatchFileState::Done, None))]
    #[case(JobState::Failed, Some("too_large"), ends(WatchFileState::Failed, Some("too_large")))]
    #[case(JobState::Failed, None, ends(WatchFileState::Failed, Some("failed")))]
    #[case(JobState::Unknown, None, ends(WatchFileState::Failed, Some(UNKNOWN)))]
    #[case(JobState::PaidLost, Some("x"), ends(WatchFileState::Failed, Some(PAID_LOST)))]
    #[case(JobState::OutOfCredits, None, Fate::Again(Some(Held::OutOfCredits)))]
    #[case(JobState::KeyRefused, None, Fate::Again(Some(Held::KeyRefused)))]
    #[case(JobState::ServiceEnded, None, Fate::Again(Some(Held::ServiceEnded)))]
    #[case(JobState::Skipped, Some(STOPPED), Fate::Again(None))]
    #[case(JobState::Skipped, Some(CAP), Fate::Again(None))]
    #[case(JobState::Skipped, Some("out_of_credits"), Fate::Again(Some(Held::OutOfCredits)))]
    #[case(JobState::Skipped, Some("key_refused"), Fate::Again(Some(Held::KeyRefused)))]
    #[case(JobState::Skipped, Some("skipped"), ends(WatchFileState::SetAside, Some(SKIPPED)))]
    #[case(JobState::Skipped, None, ends(WatchFileState::SetAside, Some(SKIPPED)))]
    #[case(JobState::Skipped, Some("duplicate"), ends(WatchFileState::SetAside, Some(SKIPPED)))]
    fn a_job_decides_about_its_file(#[case] state: JobState, #[case] error: Option<&str>, #[case] fate: Fate) {
        assert_eq!(Fate::of(&job(state, error)), fate);
    }

    #[test]
    fn a_touched_file_that_may_have_been_charged_is_never_asked_for_again() {
        let asked = |state, error| Fate::of_the_same_content(&job(state, error)) == Fate::Again(None);
        assert!(asked(JobState::Failed, Some("damaged")));
        for state in [JobState::Unknown, JobState::PaidLost, JobState::Saved, JobState::Sending] {
            assert!(!asked(state, None), "{state}");
        }
        assert!(!asked(JobState::Settled, Some("disk_full")));
    }
}
