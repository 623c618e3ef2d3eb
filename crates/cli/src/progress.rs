//! What moves: a bar on a terminal, one plain line per step elsewhere. Both on standard error.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clearcut_app::views::{Phase, PictureId};
use indicatif::{ProgressBar, ProgressStyle};

/// How often a bar moves that has nothing to count.
const TICK: Duration = Duration::from_millis(120);

/// Progress of the picture at hand.
pub(crate) struct Progress {
    terminal: bool,
    drawings: bool,
    shown: Mutex<Option<Shown>>,
    /// Bytes of something that is no picture.
    bytes: Mutex<Option<ProgressBar>>,
}

/// The picture at hand.
struct Shown {
    picture: PictureId,
    title: String,
    phase: Option<Phase>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Progress on standard error, drawn or told by what it is.
    pub(crate) fn new(drawings: bool) -> Self {
        Self { terminal: std::io::stderr().is_terminal(), drawings, shown: Mutex::new(None), bytes: Mutex::new(None) }
    }

    /// A picture's turn has come.
    pub(crate) fn begin(&self, picture: PictureId, title: String) {
        let bar = self.terminal.then(|| {
            let bar = ProgressBar::new_spinner().with_prefix(title.clone());
            bar.set_style(self.spinner());
            bar.enable_steady_tick(TICK);
            bar
        });
        *self.lock() = Some(Shown { picture, title, phase: None, bar });
    }

    /// The picture's turn is over.
    pub(crate) fn end(&self) {
        if let Some(bar) = self.lock().take().and_then(|shown| shown.bar) {
            bar.finish_and_clear();
        }
    }

    /// A line of its own, above whatever moves.
    pub(crate) fn say(&self, text: &str) {
        match self.lock().as_ref().and_then(|shown| shown.bar.as_ref()) {
            Some(bar) => bar.suspend(|| drop(writeln!(std::io::stderr(), "{text}"))),
            None => drop(writeln!(std::io::stderr(), "{text}")),
        }
    }

    /// Bytes moved, or a phase began.
    pub(crate) fn moved(&self, picture: PictureId, phase: Phase, done: u64, total: Option<u64>) {
        let mut shown = self.lock();
        let Some(shown) = shown.as_mut().filter(|shown| shown.picture == picture) else { return };
        let begun = shown.phase != Some(phase);
        shown.phase = Some(phase);
        match &shown.bar {
            Some(bar) => {
                if begun {
                    bar.set_message(word(phase));
                    let bytes_move = matches!(phase, Phase::Uploading | Phase::Downloading) && total.is_some();
                    bar.set_style(if bytes_move { self.counted() } else { self.spinner() });
                    bar.reset();
                }
                bar.set_length(total.unwrap_or(done));
                bar.set_position(done);
            }
            None if begun => {
                let _nobody_reads = writeln!(std::io::stderr(), "{}: {}", shown.title, word(phase));
            }
            None => {}
        }
    }

    /// So many bytes of something that is no picture; shown on a terminal only, and gone with the last one.
    pub(crate) fn counted_on(&self, done: u64, total: u64) {
        if !self.terminal {
            return;
        }
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bytes.get_or_insert_with(|| {
            let bar = ProgressBar::new(total);
            bar.set_style(self.counted());
            bar
        });
        bar.set_position(done);
        if done >= total {
            bar.finish_and_clear();
            *bytes = None;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Shown>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spinner(&self) -> ProgressStyle {
        let style = ProgressStyle::with_template("{spinner} {prefix:.bold}  {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        if self.drawings { style } else { style.tick_chars("-\\|/-") }
    }

    fn counted(&self) -> ProgressStyle {
        let style = ProgressStyle::with_template("{spinner} {prefix:.bold}  {bar:24}  {bytes} of {total_bytes}  {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        if self.drawings { style.progress_chars("━╸─") } else { style.tick_chars("-\\|/-").progress_chars("#>-") }
    }
}

const fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Uploading => "sending",
        Phase::Waiting => "sent, waiting for the answer",
        Phase::Downloading => "receiving",
        Phase::Saving => "saving",
    }
}
