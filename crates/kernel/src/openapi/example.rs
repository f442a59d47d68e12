//! Examples made of schemas, so that every operation of the document has one: each field once,
//! with a value that fits.

use serde_json::{Map, Value, json};

/// A value that fits `schema`; references are looked up among `schemas`.
pub(super) fn of(schema: &Value, schemas: &Map<String, Value>) -> Value {
    sample(schema, schemas, "", 0)
}

fn sample(schema: &Value, schemas: &Map<String, Value>, name: &str, depth: usize) -> Value {
    if depth > 8 {
        return Value::Null;
    }
    if let Some(example) = schema.get("example").or_else(|| schema.get("const")) {
        return example.clone();
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let known = reference
            .rsplit('/')
            .next()
            .and_then(|name| schemas.get(name));
        return known.map_or(Value::Null, |schema| {
            sample(schema, schemas, name, depth + 1)
        });
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        let first = schema[choice]
            .as_array()
            .and_then(|all| all.iter().find(|one| one["type"] != "null"));
        if let Some(first) = first {
            return sample(first, schemas, name, depth + 1);
        }
    }
    if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
        return first.clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.first().and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind {
        Some("object") => {
            let fields = schema["properties"].as_object().into_iter().flatten();
            let fields =
                fields.map(|(name, field)| (name.clone(), sample(field, schemas, name, depth + 1)));
            Value::Object(fields.collect())
        }
        Some("array") => json!([sample(&schema["items"], schemas, name, depth + 1)]),
        Some("boolean") => json!(true),
        Some("integer" | "number") => {
            let least = schema["minimum"].as_i64().unwrap_or(1);
            let usual = if name == "amount_minor" { 150_000 } else { 1 };
            json!(
                usual
                    .max(least)
                    .min(schema["maximum"].as_i64().unwrap_or(i64::MAX))
            )
        }
        Some("string") => text(schema, name),
        _ => Value::Null,
    }
}

fn text(schema: &Value, name: &str) -> Value {
    match (schema["format"].as_str(), name) {
        (Some("uuid"), _) => json!("0192f3a4-5b6c-7d8e-9f01-23456789abcd"),
        (Some("date-time"), _) => json!("2026-11-20T12:00:00Z"),
        (Some("date"), _) => json!("2026-11-20"),
        (Some("email"), _) => json!("ana@example.test"),
        (Some("uri"), _) => json!("https://example.test/"),
        (Some("password"), _) => json!("correct horse battery staple"),
        (_, "currency") => json!("USD"),
        (_, "locale") => json!("en"),
        (_, "country") => json!("PT"),
        (_, "time_zone") => json!("Europe/Lisbon"),
        (_, "slug") => json!("atelier"),
        _ => {
            let count = |limit: &str| schema[limit].as_u64().and_then(|n| usize::try_from(n).ok());
            let mut words = name.replace('_', " ");
            while words.chars().count() < count("minLength").unwrap_or(1) {
                words.push_str(" words");
            }
            let most = count("maxLength").unwrap_or(usize::MAX);
            json!(words.chars().take(most).collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_has_a_fitting_value() {
        let schemas = json!({"Money": {"type": "object", "properties": {
            "amount_minor": {"type": "integer", "minimum": 1}, "currency": {"type": "string"}}}});
        let schemas = schemas.as_object().cloned().unwrap_or_default();
        let schema = json!({"type": "object", "properties": {
            "title": {"type": "string", "minLength": 10, "maxLength": 12},
            "level": {"type": ["string", "null"], "enum": ["entry", "expert", null]},
            "budget": {"$ref": "#/components/schemas/Money"},
            "other": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Money"}]},
            "days": {"type": "integer", "minimum": 3, "maximum": 9},
            "ids": {"type": "array", "items": {"type": "string", "format": "uuid"}}}});
        let money = json!({"amount_minor": 150_000, "currency": "USD"});
        assert_eq!(
            of(&schema, &schemas),
            json!({"title": "title words", "level": "entry", "budget": money, "other": money,
                   "days": 3, "ids": ["0192f3a4-5b6c-7d8e-9f01-23456789abcd"]})
        );
    }
}
