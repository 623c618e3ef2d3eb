//! A purchase from beginning to end, without an account anywhere: the practice account's shop is opened as a real service's page
//! is, something is bought there, and the app finds it. And the plan that the practice account has from the start.

use std::path::Path;
use std::sync::Arc;

use clearcut_app::views::{GaugeView, OutputOptions, Page, PlanView, PromptKind, ProposalView};
use clearcut_app::{Agreed, App, AppParts, Front, ServiceChoice, SystemKeys};
use clearcut_store::testing::ManualClock;
use clearcut_store::{Clock, SystemClock};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::common::{TestHost, folders, open, photo};

/// The practice account of a new data folder, on a clock of the test's.
async fn open_at(home: &Path, clock: &Arc<ManualClock>) -> (Arc<App>, Arc<TestHost>) {
    let host = Arc::new(TestHost::default());
    let parts = AppParts {
        folders: folders(home),
        host: host.clone(),
        service: ServiceChoice::Remembered,
        front: Front::Terminal,
        keys: Arc::new(SystemKeys::default()),
        clock: clock.clone(),
        environment_key: None,
        sleeper: Arc::new(clearcut_batch::TokioSleeper),
        http: clearcut_service::HttpOptions::default(),
        awake: Arc::new(clearcut_app::SystemAwake),
        model: None,
    };
    (App::open(parts).await.unwrap(), host)
}

/// What somebody needs at least to buy something. A look that comes sooner after a conclusive one is not doubled.
const A_WHILE: SignedDuration = SignedDuration::from_secs(10);

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(SystemClock.now()))
}

/// Opens a page and says which address the browser was given.
async fn open_page(app: &App, host: &TestHost, page: Page) -> url::Url {
    app.open_page(page).await.unwrap();
    host.opened.lock().unwrap().last().unwrap().parse().unwrap()
}

/// What a browser shows at an address; with `form`, after sending it there and following where it leads.
async fn browse(address: &url::Url, form: Option<String>) -> String {
    let policy = reqwest::redirect::Policy::limited(1);
    let browser = reqwest::Client::builder().redirect(policy).no_proxy().build().unwrap();
    let request = match form {
        Some(form) => browser
            .post(address.join("/sandbox/shop").unwrap())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Sec-Fetch-Site", "same-origin")
            .body(form),
        None => browser.get(address.clone()),
    };
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

/// Presses one of the shop's buttons.
async fn buy(shop: &url::Url, offer: &str) -> String {
    let page = browse(shop, None).await;
    assert!(page.contains(&format!("value=\"{offer}\"")), "{page}");
    browse(shop, Some(format!("{}&buy={offer}", shop.query().unwrap()))).await
}

fn totals(gauge: &GaugeView) -> [Option<&str>; 2] {
    [&gauge.payg, &gauge.total].map(|figure| figure.amount.as_deref())
}

async fn banners(app: &App) -> Vec<String> {
    app.overview().await.unwrap().banners.into_iter().map(|banner| banner.text).collect()
}

fn says(banners: &[String], text: &str) -> bool {
    banners.iter().any(|banner| banner.contains(text))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_bought_in_the_practice_shop_arrives() {
    let home = tempfile::tempdir().unwrap();
    let clock = clock();
    let (app, host) = open_at(home.path(), &clock).await;
    assert_eq!(totals(&app.gauge(true).await.unwrap()), [Some("10"), Some("50")]);
    let pages = app.overview().await.unwrap().accounts[0].pages.clone();
    assert_eq!(pages, [Page::Upgrade, Page::TopUp]);
    assert_eq!(app.credits().await.unwrap().awaiting_purchase, None);

    let shop = open_page(&app, &host, Page::TopUp).await;
    assert_eq!((shop.host_str(), shop.path()), (Some("127.0.0.1"), "/sandbox/shop"));
    assert!(app.credits().await.unwrap().awaiting_purchase.is_some());
    clock.advance(A_WHILE);
    app.refresh_balance().await.unwrap();
    assert!(app.credits().await.unwrap().awaiting_purchase.is_some(), "nothing has come yet");

    assert!(buy(&shop, "credits-10").await.contains("10 pay-as-you-go credits bought"));
    clock.advance(A_WHILE);
    assert_eq!(totals(&app.refresh_balance().await.unwrap()), [Some("20"), Some("60")]);
    assert!(says(&banners(&app).await, "10 pay-as-you-go credits arrived"), "{:?}", banners(&app).await);
    assert_eq!(app.credits().await.unwrap().awaiting_purchase, None);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_just_after_a_download_is_believed_after_a_quiet_minute() {
    let home = tempfile::tempdir().unwrap();
    let clock = clock();
    let (app, host) = open_at(home.path(), &clock).await;
    app.gauge(true).await.unwrap();
    let id = app.examine(vec![photo(home.path(), "coffee.png")]).await.pictures[0].id;
    let agreed = Agreed { cost: "1".to_owned(), cap: None, stop_before_payg: false, batch: None };
    app.fetch(id, &OutputOptions::default(), agreed, None).await.unwrap();

    let shop = open_page(&app, &host, Page::TopUp).await;
    buy(&shop, "credits-50").await;
    assert_eq!(
        totals(&app.refresh_balance().await.unwrap()),
        [Some("10"), Some("49")],
        "the charge may still be on its way"
    );
    assert!(app.credits().await.unwrap().awaiting_purchase.is_some());
    clock.advance(SignedDuration::from_secs(61));
    let gauge = app.refresh_balance().await.unwrap();
    assert_eq!(totals(&gauge), [Some("60"), Some("99")]);
    assert_eq!(gauge.cycle.unwrap().used.as_deref(), Some("1"));
    assert!(says(&banners(&app).await, "50 pay-as-you-go credits arrived"), "{:?}", banners(&app).await);
    assert_eq!(app.credits().await.unwrap().awaiting_purchase, None);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_plan_from_the_shop_arrives_and_is_proposed() {
    let home = tempfile::tempdir().unwrap();
    let clock = clock();
    let (app, host) = open_at(home.path(), &clock).await;
    app.gauge(true).await.unwrap();
    let shop = open_page(&app, &host, Page::Upgrade).await;
    buy(&shop, "plan-200").await;
    clock.advance(A_WHILE);
    assert_eq!(totals(&app.refresh_balance().await.unwrap()), [Some("10"), Some("250")]);
    assert!(says(&banners(&app).await, "200 subscription credits arrived"), "{:?}", banners(&app).await);
    let ProposalView { text, monthly, .. } = app.credits().await.unwrap().proposal.unwrap();
    assert_eq!(monthly.as_deref(), Some("200"));
    assert!(text.contains("Your plan says 40 a month. Has it changed?"), "{text}");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_credits_the_practice_account_offers_to_top_up() {
    let home = tempfile::tempdir().unwrap();
    let journal = [
        r#"{"at":"AT","event":{"opened":{"plan":{"monthly":"10","free_previews":5},"balances":{"subscription":"10","payg":"0","enterprise":"0","free_previews":5}}}}"#,
        r#"{"at":"AT","event":{"charged":{"request_id":"a","item":"picture","amount":"10","subscription":"10","payg":"0","enterprise":"0","free_preview":false}}}"#,
    ];
    keep_books(home.path(), SystemClock.now(), &journal);
    let (app, _) = open(home.path(), Front::Terminal).await;
    app.gauge(true).await.unwrap();
    let prompts = app.credits().await.unwrap().prompts;
    assert_eq!(
        prompts.iter().map(|prompt| (prompt.kind, prompt.page)).collect::<Vec<_>>(),
        [(PromptKind::TopUp, Page::TopUp)]
    );
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_on_one_practice_account_open_the_same_shop() {
    let home = tempfile::tempdir().unwrap();
    let (serving, host) = open(home.path(), Front::Terminal).await;
    let (joining, other_host) = open(home.path(), Front::Terminal).await;
    let shop = open_page(&serving, &host, Page::Upgrade).await;
    assert_eq!(open_page(&joining, &other_host, Page::TopUp).await, shop);
    joining.close().await;
    serving.close().await;
}

/// Books of a practice account from before, its first day at `at`.
fn keep_books(home: &Path, at: Timestamp, lines: &[&str]) {
    let folder = folders(home).practice();
    std::fs::create_dir_all(&folder).unwrap();
    let text: String = lines.iter().map(|line| format!("{}\n", line.replace("AT", &at.to_string()))).collect();
    std::fs::write(folder.join("account.jsonl"), text).unwrap();
}

async fn plan(app: &App) -> Option<PlanView> {
    app.credits().await.unwrap().plan
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_practice_account_has_its_plan_and_a_forgotten_one_stays_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let (app, _) = open(home.path(), Front::Terminal).await;
    let gauge = app.gauge(true).await.unwrap();
    let PlanView { name, monthly, renewal_day, zone, rollover_months, price, .. } = plan(&app).await.unwrap();
    assert_eq!((name.as_deref(), monthly.as_str(), zone.as_str()), (Some("Practice 40"), "40", "UTC"));
    assert_eq!((rollover_months, price.is_some()), (Some(5), true));
    let cycle = gauge.cycle.unwrap();
    assert_eq!((cycle.used.as_deref(), cycle.renewal_due), (Some("0"), false));
    assert!(cycle.began_at[8..10].parse() == Ok(renewal_day), "{} and {renewal_day}", cycle.began_at);
    assert_eq!((gauge.subscription.amount.as_deref(), gauge.rollover.amount.as_deref()), (Some("40"), Some("0")));
    app.forget_plan().await.unwrap();
    app.close().await;

    let (app, _) = open(home.path(), Front::Terminal).await;
    assert_eq!(plan(&app).await, None);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_practice_account_gets_the_plan_that_its_books_say() {
    let home = tempfile::tempdir().unwrap();
    let journal = [
        r#"{"at":"AT","event":{"opened":{"plan":{"monthly":"12","free_previews":5},"balances":{"subscription":"12","payg":"2","enterprise":"0","free_previews":5}}}}"#,
        r#"{"at":"AT","event":{"charged":{"request_id":"a","item":"picture","amount":"3","subscription":"3","payg":"0","enterprise":"0","free_preview":false}}}"#,
    ];
    let began = SystemClock.now() - SignedDuration::from_hours(10 * 24);
    keep_books(home.path(), began, &journal);
    let (app, _) = open(home.path(), Front::Terminal).await;
    let gauge = app.gauge(true).await.unwrap();
    let plan = plan(&app).await.unwrap();
    let day = TimeZone::UTC.to_datetime(began).day().unsigned_abs();
    assert_eq!((plan.name, plan.monthly.as_str(), plan.renewal_day), (None, "12", day));
    assert_eq!(gauge.cycle.unwrap().used.as_deref(), Some("3"));
    assert_eq!((gauge.subscription.amount.as_deref(), gauge.rollover.amount.as_deref()), (Some("9"), Some("0")));
    app.close().await;
}
