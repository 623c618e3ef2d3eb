//! The documented error codes with their documented titles. A service may answer with others; those stay text.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A code that the documentation does not list.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[error("not a documented error code")]
pub struct UnknownCode;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $title:literal;)+) => {
        /// A documented error code. All are status 400 but [`ErrorCode::AuthFailed`], which is 403.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)+
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as it travels.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// The documented title.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)+
                }
            }
        }
    };
}

codes! {
    /// The background's address did not give a picture.
    FailedBgDownload = "failed_bg_download", "Failed to download background image from given bg_image_url";
    /// The picture's address did not give a picture.
    FailedImageDownload = "failed_image_download", "Failed to download image from given image_url";
    /// The picture is damaged.
    FailedToReadImage = "failed_to_read_image", "There was an error reading the image.";
    /// More bytes than allowed.
    FileTooLarge = "file_too_large", "File too large";
    /// `bg_color` is no colour.
    InvalidBgColor = "invalid_bg_color", "Invalid bg_color parameter given";
    /// `bg_image_url` is no address.
    InvalidBgImageUrl = "invalid_bg_image_url", "Invalid bg_image_url: Please provide a valid URL.";
    /// `channels` is neither `rgba` nor `alpha`.
    InvalidChannels = "invalid_channels", "Invalid value for parameter 'channels'";
    /// `crop_margin` is no margin, or too large.
    InvalidCropMargin = "invalid_crop_margin", "Invalid crop_margin parameter given";
    /// The picture's size cannot be read.
    InvalidDimensions = "invalid_dimensions", "Failed to read image dimensions";
    /// Not a JPG, PNG or WebP.
    InvalidFileType = "invalid_file_type", "Invalid file type";
    /// `format` is none of the five.
    InvalidFormat = "invalid_format", "Invalid format parameter given";
    /// `image_url` is no address.
    InvalidImageUrl = "invalid_image_url", "Invalid image_url: Please provide a valid URL.";
    /// `position` is no position.
    InvalidPosition = "invalid_position", "Invalid position parameter given";
    /// `roi` is no region.
    InvalidRoi = "invalid_roi", "Invalid roi parameter given";
    /// `scale` is no scale.
    InvalidScale = "invalid_scale", "Invalid scale parameter given";
    /// `semitransparency` is no flag.
    InvalidSemitransparency = "invalid_semitransparency", "Invalid semitransparency parameter given";
    /// `size` is none of the sizes.
    InvalidSize = "invalid_size", "Invalid value for parameter 'size'";
    /// No picture.
    MissingSource = "missing_source", "No image given";
    /// Two backgrounds.
    MultipleBgSources = "multiple_bg_sources", "Multiple background sources given: Please provide either the bg_color, the bg_image_url or the bg_image_file parameter.";
    /// Two pictures.
    MultipleSources = "multiple_sources", "Multiple image sources given: Please provide either the image_url, image_file or image_file_b64 parameter.";
    /// More megapixels than allowed.
    ResolutionTooHigh = "resolution_too_high", "Image resolution too high";
    /// The region lies outside of the picture.
    RoiExceedsBounds = "roi_exceeds_bounds", "ROI exceeds image bounds";
    /// The region has no area.
    RoiRegionEmpty = "roi_region_empty", "ROI region is empty";
    /// No foreground was found.
    UnknownForeground = "unknown_foreground", "Could not identify foreground in image.";
    /// The key is missing or not known (403).
    AuthFailed = "auth_failed", "Authentication failed";
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ErrorCode {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text).ok_or(UnknownCode)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

    use super::*;

    #[test]
    fn every_code_reads_back() {
        for code in ErrorCode::ALL {
            assert_eq!(code.to_string().parse::<ErrorCode>().unwrap(), *code);
        }
        assert_eq!("over_quota".parse::<ErrorCode>(), Err(UnknownCode));
    }

    #[test]
    fn there_are_the_twenty_four_of_status_400_and_one_of_403() {
        assert_eq!(ErrorCode::ALL.len(), 25);
    }
}
