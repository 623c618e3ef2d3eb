//! A rectangle in pixels.

/// Left and top edge, width and height, in pixels.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Rect {
    /// Distance from the left edge.
    pub left: u32,
    /// Distance from the top edge.
    pub top: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}
