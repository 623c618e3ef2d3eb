//! Every row of the money table, from the scripted answer to ledger, job, vault and folder.

use std::path::Path;
use std::time::Duration;

use clearcut_batch::{Agreed, BatchError, Order, Warning};
use clearcut_credits::{Credits, Source};
use clearcut_service::BodySent;
use clearcut_service::wire::{Size, WireFormat};
use clearcut_store::{AccountId, JobState};
use jiff::SignedDuration;
use rstest::rstest;
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, HEIGHT, WIDTH};
use crate::script::{Says, Script};

fn good() -> Says {
    Says::picture(WIDTH, HEIGHT, "1")
}

#[tokio::test]
async fn a_picture_is_paid_once_kept_and_saved() {
    let bench = Bench::new([good()]);
    let order = bench.order("dog.png");
    let finished = bench.download(&order).await.unwrap();

    assert_eq!(finished.output, bench.out().join("dog-cutout.png"));
    assert_eq!((finished.charged, finished.basis, finished.from_vault), (Credits::ONE, Source::Measured, false));
    assert_eq!((finished.width, finished.height, finished.warnings), (WIDTH, HEIGHT, vec![]));
    assert_eq!((bench.paid(), bench.script.charged(), bench.reserved()), (Credits::ONE, Credits::ONE, Credits::ZERO));
    assert_eq!(bench.results(), ["dog-cutout.png"]);
    bench.only_whole_results();
    bench.nothing_incoming();
    let written = [
        JobState::Planned,
        JobState::Reserved,
        JobState::Sending,
        JobState::Answered,
        JobState::Settled,
        JobState::Saved,
    ];
    assert_eq!(bench.seen.states(), written);

    let job = bench.store.job(finished.job).unwrap();
    assert_eq!((job.state, job.charged, job.width), (JobState::Saved, Some(Credits::ONE), Some(WIDTH)));
    let receipt = &bench.store.receipts(AccountId::PRACTICE, 9).unwrap()[0];
    assert_eq!((receipt.input_name.as_str(), receipt.charged), ("dog.png", Credits::ONE));
    assert_eq!(receipt.request_id.as_deref(), Some("request-7"));
    assert!(bench.vault.entry(&receipt.vault_entry).unwrap().is_some());
    assert_eq!(bench.script.requests()[0].format, WireFormat::Zip);
    assert!(bench.store.recoverable_runs().unwrap().is_empty(), "a finished run is ended");
}

#[tokio::test]
async fn nothing_of_the_background_is_left_in_the_file() {
    let bench = Bench::new([good()]);
    let finished = bench.download(&bench.order("dog.png")).await.unwrap();
    let picture = clearcut_imaging::decode(&finished.output, &clearcut_imaging::Limits::answers()).unwrap();
    assert!(picture.pixels.chunks_exact(4).filter(|pixel| pixel[3] == 0).all(|pixel| pixel[..3] == [0; 3]));
    assert!(picture.pixel(WIDTH / 2, HEIGHT / 2).unwrap()[3] > 250);
}

/// What a bad end must look like everywhere.
struct Bad {
    job: JobState,
    paid: &'static str,
    reserved: &'static str,
    evidence: usize,
}

const NOT_CHARGED: Bad = Bad { job: JobState::Failed, paid: "0", reserved: "0", evidence: 0 };
const UNKNOWN: Bad = Bad { job: JobState::Unknown, paid: "0", reserved: "1", evidence: 0 };

#[rstest]
#[case::bad_request(Says::status(400), "refused", NOT_CHARGED)]
#[case::no_credits(Says::status(402), "out_of_credits", Bad { job: JobState::OutOfCredits, ..NOT_CHARGED })]
#[case::bad_key(Says::status(403), "key_refused", Bad { job: JobState::KeyRefused, ..NOT_CHARGED })]
#[case::not_found(Says::status(404), "refused", NOT_CHARGED)]
#[case::too_large(Says::status(413), "refused", NOT_CHARGED)]
#[case::gone(Says::status(410), "service_ended", Bad { job: JobState::ServiceEnded, ..UNKNOWN })]
#[case::unreachable(Says::nothing(BodySent::No), "not_sent", NOT_CHARGED)]
#[case::server_error(Says::status(500), "unknown", UNKNOWN)]
#[case::server_error_charged(Says::status(503).charging("1"), "unknown", UNKNOWN)]
#[case::no_answer(Says::nothing(BodySent::Yes), "unknown", UNKNOWN)]
#[case::no_answer_charged(Says::nothing(BodySent::Yes).charging("1"), "unknown", UNKNOWN)]
#[case::cut_off(
    Says::picture(WIDTH, HEIGHT, "1").cut_after(100),
    "paid_lost",
    Bad { job: JobState::PaidLost, paid: "1", reserved: "0", evidence: 1 }
)]
#[case::no_picture(
    Says::body(b"PK\x03\x04 no zip at all".to_vec(), "1"),
    "paid_lost",
    Bad { job: JobState::PaidLost, paid: "1", reserved: "0", evidence: 1 }
)]
#[case::neither_header_nor_picture(
    Says::body(b"<html>".to_vec(), "1").without_header(),
    "unknown",
    Bad { evidence: 1, ..UNKNOWN }
)]
#[tokio::test]
async fn each_bad_answer_is_booked_by_its_row(#[case] says: Says, #[case] code: &str, #[case] bad: Bad) {
    let bench = Bench::new([says]);
    let error = bench.download(&bench.order("dog.png")).await.unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert_eq!(bench.last_job(), bad.job);
    assert_eq!(bench.paid(), bad.paid.parse().unwrap());
    assert_eq!(bench.reserved(), bad.reserved.parse().unwrap());
    assert_eq!(bench.set_aside(), bad.evidence);
    assert_eq!(error.charged(), bench.paid());
    bench.money_is_conserved();
    bench.nothing_incoming();
    assert!(bench.results().is_empty());
    assert!(bench.store.recoverable_runs().unwrap().is_empty(), "there is nothing left for the next start");
}

#[rstest]
#[case::measured(good(), "1", Source::Measured, vec![])]
#[case::free(Says::picture(WIDTH, HEIGHT, "0"), "0", Source::Measured, vec![differs("0")])]
#[case::dearer(Says::picture(WIDTH, HEIGHT, "1.5"), "1.5", Source::Measured, vec![differs("1.5")])]
#[case::not_told(good().without_header(), "1", Source::Inferred, vec![Warning::ChargeNotTold])]
#[case::smaller(
    Says::picture(WIDTH / 2, HEIGHT / 2, "1"),
    "1",
    Source::Measured,
    vec![Warning::Smaller { expected: (WIDTH, HEIGHT), got: (WIDTH / 2, HEIGHT / 2) }]
)]
#[tokio::test]
async fn a_good_answer_is_booked_at_what_was_charged_and_says_what_is_odd(
    #[case] says: Says,
    #[case] charged: &str,
    #[case] basis: Source,
    #[case] warnings: Vec<Warning>,
) {
    let bench = Bench::new([says]);
    let finished = bench.download(&bench.order("dog.png")).await.unwrap();
    assert_eq!((finished.charged, finished.basis), (charged.parse().unwrap(), basis));
    assert_eq!(finished.warnings, warnings);
    assert_eq!(bench.paid(), bench.script.charged());
    bench.only_whole_results();
}

fn differs(charged: &str) -> Warning {
    Warning::ChargeDiffers { quoted: Credits::ONE, charged: charged.parse().unwrap() }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_asks_to_wait_is_waited_for_with_nothing_reserved() {
    let bench = Bench::new([Says::wait(7), Says::wait(3), good()]);
    let begun = tokio::time::Instant::now();
    let finished = bench.download(&bench.order("dog.png")).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(10));
    assert_eq!((finished.charged, bench.paid()), (Credits::ONE, Credits::ONE));
    let reserved = bench.seen.states().iter().filter(|state| **state == JobState::Reserved).count();
    assert_eq!(reserved, 3, "each try reserves anew");
    bench.money_is_conserved();
}

#[tokio::test(start_paused = true)]
async fn waiting_has_an_end() {
    let bench = Bench::new((0..12).map(|_| Says::wait(1)));
    let error = bench.download(&bench.order("dog.png")).await.unwrap_err();
    assert!(matches!(error, BatchError::RateLimited { wait } if wait == Duration::from_secs(1)));
    assert_eq!(bench.script.requests().len(), 9);
    assert_eq!((bench.last_job(), bench.reserved()), (JobState::Failed, Credits::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_wait_can_be_cut_short() {
    let bench = Bench::new([Says::wait(60)]);
    let (order, cancel) = (bench.order("dog.png"), CancellationToken::new());
    let agreed = Agreed::to(Credits::ONE);
    let download = bench.spender.download(&order, &agreed, &bench.seen, &cancel);
    let stop = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        cancel.cancel();
    };
    let (result, ()) = tokio::join!(download, stop);
    assert!(matches!(result, Err(BatchError::Cancelled)));
    assert_eq!((bench.last_job(), bench.reserved()), (JobState::Failed, Credits::ZERO));
}

#[tokio::test]
async fn what_is_stopped_before_it_begins_costs_nothing() {
    let bench = Bench::new([]);
    let cancel = CancellationToken::new();
    cancel.cancel();
    let result = bench.spender.download(&bench.order("dog.png"), &Agreed::to(Credits::ONE), &bench.seen, &cancel).await;
    assert!(matches!(result, Err(BatchError::Cancelled)));
    assert!(bench.script.requests().is_empty());
    assert_eq!(bench.last_job(), JobState::Failed);
}

#[tokio::test]
async fn a_picture_that_changed_since_the_quote_is_not_sent() {
    let bench = Bench::new([]);
    let order = bench.order("dog.png");
    std::fs::copy(bench.photo("cat.png"), &order.input).unwrap();
    let error = bench.download(&order).await.unwrap_err();
    assert!(matches!(error, BatchError::InputChanged { .. }), "{error}");
    assert_eq!((bench.paid(), bench.reserved()), (Credits::ZERO, Credits::ZERO));
}

#[tokio::test]
async fn a_picture_that_is_gone_is_not_sent() {
    let bench = Bench::new([]);
    let order = bench.order("dog.png");
    std::fs::remove_file(&order.input).unwrap();
    let error = bench.download(&order).await.unwrap_err();
    assert!(matches!(error, BatchError::Input { source: clearcut_imaging::ImageError::NotFound, .. }), "{error}");
}

#[tokio::test]
async fn a_price_above_what_was_agreed_is_not_paid() {
    let bench = Bench::new([]);
    let agreed = Agreed::to("0.99".parse().unwrap());
    let error = bench.download_for(&bench.order("dog.png"), &agreed).await.unwrap_err();
    assert!(matches!(error, BatchError::OverAgreed { price: Credits::ONE, .. }), "{error}");
    assert!(bench.script.requests().is_empty());
}

#[tokio::test]
async fn a_cap_below_the_price_is_kept() {
    let bench = Bench::new([]);
    let agreed = Agreed { cap: Some("0.5".parse().unwrap()), ..Agreed::to(Credits::ONE) };
    let error = bench.download_for(&bench.order("dog.png"), &agreed).await.unwrap_err();
    assert!(matches!(error, BatchError::NotReserved(_)), "{error}");
    assert_eq!(bench.last_job(), JobState::Failed);
}

#[tokio::test]
async fn a_service_past_its_known_end_is_not_asked() {
    let script =
        Script::new([]).with_profile(|profile| profile.ends_at = Some("2026-11-22T13:00:00Z".parse().unwrap()));
    let bench = Bench::with_script(script);
    bench.clock.advance(SignedDuration::from_hours(1));
    let error = bench.download(&bench.order("dog.png")).await.unwrap_err();
    assert!(matches!(error, BatchError::ServiceEnded { perhaps_charged: false, ended_at: Some(_), .. }), "{error}");
    assert_eq!(bench.last_job(), JobState::ServiceEnded);
}

#[tokio::test]
async fn what_the_service_would_refuse_is_refused_before_sending_in_clear_words() {
    let bench = Bench::with_script(Script::new([]).with_profile(|profile| profile.limits.max_bytes = Some(50)));
    let error = bench.download(&bench.order("dog.png")).await.unwrap_err();
    assert!(matches!(error, BatchError::TooManyBytes { limit_bytes: 50, .. }), "{error}");

    let script =
        Script::new([]).with_profile(|profile| profile.limits.max_input_megapixels = Some("0.002".parse().unwrap()));
    let bench = Bench::with_script(script);
    let error = bench.download(&bench.order("dog.png")).await.unwrap_err();
    assert!(matches!(error, BatchError::TooManyMegapixels { .. }), "{error}");
}

/// What the service got: a copy where the original was not for it, and the original is what the vault knows.
#[tokio::test]
async fn what_the_service_does_not_take_is_sent_as_a_copy_and_found_in_the_vault_by_its_original() {
    let limit = |profile: &mut clearcut_service::Profile| {
        profile.limits.max_input_megapixels = Some("0.25".parse().unwrap());
    };
    let bench = Bench::with_script(Script::new([Says::picture(600, 400, "1")]).with_profile(limit));
    let input = bench.home.path().join("large.bmp");
    let picture = clearcut_imaging::Rgba::filled(900, 600, [200, 30, 40, 255]);
    let rgb: Vec<u8> = picture.pixels.chunks_exact(4).flat_map(|p| [p[2], p[1], p[0]]).collect();
    let mut file = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    file.extend(
        [900_i32.to_le_bytes(), 600_i32.to_le_bytes(), [1, 0, 24, 0], [0; 4], [0; 4], [0; 4], [0; 4], [0; 4], [0; 4]]
            .concat(),
    );
    file.extend(rgb);
    std::fs::write(&input, &file).unwrap();
    let order = bench.order_of(&input);
    let finished = bench.download(&order).await.unwrap();
    assert_eq!((finished.width, finished.height, finished.warnings.len()), (600, 400, 0));
    let sent = bench.script.pictures();
    let sent = clearcut_imaging::decode_bytes(&sent[0], &clearcut_imaging::Limits::inputs()).unwrap();
    assert!(sent.pixel_count() <= 250_000 && sent.pixel_count() > 240_000, "{sent:?}");
    let left = std::fs::read_dir(bench.home.path().join("data/outgoing")).unwrap().count();
    assert_eq!(left, 0, "the copy is gone when the request is over");
    assert!(bench.spender.already_paid(&order).unwrap());
    assert!(bench.download(&order).await.unwrap().from_vault);
    assert_eq!(bench.script.requests().len(), 1);
}

/// The original says who, where and with what; the service is told nothing of it, the result says it again, unless it was to be left out.
#[tokio::test]
async fn what_the_original_says_is_kept_from_the_service_and_put_into_the_result() {
    let talkative = Path::new(env!("CARGO_MANIFEST_DIR")).join("../imaging/tests/fixtures/inputs/talkative.jpg");
    let holds = |file: &[u8]| file.windows(12).any(|window| window == b"Anna Example");
    for keep_metadata in [true, false] {
        let bench = Bench::new([Says::picture(64, 48, "1")]);
        let input = bench.home.path().join("photo.jpg");
        std::fs::copy(&talkative, &input).unwrap();
        let order = Order { keep_metadata, ..bench.order_of(&input) };
        let finished = bench.download(&order).await.unwrap();
        assert!(holds(&std::fs::read(&input).unwrap()) && !holds(&bench.script.pictures()[0]), "never sent");
        assert_eq!(holds(&std::fs::read(&finished.output).unwrap()), keep_metadata);
        let again = bench.spender.save_again(finished.job, None, &bench.seen).await.unwrap();
        assert_eq!(holds(&std::fs::read(&again.output).unwrap()), keep_metadata, "saved again as it was asked for");
        // Another picture has taken the original's place: its words are not this result's.
        std::fs::write(&input, std::fs::read(talkative.with_extension("png")).unwrap()).unwrap();
        let later = bench.spender.save_again(finished.job, None, &bench.seen).await.unwrap();
        assert!(!holds(&std::fs::read(&later.output).unwrap()));
    }
}

#[tokio::test]
async fn a_service_preview_reserves_its_price_and_is_booked_at_nothing_while_it_is_free() {
    let bench = Bench::new([Says::picture(30, 20, "0")]);
    let agreed = Agreed::to("0.25".parse().unwrap());
    let order = bench.order("dog.png");
    let preview = bench.spender.service_preview(&order, &agreed, &bench.seen, &CancellationToken::new()).await.unwrap();
    assert_eq!((preview.picture.width, preview.charged), (30, Credits::ZERO));
    let reserved = bench.store.entries(AccountId::PRACTICE).unwrap();
    let quarter: Credits = "0.25".parse().unwrap();
    assert!(reserved.iter().any(|entry| matches!(entry.event,
        clearcut_credits::Event::Reserved { amount, .. } if amount == quarter)));
    assert_eq!(bench.script.requests()[0].size, Size::Preview);
    assert!(bench.results().is_empty(), "a preview is not saved to the folder");

    let again = bench.spender.service_preview(&order, &agreed, &bench.seen, &CancellationToken::new()).await.unwrap();
    assert!(again.from_vault);
    assert_eq!(bench.script.requests().len(), 1);
}

#[test]
fn work_can_be_spawned() {
    fn is_send<T: Send>(_: &T) {}
    let bench = Bench::new([]);
    let (order, agreed, cancel) = (bench.order("dog.png"), Agreed::to(Credits::ONE), CancellationToken::new());
    is_send(&bench.spender.download(&order, &agreed, &bench.seen, &cancel));
    is_send(&bench.spender.service_preview(&order, &agreed, &bench.seen, &cancel));
    is_send(&bench.spender.save_again(clearcut_store::JobId::new(), None, &bench.seen));
    is_send(&bench.spender.recover());
    is_send(&bench.spender.refresh_balance());
}
