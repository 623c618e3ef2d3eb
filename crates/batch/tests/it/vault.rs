//! Never pay twice: whatever the vault has is used again, free, under a new name; and what a list of pictures will cost.

use std::sync::Arc;

use clearcut_batch::{Agreed, BatchError, Warning};
use clearcut_credits::Credits;
use clearcut_imaging::{Background, Limits, Look, OutputFormat, decode};
use clearcut_service::wire::Size;
use clearcut_service::{AccountAnswer, BodySent};
use clearcut_store::{JobState, Store, Vault};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, HEIGHT, WIDTH, spender_of};
use crate::script::{Says, Script};

fn good() -> Says {
    Says::picture(WIDTH, HEIGHT, "1")
}

#[tokio::test]
async fn the_same_picture_is_never_paid_twice_and_never_overwritten() {
    let bench = Bench::new([good()]);
    let order = bench.order("dog.png");
    bench.download(&order).await.unwrap();
    let first = std::fs::read(&order.output).unwrap();

    let again = bench.download_for(&order, &Agreed::to(Credits::ZERO)).await.unwrap();
    assert_eq!((again.charged, again.from_vault), (Credits::ZERO, true));
    assert_eq!(again.output, bench.out().join("dog-cutout-2.png"));
    assert_eq!(std::fs::read(&order.output).unwrap(), first);
    assert_eq!((bench.script.requests().len(), bench.paid()), (1, Credits::ONE));
    assert_eq!(bench.last_job(), JobState::Saved);
}

#[tokio::test]
async fn the_same_content_under_another_name_is_the_same_work() {
    let bench = Bench::new([good()]);
    let dog = bench.order("dog.png");
    bench.download(&dog).await.unwrap();
    let copy = bench.home.path().join("copy of dog.png");
    std::fs::copy(&dog.input, &copy).unwrap();
    let finished = bench.download(&bench.order_of(&copy)).await.unwrap();
    assert!(finished.from_vault);
    assert_eq!(bench.results(), ["copy of dog-cutout.png", "dog-cutout.png"]);
}

#[tokio::test]
async fn two_at_once_pay_once() {
    let bench = Bench::new([good()]);
    let order = bench.order("dog.png");
    let (one, two) = tokio::join!(bench.download(&order), bench.download(&order));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.charged.saturating_add(two.charged), Credits::ONE);
    assert_eq!(bench.script.requests().len(), 1);
    assert_eq!(bench.results(), ["dog-cutout-2.png", "dog-cutout.png"]);
}

#[tokio::test]
async fn two_programs_at_once_pay_once() {
    let bench = Bench::new([good()]);
    let order = bench.order("dog.png");
    let store = Arc::new(Store::open_with(bench.store.data_dir(), bench.clock.clone()).unwrap());
    let vault = Arc::new(Vault::open(bench.vault.dir(), Arc::new(bench.files.clone())).unwrap());
    let other = spender_of(&store, &vault, &bench.files, &bench.clock, bench.script.clone());
    let (agreed, cancel) = (Agreed::to(Credits::ONE), CancellationToken::new());
    let (one, two) = tokio::join!(bench.download(&order), other.download(&order, &agreed, &bench.seen, &cancel));
    assert_ne!(one.unwrap().from_vault, two.unwrap().from_vault);
    assert_eq!((bench.script.requests().len(), bench.paid()), (1, Credits::ONE));
}

#[tokio::test]
async fn another_background_or_format_of_a_paid_picture_is_free() {
    let bench = Bench::new([good()]);
    let mut order = bench.order("dog.png");
    bench.download(&order).await.unwrap();
    order.look = Look { background: Background::Colour([9, 80, 200]) };
    order.format = OutputFormat::Jpg;
    order.output = bench.out().join("blue dog.jpg");
    let blue = bench.download_for(&order, &Agreed::to(Credits::ZERO)).await.unwrap();
    let picture = decode(&blue.output, &Limits::answers()).unwrap();
    let [red, green, sky, alpha] = picture.pixel(0, 0).unwrap();
    assert!(red < 40 && green.abs_diff(80) < 20 && sky > 170 && alpha == 255, "{red} {green} {sky} {alpha}");
    assert_eq!(bench.paid(), Credits::ONE);
}

#[tokio::test]
async fn another_size_is_other_work() {
    let bench = Bench::new([good(), good()]);
    let mut order = bench.order("dog.png");
    bench.download(&order).await.unwrap();
    order.size = Size::Medium;
    assert!(!bench.download(&order).await.unwrap().from_vault);
    assert_eq!(bench.paid(), Credits::whole(2));
}

#[tokio::test]
async fn a_paid_answer_outlives_the_service() {
    let script =
        Script::new([good()]).with_profile(|profile| profile.ends_at = Some("2026-12-01T08:00:00Z".parse().unwrap()));
    let bench = Bench::with_script(script);
    let order = bench.order("dog.png");
    bench.download(&order).await.unwrap();
    bench.clock.advance(jiff::SignedDuration::from_hours(24 * 30));
    assert!(bench.download(&order).await.unwrap().from_vault);
}

#[tokio::test]
async fn a_lost_picture_is_no_paid_answer_and_is_paid_again_only_by_asking_again() {
    let bench = Bench::new([good().cut_after(60), good()]);
    let order = bench.order("dog.png");
    let error = bench.download(&order).await.unwrap_err();
    let BatchError::PaidLost { charged, kept: Some(kept), .. } = &error else { panic!("{error}") };
    assert_eq!(*charged, Credits::ONE);
    assert!(kept.join("head.json").is_file(), "the evidence is kept");
    assert!(!bench.spender.already_paid(&order).unwrap());

    assert!(!bench.download(&order).await.unwrap().from_vault);
    assert_eq!((bench.paid(), bench.script.charged()), (Credits::whole(2), Credits::whole(2)));
}

#[tokio::test]
async fn asking_again_after_an_unknown_says_so() {
    let bench = Bench::new([Says::nothing(BodySent::Yes), good()]);
    let order = bench.order("dog.png");
    assert!(!bench.spender.earlier_undecided(&order).unwrap());
    bench.download(&order).await.unwrap_err();
    assert!(bench.spender.earlier_undecided(&order).unwrap());
    assert!(!bench.spender.earlier_undecided(&bench.order("cat.png")).unwrap());
    let finished = bench.download(&order).await.unwrap();
    assert_eq!(finished.warnings, [Warning::EarlierUndecided]);
    bench.money_is_conserved();
}

#[tokio::test]
async fn a_quote_counts_duplicates_once_and_the_paid_ones_not_at_all() {
    let bench = Bench::new([good()]);
    let (dog, cat) = (bench.order("dog.png"), bench.order("cat.png"));
    bench.download(&dog).await.unwrap();
    let mut small = cat.clone();
    small.size = Size::Preview;
    let quote = bench.spender.estimate(&[dog, cat.clone(), cat, small], 2).unwrap().quote;
    assert_eq!((quote.pictures, quote.charged), (6, 2));
    assert_eq!((quote.already_paid, quote.duplicates, quote.unreadable), (1, 1, 2));
    assert_eq!(quote.cost, "1.25".parse().unwrap());
}

#[tokio::test]
async fn a_quote_says_where_payg_begins_and_where_the_credits_end() {
    let bench = Bench::new([]);
    let answer = AccountAnswer {
        subscription: Some("10".parse().unwrap()),
        payg: Some("5".parse().unwrap()),
        total: Some("15".parse().unwrap()),
        ..AccountAnswer::default()
    };
    *bench.script.balance.lock().unwrap() = answer;
    let balance = bench.spender.refresh_balance().await.unwrap().balance();
    assert_eq!(balance.total, Some(Credits::whole(15)));
    let orders: Vec<_> = (0..30).map(|n| bench.order(&format!("{}.png", "x".repeat(n + 1)))).collect();
    let quote = bench.spender.estimate(&orders, 0).unwrap().quote;
    assert_eq!((quote.payg_from, quote.ends_at), (Some(11), Some(15)));
}

#[tokio::test]
async fn a_missing_balance_is_unknown_and_never_nothing() {
    let bench = Bench::new([]);
    bench.spender.refresh_balance().await.unwrap();
    let gauge = bench.spender.gauge().unwrap();
    assert_eq!((gauge.subscription.amount, gauge.total.amount), (None, None));
}

#[tokio::test]
async fn a_paid_picture_is_saved_again_without_its_original() {
    let bench = Bench::new([good()]);
    let order = bench.order("dog.png");
    let finished = bench.download(&order).await.unwrap();
    std::fs::remove_file(&order.input).unwrap();
    let elsewhere = bench.home.path().join("elsewhere");
    let again = bench.spender.save_again(finished.job, Some(&elsewhere), &bench.seen).await.unwrap();
    assert_eq!((again.output, again.charged), (elsewhere.join("dog-cutout.png"), Credits::ZERO));
    let shown = bench.spender.paid_cutout(finished.job, 30).unwrap();
    assert_eq!((shown.width, shown.height), (30, 20));
}

#[tokio::test]
async fn what_was_not_paid_cannot_be_saved_again() {
    let bench = Bench::new([Says::status(400)]);
    bench.download(&bench.order("dog.png")).await.unwrap_err();
    let job = bench.store.jobs_recent(1).unwrap()[0].id;
    let error = bench.spender.save_again(job, None, &bench.seen).await.unwrap_err();
    assert!(matches!(error, BatchError::NothingKept), "{error}");
}
