//! Invitations: a client asks freelancers of the workspace to bid. Who was invited sees the
//! project whatever its visibility, until they decline.

use super::{INVITE, state::Step, store};
use crate::activity;
use base::Instant;
use kernel::{
    Cx, Error, Input, Reader, Result, Tx,
    access::Action,
    error::OnConstraint,
    events::Event,
    list::{COUNTED, Page, Paging},
};
use serde_json::json;
use uuid::Uuid;

/// Declining an invitation.
pub const DECLINE: Action = Action::new(
    "project_invitation.decline",
    "project_invitation",
    "project_invitation.list_own",
);

/// Whom a client invites.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// The freelancer's member id.
    pub freelancer_id: Uuid,
    /// A word to them.
    pub message: String,
}
impl Input for NewInvitation {
    fn read(r: &mut Reader) -> Self {
        Self {
            freelancer_id: r.id("freelancer_id"),
            message: r.block("message", 0, 1000),
        }
    }
}

/// Which page of invitations.
pub struct InvitationsQuery {
    /// Only in this state.
    pub state: Option<&'static str>,
    /// Which page.
    pub paging: Paging,
}
impl Input for InvitationsQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            state: r.choice_opt("state", &["invited", "proposed", "declined"]),
            paging: Paging::read(r),
        }
    }
}

/// An invitation to bid.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct ProjectInvitationView {
    /// Its id.
    pub id: Uuid,
    /// The project.
    pub project_id: Uuid,
    /// Its title.
    pub project_title: String,
    /// Who was invited.
    pub freelancer_id: Uuid,
    /// Their name.
    pub freelancer_name: String,
    /// Who invited.
    pub client_name: String,
    /// invited, proposed or declined.
    pub state: String,
    /// A word from the client.
    pub message: String,
    /// When they were invited.
    pub invited_at: Instant,
    /// When they answered.
    pub answered_at: Option<Instant>,
}

/// Asks a freelancer to bid on an open project; they are told.
///
/// # Errors
/// 409 `project_not_open` or `invitation_exists`, 422 `unknown_freelancer`.
pub async fn invite(cx: &Cx, project_id: Uuid, input: NewInvitation) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let project = store::lock(&mut tx, project_id)
        .await?
        .ok_or(Error::NotFound)?;
    let permit = cx.authorize(&INVITE, project_id, &project.relations(cx))?;
    project
        .state
        .after(Step::Bid)
        .ok_or(Error::conflict("project_not_open"))?;
    let (workspace, now, id) = (tx.workspace(), tx.now(), base::id::new());
    let known = sqlx::query_scalar!(
        r#"select exists (select 1 from people.card where workspace_id = $1 and member_id = $2 and state = 'active' and is_freelancer
             and visibility <> 'hidden') as "is!""#,
        workspace,
        input.freelancer_id
    )
    .fetch_one(&mut *tx)
    .await?;
    if !known || input.freelancer_id == project.owner_id {
        return Err(Error::invalid("/freelancer_id", "unknown_freelancer"));
    }
    sqlx::query!(
        "insert into market.invitation (workspace_id, id, project_id, freelancer_id, message, invited_at) values ($1, $2, $3, $4, $5, $6)",
        workspace,
        id,
        project_id,
        input.freelancer_id,
        input.message,
        now as _
    )
    .execute(&mut *tx)
    .await
    .on_constraint("project_invitation_once", Error::conflict("invitation_exists"))?;
    store::touched(&mut tx, project_id).await?;
    tx.change("freelancer", (), input.freelancer_id.to_string());
    let (client, freelancer) = (
        activity::name_of(&mut tx, project.owner_id).await?,
        activity::name_of(&mut tx, input.freelancer_id).await?,
    );
    activity::note(
        &mut tx,
        project_id,
        "project_invited",
        json!({"person": freelancer}),
    )
    .await?;
    let notify = [activity::notice(
        input.freelancer_id,
        "project_invitation",
        &format!("/projects/{project_id}"),
        json!({"project": project.title, "person": client, "message": input.message}),
    )];
    tx.emit(Event::new(
        "market.project_invited",
        "project_invitation",
        id,
        1,
        json!({"project_id": project_id, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// The invited freelancer does not want to bid; the client is told.
///
/// # Errors
/// 404 for others, 409 `invitation_answered`.
pub async fn decline(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let workspace = tx.workspace();
    let row = sqlx::query!(
        "select i.freelancer_id, i.state, i.project_id, p.title, p.owner_id, i.version from market.invitation i
         join market.project p on p.workspace_id = i.workspace_id and p.id = i.project_id
         where i.workspace_id = $1 and i.id = $2 for no key update of i",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .filter(|r| cx.me() == Some(r.freelancer_id))
    .ok_or(Error::NotFound)?;
    let permit = cx.authorize(&DECLINE, id, &["freelancer"])?;
    if row.state != "invited" {
        return Err(Error::conflict("invitation_answered"));
    }
    answered(&mut tx, row.project_id, row.freelancer_id, "declined").await?;
    tx.change("state", "invited", "declined");
    let who = activity::name_of(&mut tx, row.freelancer_id).await?;
    let notify = [activity::notice(
        row.owner_id,
        "invitation_declined",
        &format!("/projects/{}", row.project_id),
        json!({"project": row.title, "person": who}),
    )];
    tx.emit(Event::new(
        "market.invitation_declined",
        "project_invitation",
        id,
        row.version + 1,
        json!({"project_id": row.project_id, "notify": notify}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Notes what became of a freelancer's invitation, if they have one that waits.
///
/// # Errors
/// The database's.
pub(crate) async fn answered(
    tx: &mut Tx,
    project: Uuid,
    freelancer: Uuid,
    state: &str,
) -> Result<()> {
    let (workspace, now) = (tx.workspace(), tx.now());
    sqlx::query!(
        "update market.invitation set state = $4, answered_at = $5, version = version + 1
         where workspace_id = $1 and project_id = $2 and freelancer_id = $3 and state = 'invited'",
        workspace,
        project,
        freelancer,
        state,
        now as _
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Invitations, newest first: those to a project, or those of a freelancer.
///
/// # Errors
/// 400 for a foreign cursor.
pub async fn list(
    tx: &mut Tx,
    project: Option<Uuid>,
    freelancer: Option<Uuid>,
    query: &InvitationsQuery,
) -> Result<Page<ProjectInvitationView>> {
    let workspace = tx.workspace();
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let (at, id) = position.as_ref().map(|p| p.key).unzip();
    let back = position.as_ref().is_some_and(|p| p.back);
    let rows = sqlx::query_as!(
        ProjectInvitationView,
        r#"select i.id, i.project_id, p.title as project_title, i.freelancer_id, f.display_name as freelancer_name,
                  c.display_name as client_name, i.state, i.message, i.invited_at, i.answered_at as "answered_at: Instant"
           from market.invitation i
           join market.project p on p.workspace_id = i.workspace_id and p.id = i.project_id
           join kernel.member f on f.workspace_id = i.workspace_id and f.id = i.freelancer_id
           join kernel.member c on c.workspace_id = i.workspace_id and c.id = p.owner_id
           where i.workspace_id = $1 and ($2::uuid is null or i.project_id = $2) and ($3::uuid is null or i.freelancer_id = $3)
             and ($4::text is null or i.state = $4)
             and ($5::timestamptz is null or case when $7 then (i.invited_at, i.id) > ($5, $6) else (i.invited_at, i.id) < ($5, $6) end)
           order by case when $7 then i.invited_at end, case when $7 then i.id end, i.invited_at desc, i.id desc
           limit $8"#,
        workspace,
        project,
        freelancer,
        query.state,
        at as _,
        id,
        back,
        query.paging.limit + 1
    )
    .fetch_all(&mut **tx)
    .await?;
    let page = Page::of(rows, &query.paging, position.as_ref(), |r| {
        (r.invited_at, r.id)
    });
    if page.total.is_some() {
        return Ok(page);
    }
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select 1 from market.invitation where workspace_id = $1
             and ($2::uuid is null or project_id = $2) and ($3::uuid is null or freelancer_id = $3)
             and ($4::text is null or state = $4) limit $5) counted"#,
        workspace,
        project,
        freelancer,
        query.state,
        COUNTED + 1
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(page.with_total(total))
}

/// One invitation, to its client and its freelancer.
///
/// # Errors
/// 404.
pub async fn show(cx: &Cx, id: Uuid) -> Result<ProjectInvitationView> {
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let row = sqlx::query!(
        "select i.project_id, i.freelancer_id, p.owner_id from market.invitation i
         join market.project p on p.workspace_id = i.workspace_id and p.id = i.project_id
         where i.workspace_id = $1 and i.id = $2",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .filter(|r| {
        cx.me()
            .is_some_and(|me| me == r.freelancer_id || me == r.owner_id)
    })
    .ok_or(Error::NotFound)?;
    let query = InvitationsQuery {
        state: None,
        paging: Paging::first(1),
    };
    let found = list(
        &mut tx,
        Some(row.project_id),
        Some(row.freelancer_id),
        &query,
    )
    .await?;
    tx.finish().await?;
    found.rows.into_iter().next().ok_or(Error::NotFound)
}
