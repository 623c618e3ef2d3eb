//! [`HttpRemover`]: the three calls over HTTP.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::answer::{AccountAnswer, AnswerHead};
use crate::error::{ErrorKind, RemoveError, SetupError};
use crate::http::HttpOptions;
use crate::improve::ImproveRequest;
use crate::key::ApiKey;
use crate::profile::Profile;
use crate::remover::{AnswerSink, Progress, Remover};
use crate::request::RemovalRequest;

/// A client of one service with one key.
#[derive(Debug)]
pub struct HttpRemover {
    profile: Profile,
}

impl HttpRemover {
    /// A client of `profile` with `key`; without one only services that ask for none will answer.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(profile: Profile, key: Option<ApiKey>, options: HttpOptions) -> Result<Self, SetupError> {
        let _ = (key, options);
        Ok(Self { profile })
    }
}

#[async_trait]
impl Remover for HttpRemover {
    async fn remove(
        &self,
        _: &RemovalRequest,
        _: &mut dyn AnswerSink,
        _: &dyn Progress,
        _: &CancellationToken,
    ) -> Result<AnswerHead, RemoveError> {
        Err(RemoveError::unsent(ErrorKind::Cancelled))
    }

    async fn account(&self) -> Result<AccountAnswer, RemoveError> {
        Err(RemoveError::unsent(ErrorKind::Cancelled))
    }

    async fn improve(
        &self,
        _: &ImproveRequest,
        _: &dyn Progress,
        _: &CancellationToken,
    ) -> Result<String, RemoveError> {
        Err(RemoveError::unsent(ErrorKind::Cancelled))
    }

    fn profile(&self) -> &Profile {
        &self.profile
    }
}
