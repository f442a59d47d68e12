//! Members of a workspace and their roles. Nobody grants what they lack or touches who stands
//! above them, and a workspace always keeps an owner.

mod change;
mod ownership;
mod removal;

pub use change::{RoleChange, change_roles, deactivate, reactivate};
pub use ownership::transfer;
pub use removal::{Heir, Leave, heirs, leave, remove};

use base::Instant;
use kernel::{
    Action, Cx, Error, Input, Reader, Result, Tx,
    access::{ANY, Grants},
    list::{Page, Paging},
};
use serde::Serialize;
use uuid::Uuid;

/// Changing a member's roles.
pub const CHANGE_ROLES: Action = Action::new("member.change_roles", "member", "member.list");
/// Ending a membership, and taking it up again.
pub const DEACTIVATE: Action = Action::new("member.deactivate", "member", "member.list");

/// Ending a membership for good.
pub const REMOVE: Action = Action::new("member.remove", "member", "member.list");
/// Handing the workspace over.
pub const TRANSFER: Action = Action::new("workspace.transfer", "member", "member.list");

/// Key of the role of which at least one active member must remain.
pub const OWNER: &str = "owner";

/// A member of a workspace.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MemberView {
    /// The member's id.
    pub id: Uuid,
    /// The name.
    pub display_name: String,
    /// `active`, `deactivated` or `removed`.
    pub state: String,
    /// Keys of the roles, highest first.
    pub roles: Vec<String>,
    /// When they joined.
    pub joined_at: Instant,
    /// For `If-Match`.
    pub version: i64,
}

/// Members asked for.
pub struct MemberQuery {
    /// Which page.
    pub paging: Paging,
    /// Only those in this state.
    pub state: Option<&'static str>,
}

impl Input for MemberQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            paging: Paging::read(r),
            state: r.choice_opt("state", &["active", "deactivated", "removed"]),
        }
    }
}

/// The one member that is seen by who holds the permission for themselves alone; none: all are.
fn only_self(cx: &Cx) -> Result<Option<Uuid>> {
    if cx.grants("member.list", ANY) {
        Ok(None)
    } else {
        Ok(Some(cx.member()?.id))
    }
}

/// The workspace's members, newest first.
///
/// # Errors
/// 400 `invalid_cursor`, the database's.
pub async fn list(cx: &Cx, query: &MemberQuery) -> Result<Page<MemberView>> {
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let (at, id) = position
        .as_ref()
        .map_or((None, None), |p| (Some(p.key.0), Some(p.key.1)));
    let only = only_self(cx)?;
    let mut tx = cx.read().await?;
    let rows = if position.as_ref().is_some_and(|p| p.back) {
        sqlx::query_as!(
            MemberView,
            r#"select m.id, m.display_name, m.state, m.created_at as joined_at, m.version,
                   array(select r.key from kernel.member_role mr join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
                         where mr.workspace_id = m.workspace_id and mr.member_id = m.id order by r.rank desc, r.key) as "roles!"
               from kernel.member m
               where m.workspace_id = $1 and ($2::text is null or m.state = $2) and (m.created_at, m.id) > ($3, $4)
                 and ($6::uuid is null or m.id = $6)
               order by m.created_at, m.id limit $5"#,
            tx.workspace(),
            query.state,
            at as _,
            id,
            query.paging.limit + 1,
            only
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            MemberView,
            r#"select m.id, m.display_name, m.state, m.created_at as joined_at, m.version,
                   array(select r.key from kernel.member_role mr join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
                         where mr.workspace_id = m.workspace_id and mr.member_id = m.id order by r.rank desc, r.key) as "roles!"
               from kernel.member m
               where m.workspace_id = $1 and ($2::text is null or m.state = $2)
                 and ($3::timestamptz is null or (m.created_at, m.id) < ($3, $4))
                 and ($6::uuid is null or m.id = $6)
               order by m.created_at desc, m.id desc limit $5"#,
            tx.workspace(),
            query.state,
            at as _,
            id,
            query.paging.limit + 1,
            only
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
            select 1 from kernel.member where workspace_id = $1 and ($2::text is null or state = $2) and ($3::uuid is null or id = $3) limit 10001) c"#,
        tx.workspace(),
        query.state,
        only
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    Ok(Page::of(rows, &query.paging, position.as_ref(), |m| {
        (m.joined_at, m.id)
    })
    .with_total(total))
}

/// One member.
///
/// # Errors
/// 404.
pub async fn show(cx: &Cx, member: Uuid) -> Result<MemberView> {
    if only_self(cx)?.is_some_and(|me| me != member) {
        return Err(Error::NotFound);
    }
    let mut tx = cx.read().await?;
    let view = sqlx::query_as!(
        MemberView,
        r#"select m.id, m.display_name, m.state, m.created_at as joined_at, m.version,
               array(select r.key from kernel.member_role mr join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
                     where mr.workspace_id = m.workspace_id and mr.member_id = m.id order by r.rank desc, r.key) as "roles!"
           from kernel.member m where m.workspace_id = $1 and m.id = $2"#,
        tx.workspace(),
        member
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.finish().await?;
    view.ok_or(Error::NotFound)
}

/// A role of the workspace, and whether the member who asks may grant it.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its id.
    pub id: Uuid,
    /// Its stable key.
    pub key: String,
    /// Its name; the templates' names are their keys.
    pub name: String,
    /// Where it stands among others.
    pub rank: i32,
    /// Whether the member who asks may grant it.
    pub grantable: bool,
}

/// The workspace's roles, highest first.
///
/// # Errors
/// The database's.
pub async fn roles(tx: &mut Tx, cx: &Cx) -> Result<Vec<Role>> {
    let rows = sqlx::query!(
        r#"select r.id, r.key, r.name, r.rank, r.is_default, r.is_open, p.permission as "permission?", p.relations as "relations?"
           from kernel.role r left join kernel.role_permission p on p.workspace_id = r.workspace_id and p.role_id = r.id
           where r.workspace_id = $1 order by r.rank desc, r.key"#,
        tx.workspace()
    )
    .fetch_all(&mut **tx)
    .await?;
    let mine = cx
        .member
        .as_ref()
        .map(|m| m.roles.clone())
        .unwrap_or_default();
    let my_rank = rows
        .iter()
        .filter(|r| mine.contains(&r.key))
        .map(|r| r.rank)
        .max()
        .unwrap_or(0);
    // What anyone may take by joining, everyone may grant who grants roles at all.
    let open = Grants::collect(
        rows.iter()
            .filter(|r| r.is_default || r.is_open)
            .filter_map(|r| Some((r.permission.clone()?, r.relations.clone()?))),
    );
    let mut roles: Vec<Role> = vec![];
    for row in rows {
        let held = match (&row.permission, &row.relations) {
            (Some(permission), Some(relations)) => relations.iter().all(|relation| {
                cx.grants(permission, relation) || open.for_relation(permission, relation)
            }),
            _ => true,
        };
        let may = cx.system.is_some() || (row.rank <= my_rank && held);
        match roles.last_mut().filter(|r| r.id == row.id) {
            Some(role) => role.grantable &= may,
            None => roles.push(Role {
                id: row.id,
                key: row.key,
                name: row.name,
                rank: row.rank,
                grantable: may,
            }),
        }
    }
    Ok(roles)
}
