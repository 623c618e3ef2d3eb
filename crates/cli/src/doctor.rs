//! `clearcut doctor`: what could be wrong with this installation, checked and said in words.

use clearcut_app::CheckState;
use clearcut_app::problem::Problem;
use console::Style;
use serde::Serialize;

use crate::args::Doctor;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::{Opening, Session};

/// One check of `doctor --json`.
#[derive(Serialize)]
struct Checked {
    name: &'static str,
    state: &'static str,
    text: String,
}

/// Runs the command.
pub(crate) async fn doctor(asked: Doctor, opening: Opening, out: &Out, interrupt: &Interrupt) -> Result<Exit, Problem> {
    let session = Session::open(opening, out, interrupt).await?;
    let checks = Box::pin(session.app.doctor()).await;
    session.close().await;
    let exit = if checks.iter().any(|check| check.ok == CheckState::Bad) { Exit::Other } else { Exit::Done };
    let checks: Vec<Checked> =
        checks.into_iter().map(|check| Checked { name: check.name, state: word(check.ok), text: check.text }).collect();
    if asked.json {
        out.json(&checks);
        return Ok(exit);
    }
    for check in &checks {
        let (style, mark) = match check.state {
            "good" => (Style::new().green(), if out.drawings { "✓" } else { "ok  " }),
            "warning" => (Style::new().yellow(), if out.drawings { "!" } else { "warn" }),
            _ => (Style::new().red(), if out.drawings { "✗" } else { "bad " }),
        };
        out.line(&format!("{} {:<18}{}", style.apply_to(mark), check.name, check.text));
    }
    Ok(exit)
}

const fn word(state: CheckState) -> &'static str {
    match state {
        CheckState::Good => "good",
        CheckState::Warning => "warning",
        CheckState::Bad => "bad",
    }
}
