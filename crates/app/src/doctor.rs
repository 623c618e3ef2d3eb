//! `clearcut doctor`: looks at everything Clearcut stands on and says in one line each whether it is well. Spends nothing,
//! changes nothing, and prints no key.

use std::path::Path;

use crate::app::{App, blocking};
use crate::views::KeyPlace;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    /// As it should be.
    Good,
    /// Works, with something the user should know.
    Warning,
    /// Does not work.
    Bad,
}

/// One line of the doctor's.
#[derive(Debug, Clone)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it is.
    pub ok: CheckState,
    /// In words.
    pub text: String,
}

impl Check {
    fn new(name: &'static str, ok: CheckState, text: impl Into<String>) -> Self {
        Self { name, ok, text: text.into() }
    }
}

impl App {
    /// Looks at everything Clearcut stands on.
    pub async fn doctor(&self) -> Vec<Check> {
        let mut checks = vec![
            folder("data folder", &self.folders.data),
            folder("settings folder", &self.folders.config),
            folder("cache folder", &self.folders.cache),
        ];
        checks.push(self.keyring().await);
        checks.push(self.account());
        checks.push(self.service().await);
        checks.push(self.check_model().await);
        checks.push(self.vault_check().await);
        checks
    }

    async fn keyring(&self) -> Check {
        let Some(me) = self.me.upgrade() else { return Check::new("keyring", CheckState::Bad, "closing") };
        match blocking(move || me.keys.trouble()).await {
            Ok(None) => Check::new("keyring", CheckState::Good, "keys are kept in the system's keyring"),
            Ok(Some(reason)) => Check::new(
                "keyring",
                CheckState::Warning,
                format!("none that can be reached ({reason}); a key lasts only until the program ends"),
            ),
            Err(problem) => Check::new("keyring", CheckState::Bad, problem.message),
        }
    }

    fn account(&self) -> Check {
        let desk = self.desk();
        let place = match desk.key {
            KeyPlace::NotNeeded => "needs no key",
            KeyPlace::Keyring => "key in the keyring",
            KeyPlace::ThisSession => "key until the program ends",
            KeyPlace::Environment => "key from the environment",
            KeyPlace::Missing => "no key",
        };
        let ok = if desk.key == KeyPlace::Missing { CheckState::Bad } else { CheckState::Good };
        let label = &desk.account.label;
        let whose =
            if *label == desk.profile.name { label.clone() } else { format!("{label} ({})", desk.profile.name) };
        Check::new("account", ok, format!("{whose}, {place}"))
    }

    async fn service(&self) -> Check {
        let desk = self.desk();
        if !desk.profile.offers.account {
            return Check::new(
                "service",
                CheckState::Warning,
                format!("{} cannot be asked for its balance", desk.profile.name),
            );
        }
        match desk.look_at_balance().await {
            Ok(_) => Check::new("service", CheckState::Good, format!("{} answers", desk.profile.name)),
            Err(problem) => Check::new("service", CheckState::Bad, problem.message),
        }
    }

    async fn check_model(&self) -> Check {
        let device = self.device();
        let matter = std::sync::Arc::clone(&device.matter);
        let name = if device.file.is_some() {
            format!("your own file ({})", matter.model())
        } else {
            "U²-Netp, built in".to_owned()
        };
        match blocking(move || matter.runtime_name().to_owned()).await {
            Ok(runtime) if runtime == "none" => {
                Check::new("model", CheckState::Bad, format!("{name}: neither runtime can load it"))
            }
            Ok(runtime) => Check::new("model", CheckState::Good, format!("{name}, run by {runtime}")),
            Err(problem) => Check::new("model", CheckState::Bad, problem.message),
        }
    }

    async fn vault_check(&self) -> Check {
        let vault = self.ground.vault.clone();
        match blocking(move || vault.survey()).await {
            Ok(Ok(survey)) if survey.troubles.is_empty() => {
                Check::new("vault", CheckState::Good, format!("paid answers: {}, all readable", survey.entries.len()))
            }
            Ok(Ok(survey)) => {
                let count = survey.troubles.len();
                Check::new(
                    "vault",
                    CheckState::Warning,
                    format!("{count} entries cannot be read; they are left as they are"),
                )
            }
            Ok(Err(error)) => Check::new("vault", CheckState::Bad, error.to_string()),
            Err(problem) => Check::new("vault", CheckState::Bad, problem.message),
        }
    }
}

fn folder(name: &'static str, path: &Path) -> Check {
    match tempfile::NamedTempFile::new_in(path) {
        Ok(_) => Check::new(name, CheckState::Good, path.display().to_string()),
        Err(error) => Check::new(name, CheckState::Bad, format!("{} cannot be written: {error}", path.display())),
    }
}
