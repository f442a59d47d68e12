//! The simulator's HTTP face behind the port.

use super::{
    CallError, Called, Charge, DestinationDetails, DisputeFact, MethodDetails, NewCharge,
    PayoutFact, Provider, RefundFact, breaker,
};
use kernel::{BoxFuture, Kernel, Result};
use reqwest::Method;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// A payer waits for the answer, so a call is given up after this.
const DEADLINE: Duration = Duration::from_secs(10);

/// A client of the simulator.
pub(crate) struct Simulator {
    http: reqwest::Client,
    url: String,
    bearer: String,
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

/// One page of the provider's list of events.
#[derive(Deserialize)]
pub(crate) struct Events {
    pub data: Vec<Value>,
    pub has_more: bool,
    pub next_after: i64,
}

impl Simulator {
    /// A client of the configured provider.
    pub fn new(kernel: &Kernel) -> Result<Self> {
        let provider = kernel.provider()?;
        let bearer = String::from_utf8_lossy(&provider.secret.0).into_owned();
        Ok(Self {
            http: kernel.http.clone(),
            url: provider.url.clone(),
            bearer,
        })
    }

    /// One call. Only what was never sent, or was refused with a client error, is certain.
    pub async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<Value>,
    ) -> Called<T> {
        self.call_within(DEADLINE, method, path, key, body).await
    }

    /// One call with another deadline.
    pub async fn call_within<T: DeserializeOwned>(
        &self,
        deadline: Duration,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<Value>,
    ) -> Called<T> {
        if !breaker::admits(&self.url) {
            return Err(CallError::Unreachable);
        }
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.bearer)
            .timeout(deadline);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(parent) = kernel::edge::traceparent() {
            request = request.header("traceparent", parent);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) => {
                breaker::note(&self.url, false);
                // The address is dropped: it may name one of our ids.
                let (sent, late) = (!error.is_connect(), error.is_timeout());
                tracing::warn!(key = "provider.failed", sent, error = %error.without_url());
                return Err(match (sent, late) {
                    (false, _) => CallError::Unreachable,
                    (true, true) => CallError::TimedOut,
                    (true, false) => CallError::Unsure,
                });
            }
        };
        let status = answer.status();
        breaker::note(&self.url, !status.is_server_error());
        if status.is_success() {
            return answer.json().await.map_err(|error| {
                tracing::error!(key = "provider.unreadable", error = %error.without_url());
                CallError::Unsure
            });
        }
        // Too late, too early, too often: no word on the matter itself.
        if status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429) {
            return Err(CallError::Unsure);
        }
        if status.as_u16() == 404 {
            return Err(CallError::Unknown);
        }
        let body: Value = answer.json().await.unwrap_or_default();
        let code = body["error"]["code"]
            .as_str()
            .unwrap_or("refused")
            .to_owned();
        match (status.as_u16(), code.as_str()) {
            // Our own secret or key is wrong: nothing to tell the payer, something to mend here.
            (401, _) | (_, "idempotency_conflict") => {
                tracing::error!(key = "provider.misconfigured", code);
                Err(CallError::Unsure)
            }
            _ => Err(CallError::Refused(code)),
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> Called<T> {
        self.call(Method::GET, path, None, None).await
    }

    async fn first<T: DeserializeOwned>(&self, path: &str) -> Called<Option<T>> {
        let list: List<T> = self.get(path).await?;
        Ok(list.data.into_iter().next())
    }
}

/// A reference may stand in a path only when it is one: no slashes, no dots.
fn safe(token: &str) -> Called<&str> {
    if !token.is_empty()
        && token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_')
    {
        Ok(token)
    } else {
        Err(CallError::Unknown)
    }
}

impl Provider for Simulator {
    fn charge<'a>(&'a self, new: &'a NewCharge) -> BoxFuture<'a, Called<Charge>> {
        Box::pin(async move {
            let body = json!({"reference": new.payment_id, "payment_method": new.method_token, "amount_minor": new.amount_minor,
                "currency": new.currency, "return_url": new.return_url, "locale": new.locale});
            self.call(
                Method::POST,
                "/v1/payments",
                Some(&new.payment_id.to_string()),
                Some(body),
            )
            .await
        })
    }
    fn find_charge(&self, payment: Uuid) -> BoxFuture<'_, Called<Option<Charge>>> {
        Box::pin(async move {
            self.first(&format!("/v1/payments?reference={payment}"))
                .await
        })
    }
    fn method<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Called<MethodDetails>> {
        Box::pin(async move {
            self.get(&format!("/v1/payment_methods/{}", safe(token)?))
                .await
        })
    }
    fn attach<'a>(&'a self, token: &'a str, member: Uuid) -> BoxFuture<'a, Called<()>> {
        Box::pin(async move {
            let path = format!("/v1/payment_methods/{}/attach", safe(token)?);
            self.call::<Value>(Method::POST, &path, None, Some(json!({"customer": member})))
                .await
                .map(drop)
        })
    }
    fn detach<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Called<()>> {
        Box::pin(async move {
            let path = format!("/v1/payment_methods/{}/detach", safe(token)?);
            self.call::<Value>(Method::POST, &path, None, Some(json!({})))
                .await
                .map(drop)
        })
    }
    fn refund<'a>(
        &'a self,
        refund: Uuid,
        attempt: i32,
        charge: &'a str,
        amount_minor: i64,
    ) -> BoxFuture<'a, Called<RefundFact>> {
        Box::pin(async move {
            let body =
                json!({"reference": refund, "payment": charge, "amount_minor": amount_minor});
            self.call(
                Method::POST,
                "/v1/refunds",
                Some(&format!("{refund}-{attempt}")),
                Some(body),
            )
            .await
        })
    }
    fn find_refunds(&self, refund: Uuid) -> BoxFuture<'_, Called<Vec<RefundFact>>> {
        Box::pin(async move {
            let list: List<RefundFact> =
                self.get(&format!("/v1/refunds?reference={refund}")).await?;
            Ok(list.data)
        })
    }
    fn destination<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Called<DestinationDetails>> {
        Box::pin(async move {
            self.get(&format!("/v1/destinations/{}", safe(token)?))
                .await
        })
    }
    fn payout<'a>(
        &'a self,
        payout: Uuid,
        destination: &'a str,
        amount_minor: i64,
        currency: &'a str,
        instant: bool,
    ) -> BoxFuture<'a, Called<PayoutFact>> {
        Box::pin(async move {
            let mut body = json!({"reference": payout, "destination": destination, "amount_minor": amount_minor, "currency": currency});
            if instant {
                body["speed"] = json!("instant");
            }
            self.call(
                Method::POST,
                "/v1/payouts",
                Some(&payout.to_string()),
                Some(body),
            )
            .await
        })
    }
    fn find_payout(&self, payout: Uuid) -> BoxFuture<'_, Called<Option<PayoutFact>>> {
        Box::pin(async move { self.first(&format!("/v1/payouts?reference={payout}")).await })
    }
    fn dispute<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Called<DisputeFact>> {
        Box::pin(async move { self.get(&format!("/v1/disputes/{}", safe(id)?)).await })
    }
}
