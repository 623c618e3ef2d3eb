//! Golden pictures of renders: small, made once, looked at, and compared from then on. A difference of up to two levels in a
//! channel is let pass, and of more in at most one pixel in two hundred: other processors round sums of floats another way, and a
//! rim that is rounded to the other pixel is no other picture. Run with `CLEARCUT_GOLDEN=write` to make them anew.

use std::path::PathBuf;

use clearcut_imaging::scene::{
    Backdrop, Canvas, ContactShadow, DropShadow, Edits, Placement, Scene, Target, Template, Tool, render,
};
use clearcut_imaging::{EncodeOptions, Limits, OutputFormat, Rgba, decode, encode_to_vec};
use rstest::rstest;

use crate::make::{cutout, original, stroke};

fn place(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/scenes/golden").join(format!("{name}.png"))
}

fn on(canvas: Canvas, backdrop: Backdrop) -> Scene {
    Scene { canvas, backdrop, ..Scene::default() }
}

#[rstest]
#[case::marketplace(Scene {
    drop_shadow: Some(DropShadow { x: 0.0, y: 0.03, blur: 0.03, opacity: 0.5 }),
    ..on(Canvas::Fixed { width: 160, height: 160, margin: 0.05 }, Backdrop::Colour([255; 3]))
})]
#[case::studio_floor(Scene {
    contact_shadow: Some(ContactShadow { opacity: 0.6, spread: 0.12 }),
    ..on(Canvas::Original, Backdrop::Template(Template::Floor))
})]
#[case::studio_wall_turned(Scene {
    subject: Placement { x: 0.1, y: -0.05, scale: 0.8, turn: 30.0 },
    ..on(Canvas::Original, Backdrop::Template(Template::Studio))
})]
#[case::blurred_original(on(Canvas::Original, Backdrop::Blurred { radius: 0.03 }))]
#[case::shadow_on_nothing(Scene {
    drop_shadow: Some(DropShadow { x: 0.05, y: 0.05, blur: 0.02, opacity: 0.8 }),
    ..on(Canvas::Subject { margin: 0.25 }, Backdrop::Transparent)
})]
fn a_scene_is_what_it_was(#[case] scene: Scene) {
    let name = std::thread::current().name().unwrap().rsplit("::").next().unwrap().to_owned();
    compare(&name, &Edits { strokes: Vec::new(), scene });
}

#[test]
fn a_brushed_cutout_is_what_it_was() {
    let mut snapping = stroke(Tool::Restore, 0.3, 0.9, &[[0.15, 0.2], [0.3, 0.75]]);
    snapping.snap = true;
    let strokes = vec![
        stroke(Tool::Erase, 0.12, 0.3, &[[0.4, 0.4], [0.7, 0.5], [0.6, 0.7]]),
        stroke(Tool::Restore, 0.06, 1.0, &[[0.9, 0.1], [0.95, 0.9]]),
        snapping,
    ];
    compare("brushed", &Edits { strokes, scene: Scene::default() });
}

fn compare(name: &str, edits: &Edits) {
    let (cutout, original) = (cutout(180, 120), original(180, 120));
    let made = render(cutout, Some(&original), None, edits, Target::Natural).unwrap();
    let path = place(name);
    if std::env::var_os("CLEARCUT_GOLDEN").is_some_and(|value| value == "write") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let bytes = encode_to_vec(&made, OutputFormat::Png, &EncodeOptions::default()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        return;
    }
    let golden = decode(&path, &Limits::inputs()).unwrap();
    assert_eq!((made.width, made.height), (golden.width, golden.height));
    let off = far_off(&made, &golden);
    assert!(off * 200 <= made.pixel_count(), "{name}: {off} of {} pixels differ", made.pixel_count());
}

/// Pixels that differ by more than two levels.
fn far_off(one: &Rgba, other: &Rgba) -> u64 {
    let far = |(a, b): &(&[u8], &[u8])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > 2);
    one.pixels.chunks_exact(4).zip(other.pixels.chunks_exact(4)).filter(far).count() as u64
}
