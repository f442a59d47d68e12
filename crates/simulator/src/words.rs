//! The words of the hosted pages, from the locale files (plain `key = text` lines).

use std::collections::HashMap;
use std::sync::LazyLock;

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

type Table = HashMap<&'static str, &'static str>;

static EN: LazyLock<Table> = LazyLock::new(|| parse(include_str!("../locales/en.ftl")));
static AR: LazyLock<Table> = LazyLock::new(|| parse(include_str!("../locales/ar.ftl")));

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locale {
    En,
    Ar,
}

impl Locale {
    /// The asked one, else the browser's first that we speak, else English.
    pub(crate) fn choose(asked: Option<&str>, headers: &HeaderMap) -> Self {
        let accepted = headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        asked
            .and_then(Self::read)
            .or_else(|| accepted.split(',').find_map(Self::read))
            .unwrap_or(Self::En)
    }

    fn read(tag: &str) -> Option<Self> {
        let tag = tag.split(';').next().unwrap_or_default().trim();
        match tag.split('-').next().unwrap_or_default() {
            "en" => Some(Self::En),
            "ar" => Some(Self::Ar),
            _ => None,
        }
    }

    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ar => "ar",
        }
    }

    pub(crate) fn dir(self) -> &'static str {
        match self {
            Self::En => "ltr",
            Self::Ar => "rtl",
        }
    }

    /// The words behind a key; the key itself where there are none.
    pub(crate) fn say(self, key: &str) -> String {
        let table = match self {
            Self::En => &EN,
            Self::Ar => &AR,
        };
        table.get(key).copied().unwrap_or(key).to_owned()
    }

    /// What is said at a field about the fault with this code.
    pub(crate) fn fault(self, code: &str) -> String {
        let key = format!("error-{}", code.replace('_', "-"));
        let known = EN.contains_key(key.as_str());
        self.say(if known { &key } else { "error-internal" })
    }
}

fn parse(text: &'static str) -> Table {
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{AR, EN, Locale};
    use http::HeaderMap;

    #[test]
    fn both_languages_have_the_same_keys() {
        let mut en: Vec<_> = EN.keys().collect();
        let mut ar: Vec<_> = AR.keys().collect();
        en.sort_unstable();
        ar.sort_unstable();
        assert_eq!(en, ar);
        assert!(en.len() > 40);
    }

    #[test]
    fn language_follows_the_wish_then_the_browser() {
        let mut headers = HeaderMap::new();
        assert_eq!(Locale::choose(None, &headers), Locale::En);
        headers.insert(
            "accept-language",
            "fr, ar-EG;q=0.8, en".parse().expect("a header"),
        );
        assert_eq!(Locale::choose(None, &headers), Locale::Ar);
        assert_eq!(Locale::choose(Some("en"), &headers), Locale::En);
        assert_eq!(Locale::choose(Some("xx"), &headers), Locale::Ar);
    }
}
