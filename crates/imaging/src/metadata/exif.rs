//! EXIF blocks: a TIFF directory without pixels (CIPA DC-008, TIFF 6.0).

/// A block that says nothing but the orientation.
pub(crate) fn only_orientation(orientation: u8) -> Vec<u8> {
    // Header, one entry of tag 274 (SHORT, one value), no further directory.
    let mut block = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    block.extend([0, orientation, 0, 0, 0, 0, 0, 0]);
    block
}
