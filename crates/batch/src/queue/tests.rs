//! The queue, walked: what it does about each answer. Laws over every interleaving stand in `laws`.

use std::time::Duration;

use clearcut_credits::Credits;
use clearcut_store::{BatchId, JobId};
use jiff::{SignedDuration, Timestamp};
use rstest::rstest;

use super::{Came, Deed, Happened, Mode, Queue, Terms, Ticket, Why};

pub(super) fn at(ms: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_millis(ms)
}

pub(super) fn ticket(position: i64, charged: bool) -> Ticket {
    Ticket { job: JobId::new(), position, charged, megapixels: 1, bytes: 1_000, price: Credits::ONE, tries: 0 }
}

fn queue_of(count: i64, before_payg: usize, never_payg: bool) -> (Queue, Vec<JobId>, BatchId) {
    let batch = BatchId::new();
    let tickets: Vec<Ticket> = (1..=count).map(|position| ticket(position, true)).collect();
    let jobs = tickets.iter().map(|ticket| ticket.job).collect();
    let mut queue = Queue::new(None, 16, true, at(0));
    queue.add(Terms { batch, never_payg, before_payg }, tickets);
    (queue, jobs, batch)
}

/// Everything it wants done now.
fn deeds(queue: &mut Queue, now: Timestamp) -> Vec<Deed> {
    std::iter::from_fn(|| queue.next(now)).collect()
}

fn sent(deeds: &[Deed]) -> Vec<JobId> {
    deeds.iter().filter_map(|deed| if let Deed::Send { job, .. } = deed { Some(*job) } else { None }).collect()
}

pub(super) fn back(queue: &mut Queue, job: JobId, came: Came, now: Timestamp) {
    queue.tell(Happened::Back { job, came, rate_limit: None }, now);
}

pub(super) const SAVED: Came = Came::Saved { charged: Credits::ONE, unlike: false };

#[test]
fn four_go_out_in_order_and_the_next_follows_as_one_comes_back() {
    let (mut queue, jobs, batch) = queue_of(6, 6, false);
    assert_eq!(sent(&deeds(&mut queue, at(0))), jobs[..4]);
    back(&mut queue, jobs[1], SAVED, at(10));
    assert_eq!(sent(&deeds(&mut queue, at(10))), jobs[4..5]);
    for job in [0, 2, 3, 4] {
        back(&mut queue, jobs[job], SAVED, at(20));
    }
    assert_eq!(sent(&deeds(&mut queue, at(20))), jobs[5..]);
    assert!(!queue.is_over() && !queue.is_done(batch));
    back(&mut queue, jobs[5], SAVED, at(30));
    assert!(queue.is_over() && queue.is_done(batch));
    let status = queue.status(at(30));
    assert_eq!((status.saved, status.spent, status.done()), (6, Credits::whole(6), 6));
    assert_eq!((status.bytes_done, status.bytes), (6_000, 6_000));
}

#[rstest]
#[case::out_of_credits(Why::OutOfCredits)]
#[case::key(Why::KeyRefused)]
#[case::ended(Why::ServiceEnded)]
#[case::folder(Why::Folder)]
#[case::payg(Why::PaygEarly)]
fn what_concerns_everybody_pauses_sends_nothing_new_and_leaves_the_picture_in_line(#[case] why: Why) {
    let (mut queue, jobs, _) = queue_of(9, 9, false);
    deeds(&mut queue, at(0));
    back(&mut queue, jobs[0], Came::Pauses(why), at(1));
    // Prices that are set aside already are within the line of the subscription.
    let halts = why != Why::PaygEarly;
    assert_eq!(deeds(&mut queue, at(1)), if halts { vec![Deed::Note, Deed::HaltUnsent] } else { vec![Deed::Note] });
    assert_eq!(queue.mode(), Mode::Paused(why));
    for job in &jobs[1..4] {
        back(&mut queue, *job, SAVED, at(2));
        assert_eq!(sent(&deeds(&mut queue, at(2))), []);
    }
    assert!(queue.is_quiet() && !queue.is_over());
    queue.tell(Happened::Resume(Vec::new()), at(3));
    assert_eq!(sent(&deeds(&mut queue, at(3)))[0], jobs[0], "it is first in line again");
}

#[test]
fn an_upload_that_breaks_is_tried_five_times_later_and_later() {
    let (mut queue, jobs, _) = queue_of(1, 1, false);
    let (mut now, mut waits, mut tries) = (at(0), Vec::new(), 0);
    loop {
        let done = deeds(&mut queue, now);
        if done.contains(&Deed::End { job: jobs[0], left_out: false }) {
            break;
        }
        if !sent(&done).is_empty() {
            tries += 1;
            back(&mut queue, jobs[0], Came::Broken, now);
            continue;
        }
        let Some(next) = queue.wake_at(now) else { panic!("it waits for nothing: {done:?}") };
        waits.push(next.duration_since(now).as_secs());
        now = next;
    }
    assert_eq!(tries, 5);
    assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
    assert_eq!(queue.status(now).failed, 1);
    assert!(queue.is_over());
}

#[test]
fn too_fast_makes_everybody_wait_as_long_as_the_service_asks_and_counts_no_try() {
    let (mut queue, jobs, _) = queue_of(8, 8, false);
    deeds(&mut queue, at(0));
    for job in &jobs[..4] {
        back(&mut queue, *job, Came::TooFast(Duration::from_secs(7)), at(100));
    }
    assert_eq!(sent(&deeds(&mut queue, at(200))), []);
    assert_eq!(queue.wake_at(at(200)), Some(at(7_100)));
    assert_eq!(queue.status(at(200)).wait_s, Some(6));
    assert_eq!(sent(&deeds(&mut queue, at(7_100))), jobs[..2], "half as many at a time");
}

#[test]
fn three_in_a_row_that_may_have_been_charged_hold_everybody_until_the_balance_has_spoken() {
    let (mut queue, jobs, _) = queue_of(9, 9, false);
    deeds(&mut queue, at(0));
    for job in &jobs[..3] {
        back(&mut queue, *job, Came::Unknown, at(1));
    }
    assert_eq!(queue.mode(), Mode::Asking);
    assert_eq!(deeds(&mut queue, at(1)), [Deed::Note], "one is out still");
    back(&mut queue, jobs[3], SAVED, at(2));
    assert_eq!(deeds(&mut queue, at(2)), [Deed::LookQuietly]);
    let released = vec![(jobs[0], 1), (jobs[1], 1)];
    queue.tell(Happened::Answered { released, lost: vec![jobs[2]], open: 0, looked: true }, at(60_000));
    let after = deeds(&mut queue, at(60_000));
    assert!(after.contains(&Deed::Return { job: jobs[0], tries: 1 }), "{after:?}");
    let status = queue.status(at(60_000));
    assert_eq!((status.mode, status.unknown, status.lost, status.resting), (Mode::Running, 0, 1, 2));
}

#[test]
fn the_last_of_unknown_outcome_is_asked_about_at_the_end_and_tried_again_by_itself() {
    let (mut queue, jobs, batch) = queue_of(1, 1, false);
    deeds(&mut queue, at(0));
    back(&mut queue, jobs[0], Came::Unknown, at(1));
    assert_eq!(deeds(&mut queue, at(1)), [Deed::Note, Deed::LookQuietly]);
    assert!(!queue.is_over() && !queue.is_done(batch));
    queue.tell(Happened::Answered { released: vec![(jobs[0], 1)], lost: vec![], open: 0, looked: true }, at(2));
    deeds(&mut queue, at(2));
    let now = queue.wake_at(at(2)).unwrap();
    assert_eq!(sent(&deeds(&mut queue, now)), jobs);
    back(&mut queue, jobs[0], SAVED, now);
    assert!(queue.is_over() && queue.is_done(batch));
}

#[test]
fn what_an_earlier_run_left_unanswered_is_asked_before_anything_is_sent_and_tried_again_where_it_was_not_charged() {
    let (mut queue, jobs, batch) = queue_of(1, 1, false);
    let left = ticket(7, true);
    queue.tell(Happened::Open(vec![left], batch), at(0));
    assert_eq!(queue.status(at(0)).unknown, 1);
    assert_eq!(deeds(&mut queue, at(0)), [Deed::Note, Deed::LookQuietly], "apart from whatever may come");
    queue.tell(Happened::Answered { released: vec![(left.job, 1)], lost: vec![], open: 0, looked: true }, at(2));
    assert_eq!(sent(&deeds(&mut queue, at(2))), jobs);
    back(&mut queue, jobs[0], SAVED, at(3));
    deeds(&mut queue, at(3));
    let now = queue.wake_at(at(3)).unwrap();
    assert_eq!(sent(&deeds(&mut queue, now)), [left.job]);
    assert!(!queue.is_done(batch));
    back(&mut queue, left.job, SAVED, now);
    assert!(queue.is_over() && queue.is_done(batch));
}

#[test]
fn each_is_asked_about_alone_for_an_hour_of_quiet_minutes_and_then_three_together() {
    let (mut queue, jobs, _) = queue_of(400, 400, false);
    let (mut next, mut now, mut groups) = (0, at(0), Vec::new());
    while groups.len() < 62 {
        let mut questions = 0;
        while queue.mode() == Mode::Running {
            // One comes in between, so that never three in a row bring nothing.
            for came in [SAVED, Came::Unknown] {
                deeds(&mut queue, now);
                if queue.mode() == Mode::Running {
                    questions += usize::from(came == Came::Unknown);
                    back(&mut queue, jobs[next], came, now);
                    next += 1;
                }
            }
            deeds(&mut queue, now);
        }
        while queue.status(now).sending > 0 {
            back(&mut queue, jobs[next], SAVED, now);
            next += 1;
        }
        groups.push(questions);
        now += SignedDuration::from_mins(1);
        let open = usize::from(questions > 1);
        queue.tell(Happened::Answered { released: vec![], lost: vec![], open, looked: true }, now);
    }
    assert!(groups[..60].iter().all(|questions| *questions == 1), "{groups:?}");
    assert_eq!(groups[60..], [3, 3]);
}

#[test]
fn after_a_look_they_go_one_at_a_time_until_a_picture_comes() {
    let (mut queue, jobs, _) = queue_of(9, 9, false);
    deeds(&mut queue, at(0));
    for job in &jobs[..4] {
        back(&mut queue, *job, Came::Unknown, at(1));
    }
    deeds(&mut queue, at(1));
    let lost = jobs[..4].to_vec();
    queue.tell(Happened::Answered { released: vec![], lost, open: 0, looked: true }, at(60_000));
    assert_eq!(sent(&deeds(&mut queue, at(60_000))), jobs[4..5]);
    back(&mut queue, jobs[4], SAVED, at(60_001));
    assert!(!sent(&deeds(&mut queue, at(60_001))).is_empty());
    assert!(queue.status(at(60_001)).at_a_time >= 1);
}

#[test]
fn what_stays_unknown_is_left_to_the_user_and_the_queue_is_over() {
    let (mut queue, jobs, batch) = queue_of(1, 1, false);
    deeds(&mut queue, at(0));
    back(&mut queue, jobs[0], Came::Unknown, at(1));
    deeds(&mut queue, at(1));
    queue.tell(Happened::Answered { released: vec![], lost: vec![], open: 1, looked: true }, at(2));
    assert_eq!(deeds(&mut queue, at(2)), [Deed::Note]);
    assert!(queue.is_over() && queue.is_done(batch));
    assert_eq!(queue.status(at(2)).unknown, 1);
}

#[test]
fn without_a_network_it_looks_for_one_and_pauses_when_there_is_none() {
    let (mut queue, jobs, _) = queue_of(5, 5, false);
    deeds(&mut queue, at(0));
    for job in &jobs[..4] {
        back(&mut queue, *job, Came::Offline, at(0));
    }
    let (mut now, mut looks) = (at(0), 0);
    while queue.mode() == Mode::Offline {
        let done = deeds(&mut queue, now);
        assert_eq!(sent(&done), []);
        if done.contains(&Deed::TryNetwork) {
            looks += 1;
            queue.tell(Happened::Network(false), now);
        } else if let Some(next) = queue.wake_at(now) {
            now = next;
        }
    }
    assert_eq!((looks, queue.mode()), (3, Mode::Paused(Why::Offline)));
    assert!(now > at(10_000), "about a quarter of a minute: {now}");
    queue.tell(Happened::Resume(Vec::new()), now);
    assert_eq!(sent(&deeds(&mut queue, now))[0], jobs[0]);
    assert_eq!(queue.status(now).failed, 0);
}

#[test]
fn pictures_beyond_the_subscription_wait_until_those_before_them_have_reserved() {
    let (mut queue, jobs, _) = queue_of(4, 2, false);
    let first = deeds(&mut queue, at(0));
    let expected: Vec<Deed> = jobs[..2].iter().map(|job| Deed::Send { job: *job, before_payg: true }).collect();
    assert_eq!(first, expected);
    queue.tell(Happened::Reserved(jobs[0]), at(1));
    assert_eq!(deeds(&mut queue, at(1)), []);
    queue.tell(Happened::Reserved(jobs[1]), at(2));
    let rest: Vec<Deed> = jobs[2..].iter().map(|job| Deed::Send { job: *job, before_payg: false }).collect();
    assert_eq!(deeds(&mut queue, at(2)), rest);
}

#[test]
fn a_turn_that_cost_nothing_goes_to_the_next_picture() {
    let (mut queue, jobs, _) = queue_of(6, 1, false);
    assert_eq!(deeds(&mut queue, at(0)), [Deed::Send { job: jobs[0], before_payg: true }]);
    back(&mut queue, jobs[0], Came::Failed, at(1));
    assert_eq!(deeds(&mut queue, at(1)), [Deed::Send { job: jobs[1], before_payg: true }]);
    queue.tell(Happened::Reserved(jobs[1]), at(2));
    back(&mut queue, jobs[1], SAVED, at(3));
    assert_eq!(deeds(&mut queue, at(3))[0], Deed::Send { job: jobs[2], before_payg: false });
}

#[test]
fn the_first_result_unlike_the_quote_pauses_and_the_second_does_not() {
    let unlike = Came::Saved { charged: Credits::whole(2), unlike: true };
    let (mut queue, jobs, _) = queue_of(3, 3, false);
    deeds(&mut queue, at(0));
    back(&mut queue, jobs[0], unlike, at(1));
    assert_eq!(queue.mode(), Mode::Paused(Why::Unlike));
    queue.tell(Happened::Resume(Vec::new()), at(2));
    back(&mut queue, jobs[1], unlike, at(3));
    assert_eq!(queue.mode(), Mode::Running);
}

#[test]
fn what_the_user_wants_next_goes_next_and_what_is_taken_out_goes_nowhere() {
    let (mut queue, jobs, _) = queue_of(9, 9, false);
    deeds(&mut queue, at(0));
    queue.tell(Happened::First(vec![jobs[8], jobs[7]]), at(1));
    queue.tell(Happened::Take(vec![jobs[4]]), at(1));
    for job in &jobs[..4] {
        back(&mut queue, *job, SAVED, at(2));
    }
    assert_eq!(sent(&deeds(&mut queue, at(2)))[..4], [jobs[8], jobs[7], jobs[5], jobs[6]]);
    assert_eq!(queue.status(at(2)).left_out, 1);
}
