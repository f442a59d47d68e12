//! The way to the provider's hosted page and back. Card and account numbers are typed there and
//! never reach us; what comes back is a token, posted by the provider's page from its own origin.
//! The address it is posted to carries an attempt that only the session which began it can answer.

use data_encoding::BASE64URL_NOPAD;
use kernel::{Cx, Error, Input, Kernel, Reader, Result};
use ui::frame::Theme;

/// Where a person goes on after the hosted page.
pub(crate) struct Next {
    /// A page of this workspace: `/w/atelier/…`.
    pub next: Option<String>,
}

impl Input for Next {
    fn read(r: &mut Reader) -> Self {
        Self {
            next: r.line_opt("next", 500),
        }
    }
}

impl Next {
    /// The page to go on with, if it is one of this workspace.
    pub fn local(&self, cx: &Cx) -> Option<&str> {
        let next = self.next.as_deref()?;
        let plain =
            next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') && !next.contains("//");
        (plain && next.starts_with(&cx.href("/"))).then_some(next)
    }
}

fn message(cx: &Cx, kind: &str, next: &str) -> Result<Vec<u8>> {
    let session = cx.session()?.id;
    let workspace = cx.workspace()?.id;
    Ok(format!("ledger.attempt\0{kind}\0{session}\0{workspace}\0{next}").into_bytes())
}

/// The attempt of this session to bring back something of `kind`, then going on to `next`.
fn attempt(cx: &Cx, kind: &str, next: &str) -> Result<String> {
    Ok(BASE64URL_NOPAD.encode(&base::secret::hmac(
        cx.kernel.config.key(),
        &message(cx, kind, next)?,
    )))
}

/// 404 unless this very session began the attempt.
///
/// # Errors
/// Not found.
fn answered(cx: &Cx, kind: &str, next: &Next, given: &str) -> Result<()> {
    let given = BASE64URL_NOPAD
        .decode(given.as_bytes())
        .map_err(|_| Error::NotFound)?;
    let message = message(cx, kind, next.next.as_deref().unwrap_or(""))?;
    let known = cx
        .kernel
        .config
        .secret_keys
        .iter()
        .any(|key| base::secret::equal(&base::secret::hmac(&key.0, &message), &given));
    if known { Ok(()) } else { Err(Error::NotFound) }
}

/// The hosted page `page` (`fields`, `destinations`) of the provider, coming back to `path` below
/// the workspace.
///
/// # Errors
/// 503 `payment_unavailable`.
pub(crate) fn address(
    cx: &Cx,
    headers: &http::HeaderMap,
    page: &str,
    kind: &str,
    path: &str,
    next: &Next,
) -> Result<String> {
    let provider = cx.kernel.provider()?;
    let next = next.local(cx).unwrap_or("");
    let wrong = |_| Error::unavailable("payment_unavailable");
    let back = format!(
        "{}{}/{}",
        origin(&cx.kernel, headers),
        cx.href(path),
        attempt(cx, kind, next)?
    );
    let mut back = reqwest::Url::parse(&back).map_err(wrong)?;
    if !next.is_empty() {
        back.query_pairs_mut().append_pair("next", next);
    }
    let mut url = reqwest::Url::parse(&format!("{}/{page}", provider.url)).map_err(wrong)?;
    let theme = match cx.theme {
        Theme::Light => "light",
        Theme::Dark => "dark",
        Theme::System => "auto",
    };
    url.query_pairs_mut()
        .append_pair("return_to", back.as_str())
        .append_pair("locale", cx.locale.code())
        .append_pair("theme", theme);
    Ok(url.into())
}

/// What the hosted page brought back, if this session began the attempt.
///
/// # Errors
/// Not found, or 422 as the form says.
pub(crate) fn brought<T: Input + Send>(
    cx: &Cx,
    kind: &str,
    attempt: &str,
    next: &Next,
    form: kernel::Form<T>,
) -> Result<T> {
    answered(cx, kind, next, attempt)?;
    form.input.map_err(Error::Invalid)
}

/// On to where the person was going, else to `list` below the workspace.
pub(crate) fn go_on(cx: &Cx, next: &Next, list: &str) -> axum::response::Response {
    let list = cx.href(list);
    kernel::extract::see_other(next.local(cx).unwrap_or(&list))
}

/// The origin the browser is at: outside production any loopback name counts as ours, and the
/// session's cookie belongs to the name in use.
fn origin(kernel: &Kernel, headers: &http::HeaderMap) -> String {
    let host = headers
        .get(http::header::HOST)
        .and_then(|v| v.to_str().ok())
        .unwrap_or("");
    let name = host.split(':').next().unwrap_or("");
    let loopback = matches!(name, "localhost" | "127.0.0.1");
    if loopback
        && !kernel.config.environment.is_production()
        && kernel.base_url().starts_with("http://")
    {
        format!("http://{host}")
    } else {
        kernel.base_url().to_owned()
    }
}
