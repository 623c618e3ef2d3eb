//! The sizes that pictures are often wanted in, as data. They are round numbers that many shops and networks take, and no promise that
//! one of them will: whoever needs another size names it.

/// A size with a name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Preset {
    /// In commands, flags and the names of files.
    pub(crate) name: &'static str,
    /// In words.
    pub(crate) label: &'static str,
    /// In pixels.
    pub(crate) width: u32,
    /// In pixels.
    pub(crate) height: u32,
    /// Of the shorter side, on each side.
    pub(crate) margin: f32,
    /// The colour it stands on, whatever the edits say.
    pub(crate) background: Option<[u8; 3]>,
}

const fn preset(name: &'static str, label: &'static str, width: u32, height: u32, margin: f32) -> Preset {
    Preset { name, label, width, height, margin, background: None }
}

/// All of them, in the order they are offered.
pub(crate) const PRESETS: &[Preset] = &[
    Preset { background: Some([255; 3]), ..preset("marketplace", "Marketplace, on white", 2000, 2000, 0.05) },
    preset("shop", "Shop, square", 1200, 1200, 0.08),
    preset("square", "Social, square", 1080, 1080, 0.08),
    preset("portrait", "Social, portrait", 1080, 1350, 0.08),
    preset("story", "Social, story", 1080, 1920, 0.1),
    preset("wide", "Wide", 1920, 1080, 0.1),
    preset("small", "Small picture", 400, 400, 0.05),
];

/// The one with this name.
pub(crate) fn named(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}
