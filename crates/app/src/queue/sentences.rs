//! The queue in sentences: why it stands still and what helps, how a batch ended, why a picture was left out. One place, so that the
//! window, the terminal and notices say the same.

use clearcut_batch::queue::Why;
use clearcut_credits::Credits;

use crate::problem::{Code, Problem};
use crate::views::{BannerKind, Page};
use crate::words::{PAYG_EARLY, credits, pictures};

/// What is said while a quiet minute is waited for.
pub(crate) const QUEUE_ASKING: &str = "Some requests went unanswered. Clearcut waits a quiet minute and asks for the balance, to know whether they were charged; then it goes on by itself.";

/// What is said while the service cannot be reached.
pub(crate) fn queue_offline(service: &str) -> String {
    format!("{service} cannot be reached. Clearcut looks for it again and goes on by itself; nothing is lost.")
}

/// Why a queue stands still and what helps; nothing where the user said so themselves.
pub(crate) fn queue_paused(why: Why, service: &str) -> Option<(BannerKind, String, Option<Page>)> {
    let (kind, text, page) = match why {
        Why::User => return None,
        Why::Interrupted => (
            BannerKind::Info,
            "Clearcut ended in the middle of this batch. What was paid is saved; what waits is not sent before you say so.".to_owned(),
            None,
        ),
        Why::OutOfCredits => (
            BannerKind::Error,
            format!("{service} says there are not enough credits left. What waits is not sent. Top up, then go on."),
            Some(Page::TopUp),
        ),
        Why::KeyRefused => (
            BannerKind::Error,
            format!("{service} refuses the key. What waits is not sent. Enter a new key under Account, then go on."),
            Some(Page::Key),
        ),
        Why::ServiceEnded => {
            (BannerKind::Error, format!("{service} has ended. What waits is not sent. Choose another account."), None)
        }
        Why::PaygEarly => (BannerKind::Error, PAYG_EARLY.to_owned(), Some(Page::TopUp)),
        Why::Price => {
            (BannerKind::Error, "The price has changed since it was agreed to. Nothing more is sent; look at the new sum and go on.".to_owned(), None)
        }
        Why::Unlike => (
            BannerKind::Warning,
            "A result was smaller than asked for, or charged differently than quoted. Nothing more is sent; look at it, then go on or stop.".to_owned(),
            None,
        ),
        Why::Folder => (
            BannerKind::Error,
            "The output folder takes no files: the disk is full, gone, or may not be written to. What is paid is kept and saved when you go on.".to_owned(),
            None,
        ),
        Why::NoRoom => (
            BannerKind::Error,
            "There is no room on the disk that holds Clearcut's data to keep paid pictures safe. Make room, then go on.".to_owned(),
            None,
        ),
        Why::Records => (
            BannerKind::Error,
            "Clearcut's own records cannot be written. Nothing more is sent. Check the disk that holds its data, then go on.".to_owned(),
            None,
        ),
        Why::Trouble => (
            BannerKind::Error,
            format!("{service} charged, or may have charged, several times in a row and sent no picture. Nothing more is sent."),
            None,
        ),
        Why::TooFast => {
            (BannerKind::Warning, format!("{service} asks to wait, again and again. Go on in a while."), None)
        }
        Why::Offline => {
            (BannerKind::Warning, format!("{service} cannot be reached. Check the network, then go on; nothing is lost."), None)
        }
    };
    Some((kind, text, page))
}

/// A batch is over: a title and a sentence of what became of it. Counts: saved, failed, left out, unknown, paid and lost, paid and not
/// saved.
pub(crate) fn batch_ended(label: &str, counts: [usize; 6], charged: Credits) -> (String, String) {
    let [saved, failed, left_out, unknown, lost, kept] = counts;
    let title = format!("{label}: {} saved", pictures(saved, "picture", "pictures"));
    let told = [
        (failed, "failed and cost nothing"),
        (left_out, "left out"),
        (unknown, "may have been charged"),
        (lost, "charged without a picture"),
        (kept, "paid and not saved yet"),
    ];
    let mut parts = vec![format!("{} charged", credits(charged))];
    parts.extend(told.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    (title, format!("{}.", parts.join(", ")))
}

/// The balance has said that a request was not charged.
pub(crate) fn not_charged_after_all() -> Problem {
    Problem::new(
        Code::ServiceTrouble,
        "It was tried several times and brought nothing. Nothing was charged.",
        "Try again later.",
    )
}

/// An earlier request for the same picture is of unknown outcome.
pub(crate) fn unanswered_before() -> Problem {
    Problem::new(
        Code::MaybeCharged,
        "Not sent again: an earlier request for this picture went unanswered and may have been charged.",
        "`clearcut resolve` asks the balance; without --resume it is sent again, which may cost again.",
    )
}

/// The balance has said that a request was charged.
pub(crate) fn charged_after_all() -> Problem {
    Problem::new(
        Code::PaidLost,
        "The balance shows that this picture was charged, and no answer came.",
        "Ask the service for a refund with the time of the request, or ask for it again: that costs again.",
    )
}

/// Its result is there, and such pictures are left out.
pub(crate) fn exists_already(name: &str) -> Problem {
    Problem::new(
        Code::OverAgreed,
        format!("Left out: {name} exists already, and such pictures are to be skipped. Nothing was sent."),
        "Choose to number or to replace files that exist, or move the file away.",
    )
}
