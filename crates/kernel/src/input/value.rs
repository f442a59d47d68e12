//! Single values that are no free text: words of a choice, numbers, flags, ids, links.

use super::{Mode, Reader};
use serde_json::{Value, json};
use uuid::Uuid;

impl Reader {
    /// One of these words.
    pub fn choice(&mut self, name: &str, choices: &'static [&'static str]) -> &'static str {
        let first = choices.first().copied().unwrap_or_default();
        self.chosen(name, true, choices).unwrap_or(first)
    }

    /// One of these words, or nothing.
    pub fn choice_opt(
        &mut self,
        name: &str,
        choices: &'static [&'static str],
    ) -> Option<&'static str> {
        self.chosen(name, false, choices)
    }

    fn chosen(
        &mut self,
        name: &str,
        required: bool,
        choices: &'static [&'static str],
    ) -> Option<&'static str> {
        let text = self.string(name, required, json!({"type": "string", "enum": choices}))?;
        let found = choices.iter().find(|c| **c == text).copied();
        match found {
            Some(word) => self.note(name, word),
            None => self.fault(name, "invalid_choice"),
        }
        found
    }

    /// A required whole number within limits.
    pub fn integer(&mut self, name: &str, least: i64, most: i64) -> i64 {
        self.number(name, true, least, most).unwrap_or(least)
    }

    /// An optional whole number within limits.
    pub fn integer_opt(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        self.number(name, false, least, most)
    }

    pub(super) fn number(
        &mut self,
        name: &str,
        required: bool,
        least: i64,
        most: i64,
    ) -> Option<i64> {
        let schema =
            json!({"type": "integer", "format": "int64", "minimum": least, "maximum": most});
        let value = self.take(name, required, schema)?;
        let number = match (&value, self.mode) {
            (Value::Number(n), _) => whole(n),
            (Value::String(s), Mode::Text) => s.trim().parse().ok(),
            _ => None,
        };
        let Some(number) = number else {
            self.fault(name, "invalid_type");
            return None;
        };
        if number < least {
            self.fault_with(name, "too_small", vec![("least", least.into())]);
            return None;
        }
        if number > most {
            self.fault_with(name, "too_large", vec![("most", most.into())]);
            return None;
        }
        self.note(name, number);
        Some(number)
    }

    /// True or false; absent is false. In forms a present checkbox is true.
    pub fn flag(&mut self, name: &str) -> bool {
        let on = self.boolean(name);
        if on {
            self.note(name, on);
        }
        on
    }

    fn boolean(&mut self, name: &str) -> bool {
        match self.take(name, false, json!({"type": "boolean"})) {
            None => false,
            Some(Value::Bool(b)) => b,
            Some(Value::String(s)) if self.mode == Mode::Text => match s.as_str() {
                "true" | "on" | "1" => true,
                "false" | "off" | "0" => false,
                _ => {
                    self.fault(name, "invalid_type");
                    false
                }
            },
            Some(_) => {
                self.fault(name, "invalid_type");
                false
            }
        }
    }

    /// Something that must be agreed to: true, or refused.
    pub fn agreed(&mut self, name: &str) -> bool {
        if self.mode == Mode::Describe {
            self.take(name, true, json!({"type": "boolean", "const": true}));
            return true;
        }
        let before = self.faults.len();
        let agreed = self.flag(name);
        if !agreed && self.faults.len() == before {
            self.fault(name, "required");
        }
        agreed
    }

    /// An id.
    pub fn id(&mut self, name: &str) -> Uuid {
        self.uuid(name, true).unwrap_or_default()
    }

    /// An id, or nothing.
    pub fn id_opt(&mut self, name: &str) -> Option<Uuid> {
        self.uuid(name, false)
    }

    fn uuid(&mut self, name: &str, required: bool) -> Option<Uuid> {
        let text = self.string(name, required, json!({"type": "string", "format": "uuid"}))?;
        let id = Uuid::try_parse(&text).ok().filter(|_| text.len() == 36);
        match id {
            Some(id) => self.note(name, id),
            None => self.fault(name, "invalid_format"),
        }
        id
    }

    /// An http or https address.
    pub fn link_opt(&mut self, name: &str) -> Option<String> {
        let text = self.string(
            name,
            false,
            json!({"type": "string", "format": "uri", "maxLength": 2000}),
        )?;
        let text = base::text::line(&text);
        if is_link(&text) {
            Some(text)
        } else {
            self.fault(name, "invalid_format");
            None
        }
    }
}

/// Whether the text is an http or https address with a host and nothing odd in it.
#[must_use]
pub fn is_link(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|r| !r.is_empty() && !r.starts_with('/'))
        && text.len() <= 2000
        && !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\'))
}

/// `16692.0` is an integer to JSON Schema, so it is one here.
fn whole(number: &serde_json::Number) -> Option<i64> {
    if let Some(n) = number.as_i64() {
        return Some(n);
    }
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.')?;
    fraction
        .chars()
        .all(|c| c == '0')
        .then(|| whole.parse().ok())
        .flatten()
}
