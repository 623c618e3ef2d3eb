//! What a user does to cutouts: reading and keeping edits, own backgrounds, and what the window is shown of them. Edits belong to
//! a picture's content, so that they are there again after a restart and for a copy of the file. All of it happens on this
//! computer and sends nothing; the pixels are [`clearcut_imaging::scene`]'s.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_imaging::scene::Template;
use clearcut_imaging::{EncodeOptions, Limits, OutputFormat, decode_bytes, encode_to_vec, examine, scene};
use clearcut_store::{BackdropRow, Store};

use crate::app::{App, blocking};
use crate::intake::file_name;
use crate::problem::{Code, Problem};
use crate::proxies::{Proxies, Served, VIEW_EDGE};
use crate::views::{BackdropId, BackdropView, Edits, EditsView, PictureId, SubjectBox, TemplateView};
use crate::words;

/// Side of the square picture that stands in for a template, in pixels: gradients are smooth, so a canvas may stretch it.
const TEMPLATE_EDGE: u32 = 512;

impl App {
    /// The edits of a picture and what is needed to show them. See [`commands!`](crate::commands).
    ///
    /// # Errors
    /// When the picture is unknown or the records cannot be read.
    pub async fn edits(&self, picture: PictureId) -> Result<EditsView, Problem> {
        let content = self.bench().get(picture)?.examined.content.clone();
        let cutout = self.shown_cutout(picture).await?;
        let proxies = Proxies::of(&self.folders.cache, &content);
        let store = Arc::clone(&self.ground.store);
        blocking(move || {
            let kept = kept_edits(&store, content.as_str())?;
            let subject = cutout
                .and_then(|name| proxies.cutout(&name))
                .and_then(|served| decode_bytes(&served.bytes, &Limits::answers()).ok())
                .and_then(|cutout| scene::subject_box(&cutout).map(|found| as_fractions(found, &cutout)));
            Ok(EditsView {
                kept: kept.is_some(),
                edits: kept.unwrap_or_default(),
                subject,
                templates: TemplateView::all(),
            })
        })
        .await?
    }

    /// Keeps the edits of a picture. Free, and nothing is sent.
    ///
    /// # Errors
    /// When the picture is unknown, a number is out of its range, or the records cannot be written.
    pub async fn set_edits(&self, picture: PictureId, edits: Edits) -> Result<(), Problem> {
        let content = self.bench().get(picture)?.examined.content.clone();
        let changes_nothing = edits.inner()?.is_identity();
        let store = Arc::clone(&self.ground.store);
        blocking(move || {
            let document = if changes_nothing { None } else { Some(as_text(&edits)?) };
            store.set_edits(content.as_str(), document.as_deref()).map_err(|error| words::store(&error))
        })
        .await?
    }

    /// Asks the user for a background picture and keeps a copy of it in the data folder.
    ///
    /// # Errors
    /// When the file is no picture, or the copy cannot be kept.
    pub async fn choose_backdrop(&self) -> Result<Option<BackdropView>, Problem> {
        match self.host.choose_picture().await {
            Some(file) => self.keep_backdrop(file).await.map(Some),
            None => Ok(None),
        }
    }

    /// Keeps a copy of a picture in the data folder as a background: the original may move, the edits must not break.
    ///
    /// # Errors
    /// As [`choose_backdrop`](Self::choose_backdrop).
    pub async fn keep_backdrop(&self, file: PathBuf) -> Result<BackdropView, Problem> {
        let folder = self.folders.backdrops();
        let store = Arc::clone(&self.ground.store);
        blocking(move || {
            let name = file_name(&file);
            let (probe, content) = examine(&file, &Limits::inputs()).map_err(|error| words::image(&error, &name))?;
            let kept = folder.join(content.as_str());
            if !kept.is_file() {
                copy(&file, &folder, &kept).map_err(|error| words::file(&error, "keep the background in", &folder))?;
            }
            let row = BackdropRow { id: content.as_str().to_owned(), name, width: probe.width, height: probe.height };
            store.backdrop_put(&row).map_err(|error| words::store(&error))?;
            Ok(view(row))
        })
        .await?
    }

    /// The own backgrounds, the last chosen first.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub async fn backdrops(&self) -> Result<Vec<BackdropView>, Problem> {
        let store = Arc::clone(&self.ground.store);
        let rows = blocking(move || store.backdrops()).await?.map_err(|error| words::store(&error))?;
        Ok(rows.into_iter().map(view).collect())
    }

    /// What the picture protocol serves under `template/NAME` and `backdrop/ID`; `None` where the address is neither.
    pub(crate) async fn background_bytes(&self, kind: &str, name: &str) -> Option<Result<Served, Problem>> {
        match kind {
            "template" => {
                let template = Template::named(name)?;
                let square = move || scene::template_square(template, TEMPLATE_EDGE);
                let encode = move || encode_to_vec(&square(), OutputFormat::Png, &EncodeOptions::default());
                let served = blocking(move || {
                    let bytes = encode().map_err(|error| words::image(&error, template.name()))?;
                    Ok(Served { mime: "image/png", bytes })
                });
                Some(served.await.and_then(|served| served))
            }
            "backdrop" => {
                let id = BackdropId(name.to_owned()).inner().ok()?.0;
                let (proxies, file) =
                    (Proxies::of(&self.folders.cache, &id), self.folders.backdrops().join(id.as_str()));
                let served = blocking(move || {
                    proxies.original(&file, VIEW_EDGE).map_err(|error| words::image(&error, "the background"))
                });
                Some(served.await.and_then(|served| served))
            }
            _ => None,
        }
    }
}

/// The edits kept for a content. Text that cannot be read is a newer program's; it is left alone and said.
pub(crate) fn kept_edits(store: &Store, content: &str) -> Result<Option<Edits>, Problem> {
    let text = store.edits(content).map_err(|error| words::store(&error))?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| unreadable(&error))).transpose()
}

fn unreadable(error: &serde_json::Error) -> Problem {
    tracing::warn!(%error, "edits that cannot be read");
    Problem::new(
        Code::StoreTrouble,
        "The edits kept for this picture cannot be read; a newer Clearcut may have written them.",
        "Open it with that version, or edit the picture anew.",
    )
}

fn as_text(edits: &Edits) -> Result<String, Problem> {
    serde_json::to_string(edits)
        .map_err(|error| Problem::new(Code::Internal, format!("The edits cannot be written down: {error}."), ""))
}

fn as_fractions(found: scene::PixelBox, cutout: &clearcut_imaging::Rgba) -> SubjectBox {
    #[expect(clippy::cast_possible_truncation, reason = "the nearest value is meant")]
    let share = |pixels: u32, of: u32| (f64::from(pixels) / f64::from(of.max(1))) as f32;
    SubjectBox {
        x: share(found.left, cutout.width),
        y: share(found.top, cutout.height),
        width: share(found.width, cutout.width),
        height: share(found.height, cutout.height),
    }
}

fn view(row: BackdropRow) -> BackdropView {
    let BackdropRow { id, name, width, height } = row;
    BackdropView { id: BackdropId(id), name, width, height }
}

/// Whole or not at all: the name says what is in it.
fn copy(file: &Path, folder: &Path, kept: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    std::io::copy(&mut std::fs::File::open(file)?, &mut temporary)?;
    temporary.persist(kept)?;
    Ok(())
}
