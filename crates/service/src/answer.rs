//! What a service said, as plain values: the headers of an answer and the state of an account. Every figure is optional,
//! because services leave out what they like: a missing one is unknown, never zero.

use std::time::Duration;

use jiff::Timestamp;

use crate::decimal::Decimal;
use crate::wire::Rect;

/// The head of an answer: its status and the headers that matter, nonsense values left out.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AnswerHead {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type` as sent. In JSON mode it stays `application/json`, although the sink receives the picture's bytes.
    pub content_type: Option<String>,
    /// `Content-Length`, bytes on the wire.
    pub content_length: Option<u64>,
    /// `X-Credits-Charged`. A negative value is nonsense and left out.
    pub credits_charged: Option<Decimal>,
    /// `X-Width`, pixels of the result.
    pub width: Option<u32>,
    /// `X-Height`, pixels of the result.
    pub height: Option<u32>,
    /// `X-Max-Width`: what the picture could have had. Undocumented.
    pub max_width: Option<u32>,
    /// `X-Max-Height`. Undocumented.
    pub max_height: Option<u32>,
    /// `X-Type`: what the service took the foreground for.
    pub kind: Option<String>,
    /// `X-Foreground-Left/Top/Width/Height`, pixels, when all four are there (in JSON mode from the body).
    pub foreground: Option<Rect>,
    /// `X-RateLimit-*`, when at least one is there.
    pub rate_limit: Option<RateLimit>,
    /// `Retry-After`, whether given in seconds or as a date; at most a day.
    pub retry_after: Option<Duration>,
    /// `X-Request-Id`, for the support of the service.
    pub request_id: Option<String>,
    /// `Date`: the service's clock, which decides the cycle a charge belongs to.
    pub date: Option<Timestamp>,
}

impl AnswerHead {
    /// `Content-Type` without parameters, in lower case: `image/png`.
    #[must_use]
    pub fn media_type(&self) -> Option<String> {
        let essence = self.content_type.as_deref()?.split(';').next()?.trim();
        (!essence.is_empty()).then(|| essence.to_ascii_lowercase())
    }
}

/// The service's rate limit in its own unit (megapixel images a minute).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct RateLimit {
    /// Allowed in a period.
    pub limit: Option<u64>,
    /// Left in this period.
    pub remaining: Option<u64>,
    /// When the period ends.
    pub reset_at: Option<Timestamp>,
}

/// What `/account` said. It lags by several seconds behind the charges.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AccountAnswer {
    /// Credits in all pockets, by the service's own sum.
    pub total: Option<Decimal>,
    /// Subscription credits, rollover included.
    pub subscription: Option<Decimal>,
    /// Pay-as-you-go credits.
    pub payg: Option<Decimal>,
    /// Enterprise credits.
    pub enterprise: Option<Decimal>,
    /// Free previews left this month.
    pub free_previews: Option<u32>,
    /// The deprecated `sizes`; `all` where it is sent.
    pub sizes: Option<String>,
}
