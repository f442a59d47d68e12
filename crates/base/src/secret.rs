//! Random tokens, kept only as hashes, and comparison in constant time.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A 256-bit random token as its holder carries it. It has no `Debug` that shows it.
pub struct Token(String);

impl Token {
    /// A fresh token from the operating system's random source.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing safe can be done then.
    #[must_use]
    pub fn new() -> Self {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        Self(BASE64URL_NOPAD.encode(&bytes))
    }

    /// The text handed to its holder, once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the database keeps.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// SHA-256 of a token's text: the form in which it is stored and looked up.
#[must_use]
pub fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// HMAC-SHA-256 of `message`.
///
/// # Panics
/// Never: HMAC takes keys of every length.
#[must_use]
pub fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// The token of a one-time link, derived from the link's id with a key outside the database, so
/// that no token is at rest: base64url without padding of `HMAC-SHA-256(key, "link:" + id)`.
#[must_use]
pub fn link_token(key: &[u8], id: uuid::Uuid) -> String {
    BASE64URL_NOPAD.encode(&hmac(key, format!("link:{id}").as_bytes()))
}

/// Whether two byte strings are equal, in time that does not tell where they differ.
#[must_use]
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}
