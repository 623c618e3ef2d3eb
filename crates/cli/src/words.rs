//! Numbers as people say them. Amounts arrive as decimal strings and leave as they came: nothing is rounded here.

/// "1 credit", "0.25 credits".
pub(crate) fn credits(amount: &str) -> String {
    format!("{amount} {}", if amount == "1" { "credit" } else { "credits" })
}

/// "1 picture", "3 pictures".
pub(crate) fn pictures(count: usize) -> String {
    format!("{count} {}", if count == 1 { "picture" } else { "pictures" })
}

/// "just now", "12 seconds ago", "3 days ago".
pub(crate) fn ago(seconds: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let (length, unit) = UNITS.into_iter().find(|(length, _)| seconds >= *length).unwrap_or((1, "second"));
    match seconds / length {
        0 | 1 if unit == "second" => "just now".to_owned(),
        1 => format!("1 {unit} ago"),
        count => format!("{count} {unit}s ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, "just now")]
    #[case(3, "3 seconds ago")]
    #[case(60, "1 minute ago")]
    #[case(7_199, "1 hour ago")]
    #[case(180_000, "2 days ago")]
    fn an_age_has_one_unit(#[case] seconds: u64, #[case] said: &str) {
        assert_eq!(ago(seconds), said);
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(
            (credits("1"), credits("0.25"), pictures(1), pictures(0)),
            ("1 credit".into(), "0.25 credits".into(), "1 picture".into(), "0 pictures".into())
        );
    }
}
