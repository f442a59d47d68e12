//! Payouts: a payee's available money goes to their bank. The sum is set aside when it is asked
//! for, and leaves the books only by the provider's fact; failed or returned, it comes back.

pub(crate) mod desk;
pub(crate) mod draw;
mod list;
pub mod policy;
pub mod review;
pub mod schedule;
pub(crate) mod schedule_web;
pub(crate) mod settle;
pub(crate) mod state;
pub(crate) mod web;

pub use list::{PayoutQuery, list, show};

use crate::{
    account::{account, stored},
    chargeback::close::recover,
    fees, notice,
    posting::{Posting, post},
};
use base::{Currency, Instant, Money};
use kernel::{Action, Cx, Error, Fault, Input, Reader, Result, Tx, events::Event, jobs::NewJob};
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
    /// Which destination; the newest that takes the currency when `None`.
    pub destination_id: Option<Uuid>,
    /// `standard`, or `instant` for a fee where the destination takes it.
    pub speed: &'static str,
}

/// Who asked for a payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Asked,
    Automatic,
}

impl Origin {
    const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Automatic => "automatic",
        }
    }
}

impl Input for NewPayout {
    fn read(r: &mut Reader) -> Self {
        Self {
            amount: r.money("amount"),
            destination_id: r.id_opt("destination_id"),
            speed: r
                .choice_opt("speed", &["standard", "instant"])
                .unwrap_or("standard"),
        }
    }
}

/// A payout as its owner sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PayoutView {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub member_id: Uuid,
    /// How much leaves the available balance.
    pub amount: base::money::View,
    /// What is taken off on the way.
    pub fee: base::money::View,
    /// What arrives.
    pub net: base::money::View,
    /// `standard` or `instant`.
    pub speed: String,
    /// `asked`, or `automatic` by the standing order.
    pub origin: String,
    /// Where it goes.
    pub destination_id: Uuid,
    /// The destination's label, in the reader's language.
    pub destination_label: String,
    /// `in_review`, `requested`, `processing`, `paid`, `failed`, `returned`, `rejected` or `cancelled`.
    pub state: String,
    /// Why it failed or came back: `account_closed`, `account_returned`, …
    pub reason: Option<String>,
    /// What a person said who sent the money back.
    pub review_note: Option<String>,
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
    pub destination_kind: String,
    pub last4: String,
    pub destination_token: String,
    pub amount_minor: i64,
    pub fee_minor: i64,
    pub speed: String,
    pub origin: String,
    pub review_note: Option<String>,
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

    /// What the fee takes.
    pub fn fee(&self) -> Result<Money> {
        stored(self.fee_minor, &self.currency)
    }

    /// What the provider is asked to pay.
    pub fn net(&self) -> Result<Money> {
        stored(
            self.amount_minor.saturating_sub(self.fee_minor),
            &self.currency,
        )
    }

    pub fn view(self, cx: &Cx) -> Result<PayoutView> {
        Ok(PayoutView {
            id: self.id,
            member_id: self.member_id,
            amount: self.amount()?.into(),
            fee: self.fee()?.into(),
            net: self.net()?.into(),
            destination_id: self.destination_id,
            destination_label: crate::destination::label(cx, &self.destination_kind, &self.last4),
            can_cancel: state::after(&self.state, state::Step::Cancel).is_some(),
            arrives_at: arrives(self.requested_at, &self.speed),
            speed: self.speed,
            origin: self.origin,
            review_note: self.review_note,
            state: self.state,
            reason: self.reason,
            requested_at: self.requested_at,
            paid_at: self.paid_at,
            version: self.version,
        })
    }
}

/// When a payout asked for at an instant has usually arrived.
pub(crate) fn arrives(asked: Instant, speed: &str) -> Instant {
    if speed == "instant" {
        asked.plus_seconds(1800)
    } else {
        asked.plus_days(ARRIVES_IN)
    }
}

/// The refusal of less than may be withdrawn.
pub(crate) fn below_minimum(pointer: &str, least: Money) -> Error {
    let least = ui::text::money(ui::text::Locale::En, least);
    Error::Invalid(vec![Fault {
        pointer: pointer.to_owned(),
        code: "below_minimum",
        args: vec![("least", least.into())],
    }])
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
        "select p.id, p.member_id, p.destination_id, d.kind as destination_kind, d.last4, d.provider_token as destination_token, p.amount_minor, p.currency, p.state,
               p.fee_minor, p.speed, p.origin, p.review_note,
           p.reason, p.requested_at, p.paid_at, p.version
         from ledger.payout p join ledger.destination d on d.workspace_id = p.workspace_id and d.id = p.destination_id
         where p.workspace_id = $1 and p.id = $2",
        workspace,
        id
    )
    .fetch_optional(connection)
    .await?)
}

/// What a payout would be.
pub(crate) struct Terms {
    pub destination: Uuid,
    pub destination_kind: String,
    pub last4: String,
    pub fee: Money,
    /// From which payments it is taken.
    pub parts: Vec<(Option<Uuid>, Money)>,
    /// Why a person must look at it first; mostly nothing.
    pub review: Vec<String>,
}

/// What a payout would be, or what stands against it, in the order in which a person can mend it.
pub(crate) async fn check(tx: &mut Tx, me: Uuid, new: &NewPayout) -> Result<Terms> {
    let workspace = tx.workspace();
    let currency = new.amount.currency;
    crate::review::clear(tx, workspace).await?;
    let schedule = fees::current(tx, None).await?;
    let least = schedule.minimum_payout(currency);
    if new.amount.minor < least {
        return Err(below_minimum("/amount", Money::new(least, currency)));
    }
    crate::account::check_currency(tx, currency, false).await?;
    let parts = draw::purse(tx, me, currency).await?.take(new.amount)?;
    let destination = sqlx::query!(
        "select id, kind, last4, created_at from ledger.destination
         where workspace_id = $1 and member_id = $2 and currency = $3 and removed_at is null and (id = $4 or $4::uuid is null)
         order by created_at desc, id desc limit 1",
        workspace,
        me,
        currency.code(),
        new.destination_id
    )
    .fetch_optional(&mut **tx)
    .await?;
    let found = match (destination, new.destination_id) {
        (Some(found), _) => found,
        (None, Some(_)) => return Err(Error::invalid("/destination_id", "destination_unknown")),
        (None, None) => {
            return Err(Error::conflict("no_payout_destination").at("/destination_id"));
        }
    };
    let policy = policy::current(tx).await?;
    let fee = if new.speed == "instant" {
        if found.kind != "card" {
            return Err(Error::conflict("instant_unavailable").at("/speed"));
        }
        policy.instant_fee(new.amount, &schedule.dollars)
    } else {
        Money::zero(currency)
    };
    if fee.minor >= new.amount.minor {
        let least = Money::new(fee.minor.saturating_add(1), currency);
        return Err(below_minimum("/amount", least));
    }
    Ok(Terms {
        review: policy.causes(new.amount, found.created_at, tx.now(), &schedule.dollars),
        destination: found.id,
        destination_kind: found.kind,
        last4: found.last4,
        fee,
        parts,
    })
}

/// Asks for a payout of the acting member's available money and sets it aside. It is sent after
/// [`GRACE`] seconds, within which it can be taken back.
///
/// # Errors
/// 422 `below_minimum` at `/amount`, 409 `insufficient_available`, 409 `no_payout_destination`,
/// 422 `destination_unknown`, 409 `instant_unavailable` at `/speed`, 503 `payment_unavailable` without a provider,
/// 503 `books_under_review` while a proof has found faults in the books.
pub async fn request(cx: &Cx, new: &NewPayout) -> Result<Uuid> {
    cx.kernel.provider()?;
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let id = make(&mut tx, me, new, Origin::Asked).await?;
    let permit = cx.authorize(&REQUEST, id, &["own"])?;
    tx.commit(permit).await?;
    Ok(id)
}

/// Makes a member's payout in the caller's transaction: sets the money aside and sends it after
/// [`GRACE`] seconds, or once a person has let it go where the workspace's rules say so.
pub(crate) async fn make(tx: &mut Tx, me: Uuid, new: &NewPayout, origin: Origin) -> Result<Uuid> {
    let terms = check(tx, me, new).await?;
    let (workspace, now, id) = (tx.workspace(), tx.now(), base::id::new());
    let waits = !terms.review.is_empty();
    sqlx::query!(
        "insert into ledger.payout (workspace_id, id, member_id, destination_id, amount_minor, currency, requested_at, updated_at,
           state, speed, fee_minor, origin, review_causes)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11, $12)",
        workspace,
        id,
        me,
        terms.destination,
        new.amount.minor,
        new.amount.currency.code(),
        now as _,
        if waits { "in_review" } else { "requested" },
        new.speed,
        terms.fee.minor,
        origin.name(),
        &terms.review
    )
    .execute(&mut **tx)
    .await?;
    tx.change("amount_minor", (), new.amount.minor);
    tx.change("fee_minor", (), terms.fee.minor);
    let mut posting = Posting::because(format!("ledger.payout/{id}"));
    let (from, to) = (account("available", me), account("payout_in_transit", id));
    for (payment, part) in terms.parts {
        posting = posting.transfer("payout", from, to, part);
        if let Some(payment) = payment {
            posting = posting.from_payment(payment);
        }
    }
    post(tx, posting).await?;
    let mut notify = vec![];
    if waits {
        for staff in notice::staff(tx).await? {
            if staff != me {
                notify.push(notice::about(
                    staff,
                    "payout_review",
                    "/payout-reviews",
                    new.amount,
                ));
            }
        }
    } else {
        tx.enqueue(NewJob {
            kind: "ledger.payout",
            payload: json!({"payout_id": id}),
            dedup: Some(id.to_string()),
            delay_seconds: GRACE,
        });
    }
    tx.emit(Event::new("ledger.payout_requested", "payout", id, 1, json!({
        "member_id": me, "amount_minor": new.amount.minor, "currency": new.amount.currency.code(), "notify": notify})));
    Ok(id)
}

/// Takes a payout back before it is sent; the money is available again.
///
/// # Errors
/// Not found, 409 `payout_cancelled` a second time, 409 `payout_in_processing` once it was sent.
pub async fn cancel(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = find(&mut tx, workspace, id, true)
        .await?
        .ok_or(Error::NotFound)?;
    let permit = cx.authorize(&CANCEL, id, &crate::own(cx, row.member_id))?;
    let Some(to) = state::after(&row.state, state::Step::Cancel) else {
        return Err(Error::conflict(match row.state.as_str() {
            "cancelled" => "payout_cancelled",
            "rejected" => "payout_not_in_review",
            _ => "payout_in_processing",
        }));
    };
    sqlx::query!(
        "update ledger.payout set state = $3, updated_at = $4, version = version + 1
         where workspace_id = $1 and id = $2 and state in ('requested', 'in_review')",
        workspace,
        id,
        to,
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
    let came = in_transit(&mut tx, id, row.amount()?.currency).await?;
    recover(&mut tx, row.member_id, &came, ("payout", id)).await?;
    tx.change("state", row.state.as_str(), to);
    tx.commit(permit).await?;
    Ok(id)
}

/// From which payments the money on its way in a payout came, before it goes back.
pub(crate) async fn in_transit(
    tx: &mut Tx,
    id: Uuid,
    currency: Currency,
) -> Result<Vec<(Uuid, Money)>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select l.payment_id, sum(l.remaining_minor)::bigint as "minor!"
           from ledger.account a
           join ledger.lot l on l.workspace_id = a.workspace_id and l.account_id = a.id and l.remaining_minor > 0
           where a.workspace_id = $1 and a.kind = 'payout_in_transit' and a.owner_id = $2
           group by l.payment_id order by l.payment_id"#,
        workspace,
        id
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.payment_id, Money::new(row.minor, currency)))
        .collect())
}
