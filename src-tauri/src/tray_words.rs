//! What the tray says: one sentence for the pointer, a few lines for the menu. Pure text from the gauge; amounts arrive as
//! decimal strings and are grouped, never calculated with. An unknown figure is called unknown, never zero.

use clearcut_app::views::{AccountView, CycleView, FigureView, GaugeView, Page, SourceView};

/// Everything the tray shows but its picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Face {
    /// The sentence under the pointer.
    pub(crate) tooltip: String,
    /// The lines of the menu that only inform.
    pub(crate) lines: Vec<String>,
    /// Whether the account has a page for a larger plan.
    pub(crate) upgrade: bool,
    /// Whether the account has a page for more credits.
    pub(crate) top_up: bool,
}

/// What the tray shows for an account.
pub(crate) fn face(gauge: &GaugeView, account: Option<&AccountView>) -> Face {
    let has = |page: Page| account.is_some_and(|account| account.pages.contains(&page));
    Face {
        tooltip: tooltip(gauge),
        lines: account.map(|account| account.label.clone()).into_iter().chain(lines(gauge)).collect(),
        upgrade: has(Page::Upgrade),
        top_up: has(Page::TopUp),
    }
}

/// "39 credits: 29 subscription + 10 PAYG · as of 5 minutes ago". Windows cuts it off after 127 characters.
pub(crate) fn tooltip(gauge: &GaugeView) -> String {
    let named = [
        (&gauge.subscription, "subscription"),
        (&gauge.rollover, "rollover"),
        (&gauge.payg, "PAYG"),
        (&gauge.enterprise, "enterprise"),
    ];
    let parts: Vec<String> = named
        .iter()
        .filter_map(|(figure, name)| some(figure).map(|amount| format!("{} {name}", grouped(amount))))
        .collect();
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(" + ")) };
    format!("{}{parts}{}", total(gauge), age(gauge).map_or_else(String::new, |age| format!(" · {age}")))
}

/// The total, a line for each pocket, what is set aside, and the cycle.
pub(crate) fn lines(gauge: &GaugeView) -> Vec<String> {
    let mut lines = vec![match age(gauge) {
        Some(age) => format!("{}, {age}", total(gauge)),
        None => total(gauge),
    }];
    lines.push(line("Subscription", &gauge.subscription));
    lines.push(match gauge.rollover_at_least.as_deref() {
        Some(least) if gauge.rollover.amount.is_none() => {
            format!("Rollover: at least {} of the subscription's", grouped(least))
        }
        _ => line("Rollover", &gauge.rollover),
    });
    lines.push(line("Pay as you go", &gauge.payg));
    if some(&gauge.enterprise).is_some() {
        lines.push(line("Enterprise", &gauge.enterprise));
    }
    if let Some(amount) = some(&gauge.reserved) {
        lines.push(format!("Of these set aside: {}", grouped(amount)));
    }
    lines.extend(gauge.cycle.as_ref().map(cycle));
    lines
}

fn total(gauge: &GaugeView) -> String {
    gauge.total.amount.as_deref().map_or_else(|| "Credits not known yet".to_owned(), credits)
}

/// How far the figures can be trusted.
fn age(gauge: &GaugeView) -> Option<String> {
    let age = ago(gauge.total.age_s?);
    Some(if gauge.stale { format!("last heard {age}, may have changed") } else { format!("as of {age}") })
}

fn line(name: &str, figure: &FigureView) -> String {
    let from = match figure.source {
        SourceView::Measured | SourceView::Unknown => "",
        SourceView::Entered => " (entered by you)",
        SourceView::Inferred => " (inferred)",
    };
    match &figure.amount {
        Some(amount) => format!("{name}: {}{from}", grouped(amount)),
        None => format!("{name}: not known"),
    }
}

/// "8 of 10 monthly credits used, renews on 3 December".
fn cycle(cycle: &CycleView) -> String {
    let monthly = grouped(&cycle.monthly);
    let used = match &cycle.used {
        Some(used) => format!("{} of {monthly} monthly credits used", grouped(used)),
        None => format!("{monthly} credits a month"),
    };
    let renewal =
        if cycle.renewal_due { "renewal not seen yet".to_owned() } else { format!("renews on {}", cycle.renews_on) };
    format!("{used}, {renewal}")
}

/// The amount, where there is any.
fn some(figure: &FigureView) -> Option<&str> {
    figure.amount.as_deref().filter(|amount| amount.bytes().any(|digit| (b'1'..=b'9').contains(&digit)))
}

/// "1 credit", "1,250.25 credits".
fn credits(amount: &str) -> String {
    format!("{} {}", grouped(amount), if amount == "1" { "credit" } else { "credits" })
}

/// The decimal with its thousands told apart.
fn grouped(amount: &str) -> String {
    let (sign, digits) = amount.strip_prefix('-').map_or(("", amount), |digits| ("\u{2212}", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let mut text = sign.to_owned();
    for (index, digit) in whole.char_indices() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// "now", "1 minute ago", "3 days ago": the tray looks at the clock once a minute.
fn ago(seconds: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let Some((length, unit)) = UNITS.into_iter().find(|(length, _)| seconds >= *length) else {
        return "now".to_owned();
    };
    match seconds / length {
        1 => format!("1 {unit} ago"),
        count => format!("{count} {unit}s ago"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use clearcut_app::views::{CycleView, FigureView, GaugeLevel, GaugeView, SourceView};

    use super::*;

    pub(crate) fn figure(amount: Option<&str>) -> FigureView {
        let source = if amount.is_some() { SourceView::Measured } else { SourceView::Unknown };
        FigureView { amount: amount.map(str::to_owned), source, age_s: amount.map(|_| 300) }
    }

    /// A gauge heard five minutes ago: subscription, rollover, PAYG, total.
    pub(crate) fn gauge(amounts: [Option<&str>; 4]) -> GaugeView {
        let [subscription, rollover, payg, total] = amounts.map(figure);
        GaugeView {
            subscription,
            rollover,
            rollover_at_least: None,
            payg,
            enterprise: figure(None),
            free_previews: figure(None),
            reserved: figure(Some("0")),
            undecided: figure(Some("0")),
            total,
            cycle: None,
            level: GaugeLevel::Fresh,
            levels: Vec::new(),
            observed_at: None,
            stale: false,
            problem: None,
        }
    }

    fn usual() -> GaugeView {
        gauge([Some("29"), Some("0"), Some("10"), Some("39")])
    }

    #[test]
    fn the_pointer_is_told_the_total_its_pockets_and_its_age() {
        assert_eq!(tooltip(&usual()), "39 credits: 29 subscription + 10 PAYG · as of 5 minutes ago");
        let all = gauge([Some("29"), Some("4.25"), Some("1000"), Some("1033.25")]);
        assert_eq!(
            tooltip(&all),
            "1,033.25 credits: 29 subscription + 4.25 rollover + 1,000 PAYG · as of 5 minutes ago"
        );
        let old = GaugeView { stale: true, ..usual() };
        let text = tooltip(&old);
        assert_eq!(text, "39 credits: 29 subscription + 10 PAYG · last heard 5 minutes ago, may have changed");
        assert!(text.chars().count() < 128, "Windows would cut it off");
    }

    #[test]
    fn empty_is_zero_and_unknown_is_not() {
        assert_eq!(tooltip(&gauge([Some("0"), Some("0"), Some("0"), Some("0")])), "0 credits · as of 5 minutes ago");
        let unknown = gauge([None; 4]);
        assert_eq!(tooltip(&unknown), "Credits not known yet");
        assert_eq!(
            lines(&unknown),
            ["Credits not known yet", "Subscription: not known", "Rollover: not known", "Pay as you go: not known"]
        );
    }

    #[test]
    fn the_menu_has_a_line_for_each_pocket() {
        assert_eq!(
            lines(&usual()),
            ["39 credits, as of 5 minutes ago", "Subscription: 29", "Rollover: 0", "Pay as you go: 10"]
        );
    }

    #[test]
    fn what_is_entered_inferred_reserved_or_bounded_says_so() {
        let mut gauge = gauge([Some("29"), None, Some("10"), Some("44")]);
        gauge.subscription.source = SourceView::Entered;
        gauge.payg.source = SourceView::Inferred;
        gauge.rollover_at_least = Some("4".to_owned());
        gauge.enterprise = figure(Some("5"));
        gauge.reserved = figure(Some("2"));
        assert_eq!(
            lines(&gauge)[1..],
            [
                "Subscription: 29 (entered by you)",
                "Rollover: at least 4 of the subscription's",
                "Pay as you go: 10 (inferred)",
                "Enterprise: 5",
                "Of these set aside: 2",
            ]
        );
    }

    #[test]
    fn the_cycle_tells_what_is_used_and_when_it_renews() {
        let mut told = CycleView {
            began_at: String::new(),
            renews_at: String::new(),
            renews_on: "3 December".to_owned(),
            days_left: 10,
            elapsed: 0.5,
            monthly: "10".to_owned(),
            used: Some("8".to_owned()),
            used_percent: Some(80),
            used_source: SourceView::Measured,
            renewal_due: false,
        };
        assert_eq!(cycle(&told), "8 of 10 monthly credits used, renews on 3 December");
        told.used = None;
        assert_eq!(cycle(&told), "10 credits a month, renews on 3 December");
        told.renewal_due = true;
        assert_eq!(cycle(&told), "10 credits a month, renewal not seen yet");
        let with = GaugeView { cycle: Some(told), ..usual() };
        assert_eq!(lines(&with).last().unwrap(), "10 credits a month, renewal not seen yet");
    }

    #[test]
    fn numbers_are_grouped_and_ages_have_one_unit() {
        for (amount, said) in [
            ("1", "1 credit"),
            ("0.25", "0.25 credits"),
            ("100", "100 credits"),
            ("1234567.125", "1,234,567.125 credits"),
            ("-1000", "\u{2212}1,000 credits"),
        ] {
            assert_eq!(credits(amount), said);
        }
        for (seconds, said) in [
            (0, "now"),
            (59, "now"),
            (60, "1 minute ago"),
            (7_199, "1 hour ago"),
            (86_399, "23 hours ago"),
            (180_000, "2 days ago"),
        ] {
            assert_eq!(ago(seconds), said);
        }
    }
}
