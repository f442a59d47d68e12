//! A notification: something a member was told, unread until it is opened or marked.

mod list;
mod page;
mod read;

use axum::routing::{get, post};
use base::Instant;
use http::Method;
use kernel::{Cx, Error, Result, Route};
use serde::Serialize;
use serde_json::Value;
use ui::{Arg, Locale, text};
use uuid::Uuid;

type Say = fn(Locale, &str, &[(&str, Arg<'_>)]) -> String;

/// A notification as its member sees it, in their language.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NotificationView {
    /// Its id.
    pub id: Uuid,
    /// What kind of thing happened.
    pub kind: String,
    /// One line.
    pub title: String,
    /// A sentence or two.
    pub body: String,
    /// Path to the thing; it authorises its reader itself.
    pub href: String,
    /// Kind of the record it is about.
    pub record_kind: String,
    /// The record it is about.
    pub record_id: Uuid,
    /// How many equal ones it stands for.
    pub repeats: i32,
    /// When it happened last.
    pub created_at: Instant,
    /// When it was read.
    pub read_at: Option<Instant>,
}

/// How many notifications are unread.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct UnreadView {
    /// Their number.
    pub unread: i64,
}

struct Row {
    id: Uuid,
    kind: String,
    record_kind: String,
    record_id: Uuid,
    href: String,
    arguments: Value,
    repeats: i32,
    created_at: Instant,
    read_at: Option<Instant>,
}

impl Row {
    /// For programs: plain words.
    fn view(self, cx: &Cx) -> NotificationView {
        self.worded(cx, text::plain)
    }

    /// For a page: names in the words are isolated from the direction of the sentence.
    fn shown(self, cx: &Cx) -> NotificationView {
        self.worded(cx, text::tr)
    }

    fn worded(self, cx: &Cx, say: Say) -> NotificationView {
        let args = crate::kind::arguments(&self.arguments);
        let words = |part: &str| {
            say(
                cx.locale,
                &crate::kind::key(cx.locale, &self.kind, part),
                &args,
            )
        };
        NotificationView {
            title: words("title"),
            body: words("body"),
            id: self.id,
            kind: self.kind,
            href: self.href,
            record_kind: self.record_kind,
            record_id: self.record_id,
            repeats: self.repeats,
            created_at: self.created_at,
            read_at: self.read_at,
        }
    }
}

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::api(
            Method::GET,
            "/w/{workspace}/notifications",
            "notification.list",
            get(list::api_list),
        )
        .permission("notification.list")
        .query::<list::ListQuery>()
        .lists::<NotificationView>(),
        Route::api(
            Method::POST,
            "/w/{workspace}/notifications/{notification}/reading",
            "notification.read",
            post(read::api_read),
        )
        .permission("notification.read")
        .body::<kernel::input::Nothing>()
        .answers::<NotificationView>(200),
        Route::api(
            Method::POST,
            "/w/{workspace}/notifications/readings",
            "notification.read_all",
            post(read::api_read_all),
        )
        .permission("notification.read")
        .body::<kernel::input::Nothing>()
        .answers::<UnreadView>(200),
        Route::page(
            Method::GET,
            "/w/{workspace}/notifications",
            "notification.list",
            get(page::list_page),
        )
        .permission("notification.list"),
        Route::page(
            Method::POST,
            "/w/{workspace}/notifications/{notification}/opening",
            "notification.read",
            post(read::form_open),
        )
        .permission("notification.read"),
        Route::page(
            Method::POST,
            "/w/{workspace}/notifications/readings",
            "notification.read_all",
            post(read::form_read_all),
        )
        .permission("notification.read"),
    ]
}

/// How many notifications the member has not read.
///
/// # Errors
/// The database's; 404 for who is not a member.
pub(crate) async fn unread(cx: &Cx) -> Result<i64> {
    let me = cx.me().ok_or(Error::NotFound)?;
    let mut tx = cx.read().await?;
    let workspace = tx.workspace();
    let count = sqlx::query_scalar!(
        r#"select count(*) as "n!" from notify.notification where workspace_id = $1 and member_id = $2 and read_at is null"#,
        workspace,
        me
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.finish().await?;
    Ok(count)
}
