//! The report of a run over several FILEs: one line for each as it ends, and what it all came to.

use std::path::PathBuf;

use clearcut_app::Credits;
use clearcut_app::problem::Problem;

use crate::exit::Exit;
use crate::line::{Line, State};
use crate::out::Out;
use crate::words;

/// What a run came to so far.
pub(crate) struct Report<'a> {
    out: &'a Out,
    json: bool,
    exit: Exit,
    saved: usize,
    others: usize,
    charged: Credits,
}

impl<'a> Report<'a> {
    /// An empty report.
    pub(crate) fn new(out: &'a Out, json: bool) -> Self {
        Self { out, json, exit: Exit::Done, saved: 0, others: 0, charged: Credits::ZERO }
    }

    /// What became of one FILE; `remark` is said to people behind it.
    pub(crate) fn tell(&mut self, line: &Line, remark: &str) {
        self.exit = self.exit.or_graver(line.exit());
        let charged = line.charged.as_deref().and_then(|charged| charged.parse().ok()).unwrap_or(Credits::ZERO);
        self.charged = self.charged.saturating_add(charged);
        if matches!(line.state, State::Done | State::OnDevice) {
            self.saved += 1;
        } else {
            self.others += 1;
        }
        if self.json {
            self.out.json(line);
        }
        match (&line.error, &line.output) {
            (Some(problem), _) => self.out.file_problem(&line.input, problem),
            (None, Some(output)) if !self.json => {
                let (arrow, by) = if self.out.drawings { ("→", "×") } else { ("->", "x") };
                let size = match (line.width, line.height) {
                    (Some(width), Some(height)) => format!("  {width} {by} {height}"),
                    _ => String::new(),
                };
                self.out.line(&format!("{} {arrow} {output}{size}  {remark}", line.input));
            }
            (None, _) => {}
        }
    }

    /// What ended the run before its end: told once to people, and to scripts for every one of `files` that has no line yet.
    pub(crate) fn broken_off(&mut self, files: &[PathBuf], problem: &Problem) {
        self.exit = self.exit.or_graver(Exit::of(problem.code));
        self.out.problem(problem);
        if self.json {
            for file in files.iter().skip(self.saved + self.others) {
                self.out.json(&Line::of_problem(file.display().to_string(), problem.clone(), None));
            }
        }
    }

    /// Something else that the exit code must tell.
    pub(crate) fn also(&mut self, exit: Exit) {
        self.exit = self.exit.or_graver(exit);
    }

    /// Whether anything was charged.
    pub(crate) fn has_charges(&self) -> bool {
        !self.charged.is_zero()
    }

    /// "2 pictures saved, 1 not; 2 credits charged".
    pub(crate) fn summary(&self) -> String {
        let not = if self.others == 0 { String::new() } else { format!(", {} not", self.others) };
        format!("{} saved{not}; {} charged", words::pictures(self.saved), words::credits(&self.charged.to_string()))
    }

    /// How the run ended.
    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }
}
