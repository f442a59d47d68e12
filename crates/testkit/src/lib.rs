//! What tests stand on: the built program as a process with a database of its own, a client that
//! finds routes in the served document as any outside checker does, the steps of the marketplace's
//! path, a real browser and a real mail server.
//!
//! Everything here panics where something fails that a test relies on: the message says what.

pub mod api;
pub mod browser;
pub mod cluster;
pub mod party;
pub mod provider;
pub mod server;
pub mod smtp;
pub mod spec;

pub use api::{Answer, Api};
pub use browser::Browser;
pub use party::{Deal, Party};
pub use server::{Server, Setup};
pub use smtp::SmtpSink;
pub use spec::Spec;

/// The password of every account of the demo world.
pub const DEMO_PASSWORD: &str = "guildhall-demo-2026";
/// The marketplace's workspace in the demo world.
pub const MARKET: &str = "atelier";

/// Installs the cryptography that HTTP clients use; once is enough, more is harmless.
pub fn crypto() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// An id no other call uses, for keys and references.
#[must_use]
pub fn unique() -> String {
    base::id::new().to_string()
}
