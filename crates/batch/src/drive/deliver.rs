//! The two ends of a picture's way that touch the user's own files: the look at the input before anything is paid, and the
//! result in its folder. Nothing here moves money.

use std::sync::Arc;

use clearcut_credits::{Credits, Source};
use clearcut_imaging::fingerprint;
use clearcut_store::{JobChange, JobState};

use super::{Drive, Goal};
use crate::hands::Held;
use crate::machine::Event;
use crate::save::{self, Attempt, Target};
use crate::{BatchError, Phase, SaveFault, answer};

impl Drive<'_> {
    pub(super) async fn check_input(&mut self) -> Result<Event, BatchError> {
        self.heed_cancel()?;
        let (path, quoted) = (self.order.input.clone(), self.order.content.clone());
        let (files, job, folder) = (self.spender.parts.files.clone(), self.job.id, self.order.folder().to_path_buf());
        let to_folder = self.goal == Goal::Folder;
        self.blocking(move || {
            let content = fingerprint(&path).map_err(|source| BatchError::Input { path: path.clone(), source })?;
            if content != quoted {
                return Err(BatchError::InputChanged { path });
            }
            if to_folder {
                save::check_folder(&*files, &folder, job).map_err(BatchError::Folder)?;
            }
            Ok(Event::Done)
        })
        .await
    }

    /// A hit is an answer that is there *and* decodes; one that does not is put aside as evidence and does not hide an older one.
    pub(super) async fn look_in_vault(&mut self) -> Result<Event, BatchError> {
        let (vault, key) = (self.spender.parts.vault.clone(), self.key.clone());
        if self.hands.is_some() {
            let (vault, key) = (vault.clone(), key.clone());
            if self.blocking(move || Ok(vault.find(&key)?.is_some())).await? {
                self.take_in_hand().await;
            }
        }
        let hit = self
            .blocking(move || {
                while let Some(entry) = vault.find(&key)? {
                    match answer::compose(&entry.body) {
                        Ok(picture) => return Ok(Some((entry, picture))),
                        Err(error) => {
                            tracing::warn!(entry = %entry.name(), %error, "a kept answer is no picture");
                            vault.set_aside(&entry)?;
                        }
                    }
                }
                Ok(None)
            })
            .await?;
        let Some((entry, picture)) = hit else { return Ok(Event::Done) };
        self.entry = Some(entry);
        self.hold(picture);
        Ok(Event::Hit)
    }

    pub(super) async fn save(&mut self) -> Result<Event, BatchError> {
        let Some(picture) = self.picture.take() else { return Err(BatchError::Interrupted) };
        let Some(format) = self.plan.output_format().filter(|_| self.goal == Goal::Folder) else {
            self.picture = Some(picture);
            return Ok(Event::Done);
        };
        self.watcher.progress(self.job.id, Phase::Save, 0, Some(1));
        let (files, job, look) = (self.spender.parts.files.clone(), self.job.id, self.plan.look());
        let (planned, charge) = (self.order.output.clone(), self.charge);
        let hold = self.hold.take();
        let original = self.order.replace.then(|| self.order.input.clone());
        let wardrobe = Arc::clone(&self.spender.wardrobe);
        let (input, content, said) = (self.order.input.clone(), self.order.content.clone(), self.order.keep_metadata);
        let kept = self.entry.as_ref().map(|entry| entry.body.clone()).unwrap_or_default();
        let saved = self
            .blocking(move || {
                let metadata = save::said_by(&input, content.as_str(), said);
                let target = Target { job, format, metadata, planned: &planned, replace: original.as_deref() };
                let saved = wardrobe
                    .dress(picture, &input, content.as_str(), &look)
                    .map_err(SaveFault::Picture)
                    .and_then(|picture| save::save(&*files, Held::new(picture, hold), &target, Attempt::First));
                let (charged, basis) = charge.unwrap_or((Credits::ZERO, Source::Measured));
                saved.map_err(|fault| BatchError::PaidNotSaved { job, charged, basis, fault, kept })
            })
            .await?;
        self.watcher.progress(self.job.id, Phase::Save, 1, Some(1));
        self.not_replaced = saved.not_replaced;
        self.saved = Some(saved.path);
        Ok(Event::Done)
    }

    pub(super) fn mark_saved(&mut self) -> Result<Event, BatchError> {
        let was = if self.charge.is_some() { JobState::Settled } else { JobState::Planned };
        let change = JobChange {
            output: self.saved.clone(),
            charged: self.charge.is_none().then_some(Credits::ZERO),
            width: self.size.map(|(width, _)| width),
            height: self.size.map(|(_, height)| height),
            ..JobChange::default()
        };
        self.advance(was, JobState::Saved, &change)
    }
}
