//! Names of files: one clean line, no path, and nothing a double click would run.

/// Endings that run or draw scripts where they are opened, whatever the content looks like.
const REFUSED: &[&str] = &[
    "html", "htm", "xhtml", "shtml", "mht", "mhtml", "svg", "svgz", "xml", "xsl", "exe", "dll",
    "com", "bat", "cmd", "msi", "scr", "pif", "cpl", "vbs", "vbe", "wsf", "wsh", "hta", "ps1",
    "lnk", "reg", "jar", "apk", "app", "dmg", "docm", "xlsm", "pptm", "swf", "url", "desktop",
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
    let line = line.trim().trim_start_matches('.').trim();
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

/// Whether the ending alone refuses the file.
pub(crate) fn is_refused(name: &str) -> bool {
    let ending = name
        .rsplit_once('.')
        .map_or("", |(_, e)| e)
        .trim()
        .to_ascii_lowercase();
    REFUSED.contains(&ending.as_str())
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
