//! What this machine is and has: its system, its programs, its libraries. Only looks; changes nothing.
use std::path::{Path, PathBuf};

use crate::project::{self, command};

/// The kinds of machine that set-up treats differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    /// Debian, Ubuntu and their kin: packages come by apt.
    Debian,
    /// Any other Linux or Unix: packages are named, the user installs them.
    OtherUnix,
    /// macOS: Xcode's command-line tools and Homebrew.
    MacOs,
    /// Windows: winget.
    Windows,
}

/// By which right packages can be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// The user is root.
    Root,
    /// The user may become root through sudo.
    Sudo,
    /// Neither: the command can only be shown.
    None,
}

/// What set-up asks of a machine; faked in tests.
pub(crate) trait Machine {
    /// Which kind of machine it is.
    fn system(&self) -> System;
    /// How packages could be installed.
    fn right(&self) -> Right;
    /// Is a program of this name on the path?
    fn has_program(&self, name: &str) -> bool;
    /// Does pkg-config know this module?
    fn has_library(&self, module: &str) -> bool;
    /// Does this command succeed?
    fn succeeds(&self, program: &str, args: &[&str]) -> bool;
}

/// The machine this runs on.
pub(crate) struct ThisMachine;

impl Machine for ThisMachine {
    fn system(&self) -> System {
        if cfg!(windows) {
            System::Windows
        } else if cfg!(target_os = "macos") {
            System::MacOs
        } else if self.has_program("apt-get") && Path::new("/etc/debian_version").exists() {
            System::Debian
        } else {
            System::OtherUnix
        }
    }

    fn right(&self) -> Right {
        if project::output(command("id").arg("-u")).as_deref() == Some("0") {
            Right::Root
        } else if self.has_program("sudo") {
            Right::Sudo
        } else {
            Right::None
        }
    }

    fn has_program(&self, name: &str) -> bool {
        find_program(name).is_some()
    }

    fn has_library(&self, module: &str) -> bool {
        self.succeeds("pkg-config", &["--exists", module])
    }

    fn succeeds(&self, program: &str, args: &[&str]) -> bool {
        project::succeeds(command(program).args(args))
    }
}

/// The first executable of this name on the path.
fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat"] } else { &[""] };
    std::env::split_paths(&path)
        .flat_map(|dir| endings.iter().map(move |end| dir.join(format!("{name}{end}"))))
        .find(|file| is_executable(file))
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &Path) -> bool {
    file.is_file()
}

/// Is there a screen to open a window on?
pub(crate) fn has_display() -> bool {
    if cfg!(any(windows, target_os = "macos")) {
        return true;
    }
    ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(test)]
pub(crate) mod testing {
    //! A machine made of three lists.
    use super::{Machine, Right, System};

    /// Everything not listed is missing.
    pub(crate) struct FakeMachine {
        pub(crate) system: System,
        pub(crate) right: Right,
        pub(crate) has: Vec<&'static str>,
    }

    impl Machine for FakeMachine {
        fn system(&self) -> System {
            self.system
        }

        fn right(&self) -> Right {
            self.right
        }

        fn has_program(&self, name: &str) -> bool {
            self.has.contains(&name)
        }

        fn has_library(&self, module: &str) -> bool {
            self.has.contains(&module)
        }

        fn succeeds(&self, program: &str, args: &[&str]) -> bool {
            let line = format!("{program} {}", args.join(" "));
            self.has.iter().any(|has| *has == line)
        }
    }
}
