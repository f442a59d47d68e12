//! Payouts that wait for a second pair of eyes: let go or sent back by someone other than the payee.

use super::{find, state};
use crate::{
    account::{account, stored},
    chargeback::close::recover,
    notice,
    posting::{Posting, post},
};
use base::Instant;
use kernel::{
    Action, Cx, Error, Input, Reader, Result,
    events::Event,
    jobs::NewJob,
    list::{Page, Paging},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// Lets a payout go.
pub const APPROVE: Action = Action::new("payout.approve", "payout", "payout.show");
/// Sends the money back to the payee.
pub const REJECT: Action = Action::new("payout.reject", "payout", "payout.show");

/// A payout that waits.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PayoutReviewView {
    /// The payout's id.
    pub id: Uuid,
    /// The payee's id.
    pub member_id: Uuid,
    /// The payee's name.
    pub member: String,
    /// How much.
    pub amount: base::money::View,
    /// Last four digits of where it goes.
    pub destination_last4: String,
    /// When that destination was added.
    pub destination_since: Instant,
    /// Why it waits: `amount`, `young_destination`.
    pub causes: Vec<String>,
    /// `standard` or `instant`.
    pub speed: String,
    /// `asked`, or `automatic` by the payee's standing order.
    pub origin: String,
    /// When it was asked for.
    pub requested_at: Instant,
}

/// Which page.
pub struct ReviewQuery {
    /// Which page.
    pub paging: Paging,
}

impl Input for ReviewQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            paging: Paging::read(r),
        }
    }
}

struct Row {
    id: Uuid,
    member_id: Uuid,
    member: String,
    amount_minor: i64,
    currency: String,
    last4: String,
    since: Instant,
    causes: Vec<String>,
    speed: String,
    origin: String,
    requested_at: Instant,
}

/// The payouts that wait, the oldest first.
///
/// # Errors
/// 400 `invalid_cursor`, or the database's.
pub async fn list(cx: &Cx, query: &ReviewQuery) -> Result<Page<PayoutReviewView>> {
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let near = (Instant::from_unix_seconds(0), Uuid::nil());
    let (back, (at, last)) = position.as_ref().map_or((false, near), |p| (p.back, p.key));
    let limit = query.paging.limit + 1;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = if back {
        sqlx::query_as!(
            Row,
            "select p.id, p.member_id, m.display_name as member, p.amount_minor, p.currency, d.last4, d.created_at as since,
               p.review_causes as causes, p.speed, p.origin, p.requested_at
             from ledger.payout p
             join ledger.destination d on d.workspace_id = p.workspace_id and d.id = p.destination_id
             join kernel.member m on m.workspace_id = p.workspace_id and m.id = p.member_id
             where p.workspace_id = $1 and p.state = 'in_review' and (p.requested_at, p.id) < ($2, $3)
             order by p.requested_at desc, p.id desc limit $4",
            workspace,
            at as _,
            last,
            limit
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            Row,
            "select p.id, p.member_id, m.display_name as member, p.amount_minor, p.currency, d.last4, d.created_at as since,
               p.review_causes as causes, p.speed, p.origin, p.requested_at
             from ledger.payout p
             join ledger.destination d on d.workspace_id = p.workspace_id and d.id = p.destination_id
             join kernel.member m on m.workspace_id = p.workspace_id and m.id = p.member_id
             where p.workspace_id = $1 and p.state = 'in_review' and (p.requested_at, p.id) > ($2, $3)
             order by p.requested_at, p.id limit $4",
            workspace,
            at as _,
            last,
            limit
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from ledger.payout where workspace_id = $1 and state = 'in_review' limit 10001) as c"#,
        workspace
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let views = rows.into_iter().map(|r| {
        Ok(PayoutReviewView {
            amount: stored(r.amount_minor, &r.currency)?.into(),
            id: r.id,
            member_id: r.member_id,
            member: r.member,
            destination_last4: r.last4,
            destination_since: r.since,
            causes: r.causes,
            speed: r.speed,
            origin: r.origin,
            requested_at: r.requested_at,
        })
    });
    let views = views.collect::<Result<Vec<_>>>()?;
    Ok(Page::of(views, &query.paging, position.as_ref(), |r| {
        (r.requested_at, r.id)
    })
    .with_total(total))
}

/// Why a payout is sent back.
pub struct Rejection {
    /// Told to the payee.
    pub reason: String,
}

impl Input for Rejection {
    fn read(r: &mut Reader) -> Self {
        Self {
            reason: r.block("reason", 1, 500),
        }
    }
}

/// Lets a waiting payout go; it is sent at once.
///
/// # Errors
/// Not found, 403 `second_person_needed` for the payee's own, 409 `payout_not_in_review`.
pub async fn approve(cx: &Cx, id: Uuid) -> Result<Uuid> {
    decide(cx, id, None).await
}

/// Sends the money of a waiting payout back to the payee, with a reason.
///
/// # Errors
/// As [`approve`].
pub async fn reject(cx: &Cx, id: Uuid, rejection: &Rejection) -> Result<Uuid> {
    decide(cx, id, Some(&rejection.reason)).await
}

async fn decide(cx: &Cx, id: Uuid, reason: Option<&str>) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = find(&mut tx, workspace, id, true)
        .await?
        .ok_or(Error::NotFound)?;
    let (action, step) = match reason {
        None => (&APPROVE, state::Step::Approve),
        Some(_) => (&REJECT, state::Step::Reject),
    };
    let permit = cx.authorize(action, id, &[])?;
    if cx.me() == Some(row.member_id) {
        return Err(Error::Forbidden("second_person_needed"));
    }
    let to = state::after(&row.state, step).ok_or(Error::conflict("payout_not_in_review"))?;
    sqlx::query!(
        "update ledger.payout set state = $3, reviewed_by = $4, reviewed_at = $5, review_note = $6, updated_at = $5, version = version + 1
         where workspace_id = $1 and id = $2 and state = 'in_review'",
        workspace,
        id,
        to,
        cx.me(),
        now as _,
        reason
    )
    .execute(&mut *tx)
    .await?;
    let (href, amount) = (format!("/payouts/{id}"), row.amount()?);
    if reason.is_some() {
        let posting = Posting::because(format!("ledger.payout_rejected/{id}")).transfer(
            "payout_rejected",
            account("payout_in_transit", id),
            account("available", row.member_id),
            amount,
        );
        post(&mut tx, posting).await?;
        let came = super::in_transit(&mut tx, id, amount.currency).await?;
        recover(&mut tx, row.member_id, &came, ("payout", id)).await?;
    } else {
        tx.enqueue(NewJob {
            kind: "ledger.payout",
            payload: json!({"payout_id": id}),
            dedup: Some(format!("{id}-approved")),
            delay_seconds: 0,
        });
    }
    let (event, kind) = match reason {
        None => ("ledger.payout_approved", "payout_approved"),
        Some(_) => ("ledger.payout_rejected", "payout_rejected"),
    };
    tx.change("state", row.state.as_str(), to);
    let notify = [notice::about(row.member_id, kind, &href, amount)];
    tx.emit(Event::new(
        event,
        "payout",
        id,
        row.version + 1,
        json!({"member_id": row.member_id, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}
