//! A payee's standing order: weekly, monthly, or whenever enough is available, by the clock.

use super::{NewPayout, Origin, make};
use crate::account::stored;
use crate::fees;
use base::{Currency, Instant, Money};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use kernel::{
    Action, Cx, Error, Input, Kernel, Reader, Result, Tx, deadline::Deadline, events::Event,
};
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Sets the standing order.
pub const SET: Action = Action::new(
    "payout_schedule.set",
    "payout_schedule",
    "payout_schedule.show",
);
/// Ends it.
pub const REMOVE: Action = Action::new(
    "payout_schedule.remove",
    "payout_schedule",
    "payout_schedule.show",
);
const RUN: Action = Action::new(
    "payout_schedule.run",
    "payout_schedule",
    "payout_schedule.show",
);

/// Orders taken up at a time.
const BATCH: i64 = 50;

/// A standing order.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PayoutScheduleView {
    /// `off`, `weekly`, `monthly` or `threshold`.
    pub kind: String,
    /// 1 is Monday, with `weekly`.
    pub weekday: Option<i32>,
    /// 1 to 28, with `monthly`.
    pub month_day: Option<i32>,
    /// With `threshold`: paid out once at least this is available.
    pub threshold: Option<base::money::View>,
    /// Which destination; the newest that takes the currency when none.
    pub destination_id: Option<Uuid>,
    /// When it pays out next, by the calendar in UTC.
    pub due_at: Option<Instant>,
    /// Why it stopped by itself: `no_payout_destination`, `member_suspended`, `threshold_too_low`, …;
    /// setting it anew starts it again.
    pub halted: Option<String>,
    /// Changes with every change; 0 without one.
    pub version: i64,
}

/// A standing order to be set.
pub struct NewSchedule {
    /// `weekly`, `monthly` or `threshold`.
    pub kind: &'static str,
    /// 1 is Monday.
    pub weekday: Option<i32>,
    /// 1 to 28.
    pub month_day: Option<i32>,
    /// With `threshold`.
    pub threshold: Option<Money>,
    /// Which destination.
    pub destination_id: Option<Uuid>,
}

impl Input for NewSchedule {
    fn read(r: &mut Reader) -> Self {
        let kind = r.choice("kind", &["weekly", "monthly", "threshold"]);
        let narrow = |n: Option<i64>| n.and_then(|n| i32::try_from(n).ok());
        let weekday = narrow(r.integer_opt("weekday", 1, 7));
        let month_day = narrow(r.integer_opt("month_day", 1, 28));
        let threshold = r.money_opt("threshold");
        let destination_id = r.id_opt("destination_id");
        if r.is_sound() {
            let missing = match kind {
                "weekly" if weekday.is_none() => Some("weekday"),
                "monthly" if month_day.is_none() => Some("month_day"),
                "threshold" if threshold.is_none() => Some("threshold"),
                _ => None,
            };
            if let Some(field) = missing {
                r.fault(field, "required");
            }
        }
        Self {
            kind,
            weekday: weekday.filter(|_| kind == "weekly"),
            month_day: month_day.filter(|_| kind == "monthly"),
            threshold: threshold.filter(|_| kind == "threshold"),
            destination_id,
        }
    }
}

/// The next midnight (UTC) of this weekday or day of the month after an instant.
fn next_due(weekday: Option<i32>, month_day: Option<i32>, after: Instant) -> Option<Instant> {
    let today: Date = after.0.to_zoned(TimeZone::UTC).date();
    let fits = |day: &Date| {
        weekday.is_some_and(|w| i32::from(day.weekday().to_monday_one_offset()) == w)
            || month_day.is_some_and(|d| i32::from(day.day()) == d)
    };
    let mut day = today;
    for _ in 0..32 {
        day = day.checked_add(1.day()).ok()?;
        if fits(&day) {
            let start = day.to_zoned(TimeZone::UTC).ok()?;
            return Some(Instant(start.timestamp()));
        }
    }
    None
}

struct Row {
    kind: String,
    weekday: Option<i32>,
    month_day: Option<i32>,
    threshold_minor: Option<i64>,
    currency: String,
    destination_id: Option<Uuid>,
    due_at: Option<Instant>,
    halted: Option<String>,
    version: i64,
}

async fn find(
    connection: &mut sqlx::PgConnection,
    workspace: Uuid,
    member: Uuid,
) -> Result<Option<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"select kind, weekday, month_day, threshold_minor, currency, destination_id, due_at as "due_at: Instant", halted, version
           from ledger.payout_schedule where workspace_id = $1 and member_id = $2"#,
        workspace,
        member
    )
    .fetch_optional(connection)
    .await?)
}

/// The acting member's standing order.
///
/// # Errors
/// The database's.
pub async fn show(cx: &Cx) -> Result<PayoutScheduleView> {
    let me = cx.member()?.id;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let row = find(&mut tx, workspace, me).await?;
    tx.finish().await?;
    let Some(row) = row else {
        return Ok(PayoutScheduleView {
            kind: "off".to_owned(),
            weekday: None,
            month_day: None,
            threshold: None,
            destination_id: None,
            due_at: None,
            halted: None,
            version: 0,
        });
    };
    let threshold = match row.threshold_minor {
        Some(minor) => Some(stored(minor, &row.currency)?.into()),
        None => None,
    };
    Ok(PayoutScheduleView {
        kind: row.kind,
        weekday: row.weekday,
        month_day: row.month_day,
        threshold,
        destination_id: row.destination_id,
        due_at: row.due_at,
        halted: row.halted,
        version: row.version,
    })
}

/// Sets the acting member's standing order, in place of the one that has `version` (0: none).
///
/// # Errors
/// 412 `stale`, 422 `destination_unknown`, 422 `below_minimum` for a threshold that could not be withdrawn.
pub async fn set(cx: &Cx, version: i64, new: &NewSchedule) -> Result<Uuid> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let permit = cx.authorize(&SET, me, &["own"])?;
    unchanged(&mut tx, me, version).await?;
    let mut currency = new
        .threshold
        .map_or(cx.workspace()?.currency, |t| t.currency);
    if let Some(id) = new.destination_id {
        let takes = sqlx::query_scalar!(
            "select currency from ledger.destination where workspace_id = $1 and member_id = $2 and id = $3 and removed_at is null",
            workspace,
            me,
            id
        )
        .fetch_optional(&mut *tx)
        .await?
        .and_then(|code| code.parse::<Currency>().ok())
        .filter(|takes| new.threshold.is_none_or(|t| t.currency == *takes))
        .ok_or(Error::invalid("/destination_id", "destination_unknown"))?;
        currency = takes;
    }
    if let Some(threshold) = new.threshold {
        let least = fees::current(&mut tx, None).await?.minimum_payout(currency);
        if threshold.minor < least {
            return Err(super::below_minimum(
                "/threshold",
                Money::new(least, currency),
            ));
        }
    }
    let due = next_due(new.weekday, new.month_day, now);
    let done = sqlx::query!(
        "insert into ledger.payout_schedule (workspace_id, member_id, kind, weekday, month_day, threshold_minor, currency, destination_id, due_at, updated_at, version)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $12)
         on conflict (workspace_id, member_id) do update set kind = excluded.kind, weekday = excluded.weekday, month_day = excluded.month_day,
           threshold_minor = excluded.threshold_minor, currency = excluded.currency, destination_id = excluded.destination_id,
           due_at = excluded.due_at, halted = null, updated_at = excluded.updated_at, version = ledger.payout_schedule.version + 1
         where ledger.payout_schedule.version = $11",
        workspace,
        me,
        new.kind,
        new.weekday,
        new.month_day,
        new.threshold.map(|t| t.minor),
        currency.code(),
        new.destination_id,
        due as Option<Instant>,
        now as _,
        version,
        // One that is made after another was ended must not have a version that one had.
        base::instant::wall().0.as_millisecond()
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Error::stale());
    }
    tx.change("kind", "", new.kind);
    tx.commit(permit).await?;
    Ok(me)
}

/// Refuses an edit of another order than the one that stands, which is locked; 0 is none.
async fn unchanged(tx: &mut Tx, member: Uuid, version: i64) -> Result<()> {
    let workspace = tx.workspace();
    let now = sqlx::query_scalar!(
        "select version from ledger.payout_schedule where workspace_id = $1 and member_id = $2 for no key update",
        workspace,
        member
    )
    .fetch_optional(&mut **tx)
    .await?
    .unwrap_or(0);
    if now == version {
        Ok(())
    } else {
        Err(Error::stale())
    }
}

/// Ends the acting member's standing order that has `version`; nothing when there is none (0).
///
/// # Errors
/// 412 `stale`, or the database's.
pub async fn remove(cx: &Cx, version: i64) -> Result<Uuid> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let workspace = tx.workspace();
    let permit = cx.authorize(&REMOVE, me, &["own"])?;
    unchanged(&mut tx, me, version).await?;
    sqlx::query!(
        "delete from ledger.payout_schedule where workspace_id = $1 and member_id = $2",
        workspace,
        me
    )
    .execute(&mut *tx)
    .await?;
    tx.commit(permit).await?;
    Ok(me)
}

/// Standing orders on the business clock.
pub(crate) const DEADLINE: Deadline = Deadline {
    name: "ledger.payout_schedules",
    next: Some(|tx| Box::pin(next(tx))),
    sweep: |kernel, now| Box::pin(sweep(kernel, now)),
};

async fn next(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let due = sqlx::query_scalar!(
        r#"select due_at as "due!: Instant" from ledger.payout_schedule s where due_at is not null and halted is null
             and not exists (select 1 from ledger.books_review b where b.workspace_id = s.workspace_id) order by due_at limit 1"#
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(due)
}

async fn sweep(kernel: Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let due = sqlx::query_as!(
        Order,
        "select workspace_id, member_id from ledger.payout_schedule s
         where due_at <= $1 and halted is null
           and not exists (select 1 from ledger.books_review b where b.workspace_id = s.workspace_id) order by due_at limit $2",
        now as _,
        BATCH
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(run_all(&kernel, due).await)
}

/// Standing orders on a sum: money that becomes free has no instant of its own.
pub(crate) const THRESHOLDS: Deadline = Deadline {
    name: "ledger.payout_thresholds",
    next: None,
    sweep: |kernel, _| Box::pin(sweep_thresholds(kernel)),
};

async fn sweep_thresholds(kernel: Arc<Kernel>) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let due = sqlx::query_as!(
        Order,
        "select s.workspace_id, s.member_id from ledger.payout_schedule s
           join ledger.account a on a.workspace_id = s.workspace_id and a.owner_id = s.member_id and a.kind = 'available'
             and a.currency = s.currency and a.balance_minor >= s.threshold_minor
         where s.kind = 'threshold' and s.halted is null
           and not exists (select 1 from ledger.books_review b where b.workspace_id = s.workspace_id) order by s.updated_at limit $1",
        BATCH
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(run_all(&kernel, due).await)
}

/// Whose order it is.
struct Order {
    workspace_id: Uuid,
    member_id: Uuid,
}

async fn run_all(kernel: &Arc<Kernel>, due: Vec<Order>) -> usize {
    let mut done = 0;
    for row in due {
        match run(kernel, row.workspace_id, row.member_id).await {
            Ok(changed) => done += usize::from(changed),
            Err(error) => {
                tracing::warn!(key = "payout_schedule.failed", member = %row.member_id, error = %error);
            }
        }
    }
    done
}

/// Pays out by a standing order that is due, looked at again under its lock; what cannot be mended
/// by waiting halts it, and its owner is told.
async fn run(kernel: &Arc<Kernel>, workspace: Uuid, member: Uuid) -> Result<bool> {
    let cx = Cx::system_in(kernel, workspace, "scheduler").await?;
    let mut tx = cx.begin().await?;
    let now = tx.now();
    // Of two workers one waits here, and then finds it paid.
    sqlx::query!(
        "select 1 as one from ledger.payout_schedule where workspace_id = $1 and member_id = $2 for no key update",
        workspace,
        member
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(order) = find(&mut tx, workspace, member).await? else {
        tx.finish().await?;
        return Ok(false);
    };
    let currency = stored(0, &order.currency)?.currency;
    let have = super::draw::purse(&mut tx, member, currency).await?.most;
    let by_clock = order.due_at.is_some_and(|due| due <= now);
    let enough = order.threshold_minor.is_some_and(|t| have.minor >= t);
    if order.halted.is_some() || !(by_clock || enough) {
        // Part of it may not go out now: others are looked at before it next time.
        sqlx::query!(
            "update ledger.payout_schedule set updated_at = $3 where workspace_id = $1 and member_id = $2",
            workspace,
            member,
            now as _
        )
        .execute(&mut *tx)
        .await?;
        tx.finish().await?;
        return Ok(false);
    }
    let new = NewPayout {
        amount: have,
        destination_id: order.destination_id,
        speed: "standard",
    };
    let least = fees::current(&mut tx, None).await?.minimum_payout(currency);
    let suspended = sqlx::query_scalar!(
        r#"select state <> 'active' as "suspended!" from kernel.member where workspace_id = $1 and id = $2"#,
        workspace,
        member
    )
    .fetch_one(&mut *tx)
    .await?;
    let outcome = if suspended {
        Err(Error::conflict("member_suspended"))
    } else if have.minor < least && by_clock {
        Ok(None)
    } else if have.minor < least {
        // The least was raised since: this order would never pay out, and is asked about each time.
        Err(Error::conflict("threshold_too_low"))
    } else {
        make(&mut tx, member, &new, Origin::Automatic)
            .await
            .map(Some)
    };
    let halted = match &outcome {
        Ok(_) => None,
        Err(error) if error.status_and_code().0.is_client_error() => {
            Some(error.status_and_code().1)
        }
        Err(_) => return outcome.map(|_| false),
    };
    let due = next_due(order.weekday, order.month_day, now);
    sqlx::query!(
        "update ledger.payout_schedule set due_at = $3, halted = $4, updated_at = $5, version = version + 1 where workspace_id = $1 and member_id = $2",
        workspace,
        member,
        due as Option<Instant>,
        halted,
        now as _
    )
    .execute(&mut *tx)
    .await?;
    if let Some(code) = halted {
        let notify = [crate::notice::about(
            member,
            "payout_schedule_halted",
            "/payout-schedule",
            have,
        )];
        tx.emit(Event::new(
            "ledger.payout_schedule_halted",
            "payout_schedule",
            member,
            order.version + 1,
            json!({"code": code, "notify": notify}),
        ));
    }
    let permit = cx.authorize(&RUN, member, &[])?;
    tx.commit(permit).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::next_due;
    use base::Instant;

    #[test]
    fn the_next_day_is_after_today() {
        // 2026-11-20 is a Friday.
        let friday: Instant = Instant("2026-11-20T12:00:00Z".parse().unwrap_or_default());
        let at = |w, d| {
            next_due(w, d, friday)
                .map(Instant::rfc3339)
                .unwrap_or_default()
        };
        assert!(at(Some(1), None).starts_with("2026-11-23T00:00:00"));
        assert!(at(Some(5), None).starts_with("2026-11-27T00:00:00"));
        assert!(at(None, Some(20)).starts_with("2026-12-20T00:00:00"));
        assert!(at(None, Some(28)).starts_with("2026-11-28T00:00:00"));
        assert_eq!(next_due(None, None, friday), None);
    }
}
