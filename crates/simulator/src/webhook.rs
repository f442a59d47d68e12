//! Posting events: at least once, signed, in no promised order, until a 2xx or a day has passed.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use sha2::Sha256;
use tokio::task::JoinSet;

use crate::app::App;
use crate::clock;
use crate::model::{EventFace, Op};
use crate::refusal::Refusal;
use crate::state::Parcel;

/// How many are posted at the same time.
const ROOM: usize = 16;
/// How long one try may take.
const LIMIT: Duration = Duration::from_secs(10);
/// After this the event is only found by asking.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(24);

/// The value of the header `Guildhall-Signature` for a webhook posted at `t` (seconds since 1970,
/// wall clock): `t=<t>,v1=<hex of HMAC-SHA-256 over "<t>.<body>" with the shared secret>`.
/// The other side recomputes it and compares in constant time.
pub fn sign(secret: &str, t: i64, body: &[u8]) -> String {
    // HMAC takes keys of any length, so the other branch is never seen.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(t.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    let hex = data_encoding::HEXLOWER.encode(&mac.finalize().into_bytes());
    format!("t={t},v1={hex}")
}

/// Posts what is pending until the simulator stops.
pub(crate) async fn deliver(app: Arc<App>) {
    let Some(url) = app.config.webhook_url.clone() else {
        return;
    };
    let client = match reqwest::Client::builder()
        .timeout(LIMIT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
    {
        Ok(client) => client,
        Err(fault) => {
            tracing::error!(%fault, "webhooks cannot be posted");
            return;
        }
    };
    let mut changes = app.store.changes();
    let mut tasks = JoinSet::new();
    loop {
        let room = ROOM.saturating_sub(tasks.len());
        let Ok((parcels, wait)) = app.store.memory(|state, now| state.pick(now, room)).await else {
            return;
        };
        for parcel in parcels {
            tasks.spawn(carry(app.clone(), client.clone(), url.clone(), parcel));
        }
        tokio::select! {
            () = app.stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
            () = app.nudge.notified() => {}
            Some(_) = tasks.join_next() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn carry(app: Arc<App>, client: reqwest::Client, url: String, parcel: Parcel) {
    let face = &parcel.event.face;
    let seq = face.seq;
    for _ in 0..parcel.copies {
        if let Err(why) = post(&app, &client, &url, face).await {
            tracing::warn!(event = %face.id, %why, "webhook not taken");
            let old = clock::wall().duration_since(parcel.event.kept_at) > GIVE_UP;
            if old {
                tracing::error!(event = %face.id, "webhook given up");
                let _ = done(&app, seq, true).await;
            } else {
                let _ = app.store.memory(|state, _| state.put_back(seq)).await;
            }
            return;
        }
        let _ = app.store.memory(|state, _| state.one_sent(seq)).await;
        app.delivered.fetch_add(1, Ordering::Relaxed);
    }
    let _ = done(&app, seq, false).await;
}

async fn done(app: &App, seq: u64, given_up: bool) -> Result<(), Refusal> {
    app.store
        .write(|tx| {
            tx.put(Op::Sent { seq, given_up });
            Ok(())
        })
        .await
}

/// One try. The reason of a failure names neither the address nor anything of the answer's body.
async fn post(
    app: &App,
    client: &reqwest::Client,
    url: &str,
    face: &EventFace,
) -> Result<(), String> {
    let body = serde_json::to_vec(face).map_err(|fault| fault.to_string())?;
    let signature = sign(&app.config.secret, clock::wall().as_second(), &body);
    let answer = client
        .post(url)
        .header("content-type", "application/json")
        .header("guildhall-signature", signature)
        .body(body)
        .send()
        .await
        .map_err(|fault| fault.without_url().to_string())?;
    if answer.status().is_success() {
        Ok(())
    } else {
        Err(format!("answered {}", answer.status().as_u16()))
    }
}

#[cfg(test)]
mod tests {
    use super::sign;

    #[test]
    fn signature_is_hmac_sha256() {
        // Computed with: printf '1700000000.{}' | openssl dgst -sha256 -hmac secret
        assert_eq!(
            sign("secret", 1_700_000_000, b"{}"),
            "t=1700000000,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
        );
    }
}
