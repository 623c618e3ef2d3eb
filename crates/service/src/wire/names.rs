//! Names of form fields and of headers. Header names are written in lower case and compare case-insensitively.

/// Names of form fields, JSON keys and paths.
pub mod field {
    use crate::wire::SubjectType;

    /// The picture as a file part.
    pub const IMAGE_FILE: &str = "image_file";
    /// The picture as base64 text.
    pub const IMAGE_FILE_B64: &str = "image_file_b64";
    /// The picture by its address.
    pub const IMAGE_URL: &str = "image_url";
    /// The picture's name, `/improve` only.
    pub const IMAGE_FILENAME: &str = "image_filename";
    /// A group of pictures, `/improve` only.
    pub const TAG: &str = "tag";
    /// Most megapixels of the result.
    pub const SIZE: &str = "size";
    /// Format of the result.
    pub const FORMAT: &str = "format";
    /// What the foreground is.
    pub const TYPE: &str = "type";
    /// How finely `X-Type` is told.
    pub const TYPE_LEVEL: &str = "type_level";
    /// Region of interest.
    pub const ROI: &str = "roi";
    /// Cut off empty regions.
    pub const CROP: &str = "crop";
    /// Room around the cropped subject.
    pub const CROP_MARGIN: &str = "crop_margin";
    /// Size of the subject in the picture.
    pub const SCALE: &str = "scale";
    /// Place of the subject in the picture.
    pub const POSITION: &str = "position";
    /// Picture or mask.
    pub const CHANNELS: &str = "channels";
    /// Artificial shadow.
    pub const SHADOW_TYPE: &str = "shadow_type";
    /// Its strength.
    pub const SHADOW_OPACITY: &str = "shadow_opacity";
    /// Deprecated form of `shadow_type`.
    pub const ADD_SHADOW: &str = "add_shadow";
    /// See-through regions such as car windows.
    pub const SEMITRANSPARENCY: &str = "semitransparency";
    /// Background colour.
    pub const BG_COLOR: &str = "bg_color";
    /// Background picture by its address.
    pub const BG_IMAGE_URL: &str = "bg_image_url";
    /// Background picture as a file part.
    pub const BG_IMAGE_FILE: &str = "bg_image_file";

    /// `shadow_type[person]`: the shadow for one kind of subject.
    #[must_use]
    pub fn shadow_type_of(subject: SubjectType) -> String {
        format!("{SHADOW_TYPE}[{subject}]")
    }
}

/// Names of headers.
pub mod header {
    /// The key, where a profile does not name another header.
    pub const API_KEY: &str = "x-api-key";
    /// Credits charged for this call, decimal.
    pub const CREDITS_CHARGED: &str = "x-credits-charged";
    /// Width of the result, pixels.
    pub const WIDTH: &str = "x-width";
    /// Height of the result, pixels.
    pub const HEIGHT: &str = "x-height";
    /// Width the result could have had, pixels. Undocumented.
    pub const MAX_WIDTH: &str = "x-max-width";
    /// Height the result could have had, pixels. Undocumented.
    pub const MAX_HEIGHT: &str = "x-max-height";
    /// What the foreground was taken for.
    pub const TYPE: &str = "x-type";
    /// Top edge of the foreground, pixels.
    pub const FOREGROUND_TOP: &str = "x-foreground-top";
    /// Left edge of the foreground, pixels.
    pub const FOREGROUND_LEFT: &str = "x-foreground-left";
    /// Width of the foreground, pixels.
    pub const FOREGROUND_WIDTH: &str = "x-foreground-width";
    /// Height of the foreground, pixels.
    pub const FOREGROUND_HEIGHT: &str = "x-foreground-height";
    /// Rate limit of the period.
    pub const RATE_LIMIT: &str = "x-ratelimit-limit";
    /// What is left of it.
    pub const RATE_REMAINING: &str = "x-ratelimit-remaining";
    /// When it is whole again, Unix seconds.
    pub const RATE_RESET: &str = "x-ratelimit-reset";
    /// The service's id of this call.
    pub const REQUEST_ID: &str = "x-request-id";
}
