//! The table of what became of a request, line by line.

use clearcut_credits::{BodySent, Credits, Reply, Retry, Seen, Verdict, classify};
use rstest::rstest;

use crate::credits;

const FAILED_NEVER: Verdict = Verdict::Failed { retry: Retry::Never };
const FAILED_MAY_RETRY: Verdict = Verdict::Failed { retry: Retry::MayRetry };
const FAILED_WAITS: Verdict = Verdict::Failed { retry: Retry::AfterWait };
const FAILED_PAUSES: Verdict = Verdict::Failed { retry: Retry::PausesQueue };

fn paid(amount: &str) -> Verdict {
    Verdict::Paid { amount: Some(credits(amount)) }
}

fn lost(amount: &str) -> Verdict {
    Verdict::PaidLost { amount: credits(amount) }
}

fn answered(code: u16, usable: bool, charged: Option<&str>) -> Verdict {
    let reply = Reply::Status { code, usable, charged: charged.map(credits) };
    classify(&Seen { body: BodySent::Yes, reply })
}

#[rstest]
#[case::usable_with_header(200, true, Some("1"), paid("1"))]
#[case::usable_and_free(200, true, Some("0"), paid("0"))]
#[case::usable_with_another_charge_than_quoted(200, true, Some("0.25"), paid("0.25"))]
#[case::usable_without_header(200, true, None, Verdict::Paid { amount: None })]
#[case::usable_with_a_nonsense_header(200, true, Some("-1"), Verdict::Paid { amount: None })]
#[case::charged_but_unusable(200, false, Some("1"), lost("1"))]
#[case::free_preview_but_unusable(200, false, Some("0"), lost("0"))]
#[case::charged_and_500(500, false, Some("1"), lost("1"))]
#[case::charged_and_400(400, false, Some("1"), lost("1"))]
#[case::neither_charge_nor_picture(200, false, None, Verdict::Unknown)]
#[case::accepted_without_either(202, false, None, Verdict::Unknown)]
#[case::says_it_charged_nothing(500, false, Some("0"), FAILED_MAY_RETRY)]
#[case::says_so_and_refuses(402, false, Some("0"), FAILED_PAUSES)]
#[case::bad_picture(400, false, None, FAILED_NEVER)]
#[case::insufficient_credits(402, false, None, FAILED_PAUSES)]
#[case::key_refused(403, false, None, FAILED_PAUSES)]
#[case::key_missing(401, false, None, FAILED_PAUSES)]
#[case::not_found(404, false, None, FAILED_NEVER)]
#[case::too_large(413, false, None, FAILED_NEVER)]
#[case::unprocessable(422, false, None, FAILED_NEVER)]
#[case::too_many_requests(429, false, None, FAILED_WAITS)]
#[case::moved(301, false, None, FAILED_NEVER)]
#[case::moved_and_keeps_the_method(308, false, None, FAILED_NEVER)]
#[case::see_other_may_follow_the_work(303, false, None, Verdict::Unknown)]
#[case::gateway_gave_up_waiting(408, false, None, Verdict::Unknown)]
#[case::internal_error(500, false, None, Verdict::Unknown)]
#[case::bad_gateway(502, false, None, Verdict::Unknown)]
#[case::gateway_timeout(504, false, None, Verdict::Unknown)]
#[case::gone(410, false, None, Verdict::ServiceEnded { released: false })]
fn an_answer_after_the_whole_body(
    #[case] code: u16,
    #[case] usable: bool,
    #[case] charged: Option<&str>,
    #[case] expected: Verdict,
) {
    assert_eq!(answered(code, usable, charged), expected);
}

#[rstest]
#[case::no_answer_before_the_body_was_out(BodySent::No, Reply::None, FAILED_MAY_RETRY)]
#[case::no_answer_after_it(BodySent::Yes, Reply::None, Verdict::Unknown)]
#[case::closed_before(BodySent::No, Reply::Closed, Verdict::ServiceEnded { released: true })]
#[case::closed_after(BodySent::Yes, Reply::Closed, Verdict::ServiceEnded { released: false })]
#[case::error_before(BodySent::No, Reply::Status { code: 503, usable: false, charged: None }, FAILED_MAY_RETRY)]
#[case::empty_success_before(BodySent::No, Reply::Status { code: 200, usable: false, charged: None }, FAILED_MAY_RETRY)]
#[case::refused_before(BodySent::No, Reply::Status { code: 403, usable: false, charged: None }, FAILED_PAUSES)]
#[case::charged_before(BodySent::No, Reply::Status { code: 200, usable: true, charged: Some(Credits::ONE) }, paid("1"))]
#[case::gone_before(BodySent::No, Reply::Status { code: 410, usable: false, charged: None }, Verdict::ServiceEnded { released: true })]
fn how_far_the_body_got_decides(#[case] body: BodySent, #[case] reply: Reply, #[case] expected: Verdict) {
    assert_eq!(classify(&Seen { body, reply }), expected);
}

#[test]
fn nothing_charged_is_ever_released() {
    for code in 100..=599 {
        for body in [BodySent::No, BodySent::Yes] {
            for usable in [false, true] {
                let reply = Reply::Status { code, usable, charged: Some(Credits::ONE) };
                let verdict = classify(&Seen { body, reply });
                assert!(matches!(verdict, Verdict::Paid { .. } | Verdict::PaidLost { .. }), "{code}: {verdict:?}");
            }
        }
    }
}

#[test]
fn no_server_error_after_the_body_may_be_sent_again() {
    for code in 500..=599 {
        assert_eq!(answered(code, false, None), Verdict::Unknown);
    }
}
