//! One who takes part in the marketplace, and the steps of the main path as functions. Each step
//! finds its route by name in the served document, as any outside checker does.

use crate::{Answer, Api, Server, unique};
use serde_json::{Value, json};

/// The password of every party made here.
pub const PASSWORD: &str = "correct horse battery staple 41";

/// A signed-in account.
#[derive(Clone)]
pub struct Party {
    /// Its client.
    pub api: Api,
    /// Its address.
    pub email: String,
}

/// An id out of an answer.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn id(value: &Value) -> String {
    value["id"]
        .as_str()
        .unwrap_or_else(|| panic!("an id in {value}"))
        .to_owned()
}

/// The id of the payment in the answer to a funding.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn payment(funding: &Value) -> String {
    id(&funding["payment"])
}

/// Dollars as the API writes them, in cents.
#[must_use]
pub fn usd(minor: i64) -> Value {
    json!({"amount_minor": minor, "currency": "USD"})
}

impl Party {
    /// An account of the demo world.
    pub async fn demo(server: &Server, name: &str) -> Self {
        let email = format!("{name}@demo.test");
        Self {
            api: server.demo_account(&email).await,
            email,
        }
    }

    /// Registers in the market, confirms the address by the mailed link, signs in.
    ///
    /// # Panics
    /// When a step is refused.
    pub async fn register(api: &Api, name: &str, roles: &[&str], locale: &str) -> Self {
        let email = format!("{}-{}@example.test", name.to_lowercase(), &unique()[24..]);
        let body = json!({"email": email, "password": PASSWORD, "display_name": name, "locale": locale, "accept_terms": true, "roles": roles});
        let answer = api
            .post(&format!("/api/v1/w/{}/auth/register", api.workspace), &body)
            .await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        api.settle().await;
        let mails = api.mails(&email).await;
        let link = mails
            .first()
            .and_then(|m| m["links"][0].as_str())
            .unwrap_or_else(|| panic!("a mailed link for {email}: {mails:?}"));
        let token = link.rsplit(['/', '=']).next().unwrap_or("");
        let _ = api
            .call("auth.verify", "", json!({"token": token}))
            .await
            .ok();
        if roles.contains(&"freelancer") {
            // From now on others may find and invite them.
            api.settle().await;
        }
        let mut api = api.clone();
        api.login(&email, PASSWORD).await;
        Self { api, email }
    }

    /// Signs in again, as people must after the clock has jumped.
    pub async fn again(&self) -> Self {
        let mut party = self.clone();
        let password = if self.email.ends_with("@demo.test") {
            crate::DEMO_PASSWORD
        } else {
            PASSWORD
        };
        party.api.login(&self.email, password).await;
        party
    }

    /// Attaches a card and gives the payment method's id.
    pub async fn attach_card(&self, number: &str) -> String {
        let token = self.api.card(number).await;
        id(&self
            .api
            .call(
                "payment_method.attach",
                "",
                json!({"provider_token": token}),
            )
            .await
            .ok())
    }

    /// Writes and publishes a project.
    pub async fn post_project(&self, title: &str) -> String {
        let body = self.api.spec.body_with(
            "project.create",
            json!({"title": title, "positions": 1, "visibility": "public",
            "budget_min": usd(50_000), "budget_max": usd(200_000)}),
        );
        let project = id(&self.api.call("project.create", "", body).await.ok());
        let _ = self
            .api
            .call("project.publish", &project, Value::Null)
            .await
            .ok();
        project
    }

    /// Proposes with these milestones (cents).
    pub async fn propose(&self, project: &str, milestones: &[i64]) -> String {
        let plan: Vec<Value> = milestones
            .iter()
            .enumerate()
            .map(|(n, amount)| json!({"title": format!("Part {}", n + 1), "amount": usd(*amount), "due_days": 7 * (n + 1)}))
            .collect();
        let body = json!({"bid": usd(milestones.iter().sum()), "cover_letter": "I have done this before, and gladly again.",
            "duration_days": 30, "milestones": plan});
        id(&self.api.call("proposal.submit", project, body).await.ok())
    }

    /// Shortlists a proposal and offers its terms; the contract's id.
    pub async fn offer(&self, proposal: &str) -> String {
        let _ = self
            .api
            .call("proposal.shortlist", proposal, Value::Null)
            .await
            .ok();
        id(&self.api.call("offer.send", proposal, json!({})).await.ok())
    }

    /// Accepts an offer.
    pub async fn accept(&self, contract: &str) {
        let _ = self
            .api
            .call("offer.accept", contract, Value::Null)
            .await
            .ok();
    }

    /// The contract as this party sees it.
    pub async fn contract(&self, contract: &str) -> Value {
        self.api
            .call("contract.show", contract, Value::Null)
            .await
            .ok()
    }

    /// The ids of a contract's milestones, in order.
    pub async fn milestones(&self, contract: &str) -> Vec<String> {
        self.contract(contract).await["milestones"]
            .as_array()
            .into_iter()
            .flatten()
            .map(id)
            .collect()
    }

    /// Tries to fund a milestone with the default card.
    pub async fn fund(&self, milestone: &str) -> Answer {
        self.api.call("milestone.fund", milestone, json!({})).await
    }

    /// Uploads a file and gives its id.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn upload(&self, name: &str, kind: &str, bytes: &[u8]) -> String {
        let answer = self.try_upload(name, kind, bytes).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        id(&answer.ok())
    }

    /// Tries to upload a file.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn try_upload(&self, name: &str, kind: &str, bytes: &[u8]) -> Answer {
        self.upload_with_key(name, kind, bytes, &unique()).await
    }

    /// The same with a chosen idempotency key.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn upload_with_key(&self, name: &str, kind: &str, bytes: &[u8], key: &str) -> Answer {
        let part = reqwest::multipart::Part::bytes(bytes.to_vec())
            .file_name(name.to_owned())
            .mime_str(kind)
            .expect("a type");
        let form = reqwest::multipart::Form::new().part("file", part);
        let operation = self.api.spec.find("file.upload");
        let url = format!("{}{}", self.api.url, operation.at(&self.api.workspace, ""));
        let request = self
            .api
            .http
            .post(url)
            .bearer_auth(self.api.token.clone().unwrap_or_default())
            .multipart(form);
        let answer = request
            .header("idempotency-key", key)
            .send()
            .await
            .expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.expect("a body");
        Answer {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
            asked: "file.upload".to_owned(),
        }
    }

    /// Delivers a milestone, with files; the delivery's id.
    pub async fn deliver(&self, milestone: &str, files: &[String]) -> String {
        let body = json!({"message": "Here it is, with notes.", "links": ["https://example.test/preview"], "files": files});
        id(&self.api.call("delivery.submit", milestone, body).await.ok())
    }

    /// Asks for changes to a delivery.
    pub async fn ask_changes(&self, delivery: &str) {
        let _ = self
            .api
            .call(
                "delivery.request_changes",
                delivery,
                json!({"changes": "The colours, please."}),
            )
            .await
            .ok();
    }

    /// Tries to approve a delivery.
    pub async fn approve(&self, delivery: &str) -> Answer {
        self.api
            .call("delivery.approve", delivery, Value::Null)
            .await
    }

    /// Tries to sign a contract off.
    pub async fn sign_off(&self, contract: &str) -> Answer {
        self.api
            .call("contract.sign_off", contract, Value::Null)
            .await
    }

    /// Reviews the other party.
    pub async fn review(&self, contract: &str, words: &str) -> Value {
        let body =
            json!({"quality": 5, "communication": 5, "timeliness": 4, "value": 5, "body": words});
        self.api.call("review.submit", contract, body).await.ok()
    }

    /// The party's wallet.
    pub async fn wallet(&self) -> Value {
        self.api.call("wallet.show", "", Value::Null).await.ok()
    }

    /// A sum of the wallet in cents: `available`, `pending`.
    pub async fn balance(&self, name: &str) -> i64 {
        let wallet = self.wallet().await;
        sum(&wallet, name).unwrap_or_else(|| panic!("{name} in {wallet}"))
    }

    /// Adds a bank account; the destination's id.
    pub async fn add_bank(&self, number: &str) -> String {
        let token = self.api.bank(number, "USD").await;
        id(&self
            .api
            .call("destination.add", "", json!({"provider_token": token}))
            .await
            .ok())
    }

    /// Tries to withdraw.
    pub async fn withdraw(&self, destination: &str, minor: i64) -> Answer {
        self.api
            .call(
                "payout.request",
                "",
                json!({"destination_id": destination, "amount": usd(minor)}),
            )
            .await
    }

    /// The kinds of this party's notices.
    pub async fn notices(&self) -> Vec<String> {
        self.api
            .list("notification.list", "")
            .await
            .iter()
            .filter_map(|n| Some(n["kind"].as_str()?.to_owned()))
            .collect()
    }
}

/// The amount under a name in dollars; a wallet without dollars has none.
fn sum(wallet: &Value, name: &str) -> Option<i64> {
    let balances = wallet["balances"].as_array()?;
    match balances.iter().find(|b| b["currency"] == "USD") {
        Some(usd) => usd[name]["amount_minor"].as_i64(),
        None => Some(0),
    }
}

/// A client and a freelancer with an accepted contract between them.
pub struct Deal {
    /// The client, with a working card.
    pub client: Party,
    /// The freelancer.
    pub freelancer: Party,
    /// The contract.
    pub contract: String,
    /// Its milestones.
    pub milestones: Vec<String>,
}

impl Deal {
    /// Two new parties agree on these milestones (cents).
    pub async fn between(client: &Party, freelancer: &Party, milestones: &[i64]) -> Self {
        let project = client
            .post_project(&format!("Work {}", &unique()[24..]))
            .await;
        let proposal = freelancer.propose(&project, milestones).await;
        let contract = client.offer(&proposal).await;
        freelancer.accept(&contract).await;
        let milestones = client.milestones(&contract).await;
        Self {
            client: client.clone(),
            freelancer: freelancer.clone(),
            contract,
            milestones,
        }
    }

    /// The demo world's client and freelancer agree.
    pub async fn demo(server: &Server, milestones: &[i64]) -> Self {
        let client = Party::demo(server, "client").await;
        let freelancer = Party::demo(server, "freelancer").await;
        Self::between(&client, &freelancer, milestones).await
    }

    /// Two parties of their own, without a past in the demo world, agree.
    pub async fn fresh(server: &Server, milestones: &[i64]) -> Self {
        let api = server.api().await;
        let client = Party::register(&api, "Carla", &["client"], "en").await;
        let freelancer = Party::register(&api, "Frida", &["freelancer"], "en").await;
        client.attach_card("4242424242424242").await;
        Self::between(&client, &freelancer, milestones).await
    }

    /// A milestone's state.
    pub async fn state(&self, milestone: &str) -> String {
        let contract = self.client.contract(&self.contract).await;
        let all = contract["milestones"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let found = all.iter().find(|m| m["id"] == milestone);
        found
            .and_then(|m| m["state"].as_str())
            .unwrap_or_else(|| panic!("{milestone} in {contract}"))
            .to_owned()
    }

    /// Funds, delivers and approves one milestone.
    pub async fn finish(&self, milestone: &str) {
        let _ = self.client.fund(milestone).await.ok();
        self.client.api.settle().await;
        let delivery = self.freelancer.deliver(milestone, &[]).await;
        let _ = self.client.approve(&delivery).await.ok();
    }
}
