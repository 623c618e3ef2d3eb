//! Which model cuts out on this computer: the one that is compiled in, a file that the settings name, or one named for this run. A file that
//! cannot be used is told, and where the settings name it the compiled-in model does the work.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use clearcut_imaging::fingerprint_bytes;
use clearcut_matting::{Matter, MattingError, MattingOptions, ModelFile, UnknownFamily};
use serde::{Deserialize, Serialize};

use crate::problem::{Code, Problem};

/// The name of stand-ins that the compiled-in model made.
pub(crate) const STAND_IN: &str = "device";
/// Digits of a hash that tell the stand-ins of models apart.
const DIGITS: usize = 16;

/// A model of the user's, as the settings file names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub(crate) struct ModelSetting {
    /// The ONNX file.
    pub(crate) file: PathBuf,
    /// `u2net`, `isnet` or `birefnet`; recognised when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) family: Option<String>,
    /// The longer side in pixels at which it looks, where its file leaves that open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) side: Option<u32>,
}

impl ModelSetting {
    fn file(&self) -> Result<ModelFile, MattingError> {
        let family = self.family.as_deref().map(str::parse).transpose();
        let family = family.map_err(|error: UnknownFamily| MattingError::Model(error.to_string()))?;
        Ok(ModelFile { path: self.file.clone(), family, side: self.side })
    }
}

/// The model at work.
pub(crate) struct DeviceModel {
    /// What cuts out.
    pub(crate) matter: Arc<Matter>,
    /// The user's file; `None` for the compiled-in one.
    pub(crate) file: Option<PathBuf>,
    /// The name under which its stand-ins are kept: another model's are not its own.
    pub(crate) stand_in: String,
    /// What to tell the user.
    pub(crate) note: Option<String>,
}

impl DeviceModel {
    /// The model named for this run, else the settings', else the compiled-in one. Nothing is loaded yet.
    ///
    /// # Errors
    /// When the one named for this run cannot be used.
    pub(crate) fn choose(named: Option<ModelFile>, setting: Option<&ModelSetting>) -> Result<Self, Problem> {
        let compiled_in = |note| {
            let matter = Matter::new(MattingOptions::default()).map_err(|error| {
                Problem::new(Code::Internal, format!("The model on this computer cannot be used: {error}."), "")
            })?;
            Ok(Self { matter: Arc::new(matter), file: None, stand_in: STAND_IN.to_owned(), note })
        };
        if let Some(file) = named {
            let name = file.path.display().to_string();
            return Self::of(file).map_err(|error| {
                Problem::new(
                    Code::BadRequest,
                    format!("{name}: {error}."),
                    "Name an ONNX file of the U²-Net, IS-Net or BiRefNet families, or leave the model out.",
                )
            });
        }
        let Some(setting) = setting else { return compiled_in(None) };
        Self::of_setting(setting).or_else(|error| {
            let name = setting.file.display();
            compiled_in(Some(format!("{name}: {error}. The model that Clearcut brings along is used instead.")))
        })
    }

    /// The file that the settings name.
    ///
    /// # Errors
    /// [`MattingError::Model`] where it cannot be used.
    pub(crate) fn of_setting(setting: &ModelSetting) -> Result<Self, MattingError> {
        setting.file().and_then(Self::of)
    }

    fn of(file: ModelFile) -> Result<Self, MattingError> {
        let (stand_in, path) = (stand_in_of(&file), file.path.clone());
        let matter = Arc::new(Matter::new(MattingOptions { model: Some(file), ..MattingOptions::default() })?);
        Ok(Self { matter, file: Some(path), stand_in, note: None })
    }
}

/// Of the file's name, length and time, not of its content: it may have a gigabyte.
fn stand_in_of(file: &ModelFile) -> String {
    let metadata = std::fs::metadata(&file.path).ok();
    let length = metadata.as_ref().map_or(0, std::fs::Metadata::len);
    let changed = metadata.and_then(|metadata| metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    let said = format!("{} {length} {changed:?} {:?} {:?}", file.path.display(), file.family, file.side);
    format!("{STAND_IN}-{}", &fingerprint_bytes(said.as_bytes()).as_str()[..DIGITS])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::path::Path;

    use super::*;

    fn tiny(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../matting/tests/fixtures/models").join(format!("{name}.onnx"))
    }

    fn setting(file: PathBuf) -> ModelSetting {
        ModelSetting { file, family: None, side: None }
    }

    #[test]
    fn the_named_one_comes_first_then_the_settings_then_the_compiled_in_one() {
        let set = setting(tiny("isnet"));
        let named = DeviceModel::choose(Some(ModelFile::new(tiny("birefnet"))), Some(&set)).unwrap();
        assert_eq!(named.matter.model().to_string(), "BiRefNet, 1024 × 1024 pixels");
        let of_settings = DeviceModel::choose(None, Some(&set)).unwrap();
        assert_eq!(of_settings.matter.model().to_string(), "IS-Net, 1024 × 1024 pixels");
        let compiled_in = DeviceModel::choose(None, None).unwrap();
        assert_eq!(compiled_in.stand_in, "device");
        assert_ne!(named.stand_in, of_settings.stand_in);
        assert!(of_settings.stand_in.starts_with("device-"));
    }

    #[test]
    fn a_file_of_the_settings_that_cannot_be_used_is_told_and_not_used() {
        let chosen = DeviceModel::choose(None, Some(&setting(tiny("half")))).unwrap();
        assert_eq!(chosen.stand_in, "device");
        assert!(chosen.note.unwrap().ends_with("The model that Clearcut brings along is used instead."));
        let unknown = ModelSetting { family: Some("resnet".to_owned()), ..setting(tiny("isnet")) };
        assert!(DeviceModel::choose(None, Some(&unknown)).unwrap().note.is_some());
        assert!(DeviceModel::choose(Some(ModelFile::new(tiny("none"))), None).is_err());
    }
}
