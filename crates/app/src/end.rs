//! The end of a service: when, what lapses that day, what to do about it. The date is data of the profile; after it, or once the
//! endpoint has answered as closed, everything paid is kept and nothing more is sent.

use clearcut_credits::Credits;
use clearcut_service::Profile;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::days;
use crate::desk::{Desk, Reading};
use crate::views::{BannerKind, EndView};
use crate::words;

/// How long ahead the end of a service is told.
const AHEAD: SignedDuration = SignedDuration::from_hours(60 * 24);

/// The end as the Credits view shows it: announced, or told by the service's own answers. `None` where neither is so.
pub(crate) fn end_view(desk: &Desk, reading: &Reading) -> Option<EndView> {
    let (profile, now) = (&desk.profile, desk.now());
    let over = desk.ended_at();
    let at = over.or(profile.ends_at)?;
    Some(EndView {
        at: at.to_string(),
        when: when(at),
        ended: over.is_some(),
        days_left: days::begun(at.duration_since(now)),
        lapses: lapses(profile, reading, now),
        advice: what_to_do(profile, reading, over.is_some()),
    })
}

/// What is to be said of the announced end, if anything yet.
pub(crate) fn banner(profile: &Profile, reading: &Reading, now: Timestamp) -> Option<(BannerKind, String)> {
    let ends_at = profile.ends_at?;
    let (name, when) = (&profile.name, when(ends_at));
    if ends_at <= now {
        let text =
            format!("{name} ended on {when}. Everything already paid is kept, and cutouts on this computer go on.");
        return Some((BannerKind::Error, text));
    }
    (ends_at.duration_since(now) <= AHEAD).then(|| {
        let lapse = lapses(profile, reading, now)
            .unwrap_or_else(|| format!("{name} ends on {when}, and unused credits lapse with it."));
        (BannerKind::Warning, format!("{lapse} What you pay until then is kept here."))
    })
}

/// "18 PAYG credits lapse on 1 December 2026, 09:00 CET", in the zone the service is in.
fn lapses(profile: &Profile, reading: &Reading, now: Timestamp) -> Option<String> {
    let at = profile.ends_at?;
    let pockets = reading.state.pockets();
    let amount = |pocket: Option<Credits>| pocket.filter(|held| *held > Credits::ZERO);
    let parts: Vec<String> = [(amount(pockets.payg), "PAYG"), (amount(pockets.subscription), "subscription")]
        .into_iter()
        .filter_map(|(held, pocket)| held.map(|held| format!("{held} {pocket}")))
        .collect();
    if parts.is_empty() {
        return None;
    }
    let only_one = parts.len() == 1 && parts.first().is_some_and(|part| part.starts_with("1 "));
    let (noun, verb) = match (only_one, at <= now) {
        (true, false) => ("credit", "lapses"),
        (false, false) => ("credits", "lapse"),
        (true, true) => ("credit", "lapsed"),
        (false, true) => ("credits", "lapsed"),
    };
    Some(format!("{} {noun} {verb} on {}.", parts.join(" and "), when(at)))
}

fn what_to_do(profile: &Profile, reading: &Reading, ended: bool) -> Vec<String> {
    let mut advice = Vec::new();
    if !ended {
        if let Some(left) = reading.state.pockets().spendable().filter(|left| *left >= Credits::ONE) {
            advice.push(format!(
                "Use them: {} reach for {} pictures.",
                words::credits(left),
                left.micros() / 1_000_000
            ));
        }
        advice.push("Buy no more of them than you need until then.".to_owned());
    }
    advice
        .push("Export receipts and paid pictures from History: they stay on this computer and stay yours.".to_owned());
    advice.push(format!(
        "Choose another service under Account: those that answer the same calls work with the same options as {}.",
        profile.name
    ));
    advice.push("Cutouts on this computer go on, free.".to_owned());
    advice
}

/// The moment in Central European Time, in which the known ends were announced, where the system knows that zone.
fn when(at: Timestamp) -> String {
    days::moment(at, TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC))
}
