//! Reading and writing amounts.

use clearcut_credits::{Credits, ParseCreditsError};
use proptest::prelude::*;
use rstest::rstest;

use crate::credits;

#[rstest]
#[case::whole("39", 39_000_000)]
#[case::fraction("39.75", 39_750_000)]
#[case::trailing_zeros("0.2500000000", 250_000)]
#[case::negative("-0.25", -250_000)]
#[case::negative_zero("-0", 0)]
#[case::positive_exponent("1e2", 100_000_000)]
#[case::signed_exponent("1.5E+1", 15_000_000)]
#[case::negative_exponent("25e-2", 250_000)]
#[case::exponent_undone_by_fraction("0.000001e6", 1_000_000)]
#[case::below_a_millionth("0.0000004", 0)]
#[case::above_half_a_millionth("0.00000051", 1)]
#[case::half_to_even_down("0.0000005", 0)]
#[case::half_to_even_up("0.0000015", 2)]
#[case::half_to_even_stays("0.0000025", 2)]
#[case::half_and_a_little("0.00000250000000000000000001", 3)]
#[case::negative_half_to_even("-0.0000015", -2)]
#[case::half_by_exponent("5e-7", 0)]
#[case::three_halves_by_exponent("15e-7", 2)]
#[case::far_below("9e-8", 0)]
#[case::vanishing("1e-999999999999999999999", 0)]
#[case::zero_of_any_size("0e999999999999999999999", 0)]
#[case::largest("9223372036854.775807", i64::MAX)]
#[case::smallest("-9223372036854.775808", i64::MIN)]
fn json_numbers_are_read_exactly(#[case] text: &str, #[case] micros: i64) {
    assert_eq!(text.parse(), Ok(Credits::from_micros(micros)));
}

#[rstest]
#[case::nothing("")]
#[case::sign_only("-")]
#[case::plus("+1")]
#[case::leading_zero("01")]
#[case::no_whole_part(".5")]
#[case::no_fraction("1.")]
#[case::two_points("1.2.3")]
#[case::no_exponent("1e")]
#[case::exponent_sign_only("1e-")]
#[case::exponent_with_a_fraction("1e1.5")]
#[case::comma("1,5")]
#[case::space(" 1")]
#[case::not_a_number("NaN")]
#[case::infinity("Infinity")]
#[case::hexadecimal("0x10")]
#[case::quoted("\"1\"")]
#[case::other_digits("１")]
fn what_is_no_json_number_is_refused(#[case] text: &str) {
    assert_eq!(text.parse::<Credits>(), Err(ParseCreditsError::NotANumber));
}

#[rstest]
#[case::one_too_many("9223372036854.775808")]
#[case::rounds_out_of_range("9223372036854.7758075")]
#[case::one_too_few("-9223372036854.775809")]
#[case::by_exponent("1e13")]
#[case::absurd("1e999999999999999999999")]
fn what_does_not_fit_is_refused(#[case] text: &str) {
    assert_eq!(text.parse::<Credits>(), Err(ParseCreditsError::OutOfRange));
}

#[rstest]
#[case(39_750_000, "39.75")]
#[case(1_000_000, "1")]
#[case(0, "0")]
#[case(-250_000, "-0.25")]
#[case(1, "0.000001")]
#[case(i64::MIN, "-9223372036854.775808")]
fn amounts_are_written_as_short_as_they_are_exact(#[case] micros: i64, #[case] text: &str) {
    assert_eq!(Credits::from_micros(micros).to_string(), text);
}

#[test]
fn amounts_line_up_in_a_table() {
    assert_eq!(format!("{:>8}|{:<6}|{:+}", credits("39.75"), credits("1"), credits("2")), "   39.75|1     |+2");
}

#[test]
fn arithmetic_never_wraps() {
    let most = Credits::MAX;
    assert_eq!(most.checked_add(Credits::ONE), None);
    assert_eq!(most.saturating_add(Credits::ONE), most);
    assert_eq!(most.times(2), None);
    assert_eq!(credits("0.25").times(3), Some(credits("0.75")));
    assert_eq!(Credits::whole(i64::MAX), most);
    assert_eq!(Credits::ZERO.less(Credits::ONE), Credits::ZERO);
}

proptest! {
    #[test]
    fn writing_and_reading_gives_the_amount_back(micros: i64) {
        let amount = Credits::from_micros(micros);
        prop_assert_eq!(amount.to_string().parse(), Ok(amount));
    }

    #[test]
    fn an_exponent_moves_the_point(micros in 1_i64..1_000_000_000_000, by in 0_u32..=6) {
        let larger = format!("{micros}e{}", i64::from(by) - 6);
        prop_assert_eq!(larger.parse(), Ok(Credits::from_micros(micros * 10_i64.pow(by))));
        let same = format!("{micros}{:0<width$}e-{}", "", by + 6, width = by as usize);
        prop_assert_eq!(same.parse(), Ok(Credits::from_micros(micros)));
    }

    #[test]
    fn reading_never_panics(text in "[-+0-9.eE]{0,40}") {
        let _ = text.parse::<Credits>();
    }

    #[test]
    fn rounding_is_by_at_most_half_a_millionth(whole in 0_i64..1000, digits in "[0-9]{7,20}") {
        let text = format!("{whole}.{digits}");
        let read = i128::from(text.parse::<Credits>().unwrap().micros());
        let scale = 10_i128.pow(u32::try_from(digits.len()).unwrap() - 6);
        let exact = i128::from(whole) * 1_000_000 * scale + digits.parse::<i128>().unwrap();
        prop_assert!((read * scale - exact).abs() * 2 <= scale, "{text} became {read}");
    }
}
