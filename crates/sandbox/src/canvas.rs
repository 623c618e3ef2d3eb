//! A few operations on straight-alpha pictures: find the subject, cut a rectangle out (also beyond the edge),
//! lay one picture over another. Coordinates are pixels; nothing here knows a parameter.

use clearcut_imaging::Rgba;
use clearcut_service::Rect;

/// Alpha from which a pixel counts as part of the subject: 5 %, so that a breath of haze does not move its box.
const VISIBLE: u8 = 13;

/// The smallest box around everything visible.
pub(crate) fn subject_box(picture: &Rgba) -> Option<Rect> {
    let width = picture.width as usize;
    let mut found: Option<[usize; 4]> = None;
    for (y, row) in picture.pixels.chunks_exact(width * 4).enumerate() {
        let visible = |pixel: &[u8]| pixel[3] >= VISIBLE;
        let Some(first) = row.chunks_exact(4).position(visible) else { continue };
        let last = row.chunks_exact(4).rposition(visible).unwrap_or(first);
        found = Some(match found {
            None => [first, y, last, y],
            Some([left, top, right, _]) => [left.min(first), top, right.max(last), y],
        });
    }
    let [left, top, right, bottom] = found?.map(|edge| u32::try_from(edge).unwrap_or(u32::MAX));
    Some(Rect { left, top, width: right - left + 1, height: bottom - top + 1 })
}

/// The part of a picture from `left`, `top` on; what lies outside of it is transparent.
pub(crate) fn cut(picture: &Rgba, left: i64, top: i64, width: u32, height: u32) -> Rgba {
    let mut canvas = Rgba::filled(width, height, [0; 4]);
    paste(&mut canvas, picture, -left, -top);
    canvas
}

/// Replaces part of `canvas` with `picture`, whose corner comes to `left`, `top`; what does not fit is dropped.
pub(crate) fn paste(canvas: &mut Rgba, picture: &Rgba, left: i64, top: i64) {
    let columns = overlap(left, picture.width, canvas.width);
    if columns.is_empty() {
        return;
    }
    for y in overlap(top, picture.height, canvas.height) {
        let from = index(picture, columns.start - left, y - top);
        let to = index(canvas, columns.start, y);
        let length = usize::try_from(columns.end - columns.start).unwrap_or(0) * 4;
        canvas.pixels[to..to + length].copy_from_slice(&picture.pixels[from..from + length]);
    }
}

/// The canvas coordinates that a side of `length` pixels beginning at `start` covers.
fn overlap(start: i64, length: u32, canvas: u32) -> std::ops::Range<i64> {
    let end = (start + i64::from(length)).min(i64::from(canvas));
    start.max(0)..end.max(start.max(0))
}

/// Where the pixel at `x`, `y` begins. Both lie inside of the picture.
fn index(picture: &Rgba, x: i64, y: i64) -> usize {
    usize::try_from((y * i64::from(picture.width) + x) * 4).unwrap_or(0)
}

/// Lays `upper` over `lower`, both straight alpha and of one size: Porter and Duff's *over*.
pub(crate) fn over(mut upper: Rgba, lower: &Rgba) -> Rgba {
    for (above, below) in upper.pixels.chunks_exact_mut(4).zip(lower.pixels.chunks_exact(4)) {
        let pixel = over_pixel([above[0], above[1], above[2], above[3]], [below[0], below[1], below[2], below[3]]);
        above.copy_from_slice(&pixel);
    }
    upper
}

/// One pixel of [`over`], rounded to nearest.
#[expect(clippy::cast_possible_truncation, reason = "weighted means of bytes are bytes")]
fn over_pixel(above: [u8; 4], below: [u8; 4]) -> [u8; 4] {
    if above[3] == 255 || below[3] == 0 {
        return above;
    }
    let (a, b) = (u32::from(above[3]), u32::from(below[3]));
    // Weights in 1/255²: upper a·255, lower b·(255 − a).
    let (upper, lower) = (a * 255, b * (255 - a));
    let total = upper + lower;
    let mut pixel = [0, 0, 0, ((total + 127) / 255) as u8];
    for channel in 0..3 {
        let sum = u32::from(above[channel]) * upper + u32::from(below[channel]) * lower;
        pixel[channel] = ((sum + total / 2) / total.max(1)) as u8;
    }
    pixel
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn dot(width: u32, height: u32, x: u32, y: u32) -> Rgba {
        let mut picture = Rgba::filled(width, height, [0; 4]);
        paste(&mut picture, &Rgba::filled(1, 1, [9, 9, 9, 255]), i64::from(x), i64::from(y));
        picture
    }

    #[test]
    fn the_box_is_as_small_as_it_can_be() {
        assert_eq!(subject_box(&Rgba::filled(4, 4, [1, 2, 3, 12])), None);
        assert_eq!(subject_box(&dot(5, 4, 3, 2)), Some(Rect { left: 3, top: 2, width: 1, height: 1 }));
        let all = subject_box(&Rgba::filled(5, 4, [1, 2, 3, 13]));
        assert_eq!(all, Some(Rect { left: 0, top: 0, width: 5, height: 4 }));
    }

    #[rstest]
    #[case::inside(1, 1, 3, 3, Some((1, 1)))]
    #[case::larger_than_the_picture(-3, -2, 10, 10, Some((5, 4)))]
    #[case::beside_it(40, 0, 3, 3, None)]
    #[case::before_it(-40, -40, 3, 3, None)]
    fn a_cut_may_reach_beyond_the_edge(
        #[case] left: i64,
        #[case] top: i64,
        #[case] width: u32,
        #[case] height: u32,
        #[case] dot_at: Option<(u32, u32)>,
    ) {
        let part = cut(&dot(5, 5, 2, 2), left, top, width, height);
        assert_eq!((part.width, part.height), (width, height));
        assert_eq!(subject_box(&part).map(|found| (found.left, found.top)), dot_at);
    }

    #[rstest]
    #[case([10, 20, 30, 255], [1, 2, 3, 255], [10, 20, 30, 255])]
    #[case([10, 20, 30, 0], [1, 2, 3, 200], [1, 2, 3, 200])]
    #[case([10, 20, 30, 40], [1, 2, 3, 0], [10, 20, 30, 40])]
    #[case([200, 0, 0, 51], [0, 100, 0, 255], [40, 80, 0, 255])]
    fn over_is_porter_and_duffs(#[case] above: [u8; 4], #[case] below: [u8; 4], #[case] expected: [u8; 4]) {
        assert_eq!(over_pixel(above, below), expected);
    }
}
