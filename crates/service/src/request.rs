//! One charged call as a plain value: the picture, and every option of the wire format that a client may send. `size=auto`
//! cannot be expressed, because it can fall to a preview without an error.

use std::collections::BTreeMap;
use std::path::PathBuf;

use url::Url;

use crate::wire::{
    BgColour, Channels, CropMargin, Position, Roi, Scale, ShadowOpacity, ShadowType, Size, SubjectType, TypeLevel,
    WireFormat, field,
};

/// Where the picture comes from; exactly one by construction.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ImageSource {
    /// A file, streamed as it is (`image_file`).
    File {
        /// The file.
        path: PathBuf,
        /// The name the service is told; reduced to plain ASCII on the wire.
        file_name: String,
    },
    /// A file, streamed as base64 (`image_file_b64`).
    Base64File {
        /// The file.
        path: PathBuf,
    },
    /// A picture the service fetches itself (`image_url`).
    Url(Url),
}

/// What the service puts behind the foreground; at most one by construction.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Background {
    /// `bg_color`.
    Colour(BgColour),
    /// `bg_image_url`.
    Url(Url),
    /// `bg_image_file`.
    File {
        /// The file.
        path: PathBuf,
        /// A fingerprint of its content, for [`RemovalRequest::service_options`].
        content: String,
    },
}

/// A call of `/removebg`. Options left `None` are not sent: the service's own default holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RemovalRequest {
    /// The picture.
    pub source: ImageSource,
    /// `size`.
    pub size: Size,
    /// `format`.
    pub format: WireFormat,
    /// `type`.
    pub subject: Option<SubjectType>,
    /// `type_level`.
    pub type_level: Option<TypeLevel>,
    /// `roi`.
    pub roi: Option<Roi>,
    /// `crop`.
    pub crop: Option<bool>,
    /// `crop_margin`.
    pub crop_margin: Option<CropMargin>,
    /// `scale`.
    pub scale: Option<Scale>,
    /// `position`.
    pub position: Option<Position>,
    /// `channels`.
    pub channels: Option<Channels>,
    /// `shadow_type`.
    pub shadow: Option<ShadowType>,
    /// `shadow_type[person]` and so on.
    pub shadow_by_subject: BTreeMap<SubjectType, ShadowType>,
    /// `shadow_opacity`.
    pub shadow_opacity: Option<ShadowOpacity>,
    /// `add_shadow`, the deprecated form of `shadow_type`.
    pub add_shadow: Option<bool>,
    /// `semitransparency`.
    pub semitransparency: Option<bool>,
    /// `bg_color`, `bg_image_url` or `bg_image_file`.
    pub background: Option<Background>,
    /// Ask for JSON (`Accept: application/json`). Changes how the answer travels, not what it is.
    pub accept_json: bool,
}

/// A field's value: JSON bodies send flags as booleans, the others as strings.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum FieldValue {
    Text(String),
    Flag(bool),
}

impl FieldValue {
    /// As form text.
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Flag(flag) => flag.to_string(),
        }
    }
}

impl RemovalRequest {
    /// A request with nothing but a size and a format.
    #[must_use]
    pub fn new(source: ImageSource, size: Size, format: WireFormat) -> Self {
        Self {
            source,
            size,
            format,
            subject: None,
            type_level: None,
            roi: None,
            crop: None,
            crop_margin: None,
            scale: None,
            position: None,
            channels: None,
            shadow: None,
            shadow_by_subject: BTreeMap::new(),
            shadow_opacity: None,
            add_shadow: None,
            semitransparency: None,
            background: None,
            accept_json: false,
        }
    }

    /// Canonical text of everything that changes what the service makes of a picture: the options exactly as they are
    /// sent, form-encoded in a fixed order. Two requests with the same picture and the same text are the same work, so
    /// a paid answer to one answers the other. The way of sending (base64, JSON mode) is not part of it; a background
    /// file counts by its fingerprint, not its path.
    #[must_use]
    pub fn service_options(&self) -> String {
        let mut text = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.fields() {
            text.append_pair(&name, &value.into_text());
        }
        if let Some(Background::File { content, .. }) = &self.background {
            text.append_pair(field::BG_IMAGE_FILE, content);
        }
        text.finish()
    }

    /// Every field but the files, in the order in which they are sent.
    pub(crate) fn fields(&self) -> Vec<(String, FieldValue)> {
        // Exhaustive on purpose: a new option must be thought of here.
        let Self {
            source: _,
            size,
            format,
            subject,
            type_level,
            roi,
            crop,
            crop_margin,
            scale,
            position,
            channels,
            shadow,
            shadow_by_subject,
            shadow_opacity,
            add_shadow,
            semitransparency,
            background,
            accept_json: _,
        } = self;
        let mut fields = Fields::default();
        fields.text(field::SIZE, Some(size));
        fields.text(field::FORMAT, Some(format));
        fields.text(field::TYPE, subject.as_ref());
        fields.text(field::TYPE_LEVEL, type_level.as_ref());
        fields.text(field::ROI, roi.as_ref());
        fields.flag(field::CROP, *crop);
        fields.text(field::CROP_MARGIN, crop_margin.as_ref());
        fields.text(field::SCALE, scale.as_ref());
        fields.text(field::POSITION, position.as_ref());
        fields.text(field::CHANNELS, channels.as_ref());
        fields.text(field::SHADOW_TYPE, shadow.as_ref());
        for (subject, shadow) in shadow_by_subject {
            fields.text(&field::shadow_type_of(*subject), Some(shadow));
        }
        fields.text(field::SHADOW_OPACITY, shadow_opacity.as_ref());
        fields.flag(field::ADD_SHADOW, *add_shadow);
        fields.flag(field::SEMITRANSPARENCY, *semitransparency);
        match background {
            Some(Background::Colour(colour)) => fields.text(field::BG_COLOR, Some(colour)),
            Some(Background::Url(url)) => fields.text(field::BG_IMAGE_URL, Some(url)),
            Some(Background::File { .. }) | None => {}
        }
        fields.0
    }
}

/// Collects the fields that are set.
#[derive(Default)]
struct Fields(Vec<(String, FieldValue)>);

impl Fields {
    fn text(&mut self, name: &str, value: Option<&impl ToString>) {
        if let Some(value) = value {
            self.0.push((name.to_owned(), FieldValue::Text(value.to_string())));
        }
    }

    fn flag(&mut self, name: &str, value: Option<bool>) {
        if let Some(value) = value {
            self.0.push((name.to_owned(), FieldValue::Flag(value)));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use super::*;

    fn plain() -> RemovalRequest {
        let source = ImageSource::File { path: "dog.jpg".into(), file_name: "dog.jpg".into() };
        RemovalRequest::new(source, Size::Full, WireFormat::Zip)
    }

    #[test]
    fn options_left_open_are_not_sent() {
        assert_eq!(plain().service_options(), "size=full&format=zip");
    }

    #[test]
    fn the_way_of_sending_does_not_change_the_work() {
        let mut other = plain();
        other.source = ImageSource::Base64File { path: "elsewhere/dog.jpg".into() };
        other.accept_json = true;
        assert_eq!(other.service_options(), plain().service_options());
    }

    #[test]
    fn a_background_file_counts_by_its_content() {
        let with = |path: &str, content: &str| {
            let background = Background::File { path: path.into(), content: content.into() };
            RemovalRequest { background: Some(background), ..plain() }.service_options()
        };
        assert_eq!(with("a.jpg", "1f"), with("b.jpg", "1f"));
        assert_ne!(with("a.jpg", "1f"), with("a.jpg", "2e"));
    }

    #[test]
    fn every_option_is_in_the_text() {
        let full = RemovalRequest {
            subject: Some(SubjectType::Person),
            type_level: Some(TypeLevel::Two),
            roi: Some("0% 0px 50.5% 300px".parse().unwrap()),
            crop: Some(true),
            crop_margin: Some("10% 30px".parse().unwrap()),
            scale: Some("80%".parse().unwrap()),
            position: Some("20% 70%".parse().unwrap()),
            channels: Some(Channels::Alpha),
            shadow: Some(ShadowType::Drop),
            shadow_by_subject: BTreeMap::from([(SubjectType::Car, ShadowType::ThreeD)]),
            shadow_opacity: Some("60".parse().unwrap()),
            add_shadow: Some(false),
            semitransparency: Some(false),
            background: Some(Background::Colour("81d4fa77".parse().unwrap())),
            ..plain()
        };
        assert_eq!(
            full.service_options(),
            "size=full&format=zip&type=person&type_level=2&roi=0%25+0px+50.5%25+300px&crop=true\
             &crop_margin=10%25+30px&scale=80%25&position=20%25+70%25&channels=alpha&shadow_type=drop\
             &shadow_type%5Bcar%5D=3D&shadow_opacity=60&add_shadow=false&semitransparency=false&bg_color=81d4fa77"
        );
    }
}
