//! From dropped paths to examined pictures: walks folders, reads headers, takes fingerprints, and gives a reason for every
//! file that is left out. Reads only; knows no bench, no account and no credits.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use clearcut_imaging::{ContentHash, Limits, Probe, fingerprint, probe};

use crate::problem::{Code, Problem};
use crate::views::Refused;
use crate::words;

/// A folder tree deeper than this is a loop or a mistake.
const DEEPEST: usize = 32;

/// A file that is a picture.
#[derive(Debug, Clone)]
pub(crate) struct Examined {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What its header says.
    pub(crate) probe: Probe,
    /// Its fingerprint.
    pub(crate) content: ContentHash,
}

/// How folders among the paths are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Folders {
    /// With everything in them: what a person means by dropping one. What is no picture in them is passed over in silence.
    Walk,
    /// As a mistake to be told.
    Refuse,
}

/// Examines `paths`, in order. One pass over each file; blocks, so call it off the async threads.
pub(crate) fn examine(paths: &[PathBuf], folders: Folders) -> (Vec<Examined>, Vec<Refused>) {
    let mut found = Found::default();
    for path in paths {
        if folders == Folders::Walk && path.is_dir() {
            let before = found.met;
            found.walk(path, 0);
            if found.met == before {
                found.refused.push(Refused {
                    name: file_name(path),
                    problem: Problem::new(
                        Code::IsFolder,
                        format!("The folder “{}” holds no pictures that Clearcut reads.", file_name(path)),
                        "Clearcut reads JPEG, PNG and WebP.",
                    ),
                });
            }
        } else {
            found.one(path, Named::ByTheUser);
        }
    }
    (found.pictures, found.refused)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    ByTheUser,
    ByItsFolder,
}

#[derive(Default)]
struct Found {
    pictures: Vec<Examined>,
    refused: Vec<Refused>,
    seen: HashSet<PathBuf>,
    /// Pictures met so far, those met twice counted twice.
    met: usize,
}

impl Found {
    fn one(&mut self, path: &Path, named: Named) {
        // One absolute spelling for one file, so that dropping it twice is dropping it once.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        if !self.seen.insert(path.clone()) {
            self.met += usize::from(self.pictures.iter().any(|picture| picture.path == path));
            return;
        }
        let examined = probe(&path, &Limits::inputs()).and_then(|probe| {
            let content = fingerprint(&path)?;
            Ok(Examined { path: path.clone(), probe, content })
        });
        match examined {
            Ok(picture) => {
                self.met += 1;
                self.pictures.push(picture);
            }
            Err(clearcut_imaging::ImageError::NotAPicture) if named == Named::ByItsFolder => {}
            Err(error) => {
                self.refused.push(Refused { name: file_name(&path), problem: words::image(&error, &file_name(&path)) });
            }
        }
    }

    fn walk(&mut self, folder: &Path, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                let problem = words::file(&error, "read the folder", folder);
                self.refused.push(Refused { name: file_name(folder), problem });
                return;
            }
        };
        let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            // Links are not followed: a loop of links would never end, and their target is taken in where it lies.
            match entry.file_type() {
                Ok(kind) if !hidden && kind.is_dir() => self.walk(&entry.path(), depth + 1),
                Ok(kind) if !hidden && kind.is_file() => self.one(&entry.path(), Named::ByItsFolder),
                _ => {}
            }
        }
    }
}

/// The last part of a path, for people.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn picture(path: &Path) {
        let picture = clearcut_imaging::Rgba::filled(3, 2, [10, 20, 30, 255]);
        let bytes = clearcut_imaging::encode_to_vec(
            &picture,
            clearcut_imaging::OutputFormat::Png,
            &clearcut_imaging::EncodeOptions::default(),
        );
        std::fs::write(path, bytes.unwrap()).unwrap();
    }

    #[test]
    fn a_folder_is_walked_and_what_is_no_picture_in_it_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        picture(&folder.path().join("b.png"));
        picture(&folder.path().join("sub/ä ü.png"));
        picture(&folder.path().join(".hidden.png"));
        std::fs::write(folder.path().join("notes.txt"), "hello").unwrap();
        std::fs::write(folder.path().join("empty.jpg"), "").unwrap();
        let (pictures, refused) = examine(&[folder.path().to_path_buf()], Folders::Walk);
        let names: Vec<_> = pictures.iter().map(|picture| file_name(&picture.path)).collect();
        assert_eq!(names, ["b.png", "ä ü.png"]);
        assert_eq!(refused.iter().map(|refused| refused.problem.code).collect::<Vec<_>>(), [Code::EmptyFile]);
    }

    #[test]
    fn files_that_were_named_are_told_about_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("text.jpg");
        std::fs::write(&text, "no picture at all").unwrap();
        let missing = folder.path().join("gone.png");
        let (pictures, refused) = examine(&[text, missing, folder.path().to_path_buf()], Folders::Refuse);
        assert!(pictures.is_empty());
        let codes: Vec<_> = refused.iter().map(|refused| refused.problem.code).collect();
        assert_eq!(codes, [Code::NotAPicture, Code::NotFound, Code::IsFolder]);
    }

    #[test]
    fn the_same_file_twice_is_one_picture() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        picture(&path);
        let (pictures, refused) = examine(&[path.clone(), path, folder.path().to_path_buf()], Folders::Walk);
        assert_eq!((pictures.len(), refused.len()), (1, 0));
    }
}
