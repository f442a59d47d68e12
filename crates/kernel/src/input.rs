//! One definition of an input serves JSON bodies, HTML forms, query strings and the API document.
//!
//! A type implements [`Input::read`] once, taking each field from a [`Reader`] with its limits.
//! The reader collects every fault with its pointer; in describe mode the same calls record the
//! schema instead. So validation and document cannot differ.

use crate::{error::Fault, list::Seal};
use base::Currency;
use serde_json::{Map, Value, json};

/// Of names nobody asked for so many are told; a body of nothing else must not be answered in kind.
const UNKNOWN_MOST: usize = 20;

mod list;
mod money;
#[cfg(test)]
mod tests;
mod value;

pub use value::is_link;

/// Something read from a request.
pub trait Input: Sized {
    /// Takes the fields. In describe mode readers return placeholder values, so this must not
    /// panic on empty text, zero or a nil id, and must ask for the same fields whatever it reads.
    fn read(reader: &mut Reader) -> Self;
}

/// A form that changes what others may change too: it carries the version it was filled in against.
pub struct Edit<T> {
    /// That version; 0 where nothing was stored.
    pub version: i64,
    /// The form's other fields.
    pub input: T,
}
impl<T: Input> Input for Edit<T> {
    fn read(r: &mut Reader) -> Self {
        Self {
            version: r.integer("version", 0, i64::MAX),
            input: T::read(r),
        }
    }
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
    seal: Option<Seal>,
    noted: Vec<String>,
    literal: bool,
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
            seal: None,
            noted: vec![],
            literal: false,
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
            list::insert_pair(&mut fields, name, value);
        }
        Self::new(Mode::Text, String::new(), fields, currency).run()
    }

    /// Reads `T` from the pairs of a query. Cursors in it are those of the list at `path` under
    /// just the filters that were read, sealed by `key`. A browser's form sends what was left
    /// empty as nothing; to a program's query, which is `literal`, an empty number is no number.
    ///
    /// # Errors
    /// All faults at once.
    pub fn query<T: Input>(
        pairs: &[(String, String)],
        literal: bool,
        currency: Currency,
        key: &[u8],
        path: &str,
    ) -> Result<T, Vec<Fault>> {
        let mut fields = Map::new();
        for (name, value) in pairs {
            list::insert_pair(&mut fields, name, value);
        }
        let mut reader = Self::new(Mode::Text, String::new(), fields, currency);
        let seal = Seal::default();
        reader.seal = Some(seal.clone());
        reader.literal = literal;
        let value = T::read(&mut reader);
        seal.close(key, path, &reader.noted);
        reader.leftovers();
        if reader.faults.is_empty() {
            Ok(value)
        } else {
            Err(reader.faults)
        }
    }

    /// The seal of the list whose query is read here.
    pub(crate) fn seal(&self) -> Seal {
        self.seal.clone().unwrap_or_default()
    }

    /// Notes a filter that a list's cursors are bound to.
    fn note(&mut self, name: &str, value: impl std::fmt::Display) {
        if self.seal.is_some() && !matches!(name, "limit" | "cursor" | "page") {
            self.noted.push(format!("{name}={value}"));
        }
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
        let unknown = self
            .fields
            .keys()
            .filter(|name| !self.taken.contains(*name));
        for name in unknown.take(UNKNOWN_MOST) {
            self.faults.push(Fault::new(
                format!("{}/{}", self.path, escape(name)),
                "unknown_field",
            ));
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

    /// Whether the request names this list and says that nothing is in it. A form cannot: what it
    /// leaves empty is absent.
    #[must_use]
    pub fn is_empty_list(&self, name: &str) -> bool {
        let named = self.fields.get(name).and_then(Value::as_array);
        named.is_some_and(Vec::is_empty)
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

    /// Adds to what the API document says of a field that has been read: a pattern, a format, a
    /// description. The check itself stays with whoever reads the field.
    pub fn document(&mut self, name: &str, more: Value) {
        let known = self.properties.get_mut(name).and_then(Value::as_object_mut);
        if let (Some(known), Value::Object(more)) = (known, more) {
            known.extend(more);
        }
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
            (Mode::Text, Some(Value::String(s))) if !self.literal && s.trim().is_empty() => None,
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
            if !text.is_empty() {
                self.note(name, &text);
            }
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
}

fn escape(name: &str) -> String {
    let short: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
    short.replace('~', "~0").replace('/', "~1")
}
