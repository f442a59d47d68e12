//! What must be settled before someone goes: asked of every product that keeps records of members,
//! in the transaction that decides.

use kernel::{Error, Kernel, Result, product::Leaver};
use sqlx::PgConnection;
use uuid::Uuid;

/// Something that keeps an account, and in which workspace.
#[derive(Debug, Clone)]
pub struct Keeps {
    /// The code of the refusal.
    pub code: &'static str,
    /// The workspace's name.
    pub place: String,
    /// Its slug.
    pub slug: String,
}

impl Keeps {
    /// The refusal it means.
    #[must_use]
    pub fn refusal(&self) -> Error {
        Error::conflict(self.code).with("workspace", self.place.clone())
    }
}

/// Everything that keeps an account, over all its workspaces: being the last owner of one, money,
/// contracts, records that another must take over first.
///
/// # Errors
/// The database's.
pub async fn account_keeps(
    kernel: &Kernel,
    connection: &mut PgConnection,
    account: Uuid,
) -> Result<Vec<Keeps>> {
    let places = sqlx::query!(
        r#"select m.workspace_id, m.id, w.slug, w.name, m.state = 'active' and exists (
               select 1 from kernel.member_role mr join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
               where mr.workspace_id = m.workspace_id and mr.member_id = m.id and r.key = $2)
             and not exists (
               select 1 from kernel.member o join kernel.member_role mr on mr.workspace_id = o.workspace_id and mr.member_id = o.id
               join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
               where o.workspace_id = m.workspace_id and o.id <> m.id and o.state = 'active' and r.key = $2) as "last_owner!"
           from kernel.member m join kernel.workspace w on w.workspace_id = m.workspace_id
           where m.account_id = $1 and m.state <> 'removed' order by w.slug"#,
        account,
        crate::member::OWNER
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut all = vec![];
    for place in places {
        let leaver = Leaver {
            workspace: place.workspace_id,
            member: place.id,
        };
        let mut codes = vec![];
        if place.last_owner {
            codes.push("owner_required");
        }
        codes.extend(keeps(kernel, connection, leaver).await?);
        if owned(kernel, connection, leaver).await?.records > 0 {
            codes.push("member_owns_records");
        }
        all.extend(codes.into_iter().map(|code| Keeps {
            code,
            place: place.name.clone(),
            slug: place.slug.clone(),
        }));
    }
    Ok(all)
}

/// What keeps a member in a workspace, as codes of refusals.
///
/// # Errors
/// The database's.
pub async fn keeps(
    kernel: &Kernel,
    connection: &mut PgConnection,
    leaver: Leaver,
) -> Result<Vec<&'static str>> {
    let mut codes = vec![];
    for product in &kernel.wiring().leaving {
        codes.extend((product.keeps)(connection, leaver).await?);
    }
    Ok(codes)
}

/// What of a member's another must take over.
#[derive(Debug, Default)]
pub struct Owned {
    /// How many records.
    pub records: i64,
    /// Permissions that whoever takes them over must have.
    pub permissions: Vec<String>,
    /// The relation for which, to each of the permissions.
    pub relations: Vec<String>,
}

/// What of a member's another must take over.
///
/// # Errors
/// The database's.
pub async fn owned(
    kernel: &Kernel,
    connection: &mut PgConnection,
    leaver: Leaver,
) -> Result<Owned> {
    let mut owned = Owned::default();
    for product in &kernel.wiring().leaving {
        let records = (product.owned)(connection, leaver).await?;
        owned.records += records;
        if let Some((permission, relation)) = product.takes.filter(|_| records > 0) {
            owned.permissions.push(permission.to_owned());
            owned.relations.push(relation.to_owned());
        }
    }
    Ok(owned)
}

/// Gives a member's records to another; says how many.
///
/// # Errors
/// The database's.
pub async fn hand_over(
    kernel: &Kernel,
    connection: &mut PgConnection,
    leaver: Leaver,
    to: Uuid,
) -> Result<i64> {
    let mut count = 0;
    for product in &kernel.wiring().leaving {
        count += (product.hand_over)(connection, leaver, to).await?;
    }
    Ok(count)
}

/// Ends what a member alone had going.
///
/// # Errors
/// The database's.
pub async fn let_go(kernel: &Kernel, connection: &mut PgConnection, leaver: Leaver) -> Result<()> {
    for product in &kernel.wiring().leaving {
        (product.let_go)(connection, leaver).await?;
    }
    Ok(())
}

/// Erases what is personal of a member, in every product.
///
/// # Errors
/// The database's.
pub async fn erase(kernel: &Kernel, connection: &mut PgConnection, leaver: Leaver) -> Result<()> {
    for product in &kernel.wiring().leaving {
        (product.erase)(connection, leaver).await?;
    }
    Ok(())
}
