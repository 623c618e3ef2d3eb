//! From what is missing to a machine that has it: the plan is a pure function of the machine, carrying it out is one
//! apt call, and where nothing may be installed the exact command is shown instead. Nothing missing, nothing touched.
use anyhow::{Context, Result, bail};

use crate::machine::{Machine, Right, System};
use crate::needs::{Need, Purpose, needs_for};
use crate::project;

/// What must happen before the work can begin.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Everything is there.
    Nothing,
    /// These packages, in this order, by apt; with sudo where the user is not root.
    Apt { packages: Vec<&'static str>, sudo: bool },
    /// The user must type these lines.
    ByHand(Vec<String>),
}

/// The needs that were looked for and not found.
pub(crate) fn missing(machine: &dyn Machine, purposes: &[Purpose]) -> Vec<&'static Need> {
    needs_for(machine.system(), purposes).into_iter().filter(|need| !need.is_there(machine)).collect()
}

/// Decides what to do about them.
pub(crate) fn plan(machine: &dyn Machine, missing: &[&'static Need]) -> Plan {
    if missing.is_empty() {
        return Plan::Nothing;
    }
    let by_apt = machine.system() == System::Debian;
    let manual: Vec<String> =
        missing.iter().filter(|need| !by_apt || need.apt.is_empty()).map(|need| need.by_hand.to_owned()).collect();
    let mut packages: Vec<&'static str> = Vec::new();
    if by_apt {
        for package in missing.iter().flat_map(|need| need.apt) {
            if !packages.contains(package) {
                packages.push(package);
            }
        }
    }
    match machine.right() {
        // What apt cannot bring must be said before minutes go into what it can.
        _ if !manual.is_empty() => {
            let apt = (!packages.is_empty()).then(|| apt_line(&packages));
            Plan::ByHand(apt.into_iter().chain(manual).collect())
        }
        Right::None => Plan::ByHand(vec![apt_line(&packages)]),
        right => Plan::Apt { packages, sudo: right == Right::Sudo },
    }
}

fn apt_line(packages: &[&str]) -> String {
    format!("sudo apt-get install {}", packages.join(" "))
}

/// Makes sure that everything `purposes` need is there: says what is missing and why, then installs it or shows how.
pub(crate) fn ensure(machine: &dyn Machine, purposes: &[Purpose]) -> Result<()> {
    let lacking = missing(machine, purposes);
    let plan = plan(machine, &lacking);
    if plan == Plan::Nothing {
        return Ok(());
    }
    println!("Missing on this machine:");
    for need in &lacking {
        println!("  {}, needed to {}", need.name, need.why);
    }
    match plan {
        Plan::Nothing => {}
        Plan::ByHand(lines) => bail!("please type this, then start again:\n  {}", lines.join("\n  ")),
        Plan::Apt { packages, sudo } => {
            let how = if sudo { "with sudo apt-get" } else { "with apt-get" };
            println!("Installing {how}: {}", packages.join(" "));
            apt(&["update", "-q"], sudo).context("apt-get update failed")?;
            let mut args = vec!["install", "-y", "-q", "--no-install-recommends"];
            args.extend(&packages);
            apt(&args, sudo).context("apt-get install failed")?;
        }
    }
    let still: Vec<_> = missing(machine, purposes);
    if still.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = still.iter().map(|need| need.name).collect();
    bail!("installed, but still not found: {}; is another copy first on the path?", names.join(", "))
}

fn apt(args: &[&str], sudo: bool) -> Result<()> {
    let mut command = if sudo {
        let mut command = project::command("sudo");
        command.args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
    } else {
        let mut command = project::command("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    project::run(command.args(args))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::testing::FakeMachine;

    const DESKTOP: &[Purpose] = &[Purpose::Desktop];
    const TRAY: &str = "sh -c PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -q 'appindicator3\\.so\\.1'";
    const GTK_PYTHON: &str = "/usr/bin/python3 -c import gi; gi.require_version('Gtk', '3.0')";

    fn planned(machine: &FakeMachine, purposes: &[Purpose]) -> Plan {
        plan(machine, &missing(machine, purposes))
    }

    #[test]
    fn a_machine_that_has_everything_is_left_alone() {
        let machine = FakeMachine {
            system: System::Debian,
            right: Right::None,
            has: vec!["cc", "npm", "pkg-config", "webkit2gtk-4.1", "gtk+-3.0", TRAY],
        };
        assert_eq!(planned(&machine, DESKTOP), Plan::Nothing);
    }

    #[test]
    fn only_what_is_missing_is_installed() {
        let machine = FakeMachine {
            system: System::Debian,
            right: Right::Root,
            has: vec!["cc", "npm", "pkg-config", "gtk+-3.0", "Xvfb", "xwininfo", "dunst", TRAY, GTK_PYTHON],
        };
        let expected = Plan::Apt {
            packages: vec!["libwebkit2gtk-4.1-dev", "webkit2gtk-driver", "openbox", "xdotool", "dbus", "gnome-keyring"],
            sudo: false,
        };
        assert_eq!(planned(&machine, &[Purpose::Desktop, Purpose::WindowTests]), expected);
    }

    #[test]
    fn without_root_sudo_is_used_and_without_either_the_line_is_shown() {
        let has = vec!["npm", "pkg-config", "webkit2gtk-4.1", "gtk+-3.0", TRAY];
        let mut machine = FakeMachine { system: System::Debian, right: Right::Sudo, has };
        let packages = vec!["build-essential"];
        assert_eq!(planned(&machine, DESKTOP), Plan::Apt { packages, sudo: true });
        machine.right = Right::None;
        let line = "sudo apt-get install build-essential".to_owned();
        assert_eq!(planned(&machine, DESKTOP), Plan::ByHand(vec![line]));
    }

    #[test]
    fn missing_node_is_told_before_anything_is_installed() {
        let machine =
            FakeMachine { system: System::Debian, right: Right::Root, has: vec!["cc", "pkg-config", "gtk+-3.0", TRAY] };
        let Plan::ByHand(lines) = planned(&machine, DESKTOP) else {
            panic!("must not install yet");
        };
        assert_eq!(lines[0], "sudo apt-get install libwebkit2gtk-4.1-dev");
        assert!(lines[1].contains("Node.js"), "{lines:?}");
    }

    #[test]
    fn elsewhere_the_exact_command_is_shown() {
        for (system, word) in [
            (System::MacOs, "xcode-select --install"),
            (System::Windows, "winget install"),
            (System::OtherUnix, "webkit2gtk4.1-devel"),
        ] {
            let machine = FakeMachine { system, right: Right::Sudo, has: vec![] };
            let Plan::ByHand(lines) = planned(&machine, DESKTOP) else {
                panic!("nothing is installed on {system:?}");
            };
            assert!(lines.join("\n").contains(word), "{lines:?}");
        }
    }
}
