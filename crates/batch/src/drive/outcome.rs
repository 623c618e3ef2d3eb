//! How a picture's end is told: the machine's word for it and the driver's reasons become a result or an error.

use clearcut_credits::{Credits, Source};
use clearcut_imaging::{ImageError, Rgba};
use clearcut_service::{ErrorKind, RemoveError};
use clearcut_store::JobId;

use super::Drive;
use crate::machine::{DEFAULT_WAIT, End};
use crate::{BatchError, Finished, Previewed, Warning, ask};

/// A picture that came to a good end.
pub(crate) struct Outcome {
    job: JobId,
    output: std::path::PathBuf,
    picture: Rgba,
    charged: Credits,
    basis: Source,
    from_vault: bool,
    warnings: Vec<Warning>,
}

impl Outcome {
    pub(crate) fn finished(self) -> Result<Finished, BatchError> {
        let Self { job, output, picture, charged, basis, from_vault, warnings } = self;
        Ok(Finished { job, output, charged, basis, width: picture.width, height: picture.height, from_vault, warnings })
    }

    pub(crate) fn previewed(self) -> Result<Previewed, BatchError> {
        let Self { job, output: _, picture, charged, basis, from_vault, warnings } = self;
        Ok(Previewed { job, picture, charged, basis, from_vault, warnings })
    }
}

impl Drive<'_> {
    /// Ends the run and says how it went.
    pub(super) fn finish(&mut self, end: End) -> Result<Outcome, BatchError> {
        match end {
            End::Saved => self.outcome(),
            other => Err(self.error(other)),
        }
    }

    fn outcome(&mut self) -> Result<Outcome, BatchError> {
        let warnings = self.warnings();
        let Some(picture) = self.picture.take() else { return Err(BatchError::Interrupted) };
        let (charged, basis) = self.charge.unwrap_or((Credits::ZERO, Source::Measured));
        let output = self.saved.take().unwrap_or_default();
        Ok(Outcome { job: self.job.id, output, picture, charged, basis, from_vault: self.charge.is_none(), warnings })
    }

    /// What is unexpected about a good result. One from the vault was told of when it was paid.
    fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::from_iter(self.not_replaced.then_some(Warning::NotReplaced));
        let (Some((charged, basis)), Some(picture)) = (self.charge, &self.picture) else { return warnings };
        let expected = ask::expected_size(self.spender.profile(), &self.order.probe, self.order.size);
        let got = (picture.width, picture.height);
        if ask::is_smaller(got, expected) {
            warnings.push(Warning::Smaller { expected, got });
        }
        let quoted = self.job.quoted;
        let free_preview = charged.is_zero() && self.order.purpose() == clearcut_credits::Purpose::Preview;
        match basis {
            Source::Inferred => warnings.push(Warning::ChargeNotTold),
            _ if charged != quoted && !free_preview => warnings.push(Warning::ChargeDiffers { quoted, charged }),
            _ => {}
        }
        if self.spender.earlier_undecided(self.order).unwrap_or(false) {
            warnings.push(Warning::EarlierUndecided);
        }
        warnings
    }

    fn error(&mut self, end: End) -> BatchError {
        let service = self.spender.profile().name.clone();
        let trouble = self.trouble.take();
        match end {
            // `Saved` is no error; should it ever come here, the next start knows better.
            End::Saved | End::Interrupted | End::PaidNotSaved => trouble.unwrap_or(BatchError::Interrupted),
            End::NotCharged => trouble.unwrap_or_else(|| self.refusal()),
            End::OutOfCredits => BatchError::OutOfCredits { service },
            End::KeyRefused => BatchError::KeyRefused { service },
            End::RateLimited => BatchError::RateLimited { wait: self.wait_asked() },
            End::ServiceEnded => {
                let body_was_out = self.said.as_ref().is_some_and(|said| said.body == clearcut_service::BodySent::Yes);
                self.service_ended(body_was_out)
            }
            End::Unknown => BatchError::Unknown { reason: self.reason() },
            End::PaidLost => {
                let (charged, basis) = self.charge.unwrap_or((Credits::ZERO, Source::Unknown));
                let kept = self.entry.as_ref().map(|entry| entry.dir.clone());
                BatchError::PaidLost { charged, basis, reason: self.reason(), kept }
            }
        }
    }

    pub(super) fn service_ended(&self, perhaps_charged: bool) -> BatchError {
        let profile = self.spender.profile();
        BatchError::ServiceEnded { service: profile.name.clone(), ended_at: profile.ends_at, perhaps_charged }
    }

    /// The service's own refusal, or what kept the picture from going out.
    fn refusal(&mut self) -> BatchError {
        let path = self.order.input.clone();
        match self.said.take() {
            Some(RemoveError { kind: ErrorKind::Refused(refused), .. }) => BatchError::Refused(refused),
            Some(RemoveError { kind: ErrorKind::Cancelled, .. }) => BatchError::Cancelled,
            Some(RemoveError { kind: ErrorKind::SourceChanged, .. }) => BatchError::InputChanged { path },
            Some(RemoveError { kind: ErrorKind::Source(source), .. }) => {
                BatchError::Input { path, source: ImageError::Io(source) }
            }
            Some(RemoveError { kind: ErrorKind::SourceTooLarge { size_bytes, limit_bytes }, .. }) => {
                BatchError::TooManyBytes { service: self.spender.profile().name.clone(), size_bytes, limit_bytes }
            }
            Some(said) => BatchError::NotSent(said),
            None => BatchError::Interrupted,
        }
    }

    fn wait_asked(&self) -> std::time::Duration {
        let refused = match self.said.as_ref().map(|said| &said.kind) {
            Some(ErrorKind::Refused(refused)) => refused.retry_after,
            _ => None,
        };
        refused.or_else(|| self.said.as_ref()?.retry_after()).unwrap_or(DEFAULT_WAIT)
    }

    /// What was seen instead of a picture, in words.
    fn reason(&self) -> String {
        match (&self.unusable, &self.said) {
            (Some(unusable), _) => unusable.to_string(),
            (None, Some(said)) => said.to_string(),
            (None, None) => "no picture came".to_owned(),
        }
    }
}
