//! What the project needs from a machine beyond Rust: one row a thing, with the reason, the look that finds it and the
//! way to get it on each system. Plain data; looking and installing happen elsewhere.
use crate::machine::{Machine, System};

/// What somebody is about to do; each asks only for its own rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Build and run the terminal program. Needs nothing of a desktop.
    Terminal,
    /// Build and run the desktop app.
    Desktop,
    /// Drive the real window on a private display.
    WindowTests,
    /// Check the practice service against the official description.
    Conformance,
}

/// How a need is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Look {
    /// A program on the path.
    Program(&'static str),
    /// A module that pkg-config knows.
    Library(&'static str),
    /// A command that succeeds.
    Command(&'static str, &'static [&'static str]),
}

/// One thing that must be there.
#[derive(Debug)]
pub(crate) struct Need {
    /// The name a person knows it by.
    pub(crate) name: &'static str,
    /// What it is for, to complete "needed to …".
    pub(crate) why: &'static str,
    /// The jobs that need it.
    pub(crate) purposes: &'static [Purpose],
    /// The systems it is asked of.
    pub(crate) systems: &'static [System],
    /// How it is found.
    pub(crate) look: Look,
    /// Debian's packages that bring it; empty where apt cannot.
    pub(crate) apt: &'static [&'static str],
    /// The command that brings it where packages are not installed for the user.
    pub(crate) by_hand: &'static str,
}

impl Need {
    /// Looks for it on this machine.
    pub(crate) fn is_there(&self, machine: &dyn Machine) -> bool {
        match self.look {
            Look::Program(name) => machine.has_program(name),
            Look::Library(module) => machine.has_library(module),
            Look::Command(program, args) => machine.succeeds(program, args),
        }
    }
}

/// The rows that `system` must have for any of `purposes`, in the order of the table.
pub(crate) fn needs_for(system: System, purposes: &[Purpose]) -> Vec<&'static Need> {
    NEEDS
        .iter()
        .filter(|need| need.systems.contains(&system))
        .filter(|need| need.purposes.iter().any(|p| purposes.contains(p)))
        .collect()
}

use Purpose::{Conformance, Desktop, Terminal, WindowTests};
use System::{Debian, MacOs, OtherUnix, Windows};

const LINUX: &[System] = &[Debian, OtherUnix];
const UNIX: &[System] = &[Debian, OtherUnix, MacOs];

/// The tray's library is loaded while the app runs, so only the loader knows it. Elsewhere the app goes without.
const TRAY: Look =
    Look::Command("sh", &["-c", "PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -q 'appindicator3\\.so\\.1'"]);

static NEEDS: &[Need] = &[
    Need {
        name: "C compiler",
        why: "build SQLite and the TLS library",
        purposes: &[Terminal, Desktop],
        systems: LINUX,
        look: Look::Program("cc"),
        apt: &["build-essential"],
        by_hand: "install gcc and make",
    },
    Need {
        name: "Xcode command-line tools",
        why: "build SQLite and the TLS library",
        purposes: &[Terminal, Desktop],
        systems: &[MacOs],
        look: Look::Command("xcode-select", &["-p"]),
        apt: &[],
        by_hand: "xcode-select --install",
    },
    Need {
        name: "WebView2 runtime",
        why: "show the window",
        purposes: &[Desktop],
        systems: &[Windows],
        look: Look::Command(
            "reg",
            &[
                "query",
                r"HKLM\SOFTWARE\WOW6432Node\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}",
                "/v",
                "pv",
            ],
        ),
        apt: &[],
        by_hand: "winget install --id Microsoft.EdgeWebView2Runtime --exact",
    },
    Need {
        name: "Node.js with npm",
        why: "build the user interface",
        purposes: &[Desktop],
        systems: UNIX,
        look: Look::Program("npm"),
        apt: &[], // Debian's own is too old; the version is checked where npm is called
        by_hand: "install Node.js 20.19 or newer from nodejs.org (macOS: brew install node)",
    },
    Need {
        name: "Node.js with npm",
        why: "build the user interface",
        purposes: &[Desktop],
        systems: &[Windows],
        look: Look::Program("npm"),
        apt: &[],
        by_hand: "winget install --id OpenJS.NodeJS.LTS --exact",
    },
    Need {
        name: "pkg-config",
        why: "find the system's libraries",
        purposes: &[Desktop],
        systems: LINUX,
        look: Look::Program("pkg-config"),
        apt: &["pkg-config"],
        by_hand: "install pkg-config",
    },
    Need {
        name: "WebKitGTK 4.1",
        why: "show the window",
        purposes: &[Desktop],
        systems: LINUX,
        look: Look::Library("webkit2gtk-4.1"),
        apt: &["libwebkit2gtk-4.1-dev"],
        by_hand: "install WebKitGTK 4.1 with its headers (Fedora: webkit2gtk4.1-devel, Arch: webkit2gtk-4.1)",
    },
    Need {
        name: "GTK 3",
        why: "show the window",
        purposes: &[Desktop],
        systems: LINUX,
        look: Look::Library("gtk+-3.0"),
        apt: &["libgtk-3-dev"],
        by_hand: "install GTK 3 with its headers (Fedora: gtk3-devel, Arch: gtk3)",
    },
    Need {
        name: "Ayatana AppIndicator",
        why: "show the credits in the tray",
        purposes: &[Desktop, WindowTests],
        systems: &[Debian],
        look: TRAY,
        apt: &["libayatana-appindicator3-1"],
        by_hand: "install libayatana-appindicator3",
    },
    Need {
        name: "Ayatana AppIndicator",
        why: "see what the tray shows in tests",
        purposes: &[WindowTests],
        systems: &[OtherUnix],
        look: TRAY,
        apt: &[],
        by_hand: "install Ayatana's AppIndicator library (Fedora, Arch: libayatana-appindicator-gtk3)",
    },
    Need {
        name: "WebKitWebDriver",
        why: "press the window's buttons in tests",
        purposes: &[WindowTests],
        systems: LINUX,
        look: Look::Program("WebKitWebDriver"),
        apt: &["webkit2gtk-driver"],
        by_hand: "install WebKitWebDriver (Fedora: webkit2gtk-driver, Arch: webkit2gtk-4.1)",
    },
    Need {
        name: "Xvfb",
        why: "give tests a display of their own",
        purposes: &[WindowTests],
        systems: LINUX,
        look: Look::Program("Xvfb"),
        apt: &["xvfb"],
        by_hand: "install Xvfb",
    },
    Need {
        name: "openbox",
        why: "manage the test window",
        purposes: &[WindowTests],
        systems: LINUX,
        look: Look::Program("openbox"),
        apt: &["openbox"],
        by_hand: "install openbox",
    },
    Need {
        name: "xdotool",
        why: "move the test's mouse",
        purposes: &[WindowTests],
        systems: LINUX,
        look: Look::Program("xdotool"),
        apt: &["xdotool"],
        by_hand: "install xdotool",
    },
    Need {
        name: "xwininfo and xprop",
        why: "find the test window",
        purposes: &[WindowTests],
        systems: LINUX,
        look: Look::Program("xwininfo"),
        apt: &["x11-utils"],
        by_hand: "install xwininfo and xprop",
    },
    Need {
        name: "D-Bus daemon",
        why: "give tests a message bus of their own",
        purposes: &[WindowTests],
        systems: LINUX,
        look: Look::Program("dbus-daemon"),
        apt: &["dbus"],
        by_hand: "install dbus-daemon",
    },
    Need {
        name: "dbus-send",
        why: "see when the test session is ready",
        purposes: &[WindowTests],
        systems: LINUX,
        look: Look::Program("dbus-send"),
        apt: &["dbus"],
        by_hand: "install dbus-send",
    },
    Need {
        name: "dunst",
        why: "receive notifications in tests",
        purposes: &[WindowTests],
        systems: LINUX,
        look: Look::Program("dunst"),
        apt: &["dunst"],
        by_hand: "install dunst",
    },
    Need {
        name: "gnome-keyring",
        why: "keep a test's key in a real keyring",
        purposes: &[WindowTests],
        systems: LINUX,
        look: Look::Program("gnome-keyring-daemon"),
        apt: &["gnome-keyring"],
        by_hand: "install gnome-keyring",
    },
    Need {
        name: "GTK for the system's Python",
        why: "drop files from another process in tests",
        purposes: &[WindowTests],
        systems: LINUX,
        look: Look::Command("/usr/bin/python3", &["-c", "import gi; gi.require_version('Gtk', '3.0')"]),
        apt: &["python3-gi", "gir1.2-gtk-3.0"],
        by_hand: "install python3-gi and GTK 3's introspection data",
    },
    Need {
        name: "Python with venv",
        why: "check the practice service against the official description",
        purposes: &[Conformance],
        systems: &[Debian],
        look: Look::Command("python3", &["-c", "import venv, ensurepip"]),
        apt: &["python3-venv"],
        by_hand: "install Python 3.11 or newer with venv",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_job_asks_for_nothing_of_a_desktop() {
        for need in needs_for(Debian, &[Terminal]) {
            assert!(!need.purposes.contains(&WindowTests), "{}", need.name);
            assert!(!need.apt.iter().any(|p| p.contains("webkit")), "{need:?}");
        }
    }

    #[test]
    fn every_row_tells_what_to_type_or_which_package_brings_it() {
        for need in NEEDS {
            assert!(!need.by_hand.is_empty(), "{}", need.name);
            assert!(
                !need.systems.contains(&Debian) || !need.apt.is_empty() || need.name.contains("Node"),
                "{} comes by no package on Debian",
                need.name
            );
        }
    }
}
