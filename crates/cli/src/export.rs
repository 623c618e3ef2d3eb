//! `clearcut export`: pictures with their edits, in sizes and formats. It spends nothing and sends nothing.

use clearcut_app::problem::Problem;
use clearcut_app::views::BackdropId;

use crate::args::Export;
use crate::exit::Exit;
use crate::inputs::{self, Input};
use crate::interrupt::Interrupt;
use crate::line::{Line, State};
use crate::out::Out;
use crate::run::Report;
use crate::session::{Opening, Session};

/// Runs the command.
pub(crate) async fn export(asked: Export, opening: Opening, out: &Out, interrupt: &Interrupt) -> Result<Exit, Problem> {
    let mut report = Report::new(out, asked.json);
    let session = Session::open(opening, out, interrupt).await?;
    let ended = Box::pin(export_all(&asked, &session, &mut report)).await;
    session.close().await;
    if let Err(problem) = ended {
        report.broken_off(&asked.files, &problem);
    }
    Ok(report.exit())
}

async fn export_all(asked: &Export, session: &Session<'_>, report: &mut Report<'_>) -> Result<(), Problem> {
    let own = match asked.backdrop() {
        Some(file) => Some(session.app.keep_backdrop(file.clone()).await?.id),
        None => None,
    };
    for input in inputs::gather(session, asked.take.of(asked.files.clone())).await {
        let lines = if session.interrupt.asked() {
            vec![Line::of_problem(input.name(), inputs::stopped(), None)]
        } else {
            one(asked, session, &input, own.clone()).await
        };
        lines.iter().for_each(|line| report.tell(line, "free"));
    }
    if session.interrupt.asked() {
        report.also(Exit::Cancelled);
    }
    Ok(())
}

/// A line for each file that was written, or one that says why there is none.
async fn one(asked: &Export, session: &Session<'_>, input: &Input, own: Option<BackdropId>) -> Vec<Line> {
    let exported = async {
        let picture = input.picture.as_ref().map_err(Clone::clone)?;
        let edits = session.app.edits(picture.id).await?.edits;
        let options = asked.options(asked.changed(edits, own));
        session.app.export_files(picture.id, &options, asked.out.clone()).await
    };
    match exported.await {
        Ok(files) => files
            .into_iter()
            .map(|exported| Line {
                input: input.name(),
                output: Some(exported.path.display().to_string()),
                state: State::Done,
                charged: Some("0".to_owned()),
                width: Some(exported.file.width),
                height: Some(exported.file.height),
                error: None,
            })
            .collect(),
        Err(problem) => vec![Line::of_problem(input.name(), problem, None)],
    }
}
