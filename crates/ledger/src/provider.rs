//! The payment provider behind a port: what we ask of any provider, and what we tell apart when a
//! call goes wrong. The simulator is the one adapter.

pub(crate) mod breaker;
pub mod events;
pub(crate) mod inbox;
pub(crate) mod poll;
pub(crate) mod simulator;

pub use poll::{next_due, poll, sync};

use kernel::{BoxFuture, Error, Kernel, Result};
use serde::Deserialize;
use uuid::Uuid;

/// Why a call did not bring an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// The provider said no, with its code; nothing was made.
    Refused(String),
    /// There is no such object.
    Unknown,
    /// The request certainly did not arrive.
    Unreachable,
    /// It may have been done: look it up by our reference, never repeat it blindly.
    Unsure,
    /// The same, because no answer came in time.
    TimedOut,
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Unknown => Self::NotFound,
            CallError::Refused(code) => {
                tracing::warn!(key = "provider.refused", code);
                Self::unavailable("payment_unavailable")
            }
            CallError::Unreachable | CallError::Unsure => Self::unavailable("payment_unavailable"),
            CallError::TimedOut => Self::refused(504, "upstream_timeout"),
        }
    }
}

/// With what a command that waits for the provider answers when it cannot be had.
pub(crate) const SILENT: &[(u16, &str)] =
    &[(503, "payment_unavailable"), (504, "upstream_timeout")];

/// What a call brings.
pub type Called<T> = std::result::Result<T, CallError>;

/// A charge to be made.
#[derive(Debug, Clone)]
pub struct NewCharge {
    /// Our payment's id: reference and idempotency key.
    pub payment_id: Uuid,
    /// The method's token.
    pub method_token: String,
    /// Minor units.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Where the payer comes back to after a challenge.
    pub return_url: Option<String>,
    /// Language of the challenge page.
    pub locale: &'static str,
}

/// A charge as the provider has it.
#[derive(Debug, Clone, Deserialize)]
pub struct Charge {
    /// The provider's id.
    pub id: String,
    /// `succeeded`, `processing`, `requires_action` or `failed`.
    pub status: String,
    /// Minor units charged.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// What the provider kept.
    pub fee_minor: i64,
    /// Why it failed.
    pub failure_code: Option<String>,
    /// Where the payer must go.
    pub next_action: Option<NextAction>,
}

/// Where the payer must go for the challenge.
#[derive(Debug, Clone, Deserialize)]
pub struct NextAction {
    /// A page of the provider.
    pub url: String,
}

/// A saved method as the provider has it: never a card number.
#[derive(Debug, Clone, Deserialize)]
pub struct MethodDetails {
    /// The token.
    pub id: String,
    /// `visa`, …
    pub brand: String,
    /// Last four digits.
    pub last4: String,
    /// Month of expiry.
    pub exp_month: i32,
    /// Year of expiry.
    pub exp_year: i32,
}

/// A refund as the provider has it.
#[derive(Debug, Clone, Deserialize)]
pub struct RefundFact {
    /// The provider's id.
    pub id: String,
    /// `succeeded` or `failed`.
    pub status: String,
    /// Why it failed.
    pub failure_code: Option<String>,
}

/// A bank account as the provider has it.
#[derive(Debug, Clone, Deserialize)]
pub struct DestinationDetails {
    /// The token.
    pub id: String,
    /// `bank`, or `card` for a debit card that can be paid at once.
    #[serde(default = "bank")]
    pub kind: String,
    /// The last four digits of its number.
    pub last4: String,
    /// ISO 3166 code.
    pub country: String,
    /// ISO 4217 code.
    pub currency: String,
}

fn bank() -> String {
    "bank".to_owned()
}

/// A payout as the provider has it.
#[derive(Debug, Clone, Deserialize)]
pub struct PayoutFact {
    /// The provider's id.
    pub id: String,
    /// `processing`, `paid`, `returned` or `failed`.
    pub status: String,
    /// Why it failed or came back.
    pub failure_code: Option<String>,
}

/// A chargeback as the provider has it.
#[derive(Debug, Clone, Deserialize)]
pub struct DisputeFact {
    /// The provider's id.
    pub id: String,
    /// `open`, `won` or `lost`.
    pub status: String,
    /// What the payer's bank says: `fraudulent`, …
    pub reason: String,
    /// Our payment.
    pub payment_reference: String,
    /// Minor units the provider took.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
}

/// What we ask of a provider. Every sum and fee in the answers is the provider's own figure.
pub trait Provider: Send + Sync {
    /// Makes a charge; the same payment again gives the charge made before.
    fn charge<'a>(&'a self, new: &'a NewCharge) -> BoxFuture<'a, Called<Charge>>;
    /// The charge of our payment, if one was ever made.
    fn find_charge(&self, payment: Uuid) -> BoxFuture<'_, Called<Option<Charge>>>;
    /// What may be shown of a method.
    fn method<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Called<MethodDetails>>;
    /// Ties a method to our member.
    fn attach<'a>(&'a self, token: &'a str, member: Uuid) -> BoxFuture<'a, Called<()>>;
    /// Lets no new charge use the method.
    fn detach<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Called<()>>;
    /// Gives back part of a charge; `attempt` is part of the key, because a failed one is final.
    fn refund<'a>(
        &'a self,
        refund: Uuid,
        attempt: i32,
        charge: &'a str,
        amount_minor: i64,
    ) -> BoxFuture<'a, Called<RefundFact>>;
    /// All tries of our refund.
    fn find_refunds(&self, refund: Uuid) -> BoxFuture<'_, Called<Vec<RefundFact>>>;
    /// What may be shown of a bank account.
    fn destination<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Called<DestinationDetails>>;
    /// Sends money out; the same payout again gives the one made before.
    fn payout<'a>(
        &'a self,
        payout: Uuid,
        destination: &'a str,
        amount_minor: i64,
        currency: &'a str,
        instant: bool,
    ) -> BoxFuture<'a, Called<PayoutFact>>;
    /// The provider's payout of ours, if one was ever made.
    fn find_payout(&self, payout: Uuid) -> BoxFuture<'_, Called<Option<PayoutFact>>>;
    /// A chargeback by the provider's id.
    fn dispute<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Called<DisputeFact>>;
}

/// The provider of this process.
///
/// # Errors
/// 503 `payment_unavailable` without a provider.
pub(crate) fn port(kernel: &Kernel) -> Result<Box<dyn Provider>> {
    Ok(Box::new(simulator::Simulator::new(kernel)?))
}

/// Whether charges are likely to be answered now: one is configured and its circuit is closed.
///
/// # Errors
/// 503 `payment_unavailable`.
pub(crate) fn ready(kernel: &Kernel) -> Result<()> {
    let provider = kernel.provider()?;
    if breaker::closed(&provider.url) {
        Ok(())
    } else {
        Err(Error::unavailable("payment_unavailable"))
    }
}
