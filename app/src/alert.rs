//! What operators must know: an error line in the log, and one mail a day and matter to each.

use kernel::{Kernel, Result};
use serde_json::json;
use std::sync::Arc;

/// Tells all operators about `matter` (`proof`, `backlog`, …), whose words are
/// `mail-operator-MATTER-…`. `detail` names what it is about; never secrets or people.
///
/// # Errors
/// The database's; the line in the log is written in any case.
pub async fn tell(kernel: &Arc<Kernel>, matter: &'static str, detail: &str) -> Result<()> {
    tracing::error!(key = "alert", matter, detail);
    let now = kernel.now().await?;
    let day = now.rfc3339().chars().take(10).collect::<String>();
    let mut tx = kernel.db.begin_system(None).await?;
    let operators = sqlx::query!(
        "select id, email, locale from identity.account where is_operator and state = 'active'"
    )
    .fetch_all(&mut *tx)
    .await?;
    for operator in operators {
        sqlx::query!(
            "insert into notify.mail (id, dedup, to_address, locale, template, arguments, path, run_at, created_at)
             values ($1, $2, $3, $4, $5, $6, '/operator', $7, $8) on conflict do nothing",
            base::id::new(),
            format!("alert:{matter}:{day}:{}", operator.id),
            operator.email,
            operator.locale,
            format!("operator-{matter}"),
            json!({"detail": detail}),
            base::instant::wall() as _,
            now as _
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}
