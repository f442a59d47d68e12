//! Workspaces: founding one with its roles, members joining one, and which ones an account has.

use base::{Currency, Instant};
use kernel::{
    Cx, Error, Kernel, Result, Tx, Workspace,
    error::OnConstraint,
    events::Event,
    list::{Page, Paging},
};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use std::sync::Arc;
use ui::Locale;
use uuid::Uuid;

/// A workspace to be founded.
#[derive(Debug, Clone)]
pub struct NewWorkspace {
    /// Its name in paths.
    pub slug: String,
    /// Its name for people.
    pub name: String,
    /// Its first language.
    pub locale: Locale,
    /// Its currency.
    pub currency: Currency,
    /// Products switched on: `market`, `casework`, `crm`, `research`.
    pub products: Vec<String>,
}

impl NewWorkspace {
    /// The workspace it will be, under a fresh id.
    #[must_use]
    pub fn planned(&self) -> Workspace {
        Workspace {
            id: base::id::new(),
            slug: self.slug.clone(),
            name: self.name.clone(),
            locale: self.locale,
            currency: self.currency,
            products: self.products.clone(),
        }
    }
}

/// Founds the workspace of the transaction's context ([`NewWorkspace::planned`]): its row and its
/// roles, copied from the templates that fit its products.
///
/// # Errors
/// 409 `slug_taken`; 503 `configuration_error` when no template is the default role.
pub async fn found(tx: &mut Tx, workspace: &Workspace) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "insert into kernel.workspace (workspace_id, slug, name, locale, currency, products, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        workspace.id,
        workspace.slug,
        workspace.name,
        workspace.locale.code(),
        workspace.currency.code(),
        &workspace.products,
        now as _
    )
    .execute(&mut **tx)
    .await
    .on_constraint("workspace_slug_unique", Error::conflict("slug_taken").at("/workspace_slug"))?;
    let templates = sqlx::query!(
        "select key, product, rank, is_default, is_open from kernel.role_template where product is null or product = any($1) order by rank desc, key",
        &workspace.products
    )
    .fetch_all(&mut **tx)
    .await?;
    if !templates.iter().any(|t| t.is_default) {
        return Err(missing_default(workspace.id));
    }
    for template in &templates {
        let role = base::id::new();
        sqlx::query!(
            "with made as (
                insert into kernel.role (workspace_id, id, key, name, product, rank, is_default, is_open) values ($1, $2, $3, $3, $4, $5, $6, $7))
             insert into kernel.role_permission (workspace_id, role_id, permission, relations)
             select $1, $2, permission, relations from kernel.role_template_permission where role_key = $3",
            workspace.id,
            role,
            template.key,
            template.product,
            template.rank,
            template.is_default,
            template.is_open
        )
        .execute(&mut **tx)
        .await?;
    }
    tx.emit(Event::new(
        "identity.workspace_founded",
        "workspace",
        workspace.id,
        1,
        json!({"slug": workspace.slug, "products": workspace.products, "currency": workspace.currency.code()}),
    ));
    Ok(())
}

/// Founds a workspace in a transaction of its own, without members: for the demo and tests.
///
/// # Errors
/// As [`found`].
pub async fn found_workspace(kernel: &Arc<Kernel>, new: &NewWorkspace) -> Result<Uuid> {
    let workspace = Arc::new(new.planned());
    let cx = Cx::system(kernel, workspace.clone(), "founding");
    let mut tx = cx.begin_system().await?;
    found(&mut tx, &workspace).await?;
    tx.commit(cx.own_account("workspace.found", workspace.id))
        .await?;
    Ok(workspace.id)
}

fn missing_default(workspace: Uuid) -> Error {
    tracing::error!(key = "configuration.default_role_missing", workspace = %workspace);
    Error::unavailable("configuration_error")
}

/// Makes an account whose address counts as confirmed: for the demo and tests.
///
/// # Errors
/// 409 `conflict` when the address has an account, 503 `busy`.
pub async fn create_verified_account(
    connection: &mut PgConnection,
    kernel: &Kernel,
    email: &str,
    password: &str,
    display_name: &str,
    locale: Locale,
) -> Result<Uuid> {
    let canonical =
        base::text::email(email).ok_or_else(|| Error::invalid("/email", "invalid_format"))?;
    let hash = crate::password::hash(kernel, password).await?;
    let now = kernel::clock::business(connection, kernel.config.has_test()).await?;
    let id = base::id::new();
    sqlx::query!(
        "insert into identity.account (id, email, email_canonical, password_hash, display_name, state, locale, terms_version, terms_accepted_at, created_at, verified_at)
         values ($1, $2, $3, $4, $5, 'active', $6, $7, $8, $8, $8)",
        id,
        email,
        canonical,
        hash,
        display_name,
        locale.code(),
        crate::account::TERMS_VERSION,
        now as _
    )
    .execute(connection)
    .await?;
    Ok(id)
}

/// Adds an account to the transaction's workspace with these roles, by key (none: the default
/// role), and tells `identity.member_joined`. The transaction is of the system role.
///
/// # Errors
/// 503 `configuration_error` when the workspace has no default role; 422 `invalid_choice` for a
/// role it does not have; 409 `already_member`.
pub async fn add_member(
    tx: &mut Tx,
    account: Uuid,
    display_name: &str,
    roles: &[&str],
) -> Result<Uuid> {
    enter(tx, account, display_name, roles, false).await
}

/// The same for someone invited: who had left or was removed comes back to their membership.
///
/// # Errors
/// As [`add_member`]; 409 `already_member` for who has not left.
pub async fn enter(
    tx: &mut Tx,
    account: Uuid,
    display_name: &str,
    roles: &[&str],
    invited: bool,
) -> Result<Uuid> {
    let (workspace, now) = (tx.workspace(), tx.now());
    let known = sqlx::query!(
        "select id, key, is_default from kernel.role where workspace_id = $1",
        workspace
    )
    .fetch_all(&mut **tx)
    .await?;
    let default = known
        .iter()
        .find(|r| r.is_default)
        .ok_or_else(|| missing_default(workspace))?;
    let mut granted = vec![];
    for (index, key) in roles.iter().enumerate() {
        let role = known.iter().find(|r| r.key == *key);
        granted.push(
            role.ok_or_else(|| Error::invalid(&format!("/roles/{index}"), "invalid_choice"))?,
        );
    }
    if granted.is_empty() {
        granted.push(default);
    }
    let keys: Vec<&str> = granted.iter().map(|r| r.key.as_str()).collect();
    let ids: Vec<Uuid> = granted.iter().map(|r| r.id).collect();
    // Who had left comes back to the membership they had, with the roles of now alone.
    let joined = sqlx::query!(
        "insert into kernel.member (workspace_id, id, account_id, display_name, created_at) values ($1, $2, $3, $4, $5)
         on conflict on constraint member_account_unique do update
            set state = 'active', display_name = excluded.display_name, version = kernel.member.version + 1
            where kernel.member.state = 'removed' and $6
         returning id, version",
        workspace,
        base::id::new(),
        account,
        display_name,
        now as _,
        invited
    )
    .fetch_optional(&mut **tx)
    .await?
    .ok_or_else(|| Error::conflict("already_member"))?;
    let member = joined.id;
    tx.change("member", (), member.to_string());
    tx.change("roles", (), keys.clone());
    sqlx::query!(
        "delete from kernel.member_role where workspace_id = $1 and member_id = $2",
        workspace,
        member
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into kernel.member_role (workspace_id, member_id, role_id) select distinct $1::uuid, $2::uuid, role from unnest($3::uuid[]) role",
        workspace,
        member,
        &ids
    )
    .execute(&mut **tx)
    .await?;
    tx.emit(Event::new(
        "identity.member_joined",
        "member",
        member,
        joined.version,
        json!({"member": member, "account": account, "roles": keys}),
    ));
    Ok(member)
}

/// Tells `identity.member_confirmed` in every workspace of an account whose address is confirmed by
/// this transaction: until then its members are shown to nobody as someone to hire. The transaction
/// is of the system role and need not be of one of these workspaces.
///
/// # Errors
/// The database's.
pub async fn confirmed(tx: &mut Tx, cx: &Cx, account: Uuid) -> Result<()> {
    let now = tx.now();
    let members = sqlx::query!(
        "update kernel.member set version = version + 1 where account_id = $1 and state = 'active'
         returning workspace_id, id, version",
        account
    )
    .fetch_all(&mut **tx)
    .await?;
    for member in members {
        let told = Event::new(
            "identity.member_confirmed",
            "member",
            member.id,
            member.version,
            json!({"member": member.id}),
        );
        kernel::events::write(tx, cx, member.workspace_id, now, &[told]).await?;
    }
    Ok(())
}

/// A role that anyone may take by joining.
#[derive(Debug)]
pub struct OpenRole {
    /// Its key.
    pub key: String,
    /// Its name.
    pub name: String,
}

/// The roles that anyone may take by joining the workspace of the request: those of its products,
/// and those of none.
///
/// # Errors
/// The database's.
pub async fn open_roles(cx: &Cx) -> Result<Vec<OpenRole>> {
    let mut tx = cx.read().await?;
    let roles = sqlx::query_as!(
        OpenRole,
        "select key, name from kernel.role where workspace_id = $1 and is_open and (product is null or product = any($2))
         order by rank desc, key",
        tx.workspace(),
        &cx.workspace()?.products
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.finish().await?;
    Ok(roles)
}

/// Decides which roles a newcomer takes by choice: some of those that are open, none where none is.
///
/// # Errors
/// 422 at `/roles`: `required`, `invalid_choice`, or `unknown_field` where there is no choice.
pub fn chosen_roles(open: &[OpenRole], roles: &[String]) -> Result<Vec<String>> {
    if open.is_empty() {
        return if roles.is_empty() {
            Ok(vec![])
        } else {
            Err(Error::invalid("/roles", "unknown_field"))
        };
    }
    if roles.is_empty() {
        return Err(Error::invalid("/roles", "required"));
    }
    let mut chosen = vec![];
    for (index, role) in roles.iter().enumerate() {
        if !open.iter().any(|one| one.key == *role) {
            return Err(Error::invalid(&format!("/roles/{index}"), "invalid_choice"));
        }
        if !chosen.contains(role) {
            chosen.push(role.clone());
        }
    }
    Ok(chosen)
}

/// A workspace the asking account belongs to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MembershipView {
    /// The workspace's id.
    pub id: Uuid,
    /// Its name in paths.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its products.
    pub products: Vec<String>,
    /// Keys of the roles the account has there.
    pub roles: Vec<String>,
    /// When the account joined.
    pub joined_at: Instant,
}

/// The workspaces of the account that asks, newest membership first.
///
/// # Errors
/// 401, 400 `invalid_cursor`, the database's.
pub async fn list(cx: &Cx, paging: &Paging) -> Result<Page<MembershipView>> {
    let me = cx.session()?;
    let position = paging.position::<(Instant, Uuid)>()?;
    let (at, id) = position
        .as_ref()
        .map_or((None, None), |p| (Some(p.key.0), Some(p.key.1)));
    let back = position.as_ref().is_some_and(|p| p.back);
    let mut tx = cx.begin_system().await?;
    // An account has few memberships, found by its index: one query serves both directions.
    let rows = sqlx::query_as!(
        MembershipView,
        r#"select w.workspace_id as id, w.slug, w.name, w.products, m.created_at as joined_at,
               array(select r.key from kernel.member_role mr join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
                     where mr.workspace_id = m.workspace_id and mr.member_id = m.id order by r.rank desc, r.key) as "roles!"
           from kernel.member m join kernel.workspace w on w.workspace_id = m.workspace_id
           where m.account_id = $1 and m.state = 'active' and w.state = 'active'
             and ($2::timestamptz is null or ($3 and (m.created_at, w.workspace_id) > ($2, $4)) or (not $3 and (m.created_at, w.workspace_id) < ($2, $4)))
           order by case when $3 then m.created_at end, case when $3 then w.workspace_id end, m.created_at desc, w.workspace_id desc
           limit $5"#,
        me.account_id,
        at as _,
        back,
        id,
        paging.limit + 1
    )
    .fetch_all(&mut *tx)
    .await?;
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from kernel.member m join kernel.workspace w on w.workspace_id = m.workspace_id
           where m.account_id = $1 and m.state = 'active' and w.state = 'active'"#,
        me.account_id
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let page = Page::of(rows, paging, position.as_ref(), |v| (v.joined_at, v.id));
    Ok(page.with_total(total))
}

/// Where an account begins: its only workspace, else the page to choose one.
///
/// # Errors
/// The database's.
pub async fn home(kernel: &Kernel, account: Uuid) -> Result<String> {
    let mut tx = kernel.db.begin_system(None).await?;
    let slugs = sqlx::query_scalar!(
        "select w.slug from kernel.member m join kernel.workspace w on w.workspace_id = m.workspace_id
         where m.account_id = $1 and m.state = 'active' and w.state = 'active' limit 2",
        account
    )
    .fetch_all(&mut *tx)
    .await?;
    // Whoever runs the installation and belongs nowhere came for that.
    let runs = slugs.is_empty()
        && sqlx::query_scalar!(
            "select is_operator from identity.account where id = $1",
            account
        )
        .fetch_optional(&mut *tx)
        .await?
        .unwrap_or(false);
    tx.commit().await?;
    Ok(match slugs.as_slice() {
        [only] => format!("/w/{only}"),
        _ if runs => "/operator".to_owned(),
        _ => "/workspaces".to_owned(),
    })
}

/// A workspace that anyone may join, as a visitor is told of it.
pub struct OpenPlace {
    /// Its name in paths.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether work is offered in it.
    pub has_market: bool,
}

/// The workspaces that anyone may join, by name; the first dozen. One whose owners never confirmed an
/// address is not shown to strangers.
///
/// # Errors
/// The database's.
pub async fn open_places(kernel: &Kernel) -> Result<Vec<OpenPlace>> {
    let mut tx = kernel.db.begin_system(None).await?;
    let places = sqlx::query_as!(
        OpenPlace,
        r#"select w.slug, w.name, 'market' = any(w.products) as "has_market!" from kernel.workspace w
           where w.state = 'active'
             and exists (select 1 from kernel.role r where r.workspace_id = w.workspace_id and r.is_open and (r.product is null or r.product = any(w.products)))
             and exists (
                 select 1 from kernel.role r join kernel.member_role mr on mr.workspace_id = r.workspace_id and mr.role_id = r.id
                 join kernel.member m on m.workspace_id = mr.workspace_id and m.id = mr.member_id join identity.account a on a.id = m.account_id
                 where r.workspace_id = w.workspace_id and r.key = $1 and m.state = 'active' and a.state = 'active')
           order by w.name, w.slug limit 12"#,
        crate::member::OWNER
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<Vec<String>>) -> (String, &'static str) {
        match result {
            Err(Error::Invalid(faults)) => (faults[0].pointer.clone(), faults[0].code),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn newcomers_choose_among_what_is_open() {
        let roles = |all: &[&str]| all.iter().map(|r| (*r).to_owned()).collect::<Vec<_>>();
        let open = ["client", "freelancer"].map(|key| OpenRole {
            key: key.to_owned(),
            name: key.to_owned(),
        });
        assert_eq!(
            chosen_roles(&open, &roles(&["client", "freelancer", "client"])).expect("both"),
            ["client", "freelancer"]
        );
        assert_eq!(
            code(chosen_roles(&open, &roles(&["admin"]))),
            ("/roles/0".to_owned(), "invalid_choice")
        );
        assert_eq!(
            code(chosen_roles(&open, &[])),
            ("/roles".to_owned(), "required")
        );
        assert_eq!(
            code(chosen_roles(&[], &roles(&["client"]))),
            ("/roles".to_owned(), "unknown_field")
        );
        assert!(chosen_roles(&[], &[]).expect("none").is_empty());
    }
}
