//! A picture given to a service's improvement programme. Sending one means agreeing to the programme's conditions, so the
//! request cannot be built without the user's consent for that picture.

use crate::request::ImageSource;

/// The user's explicit yes for one picture. It can be neither copied nor reused.
#[derive(Debug)]
pub struct Consent(());

impl Consent {
    /// To be called only where the user has just agreed, for this one picture, to the programme's conditions.
    #[must_use]
    pub fn given_by_user_for_this_picture() -> Self {
        Self(())
    }
}

/// One call of `/improve`.
#[derive(Debug)]
pub struct ImproveRequest {
    /// The picture.
    pub source: ImageSource,
    /// `image_filename`: what the service may call it.
    pub filename: Option<String>,
    /// `tag`: pictures with one tag are grouped.
    pub tag: Option<String>,
    _consent: Consent,
}

impl ImproveRequest {
    /// A request without name and tag.
    #[must_use]
    pub fn new(source: ImageSource, consent: Consent) -> Self {
        Self { source, filename: None, tag: None, _consent: consent }
    }
}
