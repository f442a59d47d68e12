//! Who is told what: the `notify` lists of our events, which the notices are made from.

use base::Money;
use kernel::{Result, Tx};
use serde_json::{Value, json};
use ui::text::Locale;
use uuid::Uuid;

/// One notice to a member about a sum; `href` is below the workspace.
pub(crate) fn about(member: Uuid, kind: &str, href: &str, amount: Money) -> Value {
    json!({"member": member, "kind": kind, "href": href, "args": {"amount": ui::text::money(Locale::En, amount)}})
}

/// The workspace's owners and those of its finance: who must know when money is in question.
pub(crate) async fn staff(tx: &mut Tx) -> Result<Vec<Uuid>> {
    let workspace = tx.workspace();
    Ok(sqlx::query_scalar!(
        "select distinct m.id from kernel.member m
         join kernel.member_role mr on mr.workspace_id = m.workspace_id and mr.member_id = m.id
         join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
         where m.workspace_id = $1 and m.state = 'active' and r.key in ('owner', 'finance') limit 20",
        workspace
    )
    .fetch_all(&mut **tx)
    .await?)
}
