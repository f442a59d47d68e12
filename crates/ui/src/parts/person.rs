use maud::{Markup, html};

/// First letters of the first and last word of a name, for an avatar. Arabic letters stand apart
/// (joined they read as another word), and a family name's article is no initial; that of a given
/// name, as in Elias, is no article.
#[must_use]
pub fn initials(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let upper = |c: char| c.to_uppercase().collect::<String>();
    let mut words = name.split_whitespace().filter(|w| letter(w).is_some());
    let first = words.next().and_then(letter).map(upper).unwrap_or_default();
    let last = words.next_back().and_then(|word| {
        let rest = word.strip_prefix("ال").filter(|r| r.chars().count() > 1);
        letter(rest.unwrap_or(word))
    });
    let Some(last) = last else {
        return first;
    };
    let apart = if last.is_ascii() { "" } else { "\u{200C}" };
    format!("{first}{apart}{}", upper(last))
}

/// A person or company: avatar and name, linked when there is somewhere to go.
#[must_use]
pub fn person(name: &str, href: Option<&str>) -> Markup {
    person_with(name, href, None, None)
}

/// A person with a picture (address of our own) and a line below the name.
#[must_use]
pub fn person_with(
    name: &str,
    href: Option<&str>,
    picture: Option<&str>,
    line: Option<Markup>,
) -> Markup {
    html! {
        span.person {
            @match picture {
                Some(src) => img.avatar src=(src) alt="" width="32" height="32" loading="lazy";,
                None => span.avatar aria-hidden="true" { (initials(name)) },
            }
            span.person-words {
                @match href {
                    Some(href) => a.person-name href=(href) { bdi { (name) } },
                    None => span.person-name { bdi { (name) } },
                }
                @if let Some(line) = line { span.person-line { (line) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn initials_of_any_script() {
        assert_eq!(super::initials("Ana María Lopez"), "AL");
        assert_eq!(super::initials("ليلى حداد"), "ل\u{200C}ح");
        assert_eq!(super::initials("يوسف النجار"), "ي\u{200C}ن");
        assert_eq!(super::initials("الياس حداد"), "ا\u{200C}ح");
        assert_eq!(super::initials("الياس"), "ا");
        assert_eq!(super::initials("  cher "), "C");
        assert_eq!(super::initials("—"), "");
    }
}
