//! `notification.read`: one, or all of the member's.

use super::{NotificationView, Row, UnreadView};
use axum::response::Response;
use base::Instant;
use kernel::{Action, Body, Cx, Error, Form, Id, Result, extract, input::Nothing, live::Hint};
use uuid::Uuid;

const READ: Action = Action::new("notification.read", "notification", "notification.list");

pub(super) async fn api_read(cx: Cx, Id(id): Id<Uuid>, Body(_): Body<Nothing>) -> Result<Response> {
    Ok(extract::data(&read(&cx, id).await?))
}

pub(super) async fn api_read_all(cx: Cx, Body(_): Body<Nothing>) -> Result<Response> {
    read_all(&cx).await?;
    Ok(extract::data(&UnreadView {
        unread: super::unread(&cx).await?,
    }))
}

/// Opening marks it read and goes to the thing.
pub(super) async fn form_open(cx: Cx, Id(id): Id<Uuid>, _form: Form<Nothing>) -> Result<Response> {
    let notification = read(&cx, id).await?;
    Ok(extract::see_other(&notification.href))
}

/// Marks it read without opening it.
pub(super) async fn form_read(cx: Cx, Id(id): Id<Uuid>, _form: Form<Nothing>) -> Result<Response> {
    read(&cx, id).await?;
    Ok(extract::see_other(&cx.href("/notifications")))
}

pub(super) async fn form_read_all(cx: Cx, _form: Form<Nothing>) -> Result<Response> {
    read_all(&cx).await?;
    Ok(extract::see_other(&cx.href("/notifications")))
}

/// Marks one of the member's notifications read; a read one stays as it is.
///
/// # Errors
/// 404 for another's; the database's.
async fn read(cx: &Cx, id: Uuid) -> Result<NotificationView> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let row = sqlx::query_as!(
        Row,
        r#"update notify.notification set read_at = coalesce(read_at, $4) where workspace_id = $1 and id = $2 and member_id = $3
           returning id, kind, record_kind, record_id, href, arguments, repeats, created_at, read_at as "read_at: Instant""#,
        workspace,
        id,
        me,
        now as _
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let permit = cx.authorize(&READ, id, &["own"])?;
    tx.change("read", false, true);
    tx.commit(permit).await?;
    hint(cx)?;
    Ok(row.view(cx))
}

async fn read_all(cx: &Cx) -> Result<()> {
    let me = cx.member()?.id;
    let mut tx = cx.begin().await?;
    let permit = cx.authorize(&READ, me, &["own"])?;
    let (workspace, now) = (tx.workspace(), tx.now());
    let read = sqlx::query!(
        "update notify.notification set read_at = $3 where workspace_id = $1 and member_id = $2 and read_at is null",
        workspace,
        me,
        now as _
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    tx.change("unread", read, 0);
    tx.commit(permit).await?;
    hint(cx)
}

/// The member's other tabs and browsers count again.
fn hint(cx: &Cx) -> Result<()> {
    let account = cx.session()?.account_id;
    let workspace = cx.workspace()?.id;
    let hint = Hint::new(account, "notice", workspace, 0);
    cx.kernel.live.tell(hint);
    Ok(())
}
