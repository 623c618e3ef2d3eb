//! Whole stories of an account, with the service's answers written out: what is booked, what the gauge shows, what is told.

use clearcut_credits::{
    BodySent, Credits, Event, Item, Level, Purpose, Reply, Seen, Source, Standing, Verdict, classify, crossings, quote,
};

use crate::desk::{Desk, at, plan};
use crate::{balance, credits};

const EIGHTY: Level = Level::Share(80);

fn elsewhere(subscription: &str, payg: &str) -> Event {
    Event::UsedElsewhere { subscription: credits(subscription), payg: credits(payg) }
}

fn some(text: &str) -> Option<Credits> {
    Some(credits(text))
}

#[test]
fn installed_in_mid_cycle_with_rollover() {
    // 40 a month with up to five months' rollover; the service answers with one number: 95.
    let mut desk = Desk::opened("2026-11-22T12:00:00Z", plan("40", 15, 5), balance("95", "10", 50));
    let gauge = desk.state.gauge(desk.plan());
    assert_eq!((gauge.subscription.amount, gauge.subscription.source), (some("95"), Source::Measured), "shown whole");
    assert_eq!((gauge.rollover.amount, gauge.rollover_at_least), (None, some("55")), "of which at least 55 rollover");
    assert_eq!((desk.used(), desk.heard()), (None, vec![]));

    // However much is used, nobody can say when 80 % of the month is.
    desk.downloads(39);
    assert_eq!(desk.settle_down(balance("56", "10", 50)), []);
    assert_eq!((desk.used(), desk.heard()), (None, vec![]));
    assert_eq!(desk.state.gauge(desk.plan()).rollover_at_least, some("16"));

    // The user says: 31 of the month are used, since the 15th.
    desk.book(Event::CycleStated { began_at: at("2026-11-15T00:00:00Z"), used: credits("31"), renewed: false });
    let gauge = desk.state.gauge(desk.plan());
    assert_eq!((gauge.subscription.amount, gauge.subscription.source), (some("9"), Source::Inferred));
    assert_eq!((gauge.rollover.amount, gauge.rollover_at_least), (some("47"), None));
    assert_eq!((desk.used(), desk.heard()), (some("31"), vec![]));
    assert_eq!(desk.state.split(desk.plan()).used_source, Source::Entered);

    // The 32nd credit of the month is 80 %.
    desk.download();
    assert_eq!(desk.heard(), [EIGHTY]);
    desk.downloads(10);
    assert_eq!(desk.split(), (some("0"), some("45")), "the month is used up, then rollover");
    assert_eq!(desk.heard(), [], "rollover is not PAYG");

    // The renewal is the first that is observed, and from then on nothing has to be asked.
    assert_eq!(desk.settle_down(balance("45", "10", 50)), []);
    desk.go_to("2026-12-15T09:00:00Z");
    let boundary = at("2026-12-15T00:00:00Z");
    let renewal = Event::Renewal { subscription: credits("85"), due: boundary, began_at: boundary };
    assert_eq!(desk.settle_down(balance("85", "10", 50)), [renewal]);
    assert_eq!((desk.split(), desk.used()), ((some("40"), some("45")), some("0")));
    assert_eq!(desk.state.split(desk.plan()).used_source, Source::Inferred);
    desk.downloads(31);
    assert_eq!(desk.heard(), []);
    desk.download();
    assert_eq!(desk.heard(), [EIGHTY], "told anew in the new cycle");
}

#[test]
fn installed_in_mid_cycle_without_rollover() {
    // Nothing is carried over, so what is missing of the month is used: the notice needs no word of the user.
    let mut desk = Desk::opened("2026-11-22T12:00:00Z", plan("40", 15, 0), balance("9", "10", 50));
    assert_eq!((desk.used(), desk.split(), desk.heard()), (some("31"), (some("9"), some("0")), vec![]));
    desk.download();
    assert_eq!(desk.heard(), [EIGHTY]);
}

#[test]
fn two_machines() {
    // 10 a month, 5 PAYG; both have just seen the month begin.
    let opened = || Desk::opened("2026-11-15T06:00:00Z", plan("10", 15, 0), balance("10", "5", 0));
    let (mut desk, mut laptop) = (opened(), opened());

    desk.downloads(4);
    assert_eq!(desk.settle_down(balance("6", "5", 0)), []);
    laptop.wait(100);
    assert_eq!(laptop.settle_down(balance("6", "5", 0)), [elsewhere("4", "0")]);
    assert_eq!((desk.used(), laptop.used()), (some("4"), some("4")));

    // The laptop crosses 80 %; the desk is told at its next look.
    laptop.downloads(4);
    assert_eq!(laptop.settle_down(balance("2", "5", 0)), []);
    assert_eq!(laptop.heard(), [EIGHTY]);
    assert_eq!(desk.heard(), []);
    desk.wait(200);
    assert_eq!(desk.settle_down(balance("2", "5", 0)), [elsewhere("4", "0")]);
    assert_eq!(desk.heard(), [EIGHTY]);

    // Both at once, and each sees the other's part: three here, three there, the last four of them from PAYG.
    desk.downloads(3);
    laptop.wait(100);
    laptop.downloads(3);
    assert_eq!(desk.holds(), (credits("0"), credits("4")));
    assert_eq!(desk.settle_down(balance("0", "1", 0)), [elsewhere("0", "3")]);
    assert_eq!(laptop.settle_down(balance("0", "1", 0)), [elsewhere("0", "3")]);
    assert_eq!((desk.holds(), laptop.holds()), ((credits("0"), credits("1")), (credits("0"), credits("1"))));
    assert_eq!((desk.heard(), laptop.heard()), (vec![Level::Payg], vec![Level::Payg]));
    // Of the cycle's PAYG each knows all: its own and the other's.
    assert_eq!((desk.state.cycle().payg, laptop.state.cycle().payg), (credits("4"), credits("4")));
}

#[test]
fn a_top_up_during_a_batch() {
    // Bought while the batch runs; the service books it between two pictures and shows it at once.
    let mut desk = Desk::opened("2026-11-22T12:00:00Z", None, balance("0", "3", 0));
    desk.downloads(2);
    assert_eq!(desk.heard(), [Level::Low], "no subscription was ever seen, so few are few");
    let on_its_way = desk.reserve("1", Purpose::Download);
    assert_eq!(desk.look(balance("0", "201", 0)), [], "a look while a request is on its way proves nothing");
    assert_eq!(desk.holds(), (credits("0"), credits("1")));
    desk.settle(on_its_way, "1");
    assert_eq!(desk.heard(), [Level::Zero]);

    // At the next quiet moment it counts, to the credit: 3 − 3 + 200.
    assert_eq!(desk.settle_down(balance("0", "200", 0)), [Event::TopUp { payg: credits("200") }]);
    assert_eq!((desk.holds().1, desk.heard()), (credits("200"), vec![]));

    // And the end is told again when it comes again.
    desk.downloads(195);
    assert_eq!(desk.heard(), [Level::Low]);
    desk.downloads(5);
    assert_eq!(desk.heard(), [Level::Zero]);
}

#[test]
fn killed_after_sending() {
    // The process died with the body out; the next start finds the job *sending* and calls it unknown.
    let sent = Desk::opened("2026-11-22T12:00:00Z", plan("10", 15, 0), balance("7", "5", 0));
    let killed = |mut desk: Desk| {
        let attempt = desk.reserve("1", Purpose::Download);
        desk.wait(30);
        desk.book(Event::Undecided { attempt });
        (desk, attempt)
    };
    let (mut charged, attempt) = killed(sent.clone());
    assert_eq!((charged.state.reserved(), charged.state.undecided()), (credits("1"), credits("1")));
    assert_eq!(charged.look(balance("7", "5", 0)), [], "the charge may still be on its way into the balance");
    assert_eq!(charged.heard(), [], "a reservation crosses nothing");

    // It was charged: the balance lacks exactly its price, so it is paid and lost, and 80 % are used.
    let lost = Event::PaidLost { attempt, amount: Credits::ONE, basis: Source::Inferred };
    assert_eq!(charged.settle_down(balance("6", "5", 0)), [lost]);
    assert_eq!((charged.holds().0, charged.used(), charged.state.reserved()), (credits("6"), some("4"), Credits::ZERO));
    assert_eq!(charged.state.settled_total(), credits("1"));

    // It was not: nothing is missing.
    let (mut released, attempt) = killed(sent.clone());
    assert_eq!(released.settle_down(balance("7", "5", 0)), [Event::Released { attempt }]);
    assert_eq!((released.holds().0, released.state.settled_total()), (credits("7"), Credits::ZERO));

    // Two were out and one credit is missing: nobody guesses which.
    let (twice, first) = killed(sent);
    let (mut twice, second) = killed(twice);
    assert_eq!(twice.settle_down(balance("6", "5", 0)), []);
    assert_eq!((twice.state.undecided(), twice.holds().0, twice.used()), (credits("2"), credits("6"), some("4")));
    // The user chooses, and nothing is drawn twice.
    twice.settle(first, "1");
    twice.book(Event::Released { attempt: second });
    assert_eq!((twice.holds().0, twice.used(), twice.state.reserved()), (credits("6"), some("4"), Credits::ZERO));
    assert_eq!(twice.settle_down(balance("6", "5", 0)), []);
}

#[test]
fn a_402_with_16_in_flight() {
    // Ten credits by the last look; another machine has used four of them meanwhile.
    let mut desk = Desk::opened("2026-11-22T12:00:00Z", None, balance("10", "6", 0));
    let sent: Vec<_> = (0..16).map(|_| desk.reserve("1", Purpose::Download)).collect();
    assert_eq!((desk.state.reserved(), desk.state.available()), (credits("16"), some("0")));
    desk.wait(3);
    // Twelve are paid, the other four are refused and cost nothing; none is aborted.
    let refused =
        classify(&Seen { body: BodySent::Yes, reply: Reply::Status { code: 402, usable: false, charged: None } });
    assert!(matches!(refused, Verdict::Failed { .. }));
    let (paid, refused) = sent.split_at(12);
    paid.iter().for_each(|attempt| desk.settle(*attempt, "1"));
    refused.iter().for_each(|attempt| desk.book(Event::Released { attempt: *attempt }));
    assert_eq!((desk.state.reserved(), desk.state.settled_total()), (Credits::ZERO, credits("12")));
    assert_eq!(desk.holds(), (credits("0"), credits("4")), "as far as this machine knows");
    assert_eq!(desk.heard(), [Level::Payg]);

    // The balance says why.
    assert_eq!(desk.settle_down(balance("0", "0", 0)), [elsewhere("0", "4")]);
    assert_eq!(desk.heard(), [Level::Zero]);
    assert_eq!(desk.state.settled_total(), credits("12"), "what others used is not ours");
}

#[test]
fn previews_with_free_ones_left_and_none_left() {
    let mut desk = Desk::opened("2026-11-22T12:00:00Z", plan("40", 15, 0), balance("40", "0", 2));
    let previews = [Item { purpose: Purpose::Preview, ..Item::download(credits("0.25")) }; 3];
    let quoted = quote(&desk.state.purse(desk.plan()), &previews);
    assert_eq!((quoted.by_pocket.free_previews, quoted.cost), (2, credits("0.25")));

    for (charged, free_left, subscription) in [("0", "1", "40"), ("0", "0", "40"), ("0.25", "0", "39.75")] {
        let attempt = desk.reserve("0.25", Purpose::Preview);
        assert_eq!(desk.state.reserved(), credits("0.25"), "set aside even when a free one is expected");
        desk.settle(attempt, charged);
        let gauge = desk.state.gauge(desk.plan());
        assert_eq!((gauge.free_previews.amount, gauge.subscription.amount), (some(free_left), some(subscription)));
    }
    assert_eq!(desk.used(), some("0.25"));
    assert_eq!(desk.settle_down(balance("39.75", "0", 0)), []);
}

#[test]
fn a_renewal_during_a_batch() {
    // 10 a month, 3 are left, 5 PAYG; the batch of twelve runs over midnight. Since nobody looks, seven of the nine pictures
    // after it seem to draw PAYG and more.
    let mut desk = Desk::opened("2026-12-14T23:00:00Z", plan("10", 15, 0), balance("3", "5", 0));
    desk.go_to("2026-12-14T23:59:57Z");
    desk.downloads(2);
    assert_eq!(desk.heard(), [EIGHTY]);
    desk.go_to("2026-12-15T00:00:00Z");
    desk.downloads(9);
    assert_eq!(desk.holds(), (Credits::ZERO, Credits::ZERO));
    assert_eq!(desk.heard(), [Level::Payg, Level::Zero], "as far as anybody knows");
    assert_eq!(desk.look(balance("1", "5", 0)), [], "only a bound: it may lag");

    // The service drew the first picture of the day from 10, not from what was left: its `Date` decides.
    let boundary = at("2026-12-15T00:00:00Z");
    let renewal = Event::Renewal { subscription: credits("10"), due: boundary, began_at: boundary };
    assert_eq!(desk.settle_down(balance("1", "5", 0)), [renewal]);
    assert_eq!((desk.holds(), desk.used()), ((credits("1"), credits("5")), some("9")));
    assert_eq!(desk.state.cycle().payg, Credits::ZERO);
    assert_eq!(desk.heard(), [EIGHTY], "of the new month");
    desk.downloads(2);
    assert_eq!(desk.heard(), [Level::Payg]);
}

#[test]
fn a_lagging_account() {
    let mut desk = Desk::opened("2026-11-22T12:00:00Z", plan("40", 15, 0), balance("40", "0", 0));
    desk.downloads(3);
    // The service is behind: it tells of none, one, then two of the three.
    for lagging in ["40", "39", "38"] {
        desk.wait(2);
        let seen = balance(lagging, "0", 0);
        assert_eq!(desk.state.standing_of(seen), Standing::Bound);
        assert_eq!(desk.look(seen), []);
        assert_eq!(desk.state.gauge(desk.plan()).total.amount, some("37"), "the gauge does not jump back");
    }
    // Twice the same within the minute is still no proof.
    assert_eq!((desk.look(balance("38", "0", 0)), desk.holds().0), (vec![], credits("37")));
    assert_eq!(desk.look(balance("37", "0", 0)), []);
    assert_eq!(desk.state.gauge(desk.plan()).total.source, Source::Measured);
    assert_eq!((desk.used(), desk.heard()), (some("3"), vec![]));
}

#[test]
fn a_failed_renewal_that_wipes_the_subscription() {
    let mut desk = Desk::opened("2026-12-10T12:00:00Z", plan("40", 15, 5), balance("95", "4", 0));
    desk.book(Event::CycleStated { began_at: at("2026-11-15T00:00:00Z"), used: credits("10"), renewed: false });
    assert_eq!(desk.split(), (some("30"), some("65")));
    desk.go_to("2026-12-15T09:00:00Z");
    assert_eq!(desk.settle_down(balance("0", "4", 0)), [Event::Wiped { subscription: credits("95") }]);
    assert_eq!((desk.holds(), desk.split()), ((credits("0"), credits("4")), (some("0"), some("0"))));
    assert_eq!(desk.used(), some("10"), "taken is not used");
    assert_eq!(desk.heard(), [], "PAYG has not begun to pay yet");
    desk.downloads(1);
    assert_eq!(desk.heard(), [Level::Payg]);
    assert_eq!(desk.settle_down(balance("0", "3", 0)), []);

    // Paid the next day: the renewal comes after all, without what was carried over.
    desk.go_to("2026-12-16T08:00:00Z");
    let found = desk.settle_down(balance("40", "3", 0));
    let due = at("2026-12-15T00:00:00Z");
    assert!(
        matches!(found[..], [Event::Renewal { subscription, due: day, .. }]
        if subscription == credits("40") && day == due),
        "{found:?}"
    );
    assert_eq!((desk.split(), desk.used()), ((some("40"), some("0")), some("0")));
}

#[test]
fn what_a_failed_renewal_took_was_not_used() {
    // Without rollover U follows from what is missing of the month; what was taken is not missing because it was used.
    let mut desk = Desk::opened("2026-12-10T12:00:00Z", plan("40", 15, 0), balance("12", "4", 0));
    assert_eq!(desk.used(), some("28"));
    desk.go_to("2026-12-15T09:00:00Z");
    assert_eq!(desk.settle_down(balance("0", "4", 0)), [Event::Wiped { subscription: credits("12") }]);
    assert_eq!((desk.used(), desk.heard()), (some("28"), vec![]));
    assert_eq!(desk.state.gauge(desk.plan()).subscription.amount, some("0"));
    desk.go_to("2026-12-16T08:00:00Z");
    desk.settle_down(balance("40", "4", 0));
    desk.book(Event::Wiped { subscription: credits("1") });
    assert_eq!((desk.used(), desk.state.cycle().wiped), (some("0"), credits("1")));
}

#[test]
fn used_up_elsewhere_on_the_eve_of_the_renewal_is_not_a_failed_renewal() {
    let mut desk = Desk::opened("2026-12-10T12:00:00Z", plan("40", 15, 0), balance("5", "0", 0));
    assert_eq!(desk.heard(), [EIGHTY]);
    desk.go_to("2026-12-14T09:00:00Z");
    assert_eq!(desk.settle_down(balance("0", "0", 0)), [elsewhere("5", "0")]);
    assert_eq!(desk.heard(), [Level::Zero]);
}

#[test]
fn an_account_with_payg_only() {
    let mut desk = Desk::opened("2026-11-22T12:00:00Z", None, balance("0", "8", 0));
    let quoted = quote(&desk.state.purse(None), &[Item::download(Credits::ONE); 10]);
    assert_eq!((quoted.payg_from, quoted.ends_at), (Some(1), Some(8)));
    let crossed = crossings(&desk.state, None, &desk.rules, &quoted);
    assert_eq!(crossed, [Level::Low, Level::Zero], "neither 80 % nor “PAYG begins”");

    desk.downloads(2);
    assert_eq!(desk.heard(), []);
    desk.download();
    assert_eq!(desk.heard(), [Level::Low], "five are few");
    desk.downloads(5);
    assert_eq!(desk.heard(), [Level::Zero]);
    assert_eq!(desk.settle_down(balance("0", "0", 0)), []);
    assert_eq!(desk.settle_down(balance("0", "10", 0)), [Event::TopUp { payg: credits("10") }]);
    desk.downloads(10);
    assert_eq!(desk.heard(), [Level::Low, Level::Zero]);
    assert_eq!((desk.split(), desk.used()), ((some("0"), None), None));
}

#[test]
fn ten_a_month_and_five_payg_to_the_end() {
    // The practice account of the notices: told at the 8th, at the 11th, at the 15th, and after a renewal again.
    let mut desk = Desk::opened("2026-11-22T12:00:00Z", plan("10", 15, 0), balance("10", "5", 0));
    let told = |desk: &mut Desk| {
        let mut told = Vec::new();
        for picture in 1..=15 {
            desk.download();
            told.extend(desk.heard().into_iter().map(|level| (picture, level)));
        }
        told
    };
    assert_eq!(told(&mut desk), [(8, EIGHTY), (11, Level::Payg), (15, Level::Zero)]);
    desk.settle_down(balance("0", "0", 0));
    desk.go_to("2026-12-15T09:00:00Z");
    desk.settle_down(balance("10", "5", 0));
    assert_eq!(desk.heard(), []);
    assert_eq!(told(&mut desk), [(8, EIGHTY), (11, Level::Payg), (15, Level::Zero)]);
}
