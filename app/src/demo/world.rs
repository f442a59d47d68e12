//! The people of the demo world at work: their sign-ins, their calls, their clock.

use super::{PASSWORD, settle};
use anyhow::{Context, bail};
use axum::{Router, body::Body};
use http::{Method, Request, header};
use http_body_util::BodyExt;
use kernel::Kernel;
use serde_json::{Value, json};
use std::{collections::HashMap, sync::Arc};
use tower::ServiceExt;
use uuid::Uuid;

/// Those who live in the demo world, and the hour in which they do.
pub(super) struct World {
    kernel: Arc<Kernel>,
    router: Router,
    /// Who is signed in, and in which hour they were last here.
    tokens: HashMap<&'static str, (String, i64)>,
    /// How many hours before now it is.
    hours: i64,
}

impl World {
    pub fn new(kernel: Arc<Kernel>, router: Router, hours: i64) -> Self {
        Self {
            kernel,
            router,
            tokens: HashMap::new(),
            hours,
        }
    }

    /// Goes on to so many hours before now, never back, and lets follow what fell due meanwhile.
    pub async fn at(&mut self, hours: i64) -> anyhow::Result<()> {
        let hours = hours.clamp(0, self.hours);
        self.hours = hours;
        kernel::clock::set_back(hours * 3600);
        self.kernel.cache.sessions.invalidate_all();
        settle(&self.kernel).await
    }

    /// Some hours go by.
    pub async fn pass(&mut self, hours: i64) -> anyhow::Result<()> {
        self.at(self.hours - hours).await
    }

    /// One call to the API of the marketplace.
    pub async fn call(
        &mut self,
        who: &'static str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        // Who was away for ten days signs in again.
        let fresh = |(_, at): &(String, i64)| at - self.hours < 240;
        if !self.tokens.get(who).is_some_and(fresh) {
            let credentials = json!({"email": format!("{who}@demo.test"), "password": PASSWORD});
            let answer = self
                .send(
                    None,
                    Method::POST,
                    "/api/v1/auth/login",
                    &[],
                    Some(credentials),
                )
                .await?;
            let token = answer["data"]["access_token"]
                .as_str()
                .context("no token")?
                .to_owned();
            self.tokens.insert(who, (token, self.hours));
        }
        let path = format!("/api/v1/w/atelier{path}");
        let token = self.token(who);
        self.send(
            token,
            method,
            &path,
            &[(
                "idempotency-key",
                Uuid::from_u128(base::id::new().as_u128()).to_string(),
            )],
            body,
        )
        .await
    }

    /// The token of someone who is signed in.
    fn token(&mut self, who: &'static str) -> Option<String> {
        let (token, at) = self.tokens.get_mut(who)?;
        *at = self.hours;
        Some(token.clone())
    }

    /// One call as the holder of a token.
    pub async fn send(
        &self,
        token: Option<String>,
        method: Method,
        path: &str,
        headers: &[(&str, String)],
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        let mut request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header(header::HOST, "127.0.0.1");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(serde_json::to_vec(&body)?)
            }
            None => Body::empty(),
        };
        let answer = self.router.clone().oneshot(request.body(body)?).await?;
        let status = answer.status();
        let bytes = answer.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            bail!(
                "{method} {path} was refused with {status}: {}",
                String::from_utf8_lossy(&bytes)
            );
        }
        Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Posts, and gives what was made.
    pub async fn post(
        &mut self,
        who: &'static str,
        path: &str,
        body: Value,
    ) -> anyhow::Result<Value> {
        Ok(self.call(who, Method::POST, path, Some(body)).await?["data"].take())
    }

    /// Edits what is read at the same place, under its version.
    pub async fn patch(
        &mut self,
        who: &'static str,
        path: &str,
        changes: Value,
    ) -> anyhow::Result<()> {
        let now = self.call(who, Method::GET, path, None).await?;
        let version = now["data"]["version"].as_i64().context("a version")?;
        let token = self.token(who);
        let path = format!("/api/v1/w/atelier{path}");
        let seen = [("if-match", format!("\"{version}\""))];
        self.send(token, Method::PATCH, &path, &seen, Some(changes))
            .await?;
        Ok(())
    }

    /// What the provider's hosted field gives for a card or bank account.
    async fn at_provider(&self, path: &str, typed: Value) -> anyhow::Result<Value> {
        let provider = self.kernel.provider()?;
        let address = format!("{}{path}", provider.url);
        let answer = self.kernel.http.post(address).json(&typed).send().await?;
        Ok(answer.json::<Value>().await?["id"].take())
    }

    /// Attaches a card that works.
    pub async fn card(&mut self, who: &'static str) -> anyhow::Result<()> {
        let card =
            json!({"number": "4242424242424242", "exp_month": 12, "exp_year": 2031, "cvc": "123"});
        let token = self.at_provider("/v1/payment_methods", card).await?;
        self.post(who, "/payment-methods", json!({"provider_token": token}))
            .await?;
        Ok(())
    }

    /// Adds a bank account; gives its id.
    pub async fn bank(&mut self, who: &'static str, holder: &str) -> anyhow::Result<String> {
        let account = json!({"account_number": "000123456789", "holder": holder, "country": "US", "currency": "USD"});
        let token = self.at_provider("/v1/destinations", account).await?;
        let path = "/destinations";
        id_of(
            &self
                .post(who, path, json!({"provider_token": token}))
                .await?,
        )
    }
}

/// A sum in dollars.
pub(super) fn usd(minor: i64) -> Value {
    json!({"amount_minor": minor, "currency": "USD"})
}

/// The id of what an answer holds.
pub(super) fn id_of(value: &Value) -> anyhow::Result<String> {
    Ok(value["id"]
        .as_str()
        .context("an answer without an id")?
        .to_owned())
}
