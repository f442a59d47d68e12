//! Lists: arrays in JSON; in forms repeated names, words between commas, or numbered rows.

use super::{Input, Mode, Reader};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

impl Reader {
    /// A list of single lines, `least` to `most` of them, each up to `length` characters.
    pub fn lines(&mut self, name: &str, least: usize, most: usize, length: usize) -> Vec<String> {
        let item = json!({"type": "string", "minLength": 1, "maxLength": length});
        let schema = json!({"type": "array", "minItems": least, "maxItems": most, "items": item});
        let values = self.array(name, least, most, schema);
        let mut lines = vec![];
        for (index, value) in values.into_iter().enumerate() {
            match value {
                Value::String(text) if !text.contains('\0') => {
                    let text = base::text::line(&text);
                    if let Some(text) = self.sized(&format!("{name}/{index}"), text, 1, length) {
                        lines.push(text);
                    }
                }
                _ => self.fault(&format!("{name}/{index}"), "invalid_type"),
            }
        }
        lines
    }

    /// A list of ids.
    pub fn ids(&mut self, name: &str, least: usize, most: usize) -> Vec<Uuid> {
        let schema = json!({"type": "array", "minItems": least, "maxItems": most, "items": {"type": "string", "format": "uuid"}});
        let values = self.array(name, least, most, schema);
        let mut ids = vec![];
        for (index, value) in values.into_iter().enumerate() {
            match value
                .as_str()
                .and_then(|t| Uuid::try_parse(t).ok().filter(|_| t.len() == 36))
            {
                Some(id) => {
                    self.note(name, id);
                    ids.push(id);
                }
                None => self.fault(&format!("{name}/{index}"), "invalid_format"),
            }
        }
        ids
    }

    /// A list of objects, `least` to `most` of them.
    pub fn objects<T: Input>(&mut self, name: &str, least: usize, most: usize) -> Vec<T> {
        let schema = json!({"type": "array", "minItems": least, "maxItems": most,
            "items": if self.mode == Mode::Describe { Self::describe::<T>() } else { Value::Null }});
        let values = self.array(name, least, most, schema);
        let mut objects = vec![];
        for (index, value) in values.into_iter().enumerate() {
            let Value::Object(fields) = value else {
                self.fault(&format!("{name}/{index}"), "invalid_type");
                continue;
            };
            let mut inner = Self::new(
                self.mode,
                format!("{}/{name}/{index}", self.path),
                fields,
                self.currency,
            );
            objects.push(T::read(&mut inner));
            inner.leftovers();
            self.faults.append(&mut inner.faults);
        }
        objects
    }

    fn array(&mut self, name: &str, least: usize, most: usize, schema: Value) -> Vec<Value> {
        let values = match (self.take(name, least > 0, schema), self.mode) {
            (None, _) => return vec![],
            (Some(Value::Array(values)), Mode::Text) => values
                .into_iter()
                .filter(|v| self.literal || v.as_str().is_none_or(|s| !s.trim().is_empty()))
                .collect(),
            (Some(Value::Array(values)), _) => values,
            (Some(Value::String(text)), Mode::Text) if self.literal && text.is_empty() => {
                vec![Value::String(text)]
            }
            // A form's text field holds a list as words between commas; a repeated one is an array.
            (Some(Value::String(text)), Mode::Text) => text
                .split([',', '،'])
                .map(str::trim)
                .filter(|t| !t.is_empty())
                .map(|t| Value::String(t.to_owned()))
                .collect(),
            (Some(Value::Object(numbered)), Mode::Text) => {
                let mut rows: BTreeMap<usize, Value> = BTreeMap::new();
                for (key, value) in numbered {
                    let empty = value.as_object().is_some_and(|o| {
                        o.values()
                            .all(|v| v.as_str().is_some_and(|s| s.trim().is_empty()))
                    });
                    if let (Ok(index), false) = (key.parse(), empty) {
                        rows.insert(index, value);
                    }
                }
                rows.into_values().collect()
            }
            _ => {
                self.fault(name, "invalid_type");
                return vec![];
            }
        };
        if values.len() < least {
            self.fault_with(name, "too_few", vec![("least", least.into())]);
        } else if values.len() > most {
            self.fault_with(name, "too_many", vec![("most", most.into())]);
            return vec![];
        }
        values
    }
}

/// Puts one pair of a form where its name says: `title`, or `milestones.0.title`.
pub(super) fn insert_pair(fields: &mut Map<String, Value>, name: &str, value: &str) {
    let mut parts = name.splitn(3, '.');
    let (first, index, rest) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    if let (Some(index), Some(rest)) = (index, rest) {
        let list = fields.entry(first).or_insert_with(|| json!({}));
        if let Some(list) = list.as_object_mut()
            && let Some(object) = list
                .entry(index)
                .or_insert_with(|| json!({}))
                .as_object_mut()
        {
            object.insert(rest.to_owned(), Value::String(value.to_owned()));
        }
        return;
    }
    match fields.get_mut(name) {
        None => {
            fields.insert(name.to_owned(), Value::String(value.to_owned()));
        }
        Some(Value::Array(values)) => values.push(Value::String(value.to_owned())),
        Some(known) => {
            let first = known.take();
            *known = json!([first, value]);
        }
    }
}
