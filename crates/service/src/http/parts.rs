//! The parts of a request before they are put into an encoding: text fields in order, and the files to read.

use std::path::Path;

use super::source::{Encoding, SourceFile};
use crate::error::ErrorKind;
use crate::improve::ImproveRequest;
use crate::profile::Profile;
use crate::request::{Background, FieldValue, ImageSource, RemovalRequest};
use crate::wire::field;

/// What a request consists of.
#[derive(Debug)]
pub(super) struct Parts {
    /// Text and flags, in the order in which they are sent.
    pub(super) fields: Vec<(String, FieldValue)>,
    /// Files, sent last.
    pub(super) files: Vec<FilePart>,
}

/// A file in a request.
#[derive(Debug)]
pub(super) struct FilePart {
    /// The field's name.
    pub(super) field: &'static str,
    /// Name and type of a file part; `None` for base64, which travels as text.
    pub(super) named: Option<FileName>,
    /// The bytes.
    pub(super) source: SourceFile,
}

/// How a file part is labelled.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct FileName {
    /// Printable ASCII without quotes and separators.
    pub(super) name: String,
    /// Media type.
    pub(super) media_type: &'static str,
}

impl Parts {
    /// The parts of a removal; opens its files.
    pub(super) async fn of_removal(request: &RemovalRequest, profile: &Profile) -> Result<Self, ErrorKind> {
        let mut parts = Self { fields: request.fields(), files: Vec::new() };
        if let Some(Background::File { path, .. }) = &request.background {
            let name = path.file_name().map(|name| name.to_string_lossy());
            parts.file(field::BG_IMAGE_FILE, path, name.as_deref().unwrap_or_default(), profile).await?;
        }
        parts.source(&request.source, profile).await?;
        Ok(parts)
    }

    /// The parts of a picture for the improvement programme; opens its file.
    pub(super) async fn of_improvement(request: &ImproveRequest, profile: &Profile) -> Result<Self, ErrorKind> {
        let text = |name: &str, value: &Option<String>| {
            value.as_ref().map(|value| (name.to_owned(), FieldValue::Text(value.clone())))
        };
        let fields = [text(field::IMAGE_FILENAME, &request.filename), text(field::TAG, &request.tag)];
        let mut parts = Self { fields: fields.into_iter().flatten().collect(), files: Vec::new() };
        parts.source(&request.source, profile).await?;
        Ok(parts)
    }

    /// Whether the parts can travel as JSON: no file that needs a part of its own.
    pub(super) fn fit_json(&self) -> bool {
        self.files.iter().all(|file| file.named.is_none())
    }

    async fn source(&mut self, source: &ImageSource, profile: &Profile) -> Result<(), ErrorKind> {
        match source {
            ImageSource::File { path, file_name } => self.file(field::IMAGE_FILE, path, file_name, profile).await,
            ImageSource::Base64File { path } => {
                let source = SourceFile::open(path, Encoding::Base64, profile.limits.max_bytes).await?;
                self.files.push(FilePart { field: field::IMAGE_FILE_B64, named: None, source });
                Ok(())
            }
            ImageSource::Url(url) => {
                self.fields.push((field::IMAGE_URL.to_owned(), FieldValue::Text(url.to_string())));
                Ok(())
            }
        }
    }

    async fn file(
        &mut self,
        field: &'static str,
        path: &Path,
        file_name: &str,
        profile: &Profile,
    ) -> Result<(), ErrorKind> {
        let source = SourceFile::open(path, Encoding::Raw, profile.limits.max_bytes).await?;
        self.files.push(FilePart { field, named: Some(FileName::of(file_name)), source });
        Ok(())
    }
}

impl FileName {
    /// Reduces a file's name to what every multipart reader understands: some take a part with only a `filename*` for
    /// text. The type follows the ending; services look at the content anyway.
    fn of(file_name: &str) -> Self {
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
        // The end of a name is kept, for the ending.
        let from = file_name.char_indices().rev().nth(99).map_or(0, |(at, _)| at);
        let name: String = file_name[from..].chars().map(plain).collect();
        let name = if name.is_empty() { "image".to_owned() } else { name };
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let media_type = match ending.as_str() {
            "jpg" | "jpeg" => "image/jpeg",
            "png" => "image/png",
            "webp" => "image/webp",
            _ => "application/octet-stream",
        };
        Self { name, media_type }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("dog.jpg", "dog.jpg", "image/jpeg")]
    #[case("Größe 1.PNG", "Gr__e_1.PNG", "image/png")]
    #[case("a\"; name=\"size\".webp", "a___name__size_.webp", "image/webp")]
    #[case("a\r\nX: 1", "a__X__1", "application/octet-stream")]
    #[case("", "image", "application/octet-stream")]
    fn a_file_name_is_harmless_on_the_wire(#[case] given: &str, #[case] name: &str, #[case] media_type: &'static str) {
        assert_eq!(FileName::of(given), FileName { name: name.into(), media_type });
    }

    #[test]
    fn of_an_endless_name_the_end_is_kept() {
        let name = FileName::of(&format!("{}.jpg", "ä".repeat(300)));
        assert_eq!(name.name.len(), 100);
        assert_eq!(name.media_type, "image/jpeg");
    }
}
