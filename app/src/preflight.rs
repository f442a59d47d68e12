//! `guildhall preflight`: would `serve` work here? Asked before a deploy, changes nothing that a
//! start would not.

use crate::{
    child,
    config::Settings,
    probe,
    serve::{self, Store},
};
use anyhow::{Result, bail};
use database::Part;
use kernel::config::{Provider, SecretKey};
use tokio_util::sync::CancellationToken;

/// Tells of each item whether it is in order; the first fault is the command's.
struct Report(Option<String>);

impl Report {
    fn tell(&mut self, item: &str, found: Result<String>) {
        match found {
            Ok(words) => println!("ok: {item}: {words}"),
            Err(fault) => {
                println!("fault: {item}: {fault:#}");
                self.0.get_or_insert(format!("{item}: {fault:#}"));
            }
        }
    }
}

/// Looks at everything; settings and secrets were proved when they were read.
///
/// # Errors
/// The first fault, named.
pub async fn run(settings: Settings) -> Result<()> {
    let mut report = Report(None);
    let config = &settings.config;
    report.tell("settings", Ok(config.environment.name().to_owned()));
    let keys = config.secret_keys.len();
    report.tell("secrets", Ok(format!("{keys} in force")));
    let folder = probe::folder(&config.data).map(|()| "writable, 200 MB or more free".to_owned());
    report.tell("data folder", folder);
    match Store::open(&settings, Part::Command, true).await {
        Err(error) => report.tell("database", Err(error)),
        Ok(store) => {
            report.tell("database", Ok("answers".to_owned()));
            let roles = probe::roles(&store.db).await;
            let taken = roles.is_ok();
            report.tell("roles", roles.map(|()| "can be taken".to_owned()));
            if taken {
                let schema = probe::schema(&store.db, config.environment.name()).await;
                let fits = schema.is_ok();
                report.tell(
                    "schema",
                    schema.map(|()| "as this program needs it".to_owned()),
                );
                if fits {
                    report.tell("provider", provider(&settings, &store).await);
                }
            }
            store.close().await?;
        }
    }
    let mail = match config.smtp_url.as_deref() {
        None => Ok("kept in the sink".to_owned()),
        Some(url) => notify::mail::reachable(url)
            .await
            .map(|()| "the server lets us in".to_owned())
            .map_err(|error| error.context("GUILDHALL_SMTP_URL")),
    };
    report.tell("mail", mail);
    match report.0 {
        None => Ok(()),
        Some(fault) => bail!("{fault}"),
    }
}

async fn provider(settings: &Settings, store: &Store) -> Result<String> {
    let (kernel, _) = serve::kernel(settings, store, CancellationToken::new()).await?;
    let known = match &settings.config.provider {
        Some(known) => known.clone(),
        None if settings.config.environment.is_production() => {
            return Ok("none is configured".to_owned());
        }
        None => match child::known(&kernel).await? {
            None => return Ok("the simulator, which serve starts".to_owned()),
            Some(url) => Provider {
                url,
                secret: SecretKey(child::secret(settings.config.key())?.into_bytes()),
            },
        },
    };
    match probe::provider(&kernel.http, &known).await {
        Ok(()) => Ok("answers".to_owned()),
        // The child ended with the serve that had it, and comes again with the next one.
        Err(_) if settings.config.provider.is_none() => {
            Ok("the simulator, which serve starts".to_owned())
        }
        Err(error) => Err(error.context("GUILDHALL_PROVIDER_URL")),
    }
}
