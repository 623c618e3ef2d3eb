//! From what the service's client reports to what the money table asks: one translation, in one place. It decides
//! nothing: the verdict is [`clearcut_credits::classify`]'s.

use std::time::Duration;

use clearcut_credits as credits;
use clearcut_credits::{Credits, Reply, Seen};
use clearcut_service::{AnswerHead, BodySent, Decimal, ErrorKind, RemoveError};

use crate::machine::Event;

/// What came of a request as the machine's event.
///
/// `began` says that its head was kept and that there may be some of a body, `ended` that the service's known end has passed.
pub(crate) fn event(outcome: &Result<AnswerHead, RemoveError>, began: bool, ended: bool) -> Event {
    match outcome {
        Ok(head) => Event::Answered { whole: true, charged: charged(head.credits_charged.as_ref()) },
        Err(error) if began => Event::Answered { whole: false, charged: charged(error.charged()) },
        Err(error) => Event::NoPicture { seen: seen(error, ended), wait: wait(error) },
    }
}

/// Whether an answer says that it cost something.
pub(crate) fn is_charged(head: &AnswerHead) -> bool {
    charged(head.credits_charged.as_ref()).is_some_and(|amount| amount > Credits::ZERO)
}

/// A failed request, without the body of a 200.
fn seen(error: &RemoveError, ended: bool) -> Seen {
    let body = match error.body {
        BodySent::No => credits::BodySent::No,
        BodySent::Yes => credits::BodySent::Yes,
    };
    let closed = ended && error.looks_closed();
    let reply = match status(error) {
        _ if closed => Reply::Closed,
        Some(code) => Reply::Status { code, usable: false, charged: charged(error.charged()) },
        None => Reply::None,
    };
    Seen { body, reply }
}

/// The status of an answer, from its head or from the error made of it.
fn status(error: &RemoveError) -> Option<u16> {
    match &error.kind {
        ErrorKind::Refused(refused) => Some(refused.status),
        ErrorKind::Redirected { status, .. } | ErrorKind::NotThisService { status, .. } => Some(*status),
        _ => error.status(),
    }
}

fn wait(error: &RemoveError) -> Option<Duration> {
    match &error.kind {
        ErrorKind::Refused(refused) => refused.retry_after.or_else(|| error.retry_after()),
        _ => error.retry_after(),
    }
}

/// An amount of the service, exactly. One that cannot be counted with is one that was not told.
pub(crate) fn charged(header: Option<&Decimal>) -> Option<Credits> {
    header.and_then(|decimal| decimal.as_str().parse().ok())
}

#[cfg(test)]
mod tests {
    use clearcut_credits::{Retry, Verdict, classify};
    use clearcut_service::{Phase, ServiceError};
    use rstest::rstest;

    use super::*;

    fn refused(status: u16) -> ErrorKind {
        ErrorKind::Refused(ServiceError {
            status,
            title: "no".to_owned(),
            code: None,
            detail: None,
            retry_after: (status == 429).then_some(Duration::from_secs(7)),
            documented: true,
        })
    }

    fn error(kind: ErrorKind, body: BodySent, header: Option<&str>) -> RemoveError {
        let head = header.map(|charged| {
            Box::new(AnswerHead { status: 200, credits_charged: charged.parse().ok(), ..AnswerHead::default() })
        });
        RemoveError { kind, body, head }
    }

    fn verdict(error: RemoveError) -> Verdict {
        match event(&Err(error), false, false) {
            Event::NoPicture { seen, .. } => classify(&seen),
            other => panic!("{other:?}"),
        }
    }

    const RELEASED: Verdict = Verdict::Failed { retry: Retry::MayRetry };
    const NEVER: Verdict = Verdict::Failed { retry: Retry::Never };
    const PAUSES: Verdict = Verdict::Failed { retry: Retry::PausesQueue };
    const WAITS: Verdict = Verdict::Failed { retry: Retry::AfterWait };

    #[rstest]
    #[case::unreachable(ErrorKind::Connect("refused".into()), BodySent::No, RELEASED)]
    #[case::upload_stalled(ErrorKind::Timeout { phase: Phase::Uploading }, BodySent::No, RELEASED)]
    #[case::cancelled(ErrorKind::Cancelled, BodySent::No, RELEASED)]
    #[case::bad_request(refused(400), BodySent::Yes, NEVER)]
    #[case::no_credits(refused(402), BodySent::Yes, PAUSES)]
    #[case::bad_key(refused(403), BodySent::No, PAUSES)]
    #[case::not_found(refused(404), BodySent::Yes, NEVER)]
    #[case::too_large(refused(413), BodySent::No, NEVER)]
    #[case::too_fast(refused(429), BodySent::Yes, WAITS)]
    #[case::server_error(refused(500), BodySent::Yes, Verdict::Unknown)]
    #[case::no_answer(ErrorKind::Timeout { phase: Phase::Waiting }, BodySent::Yes, Verdict::Unknown)]
    #[case::gone_before(refused(410), BodySent::No, Verdict::ServiceEnded { released: true })]
    #[case::gone_after(refused(410), BodySent::Yes, Verdict::ServiceEnded { released: false })]
    #[case::a_web_page(
        ErrorKind::NotThisService { status: 200, content_type: Some("text/html".into()) },
        BodySent::Yes,
        Verdict::Unknown
    )]
    fn each_failure_falls_under_its_row(#[case] kind: ErrorKind, #[case] body: BodySent, #[case] expected: Verdict) {
        assert_eq!(verdict(error(kind, body, None)), expected);
    }

    #[test]
    fn a_charge_without_a_picture_is_paid_and_lost() {
        let error = error(ErrorKind::Cancelled, BodySent::Yes, Some("1"));
        assert_eq!(verdict(error), Verdict::PaidLost { amount: Credits::ONE });
    }

    #[rstest]
    #[case(Some("1"), Some(Credits::ONE))]
    #[case(Some("0.25"), Some(Credits::from_micros(250_000)))]
    #[case(Some("0"), Some(Credits::ZERO))]
    #[case(Some("1e99"), None)]
    #[case(None, None)]
    fn a_whole_answer_brings_its_charge(#[case] header: Option<&str>, #[case] expected: Option<Credits>) {
        let credits_charged = header.and_then(|text| text.parse().ok());
        let head = AnswerHead { status: 200, credits_charged, ..AnswerHead::default() };
        assert_eq!(event(&Ok(head), true, false), Event::Answered { whole: true, charged: expected });
    }

    #[test]
    fn an_answer_that_breaks_off_is_not_whole_and_keeps_its_charge() {
        let error = error(ErrorKind::Truncated { got: 10, expected: Some(20) }, BodySent::Yes, Some("1"));
        let expected = Event::Answered { whole: false, charged: Some(Credits::ONE) };
        assert_eq!(event(&Err(error), true, false), expected);
    }

    #[test]
    fn the_wait_is_the_services() {
        let event = event(&Err(error(refused(429), BodySent::Yes, None)), false, false);
        assert!(matches!(event, Event::NoPicture { wait: Some(wait), .. } if wait == Duration::from_secs(7)));
    }

    #[rstest]
    #[case(false, Verdict::Unknown)]
    #[case(true, Verdict::ServiceEnded { released: false })]
    fn a_web_page_means_the_end_only_after_the_known_end(#[case] ended: bool, #[case] expected: Verdict) {
        let kind = ErrorKind::NotThisService { status: 200, content_type: Some("text/html".into()) };
        let Event::NoPicture { seen, .. } = event(&Err(error(kind, BodySent::Yes, None)), false, ended) else {
            panic!("there is no picture");
        };
        assert_eq!(classify(&seen), expected);
    }
}
