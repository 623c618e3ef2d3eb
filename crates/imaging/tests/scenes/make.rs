//! Pictures and edits made by formula, so that no file is needed.

use clearcut_imaging::Rgba;
use clearcut_imaging::scene::{Backdrop, Canvas, Edits, Scene, Stroke, Tool};

/// A photo: a warm disc in front of a cool gradient.
pub(crate) fn original(width: u32, height: u32) -> Rgba {
    each(width, height, |x, y, inside| {
        let shade = |value: f32| byte(40.0 + 120.0 * value);
        if inside > 0.5 { [200, shade(y), 30, 255] } else { [20, shade(x), 180, 255] }
    })
}

/// The disc cut out, with a soft rim and nothing hidden.
pub(crate) fn cutout(width: u32, height: u32) -> Rgba {
    each(width, height, |_, y, inside| {
        let alpha = byte(inside * 255.0);
        if alpha == 0 { [0; 4] } else { [200, byte(40.0 + 120.0 * y), 30, alpha] }
    })
}

/// Calls with x and y as fractions and how much of the disc covers the pixel.
fn each(width: u32, height: u32, colour: impl Fn(f32, f32, f32) -> [u8; 4]) -> Rgba {
    let (w, h) = (f64::from(width), f64::from(height));
    let mut pixels = Vec::new();
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        let (u, v) = ((f64::from(x) + 0.5) / w, (f64::from(y) + 0.5) / h);
        let distance = ((u - 0.55) * w).hypot((v - 0.5) * h);
        // Four hundredths of the long side wide, so that it is as soft in every size.
        let inside = ((0.25 * w.min(h) - distance) / (0.04 * w.max(h)) + 0.5).clamp(0.0, 1.0);
        pixels.extend(colour(u as f32, v as f32, inside as f32));
    }
    Rgba::new(width, height, pixels).unwrap()
}

fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

pub(crate) fn scene(canvas: Canvas, backdrop: Backdrop) -> Edits {
    Edits { strokes: Vec::new(), scene: Scene { canvas, backdrop, ..Scene::default() } }
}

pub(crate) fn stroke(tool: Tool, size: f32, hardness: f32, points: &[[f32; 2]]) -> Stroke {
    Stroke { tool, size, hardness, snap: false, points: points.to_vec() }
}
