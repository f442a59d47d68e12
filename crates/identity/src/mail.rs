//! Mail about accounts: queued with the change that causes it, rendered and sent by notify. A mail
//! with a one-time link names the link, never its token.

use base::Instant;
use kernel::{Kernel, Result};
use serde_json::Value;
use sqlx::PgConnection;
use ui::Locale;
use uuid::Uuid;

/// A mail to be queued. Its words are `mail-TEMPLATE-subject`, `-body` and `-button`.
pub struct Mail<'a> {
    /// The workspace it is about, if any.
    pub workspace: Option<Uuid>,
    /// To whom.
    pub to: &'a str,
    /// In which language.
    pub locale: Locale,
    /// Which words.
    pub template: &'static str,
    /// Variables of the words.
    pub arguments: Value,
    /// Path of its button; `{token}` stands for the token of `link`.
    pub path: String,
    /// The one-time link or invitation its token is derived from.
    pub link: Option<Uuid>,
}

/// Queues a mail, sent after the commit.
///
/// # Errors
/// The database's.
pub async fn queue(
    connection: &mut PgConnection,
    kernel: &Kernel,
    now: Instant,
    mail: Mail<'_>,
) -> Result<()> {
    let id = base::id::new();
    sqlx::query!(
        "insert into notify.mail (id, workspace_id, dedup, to_address, locale, template, arguments, path, link_id, run_at, created_at, link_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id,
        mail.workspace,
        format!("identity:{id}"),
        mail.to,
        mail.locale.code(),
        mail.template,
        mail.arguments,
        mail.path,
        mail.link,
        base::instant::wall() as _,
        now as _,
        mail.link.map(|_| kernel.config.key_id())
    )
    .execute(connection)
    .await?;
    Ok(())
}
