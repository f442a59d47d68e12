//! Payouts: a payee's available money goes to their bank. The sum is set aside when it is asked
//! for, and leaves the books only by the provider's fact; failed or returned, it comes back.

pub(crate) mod settle;
pub(crate) mod web;

use crate::{
    account::{account, lock, stored},
    fees,
    posting::{Posting, post},
};
use base::{Instant, Money};
use kernel::{
    Action, Cx, Error, Fault, Input, Reader, Result, Tx,
    events::Event,
    jobs::NewJob,
    list::{Page, Paging},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// Asks for a payout.
pub const REQUEST: Action = Action::new("payout.request", "payout", "payout.list");
/// Takes a payout back.
pub const CANCEL: Action = Action::new("payout.cancel", "payout", "payout.show");

/// Seconds in which a payout may be taken back before it is sent.
pub(crate) const GRACE: i64 = 10;

/// Days until a payout has usually arrived.
pub(crate) const ARRIVES_IN: i64 = 2;

/// A payout to be made.
pub struct NewPayout {
    /// How much.
    pub amount: Money,
    /// Which bank account; the newest that takes the currency when `None`.
    pub destination_id: Option<Uuid>,
}

impl Input for NewPayout {
    fn read(r: &mut Reader) -> Self {
        Self {
            amount: r.money("amount"),
            destination_id: r.id_opt("destination_id"),
        }
    }
}

/// A payout as its owner sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PayoutView {
    /// Its id.
    pub id: Uuid,
    /// How much leaves the available balance.
    pub amount: base::money::View,
    /// What is taken off on the way.
    pub fee: base::money::View,
    /// Where it goes.
    pub destination_id: Uuid,
    /// The bank account's label.
    pub destination_label: String,
    /// `requested`, `processing`, `paid`, `failed`, `returned` or `cancelled`.
    pub state: String,
    /// Why it failed or came back: `account_closed`, `account_returned`, …
    pub reason: Option<String>,
    /// When it was asked for.
    pub requested_at: Instant,
    /// When it has usually arrived.
    pub arrives_at: Instant,
    /// When the provider told that it was paid.
    pub paid_at: Option<Instant>,
    /// Whether it can still be taken back.
    pub can_cancel: bool,
    /// Changes with every change.
    pub version: i64,
}

/// A payout as it is stored.
pub(crate) struct Row {
    pub id: Uuid,
    pub member_id: Uuid,
    pub destination_id: Uuid,
    pub label: String,
    pub destination_token: String,
    pub amount_minor: i64,
    pub currency: String,
    pub state: String,
    pub reason: Option<String>,
    pub requested_at: Instant,
    pub paid_at: Option<Instant>,
    pub version: i64,
}

impl Row {
    pub fn amount(&self) -> Result<Money> {
        stored(self.amount_minor, &self.currency)
    }

    pub fn view(self) -> Result<PayoutView> {
        let amount = self.amount()?;
        Ok(PayoutView {
            id: self.id,
            amount: amount.into(),
            fee: Money::zero(amount.currency).into(),
            destination_id: self.destination_id,
            destination_label: self.label,
            can_cancel: self.state == "requested",
            state: self.state,
            reason: self.reason,
            requested_at: self.requested_at,
            arrives_at: self.requested_at.plus_days(ARRIVES_IN),
            paid_at: self.paid_at,
            version: self.version,
        })
    }
}

/// Reads a payout; with `lock` it stays as it is until the transaction ends.
pub(crate) async fn find(
    connection: &mut sqlx::PgConnection,
    workspace: Uuid,
    id: Uuid,
    lock: bool,
) -> Result<Option<Row>> {
    if lock {
        sqlx::query!("select 1 as one from ledger.payout where workspace_id = $1 and id = $2 for no key update", workspace, id)
            .fetch_optional(&mut *connection)
            .await?;
    }
    Ok(sqlx::query_as!(
        Row,
        "select p.id, p.member_id, p.destination_id, d.label, d.provider_token as destination_token, p.amount_minor, p.currency, p.state,
           p.reason, p.requested_at, p.paid_at, p.version
         from ledger.payout p join ledger.destination d on d.workspace_id = p.workspace_id and d.id = p.destination_id
         where p.workspace_id = $1 and p.id = $2",
        workspace,
        id
    )
    .fetch_optional(connection)
    .await?)
}

/// What stands against a payout, in the order in which a person can mend it.
pub(crate) async fn check(tx: &mut Tx, me: Uuid, new: &NewPayout) -> Result<(Uuid, String)> {
    let workspace = tx.workspace();
    let currency = new.amount.currency;
    let least = fees::current(tx).await?.minimum_payout(currency);
    if new.amount.minor < least {
        let least = ui::text::money(ui::text::Locale::En, Money::new(least, currency));
        return Err(Error::Invalid(vec![Fault {
            pointer: "/amount".to_owned(),
            code: "below_minimum",
            args: vec![("least", least.into())],
        }]));
    }
    crate::account::check_currency(tx, currency, false).await?;
    let available = account("available", me);
    let have = lock(tx, &[available], currency).await?.of(&available);
    if have < new.amount.minor {
        return Err(Error::conflict("insufficient_available").at("/amount"));
    }
    let destination = sqlx::query!(
        "select id, label from ledger.destination
         where workspace_id = $1 and member_id = $2 and currency = $3 and removed_at is null and (id = $4 or $4::uuid is null)
         order by created_at desc, id desc limit 1",
        workspace,
        me,
        currency.code(),
        new.destination_id
    )
    .fetch_optional(&mut **tx)
    .await?;
    match (destination, new.destination_id) {
        (Some(found), _) => Ok((found.id, found.label)),
        (None, Some(_)) => Err(Error::invalid("/destination_id", "destination_unknown")),
        (None, None) => Err(Error::conflict("no_payout_destination").at("/destination_id")),
    }
}

/// Asks for a payout of the acting member's available money and sets it aside. It is sent after
/// [`GRACE`] seconds, within which it can be taken back.
///
/// # Errors
/// 422 `below_minimum` at `/amount`, 409 `insufficient_available`, 409 `no_payout_destination`,
/// 422 `destination_unknown`, 503 `payment_unavailable` without a provider.
pub async fn request(cx: &Cx, new: &NewPayout) -> Result<Uuid> {
    cx.kernel.provider()?;
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let (destination, _) = check(&mut tx, me, new).await?;
    let (workspace, now, id) = (tx.workspace(), tx.now(), base::id::new());
    let permit = cx.authorize(&REQUEST, id, &["own"])?;
    sqlx::query!(
        "insert into ledger.payout (workspace_id, id, member_id, destination_id, amount_minor, currency, requested_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)",
        workspace,
        id,
        me,
        destination,
        new.amount.minor,
        new.amount.currency.code(),
        now as _
    )
    .execute(&mut *tx)
    .await?;
    let posting = Posting::because(format!("ledger.payout/{id}")).transfer(
        "payout",
        account("available", me),
        account("payout_in_transit", id),
        new.amount,
    );
    post(&mut tx, posting).await?;
    tx.enqueue(NewJob {
        kind: "ledger.payout",
        payload: json!({"payout_id": id}),
        dedup: Some(id.to_string()),
        delay_seconds: GRACE,
    });
    tx.emit(Event::new("ledger.payout_requested", "payout", id, 1, json!({
        "member_id": me, "amount_minor": new.amount.minor, "currency": new.amount.currency.code(), "notify": []})));
    tx.commit(permit).await?;
    Ok(id)
}

/// Takes a payout back before it is sent; the money is available again.
///
/// # Errors
/// Not found, 409 `payout_in_processing`.
pub async fn cancel(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = find(&mut tx, workspace, id, true)
        .await?
        .ok_or(Error::NotFound)?;
    let permit = cx.authorize(&CANCEL, id, &crate::own(cx, row.member_id))?;
    if row.state != "requested" {
        return Err(Error::conflict("payout_in_processing"));
    }
    sqlx::query!(
        "update ledger.payout set state = 'cancelled', updated_at = $3, version = version + 1 where workspace_id = $1 and id = $2",
        workspace,
        id,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    let posting = Posting::because(format!("ledger.payout_cancelled/{id}")).transfer(
        "payout_cancelled",
        account("payout_in_transit", id),
        account("available", row.member_id),
        row.amount()?,
    );
    post(&mut tx, posting).await?;
    tx.change("state", "requested", "cancelled");
    tx.commit(permit).await?;
    Ok(id)
}

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
    row.view()
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
            "requested",
            "processing",
            "paid",
            "failed",
            "returned",
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
            "select p.id, p.member_id, p.destination_id, d.label, d.provider_token as destination_token, p.amount_minor, p.currency, p.state,
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
            "select p.id, p.member_id, p.destination_id, d.label, d.provider_token as destination_token, p.amount_minor, p.currency, p.state,
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
        .map(Row::view)
        .collect::<Result<Vec<_>>>()?;
    Ok(Page::of(rows, &query.paging, position.as_ref(), |r| {
        (r.requested_at, r.id)
    })
    .with_total(total))
}
