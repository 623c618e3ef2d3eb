//! The words that stand in stores: each comes back as it went in, and a strange one is named.

use std::fmt::Debug;
use std::str::FromStr;

use clearcut_credits::{AttemptId, ParseWordError, Purpose, Source, Standing};
use rstest::rstest;

fn both_ways<T>(value: T, word: &str, written: &str)
where
    T: FromStr<Err = ParseWordError> + PartialEq + Debug,
{
    assert_eq!(written, word);
    assert_eq!(word.parse(), Ok(value));
}

#[test]
fn words_come_back_as_they_went_in() {
    for (purpose, word) in [(Purpose::Download, "download"), (Purpose::Preview, "preview")] {
        both_ways(purpose, word, purpose.as_str());
    }
    for (standing, word) in [(Standing::Conclusive, "conclusive"), (Standing::Bound, "bound")] {
        both_ways(standing, word, standing.as_str());
    }
    let sources = [
        (Source::Measured, "measured"),
        (Source::Entered, "entered"),
        (Source::Inferred, "inferred"),
        (Source::Unknown, "unknown"),
    ];
    for (source, word) in sources {
        both_ways(source, word, source.as_str());
    }
}

#[rstest]
#[case::zero(0, "00000000000000000000000000000000")]
#[case::small(0xbeef, "0000000000000000000000000000beef")]
#[case::the_largest(u128::MAX, "ffffffffffffffffffffffffffffffff")]
fn a_request_is_thirty_two_digits(#[case] number: u128, #[case] digits: &str) {
    both_ways(AttemptId(number), digits, &AttemptId(number).to_string());
}

#[rstest]
#[case::empty("")]
#[case::too_short("beef")]
#[case::too_long("000000000000000000000000000000000")]
#[case::capitals("0000000000000000000000000000BEEF")]
#[case::no_digits("0000000000000000000000000000beeg")]
#[case::a_sign("+000000000000000000000000000beef")]
fn other_digits_are_no_request(#[case] digits: &str) {
    let refused = digits.parse::<AttemptId>().unwrap_err();
    assert_eq!(refused.to_string(), format!("“{digits}” is no attempt id"));
}

#[test]
fn a_strange_word_is_named() {
    let said = |refused: ParseWordError| refused.to_string();
    assert_eq!(said("gift".parse::<Purpose>().unwrap_err()), "“gift” is no purpose");
    assert_eq!(said("Bound".parse::<Standing>().unwrap_err()), "“Bound” is no standing");
    assert_eq!(said("guessed".parse::<Source>().unwrap_err()), "“guessed” is no source of a figure");
}
