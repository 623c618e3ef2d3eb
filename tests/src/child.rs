//! A process that ends with its guard, with whatever it started if it leads a group. Only processes started here are
//! ever ended, each by its own id.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::wait;

/// A running process; dropping it ends it and waits for its end.
#[derive(Debug)]
pub struct Guarded {
    child: Child,
    leads_group: bool,
}

impl Guarded {
    /// Starts `command` with its errors written to `log`.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self> {
        Ok(Self { child: spawn(command, log)?, leads_group: false })
    }

    /// Starts `command` as the leader of a process group of its own, which ends as a whole.
    #[cfg(unix)]
    pub fn start_group(command: &mut Command, log: &Path) -> Result<Self> {
        use std::os::unix::process::CommandExt as _;
        Ok(Self { child: spawn(command.process_group(0), log)?, leads_group: true })
    }

    /// The process itself, to take its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// The process id, which is the group's id too for a leader.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until nothing but the leader is left in the group, so that the end cuts nobody short.
    #[cfg(target_os = "linux")]
    pub fn wait_until_alone(&self, patience: Duration) -> Result<()> {
        wait::until("the window to close", patience, || (members(self.id()).len() <= 1).then_some(()))
    }

    /// Kills the leader and its whole group without a warning.
    pub fn kill_group(mut self) {
        signal("-KILL", &format!("-{}", self.child.id()));
        drop(self.child.wait());
    }

    fn end(&mut self) {
        if self.leads_group {
            signal("-TERM", &format!("-{}", self.child.id()));
        } else {
            signal("-TERM", &self.child.id().to_string());
        }
        let gone = wait::until("a process to end", Duration::from_secs(5), || self.child.try_wait().ok().flatten());
        if gone.is_err() && self.child.kill().is_ok() {
            drop(self.child.wait());
        }
        if self.leads_group {
            signal("-KILL", &format!("-{}", self.child.id()));
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(target_os = "linux")]
impl Guarded {
    /// The ids of the processes in its group.
    pub(crate) fn members(&self) -> Vec<u32> {
        members(self.id())
    }
}

fn spawn(command: &mut Command, log: &Path) -> Result<Child> {
    let errors = File::create(log).with_context(|| log.display().to_string())?;
    let program = command.get_program().to_string_lossy().into_owned();
    command.stderr(Stdio::from(errors)).spawn().with_context(|| format!("could not start {program}"))
}

/// Sends a signal by the system's own tool: std has none but "kill".
fn signal(which: &str, whom: &str) {
    let sent = Command::new("kill").args([which, "--", whom]).stderr(Stdio::null()).status();
    drop(sent); // gone already is as good
}

/// The ids of the processes in a group.
#[cfg(target_os = "linux")]
fn members(group: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| group_of(*pid) == Some(group))
        .collect()
}

/// The group of a process that lives: the fifth field of its `stat`, counted after the parenthesised name.
#[cfg(target_os = "linux")]
fn group_of(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    let state = fields.next()?;
    let group = fields.nth(1)?.parse().ok()?;
    (state != "Z").then_some(group)
}
