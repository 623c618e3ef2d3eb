//! The laws of the vault's policy, over everything that can lie in one.

use std::collections::HashSet;

use clearcut_credits::AttemptId;
use clearcut_store::keeping::{YOUNG, to_drop};
use clearcut_store::{Cleaning, Holding, Standing};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::{attempt, start};

fn standings() -> impl Strategy<Value = Standing> {
    prop_oneof![
        4 => Just(Standing::Saved),
        1 => Just(Standing::Unsaved),
        1 => Just(Standing::Awaited),
        1 => Just(Standing::Unheard),
        1 => Just(Standing::Evidence),
    ]
}

/// Hours before now, some of them yet to come.
fn times() -> impl Strategy<Value = Timestamp> {
    (-48_i64..200).prop_map(|hours| start() - SignedDuration::from_hours(hours))
}

fn vaults() -> impl Strategy<Value = Vec<Holding>> {
    let one = (times(), 0_u64..1000, standings());
    proptest::collection::vec(one, 0..40).prop_map(|all| {
        let holding = |(number, (at, bytes, standing))| Holding { attempt: attempt(number), at, bytes, standing };
        (1_u128..).zip(all).map(holding).collect()
    })
}

fn cleanings() -> impl Strategy<Value = Cleaning> {
    prop_oneof![
        (0_u64..20_000).prop_map(|bytes| Cleaning::Limit { bytes }),
        (0_u64..20_000).prop_map(|bytes| Cleaning::DownTo { bytes }),
        times().prop_map(|at| Cleaning::Before { at }),
        Just(Cleaning::AllSaved),
        Just(Cleaning::Evidence),
    ]
}

fn sum<'a>(holdings: impl IntoIterator<Item = &'a Holding>) -> u64 {
    holdings.into_iter().map(|holding| holding.bytes).sum()
}

fn may_go(holding: &Holding, cleaning: Cleaning) -> bool {
    match cleaning {
        Cleaning::Evidence => holding.standing == Standing::Evidence,
        Cleaning::Before { at } => holding.standing == Standing::Saved && holding.at < at,
        Cleaning::Limit { .. } => holding.standing == Standing::Saved && start().duration_since(holding.at) >= YOUNG,
        Cleaning::DownTo { .. } | Cleaning::AllSaved => holding.standing == Standing::Saved,
    }
}

proptest! {
    #[test]
    fn only_what_may_go_goes_and_each_once(vault in vaults(), cleaning in cleanings()) {
        let drop = to_drop(&vault, cleaning, start());
        let distinct: HashSet<AttemptId> = drop.iter().copied().collect();
        prop_assert_eq!(distinct.len(), drop.len());
        for attempt in drop {
            let holding = vault.iter().find(|holding| holding.attempt == attempt).unwrap();
            prop_assert!(may_go(holding, cleaning), "{holding:?}");
        }
    }

    #[test]
    fn what_is_not_saved_never_goes(vault in vaults(), cleaning in cleanings()) {
        let drop: HashSet<AttemptId> = to_drop(&vault, cleaning, start()).into_iter().collect();
        for holding in &vault {
            if matches!(holding.standing, Standing::Unsaved | Standing::Unheard | Standing::Awaited) {
                prop_assert!(!drop.contains(&holding.attempt), "{holding:?}");
            }
        }
    }

    #[test]
    fn it_ends_within_the_limit_or_with_nothing_more_that_may_go(vault in vaults(), cleaning in cleanings()) {
        let drop: HashSet<AttemptId> = to_drop(&vault, cleaning, start()).into_iter().collect();
        let left: Vec<Holding> = vault.iter().copied().filter(|holding| !drop.contains(&holding.attempt)).collect();
        let exhausted = !left.iter().any(|holding| may_go(holding, cleaning));
        let reached = match cleaning {
            Cleaning::Limit { bytes } | Cleaning::DownTo { bytes } => sum(&left) <= bytes,
            _ => false,
        };
        prop_assert!(reached || exhausted);
    }

    #[test]
    fn no_more_goes_than_is_needed(vault in vaults(), bytes in 0_u64..20_000, by_itself: bool) {
        let cleaning = if by_itself { Cleaning::Limit { bytes } } else { Cleaning::DownTo { bytes } };
        let mut drop = to_drop(&vault, cleaning, start());
        if drop.pop().is_some() {
            let left = vault.iter().filter(|holding| !drop.contains(&holding.attempt));
            prop_assert!(sum(left) > bytes, "the last one would not have had to go");
        }
    }

    #[test]
    fn the_oldest_go_first(vault in vaults(), cleaning in cleanings()) {
        let drop = to_drop(&vault, cleaning, start());
        let age = |attempt: &AttemptId| {
            let holding = vault.iter().find(|holding| holding.attempt == *attempt).unwrap();
            (holding.at, holding.attempt)
        };
        prop_assert!(drop.is_sorted_by_key(age));
        let stay = vault.iter().filter(|holding| may_go(holding, cleaning) && !drop.contains(&holding.attempt));
        if let Some(last) = drop.last() {
            for holding in stay {
                prop_assert!((holding.at, holding.attempt) > age(last), "{holding:?}");
            }
        }
    }

    #[test]
    fn a_second_time_drops_nothing(vault in vaults(), cleaning in cleanings()) {
        let drop = to_drop(&vault, cleaning, start());
        let left: Vec<Holding> = vault.into_iter().filter(|holding| !drop.contains(&holding.attempt)).collect();
        prop_assert_eq!(to_drop(&left, cleaning, start()), []);
    }
}

#[test]
fn by_itself_nothing_goes_within_a_day_however_full_it_is() {
    let aged = |number: u128, hours: i64| Holding {
        attempt: attempt(number),
        at: start() - SignedDuration::from_hours(hours),
        bytes: 1,
        standing: Standing::Saved,
    };
    let vault = [aged(1, 23), aged(2, 24), aged(3, -5)];
    assert_eq!(to_drop(&vault, Cleaning::Limit { bytes: 0 }, start()), [attempt(2)]);
    assert_eq!(to_drop(&vault, Cleaning::DownTo { bytes: 0 }, start()).len(), 3, "who asks for it has said so");
}

#[test]
fn sums_beyond_all_numbers_do_not_wrap() {
    let huge = |number: u128| Holding {
        attempt: attempt(number),
        at: start() - SignedDuration::from_hours(100),
        bytes: u64::MAX,
        standing: Standing::Saved,
    };
    assert_eq!(to_drop(&[huge(1), huge(2)], Cleaning::Limit { bytes: 0 }, start()), [attempt(1), attempt(2)]);
}
