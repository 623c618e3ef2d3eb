//! What each decision about a list comes to.

use clearcut_credits::{Choice, Credits, Item, PaidFrom, Pocket, Pockets, Purpose, Purse, Stretch, choose, quote};
use rstest::rstest;

use crate::{balance, credits};

fn pictures(count: usize) -> Vec<Item> {
    vec![Item::download(Credits::ONE); count]
}

fn paid() -> Item {
    Item { already_paid: true, ..Item::download(Credits::ONE) }
}

fn preview() -> Item {
    Item { purpose: Purpose::Preview, ..Item::download(credits("0.25")) }
}

fn cap(text: &str) -> Choice {
    Choice::Cap(credits(text))
}

#[rstest]
#[case::use_payg(Choice::UsePayg, 15, "15", "5")]
#[case::stop_before_payg(Choice::StopBeforePayg, 10, "10", "0")]
#[case::a_cap(cap("12"), 12, "12", "2")]
#[case::a_cap_between_pictures(cap("12.999999"), 12, "12", "2")]
#[case::a_cap_of_nothing(cap("0"), 0, "0", "0")]
#[case::a_cap_beyond_the_credits(cap("100"), 15, "15", "5")]
fn thirty_pictures_with_ten_and_five(
    #[case] choice: Choice,
    #[case] taken: usize,
    #[case] cost: &str,
    #[case] payg: &str,
) {
    let chosen = choose(&balance("10", "5", 0).into(), &pictures(30), choice);
    let expected: Vec<bool> = (0..30).map(|index| index < taken).collect();
    assert_eq!(chosen.taken, expected);
    assert_eq!((chosen.quote.cost, chosen.quote.by_pocket.payg), (credits(cost), credits(payg)));
    assert_eq!((chosen.quote.pictures, chosen.quote.charged, chosen.quote.ends_at), (taken, taken, None));
}

#[test]
fn what_is_free_is_always_taken_and_what_cannot_be_sent_never() {
    let unreadable = Item { readable: false, ..Item::download(Credits::ONE) };
    let oversized = Item { oversized: true, ..Item::download(Credits::ONE) };
    let paid_and_oversized = Item { oversized: true, ..paid() };
    let paid_and_unreadable = Item { readable: false, ..paid() };
    let items = [
        pictures(2),
        vec![unreadable, oversized, paid_and_oversized, paid_and_unreadable, paid()],
        pictures(1),
        vec![paid()],
    ]
    .concat();
    let chosen = choose(&balance("1", "5", 0).into(), &items, Choice::StopBeforePayg);
    assert_eq!(chosen.taken, [true, false, false, false, true, false, true, false, true]);
    assert_eq!((chosen.quote.cost, chosen.quote.already_paid), (credits("1"), 3));
}

#[test]
fn nothing_later_is_taken_instead_of_the_picture_that_does_not_fit() {
    let items = [Item::download(credits("3")), Item::download(credits("2")), Item::download(credits("1"))];
    assert_eq!(choose(&balance("10", "0", 0).into(), &items, cap("4")).taken, [true, false, false]);
}

#[test]
fn a_duplicate_follows_its_twin() {
    let twin = Item { duplicate: true, ..Item::download(Credits::ONE) };
    let items = [pictures(2), vec![twin], pictures(1), vec![twin]].concat();
    let chosen = choose(&balance("2", "5", 0).into(), &items, Choice::StopBeforePayg);
    assert_eq!(chosen.taken, [true, true, true, false, false], "beyond the line it may be the twin of one left out");
    assert_eq!((chosen.quote.duplicates, chosen.quote.cost), (1, credits("2")));
}

#[test]
fn a_picture_that_would_draw_a_little_payg_is_beyond_the_line() {
    assert_eq!(
        choose(&balance("1.5", "5", 0).into(), &pictures(3), Choice::StopBeforePayg).taken,
        [true, false, false]
    );
}

#[test]
fn where_payg_begins_is_unknown_nothing_is_taken_before_it() {
    let pockets = Pockets { total: Some(credits("9")), ..Pockets::default() };
    assert_eq!(choose(&pockets.into(), &pictures(2), Choice::StopBeforePayg).taken, [false, false]);
    assert_eq!(choose(&pockets.into(), &pictures(10), Choice::UsePayg).quote.cost, credits("9"));
    assert_eq!(
        choose(&Purse::default(), &pictures(2), Choice::UsePayg).taken,
        [true, true],
        "an unknown balance refuses nothing"
    );
}

#[test]
fn enterprise_credits_are_no_payg() {
    let pockets = Pockets { enterprise: Some(credits("7")), total: Some(credits("8")), ..balance("1", "0", 0).into() };
    assert_eq!(choose(&pockets.into(), &pictures(9), Choice::StopBeforePayg).quote.cost, credits("8"));
    let behind_payg =
        Pockets { enterprise: Some(credits("7")), total: Some(credits("9")), ..balance("1", "1", 0).into() };
    assert_eq!(choose(&behind_payg.into(), &pictures(9), Choice::StopBeforePayg).quote.cost, credits("1"));
}

#[test]
fn a_free_preview_sets_its_price_aside_and_needs_room_for_it() {
    let free = balance("0", "5", 2);
    assert_eq!(choose(&free.into(), &[preview(); 3], Choice::StopBeforePayg).taken, [false; 3]);
    assert_eq!(choose(&free.into(), &[preview(); 3], cap("0.25")).taken, [true; 3]);
    assert_eq!(choose(&free.into(), &[preview(); 3], cap("0.24")).taken, [false; 3]);
    assert_eq!(choose(&balance("0.25", "5", 2).into(), &[preview(); 3], Choice::StopBeforePayg).taken, [true; 3]);
}

#[test]
fn the_rollover_a_choice_draws_is_told() {
    let purse = Purse { month_left: Some(credits("3")), ..balance("10", "5", 0).into() };
    let chosen = choose(&purse, &pictures(12), Choice::StopBeforePayg);
    let by = chosen.quote.by_pocket;
    assert_eq!((by.subscription, by.rollover, by.payg), (credits("10"), Some(credits("7")), Credits::ZERO));
    let stretch = |pocket, count| Stretch {
        from: PaidFrom::Pocket(pocket),
        pictures: count,
        credits: Credits::whole(i64::try_from(count).unwrap()),
    };
    assert_eq!(chosen.quote.stretches, [stretch(Pocket::Subscription, 3), stretch(Pocket::Rollover, 7)]);
}

#[test]
fn the_stretches_of_a_quote_go_from_pocket_to_pocket() {
    let pockets = Pockets { enterprise: Some(credits("2")), total: Some(credits("8")), ..balance("4", "2", 1).into() };
    let purse = Purse { pockets, month_left: Some(credits("2.5")) };
    let items = [vec![preview()], pictures(10)].concat();
    let seen: Vec<_> = quote(&purse, &items).stretches.iter().map(|stretch| (stretch.from, stretch.pictures)).collect();
    let expected = [
        (PaidFrom::Pocket(Pocket::FreePreviews), 1),
        (PaidFrom::Pocket(Pocket::Subscription), 2),
        (PaidFrom::Pocket(Pocket::Rollover), 2),
        (PaidFrom::Pocket(Pocket::Payg), 2),
        (PaidFrom::Pocket(Pocket::Enterprise), 2),
        (PaidFrom::Nowhere, 2),
    ];
    assert_eq!(seen, expected);
    let untold = quote(&Pockets { total: Some(credits("2")), ..Pockets::default() }.into(), &pictures(3));
    let seen: Vec<_> =
        untold.stretches.iter().map(|stretch| (stretch.from, stretch.pictures, stretch.credits)).collect();
    assert_eq!(seen, [(PaidFrom::Untold, 2, credits("2")), (PaidFrom::Nowhere, 1, credits("1"))]);
}

#[test]
fn oversized_pictures_are_counted_and_cost_nothing() {
    let mut items = pictures(3);
    items[1].oversized = true;
    let quoted = quote(&balance("10", "5", 0).into(), &items);
    assert_eq!((quoted.pictures, quoted.charged, quoted.oversized, quoted.cost), (3, 2, 1, credits("2")));
}
