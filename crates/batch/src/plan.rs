//! What a job was to become, as the text that lies in its row: enough to save its paid answer again after a restart.
//! The fields are read by older and newer versions, so none is ever given another meaning.

use clearcut_imaging::{Background, Format, Look, OutputFormat, Probe};
use clearcut_service::RemovalRequest;
use clearcut_service::wire::Size;
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
    /// The size asked for; with `probe` enough to send a job that waited for another start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<String>,
    /// What was found in the original's header when it was quoted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) probe: Option<StoredProbe>,
    /// Nothing of what the original says beside its picture is said in the file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) strip_metadata: bool,
    /// A file that has the planned name goes to the trash for it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) replace: bool,
    /// It is cut out on this computer and never sent. Such a plan names no `size`, so that a version that does not know this field
    /// cannot send it either.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) here: bool,
}

/// [`Probe`] as it lies in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredProbe {
    format: String,
    width: u32,
    height: u32,
    orientation: u8,
    has_alpha: bool,
    size_bytes: u64,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pictures: u32,
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_one(count: &u32) -> bool {
    *count == 1
}

impl From<Probe> for StoredProbe {
    fn from(probe: Probe) -> Self {
        let Probe { format, width, height, orientation, has_alpha, size_bytes, pictures } = probe;
        Self { format: format.to_string(), width, height, orientation, has_alpha, size_bytes, pictures }
    }
}

impl StoredProbe {
    fn restore(&self) -> Option<Probe> {
        let Self { format, width, height, orientation, has_alpha, size_bytes, pictures } = self;
        let format = Format::INPUTS.into_iter().find(|known| known.to_string() == *format)?;
        Some(Probe {
            format,
            width: *width,
            height: *height,
            orientation: *orientation,
            has_alpha: *has_alpha,
            size_bytes: *size_bytes,
            pictures: *pictures,
        })
    }
}

impl Plan {
    /// A picture that is to be saved.
    pub(crate) fn download(order: &Order, request: &RemovalRequest) -> Self {
        Self {
            service: request.service_options(),
            size: Some(order.size.as_str().to_owned()),
            here: false,
            ..Self::here(order)
        }
    }

    /// A picture that is to be cut out on this computer and saved.
    pub(crate) fn here(order: &Order) -> Self {
        let background = match order.look.background {
            Background::Transparent => None,
            Background::Colour(colour) => Some(colour),
        };
        Self {
            service: String::new(),
            format: Some(order.format.ext().to_owned()),
            background,
            size: None,
            probe: Some(order.probe.into()),
            strip_metadata: !order.keep_metadata,
            replace: order.replace,
            here: true,
        }
    }

    /// A picture that is only to be looked at.
    pub(crate) fn preview(request: &RemovalRequest) -> Self {
        Self {
            service: request.service_options(),
            format: None,
            background: None,
            size: None,
            probe: None,
            strip_metadata: false,
            replace: false,
            here: false,
        }
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

    /// The order that a job's row was made from; `None` for a preview, for what is cut out here, or where another version wrote less.
    pub(crate) fn order(job: &JobRow) -> Option<Order> {
        let plan = Self::of(job).filter(|plan| !plan.here)?;
        let size = plan.size.as_deref()?.parse().ok()?;
        plan.order_at(job, size)
    }

    /// The order of a job that is cut out on this computer; `None` for every other.
    pub(crate) fn order_here(job: &JobRow) -> Option<Order> {
        // At the picture's own size: that is what the model makes.
        Self::of(job).filter(|plan| plan.here)?.order_at(job, Size::Full)
    }

    fn order_at(&self, job: &JobRow, size: Size) -> Option<Order> {
        Some(Order {
            input: job.input.clone(),
            content: job.content.parse().ok()?,
            probe: self.probe.as_ref()?.restore()?,
            size,
            look: self.look(),
            format: self.output_format()?,
            output: job.output.clone(),
            keep_metadata: !self.strip_metadata,
            replace: self.replace,
            batch: job.batch,
        })
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
