//! What a job was to become, as the text that lies in its row: enough to save its paid answer again after a restart.
//! The fields are read by older and newer versions, so none is ever given another meaning.

use clearcut_imaging::{Background, Look, OutputFormat};
use clearcut_service::RemovalRequest;
use clearcut_store::{AccountId, JobRow, VaultKey};
use serde::{Deserialize, Serialize};

use crate::Order;

/// Options of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// What was asked of the service, as canonical text: with the content and the account the name of the paid answer.
    pub(crate) service: String,
    /// Format of the file; nothing for a preview, which is not saved to a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<String>,
    /// Colour behind the cutout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) background: Option<[u8; 3]>,
    /// A file that has the planned name goes to the trash for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) replace: bool,
}

impl Plan {
    /// A picture that is to be saved.
    pub(crate) fn download(order: &Order, request: &RemovalRequest) -> Self {
        let background = match order.look.background {
            Background::Transparent => None,
            Background::Colour(colour) => Some(colour),
        };
        Self {
            service: request.service_options(),
            format: Some(order.format.ext().to_owned()),
            background,
            replace: order.replace,
        }
    }

    /// A picture that is only to be looked at.
    pub(crate) fn preview(request: &RemovalRequest) -> Self {
        Self { service: request.service_options(), format: None, background: None, replace: false }
    }

    /// As it lies in the job's row.
    pub(crate) fn to_json(&self) -> String {
        // Strings and bytes cannot fail to be written; an empty plan would only lose the look.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The plan of a job; `None` where another version wrote something else.
    pub(crate) fn of(job: &JobRow) -> Option<Self> {
        serde_json::from_str(&job.options_json).ok()
    }

    /// What stands behind the cutout.
    pub(crate) fn look(&self) -> Look {
        Look { background: self.background.map_or(Background::Transparent, Background::Colour) }
    }

    /// The file's format; `None` for a preview.
    pub(crate) fn output_format(&self) -> Option<OutputFormat> {
        self.format.as_deref().and_then(|format| format.parse().ok())
    }

    /// The name under which the vault knows the answer.
    pub(crate) fn key(&self, account: AccountId, content: &str) -> VaultKey {
        VaultKey { account, content: content.to_owned(), options: self.service.clone() }
    }
}
