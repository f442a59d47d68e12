//! Reads the environment; says which variable is wrong without showing its value.

use anyhow::{Context, bail, ensure};
use kernel::config::{Config, Environment, Network, Provider, SecretKey};
use std::{fs, path::{Path, PathBuf}};

/// What this process was told, with the address of a database that is not the private one.
pub struct Settings {
    /// The kernel's part.
    pub config: Config,
    /// `DATABASE_URL`, read at run time only.
    pub database_url: Option<String>,
    /// `GUILDHALL_DATABASE_DIRECT_URL`.
    pub direct_url: Option<String>,
}

fn var(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

/// Reads and proves all settings.
///
/// # Errors
/// One sentence that names the setting.
pub fn read() -> anyhow::Result<Settings> {
    let environment = match var("GUILDHALL_ENV").as_deref() {
        None | Some("production") => Environment::Production,
        Some("development") => Environment::Development,
        Some("test") => Environment::Test,
        Some(_) => bail!("GUILDHALL_ENV must be production, development or test"),
    };
    let listen = var("GUILDHALL_LISTEN").unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let listen = listen.parse().context("GUILDHALL_LISTEN must be an address and port such as 127.0.0.1:8080")?;
    let data = PathBuf::from(var("GUILDHALL_DATA").unwrap_or_else(|| "./data".to_owned()));
    let base_url = var("GUILDHALL_BASE_URL").map(|u| u.trim_end_matches('/').to_owned());
    if let Some(url) = &base_url {
        ensure!(url.starts_with("http://") || url.starts_with("https://"), "GUILDHALL_BASE_URL must begin with http:// or https://");
        ensure!(
            !environment.is_production() || url.starts_with("https://"),
            "GUILDHALL_BASE_URL must begin with https:// in production"
        );
    }
    let proxies = var("GUILDHALL_TRUSTED_PROXIES").unwrap_or_else(|| match environment {
        Environment::Test => "127.0.0.0/8".to_owned(),
        _ => String::new(),
    });
    let mut trusted_proxies = vec![];
    for part in proxies.split(',').filter(|p| !p.trim().is_empty()) {
        trusted_proxies.push(Network::parse(part).context("GUILDHALL_TRUSTED_PROXIES must list networks such as 10.0.0.0/8")?);
    }
    let argon2_memory_kib = number("GUILDHALL_ARGON2_MEMORY_KIB", 19_456)?;
    let argon2_passes = number("GUILDHALL_ARGON2_PASSES", 2)?;
    let smtp_url = var("GUILDHALL_SMTP_URL");
    ensure!(
        smtp_url.is_some() || !environment.is_production(),
        "GUILDHALL_SMTP_URL is missing: production sends real mail"
    );
    let provider = match var("GUILDHALL_PROVIDER_URL") {
        Some(url) => {
            let secret = secret_from("GUILDHALL_PROVIDER_SECRET")?.context("GUILDHALL_PROVIDER_SECRET is missing")?;
            Some(Provider { url: url.trim_end_matches('/').to_owned(), secret })
        }
        None => None,
    };
    ensure!(
        provider.is_none() || !environment.is_production(),
        "GUILDHALL_PROVIDER_URL names the simulator, which production does not use"
    );
    Ok(Settings {
        config: Config {
            environment,
            listen,
            secret_keys: keys(environment, &data)?,
            data,
            base_url,
            trusted_proxies,
            argon2_memory_kib,
            argon2_passes,
            smtp_url,
            provider,
            open_founding: var("GUILDHALL_OPEN_FOUNDING").is_some_and(|v| v == "true"),
        },
        database_url: var("DATABASE_URL"),
        direct_url: var("GUILDHALL_DATABASE_DIRECT_URL"),
    })
}

fn number(name: &str, least: u32) -> anyhow::Result<u32> {
    let value = match var(name) {
        None => least,
        Some(text) => text.parse().with_context(|| format!("{name} must be a whole number"))?,
    };
    ensure!(value >= least, "{name} must not be below {least}");
    Ok(value)
}

fn secret_from(name: &str) -> anyhow::Result<Option<SecretKey>> {
    let text = match (var(name), var(&format!("{name}_FILE"))) {
        (Some(text), _) => text,
        (None, Some(path)) => fs::read_to_string(path).with_context(|| format!("{name}_FILE cannot be read"))?,
        (None, None) => return Ok(None),
    };
    let bytes = text.trim().as_bytes().to_vec();
    strong(name, &bytes)?;
    Ok(Some(SecretKey(bytes)))
}

/// At least 32 bytes that are not a sample, one repeated pattern, or of a handful of characters.
fn strong(name: &str, key: &[u8]) -> anyhow::Result<()> {
    ensure!(key.len() >= 32, "{name} must have 32 bytes or more");
    let mut distinct = key.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    ensure!(distinct.len() >= 10, "{name} is too simple to be a secret");
    let repeats = (1..=key.len() / 2).any(|n| key.chunks(n).all(|c| key.starts_with(c)));
    ensure!(!repeats, "{name} repeats itself and is too simple to be a secret");
    let lower = String::from_utf8_lossy(key).to_lowercase();
    let sample = ["changeme", "change-me", "password", "secretsecret", "example", "0123456789abcdef", "abcdefghijklmnop"];
    ensure!(!sample.iter().any(|s| lower.contains(s)), "{name} looks like a sample, not a secret");
    Ok(())
}

/// The current key and those that still verify (`GUILDHALL_SECRET_KEY_OLD`, comma separated).
fn keys(environment: Environment, data: &Path) -> anyhow::Result<Vec<SecretKey>> {
    // An empty or short value is a mistake to be told, not an absence.
    if let Ok(text) = std::env::var("GUILDHALL_SECRET_KEY") {
        strong("GUILDHALL_SECRET_KEY", text.trim().as_bytes())?;
    }
    let mut keys = vec![];
    match secret_from("GUILDHALL_SECRET_KEY")? {
        Some(key) => keys.push(key),
        None if environment.is_production() => bail!("GUILDHALL_SECRET_KEY (or GUILDHALL_SECRET_KEY_FILE) is missing"),
        None => keys.push(own_key(data)?),
    }
    for old in var("GUILDHALL_SECRET_KEY_OLD").unwrap_or_default().split(',').filter(|k| !k.is_empty()) {
        strong("GUILDHALL_SECRET_KEY_OLD", old.as_bytes())?;
        keys.push(SecretKey(old.as_bytes().to_vec()));
    }
    Ok(keys)
}

/// The key of a development or test folder, made once.
fn own_key(data: &Path) -> anyhow::Result<SecretKey> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let path = data.join("secret.key");
    fs::create_dir_all(data).with_context(|| format!("the data folder {} cannot be made", data.display()))?;
    let made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    match made {
        Ok(mut file) => {
            let key = base::secret::Token::new();
            file.write_all(key.reveal().as_bytes())?;
            file.sync_all()?;
            Ok(SecretKey(key.reveal().as_bytes().to_vec()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            // Another process may be between making and filling it.
            for _ in 0..50 {
                let key = fs::read(&path)?;
                if key.len() >= 32 {
                    return Ok(SecretKey(key));
                }
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            bail!("{} is too short to be a key; remove it to have a new one made", path.display())
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be made", path.display())),
    }
}
