//! What the ledger has to say when a member is to leave: nobody goes while money of theirs is here.

use kernel::{
    Result,
    product::{Leaver, Leaving},
};
use sqlx::PgConnection;

/// Money keeps a member; books are kept for ever, so nothing is handed over or erased.
pub(crate) const LEAVING: Leaving = Leaving {
    keeps: |connection, leaver| Box::pin(keeps(connection, leaver)),
    ..Leaving::NONE
};

async fn keeps(connection: &mut PgConnection, leaver: Leaver) -> Result<Vec<&'static str>> {
    let found = sqlx::query!(
        r#"select
             exists (select 1 from ledger.account a where a.workspace_id = $1 and a.owner_id = $2
                 and a.kind in ('available', 'pending', 'chargeback_debt') and a.balance_minor <> 0) as "money!",
             exists (select 1 from ledger.payout p where p.workspace_id = $1 and p.member_id = $2
                 and p.state not in ('rejected', 'cancelled', 'paid', 'failed', 'returned')) as "payouts!",
             exists (select 1 from ledger.payment p where p.workspace_id = $1 and p.payer_id = $2
                 and (p.state in ('created', 'processing', 'requires_action', 'awaiting_transfer') or (p.state = 'captured' and p.applied = 'no')))
               or exists (select 1 from ledger.refund r join ledger.payment p on p.workspace_id = r.workspace_id and p.id = r.payment_id
                 where r.workspace_id = $1 and p.payer_id = $2 and r.state in ('approved', 'processing', 'failed', 'manual')) as "payments!""#,
        leaver.workspace,
        leaver.member
    )
    .fetch_one(connection)
    .await?;
    let mut codes = vec![];
    if found.money {
        codes.push("member_has_money");
    }
    if found.payouts {
        codes.push("member_has_payouts");
    }
    if found.payments {
        codes.push("member_has_payments");
    }
    Ok(codes)
}
