//! The short commands.

use crate::{
    config::Settings,
    demo,
    serve::{self, Store},
};
use anyhow::{bail, ensure};
use database::Part;
use kernel::{Kernel, route::Meta};
use std::{io::Write, sync::Arc};
use tokio_util::sync::CancellationToken;

async fn with_kernel<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(&Arc<Kernel>) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let store = Store::open(settings, Part::Command, true).await?;
    let shutdown = CancellationToken::new();
    let (kernel, _) = serve::kernel(settings, &store, shutdown.clone()).await?;
    // Links that are printed lead to where `serve` listens with these settings.
    kernel.bound(settings.config.listen);
    let done = work(&kernel).await;
    shutdown.cancel();
    drop(kernel);
    store.close().await?;
    done
}

/// `guildhall migrate`.
///
/// # Errors
/// One sentence for the operator.
pub async fn migrate(settings: Settings) -> anyhow::Result<()> {
    let store = Store::open(&settings, Part::Command, true).await?;
    let migrated = store.migrate(settings.config.environment).await;
    store.close().await?;
    migrated?;
    println!("the database is at this version");
    Ok(())
}

/// `guildhall demo`.
///
/// # Errors
/// Refused in production and on a filled installation.
pub async fn demo(settings: Settings) -> anyhow::Result<()> {
    ensure!(
        !settings.config.environment.is_production(),
        "the demo world is not for production"
    );
    with_kernel(&settings, async |kernel| {
        ensure!(
            demo::is_empty(kernel).await?,
            "this installation is filled already; the demo world goes into an empty one"
        );
        crate::child::keep(kernel).await?;
        demo::fill(kernel).await?;
        println!("the demo world is there; sign in as client@demo.test or freelancer@demo.test");
        Ok(())
    })
    .await
}

/// The most faults that `guildhall check` prints.
const PRINTED_MOST: usize = 50;

/// `guildhall check`: prints what is proven, or every fault, the first one first. As the nightly
/// proof does, it has the books looked into where it finds faults, and no longer where it finds none.
///
/// # Errors
/// The first fault, named.
pub async fn check(settings: Settings) -> anyhow::Result<()> {
    with_kernel(&settings, async |kernel| {
        let faults = crate::proof::all(kernel).await?;
        let Some((check, first)) = faults.first() else {
            for check in &kernel.wiring().checks {
                println!("ok: {}", check.name);
            }
            return Ok(());
        };
        for (check, fault) in faults.iter().take(PRINTED_MOST) {
            println!("{check}: {fault}");
        }
        if faults.len() > PRINTED_MOST {
            println!("and {} more", faults.len() - PRINTED_MOST);
        }
        bail!("{check}: {first}")
    })
    .await
}

/// `guildhall export journal`.
///
/// # Errors
/// The database's, or a closed pipe.
pub async fn export_journal(settings: Settings) -> anyhow::Result<()> {
    with_kernel(&settings, async |kernel| {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut text = Vec::new();
        ledger::export_journal(kernel, &mut text).await?;
        out.write_all(&text)?;
        out.flush()?;
        Ok(())
    })
    .await
}

/// `guildhall log-level`: shows, sets or takes back the level of all processes.
///
/// # Errors
/// What is no level, or the database's.
pub async fn log_level(settings: Settings, level: Option<&str>, usual: bool) -> anyhow::Result<()> {
    if let Some(level) = level {
        ensure!(
            crate::log::is_level(level),
            "a level is error, warn, info, debug or trace, also per module: info,kernel=debug"
        );
    }
    with_kernel(&settings, async |kernel| {
        if level.is_some() || usual {
            let mut tx = kernel.db.begin_system(None).await?;
            crate::log::set_level(&mut tx, level).await?;
            tx.commit().await?;
        }
        match crate::log::level(kernel).await? {
            Some(level) => println!("{level}"),
            None => println!("as each process was told at its start"),
        }
        Ok(())
    })
    .await
}

/// `guildhall retry`: gives what was given up another day of attempts.
///
/// # Errors
/// The database's.
pub async fn retry(settings: Settings) -> anyhow::Result<()> {
    with_kernel(&settings, async |kernel| {
        let mut tx = kernel.db.begin_system(None).await?;
        let deliveries = kernel::events::retry(&mut tx, None).await?;
        let jobs = kernel::jobs::retry(&mut tx, None).await?;
        tx.commit().await?;
        println!("{deliveries} deliveries and {jobs} jobs are tried again");
        Ok(())
    })
    .await
}

/// `guildhall provider-events`.
///
/// # Errors
/// The database's, an unknown event, or a closed pipe.
pub async fn provider_events(settings: Settings, replay: Option<&str>) -> anyhow::Result<()> {
    with_kernel(&settings, async |kernel| {
        let mut out = std::io::stdout().lock();
        for line in ledger::provider::events::without_workspace(kernel, replay).await? {
            writeln!(out, "{line}")?;
        }
        Ok(())
    })
    .await
}

/// `guildhall operator create`.
///
/// # Errors
/// Refused once an operator exists.
pub async fn operator(settings: Settings, email: &str) -> anyhow::Result<()> {
    with_kernel(&settings, async |kernel| {
        let link = identity::create_operator(kernel, email).await?;
        println!("{link}");
        Ok(())
    })
    .await
}

/// `guildhall routes`.
///
/// # Errors
/// A closed pipe.
pub fn routes(json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let products = crate::products();
    let rows = products
        .iter()
        .flat_map(|p| p.routes.iter())
        .map(kernel::Route::meta);
    if json {
        let all: Vec<_> = rows.map(row).collect();
        serde_json::to_writer_pretty(&mut out, &all)?;
        writeln!(out)?;
    } else {
        for meta in rows {
            writeln!(
                out,
                "{:6} {:70} {:28} {:?}",
                meta.method.as_str(),
                meta.path,
                meta.operation,
                meta.access
            )?;
        }
    }
    Ok(())
}

fn row(meta: &Meta) -> serde_json::Value {
    use kernel::route::Access;
    serde_json::json!({
        "kind": format!("{:?}", meta.kind).to_lowercase(),
        "method": meta.method.as_str(),
        "path": meta.path,
        "operation": meta.operation,
        "access": match meta.access { Access::Public => "public", Access::SignedIn => "signed_in", Access::Permission(p) => p },
        "rate": meta.rate.name(),
        "idempotency": format!("{:?}", meta.idempotency).to_lowercase(),
        "if_match": meta.if_match,
        "product": meta.product,
        "status": meta.status,
        "upload": meta.upload,
        "from_provider": meta.from_provider,
        "body": meta.body,
        "query": meta.query,
    })
}
