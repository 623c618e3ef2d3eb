//! `clearcut quote`: what pictures would cost, from which pocket, and how far the credits reach.

use clearcut_app::problem::Problem;
use clearcut_app::views::PictureId;

use crate::args;
use crate::exit::Exit;
use crate::inputs;
use crate::interrupt::Interrupt;
use crate::out::Out;
use crate::session::{Opening, Session};
use crate::sheet;

/// Runs the command.
pub(crate) async fn quote(
    asked: args::Quote,
    opening: Opening,
    out: &Out,
    interrupt: &Interrupt,
) -> Result<Exit, Problem> {
    let session = Session::open(opening, out, interrupt).await?;
    let quoted = Box::pin(quote_all(asked, &session)).await;
    session.close().await;
    quoted
}

async fn quote_all(asked: args::Quote, session: &Session<'_>) -> Result<Exit, Problem> {
    let options = asked.look.options();
    let saving = asked.naming.saving(asked.out);
    let inputs = inputs::gather(session, asked.take.of(asked.files)).await;
    let mut pictures: Vec<PictureId> = Vec::with_capacity(inputs.len());
    for input in &inputs {
        match &input.picture {
            Ok(picture) => pictures.push(picture.id),
            Err(problem) => session.out.file_problem(&input.name(), problem),
        }
    }
    let (gauge, _) = session.fresh_gauge().await?;
    if let Some(problem) = &gauge.problem {
        session.out.problem(problem);
    }
    let unreadable = inputs.len() - pictures.len();
    let cap = asked.cap.map(|cap| cap.to_string());
    let quoted = session.app.quote_saving(pictures, options, cap, unreadable, &saving).await?;
    if asked.json {
        session.out.json(&quoted);
    } else {
        session.out.line(&sheet::table(&quoted, &gauge, session.out));
        let below = sheet::choices(&quoted, |page| session.app.page_address(page));
        if !below.is_empty() {
            session.out.line(&format!("\n{below}"));
        }
    }
    Ok(if session.interrupt.asked() {
        Exit::Cancelled
    } else if quoted.unreadable == quoted.pictures && quoted.existing == 0 {
        Exit::SomeFailed
    } else {
        Exit::Done
    })
}
