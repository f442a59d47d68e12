//! Rate limits. Ordinary ones lease blocks of tokens per process from shared counters; sign-in
//! and money count each request in the database and refuse when it is out of reach.

use crate::{Error, Kernel, Result, route::Rate};
use http::StatusCode;
use ui::text::Arg;

use std::{
    collections::HashMap,
    sync::atomic::{AtomicI64, Ordering},
    sync::{Arc, Mutex, RwLock},
    time::Duration,
};
use uuid::Uuid;

/// This process's leased tokens, who was refused how often, and how much is under way.
#[derive(Default)]
pub struct Limits {
    leased: Mutex<HashMap<String, Lease>>,
    refused: Mutex<HashMap<String, (i64, i64)>>,
    running: AtomicI64,
    unknown: Mutex<HashMap<String, i64>>,
    factor: AtomicI64,
    factor_read_at: AtomicI64,
    /// By class and audience, as `kernel.rate_policy` says it.
    policies: RwLock<Policies>,
}

#[derive(Clone, Copy)]
struct Lease {
    window: i64,
    left: i64,
    /// What the shared counter still had after this block was taken.
    rest: i64,
    spent: bool,
}

/// Requests at once, over all clients; what comes on top is asked to come back.
const ROOM: i64 = 512;
/// Requests at once of clients without a session, over all of them, and of one network of them.
const ROOM_OF_UNKNOWN: i64 = 256;
const ROOM_OF_NETWORK: i64 = 64;
/// Requests at once when they sign somebody in: a full house must let its keeper in.
const ROOM_TO_SIGN_IN: i64 = ROOM + 64;
/// Refusals in a minute after which a client has to wait as a whole.
const REFUSED_MOST: i64 = 100;

/// How much of a limit is used, as `RateLimit-*` headers say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Requests in a window.
    pub limit: i64,
    /// Requests left, as far as this process knows.
    pub remaining: i64,
    /// Seconds until the window ends.
    pub reset: i64,
}

/// A place among the requests under way; given back when dropped.
pub struct Place<'a>(&'a AtomicI64);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A place among the requests of clients without a session; given back when dropped.
pub struct UnknownPlace<'a> {
    all: &'a Mutex<HashMap<String, i64>>,
    network: String,
}

impl Drop for UnknownPlace<'_> {
    fn drop(&mut self) {
        if let Ok(mut all) = self.all.lock()
            && let Some(count) = all.get_mut(&self.network)
        {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.network);
            }
        }
    }
}

/// What a limit allows: requests in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Policy {
    most: i64,
    seconds: i64,
}

/// Holds while nobody could read what is set.
const FALLBACK: Policy = Policy {
    most: 60,
    seconds: 60,
};

type Policies = HashMap<(String, String), Policy>;

impl Limits {
    /// Takes a place among the requests under way; `None` when the house is full.
    #[must_use]
    pub fn enter(&self, signs_in: bool) -> Option<Place<'_>> {
        let most = if signs_in { ROOM_TO_SIGN_IN } else { ROOM };
        let place = Place(&self.running);
        (self.running.fetch_add(1, Ordering::Relaxed) < most).then_some(place)
    }

    /// Takes a place among the requests of those who are not signed in, before their bodies are
    /// read: whoever sends slowly must not keep the others out.
    ///
    /// # Errors
    /// 503 `service_unavailable` when their network, or all of them, have too many under way.
    pub async fn enter_unknown(
        &self,
        kernel: &Kernel,
        rate: Rate,
        network: &str,
    ) -> Result<UnknownPlace<'_>> {
        let factor = self.factor(kernel).await;
        let full = || Error::unavailable("service_unavailable");
        let network = bucket(network);
        let mut all = self.unknown.lock().map_err(|_| full())?;
        let (mine, total) = (
            all.get(&network).copied().unwrap_or(0),
            all.values().sum::<i64>(),
        );
        // The keeper signs in also while strangers fill their share.
        let crowded =
            !matches!(rate, Rate::SignIn) && total >= ROOM_OF_UNKNOWN.saturating_mul(factor);
        if mine >= ROOM_OF_NETWORK.saturating_mul(factor) || crowded {
            return Err(full());
        }
        *all.entry(network.clone()).or_default() += 1;
        Ok(UnknownPlace {
            all: &self.unknown,
            network,
        })
    }

    /// Notes that a client's request was refused (4xx).
    pub fn note_refusal(&self, account: Option<Uuid>, network: &str) {
        let minute = base::instant::wall().unix_seconds().div_euclid(60);
        let Ok(mut all) = self.refused.lock() else {
            return;
        };
        if all.len() > 50_000 {
            all.retain(|_, (window, _)| *window == minute);
        }
        let count = all.entry(client(account, network)).or_insert((minute, 0));
        *count = if count.0 == minute {
            (minute, count.1 + 1)
        } else {
            (minute, 1)
        };
    }

    /// Refuses a client that was refused more than a hundred times in this minute.
    async fn patience(&self, kernel: &Kernel, account: Option<Uuid>, network: &str) -> Result<()> {
        let now = base::instant::wall().unix_seconds();
        let refused = {
            let Ok(all) = self.refused.lock() else {
                return Ok(());
            };
            match all.get(&client(account, network)) {
                Some((minute, n)) if *minute == now.div_euclid(60) => *n,
                _ => return Ok(()),
            }
        };
        if refused > REFUSED_MOST.saturating_mul(self.factor(kernel).await) {
            return Err(limited(REFUSED_MOST, 60 - now.rem_euclid(60)));
        }
        Ok(())
    }

    /// Counts one request and says how the limit stands; refuses with 429 and the seconds until
    /// the window ends.
    ///
    /// # Errors
    /// 429 `rate_limited`; 503 for exact limits when the counter is out of reach.
    pub async fn check(
        &self,
        kernel: &Kernel,
        rate: Rate,
        account: Option<Uuid>,
        network: &str,
    ) -> (Option<Standing>, Result<()>) {
        if rate == Rate::Free {
            return (None, Ok(()));
        }
        if let Err(error) = self.patience(kernel, account, network).await {
            return (None, Err(error));
        }
        let audience = if account.is_some() {
            "account"
        } else {
            "network"
        };
        let bucket = format!("{}:{}", rate.name(), client(account, network));
        let counted = self
            .count(kernel, rate.name(), audience, &bucket, rate.is_exact())
            .await;
        // A session must not buy a network more guesses.
        if counted.1.is_ok()
            && account.is_some()
            && matches!(rate, Rate::SignIn | Rate::Register | Rate::Link)
        {
            let bucket = format!("{}:{}", rate.name(), self::bucket(network));
            return self
                .count(kernel, rate.name(), "network", &bucket, rate.is_exact())
                .await;
        }
        counted
    }

    /// Counts one use of a limit of its own, as the policy of this class says it for this kind of
    /// subject (`account`, `network`, `address`, `workspace`): mails per address, resets per network.
    ///
    /// # Errors
    /// As [`Limits::check`], always exact.
    pub async fn check_named(
        &self,
        kernel: &Kernel,
        class: &str,
        audience: &str,
        subject: &str,
    ) -> Result<()> {
        let bucket = if audience == "network" {
            format!("own:{class}:{}", self::bucket(subject))
        } else {
            format!("own:{class}:{subject}")
        };
        self.count(kernel, class, audience, &bucket, true).await.1
    }

    /// What is allowed to a kind of subject; a class that is set for another kind alone holds for
    /// this one too.
    async fn policy(&self, kernel: &Kernel, class: &str, audience: &str) -> Policy {
        let find = || {
            let all = self.policies.read().ok()?;
            let of = |audience: &str| {
                let key = (class.to_owned(), audience.to_owned());
                all.get(&key).copied()
            };
            let found = of(audience)
                .or_else(|| of("network"))
                .or_else(|| of("account"));
            (!all.is_empty()).then_some(found.unwrap_or(FALLBACK))
        };
        if let Some(found) = find() {
            return found;
        }
        // The first ones read it all: none may count with a policy that nobody knows yet.
        if let Err(error) = self.read_policies(kernel).await {
            tracing::warn!(key = "rate_policy.unread", error = %error);
        }
        find().unwrap_or(FALLBACK)
    }

    /// Reads the policies anew.
    async fn read_policies(&self, kernel: &Kernel) -> Result<()> {
        let mut tx = kernel.db.begin_system(None).await?;
        let rows = sqlx::query!(
            "select class, audience, requests, window_seconds from kernel.rate_policy"
        )
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let read: Policies = rows
            .into_iter()
            .map(|r| {
                let policy = Policy {
                    most: r.requests,
                    seconds: r.window_seconds.into(),
                };
                ((r.class, r.audience), policy)
            })
            .collect();
        if let Ok(mut known) = self.policies.write()
            && *known != read
        {
            *known = read;
            // Leased blocks were cut for what was allowed before.
            if let Ok(mut leased) = self.leased.lock() {
                leased.clear();
            }
        }
        Ok(())
    }

    async fn count(
        &self,
        kernel: &Kernel,
        class: &str,
        audience: &str,
        bucket: &str,
        exact: bool,
    ) -> (Option<Standing>, Result<()>) {
        let Policy { most, seconds } = self.policy(kernel, class, audience).await;
        let most = most.saturating_mul(self.factor(kernel).await);
        let now = base::instant::wall().unix_seconds();
        let window = now - now.rem_euclid(seconds);
        let until = window + seconds - now;
        let standing = |remaining: i64| {
            Some(Standing {
                limit: most,
                remaining: remaining.max(0),
                reset: until,
            })
        };
        if !exact && let Some(left) = self.leased_token(bucket, window) {
            return match left {
                Some(left) => (standing(left), Ok(())),
                None => (standing(0), Err(limited(most, until))),
            };
        }
        let block = if exact {
            1
        } else {
            (most / 10).clamp(1, 1_000)
        };
        let used = take(kernel, bucket, window, block).await;
        let (granted, rest, spent) = match used {
            Ok(used) => {
                let granted = (block - (used - most).max(0)).max(0);
                (granted, (most - used).max(0), granted < block)
            }
            Err(error) if exact => {
                let error = if error.is_internal() {
                    Error::unavailable("service_unavailable")
                } else {
                    error
                };
                return (None, Err(error));
            }
            // Out of reach: this process alone counts, for the rest of the window.
            Err(_) => (most, 0, true),
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
                    rest,
                    spent,
                },
            );
        }
        if granted > 0 {
            (standing(granted - 1 + rest), Ok(()))
        } else {
            (standing(0), Err(limited(most, until)))
        }
    }

    /// Spends a leased token: `Some(Some(left))` when there was one, `Some(None)` when the window
    /// has no more, `None` when a block must be asked for.
    fn leased_token(&self, bucket: &str, window: i64) -> Option<Option<i64>> {
        let mut leased = self.leased.lock().ok()?;
        let lease = leased.get_mut(bucket).filter(|l| l.window == window)?;
        if lease.left > 0 {
            lease.left -= 1;
            return Some(Some(lease.left + lease.rest));
        }
        lease.spent.then_some(None)
    }

    async fn factor(&self, kernel: &Kernel) -> i64 {
        if kernel.config.environment.is_production() {
            return 1;
        }
        let now = base::instant::wall().unix_seconds();
        // The first ones read it all: none may count with a factor that nobody knows yet.
        let unknown = self.factor.load(Ordering::Relaxed) == 0;
        if self.factor_read_at.swap(now, Ordering::Relaxed) != now || unknown {
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
        if let Ok(mut refused) = self.refused.lock() {
            refused.clear();
        }
        Ok(())
    }
}

/// A client as limits know it: its account, else its network.
fn client(account: Option<Uuid>, network: &str) -> String {
    account.map_or_else(|| bucket(network), |a| a.to_string())
}

/// The network an address counts under: whoever has one address of IPv6 has a whole /64.
fn bucket(network: &str) -> String {
    match network.parse() {
        Ok(std::net::IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => network.to_owned(),
    }
}

/// 429 by a limit of `most`, to be tried again in `until` seconds.
fn limited(most: i64, until: i64) -> Error {
    let mut error = Error::refused(429, "rate_limited")
        .with("seconds", until)
        .with("limit", most);
    if let Error::Refused { retry_after, .. } = &mut error {
        *retry_after = Some(until);
    }
    error
}

/// How the limit stands that refused, which may be another than the one of the route's class.
pub(crate) fn spent(error: &Error) -> Option<Standing> {
    let Error::Refused {
        status,
        args,
        retry_after: Some(reset),
        ..
    } = error
    else {
        return None;
    };
    let limit = args.iter().find_map(|(name, value)| match value {
        Arg::Number(most) if *name == "limit" => Some(*most),
        _ => None,
    });
    let limit = limit.filter(|_| *status == StatusCode::TOO_MANY_REQUESTS)?;
    Some(Standing {
        limit,
        remaining: 0,
        reset: *reset,
    })
}

/// Keeps what this process knows of the policies at most a few seconds old.
pub(crate) async fn follow(kernel: Arc<Kernel>) {
    while !kernel.shutdown.is_cancelled() {
        if let Err(error) = kernel.limits.read_policies(&kernel).await {
            tracing::warn!(key = "rate_policy.unread", error = %error);
        }
        crate::server::idle(&kernel, Duration::from_secs(3)).await;
    }
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
