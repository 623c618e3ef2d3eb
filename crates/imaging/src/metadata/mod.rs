//! What a file says beside its picture.

pub(crate) mod exif;
