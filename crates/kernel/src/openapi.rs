//! The API document, OpenAPI 3.1, made from the route table that also routes and validates.

use crate::route::{Access, Idempotency, Kind, Meta};
use serde_json::{Map, Value, json};

/// The document of all API routes.
#[must_use]
pub fn document(routes: &[&'static Meta], base_url: &str) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas: Map<String, Value> = Map::new();
    schemas.insert("Problem".to_owned(), problem_schema());
    schemas.insert("Page".to_owned(), page_schema());
    for meta in routes.iter().filter(|m| m.kind == Kind::Api) {
        if let Some(answer) = &meta.answer {
            for (name, schema) in answer
                .others
                .iter()
                .map(|(n, s)| (n, s))
                .chain([(&answer.name, &answer.schema)])
            {
                schemas
                    .entry(name.clone())
                    .or_insert_with(|| serde_json::to_value(schema).unwrap_or_default());
            }
        }
        let entry = paths.entry(meta.path.clone()).or_insert_with(|| json!({}));
        if let Some(item) = entry.as_object_mut() {
            item.insert(meta.method.as_str().to_lowercase(), operation(meta));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {"title": "Guildhall", "version": env!("CARGO_PKG_VERSION"), "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "servers": [{"url": base_url}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    })
}

fn operation(meta: &Meta) -> Value {
    let mut parameters: Vec<Value> = path_names(&meta.path)
        .map(|name| {
            let schema = if name == "workspace" {
                json!({"type": "string", "pattern": "^[a-z][a-z0-9-]{1,38}[a-z0-9]$"})
            } else {
                json!({"type": "string", "format": "uuid"})
            };
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        })
        .collect();
    if let Some(properties) = meta
        .query
        .as_ref()
        .and_then(|q| q["properties"].as_object())
    {
        for (name, schema) in properties {
            parameters.push(
                json!({"name": name, "in": "query", "required": false, "schema": not_null(schema)}),
            );
        }
    }
    if meta.idempotency != Idempotency::None {
        parameters.push(json!({"name": "Idempotency-Key", "in": "header", "required": meta.idempotency == Idempotency::Required,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}}));
    }
    if meta.if_match {
        parameters.push(json!({"name": "If-Match", "in": "header", "required": true, "schema": {"type": "string", "pattern": "^\"[0-9]{1,18}\"$"}}));
    }
    let mut operation = json!({
        "operationId": meta.operation,
        "summary": summary(meta.operation),
        "tags": [meta.operation.split('.').next().unwrap_or("")],
        "parameters": parameters,
        "responses": responses(meta),
        "x-permission": match meta.access { Access::Public => "public", Access::SignedIn => "signed_in", Access::Permission(p) => p },
        "x-rate-class": meta.rate.name(),
        "x-idempotency": match meta.idempotency { Idempotency::Required => "required", Idempotency::Accepted => "accepted", Idempotency::None => "none" },
    });
    if meta.access == Access::Public {
        operation["security"] = json!([]);
    }
    if meta.upload {
        operation["requestBody"] = json!({"required": true, "content": {"multipart/form-data": {"schema": {"type": "object", "required": ["file"],
            "properties": {"file": {"type": "string", "format": "binary"}}}}}});
    } else if let Some(body) = &meta.body {
        let mut content = json!({"schema": body});
        if let Some(example) = &meta.example {
            content["example"] = example.clone();
        }
        let empty = body["properties"].as_object().is_some_and(Map::is_empty);
        operation["requestBody"] =
            json!({"required": !empty, "content": {"application/json": content}});
    }
    operation
}

fn summary(operation: &str) -> String {
    let (noun, verb) = operation.split_once('.').unwrap_or((operation, ""));
    let mut words = format!("{} {}", verb.replace('_', " "), noun.replace('_', " "));
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    words
}

fn responses(meta: &Meta) -> Value {
    let mut all = Map::new();
    let success = match &meta.answer {
        Some(answer) => {
            let reference = json!({"$ref": format!("#/components/schemas/{}", answer.name)});
            let schema = if meta.is_list {
                json!({"type": "object", "required": ["data", "page"], "properties": {
                    "data": {"type": "array", "items": reference}, "page": {"$ref": "#/components/schemas/Page"}}})
            } else {
                json!({"type": "object", "required": ["data"], "properties": {"data": reference}})
            };
            json!({"description": "Success", "content": {"application/json": {"schema": schema}}})
        }
        None => json!({"description": "Success"}),
    };
    all.insert(meta.status.to_string(), success);
    let mut statuses = vec![400, 403, 404, 429, 503, 504];
    if meta.access != Access::Public {
        statuses.push(401);
    }
    if meta.body.is_some() || meta.query.is_some() || meta.idempotency != Idempotency::None {
        statuses.push(422);
    }
    if meta.body.is_some() || meta.upload {
        statuses.extend([413, 415]);
    }
    if meta.method != http::Method::GET {
        statuses.push(409);
    }
    if meta.if_match {
        statuses.extend([412, 428]);
    }
    statuses.extend(meta.refusals);
    statuses.sort_unstable();
    statuses.dedup();
    for status in statuses {
        all.insert(
            status.to_string(),
            json!({"description": http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Refused"),
                   "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}),
        );
    }
    Value::Object(all)
}

/// The names in braces of a path.
pub fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn not_null(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(kind) = schema["type"]
        .as_array()
        .and_then(|kinds| kinds.first().cloned())
    {
        schema["type"] = kind;
    }
    if let Some(Value::Array(choices)) = schema.get_mut("enum") {
        choices.retain(|c| !c.is_null());
    }
    schema
}

fn problem_schema() -> Value {
    json!({"type": "object", "required": ["type", "title", "status", "code", "detail", "request_id", "timestamp", "retryable"], "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "code": {"type": "string"},
        "detail": {"type": "string"}, "request_id": {"type": "string"}, "timestamp": {"type": "string", "format": "date-time"},
        "retryable": {"type": "boolean"},
        "errors": {"type": "array", "items": {"type": "object", "required": ["pointer", "code", "message"], "properties": {
            "pointer": {"type": "string"}, "code": {"type": "string"}, "message": {"type": "string"}}}}}})
}

fn page_schema() -> Value {
    json!({"type": "object", "required": ["next_cursor", "prev_cursor", "limit", "total", "total_is_estimate"], "properties": {
        "next_cursor": {"type": ["string", "null"]}, "prev_cursor": {"type": ["string", "null"]}, "limit": {"type": "integer"},
        "total": {"type": ["integer", "null"]}, "total_is_estimate": {"type": "boolean"}}})
}
