//! Deliveries left unanswered: three reminders, then approval by the system.

use super::approve::release;
use crate::{
    activity, contract,
    milestone::{self, State},
};
use base::Instant;
use kernel::{Action, Cx, Kernel, Result, events::Event};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Silence that counts as approval.
const RELEASE: Action = Action::new("milestone.auto_approve", "milestone", "contract.show");
/// A reminder to the client.
const REMIND: Action = Action::new("milestone.remind", "milestone", "contract.show");

/// Days before the end of the review window at which the client is reminded.
pub const REMINDERS: [i64; 3] = [7, 3, 1];

/// What is to be done about a delivery next, and when: a reminder with so many days left, or its
/// release. Pure.
#[must_use]
pub fn due(review_until: Instant, reminders: i32) -> (Instant, Option<i64>) {
    let sent = usize::try_from(reminders).unwrap_or(usize::MAX);
    match REMINDERS.get(sent) {
        Some(days) => (review_until.plus_days(-days), Some(*days)),
        None => (review_until, None),
    }
}

/// The earliest reminder or release.
///
/// # Errors
/// The database's.
pub async fn next(tx: &mut sqlx::PgConnection) -> Result<Option<Instant>> {
    let due = sqlx::query_scalar!(
        r#"select least(
             (select min(review_until) from market.milestone where state = 'submitted' and reminders = 0) - interval '168 hours',
             (select min(review_until) from market.milestone where state = 'submitted' and reminders = 1) - interval '72 hours',
             (select min(review_until) from market.milestone where state = 'submitted' and reminders = 2) - interval '24 hours',
             (select min(review_until) from market.milestone where state = 'submitted' and reminders = 3)) as "due: Instant""#
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(due)
}

/// Reminds or releases a batch; says how many it did.
///
/// # Errors
/// The database's.
pub async fn sweep(kernel: Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let due = sqlx::query!(
        "select workspace_id, id from market.milestone
         where state = 'submitted' and ((reminders = 0 and review_until <= $1::timestamptz + interval '168 hours')
           or (reminders = 1 and review_until <= $1 + interval '72 hours')
           or (reminders = 2 and review_until <= $1 + interval '24 hours') or (reminders = 3 and review_until <= $1))
         order by review_until limit 100",
        now as _
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut done = 0;
    for row in due {
        let changed = async {
            let cx = Cx::system_in(&kernel, row.workspace_id, "scheduler").await?;
            remind_or_release(&cx, row.id).await
        };
        done += contract::counted("market.delivery_review", row.id, changed.await);
    }
    Ok(done)
}

/// Does what is due for one milestone; false when it was answered meanwhile or nothing is due.
///
/// # Errors
/// The database's and the ledger's.
pub async fn remind_or_release(cx: &Cx, id: Uuid) -> Result<bool> {
    let mut tx = cx.begin().await?;
    let contract_id = milestone::store::contract_of(&mut tx, id).await?;
    let contract = contract::store::lock(&mut tx, cx, contract_id).await?;
    let milestone = milestone::store::lock(&mut tx, id).await?;
    let now = tx.now();
    let (Some(until), State::Submitted) = (milestone.review_until, milestone.state) else {
        tx.finish().await?;
        return Ok(false);
    };
    let (at, reminder) = due(until, milestone.reminders);
    if until <= now {
        let permit = cx.authorize(&RELEASE, id, &[])?;
        release(&mut tx, &contract, &milestone, "system").await?;
        tx.commit(permit).await?;
        return Ok(true);
    }
    let Some(days) = reminder.filter(|_| at <= now) else {
        tx.finish().await?;
        return Ok(false);
    };
    let permit = cx.authorize(&REMIND, id, &[])?;
    let workspace = tx.workspace();
    sqlx::query!(
        "update market.milestone set reminders = reminders + 1, version = version + 1 where workspace_id = $1 and id = $2 and state = 'submitted'",
        workspace,
        id
    )
    .execute(&mut *tx)
    .await?;
    tx.change("reminders", milestone.reminders, milestone.reminders + 1);
    let amount = ui::text::money(ui::Locale::En, milestone.amount);
    let notice = activity::notice(
        contract.client_id,
        "review_reminder",
        &contract.href(),
        json!({"contract": contract.title, "milestone": milestone.title, "amount": amount, "days": days}),
    );
    tx.emit(Event::new(
        "market.review_reminder",
        "milestone",
        id,
        milestone.version + 1,
        json!({"contract_id": contract.id, "milestone_id": id, "days": days, "notify": [notice]}),
    ));
    tx.commit(permit).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::due;
    use base::Instant;

    #[test]
    fn three_reminders_then_release() {
        let until = Instant::from_unix_seconds(100 * 86_400);
        let plan: Vec<_> = (0..5)
            .map(|sent| due(until, sent))
            .map(|(at, days)| (at.unix_seconds() / 86_400, days))
            .collect();
        assert_eq!(
            plan,
            [
                (93, Some(7)),
                (97, Some(3)),
                (99, Some(1)),
                (100, None),
                (100, None)
            ]
        );
    }
}
