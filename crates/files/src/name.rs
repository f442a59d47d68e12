//! Names of files: one clean line, no path, and nothing a double click would run.

/// Endings that run or draw scripts where they are opened, whatever the content looks like.
const REFUSED: &[&str] = &[
    "html",
    "htm",
    "xhtml",
    "shtml",
    "mht",
    "mhtml",
    "svg",
    "svgz",
    "xml",
    "xsl",
    "exe",
    "dll",
    "com",
    "bat",
    "cmd",
    "msi",
    "scr",
    "pif",
    "cpl",
    "vbs",
    "vbe",
    "wsf",
    "wsh",
    "hta",
    "ps1",
    "lnk",
    "reg",
    "jar",
    "apk",
    "app",
    "dmg",
    "docm",
    "xlsm",
    "pptm",
    "swf",
    "url",
    "desktop",
    "jse",
    "xht",
    "xhtm",
    "chm",
    "msp",
    "msc",
    "iso",
    "img",
    "vhd",
    "vhdx",
    "wsc",
    "sct",
    "scf",
    "library-ms",
    "search-ms",
    "appref-ms",
    "command",
];

/// The endings under which a content of this kind is delivered; text has any that is not another's.
const ENDINGS: &[(&str, &[&str])] = &[
    ("application/pdf", &["pdf", "ai"]),
    ("image/png", &["png", "apng"]),
    ("image/jpeg", &["jpg", "jpeg", "jpe", "jfif"]),
    ("image/gif", &["gif"]),
    ("image/webp", &["webp"]),
    ("video/mp4", &["mp4", "m4v", "m4a", "mov"]),
    ("audio/mpeg", &["mp3", "mpga"]),
    (crate::sniff::DOCX, &["docx", "dotx"]),
    (crate::sniff::XLSX, &["xlsx", "xltx"]),
    (crate::sniff::PPTX, &["pptx", "potx", "ppsx"]),
    (
        "application/zip",
        &[
            "zip",
            "odt",
            "ods",
            "odp",
            "odg",
            "epub",
            "sketch",
            "xd",
            "fig",
            "key",
            "pages",
            "numbers",
            "vsdx",
            "idml",
            "kra",
            "procreate",
            "ora",
            "kmz",
            "3mf",
            "cbz",
            "xps",
        ],
    ),
];

/// Endings of further contents that are never text.
const BINARY: &[&str] = &[
    "doc", "xls", "ppt", "7z", "rar", "gz", "tgz", "tar", "bz2", "xz", "zst", "psd", "tif", "tiff",
    "bmp", "ico", "heic", "avif", "avi", "mkv", "webm", "wav", "flac", "ogg", "bin",
];

/// The last part of a given name, cleaned, at most 200 characters with its ending kept.
pub(crate) fn clean(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or("");
    // Browsers write a quote or line end of a name in percent form.
    let last = last
        .replace("%22", "")
        .replace("%0D", " ")
        .replace("%0A", " ");
    let line = base::text::line(&last);
    let line: String = line
        .chars()
        .filter(|c| !matches!(c, '"' | '<' | '>' | ':' | '|' | '?' | '*'))
        .collect();
    // Windows opens a name with dots and spaces behind its ending as if they were not there.
    let line = line
        .trim()
        .trim_start_matches('.')
        .trim_start()
        .trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    if line.is_empty() {
        return "file".to_owned();
    }
    if line.chars().count() <= 200 {
        return line.to_owned();
    }
    let ending = line.rsplit_once('.').map_or("", |(_, e)| e);
    let ending = if ending.chars().count() <= 10 && !ending.is_empty() {
        format!(".{ending}")
    } else {
        String::new()
    };
    let room = 200 - ending.chars().count();
    line.chars().take(room).chain(ending.chars()).collect()
}

fn ending(name: &str) -> String {
    name.rsplit_once('.')
        .map_or("", |(_, e)| e)
        .trim()
        .to_ascii_lowercase()
}

/// Whether the ending alone refuses the file.
pub(crate) fn is_refused(name: &str) -> bool {
    REFUSED.contains(&ending(name).as_str())
}

/// Whether the name says what the content is. A name without an ending says nothing.
pub(crate) fn fits(name: &str, media_type: &str) -> bool {
    let ending = ending(name);
    let own = |(_, endings): &(&str, &[&str])| endings.contains(&ending.as_str());
    if !name.contains('.') {
        true
    } else if media_type == "text/plain" {
        !ENDINGS.iter().any(own) && !BINARY.contains(&ending.as_str())
    } else {
        ENDINGS.iter().any(|each| each.0 == media_type && own(each))
    }
}

/// Whether the type a client declares agrees with the content. Clients name text and archives in
/// many ways, and often say only that it is some file: such words say nothing.
pub(crate) fn agrees(declared: Option<&str>, media_type: &str) -> bool {
    let declared = declared.and_then(|d| d.split(';').next()).unwrap_or("");
    let declared = match declared.trim().to_ascii_lowercase().as_str() {
        "image/jpg" => "image/jpeg".to_owned(),
        "application/x-pdf" => "application/pdf".to_owned(),
        other => other.to_owned(),
    };
    let known =
        declared == "text/plain" || ENDINGS.iter().any(|(each, _)| *each == declared.as_str());
    !known || declared == media_type
}

/// The value of `Content-Disposition` that makes a browser save the file under this name.
pub(crate) fn disposition(name: &str) -> String {
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_last_part_and_one_line() {
        assert_eq!(clean("../../etc/passwd"), "passwd");
        assert_eq!(clean("C:\\x\\report.pdf"), "report.pdf");
        assert_eq!(clean("a\r\nSet-Cookie: x.pdf"), "a Set-Cookie x.pdf");
        assert_eq!(clean("\u{202E}fdp.exe"), "fdp.exe");
        assert_eq!(clean("  "), "file");
        assert_eq!(clean("عقد.pdf"), "عقد.pdf");
        let long = clean(&format!("{}.pdf", "x".repeat(300)));
        assert_eq!((long.len(), long.ends_with(".pdf")), (200, true));
    }

    #[test]
    fn what_a_double_click_runs_is_refused() {
        assert!(is_refused("a.HTML") && is_refused("a.pdf.exe") && is_refused("x.svg"));
        assert!(!is_refused("a.exe.pdf") && !is_refused("notes"));
        for name in [
            "a.hta.",
            "run.bat. ",
            "x.jse",
            "x.xht",
            "a.chm",
            "a.wsc . .",
            "b.library-ms",
        ] {
            assert!(is_refused(&clean(name)), "{name}");
        }
    }

    #[test]
    fn a_name_says_what_the_content_is() {
        for (name, content) in [
            ("a.pdf", "application/pdf"),
            ("a.JPG", "image/jpeg"),
            ("a.docx", crate::sniff::DOCX),
            ("plan.odt", "application/zip"),
            ("main.rs", "text/plain"),
            ("v1.2 notes", "text/plain"),
            ("no ending", "image/png"),
        ] {
            assert!(fits(name, content), "{name} {content}");
        }
        for (name, content) in [
            ("report.pdf", "text/plain"),
            ("x.png", "application/pdf"),
            ("y.zip", "image/png"),
            ("old.doc", "text/plain"),
            ("a.txt", "image/gif"),
            ("a.xlsx", "application/zip"),
        ] {
            assert!(!fits(name, content), "{name} {content}");
        }
    }

    #[test]
    fn a_declared_type_agrees_or_says_nothing() {
        for declared in [
            None,
            Some("image/png"),
            Some("IMAGE/PNG; x=1"),
            Some("application/octet-stream"),
        ] {
            assert!(agrees(declared, "image/png"), "{declared:?}");
        }
        assert!(agrees(Some("text/csv"), "text/plain"));
        assert!(agrees(Some("image/jpg"), "image/jpeg"));
        assert!(!agrees(Some("image/png"), "application/pdf"));
        assert!(!agrees(Some("text/plain"), "application/zip"));
    }

    #[test]
    fn a_header_takes_any_name() {
        assert_eq!(
            disposition("a b.pdf"),
            "attachment; filename*=UTF-8''a%20b.pdf"
        );
        assert_eq!(
            disposition("é\"\r\n"),
            "attachment; filename*=UTF-8''%C3%A9%22%0D%0A"
        );
    }
}
