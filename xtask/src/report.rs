//! The steps of one command: each is announced, timed and remembered, and a table at the end says what became of all
//! of them. Knows nothing about what a step does.
use std::fmt;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

/// What a step that did not fail has to say.
pub(crate) enum Done {
    /// It ran and everything held.
    Passed,
    /// It was left out, for this reason.
    Skipped(String),
}

enum Outcome {
    Passed,
    Skipped(String),
    Failed(String),
}

struct Step {
    name: &'static str,
    took: Duration,
    outcome: Outcome,
}

/// The steps so far.
pub(crate) struct Report {
    steps: Vec<Step>,
    keep_going: bool,
}

impl Report {
    /// With `keep_going` a failed step does not stop the later ones.
    pub(crate) fn new(keep_going: bool) -> Self {
        Self { steps: Vec::new(), keep_going }
    }

    /// Runs one step, unless an earlier one failed and nobody asked to keep going.
    pub(crate) fn step(&mut self, name: &'static str, work: impl FnOnce() -> Result<Done>) {
        if self.failed() > 0 && !self.keep_going {
            let outcome = Outcome::Skipped("an earlier step failed".to_owned());
            self.steps.push(Step { name, took: Duration::ZERO, outcome });
            return;
        }
        println!("\n==> {name}");
        let start = Instant::now();
        let outcome = match work() {
            Ok(Done::Passed) => Outcome::Passed,
            Ok(Done::Skipped(why)) => {
                println!("skipped: {why}");
                Outcome::Skipped(why)
            }
            Err(error) => {
                eprintln!("failed: {error:#}");
                Outcome::Failed(format!("{error:#}"))
            }
        };
        let took = start.elapsed();
        println!("<== {name}: {}", Seconds(took));
        self.steps.push(Step { name, took, outcome });
    }

    fn failed(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Failed(_)))
    }

    fn count(&self, which: impl Fn(&Outcome) -> bool) -> usize {
        self.steps.iter().filter(|step| which(&step.outcome)).count()
    }

    /// Prints the table and the closing line, and turns the whole into an exit code.
    pub(crate) fn close(self) -> ExitCode {
        println!("\n{self}");
        if self.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.steps.iter().map(|step| step.name.len()).max();
        let width = width.unwrap_or_default();
        for step in &self.steps {
            let (word, why) = match &step.outcome {
                Outcome::Passed => ("passed", None),
                Outcome::Skipped(why) => ("skipped", Some(why)),
                Outcome::Failed(why) => ("FAILED", Some(why)),
            };
            let took = Seconds(step.took).to_string();
            write!(f, "{word:8} {:width$} {took:>8}", step.name)?;
            match why.and_then(|why| why.lines().next()) {
                Some(line) => writeln!(f, "  {line}")?,
                None => writeln!(f)?,
            }
        }
        let passed = self.count(|outcome| matches!(outcome, Outcome::Passed));
        let skipped = self.count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        write!(f, "steps: {passed} passed, {} failed, {skipped} skipped", self.failed())
    }
}

/// A duration as people read it on a test run.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_secs() {
            0..60 => write!(f, "{:.1} s", self.0.as_secs_f64()),
            seconds => write!(f, "{} m {:02} s", seconds / 60, seconds % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    #[test]
    fn a_failed_step_stops_the_later_ones_and_is_named() {
        let mut report = Report::new(false);
        report.step("build", || Ok(Done::Passed));
        report.step("test", || Err(anyhow!("two tests failed\nand more")));
        report.step("window", || panic!("must not run"));
        let text = report.to_string();
        assert!(text.contains("FAILED   test") && text.contains("two tests failed"), "{text}");
        assert!(!text.contains("and more"), "{text}");
        assert!(text.ends_with("steps: 1 passed, 1 failed, 1 skipped"), "{text}");
    }

    #[test]
    fn keep_going_runs_the_rest() {
        let mut report = Report::new(true);
        report.step("one", || Err(anyhow!("no")));
        report.step("two", || Ok(Done::Passed));
        assert!(report.to_string().ends_with("steps: 1 passed, 1 failed, 0 skipped"));
    }
}
