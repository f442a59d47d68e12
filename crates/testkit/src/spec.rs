//! The served API document, as a checker from outside reads it.

use crate::cluster::scratch;
use serde_json::{Map, Value, json};
use std::{fs, path::Path, time::UNIX_EPOCH};

/// One operation of the document.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `noun.verb`.
    pub id: String,
    /// Method in capitals.
    pub method: String,
    /// Path with `{names}`.
    pub path: String,
    /// The operation's object.
    pub raw: Value,
    /// The schema of its JSON body, if it takes one.
    pub body: Option<Value>,
}

impl Operation {
    /// `public`, `signed_in`, or a permission.
    #[must_use]
    pub fn permission(&self) -> &str {
        self.raw["x-permission"].as_str().unwrap_or("")
    }
    /// `required`, `accepted`, `none`.
    #[must_use]
    pub fn idempotency(&self) -> &str {
        self.raw["x-idempotency"].as_str().unwrap_or("none")
    }
    /// Whether an edit must name the version it was made against.
    #[must_use]
    pub fn needs_version(&self) -> bool {
        self.raw["parameters"]
            .as_array()
            .is_some_and(|all| all.iter().any(|p| p["name"] == "If-Match"))
    }
    /// The name of the id in its path besides the workspace's.
    #[must_use]
    pub fn id_name(&self) -> Option<&str> {
        self.path
            .split('/')
            .filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'))
            .find(|n| *n != "workspace")
    }
    /// Whether it takes a file.
    #[must_use]
    pub fn is_upload(&self) -> bool {
        self.raw["requestBody"]["content"]
            .get("multipart/form-data")
            .is_some()
    }
    /// Its path with the names filled in.
    #[must_use]
    pub fn at(&self, workspace: &str, id: &str) -> String {
        let parts = self.path.split('/').map(|part| match part {
            "{workspace}" => workspace,
            // The one id that is a number.
            "{version}" if id.contains('-') => "1",
            part if part.starts_with('{') => id,
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// The document.
#[derive(Debug)]
pub struct Spec {
    /// As it was served.
    pub document: Value,
    /// Every operation.
    pub operations: Vec<Operation>,
}

impl Spec {
    /// Reads the document of a running server.
    ///
    /// # Panics
    /// When it is not served.
    pub async fn fetch(url: &str) -> Self {
        let answer = crate::api::client()
            .get(format!("{url}/api/v1/openapi.json"))
            .send()
            .await
            .expect("the document");
        assert_eq!(answer.status(), 200, "the API document");
        Self::read(answer.json().await.expect("the document is JSON"))
    }

    /// The document that this program serves, read from the server the first time and from a file of
    /// the build after that: to make and to read it anew costs each test most of a second.
    ///
    /// # Panics
    /// When it is not served.
    pub async fn of(bin: &Path, url: &str) -> Self {
        let built = fs::metadata(bin).expect("the program");
        let at = built.modified().expect("when it was built");
        let at = at.duration_since(UNIX_EPOCH).expect("a time").as_nanos();
        let kept = scratch(bin).join(format!("test-data/api-{at}-{}.json", built.len()));
        if let Ok(text) = fs::read(&kept) {
            return Self::read(serde_json::from_slice(&text).expect("JSON"));
        }
        let spec = Self::fetch(url).await;
        // Whole or not at all: another test may be reading.
        let part = kept.with_extension(std::process::id().to_string());
        fs::create_dir_all(kept.parent().expect("a folder")).expect("a folder");
        fs::write(&part, spec.document.to_string()).expect("the document is kept");
        fs::rename(&part, &kept).expect("the document is kept");
        spec
    }

    /// Takes the document apart.
    #[must_use]
    pub fn read(document: Value) -> Self {
        let mut operations = vec![];
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, raw) in item.as_object().into_iter().flatten() {
                let body = raw["requestBody"]["content"]["application/json"]
                    .get("schema")
                    .map(|s| resolve(&document, s));
                operations.push(Operation {
                    id: raw["operationId"].as_str().unwrap_or_default().to_owned(),
                    method: method.to_uppercase(),
                    path: path.clone(),
                    body,
                    raw: raw.clone(),
                });
            }
        }
        Self {
            document,
            operations,
        }
    }

    /// The operation of this name.
    ///
    /// # Panics
    /// When there is none: the names are part of the product.
    #[must_use]
    pub fn find(&self, id: &str) -> &Operation {
        self.operations
            .iter()
            .find(|o| o.id == id)
            .unwrap_or_else(|| {
                let known: Vec<_> = self.operations.iter().map(|o| o.id.as_str()).collect();
                panic!("no operation {id} among {known:?}")
            })
    }

    /// A body that fits the operation: its example, else something made from its schema.
    #[must_use]
    pub fn body(&self, operation: &Operation) -> Value {
        let media = &operation.raw["requestBody"]["content"]["application/json"];
        match (media.get("example"), &operation.body) {
            (Some(example), _) => example.clone(),
            (None, Some(schema)) => fitting(schema),
            (None, None) => json!({}),
        }
    }

    /// The same with some fields set.
    ///
    /// # Panics
    /// When the operation does not know such a field.
    #[must_use]
    pub fn body_with(&self, id: &str, fields: Value) -> Value {
        let operation = self.find(id);
        let mut body = self.body(operation);
        let known = operation
            .body
            .as_ref()
            .and_then(|s| s["properties"].as_object())
            .cloned()
            .unwrap_or_default();
        for (name, value) in fields.as_object().cloned().unwrap_or_default() {
            assert!(
                known.contains_key(&name),
                "{id} has no field {name}, only {:?}",
                known.keys().collect::<Vec<_>>()
            );
            if value.is_null() {
                body.as_object_mut().expect("an object").remove(&name);
            } else {
                body[name] = value;
            }
        }
        body
    }
}

/// A schema with its references replaced by what they name.
fn resolve(document: &Value, schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let target = document
                    .pointer(reference.trim_start_matches('#'))
                    .cloned()
                    .unwrap_or_default();
                return resolve(document, &target);
            }
            Value::Object(
                fields
                    .iter()
                    .map(|(k, v)| (k.clone(), resolve(document, v)))
                    .collect(),
            )
        }
        Value::Array(items) => items.iter().map(|i| resolve(document, i)).collect(),
        other => other.clone(),
    }
}

/// The type a schema demands, `null` aside.
#[must_use]
pub fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|k| *k != "null")
            .unwrap_or(""),
        _ => "",
    }
}

/// The smallest value that fits a schema.
#[must_use]
pub fn fitting(schema: &Value) -> Value {
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    if let Some(choice) = schema["enum"]
        .as_array()
        .and_then(|c| c.iter().find(|v| !v.is_null()))
    {
        return choice.clone();
    }
    match kind(schema) {
        "string" => string(schema),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        "boolean" => json!(true),
        "array" => {
            let least = schema["minItems"].as_u64().unwrap_or(0);
            (0..least).map(|_| fitting(&schema["items"])).collect()
        }
        "object" => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let fields = required
                .iter()
                .filter_map(Value::as_str)
                .map(|n| (n.to_owned(), fitting(&schema["properties"][n])));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        _ => Value::Null,
    }
}

fn string(schema: &Value) -> Value {
    match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("uuid"), _) => json!(crate::unique()),
        (Some("email"), _) => json!("someone@example.test"),
        (Some("uri"), _) => json!("https://example.test/"),
        (Some("date"), _) => json!("2026-11-20"),
        (Some("date-time"), _) => json!("2026-11-20T10:00:00Z"),
        (_, Some("^[A-Z]{3}$")) => json!("USD"),
        (_, Some("^[A-Z]{2}$")) => json!("DE"),
        _ => {
            let length = usize::try_from(schema["minLength"].as_u64().unwrap_or(1))
                .unwrap_or(1)
                .max(1);
            json!(
                "words "
                    .repeat(length.div_ceil(6))
                    .chars()
                    .take(length)
                    .collect::<String>()
            )
        }
    }
}
