//! An opened app on a terminal, and its orderly end.

use std::sync::Arc;

use clearcut_app::problem::{Code, Problem};
use clearcut_app::views::GaugeView;
use clearcut_app::{App, AppParts, Folders, Front, ModelFile, ServiceChoice};

use crate::host::TerminalHost;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::progress::Progress;

/// What the command line says of every command.
#[derive(Debug, Default)]
pub(crate) struct Opening {
    /// The service to work with.
    pub(crate) service: Option<String>,
    /// A model to cut out with on this computer.
    pub(crate) model: Option<ModelFile>,
}

/// What every command works with.
pub(crate) struct Session<'a> {
    /// The use cases.
    pub(crate) app: Arc<App>,
    /// Where words go.
    pub(crate) out: &'a Out,
    /// Whether the user asked to stop.
    pub(crate) interrupt: &'a Interrupt,
    /// The bar that shows what moves.
    pub(crate) progress: Arc<Progress>,
}

impl<'a> Session<'a> {
    /// Opens the app on the user's folders and says what is worth saying first.
    ///
    /// # Errors
    /// When the folders, the service or the model named make no sense, or the data cannot be opened.
    pub(crate) async fn open(opening: Opening, out: &'a Out, interrupt: &'a Interrupt) -> Result<Self, Problem> {
        let progress = Arc::new(Progress::new(out.drawings));
        let Opening { service, model } = opening;
        let service = service.map_or(ServiceChoice::Remembered, ServiceChoice::Named);
        let host = Arc::new(TerminalHost(Arc::clone(&progress)));
        let parts = AppParts::new(Folders::from_env()?, host, service, Front::Terminal);
        let app = App::open(AppParts { model, ..parts }).await?;
        let session = Self { app, out, interrupt, progress };
        session.say_banners().await?;
        Ok(session)
    }

    async fn say_banners(&self) -> Result<(), Problem> {
        for banner in self.app.overview().await?.banners {
            self.out.talk(&format!("clearcut: {}", banner.text));
        }
        Ok(())
    }

    /// The gauge after a look at the service, and why charged work would be refused right now, if it would.
    ///
    /// # Errors
    /// When Clearcut's own data cannot be read. A service that cannot be asked is no error here: the gauge says so.
    pub(crate) async fn fresh_gauge(&self) -> Result<(GaugeView, Option<Problem>), Problem> {
        let gauge = self.app.gauge(true).await?;
        let refused = gauge.problem.clone().filter(|problem| stops_charged_work(problem.code));
        Ok((gauge, refused))
    }

    /// Waits for what was sent and ends the app.
    pub(crate) async fn close(&self) {
        self.app.close().await;
    }
}

/// Whether another picture would only meet the same answer, so that sending it would be a waste.
pub(crate) const fn stops_charged_work(code: Code) -> bool {
    matches!(code, Code::OutOfCredits | Code::KeyRefused | Code::KeyMissing | Code::ServiceEnded | Code::NotThisService)
}
