//! A private desktop: an X server that nobody sees, a window manager, a message bus that activates nothing, a
//! notification daemon and an unlocked keyring. All of it belongs to one test and ends with it.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::child::Guarded;
use crate::tools::{desktop_file, missing_program};
use crate::wait;

/// The programs a session is made of, and those that drive what runs in it.
const PROGRAMS: &[&str] = &[
    "Xvfb",
    "openbox",
    "dbus-daemon",
    "dbus-send",
    "dunst",
    "dunstctl",
    "gnome-keyring-daemon",
    "xdotool",
    "xwininfo",
    "xprop",
    "WebKitWebDriver",
];

const START: Duration = Duration::from_secs(20);

/// How the desktop looks and what is on its bus.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The desktop's colour scheme is dark.
    pub dark: bool,
    /// A keyring daemon is on the bus.
    pub keyring: bool,
    /// A notification daemon is on the bus.
    pub notifications: bool,
    /// The size of the screen in pixels.
    pub screen: (u32, u32),
}

impl Default for Wish {
    fn default() -> Self {
        Self { dark: false, keyring: true, notifications: true, screen: (1400, 960) }
    }
}

/// A desktop that runs. Its processes end in the reverse order of their start.
#[derive(Debug)]
pub struct Session {
    children: Vec<Guarded>,
    folder: TempDir,
    variables: Vec<(&'static str, OsString)>,
}

impl Session {
    /// Why no session can be started on this machine, if so.
    #[must_use]
    pub fn impossible() -> Option<String> {
        missing_program(PROGRAMS).map(|name| format!("{name} is not installed"))
    }

    /// A light desktop with everything on its bus.
    pub fn start() -> Result<Self> {
        Self::start_with(&Wish::default())
    }

    /// A desktop as wished.
    pub fn start_with(wish: &Wish) -> Result<Self> {
        // Sockets have short names: the folder lies directly under /tmp.
        let folder = tempfile::Builder::new().prefix("clearcut-desktop-").tempdir_in("/tmp")?;
        let mut session = Self { children: Vec::new(), folder, variables: Vec::new() };
        session.make_folders()?;
        session.start_display(wish)?;
        session.start_bus()?;
        if wish.keyring {
            session.start_keyring()?;
        }
        if wish.notifications {
            session.start_notifications()?;
        }
        Ok(session)
    }

    /// Moves `command` into this session and out of the one the tests were started from.
    pub fn move_in<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        for name in ["WAYLAND_DISPLAY", "CLEARCUT_API_KEY", "XAUTHORITY", "DESKTOP_SESSION", "XDG_CURRENT_DESKTOP"] {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)))
    }

    /// Runs a small desktop tool in the session and gives its standard output.
    pub fn tool(&self, program: &str, args: &[&str]) -> Result<String> {
        let output = self.move_in(Command::new(program).args(args)).stdin(Stdio::null()).output()?;
        anyhow::ensure!(
            output.status.success(),
            "{program} {} ended with {}: {}",
            args.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A file for the errors of a program of this session.
    #[must_use]
    pub fn log(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.log"))
    }

    /// The folder that the programs of this session share while it lasts.
    pub(crate) fn runtime(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    fn make_folders(&mut self) -> Result<()> {
        for (variable, name) in [
            ("XDG_RUNTIME_DIR", "run"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
        ] {
            let folder = self.folder.path().join(name);
            make_private(&folder)?;
            self.variables.push((variable, folder.into()));
        }
        Ok(())
    }

    fn start_display(&mut self, wish: &Wish) -> Result<()> {
        let (width, height) = wish.screen;
        let mut server = Command::new("Xvfb");
        server.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{width}x{height}x24")]);
        // The server takes a free display by itself and tells which.
        let display = format!(":{}", self.start_and_read_line("Xvfb", &mut server)?);
        self.variables.extend([
            ("DISPLAY", OsString::from(display)),
            ("GDK_BACKEND", "x11".into()),
            ("LIBGL_ALWAYS_SOFTWARE", "1".into()),
            ("NO_AT_BRIDGE", "1".into()),
            ("GTK_THEME", if wish.dark { "Adwaita:dark" } else { "Adwaita" }.into()),
        ]);
        // Seen once in thousands of starts: the manager was asked for and did not come. Then it is asked for once more.
        let first = self.start_manager();
        first.or_else(|_| self.start_manager())
    }

    fn start_manager(&mut self) -> Result<()> {
        let manager = self.command("openbox");
        self.start_child("openbox", manager)?;
        wait::until("the window manager", START, || {
            let root = self.tool("xprop", &["-root", "_NET_SUPPORTING_WM_CHECK"]).ok()?;
            root.contains("window id").then_some(())
        })
        .with_context(|| format!("its words: {}", std::fs::read_to_string(self.log("openbox")).unwrap_or_default()))
    }

    fn start_bus(&mut self) -> Result<()> {
        let config = format!("--config-file={}", desktop_file("dbus-session.conf").display());
        let mut bus = self.command("dbus-daemon");
        bus.args([&config, "--nofork", "--nopidfile", "--print-address=1"]);
        let address = self.start_and_read_line("dbus-daemon", &mut bus)?;
        self.variables.push(("DBUS_SESSION_BUS_ADDRESS", address.into()));
        Ok(())
    }

    fn start_keyring(&mut self) -> Result<()> {
        let control = self.runtime().join("keyring");
        make_private(&control)?;
        self.variables.push(("GNOME_KEYRING_CONTROL", control.clone().into()));
        let mut keyring = self.command("gnome-keyring-daemon");
        keyring.args(["--foreground", "--unlock", "--components=secrets"]);
        keyring.arg(format!("--control-directory={}", control.display()));
        keyring.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = Guarded::start(&mut keyring, &self.log("keyring"))?;
        // The password is a newline: with truly empty input every later store would fail.
        let mut input = child.child().stdin.take().context("the keyring's input")?;
        input.write_all(b"\n")?;
        drop(input);
        self.children.push(child);
        self.wait_for_name("org.freedesktop.secrets")
    }

    fn start_notifications(&mut self) -> Result<()> {
        let described = std::fs::read_to_string(desktop_file("dunstrc"))?;
        let config = self.folder.path().join("dunstrc");
        std::fs::write(&config, described.replace("@PICK@", &desktop_file("pick.sh").display().to_string()))?;
        let mut daemon = self.command("dunst");
        daemon.arg("-conf").arg(config);
        self.start_child("dunst", daemon)?;
        self.wait_for_name("org.freedesktop.Notifications")
    }

    /// A desktop tool of the tests in this session, written in the system's own Python: another one on the path has no GTK.
    pub(crate) fn script(&self, name: &str) -> Command {
        let mut command = self.command("/usr/bin/python3");
        command.arg(desktop_file(name)).stdin(Stdio::piped());
        command
    }

    fn wait_for_name(&self, name: &str) -> Result<()> {
        let question = format!("string:{name}");
        let args = [
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.NameHasOwner",
            &question,
        ];
        wait::until(&format!("{name} on the bus"), START, || {
            self.tool("dbus-send", &args).ok()?.contains("true").then_some(())
        })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.move_in(&mut command);
        command
    }

    fn start_child(&mut self, name: &str, mut command: Command) -> Result<()> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        self.children.push(Guarded::start(&mut command, &self.log(name))?);
        Ok(())
    }

    /// Starts a program that tells one line when it is ready.
    fn start_and_read_line(&mut self, name: &str, command: &mut Command) -> Result<String> {
        let log = self.log(name);
        let mut child = Guarded::start(command.stdin(Stdio::null()).stdout(Stdio::piped()), &log)?;
        let output = child.child().stdout.take().with_context(|| format!("{name}'s output"))?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let line = line.trim().to_owned();
        if line.is_empty() {
            let errors = std::fs::read_to_string(&log).unwrap_or_default();
            anyhow::bail!("{name} did not start: {}", errors.trim());
        }
        self.children.push(child);
        Ok(line)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        while let Some(child) = self.children.pop() {
            drop(child);
        }
    }
}

/// Makes a folder that only its owner may enter; the bus and the keyring insist on it.
fn make_private(folder: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().mode(0o700).create(folder).with_context(|| folder.display().to_string())
}
