//! The parameters of a removal, checked one by one with their documented codes. Knows what each one means and
//! what it may not be combined with; no picture has been looked at yet.

use std::str::FromStr;

use axum::body::Bytes;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use clearcut_service::wire::{
    BgColour, Channels, CropMargin, ErrorCode, InvalidValue, Position, Roi, Scale, ShadowOpacity, ShadowType, Size,
    SubjectType, TypeLevel, WireFormat, field, flag,
};
use url::Url;

use crate::fetch::Purpose;
use crate::fields::Fields;
use crate::refusal::Refusal;

/// Padding or none: clients differ.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Where a picture comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// Sent along.
    Bytes(Bytes),
    /// To be fetched.
    Url(Url),
}

/// `size`, with the one word that clients of ours cannot send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WantedSize {
    /// A size by name.
    Exactly(Size),
    /// `auto`: the best for the picture and the credits left.
    Auto,
}

impl WantedSize {
    /// The word of the wire.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Exactly(size) => size.as_str(),
            Self::Auto => "auto",
        }
    }
}

/// What stands behind the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Backdrop {
    /// Nothing.
    None,
    /// A colour, opaque or not.
    Colour(BgColour),
    /// A picture.
    Picture(Source),
}

/// The parameters of `POST /removebg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Params {
    pub(crate) source: Source,
    pub(crate) size: WantedSize,
    pub(crate) edit: Edit,
    pub(crate) backdrop: Backdrop,
    pub(crate) type_level: TypeLevel,
}

/// The part of the parameters that says how the answer looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) format: WireFormat,
    pub(crate) subject: SubjectType,
    pub(crate) roi: Option<Roi>,
    /// `crop`, with its margin.
    pub(crate) crop: Option<Option<CropMargin>>,
    pub(crate) scale: Scale,
    pub(crate) position: Position,
    pub(crate) channels: Channels,
    pub(crate) shadow: ShadowType,
    pub(crate) shadow_opacity: ShadowOpacity,
    pub(crate) semitransparency: bool,
}

impl Params {
    /// Reads and checks every parameter.
    pub(crate) fn read(fields: &Fields) -> Result<Self, Refusal> {
        let source = source(fields)?;
        let backdrop = backdrop(fields)?;
        let size = match fields.text(field::SIZE) {
            Some("auto") => WantedSize::Auto,
            Some(text) => WantedSize::Exactly(text.parse()?),
            None => WantedSize::Exactly(Size::Preview),
        };
        let type_level = value(fields, field::TYPE_LEVEL)?.unwrap_or(TypeLevel::One);
        Ok(Self { source, size, edit: edit(fields)?, backdrop, type_level })
    }

    /// `X-Type`: the type asked for, since nothing is classified here. `None` where no class is wanted.
    pub(crate) const fn kind(&self) -> Option<&'static str> {
        let fine = matches!(self.type_level, TypeLevel::Two | TypeLevel::Latest);
        Some(match (self.type_level, self.edit.subject) {
            (TypeLevel::None, _) => return None,
            (_, SubjectType::Person) => "person",
            (_, SubjectType::Product) => "product",
            (_, SubjectType::Car) => "car",
            (_, SubjectType::Animal) => "animal",
            (_, SubjectType::Graphic) if fine => "graphics",
            (_, SubjectType::Transportation) if fine => "transportation",
            (_, SubjectType::Auto | SubjectType::Graphic | SubjectType::Transportation) => "other",
        })
    }
}

/// The one source of the picture: file, base64 text or address.
pub(crate) fn source(fields: &Fields) -> Result<Source, Refusal> {
    let file = fields.file(field::IMAGE_FILE);
    let base64 = fields.text(field::IMAGE_FILE_B64);
    let url = fields.text(field::IMAGE_URL);
    match (file, base64, url) {
        (Some(bytes), None, None) => Ok(Source::Bytes(bytes.clone())),
        (None, Some(text), None) => decode(text).map(Source::Bytes),
        (None, None, Some(text)) => Purpose::Image.parse(text).map(Source::Url),
        (None, None, None) => Err(Refusal::coded(ErrorCode::MissingSource)
            .detail("Please provide the source image in the image_url, image_file or image_file_b64 parameter.")),
        _ => Err(Refusal::coded(ErrorCode::MultipleSources)),
    }
}

/// Base64 text, with or without a `data:` prefix, line breaks and padding.
fn decode(text: &str) -> Result<Bytes, Refusal> {
    let payload = text.split_once(";base64,").filter(|(head, _)| head.starts_with("data:")).map_or(text, |(_, p)| p);
    let packed: Vec<u8> = payload.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes = BASE64.decode(packed);
    bytes.map(Bytes::from).map_err(|e| Refusal::coded(ErrorCode::FailedToReadImage).detail(e.to_string()))
}

fn backdrop(fields: &Fields) -> Result<Backdrop, Refusal> {
    let colour = fields.text(field::BG_COLOR);
    let url = fields.text(field::BG_IMAGE_URL);
    let file = fields.file(field::BG_IMAGE_FILE);
    match (colour, url, file) {
        (None, None, None) => Ok(Backdrop::None),
        (Some(text), None, None) => Ok(Backdrop::Colour(text.parse()?)),
        (None, Some(text), None) => Purpose::Background.parse(text).map(Source::Url).map(Backdrop::Picture),
        (None, None, Some(bytes)) => Ok(Backdrop::Picture(Source::Bytes(bytes.clone()))),
        _ => Err(Refusal::coded(ErrorCode::MultipleBgSources)),
    }
}

fn edit(fields: &Fields) -> Result<Edit, Refusal> {
    let crop = switch(fields, field::CROP, None)?.unwrap_or(false);
    let margin = value(fields, field::CROP_MARGIN)?;
    let scale = value(fields, field::SCALE)?.unwrap_or(Scale::Original);
    // The documented default: a scaled subject stands in the middle.
    let usual_position = if scale == Scale::Original { Position::Original } else { Position::Center };
    let subject = value(fields, field::TYPE)?.unwrap_or(SubjectType::Auto);
    let code = Some(ErrorCode::InvalidSemitransparency);
    Ok(Edit {
        format: value(fields, field::FORMAT)?.unwrap_or(WireFormat::Auto),
        subject,
        roi: value(fields, field::ROI)?,
        crop: crop.then_some(margin),
        scale,
        position: value(fields, field::POSITION)?.unwrap_or(usual_position),
        channels: value(fields, field::CHANNELS)?.unwrap_or(Channels::Rgba),
        shadow: shadow(fields, subject)?,
        shadow_opacity: value(fields, field::SHADOW_OPACITY)?.unwrap_or(ShadowOpacity::Auto),
        semitransparency: switch(fields, field::SEMITRANSPARENCY, code)?.unwrap_or(true),
    })
}

/// The shadow for this subject: `shadow_type[<its type>]`, else `shadow_type`, else the deprecated `add_shadow`.
fn shadow(fields: &Fields, subject: SubjectType) -> Result<ShadowType, Refusal> {
    let mut own = None;
    for (name, text) in fields.bracketed(field::SHADOW_TYPE) {
        let (named, shadow): (SubjectType, ShadowType) = (name.parse()?, text.parse()?);
        own = if named == subject { Some(shadow) } else { own };
    }
    let general = value(fields, field::SHADOW_TYPE)?;
    let deprecated =
        switch(fields, field::ADD_SHADOW, None)?.map(|yes| if yes { ShadowType::Auto } else { ShadowType::None });
    Ok(own.or(general).or(deprecated).unwrap_or(ShadowType::None))
}

fn value<T: FromStr<Err = InvalidValue>>(fields: &Fields, name: &str) -> Result<Option<T>, InvalidValue> {
    fields.text(name).map(str::parse).transpose()
}

fn switch(fields: &Fields, name: &'static str, code: Option<ErrorCode>) -> Result<Option<bool>, InvalidValue> {
    fields.text(name).map(|text| flag(name, code, text)).transpose()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn read(form: &str) -> Result<Params, Refusal> {
        Params::read(&Fields::from_form(form.as_bytes()).unwrap())
    }

    #[rstest]
    #[case("", "missing_source")]
    #[case("image_url=http://localhost/a.png&image_file_b64=AAAA", "multiple_sources")]
    #[case("image_url=nowhere", "invalid_image_url")]
    #[case("image_file_b64=*", "failed_to_read_image")]
    #[case("image_file_b64=AAAA&size=huge", "invalid_size")]
    #[case("image_file_b64=AAAA&format=gif", "invalid_format")]
    #[case("image_file_b64=AAAA&channels=rgb", "invalid_channels")]
    #[case("image_file_b64=AAAA&roi=1 2 3", "invalid_roi")]
    #[case("image_file_b64=AAAA&roi=0%25 0%25 200%25 100%25", "roi_exceeds_bounds")]
    #[case("image_file_b64=AAAA&roi=5px 5px 5px 9px", "roi_region_empty")]
    #[case("image_file_b64=AAAA&crop_margin=501px", "invalid_crop_margin")]
    #[case("image_file_b64=AAAA&scale=5%25", "invalid_scale")]
    #[case("image_file_b64=AAAA&position=left", "invalid_position")]
    #[case("image_file_b64=AAAA&semitransparency=maybe", "invalid_semitransparency")]
    #[case("image_file_b64=AAAA&bg_color=nocolour", "invalid_bg_color")]
    #[case("image_file_b64=AAAA&bg_image_url=x", "invalid_bg_image_url")]
    #[case("image_file_b64=AAAA&bg_image_url=http://localhost/a&bg_color=red", "multiple_bg_sources")]
    fn each_mistake_has_its_documented_code(#[case] form: &str, #[case] code: &str) {
        let refusal = read(form).unwrap_err();
        assert_eq!((refusal.status.as_u16(), refusal.error.code.as_deref()), (400, Some(code)));
    }

    #[rstest]
    #[case("type=planet")]
    #[case("type_level=3")]
    #[case("shadow_type=long")]
    #[case("shadow_type[planet]=drop")]
    #[case("shadow_opacity=101")]
    #[case("crop=perhaps")]
    #[case("add_shadow=perhaps")]
    fn mistakes_without_a_documented_code_are_400_too(#[case] form: &str) {
        let refusal = read(&format!("image_file_b64=AAAA&{form}")).unwrap_err();
        assert_eq!((refusal.status.as_u16(), refusal.error.code), (400, None));
    }

    #[rstest]
    #[case("AAAA")]
    #[case("data:image/png;base64,AAAA")]
    #[case("AA%0AAA")]
    #[case("AAAAAA")]
    fn base64_comes_in_many_coats(#[case] text: &str) {
        let params = read(&format!("image_file_b64={text}")).unwrap();
        assert!(matches!(params.source, Source::Bytes(bytes) if bytes.iter().all(|b| *b == 0)));
    }

    #[rstest]
    #[case("shadow_type=drop", ShadowType::Drop)]
    #[case("type=car&shadow_type=drop&shadow_type[car]=car&shadow_type[person]=none", ShadowType::Car)]
    #[case("add_shadow=true", ShadowType::Auto)]
    #[case("add_shadow=true&shadow_type=none", ShadowType::None)]
    fn the_shadow_of_the_subject_counts(#[case] form: &str, #[case] expected: ShadowType) {
        assert_eq!(read(&format!("image_file_b64=AAAA&{form}")).unwrap().edit.shadow, expected);
    }

    #[rstest]
    #[case("", Some("other"))]
    #[case("type=person", Some("person"))]
    #[case("type=graphic", Some("other"))]
    #[case("type=graphic&type_level=2", Some("graphics"))]
    #[case("type=person&type_level=none", None)]
    fn the_type_is_the_one_asked_for(#[case] form: &str, #[case] kind: Option<&str>) {
        assert_eq!(read(&format!("image_file_b64=AAAA&{form}")).unwrap().kind(), kind);
    }
}
