//! What the words of a command line stand for: a path itself, a list (`@LIST`, and `-` for one on standard input), or a pattern that
//! no shell expanded, because there is none that does (Windows) or it was quoted.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clearcut_app::problem::{Code, Problem};
use glob::MatchOptions;

use super::list;

/// As a shell would: case counts where it counts on the disk, hidden files want their dot written out.
const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: !cfg!(windows), require_literal_separator: true, require_literal_leading_dot: true };

/// A stretch of the command line.
#[derive(Debug, PartialEq)]
pub(super) enum Expanded {
    /// Paths to look at.
    Paths(Vec<PathBuf>),
    /// A word that stands for nothing.
    Refused { file: PathBuf, problem: Problem },
}

/// Expands the words of a command line, in order.
pub(super) fn expand(words: Vec<PathBuf>, null: bool, stdin: &mut dyn Read) -> Vec<Expanded> {
    let mut expanded = Vec::new();
    let mut paths = Vec::new();
    for word in words {
        let stands_for = match word.to_str() {
            Some("-") => {
                read(&mut *stdin).map(|bytes| list::paths(&bytes, null)).map_err(|error| unread(&word, &error))
            }
            Some(text) if text.starts_with('@') => listed(Path::new(&text[1..]), null),
            Some(text) if has_pattern(text) && word.symlink_metadata().is_err() => matching(text),
            _ => Ok(vec![word.clone()]),
        };
        match stands_for {
            Ok(more) => paths.extend(more),
            Err(problem) => {
                if !paths.is_empty() {
                    expanded.push(Expanded::Paths(std::mem::take(&mut paths)));
                }
                expanded.push(Expanded::Refused { file: word, problem });
            }
        }
    }
    if !paths.is_empty() {
        expanded.push(Expanded::Paths(paths));
    }
    expanded
}

/// A file called so may exist all the same; that is asked first.
fn has_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

fn matching(pattern: &str) -> Result<Vec<PathBuf>, Problem> {
    let found = glob::glob_with(pattern, OPTIONS).map_err(|error| {
        Problem::new(
            Code::BadRequest,
            format!("{pattern} is no pattern: {}.", error.msg),
            "Use * for any letters, ? for one, [abc] for one of these, ** for any folders.",
        )
    })?;
    // A folder that cannot be listed on the way has no files for this pattern, as for a shell.
    let found: Vec<PathBuf> = found.filter_map(Result::ok).collect();
    if found.is_empty() {
        return Err(Problem::new(
            Code::NotFound,
            format!("No file is called {pattern}."),
            "Check the pattern; hidden files want their dot written out.",
        ));
    }
    Ok(found)
}

fn listed(file: &Path, null: bool) -> Result<Vec<PathBuf>, Problem> {
    let bytes = std::fs::read(file).map_err(|error| unread(file, &error))?;
    Ok(list::paths(&bytes, null))
}

fn read(from: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unread(list: &Path, error: &io::Error) -> Problem {
    let code = match error.kind() {
        io::ErrorKind::NotFound => Code::NotFound,
        io::ErrorKind::PermissionDenied => Code::NoPermission,
        _ => Code::FileTrouble,
    };
    Problem::new(
        code,
        format!("The list {} could not be read: {error}.", list.display()),
        "For a picture whose name begins with @, write ./ in front of it.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand_from(words: &[&str], stdin: &[u8]) -> Vec<Expanded> {
        expand(words.iter().map(PathBuf::from).collect(), false, &mut { stdin })
    }

    fn paths(paths: &[&str]) -> Expanded {
        Expanded::Paths(paths.iter().map(PathBuf::from).collect())
    }

    fn code(expanded: &Expanded) -> Option<Code> {
        match expanded {
            Expanded::Paths(_) => None,
            Expanded::Refused { problem, .. } => Some(problem.code),
        }
    }

    #[test]
    fn words_without_a_meaning_of_their_own_are_paths() {
        assert_eq!(expand_from(&["a.png", "./@b.png"], b""), [paths(&["a.png", "./@b.png"])]);
    }

    #[test]
    fn a_dash_is_a_list_on_standard_input_and_its_place_is_kept() {
        assert_eq!(
            expand_from(&["a.png", "-", "d.png"], b"b.png\nc.png\n"),
            [paths(&["a.png", "b.png", "c.png", "d.png"])]
        );
    }

    #[test]
    fn a_list_that_is_not_there_is_refused_in_its_place() {
        let expanded = expand_from(&["a.png", "@nowhere/list.txt", "b.png"], b"");
        assert_eq!(expanded.iter().map(code).collect::<Vec<_>>(), [None, Some(Code::NotFound), None]);
    }

    #[test]
    fn patterns_find_what_a_shell_would_find() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.jpg", "a.jpg", ".hidden.jpg", "ż.png", "[x].jpg"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let found = |pattern: &str| {
            let pattern = folder.path().join(pattern);
            let expanded = expand(vec![pattern], false, &mut io::empty());
            let [Expanded::Paths(paths)] = expanded.as_slice() else { return Vec::new() };
            paths.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
        };
        assert_eq!(found("*.jpg"), ["[x].jpg", "a.jpg", "b.jpg"]);
        assert_eq!(found("?.png"), ["ż.png"]);
        assert_eq!(found("[ab].jpg"), ["a.jpg", "b.jpg"]);
        // A file that is called like a pattern is that file.
        assert_eq!(found("[x].jpg"), ["[x].jpg"]);
        assert!(found("*.gif").is_empty());
    }

    #[test]
    fn a_pattern_that_finds_nothing_or_is_none_is_refused() {
        assert_eq!(code(&expand_from(&["/nowhere/*.jpg"], b"")[0]), Some(Code::NotFound));
        assert_eq!(code(&expand_from(&["/nowhere/[a.jpg"], b"")[0]), Some(Code::BadRequest));
    }
}
