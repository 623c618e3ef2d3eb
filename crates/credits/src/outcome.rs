//! What became of a charged request, as one table from what was seen to what is believed.
//!
//! | what was seen | verdict | money |
//! | --- | --- | --- |
//! | failed before the body's last chunk went to the transport | failed, may be retried | released |
//! | 400, 402, 403, 404, 413, 429 | failed; 402, 403 pause the queue; 429 waits | released |
//! | usable 200 with a charge header | paid | settled at the header, even 0 |
//! | usable 200 without it | paid | settled at the quoted amount, inferred |
//! | charge header, but no usable picture | paid, lost | settled |
//! | 5xx, or no answer, after the body went out; 200 with neither | unknown | reserved until resolved |
//! | the endpoint answers as closed | service ended | released if the body was not sent |
//!
//! Statuses the table does not name are read by what HTTP says of them: 401 is 403, 410 is a closed endpoint, 408 and
//! 499 are no answer, a redirect that was not followed (301, 302, 307, 308) and any other 4xx did nothing. A charge
//! header above zero beats every status, one of zero without a picture says that nothing was charged (at 200 a free
//! preview may be gone, so that stays *paid, lost*). This module refuses to know sockets, headers and time.

use crate::Credits;

/// Had the request's last body chunk gone to the transport?
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BodySent {
    /// No: the service cannot have had the whole request.
    No,
    /// Yes: from here on it may charge.
    Yes,
}

/// What came back.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reply {
    /// Nothing: refused, reset, timed out, cancelled.
    None,
    /// An answer with a status.
    Status {
        /// The HTTP status.
        code: u16,
        /// Did a whole, readable picture come with it?
        usable: bool,
        /// The charge header, where there was one that could be read.
        charged: Option<Credits>,
    },
    /// The endpoint answers as closed, or its known end has passed.
    Closed,
}

/// Everything the verdict depends on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Seen {
    /// How far the request got.
    pub body: BodySent,
    /// What came back.
    pub reply: Reply,
}

/// May a request that certainly cost nothing be sent again?
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Retry {
    /// The same request would fail the same way.
    Never,
    /// Yes.
    MayRetry,
    /// Yes, after the wait the service asks for.
    AfterWait,
    /// Not before the user put something right; the whole queue waits.
    PausesQueue,
}

/// What is believed of the request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verdict {
    /// Not charged: release the reservation.
    Failed {
        /// May it be sent again?
        retry: Retry,
    },
    /// Charged and delivered.
    Paid {
        /// The charge by the header; `None`: settle at the quoted amount, inferred.
        amount: Option<Credits>,
    },
    /// Charged, no picture: settle, and send again only by the user.
    PaidLost {
        /// The charge by the header.
        amount: Credits,
    },
    /// It cannot be told: stays reserved.
    Unknown,
    /// The service has ended: the queue stops.
    ServiceEnded {
        /// Was it certainly not charged?
        released: bool,
    },
}

/// Reads the table.
#[must_use]
pub fn classify(seen: &Seen) -> Verdict {
    let (code, usable, charged) = match seen.reply {
        Reply::None => return unanswered(seen.body),
        Reply::Closed => return ended(seen.body),
        Reply::Status { code, usable, charged } => (code, usable, charged.filter(|charge| !charge.is_negative())),
    };
    let success = (200..300).contains(&code);
    match charged {
        amount if success && usable => Verdict::Paid { amount },
        Some(amount) if success || !amount.is_zero() => Verdict::PaidLost { amount },
        _ if code == 410 => ended(seen.body),
        // Zero: the service says itself that it charged nothing.
        Some(_) => Verdict::Failed { retry: refusal(code).unwrap_or(Retry::MayRetry) },
        None => refusal(code).map_or_else(|| unanswered(seen.body), |retry| Verdict::Failed { retry }),
    }
}

/// No answer worth the name.
fn unanswered(body: BodySent) -> Verdict {
    match body {
        BodySent::No => Verdict::Failed { retry: Retry::MayRetry },
        BodySent::Yes => Verdict::Unknown,
    }
}

/// The service is closed; what that means for the money hangs on the body.
fn ended(body: BodySent) -> Verdict {
    Verdict::ServiceEnded { released: body == BodySent::No }
}

/// What to do after a status that says the request was not carried out, whatever had been sent; `None` for a status
/// that does not say so.
fn refusal(code: u16) -> Option<Retry> {
    match code {
        401..=403 => Some(Retry::PausesQueue),
        429 => Some(Retry::AfterWait),
        408 | 499 => None,
        400..=499 | 301 | 302 | 307 | 308 => Some(Retry::Never),
        _ => None,
    }
}
