//! A picture given to the service's improvement programme. Free, never part of a batch, and only with the user's yes for this one
//! picture: the call cannot be made without it. What is sent is what a removal would send, under a name that tells nothing. If the
//! process dies on the way, nothing is owed and nothing is repeated: the service has the picture, or it has not.

use clearcut_service::{Consent, ErrorKind, ImproveRequest, NoProgress, RemoveError};
use tokio_util::sync::CancellationToken;

use crate::outgoing::Outgoing;
use crate::{BatchError, Order, Spender, ask};

/// Why a picture did not reach the improvement programme. Nothing is ever charged for it.
#[derive(Debug, thiserror::Error)]
pub enum ImproveError {
    /// The picture could not be read, or is another one than was agreed to.
    #[error(transparent)]
    Picture(#[from] BatchError),
    /// The service has no programme, cannot be reached or refuses.
    #[error("it was not taken: {0}")]
    Service(RemoveError),
}

impl Spender {
    /// Sends the picture of `order` to the service's improvement programme, and answers the service's name for it.
    ///
    /// # Errors
    /// [`ImproveError`]: the service does not take it, or the picture is not what was agreed to.
    pub async fn improve(
        &self,
        order: &Order,
        consent: Consent,
        cancel: &CancellationToken,
    ) -> Result<String, ImproveError> {
        let profile = self.profile();
        if !profile.offers.improve {
            let kind = ErrorKind::NotOffered { service: profile.name.clone(), what: "an improvement programme" };
            return Err(ImproveError::Service(RemoveError::unsent(kind)));
        }
        let (made_of, taken, data) = (order.clone(), ask::taken(profile), self.parts.store.data_dir().to_path_buf());
        let made = tokio::task::spawn_blocking(move || Outgoing::make(&made_of, &taken, &data)).await;
        let outgoing = made.map_err(|_| BatchError::Interrupted)??;
        let request = ImproveRequest::new(outgoing.nameless(order), consent);
        self.parts.remover.improve(&request, &NoProgress, cancel).await.map_err(ImproveError::Service)
    }
}
