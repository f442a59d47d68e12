//! What recurs at a time of day, in the installation's time zone, on the business clock. A due time
//! becomes one background job, in the transaction that notes the next one: so it runs once over
//! all processes, survives a kill, and is retried like any job.
//!
//! Catch-up: after downtime a schedule runs once, not once per time missed. Daylight saving: a time
//! that a day does not have is an hour later on that day, one that a day has twice is its first.

use crate::{
    Kernel, Result,
    deadline::Deadline,
    jobs::{self, JobKind, NewJob},
};
use base::Instant;
use jiff::{ToSpan, civil::Time, tz::TimeZone};
use serde_json::json;
use std::sync::Arc;
use uuid::Uuid;

/// Daily work.
#[derive(Clone, Copy)]
pub struct Schedule {
    /// Hour and minute of the day.
    pub at: (i8, i8),
    /// What is done; its name is the schedule's. Its jobs belong to no workspace.
    pub job: JobKind,
}

/// Starts what is due. The clock of the test environment does not stop for it: what recurs would
/// otherwise hold up every jump.
pub const DEADLINE: Deadline = Deadline {
    name: "schedule",
    next: None,
    sweep: |kernel, now| Box::pin(async move { sweep(&kernel, now).await }),
};

/// A schedule as it stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Its time zone.
    pub zone: String,
    /// When it is due next.
    pub next_at: Instant,
    /// When it was due last.
    pub last_due_at: Option<Instant>,
    /// How its last job stands.
    pub last_state: Option<String>,
    /// When that ended, by the wall clock.
    pub last_finished_at: Option<Instant>,
    /// What it found, or why it failed.
    pub last_result: Option<String>,
}

/// The first instant after `now` at which the zone's clocks show this time of day.
fn next_after(now: Instant, (hour, minute): (i8, i8), zone: &TimeZone) -> Result<Instant> {
    let time = Time::new(hour, minute, 0, 0).map_err(anyhow::Error::from)?;
    let mut day = now.0.to_zoned(zone.clone()).date();
    loop {
        // Of a time that is there twice the first, of one that is not there the one an hour later.
        let due = day.to_datetime(time).to_zoned(zone.clone());
        let due = Instant(due.map_err(anyhow::Error::from)?.timestamp());
        if due > now {
            return Ok(due);
        }
        day = day.checked_add(1.day()).map_err(anyhow::Error::from)?;
    }
}

fn zone(kernel: &Kernel) -> TimeZone {
    TimeZone::get(&kernel.config.time_zone).unwrap_or(TimeZone::UTC)
}

async fn sweep(kernel: &Arc<Kernel>, now: Instant) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let known =
        sqlx::query!(r#"select name, zone, next_at as "next_at: Instant" from kernel.schedule"#)
            .fetch_all(&mut *tx)
            .await?;
    let zone_name = &kernel.config.time_zone;
    let mut started = 0;
    for schedule in &kernel.wiring().schedules {
        let row = known.iter().find(|row| row.name == schedule.job.name);
        if row.is_some_and(|row| row.next_at > now && row.zone == *zone_name) {
            continue;
        }
        let next = next_after(now, schedule.at, &zone(kernel))?;
        match row {
            Some(row) if row.next_at <= now => {
                // Another process may be quicker: it has moved the time on.
                let moved = sqlx::query!(
                    "update kernel.schedule set next_at = $3, zone = $4, last_due_at = $2 where name = $1 and next_at = $2",
                    schedule.job.name,
                    row.next_at as _,
                    next as _,
                    zone_name
                )
                .execute(&mut *tx)
                .await?;
                if moved.rows_affected() == 1 {
                    start(&mut tx, kernel, schedule, row.next_at).await?;
                    started += 1;
                }
            }
            _ => {
                sqlx::query!(
                    "insert into kernel.schedule (name, zone, next_at) values ($1, $2, $3)
                     on conflict (name) do update set zone = excluded.zone, next_at = excluded.next_at
                     where kernel.schedule.zone <> excluded.zone",
                    schedule.job.name,
                    zone_name,
                    next as _
                )
                .execute(&mut *tx)
                .await?;
            }
        }
    }
    tx.commit().await?;
    if started > 0 {
        kernel.wake_workers.notify_waiters();
    }
    Ok(started)
}

async fn start(
    tx: &mut database::Transaction,
    kernel: &Arc<Kernel>,
    schedule: &Schedule,
    due: Instant,
) -> Result<()> {
    let id = base::id::new();
    let job = NewJob {
        kind: schedule.job.name,
        payload: json!({"due_at": due}),
        dedup: Some(due.rfc3339()),
        delay_seconds: 0,
    };
    jobs::insert(tx, kernel, Uuid::nil(), id, (None, ""), &job).await?;
    sqlx::query!(
        "update kernel.schedule set last_job_id = $2 where name = $1",
        schedule.job.name,
        id
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Every schedule with its next and its last run.
///
/// # Errors
/// The database's.
pub async fn standing(kernel: &Kernel) -> Result<Vec<Standing>> {
    let mut tx = kernel.db.begin_system(None).await?;
    let rows = sqlx::query_as!(
        Standing,
        r#"select s.name, s.zone, s.next_at as "next_at: Instant", s.last_due_at as "last_due_at: Instant",
             j.state as "last_state?", j.finished_at as "last_finished_at: Instant",
             coalesce(j.last_error, j.result ->> 'found') as last_result
           from kernel.schedule s
           left join kernel.job j on j.workspace_id = '00000000-0000-0000-0000-000000000000' and j.id = s.last_job_id
           order by s.name"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(zone: &str, at: (i8, i8), from: &str, days: usize) -> Vec<String> {
        let zone = TimeZone::get(zone).expect("a zone");
        let mut now = Instant(from.parse().expect("a time"));
        (0..days)
            .map(|_| {
                now = next_after(now, at, &zone).expect("a next time");
                now.rfc3339()
            })
            .collect()
    }

    #[test]
    fn a_day_that_lacks_the_time_has_it_an_hour_later_and_one_that_has_it_twice_once() {
        // 29 March 2026: 02:00 becomes 03:00. 25 October: 03:00 becomes 02:00.
        assert_eq!(
            runs("Europe/Berlin", (2, 30), "2026-03-28T00:00:00Z", 3),
            [
                "2026-03-28T01:30:00Z",
                "2026-03-29T01:30:00Z",
                "2026-03-30T00:30:00Z"
            ]
        );
        assert_eq!(
            runs("Europe/Berlin", (2, 30), "2026-10-24T00:00:00Z", 3),
            [
                "2026-10-24T00:30:00Z",
                "2026-10-25T00:30:00Z",
                "2026-10-26T01:30:00Z"
            ]
        );
    }

    #[test]
    fn the_next_time_is_after_now() {
        let midnight = runs("UTC", (0, 0), "2026-11-20T00:00:00Z", 1);
        assert_eq!(midnight, ["2026-11-21T00:00:00Z"]);
    }
}
