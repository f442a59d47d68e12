//! The API document, OpenAPI 3.1, made from the route table that also routes and validates.

use crate::route::{Access, Idempotency, Kind, Meta};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

mod example;

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
    }
    // What is edited under a version is read with one.
    let versioned: HashSet<&str> = routes
        .iter()
        .filter(|m| m.kind == Kind::Api && m.if_match)
        .map(|m| m.path.as_str())
        .collect();
    for meta in routes.iter().filter(|m| m.kind == Kind::Api) {
        let has_version = meta.versioned
            || versioned.contains(meta.path.as_str())
            || meta.answer.as_ref().is_some_and(|answer| {
                let shown = schemas.get(&answer.name);
                !meta.is_list && shown.is_some_and(|s| s["properties"]["version"].is_object())
            });
        let described = operation(meta, has_version, &schemas);
        let entry = paths.entry(meta.path.clone()).or_insert_with(|| json!({}));
        if let Some(item) = entry.as_object_mut() {
            item.insert(meta.method.as_str().to_lowercase(), described);
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

fn operation(meta: &Meta, has_version: bool, schemas: &Map<String, Value>) -> Value {
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
        let needed = meta.query.as_ref().and_then(|q| q["required"].as_array());
        for (name, schema) in properties {
            let needed = needed.is_some_and(|all| all.iter().any(|one| one == name));
            let schema = if needed {
                not_null(schema)
            } else {
                or_left_empty(not_null(schema))
            };
            parameters
                .push(json!({"name": name, "in": "query", "required": needed, "schema": schema}));
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
        "responses": responses(meta, has_version, schemas),
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
        let empty = crate::extract::needs_none(&meta.method, body);
        content["example"] = match &meta.example {
            Some(example) => example.clone(),
            None => example::of(body, schemas),
        };
        operation["requestBody"] =
            json!({"required": !empty, "content": {"application/json": content}});
    }
    for (name, more) in meta
        .documented
        .iter()
        .filter_map(Value::as_object)
        .flatten()
    {
        match (operation[name].as_array_mut(), more.as_array()) {
            (Some(known), Some(more)) => known.extend(more.iter().cloned()),
            _ => operation[name] = more.clone(),
        }
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

fn responses(meta: &Meta, has_version: bool, schemas: &Map<String, Value>) -> Value {
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
            let example = if meta.is_list {
                json!({"data": [example::of(&reference, schemas)], "page":
                    {"next_cursor": null, "prev_cursor": null, "limit": 50, "total": 1, "total_is_estimate": false}})
            } else {
                json!({"data": example::of(&reference, schemas)})
            };
            json!({"description": "Success", "content": {"application/json": {"schema": schema, "example": example}}})
        }
        None if !meta.produces.is_empty() => {
            let content: Map<String, Value> = meta
                .produces
                .iter()
                .map(|media| ((*media).to_owned(), json!({"schema": {"type": "string"}})))
                .collect();
            json!({"description": "A file", "content": content})
        }
        None => json!({"description": "Success"}),
    };
    let mut success = success;
    success["headers"] = limit_headers(meta, has_version);
    all.insert(meta.status.to_string(), success);
    if has_version && meta.method == http::Method::GET {
        all.insert("304".to_owned(), json!({"description": "Not Modified"}));
    }
    for status in statuses(meta) {
        all.insert(
            status.to_string(),
            json!({"description": http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Refused"),
                   "x-codes": codes(meta, status),
                   "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}),
        );
    }
    Value::Object(all)
}

/// The statuses of an operation's refusals.
fn statuses(meta: &Meta) -> Vec<u16> {
    // 401 also where nobody must be signed in: an ended token is told.
    let mut statuses = vec![400, 401, 403, 404, 429, 431, 503, 504];
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
    statuses.extend(meta.codes.iter().map(|(status, _)| *status));
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

/// An example of an operation's body: the declared one, or one made of the schema.
#[must_use]
pub fn example(meta: &Meta) -> Option<Value> {
    let body = meta.body.as_ref()?;
    let empty = body["properties"].as_object().is_some_and(Map::is_empty);
    let made = || (!empty).then(|| example::of(body, &Map::new()));
    meta.example.clone().or_else(made)
}

/// Every code with which an operation refuses, each with its status: `409 in_progress`.
#[must_use]
pub fn own_codes(meta: &Meta) -> Vec<String> {
    let of = |status: u16| {
        let codes = codes(meta, status).into_iter();
        codes.map(move |code| format!("{status} {code}"))
    };
    statuses(meta).into_iter().flat_map(of).collect()
}

/// The codes that this operation refuses with: what holds for all its kind, then its own.
fn codes(meta: &Meta, status: u16) -> Vec<&'static str> {
    let takes_key = meta.idempotency != Idempotency::None;
    let member = matches!(meta.access, Access::Permission(_));
    let all: &[(bool, u16, &str)] = &[
        (true, 400, "malformed"),
        (meta.is_list, 400, "invalid_cursor"),
        (
            meta.idempotency == Idempotency::Required,
            400,
            "idempotency_key_required",
        ),
        (true, 401, "unauthenticated"),
        (member, 403, "forbidden"),
        (member, 403, "email_unverified"),
        (meta.method != http::Method::GET, 403, "csrf_failed"),
        (true, 404, "not_found"),
        (takes_key, 409, "in_progress"),
        (true, 409, "conflict"),
        (true, 412, "stale"),
        (true, 413, "payload_too_large"),
        (true, 415, "unsupported_media_type"),
        (true, 422, "invalid"),
        (takes_key, 422, "idempotency_mismatch"),
        (true, 428, "precondition_required"),
        (true, 429, "rate_limited"),
        (true, 431, "headers_too_large"),
        (true, 503, "service_unavailable"),
        (true, 503, "database_busy"),
        (true, 504, "request_timeout"),
    ];
    let usual = all
        .iter()
        .filter(|(holds, of, _)| *holds && *of == status)
        .map(|(_, _, code)| *code);
    let own = meta
        .codes
        .iter()
        .filter(|(of, _)| *of == status)
        .map(|(_, code)| *code);
    usual.chain(own).collect()
}

fn limit_headers(meta: &Meta, has_version: bool) -> Value {
    let mut headers = Map::new();
    if meta.rate != crate::Rate::Free {
        for (name, says) in [
            ("RateLimit-Limit", "Requests in a window"),
            ("RateLimit-Remaining", "Requests left in this window"),
            ("RateLimit-Reset", "Seconds until the window ends"),
        ] {
            headers.insert(
                name.to_owned(),
                json!({"description": says, "schema": {"type": "integer"}}),
            );
        }
    }
    if has_version {
        headers.insert(
            "ETag".to_owned(),
            json!({"description": "The version, for If-Match and If-None-Match", "schema": {"type": "string"}}),
        );
    }
    headers.insert(
        "X-Request-Id".to_owned(),
        json!({"description": "The id of this request in logs and audit", "schema": {"type": "string"}}),
    );
    Value::Object(headers)
}

/// The names in braces of a path.
pub fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// A form for reading sends its empty fields too, and they count as absent.
fn or_left_empty(mut schema: Value) -> Value {
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.push(json!(""));
    }
    if let Some(least) = schema.pointer_mut("/items/minLength") {
        *least = json!(0);
    }
    if let Some(shape) = schema["pattern"].as_str() {
        schema["pattern"] = format!("^$|{shape}").into();
    }
    schema
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
            "pointer": {"type": "string"}, "code": {"type": "string"}, "message": {"type": "string"}}}},
        "current": {"type": "object", "description": "412: the record as it is now, with its version"},
        "running_id": {"type": "string", "format": "uuid", "description": "409: what already runs and lets no second one begin"},
        "contract_id": {"type": "string", "format": "uuid", "description": "409: the contract or open offer that stands in the way"}}})
}

fn page_schema() -> Value {
    json!({"type": "object", "required": ["next_cursor", "prev_cursor", "limit", "total", "total_is_estimate"], "properties": {
        "next_cursor": {"type": ["string", "null"]}, "prev_cursor": {"type": ["string", "null"]}, "limit": {"type": "integer"},
        "total": {"type": ["integer", "null"]}, "total_is_estimate": {"type": "boolean"}}})
}
