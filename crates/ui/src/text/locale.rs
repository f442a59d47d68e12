use fluent_langneg::{
    LanguageIdentifier, NegotiationStrategy, negotiate_languages, parse_accepted_languages,
};
use std::sync::LazyLock;

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// Arabic, right to left.
    Ar,
}

impl Locale {
    /// Every language there is.
    pub const ALL: [Self; 2] = [Self::En, Self::Ar];

    /// `en` or `ar`: for `lang`, forms and rows.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ar => "ar",
        }
    }

    /// `ltr` or `rtl`.
    #[must_use]
    pub const fn dir(self) -> &'static str {
        match self {
            Self::En => "ltr",
            Self::Ar => "rtl",
        }
    }

    /// What the language calls itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ar => "العربية",
        }
    }

    /// The language to switch to.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::Ar,
            Self::Ar => Self::En,
        }
    }

    /// From [`Self::code`]; anything else is none.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.code() == code)
    }

    /// The best language for an `Accept-Language` header; English when it names none of ours.
    #[must_use]
    pub fn negotiate(accept_language: &str) -> Self {
        static OURS: LazyLock<Vec<LanguageIdentifier>> = LazyLock::new(|| {
            Locale::ALL
                .iter()
                .filter_map(|locale| locale.code().parse().ok())
                .collect()
        });
        let wanted = parse_accepted_languages(&by_weight(accept_language));
        let found = negotiate_languages(&wanted, &OURS, None, NegotiationStrategy::Filtering);
        found
            .first()
            .and_then(|id| Self::parse(id.language.as_str()))
            .unwrap_or_default()
    }

    pub(super) fn id(self) -> unic_langid::LanguageIdentifier {
        self.code().parse().unwrap_or_default()
    }
}

/// The languages of an `Accept-Language` header without their weights, the most wanted first; what
/// weighs nothing is refused, not wanted.
fn by_weight(accept_language: &str) -> String {
    let mut wanted: Vec<(i32, &str)> = accept_language
        .split(',')
        .filter_map(|part| {
            let (language, weight) = part.split_once(';').unwrap_or((part, ""));
            let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
            Some((thousandths(weight)?, language.trim()))
        })
        .filter(|(weight, _)| *weight > 0)
        .collect();
    wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    let languages: Vec<&str> = wanted.into_iter().map(|(_, language)| language).collect();
    languages.join(",")
}

/// A weight from `0` to `1` with up to three digits behind the point.
fn thousandths(weight: &str) -> Option<i32> {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let whole: i32 = whole.parse().ok()?;
    let part: i32 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    whole.checked_mul(1000)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn the_weights_of_a_browser_count() {
        for (asked, given) in [
            ("ar", Locale::Ar),
            ("ar-EG,ar;q=0.9,en;q=0.8", Locale::Ar),
            ("en;q=0.3, ar;q=0.9", Locale::Ar),
            ("fr, ar;q=0", Locale::En),
            ("en;q=0.001, ar;q=0.0", Locale::En),
            ("q=,;;q", Locale::En),
            ("en;q=9999999, ar", Locale::Ar),
            ("en;q=2147483.999, ar", Locale::Ar),
        ] {
            assert_eq!(Locale::negotiate(asked), given, "{asked}");
        }
    }
}
