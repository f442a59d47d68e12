//! Who asks, where, in which language: the context every command and view takes.

use crate::{
    Error, Kernel, Permit, Result, Workspace,
    access::{Action, Grants},
    idempotency::Claim,
    product::{CountUnread, Told},
    route::{Kind, Meta},
};
use std::sync::{Arc, Mutex, OnceLock, atomic::AtomicBool};
use ui::{frame::Theme, text::Locale};
use uuid::Uuid;

/// A live session: an account at one browser or one API client.
#[derive(Debug, Clone)]
pub struct Session {
    /// The session's id.
    pub id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// The account's name.
    pub display_name: String,
    /// Whether the account's address is verified.
    pub verified: bool,
    /// Whether the account runs this installation.
    pub is_operator: bool,
    /// The language the account chose.
    pub locale: Locale,
    /// The theme the account chose.
    pub theme: Theme,
    /// The account's workspaces, by name, as (slug, name): for the switch in the frame.
    pub places: Vec<(String, String)>,
    /// After how many seconds without use it ends.
    pub idle_seconds: i64,
}

/// A session's account inside a workspace, with what its roles grant.
#[derive(Debug, Clone)]
pub struct Member {
    /// The member's id in this workspace.
    pub id: Uuid,
    /// The name shown to others.
    pub display_name: String,
    /// What its roles grant.
    pub grants: Grants,
    /// Keys of its roles, for display only: code asks for actions.
    pub roles: Vec<String>,
}

/// The context of one request or one step of background work. Cheap to clone.
#[derive(Clone)]
pub struct Cx {
    /// The process.
    pub kernel: Arc<Kernel>,
    /// The workspace of the path, if it has one.
    pub workspace: Option<Arc<Workspace>>,
    /// The session, if signed in.
    pub session: Option<Arc<Session>>,
    /// The session's membership of the workspace, if any.
    pub member: Option<Arc<Member>>,
    /// A named system actor instead of a person.
    pub system: Option<&'static str>,
    /// The reader's language.
    pub locale: Locale,
    /// The reader's theme.
    pub theme: Theme,
    /// One id through logs, audit, events and jobs.
    pub request_id: Arc<str>,
    /// The client's address.
    pub network: Arc<str>,
    /// The client's user agent, shortened.
    pub agent: Arc<str>,
    /// Path and query of this request.
    pub path: Arc<str>,
    /// The route that answers; `None` for background work.
    pub route: Option<&'static Meta>,
    pub(crate) claim: Arc<Mutex<Option<Claim>>>,
    /// What the frame of this page will tell, once a read of the page has found it out.
    pub(crate) told: Arc<Mutex<Option<Told>>>,
    /// Whether a refusal of this request is already to be audited.
    pub(crate) denied: Arc<AtomicBool>,
    /// The code of a refusal that a page tells in words.
    pub(crate) refusal: Arc<OnceLock<&'static str>>,
}

impl Cx {
    /// A named system actor in a workspace: the scheduler, a worker, the provider's events.
    #[must_use]
    pub fn system(kernel: &Arc<Kernel>, workspace: Arc<Workspace>, name: &'static str) -> Self {
        Self {
            locale: workspace.locale,
            workspace: Some(workspace),
            ..Self::installation(kernel, name)
        }
    }

    /// A named system actor of the installation, outside any workspace: for accounts.
    #[must_use]
    pub fn installation(kernel: &Arc<Kernel>, name: &'static str) -> Self {
        Self {
            kernel: kernel.clone(),
            workspace: None,
            session: None,
            member: None,
            system: Some(name),
            locale: Locale::En,
            theme: Theme::System,
            request_id: base::id::new().to_string().into(),
            network: "".into(),
            agent: "".into(),
            path: "".into(),
            route: None,
            claim: Arc::default(),
            told: Arc::default(),
            denied: Arc::default(),
            refusal: Arc::default(),
        }
    }

    /// The same as [`Cx::system`] for a workspace known by id; 404 when it is gone.
    ///
    /// # Errors
    /// Not found, or the database's.
    pub async fn system_in(
        kernel: &Arc<Kernel>,
        workspace: Uuid,
        name: &'static str,
    ) -> Result<Self> {
        let workspace = crate::workspace::by_id(kernel, workspace)
            .await?
            .ok_or(Error::NotFound)?;
        Ok(Self::system(kernel, workspace, name))
    }

    /// The workspace of the request.
    ///
    /// # Errors
    /// 404 on a route without one.
    pub fn workspace(&self) -> Result<&Workspace> {
        self.workspace.as_deref().ok_or(Error::NotFound)
    }

    /// The member who asks.
    ///
    /// # Errors
    /// Unauthenticated without a session, 404 for an account that is not a member.
    pub fn member(&self) -> Result<&Member> {
        match (&self.member, &self.session) {
            (Some(member), _) => Ok(member),
            (None, Some(_)) => Err(Error::NotFound),
            (None, None) => Err(Error::Unauthenticated),
        }
    }

    /// The session that asks.
    ///
    /// # Errors
    /// Unauthenticated.
    pub fn session(&self) -> Result<&Session> {
        self.session.as_deref().ok_or(Error::Unauthenticated)
    }

    /// The id of the member who asks, for relations: `record.owner_id == cx.me()`.
    #[must_use]
    pub fn me(&self) -> Option<Uuid> {
        self.member.as_ref().map(|m| m.id)
    }

    /// How to find out what the frame tells, while a page is being read for a member and nobody
    /// has found out yet.
    pub(crate) fn wants_told(&self) -> Option<CountUnread> {
        let page = self
            .route
            .is_some_and(|r| r.kind == Kind::Page && r.method == http::Method::GET);
        let open = self.told.lock().is_ok_and(|slot| slot.is_none());
        self.kernel
            .wiring()
            .unread
            .filter(|_| page && open && self.member.is_some())
    }

    /// Whether a reader of what is open to visitors as well reads it as a member. An account is a
    /// member from its registration; until it has confirmed its address, it reads what visitors read.
    #[must_use]
    pub fn reads_as_member(&self) -> bool {
        let confirmed = self.session.as_ref().is_some_and(|s| s.verified);
        self.system.is_some() || (confirmed && self.member.is_some())
    }

    /// Whether the actor may do `permission` to a record to which it has these relations.
    #[must_use]
    pub fn can(&self, permission: &str, relations: &[&str]) -> bool {
        self.system.is_some()
            || self
                .member
                .as_ref()
                .is_some_and(|m| m.grants.allow(permission, relations))
    }

    /// Whether the permission is granted for this relation: the bound flags of list predicates.
    #[must_use]
    pub fn grants(&self, permission: &str, relation: &str) -> bool {
        self.system.is_some()
            || self
                .member
                .as_ref()
                .is_some_and(|m| m.grants.for_relation(permission, relation))
    }

    /// Decides an action on a record, to which the actor has `relations`.
    ///
    /// # Errors
    /// 404 when the actor may not even see it, else 403.
    pub fn authorize(&self, action: &Action, record: Uuid, relations: &[&str]) -> Result<Permit> {
        if self.can(action.permission, relations) {
            return Ok(Permit {
                action: action.permission,
                record_kind: action.record,
                record_id: record,
                outcome: "done",
            });
        }
        if self.member.is_none() && self.session.is_none() {
            return Err(Error::Unauthenticated);
        }
        self.kernel
            .denials
            .note(self, action.permission, action.record, record);
        if self.can(action.see, relations) {
            Err(Error::Forbidden("forbidden"))
        } else {
            Err(Error::NotFound)
        }
    }

    /// A permit for what an account does to itself (sign-up, password, preferences).
    pub fn own_account(&self, action: &'static str, account: Uuid) -> Permit {
        Permit {
            action,
            record_kind: "account",
            record_id: account,
            outcome: "done",
        }
    }

    /// A permit for what an operator does to the installation: `action` is `operator.verb`.
    ///
    /// # Errors
    /// 404 for everyone else: nobody learns that there is something.
    pub fn as_operator(
        &self,
        action: &'static str,
        record_kind: &'static str,
        record: Uuid,
    ) -> Result<Permit> {
        if !self.session.as_ref().is_some_and(|s| s.is_operator) {
            return Err(Error::NotFound);
        }
        Ok(Permit {
            action,
            record_kind,
            record_id: record,
            outcome: "done",
        })
    }

    /// Path of a page inside the workspace: `cx.href("/projects")`.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        match &self.workspace {
            Some(w) => format!("/w/{}{path}", w.slug),
            None => path.to_owned(),
        }
    }

    /// The words of a key in the reader's language.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        ui::text::t(self.locale, key)
    }

    /// The words of a key with arguments.
    #[must_use]
    pub fn tr(&self, key: &str, args: &[(&str, ui::text::Arg<'_>)]) -> String {
        ui::text::tr(self.locale, key, args)
    }

    /// A fresh key for the hidden field of a form, so that a doubled submit is one effect.
    #[must_use]
    pub fn form_key(&self) -> String {
        base::id::new().to_string()
    }
}

/// Reads a membership with its grants, from memory or the database. A permission held only for
/// relations that no record can have grants nothing: neither the route nor a list behind it opens.
///
/// # Errors
/// The database's.
pub async fn load_member(
    kernel: &Kernel,
    workspace: Uuid,
    account: Uuid,
) -> Result<Option<Arc<Member>>> {
    if let Some(known) = kernel.cache.members.get(&(workspace, account)).await {
        return Ok(known);
    }
    let mut tx = kernel.db.begin_app(Some(workspace)).await?;
    let rows = sqlx::query!(
        r#"select m.id, m.display_name, r.key as "role?", rg.permission as "permission?", coalesce(rg.relations, '{}') as "relations!"
           from kernel.member m
           left join kernel.member_role mr on mr.workspace_id = m.workspace_id and mr.member_id = m.id
           left join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
           left join kernel.role_grant rg on rg.workspace_id = r.workspace_id and rg.role_id = r.id
           where m.workspace_id = $1 and m.account_id = $2 and m.state = 'active'"#,
        workspace,
        account
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let member = rows.first().map(|first| {
        let mut roles: Vec<String> = rows.iter().filter_map(|r| r.role.clone()).collect();
        roles.sort_unstable();
        roles.dedup();
        (first.id, first.display_name.clone(), roles)
    });
    let member = member.map(|(id, display_name, roles)| {
        let granted = rows
            .into_iter()
            .filter_map(|r| Some((r.permission?, r.relations)));
        Arc::new(Member {
            id,
            display_name,
            grants: Grants::collect(granted),
            roles,
        })
    });
    kernel
        .cache
        .members
        .insert((workspace, account), member.clone())
        .await;
    Ok(member)
}
