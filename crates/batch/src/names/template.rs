//! The template of results' names: text with fields in braces, read once and filled for each picture. It knows which fields
//! there are and what may stand between them; where a name lies and whether it is free is the planner's.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use super::portable::{clean, cut, forbidden, units};

/// The template that holds until the user sets another.
const DEFAULT: &str = "{name}-cutout";
/// Nobody needs a longer one, and a name has at most 255 bytes.
const MAX_TEMPLATE_BYTES: usize = 200;

/// How results are called: `{name}-cutout`, `{parent} {index}`, …
///
/// | field | stands for |
/// | --- | --- |
/// | `{name}` | the original's name without its ending |
/// | `{ext}` | the ending of the result; it follows the name anyway, so `.{ext}` at the end may be left out |
/// | `{index}` | the picture's place in the list, with zeros in front so that all have the same length |
/// | `{width}`, `{height}` | of the original in pixels, turned upright |
/// | `{date}` | the day on which the run was planned, as 2026-11-25 |
/// | `{parent}` | the name of the folder that the original lies in |
///
/// `{{` and `}}` are the braces themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTemplate {
    text: String,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(Field),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    Ext,
    Index,
    Width,
    Height,
    Date,
    Parent,
}

/// Why a text is no template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// There is no such field.
    #[error(
        "there is no field {{{0}}}; there are {{name}}, {{ext}}, {{index}}, {{width}}, {{height}}, {{date}} and {{parent}}"
    )]
    UnknownField(String),
    /// A brace without its other half.
    #[error("a {0} has no other half; write {0}{0} for the brace itself")]
    OpenBrace(char),
    /// A character that would make folders.
    #[error("a name holds no {0}: it would be a folder; the folder is chosen on its own")]
    Separator(char),
    /// A character that Windows refuses.
    #[error("a name holds no {0:?}: Windows refuses it")]
    Forbidden(char),
    /// Nothing would be left of it.
    #[error("it is empty")]
    Empty,
    /// Longer than any name could be.
    #[error("it is longer than 200 bytes")]
    TooLong,
}

/// What a picture puts into the fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) name: &'a str,
    pub(super) parent: &'a str,
    pub(super) ext: &'a str,
    /// From 1.
    pub(super) index: usize,
    /// Of the list.
    pub(super) count: usize,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) date: Date,
}

/// How long a name may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub(super) bytes: usize,
    pub(super) units: usize,
}

impl NameTemplate {
    /// The name without its ending, legal in each of its characters and no longer than `room`: the fields that can be long are
    /// cut, so that what tells the pictures apart stays. Empty where nothing is left of it.
    pub(super) fn fill(&self, values: &Values<'_>, room: Room) -> String {
        let (name, parent) = (clean(values.name), clean(values.parent));
        let bare = self.with(values, "", "");
        let mut left =
            Room { bytes: room.bytes.saturating_sub(bare.len()), units: room.units.saturating_sub(units(&bare)) };
        // The original's name comes first; the folder's gets what is left.
        let name = shortened(name.trim(), self.times(Field::Name), &mut left);
        let parent = shortened(parent.trim(), self.times(Field::Parent), &mut left);
        let filled = self.with(values, name, parent);
        let filled = filled.strip_suffix(&format!(".{}", values.ext)).unwrap_or(&filled);
        // Only where the template's own text is too long for the room.
        cut(filled, room.bytes, room.units).trim_start().trim_end_matches(['.', ' ']).to_owned()
    }

    fn with(&self, values: &Values<'_>, name: &str, parent: &str) -> String {
        let Values { ext, index, count, width, height, date, .. } = values;
        let digits = count.max(index).to_string().len();
        self.parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Field(Field::Name) => name.to_owned(),
                Part::Field(Field::Parent) => parent.to_owned(),
                Part::Field(Field::Ext) => (*ext).to_owned(),
                Part::Field(Field::Index) => format!("{index:0digits$}"),
                Part::Field(Field::Width) => width.to_string(),
                Part::Field(Field::Height) => height.to_string(),
                Part::Field(Field::Date) => date.to_string(),
            })
            .collect()
    }

    fn times(&self, field: Field) -> usize {
        self.parts.iter().filter(|part| **part == Part::Field(field)).count()
    }
}

/// A value that stands `times` times in a name, cut to its share of what is left.
fn shortened<'a>(value: &'a str, times: usize, left: &mut Room) -> &'a str {
    if times == 0 {
        return "";
    }
    let kept = cut(value, left.bytes / times, left.units / times);
    left.bytes -= kept.len() * times;
    left.units -= units(kept) * times;
    kept
}

impl Default for NameTemplate {
    fn default() -> Self {
        let parts = vec![Part::Field(Field::Name), Part::Text("-cutout".to_owned())];
        Self { text: DEFAULT.to_owned(), parts }
    }
}

impl fmt::Display for NameTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for NameTemplate {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        if text.len() > MAX_TEMPLATE_BYTES {
            return Err(TemplateError::TooLong);
        }
        let mut parts = parts(text)?;
        if let [.., Part::Text(text), Part::Field(Field::Ext)] = parts.as_mut_slice()
            && text.ends_with('.')
        {
            text.pop();
            parts.pop();
        }
        let blank = |part: &Part| matches!(part, Part::Text(text) if text.trim_matches(['.', ' ']).is_empty());
        if parts.iter().all(blank) {
            return Err(TemplateError::Empty);
        }
        Ok(Self { text: text.to_owned(), parts })
    }
}

fn parts(text: &str) -> Result<Vec<Part>, TemplateError> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let doubled = rest[c.len_utf8()..].starts_with(c);
        match c {
            '{' | '}' if doubled => {
                plain.push(c);
                rest = &rest[2..];
                continue;
            }
            '{' => {
                let end = rest.find('}').ok_or(TemplateError::OpenBrace('{'))?;
                let field = field(&rest[1..end])?;
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Field(field));
                rest = &rest[end + 1..];
                continue;
            }
            '}' => return Err(TemplateError::OpenBrace('}')),
            '/' | '\\' => return Err(TemplateError::Separator(c)),
            c if forbidden(c) => return Err(TemplateError::Forbidden(c)),
            c => plain.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    Ok(parts)
}

fn field(name: &str) -> Result<Field, TemplateError> {
    Ok(match name {
        "name" => Field::Name,
        "ext" => Field::Ext,
        "index" => Field::Index,
        "width" => Field::Width,
        "height" => Field::Height,
        "date" => Field::Date,
        "parent" => Field::Parent,
        unknown => return Err(TemplateError::UnknownField(unknown.to_owned())),
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn values() -> Values<'static> {
        Values {
            name: "dog",
            parent: "shop",
            ext: "png",
            index: 7,
            count: 1200,
            width: 640,
            height: 480,
            date: Date::constant(2026, 11, 25),
        }
    }

    const ROOM: Room = Room { bytes: 240, units: 240 };

    #[rstest]
    #[case("{name}-cutout", "dog-cutout")]
    #[case("{name}-cutout.{ext}", "dog-cutout")]
    #[case("{name}.png", "dog")]
    #[case("{ext}-{name}", "png-dog")]
    #[case("{index} {name}", "0007 dog")]
    #[case("{parent}_{width}x{height}", "shop_640x480")]
    #[case("{date} {{{name}}}", "2026-11-25 {dog}")]
    #[case("  {name} . ", "dog")]
    #[case("żółw {name}", "żółw dog")]
    fn fields_are_filled(#[case] template: &str, #[case] name: &str) {
        assert_eq!(template.parse::<NameTemplate>().unwrap().fill(&values(), ROOM), name);
    }

    #[rstest]
    #[case("{nmae}", TemplateError::UnknownField("nmae".to_owned()))]
    #[case("{}", TemplateError::UnknownField(String::new()))]
    #[case("{name", TemplateError::OpenBrace('{'))]
    #[case("name}", TemplateError::OpenBrace('}'))]
    #[case("a/{name}", TemplateError::Separator('/'))]
    #[case("a\\{name}", TemplateError::Separator('\\'))]
    #[case("{name}?", TemplateError::Forbidden('?'))]
    #[case("{name}\n", TemplateError::Forbidden('\n'))]
    #[case("", TemplateError::Empty)]
    #[case(" . ", TemplateError::Empty)]
    #[case(".{ext}", TemplateError::Empty)]
    #[case(&"x".repeat(201), TemplateError::TooLong)]
    fn what_is_no_template_is_told_why(#[case] text: &str, #[case] error: TemplateError) {
        assert_eq!(text.parse::<NameTemplate>(), Err(error));
    }

    #[test]
    fn what_can_be_long_is_cut_and_what_tells_apart_stays() {
        let template: NameTemplate = "{parent}-{name}-{name}-{index}".parse().unwrap();
        let long = "ż".repeat(300);
        let values = Values { name: &long, parent: &long, ..values() };
        let filled = template.fill(&values, Room { bytes: 60, units: 40 });
        assert!(filled.len() <= 60 && units(&filled) <= 40, "{filled}");
        assert!(filled.ends_with("ż-0007"), "{filled}");
    }

    #[test]
    fn the_default_is_what_its_text_says() {
        assert_eq!(NameTemplate::default().to_string().parse(), Ok(NameTemplate::default()));
    }
}
