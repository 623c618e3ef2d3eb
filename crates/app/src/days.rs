//! Days in words and in data: "3 December", "2026-12-03", "1 December 2026, 09:00 CET", and how many are left. One place, so that
//! window, terminal, notices and files say the same.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::problem::{Code, Problem};

const DAY_S: i64 = 86_400;

/// "3 December".
pub(crate) fn day_and_month(day: Date) -> String {
    day.strftime("%-d %B").to_string()
}

/// "1 December 2026, 09:00 CET", in `zone`.
pub(crate) fn moment(at: Timestamp, zone: TimeZone) -> String {
    at.to_zoned(zone).strftime("%-d %B %Y, %H:%M %Z").to_string()
}

/// The day that `at` falls on for the user.
pub(crate) fn local(at: Timestamp) -> Date {
    TimeZone::system().to_datetime(at).date()
}

/// `YYYY-MM-DD`, read.
pub(crate) fn parse(text: &str) -> Result<Date, Problem> {
    text.trim().parse().map_err(|_| {
        Problem::new(
            Code::BadRequest,
            format!("“{text}” is no day."),
            "Write it as YYYY-MM-DD, for example 2026-12-03.",
        )
    })
}

/// The first moment of a day in `zone`.
pub(crate) fn beginning(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

/// Days until then, begun ones counted; none once it has passed.
pub(crate) fn begun(until: SignedDuration) -> u32 {
    let seconds = until.as_secs().max(0);
    u32::try_from((seconds + DAY_S - 1) / DAY_S).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn moments_are_told_with_their_zone() {
        let at: Timestamp = "2026-12-01T09:00:00+01:00".parse().unwrap();
        assert_eq!(moment(at, TimeZone::get("Europe/Berlin").unwrap()), "1 December 2026, 09:00 CET");
        assert_eq!(day_and_month("2026-12-03".parse().unwrap()), "3 December");
    }

    #[test]
    fn a_begun_day_counts() {
        let begun = |seconds| begun(SignedDuration::from_secs(seconds));
        assert_eq!([begun(-5), begun(0), begun(1), begun(86_400), begun(86_401)], [0, 0, 1, 1, 2]);
    }

    #[test]
    fn what_is_no_day_is_said_so() {
        assert_eq!(parse("31 December").unwrap_err().code, Code::BadRequest);
        assert_eq!(parse(" 2026-12-31 ").unwrap().day(), 31);
    }
}
