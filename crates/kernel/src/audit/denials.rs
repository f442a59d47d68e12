//! Refusals and audited readings, gathered for a moment and bounded, before they become rows.

use super::{actor, commitment};
use crate::{
    Cx, Kernel, Result,
    route::{Access, Meta},
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, atomic::Ordering},
};
use uuid::Uuid;

/// Refusals of one actor that are told each for its record within a minute. What comes on top is told
/// by action alone, once a minute: nobody fills the audit with ids that they tried.
const RECORDS_MOST: usize = 20;
/// Noted things that wait to be written, at most; what comes on top while nothing can be written is
/// in the log alone.
const NOTED_MOST: usize = 10_000;
/// So many seconds refusals are gathered that are not told each for its record.
const GATHERED: i64 = 60;

/// Denied attempts and readings of this process, aggregated until they are written a moment later:
/// neither a refusal nor a reading must cost a write of its own.
#[derive(Default)]
pub struct Denials(Mutex<Noted>);

#[derive(Default)]
struct Noted {
    waiting: HashMap<DenialKey, Denial>,
    /// By actor, how many refusals were told each for its record in which minute.
    told: HashMap<Uuid, (i64, usize)>,
}

/// How often something was noted, and by which request from where first.
struct Denial {
    times: i64,
    /// When it may be written, in seconds of wall time.
    due: i64,
    /// Why it was refused, where the reason is another than a missing right.
    code: Option<&'static str>,
    request: Arc<str>,
    network: Arc<str>,
    agent: Arc<str>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct DenialKey {
    workspace: Uuid,
    actor_kind: &'static str,
    actor: Option<Uuid>,
    action: &'static str,
    record_kind: &'static str,
    record: Option<Uuid>,
    outcome: &'static str,
}

impl Noted {
    /// Whether one more refusal of the actor is told for its record.
    fn is_told(&mut self, actor: Uuid) -> bool {
        let minute = base::instant::wall().unix_seconds().div_euclid(60);
        if self.told.len() > NOTED_MOST {
            self.told.retain(|_, (of, _)| *of == minute);
        }
        let told = self.told.entry(actor).or_insert((minute, 0));
        if told.0 != minute {
            *told = (minute, 0);
        }
        told.1 += 1;
        told.1 <= RECORDS_MOST
    }

    fn add(&mut self, key: DenialKey, denial: Denial) {
        if let Some(known) = self.waiting.get_mut(&key) {
            known.times += denial.times;
        } else if self.waiting.len() < NOTED_MOST {
            self.waiting.insert(key, denial);
        }
    }
}

impl Denials {
    /// Notes that the actor was refused an action on a record.
    pub fn note(&self, cx: &Cx, action: &'static str, record_kind: &'static str, record: Uuid) {
        self.deny(cx, action, record_kind, record, None);
    }

    /// Notes that a request of a session was refused with `code`, unless the refusal of this
    /// request was noted where it was decided. `record` is what its path names, if anything.
    pub(crate) fn refused(
        &self,
        cx: &Cx,
        meta: &'static Meta,
        record: Option<(&'static str, Uuid)>,
        code: &'static str,
    ) {
        if cx.denied.load(Ordering::Relaxed) {
            return;
        }
        let action = match meta.access {
            Access::Permission(permission) => permission,
            _ => meta.operation,
        };
        let (kind, id) = match (record, &cx.workspace, &cx.session) {
            (Some(record), _, _) => record,
            (None, Some(workspace), _) => ("workspace", workspace.id),
            (None, None, Some(session)) => ("account", session.account_id),
            (None, None, None) => return,
        };
        self.deny(
            cx,
            action,
            kind,
            id,
            Some(code).filter(|c| *c != "forbidden"),
        );
    }

    fn deny(
        &self,
        cx: &Cx,
        action: &'static str,
        record_kind: &'static str,
        record: Uuid,
        code: Option<&'static str>,
    ) {
        tracing::info!(key = "access.denied", action, code, record = %record, request_id = %cx.request_id);
        cx.denied.store(true, Ordering::Relaxed);
        // What a stranger tries is no part of the workspace's own history.
        let stranger = Cx {
            workspace: None,
            ..cx.clone()
        };
        let within = if cx.member.is_none() { &stranger } else { cx };
        self.keep(within, action, record_kind, record, "denied", code);
    }

    /// Notes that an attempt to sign in (or to prove a password) was turned away with `code`, for an
    /// account that may be unknown (nil).
    pub fn turned_away(&self, cx: &Cx, action: &'static str, account: Uuid, code: &'static str) {
        tracing::info!(key = "access.denied", action, code, record = %account, request_id = %cx.request_id);
        cx.denied.store(true, Ordering::Relaxed);
        let cx = Cx {
            workspace: None,
            ..cx.clone()
        };
        self.keep(&cx, action, "account", account, "denied", Some(code));
    }

    /// Notes that the actor read something whose reading is audited: the audit itself.
    pub fn read(&self, cx: &Cx, action: &'static str, record_kind: &'static str, record: Uuid) {
        self.keep(cx, action, record_kind, record, "done", None);
    }

    fn keep(
        &self,
        cx: &Cx,
        action: &'static str,
        record_kind: &'static str,
        record: Uuid,
        outcome: &'static str,
        code: Option<&'static str>,
    ) {
        let (actor_kind, actor) = actor(cx);
        let mut key = DenialKey {
            // Outside of any workspace it is the installation's.
            workspace: cx.workspace.as_ref().map_or_else(Uuid::nil, |w| w.id),
            actor_kind,
            actor,
            action,
            record_kind,
            record: Some(record),
            outcome,
        };
        let mut denial = Denial {
            times: 1,
            due: base::instant::wall().unix_seconds(),
            code,
            request: cx.request_id.clone(),
            network: cx.network.clone(),
            agent: cx.agent.clone(),
        };
        let Ok(mut noted) = self.0.lock() else { return };
        if let Some(actor) = actor
            && outcome == "denied"
            && !noted.waiting.contains_key(&key)
            && !noted.is_told(actor)
        {
            key.record = None;
            denial.due += GATHERED;
        }
        noted.add(key, denial);
    }

    /// Takes what is due (or all of it), by workspace.
    fn take(&self, all: bool) -> HashMap<Uuid, Vec<(DenialKey, Denial)>> {
        let mut taken: HashMap<_, Vec<_>> = HashMap::new();
        if let Ok(mut noted) = self.0.lock() {
            let now = base::instant::wall().unix_seconds();
            for (key, denial) in noted.waiting.extract_if(|_, d| all || d.due <= now) {
                taken.entry(key.workspace).or_default().push((key, denial));
            }
        }
        taken
    }

    fn put_back(&self, taken: Vec<(DenialKey, Denial)>) {
        if let Ok(mut noted) = self.0.lock() {
            for (key, denial) in taken {
                noted.add(key, denial);
            }
        }
    }
}

/// Writes the noted denials and readings as audit rows, one per actor, action and record, with the
/// first request's id and where it came from; `all` of them when the process ends. What cannot be
/// written waits for the next time.
///
/// # Errors
/// The database's.
pub(crate) async fn write_denials(kernel: &Arc<Kernel>, all: bool) -> Result<()> {
    let mut written = Ok(());
    for (workspace, taken) in kernel.denials.take(all) {
        // A database that is away is not waited for once a workspace. The next time another one may
        // come first: their order is by chance.
        if written.is_ok() {
            written = write_noted(kernel, workspace, &taken).await;
            if written.is_ok() {
                continue;
            }
        }
        kernel.denials.put_back(taken);
    }
    written
}

async fn write_noted(
    kernel: &Kernel,
    workspace: Uuid,
    noted: &[(DenialKey, Denial)],
) -> Result<()> {
    let mut tx = kernel.db.begin_app(Some(workspace)).await?;
    let now = crate::clock::business(&mut tx, kernel.config.has_test()).await?;
    for (key, denial) in noted {
        let mut changes = serde_json::json!({"times": denial.times});
        if let Some(code) = denial.code {
            changes["code"] = serde_json::json!([null, code]);
        }
        let salt = base::secret::Token::new().hash();
        sqlx::query!(
            "with told as (
                insert into kernel.audit (workspace_id, id, actor_kind, actor_id, action, outcome, record_kind, record_id, changes, personal, request_id, occurred_at)
                values ($1, $2, $3, $4, $5, $11, $6, $7, $8, $9, $12, $10)),
             beside as (
                insert into kernel.audit_personal (workspace_id, audit_id, salt, network, agent) values ($1, $2, $13, $14, $15))
             insert into kernel.audit_pending (workspace_id, audit_id) values ($1, $2)",
            workspace,
            base::id::new(),
            key.actor_kind,
            key.actor,
            key.action,
            key.record_kind,
            key.record,
            changes,
            commitment(&salt, &denial.network, &denial.agent),
            now as _,
            key.outcome,
            &*denial.request,
            salt,
            &*denial.network,
            &*denial.agent
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}
