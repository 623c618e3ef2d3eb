//! What an open window takes of the machine: memory and processor time of the program and of the web view's own processes together.

use std::fs;

use anyhow::{Context, Result, ensure};

/// What the processes of a window take.
#[derive(Debug, Clone, Copy)]
pub struct Footprint {
    /// Resident memory in bytes, pages that several processes share counted in shares (proportional set size, `smaps_rollup`).
    pub memory: u64,
    /// Processor time since their start, in ticks of a hundredth of a second (`USER_HZ`).
    pub ticks: u64,
}

/// The name of the process that drives the window; it is no part of the window.
const DRIVER: &str = "WebKitWebDriver";

impl Footprint {
    /// Of these processes, without the one that drives them.
    pub(crate) fn of(processes: &[u32]) -> Result<Self> {
        let mut sum = Self { memory: 0, ticks: 0 };
        let mut counted = 0;
        for pid in processes {
            // The kernel keeps fifteen letters of a name.
            let Ok(name) = fs::read_to_string(format!("/proc/{pid}/comm")) else { continue };
            if DRIVER.starts_with(name.trim_end()) {
                continue;
            }
            sum.memory += memory(*pid)?;
            sum.ticks += ticks(*pid)?;
            counted += 1;
        }
        ensure!(counted > 1, "the window and its web view are more than {counted} processes");
        Ok(sum)
    }
}

fn memory(pid: u32) -> Result<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss")?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim_end().parse()?;
    Ok(kibibytes * 1024)
}

/// User and system time: the fourteenth and fifteenth field of `stat`, counted after the parenthesised name.
fn ticks(pid: u32) -> Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = stat.rsplit_once(") ").context("no stat")?.1;
    let times = fields.split(' ').skip(11).take(2).map(str::parse::<u64>);
    Ok(times.sum::<Result<u64, _>>()?)
}
