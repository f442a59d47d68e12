//! A notification: something a member was told, unread until it is opened or marked.

mod about;
mod address;
mod list;
mod page;
mod read;

use axum::routing::{get, post};
use base::Instant;
use http::Method;
use kernel::{Cx, Error, Result, Route, product::Told};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use ui::{Arg, Locale, parts::Banner, text};
use uuid::Uuid;

pub(crate) use about::About;

type Say = fn(Locale, &str, &[(&str, Arg<'_>)]) -> String;

/// A notification as its member sees it, in their language.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct NotificationView {
    /// Its id.
    pub id: Uuid,
    /// What kind of thing happened.
    pub kind: String,
    /// What it is about: `projects`, `proposals`, `contracts`, `deliveries`, `money`, `reviews`, `other`.
    pub about: String,
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
        let args = crate::kind::arguments(cx.locale, &self.arguments);
        let words = |part: &str| {
            say(
                cx.locale,
                &crate::kind::key(cx.locale, &self.kind, part),
                &args,
            )
        };
        let open = about::still_open(cx, &self.record_kind);
        NotificationView {
            title: if open {
                words("title")
            } else {
                cx.t("notify-closed")
            },
            body: if open {
                words("body")
            } else {
                cx.t("notify-closed-text")
            },
            id: self.id,
            about: about::About::of(&self.kind).code().to_owned(),
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
    let mut routes = address::routes();
    routes.extend([
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
        Route::page(
            Method::POST,
            "/w/{workspace}/notifications/{notification}/reading",
            "notification.mark_read",
            post(read::form_read),
        )
        .permission("notification.read"),
    ]);
    routes
}

/// How many notifications the member has not read.
///
/// # Errors
/// The database's; 404 for who is not a member.
pub(crate) async fn unread(cx: &Cx) -> Result<i64> {
    let mut tx = cx.read_records().await?;
    let (unread, _) = standing(cx, &mut tx).await?;
    tx.finish().await?;
    Ok(unread)
}

/// The same for the frame, with a banner when mail does not reach the member.
///
/// # Errors
/// As [`unread`].
pub(crate) async fn told(cx: &Cx, connection: &mut PgConnection) -> Result<Told> {
    let (unread, address) = standing(cx, connection).await?;
    let banner = address.map(|address| {
        Banner::bad(cx.t("notify-unreachable"))
            .text(cx.tr("notify-unreachable-text", &[("address", address.into())]))
            .action(
                cx.t("notify-unreachable-mend"),
                cx.href("/notifications/address"),
            )
    });
    Ok(Told { unread, banner })
}

/// The count, and the member's own address if a mail server refused it for good.
async fn standing(cx: &Cx, connection: &mut PgConnection) -> Result<(i64, Option<String>)> {
    let me = cx.me().ok_or(Error::NotFound)?;
    let workspace = cx.workspace()?.id;
    let row = sqlx::query!(
        r#"select (select count(*) from notify.notification where workspace_id = $1 and member_id = $2 and read_at is null) as "n!",
             notify.unreachable($2) as "address?""#,
        workspace,
        me
    )
    .fetch_one(connection)
    .await?;
    Ok((row.n, row.address))
}
