//! Folders that misbehave as disks do: one that is full, one that cannot be written. Both are real mounts, because root
//! ignores permissions; where mounting is not allowed the reason is given, so that a test can say why it is left out.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};

/// A mounted folder; unmounted when dropped.
#[derive(Debug)]
pub struct Mount {
    folder: PathBuf,
}

impl Mount {
    /// A disk of its own of `size_kib` KiB at `folder`.
    pub fn small_disk(folder: &Path, size_kib: u32) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        mount(&["-t", "tmpfs", "-o", &format!("size={size_kib}k"), "tmpfs"], folder)?;
        Ok(Self { folder: folder.to_path_buf() })
    }

    /// `folder` as it is, but not to be written.
    pub fn read_only(folder: &Path) -> Result<Self> {
        let source = folder.to_string_lossy().into_owned();
        mount(&["--bind", &source], folder)?;
        let mounted = Self { folder: folder.to_path_buf() };
        mount(&["-o", "remount,bind,ro"], folder)?;
        Ok(mounted)
    }

    /// Fills what room is left but `keep_kib` KiB.
    pub fn fill(&self, keep_kib: usize) -> Result<()> {
        let filler = self.folder.join("filler");
        let mut content = Vec::new();
        // Write until the disk says no, then give back what is to stay free.
        while std::fs::write(&filler, &content).is_ok() {
            content.resize(content.len() + 16 * 1024, 0);
        }
        content.truncate(content.len().saturating_sub((keep_kib + 16) * 1024));
        std::fs::write(&filler, &content)?;
        Ok(())
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(&self.folder).status());
    }
}

fn mount(args: &[&str], folder: &Path) -> Result<()> {
    let output = Command::new("mount").args(args).arg(folder).output()?;
    ensure!(output.status.success(), "mount: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}
