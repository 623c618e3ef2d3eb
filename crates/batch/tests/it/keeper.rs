//! Cleaning the vault under a running program: what is not saved stays, what is at work is left alone, what went costs again
//! and says so.

use clearcut_batch::{Agreed, BatchError, Cleaned, Keeper};
use clearcut_credits::Credits;
use clearcut_store::testing::Call;
use clearcut_store::{Cleaning, JobState, Standing};
use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, HEIGHT, WIDTH};
use crate::script::Says;

fn good() -> Says {
    Says::picture(WIDTH, HEIGHT, "1")
}

fn on() -> CancellationToken {
    CancellationToken::new()
}

fn keeper(bench: &Bench) -> Keeper {
    Keeper { store: bench.store.clone(), vault: bench.vault.clone(), clock: bench.clock.clone() }
}

#[tokio::test]
async fn what_went_costs_again_and_the_estimate_says_so() {
    let bench = Bench::new([good(), good()]);
    let order = bench.order("dog.png");
    let first = bench.download(&order).await.unwrap();
    let keeper = keeper(&bench);
    assert_eq!(
        keeper.clean(Cleaning::Limit { bytes: 0 }, &on()).unwrap(),
        Cleaned::default(),
        "a day is left to everything"
    );
    bench.clock.advance(SignedDuration::from_hours(25));
    let would = keeper.would_go(Cleaning::Limit { bytes: 0 }).unwrap();
    assert_eq!((would.pictures, would.charged), (1, Credits::ONE));
    assert!(bench.spender.already_paid(&order).unwrap(), "asking what would go takes nothing");
    assert_eq!(keeper.clean(Cleaning::Limit { bytes: 0 }, &on()).unwrap(), would);

    assert!(!bench.spender.already_paid(&order).unwrap());
    assert_eq!(bench.spender.estimate(std::slice::from_ref(&order), 0).unwrap().quote.cost, Credits::ONE);
    let error = bench.spender.save_again(first.job, None, &bench.seen).await.unwrap_err();
    assert!(matches!(error, BatchError::KeptNoMore), "{error}");
    assert!(matches!(bench.spender.paid_cutout(first.job, 30), Err(BatchError::KeptNoMore)));
    let refused = bench.download_for(&order, &Agreed::to(Credits::ZERO)).await.unwrap_err();
    assert!(matches!(refused, BatchError::OverAgreed { .. }), "nothing is paid that was quoted as free: {refused}");
    assert_eq!(bench.script.requests().len(), 1);
    bench.download(&order).await.unwrap();
    assert_eq!(bench.paid(), "2".parse().unwrap());
    // The new answer serves the old job as well.
    bench.spender.save_again(first.job, None, &bench.seen).await.unwrap();
    bench.money_is_conserved();
}

#[tokio::test]
async fn what_is_not_saved_stays_whatever_is_asked() {
    let bench = Bench::new([good()]);
    let order = bench.order("dog.png");
    let out = bench.out();
    bench.files.fail_when(move |_, call| match call {
        Call::RenameNew(_, to) if to.starts_with(&out) => Some(std::io::ErrorKind::StorageFull),
        _ => None,
    });
    bench.download(&order).await.unwrap_err();
    assert_eq!(bench.last_job(), JobState::Settled);
    bench.files.heal();
    bench.clock.advance(SignedDuration::from_hours(24 * 400));
    let keeper = keeper(&bench);
    for cleaning in [
        Cleaning::Limit { bytes: 0 },
        Cleaning::DownTo { bytes: 0 },
        Cleaning::AllSaved,
        Cleaning::Evidence,
        Cleaning::Before { at: jiff::Timestamp::MAX },
    ] {
        assert_eq!(keeper.clean(cleaning, &on()).unwrap(), Cleaned::default(), "{cleaning:?}");
    }
    assert_eq!(keeper.inventory().unwrap().kept[0].standing, Standing::Unsaved);
    let job = bench.store.jobs_recent(1).unwrap()[0].id;
    bench.spender.save_again(job, None, &bench.seen).await.unwrap();
    assert_eq!(keeper.clean(Cleaning::AllSaved, &on()).unwrap().pictures, 1, "saved, it may go");
}

#[tokio::test]
async fn evidence_goes_only_by_its_name() {
    let bench = Bench::new([Says::body(b"no picture".to_vec(), "1")]);
    bench.download(&bench.order("dog.png")).await.unwrap_err();
    let keeper = keeper(&bench);
    assert_eq!(keeper.inventory().unwrap().standing(|standing| standing == Standing::Evidence).pictures, 1);
    assert_eq!(keeper.clean(Cleaning::AllSaved, &on()).unwrap().pictures, 0);
    assert_eq!(keeper.clean(Cleaning::Evidence, &on()).unwrap().pictures, 1);
    assert_eq!(keeper.inventory().unwrap().kept, []);
}

#[tokio::test]
async fn what_somebody_is_at_work_on_is_left_alone() {
    let bench = Bench::new([good()]);
    let order = bench.order("dog.png");
    bench.download(&order).await.unwrap();
    let stripe = &order.content.as_str()[..2];
    let lock = std::fs::File::options().write(true).open(bench.home.path().join(format!("data/claims/{stripe}.lock")));
    let lock = lock.unwrap();
    lock.lock().unwrap();
    let keeper = keeper(&bench);
    assert_eq!(keeper.clean(Cleaning::AllSaved, &on()).unwrap(), Cleaned { left_alone: 1, ..Cleaned::default() });
    drop(lock);
    assert_eq!(keeper.clean(Cleaning::AllSaved, &on()).unwrap().pictures, 1);
}

#[tokio::test]
async fn what_the_system_does_not_let_go_of_stays_and_the_rest_goes() {
    let bench = Bench::new([good(), good()]);
    bench.download(&bench.order("cat.png")).await.unwrap();
    bench.download(&bench.order("dog.png")).await.unwrap();
    let mut first = true;
    bench.files.fail_when(move |_, call| {
        let is_first = matches!(call, Call::RenameNew(..)) && std::mem::take(&mut first);
        is_first.then_some(std::io::ErrorKind::PermissionDenied)
    });
    let cleaned = keeper(&bench).clean(Cleaning::AllSaved, &on()).unwrap();
    assert_eq!((cleaned.pictures, cleaned.left_alone), (1, 1));
    assert!(bench.spender.already_paid(&bench.order("cat.png")).unwrap(), "whole, and in its place");
}

#[tokio::test]
async fn who_stops_it_keeps_the_rest() {
    let bench = Bench::new([good()]);
    bench.download(&bench.order("dog.png")).await.unwrap();
    let stopped = on();
    stopped.cancel();
    assert_eq!(keeper(&bench).clean(Cleaning::AllSaved, &stopped).unwrap(), Cleaned::default());
    assert!(bench.spender.already_paid(&bench.order("dog.png")).unwrap());
}
