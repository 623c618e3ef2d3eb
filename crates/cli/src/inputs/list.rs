//! Lists of paths: one a line, or separated by NUL. Relative paths count from the working folder, as on the command line and in other
//! tools. There are no comments and no quotes: a name may begin with anything.

use std::path::PathBuf;

/// The paths in a list. Line ends of every system and empty lines are no part of a name; a byte order mark is passed over, and what
/// PowerShell writes as UTF-16 is read as that.
pub(super) fn paths(bytes: &[u8], null: bool) -> Vec<PathBuf> {
    let utf16 = decoded(bytes);
    let bytes = utf16.as_deref().map_or(bytes, str::as_bytes);
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let separator = if null { b'\0' } else { b'\n' };
    let lines = bytes.split(|byte| *byte == separator);
    let names = lines.map(|line| if null { line } else { line.strip_suffix(b"\r").unwrap_or(line) });
    names.filter(|name| !name.is_empty()).map(path).collect()
}

/// Text that begins with UTF-16's byte order mark; nothing for any other.
fn decoded(bytes: &[u8]) -> Option<String> {
    let (units, little) = match bytes {
        [0xFF, 0xFE, units @ ..] => (units, true),
        [0xFE, 0xFF, units @ ..] => (units, false),
        _ => return None,
    };
    let pairs = units.chunks_exact(2).map(|pair| [pair[0], pair[1]]);
    let units: Vec<u16> = pairs.map(if little { u16::from_le_bytes } else { u16::from_be_bytes }).collect();
    Some(String::from_utf16_lossy(&units))
}

/// On Unix a name is bytes, whatever they mean.
#[cfg(unix)]
fn path(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(name))
}

#[cfg(not(unix))]
fn path(name: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(name).into_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::lines(b"a.png\nb.png\n", &["a.png", "b.png"])]
    #[case::no_last_line_end(b"a.png\nb.png", &["a.png", "b.png"])]
    #[case::windows(b"a.png\r\nb.png\r\n", &["a.png", "b.png"])]
    #[case::byte_order_mark("\u{feff}ä.png\n".as_bytes(), &["ä.png"])]
    #[case::empty_lines(b"\n\r\na.png\n\n", &["a.png"])]
    #[case::no_comments_and_no_quotes(b"#a.png\n\"b\".png\n c.png \n", &["#a.png", "\"b\".png", " c.png "])]
    #[case::utf_16(b"\xFF\xFEa\0.\0p\0n\0g\0\r\0\n\0\xE4\0.\0p\0n\0g\0", &["a.png", "ä.png"])]
    #[case::nothing(b"", &[])]
    fn each_line_is_a_path(#[case] bytes: &[u8], #[case] expected: &[&str]) {
        assert_eq!(paths(bytes, false), expected.iter().map(PathBuf::from).collect::<Vec<_>>());
    }

    #[test]
    fn with_nul_a_line_end_is_part_of_a_name() {
        let expected = ["a\nb.png", "c.png\r"].map(PathBuf::from);
        assert_eq!(paths(b"a\nb.png\0c.png\r\0", true), expected);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_are_kept() {
        use std::os::unix::ffi::OsStrExt as _;
        assert_eq!(paths(b"\xE4.png\n", false)[0].as_os_str().as_bytes(), b"\xE4.png");
    }
}
