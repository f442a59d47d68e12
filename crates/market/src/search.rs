//! Search by words: what is stored with a project and what is asked, made by the same function
//! `base::text::words`, so both sides always agree. Words of opened projects are also known to a
//! lexicon, in which a mistyped word finds its neighbour.

use kernel::{Result, Tx};
use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write as _,
};

/// Positions above this are not kept by PostgreSQL.
const POSITION_MOST: usize = 16_383;
const WORD_MOST: usize = 60;
/// Shorter words have too few neighbours of their own to be guessed.
const LEARNT_LEAST: usize = 4;
/// Words learnt from one project.
const LEARNT_MOST: usize = 600;

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

/// The words of what someone typed, as they are stored.
#[must_use]
pub fn asked(text: &str) -> Vec<String> {
    base::text::words(text)
        .into_iter()
        .map(short)
        .take(20)
        .collect()
}

/// The `tsquery` of words asked for: all of them, the last one as the beginning of a word. `None`
/// when there is no word.
#[must_use]
pub fn query(words: &[String]) -> Option<String> {
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

/// Makes the words of a project that others may find known to the workspace's lexicon.
///
/// # Errors
/// The database's.
pub async fn learn(tx: &mut Tx, texts: &[&str]) -> Result<()> {
    let words: BTreeSet<String> = texts
        .iter()
        .flat_map(|text| base::text::words(text))
        .filter(|word| (LEARNT_LEAST..=WORD_MOST).contains(&word.chars().count()))
        .filter(|word| word.chars().any(char::is_alphabetic))
        .take(LEARNT_MOST)
        .collect();
    let (workspace, words) = (tx.workspace(), words.into_iter().collect::<Vec<_>>());
    // In order, so that two projects opened at once wait for each other and never in a circle.
    sqlx::query!(
        "insert into market.lexicon (workspace_id, word) select $1, w from unnest($2::text[]) w order by w on conflict do nothing",
        workspace,
        &words
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What mistyped words may have meant; `None` when all are known or nothing is close to them.
///
/// # Errors
/// The database's.
pub async fn meant(tx: &mut Tx, words: &[String]) -> Result<Option<Vec<String>>> {
    let long: Vec<String> = words
        .iter()
        .filter(|w| w.chars().count() >= LEARNT_LEAST)
        .cloned()
        .collect();
    if long.is_empty() {
        return Ok(None);
    }
    let rows = sqlx::query!(
        r#"select asked as "asked!", known as "known!" from market.close_words($1)"#,
        &long
    )
    .fetch_all(&mut **tx)
    .await?;
    let known: HashMap<String, String> = rows.into_iter().map(|r| (r.asked, r.known)).collect();
    let guess: Vec<String> = words
        .iter()
        .map(|w| known.get(w).unwrap_or(w).clone())
        .collect();
    Ok((guess != words).then_some(guess))
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
        assert_eq!(
            query(&asked("rust & ! 'dev")).as_deref(),
            Some("'rust' & 'dev':*")
        );
        assert_eq!(query(&asked("100%_a")).as_deref(), Some("'100' & 'a':*"));
        assert_eq!(query(&asked(" :*&| ")), None);
    }
}
