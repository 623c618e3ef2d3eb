//! Full-size cutouts made on this computer, for pictures that no credits are spent on. Free; a picture cut out here is saved like
//! any other and can still be downloaded from the service afterwards. Those that belong to an agreement are jobs like the others, so
//! that a restart knows of them; the queue has no part in them.

use std::path::PathBuf;
use std::sync::Arc;

use clearcut_batch::{BatchError, OnDevice};
use clearcut_store::{BatchId, DiskFiles, JobId, JobState, StoreError};
use tokio_util::sync::CancellationToken;

use crate::app::{App, blocking};
use crate::download::Fetched;
use crate::intake::file_name;
use crate::problem::{Code, Problem};
use crate::queue::Working;
use crate::views::{OutputOptions, PictureId, PictureState, ResultView, SourceView};
use crate::words;

/// What is to be cut out.
enum Work {
    /// A job of an agreement, named and written down with it.
    Job(Arc<Working>, JobId),
    /// A single picture, named now.
    Single { out: Option<PathBuf>, batch: BatchId },
}

impl App {
    /// Cuts pictures of an agreement out on this computer, one after the other.
    pub(crate) fn start_cutting_out_here(&self, working: &Arc<Working>, pictures: Vec<PictureId>) {
        for id in pictures {
            let Some((job, options)) = working.book.job_here(id) else { continue };
            let (working, cancel) = (Arc::clone(working), self.cancellable(id));
            self.spawn(async move |app| {
                // The window is told by the picture's state.
                drop(app.save_in_turn(id, &options, Work::Job(working, job), &cancel).await);
            });
        }
    }

    /// Cuts a picture out at full size on this computer and waits for the file; for the terminal. One that was written down with an
    /// agreement is done as it was planned there. Free.
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
        let planned = self.at_work(&self.desk()).and_then(|working| {
            let (job, options) = working.book.job_here(id)?;
            Some((Work::Job(working, job), options))
        });
        match planned {
            Some((work, options)) => self.save_in_turn(id, &options, work, &cancel).await,
            None => self.save_in_turn(id, options, Work::Single { out, batch }, &cancel).await,
        }
    }

    /// One after the other: the model takes two threads by itself.
    async fn save_in_turn(
        &self,
        id: PictureId,
        options: &OutputOptions,
        work: Work,
        cancel: &CancellationToken,
    ) -> Result<Fetched, Problem> {
        let job = if let Work::Job(working, job) = &work { Some((Arc::clone(working), *job)) } else { None };
        let permit = tokio::select! {
            permit = Arc::clone(&self.previewing).acquire_owned() => permit.ok(),
            () = cancel.cancelled() => None,
        };
        let saved = match permit {
            Some(_permit) => self.save_on_device(id, options, work, cancel).await,
            None => Err(words::closing()),
        };
        if let Some((working, job)) = job.filter(|_| cancel.is_cancelled() && !self.stopping.is_cancelled()) {
            // The user stopped this one: it does not come back with the next start.
            working.runner.take(vec![job]).await;
        }
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
        work: Work,
        cancel: &CancellationToken,
    ) -> Result<Fetched, Problem> {
        let (name, probe) = {
            let bench = self.bench();
            let picture = bench.get(id)?;
            (picture.name(), picture.examined.probe)
        };
        let on_device =
            OnDevice::new(Arc::clone(&self.device().matter), Arc::new(DiskFiles)).with_wardrobe(self.dresser());
        let cancelled = {
            let cancel = cancel.clone();
            move || cancel.is_cancelled()
        };
        let saved = match work {
            Work::Single { out, batch } => {
                self.change(id, |picture| picture.state = PictureState::Saving);
                let order = self.order(id, options, out, Some(batch)).await?;
                blocking(move || on_device.save(&order, &cancelled)).await?
            }
            Work::Job(working, job) => {
                let store = Arc::clone(&self.ground.store);
                if blocking(move || store.job(job)).await?.is_ok_and(|job| job.state != JobState::Queued) {
                    // Taken out of the queue before its turn came.
                    return Err(words::closing());
                }
                self.change(id, |picture| picture.state = PictureState::Saving);
                blocking(move || working.runner.cut_out_here(job, &on_device, &cancelled)).await?
            }
        };
        let output = saved.map_err(|error| match error {
            BatchError::Store(StoreError::StateChanged { .. }) => words::closing(),
            error => words::batch(&error, &name),
        })?;
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
