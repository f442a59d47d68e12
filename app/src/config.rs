//! Reads the environment; says which variable is wrong without showing its value.

use anyhow::{Context, bail, ensure};
use kernel::config::{Config, Environment, Network, Provider, SecretKey};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// What this process was told, with the address of a database that is not the private one.
pub struct Settings {
    /// The kernel's part.
    pub config: Config,
    /// `DATABASE_URL`, read at run time only.
    pub database_url: Option<String>,
    /// `GUILDHALL_DATABASE_DIRECT_URL`.
    pub direct_url: Option<String>,
    /// How many connections `serve` keeps.
    pub pool: Pool,
    /// How long `serve` goes on accepting after it was told to stop, already unready.
    pub drain: Duration,
}

/// The size of a pool of connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// At most; 2 to 200.
    pub max: u32,
    /// Kept open when idle; not above `max`.
    pub min: u32,
    /// Seconds after which a connection is replaced; 60 to 86 400.
    pub lifetime: u32,
    /// Seconds after which an idle connection above `min` is closed; 10 to 86 400.
    pub idle: u32,
}

/// Proves `GUILDHALL_TIME_ZONE`.
fn time_zone(name: Option<String>) -> anyhow::Result<String> {
    let name = name.unwrap_or_else(|| "UTC".to_owned());
    ensure!(
        jiff::tz::TimeZone::get(&name).is_ok(),
        "GUILDHALL_TIME_ZONE must be the name of a time zone such as Europe/Berlin"
    );
    Ok(name)
}

/// Reads `GUILDHALL_POOL_…`: `value` gives what follows the underscore.
fn pool(value: impl Fn(&str) -> Option<String>) -> anyhow::Result<Pool> {
    let read = |name: &str, usual: u32, least: u32, most: u32| match value(name) {
        None => Ok(usual),
        Some(text) => text
            .parse::<u32>()
            .ok()
            .filter(|n| (least..=most).contains(n))
            .with_context(|| {
                format!("GUILDHALL_POOL_{name} must be a whole number from {least} to {most}")
            }),
    };
    let max = read("MAX", 20, 2, 200)?;
    // The usual minimum gives way to a small maximum; one that was asked for does not.
    let min = read("MIN", 2.min(max), 2, 200)?;
    ensure!(
        min <= max,
        "GUILDHALL_POOL_MIN must not be above GUILDHALL_POOL_MAX"
    );
    Ok(Pool {
        max,
        min,
        lifetime: read("LIFETIME_SECONDS", 1800, 60, 86_400)?,
        idle: read("IDLE_SECONDS", 600, 10, 86_400)?,
    })
}

/// Proves `GUILDHALL_ASSET_BASE_URL`: an origin, because it stands in the content security policy.
fn asset_origin(text: &str, production: bool) -> anyhow::Result<String> {
    let origin = text.trim_end_matches('/');
    let host = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://").filter(|_| !production));
    let fits = host.is_some_and(|host| {
        !host.is_empty()
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'))
    });
    ensure!(
        fits,
        "GUILDHALL_ASSET_BASE_URL must be an origin such as https://assets.example.org"
    );
    Ok(origin.to_owned())
}

/// Whether this is a host name with, if at all, a port behind it.
fn is_host(text: &str) -> bool {
    let (name, port) = text.rsplit_once(':').unwrap_or((text, "1"));
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        && port.parse::<u16>().is_ok_and(|port| port > 0)
}

/// Proves `GUILDHALL_ALLOWED_ORIGINS`: each one an origin, written as browsers send it.
fn allowed_origins(text: &str, production: bool) -> anyhow::Result<Vec<String>> {
    let listed = text.split(',').map(str::trim).filter(|one| !one.is_empty());
    let mut origins = vec![];
    for origin in listed {
        let host = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://").filter(|_| !production));
        let lower = !origin.bytes().any(|b| b.is_ascii_uppercase());
        ensure!(
            host.is_some_and(is_host) && lower,
            "GUILDHALL_ALLOWED_ORIGINS must list origins such as https://app.example.org, without wildcards{}",
            if production { ", each with https" } else { "" }
        );
        origins.push(origin.to_owned());
    }
    Ok(origins)
}

/// Proves `GUILDHALL_OTHER_HOSTS`: names, with a port where people type one.
fn other_hosts(text: &str) -> anyhow::Result<Vec<String>> {
    let listed = text.split(',').map(str::trim).filter(|one| !one.is_empty());
    let hosts: Vec<String> = listed.map(str::to_lowercase).collect();
    ensure!(
        hosts.iter().all(|host| is_host(host)),
        "GUILDHALL_OTHER_HOSTS must list host names such as guildhall.example.com"
    );
    Ok(hosts)
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
    let listen = listen
        .parse()
        .context("GUILDHALL_LISTEN must be an address and port such as 127.0.0.1:8080")?;
    let data = PathBuf::from(var("GUILDHALL_DATA").unwrap_or_else(|| "./data".to_owned()));
    let base_url = var("GUILDHALL_BASE_URL").map(|u| u.trim_end_matches('/').to_owned());
    if let Some(url) = &base_url {
        ensure!(
            url.starts_with("http://") || url.starts_with("https://"),
            "GUILDHALL_BASE_URL must begin with http:// or https://"
        );
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
        trusted_proxies.push(
            Network::parse(part)
                .context("GUILDHALL_TRUSTED_PROXIES must list networks such as 10.0.0.0/8")?,
        );
    }
    if let Some(url) = var("GUILDHALL_ASSET_BASE_URL") {
        ui::assets::serve_from(&asset_origin(&url, environment.is_production())?);
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
            let secret = secret_from("GUILDHALL_PROVIDER_SECRET")?
                .context("GUILDHALL_PROVIDER_SECRET is missing")?;
            Some(Provider {
                url: url.trim_end_matches('/').to_owned(),
                secret,
            })
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
            allowed_origins: allowed_origins(
                &var("GUILDHALL_ALLOWED_ORIGINS").unwrap_or_default(),
                environment.is_production(),
            )?,
            other_hosts: other_hosts(&var("GUILDHALL_OTHER_HOSTS").unwrap_or_default())?,
            open_founding: var("GUILDHALL_OPEN_FOUNDING").is_some_and(|v| v == "true"),
            time_zone: time_zone(var("GUILDHALL_TIME_ZONE"))?,
        },
        database_url: var("DATABASE_URL"),
        direct_url: var("GUILDHALL_DATABASE_DIRECT_URL"),
        pool: pool(|name| var(&format!("GUILDHALL_POOL_{name}")))?,
        drain: Duration::from_secs(u64::from(match var("GUILDHALL_DRAIN_SECONDS") {
            Some(text) => text
                .parse::<u8>()
                .ok()
                .filter(|seconds| *seconds <= 60)
                .context("GUILDHALL_DRAIN_SECONDS must be a whole number from 0 to 60")?,
            None => match environment {
                Environment::Production => 5,
                Environment::Test => 1,
                Environment::Development => 0,
            },
        })),
    })
}

fn number(name: &str, least: u32) -> anyhow::Result<u32> {
    let value = match var(name) {
        None => least,
        Some(text) => text
            .parse()
            .with_context(|| format!("{name} must be a whole number"))?,
    };
    ensure!(value >= least, "{name} must not be below {least}");
    Ok(value)
}

pub(crate) fn secret_from(name: &str) -> anyhow::Result<Option<SecretKey>> {
    let text = match (var(name), var(&format!("{name}_FILE"))) {
        (Some(text), _) => text,
        (None, Some(path)) => {
            fs::read_to_string(path).with_context(|| format!("{name}_FILE cannot be read"))?
        }
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
    ensure!(
        !repeats,
        "{name} repeats itself and is too simple to be a secret"
    );
    let lower = String::from_utf8_lossy(key).to_lowercase();
    let sample = [
        "changeme",
        "change-me",
        "password",
        "secretsecret",
        "example",
        "0123456789abcdef",
        "abcdefghijklmnop",
    ];
    ensure!(
        !sample.iter().any(|s| lower.contains(s)),
        "{name} looks like a sample, not a secret"
    );
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
        None if environment.is_production() => {
            bail!("GUILDHALL_SECRET_KEY (or GUILDHALL_SECRET_KEY_FILE) is missing")
        }
        None => keys.push(own_key(data)?),
    }
    keys.extend(earlier(
        &var("GUILDHALL_SECRET_KEY_OLD").unwrap_or_default(),
    )?);
    Ok(keys)
}

/// Earlier keys as they are listed; each must be as strong as a current one.
fn earlier(list: &str) -> anyhow::Result<Vec<SecretKey>> {
    let listed = list.split(',').map(str::trim).filter(|k| !k.is_empty());
    listed
        .map(|key| {
            strong("GUILDHALL_SECRET_KEY_OLD", key.as_bytes())?;
            Ok(SecretKey(key.as_bytes().to_vec()))
        })
        .collect()
}

/// The key of a development or test folder, made once.
fn own_key(data: &Path) -> anyhow::Result<SecretKey> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let path = data.join("secret.key");
    fs::create_dir_all(data)
        .with_context(|| format!("the data folder {} cannot be made", data.display()))?;
    let made = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path);
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
            bail!(
                "{} is too short to be a key; remove it to have a new one made",
                path.display()
            )
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be made", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "q8Zt3vLx0Rk2Wn7Yb5Hd9Jf4Gs6Pc1Ma";

    #[test]
    fn weak_secrets_are_refused_by_name_and_never_shown() {
        strong("KEY", GOOD.as_bytes()).expect("a random text of 32 bytes will do");
        let weak = [
            "",
            "changeme",
            &GOOD[..31],
            &"a".repeat(64),
            &"abcdefghijkl".repeat(4),
            "changeme-q8Zt3vLx0Rk2Wn7Yb5Hd9Jf4Gs6Pc1Ma",
            "my-PassWord-q8Zt3vLx0Rk2Wn7Yb5Hd9Jf4Gs6Pc",
            "0123456789abcdef-Zt3vLx0Rk2Wn7Yb5Hd9Jf4Gs",
        ];
        for key in weak {
            let fault = strong("KEY", key.as_bytes()).expect_err(key).to_string();
            assert!(fault.starts_with("KEY "), "{fault}");
            assert!(key.is_empty() || !fault.contains(key), "{fault}");
        }
    }

    #[test]
    fn earlier_keys_are_a_list_and_as_strong() {
        let other: String = GOOD.chars().rev().collect();
        let keys = earlier(&format!("{GOOD}, {other},")).expect("two keys");
        let texts: Vec<_> = keys.iter().map(|k| k.0.clone()).collect();
        assert_eq!(texts, [GOOD.as_bytes().to_vec(), other.into_bytes()]);
        assert!(earlier("").expect("none").is_empty());
        let fault = earlier(&format!("{GOOD},short")).expect_err("a short one");
        assert!(fault.to_string().contains("GUILDHALL_SECRET_KEY_OLD"));
    }

    #[test]
    fn a_pool_fits_its_limits() {
        let of = |given: &'static [(&'static str, &'static str)]| {
            pool(|name| {
                let found = given.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        let usual = of(&[]).expect("the usual");
        assert_eq!((usual.max, usual.min), (20, 2));
        assert_eq!((usual.lifetime, usual.idle), (1800, 600));
        let small = of(&[("MAX", "5"), ("MIN", "5")]).expect("small");
        assert_eq!((small.max, small.min), (5, 5));
        for (given, named) in [
            (&[("MAX", "1")][..], "MAX"),
            (&[("MAX", "201")], "MAX"),
            (&[("MAX", "many")], "MAX"),
            (&[("MAX", "4"), ("MIN", "5")], "MIN"),
            (&[("MIN", "0")], "MIN"),
            (&[("LIFETIME_SECONDS", "59")], "LIFETIME_SECONDS"),
            (&[("IDLE_SECONDS", "soon")], "IDLE_SECONDS"),
        ] {
            let fault = of(given).expect_err("out of limits").to_string();
            let named = format!("GUILDHALL_POOL_{named} ");
            assert!(fault.starts_with(&named), "{fault}");
        }
    }

    #[test]
    fn a_time_zone_is_known() {
        assert_eq!(time_zone(None).expect("the usual"), "UTC");
        assert!(time_zone(Some("Asia/Riyadh".to_owned())).is_ok());
        assert!(time_zone(Some("Mars/Olympus".to_owned())).is_err());
    }

    #[test]
    fn assets_come_from_an_origin() {
        let read = |text, production| asset_origin(text, production).ok();
        let cdn = "https://assets.example.org";
        assert_eq!(
            read("https://assets.example.org/", true).as_deref(),
            Some(cdn)
        );
        assert_eq!(read("http://localhost:8095", true), None);
        assert!(read("http://localhost:8095", false).is_some());
        for odd in [
            "assets.example.org",
            "https://",
            "https://a/b",
            "https://a; script-src *",
        ] {
            assert_eq!(read(odd, false), None, "{odd}");
        }
    }
}
