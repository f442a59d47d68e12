//! A client of the JSON API and of what is under `/test`.

use crate::{Spec, spec::Operation, unique};
use http::HeaderMap;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// A client without proxies, cookies or redirects.
///
/// # Panics
/// Never.
#[must_use]
pub fn client() -> reqwest::Client {
    crate::crypto();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(120))
        .build()
        .expect("a client")
}

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as JSON; null when it is not JSON.
    pub body: Value,
    /// The body as text.
    pub text: String,
    /// What was asked, for messages.
    pub asked: String,
}

impl Answer {
    /// The `data` of a success.
    ///
    /// # Panics
    /// When it is a refusal.
    #[must_use]
    pub fn ok(self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{}: {} {}",
            self.asked,
            self.status,
            self.text
        );
        self.body.get("data").cloned().unwrap_or(self.body)
    }
    /// The code of a refusal with this status.
    ///
    /// # Panics
    /// When the answer is another one.
    #[must_use]
    pub fn refused(self, status: u16) -> String {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text);
        self.code().to_owned()
    }
    /// The code of a problem, or nothing.
    #[must_use]
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("")
    }
    /// Pointers of a problem's errors.
    #[must_use]
    pub fn pointers(&self) -> Vec<&str> {
        self.body["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|e| e["pointer"].as_str())
            .collect()
    }
    /// The body without what differs between two equal answers: ids and times.
    #[must_use]
    pub fn essence(&self) -> (u16, Value) {
        let mut body = self.body.clone();
        if let Some(fields) = body.as_object_mut() {
            fields.remove("request_id");
            fields.remove("timestamp");
        }
        (self.status, body)
    }
    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .unwrap_or("")
    }
}

async fn read(answer: reqwest::Response, asked: String) -> reqwest::Result<Answer> {
    let status = answer.status().as_u16();
    let headers = answer.headers().clone();
    let text = answer.text().await?;
    let body = serde_json::from_str(&text).unwrap_or_default();
    Ok(Answer {
        status,
        headers,
        body,
        text,
        asked,
    })
}

/// An API client, signed in or not. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    /// The HTTP client.
    pub http: reqwest::Client,
    /// Address of the server.
    pub url: String,
    /// Slug of the workspace in which it works.
    pub workspace: String,
    /// The API document.
    pub spec: Arc<Spec>,
    /// Its bearer token, when signed in.
    pub token: Option<String>,
}

impl Api {
    /// A client that is not signed in.
    #[must_use]
    pub fn new(url: &str, workspace: &str, spec: Arc<Spec>) -> Self {
        Self {
            http: client(),
            url: url.to_owned(),
            workspace: workspace.to_owned(),
            spec,
            token: None,
        }
    }

    /// The same in another workspace.
    #[must_use]
    pub fn in_workspace(&self, slug: &str) -> Self {
        Self {
            workspace: slug.to_owned(),
            ..self.clone()
        }
    }

    /// The same at another process.
    #[must_use]
    pub fn at(&self, url: &str) -> Self {
        Self {
            url: url.to_owned(),
            ..self.clone()
        }
    }

    /// Signs in.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn login(&mut self, email: &str, password: &str) {
        // An ended token would be refused, also here.
        self.token = None;
        let answer = self
            .post(
                "/api/v1/auth/login",
                &json!({"email": email, "password": password}),
            )
            .await
            .ok();
        self.token = Some(answer["access_token"].as_str().expect("a token").to_owned());
    }

    /// Signs in by the page, as a browser does, and gives the session's cookie (`name=value`).
    ///
    /// # Panics
    /// When it is refused.
    pub async fn cookie(&self, email: &str, password: &str) -> String {
        let answer = self
            .form("/login", &[("email", email), ("password", password)], "")
            .await;
        assert_eq!(answer.status, 303, "{email} signs in: {}", answer.text);
        let cookies = answer
            .headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|v| v.to_str().ok());
        let session = cookies
            .filter_map(|c| c.split(';').next())
            .find(|c| c.starts_with("__Host-guildhall="));
        session.expect("a session's cookie").to_owned()
    }

    /// Sends a form as our own page does, with this cookie (or none when empty).
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)], cookie: &str) -> Answer {
        let mut request = self
            .http
            .post(format!("{}{path}", self.url))
            .header("origin", &self.url)
            .header("accept", "text/html")
            .form(fields);
        if !cookie.is_empty() {
            request = request.header("cookie", cookie);
        }
        let answer = request
            .send()
            .await
            .unwrap_or_else(|e| panic!("{path}: {e:?}"));
        read(answer, format!("POST {path}"))
            .await
            .unwrap_or_else(|e| panic!("{path}: {e:?}"))
    }

    /// Sends a form with a file (named `files`), as our own page does without scripts.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn form_with_file(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: Option<(&str, &[u8])>,
        cookie: &str,
    ) -> Answer {
        let mut form = reqwest::multipart::Form::new();
        for (name, value) in fields {
            form = form.text((*name).to_owned(), (*value).to_owned());
        }
        // A file field that was left empty is sent too.
        let (name, bytes) = file.unwrap_or_default();
        let part = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .header("origin", &self.url)
            .header("accept", "text/html")
            .header("cookie", cookie)
            .multipart(form.part("files", part));
        let answer = request
            .send()
            .await
            .unwrap_or_else(|e| panic!("{path}: {e:?}"));
        read(answer, format!("POST {path}"))
            .await
            .unwrap_or_else(|e| panic!("{path}: {e:?}"))
    }

    /// Reads a page with this cookie (or none when empty).
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn page(&self, path: &str, cookie: &str) -> Answer {
        let mut request = self
            .http
            .get(format!("{}{path}", self.url))
            .header("accept", "text/html");
        if !cookie.is_empty() {
            request = request.header("cookie", cookie);
        }
        let answer = request
            .send()
            .await
            .unwrap_or_else(|e| panic!("{path}: {e:?}"));
        read(answer, format!("GET {path}"))
            .await
            .unwrap_or_else(|e| panic!("{path}: {e:?}"))
    }

    /// Sends anything. `body` null means none.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.try_send(method, path, body, headers)
            .await
            .unwrap_or_else(|e| panic!("{method} {path}: {e:?}"))
    }

    /// Sends anything, to a server that may be killed.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn try_send(
        &self,
        method: &str,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> reqwest::Result<Answer> {
        let method: http::Method = method.parse().expect("a method");
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        read(request.send().await?, format!("{method} {path}")).await
    }

    /// Reads a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &Value::Null, &[]).await
    }
    /// Posts JSON with a fresh idempotency key.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, body, &[("idempotency-key", &unique())])
            .await
    }

    /// Calls an operation by name: `call("milestone.fund", id, json!({}))`, with a fresh key and,
    /// for edits, the present version. `body` null means none.
    pub async fn call(&self, operation: &str, id: &str, body: Value) -> Answer {
        self.call_with_key(operation, id, body, &unique()).await
    }

    /// The same with a chosen idempotency key.
    pub async fn call_with_key(&self, operation: &str, id: &str, body: Value, key: &str) -> Answer {
        self.try_call(operation, id, body, key)
            .await
            .unwrap_or_else(|e| panic!("{operation} {id}: {e:?}"))
    }

    /// The same to a server that may be killed.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn try_call(
        &self,
        operation: &str,
        id: &str,
        body: Value,
        key: &str,
    ) -> reqwest::Result<Answer> {
        let operation = self.spec.find(operation).clone();
        let mut headers: Vec<(&str, String)> = vec![];
        if operation.idempotency() != "none" {
            headers.push(("idempotency-key", key.to_owned()));
        }
        if operation.needs_version() {
            headers.push(("if-match", self.version(&operation, id).await));
        }
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let body = if body.is_null() && operation.body.is_some() {
            json!({})
        } else {
            body
        };
        self.try_send(
            &operation.method,
            &operation.at(&self.workspace, id),
            &body,
            &headers,
        )
        .await
    }

    async fn version(&self, operation: &Operation, id: &str) -> String {
        let of = |path: &str| {
            let mut all = self.spec.operations.iter();
            all.find(|o| o.method == "GET" && o.path == path)
        };
        // A part of a record (the roles of a member) has the version of the record.
        let whole = operation
            .path
            .rsplit_once('/')
            .map_or("", |(whole, _)| whole);
        let show = of(&operation.path).or_else(|| of(whole));
        let path = show
            .unwrap_or_else(|| panic!("{} has a page to read its version from", operation.id))
            .at(&self.workspace, id);
        self.get(&path).await.header("etag").to_owned()
    }

    /// Reads all pages of a list operation.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn list(&self, operation: &str, id: &str) -> Vec<Value> {
        let path = self.spec.find(operation).at(&self.workspace, id);
        let mut rows = vec![];
        let mut cursor = String::new();
        loop {
            let answer = self.get(&format!("{path}?limit=100{cursor}")).await;
            assert_eq!(answer.status, 200, "{operation}: {}", answer.text);
            rows.extend(answer.body["data"].as_array().cloned().unwrap_or_default());
            match answer.body["page"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return rows,
            }
        }
    }

    /// Multiplies all rate limits so that tests do not meet them.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn raise_limits(&self) {
        let _ = self
            .send("POST", "/test/limits", &json!({"factor": 1_000_000}), &[])
            .await
            .ok();
    }
    /// Waits until nothing is left to deliver: outbox, due jobs, the provider's events.
    ///
    /// # Panics
    /// When something is dead.
    pub async fn settle(&self) {
        let settled = self
            .send("POST", "/test/settle", &Value::Null, &[])
            .await
            .ok();
        assert_eq!(settled["dead"], 0, "dead deliveries or jobs: {settled}");
    }
    /// Moves the business clock.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn advance(&self, seconds: i64) {
        let _ = self
            .send(
                "POST",
                "/test/clock",
                &json!({"advance_seconds": seconds}),
                &[],
            )
            .await
            .ok();
    }
    /// The business time, RFC 3339.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn now(&self) -> String {
        self.get("/test/clock").await.ok()["now"]
            .as_str()
            .expect("now")
            .to_owned()
    }
    /// Mails to an address, newest first.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn mails(&self, to: &str) -> Vec<Value> {
        let query = to.replace('+', "%2B").replace('@', "%40");
        self.get(&format!("/test/mail?to={query}"))
            .await
            .ok()
            .as_array()
            .cloned()
            .unwrap_or_default()
    }
    /// Tells the provider what to do with the next calls of the fitting kind.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn provider_next(&self, next: &str, count: u32) {
        let _ = self
            .send(
                "POST",
                "/test/provider",
                &json!({"next": next, "count": count}),
                &[],
            )
            .await
            .ok();
    }
    /// The provider's address.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn provider(&self) -> String {
        self.get("/test/provider").await.ok()["url"]
            .as_str()
            .expect("an address")
            .to_owned()
    }
    /// A payment method at the provider for a card number: `pm_…`.
    ///
    /// # Panics
    /// When the provider refuses it.
    pub async fn card(&self, number: &str) -> String {
        let cvc = if number.starts_with("37") {
            "1234"
        } else {
            "123"
        };
        self.at_provider(
            "/v1/payment_methods",
            json!({"number": number, "exp_month": 12, "exp_year": 2099, "cvc": cvc}),
        )
        .await
    }
    /// A bank account at the provider: `dst_…`.
    ///
    /// # Panics
    /// When the provider refuses it.
    pub async fn bank(&self, number: &str, currency: &str) -> String {
        self.at_provider("/v1/destinations", json!({"account_number": number, "holder": "Frida", "country": "US", "currency": currency})).await
    }
    async fn at_provider(&self, path: &str, body: Value) -> String {
        let url = format!("{}{path}", self.provider().await);
        let answer = self
            .http
            .post(url)
            .json(&body)
            .send()
            .await
            .expect("the provider answers");
        let status = answer.status();
        let body: Value = answer.json().await.expect("JSON");
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().expect("an id").to_owned()
    }
}
