//! The quote as people read it: a draw-down bar, a table by pocket in drawing order, what would not be charged, what it takes besides
//! credits, and what can be chosen with its numbers.

use std::fmt::Write;

use clearcut_app::Credits;
use clearcut_app::views::{ChoiceView, GaugeView, Page, PocketView, QuoteView, SpendChoice, StretchView};
use console::Style;

use crate::draw::{self, Look};
use crate::gauge::COLUMNS;
use crate::out::Out;
use crate::{outlook, words};

/// The quote by pocket, with what would not be charged and how far the credits reach.
pub(crate) fn table(quoted: &QuoteView, gauge: &GaugeView, out: &Out) -> String {
    let bold = Style::new().bold();
    let pictures = if quoted.pictures == quoted.charged {
        words::pictures(quoted.pictures)
    } else {
        format!("{}, {} to be charged", words::pictures(quoted.pictures), quoted.charged)
    };
    let mut text = format!("{pictures}: {}\n", bold.apply_to(words::credits(&quoted.cost)));
    // One colour says no more than the line below it.
    if quoted.stretches.len() > 1 {
        let _ = writeln!(text, "  {}", bar(&quoted.stretches, out.width.saturating_sub(4).min(COLUMNS), out.drawings));
    }
    let crosses = quoted.payg_from.is_some() || quoted.ends_at.is_some();
    for part in drawn(&quoted.stretches) {
        let there = match part.pocket {
            PocketView::Subscription => gauge.subscription.amount.as_deref(),
            PocketView::Rollover => gauge.rollover.amount.as_deref(),
            PocketView::Payg => gauge.payg.amount.as_deref(),
            PocketView::Enterprise => gauge.enterprise.amount.as_deref(),
            PocketView::FreePreviews | PocketView::Untold | PocketView::Uncovered => None,
        };
        let of = there.map_or_else(String::new, |there| format!("  of {there}"));
        let numbers = if crosses { format!("  {}", numbered(part.first, part.last)) } else { String::new() };
        let credits = own(quoted, part.pocket).unwrap_or(part.credits);
        row(&mut text, name(part.pocket), credits, &format!("{of:<12}{numbers}"));
    }
    if let Some(left) = quoted.left_after.as_ref().filter(|_| quoted.charged > 0 && quoted.ends_at.is_none()) {
        row(&mut text, "", &if out.drawings { "─" } else { "-" }.repeat(8), "");
        row(&mut text, "left afterwards", left, "");
    }
    for sentence in sentences(quoted) {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(text, "  {sentence}");
    }
    text.truncate(text.trim_end().len());
    text
}

/// What can be chosen, each with its numbers, and the purchase that would help; nothing where there is no choice.
pub(crate) fn choices(quoted: &QuoteView, page: impl Fn(Page) -> Option<String>) -> String {
    let mut text = String::new();
    if quoted.choices.len() > 1 {
        let _ = writeln!(text, "{:<22}{:>8}{:>9}{:>8}{:>8}", "You can choose", "pictures", "credits", "PAYG", "left");
        for ChoiceView { choice, downloads, charged: _, cost, payg, on_device, left_out, left_after } in &quoted.choices
        {
            let rest = match (on_device, left_out) {
                (0, 0) => String::new(),
                (0, left) => format!("  {left} left out"),
                (device, 0) => format!("  {device} cut out on this computer, free"),
                (device, left) => format!("  {device} cut out on this computer, free; {left} left out"),
            };
            let left = left_after.as_deref().unwrap_or("unknown");
            let _ = writeln!(text, "  {:<20}{downloads:>8}{cost:>9}{payg:>8}{left:>8}{rest}", flag(choice));
        }
    }
    if let Some(prompt) = &quoted.prompt {
        text.push_str(&outlook::prompt_line(prompt, page(prompt.page)));
    }
    text.truncate(text.trim_end().len());
    text
}

/// What a run does that was agreed to, in a line.
pub(crate) fn this_run(view: &ChoiceView) -> String {
    let ChoiceView { cost, payg, on_device, left_out, .. } = view;
    let mut parts = vec![format!("This run: {}", words::credits(cost))];
    if payg != "0" {
        parts.push(format!("{payg} of them pay-as-you-go"));
    }
    if *on_device > 0 {
        parts.push(format!("{} cut out on this computer, free", words::pictures(*on_device)));
    }
    if *left_out > 0 {
        parts.push(format!("{} left out", words::pictures(*left_out)));
    }
    format!("{}.", parts.join(", "))
}

/// The flag of `clearcut remove` that chooses it.
fn flag(choice: &SpendChoice) -> String {
    match choice {
        SpendChoice::UsePayg => "--use-payg".to_owned(),
        SpendChoice::StopBeforePayg => "--stop-before-payg".to_owned(),
        SpendChoice::RestOnDevice => "--rest-on-device".to_owned(),
        SpendChoice::Cap { credits } => format!("--cap {credits}"),
    }
}

fn row(text: &mut String, name: &str, amount: &str, remark: &str) {
    let line = format!("  {name:<24}{amount:>8}{remark}");
    let _ = writeln!(text, "{}", line.trim_end());
}

const fn name(pocket: PocketView) -> &'static str {
    match pocket {
        PocketView::FreePreviews => "free previews",
        PocketView::Subscription => "from the subscription",
        PocketView::Rollover => "from rollover",
        PocketView::Payg => "from pay-as-you-go",
        PocketView::Enterprise => "from enterprise",
        PocketView::Untold => "covered",
        PocketView::Uncovered => "not covered",
    }
}

/// What a pocket pays to the credit: a picture that two pockets share stands in one stretch.
fn own(quoted: &QuoteView, pocket: PocketView) -> Option<&String> {
    match pocket {
        PocketView::Subscription => Some(&quoted.subscription),
        PocketView::Rollover => Some(&quoted.rollover),
        PocketView::Payg => Some(&quoted.payg),
        PocketView::Enterprise => Some(&quoted.enterprise),
        PocketView::Untold => Some(&quoted.untold),
        PocketView::Uncovered => Some(&quoted.uncovered),
        PocketView::FreePreviews => None,
    }
}

/// A stretch with its place among the charged pictures.
struct Part<'a> {
    pocket: PocketView,
    credits: &'a String,
    first: usize,
    last: usize,
}

fn drawn(stretches: &[StretchView]) -> Vec<Part<'_>> {
    let mut before = 0;
    stretches
        .iter()
        .map(|stretch| {
            let first = before + 1;
            before += stretch.pictures;
            Part { pocket: stretch.pocket, credits: &stretch.credits, first, last: before }
        })
        .collect()
}

fn numbered(first: usize, last: usize) -> String {
    if first == last { format!("charged picture {first}") } else { format!("charged pictures {first} to {last}") }
}

/// The charged pictures side by side, by who pays them.
fn bar(stretches: &[StretchView], columns: usize, drawings: bool) -> String {
    let pictures = |stretch: &StretchView| {
        u32::try_from(stretch.pictures).ok().and_then(|count| Credits::ONE.times(count)).unwrap_or(Credits::MAX)
    };
    let counts: Vec<Credits> = stretches.iter().map(pictures).collect();
    let widths = draw::widths(&counts, columns);
    stretches.iter().zip(widths).map(|(stretch, cells)| Look::of(stretch.pocket).cells(cells, drawings)).collect()
}

fn sentences(quoted: &QuoteView) -> Vec<String> {
    let QuoteView { already_paid, duplicates, unreadable, oversized, existing, payg_from, ends_at, .. } = quoted;
    let crossings = &quoted.crossings;
    let are = |count: usize| if count == 1 { "is" } else { "are" };
    let mut said = Vec::new();
    if *already_paid > 0 {
        said.push(format!("{} {} paid already: free again.", words::pictures(*already_paid), are(*already_paid)));
    }
    if *duplicates > 0 {
        said.push(format!(
            "{} {} the same as an earlier one: paid once.",
            words::pictures(*duplicates),
            are(*duplicates)
        ));
    }
    if *unreadable > 0 {
        let files = if *unreadable == 1 { "1 file".to_owned() } else { format!("{unreadable} files") };
        said.push(format!("{files} cannot be taken and will not be charged."));
    }
    if *oversized > 0 {
        said.push(format!(
            "{} {} too large for the service and will not be sent.",
            words::pictures(*oversized),
            are(*oversized)
        ));
    }
    if *existing > 0 {
        let (are, exist) = (are(*existing), if *existing == 1 { "its cutout exists" } else { "their cutouts exist" });
        said.push(format!("{} {are} left out and will not be charged: {exist}.", words::pictures(*existing)));
    }
    if let Some(first) = payg_from {
        said.push(format!("PAYG begins with picture {first}."));
    }
    match ends_at {
        Some(0) => said.push("The credits do not reach for a single picture.".to_owned()),
        Some(last) => said.push(format!("The credits end after picture {last}, {} short.", quoted.uncovered)),
        None => {}
    }
    // The app says the same lines where the run crosses them, in the same words, and the levels besides.
    let news: Vec<String> = crossings.iter().filter(|crossing| !said.contains(crossing)).cloned().collect();
    said.extend(news);
    said.extend(besides(quoted));
    said
}

/// Bytes, room and time; nothing where nothing would be sent.
fn besides(quoted: &QuoteView) -> Vec<String> {
    if quoted.charged == 0 {
        return Vec::new();
    }
    let mut said = vec![match quoted.disk_free {
        Some(free) => format!(
            "Sends {}; the results take at most {} of {} free.",
            words::bytes(quoted.bytes_up),
            words::bytes(quoted.disk_bytes),
            words::bytes(free)
        ),
        None => format!(
            "Sends {}; the results take at most {}.",
            words::bytes(quoted.bytes_up),
            words::bytes(quoted.disk_bytes)
        ),
    }];
    said.extend(quoted.copies.iter().cloned());
    if quoted.disk_short {
        said.push("The disk has no room for all of them: make room, or save them elsewhere (--out).".to_owned());
    } else if quoted.disk_free.is_some_and(|free| free < quoted.disk_bytes) {
        said.push("The disk may not have room for all of them.".to_owned());
    }
    if let Some(seconds) = quoted.at_least_s.filter(|seconds| *seconds > 0) {
        said.push(format!("The service's rate limit makes it at least {}.", words::lasting(seconds)));
    }
    said
}

#[cfg(test)]
mod tests {
    use clearcut_app::views::{FigureView, SourceView};

    use super::*;

    fn figure(amount: Option<&str>) -> FigureView {
        FigureView { amount: amount.map(str::to_owned), source: SourceView::Measured, age_s: Some(1) }
    }

    fn gauge(subscription: Option<&str>, payg: Option<&str>) -> GaugeView {
        GaugeView { subscription: figure(subscription), payg: figure(payg), ..GaugeView::default() }
    }

    fn stretch(pocket: PocketView, pictures: usize) -> StretchView {
        StretchView { pocket, pictures, credits: pictures.to_string() }
    }

    fn choice(choice: SpendChoice, cost: &str, on_device: usize, left_out: usize) -> ChoiceView {
        let downloads = cost.parse().unwrap();
        let (cost, left_after) = (cost.to_owned(), Some("5".to_owned()));
        ChoiceView {
            choice,
            downloads,
            charged: downloads,
            cost,
            payg: "0".to_owned(),
            on_device,
            left_out,
            left_after,
        }
    }

    fn quoted() -> QuoteView {
        QuoteView {
            pictures: 12,
            charged: 12,
            cost: "12".to_owned(),
            subscription: "10".to_owned(),
            rollover: "0".to_owned(),
            payg: "2".to_owned(),
            stretches: vec![stretch(PocketView::Subscription, 10), stretch(PocketView::Payg, 2)],
            payg_from: Some(11),
            left_after: Some("3".to_owned()),
            crossings: vec!["PAYG begins with picture 11.".to_owned()],
            bytes_up: 1_500_000,
            disk_bytes: 3_000_000,
            disk_free: Some(9_000_000_000),
            at_least_s: Some(90),
            ..QuoteView::default()
        }
    }

    const PLAIN: Out = Out { interactive: false, drawings: true, width: 28 };

    #[test]
    fn the_table_names_each_pocket_its_pictures_and_what_is_left() {
        console::set_colors_enabled(false);
        let text = table(&quoted(), &gauge(Some("10"), Some("5")), &PLAIN);
        assert_eq!(
            text,
            "12 pictures: 12 credits\n  \
             ████████████████████░░░░\n  \
             from the subscription         10  of 10       charged pictures 1 to 10\n  \
             from pay-as-you-go             2  of 5        charged pictures 11 to 12\n                          \
             ────────\n  \
             left afterwards                3\n  \
             PAYG begins with picture 11.\n  \
             Sends 1.5 MB; the results take at most 3.0 MB of 9.0 GB free.\n  \
             The service's rate limit makes it at least 2 minutes."
        );
    }

    #[test]
    fn credits_that_do_not_reach_leave_nothing_to_be_named() {
        let quoted = QuoteView { ends_at: Some(15), ..quoted() };
        let text = table(&quoted, &gauge(Some("10"), Some("5")), &PLAIN);
        assert!(text.contains("credits end after picture 15") && !text.contains("left afterwards"), "{text}");
    }

    #[test]
    fn an_unknown_balance_is_not_called_zero() {
        let quoted = QuoteView { left_after: None, ..quoted() };
        let text = table(&quoted, &gauge(None, None), &PLAIN);
        assert!(!text.contains("left afterwards") && !text.contains("  of "), "{text}");
    }

    #[test]
    fn what_is_not_charged_is_said() {
        let quoted = QuoteView {
            pictures: 6,
            charged: 1,
            already_paid: 1,
            duplicates: 2,
            unreadable: 1,
            oversized: 1,
            ..quoted()
        };
        let text = table(&quoted, &gauge(None, None), &PLAIN);
        assert!(text.starts_with("6 pictures, 1 to be charged: "), "{text}");
        for sentence in [
            "1 picture is paid already",
            "2 pictures are the same",
            "1 file cannot be taken",
            "1 picture is too large for the service",
        ] {
            assert!(text.contains(sentence), "{sentence}: {text}");
        }
    }

    #[test]
    fn each_choice_stands_with_its_flag_and_numbers() {
        let quoted = QuoteView {
            choices: vec![
                choice(SpendChoice::UsePayg, "15", 0, 15),
                choice(SpendChoice::RestOnDevice, "10", 20, 0),
                choice(SpendChoice::Cap { credits: "3".to_owned() }, "3", 0, 27),
            ],
            ..quoted()
        };
        let text = choices(&quoted, |_| None);
        assert!(text.contains("--use-payg                15       15       0       5  15 left out"), "{text}");
        assert!(text.contains("20 cut out on this computer, free") && text.contains("--cap 3"), "{text}");
        assert_eq!(this_run(&quoted.choices[1]), "This run: 10 credits, 20 pictures cut out on this computer, free.");
        assert_eq!(choices(&QuoteView { choices: vec![], ..quoted }, |_| None), "");
    }
}
