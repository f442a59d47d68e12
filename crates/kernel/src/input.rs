//! One definition of an input serves JSON bodies, HTML forms, query strings and the API document.
//!
//! A type implements [`Input::read`] once, taking each field from a [`Reader`] with its limits.
//! The reader collects every fault with its pointer; in describe mode the same calls record the
//! schema instead. So validation and document cannot differ.

use crate::error::Fault;
use base::{Currency, Money};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Something read from a request.
pub trait Input: Sized {
    /// Takes the fields. In describe mode readers return placeholder values, so this must not
    /// panic on empty text, zero or a nil id, and must ask for the same fields whatever it reads.
    fn read(reader: &mut Reader) -> Self;
}

/// No fields at all.
pub struct Nothing;
impl Input for Nothing {
    fn read(_: &mut Reader) -> Self {
        Self
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Json,
    Text,
    Describe,
}

/// Reads fields by name and collects what is wrong with them.
pub struct Reader {
    mode: Mode,
    path: String,
    fields: Map<String, Value>,
    taken: Vec<String>,
    faults: Vec<Fault>,
    properties: Map<String, Value>,
    required: Vec<String>,
    currency: Currency,
}

impl Reader {
    fn new(mode: Mode, path: String, fields: Map<String, Value>, currency: Currency) -> Self {
        Self {
            mode,
            path,
            fields,
            taken: vec![],
            faults: vec![],
            properties: Map::new(),
            required: vec![],
            currency,
        }
    }

    /// Reads `T` from a JSON value.
    ///
    /// # Errors
    /// All faults at once.
    pub fn json<T: Input>(value: Value, currency: Currency) -> Result<T, Vec<Fault>> {
        let Value::Object(fields) = value else {
            return Err(vec![Fault::new("", "invalid_type")]);
        };
        Self::new(Mode::Json, String::new(), fields, currency).run()
    }

    /// Reads `T` from the pairs of a form or query; a repeated name is a list. Names such as
    /// `milestones.0.title` make objects in a list.
    ///
    /// # Errors
    /// All faults at once.
    pub fn pairs<T: Input>(
        pairs: &[(String, String)],
        currency: Currency,
    ) -> Result<T, Vec<Fault>> {
        let mut fields = Map::new();
        for (name, value) in pairs {
            insert_pair(&mut fields, name, value);
        }
        Self::new(Mode::Text, String::new(), fields, currency).run()
    }

    /// The JSON schema of `T`.
    #[must_use]
    pub fn describe<T: Input>() -> Value {
        let mut reader = Self::new(Mode::Describe, String::new(), Map::new(), Currency::USD);
        let _ = T::read(&mut reader);
        reader.schema()
    }

    fn schema(self) -> Value {
        json!({"type": "object", "properties": self.properties, "required": self.required, "additionalProperties": false})
    }

    fn run<T: Input>(mut self) -> Result<T, Vec<Fault>> {
        let value = T::read(&mut self);
        self.leftovers();
        if self.faults.is_empty() {
            Ok(value)
        } else {
            Err(self.faults)
        }
    }

    fn leftovers(&mut self) {
        for name in self.fields.keys() {
            if !self.taken.contains(name) {
                self.faults.push(Fault::new(
                    format!("{}/{}", self.path, escape(name)),
                    "unknown_field",
                ));
            }
        }
    }

    /// Adds a fault of a rule over several fields.
    pub fn fault(&mut self, name: &str, code: &'static str) {
        if self.mode != Mode::Describe {
            self.faults
                .push(Fault::new(format!("{}/{name}", self.path), code));
        }
    }

    /// Whether nothing has been found wrong so far (rules over several fields look here first).
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty() && self.mode != Mode::Describe
    }

    /// Whether the request names this field at all: an edit leaves absent ones as they are. True in
    /// describe mode, so that the field is asked for there.
    #[must_use]
    pub fn given(&self, name: &str) -> bool {
        self.mode == Mode::Describe || self.fields.contains_key(name)
    }

    fn fault_with(
        &mut self,
        name: &str,
        code: &'static str,
        args: Vec<(&'static str, ui::text::Arg<'static>)>,
    ) {
        self.faults.push(Fault {
            pointer: format!("{}/{name}", self.path),
            code,
            args,
        });
    }

    /// Takes the raw value; `None` when absent, null, or (in a form) empty.
    fn take(&mut self, name: &str, required: bool, schema: Value) -> Option<Value> {
        if self.mode == Mode::Describe {
            let mut schema = schema;
            if required {
                self.required.push(name.to_owned());
            } else if let Some(object) = schema.as_object_mut()
                && let Some(Value::String(kind)) = object.get("type").cloned()
            {
                object.insert("type".to_owned(), json!([kind, "null"]));
                if let Some(Value::Array(choices)) = object.get_mut("enum") {
                    choices.push(Value::Null);
                }
            }
            self.properties.insert(name.to_owned(), schema);
            return None;
        }
        self.taken.push(name.to_owned());
        let value = self.fields.get(name).cloned().filter(|v| !v.is_null());
        let value = match (self.mode, value) {
            (Mode::Text, Some(Value::String(s))) if s.trim().is_empty() => None,
            (_, value) => value,
        };
        if value.is_none() && required {
            self.fault(name, "required");
        }
        value
    }

    fn string(&mut self, name: &str, required: bool, schema: Value) -> Option<String> {
        match self.take(name, required, schema)? {
            Value::String(text) => {
                if text.contains('\0') {
                    self.fault(name, "invalid_format");
                    return None;
                }
                Some(text)
            }
            _ => {
                self.fault(name, "invalid_type");
                None
            }
        }
    }

    /// The text without controls and loose spaces; as sent it may not be longer than the schema
    /// says either. Browsers count a line's end as one character and send two.
    fn cleaned(
        &mut self,
        name: &str,
        text: &str,
        clean: fn(&str) -> String,
        least: usize,
        most: usize,
    ) -> Option<String> {
        if text.replace("\r\n", "\n").chars().count() > most {
            self.fault_with(name, "too_long", vec![("most", most.into())]);
            return None;
        }
        self.sized(name, clean(text), least, most)
    }

    fn sized(&mut self, name: &str, text: String, least: usize, most: usize) -> Option<String> {
        let count = text.chars().count();
        if count < least {
            let code = if count == 0 { "required" } else { "too_short" };
            self.fault_with(name, code, vec![("least", least.into())]);
            None
        } else if count > most {
            self.fault_with(name, "too_long", vec![("most", most.into())]);
            None
        } else {
            Some(text)
        }
    }

    /// A required single line, cleaned, of `least` to `most` characters.
    pub fn line(&mut self, name: &str, least: usize, most: usize) -> String {
        let schema = json!({"type": "string", "minLength": least, "maxLength": most});
        self.string(name, least > 0, schema)
            .and_then(|t| self.cleaned(name, &t, base::text::line, least, most))
            .unwrap_or_default()
    }

    /// An optional single line.
    pub fn line_opt(&mut self, name: &str, most: usize) -> Option<String> {
        let schema = json!({"type": "string", "maxLength": most});
        self.string(name, false, schema)
            .and_then(|t| self.cleaned(name, &t, base::text::line, 0, most))
            .filter(|t| !t.is_empty())
    }

    /// A text of several lines; required when `least` is above 0.
    pub fn block(&mut self, name: &str, least: usize, most: usize) -> String {
        let schema = json!({"type": "string", "minLength": least, "maxLength": most});
        self.string(name, least > 0, schema)
            .and_then(|t| self.cleaned(name, &t, base::text::block, least, most))
            .unwrap_or_default()
    }

    /// A secret taken exactly as typed: passwords, tokens.
    pub fn secret(&mut self, name: &str, most: usize) -> String {
        let schema =
            json!({"type": "string", "format": "password", "minLength": 1, "maxLength": most});
        self.string(name, true, schema)
            .and_then(|t| self.sized(name, t, 1, most))
            .unwrap_or_default()
    }

    /// An e-mail address as typed (trimmed), with its canonical form.
    pub fn email(&mut self, name: &str) -> (String, String) {
        let schema = json!({"type": "string", "format": "email", "maxLength": 254});
        let Some(text) = self.string(name, true, schema) else {
            return Default::default();
        };
        match base::text::email(&text) {
            Some(canonical) => (base::text::line(&text), canonical),
            None => {
                self.fault(name, "invalid_format");
                Default::default()
            }
        }
    }

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
        if found.is_none() {
            self.fault(name, "invalid_choice");
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

    fn number(&mut self, name: &str, required: bool, least: i64, most: i64) -> Option<i64> {
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
        Some(number)
    }

    /// True or false; absent is false. In forms a present checkbox is true.
    pub fn flag(&mut self, name: &str) -> bool {
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
        if id.is_none() {
            self.fault(name, "invalid_format");
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

    /// A positive amount. JSON: `{"amount_minor", "currency"}`; forms: decimal text under `name`
    /// and optionally `name_currency`, by default the workspace's currency.
    pub fn money(&mut self, name: &str) -> Money {
        self.amount(name, true)
            .unwrap_or(Money::new(1, self.currency))
    }

    /// A positive amount, or nothing.
    pub fn money_opt(&mut self, name: &str) -> Option<Money> {
        self.amount(name, false)
    }

    fn amount(&mut self, name: &str, required: bool) -> Option<Money> {
        let most = base::money::MAX_MINOR;
        let schema = json!({"type": "object", "additionalProperties": false, "required": ["amount_minor", "currency"], "properties": {
            "amount_minor": {"type": "integer", "format": "int64", "minimum": 1, "maximum": most},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}});
        let value = self.take(name, required, schema);
        if self.mode == Mode::Text {
            let currency_name = format!("{name}_currency");
            self.taken.push(currency_name.clone());
            let currency = match self.fields.get(&currency_name).and_then(Value::as_str) {
                None => self.currency,
                Some(code) => match code.parse() {
                    Ok(currency) => currency,
                    Err(_) => {
                        self.fault(name, "unknown_currency");
                        return None;
                    }
                },
            };
            return match value?.as_str().map(|text| Money::parse(text, currency)) {
                Some(Ok(money)) if money.minor > 0 => Some(money),
                Some(Ok(_)) => {
                    self.fault_with(name, "too_small", vec![("least", 1.into())]);
                    None
                }
                Some(Err(base::money::MoneyError::Range)) => {
                    self.fault_with(name, "too_large", vec![("most", most.into())]);
                    None
                }
                _ => {
                    self.fault(name, "invalid_format");
                    None
                }
            };
        }
        let Value::Object(fields) = value? else {
            self.fault(name, "invalid_type");
            return None;
        };
        let mut inner = Self::new(
            Mode::Json,
            format!("{}/{name}", self.path),
            fields,
            self.currency,
        );
        let minor = inner.number("amount_minor", true, 1, most);
        let code = inner.string("currency", true, Value::Null);
        let currency: Option<Currency> = code.as_deref().and_then(|c| c.parse().ok());
        if code.is_some() && currency.is_none() {
            inner.fault("currency", "unknown_currency");
        }
        inner.leftovers();
        self.faults.append(&mut inner.faults);
        Some(Money::new(minor?, currency?))
    }

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
                Some(id) => ids.push(id),
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
                .filter(|v| v.as_str().is_none_or(|s| !s.trim().is_empty()))
                .collect(),
            (Some(Value::Array(values)), _) => values,
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

fn escape(name: &str) -> String {
    let short: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
    short.replace('~', "~0").replace('/', "~1")
}

fn insert_pair(fields: &mut Map<String, Value>, name: &str, value: &str) {
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

#[cfg(test)]
mod tests {
    use super::*;

    struct Sample {
        title: String,
        budget: Money,
        rows: Vec<Row>,
    }
    struct Row {
        days: i64,
    }
    impl Input for Row {
        fn read(r: &mut Reader) -> Self {
            Self {
                days: r.integer("days", 1, 10),
            }
        }
    }
    impl Input for Sample {
        fn read(r: &mut Reader) -> Self {
            Self {
                title: r.line("title", 1, 5),
                budget: r.money("budget"),
                rows: r.objects("rows", 1, 3),
            }
        }
    }
    fn faults(value: Value) -> Vec<(String, &'static str)> {
        let result: Result<Sample, _> = Reader::json(value, Currency::USD);
        result
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(|f| (f.pointer, f.code))
            .collect()
    }

    #[test]
    fn all_faults_come_at_once_with_pointers() {
        let found = faults(
            json!({"title": "", "budget": {"amount_minor": 10.5, "currency": "XXQ", "x": 1}, "rows": [{"days": "5"}, 3], "role": "admin"}),
        );
        let expected = [
            ("/title", "required"),
            ("/budget/amount_minor", "invalid_type"),
            ("/budget/currency", "unknown_currency"),
            ("/budget/x", "unknown_field"),
            ("/rows/0/days", "invalid_type"),
            ("/rows/1", "invalid_type"),
            ("/role", "unknown_field"),
        ];
        assert_eq!(found, expected.map(|(p, c)| (p.to_owned(), c)));
    }

    #[test]
    fn a_form_reads_like_the_body() {
        let pairs = [
            ("title", " a  b"),
            ("budget", "1,500.5"),
            ("rows.0.days", "3"),
            ("rows.1.days", ""),
        ]
        .map(|(a, b)| (a.to_owned(), b.to_owned()));
        let sample: Sample =
            Reader::pairs(&pairs, Currency::USD).unwrap_or_else(|f| panic!("{f:?}"));
        assert_eq!(
            (
                sample.title.as_str(),
                sample.budget.minor,
                sample.rows.len()
            ),
            ("a b", 150_050, 1)
        );
        assert_eq!(sample.rows[0].days, 3);
    }

    #[test]
    fn whole_floats_are_integers() {
        assert!(faults(json!({"title": "a", "budget": {"amount_minor": 5.0, "currency": "USD"}, "rows": [{"days": 2.0}]})).is_empty());
    }

    #[test]
    fn the_schema_is_what_is_read() {
        let schema = Reader::describe::<Sample>();
        assert_eq!(schema["required"], json!(["title", "budget", "rows"]));
        assert_eq!(
            schema["properties"]["rows"]["items"]["properties"]["days"]["maximum"],
            json!(10)
        );
    }
}
