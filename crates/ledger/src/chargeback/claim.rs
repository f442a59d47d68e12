//! What a chargeback can claim of the money that came by its payment: what waits here, and what
//! the platform kept as its fees.

use crate::{
    account::{account, stored},
    posting::{Posting, write},
};
use base::Instant;
use kernel::{BoxFuture, Result, Tx, tx::AtCommit};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What of a payment lies in escrow, or is on its way back to its payer.
pub(super) async fn set_aside(
    connection: &mut PgConnection,
    workspace: Uuid,
    payment: Uuid,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(l.remaining_minor), 0)::bigint as "minor!" from ledger.lot l
           join ledger.account a on a.workspace_id = l.workspace_id and a.id = l.account_id and a.kind in ('escrow', 'unapplied', 'refund_in_transit')
           where l.workspace_id = $1 and l.payment_id = $2"#,
        workspace,
        payment
    )
    .fetch_one(connection)
    .await?)
}

/// Who got money of a payment: members by release, the platform by its fees, as far as it has not
/// given them up again.
pub(super) struct Spread {
    /// What each member got, before anything was taken back.
    pub members: BTreeMap<Uuid, i64>,
    /// What the platform still has of its fees.
    pub fees: i64,
}

pub(super) async fn spread(
    connection: &mut PgConnection,
    workspace: Uuid,
    payment: Uuid,
) -> Result<Spread> {
    let rows = sqlx::query!(
        r#"select o.kind as "kind!", o.owner_id as "owner_id!", sum(u.amount_minor)::bigint as "minor!" from ledger.lot l
           join ledger.lot_use u on u.workspace_id = l.workspace_id and u.lot_id = l.id
           join ledger.transfer t on t.workspace_id = u.workspace_id and t.id = u.transfer_id
           join ledger.account f on f.workspace_id = t.workspace_id and f.id = t.from_id and f.kind in ('escrow', 'unapplied')
           join ledger.account o on o.workspace_id = t.workspace_id and o.id = t.to_id and o.kind in ('pending', 'available', 'fees')
           where l.workspace_id = $1 and l.payment_id = $2 group by o.kind, o.owner_id
           union all
           select 'fees', $1, -coalesce(sum(r.client_fee_minor + r.payee_fee_minor), 0)::bigint from ledger.refund r
           where r.workspace_id = $1 and r.payment_id = $2 and r.state <> 'charged_back'
           union all
           select 'fees', $1, -c.fee_minor from ledger.chargeback c where c.workspace_id = $1 and c.payment_id = $2"#,
        workspace,
        payment
    )
    .fetch_all(connection)
    .await?;
    let mut spread = Spread {
        members: BTreeMap::new(),
        fees: 0,
    };
    for row in rows {
        if row.kind == "fees" {
            spread.fees += row.minor;
        } else {
            *spread.members.entry(row.owner_id).or_default() += row.minor;
        }
    }
    spread.fees = spread.fees.max(0);
    Ok(spread)
}

/// After the postings so far, a lost chargeback may claim no more than what of its payment still
/// waits here: of the rest the platform gives up its fee, and bears what is above that.
pub(crate) fn level(tx: &mut Tx, payment: Uuid) {
    let workspace = tx.workspace();
    tx.at_commit(Box::new(Level { workspace, payment }));
}

struct Level {
    workspace: Uuid,
    payment: Uuid,
}

impl AtCommit for Level {
    fn run<'a>(
        self: Box<Self>,
        connection: &'a mut PgConnection,
        now: Instant,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let (workspace, payment) = (self.workspace, self.payment);
            let lost = sqlx::query!(
                "select id, outstanding_minor, currency, version from ledger.chargeback
                 where workspace_id = $1 and payment_id = $2 and state = 'lost' and outstanding_minor > 0 for no key update",
                workspace,
                payment
            )
            .fetch_optional(&mut *connection)
            .await?;
            let Some(lost) = lost else { return Ok(()) };
            let clearing = sqlx::query_scalar!(
                r#"select coalesce(sum(l.remaining_minor), 0)::bigint as "minor!" from ledger.lot l
                   join ledger.account a on a.workspace_id = l.workspace_id and a.id = l.account_id and a.kind = 'pending'
                   where l.workspace_id = $1 and l.payment_id = $2"#,
                workspace,
                payment
            )
            .fetch_one(&mut *connection)
            .await?;
            let waiting = clearing + set_aside(connection, workspace, payment).await?;
            let excess = lost.outstanding_minor - waiting;
            if excess <= 0 {
                return Ok(());
            }
            let fee = spread(connection, workspace, payment)
                .await?
                .fees
                .min(excess);
            if fee > 0 {
                let posting =
                    Posting::because(format!("ledger.chargeback_rest/{payment}-{}", lost.version))
                        .transfer(
                            "chargeback_fee",
                            account("fees", workspace),
                            account("disputed", workspace),
                            stored(fee, &lost.currency)?,
                        );
                write(connection, workspace, &posting, now).await?;
            }
            sqlx::query!(
                "update ledger.chargeback set outstanding_minor = $3, fee_minor = fee_minor + $4, guarantee_minor = guarantee_minor + $5,
                   version = version + 1
                 where workspace_id = $1 and id = $2",
                workspace,
                lost.id,
                waiting,
                fee,
                excess - fee
            )
            .execute(connection)
            .await?;
            Ok(())
        })
    }
}
