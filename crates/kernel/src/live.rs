//! Live hints to browsers: which account should look again at what. The hint carries kind, id and
//! version only; the page fetches again and is authorised then. Processes tell each other with a
//! few notices a second, outside of any command's transaction.

use serde::{Deserialize, Serialize};
use std::sync::Mutex;
use tokio::sync::broadcast;
use uuid::Uuid;

/// Something changed for an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Hint {
    /// Whose browsers it concerns.
    pub account: Uuid,
    /// Kind of the record: `notice`, `contract`, …
    pub kind: String,
    /// The record.
    pub id: Uuid,
    /// Its version.
    pub version: i64,
}

impl Hint {
    /// The kind of a hint that a session of the account ended: its streams end with it.
    pub const SESSION: &'static str = "session";
}

/// The hints of this process: those to send out, and those that arrive.
pub struct Live {
    outgoing: Mutex<Vec<Hint>>,
    incoming: broadcast::Sender<Hint>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            outgoing: Mutex::default(),
            incoming: broadcast::channel(1024).0,
        }
    }
}

impl Live {
    /// Tells every process, soon, to hint the account's browsers.
    pub fn tell(&self, hint: Hint) {
        if let Ok(mut outgoing) = self.outgoing.lock()
            && outgoing.len() < 10_000
        {
            outgoing.push(hint);
        }
    }
    /// Takes what is to be sent out.
    #[must_use]
    pub fn drain(&self) -> Vec<Hint> {
        self.outgoing
            .lock()
            .map(|mut o| std::mem::take(&mut *o))
            .unwrap_or_default()
    }
    /// Receives what arrives from any process.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Hint> {
        self.incoming.subscribe()
    }
    /// Hands an arrived hint to this process's browsers.
    pub fn arrived(&self, hint: Hint) {
        // Nobody listening is no fault.
        let _ = self.incoming.send(hint);
    }
}
