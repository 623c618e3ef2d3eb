//! The quality set: which subject stands on which background, where, and in which half. A picture and its exact alpha are made
//! from two committed files each time; nothing is stored twice.

use std::path::PathBuf;

use clearcut_imaging::{Limits, Rgba, decode, resize};

/// Whether the refinement's constants were chosen while looking at a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    /// Chosen on these.
    Seen,
    /// Held back: other subjects on other backgrounds.
    Held,
}

/// A picture of the set.
pub(crate) struct Case {
    /// `subject-background`, the name of its files.
    pub(crate) name: String,
    /// The cutout's name: pictures of one subject are no independent evidence.
    pub(crate) subject: &'static str,
    pub(crate) half: Half,
    /// What a program sees: opaque.
    pub(crate) picture: Rgba,
    /// The alpha it was made with, a byte a pixel.
    pub(crate) alpha: Vec<u8>,
}

const SEEN: (&[&str], &[&str]) = (
    &["astronaut", "flower", "teddy", "plant", "guitar", "shoe", "chair", "curls", "bag", "crab", "fur", "moving_ball"],
    &["brick", "china", "coffee", "rocket"],
);
const HELD: (&[&str], &[&str]) = (
    &[
        "camera",
        "chelsea",
        "coffee",
        "bicycle",
        "parrot",
        "umbrella",
        "lion",
        "violin",
        "vase",
        "dog",
        "car",
        "bristles",
        "fern",
        "blurred_ball",
    ],
    &["grass", "gravel", "flower", "camera"],
);
/// Each subject stands on so many backgrounds.
const BACKGROUNDS_EACH: usize = 2;
/// Share of the background's width and height that a subject may fill.
const FILLS: (f64, f64) = (0.72, 0.8);

/// The folder of the set.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("quality")
}

/// All pictures, made anew.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (half, (subjects, backgrounds)) in [(Half::Seen, SEEN), (Half::Held, HELD)] {
        for (i, &subject) in subjects.iter().enumerate() {
            let cutout = read("cutouts", &format!("{subject}.webp"));
            // A subject never stands before its own photograph.
            let others: Vec<&str> = backgrounds.iter().copied().filter(|&name| name != subject).collect();
            for turn in 0..BACKGROUNDS_EACH {
                let background = others[(i + turn) % others.len()];
                let (picture, alpha) = compose(&cutout, &read("backgrounds", &format!("{background}.jpg")), i + turn);
                cases.push(Case { name: format!("{subject}-{background}"), subject, half, picture, alpha });
            }
        }
    }
    cases
}

fn read(folder_name: &str, file: &str) -> Rgba {
    let path = folder().join(folder_name).join(file);
    decode(&path, &Limits::inputs()).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Lays a subject on a background, standing near its lower border, left or right of the middle by turns.
fn compose(cutout: &Rgba, background: &Rgba, turn: usize) -> (Rgba, Vec<u8>) {
    let (w, h) = (background.width, background.height);
    let scale =
        (FILLS.0 * f64::from(w) / f64::from(cutout.width)).min(FILLS.1 * f64::from(h) / f64::from(cutout.height));
    let side = |side: u32| (f64::from(side) * scale).round() as u32;
    let subject = resize(cutout, side(cutout.width), side(cutout.height));
    let free = w - subject.width;
    let left = if turn.is_multiple_of(2) { free * 2 / 5 } else { free * 3 / 5 };
    let top = (h - subject.height) * 3 / 5;
    let mut picture = background.clone();
    let mut alpha = vec![0; (w * h) as usize];
    for y in 0..subject.height {
        for x in 0..subject.width {
            let (from, to) = ((y * subject.width + x) as usize, ((top + y) * w + left + x) as usize);
            let [.., cover] = subject.pixels[from * 4..][..4] else { continue };
            for c in 0..3 {
                let (f, b) = (u32::from(subject.pixels[from * 4 + c]), u32::from(picture.pixels[to * 4 + c]));
                let cover = u32::from(cover);
                picture.pixels[to * 4 + c] = ((f * cover + b * (255 - cover) + 127) / 255) as u8;
            }
            alpha[to] = cover;
        }
    }
    (picture, alpha)
}
