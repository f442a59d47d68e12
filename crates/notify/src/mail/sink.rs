//! The mail sink of development and test: the outbox itself, rendered when it is looked at.

use super::{Mail, from_address, render::render};
use base::Instant;
use kernel::{Kernel, Result};
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// A mail as its recipient would see it.
#[derive(Debug, Clone, Serialize)]
pub struct SunkMail {
    /// Its id, also in its `Message-ID`.
    pub id: Uuid,
    /// To whom.
    pub to: String,
    /// From whom.
    pub from: String,
    /// Subject.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// Addresses in it, the button's first.
    pub links: Vec<String>,
    /// Its `List-Unsubscribe`, for what has a switch.
    pub unsubscribe: Option<String>,
    /// When it was caused, business time.
    pub at: Instant,
}

/// Mail to an address (or to anyone), newest first, rendered now: nothing is stored in plain.
///
/// # Errors
/// The database's.
pub async fn sink(kernel: &Arc<Kernel>, to: Option<&str>, limit: i64) -> Result<Vec<SunkMail>> {
    let canonical = to.map(|to| base::text::email(to).unwrap_or_else(|| to.trim().to_lowercase()));
    let mut tx = kernel.db.begin_system(None).await?;
    let rows = sqlx::query_as!(
        Mail,
        "select id, workspace_id, dedup, to_address, locale, template, arguments, path, link_id, link_key, created_at from notify.mail
         where $1::text is null or to_address = $1 or lower(to_address) = $2
         order by created_at desc, id desc limit $3",
        to.map(str::trim),
        canonical,
        limit.clamp(1, 1000)
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let (name, address) = from_address(kernel);
    let from = format!("{name} <{address}>");
    let sunk = rows.into_iter().map(|mail| {
        let rendered = render(
            &mail,
            kernel.base_url(),
            kernel.config.key_named(mail.link_key.as_deref()),
        );
        let unsubscribe = mail
            .unsubscribe(kernel.config.key())
            .map(|path| format!("{}{path}", kernel.base_url()));
        SunkMail {
            id: mail.id,
            unsubscribe,
            to: mail.to_address,
            from: from.clone(),
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            links: rendered.links,
            at: mail.created_at,
        }
    });
    Ok(sunk.collect())
}
