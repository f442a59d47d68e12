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
        r#"select r.id, r.key, r.name, r.rank, r.is_default, r.session_cap, r.session_policy, r.version,
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
        r#"select r.id, r.key, r.name, r.rank, r.is_default, r.session_cap, r.session_policy, r.version,
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
}

impl Input for RoleEdit {
    fn read(r: &mut Reader) -> Self {
        Self {
            session_cap: r.integer_opt("session_cap", 1, 100),
            session_policy: r.choice("session_policy", POLICIES),
        }
    }
}

/// Sets a role's limits, if it still has `version`. They count from the next sign-in on.
///
/// # Errors
/// 404, 412 `stale`.
pub async fn update(cx: &Cx, id: Uuid, version: i64, edit: &RoleEdit) -> Result<Uuid> {
    let mut tx = cx.begin().await?;
    let workspace = tx.workspace();
    let before = sqlx::query!(
        "select session_cap, session_policy, version from kernel.role where workspace_id = $1 and id = $2 for no key update",
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
    let cap = edit.session_cap.and_then(|cap| i32::try_from(cap).ok());
    sqlx::query!(
        "update kernel.role set session_cap = $3, session_policy = $4, version = version + 1 where workspace_id = $1 and id = $2",
        workspace,
        id,
        cap,
        edit.session_policy
    )
    .execute(&mut *tx)
    .await?;
    tx.change("session_cap", before.session_cap, cap);
    tx.change("session_policy", before.session_policy, edit.session_policy);
    tx.commit(permit).await?;
    Ok(id)
}
