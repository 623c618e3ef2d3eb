//! The last lines of the log, kept in memory for the diagnostics archive. One tail a process, as there is one log. Refuses to write to
//! any disk: what nobody asked for must not lie about.

use std::collections::VecDeque;
use std::io;
use std::sync::{Mutex, PoisonError};

/// So many bytes are kept; the oldest lines go first.
const KEPT_BYTES: usize = 256 << 10;

static LINES: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());

/// Writes into the tail; what the log is pointed at, beside standard error.
#[derive(Debug, Clone, Copy, Default)]
pub struct LogTail;

impl LogTail {
    /// The lines kept, oldest first.
    #[must_use]
    pub fn lines() -> Vec<String> {
        LINES.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl io::Write for LogTail {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
        lines.extend(text.lines().filter(|line| !line.is_empty()).map(str::to_owned));
        let mut held: usize = lines.iter().map(String::len).sum();
        while held > KEPT_BYTES {
            held -= lines.pop_front().map_or(held, |line| line.len());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::io::Write as _;

    use super::*;

    #[test]
    fn the_newest_lines_stay() {
        let line = "x".repeat(1000);
        for number in 0..400 {
            LogTail.write_all(format!("{number} {line}\n").as_bytes()).unwrap();
        }
        let lines = LogTail::lines();
        assert!(lines.len() < 300 && lines.iter().map(String::len).sum::<usize>() <= KEPT_BYTES, "{}", lines.len());
        assert!(lines.last().unwrap().starts_with("399 "));
    }
}
