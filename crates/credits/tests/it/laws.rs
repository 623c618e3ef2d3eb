//! What must hold for every history.

use clearcut_credits::{
    AccountState, AttemptId, Balance, Credits, CycleUse, Entry, Event, Item, Pockets, Purpose, Purse, Source, Standing,
    quote, split,
};
use proptest::prelude::*;

use crate::desk::plan;
use crate::{ledger, second};

/// Amounts in quarters, like the service's prices, and now and then any other.
fn amount() -> impl Strategy<Value = Credits> {
    prop_oneof![
        4 => (0_i64..200).prop_map(|quarters| Credits::from_micros(quarters * 250_000)),
        1 => (0_i64..50_000_000).prop_map(Credits::from_micros),
    ]
}

fn price() -> impl Strategy<Value = (Credits, Purpose)> {
    prop_oneof![
        Just((Credits::ONE, Purpose::Download)),
        Just((Credits::from_micros(250_000), Purpose::Preview)),
        amount().prop_map(|price| (price, Purpose::Download)),
    ]
}

/// A balance that reports everything, its total the sum.
fn full_balance() -> impl Strategy<Value = Balance> {
    (amount(), amount(), amount(), 0_u32..60).prop_map(|(subscription, payg, enterprise, free_previews)| Balance {
        total: Some(subscription.saturating_add(payg).saturating_add(enterprise)),
        subscription: Some(subscription),
        payg: Some(payg),
        enterprise: Some(enterprise),
        free_previews: Some(free_previews),
    })
}

/// A balance of which anything may be missing.
fn any_balance() -> impl Strategy<Value = Balance> {
    (full_balance(), any::<[bool; 5]>()).prop_map(|(balance, [total, subscription, payg, enterprise, previews])| {
        Balance {
            total: balance.total.filter(|_| total),
            subscription: balance.subscription.filter(|_| subscription),
            payg: balance.payg.filter(|_| payg),
            enterprise: balance.enterprise.filter(|_| enterprise),
            free_previews: balance.free_previews.filter(|_| previews),
        }
    })
}

fn event(balance: impl Strategy<Value = Balance> + 'static) -> impl Strategy<Value = Event> {
    let attempt = || (0_u128..8).prop_map(AttemptId);
    let basis = || prop_oneof![Just(Source::Measured), Just(Source::Inferred)];
    let standing = prop_oneof![Just(Standing::Conclusive), Just(Standing::Bound)];
    prop_oneof![
        4 => (attempt(), price()).prop_map(|(attempt, (amount, purpose))| Event::Reserved { attempt, amount, purpose }),
        3 => (attempt(), amount(), basis()).prop_map(|(attempt, amount, basis)| Event::Settled { attempt, amount, basis }),
        1 => (attempt(), amount(), basis()).prop_map(|(attempt, amount, basis)| Event::PaidLost { attempt, amount, basis }),
        1 => attempt().prop_map(|attempt| Event::Released { attempt }),
        1 => attempt().prop_map(|attempt| Event::Undecided { attempt }),
        2 => (balance, standing).prop_map(|(balance, standing)| Event::Snapshot { balance, standing }),
        1 => (amount(), amount()).prop_map(|(subscription, payg)| Event::UsedElsewhere { subscription, payg }),
        1 => amount().prop_map(|payg| Event::TopUp { payg }),
        1 => (amount(), 0_i64..60).prop_map(|(subscription, began)| Event::Renewal {
            subscription,
            due: second(0),
            began_at: second(began),
        }),
        1 => (amount(), 0_i64..60, any::<bool>()).prop_map(|(used, began, renewed)| Event::CycleStated {
            began_at: second(began),
            used,
            renewed,
        }),
        1 => amount().prop_map(|subscription| Event::Wiped { subscription }),
        1 => amount().prop_map(|monthly| Event::PlanChange { monthly }),
        1 => (amount(), amount(), any::<[bool; 2]>()).prop_map(|(subscription, payg, falls)| Event::Adjustment {
            subscription: signed(subscription, falls[0]),
            payg: signed(payg, falls[1]),
        }),
    ]
}

fn signed(amount: Credits, falls: bool) -> Credits {
    if falls { Credits::ZERO.saturating_sub(amount) } else { amount }
}

fn known(pockets: &Pockets) -> [Option<Credits>; 4] {
    [pockets.subscription, pockets.payg, pockets.enterprise, pockets.total]
}

proptest! {
    #[test]
    fn no_figure_ever_falls_below_nothing(events in prop::collection::vec(event(any_balance()), 0..60)) {
        let mut state = AccountState::default();
        for entry in ledger(events) {
            state.apply(&entry);
            for pockets in [state.pockets(), state.free()] {
                prop_assert!(known(&pockets).into_iter().flatten().all(|amount| !amount.is_negative()), "{pockets:?}");
            }
            prop_assert!(!state.reserved().is_negative());
            prop_assert!(state.undecided() <= state.reserved());
            prop_assert!(!state.cycle().payg.is_negative() && !state.cycle().used.is_some_and(Credits::is_negative));
        }
    }

    #[test]
    fn the_pockets_always_sum_to_the_total(events in prop::collection::vec(event(full_balance()), 0..60)) {
        let mut entries = ledger(events);
        // From the first look on: before it there is no total.
        let first = entries.iter().position(|entry| matches!(entry.event, Event::Snapshot { .. })).unwrap_or(entries.len());
        entries.drain(..first);
        let mut state = AccountState::default();
        for entry in entries {
            state.apply(&entry);
            for Pockets { subscription, payg, enterprise, total, .. } in [state.pockets(), state.free()] {
                let sum: Credits = [subscription, payg, enterprise].into_iter().flatten().sum();
                prop_assert_eq!(Some(sum), total);
            }
        }
    }

    #[test]
    fn folding_in_pieces_is_folding_at_once(
        events in prop::collection::vec(event(any_balance()), 0..60), cut in 0_usize..60,
    ) {
        let entries = ledger(events);
        let (head, tail) = entries.split_at(cut.min(entries.len()));
        // Taken apart and put together again, as a checkpoint is.
        let mut pieces = AccountState::from_books(AccountState::of(head).books().clone());
        for entry in tail {
            pieces.apply(entry);
        }
        prop_assert_eq!(pieces, AccountState::of(&entries));
    }

    #[test]
    fn reserving_and_releasing_leaves_no_trace_in_the_money(
        before in prop::collection::vec(event(any_balance()), 0..30), (amount, purpose) in price(),
    ) {
        let mut state = AccountState::of(&ledger(before));
        let (pockets, reserved, settled) = (state.pockets(), state.reserved(), state.settled_total());
        let attempt = AttemptId(99);
        for event in [Event::Reserved { attempt, amount, purpose }, Event::Released { attempt }] {
            state.apply(&Entry::new(state.last_seq() + 1, second(1000), event));
        }
        prop_assert_eq!((state.pockets(), state.reserved(), state.settled_total()), (pockets, reserved, settled));
    }

    #[test]
    fn every_credit_charged_is_drawn_or_uncovered(balance in any_balance(), charge in amount()) {
        let mut pockets = Pockets::from(balance);
        let before = pockets;
        let drawn = pockets.draw(charge);
        prop_assert_eq!(drawn.told().saturating_add(drawn.untold).saturating_add(drawn.uncovered), charge);
        let taken = |before: Option<Credits>, after: Option<Credits>| before.unwrap_or_default().saturating_sub(after.unwrap_or_default());
        prop_assert_eq!(taken(before.subscription, pockets.subscription), drawn.subscription);
        prop_assert_eq!(taken(before.payg, pockets.payg), drawn.payg);
        prop_assert_eq!(taken(before.enterprise, pockets.enterprise), drawn.enterprise);
        // PAYG is not touched while subscription credits are left.
        prop_assert!(drawn.payg.is_zero() || pockets.subscription == Some(Credits::ZERO));
    }

    #[test]
    fn settling_conserves_the_total(balance in full_balance(), charges in prop::collection::vec(amount(), 0..20)) {
        let mut state = AccountState::of(&ledger([Event::Snapshot { balance, standing: Standing::Conclusive }]));
        for (number, amount) in (1..).zip(charges) {
            let attempt = AttemptId(number);
            for event in [
                Event::Reserved { attempt, amount, purpose: Purpose::Download },
                Event::Settled { attempt, amount, basis: Source::Measured },
            ] {
                state.apply(&Entry::new(state.last_seq() + 1, second(state.last_seq()), event));
            }
        }
        let expected = balance.total.unwrap().less(state.settled_total());
        prop_assert_eq!(state.pockets().total, Some(expected));
        prop_assert_eq!(state.reserved(), Credits::ZERO);
    }

    #[test]
    fn the_quote_is_what_settlements_then_draw(
        balance in full_balance(), prices in prop::collection::vec(price(), 0..40),
    ) {
        let items: Vec<Item> = prices
            .iter()
            .map(|(price, purpose)| Item { purpose: *purpose, ..Item::download(*price) })
            .collect();
        let first = Event::Snapshot { balance, standing: Standing::Conclusive };
        let mut state = AccountState::of(&ledger([first]));
        let before = state.pockets();
        let quote = quote(&state.purse(None), &items);

        // The service, played: charges in order, refuses what is not covered, and a refusal stops the queue.
        let mut payg_from = None;
        let mut reached = 0;
        for (index, item) in items.iter().enumerate() {
            let charge = state.pockets().charge_for(item.price, item.purpose);
            if state.pockets().spendable().unwrap() < charge {
                break;
            }
            let attempt = AttemptId(index as u128);
            let payg = state.pockets().payg;
            for event in [
                Event::Reserved { attempt, amount: item.price, purpose: item.purpose },
                Event::Settled { attempt, amount: charge, basis: Source::Measured },
            ] {
                state.apply(&Entry::new(state.last_seq() + 1, second(state.last_seq()), event));
            }
            if state.pockets().payg != payg {
                payg_from.get_or_insert(index + 1);
            }
            reached = index + 1;
        }

        let after = state.pockets();
        let drawn = |before: Option<Credits>, after: Option<Credits>| before.unwrap().saturating_sub(after.unwrap());
        prop_assert_eq!(quote.by_pocket.subscription, drawn(before.subscription, after.subscription));
        prop_assert_eq!(quote.by_pocket.payg, drawn(before.payg, after.payg));
        prop_assert_eq!(quote.by_pocket.enterprise, drawn(before.enterprise, after.enterprise));
        prop_assert_eq!(quote.by_pocket.free_previews, before.free_previews.unwrap() - after.free_previews.unwrap());
        prop_assert_eq!(quote.cost.saturating_sub(quote.by_pocket.uncovered), state.settled_total());
        prop_assert_eq!(quote.payg_from, payg_from);
        prop_assert_eq!(quote.ends_at, (reached < items.len()).then_some(reached));
        prop_assert_eq!(quote.left_after, after.spendable());
    }

    #[test]
    fn this_month_and_rollover_are_the_subscription(
        held in amount(), monthly in 1_i64..100, used in prop::option::of(amount()), rollover in prop::option::of(0_u32..6),
    ) {
        let plan = plan(&monthly.to_string(), 15, rollover);
        let cycle = CycleUse { used, ..CycleUse::default() };
        let split = split(Some(held), &cycle, Some(&plan));
        let (month_left, rollover) = (split.month_left.unwrap(), split.rollover.unwrap_or_default());
        prop_assert_eq!(month_left.saturating_add(rollover), held);
        prop_assert!(!month_left.is_negative() && !rollover.is_negative());
        match split.rollover {
            Some(_) => prop_assert!(month_left <= plan.monthly && split.rollover_at_least.is_none()),
            None => prop_assert_eq!(split.rollover_at_least, Some(held.less(plan.monthly))),
        }
    }

    #[test]
    fn a_quote_counts_every_picture_once(flags in prop::collection::vec(any::<[bool; 3]>(), 0..30)) {
        let items: Vec<Item> = flags
            .iter()
            .map(|[already_paid, duplicate, readable]| Item {
                already_paid: *already_paid, duplicate: *duplicate, readable: *readable, ..Item::download(Credits::ONE)
            })
            .collect();
        let quote = quote(&Purse::default(), &items);
        prop_assert_eq!(quote.pictures, quote.charged + quote.already_paid + quote.duplicates + quote.unreadable);
        prop_assert_eq!(quote.cost, Credits::whole(i64::try_from(quote.charged).unwrap()));
    }
}
