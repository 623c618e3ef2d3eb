//! `clearcut export`: finished pictures in the sizes and formats that shops and layouts want. Never spends.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use clearcut_app::views::{
    Backdrop, BackdropFit, BackdropId, Canvas, ContactShadow, DropShadow, Edits, ExportFormatChoice, ExportOptions,
    ExportSize, TemplateName,
};

use super::Take;
use crate::choices::Background;

/// Left free around the subject where nothing is said.
const MARGIN: f32 = 0.05;

/// Arguments of `clearcut export`.
///
/// Writes pictures with what was done to them in the window (brush, background, place, shadows), changed by these flags.
/// Free, and nothing is sent: from the paid picture where there is one, else cut out on this computer.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The pictures; patterns like 'folder/*.jpg'; @LIST for a file with one path a line, - for such a list on standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) take: Take,
    #[command(flatten)]
    behind: Behind,
    /// Crop to the subject; --margin is then a fraction of its longer side
    #[arg(long, conflicts_with_all = ["sizes", "presets"])]
    crop: bool,
    /// A size in pixels, with the subject in the middle; more than once for several files
    #[arg(long = "size", value_name = "WIDTHxHEIGHT")]
    sizes: Vec<Pixels>,
    /// A size by name: marketplace (2000 x 2000 on white), shop, square, portrait, story, wide, small; more than once for
    /// several files
    #[arg(long = "preset", value_name = "NAME")]
    presets: Vec<String>,
    /// Left free around the subject: a fraction of the shorter side [default: 0.05]
    #[arg(long, value_name = "FRACTION")]
    margin: Option<f32>,
    /// A shadow thrown behind the subject, this dark from 0 to 1
    #[arg(long, value_name = "OPACITY", num_args = 0..=1, default_missing_value = "0.35")]
    shadow: Option<f32>,
    /// A shadow where the subject meets the ground, this dark from 0 to 1
    #[arg(long, value_name = "OPACITY", num_args = 0..=1, default_missing_value = "0.5")]
    contact_shadow: Option<f32>,
    /// The file format
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    format: Written,
    /// The quality of jpg (92 if not said), webp-lossy (85), avif (60) and zip (92), 1 to 100
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    quality: Option<u8>,
    /// Save the files in this folder instead of beside the originals
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Leave out of the files what the originals say beside the picture: camera, place, names, texts (EXIF, XMP, IPTC); without
    /// this flag it is kept, unless the settings say otherwise
    #[arg(long)]
    strip_metadata: bool,
    /// One line of JSON per written file on standard output, as `remove --json` writes them
    #[arg(long)]
    pub(crate) json: bool,
}

/// What stands behind the subject; without a flag what the edits say.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct Behind {
    /// A colour: `#rrggbb`, `#rgb`, white, black or transparent
    #[arg(long, visible_alias = "bg", value_name = "COLOUR")]
    background: Option<Background>,
    /// A built-in background
    #[arg(long, value_enum, ignore_case = true)]
    template: Option<Template>,
    /// A picture of yours, filling the canvas
    #[arg(long, value_name = "FILE")]
    backdrop: Option<PathBuf>,
    /// The original, blurred; a fraction of its longer side
    #[arg(long, value_name = "FRACTION", num_args = 0..=1, default_missing_value = "0.02")]
    blur: Option<f32>,
}

/// `--template`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Template {
    /// Even light grey
    Plain,
    /// A grey wall with a soft light in its middle
    Studio,
    /// A wall that runs into a floor without an edge
    Floor,
    /// The same in the dark
    DarkFloor,
    /// Sand to rose
    GradientWarm,
    /// Pale sky to blue
    GradientCool,
    /// White to grey
    GradientGrey,
}

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Written {
    /// Without loss, with transparency
    #[default]
    Png,
    /// On a background: white, unless another is chosen
    #[value(alias = "jpeg")]
    Jpg,
    /// Without loss, with transparency
    Webp,
    /// With loss, small, with transparency
    WebpLossy,
    /// With loss, smaller still, with transparency; slow to write: over a second a megapixel
    Avif,
    /// Without loss, for layouts and printers
    #[value(alias = "tif")]
    Tiff,
    /// color.jpg and alpha.png in one archive
    Zip,
}

/// `--size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pixels(u32, u32);

impl FromStr for Pixels {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let sides = text.split_once(['x', 'X', '×']);
        let sides = sides.and_then(|(width, height)| Some((width.trim().parse().ok()?, height.trim().parse().ok()?)));
        let (width, height) = sides.ok_or("a size is WIDTHxHEIGHT in pixels, for example 2000x2000")?;
        Ok(Self(width, height))
    }
}

impl Export {
    /// The own picture that is to stand behind the subject.
    pub(crate) fn backdrop(&self) -> Option<&PathBuf> {
        self.behind.backdrop.as_ref()
    }

    /// In which sizes and format, of edits that these flags were laid on.
    pub(crate) fn options(&self, edits: Edits) -> ExportOptions {
        let margin = self.margin.unwrap_or(MARGIN);
        let pixels = self.sizes.iter().map(|Pixels(width, height)| ExportSize::Pixels {
            width: *width,
            height: *height,
            margin,
        });
        let presets = self.presets.iter().map(|name| ExportSize::Preset { name: name.clone() });
        let format = match self.format {
            Written::Png => ExportFormatChoice::Png,
            Written::Jpg => ExportFormatChoice::Jpg,
            Written::Webp => ExportFormatChoice::Webp,
            Written::WebpLossy => ExportFormatChoice::WebpLossy,
            Written::Avif => ExportFormatChoice::Avif,
            Written::Tiff => ExportFormatChoice::Tiff,
            Written::Zip => ExportFormatChoice::Zip,
        };
        ExportOptions {
            sizes: pixels.chain(presets).collect(),
            format,
            quality: self.quality,
            edits: Some(edits),
            keep_metadata: self.strip_metadata.then_some(false),
        }
    }

    /// The kept edits as these flags change them; `own` is the kept copy of the picture behind.
    pub(crate) fn changed(&self, mut edits: Edits, own: Option<BackdropId>) -> Edits {
        let scene = &mut edits.scene;
        if self.crop {
            scene.canvas = Canvas::Subject { margin: self.margin.unwrap_or(MARGIN) };
        }
        if let Some(opacity) = self.shadow {
            scene.drop_shadow = Some(DropShadow { x: 0.01, y: 0.02, blur: 0.015, opacity });
        }
        if let Some(opacity) = self.contact_shadow {
            scene.contact_shadow = Some(ContactShadow { opacity, spread: 0.08 });
        }
        let behind = &self.behind;
        if let Some(Background(colour)) = &behind.background {
            scene.backdrop = colour.clone().map_or(Backdrop::Transparent, |rgb| Backdrop::Colour { rgb });
        }
        if let Some(template) = behind.template {
            scene.backdrop = Backdrop::Template { name: template.into() };
        }
        if let Some(radius) = behind.blur {
            scene.backdrop = Backdrop::Blurred { radius };
        }
        if let Some(id) = own {
            scene.backdrop = Backdrop::Image { id, fit: BackdropFit::Fill, x: 0.0, y: 0.0, scale: 1.0 };
        }
        edits
    }
}

impl From<Template> for TemplateName {
    fn from(template: Template) -> Self {
        match template {
            Template::Plain => Self::Plain,
            Template::Studio => Self::Studio,
            Template::Floor => Self::Floor,
            Template::DarkFloor => Self::DarkFloor,
            Template::GradientWarm => Self::GradientWarm,
            Template::GradientCool => Self::GradientCool,
            Template::GradientGrey => Self::GradientGrey,
        }
    }
}
