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
/// The nearest whole number, held to what pixels can be.
#[expect(clippy::cast_possible_truncation, reason = "held to the range of i32 before")]
pub(crate) fn nearest(value: f64) -> i64 {
    value.round().clamp(f64::from(i32::MIN), f64::from(i32::MAX)) as i64
}

/// The next whole number below, held to what pixels can be.
#[expect(clippy::cast_possible_truncation, reason = "held to the range of i32 before")]
pub(crate) fn below(value: f64) -> i64 {
    value.floor().clamp(f64::from(i32::MIN), f64::from(i32::MAX)) as i64
}

/// A length in pixels: the nearest whole number, at least one.
pub(crate) fn pixels(value: f64) -> u32 {
    u32::try_from(nearest(value)).unwrap_or(0).max(1)
}

/// A number of things as a number to compute with.
#[expect(clippy::cast_precision_loss, reason = "counts of pixels are far below 2^53")]
pub(crate) fn count(things: usize) -> f64 {
    things as f64
}
