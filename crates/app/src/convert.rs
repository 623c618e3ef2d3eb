//! From the inner rooms' types to the views, by exhaustive destructuring: a field that is added inside does not compile
//! here until somebody has decided what the edge says of it.

use clearcut_batch::{Existing, Finished, Phase as BatchPhase, Warning};
use clearcut_credits::Source;
use clearcut_imaging::{Background, Look, OutputFormat};
use clearcut_service::wire::Size;
use clearcut_service::{Pages, ProfileKind};
use clearcut_store::JobState;
use url::Url;

use crate::intake::file_name;
use crate::problem::{Code, Problem};
use crate::views::{
    AccountKind, Event, ExistingChoice, FormatChoice, OutputOptions, Page, Phase, PictureId, PictureState, ResultView,
    SizeChoice, SourceView,
};

pub(crate) fn source(source: Source) -> SourceView {
    match source {
        Source::Measured => SourceView::Measured,
        Source::Entered => SourceView::Entered,
        Source::Inferred => SourceView::Inferred,
        Source::Unknown => SourceView::Unknown,
    }
}

pub(crate) fn result(finished: &Finished, options: &OutputOptions) -> ResultView {
    let Finished { job: _, output, charged, basis, width, height, from_vault, warnings } = finished;
    ResultView {
        charged: charged.to_string(),
        basis: source(*basis),
        width: *width,
        height: *height,
        file_name: file_name(output),
        from_vault: *from_vault,
        on_device: false,
        options: options.clone(),
        warnings: warnings.iter().map(warning).collect(),
    }
}

/// What is shown of a picture whose job comes to `state`; `None` at its ends, which are told with the outcome: it knows more.
pub(crate) fn on_its_way(state: JobState) -> Option<PictureState> {
    match state {
        JobState::Reserved | JobState::Sending => Some(PictureState::Sending),
        JobState::Answered | JobState::Settled => Some(PictureState::Saving),
        _ => None,
    }
}

/// How far a picture is: its phase, what is done of it, and the total where that is known.
pub(crate) fn progress(picture: PictureId, phase: BatchPhase, done: u64, total: Option<u64>) -> Event {
    let (phase, done, total) = match phase {
        // All of it is out: from here on there is nothing to count until the answer comes.
        BatchPhase::Upload if total == Some(done) => (Phase::Waiting, 0, None),
        BatchPhase::Upload => (Phase::Uploading, done, total),
        BatchPhase::Download => (Phase::Downloading, done, total),
        BatchPhase::Wait => (Phase::Waiting, done, total),
        BatchPhase::Save => (Phase::Saving, done, total),
    };
    Event::Progress { picture, phase, done, total }
}

/// A warning as a sentence.
pub(crate) fn warning(warning: &Warning) -> String {
    match warning {
        Warning::Smaller { expected, got } => format!(
            "The service sent {} × {} pixels where {} × {} were asked for.",
            got.0, got.1, expected.0, expected.1
        ),
        Warning::ChargeDiffers { quoted, charged } => {
            format!("The service charged {charged} where the quote said {quoted}.")
        }
        Warning::ChargeNotTold => "The service did not say what it charged; the quoted sum was booked.".to_owned(),
        Warning::NotReplaced => {
            "There is no trash for the earlier file here, so it was left as it is and the new one got a number."
                .to_owned()
        }
        Warning::EarlierUndecided => {
            "An earlier request for this picture went unanswered and may have been charged as well.".to_owned()
        }
    }
}

pub(crate) fn existing(choice: ExistingChoice) -> Existing {
    match choice {
        ExistingChoice::Number => Existing::Number,
        ExistingChoice::Skip => Existing::Skip,
        ExistingChoice::Replace => Existing::Replace,
    }
}

pub(crate) fn size(choice: SizeChoice) -> Size {
    match choice {
        SizeChoice::Preview => Size::Preview,
        SizeChoice::Medium => Size::Medium,
        SizeChoice::Hd => Size::Hd,
        SizeChoice::Full => Size::Full,
        SizeChoice::FiftyMp => Size::FiftyMp,
    }
}

pub(crate) fn size_choice(size: Size) -> SizeChoice {
    match size {
        Size::Preview => SizeChoice::Preview,
        Size::Medium => SizeChoice::Medium,
        Size::Hd => SizeChoice::Hd,
        Size::Full => SizeChoice::Full,
        Size::FiftyMp => SizeChoice::FiftyMp,
    }
}

pub(crate) fn format_choice(format: OutputFormat) -> FormatChoice {
    match format {
        OutputFormat::Png => FormatChoice::Png,
        OutputFormat::Jpg => FormatChoice::Jpg,
        OutputFormat::WebP => FormatChoice::Webp,
        OutputFormat::Zip => FormatChoice::Zip,
    }
}

/// The background of a look as the options name it; `None` for none.
pub(crate) fn background_text(look: &Look) -> Option<String> {
    match look.background {
        Background::Transparent => None,
        Background::Colour(rgb) => Some(colour_text(rgb)),
    }
}

pub(crate) fn format(choice: FormatChoice) -> OutputFormat {
    match choice {
        FormatChoice::Png => OutputFormat::Png,
        FormatChoice::Jpg => OutputFormat::Jpg,
        FormatChoice::Webp => OutputFormat::WebP,
        FormatChoice::Zip => OutputFormat::Zip,
    }
}

/// The look that the options ask for. JPG has no transparency: it stands on white unless a colour is chosen.
///
/// # Errors
/// When the colour is not `#rrggbb`, `rrggbb` or `#rgb`.
pub(crate) fn look(options: &OutputOptions) -> Result<Look, Problem> {
    let background = match (&options.background, options.format) {
        (Some(text), _) => Background::Colour(colour(text)?),
        (None, FormatChoice::Jpg) => Background::Colour([255; 3]),
        (None, FormatChoice::Png | FormatChoice::Webp | FormatChoice::Zip) => Background::Transparent,
    };
    Ok(Look { background })
}

/// A colour as `#rrggbb`.
pub(crate) fn colour_text([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

pub(crate) fn colour(text: &str) -> Result<[u8; 3], Problem> {
    let wrong = || {
        Problem::new(Code::BadRequest, format!("“{text}” is no colour."), "Write it as #rrggbb, for example #ffffff.")
    };
    let digits = text.strip_prefix('#').unwrap_or(text);
    let digits: Vec<u8> = digits
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect::<Option<_>>()
        .ok_or_else(wrong)?;
    match digits[..] {
        [r, g, b] => Ok([r * 17, g * 17, b * 17]),
        [r1, r0, g1, g0, b1, b0] => Ok([r1 * 16 + r0, g1 * 16 + g0, b1 * 16 + b0]),
        _ => Err(wrong()),
    }
}

pub(crate) fn kind(kind: ProfileKind) -> AccountKind {
    match kind {
        ProfileKind::RemoveBg => AccountKind::RemoveBg,
        ProfileKind::Compatible => AccountKind::Compatible,
        ProfileKind::SelfHosted => AccountKind::SelfHosted,
        ProfileKind::Practice => AccountKind::Practice,
    }
}

/// The address of a page, where the service has it.
pub(crate) fn page_address(pages: &Pages, page: Page) -> Option<&Url> {
    let Pages { key, upgrade, top_up, status, help, refund } = pages;
    match page {
        Page::Key => key.as_ref(),
        Page::Upgrade => upgrade.as_ref(),
        Page::TopUp => top_up.as_ref(),
        Page::Status => status.as_ref(),
        Page::Help => help.as_ref(),
        Page::Refund => refund.as_ref(),
    }
}

/// The pages that a service has.
pub(crate) fn pages(pages: &Pages) -> Vec<Page> {
    [Page::Key, Page::Upgrade, Page::TopUp, Page::Status, Page::Help, Page::Refund]
        .into_iter()
        .filter(|page| page_address(pages, *page).is_some())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("#ffffff", [255, 255, 255])]
    #[case("0a7F10", [10, 127, 16])]
    #[case("#f80", [255, 136, 0])]
    fn colours_are_read(#[case] text: &str, #[case] expected: [u8; 3]) {
        assert_eq!(colour(text).unwrap(), expected);
    }

    #[rstest]
    #[case("")]
    #[case("#ffff")]
    #[case("white")]
    #[case("#ÿÿÿ")]
    fn what_is_no_colour_is_refused(#[case] text: &str) {
        assert_eq!(colour(text).unwrap_err().code, Code::BadRequest);
    }

    #[test]
    fn a_jpg_stands_on_white_and_a_png_on_nothing() {
        let of = |format| look(&OutputOptions { format, ..OutputOptions::default() }).unwrap().background;
        assert_eq!(of(FormatChoice::Jpg), Background::Colour([255; 3]));
        assert_eq!(of(FormatChoice::Png), Background::Transparent);
    }
}
