//! Full-size cutouts made on this computer, for pictures that no credits are spent on. Free; a picture cut out here is saved like
//! any other and can still be downloaded from the service afterwards.

use std::path::PathBuf;
use std::sync::Arc;

use clearcut_batch::OnDevice;
use clearcut_store::{BatchId, DiskFiles};
use tokio_util::sync::CancellationToken;

use crate::app::{App, blocking};
use crate::download::Fetched;
use crate::intake::file_name;
use crate::problem::{Code, Problem};
use crate::views::{OutputOptions, PictureId, PictureState, ResultView, SourceView};
use crate::words;

impl App {
    /// Queues a full-size cutout on this computer.
    pub(crate) fn start_saving_on_device(&self, id: PictureId, options: OutputOptions, batch: BatchId) {
        let cancel = self.cancellable(id);
        self.spawn(async move |app| {
            // The window is told by the picture's state.
            drop(app.save_in_turn(id, &options, None, batch, &cancel).await);
        });
    }

    /// Cuts a picture out at full size on this computer and waits for the file; for the terminal. Free.
    ///
    /// # Errors
    /// When nothing is found to cut out, or the file cannot be written.
    pub async fn save_on_device_file(
        &self,
        id: PictureId,
        options: &OutputOptions,
        out: Option<PathBuf>,
        batch: BatchId,
    ) -> Result<Fetched, Problem> {
        let cancel = self.cancellable(id);
        self.save_in_turn(id, options, out, batch, &cancel).await
    }

    /// One after the other: the model takes two threads by itself.
    async fn save_in_turn(
        &self,
        id: PictureId,
        options: &OutputOptions,
        out: Option<PathBuf>,
        batch: BatchId,
        cancel: &CancellationToken,
    ) -> Result<Fetched, Problem> {
        let permit = tokio::select! {
            permit = Arc::clone(&self.previewing).acquire_owned() => permit.ok(),
            () = cancel.cancelled() => None,
        };
        let saved = match permit {
            Some(_permit) => self.save_on_device(id, options, out, batch, cancel).await,
            None => Err(words::closing()),
        };
        self.change(id, |picture| {
            match &saved {
                Ok(Fetched { view, output }) => {
                    picture.result = Some(view.clone());
                    picture.saved = Some(output.clone());
                    picture.problem = None;
                    picture.revision += 1;
                }
                Err(problem) => {
                    picture.problem = (problem.code != Code::Cancelled).then(|| problem.clone());
                }
            }
            picture.state = if picture.problem.is_some() { PictureState::Failed } else { picture.at_rest() };
            picture.end_work();
        });
        saved
    }

    async fn save_on_device(
        &self,
        id: PictureId,
        options: &OutputOptions,
        out: Option<PathBuf>,
        batch: BatchId,
        cancel: &CancellationToken,
    ) -> Result<Fetched, Problem> {
        self.change(id, |picture| picture.state = PictureState::Saving);
        let name = self.bench().get(id)?.name();
        let order = self.order(id, options, out, Some(batch)).await?;
        let probe = order.probe;
        let (matter, cancel) = (Arc::clone(&self.matter), cancel.clone());
        let output = blocking(move || {
            let on_device = OnDevice::new(matter, Arc::new(DiskFiles));
            on_device.save(&order, &|| cancel.is_cancelled()).map_err(|error| words::batch(&error, &name))
        })
        .await??;
        let view = ResultView {
            charged: "0".to_owned(),
            basis: SourceView::Measured,
            width: probe.width,
            height: probe.height,
            file_name: file_name(&output),
            from_vault: false,
            on_device: true,
            options: options.clone(),
            warnings: Vec::new(),
        };
        Ok(Fetched { view, output })
    }
}
