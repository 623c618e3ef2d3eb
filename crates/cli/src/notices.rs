//! `clearcut notices`: the levels to be told of, and the hours without notices.

use clearcut_app::problem::Problem;
use clearcut_app::views::{QuietHours, SettingsView};
use serde::Serialize;

use crate::args::{Notices, NoticesAction};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::{Opening, Session};

/// The document of `--json`.
#[derive(Serialize)]
struct Document<'a> {
    levels: &'a [u8],
    quiet_hours: Option<QuietHours>,
}

/// Runs the command.
pub(crate) async fn notices(
    asked: Notices,
    opening: Opening,
    out: &Out,
    interrupt: &Interrupt,
) -> Result<Exit, Problem> {
    let session = Session::open(opening, out, interrupt).await?;
    let settings = Box::pin(perform(asked.action, &session)).await;
    session.close().await;
    let SettingsView { notice_levels, quiet_hours, .. } = settings?;
    if asked.json {
        out.json(&Document { levels: &notice_levels, quiet_hours });
    } else {
        out.line(&said(&notice_levels, quiet_hours));
    }
    Ok(Exit::Done)
}

async fn perform(action: Option<NoticesAction>, session: &Session<'_>) -> Result<SettingsView, Problem> {
    let now = session.app.overview().await?.settings;
    match action {
        Some(NoticesAction::Set { levels, quiet }) => {
            let levels = levels.map_or(now.notice_levels, |levels| levels.0);
            session.app.set_notices(levels, quiet.map_or(now.quiet_hours, |quiet| quiet.0)).await
        }
        Some(NoticesAction::Show) | None => Ok(now),
    }
}

fn said(levels: &[u8], quiet: Option<QuietHours>) -> String {
    let levels = levels.iter().map(|level| format!("{level} %")).collect::<Vec<_>>().join(", ");
    let levels = if levels.is_empty() { String::new() } else { format!("at {levels} of the month's credits, ") };
    let quiet = quiet.map_or_else(
        || "none".to_owned(),
        |QuietHours { from, until }| format!("from {from:02}:00 until {until:02}:00"),
    );
    format!("Told once a cycle: {levels}when pay-as-you-go begins, and at zero.\nQuiet hours: {quiet}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_hours_are_said() {
        assert_eq!(
            said(&[50, 80], Some(QuietHours { from: 22, until: 7 })),
            "Told once a cycle: at 50 %, 80 % of the month's credits, when pay-as-you-go begins, and at zero.\n\
             Quiet hours: from 22:00 until 07:00."
        );
        assert!(said(&[], None).ends_with("Quiet hours: none."));
    }
}
