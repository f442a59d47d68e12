//! Random references.

use crate::refusal::Refusal;

/// `prefix_` and 128 random bits as 26 characters [a-z2-7].
pub(crate) fn fresh(prefix: &str) -> Result<String, Refusal> {
    Ok(format!("{prefix}_{}", random()?))
}

/// 128 random bits as 26 characters [a-z2-7].
pub(crate) fn random() -> Result<String, Refusal> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| Refusal::internal())?;
    Ok(data_encoding::BASE32_NOPAD
        .encode(&bytes)
        .to_ascii_lowercase())
}
