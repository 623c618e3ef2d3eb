//! From pictures on the bench to orders: every output is named before anything is sent, once for the whole list. Reads folders and
//! records; spends nothing and writes nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clearcut_batch::{NamePlanner, NameRules, NameTemplate, Order, PlannedName, ToName};
use clearcut_imaging::{Look, OutputFormat};
use clearcut_service::wire::Size;
use clearcut_store::BatchId;

use crate::app::{App, blocking};
use crate::bench::Picture;
use crate::intake::{Examined, file_name};
use crate::problem::Problem;
use crate::views::{ExistingChoice, OutputOptions, PictureId};
use crate::{convert, words};

/// Where and under which names results are saved; what is `None` is as the user has set it.
#[derive(Debug, Clone, Default)]
pub struct Saving {
    /// The folder; the tree that pictures were found in is kept below it.
    pub folder: Option<PathBuf>,
    /// What the files are called.
    pub template: Option<NameTemplate>,
    /// What is done where a file of that name exists.
    pub existing: Option<ExistingChoice>,
    /// Whether the files say what their originals say beside the picture.
    pub keep_metadata: Option<bool>,
}

impl Saving {
    /// Into this folder, else as the user has set it.
    #[must_use]
    pub fn into_folder(folder: Option<PathBuf>) -> Self {
        Self { folder, ..Self::default() }
    }
}

/// A list with all its names; each picture by whatever its list knows it by.
#[derive(Debug)]
pub(crate) struct PlannedOrders<K = PictureId> {
    /// What is to be sent, or served from the vault, in the order asked.
    pub(crate) orders: Vec<(K, Order)>,
    /// Pictures whose results exist, where such are left out, each with that file. Nothing is sent for them.
    pub(crate) existing: Vec<(K, PathBuf)>,
    /// Pictures that cannot be named. Nothing is sent for them.
    pub(crate) unnamed: Vec<(K, Problem)>,
}

/// What is planned for, without the lock on the bench.
struct Item<K> {
    id: K,
    examined: Examined,
    folder: PathBuf,
}

impl App {
    /// Plans the names of a whole list: unique among themselves, among what the bench and all queues have planned, and against every
    /// original. Each folder is listed once.
    ///
    /// # Errors
    /// When a picture is unknown, the options make no sense, or records cannot be read.
    pub(crate) async fn plan_orders(
        &self,
        pictures: &[PictureId],
        options: &OutputOptions,
        saving: &Saving,
        batch: Option<BatchId>,
    ) -> Result<PlannedOrders, Problem> {
        let chosen =
            saving.folder.as_ref().map(|folder| std::path::absolute(folder).unwrap_or_else(|_| folder.clone()));
        let items = self.items(pictures, chosen.as_deref())?;
        self.plan(items, options, saving, batch).await
    }

    /// The same for pictures that are not on the bench, each known by its place in the list: into `folder`, or beside their originals.
    /// None is left out because a file of its name exists.
    ///
    /// # Errors
    /// As [`plan_orders`](Self::plan_orders).
    pub(crate) async fn plan_unseen(
        &self,
        pictures: Vec<Examined>,
        options: &OutputOptions,
        folder: Option<&Path>,
    ) -> Result<PlannedOrders<usize>, Problem> {
        let beside = |input: &Path| input.parent().map(Path::to_path_buf).unwrap_or_default();
        let item = |(id, examined): (usize, Examined)| {
            let folder = folder.map_or_else(|| beside(&examined.path), Path::to_path_buf);
            Item { id, folder, examined }
        };
        let items = pictures.into_iter().enumerate().map(item).collect();
        let existing = self.settings().existing.filter(|existing| *existing != ExistingChoice::Skip);
        let saving = Saving { existing: Some(existing.unwrap_or_default()), ..Saving::default() };
        self.plan(items, options, &saving, None).await
    }

    async fn plan<K: Send + 'static>(
        &self,
        items: Vec<Item<K>>,
        options: &OutputOptions,
        saving: &Saving,
        batch: Option<BatchId>,
    ) -> Result<PlannedOrders<K>, Problem> {
        let (template, existing, keep_metadata) = {
            let settings = self.settings();
            let template = saving.template.clone().unwrap_or_else(|| settings.template());
            let existing = saving.existing.or(settings.existing).unwrap_or_default();
            (template, existing, saving.keep_metadata.unwrap_or_else(|| settings.keeps_metadata()))
        };
        let (inputs, promised) = self.on_the_bench();
        let date = self.desk().now().to_zoned(jiff::tz::TimeZone::system()).date();
        let mut planner = NamePlanner::new(NameRules { template, existing: convert::existing(existing), date });
        let store = Arc::clone(&self.ground.store);
        let (look, format, size) =
            (convert::look(options)?, convert::format(options.format), convert::size(options.size));
        blocking(move || {
            // What waits in a queue has its name already, here or in another process.
            for job in store.jobs_promised().map_err(|error| words::store(&error))? {
                planner.protect(&job.input);
                planner.reserve(&job.output);
            }
            inputs.iter().for_each(|input| planner.protect(input));
            promised.iter().for_each(|output| planner.reserve(output));
            let to_name: Vec<ToName<'_>> = items.iter().map(|item| item.to_name(format)).collect();
            let names = planner.plan(&to_name);
            let mut planned = PlannedOrders { orders: Vec::new(), existing: Vec::new(), unnamed: Vec::new() };
            for (Item { id, examined, .. }, name) in items.into_iter().zip(names) {
                let (output, replace) = match name {
                    Ok(PlannedName::New(output)) => (output, false),
                    Ok(PlannedName::Replace(output)) => (output, true),
                    Ok(PlannedName::Skip(output)) => {
                        planned.existing.push((id, output));
                        continue;
                    }
                    Err(fault) => {
                        planned.unnamed.push((id, words::unnamed(&fault, &file_name(&examined.path))));
                        continue;
                    }
                };
                let Examined { path: input, content, probe, .. } = examined;
                let order = Order { input, content, probe, size, look, format, output, keep_metadata, replace, batch };
                planned.orders.push((id, order));
            }
            Ok(planned)
        })
        .await?
    }

    /// Orders that are only to be estimated: their names do not matter, and no folder is looked at.
    ///
    /// # Errors
    /// When a picture is unknown, or the options make no sense.
    pub(crate) fn unnamed_orders(
        &self,
        pictures: &[PictureId],
        options: &OutputOptions,
    ) -> Result<Vec<Order>, Problem> {
        let wanted = Wanted::of(options)?;
        let order = |Item { examined, folder, .. }: Item<PictureId>| {
            let output = folder.join(examined.path.file_name().unwrap_or_default());
            wanted.unnamed(examined, output)
        };
        Ok(self.items(pictures, None)?.into_iter().map(order).collect())
    }

    fn items(&self, pictures: &[PictureId], chosen: Option<&Path>) -> Result<Vec<Item<PictureId>>, Problem> {
        let bench = self.bench();
        let examined = pictures.iter().map(|id| bench.get(*id).map(|picture| picture.examined.clone()));
        let examined = examined.collect::<Result<Vec<_>, _>>()?;
        drop(bench);
        let item = |(id, examined): (&PictureId, Examined)| {
            let folder = self.output_folder(&examined.path, chosen.map(Path::to_path_buf));
            Item { id: *id, folder, examined }
        };
        Ok(pictures.iter().zip(examined).map(item).collect())
    }

    /// The originals on the bench, and the names that are promised to results on their way.
    fn on_the_bench(&self) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let bench = self.bench();
        let inputs = bench.pictures().map(|picture: &Picture| picture.examined.path.clone()).collect();
        (inputs, bench.planned().map(Path::to_path_buf).collect())
    }
}

/// What is wanted of pictures whose names do not matter.
pub(crate) struct Wanted {
    look: Look,
    format: OutputFormat,
    size: Size,
}

impl Wanted {
    /// # Errors
    /// When the options make no sense.
    pub(crate) fn of(options: &OutputOptions) -> Result<Self, Problem> {
        let (format, size) = (convert::format(options.format), convert::size(options.size));
        Ok(Self { look: convert::look(options)?, format, size })
    }

    /// An order as far as a price needs it.
    pub(crate) fn unnamed(&self, examined: Examined, output: PathBuf) -> Order {
        let (Self { look, format, size }, Examined { path: input, content, probe, .. }) = (self, examined);
        let (look, format, size) = (*look, *format, *size);
        Order { input, content, probe, size, look, format, output, keep_metadata: true, replace: false, batch: None }
    }
}

impl<K> Item<K> {
    fn to_name(&self, format: OutputFormat) -> ToName<'_> {
        let Examined { path, below, probe, .. } = &self.examined;
        // Beside its original a result lies in the tree already.
        let beside = path.parent() == Some(self.folder.as_path());
        ToName {
            input: path,
            folder: &self.folder,
            below: if beside { Path::new("") } else { below },
            width: probe.width,
            height: probe.height,
            ext: format.ext(),
        }
    }
}
