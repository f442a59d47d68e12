//! Words, numbers, money and times in the two languages. Words live in Fluent files in `locales` of every
//! crate and are embedded here. Text put into a message is isolated (FSI/PDI), so that a Latin name does not
//! disturb an Arabic sentence; [`plain`] leaves the isolates out, for mail subjects and CSV.

mod locale;
mod number;
mod time;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use std::{borrow::Cow, sync::LazyLock};

pub use locale::Locale;
pub use number::{amount, bytes, money, number};
pub use time::{date, date_in, date_time, date_time_in, day, relative};

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// What may stand in a message: text, or a number that chooses its plural.
#[derive(Clone, Debug)]
pub enum Arg<'a> {
    /// Text, isolated from the direction of what surrounds it.
    Text(Cow<'a, str>),
    /// A whole number, grouped by thousands when shown.
    Number(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}
impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}
impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}
impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
impl From<i32> for Arg<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}
impl From<u32> for Arg<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}
impl From<usize> for Arg<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 2]> =
    LazyLock::new(|| [bundle(Locale::En, EN), bundle(Locale::Ar, AR)]);

fn bundle(locale: Locale, files: &'static [(&'static str, &'static str)]) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![locale.id()]);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(shown) => {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "only whole numbers are put in"
            )]
            let whole = shown.value as i64;
            Some(number::group(whole))
        }
        _ => None,
    }));
    for (path, text) in files {
        let resource =
            FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(kept, errors)| {
                tracing::error!(path, ?errors, "a catalogue has entries that cannot be read");
                kept
            });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(path, ?errors, "a catalogue repeats keys");
        }
    }
    bundle
}

fn bundle_of(locale: Locale) -> &'static Bundle {
    &BUNDLES[usize::from(locale == Locale::Ar)]
}

/// Whether the catalogue has words for the key.
#[must_use]
pub fn has(locale: Locale, key: &str) -> bool {
    bundle_of(locale)
        .get_message(key)
        .is_some_and(|message| message.value().is_some())
}

/// The words of a key. A missing key comes back as itself and is logged.
#[must_use]
pub fn t(locale: Locale, key: &str) -> String {
    tr(locale, key, &[])
}

/// The words of a key with values put in: `tr(locale, "files-left", &[("n", 3.into())])`.
#[must_use]
pub fn tr(locale: Locale, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    let bundle = bundle_of(locale);
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        tracing::warn!(key, locale = locale.code(), "no words for this key");
        return key.to_owned();
    };
    let mut values = FluentArgs::with_capacity(args.len());
    for (name, arg) in args {
        values.set(
            (*name).to_owned(),
            match arg {
                Arg::Text(text) => FluentValue::String(Cow::Borrowed(text.as_ref())),
                Arg::Number(number) => FluentValue::from(*number),
            },
        );
    }
    let mut errors = vec![];
    let words = bundle
        .format_pattern(pattern, Some(&values), &mut errors)
        .into_owned();
    if !errors.is_empty() {
        tracing::warn!(
            key,
            locale = locale.code(),
            ?errors,
            "a message could not be put together"
        );
    }
    words
}

/// Like [`tr`], without the invisible isolates: for mail subjects, CSV and file names.
#[must_use]
pub fn plain(locale: Locale, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    let mut words = tr(locale, key, args);
    words.retain(|c| !matches!(c, '\u{2066}'..='\u{2069}'));
    words
}

/// Words for an error code such as `not_found`: key `error-not-found`; else those of `internal_error`.
#[must_use]
pub fn error(locale: Locale, code: &str) -> String {
    let key = format!("error-{}", code.replace('_', "-"));
    if has(locale, &key) {
        t(locale, &key)
    } else {
        t(locale, "error-internal-error")
    }
}
