//! The demo world: four workspaces, ten accounts, and in the market real work in every state.
//! It is made through the API, as people would make it, so nothing in it is more than the product
//! can do, and with a history: the process that fills it begins six weeks back and comes up to now.
//! The same for everyone on a given day.

mod content;
mod market;
mod world;

use kernel::{Cx, Kernel, Result};
use std::{collections::HashMap, sync::Arc};
use ui::text::Locale;
use world::World;

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

/// How far back the demo world begins.
const HOURS_BACK: i64 = 45 * 24;

/// Fills an empty installation.
///
/// # Errors
/// Whatever the API refuses: the demo world is nothing special.
pub async fn fill(kernel: &Arc<Kernel>) -> anyhow::Result<()> {
    let today = kernel.now().await?;
    // Another process may serve this database, and it lives today.
    let held = kernel::clock::hold_sweepers(kernel).await?;
    kernel::clock::set_back(HOURS_BACK * 3600);
    let filled = live_through(kernel, today).await;
    kernel::clock::set_back(0);
    held.commit().await?;
    kernel.cache.sessions.invalidate_all();
    filled
}

async fn live_through(kernel: &Arc<Kernel>, today: base::Instant) -> anyhow::Result<()> {
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
    let mut world = World::new(inner, router, HOURS_BACK);
    market::fill(&mut world, today).await?;
    world.at(0).await
}

/// Does what is due for people. What recurs for the house (its proofs and purges) begins today.
async fn due(kernel: &Arc<Kernel>, now: base::Instant) -> Result<usize> {
    let mut done = 0;
    for deadline in &kernel.wiring().deadlines {
        if deadline.name != "schedule" {
            done += (deadline.sweep)(kernel.clone(), now).await?;
        }
    }
    Ok(done)
}

/// Lets all follow that is due: deadlines, events, jobs, mail.
async fn settle(kernel: &Arc<Kernel>) -> anyhow::Result<()> {
    loop {
        let now = kernel.now().await?;
        let swept = due(kernel, now).await?;
        kernel::server::settle(kernel, std::time::Duration::from_secs(20)).await?;
        notify::send_due(kernel).await?;
        if swept == 0 {
            return Ok(());
        }
    }
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
