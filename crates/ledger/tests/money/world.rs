//! A workspace with a payer and a payee, over a real database and the simulator.

use base::{Currency, Instant, Money};
use database::PoolSettings;
use kernel::{
    BoxFuture, Config, Cx, Environment, Kernel, Member, Result, Session,
    access::Grants,
    config::{Provider, SecretKey},
    state::Sessions,
};
use ledger::{
    Captured, Posting, Purpose, account,
    method::NewMethod,
    payment::{self, NewPayment},
    provider,
};
use serde_json::{Value, json};
use std::{path::PathBuf, sync::Arc, time::Duration};
use ui::{frame::Theme, text::Locale};
use uuid::Uuid;

pub const SECRET: &str = "a secret of the test, long enough to be one";
/// Purposes whose id ends so are closed: their money goes back.
pub const CLOSED: u128 = 0xC105ED;

/// Who signs in with a member's id and the letters of a language gets that member's session.
pub struct ByName(Vec<Uuid>);
impl Sessions for ByName {
    fn resolve<'a>(
        &'a self,
        _: &'a Arc<Kernel>,
        token_hash: Vec<u8>,
        _: bool,
    ) -> BoxFuture<'a, Result<Option<Session>>> {
        Box::pin(async move {
            let all = self
                .0
                .iter()
                .flat_map(|id| Locale::ALL.iter().map(move |locale| (*id, *locale)));
            let found = all
                .into_iter()
                .find(|(id, locale)| base::secret::hash(&token(*id, *locale)) == token_hash);
            Ok(found.map(|(id, locale)| Session {
                id,
                account_id: id,
                display_name: "Someone".to_owned(),
                verified: true,
                is_operator: false,
                locale,
                theme: Theme::System,
                places: vec![],
                idle_seconds: 3_600,
            }))
        })
    }
}

pub fn token(id: Uuid, locale: Locale) -> String {
    format!("{id}{}", locale.code())
}

pub async fn apply(kernel: Arc<Kernel>, workspace: Uuid, captured: Captured) -> Result<bool> {
    if captured.purpose_id.as_u128() & 0xFF_FFFF == CLOSED {
        return Ok(false);
    }
    let cx = Cx::system_in(&kernel, workspace, "test").await?;
    let mut tx = cx.begin().await?;
    let posting = Posting::because(format!("market.fund/{}", captured.purpose_id))
        .transfer(
            "fund",
            account("unapplied", captured.payment_id),
            account("escrow", captured.purpose_id),
            captured.amount,
        )
        .from_payment(captured.payment_id);
    ledger::post(&mut tx, posting).await?;
    payment::mark_applied(&mut tx, captured.payment_id).await?;
    let permit = cx.authorize(&ACT, captured.purpose_id, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}

pub const ACT: kernel::Action = kernel::Action::new("test.act", "test", "test.act");

pub struct World {
    pub kernel: Arc<Kernel>,
    pub workspace: Uuid,
    pub payer: Uuid,
    pub payee: Uuid,
    pub url: String,
    pub router: axum::Router,
}

impl World {
    pub async fn member(&self, id: Uuid) -> Cx {
        let mut cx = Cx::system_in(&self.kernel, self.workspace, "test")
            .await
            .expect("the workspace");
        let permissions = [
            "payment_method.attach",
            "payment_method.list",
            "payment_method.remove",
            "payment.show",
            "wallet.show",
            "payout.request",
            "payout.show",
            "payout.list",
            "payout.cancel",
            "destination.add",
        ];
        let grants = Grants::collect(permissions.map(|p| (p.to_owned(), vec!["own".to_owned()])));
        cx.system = None;
        cx.member = Some(Arc::new(Member {
            id,
            display_name: "Someone".to_owned(),
            grants,
            roles: vec![],
        }));
        cx
    }

    pub async fn ask(&self, path: &str, body: Value) -> Value {
        let request = self
            .kernel
            .http
            .post(format!("{}{path}", self.url))
            .bearer_auth(SECRET)
            .json(&body);
        request
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON")
    }

    pub async fn card(&self, cx: &Cx, number: &str) -> Uuid {
        let made = self
            .ask(
                "/v1/payment_methods",
                json!({"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}),
            )
            .await;
        let provider_token = made["id"].as_str().expect("a token").to_owned();
        let id = ledger::method::attach(
            cx,
            &NewMethod {
                provider_token: provider_token.clone(),
            },
        )
        .await
        .expect("attached");
        let again = ledger::method::attach(cx, &NewMethod { provider_token })
            .await
            .expect("the same");
        assert_eq!(id, again);
        id
    }

    pub async fn pay(
        &self,
        cx: &Cx,
        method: Uuid,
        purpose_id: Uuid,
        minor: i64,
    ) -> payment::PaymentView {
        let id = self
            .intend(cx, Some(method), purpose_id, minor)
            .await
            .expect("intended");
        payment::advance(&self.kernel, self.workspace, id, None)
            .await
            .expect("advanced")
    }

    pub async fn intend(
        &self,
        cx: &Cx,
        method: Option<Uuid>,
        purpose_id: Uuid,
        minor: i64,
    ) -> Result<Uuid> {
        let mut tx = cx.begin().await?;
        let new = NewPayment {
            purpose_kind: "test",
            purpose_id,
            method,
            amount: Money::new(minor, Currency::USD),
        };
        let id = payment::intend(&mut tx, cx, new).await?;
        let system = Cx::system_in(&self.kernel, self.workspace, "test").await?;
        tx.commit(system.authorize(&ACT, id, &[])?).await?;
        Ok(id)
    }

    pub async fn release(&self, milestone: Uuid, minor: i64) -> Result<()> {
        let cx = Cx::system_in(&self.kernel, self.workspace, "test").await?;
        let mut tx = cx.begin().await?;
        let schedule = ledger::fees::current(&mut tx, None).await?;
        let (fee, net) = Money::new(minor, Currency::USD).split(schedule.payee_basis_points);
        let clears = tx.now().plus_days(schedule.clearance_days);
        let posting = Posting::because(format!("market.release/{milestone}"))
            .transfer(
                "release",
                account("escrow", milestone),
                account("pending", self.payee),
                net,
            )
            .clears_at(clears)
            .transfer(
                "fee",
                account("escrow", milestone),
                account("fees", self.workspace),
                fee,
            );
        ledger::post(&mut tx, posting).await?;
        tx.commit(cx.authorize(&ACT, milestone, &[])?).await
    }

    pub async fn balance(&self, kind: &'static str, owner: Uuid) -> i64 {
        let cx = Cx::system_in(&self.kernel, self.workspace, "test")
            .await
            .expect("the workspace");
        let mut tx = cx.rehearse().await.expect("a read");
        let key = account(kind, owner);
        let sum = ledger::lock(&mut tx, &[key], Currency::USD)
            .await
            .expect("balances")
            .of(&key);
        tx.finish().await.expect("the end");
        sum
    }

    pub async fn advance_days(&self, days: i64) {
        let target = self.kernel.now().await.expect("now").plus_days(days);
        let mut tx = self
            .kernel
            .db
            .begin_system(None)
            .await
            .expect("a transaction");
        kernel::clock::move_to(&mut tx, target)
            .await
            .expect("the clock");
        tx.commit().await.expect("a commit");
        self.settle().await;
    }

    pub async fn settle(&self) {
        for _ in 0..20 {
            let now = self.kernel.now().await.expect("now");
            let swept = kernel::deadline::sweep_all(&self.kernel, now).await;
            let synced = provider::sync(&self.kernel).await.expect("the simulator");
            let mut jobs = 0;
            while kernel::jobs::run_one(&self.kernel, Duration::from_secs(60))
                .await
                .expect("jobs")
            {
                jobs += 1;
            }
            if swept + synced + jobs == 0 {
                return;
            }
        }
        panic!("it never comes to rest");
    }

    pub async fn proof(&self) {
        for check in &self.kernel.wiring().checks {
            let faults = (check.run)(self.kernel.clone()).await.expect(check.name);
            assert!(faults.is_empty(), "{}: {faults:?}", check.name);
        }
    }
}

pub async fn world(access: &database::Access, folder: PathBuf) -> World {
    let db = access
        .connect(PoolSettings {
            max: 20,
            min: 0,
            ..PoolSettings::default()
        })
        .await
        .expect("a pool");
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut config = simulator::Config::new(folder.join("simulator"), SECRET);
    config.test = true;
    tokio::spawn(async move {
        let ready = |address| tell.send(address).expect("somebody waits");
        simulator::serve(config, ready, std::future::pending())
            .await
            .expect("the simulator runs");
    });
    let url = format!("http://{}", told.await.expect("the simulator listens"));
    let config = Config {
        environment: Environment::Test,
        listen: ([127, 0, 0, 1], 0).into(),
        data: folder,
        base_url: None,
        trusted_proxies: vec![],
        secret_keys: vec![SecretKey(vec![7; 32])],
        argon2_memory_kib: 19_456,
        argon2_passes: 2,
        smtp_url: None,
        provider: Some(Provider {
            url: url.clone(),
            secret: SecretKey(SECRET.as_bytes().to_vec()),
        }),
        allowed_origins: vec![],
        other_hosts: vec![],
        open_founding: false,
        time_zone: "UTC".to_owned(),
    };
    let kernel =
        Kernel::new(config, db, tokio_util::sync::CancellationToken::new()).expect("a kernel");
    let (workspace, payer, payee) = (base::id::new(), base::id::new(), base::id::new());
    let purposes = vec![Purpose {
        kind: "test",
        apply: |kernel, workspace, captured| Box::pin(apply(kernel, workspace, captured)),
        owes: payment::owes_nothing,
        parties: payment::nobody_else,
    }];
    let router = kernel
        .wire(
            Arc::new(ByName(vec![payer, payee])),
            vec![ledger::product(purposes)],
        )
        .expect("wired");
    let now = base::instant::wall();
    let mut tx = kernel
        .db
        .begin_system(Some(workspace))
        .await
        .expect("a transaction");
    kernel::clock::start(&mut tx).await.expect("the clock");
    sqlx::query!(
        "insert into kernel.workspace (workspace_id, slug, name, locale, currency, products, created_at)
         values ($1, 'atelier', 'Atelier', 'en', 'USD', array['market'], $2)",
        workspace,
        now as Instant
    )
    .execute(&mut *tx)
    .await
    .expect("a workspace");
    for id in [payer, payee] {
        sqlx::query!(
            "insert into kernel.member (workspace_id, id, account_id, display_name, created_at) values ($1, $2, $2, 'Someone', $3)",
            workspace,
            id,
            now as Instant
        )
        .execute(&mut *tx)
        .await
        .expect("a member");
    }
    let role = base::id::new();
    sqlx::query!(
        "insert into kernel.role (workspace_id, id, key, name, rank) values ($1, $2, 'owner', 'Everything', 1)",
        workspace,
        role
    )
    .execute(&mut *tx)
    .await
    .expect("a role");
    sqlx::query!(
        "insert into kernel.role_permission (workspace_id, role_id, permission, relations)
         select distinct on (permission) $1, $2::uuid, permission, relations from kernel.role_template_permission order by permission, relations",
        workspace,
        role
    )
    .execute(&mut *tx)
    .await
    .expect("its permissions");
    sqlx::query!(
        "insert into kernel.member_role (workspace_id, role_id, member_id) select $1, $2::uuid, unnest($3::uuid[])",
        workspace,
        role,
        &[payer, payee]
    )
    .execute(&mut *tx)
    .await
    .expect("its members");
    ledger::fees::ensure_schedule(&mut tx, workspace, now)
        .await
        .expect("fees");
    tx.commit().await.expect("a commit");
    World {
        kernel,
        workspace,
        payer,
        payee,
        url,
        router,
    }
}
