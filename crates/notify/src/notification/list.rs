//! `notification.list`: the member's own, newest first.

use super::{Row, about::About};
use axum::response::Response;
use base::Instant;
use kernel::{
    Cx, Input, Query, Reader, Result,
    list::{COUNTED, Page, Paging},
};
use uuid::Uuid;

/// Which notifications are asked for.
pub(crate) struct ListQuery {
    pub unread: bool,
    pub about: Option<About>,
    pub paging: Paging,
}

impl Input for ListQuery {
    fn read(r: &mut Reader) -> Self {
        Self {
            unread: r.flag("unread"),
            about: r.choice_opt("about", &About::CODES).and_then(About::parse),
            paging: Paging::read(r),
        }
    }
}

pub(super) async fn api_list(cx: Cx, Query(query): Query<ListQuery>) -> Result<Response> {
    Ok(list(&cx, &query).await?.map(|row| row.view(&cx)).answer())
}

/// One page of the member's notifications.
///
/// # Errors
/// 400 for a cursor that is none of ours; the database's.
pub(super) async fn list(cx: &Cx, query: &ListQuery) -> Result<Page<Row>> {
    let me = cx.member()?.id;
    let position = query.paging.position::<(Instant, Uuid)>()?;
    let (at, id) = position.as_ref().map(|p| p.key).unzip();
    let back = position.as_ref().is_some_and(|p| p.back);
    let (limit, read_too) = (query.paging.limit + 1, !query.unread);
    let (kinds, meant) = query.about.map(About::kinds).unzip();
    let meant = meant.unwrap_or(true);
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let rows = if back {
        sqlx::query_as!(
            Row,
            r#"select id, kind, record_kind, record_id, href, arguments, repeats, created_at, read_at as "read_at: Instant"
               from notify.notification
               where workspace_id = $1 and member_id = $2 and ($3 or read_at is null) and (created_at, id) > ($4, $5)
                 and ($7::text[] is null or (kind = any($7)) = $8)
               order by created_at, id limit $6"#,
            workspace,
            me,
            read_too,
            at as _,
            id,
            limit,
            kinds.as_deref(),
            meant
        )
        .fetch_all(&mut *tx)
        .await?
    } else {
        sqlx::query_as!(
            Row,
            r#"select id, kind, record_kind, record_id, href, arguments, repeats, created_at, read_at as "read_at: Instant"
               from notify.notification
               where workspace_id = $1 and member_id = $2 and ($3 or read_at is null)
                 and ($4::timestamptz is null or (created_at, id) < ($4, $5))
                 and ($7::text[] is null or (kind = any($7)) = $8)
               order by created_at desc, id desc limit $6"#,
            workspace,
            me,
            read_too,
            at as _,
            id,
            limit,
            kinds.as_deref(),
            meant
        )
        .fetch_all(&mut *tx)
        .await?
    };
    let total = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (
             select 1 from notify.notification where workspace_id = $1 and member_id = $2 and ($3 or read_at is null)
               and ($5::text[] is null or (kind = any($5)) = $6) limit $4) c"#,
        workspace,
        me,
        read_too,
        COUNTED + 1,
        kinds.as_deref(),
        meant
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    let page = Page::of(rows, &query.paging, position.as_ref(), |r| {
        (r.created_at, r.id)
    });
    Ok(page.with_total(total))
}
