//! What the exit code says. One table for the code, for `--help` and for scripts; the numbers never change their meaning.

use std::process::ExitCode;

use clearcut_app::problem::Code;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Everything asked for was done.
    Done = 0,
    /// Something else went wrong, e.g. with Clearcut's own data.
    Other = 1,
    /// The command line made no sense, or spending was not agreed to.
    Usage = 2,
    /// Some pictures failed; nothing was charged for them.
    SomeFailed = 3,
    /// Not enough credits, or the cap or the line before pay-as-you-go was reached; what lies beyond was not sent.
    NotEnough = 4,
    /// The key is missing or was refused.
    Key = 5,
    /// The service cannot be reached, does not work, or has ended.
    Service = 6,
    /// A picture may have been charged without an answer, or was charged without a usable result.
    MaybeCharged = 7,
    /// A picture is paid and kept, but its file could not be written.
    NotSaved = 8,
    /// Stopped by the user.
    Cancelled = 130,
}

/// The table for `--help`.
pub(crate) const HELP: &str = "\
Exit codes:
    0  everything was done
    1  something else went wrong, e.g. with Clearcut's own data
    2  the command line made no sense, or spending was not agreed to (nothing was sent)
    3  some pictures failed; nothing was charged for them
    4  not enough credits, or --cap or --stop-before-payg left some out; the rest was not sent
    5  the key is missing or was refused
    6  the service cannot be reached, does not work, or has ended
    7  a picture may have been charged without an answer, or was charged without a usable result
    8  a picture is paid and kept, but its file could not be written; saving it again is free
  130  stopped with Ctrl-C; what was sent was awaited
Where several apply, the gravest wins: 130, 7, 8, 6, 5, 4, 3.";

impl Exit {
    /// The exit code of a problem.
    pub(crate) const fn of(code: Code) -> Self {
        match code {
            Code::NotFound
            | Code::IsFolder
            | Code::OwnOutput
            | Code::EmptyFile
            | Code::NotAPicture
            | Code::DamagedPicture
            | Code::TooLarge
            | Code::FileChanged
            | Code::NoPermission
            | Code::DiskFull
            | Code::FileTrouble
            | Code::NoSubject
            | Code::NotKept
            | Code::Refused => Self::SomeFailed,
            Code::KeyMissing | Code::KeyRefused | Code::BadKey => Self::Key,
            Code::OutOfCredits | Code::OverAgreed => Self::NotEnough,
            Code::RateLimited
            | Code::NoNetwork
            | Code::TimedOut
            | Code::ServiceTrouble
            | Code::ServiceEnded
            | Code::NotThisService => Self::Service,
            Code::MaybeCharged | Code::PaidLost => Self::MaybeCharged,
            Code::PaidNotSaved => Self::NotSaved,
            Code::Cancelled => Self::Cancelled,
            Code::BadRequest => Self::Usage,
            Code::StoreTrouble | Code::StoreNewer | Code::Internal => Self::Other,
        }
    }

    /// The graver of two ends.
    pub(crate) fn or_graver(self, other: Self) -> Self {
        if other.gravity() > self.gravity() { other } else { self }
    }

    const fn gravity(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::SomeFailed => 1,
            Self::NotEnough => 2,
            Self::Key => 3,
            Self::Service => 4,
            Self::Usage => 5,
            Self::Other => 6,
            Self::NotSaved => 7,
            Self::MaybeCharged => 8,
            Self::Cancelled => 9,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_code() {
        for exit in [
            Exit::Done,
            Exit::Other,
            Exit::Usage,
            Exit::SomeFailed,
            Exit::NotEnough,
            Exit::Key,
            Exit::Service,
            Exit::MaybeCharged,
            Exit::NotSaved,
            Exit::Cancelled,
        ] {
            let number = (exit as u8).to_string();
            assert!(HELP.lines().any(|line| line.split_whitespace().next() == Some(&number)), "{number}");
        }
    }

    #[test]
    fn lost_money_is_graver_than_anything_but_the_users_own_stop() {
        assert_eq!(Exit::SomeFailed.or_graver(Exit::MaybeCharged), Exit::MaybeCharged);
        assert_eq!(Exit::MaybeCharged.or_graver(Exit::NotSaved), Exit::MaybeCharged);
        assert_eq!(Exit::NotSaved.or_graver(Exit::Service), Exit::NotSaved);
        assert_eq!(Exit::Done.or_graver(Exit::Done), Exit::Done);
    }
}
