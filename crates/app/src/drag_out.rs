//! Saved cutouts on their way into another program, by the mouse. What is handed over are the files that were saved: nothing is made,
//! sent or moved, and the page hears no path.

use std::path::PathBuf;

use crate::app::App;
use crate::problem::{Code, Problem};
use crate::views::PictureId;
use crate::words;

/// The most files that go into one drag: whoever receives them gets all their addresses in one piece of text.
const MOST: usize = 1000;

impl App {
    /// Begins to drag the saved files of these pictures out of the window. Those that are not saved, and those whose file is gone, are
    /// left out.
    ///
    /// # Errors
    /// When nothing is left, or the system does not let a drag begin.
    pub async fn drag_out(&self, pictures: Vec<PictureId>) -> Result<(), Problem> {
        let saved: Vec<(PictureId, PathBuf)> = {
            let bench = self.bench();
            let saved = |id: &PictureId| Some((*id, bench.get(*id).ok()?.saved.clone()?));
            pictures.iter().filter_map(saved).take(MOST).collect()
        };
        if saved.is_empty() {
            return Err(Problem::new(Code::BadRequest, "Nothing is saved of this picture yet.", "Download it first."));
        }
        let there: Vec<(PictureId, PathBuf)> = saved.into_iter().filter(|(_, file)| file.is_file()).collect();
        let Some((first, _)) = there.first() else {
            return Err(Problem::new(
                Code::NotFound,
                "The saved file is not there any more.",
                "Save it again: that is free.",
            ));
        };
        // Without a picture at the pointer the drag works as well.
        let icon =
            self.picture_bytes(&format!("thumb/{}", first.0)).await.map(|served| served.bytes).unwrap_or_default();
        let files = there.into_iter().map(|(_, file)| file).collect();
        self.host.drag_files(files, icon).await.map_err(|error| words::not_dragged(&error))
    }
}
