//! The user's choice of the model that cuts out on this computer, made in the window: by the system's dialog, so that no path comes from the
//! page. A file is loaded before it takes the old one's place; what cannot be loaded is told, and changes nothing.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use crate::app::{App, blocking};
use crate::device_model::{DeviceModel, ModelSetting};
use crate::intake::file_name;
use crate::problem::{Code, Problem};
use crate::views::{ModelView, PictureId, PreviewSource};

/// What to do about a file that is none.
const HINT: &str = "Choose an ONNX file of the U²-Net, IS-Net or BiRefNet families. The model so far stays.";

impl App {
    /// The model that cuts out on this computer.
    ///
    /// # Errors
    /// Never today.
    pub async fn model(&self) -> Result<ModelView, Problem> {
        Ok(self.model_view())
    }

    /// Asks for a model's file and works with it from now on.
    ///
    /// # Errors
    /// When the file is no model that can be used, or the settings cannot be written; the model so far stays.
    pub async fn choose_model(&self) -> Result<ModelView, Problem> {
        let Some(file) = self.host.choose_model().await else { return Ok(self.model_view()) };
        let setting = ModelSetting { file: file.clone(), family: None, side: None };
        let model = blocking(move || load(&setting)).await??;
        self.take_model(model, Some(file))?;
        Ok(self.model_view())
    }

    /// Works with the compiled-in model again.
    ///
    /// # Errors
    /// When the settings cannot be written.
    pub async fn use_built_in_model(&self) -> Result<ModelView, Problem> {
        let model = blocking(|| DeviceModel::choose(None, None)).await??;
        self.take_model(model, None)?;
        Ok(self.model_view())
    }

    /// The model at work.
    pub(crate) fn device(&self) -> Arc<DeviceModel> {
        Arc::clone(&self.device.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn take_model(&self, model: DeviceModel, file: Option<PathBuf>) -> Result<(), Problem> {
        self.set(|settings| settings.model = file.map(|file| ModelSetting { file, family: None, side: None }))?;
        *self.device.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(model);
        self.unsay("model");
        self.preview_anew();
        Ok(())
    }

    /// Previews of the old model are not the new one's.
    fn preview_anew(&self) {
        let made_here: Vec<PictureId> = self
            .bench()
            .pictures()
            .filter(|picture| picture.preview.as_ref().is_some_and(|preview| preview.source == PreviewSource::Device))
            .map(|picture| picture.id)
            .collect();
        made_here.into_iter().for_each(|id| self.start_preview(id));
    }

    fn model_view(&self) -> ModelView {
        let device = self.device();
        ModelView { file: device.file.as_deref().map(file_name), description: device.matter.model().to_string() }
    }
}

/// Reads the file's outline and loads it, which is when a network turns out to be one that no runtime can run.
fn load(setting: &ModelSetting) -> Result<DeviceModel, Problem> {
    let name = file_name(&setting.file);
    let problem = |why: &str| Problem::new(Code::BadRequest, format!("{name} cannot be used: {why}."), HINT);
    let model = DeviceModel::of_setting(setting).map_err(|error| problem(&error.to_string()))?;
    match model.matter.runtime_name() {
        "none" => Err(problem("its network cannot be run here")),
        _ => Ok(model),
    }
}
