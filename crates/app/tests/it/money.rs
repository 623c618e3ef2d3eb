//! An account of 10 credits a month with 5 pay-as-you-go: what is told, when, and what each choice does. The practice service over
//! HTTP with a canned picture; the clock is the test's, so that quiet minutes pass at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clearcut_app::problem::Code;
use clearcut_app::views::{
    GaugeLevel, HistoryFilter, HistoryState, OutputOptions, Page, PictureId, PictureState, PlanInput, QuoteView,
    SpendChoice, TypedKey,
};
use clearcut_app::{App, AppParts, Front, NoticeAction, ServiceChoice, SystemKeys, TakenBy};
use clearcut_sandbox::{Running, Sandbox, SandboxOptions};
use clearcut_store::testing::ManualClock;
use clearcut_store::{Clock, SystemClock};
use image::{Rgba, RgbaImage};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::common::{KEY, TestHost, control, folders};

const SIDE: u32 = 24;

/// An account with its service, and somebody who uses it.
struct Shop {
    home: tempfile::TempDir,
    service: Running,
    clock: Arc<ManualClock>,
    app: Arc<App>,
    host: Arc<TestHost>,
}

impl Shop {
    /// 10 a month, 5 pay-as-you-go, the plan entered, its month begun today.
    async fn open() -> Self {
        let shop = Self::without_a_plan("10", "5").await;
        shop.app.set_plan(shop.plan(Some("0"))).await.unwrap();
        shop
    }

    async fn without_a_plan(monthly: &str, payg: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let answer = home.path().join("answer.png");
        RgbaImage::from_fn(SIDE, SIDE, |x, _| Rgba([200, 40, 90, if x < SIDE / 2 { 255 } else { 0 }]))
            .save(&answer)
            .unwrap();
        let options = SandboxOptions {
            key: KEY.to_owned(),
            subscription: monthly.to_owned(),
            payg: payg.to_owned(),
            free_previews: 0,
            answer: Some(answer),
            ..SandboxOptions::default()
        };
        let service = Sandbox::start(options).await.unwrap();
        let clock = Arc::new(ManualClock::at(SystemClock.now()));
        let (app, host) = start(home.path(), &clock).await;
        let prefix = service.prefix().to_string();
        let key = Some(TypedKey::new(KEY));
        app.add_account("removebg".to_owned(), Some(prefix), None, key).await.unwrap();
        let shop = Self { home, service, clock, app, host };
        shop.app.gauge(true).await.unwrap();
        shop
    }

    fn plan(&self, used: Option<&str>) -> PlanInput {
        let today = TimeZone::UTC.to_datetime(self.clock.now()).date();
        PlanInput {
            name: None,
            monthly: "10".to_owned(),
            renewal_day: today.day().unsigned_abs(),
            zone: Some("UTC".to_owned()),
            rollover_months: Some(5),
            price: None,
            currency: None,
            used: used.map(str::to_owned),
            payg: Vec::new(),
        }
    }

    /// Pictures that differ from each other, on the bench.
    async fn pictures(&self, names: std::ops::Range<u32>) -> Vec<PictureId> {
        let folder = self.home.path().join("photos");
        std::fs::create_dir_all(&folder).unwrap();
        let paths: Vec<PathBuf> = names
            .map(|n| {
                let path = folder.join(format!("photo {n:02}.png"));
                let shade = u8::try_from(n).unwrap();
                RgbaImage::from_pixel(SIDE, SIDE, Rgba([shade, 100, 200, 255])).save(&path).unwrap();
                path
            })
            .collect();
        self.app.take_in(paths, TakenBy::Terminal).await.pictures.iter().map(|picture| picture.id).collect()
    }

    async fn quote(&self, pictures: &[PictureId], cap: Option<&str>) -> QuoteView {
        self.app.quote(pictures.to_vec(), OutputOptions::default(), cap.map(str::to_owned)).await.unwrap()
    }

    /// Downloads as chosen, for the sum that the quote named for that choice, and waits until all pictures are at rest.
    async fn download(&self, pictures: &[PictureId], choice: SpendChoice) {
        let cap = if let SpendChoice::Cap { credits } = &choice { Some(credits.as_str()) } else { None };
        let quote = self.quote(pictures, cap).await;
        let chosen = quote.choices.iter().find(|offered| offered.choice == choice).unwrap();
        self.app
            .download(pictures.to_vec(), OutputOptions::default(), chosen.cost.clone(), choice.clone())
            .await
            .unwrap();
        self.at_rest(pictures).await;
    }

    async fn at_rest(&self, pictures: &[PictureId]) {
        let busy = |state| matches!(state, PictureState::Queued | PictureState::Sending | PictureState::Saving);
        loop {
            let overview = self.app.overview().await.unwrap();
            if overview.pictures.iter().filter(|shown| pictures.contains(&shown.id)).all(|shown| !busy(shown.state)) {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn states(&self) -> Vec<PictureState> {
        self.app.overview().await.unwrap().pictures.iter().map(|picture| picture.state).collect()
    }

    /// A quiet minute passes, then the balance is asked for.
    async fn a_minute_later(&self) {
        self.clock.advance(SignedDuration::from_secs(90));
        self.app.refresh_balance().await.unwrap();
    }

    async fn control(&self, body: serde_json::Value) {
        control(&self.service, body).await;
    }

    fn titles(&self) -> Vec<String> {
        self.host.notices.lock().unwrap().iter().map(|notice| notice.title.clone()).collect()
    }

    /// Waits until the last notice has this title.
    async fn told(&self, title: &str) {
        let last = async {
            while self.titles().last().is_none_or(|last| last != title) {
                tokio::task::yield_now().await;
            }
        };
        if tokio::time::timeout(Duration::from_secs(20), last).await.is_err() {
            let overview = self.app.overview().await.unwrap();
            panic!("{:?}, {:?}, {:?}", self.titles(), overview.banners, overview.gauge);
        }
    }

    async fn banner(&self, id: &str) -> Option<String> {
        let overview = self.app.overview().await.unwrap();
        overview.banners.into_iter().find(|banner| banner.id == id).map(|banner| banner.text)
    }

    /// The program ends and starts again on the same folders.
    async fn restart(&mut self) {
        self.app.close().await;
        let (app, host) = start(self.home.path(), &self.clock).await;
        (self.app, self.host) = (app, host);
        let prefix = self.service.prefix().to_string();
        self.app.add_account("removebg".to_owned(), Some(prefix), None, Some(TypedKey::new(KEY))).await.unwrap();
    }
}

async fn start(home: &Path, clock: &Arc<ManualClock>) -> (Arc<App>, Arc<TestHost>) {
    let host = Arc::new(TestHost::default());
    let parts = AppParts {
        folders: folders(home),
        host: host.clone(),
        service: ServiceChoice::Named("practice".to_owned()),
        front: Front::Terminal,
        keys: Arc::new(SystemKeys::default()),
        environment_key: None,
        clock: clock.clone(),
        sleeper: Arc::new(clearcut_batch::TokioSleeper),
        http: clearcut_service::HttpOptions::default(),
        awake: Arc::new(clearcut_app::SystemAwake),
        model: None,
    };
    (App::open(parts).await.unwrap(), host)
}

const LOW: &str = "80 % of the month's credits used";
const PAYG: &str = "Pay-as-you-go backup begins";
const ZERO: &str = "No credits left";

#[tokio::test(flavor = "multi_thread")]
async fn each_notice_is_raised_once_also_over_a_restart_and_a_renewal_arms_them_again() {
    let mut shop = Shop::open().await;
    let pictures = shop.pictures(0..12).await;
    shop.download(&pictures[..7], SpendChoice::UsePayg).await;
    assert_eq!(shop.titles(), [""; 0], "seven of ten are under 80 %");
    shop.download(&pictures[7..8], SpendChoice::UsePayg).await;
    shop.told(LOW).await;
    let notice = shop.host.notices.lock().unwrap()[0].clone();
    assert!(notice.body.starts_with("8 of 10 monthly credits used, 2 left until "), "{}", notice.body);
    assert!(notice.body.contains("5 pay-as-you-go"), "what remains beside them is told: {}", notice.body);
    assert_eq!(notice.actions, [NoticeAction::Upgrade, NoticeAction::TopUp]);
    shop.download(&pictures[8..10], SpendChoice::UsePayg).await;
    assert_eq!(shop.titles(), [LOW], "once");
    shop.download(&pictures[10..11], SpendChoice::UsePayg).await;
    shop.told(PAYG).await;
    assert_eq!(shop.titles(), [LOW, PAYG]);

    shop.restart().await;
    shop.app.refresh_balance().await.unwrap();
    assert_eq!(shop.titles(), [""; 0], "a restart raises neither");

    shop.control(serde_json::json!({ "renew": true })).await;
    shop.a_minute_later().await;
    let gauge = shop.app.gauge(false).await.unwrap();
    assert_eq!((gauge.subscription.amount.as_deref(), gauge.payg.amount.as_deref()), (Some("10"), Some("4")));
    assert_eq!(gauge.cycle.unwrap().used.as_deref(), Some("0"));
    let more = shop.pictures(20..28).await;
    // The service's `Date` knows whole seconds: within the one in which the month began it cannot be told which month pays.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    shop.download(&more, SpendChoice::UsePayg).await;
    shop.told(LOW).await;
    assert_eq!(shop.titles(), [LOW], "armed again by the renewal");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_of_a_notice_opens_the_services_page_and_the_app_waits_for_the_purchase() {
    let shop = Shop::open().await;
    let pictures = shop.pictures(0..16).await;
    shop.download(&pictures, SpendChoice::UsePayg).await;
    shop.told(ZERO).await;
    assert_eq!(shop.app.gauge(false).await.unwrap().level, GaugeLevel::Empty);
    shop.app.notice_chosen(NoticeAction::TopUp);
    loop {
        if shop.app.credits().await.unwrap().awaiting_purchase.is_some() {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(*shop.host.opened.lock().unwrap(), ["https://www.remove.bg/pricing"]);

    shop.control(serde_json::json!({ "top_up": "20" })).await;
    shop.a_minute_later().await;
    shop.told("20 pay-as-you-go credits arrived").await;
    let arrived = shop.host.notices.lock().unwrap().last().unwrap().clone();
    assert_eq!(
        (arrived.body.as_str(), arrived.actions.as_slice()),
        ("Continue with 1 picture for 1 credit?", &[NoticeAction::Resume][..])
    );
    assert_eq!(shop.app.credits().await.unwrap().awaiting_purchase, None);
    assert_eq!(shop.service.charged(), "15", "nothing is spent unasked");
    shop.app.resume_download().await.unwrap();
    shop.at_rest(&pictures).await;
    assert_eq!(shop.service.charged(), "16");
    assert_eq!(shop.app.resume_download().await.unwrap_err().code, Code::BadRequest, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quote_for_thirty_pictures_names_both_lines_and_what_each_choice_comes_to() {
    let shop = Shop::open().await;
    let pictures = shop.pictures(0..30).await;
    let quote = shop.quote(&pictures, Some("3")).await;
    assert_eq!((quote.payg_from, quote.ends_at), (Some(11), Some(15)));
    assert_eq!((quote.charged, quote.cost.as_str(), quote.uncovered.as_str()), (30, "30", "15"));
    assert_eq!((quote.subscription.as_str(), quote.rollover.as_str(), quote.payg.as_str()), ("10", "0", "5"));
    let numbers: Vec<_> = quote
        .choices
        .iter()
        .map(|choice| (choice.downloads, choice.cost.as_str(), choice.payg.as_str(), choice.on_device, choice.left_out))
        .collect();
    assert_eq!(numbers, [(15, "15", "5", 0, 15), (10, "10", "0", 0, 20), (10, "10", "0", 20, 0), (3, "3", "0", 0, 27)]);
    assert_eq!(quote.choices[1].left_after.as_deref(), Some("5"));
    assert_eq!(
        quote.crossings,
        [
            "80 % of the month's 10 credits with picture 8.",
            "PAYG begins with picture 11.",
            "The credits end after picture 15, 15 short."
        ]
    );
    let prompt = quote.prompt.unwrap();
    assert_eq!(prompt.page, Page::TopUp);
    assert_eq!(prompt.text, "15 credits missing: the credits end after picture 15 of 30.");
    assert_eq!(shop.titles(), [""; 0], "a quote raises no notice");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_before_payg_charges_ten_and_leaves_the_rest() {
    let shop = Shop::open().await;
    let pictures = shop.pictures(0..30).await;
    shop.download(&pictures, SpendChoice::StopBeforePayg).await;
    assert_eq!(shop.service.charged(), "10");
    let states = shop.states().await;
    assert_eq!(states.iter().filter(|state| **state == PictureState::Saved).count(), 10);
    assert_eq!(states[..10], [PictureState::Saved; 10], "in their order");
    let gauge = shop.app.gauge(true).await.unwrap();
    assert_eq!((gauge.payg.amount.as_deref(), gauge.level), (Some("5"), GaugeLevel::Payg));
}

#[tokio::test(flavor = "multi_thread")]
async fn using_payg_charges_fifteen_and_a_cap_three() {
    let shop = Shop::open().await;
    let pictures = shop.pictures(0..30).await;
    shop.download(&pictures, SpendChoice::Cap { credits: "3".to_owned() }).await;
    assert_eq!(shop.service.charged(), "3");
    shop.download(&pictures, SpendChoice::UsePayg).await;
    assert_eq!(shop.service.charged(), "15", "the three that were paid are free");
    let saved = shop.states().await.iter().filter(|state| **state == PictureState::Saved).count();
    assert_eq!(saved, 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn payg_that_would_begin_earlier_than_agreed_stops_before_it_begins() {
    let shop = Shop::open().await;
    let pictures = shop.pictures(0..10).await;
    // Six credits go elsewhere, and the account's answer has not shown it yet when the ten are agreed to.
    shop.control(serde_json::json!({ "set": { "subscription": "4" } })).await;
    shop.clock.advance(SignedDuration::from_secs(90));
    let quote = shop.quote(&pictures, None).await;
    assert_eq!((quote.cost.as_str(), quote.payg.as_str()), ("10", "0"));
    // A fresh look before the first picture is sent shows it.
    let agree = |choice| shop.app.download(pictures.clone(), OutputOptions::default(), "10".to_owned(), choice);
    let refused = agree(SpendChoice::UsePayg).await.unwrap_err();
    assert_eq!(refused.code, Code::OverAgreed);
    assert!(refused.message.contains("earlier than agreed"), "{refused}");
    assert_eq!(shop.service.charged(), "0");
    // Whoever chose to stop before it gets what the subscription still pays.
    agree(SpendChoice::StopBeforePayg).await.unwrap();
    shop.at_rest(&pictures).await;
    assert_eq!(shop.service.charged(), "4");
    let gauge = shop.app.gauge(true).await.unwrap();
    assert_eq!(gauge.payg.amount.as_deref(), Some("5"), "pay-as-you-go is untouched");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_on_another_computer_is_told_as_well() {
    let shop = Shop::open().await;
    shop.control(serde_json::json!({ "set": { "subscription": "1" } })).await;
    shop.a_minute_later().await;
    assert_eq!(shop.titles(), [LOW]);
    let gauge = shop.app.gauge(false).await.unwrap();
    assert_eq!(gauge.cycle.unwrap().used.as_deref(), Some("9"));
    let history = shop.app.history(HistoryFilter { limit: 10, ..HistoryFilter::default() }).await.unwrap();
    assert_eq!(history.rows[0].what, "Used elsewhere");
    assert_eq!((history.rows[0].state, history.rows[0].credits.as_deref()), (HistoryState::Account, Some("9")));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_plan_a_rise_is_a_question_and_its_yes_a_plan() {
    let shop = Shop::without_a_plan("10", "5").await;
    let gauge = shop.app.gauge(false).await.unwrap();
    assert_eq!((gauge.subscription.amount.as_deref(), gauge.rollover.amount), (Some("10"), None));
    assert!(gauge.cycle.is_none());
    shop.control(serde_json::json!({ "renew": true })).await;
    shop.a_minute_later().await;
    let credits = shop.app.credits().await.unwrap();
    let proposal = credits.proposal.unwrap();
    assert_eq!(proposal.monthly.as_deref(), Some("10"));
    assert!(proposal.text.contains("rose by 10 to 20 credits"), "{}", proposal.text);
    assert!(credits.plan.is_none(), "nothing is taken without a yes");

    let credits = shop.app.set_plan(shop.plan(None)).await.unwrap();
    assert!(credits.proposal.is_none());
    assert_eq!(credits.gauge.subscription.amount.as_deref(), Some("10"));
    assert_eq!(credits.gauge.rollover.amount.as_deref(), Some("10"));
    assert_eq!(credits.gauge.cycle.unwrap().used.as_deref(), Some("0"));
    assert_eq!(shop.app.forget_plan().await.unwrap().plan, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_proposal_does_not_come_back() {
    let shop = Shop::without_a_plan("10", "5").await;
    shop.control(serde_json::json!({ "renew": true })).await;
    shop.a_minute_later().await;
    let proposal = shop.app.credits().await.unwrap().proposal.unwrap();
    assert!(shop.app.decline_proposal(proposal.id).await.unwrap().proposal.is_none());
    assert_eq!(shop.app.gauge(false).await.unwrap().subscription.amount.as_deref(), Some("20"));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_quiet_hours_a_notice_waits_and_its_words_stand_in_the_window() {
    let shop = Shop::open().await;
    let hour = TimeZone::system().to_datetime(shop.clock.now()).hour().unsigned_abs();
    let quiet = clearcut_app::views::QuietHours { from: hour, until: (hour + 1) % 24 };
    shop.app.set_notices(vec![80], Some(quiet)).await.unwrap();
    let pictures = shop.pictures(0..8).await;
    shop.download(&pictures, SpendChoice::UsePayg).await;
    while shop.banner("notice-share-80").await.is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(shop.titles(), [""; 0]);
    shop.clock.advance(SignedDuration::from_hours(1));
    shop.app.refresh_balance().await.unwrap();
    shop.told(LOW).await;
    assert_eq!(shop.titles(), [LOW]);
}

#[tokio::test(flavor = "multi_thread")]
async fn history_tells_every_picture_and_a_receipt_is_exported_again_free() {
    let shop = Shop::open().await;
    let pictures = shop.pictures(0..11).await;
    shop.download(&pictures, SpendChoice::UsePayg).await;
    let all = HistoryFilter { limit: 50, ..HistoryFilter::default() };
    let history = shop.app.history(all.clone()).await.unwrap();
    assert_eq!((history.matching, history.credits.as_str()), (12, "11"), "eleven pictures and the entered plan");
    let paid: Vec<_> = history.rows.iter().filter(|row| row.state == HistoryState::Paid).collect();
    assert!(paid.iter().all(|row| row.batch == paid[0].batch && row.batch.is_some()), "one press, one batch");
    assert_eq!(paid.iter().filter(|row| row.payg.as_deref() == Some("1")).count(), 1);
    assert_eq!(paid.iter().filter(|row| row.subscription.as_deref() == Some("1")).count(), 10);
    let today = history.days.last().unwrap();
    assert_eq!((today.subscription.as_str(), today.payg.as_str(), today.charges), ("10", "1", 11));

    let found = shop.app.history(HistoryFilter { text: Some("PHOTO 03".to_owned()), ..all.clone() }).await.unwrap();
    assert_eq!(found.rows.len(), 1);
    let folder = shop.home.path().join("again");
    std::fs::create_dir_all(&folder).unwrap();
    *shop.host.folder.lock().unwrap() = Some(folder.clone());
    let id = found.rows[0].id.clone().unwrap();
    let name = shop.app.export_receipt(id).await.unwrap().unwrap();
    assert!(folder.join(name).exists());
    assert_eq!(shop.service.charged(), "11");

    let file = shop.home.path().join("history.csv");
    *shop.host.save_as.lock().unwrap() = Some(file.clone());
    assert_eq!(shop.app.export_history(all).await.unwrap().as_deref(), Some("history.csv"));
    assert_eq!(std::fs::read_to_string(file).unwrap().lines().count(), 1 + 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_service_says_what_lapses_and_what_to_do() {
    let shop = Shop::without_a_plan("0", "18").await;
    let end = shop.app.credits().await.unwrap().end.unwrap();
    assert_eq!(end.when, "1 December 2026, 09:00 CET");
    let lapses = end.lapses.unwrap();
    assert!(
        lapses.starts_with("18 PAYG credits lapse") && lapses.ends_with("on 1 December 2026, 09:00 CET."),
        "{lapses}"
    );
    assert!(!end.advice.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desktop_without_notices_gets_the_same_words_as_a_banner() {
    let shop = Shop::open().await;
    *shop.host.no_notices.lock().unwrap() = true;
    let pictures = shop.pictures(0..8).await;
    shop.download(&pictures, SpendChoice::UsePayg).await;
    let banner = loop {
        match shop.banner("notice-share-80").await {
            Some(banner) => break banner,
            None => tokio::task::yield_now().await,
        }
    };
    assert!(banner.starts_with(LOW) && banner.contains("2 left"), "{banner}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_answers_as_closed_has_ended_and_what_was_paid_stays_free() {
    let shop = Shop::open().await;
    let pictures = shop.pictures(0..3).await;
    shop.download(&pictures[..1], SpendChoice::UsePayg).await;
    shop.control(serde_json::json!({ "close": "gone" })).await;
    let agree = |pictures: &[PictureId]| {
        shop.app.download(pictures.to_vec(), OutputOptions::default(), "2".to_owned(), SpendChoice::UsePayg)
    };
    // One alone: of two the second may be called back unsent, and waits.
    agree(&pictures[1..2]).await.unwrap();
    shop.at_rest(&pictures).await;
    let end = loop {
        match shop.app.credits().await.unwrap().end {
            Some(end) if end.ended => break end,
            _ => tokio::task::yield_now().await,
        }
    };
    assert!(end.advice.iter().any(|advice| advice.contains("on this computer")), "{:?}", end.advice);
    assert!(shop.banner("queue").await.is_some_and(|text| text.contains("has ended")));
    assert_eq!(shop.service.charged(), "1");
    // The paid one is exported again, free, from the vault.
    agree(&pictures[..1]).await.unwrap();
    shop.at_rest(&pictures).await;
    assert_eq!(shop.states().await[0], PictureState::Saved);
    assert_eq!(shop.service.charged(), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_waited_is_resumed_for_the_account_that_it_waited_for() {
    let shop = Shop::without_a_plan("0", "1").await;
    let pictures = shop.pictures(0..2).await;
    shop.download(&pictures, SpendChoice::UsePayg).await;
    shop.control(serde_json::json!({ "top_up": "20" })).await;
    shop.a_minute_later().await;
    shop.told("20 pay-as-you-go credits arrived").await;
    shop.app.use_account(clearcut_app::views::AccountId(clearcut_app::PRACTICE_ACCOUNT)).await.unwrap();
    shop.app.resume_download().await.unwrap();
    shop.at_rest(&pictures).await;
    assert_eq!(shop.service.charged(), "2");
    let practice = shop.app.gauge(true).await.unwrap();
    assert_eq!(practice.total.amount.as_deref(), Some("50"), "the other account paid nothing");
}
