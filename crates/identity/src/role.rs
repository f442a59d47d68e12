//! The roles of a workspace as its owners see them, and how many sessions their holders may have.

use kernel::{
    Action, Cx, Error, Input, Reader, Result,
    list::{Page, Paging},
};
use serde::Serialize;
use uuid::Uuid;

/// Setting a role's limits.
pub const UPDATE: Action = Action::new("role.update", "role", "role.list");
/// What a sign-in over the cap does.
pub const POLICIES: &[&str] = &["end_oldest", "refuse"];

/// A role of a workspace.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RoleView {
    /// The role's id.
    pub id: Uuid,
    /// Its stable key.
    pub key: String,
    /// Its name; the templates' names are their keys.
    pub name: String,
    /// Where it stands among others; higher ones are not edited by lower ones.
    pub rank: i32,
    /// Whether newcomers get it.
    pub is_default: bool,
    /// How many active members have it.
    pub members: i64,
    /// Sessions a holder may have at a time; none: ten, as everywhere.
    pub session_cap: Option<i32>,
    /// What a further sign-in does: `end_oldest` or `refuse`.
    pub session_policy: String,
    /// Seconds after which an unused session of a holder ends; none: as everywhere.
    pub idle_seconds: Option<i32>,
    /// Seconds after which any session of a holder ends; none: as everywhere.
    pub absolute_seconds: Option<i32>,
    /// For `If-Match`.
    pub version: i64,
}

/// Roles asked for.
pub struct RoleQuery(Paging);

impl Input for RoleQuery {
    fn read(r: &mut Reader) -> Self {
        Self(Paging::read(r))
    }
}

/// The workspace's roles, highest first.
///
/// # Errors
/// 400 `invalid_cursor`, the database's.
pub async fn list(cx: &Cx, query: &RoleQuery) -> Result<Page<RoleView>> {
    let position = query.0.position::<(i32, String)>()?;
    let (rank, key) = position
        .as_ref()
        .map_or((None, None), |p| (Some(p.key.0), Some(p.key.1.clone())));
    let back = position.as_ref().is_some_and(|p| p.back);
    let mut tx = cx.read().await?;
    // A workspace has a handful of roles: one query serves both directions.
    let rows = sqlx::query_as!(
        RoleView,
        r#"select r.id, r.key, r.name, r.rank, r.is_default, r.session_cap, r.session_policy, r.idle_seconds, r.absolute_seconds, r.version,
               (select count(*) from kernel.member_role mr join kernel.member m on m.workspace_id = mr.workspace_id and m.id = mr.member_id
                where mr.workspace_id = r.workspace_id and mr.role_id = r.id and m.state = 'active') as "members!"
           from kernel.role r
           where r.workspace_id = $1
             and ($2::integer is null or ($4 and (-r.rank, r.key) < (-$2, $3)) or (not $4 and (-r.rank, r.key) > (-$2, $3)))
           order by case when $4 then r.rank end, case when $4 then r.key end desc, r.rank desc, r.key limit $5"#,
        tx.workspace(),
        rank,
        key,
        back,
        query.0.limit + 1
    )
    .fetch_all(&mut *tx)
    .await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from kernel.role where workspace_id = $1"#,
        tx.workspace()
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let page = Page::of(rows, &query.0, position.as_ref(), |r| {
        (r.rank, r.key.clone())
    });
    Ok(page.with_total(total))
}

/// One role.
///
/// # Errors
/// 404.
pub async fn show(cx: &Cx, id: Uuid) -> Result<RoleView> {
    let mut tx = cx.read().await?;
    let view = sqlx::query_as!(
        RoleView,
        r#"select r.id, r.key, r.name, r.rank, r.is_default, r.session_cap, r.session_policy, r.idle_seconds, r.absolute_seconds, r.version,
               (select count(*) from kernel.member_role mr join kernel.member m on m.workspace_id = mr.workspace_id and m.id = mr.member_id
                where mr.workspace_id = r.workspace_id and mr.role_id = r.id and m.state = 'active') as "members!"
           from kernel.role r where r.workspace_id = $1 and r.id = $2"#,
        tx.workspace(),
        id
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.finish().await?;
    view.ok_or(Error::NotFound)
}

/// The limits of a role's holders.
pub struct RoleEdit {
    /// Sessions at a time; none: the usual ten.
    pub session_cap: Option<i64>,
    /// What a further sign-in does.
    pub session_policy: &'static str,
    /// Seconds unused after which a session ends, where that is sooner than usual.
    pub idle_seconds: Option<i64>,
    /// Seconds after which any session ends, where that is sooner than usual.
    pub absolute_seconds: Option<i64>,
}

impl Input for RoleEdit {
    fn read(r: &mut Reader) -> Self {
        Self {
            session_cap: r.integer_opt("session_cap", 1, 100),
            session_policy: r.choice("session_policy", POLICIES),
            idle_seconds: r.integer_opt("idle_seconds", 300, 14 * 86_400),
            absolute_seconds: r.integer_opt("absolute_seconds", 900, 60 * 86_400),
        }
    }
}

/// Sets a role's limits, if it still has `version`. The cap counts from the next sign-in on, the
/// times for running sessions too, at most five seconds later.
///
/// # Errors
/// 404, 412 `stale`.
pub async fn update(cx: &Cx, id: Uuid, version: i64, edit: &RoleEdit) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let workspace = tx.workspace();
    let before = sqlx::query!(
        "select session_cap, session_policy, idle_seconds, absolute_seconds, version from kernel.role where workspace_id = $1 and id = $2 for no key update",
        workspace,
        id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let permit = cx.authorize(&UPDATE, id, &[])?;
    if before.version != version {
        return Err(Error::refused(412, "stale"));
    }
    let small = |n: Option<i64>| n.and_then(|n| i32::try_from(n).ok());
    let cap = small(edit.session_cap);
    let (idle, absolute) = (small(edit.idle_seconds), small(edit.absolute_seconds));
    sqlx::query!(
        "update kernel.role set session_cap = $3, session_policy = $4, idle_seconds = $5, absolute_seconds = $6, version = version + 1
         where workspace_id = $1 and id = $2",
        workspace,
        id,
        cap,
        edit.session_policy,
        idle,
        absolute
    )
    .execute(&mut *tx)
    .await?;
    tx.differs("session_cap", before.session_cap, cap);
    let policy = before.session_policy.as_str();
    tx.differs("session_policy", policy, edit.session_policy);
    tx.differs("idle_seconds", before.idle_seconds, idle);
    tx.differs("absolute_seconds", before.absolute_seconds, absolute);
    tx.commit(permit).await?;
    Ok(id)
}
