//! The settings file: what the user has set, in one readable TOML file. A broken file is set aside under another name and
//! told, never lost and never in the way. Holds no key and no money.

use std::path::{Path, PathBuf};

use clearcut_batch::NameTemplate;
use clearcut_credits::NoticeRules;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::device_model::ModelSetting;
use crate::problem::{Code, Problem};
use crate::views::{ExistingChoice, ProxyKind, QuietHours};
use crate::{settings_schema, whole_file};

const FILE: &str = "settings.toml";

/// What the user has set. Unknown entries of a newer Clearcut are kept out of harm's way by being ignored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Settings {
    /// The folder cutouts are saved to; beside the original when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) output_folder: Option<PathBuf>,
    /// What cutouts are called; the usual `{name}-cutout` when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "{name}-cutout"))]
    pub(crate) name_template: Option<String>,
    /// What is done where a file of that name exists; a number when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "number"))]
    pub(crate) existing: Option<ExistingChoice>,
    /// Whether cutouts say what their originals say beside the picture (EXIF with its place, XMP, IPTC, the size of a dot); yes when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = true))]
    pub(crate) keep_metadata: Option<bool>,
    /// The account in use; the practice account when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<Uuid>,
    /// Levels to be told of, per cent of the month's credits; the service's own 80 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(inner(range(min = 1, max = 100)), extend("default" = [80]))]
    pub(crate) notice_levels: Option<Vec<u8>>,
    /// The hours in which no notice pops up; none when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) quiet_hours: Option<QuietHours>,
    /// How large the vault may grow, GB or `"none"`; [`VAULT_LIMIT_GB`] when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = 10))]
    pub(crate) vault_limit_gb: Option<VaultLimit>,
    /// The most pictures on their way to the service at a time; sixteen when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 16), extend("default" = 16))]
    pub(crate) at_a_time: Option<u8>,
    /// Through which proxy the service is reached; the system's when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "system"))]
    pub(crate) proxy: Option<ProxyKind>,
    /// The proxy's address, for `proxy = "address"`; absent otherwise. Its password is in the keyring, never here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) proxy_address: Option<String>,
    /// The name that the proxy asks for; it is asked without one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) proxy_user: Option<String>,
    /// The name of the file whose certificates are believed beside the system's, as a copy beside this one; the system's only when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificates: Option<String>,
    /// Accounts whose user has agreed for good that pictures sent for improvement need no further question; no account when absent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) improve_agreed: Vec<Uuid>,
    /// The model that cuts out on this computer; the compiled-in one when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<ModelSetting>,
}

/// GB that the vault may hold unless the user says otherwise.
pub(crate) const VAULT_LIMIT_GB: u32 = 10;

/// How large the vault may grow: a number of GB, or the word `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum VaultLimit {
    /// So many GB.
    Gb(#[schemars(range(min = 1))] u32),
    /// As large as it will.
    Word(NoLimit),
}

/// The word for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NoLimit {
    /// `none`.
    None,
}

impl From<Option<u32>> for VaultLimit {
    fn from(limit_gb: Option<u32>) -> Self {
        limit_gb.map_or(Self::Word(NoLimit::None), Self::Gb)
    }
}

impl Settings {
    /// The most pictures on their way at a time, 1 to 16.
    pub(crate) fn at_a_time(&self) -> usize {
        usize::from(self.at_a_time.unwrap_or(16)).clamp(1, 16)
    }

    /// Whether cutouts say what their originals say.
    pub(crate) fn keeps_metadata(&self) -> bool {
        self.keep_metadata.unwrap_or(true)
    }

    /// What cutouts are called. One that was written by hand and is no template counts as absent.
    pub(crate) fn template(&self) -> NameTemplate {
        self.name_template.as_deref().and_then(|text| text.parse().ok()).unwrap_or_default()
    }

    /// The levels to be told of: ascending, each once, from 1 to 100.
    pub(crate) fn levels(&self) -> Vec<u8> {
        let mut levels = self.notice_levels.clone().unwrap_or_else(|| NoticeRules::default().levels);
        levels.retain(|level| (1..=100).contains(level));
        levels.sort_unstable();
        levels.dedup();
        levels
    }

    /// GB that the vault may hold, at least one; `None` without a limit.
    pub(crate) fn vault_limit(&self) -> Option<u32> {
        match self.vault_limit_gb {
            None => Some(VAULT_LIMIT_GB),
            Some(VaultLimit::Gb(limit)) => Some(limit.max(1)),
            Some(VaultLimit::Word(NoLimit::None)) => None,
        }
    }
}

/// Settings as read, with a sentence where the file was broken.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// What to work with.
    pub(crate) settings: Settings,
    /// What to tell the user.
    pub(crate) note: Option<String>,
}

/// Reads the settings in `folder`; the defaults where there is no file.
///
/// # Errors
/// When the file cannot be read at all, or a broken one cannot be set aside.
pub(crate) fn load(folder: &Path) -> Result<Loaded, Problem> {
    let file = folder.join(FILE);
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Loaded { settings: Settings::default(), note: None });
        }
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => String::from("\u{0}"),
        Err(error) => return Err(trouble("read", &file, &error)),
    };
    match toml::from_str(&text) {
        Ok(settings) => Ok(Loaded { settings, note: None }),
        Err(error) => {
            let aside = free_name(folder);
            #[expect(
                clippy::disallowed_methods,
                reason = "the name was looked for a moment ago, and no user's file is called so"
            )]
            std::fs::rename(&file, &aside).map_err(|error| trouble("set aside", &file, &error))?;
            let name = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let reason = error.message().trim_end_matches('.');
            let note = format!(
                "The settings file could not be read ({reason}). It was set aside as {name}; Clearcut starts with its defaults."
            );
            Ok(Loaded { settings: Settings::default(), note: Some(note) })
        }
    }
}

/// Writes the settings: whole or not at all.
///
/// # Errors
/// When the folder cannot be made or the file cannot be written; the old file is then untouched.
pub(crate) fn save(folder: &Path, settings: &Settings) -> Result<(), Problem> {
    let file = folder.join(FILE);
    let text = text(settings)?;
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        settings_schema::lay(folder);
        whole_file::write(&file, text.as_bytes())
    };
    write().map_err(|error| trouble("write", &file, &error))
}

/// The settings as the file holds them.
pub(crate) fn text(settings: &Settings) -> Result<String, Problem> {
    let text = toml::to_string_pretty(settings).map_err(|error| {
        Problem::new(Code::Internal, format!("The settings cannot be written as TOML: {error}."), "")
    })?;
    Ok(format!("#:schema {}\n{text}", settings_schema::FILE))
}

fn free_name(folder: &Path) -> PathBuf {
    let mut number = 1_u32;
    loop {
        let name = folder.join(format!("settings.broken-{number}.toml"));
        if !name.exists() {
            return name;
        }
        number += 1;
    }
}

fn trouble(what: &str, file: &Path, error: &std::io::Error) -> Problem {
    Problem::new(
        Code::FileTrouble,
        format!("Could not {what} the settings file {}: {error}.", file.display()),
        "Check that the folder exists and is yours.",
    )
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// Settings of which every one is set.
    pub(crate) fn everything() -> Settings {
        Settings {
            output_folder: Some(PathBuf::from("/bilder/Ausschnitte ü")),
            name_template: Some("{parent}-{name}".to_owned()),
            existing: Some(ExistingChoice::Skip),
            keep_metadata: Some(false),
            improve_agreed: vec![Uuid::from_u128(7)],
            account: Some(Uuid::from_u128(7)),
            notice_levels: Some(vec![50, 80]),
            quiet_hours: Some(QuietHours { from: 22, until: 7 }),
            vault_limit_gb: Some(VaultLimit::Gb(25)),
            at_a_time: Some(8),
            proxy: Some(ProxyKind::Address),
            proxy_address: Some("http://proxy.example:8080".to_owned()),
            proxy_user: Some("me".to_owned()),
            certificates: Some("own.pem".to_owned()),
            model: Some(ModelSetting {
                file: "/modelle/isnet ü.onnx".into(),
                family: Some("isnet".to_owned()),
                side: None,
            }),
        }
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let settings = everything();
        save(folder.path(), &settings).unwrap();
        let loaded = load(folder.path()).unwrap();
        assert_eq!(loaded.settings, settings);
        assert_eq!(loaded.note, None);
    }

    #[test]
    fn the_vault_has_a_limit_unless_it_is_told_to_have_none() {
        let read = |text: &str| toml::from_str::<Settings>(text).unwrap().vault_limit();
        assert_eq!(read(""), Some(10));
        assert_eq!(read("vault_limit_gb = 2"), Some(2));
        assert_eq!(read("vault_limit_gb = 0"), Some(1), "a mistake of a hand is no reason to let everything go");
        assert_eq!(read("vault_limit_gb = \"none\""), None);
        let settings = Settings { vault_limit_gb: Some(None.into()), ..Settings::default() };
        assert_eq!(read(&toml::to_string(&settings).unwrap()), None);
    }

    #[test]
    fn a_template_that_is_none_is_the_usual_one() {
        let settings = Settings { name_template: Some("{nmae}".to_owned()), ..Settings::default() };
        assert_eq!(settings.template(), NameTemplate::default());
    }

    #[test]
    fn no_file_means_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(&folder.path().join("not there")).unwrap().settings, Settings::default());
    }

    #[test]
    fn a_broken_file_is_set_aside_and_told_every_time() {
        let folder = tempfile::tempdir().unwrap();
        for number in 1..=2 {
            std::fs::write(folder.path().join(FILE), b"output_folder = [not toml").unwrap();
            let loaded = load(folder.path()).unwrap();
            assert_eq!(loaded.settings, Settings::default());
            assert!(loaded.note.unwrap().contains(&format!("settings.broken-{number}.toml")));
            assert!(folder.path().join(format!("settings.broken-{number}.toml")).exists());
        }
    }
}
