//! A watched folder spends: through the queue, within its day's budget, over a restart, and never twice. The practice service over
//! HTTP with a canned picture; the clock is the test's, so that a night passes at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clearcut_app::views::{
    Event, OutputOptions, QueueMode, TypedKey, WatchFileOutcome, WatchId, WatchState, WatchView,
};
use clearcut_app::{App, AppParts, Credits, Front, ServiceChoice, SystemKeys, WatchOn};
use clearcut_sandbox::{Running, Sandbox, SandboxOptions};
use clearcut_store::testing::ManualClock;
use clearcut_store::{Clock, DiskFiles, Files, SystemClock};
use image::{Rgba, RgbaImage};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::common::{KEY, TestHost, folders};

const SIDE: u32 = 24;

struct Shop {
    home: tempfile::TempDir,
    service: Running,
    clock: Arc<ManualClock>,
    app: Arc<App>,
    host: Arc<TestHost>,
    front: Front,
}

impl Shop {
    /// An account with so many credits.
    async fn with(credits: &str) -> Self {
        Self::before(Front::Terminal, credits).await
    }

    async fn before(front: Front, credits: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let answer = home.path().join("answer.png");
        let half = |x: u32, _| Rgba([200, 40, 90, if x < SIDE / 2 { 255 } else { 0 }]);
        RgbaImage::from_fn(SIDE, SIDE, half).save(&answer).unwrap();
        let options = SandboxOptions {
            key: KEY.to_owned(),
            subscription: "0".to_owned(),
            payg: credits.to_owned(),
            free_previews: 0,
            answer: Some(answer),
            ..SandboxOptions::default()
        };
        let service = Sandbox::start(options).await.unwrap();
        // Far from midnight, wherever the test runs.
        let today = TimeZone::UTC.to_datetime(SystemClock.now()).date();
        let morning = today.at(9, 30, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp();
        let clock = Arc::new(ManualClock::at(morning));
        let (app, host) = start(home.path(), front, &clock, &service).await;
        std::fs::create_dir(home.path().join("in")).unwrap();
        Self { home, service, clock, app, host, front }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Pictures that differ from each other, in the watched folder.
    fn put(&self, names: &[(&str, u8)]) {
        for (name, shade) in names {
            let path = self.path("in").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            RgbaImage::from_pixel(SIDE, SIDE, Rgba([*shade, 100, 200, 255])).save(path).unwrap();
        }
    }

    async fn watch(&self, budget: i64) -> WatchId {
        let on = WatchOn {
            folder: self.path("in"),
            budget: Credits::whole(budget),
            recursive: true,
            options: OutputOptions::default(),
            output: Some(self.path("out")),
            move_done_to: None,
        };
        self.app.watch_folder(on).await.unwrap().0
    }

    /// Rounds until there is nothing to wait for.
    async fn settle(&self, watch: WatchId) -> WatchState {
        for _ in 0..600 {
            let round = self.app.watch_round(watch).await.unwrap();
            if round.idle && !self.app.watches().await.unwrap().iter().any(|watch| watch.queued > 0) {
                return round.state;
            }
            self.clock.advance(SignedDuration::from_secs(2));
            self.app.watch_wait(Duration::from_millis(20)).await;
        }
        panic!("the watch never came to rest: {:?}", self.view().await);
    }

    async fn view(&self) -> WatchView {
        self.app.watches().await.unwrap().remove(0)
    }

    /// The results, by their places.
    fn results(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.path("out")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    let path = entry.path();
                    found.push(path.strip_prefix(self.path("out")).unwrap().display().to_string().replace('\\', "/"));
                }
            }
        }
        found.sort();
        found
    }

    /// The process ends, and another one begins.
    async fn restart(&mut self) {
        self.app.close().await;
        (self.app, self.host) = start(self.home.path(), self.front, &self.clock, &self.service).await;
    }

    async fn next_day(&self) {
        self.clock.advance(SignedDuration::from_hours(24));
    }
}

async fn start(home: &Path, front: Front, clock: &Arc<ManualClock>, service: &Running) -> (Arc<App>, Arc<TestHost>) {
    let host = Arc::new(TestHost::default());
    let parts = AppParts {
        folders: folders(home),
        host: host.clone(),
        service: ServiceChoice::Named("practice".to_owned()),
        front,
        keys: Arc::new(SystemKeys::default()),
        environment_key: None,
        clock: clock.clone(),
        sleeper: Arc::new(clearcut_batch::TokioSleeper),
        http: clearcut_service::HttpOptions::default(),
        awake: Arc::new(clearcut_app::SystemAwake),
        model: None,
    };
    let app = App::open(parts).await.unwrap();
    let (prefix, key) = (service.prefix().to_string(), Some(TypedKey::new(KEY)));
    app.add_account("removebg".to_owned(), Some(prefix), None, key).await.unwrap();
    app.gauge(true).await.unwrap();
    (app, host)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_a_day_are_saved_and_the_third_waits_for_tomorrow() {
    let shop = Shop::with("10").await;
    shop.put(&[("a.png", 1), ("b.png", 2), ("deep/c.png", 3)]);
    let watch = shop.watch(2).await;
    assert_eq!(shop.settle(watch).await, WatchState::UsedUp);
    assert_eq!((shop.service.charged().as_str(), shop.results().len()), ("2", 2));
    let view = shop.view().await;
    assert_eq!((view.spent.as_str(), view.left.as_str(), view.done), ("2", "0", 2));
    // The row says so a moment before the queue does.
    while shop.app.queue().await.unwrap().mode != QueueMode::Idle {
        tokio::task::yield_now().await;
    }

    shop.next_day().await;
    assert_eq!(shop.settle(watch).await, WatchState::Watching);
    assert_eq!(shop.service.charged(), "3");
    assert_eq!(shop.results(), ["a-cutout.png", "b-cutout.png", "deep/c-cutout.png"]);
    assert_eq!(shop.view().await.spent, "1");
    shop.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_asks_for_nothing_twice_and_offers_nothing_of_a_watch() {
    let mut shop = Shop::with("10").await;
    shop.app.at_most_at_a_time(1);
    shop.put(&[("a.png", 1), ("b.png", 2), ("c.png", 3)]);
    let watch = shop.watch(3).await;
    // Until they are queued; the first may be out already.
    while shop.view().await.queued + shop.view().await.done == 0 {
        shop.app.watch_round(watch).await.unwrap();
        shop.clock.advance(SignedDuration::from_secs(2));
    }
    shop.restart().await;
    assert!(["0", "1", "2"].contains(&shop.service.charged().as_str()), "some wait");
    let queue = shop.app.queue().await.unwrap();
    assert_eq!((queue.mode, queue.pictures, queue.resume.is_some()), (QueueMode::Idle, 0, false));
    assert!(shop.app.left_behind().await.unwrap().is_none());

    assert_eq!(shop.settle(watch).await, WatchState::Watching);
    assert_eq!((shop.service.charged().as_str(), shop.results().len()), ("3", 3));
    shop.restart().await;
    assert_eq!(shop.settle(watch).await, WatchState::Watching);
    assert_eq!((shop.service.charged().as_str(), shop.results().len()), ("3", 3));
    assert_eq!(shop.view().await.done, 3);
    shop.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_paid_already_is_free_and_takes_nothing_of_the_budget() {
    let shop = Shop::with("10").await;
    shop.put(&[("a.png", 1), ("twin.png", 1)]);
    let watch = shop.watch(1).await;
    assert_eq!(shop.settle(watch).await, WatchState::Watching);
    assert_eq!((shop.service.charged().as_str(), shop.results().len()), ("1", 2));
    assert_eq!(shop.view().await.spent, "1");
    shop.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_went_away_is_taken_up_again_when_it_comes_back() {
    let shop = Shop::with("10").await;
    shop.put(&[("a.png", 1)]);
    let watch = shop.watch(5).await;
    shop.settle(watch).await;
    DiskFiles.rename_new(&shop.path("in"), &shop.path("elsewhere")).unwrap();
    assert_eq!(shop.settle(watch).await, WatchState::Away);
    DiskFiles.rename_new(&shop.path("elsewhere"), &shop.path("in")).unwrap();
    shop.put(&[("b.png", 2)]);
    assert_eq!(shop.settle(watch).await, WatchState::Watching);
    assert_eq!((shop.service.charged().as_str(), shop.results().len()), ("2", 2));
    shop.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_credits_nothing_waits_in_the_queue_and_the_watch_says_why() {
    let shop = Shop::with("1").await;
    shop.put(&[("a.png", 1), ("b.png", 2), ("c.png", 3)]);
    let watch = shop.watch(5).await;
    assert_eq!(shop.settle(watch).await, WatchState::OutOfCredits);
    assert_eq!((shop.service.charged().as_str(), shop.results().len()), ("1", 1));
    let queue = shop.app.queue().await.unwrap();
    assert_eq!((queue.waiting, queue.resume.is_some()), (0, false));
    shop.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_watch_takes_back_what_waits_and_asks_for_it_when_it_goes_on() {
    let shop = Shop::with("10").await;
    shop.app.at_most_at_a_time(1);
    shop.put(&[("a.png", 1), ("b.png", 2)]);
    let watch = shop.watch(5).await;
    while shop.view().await.queued + shop.view().await.done == 0 {
        shop.app.watch_round(watch).await.unwrap();
        shop.clock.advance(SignedDuration::from_secs(2));
    }
    shop.app.pause_watch(watch).await.unwrap();
    assert_eq!(shop.settle(watch).await, WatchState::Paused);
    let before = shop.results().len();
    assert_eq!(shop.service.charged(), before.to_string());
    shop.app.resume_watch(watch).await.unwrap();
    assert_eq!(shop.settle(watch).await, WatchState::Watching);
    assert_eq!((shop.service.charged().as_str(), shop.results().len()), ("2", 2));
    let view = shop.view().await;
    assert!(view.last.iter().all(|file| file.outcome == WatchFileOutcome::Done), "{view:?}");
    shop.app.close().await;
}

impl Shop {
    /// What the desktop was told of watches: titles, in order.
    fn told(&self) -> Vec<String> {
        let notices = self.host.notices.lock().unwrap();
        notices.iter().filter(|notice| notice.id.starts_with("watch-")).map(|notice| notice.title.clone()).collect()
    }

    fn banners(&self) -> usize {
        self.host.told().iter().fold(0, |shown, told| match &told.event {
            Event::Banner { banner } if banner.id.starts_with("watch-") => shown + 1,
            Event::BannerGone { id } if id.starts_with("watch-") => shown - 1,
            _ => shown,
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_stands_still_says_so_once_a_reason_and_day() {
    let used_up = "Today’s budget of “in” is used up".to_owned();
    let mut shop = Shop::before(Front::Window, "10").await;
    shop.put(&[("a.png", 1), ("b.png", 2), ("c.png", 3)]);
    let watch = shop.watch(1).await;
    assert_eq!(shop.settle(watch).await, WatchState::UsedUp);
    for _ in 0..3 {
        shop.app.watch_round(watch).await.unwrap();
    }
    assert_eq!((shop.told(), shop.banners()), (vec![used_up.clone()], 1));
    let body = shop.host.notices.lock().unwrap().last().unwrap().body.clone();
    assert_eq!(body, "1 of 1 credits. 2 pictures wait. It goes on at midnight, or with a larger budget.");

    shop.restart().await;
    assert_eq!(shop.settle(watch).await, WatchState::UsedUp);
    assert_eq!(shop.told(), Vec::<String>::new(), "this day it was told");

    shop.next_day().await;
    assert_eq!(shop.settle(watch).await, WatchState::UsedUp);
    assert_eq!(shop.told(), [used_up], "another day");
    shop.next_day().await;
    assert_eq!(shop.settle(watch).await, WatchState::Watching);
    assert_eq!(shop.banners(), 0, "it goes on");

    // A drive that is back soon is no news; one that stays away is.
    let told = shop.told().len();
    DiskFiles.rename_new(&shop.path("in"), &shop.path("elsewhere")).unwrap();
    assert_eq!(shop.app.watch_round(watch).await.unwrap().state, WatchState::Away);
    assert_eq!(shop.told().len(), told);
    shop.clock.advance(SignedDuration::from_mins(6));
    shop.app.watch_round(watch).await.unwrap();
    assert_eq!(shop.told().last().unwrap(), "“in” is not there");
    shop.app.remove_watch(watch).await.unwrap();
    assert_eq!(shop.banners(), 0);
    shop.app.close().await;
}
