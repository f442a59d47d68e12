//! Money from a card to a bank against a real database and the simulator: captured, applied,
//! released, cleared, withdrawn, returned, refunded, disputed. At the end every invariant holds
//! and hledger accepts the books.

use base::{Currency, Instant, Money};
use database::{Cluster, Names, Part, PoolSettings, Settings};
use kernel::{
    BoxFuture, Config, Cx, Environment, Error, Kernel, Member, Result, Session,
    access::Grants,
    config::{Provider, SecretKey},
    state::Sessions,
};
use ledger::{
    Captured, Posting, Purpose, account,
    destination::NewDestination,
    method::NewMethod,
    payment::{self, NewPayment},
    payout::{self, NewPayout},
    provider, wallet,
};
use serde_json::{Value, json};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tower::ServiceExt;
use ui::{frame::Theme, text::Locale};
use uuid::Uuid;

const SECRET: &str = "a secret of the test, long enough to be one";
/// Purposes whose id ends so are closed: their money goes back.
const CLOSED: u128 = 0xC105ED;

/// Who signs in with a member's id and the letters of a language gets that member's session.
struct ByName(Vec<Uuid>);
impl Sessions for ByName {
    fn resolve<'a>(&'a self, _: &'a Arc<Kernel>, token_hash: Vec<u8>) -> BoxFuture<'a, Result<Option<Session>>> {
        Box::pin(async move {
            let all = self.0.iter().flat_map(|id| Locale::ALL.iter().map(move |locale| (*id, *locale)));
            let found = all.into_iter().find(|(id, locale)| base::secret::hash(&token(*id, *locale)) == token_hash);
            Ok(found.map(|(id, locale)| Session {
                id,
                account_id: id,
                display_name: "Someone".to_owned(),
                verified: true,
                is_operator: false,
                locale,
                theme: Theme::System,
            }))
        })
    }
}

fn token(id: Uuid, locale: Locale) -> String {
    format!("{id}{}", locale.code())
}

async fn apply(kernel: Arc<Kernel>, workspace: Uuid, captured: Captured) -> Result<bool> {
    if captured.purpose_id.as_u128() & 0xFF_FFFF == CLOSED {
        return Ok(false);
    }
    let cx = Cx::system_in(&kernel, workspace, "test").await?;
    let mut tx = cx.begin().await?;
    let posting = Posting::because(format!("market.fund/{}", captured.purpose_id))
        .transfer("fund", account("unapplied", captured.payment_id), account("escrow", captured.purpose_id), captured.amount)
        .from_payment(captured.payment_id);
    ledger::post(&mut tx, posting).await?;
    payment::mark_applied(&mut tx, captured.payment_id).await?;
    let permit = cx.authorize(&ACT, captured.purpose_id, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}

const ACT: kernel::Action = kernel::Action::new("test.act", "test", "test.act");

struct World {
    kernel: Arc<Kernel>,
    workspace: Uuid,
    payer: Uuid,
    payee: Uuid,
    url: String,
    router: axum::Router,
}

impl World {
    async fn member(&self, id: Uuid) -> Cx {
        let mut cx = Cx::system_in(&self.kernel, self.workspace, "test").await.expect("the workspace");
        let permissions = ["payment_method.attach", "payment_method.list", "payment_method.remove", "payment.show", "wallet.show",
            "payout.request", "payout.show", "payout.list", "payout.cancel", "destination.add"];
        let grants = Grants::collect(permissions.map(|p| (p.to_owned(), vec!["own".to_owned()])));
        cx.system = None;
        cx.member = Some(Arc::new(Member { id, display_name: "Someone".to_owned(), grants, roles: vec![] }));
        cx
    }

    async fn ask(&self, path: &str, body: Value) -> Value {
        let request = self.kernel.http.post(format!("{}{path}", self.url)).bearer_auth(SECRET).json(&body);
        request.send().await.expect("an answer").json().await.expect("JSON")
    }

    async fn card(&self, cx: &Cx, number: &str) -> Uuid {
        let made = self.ask("/v1/payment_methods", json!({"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"})).await;
        let provider_token = made["id"].as_str().expect("a token").to_owned();
        let id = ledger::method::attach(cx, &NewMethod { provider_token: provider_token.clone() }).await.expect("attached");
        let again = ledger::method::attach(cx, &NewMethod { provider_token }).await.expect("the same");
        assert_eq!(id, again);
        id
    }

    async fn pay(&self, cx: &Cx, method: Uuid, purpose_id: Uuid, minor: i64) -> payment::PaymentView {
        let id = self.intend(cx, Some(method), purpose_id, minor).await.expect("intended");
        payment::advance(&self.kernel, self.workspace, id, None).await.expect("advanced")
    }

    async fn intend(&self, cx: &Cx, method: Option<Uuid>, purpose_id: Uuid, minor: i64) -> Result<Uuid> {
        let mut tx = cx.begin().await?;
        let new = NewPayment { purpose_kind: "test", purpose_id, method, amount: Money::new(minor, Currency::USD) };
        let id = payment::intend(&mut tx, cx, new).await?;
        let system = Cx::system_in(&self.kernel, self.workspace, "test").await?;
        tx.commit(system.authorize(&ACT, id, &[])?).await?;
        Ok(id)
    }

    async fn release(&self, milestone: Uuid, minor: i64) -> Result<()> {
        let cx = Cx::system_in(&self.kernel, self.workspace, "test").await?;
        let mut tx = cx.begin().await?;
        let schedule = ledger::fees::current(&mut tx).await?;
        let (fee, net) = Money::new(minor, Currency::USD).split(schedule.payee_basis_points);
        let clears = tx.now().plus_days(schedule.clearance_days);
        let posting = Posting::because(format!("market.release/{milestone}"))
            .transfer("release", account("escrow", milestone), account("pending", self.payee), net)
            .clears_at(clears)
            .transfer("fee", account("escrow", milestone), account("fees", self.workspace), fee);
        ledger::post(&mut tx, posting).await?;
        tx.commit(cx.authorize(&ACT, milestone, &[])?).await
    }

    async fn balance(&self, kind: &'static str, owner: Uuid) -> i64 {
        let cx = Cx::system_in(&self.kernel, self.workspace, "test").await.expect("the workspace");
        let mut tx = cx.read().await.expect("a read");
        let key = account(kind, owner);
        let sum = ledger::lock(&mut tx, &[key], Currency::USD).await.expect("balances").of(&key);
        tx.finish().await.expect("the end");
        sum
    }

    async fn advance_days(&self, days: i64) {
        let target = self.kernel.now().await.expect("now").plus_days(days);
        let mut tx = self.kernel.db.begin_system(None).await.expect("a transaction");
        kernel::clock::move_to(&mut tx, target).await.expect("the clock");
        tx.commit().await.expect("a commit");
        self.settle().await;
    }

    async fn settle(&self) {
        for _ in 0..20 {
            let now = self.kernel.now().await.expect("now");
            let swept = kernel::deadline::sweep_all(&self.kernel, now).await;
            let synced = provider::sync(&self.kernel).await.expect("the simulator");
            let mut jobs = 0;
            while kernel::jobs::run_one(&self.kernel, Duration::from_secs(60)).await.expect("jobs") {
                jobs += 1;
            }
            if swept + synced + jobs == 0 {
                return;
            }
        }
        panic!("it never comes to rest");
    }

    async fn proof(&self) {
        for check in &self.kernel.wiring().checks {
            let faults = (check.run)(self.kernel.clone()).await.expect(check.name);
            assert!(faults.is_empty(), "{}: {faults:?}", check.name);
        }
    }
}

async fn world(access: &database::Access, folder: PathBuf) -> World {
    let db = access.connect(PoolSettings { max: 20, min: 0, ..PoolSettings::default() }).await.expect("a pool");
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut config = simulator::Config::new(folder.join("simulator"), SECRET);
    config.test = true;
    tokio::spawn(async move {
        let ready = |address| tell.send(address).expect("somebody waits");
        simulator::serve(config, ready, std::future::pending()).await.expect("the simulator runs");
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
        provider: Some(Provider { url: url.clone(), secret: SecretKey(SECRET.as_bytes().to_vec()) }),
        open_founding: false,
    };
    let kernel = Kernel::new(config, db, tokio_util::sync::CancellationToken::new()).expect("a kernel");
    let (workspace, payer, payee) = (base::id::new(), base::id::new(), base::id::new());
    let purposes = vec![Purpose { kind: "test", apply: |kernel, workspace, captured| Box::pin(apply(kernel, workspace, captured)) }];
    let router = kernel.wire(Arc::new(ByName(vec![payer, payee])), vec![ledger::product(purposes)]).expect("wired");
    let now = base::instant::wall();
    let mut tx = kernel.db.begin_system(Some(workspace)).await.expect("a transaction");
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
    ledger::fees::ensure_schedule(&mut tx, workspace, now).await.expect("fees");
    tx.commit().await.expect("a commit");
    World { kernel, workspace, payer, payee, url, router }
}

fn code(result: Result<Uuid>) -> &'static str {
    result.err().map_or("done", |e: Error| e.status_and_code().1)
}

#[test]
fn money_goes_all_the_way_and_the_books_stay_right() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().expect("a folder");
    let names = Names::from_env().expect("names");
    let settings = Settings { fast: true, ..Settings::new(folder.path(), names) };
    let cluster = Cluster::open(settings, Part::Command).expect("a cluster");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let access = cluster.access();
        access.prepare().await.expect("roles");
        database::migrate(&access).await.expect("migrations");
        let world = world(&access, folder.path().to_owned()).await;
        earn_and_withdraw(&world).await;
        goes_wrong(&world).await;
        pages(&world).await;
        events(&world).await;
        world.proof().await;
        assert!(ledger::fold_all(&world.kernel).await.expect("a fold") > 0);
        assert_eq!(ledger::fold_all(&world.kernel).await.expect("a fold"), 0);
        world.proof().await;
        journal(&world, folder.path().join("all.journal")).await;
    });
    drop(runtime);
    cluster.close().expect("the cluster stops");
}

async fn earn_and_withdraw(world: &World) {
    let (client, freelancer) = (world.member(world.payer).await, world.member(world.payee).await);
    let milestone = base::id::new();
    assert_eq!(code(world.intend(&client, None, milestone, 10_000).await), "no_payment_method");
    let card = world.card(&client, "4242424242424242").await;
    let paid = world.pay(&client, card, milestone, 10_000).await;
    assert_eq!((paid.state.as_str(), paid.applied.as_str()), ("captured", "purpose"));
    assert_eq!(world.balance("escrow", milestone).await, 10_000);
    // The webhook's facts, the poll and the job change nothing any more.
    world.settle().await;
    assert_eq!(world.balance("clearing", world.workspace).await, -9_680);

    world.release(milestone, 10_000).await.expect("released");
    world.release(milestone, 10_000).await.expect("the same again");
    assert_eq!((world.balance("escrow", milestone).await, world.balance("pending", world.payee).await), (0, 9_500));
    let shown = wallet::show(&freelancer).await.expect("a wallet");
    assert_eq!(shown.balances[0].next_clearing.as_ref().map(|m| m.amount_minor), Some(9_500));
    let early = payout::request(&freelancer, &NewPayout { amount: Money::new(5_000, Currency::USD), destination_id: None }).await;
    assert_eq!(code(early), "insufficient_available");
    world.advance_days(5).await;
    world.settle().await;
    assert_eq!((world.balance("pending", world.payee).await, world.balance("available", world.payee).await), (0, 9_500));

    let bank = json!({"account_number": "000123456789", "holder": "A B", "country": "US", "currency": "USD"});
    let made = world.ask("/v1/destinations", bank).await;
    let provider_token = made["id"].as_str().expect("a token").to_owned();
    ledger::destination::add(&freelancer, &NewDestination { provider_token }).await.expect("added");
    let small = payout::request(&freelancer, &NewPayout { amount: Money::new(1_999, Currency::USD), destination_id: None }).await;
    assert_eq!(code(small), "invalid");

    // Ten at once, for which there is money for four.
    let tries: Vec<_> = (0..10)
        .map(|_| {
            let cx = freelancer.clone();
            tokio::spawn(async move { payout::request(&cx, &NewPayout { amount: Money::new(2_000, Currency::USD), destination_id: None }).await })
        })
        .collect();
    let mut done = vec![];
    for task in tries {
        match task.await.expect("no panic") {
            Ok(id) => done.push(id),
            Err(error) => assert_eq!(error.status_and_code().1, "insufficient_available", "{error:?}"),
        }
    }
    assert_eq!((done.len(), world.balance("available", world.payee).await), (4, 1_500));

    payout::cancel(&freelancer, done[0]).await.expect("taken back");
    assert_eq!(code(payout::cancel(&freelancer, done[0]).await), "payout_in_processing");
    assert_eq!(world.balance("available", world.payee).await, 3_500);
    world.ask("/control/next", json!({"next": "return_payout"})).await;
    world.settle().await;
    let states = |rows: &kernel::list::Page<payout::PayoutView>| {
        let mut states: Vec<_> = rows.rows.iter().map(|r| r.state.clone()).collect();
        states.sort();
        states
    };
    let query = payout::PayoutQuery { state: None, paging: kernel::list::Paging::first(50) };
    assert_eq!(states(&payout::list(&freelancer, &query).await.expect("a list")), ["cancelled", "paid", "paid", "paid"]);
    world.advance_days(3).await;
    assert_eq!(states(&payout::list(&freelancer, &query).await.expect("a list")), ["cancelled", "paid", "paid", "returned"]);
    assert_eq!(world.balance("available", world.payee).await, 5_500);
    let stranger = world.member(world.payer).await;
    assert!(matches!(payout::show(&stranger, done[0]).await, Err(Error::NotFound)));
}

async fn goes_wrong(world: &World) {
    let client = world.member(world.payer).await;
    let good = world.card(&client, "5555555555554444").await;
    let bad = world.card(&client, "4000000000000002").await;
    let disputed = world.card(&client, "4000000000000259").await;
    let asks = world.card(&client, "4000002500003155").await;
    let stubborn = world.card(&client, "4000000000005126").await;

    let declined = world.pay(&client, bad, base::id::new(), 5_000).await;
    assert_eq!((declined.state.as_str(), declined.failure_code.as_deref()), ("failed", Some("card_declined")));

    let purpose = base::id::new();
    let waiting = world.pay(&client, asks, purpose, 5_000).await;
    assert!(waiting.state == "requires_action" && waiting.next_action_url.is_some());
    assert_eq!(code(world.intend(&client, Some(good), purpose, 5_000).await), "funding_in_progress");
    assert_eq!(code(ledger::method::remove(&client, asks).await), "payment_method_in_use");
    world.advance_days(2).await;
    assert_eq!(payment::show(&client, waiting.id).await.expect("a payment").state, "expired");

    // The target is closed: the money goes back.
    let closed = Uuid::from_u128((base::id::new().as_u128() & !0xFF_FFFF) | CLOSED);
    let back = world.pay(&client, good, closed, 7_000).await;
    assert_eq!((back.state.as_str(), back.applied.as_str()), ("captured", "refunded"));
    let before = world.balance("clearing", world.workspace).await;
    world.settle().await;
    assert_eq!(world.balance("clearing", world.workspace).await, before + 7_000);

    // Its provider never gives this one back: people must look.
    let stuck = world.pay(&client, stubborn, Uuid::from_u128(closed.as_u128() ^ (1 << 80)), 3_000).await;
    assert_eq!(stuck.applied, "refunded");

    // The answer is lost; the charge is found by our reference, and made once.
    world.ask("/control/next", json!({"next": "timeout"})).await;
    let lost = world.pay(&client, good, base::id::new(), 4_000).await;
    assert_eq!(lost.state, "captured");

    let milestone = base::id::new();
    world.pay(&client, disputed, milestone, 6_000).await;
    world.advance_days(7).await;
    world.release(milestone, 6_000).await.expect("released");
    world.advance_days(6).await;
    assert_eq!(world.balance("pending", world.payee).await, 5_700, "what is disputed does not clear");
    assert_eq!(world.balance("disputed", world.workspace).await, -6_000);
    let shown = wallet::show(&world.member(world.payee).await).await.expect("a wallet");
    assert_eq!(shown.balances[0].held.amount_minor, 5_700);
}

async fn send(world: &World, request: http::request::Builder, body: String) -> (u16, http::HeaderMap, String) {
    let request = request.header("host", "127.0.0.1:8080").body(axum::body::Body::from(body)).expect("a request");
    let answer = world.router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let bytes = kernel::extract::collect(body, 1 << 20).await.expect("a body");
    (parts.status.as_u16(), parts.headers, String::from_utf8_lossy(&bytes).into_owned())
}

fn as_member(method: &str, path: &str, id: Uuid, locale: Locale) -> http::request::Builder {
    let cookie = format!("{}={}", kernel::edge::COOKIE, token(id, locale));
    let uri = if path.starts_with("/w/") || path.starts_with("/api/") { path.to_owned() } else { format!("/w/atelier{path}") };
    http::Request::builder().method(method).uri(uri).header("cookie", cookie).header("accept", "text/html").header("sec-fetch-site", "same-origin")
}

/// Every page in both languages, for the payer and for the payee; every list of the API.
async fn pages(world: &World) {
    let query = payout::PayoutQuery { state: None, paging: kernel::list::Paging::first(50) };
    let payouts = payout::list(&world.member(world.payee).await, &query).await.expect("payouts").rows;
    let mut paths: Vec<(Uuid, String)> = vec![];
    for path in ["/wallet", "/wallet/statement", "/wallet/statement?account=pending&currency=USD", "/payouts", "/payouts?state=paid", "/payouts/new",
        "/payment-methods", "/destinations", "/ledger"] {
        paths.extend([(world.payer, path.to_owned()), (world.payee, path.to_owned())]);
    }
    paths.extend(payouts.iter().map(|p| (world.payee, format!("/payouts/{}", p.id))));
    let mut tx = world.kernel.db.begin_system(None).await.expect("a transaction");
    let payments = sqlx::query_scalar!("select id from ledger.payment").fetch_all(&mut *tx).await.expect("payments");
    let method = sqlx::query_scalar!("select id from ledger.payment_method limit 1").fetch_one(&mut *tx).await.expect("a method");
    let bank = sqlx::query_scalar!("select id from ledger.destination limit 1").fetch_one(&mut *tx).await.expect("an account");
    tx.commit().await.expect("a commit");
    paths.extend(payments.iter().map(|id| (world.payer, format!("/payments/{id}"))));
    paths.push((world.payer, format!("/payment-methods/{method}/removal")));
    paths.push((world.payee, format!("/destinations/{bank}/removal")));
    for (member, path) in &paths {
        for locale in Locale::ALL {
            let (status, _, text) = send(world, as_member("GET", path, *member, locale), String::new()).await;
            assert_eq!(status, 200, "{path}: {text}");
            for key in ["ledger-", "error-", " style="] {
                let at = text.find(key).map(|at| text[at..].chars().take(60).collect::<String>());
                assert_eq!(at, None, "{path} in {}", locale.code());
            }
        }
    }
    for path in ["wallet", "wallet/statement?limit=2", "payouts?limit=1", "payment-methods", "destinations", "ledger"] {
        let path = format!("/api/v1/w/atelier/{path}");
        let (status, _, text) = send(world, as_member("GET", &path, world.payee, Locale::En), String::new()).await;
        let answer: Value = serde_json::from_str(&text).unwrap_or_default();
        assert!(status == 200 && !answer["data"].is_null(), "{path}: {status} {text}");
        if let Some(cursor) = answer["page"]["next_cursor"].as_str() {
            let next = format!("{path}&cursor={cursor}");
            let (status, _, text) = send(world, as_member("GET", &next, world.payee, Locale::En), String::new()).await;
            let second: Value = serde_json::from_str(&text).unwrap_or_default();
            assert_eq!(status, 200, "{text}");
            let back = second["page"]["prev_cursor"].as_str().expect("a way back");
            let (_, _, text) = send(world, as_member("GET", &format!("{path}&cursor={back}"), world.payee, Locale::En), String::new()).await;
            let first: Value = serde_json::from_str(&text).unwrap_or_default();
            assert_eq!(first["data"], answer["data"]);
        }
    }
    let form = |amount: &str| format!("amount={amount}&destination_id={bank}");
    let decide = |locale| as_member("POST", "/payouts/decision", world.payee, locale).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(send(world, decide(Locale::Ar), form("20.00")).await.0, 200);
    assert_eq!(send(world, decide(Locale::En), form("1.00")).await.0, 422);
    assert_eq!(send(world, decide(Locale::En), form("9000.00")).await.0, 409);

    // The hosted field and back: only the session that went may return, and only to our own pages.
    let go = as_member("GET", "/payment-methods/new?next=/w/atelier/wallet", world.payee, Locale::En);
    let (status, headers, _) = send(world, go, String::new()).await;
    let to = headers["location"].to_str().expect("an address").to_owned();
    assert!(status == 303 && to.starts_with(&format!("{}/fields?return_to=", world.url)), "{to}");
    let return_to = reqwest::Url::parse(&to).expect("an address");
    let return_to = return_to.query_pairs().find(|(n, _)| n == "return_to").expect("a way back").1.into_owned();
    let back = return_to.strip_prefix("http://127.0.0.1:8080").expect("our own origin").to_owned();
    let made = world.ask("/v1/payment_methods", json!({"number": "4242424242424242", "exp_month": 1, "exp_year": 2041, "cvc": "123"})).await;
    let body = format!("provider_token={}", made["id"].as_str().expect("a token"));
    let post = |id| {
        let cookie = format!("{}={}", kernel::edge::COOKIE, token(id, Locale::En));
        http::Request::builder().method("POST").uri(&back).header("cookie", cookie).header("origin", &world.url)
            .header("sec-fetch-site", "same-site").header("content-type", "application/x-www-form-urlencoded")
    };
    assert_eq!(send(world, post(world.payer), body.clone()).await.0, 404, "another session");
    let (status, headers, text) = send(world, post(world.payee), body).await;
    assert_eq!((status, headers.get("location").and_then(|l| l.to_str().ok())), (303, Some("/w/atelier/wallet")), "{text}");
}

/// Events come signed, stored before they are answered, once each; an unknown one is kept.
async fn events(world: &World) {
    let body = json!({"id": "evt_unknown", "seq": 1, "type": "payment.succeeded", "data": {"object": "payment", "reference": base::id::new()}}).to_string();
    let now = base::instant::wall().unix_seconds();
    for (at, secret, expected) in [(now, SECRET, 200), (now, SECRET, 200), (now - 600, SECRET, 400), (now, "other", 400)] {
        let request = http::Request::builder()
            .method("POST")
            .uri("/api/v1/provider/events")
            .header("content-type", "application/json")
            .header("guildhall-signature", simulator::sign(secret, at, body.as_bytes()));
        let (status, _, text) = send(world, request, body.clone()).await;
        assert_eq!(status, expected, "{text}");
    }
    let stored = || async {
        let mut tx = world.kernel.db.begin_system(None).await.expect("a transaction");
        let rows = sqlx::query!(r#"select processed_at as "at: Instant", last_error from ledger.provider_event where id = 'evt_unknown'"#);
        let rows = rows.fetch_all(&mut *tx).await.expect("events");
        tx.commit().await.expect("a commit");
        rows
    };
    provider::poll(&world.kernel).await.expect("a poll");
    let rows = stored().await;
    assert!(rows.len() == 1 && rows[0].at.is_some() && rows[0].last_error.is_some(), "kept for review");
}

async fn journal(world: &World, path: PathBuf) {
    let mut text = vec![];
    ledger::export_journal(&world.kernel, &mut text).await.expect("a journal");
    std::fs::write(&path, &text).expect("a file");
    let Ok(out) = std::process::Command::new("hledger").arg("-f").arg(&path).args(["check", "--strict"]).output() else {
        eprintln!("hledger is not installed: the journal was not read");
        return;
    };
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}
