//! Search by words: what is stored with a project and what is asked, made by the same function
//! `base::text::words`, so both sides always agree.

use std::{collections::HashMap, fmt::Write as _};

/// Positions above this are not kept by PostgreSQL.
const POSITION_MOST: usize = 16_383;
const WORD_MOST: usize = 60;

/// The `tsvector` of texts with their weights, as its input text: `'rust':1A 'api':2B`. A word
/// keeps its first position and the best weight it occurs with.
#[must_use]
pub fn vector(parts: &[(&str, char)]) -> String {
    let mut order: Vec<String> = vec![];
    let mut best: HashMap<String, char> = HashMap::new();
    for (text, weight) in parts {
        for word in base::text::words(text).into_iter().map(short) {
            match best.get_mut(&word) {
                Some(known) => *known = (*known).min(*weight),
                None => {
                    best.insert(word.clone(), *weight);
                    order.push(word);
                }
            }
        }
    }
    let mut out = String::new();
    for (at, word) in order.iter().enumerate().take(POSITION_MOST) {
        let weight = best.get(word).copied().unwrap_or('D');
        let _ = write!(out, "'{word}':{}{weight} ", at + 1);
    }
    out
}

/// The `tsquery` of what someone typed: all words, the last one as the beginning of a word.
/// `None` when it holds no word.
#[must_use]
pub fn query(text: &str) -> Option<String> {
    let words: Vec<String> = base::text::words(text)
        .into_iter()
        .map(short)
        .take(20)
        .collect();
    let last = words.len().checked_sub(1)?;
    let words = words.iter().enumerate().map(|(at, word)| {
        if at == last {
            format!("'{word}':*")
        } else {
            format!("'{word}'")
        }
    });
    Some(words.collect::<Vec<_>>().join(" & "))
}

fn short(word: String) -> String {
    if word.chars().count() > WORD_MOST {
        word.chars().take(WORD_MOST).collect()
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_weighed_once() {
        assert_eq!(
            vector(&[("Rust services", 'A'), ("A rust API", 'C')]).trim(),
            "'rust':1A 'service':2A 'a':3C 'api':4C"
        );
    }

    #[test]
    fn what_is_typed_is_never_syntax() {
        assert_eq!(query("rust & ! 'dev").as_deref(), Some("'rust' & 'dev':*"));
        assert_eq!(query("100%_a").as_deref(), Some("'100' & 'a':*"));
        assert_eq!(query(" :*&| "), None);
    }
}
