//! Laws of the queue over every interleaving of answers, limits and other use. The money here is the real fold of `clearcut_credits`;
//! only disk, network and time are made up.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use clearcut_credits::{
    AccountState, AttemptId, Balance, Credits, Entry, Event, Purpose, Source, SpendLimit, Standing,
};
use clearcut_store::{BatchId, JobId};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::tests::{SAVED, at, back, ticket};
use super::{Came, Deed, Happened, Mode, Queue, Terms, Ticket, Why};

/// What may happen to a picture in the laws.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Saved,
    Free,
    Failed,
    Broken,
    TooFast,
    Offline,
    Unknown,
    Lost,
    Returned,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        12 => Just(Fate::Saved),
        1 => Just(Fate::Free),
        2 => Just(Fate::Failed),
        3 => Just(Fate::Broken),
        2 => Just(Fate::TooFast),
        1 => Just(Fate::Offline),
        3 => Just(Fate::Unknown),
        1 => Just(Fate::Lost),
        1 => Just(Fate::Returned),
    ]
}

/// An account with its real fold, and the batches' caps.
struct World {
    state: AccountState,
    seq: i64,
    now: Timestamp,
    queue: Queue,
    caps: BTreeMap<BatchId, (Credits, Credits)>,
    batch_of: BTreeMap<JobId, BatchId>,
    never: HashSet<BatchId>,
    out: Vec<(JobId, AttemptId, bool)>,
    waiting_to_reserve: Vec<(JobId, bool)>,
    unknown: Vec<(JobId, AttemptId)>,
    /// What own requests have drawn from PAYG though their batch never may.
    payg_of_never: bool,
}

impl World {
    fn apply(&mut self, event: Event) {
        self.seq += 1;
        self.state.apply(&Entry { seq: self.seq, at: self.now, event, served_at: None });
    }

    /// The reservation as the store makes it: check and write in one step.
    fn reserve(&mut self, job: JobId, before_payg: bool) {
        let batch = self.batch_of[&job];
        let (cap, used) = self.caps[&batch];
        let limit = SpendLimit { cap: Some(cap), stop_before_payg: before_payg };
        match self.state.can_reserve(Credits::ONE, &limit, used) {
            Ok(()) => {
                let draws_payg = !self.state.free().clone().draw(Credits::ONE).payg.is_zero();
                self.payg_of_never |= draws_payg && self.never.contains(&batch);
                let attempt = AttemptId(u128::from(self.seq.unsigned_abs()));
                self.apply(Event::Reserved { attempt, amount: Credits::ONE, purpose: Purpose::Download });
                self.caps.insert(batch, (cap, used.saturating_add(Credits::ONE)));
                self.out.push((job, attempt, before_payg));
                self.queue.tell(Happened::Reserved(job), self.now);
            }
            Err(clearcut_credits::Refusal::Cap { .. }) => back(&mut self.queue, job, Came::LeftOut, self.now),
            Err(_) => back(&mut self.queue, job, Came::Pauses(Why::PaygEarly), self.now),
        }
    }

    fn give_back(&mut self, job: JobId, attempt: AttemptId) {
        self.apply(Event::Released { attempt });
        let batch = self.batch_of[&job];
        let (cap, used) = self.caps[&batch];
        self.caps.insert(batch, (cap, used.saturating_sub(Credits::ONE)));
    }

    fn end(&mut self, index: usize, fate: Fate) {
        let (job, attempt, _) = self.out.remove(index);
        let settled = Event::Settled { attempt, amount: Credits::ONE, basis: Source::Measured };
        let came = match fate {
            Fate::Saved => {
                self.apply(settled);
                SAVED
            }
            Fate::Lost => {
                self.apply(Event::PaidLost { attempt, amount: Credits::ONE, basis: Source::Measured });
                Came::Lost { charged: Credits::ONE }
            }
            Fate::Unknown => {
                self.apply(Event::Undecided { attempt });
                self.unknown.push((job, attempt));
                Came::Unknown
            }
            Fate::Free | Fate::Failed | Fate::Broken | Fate::TooFast | Fate::Offline | Fate::Returned => {
                self.give_back(job, attempt);
                match fate {
                    Fate::Broken => Came::Broken,
                    Fate::TooFast => Came::TooFast(Duration::from_secs(3)),
                    Fate::Offline => Came::Offline,
                    Fate::Returned => Came::Returned,
                    Fate::Free => Came::Saved { charged: Credits::ZERO, unlike: false },
                    _ => Came::Failed,
                }
            }
        };
        back(&mut self.queue, job, came, self.now);
    }

    fn perform(&mut self, deed: &Deed, rng: u64) {
        match deed {
            Deed::Send { job, before_payg } => self.waiting_to_reserve.push((*job, *before_payg)),
            Deed::TryNetwork => self.queue.tell(Happened::Network(rng.is_multiple_of(2)), self.now),
            Deed::LookQuietly => {
                assert!(self.out.is_empty(), "something is on its way during a quiet look");
                let all: Vec<_> = std::mem::take(&mut self.unknown);
                let (mut released, mut lost) = (Vec::new(), Vec::new());
                for (index, (job, attempt)) in all.into_iter().enumerate() {
                    if (rng >> (index % 60)) & 1 == 0 {
                        self.give_back(job, attempt);
                        released.push((job, 1));
                    } else {
                        self.apply(Event::PaidLost { attempt, amount: Credits::ONE, basis: Source::Inferred });
                        lost.push(job);
                    }
                }
                self.queue.tell(Happened::Answered { released, lost, open: 0, looked: true }, self.now);
            }
            Deed::Return { .. } | Deed::End { .. } | Deed::HaltUnsent | Deed::Note => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Any interleaving of pictures, limits and answers: no cap is passed, nothing that must not is drawn from PAYG, no picture is
    /// out twice, nothing is ever stuck, and without other use PAYG never begins earlier than quoted.
    #[test]
    fn no_interleaving_passes_a_limit_or_gets_stuck(
        lists in prop::collection::vec((1_i64..14, 0_i64..16, prop::bool::weighted(0.25)), 1..4),
        subscription in 0_i64..20,
        fates in prop::collection::vec((fate(), any::<u64>()), 400),
        elsewhere in prop::option::weighted(0.3, (0_usize..40, 1_i64..8)),
    ) {
        let mut world = World {
            state: AccountState::default(), seq: 0, now: at(0),
            queue: Queue::new(Some(400), 16, true, at(0)),
            caps: BTreeMap::new(), batch_of: BTreeMap::new(), never: HashSet::new(), out: Vec::new(),
            waiting_to_reserve: Vec::new(), unknown: Vec::new(), payg_of_never: false,
        };
        let balance = Balance {
            total: Some(Credits::whole(subscription + 100)), subscription: Some(Credits::whole(subscription)),
            payg: Some(Credits::whole(100)), enterprise: Some(Credits::ZERO), free_previews: Some(0),
        };
        world.apply(Event::Snapshot { balance, standing: Standing::Conclusive });
        // Each list is quoted behind those before it, as the quote does: their sums count as set aside.
        let mut left = subscription;
        let mut jobs = Vec::new();
        for (count, cap, never) in &lists {
            let batch = BatchId::new();
            let before = left.min(*count).min(*cap);
            left -= before;
            // What a choice leaves out is not on the list: where PAYG may pay none, only what the subscription pays.
            let listed = if *never { before } else { *count };
            let tickets: Vec<Ticket> = (1..=listed).map(|position| ticket(position, true)).collect();
            for ticket in &tickets {
                world.batch_of.insert(ticket.job, batch);
                jobs.push(ticket.job);
            }
            let agreed = if *never { before } else { *cap };
            world.caps.insert(batch, (Credits::whole(agreed), Credits::ZERO));
            if *never { world.never.insert(batch); }
            let before_payg = usize::try_from(before).unwrap();
            world.queue.add(Terms { batch, never_payg: *never, before_payg }, tickets);
        }
        let mut paused_early = false;
        for (step, (fate, rng)) in fates.iter().enumerate() {
            if let Some((when, amount)) = elsewhere && when == step {
                let subscription = Credits::whole(amount).min(world.state.free().subscription.unwrap_or_default());
                world.apply(Event::UsedElsewhere { subscription, payg: Credits::ZERO });
            }
            while let Some(deed) = world.queue.next(world.now) {
                if let Deed::Send { job, .. } = &deed {
                    prop_assert!(world.out.iter().all(|(out, ..)| out != job) && world.waiting_to_reserve.iter().all(|(out, _)| out != job));
                }
                world.perform(&deed, *rng);
            }
            for (cap, used) in world.caps.values() {
                prop_assert!(used <= cap, "{used} of {cap}");
            }
            prop_assert!(!world.payg_of_never, "PAYG was drawn for a batch that must not");
            if let Mode::Paused(why) = world.queue.mode() {
                paused_early |= why == Why::PaygEarly;
                if world.out.is_empty() && world.waiting_to_reserve.is_empty() {
                    world.queue.tell(Happened::Resume(Vec::new()), world.now);
                    if why == Why::PaygEarly { break; }
                }
            }
            // Reservations and answers come in any order.
            let choices = world.waiting_to_reserve.len() + world.out.len();
            if choices == 0 {
                if world.queue.is_over() { break; }
                if let Some(next) = world.queue.wake_at(world.now) { world.now = world.now.max(next); }
                continue;
            }
            let pick = usize::try_from(rng % choices as u64).unwrap();
            if pick < world.waiting_to_reserve.len() {
                let (job, before_payg) = world.waiting_to_reserve.remove(pick);
                world.reserve(job, before_payg);
            } else {
                world.end(pick - world.waiting_to_reserve.len(), *fate);
            }
            world.now += SignedDuration::from_millis(i64::try_from(rng % 5_000).unwrap());
        }
        prop_assert!(!paused_early || elsewhere.is_some(), "PAYG began early though nobody else used anything");
        // From here on all goes well: it comes to an end by itself.
        if !paused_early {
            for _ in 0..4_000 {
                while let Some(deed) = world.queue.next(world.now) { world.perform(&deed, 0); }
                if matches!(world.queue.mode(), Mode::Paused(_)) {
                    world.queue.tell(Happened::Resume(Vec::new()), world.now);
                }
                if let Some((job, before_payg)) = world.waiting_to_reserve.pop() {
                    world.reserve(job, before_payg);
                } else if !world.out.is_empty() {
                    world.end(0, Fate::Saved);
                } else if world.queue.is_over() {
                    break;
                } else if let Some(next) = world.queue.wake_at(world.now) {
                    world.now = world.now.max(next);
                }
            }
            prop_assert!(world.queue.is_over(), "stuck: {:?}", world.queue.status(world.now));
            let status = world.queue.status(world.now);
            prop_assert_eq!(status.done(), jobs.len());
        }
    }
}
