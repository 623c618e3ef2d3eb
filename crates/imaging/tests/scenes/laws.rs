//! What holds of every scene.

use clearcut_imaging::scene::{
    Backdrop, BackdropId, Canvas, ContactShadow, DropShadow, Edits, Fit, Placement, Prepared, Scene, Target, Template,
    Tool, needs_original, render, subject_box,
};
use clearcut_imaging::{Background, ImageError, Look, Rgba, apply, fingerprint_bytes};
use proptest::prelude::*;

use crate::make::{cutout, original, scene, stroke};

fn natural(picture: Rgba, edits: &Edits) -> Rgba {
    render(picture, None, None, edits, Target::Natural).unwrap()
}

/// Any picture of a few pixels, with colour under invisible ones as no cutout has it.
fn any_picture() -> impl Strategy<Value = Rgba> {
    (1_u32..24, 1_u32..24).prop_flat_map(|(width, height)| {
        let length = (width * height * 4) as usize;
        prop::collection::vec(any::<u8>(), length).prop_map(move |pixels| Rgba { width, height, pixels })
    })
}

fn any_canvas() -> impl Strategy<Value = Canvas> {
    prop_oneof![
        Just(Canvas::Original),
        (0.0_f32..1.0).prop_map(|margin| Canvas::Subject { margin }),
        (1_u32..60, 1_u32..60, 0.0_f32..0.49).prop_map(|(width, height, margin)| Canvas::Fixed {
            width,
            height,
            margin
        }),
    ]
}

fn any_scene() -> impl Strategy<Value = Scene> {
    let backdrop = prop_oneof![
        Just(Backdrop::Transparent),
        any::<[u8; 3]>().prop_map(Backdrop::Colour),
        prop::sample::select(&Template::ALL[..]).prop_map(Backdrop::Template),
    ];
    let placement = (-1.0_f32..1.0, -1.0_f32..1.0, 0.1_f32..4.0, prop_oneof![Just(0.0_f32), -180.0_f32..180.0])
        .prop_map(|(x, y, scale, turn)| Placement { x, y, scale, turn });
    let drop_shadow = prop::option::of((-0.2_f32..0.2, -0.2_f32..0.2, 0.0_f32..0.2, 0.0_f32..1.0))
        .prop_map(|shadow| shadow.map(|(x, y, blur, opacity)| DropShadow { x, y, blur, opacity }));
    let contact_shadow = prop::option::of((0.0_f32..1.0, 0.0_f32..0.5))
        .prop_map(|shadow| shadow.map(|(opacity, spread)| ContactShadow { opacity, spread }));
    (any_canvas(), backdrop, placement, drop_shadow, contact_shadow).prop_map(
        |(canvas, backdrop, subject, drop_shadow, contact_shadow)| Scene {
            canvas,
            backdrop,
            subject,
            drop_shadow,
            contact_shadow,
        },
    )
}

proptest! {
    #[test]
    fn edits_that_change_nothing_give_the_cutout_bit_for_bit(mut picture in any_picture()) {
        let same = natural(picture.clone(), &Edits::default());
        picture.zero_hidden_colour();
        prop_assert_eq!(&same, &picture);
        let prepared = Prepared::new(picture.clone(), None, None, &Edits::default()).unwrap();
        prop_assert_eq!(prepared.render(Target::Natural.into()), picture, "with or without memory of its own");
    }

    #[test]
    fn a_colour_behind_is_the_look_that_is_applied_elsewhere(mut picture in any_picture(), rgb: [u8; 3]) {
        picture.zero_hidden_colour();
        let edits = scene(Canvas::Original, Backdrop::Colour(rgb));
        let look = Look { background: Background::Colour(rgb) };
        prop_assert_eq!(natural(picture.clone(), &edits), apply(picture, &look));
    }

    #[test]
    fn no_scene_leaves_colour_under_what_is_invisible_or_breaks(picture in any_picture(), scene in any_scene()) {
        let opaque = matches!(scene.backdrop, Backdrop::Colour(_) | Backdrop::Template(_));
        let edits = Edits { strokes: Vec::new(), scene };
        prop_assert_eq!(edits.check(), Ok(()));
        let prepared = Prepared::new(picture, None, None, &edits).unwrap();
        let result = prepared.render(Target::Natural.into());
        prop_assert_eq!((result.width, result.height), prepared.size(Target::Natural.into()));
        for pixel in result.pixels.chunks_exact(4) {
            prop_assert!(pixel[3] != 0 || pixel[..3] == [0; 3], "{:?}", pixel);
            prop_assert!(!opaque || pixel[3] == 255, "{:?}", pixel);
        }
        prop_assert_eq!(&prepared.clone().finish(Target::Natural.into()), &result, "the same in its own memory");
        let small = prepared.render(Target::Within(16).into());
        prop_assert!(small.width <= 16 && small.height <= 16);
    }

    #[test]
    fn restoring_what_was_erased_gives_the_originals_pixels(
        x in 0.0_f32..1.0, y in 0.0_f32..1.0, size in 0.05_f32..0.6, to in 0.0_f32..1.0,
    ) {
        let (original, cut) = (original(60, 40), cutout(60, 40));
        let line = [[x, y], [to, y]];
        let edits = |restoring: f32| Edits {
            strokes: vec![stroke(Tool::Erase, size, 1.0, &line), stroke(Tool::Restore, restoring, 1.0, &line)],
            scene: Scene::default(),
        };
        let result = render(cut.clone(), Some(&original), None, &edits(size + 0.1), Target::Natural).unwrap();
        let radius = f64::from(size) * 60.0 / 2.0;
        for (at, (pixel, here)) in result.pixels.chunks_exact(4).zip(original.pixels.chunks_exact(4)).enumerate() {
            let place = (at % 60, at / 60);
            let (px, py) = (place.0 as f64 + 0.5, place.1 as f64 + 0.5);
            let (from, until) = (f64::from(x.min(to)) * 60.0, f64::from(x.max(to)) * 60.0);
            let distance = (px - px.clamp(from, until)).hypot(py - f64::from(y) * 40.0);
            if distance <= radius {
                prop_assert_eq!(pixel, here, "at {:?}", place);
            }
        }
    }

    #[test]
    fn the_windows_stand_in_and_the_full_picture_agree(
        mut scene in any_scene(), with_stroke: bool, from in 0.1_f32..0.9, to in 0.1_f32..0.9,
    ) {
        // As it is: sub-pixel placing differs by what a pixel of the stand-in is.
        if let Canvas::Fixed { width, height, margin } = scene.canvas {
            scene.canvas = Canvas::Fixed { width: width.max(8) * 10, height: height.max(8) * 10, margin: margin.min(0.3) };
        }
        scene.subject.scale = scene.subject.scale.clamp(0.5, 2.0);
        let strokes = if with_stroke { vec![stroke(Tool::Erase, 0.15, 0.5, &[[from, 0.3], [to, 0.6]])] } else { vec![] };
        let edits = Edits { strokes, scene };
        let full = render(cutout(600, 400), None, None, &edits, Target::Natural).unwrap();
        let stand_in = render(cutout(300, 200), None, None, &edits, Target::Within(150)).unwrap();
        let from_full = clearcut_imaging::resize(&full, stand_in.width, stand_in.height);
        let aspect = |picture: &Rgba| f64::from(picture.width) / f64::from(picture.height);
        prop_assert!((aspect(&full) / aspect(&stand_in) - 1.0).abs() < 0.05);
        let difference = mean_difference(&from_full, &stand_in);
        // The rim of a disc at a quarter of the picture, one pixel off, is about 2 levels in the mean over a small canvas.
        prop_assert!(difference < 4.0, "{} levels", difference);
    }
}

/// Mean difference over premultiplied channels, levels.
fn mean_difference(one: &Rgba, other: &Rgba) -> f64 {
    let premultiplied = |pixel: &[u8]| {
        let alpha = f64::from(pixel[3]);
        [
            f64::from(pixel[0]) * alpha / 255.0,
            f64::from(pixel[1]) * alpha / 255.0,
            f64::from(pixel[2]) * alpha / 255.0,
            alpha,
        ]
    };
    let pairs = one.pixels.chunks_exact(4).zip(other.pixels.chunks_exact(4));
    let sum: f64 = pairs
        .map(|(a, b)| premultiplied(a).iter().zip(premultiplied(b)).map(|(a, b)| (a - b).abs()).sum::<f64>() / 4.0)
        .sum();
    sum / one.pixel_count() as f64
}

#[test]
fn a_crop_copies_the_subject_and_leaves_the_margin_around_it() {
    let cut = cutout(200, 160);
    let found = subject_box(&cut).unwrap();
    let edits = scene(Canvas::Subject { margin: 0.1 }, Backdrop::Transparent);
    let result = natural(cut.clone(), &edits);
    let margin = (f64::from(found.width.max(found.height)) * 0.1).round() as u32;
    assert_eq!((result.width, result.height), (found.width + 2 * margin, found.height + 2 * margin));
    for (x, y) in (0..found.height).flat_map(|y| (0..found.width).map(move |x| (x, y))) {
        assert_eq!(result.pixel(margin + x, margin + y), cut.pixel(found.left + x, found.top + y));
    }
}

#[test]
fn on_a_fixed_canvas_the_subject_fills_what_the_margin_leaves() {
    let edits = scene(Canvas::Fixed { width: 400, height: 300, margin: 0.05 }, Backdrop::Transparent);
    let result = natural(cutout(200, 160), &edits);
    assert_eq!((result.width, result.height), (400, 300));
    let found = subject_box(&result).unwrap();
    // 300 less 5 % on both sides; a pixel is lost or won to the rim's softness.
    assert!(found.height.abs_diff(270) <= 3, "{found:?}");
    assert!((f64::from(found.left) + f64::from(found.width) / 2.0 - 200.0).abs() <= 1.5, "{found:?}");
    assert!((f64::from(found.top) + f64::from(found.height) / 2.0 - 150.0).abs() <= 1.5, "{found:?}");
}

#[test]
fn a_quarter_turn_turns_clockwise() {
    let mut cut = Rgba::filled(41, 41, [0; 4]);
    // A bar from the middle upwards: a quarter turn clockwise points it to the right.
    for y in 0..=20 {
        let at = (y * 41 + 20) * 4;
        cut.pixels[at..at + 4].copy_from_slice(&[10, 20, 30, 255]);
    }
    let subject = Placement { turn: 90.0, ..Placement::default() };
    let edits = Edits { strokes: Vec::new(), scene: Scene { subject, ..Scene::default() } };
    let found = subject_box(&natural(cut, &edits)).unwrap();
    assert!(found.width >= 20 && found.height <= 2, "{found:?}");
}

#[test]
fn an_erased_pixel_keeps_no_colour_and_a_soft_brush_has_a_soft_rim() {
    let cut = Rgba::filled(100, 100, [9, 8, 7, 255]);
    let at = |hardness: f32, x: u32| {
        let edits = Edits { strokes: vec![stroke(Tool::Erase, 0.4, hardness, &[[0.5, 0.5]])], scene: Scene::default() };
        natural(cut.clone(), &edits).pixel(x, 50).unwrap()
    };
    assert_eq!(at(1.0, 50), [0; 4]);
    assert_eq!(at(1.0, 66), [0; 4]);
    assert_eq!(at(1.0, 72), [9, 8, 7, 255]);
    let soft = at(0.0, 60)[3];
    assert!((80..180).contains(&soft), "{soft}");
}

#[test]
fn a_snapping_stroke_keeps_to_the_colour_it_runs_over() {
    let (original, cut) = (original(100, 80), Rgba::filled(100, 80, [1, 2, 3, 255]));
    // Along the disc's middle, wide enough to reach far over its rim.
    let mut erase = stroke(Tool::Erase, 0.9, 1.0, &[[0.5, 0.5], [0.6, 0.5]]);
    erase.snap = true;
    let edits = Edits { strokes: vec![erase], scene: Scene::default() };
    assert!(needs_original(&edits));
    let result = render(cut, Some(&original), None, &edits, Target::Natural).unwrap();
    assert_eq!(result.pixel(55, 40).unwrap()[3], 0, "the disc");
    assert_eq!(result.pixel(15, 40).unwrap()[3], 255, "what is of another colour");
}

#[test]
fn what_is_needed_and_not_there_is_said() {
    let restore = Edits { strokes: vec![stroke(Tool::Restore, 0.1, 1.0, &[[0.5, 0.5]])], scene: Scene::default() };
    let id = BackdropId(fingerprint_bytes(b"wall"));
    let own = scene(Canvas::Original, Backdrop::Image { id, fit: Fit::Fill, x: 0.0, y: 0.0, scale: 1.0 });
    for edits in [restore, own, scene(Canvas::Original, Backdrop::Blurred { radius: 0.02 })] {
        let refused = render(cutout(10, 10), None, None, &edits, Target::Natural);
        assert!(matches!(refused, Err(ImageError::LayerMissing(_))), "{refused:?}");
    }
}

#[test]
fn an_own_picture_fills_or_fits_and_a_blurred_one_stays_in_place() {
    let wall = Rgba::filled(50, 50, [10, 200, 10, 255]);
    let id = BackdropId(fingerprint_bytes(b"wall"));
    let with = |fit| {
        let backdrop = Backdrop::Image { id: id.clone(), fit, x: 0.0, y: 0.0, scale: 1.0 };
        render(
            Rgba::filled(200, 100, [0; 4]),
            None,
            Some(wall.clone()),
            &scene(Canvas::Original, backdrop),
            Target::Natural,
        )
        .unwrap()
    };
    assert_eq!(with(Fit::Fill).pixel(2, 50), Some([10, 200, 10, 255]));
    assert_eq!(with(Fit::Fit).pixel(2, 50), Some([0; 4]));
    assert_eq!(with(Fit::Fit).pixel(100, 50), Some([10, 200, 10, 255]));

    let photo = original(200, 100);
    let blurred = render(
        Rgba::filled(200, 100, [0; 4]),
        Some(&photo),
        None,
        &scene(Canvas::Original, Backdrop::Blurred { radius: 0.01 }),
        Target::Natural,
    )
    .unwrap();
    for (x, y) in [(20, 20), (110, 50), (190, 90)] {
        let (a, b) = (blurred.pixel(x, y).unwrap(), photo.pixel(x, y).unwrap());
        assert!(a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 8), "{a:?} for {b:?} at {x}, {y}");
    }
}
