//! Watched folders: which file is ready to be taken, what is left out, what a day may cost, and where finished originals go.
//!
//! Looking and moving touch the drive; deciding is pure and gets the time handed in. Nothing here opens a picture, knows an
//! account, or asks anybody for anything: a file that is ready is somebody else's to read, quote and queue.

mod bounds;
mod budget;
mod folder;
mod hints;
mod look;
mod moves;

pub use bounds::Bounds;
pub use budget::{Budget, Day};
pub use folder::{Folder, STEADY_AFTER, Version};
pub use hints::{Hints, next_look};
pub use look::{Found, Listing, look, version_of};
pub use moves::{MoveError, move_done};
