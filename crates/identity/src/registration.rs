//! Becoming an account: joining a workspace, founding one, or joining a further one. The answer to
//! a new and a known address is the same, and takes as long.

use crate::{account, link, mail, password, workspace};
use kernel::{Cx, Error, Fault, Input, Kernel, Reader, Result, Tx};
use serde_json::json;
use std::{sync::Arc, time::Duration};
use ui::Locale;
use uuid::Uuid;

/// How long an answer about an address takes at least; a registration at rest takes a third of it.
const EVENLY: Duration = Duration::from_millis(250);

/// Roles that a newcomer names, at most.
const ROLES_MOST: usize = 20;

/// A person who registers.
pub struct Person {
    /// The address as typed.
    pub email: String,
    /// Its canonical form.
    pub canonical: String,
    /// The password.
    pub password: String,
    /// The name shown to others.
    pub display_name: String,
    /// The language.
    pub locale: Option<&'static str>,
}

impl Person {
    fn read(r: &mut Reader) -> Self {
        let (email, canonical) = r.email("email");
        let person = Self {
            email,
            canonical,
            password: password::chosen(r, "password"),
            display_name: account::name(r),
            locale: r.choice_opt("locale", account::LOCALES),
        };
        r.agreed("accept_terms");
        person
    }
}

/// Registration in a workspace.
pub struct Registration {
    /// Who.
    pub person: Person,
    /// Keys of roles that are open: in a market `client`, `freelancer` or both; absent where none is.
    pub roles: Vec<String>,
}

impl Input for Registration {
    fn read(r: &mut Reader) -> Self {
        Self {
            person: Person::read(r),
            roles: r.lines("roles", 0, ROLES_MOST, 40),
        }
    }
}

/// Registration that founds a workspace.
pub struct Founding {
    /// Who: the first owner.
    pub person: Person,
    /// The workspace's name.
    pub workspace_name: String,
    /// Its name in paths.
    pub workspace_slug: String,
    /// Its currency.
    pub currency: base::Currency,
}

impl Input for Founding {
    fn read(r: &mut Reader) -> Self {
        let person = Person::read(r);
        let workspace_name = r.line("workspace_name", 1, 80);
        if account::leads_away(&workspace_name) {
            r.fault("workspace_name", "name_has_link");
        }
        let workspace_slug = r.line("workspace_slug", 3, 40);
        let shape = "^[a-z][a-z0-9-]{1,38}[a-z0-9]$";
        r.document("workspace_slug", json!({"pattern": shape}));
        if !workspace_slug.is_empty() && !is_slug(&workspace_slug) {
            r.fault("workspace_slug", "invalid_slug");
        }
        let currency = r.line_opt("currency", 3).map(|code| code.parse());
        r.document("currency", json!({"pattern": "^[A-Z]{3}$"}));
        let currency = match currency {
            None => base::Currency::DEFAULT,
            Some(Ok(known)) => known,
            Some(Err(_)) => {
                r.fault("currency", "unknown_currency");
                base::Currency::DEFAULT
            }
        };
        Self {
            person,
            workspace_name,
            workspace_slug,
            currency,
        }
    }
}

/// Whether the text can name a workspace in paths: small letters, digits and dashes.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    let bytes = text.as_bytes();
    (3..=40).contains(&bytes.len())
        && bytes[0].is_ascii_lowercase()
        && bytes[bytes.len() - 1] != b'-'
        && bytes
            .iter()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

fn language(cx: &Cx, person: &Person) -> Locale {
    person.locale.and_then(Locale::parse).unwrap_or(cx.locale)
}

/// Collects what is wrong with a person's password together with other faults.
async fn all_faults(kernel: &Kernel, person: &Person, mut faults: Vec<Fault>) -> Result<()> {
    if let Some(code) = password::refusal(
        kernel,
        &person.password,
        &person.canonical,
        &person.display_name,
    )
    .await?
    {
        faults.push(Fault::new("/password", code));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

fn split<T>(result: Result<T>) -> Result<(Option<T>, Vec<Fault>)> {
    match result {
        Ok(value) => Ok((Some(value), vec![])),
        Err(Error::Invalid(faults)) => Ok((None, faults)),
        Err(error) => Err(error),
    }
}

/// Registers a person in the workspace of the request: account, membership and roles in one
/// transaction, with a mail to confirm the address. A known address gets another mail instead.
///
/// # Errors
/// 422 for the roles and the password; 503 `busy` or `configuration_error`.
pub async fn register(cx: &Cx, input: &Registration) -> Result<()> {
    evenly(admit(cx, input)).await
}

/// An answer that tells nothing by when it comes: a new address costs more writes than a known one,
/// so neither is answered before this time has passed.
///
/// # Errors
/// Those of the work.
pub async fn evenly<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let (result, ()) = tokio::join!(work, tokio::time::sleep(EVENLY));
    result
}

async fn admit(cx: &Cx, input: &Registration) -> Result<()> {
    let (roles, faults) = split(workspace::chosen_roles(
        &workspace::open_roles(cx).await?,
        &input.roles,
    ))?;
    all_faults(&cx.kernel, &input.person, faults).await?;
    let roles = roles.unwrap_or_default();
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let mails = may_mail(cx, "exists", &input.person.canonical).await?;
    let hash = password::hash(&cx.kernel, &input.person.password).await?;
    let mut tx = cx.begin_system().await?;
    let account = match create(&mut tx, cx, &input.person, &hash).await? {
        Some(account) => {
            workspace::add_member(&mut tx, account, &input.person.display_name, &roles).await?;
            account
        }
        None => tell_known(&mut tx, cx, &input.person.canonical, mails).await?,
    };
    tx.commit(cx.own_account("auth.register", account)).await
}

/// Founds a workspace with a new account as its owner, where the operator allows it.
///
/// # Errors
/// 403 `founding_closed`, 409 `slug_taken`, 422 for the password; 503 `busy`.
pub async fn found(cx: &Cx, input: &Founding) -> Result<()> {
    evenly(begin(cx, input)).await
}

/// The refusal where only the operator sets up workspaces.
#[must_use]
pub fn closed() -> Error {
    Error::refused(403, "founding_closed")
}

async fn begin(cx: &Cx, input: &Founding) -> Result<()> {
    if !cx.kernel.config.open_founding {
        return Err(closed());
    }
    all_faults(&cx.kernel, &input.person, vec![]).await?;
    let mails = may_mail(cx, "exists", &input.person.canonical).await?;
    let hash = password::hash(&cx.kernel, &input.person.password).await?;
    let new = workspace::NewWorkspace {
        slug: input.workspace_slug.clone(),
        name: input.workspace_name.clone(),
        locale: language(cx, &input.person),
        currency: input.currency,
        products: vec!["market".to_owned()],
    };
    let mut inside = cx.clone();
    let planned = Arc::new(new.planned());
    inside.workspace = Some(planned.clone());
    let mut tx = inside.begin_system().await?;
    let Some(account) = create(&mut tx, cx, &input.person, &hash).await? else {
        // Nothing is founded for a known address; whether its name is free is told all the same.
        let taken = sqlx::query_scalar!(
            r#"select exists (select 1 from kernel.workspace where slug = $1) as "taken!""#,
            planned.slug
        )
        .fetch_one(&mut *tx)
        .await?;
        drop(tx);
        if taken {
            return Err(Error::conflict("slug_taken").at("/workspace_slug"));
        }
        let mut tx = cx.begin_system().await?;
        let known = tell_known(&mut tx, cx, &input.person.canonical, mails).await?;
        return tx.commit(cx.own_account("auth.register", known)).await;
    };
    workspace::found(&mut tx, &planned).await?;
    workspace::add_member(&mut tx, account, &input.person.display_name, &["owner"]).await?;
    tx.commit(inside.own_account("workspace.found", account))
        .await
}

/// Makes an account that waits for its address to be confirmed, with the mail for that. `None`:
/// the address has one already.
async fn create(tx: &mut Tx, cx: &Cx, person: &Person, hash: &str) -> Result<Option<Uuid>> {
    let now = tx.now();
    let locale = language(cx, person);
    let made = sqlx::query_scalar!(
        "insert into identity.account (id, email, email_canonical, password_hash, display_name, state, locale, terms_version, terms_accepted_at, created_at)
         values ($1, $2, $3, $4, $5, 'pending_verification', $6, $7, $8, $8)
         on conflict (email_canonical) do nothing returning id",
        base::id::new(),
        person.email,
        person.canonical,
        hash,
        person.display_name,
        locale.code(),
        account::TERMS_VERSION,
        now as _
    )
    .fetch_optional(&mut **tx)
    .await?;
    if let Some(account) = made {
        mail_verification(tx, cx, account, &person.email, &person.display_name, locale).await?;
    }
    Ok(made)
}

/// Queues the mail that confirms an address; earlier links are void.
///
/// # Errors
/// The database's.
pub async fn mail_verification(
    tx: &mut Tx,
    cx: &Cx,
    account: Uuid,
    email: &str,
    name: &str,
    locale: Locale,
) -> Result<()> {
    let now = tx.now();
    let link = link::create(tx, &cx.kernel, account, link::Purpose::Verify, now).await?;
    let letter = mail::Mail {
        workspace: None,
        to: email,
        locale,
        template: "verify",
        arguments: json!({"name": name}),
        path: "/links/{token}".to_owned(),
        link: Some(link),
    };
    mail::queue(tx, &cx.kernel, now, letter).await
}

/// Whether one more mail of a kind may go to an address: three in an hour. The count is taken for
/// every address alike.
///
/// # Errors
/// 503 when the counter is out of reach.
pub async fn may_mail(cx: &Cx, kind: &str, canonical: &str) -> Result<bool> {
    match limit_mail(cx, kind, canonical).await {
        Ok(()) => Ok(true),
        Err(error) if error.status_and_code().1 == "rate_limited" => Ok(false),
        Err(error) => Err(error),
    }
}

/// Refuses the fourth mail of a kind to an address within an hour.
///
/// # Errors
/// 429 `rate_limited`; 503 when the counter is out of reach.
pub async fn limit_mail(cx: &Cx, kind: &str, canonical: &str) -> Result<()> {
    let subject = data_encoding::HEXLOWER.encode(&base::secret::hash(canonical));
    cx.kernel
        .limits
        .check_named(&cx.kernel, "mail", "address", &format!("{kind}:{subject}"))
        .await
}

/// Tells the owner of a known address that someone registered with it.
async fn tell_known(tx: &mut Tx, cx: &Cx, canonical: &str, mails: bool) -> Result<Uuid> {
    let now = tx.now();
    let known = sqlx::query!("select id, email, display_name, locale, state from identity.account where email_canonical = $1", canonical)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(known) = known else {
        return Ok(Uuid::nil());
    };
    if mails
        && matches!(
            known.state.as_str(),
            "active" | "pending_verification" | "deletion_pending"
        )
    {
        let path = match &cx.workspace {
            Some(place) => format!("/w/{}/join", place.slug),
            None => "/login".to_owned(),
        };
        let letter = mail::Mail {
            workspace: None,
            to: &known.email,
            locale: Locale::parse(&known.locale).unwrap_or(Locale::En),
            template: "exists",
            arguments: json!({"name": known.display_name}),
            path,
            link: None,
        };
        mail::queue(tx, &cx.kernel, now, letter).await?;
    }
    Ok(known.id)
}

/// Roles chosen by an account that joins a further workspace.
pub struct Joining {
    /// Keys of roles that are open; absent where none is.
    pub roles: Vec<String>,
}

impl Input for Joining {
    fn read(r: &mut Reader) -> Self {
        Self {
            roles: r.lines("roles", 0, ROLES_MOST, 40),
        }
    }
}

/// The signed-in account joins the workspace of the request.
///
/// # Errors
/// 403 `email_unverified`, 409 `already_member`, 422 for the roles.
pub async fn join(cx: &Cx, input: &Joining) -> Result<Uuid> {
    let me = cx.session()?;
    if !me.verified {
        return Err(Error::Forbidden("email_unverified"));
    }
    let place = cx.workspace()?;
    let roles = workspace::chosen_roles(&workspace::open_roles(cx).await?, &input.roles)?;
    let roles: Vec<&str> = roles.iter().map(String::as_str).collect();
    let mut tx = cx.begin_system().await?;
    let member = workspace::add_member(&mut tx, me.account_id, &me.display_name, &roles).await?;
    tx.commit(cx.own_account("member.join", me.account_id))
        .await?;
    cx.kernel
        .cache
        .members
        .invalidate(&(place.id, me.account_id))
        .await;
    Ok(member)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain() {
        for good in ["atelier", "a-1", "abc"] {
            assert!(is_slug(good), "{good}");
        }
        for bad in [
            "",
            "ab",
            "1abc",
            "abc-",
            "Abc",
            "a_b",
            "a".repeat(41).as_str(),
            "آب",
        ] {
            assert!(!is_slug(bad), "{bad}");
        }
    }

    #[test]
    fn a_registration_takes_no_field_that_is_not_its_own() {
        let body = json!({"email": "a@x.test", "password": "purple-harbour-29", "display_name": "Ana", "locale": "en",
            "accept_terms": true, "roles": ["client"], "verified": true});
        let faults = Reader::json::<Registration>(body, base::Currency::USD)
            .err()
            .unwrap_or_default();
        assert_eq!(
            faults
                .iter()
                .map(|f| (f.pointer.as_str(), f.code))
                .collect::<Vec<_>>(),
            [("/verified", "unknown_field")]
        );
    }

    #[test]
    fn a_name_leads_nowhere() {
        for (name, codes) in [
            ("Ana", vec![]),
            ("Visit https://evil.test now", vec!["name_has_link"]),
            ("WWW.evil.test", vec!["name_has_link"]),
        ] {
            let body = json!({"email": "a@x.test", "password": "purple-harbour-29", "display_name": name, "accept_terms": true});
            let faults = Reader::json::<Registration>(body, base::Currency::USD)
                .err()
                .unwrap_or_default();
            let found: Vec<_> = faults.iter().map(|f| f.code).collect();
            assert_eq!(found, codes, "{name}");
        }
    }

    #[test]
    fn terms_must_be_accepted() {
        let body = json!({"email": "a@x.test", "password": "purple-harbour-29", "display_name": "Ana", "accept_terms": false});
        let faults = Reader::json::<Registration>(body, base::Currency::USD)
            .err()
            .unwrap_or_default();
        assert_eq!(
            faults
                .iter()
                .map(|f| (f.pointer.as_str(), f.code))
                .collect::<Vec<_>>(),
            [("/accept_terms", "required")]
        );
    }
}
