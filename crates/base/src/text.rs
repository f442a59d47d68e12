//! Accepted text, normalised once: for storing, for comparing, for searching.

use unicode_normalization::UnicodeNormalization;

fn invisible(c: char) -> bool {
    matches!(c,
        '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}'
        | '\u{200E}' | '\u{200F}' | '\u{061C}'
        | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A single line: NFC, trimmed, inner runs of white space collapsed, control characters,
/// zero-width characters and stray direction overrides removed. Joiners inside emoji and
/// Persian or Arabic words (U+200C, U+200D) stay.
#[must_use]
pub fn line(text: &str) -> String {
    let kept: String = text
        .nfc()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !invisible(*c))
        .collect();
    kept.split(' ')
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Several lines: NFC, line ends made `\n`, control characters and stray overrides removed,
/// trimmed at both ends.
#[must_use]
pub fn block(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text
        .nfc()
        .filter(|c| (*c == '\n' || *c == '\t' || !c.is_control()) && !invisible(*c))
        .collect();
    kept.trim().to_owned()
}

/// The canonical form of an e-mail address, by which accounts are unique: trimmed, NFKC,
/// lower case, domain in punycode. `None` when it is not an address.
#[must_use]
pub fn email(text: &str) -> Option<String> {
    let text: String = text.trim().nfkc().collect::<String>().to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let domain = idna::domain_to_ascii(domain).ok()?;
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| {
            c.is_alphanumeric() || (c.is_ascii_graphic() && !"\"(),:;<>@[\\]".contains(c))
        });
    let domain_ok = domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        });
    (local_ok && domain_ok && local.len() + domain.len() < 254).then(|| format!("{local}@{domain}"))
}

/// Hides most of an address for logs: `a***@x.test`.
#[must_use]
pub fn mask_email(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = local
        .chars()
        .next()
        .map_or(String::new(), |c| c.to_string());
    format!("{first}***@{domain}")
}

/// Version of [`words`]: stored with what it made, so that a change can be backfilled.
pub const WORDS_VERSION: i32 = 1;

/// The words of a text as search stores and asks them: folded case, no diacritics, Arabic
/// letter forms unified, definite article and plain English plural cut. One function serves
/// writing and asking, so both sides always agree.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let folded: String = text
        .nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c) && *c != '\u{0640}')
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
            'ى' => 'ي',
            'ؤ' => 'و',
            'ئ' => 'ي',
            'ة' => 'ه',
            '٠'..='٩' => char::from(b'0' + u8::try_from(c as u32 - '٠' as u32).unwrap_or(0)),
            c => c,
        })
        .collect();
    folded
        .split(|c: char| !c.is_alphanumeric() && c != '+' && c != '#')
        .filter(|w| !w.is_empty())
        .map(stem)
        .collect()
}

fn stem(word: &str) -> String {
    let long = word.chars().count() > 4;
    let word = match word.strip_prefix("وال").or_else(|| word.strip_prefix("ال")) {
        Some(rest) if long && rest.chars().count() > 2 => rest,
        _ => word,
    };
    if word.is_ascii() && word.len() > 3 {
        if let Some(base) = word.strip_suffix("ies") {
            return format!("{base}y");
        }
        if let Some(base) = word.strip_suffix("ing").filter(|b| b.len() > 3) {
            return base.to_owned();
        }
        if let Some(base) = word
            .strip_suffix('s')
            .filter(|b| !b.ends_with(['s', 'u', 'i']))
        {
            return base.to_owned();
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cleaned_once() {
        assert_eq!(line("  Ana\u{200B} \u{202E} x "), "Ana x");
        assert_eq!(line("a\r\nBcc: x"), "a Bcc: x");
        assert_eq!(line("👩\u{200D}💻"), "👩\u{200D}💻");
        assert_eq!(line("e\u{301}"), "é");
    }

    #[test]
    fn addresses_have_one_form() {
        assert_eq!(
            email(" Ana@EXAMPLE.test ").as_deref(),
            Some("ana@example.test")
        );
        assert_eq!(
            email("a@bücher.test").as_deref(),
            Some("a@xn--bcher-kva.test")
        );
        for bad in [
            "",
            "a",
            "a@",
            "@b.test",
            "a b@c.test",
            "a@b",
            "a@-b.test",
            "a..b@c.test",
            "a@b.test\nx",
        ] {
            assert_eq!(email(bad), None, "{bad}");
        }
    }

    #[test]
    fn search_words_agree_across_forms() {
        assert_eq!(words("Développeurs RUST"), words("developpeur rust"));
        assert_eq!(words("العُقُود"), words("عقود"));
        assert_eq!(words("أحمد"), words("احمد"));
        assert_eq!(words("C++ and C#"), ["c++", "and", "c#"]);
    }
}
