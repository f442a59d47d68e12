//! Passwords: the rule they must meet, and their hashes (Argon2id, bounded in number at a time).

mod legacy;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, phc::PasswordHash},
};
use kernel::{Error, Kernel, Reader, Result, config::Environment};
use serde_json::json;
use std::{
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Semaphore, time::Instant};
use unicode_normalization::UnicodeNormalization;

/// The password of every demo account: exempt from the rule everywhere but in production, where it
/// is the first that would be guessed.
pub const DEMO: &str = "guildhall-demo-2026";
/// Text in the place of a hash that no password has.
pub const NONE: &str = "!";
/// Fewest characters.
pub const LEAST: usize = 12;
/// Most characters.
pub const MOST: usize = 128;

/// Characters of a password that are looked at at all: one over [`MOST`] is told so by its own code.
const READ: usize = 1_000;

/// Reads a password that is being chosen; the rest of the rule needs to know whose it is.
pub fn chosen(r: &mut Reader, name: &str) -> String {
    let password = r.secret(name, READ);
    r.document(name, json!({"minLength": LEAST, "maxLength": MOST}));
    let length = normal(&password).chars().count();
    if length > MOST {
        r.fault(name, "password_too_long");
    } else if (1..LEAST).contains(&length) {
        r.fault(name, "password_too_short");
    }
    password
}

/// Hashes computed at one time: each takes its whole memory factor.
static SLOTS: Semaphore = Semaphore::const_new(2);
static WAITING: AtomicUsize = AtomicUsize::new(0);
/// Requests that may wait for a slot; more are told to come back.
const QUEUE: usize = 64;
/// Verified in place of a hash that does not exist, so that its absence takes as long.
static DUMMY: OnceLock<String> = OnceLock::new();

struct Waiting;
impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn in_slot<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    if WAITING.fetch_add(1, Ordering::Relaxed) >= QUEUE {
        WAITING.fetch_sub(1, Ordering::Relaxed);
        return Err(Error::unavailable("busy"));
    }
    let waiting = Waiting;
    let slot = tokio::time::timeout(crate::guard::PATIENCE, SLOTS.acquire())
        .await
        .map_err(|_| Error::unavailable("busy"))?
        .map_err(|e| Error::Internal(e.into()))?;
    tokio::task::spawn_blocking(move || {
        let _held = (slot, waiting);
        work()
    })
    .await
    .map_err(|e| Error::Internal(e.into()))
}

/// The same text typed on another keyboard is the same password.
fn normal(password: &str) -> String {
    password.nfc().collect()
}

fn factors(kernel: &Kernel) -> (u32, u32) {
    (kernel.config.argon2_memory_kib, kernel.config.argon2_passes)
}

fn digest((memory, passes): (u32, u32), password: &str) -> anyhow::Result<String> {
    let params =
        Params::new(memory, passes, 1, None).map_err(|e| anyhow::anyhow!("argon2: {e}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon2
        .hash_password(normal(password).as_bytes())
        .map_err(|e| anyhow::anyhow!("argon2: {e}"))?;
    Ok(hash.to_string())
}

/// Hashes a password with the factors of the configuration.
///
/// # Errors
/// 503 `busy` when too many wait.
pub async fn hash(kernel: &Kernel, password: &str) -> Result<String> {
    let (factors, password) = (factors(kernel), password.to_owned());
    Ok(in_slot(move || digest(factors, &password)).await??)
}

/// What a comparison found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the password is the right one.
    pub right: bool,
    /// Whether its hash was made with older factors and is to be replaced.
    pub stale: bool,
}

/// Compares a password with a hash; without one it takes as long and is wrong.
///
/// # Errors
/// 503 `busy` when too many wait.
pub async fn verify(kernel: &Kernel, password: &str, known: Option<String>) -> Result<Verdict> {
    let (factors, password) = (factors(kernel), password.to_owned());
    Ok(in_slot(move || compare(factors, &password, known)).await??)
}

/// How long the slowest hash that is accepted from elsewhere takes to compare on a slow machine.
const SLOWEST: Duration = Duration::from_millis(1_200);
/// How long it counts as known whether there are such hashes.
const KNOWN: Duration = Duration::from_secs(1);
static LEGACY: Mutex<Option<(Instant, bool)>> = Mutex::new(None);

/// Ends a refusal that began at `begun` no earlier than the slowest comparison would, while any
/// account has a hash from elsewhere: which ones have is not to be told by the time.
///
/// # Errors
/// The database's.
pub async fn evenly_wrong(kernel: &Kernel, begun: Instant) -> Result<()> {
    let known = LEGACY.lock().ok().and_then(|known| *known);
    let has_legacy = match known {
        Some((at, has)) if at.elapsed() < KNOWN => has,
        _ => {
            let mut tx = kernel.db.begin_system(None).await?;
            let has = legacy::any(&mut tx).await?;
            tx.commit().await?;
            if let Ok(mut known) = LEGACY.lock() {
                *known = Some((Instant::now(), has));
            }
            has
        }
    };
    if has_legacy {
        tokio::time::sleep_until(begun + SLOWEST).await;
    }
    Ok(())
}

fn compare(factors: (u32, u32), password: &str, known: Option<String>) -> anyhow::Result<Verdict> {
    use argon2::password_hash::PasswordVerifier as _;
    if let Some(right) = known
        .as_deref()
        .and_then(|known| legacy::compare(&normal(password), known))
    {
        // Whoever is right gets a hash of ours.
        return Ok(Verdict { right, stale: true });
    }
    let dummy = match DUMMY.get() {
        Some(dummy) => dummy,
        None => {
            let made = digest(factors, base::secret::Token::new().reveal())?;
            DUMMY.get_or_init(|| made)
        }
    };
    // An account whose password was never set has text here that is no hash, and a scheme we do
    // not know fits no password.
    let parsed = known
        .as_deref()
        .and_then(|text| PasswordHash::new(text).ok())
        .filter(|hash| hash.algorithm.as_str() == "argon2id");
    let exists = parsed.is_some();
    let hash = match parsed {
        Some(hash) => hash,
        None => PasswordHash::new(dummy).map_err(|e| anyhow::anyhow!("argon2: {e}"))?,
    };
    let equal = Argon2::default()
        .verify_password(normal(password).as_bytes(), &hash)
        .is_ok();
    let made_with = Params::try_from(&hash)
        .map(|p| (p.m_cost(), p.t_cost()))
        .unwrap_or((0, 0));
    Ok(Verdict {
        right: equal && exists,
        stale: made_with.0 < factors.0 || made_with.1 < factors.1,
    })
}

/// Why a password is refused for an account with this address and name, as a stable code.
///
/// # Errors
/// 503 `busy` when too many wait.
pub async fn refusal(
    kernel: &Kernel,
    password: &str,
    email: &str,
    name: &str,
) -> Result<Option<&'static str>> {
    if normal(password) == DEMO {
        return Ok(demo_refusal(kernel.config.environment));
    }
    if let Some(code) = simple_refusal(password, email, name) {
        return Ok(Some(code));
    }
    let password = normal(password);
    in_slot(move || is_common(&password).then_some("password_common")).await
}

/// Everyone knows the demo accounts' password: it is good where the demo world may be.
fn demo_refusal(environment: Environment) -> Option<&'static str> {
    environment.is_production().then_some("password_common")
}

/// The rules that cost nothing to check.
#[must_use]
pub fn simple_refusal(password: &str, email: &str, name: &str) -> Option<&'static str> {
    let password = normal(password);
    let letters: Vec<char> = password.chars().collect();
    let folded = fold(&password);
    let holds = |part: &str| {
        let part = fold(part);
        part.chars().count() >= 3 && folded.contains(&part)
    };
    if letters.len() < LEAST {
        Some("password_too_short")
    } else if letters.len() > MOST {
        Some("password_too_long")
    } else if repeats(&letters) {
        Some("password_repeated")
    } else if runs(&letters) {
        Some("password_sequence")
    } else if holds(email.rsplit_once('@').map_or(email, |(local, _)| local)) {
        Some("password_contains_email")
    } else if holds(name) {
        Some("password_contains_name")
    } else if folded.contains("guildhall") {
        Some("password_contains_product")
    } else {
        None
    }
}

fn fold(text: &str) -> String {
    text.nfkc()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// One to four characters over and over.
fn repeats(letters: &[char]) -> bool {
    (1..=4).any(|period| {
        letters.len() >= period * 3 && letters.iter().zip(&letters[period..]).all(|(a, b)| a == b)
    })
}

/// Nearly every character follows the one before: `abcdefghijkl`, `987654321098`.
fn runs(letters: &[char]) -> bool {
    let step = |a: char, b: char| i64::from(b as u32) - i64::from(a as u32);
    let steps = letters
        .windows(2)
        .map(|w| step(w[0].to_ascii_lowercase(), w[1].to_ascii_lowercase()));
    let (mut up, mut down, mut all) = (0_usize, 0_usize, 0_usize);
    for step in steps {
        all += 1;
        // 9 is followed by 0, and z by a.
        up += usize::from(matches!(step, 1 | -9 | -25));
        down += usize::from(matches!(step, -1 | 9 | 25));
    }
    up.max(down) * 10 >= all * 8
}

/// Whether the whole is on the list of common passwords, or so close that few guesses find it.
fn is_common(password: &str) -> bool {
    use zxcvbn::{Score, matching::patterns::MatchPattern};
    let found = zxcvbn::zxcvbn(password, &[]);
    let listed =
        matches!(found.sequence(), [only] if matches!(only.pattern, MatchPattern::Dictionary(_)));
    listed || found.score() < Score::Two
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simple(password: &str) -> Option<&'static str> {
        simple_refusal(password, "ana.silva@example.test", "Ana Silva")
    }

    #[test]
    fn each_weakness_has_its_reason() {
        assert_eq!(simple("elevenchars"), Some("password_too_short"));
        assert_eq!(simple(&"é".repeat(11)), Some("password_too_short"));
        assert_eq!(simple("aaaaaaaaaaaa"), Some("password_repeated"));
        assert_eq!(simple("abcabcabcabc"), Some("password_repeated"));
        assert_eq!(simple("abcdefghijklm"), Some("password_sequence"));
        assert_eq!(simple("567890123456"), Some("password_sequence"));
        assert_eq!(simple("my ANA.SILVA 2938"), Some("password_contains_email"));
        assert_eq!(simple("xx-anasilva-29381"), Some("password_contains_name"));
        assert_eq!(
            simple("my-GuildHall-key-91"),
            Some("password_contains_product")
        );
        assert_eq!(simple(&"x1y".repeat(60)), Some("password_too_long"));
    }

    #[test]
    fn good_ones_pass() {
        assert_eq!(simple("purple-harbour-29-stones"), None);
        let arabic: String = "بيت قديم قرب البحر فيه شجرة زيتون وطير ازرق "
            .chars()
            .cycle()
            .take(128)
            .collect();
        assert_eq!(simple(&arabic), None);
        assert!(!is_common("purple-harbour-29-stones"));
        assert!(!is_common(&arabic));
    }

    #[test]
    fn the_demo_password_is_for_demos_alone() {
        assert_eq!(
            demo_refusal(Environment::Production),
            Some("password_common")
        );
        assert_eq!(demo_refusal(Environment::Development), None);
        assert_eq!(demo_refusal(Environment::Test), None);
    }

    #[test]
    fn common_ones_are_known() {
        for common in [
            "password1234",
            "qwertyuiop12",
            "iloveyou1234",
            "letmein12345",
        ] {
            assert!(is_common(common), "{common}");
        }
    }

    #[test]
    fn a_hash_knows_its_password_and_its_factors() {
        let old = digest((19_456, 2), "purple-harbour-29").expect("hashes");
        assert!(old.starts_with("$argon2id$"));
        assert_ne!(
            old,
            digest((19_456, 2), "purple-harbour-29").expect("hashes")
        );
        let same = compare((19_456, 2), "purple-harbour-29", Some(old.clone())).expect("compares");
        assert_eq!(
            same,
            Verdict {
                right: true,
                stale: false
            }
        );
        let raised =
            compare((20_480, 2), "purple-harbour-29", Some(old.clone())).expect("compares");
        assert_eq!(
            raised,
            Verdict {
                right: true,
                stale: true
            }
        );
        assert!(
            !compare((19_456, 2), "purple-harbour-28", Some(old))
                .expect("compares")
                .right
        );
        assert!(!compare((19_456, 2), "x", None).expect("compares").right);
        assert!(
            !compare((19_456, 2), "!", Some("!".to_owned()))
                .expect("compares")
                .right
        );
    }
}
