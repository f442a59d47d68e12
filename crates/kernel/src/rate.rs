//! Rate limits. Ordinary ones lease blocks of tokens per process from shared counters; sign-in
//! and money count each request in the database and refuse when it is out of reach.

use crate::{Error, Kernel, Result, route::Rate};

use std::{
    collections::HashMap,
    sync::Mutex,
    sync::atomic::{AtomicI64, Ordering},
};
use uuid::Uuid;

/// This process's leased tokens.
#[derive(Default)]
pub struct Limits {
    leased: Mutex<HashMap<String, Lease>>,
    factor: AtomicI64,
    factor_read_at: AtomicI64,
}

#[derive(Clone, Copy)]
struct Lease {
    window: i64,
    left: i64,
    spent: bool,
}

struct Policy {
    most: i64,
    seconds: i64,
    exact: bool,
}

fn policy(rate: Rate, signed_in: bool) -> Option<Policy> {
    let of = |most, seconds, exact| {
        Some(Policy {
            most,
            seconds,
            exact,
        })
    };
    match rate {
        Rate::Read => of(if signed_in { 300 } else { 60 }, 60, false),
        Rate::Write => of(60, 60, false),
        Rate::Money => of(60, 60, true),
        Rate::SignIn => of(10, 300, true),
        Rate::Register => of(5, 300, true),
        Rate::Link => of(10, 3600, true),
        Rate::Free => None,
    }
}

impl Limits {
    /// Counts one request; refuses with 429 and the seconds until the window ends.
    ///
    /// # Errors
    /// 429 `rate_limited`; 503 for exact limits when the counter is out of reach.
    pub async fn check(
        &self,
        kernel: &Kernel,
        rate: Rate,
        account: Option<Uuid>,
        network: &str,
    ) -> Result<()> {
        let Some(policy) = policy(rate, account.is_some()) else {
            return Ok(());
        };
        let who = account.map_or_else(|| network.to_owned(), |a| a.to_string());
        let most = policy.most.saturating_mul(self.factor(kernel).await);
        self.count(
            kernel,
            &format!("{}:{who}", rate.name()),
            most,
            policy.seconds,
            policy.exact,
        )
        .await
    }

    /// Counts one use of a limit of its own: mails per address, challenges per account.
    ///
    /// # Errors
    /// As [`Limits::check`], always exact.
    pub async fn check_named(
        &self,
        kernel: &Kernel,
        name: &str,
        most: i64,
        seconds: i64,
    ) -> Result<()> {
        let most = most.saturating_mul(self.factor(kernel).await);
        self.count(kernel, name, most, seconds, true).await
    }

    async fn count(
        &self,
        kernel: &Kernel,
        bucket: &str,
        most: i64,
        seconds: i64,
        exact: bool,
    ) -> Result<()> {
        let now = base::instant::wall().unix_seconds();
        let window = now - now.rem_euclid(seconds);
        let until = window + seconds - now;
        if !exact && let Some(allowed) = self.leased_token(bucket, window) {
            return if allowed { Ok(()) } else { Err(limited(until)) };
        }
        let block = if exact {
            1
        } else {
            (most / 10).clamp(1, 1_000)
        };
        let used = take(kernel, bucket, window, block).await;
        let granted = match used {
            Ok(used) => (block - (used - most).max(0)).max(0),
            Err(error) if exact => {
                return Err(if error.is_internal() {
                    Error::unavailable("service_unavailable")
                } else {
                    error
                });
            }
            Err(_) => block,
        };
        if !exact && let Ok(mut leased) = self.leased.lock() {
            if leased.len() > 50_000 {
                leased.retain(|_, lease| lease.window == window);
            }
            leased.insert(
                bucket.to_owned(),
                Lease {
                    window,
                    left: granted - 1,
                    spent: granted < block,
                },
            );
        }
        if granted > 0 {
            Ok(())
        } else {
            Err(limited(until))
        }
    }

    fn leased_token(&self, bucket: &str, window: i64) -> Option<bool> {
        let mut leased = self.leased.lock().ok()?;
        let lease = leased.get_mut(bucket).filter(|l| l.window == window)?;
        if lease.left > 0 {
            lease.left -= 1;
            return Some(true);
        }
        lease.spent.then_some(false)
    }

    async fn factor(&self, kernel: &Kernel) -> i64 {
        if !kernel.config.has_test() {
            return 1;
        }
        let now = base::instant::wall().unix_seconds();
        if self.factor_read_at.swap(now, Ordering::Relaxed) != now {
            let read = async {
                let mut tx = kernel.db.begin_system(None).await?;
                let value = sqlx::query_scalar!(
                    "select value from kernel.setting where key = 'rate_factor'"
                )
                .fetch_optional(&mut *tx)
                .await?;
                tx.commit().await?;
                Ok::<_, sqlx::Error>(value)
            };
            if let Ok(value) = read.await {
                self.factor.store(
                    value.and_then(|v| v.as_i64()).unwrap_or(1),
                    Ordering::Relaxed,
                );
            }
        }
        self.factor.load(Ordering::Relaxed).max(1)
    }

    /// Sets the factor by which all limits are multiplied (test only), here and for all processes.
    ///
    /// # Errors
    /// The database's.
    pub async fn set_factor(&self, kernel: &Kernel, factor: i64) -> Result<()> {
        let mut tx = kernel.db.begin_system(None).await?;
        sqlx::query!(
            "insert into kernel.setting (key, value) values ('rate_factor', $1)
             on conflict (key) do update set value = excluded.value",
            serde_json::json!(factor)
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.factor.store(factor, Ordering::Relaxed);
        if let Ok(mut leased) = self.leased.lock() {
            leased.clear();
        }
        Ok(())
    }
}

fn limited(until: i64) -> Error {
    let mut error = Error::refused(429, "rate_limited").with("seconds", until);
    if let Error::Refused { retry_after, .. } = &mut error {
        *retry_after = Some(until);
    }
    error
}

async fn take(kernel: &Kernel, bucket: &str, window: i64, block: i64) -> Result<i64> {
    let mut tx = kernel.db.begin_system(None).await?;
    let used = sqlx::query_scalar!(
        "insert into kernel.rate_counter (bucket, window_start, used) values ($1, $2, $3)
         on conflict (bucket, window_start) do update set used = kernel.rate_counter.used + excluded.used
         returning used",
        bucket,
        base::Instant::from_unix_seconds(window) as _,
        block
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(used)
}

/// Forgets counters of windows that passed a day ago.
///
/// # Errors
/// The database's.
pub async fn sweep(kernel: std::sync::Arc<Kernel>) -> Result<usize> {
    let mut tx = kernel.db.begin_system(None).await?;
    let gone = sqlx::query!(
        "delete from kernel.rate_counter where window_start < $1",
        base::instant::wall().plus_days(-1) as _
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    tx.commit().await?;
    Ok(usize::try_from(gone).unwrap_or(0))
}
