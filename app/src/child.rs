//! The simulator as a child of `serve`, for development and test: found running or started, and
//! started again when it died. It ends by itself when its standard input closes.

use anyhow::Context;
use kernel::{
    Kernel,
    config::{Provider, SecretKey},
};
use std::{path::Path, process::Stdio, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// The secret shared with the child: the one that is set, else derived from our key, so that
/// processes of one key agree on it.
///
/// # Errors
/// A file of the secret that cannot be read.
pub fn secret(key: &[u8]) -> anyhow::Result<String> {
    Ok(
        match crate::config::secret_from("GUILDHALL_PROVIDER_SECRET")? {
            Some(set) => {
                String::from_utf8(set.0).context("GUILDHALL_PROVIDER_SECRET is not text")?
            }
            None => data_encoding::BASE64URL_NOPAD
                .encode(&base::secret::hmac(key, b"guildhall.simulator")),
        },
    )
}

/// Set for the child alone: it ends with its parent, when standard input closes.
const CHILD: &str = "GUILDHALL_SIMULATOR_CHILD";

/// Sees to it that a simulator answers, now and as long as the process lives.
///
/// # Errors
/// When none can be started at first.
pub async fn keep(kernel: &Arc<Kernel>) -> anyhow::Result<()> {
    if kernel.config.provider.is_some() || kernel.config.environment.is_production() {
        return Ok(());
    }
    let mut child = find_or_start(kernel).await?;
    let kernel = kernel.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = kernel.shutdown.cancelled() => break,
                () = tokio::time::sleep(Duration::from_secs(2)) => {}
            }
            let alive = match kernel.provider() {
                Ok(provider) => healthy(&kernel, &provider.url, &provider.secret.0).await,
                Err(_) => false,
            };
            if !alive {
                match find_or_start(&kernel).await {
                    Ok(started) => child = started.or(child.take()),
                    Err(error) => tracing::warn!(key = "simulator.failed", error = %error),
                }
            }
        }
        drop(child);
    });
    Ok(())
}

async fn find_or_start(kernel: &Arc<Kernel>) -> anyhow::Result<Option<Child>> {
    let secret = secret(kernel.config.key())?;
    let provider = |url: String| Provider {
        url,
        secret: SecretKey(secret.clone().into_bytes()),
    };
    if let Some(url) = known(kernel).await?
        && healthy(kernel, &url, secret.as_bytes()).await
    {
        kernel.set_provider(provider(url));
        return Ok(None);
    }
    let folder = kernel.config.data.join("simulator");
    let (child, url) = start(
        &folder,
        &secret,
        kernel.base_url(),
        kernel.config.has_test(),
    )
    .await?;
    kernel.set_provider(provider(url.clone()));
    let mut tx = kernel.db.begin_system(None).await?;
    sqlx::query!(
        "insert into kernel.setting (key, value) values ('simulator', $1) on conflict (key) do update set value = excluded.value",
        serde_json::json!(url)
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(child))
}

/// Where the simulator was last found.
pub(crate) async fn known(kernel: &Kernel) -> anyhow::Result<Option<String>> {
    let mut tx = kernel.db.begin_system(None).await?;
    let value = sqlx::query_scalar!("select value from kernel.setting where key = 'simulator'")
        .fetch_optional(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(value.and_then(|v| v.as_str().map(str::to_owned)))
}

async fn healthy(kernel: &Kernel, url: &str, secret: &[u8]) -> bool {
    let asked = kernel
        .http
        .get(format!("{url}/v1/events?after=0&limit=1"))
        .bearer_auth(String::from_utf8_lossy(secret));
    matches!(asked.timeout(Duration::from_secs(2)).send().await, Ok(answer) if answer.status().is_success())
}

async fn start(
    folder: &Path,
    secret: &str,
    base_url: &str,
    test: bool,
) -> anyhow::Result<(Child, String)> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg("simulator")
        .env("GUILDHALL_SIMULATOR_DATA", folder)
        .env("GUILDHALL_ENV", if test { "test" } else { "development" })
        .env(CHILD, "true")
        .env("GUILDHALL_PROVIDER_SECRET", secret)
        .env("GUILDHALL_SIMULATOR_BASE_URL", base_url)
        .env("GUILDHALL_LISTEN", "127.0.0.1:0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .process_group(0);
    let mut child = command.spawn().context("the simulator cannot be started")?;
    let out = child.stdout.take().context("the simulator has no output")?;
    let mut lines = BufReader::new(out).lines();
    let first = tokio::time::timeout(Duration::from_secs(20), lines.next_line())
        .await
        .context("the simulator does not answer")??;
    let url = first
        .as_deref()
        .and_then(|line| line.strip_prefix("listening on "))
        .context("the simulator ended before it listened")?
        .to_owned();
    // Keep draining: a closed pipe would end the child at its next line.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, url))
}

/// Runs as the simulator until the process is told to stop, or as a child until standard input
/// closes. In the test environment its clock can be moved and it can be told what to do next.
///
/// # Errors
/// A missing setting, or a folder that another simulator holds.
pub async fn run() -> anyhow::Result<()> {
    let var = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    let folder = var("GUILDHALL_SIMULATOR_DATA").unwrap_or_else(|| "./data/simulator".to_owned());
    let secret = match var("GUILDHALL_PROVIDER_SECRET") {
        Some(secret) => secret,
        None => {
            let secret = crate::config::secret_from("GUILDHALL_PROVIDER_SECRET")?
                .context("GUILDHALL_PROVIDER_SECRET is missing")?;
            String::from_utf8(secret.0).context("GUILDHALL_PROVIDER_SECRET is not text")?
        }
    };
    let base_url = var("GUILDHALL_SIMULATOR_BASE_URL")
        .or_else(|| var("GUILDHALL_BASE_URL"))
        .unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
    let base_url = base_url.trim_end_matches('/').to_owned();
    let mut config = simulator::Config::new(folder, secret);
    config.listen = var("GUILDHALL_LISTEN")
        .unwrap_or_else(|| "127.0.0.1:0".to_owned())
        .parse()
        .context("GUILDHALL_LISTEN must be an address and port")?;
    config.webhook_url = Some(format!("{base_url}/api/v1/provider/events"));
    config.test = var("GUILDHALL_ENV").is_some_and(|v| v == "test");
    config.page_origins = vec![base_url];
    let child = var(CHILD).is_some();
    let stop = async move {
        let told = crate::serve::told_to_stop();
        if child {
            let mut input = BufReader::new(tokio::io::stdin()).lines();
            tokio::select! {
                () = told => {}
                () = async { while let Ok(Some(_)) = input.next_line().await {} } => {}
            }
        } else {
            told.await;
        }
    };
    simulator::serve(
        config,
        |address| println!("listening on http://{address}"),
        stop,
    )
    .await
}
