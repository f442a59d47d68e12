//! Looks at what a process leans on: for `/health/ready` in the background, for `preflight` once.
//! Nothing here spends quota or leaves a trace at the other side.

use anyhow::{Context, bail, ensure};
use database::{Database, SchemaState};
use kernel::{Kernel, config::Provider};
use serde_json::json;
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

/// Free space below which the data folder counts as full.
const LEAST_FREE: u64 = 200 * 1024 * 1024;

/// How old a look at mail and provider may be.
pub const EVERY: Duration = Duration::from_secs(5);

/// Whether the database answers as each role that this process takes.
///
/// # Errors
/// Which role cannot be taken, or that the server is away.
pub async fn roles(db: &Database) -> anyhow::Result<()> {
    let name = db.access().names().clone();
    let tries = [
        (name.app(), db.begin_app(None).await),
        (name.system(), db.begin_system(None).await),
        (name.owner(), db.begin_owner().await),
    ];
    for (role, begun) in tries {
        begun
            .with_context(|| format!("the role {role} cannot be taken"))?
            .rollback()
            .await?;
    }
    Ok(())
}

/// Whether the schema is this program's and stamped with its environment.
///
/// # Errors
/// What to do about it.
pub async fn schema(db: &Database, environment: &str) -> anyhow::Result<()> {
    match database::schema_state(db).await? {
        SchemaState::Current => {}
        SchemaState::Older => {
            bail!("the database is older than this program; run `guildhall migrate`")
        }
        SchemaState::Newer => bail!("the database is newer than this program"),
    }
    let mut tx = db.begin_system(None).await?;
    let stamp = sqlx::query_scalar!("select environment from kernel.installation")
        .fetch_optional(&mut *tx)
        .await?;
    tx.commit().await?;
    let stamp = stamp.context("the database is not stamped; run `guildhall migrate`")?;
    ensure!(
        stamp == environment,
        "the database belongs to {stamp}, not to {environment}"
    );
    Ok(())
}

/// Whether the folder takes files and has room.
///
/// # Errors
/// Which of the two it lacks.
pub fn folder(data: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(data).context("the data folder cannot be made")?;
    let file = data.join(format!(".preflight-{}", base::id::new()));
    std::fs::write(&file, b"ok").context("the data folder cannot be written to")?;
    std::fs::remove_file(&file).context("the data folder cannot be cleared")?;
    let space = rustix::fs::statvfs(data).context("the data folder cannot be measured")?;
    let free = space.f_bavail.saturating_mul(space.f_frsize);
    ensure!(
        free >= LEAST_FREE,
        "the disk has {} MB free, and 200 MB are needed",
        free / 1024 / 1024
    );
    Ok(())
}

/// Whether a payment provider answers to its secret.
///
/// # Errors
/// That it does not.
pub async fn provider(http: &reqwest::Client, provider: &Provider) -> anyhow::Result<()> {
    let secret = String::from_utf8_lossy(&provider.secret.0).into_owned();
    let answer = http
        .get(format!("{}/v1/events?after=0&limit=1", provider.url))
        .bearer_auth(secret)
        .timeout(Duration::from_secs(2))
        .send()
        .await
        .map_err(|_| anyhow::anyhow!("the provider does not answer"))?;
    ensure!(
        answer.status().is_success(),
        "the provider refuses with status {}",
        answer.status().as_u16()
    );
    Ok(())
}

/// Looks at database and schema, and keeps what it found.
pub async fn note_database(kernel: &Arc<Kernel>, db: &Database) {
    let began = Instant::now();
    let limit = Duration::from_secs(5);
    let answered = async {
        // On the reserved connection: a pool that is busy is no database that is away.
        let mut tx = db.begin_reserved().await?;
        sqlx::query_scalar!(r#"select 1 as "one!""#)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await
    };
    let reachable = matches!(tokio::time::timeout(limit, answered).await, Ok(Ok(())));
    let word = |up| if up { "up" } else { "down" };
    kernel
        .health
        .note_dependency("database", word(reachable), began.elapsed());
    let began = Instant::now();
    let state = if reachable {
        tokio::time::timeout(limit, database::schema_state(db)).await
    } else {
        Ok(Err(anyhow::anyhow!("the database is away")))
    };
    let fits = matches!(state, Ok(Ok(SchemaState::Current)));
    kernel
        .health
        .note_dependency("schema", word(fits), began.elapsed());
    kernel.health.note(reachable, fits);
}

/// Looks at mail and provider, and keeps what it found.
pub async fn note_outside(kernel: &Arc<Kernel>) {
    let began = Instant::now();
    let status = match kernel.config.smtp_url.as_deref() {
        None => "absent",
        Some(url) => word(kernel, "mail", notify::mail::reachable(url).await),
    };
    kernel
        .health
        .note_dependency("mail", status, began.elapsed());
    let began = Instant::now();
    let status = match kernel.provider() {
        Err(_) => "absent",
        Ok(known) => word(kernel, "provider", provider(&kernel.http, &known).await),
    };
    kernel
        .health
        .note_dependency("provider", status, began.elapsed());
}

/// The word for what was found; a change for the worse or better is logged, a state is not.
fn word(kernel: &Kernel, name: &'static str, looked: anyhow::Result<()>) -> &'static str {
    let known = kernel.health.dependencies();
    let was_down = known.get(name).is_some_and(|d| d.status == "down");
    match looked {
        Ok(()) => {
            if was_down {
                tracing::info!(key = "health.up", name);
            }
            "up"
        }
        Err(error) => {
            if !was_down {
                tracing::warn!(key = "health.down", name, error = %error);
            }
            "down"
        }
    }
}

/// A backlog older than this, in seconds, is told to the operators.
const BACKLOG_OLD: i64 = 300;

/// Notes the figures that operators see, keeps this process on the list of those that serve, and
/// tells operators of what stands still.
pub async fn watch_figures(kernel: Arc<Kernel>, connections: u32) {
    let started = base::instant::wall();
    let mut warned = false;
    while !kernel.shutdown.is_cancelled() {
        if let Err(error) = figures(&kernel, connections, started, &mut warned).await {
            tracing::warn!(key = "figures.failed", error = %error);
        }
        tokio::select! {
            () = kernel.shutdown.cancelled() => break,
            () = tokio::time::sleep(Duration::from_secs(10)) => {}
        }
    }
}

async fn figures(
    kernel: &Arc<Kernel>,
    connections: u32,
    started: base::Instant,
    warned: &mut bool,
) -> kernel::Result<()> {
    let wall = base::instant::wall();
    let usage = kernel.db.usage();
    let health = &kernel.health;
    health.note_figure(
        "pool",
        json!({"max": usage.max, "open": usage.open, "idle": usage.idle}),
    );
    health.note_figure("log_lines_dropped", json!(crate::log::dropped()));
    let mut tx = kernel.db.begin_reserved().await?;
    let backlog = kernel::events::backlog(&mut tx).await?;
    health.note_figure("backlog", json!(backlog));
    sqlx::query!(
        "insert into kernel.process (id, version, connections, started_at, seen_at) values ($1, $2, $3, $4, $5)
         on conflict (id) do update set seen_at = excluded.seen_at",
        kernel.process,
        env!("CARGO_PKG_VERSION"),
        // Beside the pool: the reserve and the listener.
        i32::try_from(connections + 3).unwrap_or(i32::MAX),
        started as _,
        wall as _
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "delete from kernel.process where seen_at < $1",
        wall.plus_seconds(-60) as _
    )
    .execute(&mut *tx)
    .await?;
    let sum = sqlx::query!(
        r#"select coalesce(sum(connections), 0) as "wanted!", count(*) as "processes!",
             current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint as "allowed!"
           from kernel.process"#
    )
    .fetch_one(&mut *tx)
    .await?;
    let mail = sqlx::query!(
        r#"select (select count(*) from (select 1 from notify.mail where state = 'queued' limit 10001) counted) as "waiting!",
             (select id from notify.mail where state = 'queued' order by id limit 1) as oldest"#
    )
    .fetch_one(&mut *tx)
    .await?;
    let without_default = sqlx::query_scalar!(
        "select w.slug from kernel.workspace w
         where w.state = 'active' and not exists (select 1 from kernel.role r where r.workspace_id = w.workspace_id and r.is_default)
         order by w.slug limit 1"
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    // By its id: its times are the business clock's.
    let queued_at = mail.oldest.and_then(|id| id.get_timestamp());
    let queued_at = queued_at.and_then(|t| i64::try_from(t.to_unix().0).ok());
    let mail_seconds = queued_at.map_or(0, |at| (wall.unix_seconds() - at).max(0));
    health.note_figure(
        "mail",
        json!({"waiting": mail.waiting, "seconds": mail_seconds}),
    );
    if mail_seconds > BACKLOG_OLD {
        let detail = format!(
            "{} mails wait, the oldest for {mail_seconds} seconds",
            mail.waiting
        );
        crate::alert::tell(kernel, "mail", &detail).await?;
    }
    if let Some(slug) = without_default {
        crate::alert::tell(kernel, "default_role", &slug).await?;
    }
    if sum.wanted > sum.allowed && !*warned {
        tracing::warn!(
            key = "database.too_many_connections",
            wanted = sum.wanted,
            allowed = sum.allowed,
            processes = sum.processes,
            "all processes together may open more connections than the database server allows"
        );
    }
    *warned = sum.wanted > sum.allowed;
    if backlog.seconds > BACKLOG_OLD {
        let detail = format!(
            "{} events wait, the oldest for {} seconds",
            backlog.waiting, backlog.seconds
        );
        crate::alert::tell(kernel, "backlog", &detail).await?;
    }
    if backlog.dead > 0 {
        let detail = format!("{} deliveries were given up", backlog.dead);
        crate::alert::tell(kernel, "dead", &detail).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_cannot_be_is_named() {
        let place = tempfile::tempdir().expect("a folder");
        folder(&place.path().join("data")).expect("an ordinary folder will do");
        let file = place.path().join("file");
        std::fs::write(&file, b"").expect("a file");
        let fault = folder(&file).expect_err("a file is no folder");
        assert!(fault.to_string().contains("data folder"), "{fault}");
    }
}
