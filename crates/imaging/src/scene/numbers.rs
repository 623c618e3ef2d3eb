//! The few conversions between fractions, pixels and bytes that scenes need, each in one place with its rounding.

/// 0 up to `from`, 1 from `to` on, smooth between.
pub(crate) fn smoothstep(from: f32, to: f32, value: f32) -> f32 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Rounded to nearest and held to a byte.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held to 0..=255 before")]
pub(crate) fn to_byte(value: f32) -> u8 {
    (value + 0.5).clamp(0.0, 255.0) as u8
}

/// A share of a length, where sixteen million steps are enough.
#[expect(clippy::cast_possible_truncation, reason = "the nearest value is meant")]
pub(crate) fn narrow(value: f64) -> f32 {
    value as f32
}
