//! From dropped paths to examined pictures: walks folders, reads headers, takes fingerprints, and gives a reason for every
//! file that is left out. Reads only; knows no bench, no account, no store and no credits.
//!
//! Folders are walked first, which is quick; then each file is read once, a few at a time. The order of what comes out is the order
//! of what was named, folders by name, however the threads took turns.

mod aside;
mod pool;
#[cfg(test)]
mod tests;
mod walk;

use std::path::{Path, PathBuf};

use clearcut_imaging::{ContentHash, ImageError, Probe};

use crate::problem::{Code, Problem};
use crate::views::{LeftOut, Refused};
use crate::words;

pub(crate) use aside::{OwnOutputs, note};

use walk::{Found, Named, Walk};

/// A file that is a picture.
#[derive(Debug, Clone)]
pub(crate) struct Examined {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The folder it lies in, below the one that was named: what its result keeps under an output folder. Empty where the file
    /// itself was named. Of several folders taken in together each keeps its own name.
    pub(crate) below: PathBuf,
    /// What its header says.
    pub(crate) probe: Probe,
    /// Its fingerprint.
    pub(crate) content: ContentHash,
}

/// How folders among the paths are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Folders {
    /// With everything in them: what a person means by dropping one. What is no picture in them is only counted.
    Walk,
    /// As a mistake to be told.
    Refuse,
}

/// How files are taken in.
pub(crate) struct Rules<'a> {
    pub(crate) folders: Folders,
    /// Whether Clearcut saved this very file itself; asked with the path as named, and with all links of its folder resolved.
    pub(crate) own: &'a dyn Fn(&Path) -> bool,
    /// Whether to stop: what was not read by then is refused as stopped.
    pub(crate) stop: &'a (dyn Fn() -> bool + Sync),
}

/// What became of a path that was named, or of a file in a folder that was.
#[derive(Debug)]
pub(crate) struct Told {
    /// As it was named or found.
    pub(crate) path: PathBuf,
    /// Which of the pictures it is, or why it is none.
    pub(crate) picture: Result<usize, Problem>,
}

/// What was taken in.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Each once, in order.
    pub(crate) pictures: Vec<Examined>,
    /// Each path that was named, each picture in folders, and each file there that should be a picture and is not.
    pub(crate) told: Vec<Told>,
    /// What else lay in the folders.
    pub(crate) left_out: LeftOut,
}

impl Taken {
    /// The files that were left out, each with its reason.
    pub(crate) fn refused(&self) -> Vec<Refused> {
        let refused = self.told.iter().filter_map(|told| Some((told, told.picture.as_ref().err()?)));
        refused.map(|(told, problem)| Refused { name: file_name(&told.path), problem: problem.clone() }).collect()
    }
}

/// Examines `paths`, in order. One reading of each file; blocks, so call it off the async threads.
pub(crate) fn examine(paths: &[PathBuf], rules: &Rules<'_>) -> Taken {
    let Walk { found, candidates, mut left_out } = Walk::over(paths, rules);
    let mut read: Vec<_> = pool::examine(&candidates, rules.stop).into_iter().map(Some).collect();
    let mut pictures = Vec::with_capacity(candidates.len());
    // Where each candidate went, for those that were named twice.
    let mut places: Vec<Option<Result<usize, Problem>>> = vec![None; candidates.len()];
    let mut told = Vec::with_capacity(found.len());
    for found in found {
        match found {
            Found::Refused { path, problem } => told.push(Told { path, picture: Err(problem) }),
            Found::Candidate(index) => {
                let candidate = &candidates[index];
                let picture = match read[index].take() {
                    Some(Some(Ok((probe, content)))) => {
                        let (path, below) = (candidate.path.clone(), candidate.below.clone());
                        pictures.push(Examined { path, below, probe, content });
                        Ok(pictures.len() - 1)
                    }
                    Some(Some(Err(ImageError::NotAPicture))) if candidate.named == Named::ByItsFolder => {
                        left_out.no_pictures += 1;
                        continue;
                    }
                    Some(Some(Err(error))) => Err(words::image(&error, &file_name(&candidate.path))),
                    Some(None) | None => Err(stopped()),
                };
                places[index] = Some(picture.clone());
                told.push(Told { path: candidate.met.clone(), picture });
            }
            Found::Again { path, index, named } => match &places[index] {
                Some(picture) if named == Named::ByTheUser => told.push(Told { path, picture: picture.clone() }),
                // A file that its folder brings a second time is there already.
                _ => {}
            },
            Found::End { folder, candidates: range } => {
                let holds_one = |index: usize| places[index].as_ref().is_some_and(Result::is_ok);
                if !range.into_iter().any(holds_one) {
                    told.push(Told { picture: Err(no_pictures(&folder)), path: folder });
                }
            }
        }
    }
    Taken { pictures, told, left_out }
}

fn no_pictures(folder: &Path) -> Problem {
    Problem::new(
        Code::IsFolder,
        format!("The folder “{}” holds no pictures that Clearcut reads.", file_name(folder)),
        words::READS,
    )
}

fn stopped() -> Problem {
    Problem::new(Code::Cancelled, "Stopped before its turn came; it was not sent.", "")
}

/// The last part of a path, for people.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
