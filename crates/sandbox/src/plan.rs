//! What a removal will be, decided from the parameters and the picture's header alone: its price, its pixels, its
//! format. Everything that can be refused is refused here, before the model runs.

use clearcut_imaging::OutputFormat;
use clearcut_service::Rect;
use clearcut_service::wire::{Channels, Size, WireFormat};

use crate::account::Item;
use crate::params::{Edit, WantedSize};
use crate::refusal::Refusal;
use crate::sizes::fit_pixels;

/// A removal before it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    /// What it is sold as.
    pub(crate) item: Item,
    /// Width and height of the input picture.
    pub(crate) input: (u32, u32),
    /// Width and height that the whole picture is worked on at.
    pub(crate) working: (u32, u32),
    /// Width and height of the whole picture at the largest size there is.
    pub(crate) largest: (u32, u32),
    /// Most pixels of the answer.
    pub(crate) max_pixels: u64,
    /// The format, as far as it can be told before the cutout is seen.
    pub(crate) output: OutputFormat,
    /// Region of interest, in pixels of the input picture.
    pub(crate) roi: Option<Rect>,
}

impl Plan {
    /// Decides. `affordable` says whether a picture at the full price could be paid, which is what `size=auto` goes by.
    ///
    /// # Errors
    /// `roi_exceeds_bounds`, `roi_region_empty`.
    pub(crate) fn new(
        wanted: WantedSize,
        edit: &Edit,
        opaque_backdrop: bool,
        input: (u32, u32),
        affordable: bool,
    ) -> Result<Self, Refusal> {
        let size = match wanted {
            WantedSize::Exactly(size) => size,
            WantedSize::Auto if affordable => Size::FiftyMp,
            WantedSize::Auto => Size::Preview,
        };
        let (output, wire) = match edit.format {
            WireFormat::Png => (OutputFormat::Png, WireFormat::Png),
            WireFormat::Jpg => (OutputFormat::Jpg, WireFormat::Jpg),
            WireFormat::WebP => (OutputFormat::WebP, WireFormat::WebP),
            WireFormat::Zip => (OutputFormat::Zip, WireFormat::Zip),
            WireFormat::Auto if opaque_backdrop && edit.channels == Channels::Rgba => {
                (OutputFormat::Jpg, WireFormat::Jpg)
            }
            WireFormat::Auto => (OutputFormat::Png, WireFormat::Png),
        };
        let max_pixels = size.max_pixels(wire);
        Ok(Self {
            item: if size == Size::Preview { Item::Preview } else { Item::Picture },
            input,
            working: fit_pixels(input.0, input.1, max_pixels),
            largest: fit_pixels(input.0, input.1, Size::FiftyMp.max_pixels(wire)),
            max_pixels,
            output,
            roi: edit.roi.map(|roi| roi.resolve(input.0, input.1)).transpose()?,
        })
    }

    /// A rectangle of the input picture at the working size, grown to whole pixels.
    pub(crate) fn working_rect(&self, rect: Rect) -> Rect {
        scale(rect, self.input, self.working)
    }

    /// A rectangle of the working picture in pixels of the input, grown to whole ones.
    pub(crate) fn input_rect(&self, rect: Rect) -> Rect {
        scale(rect, self.working, self.input)
    }
}

fn scale(rect: Rect, from: (u32, u32), to: (u32, u32)) -> Rect {
    let edges = |start: u32, length: u32, from: u32, to: u32| {
        let (from, to) = (u64::from(from.max(1)), u64::from(to));
        let first = u64::from(start) * to / from;
        let end = ((u64::from(start) + u64::from(length)) * to).div_ceil(from).min(to);
        let narrow = |edge: u64| u32::try_from(edge).unwrap_or(u32::MAX);
        (narrow(first), narrow(end.saturating_sub(first)))
    };
    let (left, width) = edges(rect.left, rect.width, from.0, to.0);
    let (top, height) = edges(rect.top, rect.height, from.1, to.1);
    Rect { left, top, width, height }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::fields::Fields;
    use crate::params::Params;

    fn plan(form: &str, input: (u32, u32), affordable: bool) -> Plan {
        let fields = Fields::from_form(format!("image_file_b64=AAAA&{form}").as_bytes()).unwrap();
        let params = Params::read(&fields).unwrap();
        Plan::new(params.size, &params.edit, form.contains("bg_color"), input, affordable).unwrap()
    }

    #[rstest]
    #[case::preview_by_default("", (4000, 3000), Item::Preview, (577, 433), OutputFormat::Png)]
    #[case::alias("size=small", (1000, 1000), Item::Preview, (500, 500), OutputFormat::Png)]
    #[case::medium("size=medium&format=jpg", (4000, 3000), Item::Picture, (1414, 1060), OutputFormat::Jpg)]
    #[case::png_stops_at_ten("size=full", (6000, 4000), Item::Picture, (3872, 2581), OutputFormat::Png)]
    #[case::zip_does_not("size=full&format=zip", (6000, 4000), Item::Picture, (6000, 4000), OutputFormat::Zip)]
    #[case::full_stops_at_25("size=4k&format=webp", (8000, 6000), Item::Picture, (5773, 4330), OutputFormat::WebP)]
    #[case::fifty("size=50MP&format=zip", (8000, 6000), Item::Picture, (8000, 6000), OutputFormat::Zip)]
    #[case::auto_is_jpg_when_opaque("size=full&bg_color=red", (6000, 4000), Item::Picture, (6000, 4000), OutputFormat::Jpg)]
    #[case::a_mask_stays_lossless("size=hd&bg_color=red&channels=alpha", (600, 400), Item::Picture, (600, 400), OutputFormat::Png)]
    #[case::never_enlarged("size=full", (30, 20), Item::Picture, (30, 20), OutputFormat::Png)]
    fn sizes_and_formats(
        #[case] form: &str,
        #[case] input: (u32, u32),
        #[case] item: Item,
        #[case] working: (u32, u32),
        #[case] output: OutputFormat,
    ) {
        let plan = plan(form, input, true);
        assert_eq!((plan.item, plan.working, plan.output), (item, working, output));
    }

    #[test]
    fn size_auto_falls_to_a_preview_without_an_error() {
        assert_eq!(plan("size=auto", (2000, 1000), true).item, Item::Picture);
        let poor = plan("size=auto", (2000, 1000), false);
        assert_eq!((poor.item, poor.working), (Item::Preview, (707, 353)));
        assert_eq!(poor.largest, (2000, 1000), "what it could have had is still told");
    }

    #[test]
    fn the_foreground_is_told_in_input_pixels() {
        let plan = plan("", (5000, 5000), true);
        let working = Rect { left: 10, top: 20, width: 5, height: 480 };
        assert_eq!(plan.input_rect(working), Rect { left: 100, top: 200, width: 50, height: 4800 });
        assert_eq!(plan.working_rect(plan.input_rect(working)), working);
    }
}
