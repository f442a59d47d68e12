//! One click out of a kind of mail (RFC 8058): the address in a notice's `List-Unsubscribe` says
//! who and what, and is signed, so that it works without signing in and for nothing else.

use axum::{
    response::Response,
    routing::{get, post},
};
use http::Method;
use kernel::{Action, Cx, Error, Id, Kernel, Rate, Result, Route, page};
use maud::html;
use std::sync::Arc;
use ui::parts::{Banner, Button, FormPage, form_button};
use uuid::Uuid;

const STOP: Action = Action::new(
    "notification.unsubscribe",
    "notification_preference",
    "notification.preferences",
);
const PATH: &str = "/links/{token}/unsubscribe";

/// What one click switches off: mails of a kind, for a member.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Subscription {
    workspace: Uuid,
    member: Uuid,
    kind: String,
}

/// The path for a mail's header; none for what cannot be switched off.
pub(crate) fn path(key: &[u8], workspace: Uuid, member: Uuid, kind: &str) -> Option<String> {
    crate::KINDS.contains(&kind).then(|| {
        let what = format!("{}{}.{kind}", workspace.simple(), member.simple());
        format!("/links/{what}.{}/unsubscribe", mark(key, &what))
    })
}

fn mark(key: &[u8], what: &str) -> String {
    let full = base::secret::hmac(key, format!("unsubscribe:{what}").as_bytes());
    full.iter().take(16).map(|b| format!("{b:02x}")).collect()
}

fn read(key: &[u8], token: &str) -> Option<Subscription> {
    let (what, given) = token.rsplit_once('.')?;
    if !base::secret::equal(mark(key, what).as_bytes(), given.as_bytes()) {
        return None;
    }
    let (ids, kind) = what.split_once('.')?;
    Some(Subscription {
        workspace: ids.get(..32)?.parse().ok()?,
        member: ids.get(32..)?.parse().ok()?,
        kind: kind.to_owned(),
    })
}

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::page(Method::GET, PATH, "notification.unsubscribe", get(show)).public(),
        // Mail programs post here without an origin; the signed address is the proof.
        Route::page(Method::POST, PATH, "notification.unsubscribe", post(stop))
            .public()
            .rate(Rate::Free),
    ]
}

/// What an address says that was signed with the key in force or with an earlier one: mails are
/// older than keys.
fn read_any<'a>(keys: impl Iterator<Item = &'a [u8]>, token: &str) -> Option<Subscription> {
    keys.into_iter().find_map(|key| read(key, token))
}

fn found(cx: &Cx, token: &str) -> Result<Subscription> {
    let keys = cx.kernel.config.secret_keys.iter();
    read_any(keys.map(|key| key.0.as_slice()), token).ok_or(Error::NotFound)
}

async fn show(cx: Cx, Id(token): Id<String>) -> Result<Response> {
    let what = found(&cx, &token)?;
    let kind = cx.t(&format!("notify-kind-{}", what.kind.replace('_', "-")));
    let form = html! {
        p { (cx.tr("notify-unsubscribe-text", &[("kind", kind.into())])) }
        div.actions { (form_button(&format!("/links/{token}/unsubscribe"), None, &Button::primary(cx.t("notify-unsubscribe-act")), &[])) }
    };
    answer(&cx, form).await
}

async fn stop(cx: Cx, Id(token): Id<String>) -> Result<Response> {
    let what = found(&cx, &token)?;
    switch_off(&cx.kernel, &what).await?;
    let form = html! { (Banner::good(cx.t("notify-unsubscribed")).text(cx.t("notify-unsubscribed-text"))) };
    answer(&cx, form).await
}

async fn answer(cx: &Cx, form: maud::Markup) -> Result<Response> {
    let title = cx.t("notify-unsubscribe");
    let shown = FormPage {
        title: title.clone(),
        form,
        ..FormPage::default()
    };
    page::page(cx, title, html! { (shown) }).await
}

/// Mails of the kind end; the notice in the workspace stays.
async fn switch_off(kernel: &Arc<Kernel>, what: &Subscription) -> Result<()> {
    let cx = Cx::system_in(kernel, what.workspace, "unsubscribe").await?;
    let mut tx = cx.begin().await?;
    let permit = cx.authorize(&STOP, what.member, &[])?;
    sqlx::query!(
        "insert into notify.preference (workspace_id, member_id, kind, in_app, mail)
         select m.workspace_id, m.id, $3, true, false from kernel.member m where m.workspace_id = $1 and m.id = $2
         on conflict (workspace_id, member_id, kind) do update set mail = false",
        what.workspace,
        what.member,
        what.kind
    )
    .execute(&mut *tx)
    .await?;
    tx.change("mail", "on", "off");
    tx.commit(permit).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_addresses_are_read() {
        let (workspace, member) = (base::id::new(), base::id::new());
        let path = path(b"key", workspace, member, "offer_received").expect("a kind with a switch");
        let token = path.split('/').nth(2).expect("the token");
        let read_back = read(b"key", token).expect("our own");
        assert_eq!(
            (
                read_back.workspace,
                read_back.member,
                read_back.kind.as_str()
            ),
            (workspace, member, "offer_received")
        );
        assert_eq!(read(b"other", token), None);
        let keys = |all: &'static [&'static [u8]]| read_any(all.iter().copied(), token);
        assert_eq!(keys(&[b"new", b"key"]), Some(read_back));
        assert_eq!(keys(&[b"new", b"other"]), None);
        assert_eq!(
            read(b"key", &token.replace("offer_received", "review_received")),
            None
        );
        for broken in ["", ".", "a.b.c", "é.é"] {
            assert_eq!(read(b"key", broken), None);
        }
        assert_eq!(super::path(b"key", workspace, member, "security_x"), None);
    }
}
