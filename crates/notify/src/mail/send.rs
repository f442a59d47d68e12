//! Sending: due mails are claimed with a lease, go out over SMTP with TLS, and are tried again
//! with growing pauses for about a day. Without a server (development, test) they are in the sink.

use super::{Mail, from_address, render::render};
use base::Instant;
use futures_util::future::join_all;
use kernel::{Kernel, Result};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};
use uuid::Uuid;

type Smtp = AsyncSmtpTransport<Tokio1Executor>;

const BATCH: i64 = 10;
const LIMIT: Duration = Duration::from_secs(10);
/// With pauses from 30 seconds doubling to an hour this is a day.
const ATTEMPTS_MOST: i32 = 30;
/// Answers that mean the address, not the mail: no such mailbox, moved, bad name, takes no mail.
const BOUNCES: [&str; 5] = ["521", "550", "551", "553", "556"];
/// How long mail about the account waits after an address was refused.
const SUPPRESSED_SECONDS: i64 = 86_400;

struct Claimed {
    mail: Mail,
    attempts: i32,
    suppressed: bool,
}

/// What became of one attempt.
enum Outcome {
    Sent,
    Later(String),
    Never(String),
}

/// Sends what is due; says how many mails went out (without a server: into the sink).
///
/// # Errors
/// The database's, or a `GUILDHALL_SMTP_URL` that cannot be read. A server's refusal is kept with
/// the mail.
pub async fn send_due(kernel: &Arc<Kernel>) -> Result<usize> {
    let Some(url) = kernel.config.smtp_url.as_deref() else {
        return sink_due(kernel).await;
    };
    let smtp = transport(url)?;
    let mut sent = 0;
    loop {
        let claimed = claim(kernel).await?;
        if claimed.is_empty() {
            return Ok(sent);
        }
        let attempts = join_all(
            claimed
                .into_iter()
                .map(|claimed| attempt(kernel, &smtp, claimed)),
        )
        .await;
        sent += attempts
            .iter()
            .filter(|(_, _, outcome)| matches!(outcome, Outcome::Sent))
            .count();
        keep(kernel, attempts).await?;
    }
}

async fn sink_due(kernel: &Arc<Kernel>) -> Result<usize> {
    let wall = base::instant::wall();
    let mut tx = kernel.db.begin_system(None).await?;
    let done = sqlx::query!("update notify.mail set state = 'sent', sent_at = $1, attempts = attempts + 1 where state = 'queued'", wall as _)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(usize::try_from(done.rows_affected()).unwrap_or(0))
}

async fn claim(kernel: &Arc<Kernel>) -> Result<Vec<Claimed>> {
    let wall = base::instant::wall();
    let mut tx = kernel.db.begin_system(None).await?;
    let rows = sqlx::query!(
        r#"with due as (
             select m.id from notify.mail m
             where m.state = 'queued' and m.run_at <= $1 and (m.lease_until is null or m.lease_until < clock_timestamp())
             order by m.run_at limit $2 for update skip locked)
           update notify.mail m set attempts = m.attempts + 1, lease_until = clock_timestamp() + interval '60 seconds'
           from due where m.id = due.id
           returning m.id, m.workspace_id, m.dedup, m.to_address, m.locale, m.template, m.arguments, m.path, m.link_id, m.link_key, m.created_at, m.attempts,
             exists (select from notify.suppression s where s.address = m.to_address
               and (m.template like 'notice-%' or s.refused_at > $3)) as "suppressed!""#,
        wall as _,
        BATCH,
        wall.plus_seconds(-SUPPRESSED_SECONDS) as _
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let claimed = rows.into_iter().map(|r| Claimed {
        attempts: r.attempts,
        suppressed: r.suppressed,
        mail: Mail {
            id: r.id,
            workspace_id: r.workspace_id,
            dedup: r.dedup,
            to_address: r.to_address,
            locale: r.locale,
            template: r.template,
            arguments: r.arguments,
            path: r.path,
            link_id: r.link_id,
            link_key: r.link_key,
            created_at: r.created_at,
        },
    });
    Ok(claimed.collect())
}

async fn attempt(kernel: &Arc<Kernel>, smtp: &Smtp, claimed: Claimed) -> (Uuid, i32, Outcome) {
    let id = claimed.mail.id;
    // Nothing goes to an address that was refused for good; mail about the account itself is tried
    // once a day, so that nobody is locked out by a fault that passed.
    if claimed.suppressed {
        return (
            id,
            claimed.attempts,
            Outcome::Never("suppressed".to_owned()),
        );
    }
    let outcome = match message(kernel, &claimed.mail) {
        Err(error) => Outcome::Never(format!("unsendable: {error}")),
        Ok(message) => match tokio::time::timeout(LIMIT, smtp.send(message)).await {
            Ok(Ok(_)) => Outcome::Sent,
            Err(_) => Outcome::Later("timed out".to_owned()),
            Ok(Err(error)) => {
                let code = error.status().map(|c| c.to_string()).unwrap_or_default();
                if BOUNCES.contains(&code.as_str()) {
                    Outcome::Never(format!("bounced {code}"))
                } else if error.is_permanent() {
                    Outcome::Never(format!("refused {code}"))
                } else {
                    Outcome::Later(error.to_string())
                }
            }
        },
    };
    (id, claimed.attempts, outcome)
}

fn message(kernel: &Arc<Kernel>, mail: &Mail) -> anyhow::Result<Message> {
    let key = kernel.config.key_named(mail.link_key.as_deref());
    let rendered = render(mail, kernel.base_url(), key);
    let (name, address) = from_address(kernel);
    let host = super::host(kernel.base_url());
    let mut message = Message::builder()
        .from(Mailbox::new(Some(name), address.parse()?))
        .to(Mailbox::new(None, mail.to_address.parse()?))
        .subject(rendered.subject)
        .message_id(Some(format!("<{}@{host}>", mail.id)))
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    if let Some(path) = mail.unsubscribe(kernel.config.key()) {
        let one_click = |name: &'static str, value: String| {
            HeaderValue::dangerous_new_pre_encoded(
                HeaderName::new_from_ascii_str(name),
                value.clone(),
                value,
            )
        };
        message = message
            .raw_header(one_click(
                "List-Unsubscribe",
                format!("<{}{path}>", kernel.base_url()),
            ))
            .raw_header(one_click(
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click".to_owned(),
            ));
    }
    let message = message.multipart(MultiPart::alternative_plain_html(
        rendered.text,
        rendered.html,
    ))?;
    Ok(message)
}

async fn keep(kernel: &Arc<Kernel>, attempts: Vec<(Uuid, i32, Outcome)>) -> Result<()> {
    let wall = base::instant::wall();
    let (mut ids, mut states, mut runs, mut errors) = (vec![], vec![], vec![], vec![]);
    for (id, attempts, outcome) in attempts {
        let (state, run_at, error) = match outcome {
            Outcome::Sent => ("sent", wall, None),
            Outcome::Never(why) => ("dead", wall, Some(why)),
            Outcome::Later(why) if attempts >= ATTEMPTS_MOST => ("dead", wall, Some(why)),
            Outcome::Later(why) => ("queued", wall.plus_seconds(pause(attempts)), Some(why)),
        };
        if let Some(why) = &error {
            tracing::warn!(key = "mail.failed", mail = %id, attempts, state, error = %why);
        }
        ids.push(id);
        states.push(state.to_owned());
        runs.push(run_at);
        errors.push(error.map(|e| e.chars().take(500).collect::<String>()));
    }
    let mut tx = kernel.db.begin_system(None).await?;
    sqlx::query!(
        "update notify.mail m set state = t.state, run_at = t.run_at, last_error = t.error, lease_until = null,
           sent_at = case when t.state = 'sent' then $5::timestamptz end
         from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[]) as t (id, state, run_at, error) where m.id = t.id",
        &ids,
        &states,
        &runs as &[Instant],
        &errors as &[Option<String>],
        wall as _
    )
    .execute(&mut *tx)
    .await?;
    // An address that refuses is flagged; one that takes a mail again is not.
    let bounced: Vec<Uuid> = bounced(&ids, &errors);
    let sent: Vec<Uuid> = ids
        .iter()
        .zip(&states)
        .filter(|(_, state)| *state == "sent")
        .map(|(id, _)| *id)
        .collect();
    sqlx::query!(
        "with mended as (
           delete from notify.suppression s using notify.mail m where m.id = any($2) and s.address = m.to_address)
         insert into notify.suppression (address, code, since, refused_at)
         select distinct on (m.to_address) m.to_address, split_part(m.last_error, ' ', 2), m.created_at, $3
         from notify.mail m where m.id = any($1) order by m.to_address
         on conflict (address) do update set code = excluded.code, refused_at = excluded.refused_at",
        &bounced,
        &sent,
        wall as _
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The mails whose address was refused for good.
fn bounced(ids: &[Uuid], errors: &[Option<String>]) -> Vec<Uuid> {
    ids.iter()
        .zip(errors)
        .filter(|(_, error)| error.as_deref().is_some_and(|e| e.starts_with("bounced ")))
        .map(|(id, _)| *id)
        .collect()
}

/// Whether the mail server of this address lets us in: TCP, TLS where it is due, EHLO, sign-in.
///
/// # Errors
/// An address that cannot be read (its text is not repeated), or what the server lacks.
pub async fn reachable(url: &str) -> anyhow::Result<()> {
    let smtp = transport(url)?;
    let asked = tokio::time::timeout(std::time::Duration::from_secs(5), smtp.test_connection());
    match asked.await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => anyhow::bail!("the mail server does not answer"),
        Ok(Err(error)) => anyhow::bail!("the mail server refuses: {error}"),
        Err(_) => anyhow::bail!("the mail server does not answer within 5 seconds"),
    }
}

/// Seconds until the next attempt after this many.
fn pause(attempts: i32) -> i64 {
    let doubled = 30_i64 << u32::try_from((attempts - 1).clamp(0, 10)).unwrap_or(0);
    doubled.min(3600)
}

/// The transport of an address, with its pool of connections, made once. Plain `smtp://` is for
/// loopback alone; elsewhere STARTTLS is required.
fn transport(url: &str) -> anyhow::Result<Smtp> {
    static MADE: OnceLock<Mutex<HashMap<String, Smtp>>> = OnceLock::new();
    let mut made = MADE
        .get_or_init(Mutex::default)
        .lock()
        .map_err(|_| anyhow::anyhow!("the transports are broken"))?;
    if let Some(known) = made.get(url) {
        return Ok(known.clone());
    }
    // The address may hold a password, so its text stays out of the error.
    let smtp: Smtp = Smtp::from_url(&with_tls(url))
        .map_err(|_| anyhow::anyhow!("GUILDHALL_SMTP_URL cannot be read"))?
        .timeout(Some(LIMIT))
        .build();
    made.insert(url.to_owned(), smtp.clone());
    Ok(smtp)
}

fn with_tls(url: &str) -> String {
    let Some(rest) = url.strip_prefix("smtp://") else {
        return url.to_owned();
    };
    let authority = rest.split(['/', '?']).next().unwrap_or("");
    let host = authority.rsplit_once('@').map_or(authority, |(_, h)| h);
    let name = if host.starts_with('[') {
        host.split(']').next().unwrap_or("").trim_start_matches('[')
    } else {
        host.split(':').next().unwrap_or("")
    };
    let loopback = name == "localhost"
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback());
    if loopback || url.contains("tls=required") {
        return url.to_owned();
    }
    let url = url.replace("tls=opportunistic", "tls=required");
    match (url.contains("tls=required"), url.contains('?')) {
        (true, _) => url,
        (false, true) => format!("{url}&tls=required"),
        (false, false) => format!("{url}?tls=required"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_elsewhere_must_speak_tls() {
        assert_eq!(with_tls("smtp://127.0.0.1:1025"), "smtp://127.0.0.1:1025");
        assert_eq!(with_tls("smtp://[::1]:1025"), "smtp://[::1]:1025");
        assert_eq!(
            with_tls("smtp://u:p@mail.test:587"),
            "smtp://u:p@mail.test:587?tls=required"
        );
        assert_eq!(
            with_tls("smtp://mail.test?tls=opportunistic"),
            "smtp://mail.test?tls=required"
        );
        assert_eq!(with_tls("smtps://mail.test"), "smtps://mail.test");
    }

    #[test]
    fn retries_last_about_a_day() {
        let total: i64 = (1..ATTEMPTS_MOST).map(pause).sum();
        assert!((20 * 3600..30 * 3600).contains(&total), "{total}");
    }
}
