//! One-time links. A token is derived from its link's id with a key outside the database; the
//! database keeps only its hash, so neither a dump nor the mail queue holds a token.

use base::Instant;
use data_encoding::BASE64URL_NOPAD;
use kernel::{Error, Kernel, Result};
use sqlx::PgConnection;
use uuid::Uuid;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Confirm an address: 24 hours.
    Verify,
    /// Choose a new password: one hour.
    Reset,
    /// End a lock: 24 hours.
    Unlock,
    /// Become the operator: 24 hours.
    Operator,
    /// Move a confirmed account to another address, where the link is sent: 24 hours.
    Address,
    /// Take such a move back, from the address before: 72 hours.
    Undo,
    /// Say that somebody else made and confirmed an account of this address: 72 hours.
    Disown,
}

impl Purpose {
    /// The word in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Unlock => "unlock",
            Self::Operator => "operator",
            Self::Address => "address",
            Self::Undo => "undo",
            Self::Disown => "disown",
        }
    }
    fn parse(name: &str) -> Option<Self> {
        [
            Self::Verify,
            Self::Reset,
            Self::Unlock,
            Self::Operator,
            Self::Address,
            Self::Undo,
            Self::Disown,
        ]
        .into_iter()
        .find(|p| p.name() == name)
    }
    fn seconds(self) -> i64 {
        match self {
            Self::Reset => 3_600,
            Self::Verify | Self::Unlock | Self::Operator | Self::Address => 86_400,
            Self::Undo | Self::Disown => 3 * 86_400,
        }
    }
}

/// A live link.
#[derive(Clone, Debug)]
pub struct Link {
    /// Whose it is.
    pub account: Uuid,
    /// What it is for.
    pub purpose: Purpose,
    /// The address it leads to, as typed and canonical: of [`Purpose::Address`], [`Purpose::Undo`],
    /// and of [`Purpose::Verify`] where it was corrected.
    pub address: Option<(String, String)>,
}

/// The token of a link or invitation: shown once, in its mail.
#[must_use]
pub fn link_token(kernel: &Kernel, link: Uuid) -> String {
    BASE64URL_NOPAD.encode(&base::secret::hmac(
        kernel.config.key(),
        format!("link:{link}").as_bytes(),
    ))
}

/// The refusal of a token that is unknown, used, void or expired: always the same.
#[must_use]
pub fn invalid() -> Error {
    Error::refused(410, "token_invalid")
}

/// Makes a link; earlier ones for the same purpose are void.
///
/// # Errors
/// The database's.
pub async fn create(
    connection: &mut PgConnection,
    kernel: &Kernel,
    account: Uuid,
    purpose: Purpose,
    now: Instant,
) -> Result<Uuid> {
    create_to(connection, kernel, account, purpose, None, now).await
}

/// The same for a link that leads to an address, as typed and canonical. Of the ways back each
/// stays: none of the addresses before loses its own.
///
/// # Errors
/// The database's.
pub async fn create_to(
    connection: &mut PgConnection,
    kernel: &Kernel,
    account: Uuid,
    purpose: Purpose,
    address: Option<(&str, &str)>,
    now: Instant,
) -> Result<Uuid> {
    if purpose != Purpose::Undo {
        void(connection, account, purpose, now).await?;
    }
    let id = base::id::new();
    sqlx::query!(
        "insert into identity.link (id, account_id, kind, token_hash, created_at, expires_at, email, email_canonical)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id,
        account,
        purpose.name(),
        base::secret::hash(&link_token(kernel, id)),
        now as _,
        now.plus_seconds(purpose.seconds()) as _,
        address.map(|(typed, _)| typed),
        address.map(|(_, canonical)| canonical)
    )
    .execute(connection)
    .await?;
    Ok(id)
}

/// Voids all open links of an account for a purpose.
///
/// # Errors
/// The database's.
pub async fn void(
    connection: &mut PgConnection,
    account: Uuid,
    purpose: Purpose,
    now: Instant,
) -> Result<()> {
    sqlx::query!(
        "update identity.link set voided_at = $3 where account_id = $1 and kind = $2 and used_at is null and voided_at is null",
        account,
        purpose.name(),
        now as _
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The live link of a token, without using it.
///
/// # Errors
/// 410 `token_invalid`.
pub async fn look(connection: &mut PgConnection, token: &str, now: Instant) -> Result<Link> {
    let row = sqlx::query!(
        "select account_id, kind, email, email_canonical from identity.link
         where token_hash = $1 and used_at is null and voided_at is null and expires_at > $2",
        base::secret::hash(token),
        now as _
    )
    .fetch_optional(connection)
    .await?;
    let found = row.and_then(|r| {
        Some(Link {
            account: r.account_id,
            purpose: Purpose::parse(&r.kind)?,
            address: r.email.zip(r.email_canonical),
        })
    });
    found.ok_or_else(invalid)
}

/// Uses a link up, once; of two at the same time one is refused.
///
/// # Errors
/// 410 `token_invalid`.
pub async fn consume(
    connection: &mut PgConnection,
    token: &str,
    purpose: Purpose,
    now: Instant,
) -> Result<Link> {
    let row = sqlx::query!(
        "update identity.link set used_at = $3
         where token_hash = $1 and kind = $2 and used_at is null and voided_at is null and expires_at > $3
         returning account_id, email, email_canonical",
        base::secret::hash(token),
        purpose.name(),
        now as _
    )
    .fetch_optional(connection)
    .await?;
    row.map(|r| Link {
        account: r.account_id,
        purpose,
        address: r.email.zip(r.email_canonical),
    })
    .ok_or_else(invalid)
}
