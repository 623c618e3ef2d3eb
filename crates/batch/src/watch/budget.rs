//! What a watch may still spend today. A day is a civil day where the user is; who asks hands in the time and the zone.
//! It counts credits and knows nobody who charges them.

use clearcut_credits::Credits;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A civil day: 23, 24 or 25 hours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Day {
    /// Its first moment.
    pub begins: Timestamp,
    /// The first moment of the next one.
    pub ends: Timestamp,
}

impl Day {
    /// The day that `now` falls on in `zone`.
    #[must_use]
    pub fn of(now: Timestamp, zone: &TimeZone) -> Self {
        let here = now.to_zoned(zone.clone());
        // Only the ends of the calendar have no beginning of a day and no tomorrow.
        let begins = here.start_of_day().map_or(now, |begins| begins.timestamp());
        let next = here.tomorrow().and_then(|next| next.start_of_day());
        Self { begins, ends: next.map_or(Timestamp::MAX, |next| next.timestamp()) }
    }
}

/// A day's budget and what became of it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Budget {
    /// The most that is spent on a day.
    pub a_day: Credits,
    /// Charged, reserved or undecided since the day began.
    pub spent: Credits,
    /// The price of what waits in queues, of today or of days before: it may be charged today.
    pub promised: Credits,
}

impl Budget {
    /// What may still be promised today, never less than nothing.
    #[must_use]
    pub fn left(&self) -> Credits {
        self.a_day.less(self.spent).less(self.promised)
    }

    /// So many of the pictures with these prices are taken, from the first on: as far as the rest of the budget reaches. What
    /// costs nothing fits always; what stands behind one that does not fit waits with it, so that none is overtaken for ever.
    #[must_use]
    pub fn reaches(&self, prices: &[Credits]) -> usize {
        let mut left = self.left();
        let fits = |price: &&Credits| {
            let fits = **price <= left;
            left = left.less(**price);
            fits
        };
        prices.iter().take_while(fits).count()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn credits(text: &str) -> Credits {
        text.parse().unwrap()
    }

    #[rstest]
    #[case::just_before_midnight(
        "2026-11-25T23:59:59.999+01:00",
        "2026-11-25T00:00:00+01:00",
        "2026-11-26T00:00:00+01:00"
    )]
    #[case::midnight("2026-11-26T00:00:00+01:00", "2026-11-26T00:00:00+01:00", "2026-11-27T00:00:00+01:00")]
    #[case::another_day_by_universal_time(
        "2026-11-25T23:30:00Z",
        "2026-11-26T00:00:00+01:00",
        "2026-11-27T00:00:00+01:00"
    )]
    #[case::a_day_of_23_hours("2026-03-29T12:00:00+02:00", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00")]
    #[case::a_day_of_25_hours("2026-10-25T02:30:00+01:00", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00")]
    fn a_day_is_the_users_own(#[case] now: &str, #[case] begins: &str, #[case] ends: &str) {
        let day = Day::of(now.parse().unwrap(), &zone("Europe/Berlin"));
        assert_eq!((day.begins, day.ends), (begins.parse().unwrap(), ends.parse().unwrap()));
    }

    #[test]
    fn a_day_without_a_midnight_begins_when_it_begins() {
        // In Cairo the clocks went from 00:00 to 01:00 on 24 April 2026.
        let day = Day::of("2026-04-24T09:00:00Z".parse().unwrap(), &zone("Africa/Cairo"));
        assert_eq!(day.begins, "2026-04-23T22:00:00Z".parse().unwrap());
    }

    #[rstest]
    #[case::nothing_yet("50", "0", "0", "50")]
    #[case::some("50", "12.25", "2", "35.75")]
    #[case::all("50", "48", "2", "0")]
    #[case::more_than_all("50", "60", "0", "0")]
    #[case::lowered_below_what_waits("10", "0", "40", "0")]
    fn what_is_left_is_what_is_neither_spent_nor_promised(
        #[case] a_day: &str,
        #[case] spent: &str,
        #[case] promised: &str,
        #[case] left: &str,
    ) {
        let budget = Budget { a_day: credits(a_day), spent: credits(spent), promised: credits(promised) };
        assert_eq!(budget.left(), credits(left));
    }

    #[rstest]
    #[case::all(&["1", "1"], 2)]
    #[case::to_the_credit(&["1", "1", "1"], 3)]
    #[case::one_too_many(&["1", "1", "1", "1"], 3)]
    #[case::free_ones_fit_always(&["1", "1", "1", "0", "0", "1"], 5)]
    #[case::a_dear_one_is_not_overtaken(&["4", "1"], 0)]
    #[case::thousandths(&["2.999", "0.001", "0.001"], 2)]
    #[case::none(&[], 0)]
    fn the_budget_reaches_from_the_first_on(#[case] prices: &[&str], #[case] reaches: usize) {
        let budget = Budget { a_day: credits("3"), ..Budget::default() };
        let prices: Vec<Credits> = prices.iter().map(|price| credits(price)).collect();
        assert_eq!(budget.reaches(&prices), reaches);
    }

    /// What may happen to a watch's credits.
    #[derive(Clone, Debug)]
    enum Deed {
        /// Pictures are ready; as many as fit are queued.
        Ready(Vec<i64>),
        /// The first that waits is reserved.
        Reserve,
        /// The latest reservation was not charged.
        Release,
        /// Midnight.
        NextDay,
    }

    proptest! {
        #[test]
        fn no_day_ever_costs_more_than_the_budget(
            a_day in 1..20_i64,
            deeds in prop::collection::vec(
                prop_oneof![
                    prop::collection::vec(0..5_i64, 1..6).prop_map(Deed::Ready),
                    Just(Deed::Reserve), Just(Deed::Reserve), Just(Deed::Release), Just(Deed::NextDay),
                ],
                1..80,
            ),
        ) {
            let whole = Credits::whole;
            let mut budget = Budget { a_day: whole(a_day), ..Budget::default() };
            let (mut queue, mut reserved) = (std::collections::VecDeque::new(), Vec::new());
            for deed in deeds {
                match deed {
                    Deed::Ready(prices) => {
                        let prices: Vec<Credits> = prices.into_iter().map(whole).collect();
                        let taken = budget.reaches(&prices);
                        queue.extend(prices[..taken].iter().copied());
                    }
                    Deed::Reserve => if let Some(price) = queue.pop_front() {
                        reserved.push(price);
                        budget.spent = budget.spent.saturating_add(price);
                    },
                    Deed::Release => if let Some(price) = reserved.pop() {
                        budget.spent = budget.spent.less(price);
                        queue.push_back(price);
                    },
                    Deed::NextDay => {
                        reserved.clear();
                        budget.spent = Credits::ZERO;
                    }
                }
                budget.promised = queue.iter().copied().sum();
                prop_assert!(budget.spent.saturating_add(budget.promised) <= budget.a_day);
            }
        }
    }
}
