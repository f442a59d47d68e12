//! What a freelancer shows of themselves: pieces of work with links and files, education,
//! certificates. They stand on the public page for those who may see it.

mod page;

pub(crate) use page::panel;

use axum::{
    response::Response,
    routing::{get, post},
};
use http::Method;
use kernel::{
    Action, Body, Cx, Error, Id, Input, Query, Reader, Result, Route, Tx, events::Event, extract,
    input::Nothing, list::Short, once, route::Idempotency,
};
use serde_json::json;
use uuid::Uuid;

const WRITE: Action = Action::new("showcase.write", "showcase", "showcase.write");
/// The kind of record that files of the showcase belong to.
const RECORD: &str = "showcase";
/// What there is.
pub(crate) const KINDS: &[&str] = &["portfolio", "education", "certificate"];
/// Entries one member may have.
const MOST: i64 = 60;

/// An entry.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct ShowcaseView {
    /// Its id.
    pub id: Uuid,
    /// portfolio, education or certificate.
    pub kind: String,
    /// What it is.
    pub title: String,
    /// The school, the issuer, the client.
    pub place: String,
    /// Markdown about it.
    pub text: String,
    /// Where it can be seen.
    pub link: Option<String>,
    /// The year it began, or was given.
    pub from_year: Option<i32>,
    /// The year it ended.
    pub to_year: Option<i32>,
    /// Files, for members.
    pub files: Vec<files::FileView>,
}

/// A new entry.
pub(crate) struct NewEntry {
    kind: &'static str,
    title: String,
    place: String,
    text: String,
    link: Option<String>,
    from_year: Option<i64>,
    to_year: Option<i64>,
    files: Vec<Uuid>,
}
impl Input for NewEntry {
    fn read(r: &mut Reader) -> Self {
        let entry = Self {
            kind: r.choice("kind", KINDS),
            title: r.line("title", 1, 120),
            place: r.line("place", 0, 120),
            text: r.block("text", 0, 2000),
            link: r.link_opt("link"),
            from_year: r.integer_opt("from_year", 1900, 2200),
            to_year: r.integer_opt("to_year", 1900, 2200),
            files: r.ids("files", 0, files::MOST_FILES),
        };
        if r.is_sound()
            && entry
                .from_year
                .zip(entry.to_year)
                .is_some_and(|(from, to)| from > to)
        {
            r.fault("to_year", "ends_before_it_begins");
        }
        entry
    }
}

pub(crate) fn routes() -> Vec<Route> {
    let (all, remove) = (
        "/w/{workspace}/profile/showcase",
        "/w/{workspace}/showcase/{showcase}/removal",
    );
    vec![
        Route::api(Method::GET, all, "showcase.list", get(api_list))
            .permission("showcase.write")
            .product("market")
            .query::<Short>()
            .lists::<ShowcaseView>(),
        Route::api(Method::POST, all, "showcase.add", post(api_add))
            .permission("showcase.write")
            .product("market")
            .idempotency(Idempotency::Accepted)
            .body::<NewEntry>()
            .example(json!({"kind": "portfolio", "title": "A map of the old harbour", "place": "City museum", "text": "Drawn in two inks.",
                "link": "https://example.org/map", "from_year": 2024}))
            .answers::<ShowcaseView>(201),
        Route::api(Method::POST, remove, "showcase.remove", post(api_remove))
            .permission("showcase.write")
            .product("market")
            .idempotency(Idempotency::Accepted)
            .body::<Nothing>()
            .answers::<Removed>(200),
        Route::page(Method::GET, all, "showcase.list", get(page::show))
            .permission("showcase.write")
            .product("market"),
        Route::page(Method::POST, all, "showcase.add", post(page::add))
            .permission("showcase.write")
            .product("market")
            .idempotency(Idempotency::Accepted)
            .upload(),
        Route::page(Method::POST, remove, "showcase.remove", post(page::remove))
            .permission("showcase.write")
            .product("market")
            .idempotency(Idempotency::Accepted)
            .body::<Nothing>(),
    ]
}

/// What was taken away.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[schema(as = ShowcaseRemoved)]
struct Removed {
    /// The entry.
    id: Uuid,
}

/// Files of the showcase, for those who may see its member's page.
#[must_use]
pub fn record_kind() -> files::RecordKind {
    files::RecordKind {
        kind: RECORD,
        may_see: |cx, id| {
            Box::pin(async move {
                let mut tx = cx.read().await?;
                let workspace = tx.workspace();
                let member = sqlx::query_scalar!(
                    "select member_id from people.showcase where workspace_id = $1 and id = $2",
                    workspace,
                    id
                )
                .fetch_optional(&mut *tx)
                .await?;
                let profile = match member {
                    Some(member) => crate::profile::load(&mut tx, member).await?,
                    None => None,
                };
                tx.finish().await?;
                Ok(profile.is_some_and(|p| crate::freelancer::may_see(&cx, &p)))
            })
        },
    }
}

/// What a member shows, in their order.
///
/// # Errors
/// The database's.
pub(crate) async fn of(tx: &mut Tx, cx: &Cx, member: Uuid) -> Result<Vec<ShowcaseView>> {
    let workspace = tx.workspace();
    let rows = sqlx::query!(
        r#"select id, kind, title, place, text, link, from_year, to_year from people.showcase
           where workspace_id = $1 and member_id = $2 order by position, id limit 100"#,
        workspace,
        member
    )
    .fetch_all(&mut **tx)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut attached = if cx.reads_as_member() || cx.me() == Some(member) {
        files::of(tx, &ids).await?
    } else {
        std::collections::HashMap::new()
    };
    let view = rows.into_iter().map(|r| ShowcaseView {
        files: attached.remove(&r.id).unwrap_or_default(),
        id: r.id,
        kind: r.kind,
        title: r.title,
        place: r.place,
        text: r.text,
        link: r.link,
        from_year: r.from_year,
        to_year: r.to_year,
    });
    Ok(view.collect())
}

/// Adds an entry to the actor's own showcase, after those that are there.
///
/// # Errors
/// 409 `showcase_full`, 422 for files that are not theirs.
async fn add(cx: &Cx, entry: NewEntry) -> Result<Uuid> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let id = base::id::new();
    let permit = cx.authorize(&WRITE, id, &["own"])?;
    let (workspace, now) = (tx.workspace(), tx.now());
    // The profile's row is what two additions at once wait for.
    sqlx::query!("select 1 as one from people.profile where workspace_id = $1 and member_id = $2 for no key update", workspace, me)
        .fetch_optional(&mut *tx)
        .await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "n!" from people.showcase where workspace_id = $1 and member_id = $2"#,
        workspace,
        me
    )
    .fetch_one(&mut *tx)
    .await?;
    if count >= MOST {
        return Err(Error::conflict("showcase_full"));
    }
    let year = |y: Option<i64>| y.and_then(|y| i32::try_from(y).ok());
    sqlx::query!(
        "insert into people.showcase (workspace_id, id, member_id, kind, title, place, text, link, from_year, to_year, position, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, (select coalesce(max(position), 0) + 1 from people.showcase
            where workspace_id = $1 and member_id = $3), $11)",
        workspace,
        id,
        me,
        entry.kind,
        entry.title,
        entry.place,
        entry.text,
        entry.link,
        year(entry.from_year),
        year(entry.to_year),
        now as _
    )
    .execute(&mut *tx)
    .await?;
    files::attach(&mut tx, cx, &entry.files, RECORD, id).await?;
    tx.change("kind", (), entry.kind);
    tx.change("files", 0, entry.files.len());
    tx.emit(Event::new(
        "people.showcase_changed",
        "showcase",
        id,
        1,
        json!({"member": me}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

/// Takes an entry of the actor's own away, with its files.
///
/// # Errors
/// 404 for another's.
async fn take_away(cx: &Cx, id: Uuid) -> Result<Uuid> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let workspace = tx.workspace();
    let files = files::of(&mut tx, &[id]).await?;
    let kind = sqlx::query_scalar!(
        "delete from people.showcase where workspace_id = $1 and id = $2 and member_id = $3 returning kind",
        workspace,
        id,
        me
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    tx.change("kind", kind, ());
    let permit = cx.authorize(&WRITE, id, &["own"])?;
    for file in files.into_values().flatten() {
        files::detach(&mut tx, file.id, RECORD, id).await?;
    }
    tx.emit(Event::new(
        "people.showcase_changed",
        "showcase",
        id,
        2,
        json!({"member": me}),
    ));
    tx.commit(permit).await?;
    Ok(id)
}

async fn api_list(cx: Cx, Query(query): Query<Short>) -> Result<Response> {
    let me = cx.member()?.id;
    let mut tx = cx.read().await?;
    let rows = of(&mut tx, &cx, me).await?;
    tx.finish().await?;
    Ok(query.page(rows)?.answer())
}

async fn api_add(cx: Cx, Body(entry): Body<NewEntry>) -> Result<Response> {
    let id = once(add(&cx, entry).await)?;
    let me = cx.member()?.id;
    let mut tx = cx.read().await?;
    let all = of(&mut tx, &cx, me).await?;
    tx.finish().await?;
    let added = all.into_iter().find(|e| e.id == id);
    Ok(extract::created(&added.ok_or(Error::NotFound)?))
}

async fn api_remove(cx: Cx, Id(id): Id<Uuid>, _: Body<Nothing>) -> Result<Response> {
    let id = once(take_away(&cx, id).await)?;
    Ok(extract::data(&Removed { id }))
}
