//! Payouts as they are shown.

use super::{PayoutView, Row, find};
use base::Instant;
use kernel::{
    Cx, Error, Input, Reader, Result,
    list::{Page, Paging},
};
use uuid::Uuid;

/// A payout of the acting member.
///
/// # Errors
/// Not found for anyone else's.
pub async fn show(cx: &Cx, id: Uuid) -> Result<PayoutView> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let row = find(&mut tx, workspace, id, false)
        .await?
        .ok_or(Error::NotFound)?;
    tx.finish().await?;
    if !cx.can("payout.show", &crate::own(cx, row.member_id)) {
        return Err(Error::NotFound);
    }
    row.view(cx)
}

/// Which page of payouts, and in which state.
pub struct PayoutQuery {
    /// Only those in this state.
    pub state: Option<&'static str>,
    /// Which page.
    pub paging: Paging,
}

impl Input for PayoutQuery {
    fn read(r: &mut Reader) -> Self {
        const STATES: &[&str] = &[
            "in_review",
            "requested",
            "processing",
            "paid",
            "failed",
            "returned",
            "rejected",
            "cancelled",
        ];
        Self {
            state: r.choice_opt("state", STATES),
            paging: Paging::read(r),
        }
    }
}

/// The acting member's payouts, the newest first.
///
/// # Errors
/// 400 `invalid_cursor`, or the database's.
pub async fn list(cx: &Cx, query: &PayoutQuery) -> Result<Page<PayoutView>> {
    let me = cx.member()?.id;
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let far = (Instant::from_unix_seconds(i64::MAX), Uuid::max());
    let (back, (at, last)) = position.as_ref().map_or((false, far), |p| (p.back, p.key));
    let limit = query.paging.limit + 1;
    let rows = if back {
        sqlx::query_as!(
            Row,
            "select p.id, p.member_id, p.destination_id, d.kind as destination_kind, d.last4, d.provider_token as destination_token, p.amount_minor, p.currency, p.state,
               p.fee_minor, p.speed, p.origin, p.review_note,
               p.reason, p.requested_at, p.paid_at, p.version
             from ledger.payout p join ledger.destination d on d.workspace_id = p.workspace_id and d.id = p.destination_id
             where p.workspace_id = $1 and p.member_id = $2 and (p.requested_at, p.id) > ($3, $4) and ($5::text is null or p.state = $5)
             order by p.requested_at, p.id limit $6",
            workspace,
            me,
            at as _,
            last,
            query.state,
            limit
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            Row,
            "select p.id, p.member_id, p.destination_id, d.kind as destination_kind, d.last4, d.provider_token as destination_token, p.amount_minor, p.currency, p.state,
               p.fee_minor, p.speed, p.origin, p.review_note,
               p.reason, p.requested_at, p.paid_at, p.version
             from ledger.payout p join ledger.destination d on d.workspace_id = p.workspace_id and d.id = p.destination_id
             where p.workspace_id = $1 and p.member_id = $2 and (p.requested_at, p.id) < ($3, $4) and ($5::text is null or p.state = $5)
             order by p.requested_at desc, p.id desc limit $6",
            workspace,
            me,
            at as _,
            last,
            query.state,
            limit
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from ledger.payout where workspace_id = $1 and member_id = $2
             and ($3::text is null or state = $3) limit 10001) as c"#,
        workspace,
        me,
        query.state
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let rows = rows
        .into_iter()
        .map(|row| row.view(cx))
        .collect::<Result<Vec<_>>>()?;
    Ok(Page::of(rows, &query.paging, position.as_ref(), |r| {
        (r.requested_at, r.id)
    })
    .with_total(total))
}
