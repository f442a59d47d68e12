//! The catalogues of every crate: both languages say the same things, each once.

use std::collections::{BTreeMap, BTreeSet};
use ui::{
    Locale, plain,
    text::{AR, EN, error, has, t, tr},
};

/// Keys with the file they stand in and the values they use.
fn messages(files: &[(&str, &str)]) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::<String, BTreeSet<String>>::new();
    for (path, text) in files {
        let mut current = None;
        for line in text.lines() {
            if let Some((key, _)) = line.split_once('=')
                && line.starts_with(|c: char| c.is_ascii_lowercase())
            {
                let key = key.trim().to_owned();
                assert!(
                    all.insert(key.clone(), BTreeSet::new()).is_none(),
                    "{path}: {key} stands twice"
                );
                current = Some(key);
            }
            let Some(used) = current.as_ref().and_then(|key| all.get_mut(key)) else {
                continue;
            };
            for part in line.split('$').skip(1) {
                used.insert(
                    part.chars()
                        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
                        .collect(),
                );
            }
        }
    }
    all
}

#[test]
fn both_languages_have_the_same_keys() {
    let (en, ar) = (messages(EN), messages(AR));
    let missing: Vec<_> = en.keys().filter(|key| !ar.contains_key(*key)).collect();
    assert!(missing.is_empty(), "not in Arabic: {missing:?}");
    let extra: Vec<_> = ar.keys().filter(|key| !en.contains_key(*key)).collect();
    assert!(extra.is_empty(), "not in English: {extra:?}");
    for (key, used) in &ar {
        assert!(
            used.is_subset(&en[key]),
            "{key}: Arabic uses {used:?}, English {:?}",
            en[key]
        );
    }
}

#[test]
fn every_key_can_be_put_together() {
    for locale in Locale::ALL {
        let files = if locale == Locale::En { EN } else { AR };
        for (key, used) in messages(files) {
            assert!(
                has(locale, &key),
                "{key} cannot be read in {}",
                locale.code()
            );
            let args: Vec<_> = used.iter().map(|name| (name.as_str(), 3.into())).collect();
            let words = tr(locale, &key, &args);
            assert!(
                !words.trim().is_empty() && words != key && !words.contains("{$"),
                "{key}: {words}"
            );
        }
    }
}

/// What stands outside of the placeholders.
fn written(words: &str) -> impl Iterator<Item = char> {
    words
        .split('{')
        .flat_map(|part| part.rsplit('}').next().unwrap_or("").chars())
}

#[test]
fn arabic_words_are_arabic() {
    // Names: ours, a file's, a header's.
    let brand = [
        "ui-brand",
        "audit-actor-system",
        "market-the-system",
        "app-api-document",
        "app-api-idempotency",
    ];
    for key in messages(AR)
        .keys()
        .filter(|key| !brand.contains(&key.as_str()))
    {
        let words = tr(Locale::Ar, key, &[]);
        assert!(
            words.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c))
                || !written(&words).any(char::is_alphabetic),
            "{key}: {words}"
        );
    }
}

#[test]
fn all_six_arabic_plurals() {
    let shown = |n: i64| plain(Locale::Ar, "ui-reviews", &[("n", n.into())]);
    let found = [0, 1, 2, 3, 11, 100].map(shown);
    assert_eq!(
        found,
        [
            "لا تقييمات",
            "تقييم واحد",
            "تقييمان",
            "3 تقييمات",
            "11 تقييمًا",
            "100 تقييم"
        ]
    );
}

#[test]
fn values_are_isolated_and_numbers_grouped() {
    let name = [("name", "ليلى".into())];
    assert!(tr(Locale::En, "ui-remove-filter", &name).contains("\u{2068}ليلى\u{2069}"));
    assert_eq!(
        plain(Locale::En, "ui-remove-filter", &name),
        "Remove filter: ليلى"
    );
    assert_eq!(
        plain(Locale::En, "ui-reviews", &[("n", 1_234_567.into())]),
        "1,234,567 reviews"
    );
}

#[test]
fn unknown_keys_and_codes() {
    assert_eq!(t(Locale::En, "no-such-key"), "no-such-key");
    assert_eq!(
        error(Locale::En, "rate_limited"),
        t(Locale::En, "error-rate-limited")
    );
    assert_eq!(
        error(Locale::Ar, "no_such_code"),
        t(Locale::Ar, "error-internal-error")
    );
}

#[test]
fn languages_are_negotiated() {
    assert_eq!(Locale::negotiate("fr;q=0.9, ar-EG, en;q=0.5"), Locale::Ar);
    assert_eq!(Locale::negotiate("en-GB,ar;q=0.3"), Locale::En);
    assert_eq!(Locale::negotiate("fr, zh"), Locale::En);
    assert_eq!(Locale::negotiate(""), Locale::En);
    assert_eq!(Locale::negotiate("\u{0};;,q=x"), Locale::En);
    assert_eq!(
        (
            Locale::parse("ar"),
            Locale::parse("AR"),
            Locale::parse("fr")
        ),
        (Some(Locale::Ar), None, None)
    );
}
