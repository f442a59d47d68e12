//! A simulator in a folder of its own, and a receiver of webhooks.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use simulator::Config;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub const SECRET: &str = "a-shared-secret";
pub const GOOD: &str = "4242424242424242";

/// What the receiver got, each with its signature checked.
#[derive(Clone, Default)]
pub struct Inbox {
    events: Arc<Mutex<Vec<Value>>>,
    refuse: Arc<Mutex<u32>>,
}

impl Inbox {
    pub fn events(&self) -> Vec<Value> {
        self.events.lock().expect("inbox").clone()
    }

    pub fn types(&self) -> Vec<String> {
        let events = self.events();
        let kinds = events.iter().map(|event| text(event, "/type"));
        kinds.collect()
    }

    /// Lets the next `count` webhooks fail.
    pub fn refuse(&self, count: u32) {
        *self.refuse.lock().expect("inbox") = count;
    }
}

async fn receive(State(inbox): State<Inbox>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = headers
        .get("guildhall-signature")
        .and_then(|value| value.to_str().ok())
        .expect("a signature");
    let time: i64 = header
        .strip_prefix("t=")
        .and_then(|rest| rest.split(',').next())
        .and_then(|time| time.parse().ok())
        .expect("a time");
    assert_eq!(header, simulator::sign(SECRET, time, &body));
    {
        let mut refuse = inbox.refuse.lock().expect("inbox");
        if *refuse > 0 {
            *refuse -= 1;
            return StatusCode::SERVICE_UNAVAILABLE;
        }
    }
    let event = serde_json::from_slice(&body).expect("an event");
    inbox.events.lock().expect("inbox").push(event);
    StatusCode::OK
}

/// A running simulator.
pub struct Provider {
    pub url: String,
    pub inbox: Inbox,
    pub http: Client,
    stop: Option<oneshot::Sender<()>>,
    running: JoinHandle<anyhow::Result<()>>,
}

pub fn text(value: &Value, pointer: &str) -> String {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_else(|| panic!("{pointer} in {value}"))
        .to_owned()
}

/// A reference no other call of this process uses.
pub fn uuid() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("00000000-0000-4000-8000-{count:012x}")
}

impl Provider {
    pub async fn start(folder: &Path) -> Self {
        Self::start_as(folder, true).await
    }

    pub async fn start_as(folder: &Path, test: bool) -> Self {
        let inbox = Inbox::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let webhook = format!("http://{}/hook", listener.local_addr().expect("address"));
        let router = Router::new()
            .route("/hook", post(receive))
            .with_state(inbox.clone());
        tokio::spawn(axum::serve(listener, router).into_future());

        let config = Config {
            webhook_url: Some(webhook),
            test,
            page_origins: vec!["https://guildhall.example".into()],
            ..Config::new(folder, SECRET)
        };
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = oneshot::channel::<SocketAddr>();
        let running = tokio::spawn(simulator::serve(
            config,
            move |address| {
                let _ = tell.send(address);
            },
            async move {
                let _ = stopped.await;
            },
        ));
        let address = told.await.expect("the simulator starts");
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client");
        Self {
            url: format!("http://{address}"),
            inbox,
            http,
            stop: Some(stop),
            running,
        }
    }

    pub async fn stop(mut self) {
        drop(self.stop.take());
        self.running.await.expect("no panic").expect("a clean end");
    }

    pub async fn call(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(SECRET)
            .timeout(Duration::from_secs(20));
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.expect("JSON"))
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, value) = self.call(Method::GET, path, None, None).await;
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, value) = self
            .call(Method::POST, path, Some(&uuid()), Some(body))
            .await;
        assert!(matches!(status, 200 | 201), "{path}: {status} {value}");
        value
    }

    /// Posts and answers status and error code.
    pub async fn refused(&self, path: &str, body: Value) -> (u16, String) {
        let (status, value) = self
            .call(Method::POST, path, Some(&uuid()), Some(body))
            .await;
        (status, text(&value, "/error/code"))
    }

    pub async fn card(&self, number: &str) -> String {
        let body = json!({"number": number, "exp_month": 12, "exp_year": 2099, "cvc": "123"});
        text(&self.post("/v1/payment_methods", body).await, "/id")
    }

    pub async fn pay(&self, method: &str, amount: i64) -> Value {
        self.post("/v1/payments", payment(method, amount)).await
    }

    pub async fn bank(&self, number: &str) -> String {
        let body = json!({"account_number": number, "holder": "Ann", "country": "US",
            "currency": "USD"});
        text(&self.post("/v1/destinations", body).await, "/id")
    }

    pub async fn next(&self, next: &str) {
        self.post("/control/next", json!({"next": next})).await;
    }

    pub async fn clock(&self, now: &str) -> Value {
        self.post("/control/clock", json!({"now": now})).await
    }

    pub async fn flush(&self) -> Value {
        self.post("/control/flush", json!({})).await
    }
}

pub fn payment(method: &str, amount: i64) -> Value {
    json!({"reference": uuid(), "payment_method": method, "amount_minor": amount,
        "currency": "USD"})
}
