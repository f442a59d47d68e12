//! What a file is, by its content alone. What is not known here is refused.

use std::{
    fs::File,
    io::{Read, Result, Seek as _, SeekFrom},
    path::Path,
};

pub(crate) const DOCX: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub(crate) const PPTX: &str =
    "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// The media type of a file, or nothing when its kind is refused. `is_text` is what [`Text`]
/// found while the file came in.
///
/// # Errors
/// Those of reading it.
pub(crate) fn file(path: &Path, is_text: bool) -> Result<Option<&'static str>> {
    let mut file = File::open(path)?;
    let mut head = vec![];
    Read::by_ref(&mut file).take(4096).read_to_end(&mut head)?;
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return archive(&mut file);
    }
    Ok(bytes(&head).or_else(|| (is_text && !is_markup(&head)).then_some("text/plain")))
}

/// The media type by the first bytes.
fn bytes(head: &[u8]) -> Option<&'static str> {
    let at = |from: usize, text: &[u8]| head.get(from..from + text.len()) == Some(text);
    if at(0, b"%PDF-") {
        Some("application/pdf")
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if at(0, b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Some("image/gif")
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Some("image/webp")
    } else if at(4, b"ftyp")
        && [
            &b"isom"[..],
            b"iso2",
            b"iso4",
            b"iso5",
            b"iso6",
            b"mp41",
            b"mp42",
            b"avc1",
            b"M4V ",
            b"dash",
            b"MSNV",
        ]
        .iter()
        .any(|b| at(8, b))
    {
        Some("video/mp4")
    } else if at(0, b"ID3") || [0xfb, 0xf3, 0xf2, 0xfa].iter().any(|b| at(0, &[0xff, *b])) {
        Some("audio/mpeg")
    } else {
        None
    }
}

/// Whether a text begins like something a browser would run or draw.
fn is_markup(head: &[u8]) -> bool {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let opens = [
        "<!doctype",
        "<?xml",
        "<html",
        "<svg",
        "<script",
        "<body",
        "<head",
        "<iframe",
        "<!--",
        "<math",
    ];
    opens.iter().any(|tag| text.starts_with(tag))
        || ["<html", "<svg", "<script", "<iframe"]
            .iter()
            .any(|tag| text.contains(tag))
}

/// A zip, or the office document inside it, by the names in its directory.
fn archive(file: &mut File) -> Result<Option<&'static str>> {
    let length = file.seek(SeekFrom::End(0))?;
    let tail_at = length.saturating_sub(66_000);
    file.seek(SeekFrom::Start(tail_at))?;
    let mut tail = vec![];
    Read::by_ref(file).take(66_000).read_to_end(&mut tail)?;
    let Some(end) = tail.windows(4).rposition(|w| w == b"PK\x05\x06") else {
        return Ok(None);
    };
    let number = |from: usize| -> Option<u64> {
        let bytes: [u8; 4] = tail.get(from..from + 4)?.try_into().ok()?;
        Some(u64::from(u32::from_le_bytes(bytes)))
    };
    let (Some(size), Some(start)) = (number(end + 12), number(end + 16)) else {
        return Ok(None);
    };
    if start + size > length || size > 4 * 1024 * 1024 {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(start))?;
    let mut directory = vec![];
    Read::by_ref(file).take(size).read_to_end(&mut directory)?;
    Ok(by_names(&names(&directory)))
}

fn names(directory: &[u8]) -> Vec<String> {
    let mut names = vec![];
    let mut at = 0;
    while directory.get(at..at + 4) == Some(b"PK\x01\x02") {
        let short = |from: usize| {
            let bytes = directory
                .get(at + from..at + from + 2)
                .and_then(|b| b.try_into().ok());
            usize::from(bytes.map_or(0, u16::from_le_bytes))
        };
        let (name, extra, comment) = (short(28), short(30), short(32));
        names.push(
            String::from_utf8_lossy(directory.get(at + 46..at + 46 + name).unwrap_or_default())
                .into_owned(),
        );
        at += 46 + name + extra + comment;
    }
    names
}

fn by_names(names: &[String]) -> Option<&'static str> {
    let has = |part: &str| names.iter().any(|n| n.starts_with(part));
    // Macros run where the document is opened.
    if names.iter().any(|n| n.ends_with("vbaProject.bin")) {
        return None;
    }
    if !has("[Content_Types].xml") {
        return Some("application/zip");
    }
    if has("word/") {
        Some(DOCX)
    } else if has("xl/") {
        Some(XLSX)
    } else if has("ppt/") {
        Some(PPTX)
    } else {
        Some("application/zip")
    }
}

/// Looks at a stream: UTF-8 without control characters is text.
#[derive(Default)]
pub(crate) struct Text {
    rest: Vec<u8>,
    is_other: bool,
}

impl Text {
    /// Takes the next part; a character may be cut at its end.
    pub fn take(&mut self, part: &[u8]) {
        if self.is_other {
            return;
        }
        let joined;
        let whole = if self.rest.is_empty() {
            part
        } else {
            joined = [&self.rest, part].concat();
            &joined
        };
        let (good, rest) = match std::str::from_utf8(whole) {
            Ok(text) => (text, &[][..]),
            Err(error) if error.error_len().is_none() => {
                let (good, rest) = whole.split_at(error.valid_up_to());
                (std::str::from_utf8(good).unwrap_or_default(), rest)
            }
            Err(_) => {
                self.is_other = true;
                return;
            }
        };
        self.is_other = good
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}'));
        let rest = rest.to_vec();
        self.rest = rest;
    }

    /// Whether all of it was text.
    pub fn is_text(&self) -> bool {
        !self.is_other && self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniffed(content: &[u8]) -> Option<&'static str> {
        let path = std::env::temp_dir().join(format!("guildhall-sniff-{}", base::id::new()));
        std::fs::write(&path, content).unwrap_or_else(|e| panic!("{e}"));
        let mut text = Text::default();
        content.chunks(3).for_each(|part| text.take(part));
        let found = file(&path, text.is_text()).unwrap_or_else(|e| panic!("{e}"));
        let _ = std::fs::remove_file(&path);
        found
    }

    fn zip(names: &[&str]) -> Vec<u8> {
        let mut out = b"PK\x03\x04".to_vec();
        let start = u32::try_from(out.len()).unwrap_or(0);
        for name in names {
            let mut entry = vec![0_u8; 46];
            entry[..4].copy_from_slice(b"PK\x01\x02");
            entry[28] = u8::try_from(name.len()).unwrap_or(0);
            out.extend(entry);
            out.extend(name.bytes());
        }
        let size = u32::try_from(out.len()).unwrap_or(0) - start;
        let mut end = vec![0_u8; 22];
        end[..4].copy_from_slice(b"PK\x05\x06");
        end[12..16].copy_from_slice(&size.to_le_bytes());
        end[16..20].copy_from_slice(&start.to_le_bytes());
        out.extend(end);
        out
    }

    #[test]
    fn known_kinds_are_told_by_content() {
        assert_eq!(sniffed(b"%PDF-1.7\n%\xe2\xe3"), Some("application/pdf"));
        assert_eq!(sniffed(b"\x89PNG\r\n\x1a\n\0\0"), Some("image/png"));
        assert_eq!(sniffed(b"\xff\xd8\xff\xe0\0"), Some("image/jpeg"));
        assert_eq!(sniffed(b"GIF89a\x01\0"), Some("image/gif"));
        assert_eq!(sniffed(b"RIFF\x10\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(sniffed(b"\0\0\0\x18ftypmp42\0\0"), Some("video/mp4"));
        assert_eq!(sniffed(b"ID3\x04\0\0"), Some("audio/mpeg"));
        assert_eq!(sniffed("Plan\n1. تصميم\n".as_bytes()), Some("text/plain"));
    }

    #[test]
    fn office_documents_are_told_from_archives() {
        assert_eq!(
            sniffed(&zip(&["a.txt", "b/c.txt"])),
            Some("application/zip")
        );
        assert_eq!(
            sniffed(&zip(&["[Content_Types].xml", "word/document.xml"])),
            Some(DOCX)
        );
        assert_eq!(
            sniffed(&zip(&["[Content_Types].xml", "xl/workbook.xml"])),
            Some(XLSX)
        );
        assert_eq!(
            sniffed(&zip(&["[Content_Types].xml", "ppt/presentation.xml"])),
            Some(PPTX)
        );
        assert_eq!(
            sniffed(&zip(&["[Content_Types].xml", "word/vbaProject.bin"])),
            None
        );
        assert_eq!(sniffed(b"PK\x03\x04 cut off"), None);
    }

    #[test]
    fn what_runs_is_refused() {
        assert_eq!(sniffed(b"<!DOCTYPE html><p>x"), None);
        assert_eq!(sniffed(b"\xef\xbb\xbf  <svg xmlns='x'/>"), None);
        assert_eq!(sniffed(b"hello <script>alert(1)</script>"), None);
        assert_eq!(sniffed(b"MZ\x90\0\x03\0"), None);
        assert_eq!(sniffed(b"\x7fELF\x02\x01"), None);
        assert_eq!(sniffed(b"\xc3\x28 not utf-8"), None);
    }
}
