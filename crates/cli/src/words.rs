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

/// "812 bytes", "1.5 MB".
pub(crate) fn bytes(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match UNITS.into_iter().find(|(size, _)| bytes >= *size) {
        Some((size, unit)) => {
            let tenths = bytes / (size / 10);
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        }
        None => format!("{bytes} bytes"),
    }
}

/// "45 seconds", "2 minutes", "3 hours": rounded up.
pub(crate) fn lasting(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..=89 => (seconds, "second"),
        90..=5_399 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3_600), "hour"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
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
    fn sizes_and_durations_have_one_unit() {
        assert_eq!([0, 812, 1_500_000, 9_990_000_000].map(bytes), ["0 bytes", "812 bytes", "1.5 MB", "9.9 GB"]);
        assert_eq!([1, 45, 90, 7_200].map(lasting), ["1 second", "45 seconds", "2 minutes", "2 hours"]);
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(
            (credits("1"), credits("0.25"), pictures(1), pictures(0)),
            ("1 credit".into(), "0.25 credits".into(), "1 picture".into(), "0 pictures".into())
        );
    }
}
