//! The whole chain on real photos: what a user sees.

use clearcut_imaging::{Rgba, resize};
use clearcut_matting::{Cutout, Matter, MattingOptions};
use rstest::rstest;

use crate::{MATTER, never, sample};

fn cut(photo: &Rgba) -> Cutout {
    MATTER.cut_out(&photo.pixels, photo.width, photo.height, &never).unwrap()
}

fn alpha(cutout: &Cutout, x: u32, y: u32) -> u8 {
    cutout.rgba[((y * cutout.width + x) * 4 + 3) as usize]
}

/// The face of the 512 × 512 portrait, and small patches in three corners: in the fourth lies the helmet, whose black parts no
/// colour tells from the black behind them.
#[test]
fn the_astronaut_s_face_is_there_and_the_corners_are_not() {
    let cutout = cut(&sample("astronaut.png"));
    for (x, y) in (195..255).flat_map(|x| (85..150).map(move |y| (x, y))) {
        let seen = alpha(&cutout, x, y);
        assert!(seen > 250, "alpha {seen} in the face at {x}, {y}");
    }
    let patch = |left: u32, top: u32| (left..left + 6).flat_map(move |x| (top..top + 6).map(move |y| (x, y)));
    for (x, y) in patch(0, 0).chain(patch(506, 0)).chain(patch(0, 506)) {
        let seen = alpha(&cutout, x, y);
        assert!(seen < 5, "alpha {seen} in the corner at {x}, {y}");
    }
}

#[test]
fn size_does_not_matter() {
    for side in [190, 1333] {
        let cutout = cut(&resize(&sample("astronaut.png"), side, side));
        assert!(alpha(&cutout, side * 9 / 20, side / 4) > 250);
        assert!(alpha(&cutout, 0, 0) < 5 && alpha(&cutout, side - 1, 0) < 5);
    }
}

#[rstest]
fn opaque_is_the_original_to_the_bit_and_nothing_is_left_under_alpha_0(
    #[values("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")] name: &str,
) {
    let photo = sample(name);
    let cutout = cut(&photo);
    assert_eq!((cutout.width, cutout.height), (photo.width, photo.height));
    let (mut opaque, mut clear) = (0, 0);
    for (seen, original) in cutout.rgba.chunks_exact(4).zip(photo.pixels.chunks_exact(4)) {
        match seen[3] {
            255 => {
                assert_eq!(seen, original);
                opaque += 1;
            }
            0 => {
                assert_eq!(seen, [0; 4]);
                clear += 1;
            }
            _ => {}
        }
    }
    let all = photo.pixels.len() / 4;
    assert!(opaque > all / 100 && clear > all / 20, "{name}: {opaque} opaque, {clear} clear of {all}");
}

#[test]
fn the_edge_takes_the_subject_s_colour_and_not_the_old_background_s() {
    // A red disc on pure green: at its soft edge the picture shows mixtures, the cutout must not.
    let (w, h) = (400_u32, 400_u32);
    let pixels = (0..h).flat_map(|y| (0..w).map(move |x| (x, y))).flat_map(|(x, y)| {
        let distance = (f64::from(x) - 200.0).hypot(f64::from(y) - 200.0);
        let share = ((123.0 - distance) / 6.0).clamp(0.0, 1.0);
        let mix = |f: f64, b: f64| (b + (f - b) * share).round() as u8;
        [mix(210.0, 20.0), mix(40.0, 200.0), mix(40.0, 40.0), 255]
    });
    let photo = Rgba::new(w, h, pixels.collect()).unwrap();
    let cutout = cut(&photo);
    let edge: Vec<&[u8]> = cutout.rgba.chunks_exact(4).filter(|p| p[3] > 40 && p[3] < 230).collect();
    assert!(edge.len() > 100, "a soft edge has many mixed pixels: {}", edge.len());
    let greener = edge.iter().filter(|p| p[1] > 110).count();
    assert!(greener * 10 < edge.len(), "{greener} of {} edge pixels are still green", edge.len());
}

#[test]
fn alpha_that_a_picture_already_has_is_kept() {
    let mut photo = sample("astronaut.png");
    for pixel in photo.pixels.chunks_exact_mut(4).take(512 * 100) {
        pixel[3] = 0;
    }
    let cutout = cut(&photo);
    assert!(cutout.rgba[..512 * 100 * 4].iter().all(|&value| value == 0));
    assert!(alpha(&cutout, 224, 140) > 250);
}

#[test]
fn the_square_input_can_be_chosen() {
    let matter = Matter::new(MattingOptions { keep_aspect: false, ..MattingOptions::default() }).unwrap();
    let photo = sample("astronaut.png");
    let cutout = matter.cut_out(&photo.pixels, 512, 512, &never).unwrap();
    assert!(alpha(&cutout, 225, 120) > 250 && alpha(&cutout, 0, 0) < 5);
}
