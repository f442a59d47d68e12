//! What the operator sets. Read once from the environment; secrets never leave this value.

use std::{net::SocketAddr, path::PathBuf};

/// Which rules hold: production fails closed, development and test open the `/dev` and `/test` doors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// The default: nothing is assumed, secrets and mail must be configured.
    Production,
    /// A developer's machine.
    Development,
    /// Checked from outside: movable clock, mail sink, simulator control.
    Test,
}

impl Environment {
    /// The word in `GUILDHALL_ENV` and in the database's stamp.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
            Self::Test => "test",
        }
    }
    /// Whether real people and real money are assumed.
    #[must_use]
    pub fn is_production(self) -> bool {
        self == Self::Production
    }
}

/// A secret key; it has no `Debug` that shows it.
#[derive(Clone)]
pub struct SecretKey(pub Vec<u8>);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// A network in CIDR form, for trusted proxies.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    base: std::net::IpAddr,
    bits: u32,
}

impl Network {
    /// Reads `10.0.0.0/8` or a bare address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (base, bits) = match text.trim().split_once('/') {
            Some((base, bits)) => (base.parse().ok()?, Some(bits.parse::<u32>().ok()?)),
            None => (text.trim().parse::<std::net::IpAddr>().ok()?, None),
        };
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { base, bits })
    }
    /// Whether the address lies inside.
    #[must_use]
    pub fn contains(&self, address: std::net::IpAddr) -> bool {
        use std::net::IpAddr::{V4, V6};
        match (self.base, address.to_canonical()) {
            (V4(a), V4(b)) => {
                let shift = 32 - self.bits;
                shift == 32 || u32::from(a) >> shift == u32::from(b) >> shift
            }
            (V6(a), V6(b)) => {
                let shift = 128 - self.bits;
                shift == 128 || u128::from(a) >> shift == u128::from(b) >> shift
            }
            _ => false,
        }
    }
}

/// Everything a process needs to know about where it runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which rules hold.
    pub environment: Environment,
    /// Address to bind; port 0 picks one.
    pub listen: SocketAddr,
    /// Private database, files, keys.
    pub data: PathBuf,
    /// The address people use, without a trailing slash; `None` until bound means the bound one.
    pub base_url: Option<String>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Keys for signing and deriving; the first is current, the rest still verify.
    pub secret_keys: Vec<SecretKey>,
    /// Argon2id memory in KiB, not below 19 456.
    pub argon2_memory_kib: u32,
    /// Argon2id passes, not below 2.
    pub argon2_passes: u32,
    /// Where mail goes; `None` is the sink (development and test only).
    pub smtp_url: Option<String>,
    /// The payment provider's address and the shared secret.
    pub provider: Option<Provider>,
    /// Origins whose pages may call the API, letter for letter; none by default.
    pub allowed_origins: Vec<String>,
    /// Hosts besides the base address's that lead there.
    pub other_hosts: Vec<String>,
    /// Whether anyone may found a workspace by registering without one.
    pub open_founding: bool,
    /// Where the installation's day begins: the IANA name of a time zone, for what recurs daily.
    pub time_zone: String,
}

/// A payment provider's address with the secret shared with it.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Base address, without a trailing slash.
    pub url: String,
    /// Bearer secret and key of webhook signatures.
    pub secret: SecretKey,
}

fn key_id(key: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&base::secret::hmac(key, b"guildhall.key-id")[..8])
}

impl Config {
    /// The key that signs and derives now.
    ///
    /// # Panics
    /// When the configuration was built without a key, which [`crate::config`] never does.
    #[must_use]
    pub fn key(&self) -> &[u8] {
        &self
            .secret_keys
            .first()
            .expect("a configuration has a key")
            .0
    }
    /// A short public name of the key that signs and derives now: what was made under it says so.
    ///
    /// # Panics
    /// As [`Config::key`].
    #[must_use]
    pub fn key_id(&self) -> String {
        key_id(self.key())
    }
    /// The key of this name, as long as it is on the list; else the current one.
    #[must_use]
    pub fn key_named(&self, id: Option<&str>) -> &[u8] {
        let named = self
            .secret_keys
            .iter()
            .find(|key| Some(key_id(&key.0).as_str()) == id);
        named.map_or_else(|| self.key(), |key| &key.0)
    }
    /// Whether `/dev` pages are mounted.
    #[must_use]
    pub fn has_dev(&self) -> bool {
        !self.environment.is_production()
    }
    /// Whether `/test` is mounted and the business clock moves.
    #[must_use]
    pub fn has_test(&self) -> bool {
        self.environment == Environment::Test
    }
}
