//! Exports: finished pictures in the sizes and formats that were asked for. Always free and always local: the cutout is the one that was
//! paid, wherever it lies in the vault, else the preview the service made, else it is cut out on this computer. Nothing is sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_batch::{
    BatchError, ExportTarget, NamePlanner, NameRules, NameTemplate, OnDevice, PlannedName, ToName, export_file,
};
use clearcut_imaging::scene::{self, Canvas, Variant};
use clearcut_imaging::{ExportFormat, Limits, Rgba, decode_bytes};
use clearcut_store::{DiskFiles, JobId};
use tokio::sync::Semaphore;

use crate::app::{App, blocking};
use crate::convert;
use crate::dressing::Dresser;
use crate::edits::kept_edits;
use crate::export_presets::{PRESETS, named};
use crate::intake::{Examined, file_name};
use crate::previews::SERVICE;
use crate::problem::{Code, Problem};
use crate::proxies::Proxies;
use crate::views::{
    CopiedView, Edits, ExportFormatChoice, ExportOptions, ExportSize, ExportView, ExportedFile, OutputOptions,
    PictureId, PresetView, PreviewSource, Refused,
};
use crate::words;

/// One picture at a time: an export of 50 megapixels has 200 MB in its hands, and up to twice that where it needs the original.
static EXPORTING: Semaphore = Semaphore::const_new(1);

/// A size, ready to be rendered.
#[derive(Debug, Clone)]
struct Size {
    /// Behind the name of the file; nothing for the picture as edited.
    suffix: String,
    variant: Variant,
}

/// A picture of the bench, as it stood when its export was asked for.
struct ToExport {
    id: PictureId,
    examined: Examined,
    name: String,
    /// The job whose answer is paid, where it is.
    paid_by: Option<JobId>,
    preview: Option<PreviewSource>,
}

/// A file that was exported, for the terminal: it knows where.
#[derive(Debug, Clone)]
pub struct Exported {
    /// Where it lies.
    pub path: PathBuf,
    /// What it is.
    pub file: ExportedFile,
}

impl App {
    /// The sizes that pictures are often wanted in.
    ///
    /// # Errors
    /// Never today.
    pub async fn export_presets(&self) -> Result<Vec<PresetView>, Problem> {
        let view = |preset: &crate::export_presets::Preset| PresetView {
            name: preset.name.to_owned(),
            label: preset.label.to_owned(),
            width: preset.width,
            height: preset.height,
            margin: preset.margin,
            background: preset.background.map(convert::colour_text),
        };
        Ok(PRESETS.iter().map(view).collect())
    }

    /// Writes pictures with their edits. See [`commands!`](crate::commands).
    ///
    /// # Errors
    /// When the options make no sense. A picture that cannot be exported is told in the answer.
    pub async fn export_pictures(
        &self,
        pictures: Vec<PictureId>,
        options: ExportOptions,
    ) -> Result<ExportView, Problem> {
        let sizes = sizes(&options)?;
        options.edits.as_ref().map(Edits::inner).transpose()?;
        let mut view = ExportView::default();
        for id in pictures {
            match self.export_one(id, &options, &sizes, None).await {
                Ok(files) => view.files.extend(files.into_iter().map(|exported| exported.file)),
                Err(problem) => {
                    let name = self.bench().get(id).map(crate::bench::Picture::name).unwrap_or_default();
                    view.failed.push(Refused { name, problem });
                }
            }
        }
        Ok(view)
    }

    /// The same for one picture, into a folder, for the terminal.
    ///
    /// # Errors
    /// When the options make no sense, or the picture cannot be exported.
    pub async fn export_files(
        &self,
        id: PictureId,
        options: &ExportOptions,
        folder: Option<PathBuf>,
    ) -> Result<Vec<Exported>, Problem> {
        let folder = folder.map(|folder| std::path::absolute(&folder).unwrap_or(folder));
        self.export_one(id, options, &sizes(options)?, folder).await
    }

    async fn export_one(
        &self,
        id: PictureId,
        options: &ExportOptions,
        sizes: &[Size],
        folder: Option<PathBuf>,
    ) -> Result<Vec<Exported>, Problem> {
        let subject = self.to_export(id)?;
        let edits = self.edits_to_export(&subject.examined, options).await?;
        let folder = self.output_folder(&subject.examined.path, folder);
        let format = format(options.format);
        let planned = self.plan_exports(&subject.examined, &folder, sizes, format).await?;
        let _one_at_a_time = EXPORTING.acquire().await;
        let cutout = self.cutout_to_export(&subject).await?;
        let ToExport { examined, name, .. } = subject;
        let written = clearcut_imaging::ExportOptions { format, quality: options.quality, matte: [255; 3] };
        let (dresser, sizes) = (self.dresser(), sizes.to_vec());
        let says_what_it_said = options.keep_metadata.unwrap_or_else(|| self.settings().keeps_metadata());
        blocking(move || {
            let original = says_what_it_said.then_some(examined.path.as_path());
            let trouble = |error| words::image(&error, &name);
            let prepared =
                dresser.prepare(cutout, &examined.path, examined.content.as_str(), &edits).map_err(trouble)?;
            let mut prepared = Some(prepared);
            let mut files = Vec::new();
            let last = sizes.len().saturating_sub(1);
            for (index, (size, planned)) in sizes.iter().zip(planned).enumerate() {
                // The last one may use the cutout's own memory.
                let made = if index == last {
                    prepared.take().map(|prepared| prepared.finish(size.variant))
                } else {
                    prepared.as_ref().map(|prepared| prepared.render(size.variant))
                };
                let Some(made) = made else { continue };
                let (width, height) = (made.width, made.height);
                let to = ExportTarget { planned: &planned, original, content: examined.content.as_str() };
                let path = export_file(&DiskFiles, made, &written, to)
                    .map_err(|fault| words::batch(&BatchError::Folder(fault), &name))?;
                let bytes = std::fs::metadata(&path).map_or(0, |meta| meta.len());
                let file = ExportedFile { picture: id, name: file_name(&path), width, height, bytes };
                files.push(Exported { path, file });
            }
            Ok(files)
        })
        .await?
    }

    /// Puts a picture's cutout with its edits on the clipboard, with its transparency.
    ///
    /// # Errors
    /// When it cannot be cut out, or the system has no clipboard for pictures.
    pub async fn copy_cutout(&self, id: PictureId) -> Result<CopiedView, Problem> {
        let subject = self.to_export(id)?;
        let edits = self.edits_to_export(&subject.examined, &ExportOptions::default()).await?;
        let one_at_a_time = EXPORTING.acquire().await;
        let cutout = self.cutout_to_export(&subject).await?;
        let (dresser, ToExport { examined, name, .. }) = (self.dresser(), subject);
        let dressed = blocking(move || {
            let prepared = dresser.prepare(cutout, &examined.path, examined.content.as_str(), &edits);
            prepared.map(|prepared| prepared.finish(Variant::default()))
        });
        let made = dressed.await?.map_err(|error| words::image(&error, &name))?;
        drop(one_at_a_time);
        let (width, height) = (made.width, made.height);
        self.host
            .copy_picture(width, height, made.pixels)
            .await
            .map_err(|error| Problem::new(Code::FileTrouble, format!("{name} could not be copied: {error}."), ""))?;
        Ok(CopiedView { name, width, height })
    }

    fn to_export(&self, id: PictureId) -> Result<ToExport, Problem> {
        let bench = self.bench();
        let picture = bench.get(id)?;
        Ok(ToExport {
            id,
            examined: picture.examined.clone(),
            name: picture.name(),
            paid_by: picture.paid_by.filter(|_| picture.is_paid()),
            preview: picture.preview.as_ref().map(|preview| preview.source),
        })
    }

    async fn edits_to_export(&self, examined: &Examined, options: &ExportOptions) -> Result<scene::Edits, Problem> {
        if let Some(edits) = &options.edits {
            return edits.inner();
        }
        let (store, content) = (Arc::clone(&self.ground.store), examined.content.clone());
        blocking(move || kept_edits(&store, content.as_str())?.unwrap_or_default().inner()).await?
    }

    /// The best cutout there is, and never one that would have to be paid.
    async fn cutout_to_export(&self, subject: &ToExport) -> Result<Rgba, Problem> {
        let ToExport { id, ref examined, ref name, paid_by, preview } = *subject;
        let order = self.unnamed_orders(&[id], &OutputOptions::default())?.pop();
        let spender = Arc::clone(&self.desk().spender);
        let kept = blocking(move || match (paid_by, order) {
            (Some(job), _) => spender.whole_cutout(job).map(Some),
            (None, Some(order)) => spender.kept_cutout(&order),
            (None, None) => Ok(None),
        });
        if let Some(paid) = kept.await?.map_err(|error| words::batch(&error, name))? {
            return Ok(paid);
        }
        let proxies = Proxies::of(&self.folders.cache, &examined.content);
        if preview == Some(PreviewSource::Service)
            && let Some(served) = blocking(move || proxies.cutout(SERVICE)).await?
        {
            let decoded = blocking(move || decode_bytes(&served.bytes, &Limits::answers())).await?;
            return decoded.map_err(|error| words::image(&error, name));
        }
        let _permit = self.previewing.acquire().await;
        let (matter, path, stopping) =
            (Arc::clone(&self.device().matter), examined.path.clone(), self.stopping.child_token());
        let made =
            blocking(move || OnDevice::new(matter, Arc::new(DiskFiles)).cut_out(&path, &|| stopping.is_cancelled()));
        made.await?.map_err(|error| words::batch(&error, name))
    }

    /// A name for each size, by the user's own template, with the size's name behind it.
    async fn plan_exports(
        &self,
        examined: &Examined,
        folder: &Path,
        sizes: &[Size],
        format: ExportFormat,
    ) -> Result<Vec<PathBuf>, Problem> {
        let template = self.settings().template().to_string();
        let date = self.desk().now().to_zoned(jiff::tz::TimeZone::system()).date();
        let store = Arc::clone(&self.ground.store);
        let (examined, folder, sizes) = (examined.clone(), folder.to_path_buf(), sizes.to_vec());
        blocking(move || {
            let promised = store.jobs_promised().map_err(|error| words::store(&error))?;
            let mut given = Vec::new();
            for size in &sizes {
                let template: NameTemplate = format!("{template}{}", size.suffix).parse().map_err(|error| {
                    Problem::new(Code::BadRequest, format!("The files cannot be named: {error}."), "")
                })?;
                let existing = clearcut_batch::Existing::Number;
                let mut planner = NamePlanner::new(NameRules { template, existing, date });
                promised.iter().for_each(|job| planner.reserve(&job.output));
                given.iter().for_each(|path: &PathBuf| planner.reserve(path));
                let (width, height) = (examined.probe.width, examined.probe.height);
                let beside = examined.path.parent() == Some(folder.as_path());
                let below = if beside { Path::new("") } else { &examined.below };
                let to_name =
                    ToName { input: &examined.path, folder: &folder, below, width, height, ext: format.ext() };
                match planner.plan(&[to_name]).pop() {
                    Some(Ok(PlannedName::New(path) | PlannedName::Replace(path) | PlannedName::Skip(path))) => {
                        given.push(path);
                    }
                    Some(Err(fault)) => return Err(words::unnamed(&fault, &file_name(&examined.path))),
                    None => {}
                }
            }
            Ok(given)
        })
        .await?
    }

    /// Who lays kept edits on cutouts.
    pub(crate) fn dresser(&self) -> Arc<Dresser> {
        Arc::new(Dresser::new(&self.ground.store, &self.folders.backdrops()))
    }
}

fn format(choice: ExportFormatChoice) -> ExportFormat {
    match choice {
        ExportFormatChoice::Png => ExportFormat::Png,
        ExportFormatChoice::Jpg => ExportFormat::Jpg,
        ExportFormatChoice::Webp => ExportFormat::WebP,
        ExportFormatChoice::WebpLossy => ExportFormat::WebPLossy,
        ExportFormatChoice::Avif => ExportFormat::Avif,
        ExportFormatChoice::Tiff => ExportFormat::Tiff,
        ExportFormatChoice::Zip => ExportFormat::Zip,
    }
}

/// The sizes of an export, checked.
fn sizes(options: &ExportOptions) -> Result<Vec<Size>, Problem> {
    let wrong = |text: String, hint: &str| Problem::new(Code::BadRequest, text, hint);
    if options.quality.is_some_and(|quality| !(1..=100).contains(&quality)) {
        return Err(wrong("A quality is a number from 1 to 100.".to_owned(), ""));
    }
    let canvas = |width, height, margin| {
        let canvas = Canvas::Fixed { width, height, margin };
        let scene = scene::Scene { canvas, ..scene::Scene::default() };
        let checked = scene::Edits { strokes: Vec::new(), scene }.check();
        checked.map(|()| canvas).map_err(|fault| wrong(format!("{}.", words::capitalised(&fault.to_string())), ""))
    };
    let size = |size: &ExportSize| match size {
        ExportSize::AsEdited => Ok(Size { suffix: String::new(), variant: Variant::default() }),
        ExportSize::Preset { name } => {
            let preset = named(name).ok_or_else(|| {
                let names: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
                wrong(format!("“{name}” is no preset."), &format!("There are {}.", names.join(", ")))
            })?;
            let canvas = Some(canvas(preset.width, preset.height, preset.margin)?);
            let variant = Variant { canvas, colour: preset.background, ..Variant::default() };
            Ok(Size { suffix: format!("-{}", preset.name), variant })
        }
        ExportSize::Pixels { width, height, margin } => {
            let canvas = Some(canvas(*width, *height, *margin)?);
            Ok(Size { suffix: format!("-{width}x{height}"), variant: Variant { canvas, ..Variant::default() } })
        }
    };
    if options.sizes.is_empty() {
        return Ok(vec![size(&ExportSize::AsEdited)?]);
    }
    options.sizes.iter().map(size).collect()
}
