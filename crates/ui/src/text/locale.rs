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
        let wanted = parse_accepted_languages(accept_language);
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
