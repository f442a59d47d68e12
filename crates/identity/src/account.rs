//! An account as its owner sees and changes it: name, language, theme, password.

use crate::{guard, mail, password, session, signin};
use base::Instant;
use kernel::{Cx, Error, Fault, Input, Kernel, Reader, Result};
use serde::Serialize;
use serde_json::json;
use session::{Carrier, Started};
use ui::Locale;
use uuid::Uuid;

/// Version of the terms that a registration accepts.
pub const TERMS_VERSION: &str = "2026-11";
/// Languages an account may choose.
pub const LOCALES: &[&str] = &["en", "ar"];
/// Themes an account may choose.
pub const THEMES: &[&str] = &["system", "light", "dark"];

/// Reads a person's name. It stands in mails to addresses nobody has proved yet, where one that
/// leads somewhere would be a stranger's advertisement sent by us.
pub fn name(r: &mut Reader) -> String {
    let name = r.line("display_name", 1, 80);
    if leads_away(&name) {
        r.fault("display_name", "name_has_link");
    }
    name
}

/// Whether programs that show mail would make a link of a part of this.
#[must_use]
pub fn leads_away(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("://") || name.contains("www.")
}

/// The signed-in account.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AccountView {
    /// Its id.
    pub id: Uuid,
    /// Its address.
    pub email: String,
    /// Its name; each workspace knows a member by their own.
    pub display_name: String,
    /// `pending_verification` or `active`.
    pub state: String,
    /// `en` or `ar`.
    pub locale: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// Whether it runs this installation.
    pub is_operator: bool,
    /// When it registered.
    pub created_at: Instant,
    /// When it was last signed in to.
    pub last_sign_in_at: Option<Instant>,
    /// From which network address.
    pub last_sign_in_network: Option<String>,
    /// For `If-Match`.
    pub version: i64,
}

/// The account that asks.
///
/// # Errors
/// 401, the database's.
pub async fn show(cx: &Cx) -> Result<AccountView> {
    let id = cx.session()?.account_id;
    let mut tx = cx.begin_system().await?;
    let view = sqlx::query_as!(
        AccountView,
        "select id, email, display_name, state, locale, theme, is_operator, created_at, last_sign_in_at, last_sign_in_network, version
         from identity.account where id = $1",
        id
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.finish().await?;
    view.ok_or(Error::Unauthenticated)
}

/// What identifies an account to whoever holds a link about it.
pub struct Made {
    /// The name.
    pub display_name: String,
    /// When it registered.
    pub created_at: Instant,
}

/// How an account was made.
///
/// # Errors
/// 404, the database's.
pub async fn made(cx: &Cx, account: Uuid) -> Result<Made> {
    let mut tx = cx.begin_system().await?;
    let made = sqlx::query_as!(
        Made,
        "select display_name, created_at from identity.account where id = $1",
        account
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.finish().await?;
    made.ok_or(Error::NotFound)
}

/// A change of name, language and theme.
pub struct AccountEdit {
    /// The name.
    pub display_name: String,
    /// The language.
    pub locale: &'static str,
    /// The theme.
    pub theme: &'static str,
}

impl Input for AccountEdit {
    fn read(r: &mut Reader) -> Self {
        Self {
            display_name: name(r),
            locale: r.choice("locale", LOCALES),
            theme: r.choice("theme", THEMES),
        }
    }
}

/// Changes the asking account, if it still has `version`.
///
/// # Errors
/// 412 `stale`.
pub async fn update(cx: &Cx, version: i64, edit: &AccountEdit) -> Result<()> {
    let id = cx.session()?.account_id;
    let mut tx = cx.begin_system().await?;
    let before = sqlx::query!(
        "update identity.account a set display_name = $3, locale = $4, theme = $5, version = a.version + 1
         from identity.account b where a.id = $1 and b.id = a.id and a.version = $2 and b.version = $2
         returning b.display_name, b.locale, b.theme",
        id,
        version,
        edit.display_name,
        edit.locale,
        edit.theme
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| Error::refused(412, "stale"))?;
    if before.display_name != edit.display_name {
        tx.change_masked("display_name");
    }
    tx.differs("locale", before.locale.as_str(), edit.locale);
    tx.differs("theme", before.theme.as_str(), edit.theme);
    tx.commit(cx.own_account("account.update", id)).await?;
    session::refresh(&cx.kernel, id).await
}

/// A choice of language or theme, of anyone.
pub struct Preferences {
    /// The language, where it changes.
    pub locale: Option<&'static str>,
    /// The theme, where it changes.
    pub theme: Option<&'static str>,
    /// Path to return to.
    pub return_to: Option<String>,
}

impl Input for Preferences {
    fn read(r: &mut Reader) -> Self {
        Self {
            locale: r.choice_opt("locale", LOCALES),
            theme: r.choice_opt("theme", THEMES),
            return_to: r.line_opt("return_to", 2_000),
        }
    }
}

/// Keeps a signed-in person's choice with the account; a visitor's is a cookie alone.
///
/// # Errors
/// The database's.
pub async fn prefer(cx: &Cx, chosen: &Preferences) -> Result<()> {
    let Some(me) = &cx.session else { return Ok(()) };
    let mut tx = cx.begin_system().await?;
    let before = sqlx::query!(
        "update identity.account a set locale = coalesce($2, a.locale), theme = coalesce($3, a.theme), version = a.version + 1
         from identity.account b where a.id = $1 and b.id = a.id returning b.locale, b.theme",
        me.account_id,
        chosen.locale,
        chosen.theme
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::Unauthenticated)?;
    tx.differs(
        "locale",
        before.locale.as_str(),
        chosen.locale.unwrap_or(&before.locale),
    );
    tx.differs(
        "theme",
        before.theme.as_str(),
        chosen.theme.unwrap_or(&before.theme),
    );
    tx.commit(cx.own_account("account.update", me.account_id))
        .await?;
    session::refresh(&cx.kernel, me.account_id).await
}

/// A change of password.
pub struct PasswordChange {
    /// The one in force.
    pub current_password: String,
    /// The one wanted.
    pub password: String,
    /// Stay signed in elsewhere; otherwise all other sessions end.
    pub keep_others: bool,
}

impl Input for PasswordChange {
    fn read(r: &mut Reader) -> Self {
        Self {
            current_password: r.secret("current_password", 1_000),
            password: password::chosen(r, "password"),
            keep_others: r.flag("keep_others"),
        }
    }
}

/// Changes the password of the asking account. Its session is replaced by a new one, the others
/// end unless they are kept, and a notice is mailed.
///
/// # Errors
/// 422 `current_password_wrong` (which is counted and locks), `password_same` and the
/// reasons of the rule; 429 `too_many_attempts`; 503 `busy`.
pub async fn change_password(
    cx: &Cx,
    change: &PasswordChange,
    carrier: Carrier,
) -> Result<Started> {
    let me = cx.session()?;
    let kernel = &cx.kernel;
    let account = prove(cx, "password.change", &change.current_password).await?;
    if change.password == change.current_password {
        return Err(Error::invalid("/password", "password_same"));
    }
    accept(
        kernel,
        &change.password,
        &account.email_canonical,
        &account.display_name,
    )
    .await?;
    let hash = password::hash(kernel, &change.password).await?;

    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    guard::clear(&mut tx, &account.subject).await?;
    let changed = sqlx::query!(
        "update identity.account set password_hash = $3, version = version + 1 where id = $1 and password_hash = $2",
        me.account_id,
        account.password_hash,
        hash
    )
    .execute(&mut *tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(Error::invalid(
            "/current_password",
            "current_password_wrong",
        ));
    }
    let mut ended = vec![];
    if change.keep_others {
        ended.extend(session::stop(&mut tx, me.id, now).await?);
    } else {
        ended = session::stop_all(&mut tx, me.account_id, None, now).await?;
    }
    let started = session::start(
        &mut tx,
        cx,
        now,
        me.account_id,
        account.is_operator,
        carrier,
        &mut ended,
    )
    .await?;
    let letter = mail::Mail {
        workspace: None,
        to: &account.email,
        locale: Locale::parse(&account.locale).unwrap_or(Locale::En),
        template: "password-changed",
        arguments: json!({"network": &*cx.network}),
        path: "/forgot".to_owned(),
        link: None,
    };
    mail::queue(&mut tx, kernel, now, letter).await?;
    tx.change("sessions_ended", 0, ended.len());
    tx.commit(cx.own_account("password.change", me.account_id))
        .await?;
    session::forget(kernel, me.account_id, &ended).await;
    Ok(started)
}

/// The asking account, having proved its password. While this lives, no other guess is checked.
pub struct Proved {
    /// The address.
    pub email: String,
    /// Its canonical form.
    pub email_canonical: String,
    /// The name.
    pub display_name: String,
    /// The hash the password fits.
    pub password_hash: String,
    /// The language.
    pub locale: String,
    /// Whether it runs this installation.
    pub is_operator: bool,
    /// Whose failures are counted.
    pub subject: Vec<u8>,
    _turn: tokio::sync::OwnedMutexGuard<()>,
}

/// Proves the asking account's password for an action. Wrong ones are counted and lock it as those
/// of a sign-in do, but apart from them: a stranger cannot keep the owner out of their own account.
///
/// # Errors
/// 422 `current_password_wrong` at `/current_password`, 429 `too_many_attempts`, 503 `busy`.
pub async fn prove(cx: &Cx, action: &'static str, given: &str) -> Result<Proved> {
    let me = cx.session()?;
    let mut tx = cx.begin_system().await?;
    let account = sqlx::query!(
        "select email, email_canonical, display_name, password_hash, locale, is_operator from identity.account where id = $1",
        me.account_id
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::Unauthenticated)?;
    tx.finish().await?;
    let subject = guard::signed_in(me.account_id);
    let turn = guard::turn(&subject).await?;
    let mut tx = cx.begin_system().await?;
    let now = tx.now();
    guard::admit(&mut tx, &subject, now)
        .await
        .inspect_err(|e| turned_away(cx, action, me.account_id, e))?;
    tx.finish().await?;
    let known = Some(account.password_hash.clone());
    let verdict = password::verify(&cx.kernel, given, known).await?;
    if !verdict.right {
        let mut tx = cx.begin_system().await?;
        let now = tx.now();
        if let Some(seconds) = guard::fail(&mut tx, &subject, now).await? {
            signin::lock_noted(&mut tx, cx, me.account_id, seconds).await?;
        }
        tx.commit(cx.own_account(action, me.account_id).failed())
            .await?;
        return Err(Error::invalid(
            "/current_password",
            "current_password_wrong",
        ));
    }
    Ok(Proved {
        email: account.email,
        email_canonical: account.email_canonical,
        display_name: account.display_name,
        password_hash: account.password_hash,
        locale: account.locale,
        is_operator: account.is_operator,
        subject,
        _turn: turn,
    })
}

/// Has an attempt audited that was turned away before any password was compared, or after the right
/// one: what the caller's transaction would have written is gone with it.
pub(crate) fn turned_away(cx: &Cx, action: &'static str, account: Uuid, error: &Error) {
    let (status, code) = error.status_and_code();
    if status.is_client_error() {
        cx.kernel.denials.turned_away(cx, action, account, code);
    }
}

/// Refuses a password that breaks the rule, at `/password` with its reason.
///
/// # Errors
/// 422 with the reason, 503 `busy`.
pub async fn accept(kernel: &Kernel, password: &str, email: &str, name: &str) -> Result<()> {
    match password::refusal(kernel, password, email, name).await? {
        Some(code) => Err(Error::Invalid(vec![Fault::new("/password", code)])),
        None => Ok(()),
    }
}
