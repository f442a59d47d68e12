//! The demo world: four workspaces, ten accounts, and in the market real work in every state.
//! It is made through the API, as people would make it, so nothing in it is more than the product
//! can do. The same for everyone on a given day.

mod content;

use anyhow::{Context, bail};
use axum::{Router, body::Body};
use content::{Bid, PROJECTS};
use http::{Method, Request, header};
use http_body_util::BodyExt;
use kernel::{Cx, Kernel, Result};
use serde_json::{Value, json};
use std::{collections::HashMap, sync::Arc};
use tower::ServiceExt;
use ui::text::Locale;
use uuid::Uuid;

/// The password of every demo account.
pub const PASSWORD: &str = "guildhall-demo-2026";

/// What `./run` says when everything is up.
pub const WELCOME: &str = "
Guildhall is ready: {address}

  A marketplace to try      {address}/w/atelier
  Sign in                   {address}/login
    a client                client@demo.test
    a freelancer            freelancer@demo.test
    the workspace's owner   owner@demo.test
    the password of all     guildhall-demo-2026
  Mail that would be sent   {address}/dev/mail
  The parts of the house    {address}/dev/ui

Stop it with Ctrl-C.";

const WORKSPACES: [(&str, &str, Locale, &str, &str); 4] = [
    ("atelier", "Atelier", Locale::En, "USD", "market"),
    ("huquq", "حقوق", Locale::Ar, "SAR", "casework"),
    ("foundry", "Foundry", Locale::En, "USD", "crm"),
    ("signals", "Signals", Locale::En, "USD", "research"),
];

struct Person {
    local: &'static str,
    name: &'static str,
    locale: Locale,
    workspaces: &'static [&'static str],
    roles: &'static [&'static str],
}

const fn person(
    local: &'static str,
    name: &'static str,
    workspaces: &'static [&'static str],
    roles: &'static [&'static str],
) -> Person {
    Person {
        local,
        name,
        locale: Locale::En,
        workspaces,
        roles,
    }
}

const PEOPLE: [Person; 10] = [
    person(
        "owner",
        "Olive Marsh",
        &["atelier", "huquq", "foundry", "signals"],
        &["owner"],
    ),
    person("operator", "Otto Lindqvist", &[], &[]),
    person("client", "Clara Voss", &["atelier"], &["client"]),
    person("client2", "Idris Bello", &["atelier"], &["client"]),
    person("freelancer", "Farid Haddad", &["atelier"], &["freelancer"]),
    person("freelancer2", "Mina Okafor", &["atelier"], &["freelancer"]),
    Person {
        local: "lawyer",
        name: "ليلى المنصور",
        locale: Locale::Ar,
        workspaces: &["huquq"],
        roles: &["member"],
    },
    Person {
        local: "agent",
        name: "سامر الحداد",
        locale: Locale::Ar,
        workspaces: &["huquq"],
        roles: &["member"],
    },
    person("sales", "Tess Arnold", &["foundry"], &["member"]),
    person("analyst", "Noor Rahimi", &["signals"], &["member"]),
];

/// Whether nobody has used this installation yet.
///
/// # Errors
/// The database's.
pub async fn is_empty(kernel: &Arc<Kernel>) -> Result<bool> {
    let mut tx = kernel.db.begin_system(None).await?;
    let filled = sqlx::query_scalar!(
        r#"select exists (select 1 from kernel.workspace) or exists (select 1 from identity.account) as "filled!""#
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(!filled)
}

/// Fills an empty installation.
///
/// # Errors
/// Whatever the API refuses: the demo world is nothing special.
pub async fn fill(kernel: &Arc<Kernel>) -> anyhow::Result<()> {
    found(kernel).await?;
    // A kernel of its own over the same database: requests without a network around them.
    let inner = Kernel::new(
        kernel.config.clone(),
        kernel.db.clone(),
        kernel.shutdown.child_token(),
    )?;
    let router = crate::wire(&inner)?;
    inner.set_provider((*kernel.provider()?).clone());
    settle(&inner).await?;
    let mut world = World {
        kernel: inner,
        router,
        tokens: HashMap::new(),
    };
    world.market().await?;
    settle(&world.kernel).await?;
    Ok(())
}

async fn settle(kernel: &Arc<Kernel>) -> anyhow::Result<()> {
    kernel::server::settle(kernel, std::time::Duration::from_secs(20)).await?;
    notify::send_due(kernel).await?;
    Ok(())
}

async fn found(kernel: &Arc<Kernel>) -> anyhow::Result<()> {
    let mut workspaces = HashMap::new();
    for (slug, name, locale, currency, product) in WORKSPACES {
        let new = identity::NewWorkspace {
            slug: slug.to_owned(),
            name: name.to_owned(),
            locale,
            currency: currency.parse().unwrap_or(base::Currency::USD),
            products: vec![product.to_owned()],
        };
        workspaces.insert(slug, identity::found_workspace(kernel, &new).await?);
    }
    for person in &PEOPLE {
        let email = format!("{}@demo.test", person.local);
        let mut tx = kernel.db.begin_system(None).await?;
        let account = identity::create_verified_account(
            &mut tx,
            kernel,
            &email,
            PASSWORD,
            person.name,
            person.locale,
        )
        .await?;
        if person.local == "operator" {
            sqlx::query!(
                "update identity.account set is_operator = true where id = $1",
                account
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        for slug in person.workspaces {
            let workspace = workspaces.get(slug).copied().unwrap_or_default();
            let cx = Cx::system_in(kernel, workspace, "demo").await?;
            let mut tx = cx.begin_system().await?;
            identity::add_member(&mut tx, account, person.name, person.roles).await?;
            tx.commit(cx.own_account("member.add", account)).await?;
        }
    }
    Ok(())
}

struct World {
    kernel: Arc<Kernel>,
    router: Router,
    tokens: HashMap<&'static str, String>,
}

impl World {
    async fn call(
        &mut self,
        who: &'static str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        if !self.tokens.contains_key(who) {
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
            self.tokens.insert(who, token);
        }
        let token = self.tokens.get(who).cloned();
        let path = format!("/api/v1/w/atelier{path}");
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

    async fn send(
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

    async fn post(&mut self, who: &'static str, path: &str, body: Value) -> anyhow::Result<Value> {
        Ok(self.call(who, Method::POST, path, Some(body)).await?["data"].take())
    }

    async fn card(&mut self, who: &'static str) -> anyhow::Result<()> {
        let provider = self.kernel.provider()?;
        let card =
            json!({"number": "4242424242424242", "exp_month": 12, "exp_year": 2031, "cvc": "123"});
        let method = self
            .kernel
            .http
            .post(format!("{}/v1/payment_methods", provider.url))
            .json(&card)
            .send()
            .await?;
        let token = method.json::<Value>().await?["id"].take();
        self.post(who, "/payment-methods", json!({"provider_token": token}))
            .await?;
        Ok(())
    }

    async fn market(&mut self) -> anyhow::Result<()> {
        for (who, profile) in content::profiles() {
            let now = self.call(who, Method::GET, "/profile", None).await?;
            let version = now["data"]["version"]
                .as_i64()
                .context("a profile has a version")?;
            let token = self.tokens.get(who).cloned();
            self.send(
                token,
                Method::PATCH,
                "/api/v1/w/atelier/profile",
                &[("if-match", format!("\"{version}\""))],
                Some(profile),
            )
            .await?;
        }
        for (who, entry) in content::showcase() {
            self.post(who, "/profile/showcase", entry).await?;
        }
        self.card("client").await?;
        self.card("client2").await?;
        let today = self.kernel.now().await?;
        for (days, project) in (30_i64..).step_by(5).zip(&PROJECTS) {
            // Wanted some weeks from today, so that the world is the same on every day.
            let deadline = today.plus_days(days).rfc3339();
            let mut body = json!({
                "title": project.title, "description": project.description, "category": project.category, "skills": project.skills,
                "budget_min": usd(project.budget.0), "budget_max": usd(project.budget.1), "duration_days": project.days,
                "level": project.level, "positions": 1, "visibility": project.visibility, "deadline": deadline.get(..10),
            });
            if project.category == "software" {
                body["time_zone"] = json!("Europe/Berlin");
                body["overlap_hours"] = json!(4);
                body["questions"] =
                    json!([{"text": content::QUESTIONS[0]}, {"text": content::QUESTIONS[1]}]);
            }
            let id = id_of(&self.post(project.client, "/projects", body).await?)?;
            if project.stage == 0 {
                continue;
            }
            self.post(
                project.client,
                &format!("/projects/{id}/publication"),
                json!({}),
            )
            .await?;
            for bid in project.bids {
                self.propose(&id, bid).await?;
            }
            if project.stage >= 2 {
                self.work(project.client, &id, project.stage)
                    .await
                    .with_context(|| project.title)?;
            }
            settle(&self.kernel).await?;
        }
        self.invite().await
    }

    /// The second freelancer is asked to bid on the newest project that is open.
    async fn invite(&mut self) -> anyhow::Result<()> {
        let own = self
            .call(
                "client",
                Method::GET,
                "/projects?scope=mine&state=open&limit=1",
                None,
            )
            .await?;
        let profile = self
            .call("freelancer2", Method::GET, "/profile", None)
            .await?;
        let Some(project) = own["data"].as_array().and_then(|all| all.first()) else {
            return Ok(());
        };
        let body =
            json!({"freelancer_id": profile["data"]["member_id"], "message": content::INVITATION});
        let path = format!("/projects/{}/invitations", id_of(project)?);
        self.post("client", &path, body).await?;
        settle(&self.kernel).await
    }

    async fn propose(&mut self, project: &str, bid: &Bid) -> anyhow::Result<()> {
        let total: i64 = bid.milestones.iter().map(|(_, amount, _)| amount).sum();
        let milestones: Vec<Value> = bid
            .milestones
            .iter()
            .map(|(title, amount, days)| json!({"title": title, "amount": usd(*amount), "due_days": days}))
            .collect();
        let body = json!({"bid": usd(total), "cover_letter": bid.letter, "duration_days": bid.days, "milestones": milestones});
        self.post(
            bid.freelancer,
            &format!("/projects/{project}/proposals"),
            body,
        )
        .await?;
        Ok(())
    }

    /// Takes the first proposal of a project as far as `stage` says: 2 shortlisted, 3 offered,
    /// 4 accepted, 5 funded, 6 delivered, 7 changes asked for, 8 first part paid, 9 completed.
    async fn work(&mut self, client: &'static str, project: &str, stage: u8) -> anyhow::Result<()> {
        let proposals = self
            .call(
                client,
                Method::GET,
                &format!("/projects/{project}/proposals"),
                None,
            )
            .await?;
        let first = proposals["data"]
            .as_array()
            .and_then(|p| p.last())
            .context("a proposal")?
            .clone();
        let (proposal, freelancer) = (id_of(&first)?, self.freelancer_of(&first));
        self.post(
            client,
            &format!("/proposals/{proposal}/shortlisting"),
            json!({}),
        )
        .await?;
        if stage < 3 {
            return Ok(());
        }
        let contract = id_of(
            &self
                .post(client, &format!("/proposals/{proposal}/offer"), json!({}))
                .await?,
        )?;
        if stage < 4 {
            return Ok(());
        }
        self.post(
            freelancer,
            &format!("/contracts/{contract}/acceptance"),
            json!({}),
        )
        .await?;
        if stage < 5 {
            return Ok(());
        }
        let shown = self
            .call(client, Method::GET, &format!("/contracts/{contract}"), None)
            .await?;
        let milestones: Vec<String> = shown["data"]["milestones"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|m| Some(m["id"].as_str()?.to_owned()))
            .collect();
        for (index, milestone) in milestones.iter().enumerate() {
            self.post(
                client,
                &format!("/milestones/{milestone}/funding"),
                json!({}),
            )
            .await?;
            if stage < 6 {
                return Ok(());
            }
            let body = json!({"message": content::DELIVERY, "links": ["https://example.test/preview"], "files": []});
            let delivery = id_of(
                &self
                    .post(
                        freelancer,
                        &format!("/milestones/{milestone}/deliveries"),
                        body,
                    )
                    .await?,
            )?;
            if stage == 7 {
                self.post(
                    client,
                    &format!("/deliveries/{delivery}/changes"),
                    json!({"changes": content::CHANGES}),
                )
                .await?;
            }
            if stage < 8 {
                return Ok(());
            }
            self.post(
                client,
                &format!("/deliveries/{delivery}/approval"),
                json!({}),
            )
            .await?;
            if stage == 8 && index == 0 {
                return Ok(());
            }
        }
        self.post(
            client,
            &format!("/contracts/{contract}/sign-off"),
            json!({}),
        )
        .await?;
        self.post(
            freelancer,
            &format!("/contracts/{contract}/sign-off"),
            json!({}),
        )
        .await?;
        for (who, words) in [
            (client, content::REVIEWS[0]),
            (freelancer, content::REVIEWS[1]),
        ] {
            let review = json!({"quality": 5, "communication": 5, "timeliness": 4, "value": 5, "body": words});
            self.post(who, &format!("/contracts/{contract}/reviews"), review)
                .await?;
        }
        Ok(())
    }

    fn freelancer_of(&self, proposal: &Value) -> &'static str {
        let text = proposal.to_string();
        if text.contains("Mina Okafor") {
            "freelancer2"
        } else {
            "freelancer"
        }
    }
}

fn usd(minor: i64) -> Value {
    json!({"amount_minor": minor, "currency": "USD"})
}

fn id_of(value: &Value) -> anyhow::Result<String> {
    Ok(value["id"]
        .as_str()
        .context("an answer without an id")?
        .to_owned())
}
