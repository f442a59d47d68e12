//! Looks at what a process leans on: for `/health/ready` in the background, for `preflight` once.
//! Nothing here spends quota or leaves a trace at the other side.

use anyhow::{Context, bail, ensure};
use database::{Database, SchemaState};
use kernel::{Kernel, config::Provider};
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
        let mut tx = db.begin_system(None).await?;
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
