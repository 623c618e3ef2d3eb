//! Quotes that are written down.

use clearcut_credits::{Credits, Item, Pockets, Purpose, Purse, quote};
use rstest::rstest;

use crate::{balance, credits};

fn pictures(count: usize) -> Vec<Item> {
    vec![Item::download(Credits::ONE); count]
}

fn preview() -> Item {
    Item { purpose: Purpose::Preview, ..Item::download(credits("0.25")) }
}

#[test]
fn the_quote_says_where_payg_begins_and_where_the_credits_end() {
    let quote = quote(&balance("10", "5", 0).into(), &pictures(30));
    assert_eq!((quote.pictures, quote.charged, quote.cost), (30, 30, credits("30")));
    assert_eq!((quote.payg_from, quote.ends_at), (Some(11), Some(15)));
    assert_eq!((quote.by_pocket.subscription, quote.by_pocket.payg), (credits("10"), credits("5")));
    assert_eq!((quote.by_pocket.uncovered, quote.left_after), (credits("15"), Some(Credits::ZERO)));
}

#[rstest]
#[case::all_from_the_subscription("40", "10", 40, None, None, "10")]
#[case::one_from_payg("40", "10", 41, Some(41), None, "9")]
#[case::to_the_last_credit("40", "10", 50, Some(41), None, "0")]
#[case::one_too_many("40", "10", 51, Some(41), Some(50), "0")]
#[case::nothing_at_all("0", "0", 1, None, Some(0), "0")]
#[case::no_pictures("0", "0", 0, None, None, "0")]
#[case::a_picture_straddles_the_pockets("0.5", "10", 1, Some(1), None, "9.5")]
#[case::a_part_of_a_credit_buys_nothing("2.5", "0", 3, None, Some(2), "0.5")]
fn pictures_draw_in_order(
    #[case] subscription: &str,
    #[case] payg: &str,
    #[case] count: usize,
    #[case] payg_from: Option<usize>,
    #[case] ends_at: Option<usize>,
    #[case] left: &str,
) {
    let quote = quote(&balance(subscription, payg, 0).into(), &pictures(count));
    assert_eq!((quote.payg_from, quote.ends_at), (payg_from, ends_at));
    assert_eq!(quote.left_after, Some(credits(left)));
}

#[test]
fn free_pictures_keep_their_place_on_the_list() {
    let mut items = pictures(4);
    items[0].already_paid = true;
    items[1].duplicate = true;
    items.insert(2, Item { readable: false, already_paid: true, duplicate: true, ..Item::download(Credits::ONE) });
    let quote = quote(&balance("1", "5", 0).into(), &items);
    assert_eq!((quote.pictures, quote.charged), (5, 2));
    assert_eq!((quote.already_paid, quote.duplicates, quote.unreadable), (1, 1, 1));
    assert_eq!((quote.cost, quote.payg_from), (credits("2"), Some(5)));
}

#[test]
fn free_previews_come_first_and_only_for_previews() {
    let items = [vec![preview(); 3], pictures(1)].concat();
    let quote = quote(&balance("40", "0", 2).into(), &items);
    assert_eq!(quote.by_pocket.free_previews, 2);
    assert_eq!((quote.cost, quote.by_pocket.subscription), (credits("1.25"), credits("1.25")));
}

#[test]
fn free_previews_reach_on_an_empty_account() {
    let quote = quote(&balance("0", "0", 2).into(), &[preview(); 3]);
    assert_eq!((quote.cost, quote.ends_at), (credits("0.25"), Some(2)));
}

#[test]
fn previews_whose_free_number_is_unknown_are_quoted_at_their_price() {
    let pockets = Pockets { free_previews: None, ..balance("40", "0", 0).into() };
    assert_eq!(quote(&pockets.into(), &[preview()]).cost, credits("0.25"));
}

#[test]
fn an_unknown_balance_promises_nothing_and_refuses_nothing() {
    let quote = quote(&Purse::default(), &pictures(3));
    assert_eq!((quote.cost, quote.payg_from, quote.ends_at, quote.left_after), (credits("3"), None, None, None));
    assert_eq!((quote.by_pocket.untold, quote.by_pocket.uncovered), (credits("3"), Credits::ZERO));
}

#[test]
fn a_total_without_pockets_says_how_far_but_not_from_where() {
    let pockets = Pockets { total: Some(credits("2")), ..Pockets::default() };
    let quote = quote(&pockets.into(), &pictures(3));
    assert_eq!((quote.ends_at, quote.payg_from, quote.left_after), (Some(2), None, Some(Credits::ZERO)));
    assert_eq!((quote.by_pocket.untold, quote.by_pocket.uncovered), (credits("2"), credits("1")));
}

#[test]
fn while_the_subscription_is_unknown_nobody_says_where_payg_begins() {
    let pockets = Pockets { payg: Some(credits("5")), ..Pockets::default() };
    let quote = quote(&pockets.into(), &pictures(2));
    assert_eq!((quote.payg_from, quote.by_pocket.payg, quote.by_pocket.untold), (None, Credits::ZERO, credits("2")));
}

#[test]
fn enterprise_credits_are_drawn_last() {
    let pockets = Pockets { enterprise: Some(credits("7")), total: Some(credits("9")), ..balance("1", "1", 0).into() };
    let quote = quote(&pockets.into(), &pictures(3));
    assert_eq!((quote.by_pocket.enterprise, quote.left_after), (credits("1"), Some(credits("6"))));
}
