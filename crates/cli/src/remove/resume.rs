//! `remove --resume`: what an earlier run left in the queue comes first, for a sum that is named and agreed to again. FILEs that are
//! saved already are told as they are, and never begun twice.

use std::collections::HashSet;

use clearcut_app::problem::Problem;
use clearcut_app::views::{OutputOptions, PictureId, PictureView};
use clearcut_app::{App, BatchId, Earlier};

use super::{done, stopping};
use crate::agree;
use crate::args::Spend;
use crate::inputs::{self, Input};
use crate::line::{Line, State};
use crate::run::Report;
use crate::session::Session;
use crate::words;

/// Goes on with what waits, and takes it and what is saved already out of `inputs`.
pub(super) async fn go_on(
    session: &Session<'_>,
    inputs: &mut Vec<Input>,
    (options, spend): (&OutputOptions, &Spend),
    refused: Option<&Problem>,
    report: &mut Report<'_>,
) -> Result<(), Problem> {
    let app = &session.app;
    if let Some((pictures, view)) = app.left_behind().await? {
        let cost = super::amount(&view.cost)?;
        session.out.talk(&format!(
            "An earlier run left {}: {} to go on.",
            words::pictures(view.pictures + view.here),
            words::credits(&view.cost)
        ));
        let what = format!("going on with {}", words::pictures(view.pictures + view.here));
        let payg = if view.payg == "0" { String::new() } else { format!(", {} of them pay-as-you-go", view.payg) };
        let allowed = agree::agree(&what, &payg, cost, spend, session.out, session.interrupt).await;
        let stands = refused.filter(|_| !cost.is_zero()).cloned();
        let begun = match (allowed, stands) {
            (Ok(allowed), None) => app.go_on(allowed.left()).await,
            (Err(problem), _) | (Ok(_), Some(problem)) => Err(problem),
        };
        let mut told = HashSet::new();
        let why = match begun {
            Ok((mut fetching, here)) => {
                let mut paused = false;
                while let Some((id, result)) =
                    stopping::next(&mut fetching, &mut paused, session.interrupt, session.out).await
                {
                    told.insert(id);
                    let name = path_of(app, id);
                    match result {
                        Ok(fetched) => {
                            let (line, remark) = done(name, fetched);
                            report.tell(&line, &remark);
                        }
                        Err(problem) => report.tell(&Line::of_problem(name, problem, app.charged_for(id)), ""),
                    }
                }
                for id in here.into_iter().filter(|_| !session.interrupt.asked()) {
                    told.insert(id);
                    let saved = super::cut_out_here(session, id, options, None, BatchId::new()).await;
                    let (line, remark) = super::done_here(path_of(app, id), saved);
                    report.tell(&line, &remark);
                }
                fetching.stands_still().unwrap_or_else(inputs::stopped)
            }
            Err(problem) => problem,
        };
        let waits = |picture: &&PictureView| !told.contains(&picture.id) && app.is_waiting(picture.id);
        for picture in pictures.iter().filter(waits) {
            report.tell(&Line::of_problem(path_of(app, picture.id), why.clone(), None), "");
        }
        let left: HashSet<PictureId> = pictures.iter().map(|picture| picture.id).collect();
        inputs.retain(|input| !matches!(&input.picture, Ok(picture) if left.contains(&picture.id)));
    }
    for input in std::mem::take(inputs) {
        let earlier = match &input.picture {
            Ok(picture) => app.earlier(picture.id).await?,
            Err(_) => None,
        };
        match earlier {
            Some(Earlier::Saved(output)) => report.tell(&saved_line(&input, &output), "saved earlier"),
            Some(Earlier::Unanswered(problem)) => report.tell(&Line::of_problem(input.name(), problem, None), ""),
            None => inputs.push(input),
        }
    }
    Ok(())
}

fn saved_line(input: &Input, output: &std::path::Path) -> Line {
    Line {
        input: input.name(),
        output: Some(output.display().to_string()),
        state: State::Done,
        charged: Some("0".to_owned()),
        width: None,
        height: None,
        error: None,
    }
}

/// A picture stays on the bench as long as the program runs.
fn path_of(app: &App, id: PictureId) -> String {
    app.original_of(id).map_or_else(String::new, |path| path.display().to_string())
}
