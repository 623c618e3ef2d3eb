//! Rounds: what is taken when, within which budget, and what a restart, a missing drive or a queue in trouble change of that.

use std::path::Path;

use clearcut_credits::Credits;
use clearcut_store::{DiskFiles, JobState, WatchFileState};
use jiff::SignedDuration;
use rstest::rstest;

use super::{World, picture};
use crate::problem::{Code, Problem};
use crate::watching::fate::{PAID_LOST, UNKNOWN};
use crate::watching::queue::{CAP, Held, STOPPED};
use crate::watching::reading::OWN_RESULT;

fn pairs(batches: &[(&str, &str)]) -> Vec<(String, String)> {
    batches.iter().map(|(names, cap)| ((*names).to_owned(), (*cap).to_owned())).collect()
}

#[tokio::test]
async fn files_on_which_two_looks_agree_become_one_batch_the_oldest_first() {
    let mut world = World::new();
    world.put("b.png", 2);
    world.put("a.png", 5);
    assert!(world.round().await.seen.unsteady && world.batches().is_empty());
    world.clock.advance(SignedDuration::from_secs(1));
    world.put("late.png", 9);
    world.round().await;
    world.clock.advance(SignedDuration::from_secs(1));
    world.round().await;
    assert_eq!(world.batches(), pairs(&[("b.png a.png", "2")]));
    world.clock.advance(SignedDuration::from_secs(1));
    let seen = world.round().await.seen;
    assert_eq!(world.batches(), pairs(&[("b.png a.png", "2"), ("late.png", "1")]));
    assert_eq!((seen.waiting, seen.unsteady, seen.used_up), (0, false, false));
}

#[tokio::test]
async fn a_day_costs_no_more_than_its_budget_and_the_rest_is_taken_after_midnight() {
    let mut world = World::new();
    for (name, at) in [("1.png", 1), ("2.png", 2), ("3.png", 3), ("4.png", 4), ("5.png", 5)] {
        world.put(name, at);
    }
    let seen = world.twice().await.seen;
    assert_eq!(world.batches(), pairs(&[("1.png 2.png 3.png", "3")]));
    assert!(seen.used_up && seen.waiting == 2);
    for name in ["1.png", "2.png", "3.png"] {
        world.save(name);
    }
    assert!(world.twice().await.seen.used_up);
    world.clock.advance(SignedDuration::from_hours(12));
    world.twice().await;
    assert_eq!(world.batches()[1..], pairs(&[("4.png 5.png", "2")]));
}

#[tokio::test]
async fn what_waits_from_yesterday_counts_against_today() {
    let mut world = World::new();
    for (name, at) in [("1.png", 1), ("2.png", 2), ("3.png", 3), ("4.png", 4)] {
        world.put(name, at);
    }
    world.twice().await;
    world.save("1.png");
    world.clock.advance(SignedDuration::from_hours(12));
    world.twice().await;
    assert_eq!(world.batches(), pairs(&[("1.png 2.png 3.png", "3"), ("4.png", "1")]), "two of yesterday's still wait");
    world.put("5.png", 5);
    assert!(world.twice().await.seen.used_up);
    assert_eq!(world.queued(), 4);
}

#[tokio::test]
async fn what_is_paid_already_takes_nothing_from_the_budget() {
    let mut world = World::new();
    for (name, at) in [("1.png", 1), ("2.png", 2), ("3.png", 3), ("4.png", 4)] {
        world.put(name, at);
    }
    world.fake.paid.lock().unwrap().extend(["1.png".to_owned(), "3.png".to_owned()]);
    world.twice().await;
    assert_eq!(world.batches(), pairs(&[("1.png 2.png 3.png 4.png", "2")]));
}

#[tokio::test]
async fn after_a_restart_only_what_changed_is_asked_for_again() {
    let mut world = World::new();
    world.put("same.png", 1);
    world.put("changed.png", 2);
    world.put("touched.png", 3);
    world.twice().await;
    for name in ["same.png", "changed.png", "touched.png"] {
        world.save(name);
    }
    let ended = world.round().await.ended;
    assert_eq!(ended.iter().filter(|(row, _)| row.state == WatchFileState::Done).count(), 3);
    let mut world = world.restart();
    world.clock.advance(SignedDuration::from_hours(24));
    world.write("changed.png", 60, &picture(8, 77));
    world.write("touched.png", 61, &picture(8, 3));
    world.twice().await;
    world.twice().await;
    assert_eq!(world.batches()[1..], pairs(&[("changed.png", "1")]));
    assert_eq!(world.state("touched.png"), Some((WatchFileState::Done, None)));
}

#[tokio::test]
async fn a_death_between_queueing_and_writing_it_down_queues_nothing_twice() {
    let mut world = World::new();
    world.put("a.png", 1);
    world.twice().await;
    world.store.watch_files_forget(world.watch.id, &[Path::new("a.png")]).unwrap();
    let mut world = world.restart();
    world.twice().await;
    assert_eq!((world.queued(), world.state("a.png")), (1, Some((WatchFileState::Queued, None))));
    world.save("a.png");
    world.round().await;
    assert_eq!(world.state("a.png"), Some((WatchFileState::Done, None)));
}

#[rstest]
#[case::unknown(JobState::Unknown, None, UNKNOWN, false)]
#[case::paid_and_lost(JobState::PaidLost, None, PAID_LOST, false)]
#[case::failed(JobState::Failed, Some("refused"), "refused", true)]
#[tokio::test]
async fn a_picture_that_failed_is_left_until_its_file_is_touched_and_one_that_may_be_charged_for_ever(
    #[case] state: JobState,
    #[case] code: Option<&str>,
    #[case] error: &str,
    #[case] again: bool,
) {
    let mut world = World::new();
    world.put("a.png", 1);
    world.twice().await;
    world.move_job("a.png", state, code);
    world.twice().await;
    assert_eq!((world.state("a.png"), world.queued()), (Some((WatchFileState::Failed, Some(error.to_owned()))), 1));
    let mut world = world.restart();
    world.twice().await;
    assert_eq!(world.queued(), 1);
    world.write("a.png", 90, &picture(8, 1));
    world.twice().await;
    assert_eq!(world.queued(), if again { 2 } else { 1 });
}

#[tokio::test]
async fn an_unknown_that_turns_out_saved_is_done() {
    let mut world = World::new();
    world.put("a.png", 1);
    world.twice().await;
    world.move_job("a.png", JobState::Unknown, None);
    world.round().await;
    world.move_job("a.png", JobState::Saved, None);
    let ended = world.round().await.ended;
    assert_eq!((ended.len(), world.state("a.png")), (1, Some((WatchFileState::Done, None))));
}

#[tokio::test]
async fn without_credits_a_watch_waits_for_them_and_loses_nothing() {
    let mut world = World::new();
    world.put("a.png", 1);
    world.put("b.png", 2);
    world.twice().await;
    world.move_job("a.png", JobState::OutOfCredits, None);
    world.move_job("b.png", JobState::OutOfCredits, None);
    let seen = world.twice().await.seen;
    assert_eq!((seen.held, seen.waiting, world.queued()), (Some(Held::OutOfCredits), 2, 2));
    world.clock.advance(SignedDuration::from_hours(5));
    world.twice().await;
    assert_eq!(world.queued(), 2);
    *world.fake.has_credits.lock().unwrap() = true;
    let seen = world.twice().await.seen;
    assert_eq!((seen.held, world.queued()), (None, 4));
}

#[rstest]
#[case(CAP)]
#[case(STOPPED)]
#[tokio::test]
async fn what_was_taken_out_of_the_queue_is_asked_for_again(#[case] error: &str) {
    let mut world = World::new();
    world.put("a.png", 1);
    world.twice().await;
    world.move_job("a.png", JobState::Skipped, Some(error));
    world.twice().await;
    assert_eq!((world.queued(), world.state("a.png")), (2, Some((WatchFileState::Queued, None))));
    world.move_job("a.png", JobState::Skipped, None);
    world.twice().await;
    let left_out = Some((WatchFileState::SetAside, Some("skipped".to_owned())));
    assert_eq!((world.queued(), world.state("a.png")), (2, left_out));
}

#[tokio::test]
async fn what_is_no_picture_is_read_once_and_set_aside_until_it_changes() {
    let mut world = World::new();
    let whole = picture(8, 5);
    world.write("notes.txt", 1, b"no picture at all");
    world.write("cut.png", 2, &whole[..whole.len() / 2]);
    world.write("huge.png", 3, &picture(60, 3));
    world.write("empty.png", 4, b"");
    let ended = world.twice().await.ended;
    let aside = |error: &str| Some((WatchFileState::SetAside, Some(error.to_owned())));
    assert_eq!(world.state("notes.txt"), aside("not_a_picture"));
    assert_eq!(world.state("cut.png"), aside("damaged_picture"));
    assert_eq!(world.state("huge.png"), aside("too_large"));
    assert_eq!((world.state("empty.png"), ended.len(), world.queued()), (None, 3, 0));
    world.write("cut.png", 5, &whole);
    world.twice().await;
    assert_eq!((world.state("cut.png"), world.queued()), (Some((WatchFileState::Queued, None)), 1));
}

#[tokio::test]
async fn a_result_beside_its_original_is_never_taken_for_one() {
    let mut world = World::new();
    world.put("a.png", 1);
    world.twice().await;
    world.save("a.png");
    world.put("b-cutout.png", 2);
    world.twice().await;
    world.twice().await;
    assert_eq!(world.state("a.cut.png"), Some((WatchFileState::SetAside, Some(OWN_RESULT.to_owned()))));
    assert_eq!((world.state("b-cutout.png"), world.queued()), (None, 1));
}

#[tokio::test]
async fn a_drive_that_goes_and_comes_back_loses_and_repeats_nothing() {
    let mut world = World::new();
    world.put("done.png", 1);
    world.put("queued.png", 2);
    world.twice().await;
    world.save("done.png");
    world.round().await;
    let (folder, unplugged) = (world.path(""), world.home.path().join("unplugged"));
    DiskFiles.rename(&folder, &unplugged);
    assert!(world.round().await.seen.away);
    // The queue met a picture that was not there, and nothing was charged.
    world.move_job("queued.png", JobState::Failed, Some("input_gone"));
    assert!(world.round().await.seen.away);
    // An empty mount point.
    std::fs::create_dir(&folder).unwrap();
    assert_eq!(world.twice().await.seen.waiting, 0);
    std::fs::remove_dir(&folder).unwrap();
    DiskFiles.rename(&unplugged, &folder);
    world.twice().await;
    assert_eq!(world.batches()[1..], pairs(&[("queued.png", "1")]));
    assert_eq!(world.state("done.png"), Some((WatchFileState::Done, None)));
}

trait Unplug {
    fn rename(&self, from: &Path, to: &Path);
}

impl Unplug for DiskFiles {
    fn rename(&self, from: &Path, to: &Path) {
        clearcut_store::Files::rename_new(self, from, to).unwrap();
    }
}

#[tokio::test]
async fn an_original_is_moved_when_its_result_is_saved_and_only_then() {
    let mut world = World::with(|row, home| {
        row.recursive = true;
        row.move_done_to = Some(home.join("in/done"));
    });
    world.put("sub/a.png", 1);
    world.put("b.png", 2);
    world.twice().await;
    world.save("sub/a.png");
    world.move_job("b.png", JobState::Unknown, None);
    world.round().await;
    assert!(world.path("done/sub/a.png").exists() && !world.path("sub/a.png").exists());
    assert!(world.path("b.png").exists());
    let mut world = world.restart();
    world.twice().await;
    assert_eq!(world.queued(), 2, "what was moved within the folder is not taken again");
}

#[tokio::test]
async fn a_paused_watch_takes_nothing_and_still_hears_what_became_of_the_rest() {
    let mut world = World::new();
    world.put("a.png", 1);
    world.twice().await;
    world.watch.paused = true;
    world.put("b.png", 2);
    world.save("a.png");
    world.twice().await;
    assert_eq!((world.queued(), world.state("a.png")), (1, Some((WatchFileState::Done, None))));
    world.watch.paused = false;
    world.twice().await;
    assert_eq!(world.queued(), 2);
}

#[tokio::test]
async fn a_queue_in_trouble_is_asked_again_after_a_minute_and_another_account_at_once_when_it_is_back() {
    let mut world = World::new();
    world.put("a.png", 1);
    *world.fake.refuse.lock().unwrap() = Some(Problem::new(Code::StoreTrouble, "Busy.", ""));
    assert!(matches!(world.twice().await.seen.held, Some(Held::Trouble(_))));
    *world.fake.refuse.lock().unwrap() = None;
    assert!(world.twice().await.seen.held.is_some());
    *world.fake.held.lock().unwrap() = Some(Held::OtherAccount);
    world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(world.twice().await.seen.held, Some(Held::OtherAccount));
    *world.fake.held.lock().unwrap() = None;
    assert_eq!(world.twice().await.seen.held, None);
    assert_eq!(world.queued(), 1);
}

#[tokio::test]
async fn a_folder_of_hundreds_is_read_in_parts() {
    let mut world = World::with(|row, _| row.budget = Credits::whole(1_000));
    for number in 0..130_u8 {
        world.put(&format!("{number}.png"), number);
    }
    assert!(world.twice().await.seen.more);
    assert!(world.round().await.seen.more);
    assert!(!world.round().await.seen.more);
    let sizes: Vec<_> = world.fake.batches.lock().unwrap().iter().map(|(names, _)| names.len()).collect();
    assert_eq!(sizes, [64, 64, 2]);
}
