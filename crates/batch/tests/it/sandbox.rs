//! The same path over real HTTP: the real client against the practice service, which keeps its account with its own code.

use std::sync::Arc;
use std::time::Duration;

use clearcut_batch::{Agreed, BatchError, Spender};
use clearcut_credits::Credits;
use clearcut_sandbox::{Running, Sandbox, SandboxOptions};
use clearcut_service::{ApiKey, HttpOptions, HttpRemover, builtin_profiles};
use rstest::rstest;
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, HEIGHT, WIDTH, spender_of};
use crate::script::cutout;

struct Practice {
    bench: Bench,
    running: Running,
    spender: Spender,
}

/// A practice service that hands out one small cutout and misbehaves by these rules.
async fn practice(faults: &str) -> Practice {
    let bench = Bench::new([]);
    let (answer, rules) = (bench.home.path().join("answer.zip"), bench.home.path().join("faults.json"));
    std::fs::write(&answer, cutout(WIDTH, HEIGHT)).unwrap();
    std::fs::write(&rules, faults).unwrap();
    let options = SandboxOptions {
        key: "practice-key".to_owned(),
        rate_limit_mp: 0,
        answer: Some(answer),
        faults: Some(rules),
        ..SandboxOptions::default()
    };
    let running = Sandbox::start(options).await.unwrap();
    let profile = builtin_profiles().into_iter().find(|profile| profile.id == "practice").unwrap();
    let profile = profile.with_prefix(running.prefix()).unwrap();
    let key = ApiKey::new("practice-key".to_owned()).unwrap();
    let http = HttpOptions { answer_timeout: Duration::from_secs(20), ..HttpOptions::default() };
    let remover = Arc::new(HttpRemover::new(profile, Some(key), http).unwrap());
    let spender = spender_of(&bench.store, &bench.vault, &bench.files, &bench.clock, remover);
    Practice { bench, running, spender }
}

impl Practice {
    async fn download(&self, name: &str) -> Result<clearcut_batch::Finished, BatchError> {
        let order = self.bench.order(name);
        self.spender.download(&order, &Agreed::to(Credits::ONE), &self.bench.seen, &CancellationToken::new()).await
    }

    fn charged(&self) -> Credits {
        self.running.charged().parse().unwrap()
    }
}

#[tokio::test]
async fn service_ledger_and_gauge_agree_to_the_last_digit() {
    let practice = practice("[]").await;
    practice.spender.refresh_balance().await.unwrap();
    let before = practice.spender.gauge().unwrap().total.amount.unwrap();
    let finished = practice.download("dog.png").await.unwrap();
    assert_eq!((finished.width, finished.height, finished.charged), (WIDTH, HEIGHT, Credits::ONE));
    assert_eq!((practice.charged(), practice.bench.paid()), (Credits::ONE, Credits::ONE));
    let after = practice.spender.gauge().unwrap().total.amount.unwrap();
    assert_eq!(before.checked_sub(after), Some(Credits::ONE));
    let told = practice.spender.refresh_balance().await.unwrap().balance();
    assert_eq!(told.total, Some(after));
    practice.running.stop().await;
}

#[rstest]
#[case::server_error(r#"[{"path": "/removebg", "status": 503}]"#, "unknown")]
#[case::charged_then_error(r#"[{"path": "/removebg", "charge_then_status": 502}]"#, "unknown")]
#[case::charged_then_dropped(r#"[{"path": "/removebg", "charge_then_drop": true}]"#, "unknown")]
#[case::dropped(r#"[{"path": "/removebg", "drop_after_body": true}]"#, "unknown")]
#[case::cut(r#"[{"path": "/removebg", "cut_after_bytes": 100}]"#, "paid_lost")]
#[case::too_short(r#"[{"path": "/removebg", "wrong_length": 100}]"#, "paid_lost")]
#[case::broken_zip(r#"[{"path": "/removebg", "broken_zip": true}]"#, "paid_lost")]
#[case::web_page(r#"[{"path": "/removebg", "wrong_type": "text/html"}]"#, "paid_lost")]
#[tokio::test]
async fn a_misbehaving_service_never_gets_a_credit_past_the_ledger(#[case] faults: &str, #[case] code: &str) {
    let practice = practice(faults).await;
    let error = practice.download("dog.png").await.unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    let (paid, charged, unknown) = (practice.bench.paid(), practice.charged(), practice.bench.reserved());
    assert!(paid <= charged && charged <= paid.saturating_add(unknown), "{paid} {charged} {unknown}");
    assert!(practice.bench.results().is_empty());
    practice.bench.nothing_incoming();
    practice.running.stop().await;
}

#[tokio::test]
async fn a_missing_charge_header_is_inferred_and_another_price_is_told() {
    let practice = practice(
        r#"[{"path": "/removebg", "nth": 1, "omit_headers": ["x-credits-charged"]},
            {"path": "/removebg", "nth": 2, "charge": "2"}]"#,
    )
    .await;
    let inferred = practice.download("dog.png").await.unwrap();
    assert_eq!(inferred.basis, clearcut_credits::Source::Inferred);
    let dearer = practice.download("cat.png").await.unwrap();
    assert_eq!(dearer.charged, Credits::whole(2));
    assert_eq!(dearer.warnings.len(), 1);
    assert_eq!(practice.bench.paid(), practice.charged());
    practice.running.stop().await;
}

#[tokio::test]
async fn an_unreachable_service_costs_nothing() {
    let practice = practice("[]").await;
    practice.running.stop().await;
    let order = practice.bench.order("dog.png");
    let agreed = Agreed::to(Credits::ONE);
    let result = practice.spender.download(&order, &agreed, &practice.bench.seen, &CancellationToken::new()).await;
    assert!(matches!(result, Err(BatchError::NotSent(_))));
    assert_eq!(practice.bench.reserved(), Credits::ZERO);
}
