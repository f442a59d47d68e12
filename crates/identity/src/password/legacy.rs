//! Hashes that were made elsewhere and moved here with their accounts: bcrypt of cost 12 and
//! PBKDF2-SHA-256 of 600 000 rounds. They are good for one sign-in, which replaces them. Weaker ones
//! fit no password: their owners set a new one by mail.

use data_encoding::BASE64_NOPAD;
use kernel::Result;
use sha2::Sha256;
use sqlx::PgConnection;

/// The cheapest accepted cost of bcrypt, and the dearest: a stored hash must not stop the process.
const BCRYPT: std::ops::RangeInclusive<u32> = 12..=14;
/// The same for the rounds of PBKDF2.
const ROUNDS: std::ops::RangeInclusive<u32> = 600_000..=2_000_000;

/// Whether any account has such a hash.
///
/// # Errors
/// The database's.
pub(super) async fn any(connection: &mut PgConnection) -> Result<bool> {
    // Each half as its partial index says it, or every account would be read.
    Ok(sqlx::query_scalar!(
        r#"select exists (select 1 from identity.account where password_hash like '$2%' or password_hash like '$pbkdf2-sha256$%')
             or exists (select 1 from identity.account where starts_with(password_hash, 'pbkdf2_sha256$')) as "any!""#
    )
    .fetch_one(connection)
    .await?)
}

/// Whether the password fits an accepted hash; `None` for text that is none.
pub(super) fn compare(password: &str, known: &str) -> Option<bool> {
    if let Some(rest) = known.strip_prefix("pbkdf2_sha256$") {
        return django(password, rest);
    }
    match known.split('$').nth(1)? {
        "2a" | "2b" | "2y" => bcrypt(password, known),
        "pbkdf2-sha256" => pbkdf2(password, known),
        _ => None,
    }
}

fn bcrypt(password: &str, known: &str) -> Option<bool> {
    let cost: u32 = known.split('$').nth(2)?.parse().ok()?;
    if !BCRYPT.contains(&cost) || known.len() != 60 {
        return None;
    }
    ::bcrypt::verify(password, known).ok()
}

/// `$pbkdf2-sha256$i=600000[,l=32]$salt$hash`, and with the bare number as other programs write it.
fn pbkdf2(password: &str, known: &str) -> Option<bool> {
    let mut parts = known.split('$').skip(2);
    let (factors, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let rounds: u32 = factors
        .split(',')
        .find_map(|part| match part.split_once('=') {
            Some(("i", rounds)) => Some(rounds),
            Some(_) => None,
            None => Some(part),
        })?
        .parse()
        .ok()?;
    // Some write the sixty-third letter as a dot.
    let decode = |text: &str| {
        BASE64_NOPAD
            .decode(text.trim_end_matches('=').replace('.', "+").as_bytes())
            .ok()
    };
    let (salt, hash) = (decode(salt)?, decode(hash)?);
    derived(password, &salt, rounds, &hash)
}

/// `pbkdf2_sha256$600000$salt$hash`, as Django writes it: the salt is text as it stands, the hash
/// padded base64.
fn django(password: &str, rest: &str) -> Option<bool> {
    let mut parts = rest.split('$');
    let (rounds, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let rounds: u32 = rounds.parse().ok()?;
    let hash = BASE64_NOPAD
        .decode(hash.trim_end_matches('=').as_bytes())
        .ok()?;
    derived(password, salt.as_bytes(), rounds, &hash)
}

fn derived(password: &str, salt: &[u8], rounds: u32, hash: &[u8]) -> Option<bool> {
    if !ROUNDS.contains(&rounds) || salt.len() < 8 || !(16..=64).contains(&hash.len()) {
        return None;
    }
    let mut made = vec![0_u8; hash.len()];
    ::pbkdf2::pbkdf2_hmac::<Sha256>(password.as_bytes(), salt, rounds, &mut made);
    Some(base::secret::equal(&made, hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Both were made by other programs: bcrypt by libxcrypt, PBKDF2 by Python's hashlib.
    const BCRYPT_HASH: &str = include_str!("legacy/bcrypt.txt");
    const PBKDF2_HASH: &str = include_str!("legacy/pbkdf2.txt");
    const DJANGO_HASH: &str = include_str!("legacy/django.txt");

    #[test]
    fn accepted_schemes_know_their_password() {
        for hash in [BCRYPT_HASH, PBKDF2_HASH, DJANGO_HASH].map(str::trim) {
            assert_eq!(compare("purple-harbour-29", hash), Some(true), "{hash}");
            assert_eq!(compare("purple-harbour-28", hash), Some(false), "{hash}");
        }
    }

    #[test]
    fn weak_unknown_and_broken_ones_fit_nothing() {
        for hash in [
            "$2b$04$abcdefghijklmnopqrstuuhnhTd1pN5vgJ5Vf1t0CZbGx1wvIa1rS",
            "$2b$31$abcdefghijklmnopqrstuuhnhTd1pN5vgJ5Vf1t0CZbGx1wvIa1rS",
            "$pbkdf2-sha256$i=1000$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA",
            "$pbkdf2-sha256$i=600000$c2FsdHNhbHRzYWx0",
            "$pbkdf2-sha256$i=600000$!!$aGFzaGhhc2hoYXNoaGFzaA",
            "pbkdf2_sha256$1000$Xk3sVq9ZrT1a$aGFzaGhhc2hoYXNoaGFzaA==",
            "pbkdf2_sha256$600000$short$aGFzaGhhc2hoYXNoaGFzaA==",
            "$1$salt$hash",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "!",
            "",
        ] {
            assert_eq!(compare("purple-harbour-29", hash), None, "{hash}");
        }
    }
}
