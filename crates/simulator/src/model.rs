//! The provider's objects. A `…Face` is what the API shows; the rest of an object stays inside.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::bank::BankDoes;
use crate::card::CardDoes;

/// A saved card as others see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MethodFace {
    pub(crate) id: String,
    pub(crate) brand: String,
    pub(crate) last4: String,
    pub(crate) exp_month: u8,
    pub(crate) exp_year: u16,
    pub(crate) customer: Option<String>,
    pub(crate) status: MethodStatus,
    pub(crate) created_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MethodStatus {
    Active,
    Detached,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Method {
    pub(crate) face: MethodFace,
    pub(crate) does: CardDoes,
}

/// A bank account as others see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DestinationFace {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) last4: String,
    pub(crate) holder: String,
    pub(crate) country: String,
    pub(crate) currency: String,
    pub(crate) created_at: Timestamp,
    #[serde(default)]
    pub(crate) kind: DestinationKind,
}

/// A bank account takes days; a debit card can be paid at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DestinationKind {
    #[default]
    Bank,
    Card,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Destination {
    pub(crate) face: DestinationFace,
    pub(crate) does: BankDoes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaymentStatus {
    Succeeded,
    Processing,
    RequiresAction,
    Failed,
}

/// A payment as others see it, but for its next action, whose address depends on where we listen.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PaymentFace {
    pub(crate) id: String,
    pub(crate) reference: Uuid,
    pub(crate) payment_method: String,
    pub(crate) status: PaymentStatus,
    pub(crate) amount_minor: i64,
    pub(crate) currency: String,
    pub(crate) fee_minor: i64,
    pub(crate) net_minor: i64,
    pub(crate) refunded_minor: i64,
    pub(crate) disputed_minor: i64,
    pub(crate) failure_code: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Payment {
    pub(crate) face: PaymentFace,
    /// Whether it will be disputed once it has succeeded.
    pub(crate) disputed: bool,
    /// Whether its refunds fail.
    pub(crate) refund_fails: bool,
    /// The random part of its action page.
    pub(crate) action: Option<String>,
    pub(crate) return_url: Option<String>,
    pub(crate) locale: Option<String>,
    /// When it moves by itself: capture, end of the action, dispute, by its status.
    pub(crate) due: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefundStatus {
    Succeeded,
    Failed,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) reference: Uuid,
    pub(crate) payment: String,
    pub(crate) payment_reference: Uuid,
    pub(crate) amount_minor: i64,
    pub(crate) currency: String,
    pub(crate) status: RefundStatus,
    pub(crate) failure_code: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PayoutStatus {
    Processing,
    Paid,
    Returned,
    Failed,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PayoutFace {
    pub(crate) id: String,
    pub(crate) reference: Uuid,
    pub(crate) destination: String,
    pub(crate) amount_minor: i64,
    pub(crate) currency: String,
    pub(crate) status: PayoutStatus,
    pub(crate) failure_code: Option<String>,
    pub(crate) arrival_at: Timestamp,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Payout {
    pub(crate) face: PayoutFace,
    /// Whether it comes back after it was paid.
    pub(crate) returns: bool,
    /// When it moves by itself: paid or failed while processing, returned once paid.
    pub(crate) due: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) payment: String,
    pub(crate) payment_reference: Uuid,
    pub(crate) amount_minor: i64,
    pub(crate) fee_minor: i64,
    pub(crate) currency: String,
    pub(crate) reason: String,
    pub(crate) status: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// An event as others see it; its bytes are what webhooks carry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EventFace {
    pub(crate) id: String,
    pub(crate) seq: u64,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) created_at: Timestamp,
    pub(crate) data: EventData,
}

/// The facts of an event's object at the moment of the event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EventData {
    pub(crate) object: String,
    pub(crate) id: String,
    pub(crate) reference: Uuid,
    pub(crate) status: String,
    pub(crate) amount_minor: i64,
    pub(crate) currency: String,
    pub(crate) failure_code: Option<String>,
    pub(crate) payment: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) face: EventFace,
    /// How often it is to be posted; 0 for a lost one.
    pub(crate) copies: u8,
    /// A late one is not posted before this, on the business clock.
    pub(crate) not_before: Option<Timestamp>,
    /// When it was made, on the wall clock: posting it is given up a day later.
    pub(crate) kept_at: Timestamp,
}

/// What the next call of the fitting kind meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Next {
    Decline,
    ActionRequired,
    Timeout,
    LoseEvent,
    DoubleEvent,
    LateEvent,
    ReturnPayout,
    Dispute,
    WinDispute,
    LoseDispute,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) next: Next,
    pub(crate) count: u32,
}

/// One change of the state; a journal line holds all changes of one call.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum Op {
    Method {
        object: Method,
    },
    Destination {
        object: Destination,
    },
    Payment {
        object: Payment,
    },
    Refund {
        object: Refund,
    },
    Payout {
        object: Payout,
    },
    Dispute {
        object: Dispute,
    },
    Event {
        object: Event,
    },
    /// A webhook is done with: taken by the other side, or given up.
    Sent {
        seq: u64,
        given_up: bool,
    },
    Key {
        key: String,
        hash: String,
        object: String,
    },
    Next {
        waiting: Vec<Waiting>,
    },
    Clock {
        now: Timestamp,
    },
}
