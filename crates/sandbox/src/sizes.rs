//! The limits of the wire format as the practice service keeps them: bytes, megapixels, fields, files a day.

/// Largest picture file, in bytes.
pub(crate) const MAX_FILE_BYTES: usize = 22_000_000;
/// Largest request body: a picture and a background, one of them as percent-encoded base64, with room for the rest.
pub(crate) const MAX_BODY_BYTES: usize = 64_000_000;
/// Most fields in one request. All documented ones together are fewer than forty.
pub(crate) const MAX_FIELDS: usize = 64;
/// Longest text parameter (base64 pictures aside), in bytes.
pub(crate) const MAX_TEXT_BYTES: usize = 8_192;
/// Most pixels of an input picture.
pub(crate) const MAX_INPUT_PIXELS: u64 = 50_000_000;
/// Most files a day that the improvement programme takes.
pub(crate) const MAX_IMPROVEMENTS_A_DAY: u32 = 100;

/// Width and height of a picture of `width × height` fitted into `max_pixels`, never enlarged, sides at least 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a scaled-down side is positive and smaller than the side it came from"
)]
pub(crate) fn fit_pixels(width: u32, height: u32, max_pixels: u64) -> (u32, u32) {
    let pixels = u64::from(width) * u64::from(height);
    if pixels <= max_pixels {
        return (width, height);
    }
    let scale = (max_pixels as f64 / pixels as f64).sqrt();
    // The added hair keeps an exact root (1,000 × 1,000 into 0.25 megapixels) from falling to 499.
    let side = |full: u32| ((f64::from(full) * scale + 1e-6).floor() as u32).max(1);
    let (fitted_width, fitted_height) = (side(width), side(height));
    // A side that was raised to 1 leaves less room for the other one.
    let room = |other: u32| u32::try_from(max_pixels / u64::from(other)).unwrap_or(u32::MAX).max(1);
    (fitted_width.min(room(fitted_height)), fitted_height.min(room(fitted_width)))
}

/// Megapixels that a picture counts against the rate limit: at least 1, rounded up.
pub(crate) fn billed_megapixels(width: u32, height: u32) -> i64 {
    let pixels = u64::from(width) * u64::from(height);
    i64::try_from(pixels.div_ceil(1_000_000).max(1)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::documented_example((6250, 4000), 250_000, (625, 400))]
    #[case::exact_root((1000, 1000), 250_000, (500, 500))]
    #[case::never_enlarged((10, 20), 250_000, (10, 20))]
    #[case::a_thread((30_000, 1), 10_000, (10_000, 1))]
    fn pictures_are_fitted_into_their_megapixels(
        #[case] full: (u32, u32),
        #[case] max_pixels: u64,
        #[case] fitted: (u32, u32),
    ) {
        assert_eq!(fit_pixels(full.0, full.1, max_pixels), fitted);
    }

    #[rstest]
    #[case(10, 10, 1)]
    #[case(1000, 1000, 1)]
    #[case(1000, 1001, 2)]
    #[case(5000, 2000, 10)]
    fn the_rate_limit_counts_whole_megapixels(#[case] width: u32, #[case] height: u32, #[case] billed: i64) {
        assert_eq!(billed_megapixels(width, height), billed);
    }
}
