//! The process-death table, walked: every answer a service can give, a death before, inside and after every effect,
//! then the next start until it finds nothing more to do. The world here is a handful of numbers; the same walk on a real
//! database and disk stands in `tests/`.

use clearcut_credits::{BodySent, Credits, Reply, Seen, Source};
use clearcut_store::JobState;
use rstest::rstest;

use super::{Effect, End, Event, Kept, Machine, Mend, Patience, Remains, mend};

const QUOTED: Credits = Credits::ONE;

/// What the service does with the request, and what of it reaches us.
#[derive(Debug, Clone, Copy)]
struct Service {
    charges: Credits,
    answer: Answer,
}

#[derive(Debug, Clone, Copy)]
enum Answer {
    /// A 200: whole or cut off, a picture or not, with or without the header.
    Body {
        whole: bool,
        usable: bool,
        header: bool,
    },
    /// A status that is no 200.
    Status(u16),
    /// Nothing, before or after the body had gone out.
    Nothing(BodySent),
    Closed(BodySent),
}

impl Service {
    /// What of the answer lies on disk once it has arrived.
    fn keeps(&self) -> Option<Kept> {
        match self.answer {
            Answer::Body { whole, usable, header } => {
                Some(Kept { usable: usable && whole, charged: header.then_some(self.charges) })
            }
            Answer::Status(_) | Answer::Nothing(_) | Answer::Closed(_) => None,
        }
    }

    fn answers(&self) -> Event {
        let seen = |body, reply| Event::NoPicture { seen: Seen { body, reply }, wait: None };
        match self.answer {
            Answer::Body { whole, header, .. } => Event::Answered { whole, charged: header.then_some(self.charges) },
            Answer::Status(code) => seen(BodySent::Yes, Reply::Status { code, usable: false, charged: None }),
            Answer::Nothing(body) => seen(body, Reply::None),
            Answer::Closed(body) => seen(body, Reply::Closed),
        }
    }
}

/// The durable part of the world: what a next start can find.
#[derive(Debug, Clone)]
struct World {
    job: JobState,
    reserved: Option<Credits>,
    undecided: bool,
    paid: Credits,
    service_charged: Credits,
    room: bool,
    kept: Option<Kept>,
    part_file: bool,
    files: u32,
}

/// How far an effect gets before the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    Nothing,
    Half,
    Whole,
}

impl World {
    fn new() -> Self {
        Self {
            job: JobState::Planned,
            reserved: None,
            undecided: false,
            paid: Credits::ZERO,
            service_charged: Credits::ZERO,
            room: false,
            kept: None,
            part_file: false,
            files: 0,
        }
    }

    /// Does `effect` to the given depth. Database effects are one transaction: half of one is nothing of it.
    fn perform(&mut self, effect: &Effect, depth: Depth, service: &Service) -> Event {
        let transaction =
            !matches!(effect, Effect::SetRoomAside | Effect::Send | Effect::Keep | Effect::Save | Effect::Wait(_));
        if depth == Depth::Nothing || transaction && depth == Depth::Half {
            return Event::Done;
        }
        match effect {
            Effect::CheckInput | Effect::LookInVault | Effect::Wait(_) => {}
            Effect::Reserve => (self.job, self.reserved) = (JobState::Reserved, Some(QUOTED)),
            Effect::SetRoomAside => self.room = true,
            Effect::MarkSending => self.job = JobState::Sending,
            Effect::Send => {
                // A death in the middle leaves the request with the service, charged, and perhaps the answer's head.
                self.service_charged = self.service_charged.saturating_add(service.charges);
                if depth == Depth::Half {
                    self.kept = service.keeps().map(|kept| Kept { usable: false, ..kept });
                }
                return service.answers();
            }
            // Half of it is the whole answer beside the vault: the next start adopts it.
            Effect::Keep => {
                self.room = depth == Depth::Half;
                self.kept = service.keeps();
            }
            Effect::MarkAnswered => self.job = JobState::Answered,
            Effect::Judge => {
                let usable = matches!(service.answer, Answer::Body { usable: true, .. });
                return Event::Judged { usable };
            }
            Effect::Settle { amount, .. } => self.book(*amount, JobState::Settled),
            Effect::BookLost { amount } => self.book(*amount, JobState::PaidLost),
            Effect::GiveUp => self.job = JobState::Failed,
            Effect::Release { job } => {
                (self.reserved, self.room, self.job) = (None, false, *job);
            }
            Effect::Suspend { job } => (self.undecided, self.room, self.job) = (true, false, *job),
            Effect::Save if depth == Depth::Half => self.part_file = true,
            Effect::Save => self.files += 1,
            Effect::MarkSaved => self.job = JobState::Saved,
            Effect::Finish(_) => {}
        }
        Event::Done
    }

    fn book(&mut self, amount: Credits, job: JobState) {
        self.paid = self.paid.saturating_add(amount);
        (self.reserved, self.undecided, self.job) = (None, false, job);
    }

    /// The next start.
    fn recover(&mut self) {
        self.room = false;
        for _ in 0..10 {
            let remains = Remains { job: self.job, quoted: QUOTED, kept: self.kept };
            match mend(&remains) {
                Mend::Nothing => return,
                Mend::Forget => self.job = JobState::Failed,
                Mend::Release => (self.reserved, self.job) = (None, JobState::Failed),
                Mend::Suspend => (self.undecided, self.job) = (true, JobState::Unknown),
                Mend::Settle { amount, .. } => self.book(amount, JobState::Settled),
                Mend::BookLost { amount } => self.book(amount, JobState::PaidLost),
                Mend::SaveAgain => {
                    // A file of ours that is already there is recognised by its bytes.
                    (self.part_file, self.files, self.job) = (false, 1, JobState::Saved);
                }
            }
        }
        panic!("recovery does not come to an end: {self:?}");
    }

    /// paid ≤ charged ≤ paid + unknown.
    fn money_is_conserved(&self) {
        let unknown = self.reserved.unwrap_or_default();
        assert!(self.paid <= self.service_charged, "booked more than was charged: {self:?}");
        assert!(
            self.service_charged <= self.paid.saturating_add(unknown),
            "charged behind the ledger's back: {self:?}"
        );
    }

    fn nothing_is_left_open(&self) {
        assert!(!matches!(self.job, JobState::Planned | JobState::Reserved | JobState::Sending), "{self:?}");
        assert!(!matches!(self.job, JobState::Answered | JobState::Settled), "{self:?}");
        assert_eq!(self.reserved.is_some(), self.undecided, "only undecided attempts keep a reservation: {self:?}");
        assert!(!self.room && !self.part_file && self.files <= 1, "something half-written is left: {self:?}");
        let paid_for = self.kept.is_some_and(|kept| kept.usable);
        assert!(!paid_for || self.job == JobState::Saved, "a kept picture must reach its folder: {self:?}");
    }
}

/// Walks until the end, or until a death at effect number `death.0`, which gets as far as `death.1`.
/// Returns how many effects were performed, and the end if it was reached.
fn walk(world: &mut World, service: &Service, death: Option<(usize, Depth)>) -> (usize, Option<End>) {
    let (mut machine, mut effect) = Machine::start(QUOTED, Patience { waits: 1, ..Patience::default() });
    for count in 0.. {
        if let Effect::Finish(end) = effect {
            return (count, Some(end));
        }
        if let Some((_, depth)) = death.filter(|(at, _)| *at == count) {
            world.perform(&effect, depth, service);
            return (count, None);
        }
        let event = world.perform(&effect, Depth::Whole, service);
        world.money_is_conserved();
        effect = machine.step(event);
    }
    unreachable!()
}

const FREE: Credits = Credits::ZERO;
const BODY: fn(bool, bool, bool) -> Answer = |whole, usable, header| Answer::Body { whole, usable, header };

#[rstest]
#[case::paid(QUOTED, BODY(true, true, true), End::Saved)]
#[case::paid_without_header(QUOTED, BODY(true, true, false), End::Saved)]
#[case::free(FREE, BODY(true, true, true), End::Saved)]
#[case::cut_off(QUOTED, BODY(false, true, true), End::PaidLost)]
#[case::no_picture(QUOTED, BODY(true, false, true), End::PaidLost)]
#[case::ok_with_neither_charged(QUOTED, BODY(true, false, false), End::Unknown)]
#[case::ok_with_neither_free(FREE, BODY(false, false, false), End::Unknown)]
#[case::server_error_charged(QUOTED, Answer::Status(500), End::Unknown)]
#[case::server_error_free(FREE, Answer::Status(503), End::Unknown)]
#[case::bad_request(FREE, Answer::Status(400), End::NotCharged)]
#[case::no_credits(FREE, Answer::Status(402), End::OutOfCredits)]
#[case::bad_key(FREE, Answer::Status(403), End::KeyRefused)]
#[case::not_found(FREE, Answer::Status(404), End::NotCharged)]
#[case::too_large(FREE, Answer::Status(413), End::NotCharged)]
#[case::too_fast(FREE, Answer::Status(429), End::RateLimited)]
#[case::gone(FREE, Answer::Status(410), End::ServiceEnded)]
#[case::not_sent(FREE, Answer::Nothing(BodySent::No), End::NotCharged)]
#[case::answer_lost_charged(QUOTED, Answer::Nothing(BodySent::Yes), End::Unknown)]
#[case::answer_lost_free(FREE, Answer::Nothing(BodySent::Yes), End::Unknown)]
#[case::closed_at_the_door(FREE, Answer::Closed(BodySent::No), End::ServiceEnded)]
#[case::closed_after_the_body(FREE, Answer::Closed(BodySent::Yes), End::ServiceEnded)]
fn whatever_the_service_does_and_whenever_we_die_no_credit_is_lost_sight_of(
    #[case] charges: Credits,
    #[case] answer: Answer,
    #[case] end: End,
) {
    let service = Service { charges, answer };
    let mut undisturbed = World::new();
    let (effects, reached) = walk(&mut undisturbed, &service, None);
    assert_eq!(reached, Some(end));
    undisturbed.nothing_is_left_open();

    for count in 0..effects {
        for depth in [Depth::Nothing, Depth::Half, Depth::Whole] {
            let mut world = World::new();
            walk(&mut world, &service, Some((count, depth)));
            world.money_is_conserved();
            world.recover();
            world.money_is_conserved();
            world.nothing_is_left_open();
        }
    }
}

#[test]
fn the_header_is_booked_even_where_it_is_more_than_the_quote() {
    let service = Service { charges: Credits::whole(2), answer: BODY(true, true, true) };
    let (mut machine, mut effect) = Machine::start(QUOTED, Patience::default());
    while effect != Effect::Judge {
        let answered = service.answers();
        effect = machine.step(if effect == Effect::Send { answered } else { Event::Done });
    }
    let charged = Effect::Settle { amount: Credits::whole(2), basis: Source::Measured };
    assert_eq!(machine.step(Event::Judged { usable: true }), charged);
}

#[test]
fn what_the_vault_holds_is_exported_without_a_reservation_or_a_request() {
    let (mut machine, first) = Machine::start(QUOTED, Patience::default());
    assert_eq!(first, Effect::CheckInput);
    assert_eq!(machine.step(Event::Done), Effect::LookInVault);
    assert_eq!(machine.step(Event::Hit), Effect::Save);
    assert_eq!(machine.step(Event::Done), Effect::MarkSaved);
    assert_eq!(machine.step(Event::Done), Effect::Finish(End::Saved));
}

#[test]
fn a_step_that_cannot_be_done_before_sending_gives_everything_back() {
    for refused_at in 0..5 {
        let mut world = World::new();
        let service = Service { charges: QUOTED, answer: BODY(true, true, true) };
        let (mut machine, mut effect) = Machine::start(QUOTED, Patience::default());
        for _ in 0..refused_at {
            let event = world.perform(&effect, Depth::Whole, &service);
            effect = machine.step(event);
        }
        effect = machine.step(Event::Refused);
        while !matches!(effect, Effect::Finish(_)) {
            assert_ne!(effect, Effect::Send);
            let event = world.perform(&effect, Depth::Whole, &service);
            effect = machine.step(event);
        }
        assert_eq!(effect, Effect::Finish(End::NotCharged));
        assert_eq!((world.job, world.reserved), (JobState::Failed, None));
    }
}

#[test]
fn an_answer_that_cannot_be_kept_is_left_for_the_next_start_and_stays_reserved() {
    let (mut machine, mut effect) = Machine::start(QUOTED, Patience::default());
    while effect != Effect::Send {
        effect = machine.step(Event::Done);
    }
    assert_eq!(machine.step(Event::Answered { whole: true, charged: Some(QUOTED) }), Effect::Keep);
    assert_eq!(machine.step(Event::Refused), Effect::Finish(End::Interrupted));
}

#[test]
fn an_event_out_of_place_stops_everything_and_writes_nothing() {
    let (mut machine, _) = Machine::start(QUOTED, Patience::default());
    assert_eq!(machine.step(Event::Judged { usable: true }), Effect::Finish(End::Interrupted));
    assert_eq!(machine.step(Event::Done), Effect::Finish(End::Interrupted));
}
