//! Search by words: what is stored with a record and what is asked, made from
//! [`text::words`](crate::text::words) by one pair of functions, so both sides always agree.
//!
//! A stored text is a `tsvector` with positions, so that a phrase in quotes finds neighbours. A
//! skill is besides a word of its own (`s:postgresql`) under the one name its spellings come to.

use crate::text::words;
use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write as _,
};

/// Positions above this are not kept by PostgreSQL.
const POSITION_MOST: usize = 16_383;
/// Places of one word that are kept.
const PLACES_MOST: usize = 8;
const WORD_MOST: usize = 60;
/// Words of one search at most.
const ASKED_MOST: usize = 20;
/// Shorter words have too few neighbours of their own to be guessed.
const LEARNT_LEAST: usize = 4;
/// Words learnt from one record.
const LEARNT_MOST: usize = 600;

/// Spellings of one thing; the first is the name it is kept under.
const SPELLINGS: &[&[&str]] = &[
    &["javascript", "js", "ecmascript"],
    &["typescript", "ts"],
    &["postgresql", "postgres", "psql"],
    &["go", "golang"],
    &["kubernetes", "k8s"],
    &["react", "reactjs", "react.js"],
    &["vue", "vuejs", "vue.js"],
    &["node.js", "nodejs", "node"],
    &["python", "py"],
    &["rust", "rustlang"],
    &["c#", "csharp"],
    &["c++", "cpp"],
    &["user interface design", "ui design", "ui"],
    &["user experience", "ux design", "ux"],
    &["machine learning", "ml"],
    &["search engine optimization", "seo"],
];

/// The one name of a skill, in small letters: `Postgres` and `psql` are `postgresql`.
#[must_use]
pub fn skill(name: &str) -> String {
    let name = crate::text::line(name).to_lowercase();
    let known = SPELLINGS.iter().find(|all| all.contains(&name.as_str()));
    known.map_or(name, |all| all[0].to_owned())
}

/// The names of skills, each once, in the order they came.
#[must_use]
pub fn skills(names: &[String]) -> Vec<String> {
    let mut all: Vec<String> = vec![];
    for name in names.iter().map(|n| skill(n)) {
        if !name.is_empty() && !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// The `tsvector` of texts with their weights and of skills, as its input text:
/// `'rust':1A 'api':2B,9C 's:rust':10D`.
#[must_use]
pub fn vector(parts: &[(&str, char)], skill_names: &[String]) -> String {
    let mut order: Vec<String> = vec![];
    let mut places: HashMap<String, Vec<(usize, char)>> = HashMap::new();
    let mut at = 0;
    for (text, weight) in parts {
        for word in words(text).into_iter().map(short) {
            at += 1;
            let known = places.entry(word.clone()).or_insert_with(|| {
                order.push(word);
                vec![]
            });
            if at <= POSITION_MOST && known.len() < PLACES_MOST {
                known.push((at, *weight));
            }
        }
        // A phrase does not go on from one text into the next.
        at += 1;
    }
    let mut out = String::new();
    for word in &order {
        let Some(known) = places.get(word) else {
            continue;
        };
        let known: Vec<String> = known.iter().map(|(at, w)| format!("{at}{w}")).collect();
        let _ = match known.is_empty() {
            true => write!(out, "'{word}' "),
            false => write!(out, "'{word}':{} ", known.join(",")),
        };
    }
    for name in skills(skill_names) {
        let _ = write!(out, "{} ", lexeme(&name));
    }
    out
}

/// A part of what was asked: a word, or the words of a phrase in quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Word(String),
    Phrase(Vec<String>),
}

/// What someone asked for in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    parts: Vec<Part>,
    /// Whether the last word may go on.
    open: bool,
}

impl Asked {
    /// Reads what was typed: words, and phrases in quotes.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut parts = vec![];
        let mut open = false;
        for (at, piece) in text.split(['"', '“', '”', '«', '»']).enumerate() {
            let found: Vec<String> = words(piece).into_iter().map(short).collect();
            if found.is_empty() {
                continue;
            }
            open = at % 2 == 0;
            if open || found.len() == 1 {
                parts.extend(found.into_iter().map(Part::Word));
            } else {
                parts.push(Part::Phrase(found));
            }
        }
        parts.truncate(ASKED_MOST);
        Self { parts, open }
    }

    /// Whether there is no word in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The words that may have been mistyped.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let words = self.parts.iter().filter_map(|part| match part {
            Part::Word(word) if word.chars().count() >= LEARNT_LEAST => Some(word.clone()),
            _ => None,
        });
        words.collect()
    }

    /// The same with other words in the place of some; `None` when nothing changes.
    #[must_use]
    pub fn replaced(&self, known: &HashMap<String, String>) -> Option<Self> {
        let parts: Vec<Part> = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Word(word) => Part::Word(known.get(word).unwrap_or(word).clone()),
                Part::Phrase(_) => part.clone(),
            })
            .collect();
        (parts != self.parts).then_some(Self {
            parts,
            open: self.open,
        })
    }

    /// As a person reads it.
    #[must_use]
    pub fn told(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Word(word) => word.clone(),
            Part::Phrase(words) => format!("\"{}\"", words.join(" ")),
        });
        parts.collect::<Vec<_>>().join(" ")
    }

    /// The `tsquery` of all its parts, the last word as a beginning, each word also in its other
    /// spellings; `None` when there is no word.
    #[must_use]
    pub fn query(&self) -> Option<String> {
        let last = self.parts.len().checked_sub(1)?;
        let parts = self.parts.iter().enumerate().map(|(at, part)| match part {
            Part::Phrase(words) => {
                let words: Vec<String> = words.iter().map(|w| format!("'{w}'")).collect();
                format!("({})", words.join(" <-> "))
            }
            Part::Word(word) => {
                let own = if at == last && self.open {
                    format!("'{word}':*")
                } else {
                    format!("'{word}'")
                };
                let others = others(word);
                if others.is_empty() {
                    own
                } else {
                    format!("({own} | {})", others.join(" | "))
                }
            }
        });
        Some(parts.collect::<Vec<_>>().join(" & "))
    }
}

/// The other spellings of a word, as parts of a `tsquery`.
fn others(word: &str) -> Vec<String> {
    let spelt = |text: &str| words(text).join(" ");
    let Some(all) = SPELLINGS
        .iter()
        .find(|all| all.iter().any(|name| spelt(name) == word))
    else {
        return vec![];
    };
    all.iter()
        .map(|name| words(name))
        .filter(|parts| parts.join(" ") != word)
        .map(|parts| {
            let parts: Vec<String> = parts.iter().map(|p| format!("'{p}'")).collect();
            if parts.len() == 1 {
                parts.join("")
            } else {
                format!("({})", parts.join(" <-> "))
            }
        })
        .collect()
}

/// The `tsquery` of words and skills together: all the words, and all of the skills or `any` of
/// them. `None` when neither is asked for.
#[must_use]
pub fn query(asked: &Asked, skill_names: &[String], any: bool) -> Option<String> {
    let names = skills(skill_names);
    let names: Vec<String> = names.iter().map(|name| lexeme(name)).collect();
    let names = (!names.is_empty()).then(|| names.join(if any { " | " } else { " & " }));
    match (asked.query(), names) {
        (Some(words), Some(names)) => Some(format!("{words} & ({names})")),
        (words, names) => words.or(names),
    }
}

/// A skill as a quoted word of its own.
fn lexeme(name: &str) -> String {
    let name: String = name.chars().filter(|c| !matches!(c, '\'' | '\\')).collect();
    format!("'s:{name}'")
}

/// The words of texts that a mistyped one may have meant, each once, in order.
#[must_use]
pub fn learnable(texts: &[&str]) -> Vec<String> {
    let words: BTreeSet<String> = texts
        .iter()
        .flat_map(|text| words(text))
        .filter(|word| (LEARNT_LEAST..=WORD_MOST).contains(&word.chars().count()))
        .filter(|word| word.chars().any(char::is_alphabetic))
        .take(LEARNT_MOST)
        .collect();
    words.into_iter().collect()
}

fn short(word: String) -> String {
    if word.chars().count() > WORD_MOST {
        word.chars().take(WORD_MOST).collect()
    } else {
        word
    }
}

/// Minutes of a working day.
const DAY_MINUTES: i64 = 24 * 60;
const WORK_MINUTES: i64 = 8 * 60;

/// Minutes in which two people at work from nine to five by their own clocks are at work at once,
/// given how far their clocks stand from UTC at one instant, in minutes.
#[must_use]
pub fn overlap_minutes(one: i64, other: i64) -> i64 {
    let apart = (one - other).rem_euclid(DAY_MINUTES);
    (WORK_MINUTES - apart.min(DAY_MINUTES - apart)).max(0)
}

/// Every time zone whose working hours overlap with those of `zone` by at least `hours` at an
/// instant: summer time counts on both sides. Empty when the zone is unknown.
#[must_use]
pub fn zones_overlapping(zone: &str, hours: i64, at: crate::Instant) -> Vec<String> {
    let minutes = |zone: &jiff::tz::TimeZone| i64::from(zone.to_offset(at.0).seconds()) / 60;
    let Ok(own) = jiff::tz::TimeZone::get(zone) else {
        return vec![];
    };
    let own = minutes(&own);
    jiff::tz::db()
        .available()
        .filter_map(|name| {
            let other = jiff::tz::TimeZone::get(name.as_str()).ok()?;
            (overlap_minutes(own, minutes(&other)) >= hours * 60).then(|| name.as_str().to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> Option<String> {
        Asked::read(text).query()
    }

    #[test]
    fn words_keep_their_places_and_weights() {
        assert_eq!(
            vector(
                &[("Rust services", 'A'), ("A rust API", 'C')],
                &["Postgres".to_owned()]
            )
            .trim(),
            "'rust':1A,5C 'service':2A 'a':4C 'api':6C 's:postgresql'"
        );
    }

    #[test]
    fn what_is_typed_is_never_syntax() {
        assert_eq!(asked("zinc & ! 'dev").as_deref(), Some("'zinc' & 'dev':*"));
        assert_eq!(asked("100%_a").as_deref(), Some("'100' & 'a':*"));
        assert_eq!(asked(" :*&| "), None);
        assert_eq!(
            query(&Asked::default(), &["it's \\ | x".to_owned()], false).as_deref(),
            Some("'s:its  | x'")
        );
    }

    #[test]
    fn a_phrase_is_neighbours() {
        assert_eq!(
            asked("\"walking guide\" map").as_deref(),
            Some("('walk' <-> 'guide') & 'map':*")
        );
        assert_eq!(
            asked("map \"walking guide\"").as_deref(),
            Some("'map' & ('walk' <-> 'guide')")
        );
        assert_eq!(asked("\"alone\"").as_deref(), Some("'alone'"));
    }

    #[test]
    fn spellings_are_one() {
        assert_eq!(skill(" Postgres "), "postgresql");
        assert_eq!(
            skills(&["JS".to_owned(), "javascript".to_owned()]),
            ["javascript"]
        );
        assert_eq!(
            asked("golang api").as_deref(),
            Some("('golang' | 'go') & 'api':*")
        );
        let both = ["rust".to_owned(), "psql".to_owned()];
        assert_eq!(
            query(&Asked::default(), &both, false).as_deref(),
            Some("'s:rust' & 's:postgresql'")
        );
        assert_eq!(
            query(&Asked::read("api"), &both, true).as_deref(),
            Some("'api':* & ('s:rust' | 's:postgresql')")
        );
    }

    #[test]
    fn hours_in_common_follow_summer_time() {
        assert_eq!(overlap_minutes(0, 0), 480);
        assert_eq!(overlap_minutes(60, -300), 120);
        assert_eq!(overlap_minutes(-480, 780), 300, "across the date line");
        // The United States change their clocks two weeks before Europe: the gap is five hours then.
        let winter = crate::Instant::from_unix_seconds(1_770_724_800);
        let between = crate::Instant::from_unix_seconds(1_773_576_000);
        let has = |at, hours| {
            zones_overlapping("Europe/Berlin", hours, at).contains(&"America/New_York".to_owned())
        };
        assert!(has(winter, 2) && !has(winter, 3));
        assert!(has(between, 3) && !has(between, 4));
    }
}
