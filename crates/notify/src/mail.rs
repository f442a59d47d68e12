//! Mail: rendered from its row at the moment it is sent or looked at, in the recipient's language.

mod purge;
mod render;
mod send;
mod sink;

pub(crate) use purge::tick as purge;
pub use send::{reachable, send_due};
pub use sink::{SunkMail, sink};

use base::Instant;
use kernel::Kernel;
use serde_json::Value;
use ui::Locale;
use uuid::Uuid;

/// A mail as it lies in the outbox.
#[derive(Debug, Clone)]
struct Mail {
    id: Uuid,
    workspace_id: Option<Uuid>,
    dedup: String,
    to_address: String,
    locale: String,
    template: String,
    arguments: Value,
    path: String,
    link_id: Option<Uuid>,
    /// Name of the key from which the link's token is derived.
    link_key: Option<String>,
    created_at: Instant,
}

impl Mail {
    fn locale(&self) -> Locale {
        Locale::parse(&self.locale).unwrap_or(Locale::En)
    }
    /// Where one click ends mails of this kind; none for what has no switch.
    fn unsubscribe(&self, key: &[u8]) -> Option<String> {
        let kind = self.template.strip_prefix("notice-")?;
        let member = self.dedup.rsplit('/').next()?.parse().ok()?;
        crate::unsubscribe::path(key, self.workspace_id?, member, kind)
    }
    /// Notices may be switched off; mail about the account itself may not.
    fn is_notice(&self) -> bool {
        self.template.starts_with("notice-")
    }
}

/// The name part and address mail comes from: `GUILDHALL_MAIL_FROM`, else no-reply at the host of
/// the base address.
fn from_address(kernel: &Kernel) -> (String, String) {
    let host = host(kernel.base_url());
    let set = std::env::var("GUILDHALL_MAIL_FROM")
        .ok()
        .filter(|v| base::text::email(v).is_some());
    (
        "Guildhall".to_owned(),
        set.unwrap_or_else(|| format!("no-reply@{host}")),
    )
}

/// The host of an address, or a stand-in where it is a number or has no dot.
fn host(base_url: &str) -> String {
    let rest = base_url
        .split_once("://")
        .map_or(base_url, |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or("");
    let named =
        host.contains('.') && !host.starts_with('[') && host.parse::<std::net::IpAddr>().is_err();
    if named {
        host.to_owned()
    } else {
        "guildhall.localhost".to_owned()
    }
}
