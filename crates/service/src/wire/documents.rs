//! The small JSON documents: errors, the answer in JSON mode, the answer of `/improve`.

use serde::{Deserialize, Serialize};

use super::code::ErrorCode;
use super::rect::Rect;

/// The error document: `{"errors":[…]}`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ErrorBody {
    /// One or more errors; the first counts.
    pub errors: Vec<ErrorItem>,
}

/// One error. Only the title is certain.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ErrorItem {
    /// What went wrong.
    pub title: String,
    /// A code; some services leave it out, recorded answers too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// More words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl ErrorBody {
    /// A document with a title and nothing else.
    #[must_use]
    pub fn titled(title: impl Into<String>) -> Self {
        Self { errors: vec![ErrorItem { title: title.into(), code: None, detail: None }] }
    }
}

impl From<ErrorCode> for ErrorBody {
    /// The documented title and code.
    fn from(code: ErrorCode) -> Self {
        let code_text = Some(code.as_str().to_owned());
        Self { errors: vec![ErrorItem { title: code.title().to_owned(), code: code_text, detail: None }] }
    }
}

/// The answer of `/removebg` in JSON mode.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct JsonAnswer {
    /// The wrapper.
    pub data: JsonPicture,
}

/// The picture and where its foreground lies.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct JsonPicture {
    /// The result's bytes in base64.
    pub result_b64: String,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreground_top: Option<u32>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreground_left: Option<u32>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreground_width: Option<u32>,
    /// Pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreground_height: Option<u32>,
}

impl JsonPicture {
    /// The foreground, when all four figures are there.
    #[must_use]
    pub fn foreground(&self) -> Option<Rect> {
        Some(Rect {
            left: self.foreground_left?,
            top: self.foreground_top?,
            width: self.foreground_width?,
            height: self.foreground_height?,
        })
    }
}

/// The answer of `/improve`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct ImproveAnswer {
    /// The picture's id in the programme.
    pub id: String,
}
