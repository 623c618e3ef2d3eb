//! Where words go: results to standard output, talk and problems to standard error. A reader who has gone away is no
//! error: the work that was agreed to is finished, and its result is on the disk.

use std::io::{IsTerminal, Write};

use clearcut_app::problem::Problem;
use console::{Style, Term};
use serde::Serialize;

/// The two streams.
pub(crate) struct Out {
    /// Whether somebody is there to be asked.
    pub(crate) interactive: bool,
    /// Whether blocks and lines can be drawn, or only letters.
    pub(crate) drawings: bool,
    /// Columns of the terminal that results go to.
    pub(crate) width: usize,
}

impl Out {
    /// Looks at what the streams are.
    pub(crate) fn new() -> Self {
        let stdout = Term::stdout();
        Self {
            interactive: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
            drawings: can_draw(),
            width: usize::from(stdout.size().1).clamp(40, 100),
        }
    }

    /// One line of results.
    pub(crate) fn line(&self, text: &str) {
        ignore(writeln!(std::io::stdout(), "{text}"));
    }

    /// One line of results as JSON.
    pub(crate) fn json(&self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.line(&text),
            Err(error) => self.talk(&format!("clearcut: the result could not be written as JSON: {error}.")),
        }
    }

    /// One line of talk.
    pub(crate) fn talk(&self, text: &str) {
        ignore(writeln!(std::io::stderr(), "{text}"));
    }

    /// A question, with the cursor left behind it.
    pub(crate) fn ask(&self, text: &str) {
        let mut stderr = std::io::stderr();
        ignore(write!(stderr, "{text} ").and_then(|()| stderr.flush()));
    }

    /// What went wrong, and what to do.
    pub(crate) fn problem(&self, problem: &Problem) {
        self.talk(&format!("{} {}", Style::new().for_stderr().red().bold().apply_to("clearcut:"), problem.message));
        if !problem.hint.is_empty() {
            self.talk(&format!("  {}", problem.hint));
        }
    }

    /// What went wrong with one file, which is named once.
    pub(crate) fn file_problem(&self, file: &str, problem: &Problem) {
        if problem.message.contains(file) {
            return self.problem(problem);
        }
        self.talk(&format!("{} {}", Style::new().for_stderr().red().apply_to(format!("{file}:")), problem.message));
        if !problem.hint.is_empty() {
            self.talk(&format!("  {}", problem.hint));
        }
    }
}

/// Blocks need a terminal font and a UTF-8 locale; where the locale says nothing, today's systems have both.
fn can_draw() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Nobody is left to tell that nobody is left to tell.
fn ignore(written: std::io::Result<()>) {
    if let Err(error) = written {
        tracing::debug!(%error, "nobody reads what is written");
    }
}
