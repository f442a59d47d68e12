//! The words of a profile, as stored and as asked. Both sides come from [`base::text::words`].

use std::collections::BTreeSet;

/// A word longer than this is no word; the index takes no lexeme above 2 kB.
const LONGEST: usize = 64;
/// Words of one search at most.
const ASKED_MOST: usize = 12;

fn lexemes(text: &str) -> impl Iterator<Item = String> {
    base::text::words(text)
        .into_iter()
        .filter(|w| w.chars().count() <= LONGEST)
}

/// A skill as one word of its own, so that "rust" asked as a skill finds no mention in a text.
fn skill(name: &str) -> Option<String> {
    let words: Vec<String> = lexemes(name).collect();
    (!words.is_empty()).then(|| format!("s:{}", words.join("-")))
}

/// What a profile is found by: each word once.
pub(crate) fn stored(texts: &[&str], skills: &[String]) -> Vec<String> {
    let mut all: BTreeSet<String> = texts.iter().flat_map(|t| lexemes(t)).collect();
    all.extend(skills.iter().flat_map(|s| lexemes(s)));
    all.extend(skills.iter().filter_map(|s| skill(s)));
    all.into_iter().collect()
}

/// A `tsquery` of all these words (each may go on) and skills (each exact); empty asks for all.
/// Words hold letters, figures, `+` and `#` alone, so quoting them is safe.
pub(crate) fn query(text: &str, skills: &[String]) -> String {
    let words = lexemes(text).take(ASKED_MOST).map(|w| format!("'{w}':*"));
    let skills = skills
        .iter()
        .filter_map(|s| skill(s))
        .map(|s| format!("'{s}'"));
    words.chain(skills).collect::<Vec<_>>().join(" & ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_words_and_exact_skills() {
        assert_eq!(
            query("Rust  developers", &["Ruby on Rails".to_owned()]),
            "'rust':* & 'developer':* & 's:ruby-on-rail'"
        );
        assert_eq!(query("", &[]), "");
        assert_eq!(query("' | !x:* & (", &[]), "'x':*");
        assert_eq!(query("C++", &[]), "'c++':*");
    }

    #[test]
    fn what_is_stored_is_found_by_what_is_asked() {
        let stored = stored(
            &["العُقُود والتصاميم", "Senior Developer"],
            &["Ruby on Rails".to_owned(), "C#".to_owned()],
        );
        for (asked, skills) in [
            ("developers", vec![]),
            ("عقود", vec![]),
            ("", vec!["ruby ON rails".to_owned()]),
            ("c#", vec!["c#".to_owned()]),
        ] {
            for part in query(asked, &skills).split(" & ") {
                let word = part.trim_end_matches(":*").trim_matches('\'');
                assert!(
                    stored.iter().any(|s| s.starts_with(word)),
                    "{asked}: {word}"
                );
            }
        }
    }

    #[test]
    fn an_endless_word_is_left_out() {
        assert!(stored(&[&"x".repeat(5000)], &[]).is_empty());
        assert_eq!(query(&"x".repeat(5000), &[]), "");
    }
}
