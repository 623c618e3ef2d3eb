//! The few places in an XMP packet that would be wrong of a result, changed as text: a packet is XML, but nothing else of it needs to
//! be understood.

/// The packet of an upright result without the small copies of the original. What is no UTF-8 is no packet.
pub(super) fn upright(packet: Vec<u8>) -> Vec<u8> {
    let Ok(mut text) = String::from_utf8(packet) else { return Vec::new() };
    // Of one digit, as an attribute or as an element: the packet keeps its length.
    for start in ["tiff:Orientation=\"", "tiff:Orientation='", "<tiff:Orientation>"] {
        let mut from = 0;
        while let Some(at) = text[from..].find(start).map(|at| from + at + start.len()) {
            if text[at..].starts_with(|digit: char| ('2'..='8').contains(&digit)) {
                text.replace_range(at..=at, "1");
            }
            from = at;
        }
    }
    for name in ["xmp:Thumbnails", "xap:Thumbnails"] {
        let (open, close) = (format!("<{name}"), format!("</{name}>"));
        while let Some(start) = text.find(&open)
            && let Some(end) = text[start..].find(&close)
        {
            text.replace_range(start..start + end + close.len(), "");
        }
    }
    text.into_bytes()
}

/// IPTC in a PNG, as ImageMagick and ExifTool write it: hexadecimal digits in a text chunk.
pub(super) fn to_hex(name: &str, content: &[u8]) -> Vec<u8> {
    let mut text = format!("\n{name}\n{:>8}\n", content.len()).into_bytes();
    for line in content.chunks(36) {
        text.extend(line.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()));
        text.push(b'\n');
    }
    text
}

/// The content of such a text; `None` for what is none.
pub(super) fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    let mut lines = text.trim_start().lines();
    let (_name, length) = (lines.next()?, lines.next()?.trim().parse::<usize>().ok()?);
    let digits: Vec<u8> = lines.flat_map(str::bytes).filter(u8::is_ascii_hexdigit).collect();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let content: Vec<u8> =
        digits.chunks_exact(2).filter_map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect();
    (content.len() == length).then_some(content)
}

/// IPTC records inside of Photoshop's resources (resource 0x0404); `None` where there are none.
pub(super) fn iptc_of_photoshop(mut resources: &[u8]) -> Option<Vec<u8>> {
    while let Some(rest) = resources.strip_prefix(b"8BIM") {
        let id = u16::from_be_bytes(rest.get(..2)?.try_into().ok()?);
        // A name with its length before it, and then the content, both filled up to an even length.
        let name = usize::from(*rest.get(2)?) + 1;
        let rest = rest.get(2 + name + name % 2..)?;
        let length = usize::try_from(u32::from_be_bytes(rest.get(..4)?.try_into().ok()?)).ok()?;
        let content = rest.get(4..4_usize.checked_add(length)?)?;
        if id == 0x0404 {
            return Some(content.to_vec());
        }
        resources = rest.get(4 + length + length % 2..).unwrap_or_default();
    }
    None
}

/// IPTC records as the one resource of Photoshop's.
pub(super) fn photoshop_of_iptc(iptc: &[u8]) -> Vec<u8> {
    let mut resources = b"8BIM\x04\x04\0\0".to_vec();
    resources.extend(u32::try_from(iptc.len()).unwrap_or(u32::MAX).to_be_bytes());
    resources.extend(iptc);
    if iptc.len() % 2 == 1 {
        resources.push(0);
    }
    resources
}
