//! Full-size cutouts made on this computer, for pictures that no credits are spent on. Free; a picture cut out here is saved like
//! any other and can still be downloaded from the service afterwards.

use std::sync::Arc;

use clearcut_batch::OnDevice;
use clearcut_store::{BatchId, DiskFiles};

use crate::app::{App, blocking};
use crate::intake::file_name;
use crate::problem::Problem;
use crate::views::{OutputOptions, PictureId, PictureState, ResultView, SourceView};
use crate::words;

impl App {
    /// Queues a full-size cutout on this computer.
    pub(crate) fn start_saving_on_device(&self, id: PictureId, options: OutputOptions, batch: BatchId) {
        let cancel = self.cancellable(id);
        self.spawn(move |app| async move {
            let permit = tokio::select! {
                permit = Arc::clone(&app.previewing).acquire_owned() => permit.ok(),
                () = cancel.cancelled() => None,
            };
            let saved = match permit {
                Some(_permit) => app.save_on_device(id, &options, batch, &cancel).await,
                None => Err(words::closing()),
            };
            app.change(id, |picture| {
                match saved {
                    Ok((view, path)) => {
                        picture.result = Some(view);
                        picture.saved = Some(path);
                        picture.problem = None;
                        picture.revision += 1;
                    }
                    Err(problem) => {
                        picture.problem = (problem.code != crate::problem::Code::Cancelled).then_some(problem);
                    }
                }
                picture.state = if picture.problem.is_some() { PictureState::Failed } else { picture.at_rest() };
                picture.end_work();
            });
        });
    }

    async fn save_on_device(
        &self,
        id: PictureId,
        options: &OutputOptions,
        batch: BatchId,
        cancel: &tokio_util::sync::CancellationToken,
    ) -> Result<(ResultView, std::path::PathBuf), Problem> {
        self.change(id, |picture| picture.state = PictureState::Saving);
        let name = self.bench().get(id)?.name();
        let order = self.order(id, options, None, Some(batch))?;
        let probe = order.probe;
        let (matter, cancel) = (Arc::clone(&self.matter), cancel.clone());
        let path = blocking(move || {
            let on_device = OnDevice::new(matter, Arc::new(DiskFiles));
            on_device.save(&order, &|| cancel.is_cancelled()).map_err(|error| words::batch(&error, &name))
        })
        .await??;
        let view = ResultView {
            charged: "0".to_owned(),
            basis: SourceView::Measured,
            width: probe.width,
            height: probe.height,
            file_name: file_name(&path),
            from_vault: false,
            on_device: true,
            options: options.clone(),
            warnings: Vec::new(),
        };
        Ok((view, path))
    }
}
