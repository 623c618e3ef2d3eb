//! Previews: on this computer, free and unasked, or by the service at its named price; and what the picture protocol serves of
//! them. Stand-ins only: no original and no full result leaves through here.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_batch::{Agreed as AgreedCost, Order, device_preview};
use clearcut_credits::Credits;
use clearcut_imaging::{EncodeOptions, OutputFormat, Rgba, encode_to_vec};
use clearcut_service::wire::Size;
use clearcut_store::JobId;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::app::{App, blocking};
use crate::bench::Picture;
use crate::intake::Examined;
use crate::problem::{Code, Problem};
use crate::proxies::{Proxies, Served, THUMB_EDGE, VIEW_EDGE};
use crate::views::{BannerKind, OutputOptions, PictureId, PictureState, PreviewSource, PreviewView};
use crate::{convert, words};

/// The preview made by the service.
pub(crate) const SERVICE: &str = "service";
/// The paid result.
pub(crate) const RESULT: &str = "result";

/// So many stand-ins are made at a time. A window that shows thousands of cards asks for all it scrolls past.
static MAKING: Semaphore = Semaphore::const_new(2);

impl App {
    /// Queues a preview on this computer; one that is under way already is enough.
    pub(crate) fn start_preview(&self, id: PictureId) {
        let is_new = |picture: &mut Picture| !std::mem::replace(&mut picture.previewing, true);
        if !self.bench().get_mut(id).is_some_and(is_new) {
            return;
        }
        self.spawn(move |app| async move {
            let cancel = app.stopping.child_token();
            let permit = tokio::select! {
                permit = Arc::clone(&app.previewing).acquire_owned() => permit.ok(),
                () = cancel.cancelled() => None,
            };
            if permit.is_some() {
                app.preview_on_device(id, &cancel).await;
            }
            if let Some(picture) = app.bench().get_mut(id) {
                picture.previewing = false;
            }
        });
    }

    /// Makes a preview of one picture; progress and result arrive as events.
    ///
    /// # Errors
    /// When the picture is unknown or busy, or a preview of the service was not agreed to at its price.
    pub async fn preview(
        &self,
        picture: PictureId,
        source: PreviewSource,
        agreed_cost: Option<String>,
    ) -> Result<(), Problem> {
        if self.bench().get(picture)?.is_busy() {
            return Err(Problem::new(Code::BadRequest, "The picture is being downloaded right now.", ""));
        }
        match source {
            PreviewSource::Device => self.start_preview(picture),
            PreviewSource::Service => {
                let agreed = self.agreed_preview(agreed_cost)?;
                self.desk().ready_to_send()?;
                self.spawn(move |app| async move {
                    app.change(picture, |picture| {
                        if picture.follows_its_preview() {
                            picture.state = PictureState::Previewing;
                        }
                    });
                    match app.service_cutout(picture, agreed).await {
                        Ok(cutout) => app.show_preview(picture, PreviewSource::Service, cutout).await,
                        Err(problem) => app.preview_failed(picture, problem),
                    }
                    app.tell_gauge();
                });
            }
        }
        Ok(())
    }

    fn agreed_preview(&self, agreed_cost: Option<String>) -> Result<Credits, Problem> {
        agreed_cost.and_then(|text| text.parse().ok()).ok_or_else(|| {
            Problem::new(
                Code::OverAgreed,
                "A preview by the service has a price, and none was agreed to.",
                "Look at the price first.",
            )
        })
    }

    /// A preview made by the service, paid or free.
    async fn service_cutout(&self, id: PictureId, agreed: Credits) -> Result<Rgba, Problem> {
        let (examined, name) = {
            let bench = self.bench();
            let picture = bench.get(id)?;
            (picture.examined.clone(), picture.name())
        };
        let desk = self.desk();
        let order = preview_order(&examined);
        let cancel = self.cancellable(id);
        let watcher = clearcut_batch::NoWatcher;
        let made = desk.spender.service_preview(&order, &AgreedCost::to(agreed), &watcher, &cancel).await;
        let made = made.map_err(|error| words::batch(&error, &name))?;
        for warning in &made.warnings {
            self.say(&format!("preview-{}", id.0), BannerKind::Warning, convert::warning(warning), None);
        }
        Ok(made.picture)
    }

    async fn preview_on_device(&self, id: PictureId, cancel: &CancellationToken) {
        let Ok((examined, name)) = self.bench().get(id).map(|picture| (picture.examined.clone(), picture.name()))
        else {
            return;
        };
        self.change(id, |picture| {
            if picture.follows_its_preview() {
                picture.state = PictureState::Previewing;
                picture.cancel = Some(cancel.clone());
            }
        });
        let proxies = Proxies::of(&self.folders.cache, &examined.content);
        let made = {
            let (device, cancel, name) = (self.device(), cancel.clone(), name.clone());
            blocking(move || {
                if let Some(size) = proxies.size_of(&device.stand_in) {
                    return Ok(size);
                }
                let cutout = device_preview(&device.matter, &examined.path, VIEW_EDGE, &|| cancel.is_cancelled())
                    .map_err(|error| words::batch(&error, &name))?;
                keep_cutout(&proxies, &device.stand_in, &cutout, &name)?;
                Ok((cutout.width, cutout.height))
            })
            .await
        };
        match made.and_then(|made| made) {
            Ok(size) => self.previewed(id, PreviewSource::Device, size),
            Err(problem) => self.preview_failed(id, problem),
        }
    }

    async fn show_preview(&self, id: PictureId, source: PreviewSource, cutout: Rgba) {
        let Ok((content, name)) =
            self.bench().get(id).map(|picture| (picture.examined.content.clone(), picture.name()))
        else {
            return;
        };
        let proxies = Proxies::of(&self.folders.cache, &content);
        let size = (cutout.width, cutout.height);
        let kept = blocking(move || keep_cutout(&proxies, SERVICE, &cutout, &name)).await;
        match kept.and_then(|kept| kept) {
            Ok(()) => self.previewed(id, source, size),
            Err(problem) => self.preview_failed(id, problem),
        }
    }

    fn previewed(&self, id: PictureId, source: PreviewSource, (width, height): (u32, u32)) {
        self.change(id, |picture| {
            picture.preview = Some(PreviewView { source, width, height });
            picture.revision += 1;
            picture.cancel = None;
            if picture.follows_its_preview() {
                picture.problem = None;
                picture.state = picture.at_rest();
            }
        });
    }

    fn preview_failed(&self, id: PictureId, problem: Problem) {
        self.change(id, |picture| {
            picture.cancel = None;
            if !picture.follows_its_preview() {
                return;
            }
            // A picture without a subject, or one that was stopped, can still be downloaded: it is not a failure of its own.
            picture.state = picture.at_rest();
            picture.problem = (problem.code != Code::Cancelled).then_some(problem);
        });
    }

    /// Saves a preview as a file, for the terminal. From the device it is free; from the service it costs at most `agreed`.
    ///
    /// # Errors
    /// When the picture cannot be cut out or the file not be written.
    pub async fn preview_file(
        &self,
        id: PictureId,
        source: PreviewSource,
        agreed_cost: Option<String>,
        out: Option<PathBuf>,
        options: OutputOptions,
    ) -> Result<PathBuf, Problem> {
        let (examined, name) = {
            let bench = self.bench();
            let picture = bench.get(id)?;
            (picture.examined.clone(), picture.name())
        };
        let cutout = match source {
            PreviewSource::Service => {
                let agreed = self.agreed_preview(agreed_cost)?;
                self.desk().ready_to_send()?;
                self.service_cutout(id, agreed).await?
            }
            PreviewSource::Device => {
                let (matter, cancel, path, name) =
                    (Arc::clone(&self.device().matter), self.cancellable(id), examined.path.clone(), name.clone());
                blocking(move || {
                    device_preview(&matter, &path, VIEW_EDGE, &|| cancel.is_cancelled())
                        .map_err(|error| words::batch(&error, &name))
                })
                .await??
            }
        };
        let look = convert::look(&options)?;
        let folder = self.output_folder(&examined.path, out);
        let format = convert::format(options.format);
        blocking(move || {
            let bytes = encode_to_vec(&clearcut_imaging::apply(cutout, &look), format, &EncodeOptions::default())
                .map_err(|error| words::image(&error, &name))?;
            write_preview(&examined.path, &folder, format, &bytes)
        })
        .await?
    }

    /// What the picture protocol serves under `thumb/ID`, `before/ID` and `after/ID`, `template/NAME` and `backdrop/ID`: small
    /// stand-ins, never an original.
    ///
    /// # Errors
    /// When the address is none of these, or the picture is gone.
    pub async fn picture_bytes(&self, address: &str) -> Result<Served, Problem> {
        let nothing = || Problem::new(Code::BadRequest, "There is no such picture.", "");
        let (kind, id) = address.trim_start_matches('/').split_once('/').ok_or_else(nothing)?;
        if let Some(background) = self.background_bytes(kind, id).await {
            return background;
        }
        let shown = Shown::of(kind).ok_or_else(nothing)?;
        let id = PictureId(id.parse().map_err(|_| nothing())?);
        let (examined, name) = {
            let bench = self.bench();
            let picture = bench.get(id)?;
            (picture.examined.clone(), picture.name())
        };
        let cutout = self.shown_cutout(id).await?;
        let proxies = Proxies::of(&self.folders.cache, &examined.content);
        // What was made before is served at once, whatever is being made meanwhile.
        let kept = {
            let (proxies, cutout) = (proxies.clone(), cutout.clone());
            blocking(move || match (shown, cutout) {
                (Shown::Thumb, Some(cutout)) => proxies.kept_small_cutout(&cutout, THUMB_EDGE),
                (Shown::Thumb, None) => proxies.kept_original(THUMB_EDGE),
                (Shown::Before, _) => proxies.kept_original(VIEW_EDGE),
                (Shown::After, cutout) => proxies.cutout(&cutout?),
            })
            .await?
        };
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let edge = match shown {
            Shown::Thumb => THUMB_EDGE,
            Shown::Before => VIEW_EDGE,
            Shown::After => return Err(nothing()),
        };
        let _permit = MAKING.acquire().await;
        blocking(move || {
            let small = cutout.filter(|_| shown == Shown::Thumb).and_then(|cutout| proxies.small_cutout(&cutout, edge));
            match small {
                Some(small) => Ok(small),
                None => proxies.original(&examined.path, edge).map_err(|error| words::image(&error, &name)),
            }
        })
        .await?
    }
}

/// What the window asks for of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Thumb,
    Before,
    After,
}

impl Shown {
    fn of(kind: &str) -> Option<Self> {
        match kind {
            "thumb" => Some(Self::Thumb),
            "before" => Some(Self::Before),
            "after" => Some(Self::After),
            _ => None,
        }
    }
}

impl App {
    fn cutout_name(&self, source: PreviewSource) -> String {
        match source {
            PreviewSource::Device => self.device().stand_in.clone(),
            PreviewSource::Service => SERVICE.to_owned(),
        }
    }

    /// The name under which the stand-in of a picture's best cutout is kept: the paid one, else the preview.
    pub(crate) async fn shown_cutout(&self, id: PictureId) -> Result<Option<String>, Problem> {
        let (examined, paid_by, source) = {
            let bench = self.bench();
            let picture = bench.get(id)?;
            let source = picture.preview.as_ref().map(|preview| preview.source);
            (picture.examined.clone(), picture.paid_by.filter(|_| picture.is_paid()), source)
        };
        let has_result = match paid_by {
            Some(job) => self.has_stand_in(job, &examined).await,
            None => false,
        };
        Ok(if has_result { Some(RESULT.to_owned()) } else { source.map(|source| self.cutout_name(source)) })
    }

    /// Whether there is a stand-in of a paid result; made when it is first looked at, because a batch makes thousands that nobody
    /// looks at.
    async fn has_stand_in(&self, job: JobId, examined: &Examined) -> bool {
        let proxies = Proxies::of(&self.folders.cache, &examined.content);
        if proxies.size_of(RESULT).is_some() {
            return true;
        }
        let Ok(_one_at_a_time) = self.standing_in.acquire().await else { return false };
        let spender = Arc::clone(&self.desk().spender);
        let kept = blocking(move || {
            if proxies.size_of(RESULT).is_some() {
                return Ok(());
            }
            let cutout = spender.paid_cutout(job, VIEW_EDGE).map_err(|error| error.to_string())?;
            proxies.keep_cutout(RESULT, &cutout).map(|_| ()).map_err(|error| error.to_string())
        });
        match kept.await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!(%error, "no stand-in for a paid result");
                false
            }
            Err(_) => false,
        }
    }
}

fn keep_cutout(proxies: &Proxies, kind: &str, cutout: &Rgba, name: &str) -> Result<(), Problem> {
    proxies.keep_cutout(kind, cutout).map(|_| ()).map_err(|error| words::image(&error, name))
}

/// What is sent of a picture whose result goes nowhere.
pub(crate) fn preview_order(examined: &Examined) -> Order {
    Order {
        input: examined.path.clone(),
        content: examined.content.clone(),
        probe: examined.probe,
        size: Size::Preview,
        look: clearcut_imaging::Look::default(),
        format: OutputFormat::Png,
        output: examined.path.clone(),
        keep_metadata: false,
        replace: false,
        batch: None,
    }
}

/// Writes `NAME-preview.EXT`, never over a file that exists.
fn write_preview(input: &Path, folder: &Path, format: OutputFormat, bytes: &[u8]) -> Result<PathBuf, Problem> {
    let stem = input.file_stem().unwrap_or_default().to_string_lossy();
    let write = |path: &Path| -> std::io::Result<()> {
        let mut temporary = tempfile::Builder::new();
        // As readable as any file the user makes: the system's mask takes away what it takes from those.
        #[cfg(unix)]
        temporary.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut temporary = temporary.tempfile_in(folder)?;
        temporary.write_all(bytes)?;
        temporary.persist_noclobber(path)?;
        Ok(())
    };
    std::fs::create_dir_all(folder).map_err(|error| words::file(&error, "make the folder", folder))?;
    let mut number = 1_u32;
    loop {
        let ending = format.ext();
        let name =
            if number == 1 { format!("{stem}-preview.{ending}") } else { format!("{stem}-preview-{number}.{ending}") };
        let path = folder.join(name);
        match write(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(words::file(&error, "write", &path)),
        }
    }
}
