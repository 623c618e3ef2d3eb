//! The queue through the use cases, over real HTTP: paused and gone on with, offered after a restart, stopped, asked again.

use std::path::PathBuf;
use std::sync::Arc;

use clearcut_app::views::{
    Event, OutputOptions, PictureId, PictureState, QueueMode, QueueReason, QueueView, SpendChoice, TypedKey,
};
use clearcut_app::{App, Front, ServiceChoice, TakenBy};
use clearcut_sandbox::{Running, Sandbox, SandboxOptions};
use image::{Rgba, RgbaImage};
use serde_json::json;

use crate::common::{KEY, TestHost, control, open_with};

const SIDE: u32 = 8;

/// An account at a service of its own, with a canned answer.
struct Desk {
    home: tempfile::TempDir,
    service: Running,
    app: Arc<App>,
    host: Arc<TestHost>,
}

impl Desk {
    async fn open(latency_ms: u64, faults: serde_json::Value) -> Self {
        Self::holding("100", "0", latency_ms, faults).await
    }

    /// Holding so many credits of the subscription and of PAYG.
    async fn holding(subscription: &str, payg: &str, latency_ms: u64, faults: serde_json::Value) -> Self {
        let home = tempfile::tempdir().unwrap();
        let answer = home.path().join("answer.png");
        RgbaImage::from_pixel(SIDE, SIDE, Rgba([10, 20, 30, 255])).save(&answer).unwrap();
        let rules = home.path().join("faults.json");
        std::fs::write(&rules, faults.to_string()).unwrap();
        let service = Sandbox::start(SandboxOptions {
            key: KEY.to_owned(),
            subscription: subscription.to_owned(),
            payg: payg.to_owned(),
            latency_ms,
            answer: Some(answer),
            faults: Some(rules),
            ..SandboxOptions::default()
        })
        .await
        .unwrap();
        let (app, host) = start(home.path(), &service).await;
        Self { home, service, app, host }
    }

    async fn pictures(&self, count: u32) -> Vec<PictureId> {
        let folder = self.home.path().join("photos");
        std::fs::create_dir_all(&folder).unwrap();
        let paths: Vec<PathBuf> = (0..count)
            .map(|n| {
                let path = folder.join(format!("photo {n:03}.png"));
                let [shade, tint, ..] = n.to_le_bytes();
                RgbaImage::from_pixel(SIDE, SIDE, Rgba([shade, tint, 200, 255])).save(&path).unwrap();
                path
            })
            .collect();
        self.app.take_in(paths, TakenBy::Terminal).await.pictures.iter().map(|picture| picture.id).collect()
    }

    async fn begin(&self, ids: &[PictureId]) {
        let options = OutputOptions::default();
        let quote = self.app.quote(ids.to_vec(), options.clone(), None).await.unwrap();
        self.app.download(ids.to_vec(), options, quote.cost, SpendChoice::UsePayg).await.unwrap();
    }

    /// Waits until the queue is told to be so.
    async fn until(&self, seen: impl Fn(&QueueView) -> bool) -> QueueView {
        loop {
            let queue = self.app.queue().await.unwrap();
            if seen(&queue) {
                return queue;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    async fn restart(&mut self) {
        self.app.close().await;
        let (app, host) = start(self.home.path(), &self.service).await;
        (self.app, self.host) = (app, host);
    }

    async fn states(&self, state: PictureState) -> usize {
        self.app.overview().await.unwrap().pictures.iter().filter(|picture| picture.state == state).count()
    }

    fn results(&self) -> usize {
        let names = std::fs::read_dir(self.home.path().join("photos")).unwrap();
        names.filter(|name| name.as_ref().unwrap().file_name().to_string_lossy().contains("-cutout")).count()
    }
}

async fn start(home: &std::path::Path, service: &Running) -> (Arc<App>, Arc<TestHost>) {
    let (app, host) = open_with(home, Front::Window, ServiceChoice::Named("practice".to_owned()), None).await.unwrap();
    let prefix = service.prefix().to_string();
    app.add_account("removebg".to_owned(), Some(prefix), None, Some(TypedKey::new(KEY))).await.unwrap();
    (app, host)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_paused_gone_on_with_and_charged_once_each() {
    let desk = Desk::open(60, json!([])).await;
    let ids = desk.pictures(24).await;
    desk.begin(&ids).await;
    desk.until(|queue| queue.saved >= 3).await;
    desk.app.pause_queue().await.unwrap();
    let paused = desk.until(|queue| queue.mode == QueueMode::Paused).await;
    assert_eq!((paused.sending, paused.reason), (0, Some(QueueReason::User)));
    let charged = desk.service.charged();
    assert_eq!(charged, paused.saved.to_string(), "what was out came back");
    let resume = paused.resume.unwrap();
    assert_eq!((resume.pictures, resume.cost.as_str()), (paused.waiting, paused.waiting.to_string().as_str()));
    let too_little = desk.app.resume_queue("1".to_owned()).await.unwrap_err();
    assert!(too_little.message.contains("Nothing was sent"), "{too_little}");
    desk.app.resume_queue(resume.cost).await.unwrap();
    let over = desk.until(|queue| queue.mode == QueueMode::Idle).await;
    assert_eq!((over.saved, over.charged.as_str()), (24, "24"));
    assert_eq!((desk.service.charged().as_str(), desk.results()), ("24", 24));
    let told = desk.host.told();
    assert!(told.iter().any(|told| matches!(&told.event, Event::Queue { queue } if queue.mode == QueueMode::Running)));
    assert!(desk.host.notices.lock().unwrap().iter().any(|notice| notice.title.contains("24 pictures saved")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_closed_window_left_is_offered_and_nothing_is_sent_before_the_user_says_so() {
    let mut desk = Desk::open(60, json!([])).await;
    let ids = desk.pictures(20).await;
    desk.begin(&ids).await;
    desk.until(|queue| queue.saved >= 3).await;
    desk.restart().await;
    let charged = desk.service.charged();
    let offered = desk.until(|queue| queue.mode == QueueMode::Paused).await;
    assert_eq!((offered.reason, offered.pictures), (Some(QueueReason::Interrupted), 20));
    assert_eq!(offered.saved.to_string(), charged);
    assert_eq!(desk.states(PictureState::Queued).await, offered.waiting, "they are on the bench");
    assert_eq!(desk.service.charged(), charged, "nothing is sent by itself");
    let resume = offered.resume.unwrap();
    assert_eq!(resume.cost, offered.waiting.to_string());
    desk.app.resume_queue(resume.cost).await.unwrap();
    desk.until(|queue| queue.mode == QueueMode::Idle).await;
    assert_eq!((desk.service.charged().as_str(), desk.results()), ("20", 20));
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_sends_nothing_more_and_is_not_offered_again() {
    let mut desk = Desk::open(60, json!([])).await;
    let ids = desk.pictures(20).await;
    desk.begin(&ids).await;
    desk.until(|queue| queue.saved >= 2).await;
    desk.app.skip(vec![ids[19]]).await.unwrap();
    desk.app.stop_queue().await.unwrap();
    let idle = desk.until(|queue| queue.mode == QueueMode::Idle).await;
    assert_eq!(idle.waiting, 0);
    assert_eq!(desk.states(PictureState::Queued).await, 0);
    desk.restart().await;
    assert_eq!(desk.app.queue().await.unwrap().pictures, 0);
    assert_eq!(desk.service.charged(), desk.results().to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_credits_pauses_and_those_that_wait_can_go_on_after_a_purchase() {
    let desk = Desk::open(30, json!([{ "path": "/removebg", "nth": 6, "times": 1, "status": 402 }])).await;
    let ids = desk.pictures(15).await;
    desk.begin(&ids).await;
    let paused = desk.until(|queue| queue.mode == QueueMode::Paused).await;
    assert_eq!(paused.reason, Some(QueueReason::OutOfCredits));
    assert!(paused.text.unwrap().contains("not enough credits"));
    let removals = desk.service.charged();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert_eq!(desk.service.charged(), removals, "nothing new is sent");
    desk.app.resume_queue(paused.resume.unwrap().cost).await.unwrap();
    desk.until(|queue| queue.mode == QueueMode::Idle).await;
    assert_eq!((desk.service.charged().as_str(), desk.results()), ("15", 15));
}

/// It was agreed to the price of all that waited, however far the credits reached: credits bought meanwhile were spent unasked.
#[tokio::test(flavor = "multi_thread")]
async fn going_on_costs_no_more_than_the_sum_that_was_named() {
    let desk = Desk::open(60, json!([{ "path": "/removebg", "every": 1, "status": 402 }])).await;
    let ids = desk.pictures(20).await;
    desk.begin(&ids).await;
    let paused = desk.until(|queue| queue.mode == QueueMode::Paused && queue.sending == 0).await;
    assert_eq!(desk.service.charged(), "0", "so that the next look at the balance is conclusive");
    control(&desk.service, json!({ "set": { "subscription": "5" }, "faults": { "seed": 1, "rules": [] } })).await;
    desk.app.gauge(true).await.unwrap();
    let resume = desk.app.queue().await.unwrap().resume.unwrap();
    assert_eq!((resume.cost.as_str(), resume.uncovered), ("5", paused.waiting - 5));
    desk.app.resume_queue(resume.cost).await.unwrap();
    control(&desk.service, json!({ "set": { "subscription": "50" } })).await;
    let over = desk.until(|queue| queue.mode == QueueMode::Idle).await;
    assert_eq!((over.saved, over.left_out), (5, 15), "{over:?}");
    assert_eq!(desk.service.charged(), "5");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_list_is_quoted_behind_what_waits_already() {
    let desk = Desk::open(80, json!([])).await;
    let ids = desk.pictures(60).await;
    desk.begin(&ids[..50]).await;
    let quote = desk.app.quote(ids[50..].to_vec(), OutputOptions::default(), None).await.unwrap();
    assert_eq!(quote.left_after.as_deref(), Some("40"), "100, less 50 that wait, less these 10");
    desk.begin(&ids[50..]).await;
    desk.app.send_first(vec![ids[59]]).await.unwrap();
    let over = desk.until(|queue| queue.mode == QueueMode::Idle).await;
    assert_eq!((over.saved, desk.service.charged().as_str()), (60, "60"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_is_asked_again_for_the_sum_it_names() {
    let desk = Desk::open(0, json!([{ "path": "/removebg", "every": 2, "times": 3, "status": 400 }])).await;
    let ids = desk.pictures(6).await;
    desk.begin(&ids).await;
    let over = desk.until(|queue| queue.mode == QueueMode::Idle && queue.waiting == 0).await;
    assert_eq!((over.failed, over.saved), (3, 3));
    let pictures = desk.app.overview().await.unwrap().pictures;
    let failed: Vec<_> =
        pictures.iter().filter(|picture| picture.state == PictureState::Failed).map(|picture| picture.id).collect();
    let again = desk.app.quote_again(failed.clone()).await.unwrap();
    assert_eq!((again.pictures, again.cost.as_str()), (3, "3"));
    assert!(desk.app.ask_again(failed.clone(), "2".to_owned()).await.is_err());
    desk.app.ask_again(failed, again.cost).await.unwrap();
    desk.until(|queue| queue.mode == QueueMode::Idle && queue.saved == 6).await;
    assert_eq!((desk.service.charged().as_str(), desk.results()), ("6", 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_that_is_made_late_does_not_hide_that_a_picture_may_have_been_charged() {
    let desk = Desk::open(0, json!([{ "path": "/removebg", "charge_then_drop": true }])).await;
    let ids = desk.pictures(1).await;
    desk.begin(&ids).await;
    desk.host.until_picture(ids[0], &[PictureState::Unknown]).await;
    desk.app.preview(ids[0], clearcut_app::views::PreviewSource::Device, None).await.unwrap();
    let seen = desk.host.until(|told| {
        told.iter().rev().find_map(|told| match &told.event {
            Event::Picture { picture }
                if picture.id == ids[0] && (picture.preview.is_some() || picture.problem.is_some()) =>
            {
                Some(picture.state)
            }
            _ => None,
        })
    });
    assert_eq!(seen.await, PictureState::Unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_to_be_cut_out_here_is_offered_for_nothing_after_a_restart_and_done() {
    let mut desk = Desk::holding("2", "5", 20, json!([])).await;
    // A bright thing before a dark ground: something to find.
    let folder = desk.home.path().join("photos");
    std::fs::create_dir_all(&folder).unwrap();
    let thing = |x: u32, y: u32| x.abs_diff(40).pow(2) + y.abs_diff(30).pow(2) < 20 * 20;
    let paths: Vec<PathBuf> = (0..5_u8)
        .map(|shade| {
            let path = folder.join(format!("thing {shade}.png"));
            let fill = |x, y| Rgba(if thing(x, y) { [240, 180, 40, 255] } else { [10, 20, 30 + shade, 255] });
            RgbaImage::from_fn(80, 60, fill).save(&path).unwrap();
            path
        })
        .collect();
    let taken = desk.app.take_in(paths, TakenBy::Terminal).await;
    let ids: Vec<PictureId> = taken.pictures.iter().map(|picture| picture.id).collect();
    desk.app.download(ids, OutputOptions::default(), "2".to_owned(), SpendChoice::RestOnDevice).await.unwrap();
    desk.until(|queue| queue.saved == 2).await;
    desk.restart().await;

    let left = desk.until(|queue| queue.mode == QueueMode::Paused).await;
    let resume = left.resume.unwrap();
    assert!(resume.here > 0, "it was closed before they were done: {}", desk.results());
    assert_eq!((resume.pictures, resume.cost.as_str(), left.waiting), (0, "0", resume.here));
    assert_eq!(desk.results(), 5 - resume.here);
    desk.app.resume_queue("0".to_owned()).await.unwrap();
    while desk.results() < 5 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    desk.until(|queue| queue.mode == QueueMode::Idle).await;
    while desk.states(PictureState::Saved).await < resume.here {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    desk.restart().await;
    assert_eq!(desk.app.queue().await.unwrap().mode, QueueMode::Idle, "nothing of it is left");
}
