//! Laws of whole histories: one service, one or two installations, anything in any order.

use clearcut_credits::{
    AccountState, AttemptId, Choice, Credits, Event, Item, Level, PaidFrom, Pocket, Purpose, SpendLimit, choose, quote,
    raise, reached,
};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::desk::{Desk, at, plan};
use crate::service::{Milli, Service, to_credits};

/// What can happen, to one of two desks.
#[derive(Clone, Copy, Debug)]
enum Happening {
    /// A request goes out and is answered or refused.
    Pays(usize, Milli, bool),
    /// A request goes out; the service charges it now, its answer comes later.
    Sends(usize, Milli),
    /// All answers of the desk arrive.
    Hears(usize),
    /// A request goes out and its answer is lost; was it charged?
    Loses(usize, Milli, bool),
    /// The desk asks for the balance.
    Looks(usize),
    /// The desk waits for a quiet moment, and asks twice.
    SettlesDown(usize),
    /// The service's own page spends.
    Page(Milli),
    TopUp(Milli),
    Wait(i64),
}

fn price() -> impl Strategy<Value = Milli> {
    prop_oneof![4 => Just(1000), 1 => Just(250), 1 => 1_i64..3000]
}

fn happening(loses: bool, buys: bool) -> impl Strategy<Value = Happening> {
    let desk = || 0_usize..2;
    prop_oneof![
        6 => (desk(), price(), prop::bool::weighted(0.2)).prop_map(|(desk, price, preview)| Happening::Pays(desk, price, preview)),
        2 => (desk(), price()).prop_map(|(desk, price)| Happening::Sends(desk, price)),
        3 => desk().prop_map(Happening::Hears),
        u32::from(loses) => (desk(), price(), any::<bool>()).prop_map(|(desk, price, charged)| Happening::Loses(desk, price, charged)),
        3 => desk().prop_map(Happening::Looks),
        2 => desk().prop_map(Happening::SettlesDown),
        1 => price().prop_map(Happening::Page),
        u32::from(buys) => price().prop_map(|packs| Happening::TopUp(packs * 10)),
        3 => (0_i64..200).prop_map(Happening::Wait),
    ]
}

/// Two desks over one service, far from any renewal.
struct Office {
    service: Service,
    desks: [Desk; 2],
    on_their_way: [Vec<(AttemptId, Option<Milli>)>; 2],
    lost: usize,
}

const NOON: &str = "2026-11-22T12:00:00Z";

impl Office {
    fn new(subscription: Milli, payg: Milli, lag: i64) -> Self {
        let mut service = Service::new(subscription, payg, 3);
        service.lag = SignedDuration::from_secs(lag);
        let desk = || {
            let mut desk = Desk::opened(NOON, plan("40", 15, 5), service.truth());
            desk.book(Event::CycleStated { began_at: at("2026-11-15T00:00:00Z"), used: Credits::ZERO, renewed: false });
            desk
        };
        let desks = [desk(), desk()];
        Self { service, desks, on_their_way: [vec![], vec![]], lost: 0 }
    }

    fn wait(&mut self, seconds: i64) {
        self.desks.iter_mut().for_each(|desk| desk.wait(seconds));
    }

    fn look(&mut self, desk: usize) {
        let seen = self.service.tells(self.desks[desk].now);
        self.desks[desk].look(seen);
    }

    fn settle_down(&mut self, desk: usize) {
        self.happens(Happening::Hears(desk));
        self.wait(120);
        self.look(desk);
        self.wait(1);
        self.look(desk);
    }

    fn happens(&mut self, happening: Happening) {
        let now = self.desks[0].now;
        let text = |milli| to_credits(milli).to_string();
        match happening {
            Happening::Pays(desk, price, preview) => {
                let purpose = if preview { Purpose::Preview } else { Purpose::Download };
                let attempt = self.desks[desk].reserve(&text(price), purpose);
                match self.service.charge(price, preview, now) {
                    Some(charged) => self.desks[desk].settle(attempt, &text(charged)),
                    None => self.desks[desk].book(Event::Released { attempt }),
                }
            }
            Happening::Sends(desk, price) => {
                let attempt = self.desks[desk].reserve(&text(price), Purpose::Download);
                self.on_their_way[desk].push((attempt, self.service.charge(price, false, now)));
            }
            Happening::Hears(desk) => {
                for (attempt, charged) in std::mem::take(&mut self.on_their_way[desk]) {
                    match charged {
                        Some(charged) => self.desks[desk].settle(attempt, &text(charged)),
                        None => self.desks[desk].book(Event::Released { attempt }),
                    }
                }
            }
            Happening::Loses(desk, price, charged) => {
                let attempt = self.desks[desk].reserve(&text(price), Purpose::Download);
                if charged {
                    self.service.charge(price, false, now);
                }
                self.desks[desk].book(Event::Undecided { attempt });
                self.lost += 1;
            }
            Happening::Looks(desk) => self.look(desk),
            Happening::SettlesDown(desk) => self.settle_down(desk),
            Happening::Page(price) => {
                self.service.charge(price, false, now);
            }
            Happening::TopUp(bought) => self.service.top_up(bought, now),
            Happening::Wait(seconds) => self.wait(seconds),
        }
        self.wait(1);
    }

    fn close(&mut self) {
        for desk in [0, 1] {
            self.happens(Happening::Hears(desk));
        }
        for desk in [0, 1] {
            self.settle_down(desk);
        }
    }
}

fn rearming(level: Level, desk: &Desk) -> usize {
    let rearms = |event: &Event| match event {
        Event::Renewal { .. } | Event::CycleStated { renewed: true, .. } => true,
        Event::TopUp { .. } => matches!(level, Level::Low | Level::Zero),
        _ => false,
    };
    desk.lines.iter().filter(|line| rearms(&line.event)).count()
}

proptest! {
    #[test]
    fn two_desks_end_at_the_services_balance_whatever_came_between(
        subscription in 0_i64..60_000, payg in 0_i64..20_000, lag in 0_i64..60,
        happenings in prop::collection::vec(happening(true, true), 0..60),
    ) {
        let mut office = Office::new(subscription, payg, lag);
        for happening in happenings {
            office.happens(happening);
        }
        office.close();
        let truth = office.service.truth();
        for desk in &office.desks {
            prop_assert_eq!(desk.state.pockets(), truth.into());
            // A subscription is only ever drawn from, so its use is known to the thousandth, whoever used it.
            prop_assert_eq!(desk.used(), Some(to_credits(office.service.used)));
        }
    }

    #[test]
    fn what_went_from_payg_is_known_while_nothing_is_bought(
        subscription in 0_i64..20_000, payg in 0_i64..20_000, lag in 0_i64..60,
        happenings in prop::collection::vec(happening(true, false), 0..60),
    ) {
        let mut office = Office::new(subscription, payg, lag);
        for happening in happenings {
            office.happens(happening);
        }
        office.close();
        for desk in &office.desks {
            prop_assert_eq!(desk.state.cycle().payg, to_credits(office.service.used_payg));
        }
    }

    #[test]
    fn the_lines_explain_every_balance_to_the_last(
        subscription in 0_i64..20_000, payg in 0_i64..20_000, lag in 0_i64..60,
        happenings in prop::collection::vec(happening(false, true), 0..60),
    ) {
        let mut office = Office::new(subscription, payg, lag);
        for happening in happenings {
            office.happens(happening);
        }
        office.close();
        for desk in &office.desks {
            // Every look but the first forgotten: what is left of the ledger ends at the same balance.
            let (first, rest) = desk.lines.split_first().unwrap();
            let explained = rest.iter().filter(|line| !matches!(line.event, Event::Snapshot { .. }));
            let state = AccountState::of(std::iter::once(first).chain(explained));
            let money = |state: &AccountState| (state.pockets().subscription, state.pockets().payg, state.pockets().total);
            prop_assert_eq!(money(&state), money(&desk.state));
        }
    }

    #[test]
    fn each_notice_comes_at_most_once_a_cycle(
        subscription in 0_i64..45_000, payg in 0_i64..10_000,
        happenings in prop::collection::vec(happening(true, true), 0..60), months in 1_usize..4,
    ) {
        let mut office = Office::new(subscription, payg, 5);
        let mut told: [Vec<Level>; 2] = Default::default();
        for month in 0..months {
            for happening in &happenings {
                office.happens(*happening);
                for desk in [0, 1] {
                    let heard = office.desks[desk].heard();
                    prop_assert!(heard.len() <= 2 || matches!(happening, Happening::Hears(_) | Happening::SettlesDown(_)));
                    told[desk].extend(heard);
                }
            }
            office.close();
            let renews = at("2026-12-15T06:00:00Z") + SignedDuration::from_hours(24 * 31 * i64::try_from(month).unwrap());
            office.desks.iter_mut().for_each(|desk| desk.now = renews);
            office.service.renew(40_000, 200_000, renews);
            office.close();
        }
        for (desk, told) in office.desks.iter_mut().zip(&mut told) {
            told.extend(desk.heard());
            for level in [Level::Share(80), Level::Payg, Level::Low, Level::Zero] {
                let times = told.iter().filter(|heard| **heard == level).count();
                prop_assert!(times <= 1 + rearming(level, desk), "{level:?} {times} times");
            }
            prop_assert!(!told.contains(&Level::Low), "this account has a subscription");
            // A restart raises nothing: the fold and what was told are all there is to know.
            let again = AccountState::of(&desk.lines);
            let keys = reached(&again, desk.plan.as_ref(), &desk.rules);
            prop_assert_eq!(raise(&keys, |key| desk.was_told(key)), clearcut_credits::Raise::default());
        }
    }

    #[test]
    fn a_renewal_is_found_whenever_in_its_window_it_came(
        held in 0_i64..60, payg in 0_i64..60, shift in -35_i64 * 60..35 * 60,
        charges in prop::collection::vec(-50_i64 * 60..50 * 60, 0..38),
    ) {
        let boundary = at("2026-12-15T00:00:00Z");
        let minutes = |minutes: i64| SignedDuration::from_mins(minutes);
        let mut service = Service::new(held * 1000, payg * 1000, 0);
        let mut desk = Desk::opened("2026-12-12T00:00:00Z", plan("40", 15, 0), service.truth());
        let mut charges = charges;
        charges.sort_unstable();
        charges.dedup();
        // Half a minute after a charge, so that the order is plain.
        let renews = boundary + minutes(shift) + SignedDuration::from_secs(30);
        let mut renewed = false;
        for charge in charges {
            desk.now = boundary + minutes(charge);
            if desk.now >= renews && !renewed {
                service.renew(40_000, 0, renews);
                renewed = true;
            }
            let attempt = desk.reserve("1", Purpose::Download);
            match service.charge(1000, false, desk.now) {
                Some(_) => desk.settle(attempt, "1"),
                None => desk.book(Event::Released { attempt }),
            }
        }
        if !renewed {
            service.renew(40_000, 0, renews);
        }
        let before = desk.state.pockets().subscription;
        desk.now = boundary + minutes(51 * 60);
        let found = desk.settle_down(service.truth());
        prop_assert_eq!(desk.state.pockets(), service.truth().into());
        // Where nothing rose, a renewal cannot be told from use.
        if service.truth().subscription > before {
            prop_assert!(matches!(found[..], [Event::Renewal { .. }]), "{found:?}");
            prop_assert_eq!(desk.used(), Some(to_credits(service.used)));
            prop_assert_eq!(desk.state.cycle().payg, to_credits(service.used_payg));
        }
    }
}

/// A list as it comes from a folder: some paid, twice there, unreadable.
fn items() -> impl Strategy<Value = Vec<Item>> {
    let item = (
        price(),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.05),
    )
        .prop_map(|(price, preview, already_paid, readable, oversized)| Item {
            price: to_credits(price),
            purpose: if preview { Purpose::Preview } else { Purpose::Download },
            already_paid,
            duplicate: false,
            readable,
            oversized,
        });
    prop::collection::vec(item, 0..60)
}

/// Sends the pictures of which `taken` is true through reservation and service, and answers with what was charged: by the
/// service, from its subscription, from its PAYG; and how many were refused.
fn run(desk: &mut Desk, service: &mut Service, items: &[Item], taken: &[bool], limit: &SpendLimit) -> (Credits, usize) {
    let mut spent = Credits::ZERO;
    let mut refused = 0;
    for (item, _) in items.iter().zip(taken).filter(|(item, taken)| **taken && !item.already_paid && !item.duplicate) {
        if desk.state.can_reserve(item.price, limit, spent).is_err() {
            refused += 1;
            continue;
        }
        let attempt = desk.reserve(&item.price.to_string(), item.purpose);
        desk.wait(1);
        match service.charge(item.price.micros() / 1000, item.purpose == Purpose::Preview, desk.now) {
            Some(charged) => {
                desk.settle(attempt, &to_credits(charged).to_string());
                spent = spent.saturating_add(to_credits(charged));
            }
            None => {
                desk.book(Event::Released { attempt });
                refused += 1;
            }
        }
    }
    (spent, refused)
}

proptest! {
    #[test]
    fn a_quote_is_what_a_run_then_charges_by_pocket(
        subscription in 0_i64..40_000, payg in 0_i64..20_000, used in 0_i64..50, items in items(),
    ) {
        let mut service = Service::new(subscription, payg, 2);
        let mut desk = Desk::opened(NOON, plan("20", 15, 5), service.truth());
        desk.book(Event::CycleStated { began_at: at("2026-11-15T00:00:00Z"), used: to_credits(used * 1000), renewed: false });
        let quoted = quote(&desk.state.purse(desk.plan()), &items);
        let (month_before, rollover_before) = desk.split();

        // Up to where the credits end; a refusal stops the queue.
        let reached = quoted.ends_at.unwrap_or(items.len());
        let sendable = |item: &Item| item.readable && (item.already_paid || !item.oversized);
        let taken: Vec<bool> = items.iter().enumerate().map(|(index, item)| index < reached && sendable(item)).collect();
        let (spent, refused) = run(&mut desk, &mut service, &items, &taken, &SpendLimit::NONE);
        prop_assert_eq!(refused, 0);
        let by = quoted.by_pocket;
        prop_assert_eq!(quoted.cost.saturating_sub(by.uncovered), spent);
        prop_assert_eq!((by.subscription, by.payg), (to_credits(service.used), to_credits(service.used_payg)));
        prop_assert_eq!(2 - by.free_previews, service.free_previews);
        prop_assert_eq!(quoted.left_after, service.truth().total);
        let (month, rollover) = desk.split();
        prop_assert_eq!(by.rollover, Some(rollover_before.unwrap().saturating_sub(rollover.unwrap())));
        prop_assert_eq!(month_before.unwrap().saturating_sub(month.unwrap()), by.subscription.saturating_sub(by.rollover.unwrap()));
        // The next one is refused, by the service itself.
        if let Some(next) = quoted.ends_at {
            let item = items[next..].iter().find(|item| sendable(item) && !item.already_paid).unwrap();
            prop_assert_eq!(service.charge(item.price.micros() / 1000, item.purpose == Purpose::Preview, desk.now), None);
        }
        prop_assert_eq!(
            quoted.pictures,
            quoted.charged + quoted.already_paid + quoted.duplicates + quoted.unreadable + quoted.oversized
        );
    }

    #[test]
    fn the_stretches_are_the_charged_pictures_in_a_row(
        subscription in 0_i64..40_000, payg in 0_i64..20_000, items in items(),
    ) {
        let service = Service::new(subscription, payg, 2);
        let quoted = quote(&service.truth().into(), &items);
        prop_assert_eq!(quoted.stretches.iter().map(|stretch| stretch.pictures).sum::<usize>(), quoted.charged);
        prop_assert_eq!(quoted.stretches.iter().map(|stretch| stretch.credits).sum::<Credits>(), quoted.cost);
        prop_assert!(quoted.stretches.windows(2).all(|pair| pair[0].from != pair[1].from));
        let from_payg = quoted.stretches.iter().any(|stretch| stretch.from == PaidFrom::Pocket(Pocket::Payg));
        prop_assert_eq!(from_payg, quoted.payg_from.is_some());
        prop_assert_eq!(quoted.stretches.iter().any(|stretch| stretch.from == PaidFrom::Nowhere), quoted.ends_at.is_some());
    }

    #[test]
    fn a_choice_charges_what_it_said(
        subscription in 0_i64..40_000, payg in 0_i64..20_000, reserved in 0_i64..3, items in items(),
        cap in 0_i64..30_000, which in 0_usize..3,
    ) {
        let mut service = Service::new(subscription, payg, 2);
        let mut desk = Desk::opened(NOON, plan("20", 15, 0), service.truth());
        for _ in 0..reserved {
            // Set aside for a request of which nobody knows; the service has charged it where it could.
            let attempt = desk.reserve("1", Purpose::Download);
            desk.book(Event::Undecided { attempt });
            service.charge(1000, false, desk.now);
        }
        let payg_before = service.used_payg;
        let cap = to_credits(cap);
        let (choice, limit) = [
            (Choice::UsePayg, SpendLimit::NONE),
            (Choice::StopBeforePayg, SpendLimit { stop_before_payg: true, ..SpendLimit::NONE }),
            (Choice::Cap(cap), SpendLimit::cap(cap)),
        ][which];
        let chosen = choose(&desk.state.purse(desk.plan()), &items, choice);
        prop_assert_eq!(chosen.taken.len(), items.len());
        prop_assert_eq!(chosen.quote.ends_at, None, "what is taken fits");
        let (spent, refused) = run(&mut desk, &mut service, &items, &chosen.taken, &limit);
        prop_assert_eq!((spent, refused), (chosen.quote.cost, 0));
        prop_assert_eq!(to_credits(service.used_payg - payg_before), chosen.quote.by_pocket.payg);
        match choice {
            Choice::StopBeforePayg => prop_assert_eq!(service.used_payg, payg_before),
            Choice::Cap(cap) => prop_assert!(spent <= cap),
            Choice::UsePayg => {}
        }
        // What is paid already costs nothing and is always there; what cannot be sent never is.
        for (item, taken) in items.iter().zip(&chosen.taken) {
            prop_assert!(*taken || !item.already_paid || !item.readable);
            prop_assert!(!*taken || item.readable && (item.already_paid || !item.oversized));
        }
        // And the first one left out would have crossed the line.
        let left_out = items.iter().zip(&chosen.taken).find(|(item, taken)| !**taken && item.readable && !item.oversized);
        if let Some((item, _)) = left_out {
            let crosses = desk.state.can_reserve(item.price, &limit, spent).is_err()
                || desk.state.available().is_some_and(|left| left < item.price);
            prop_assert!(crosses, "{item:?}");
        }
    }
}
