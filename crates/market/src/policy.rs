//! The marketplace's first values, in one place, and small readings shared by its nouns.

use base::Money;
use kernel::Result;

/// Days after which an unanswered offer lapses.
pub const OFFER_DAYS: i64 = 7;
/// Days without activity after which an open project expires.
pub const EXPIRY_DAYS: i64 = 30;
/// Days before its expiry at which the owner is warned.
pub const EXPIRY_WARNING_DAYS: i64 = 5;
/// Days a client has to look at a delivery before it counts as approved.
pub const MILESTONE_REVIEW_DAYS: i64 = 14;
/// Days after which silence counts as the other party's sign-off.
pub const SIGN_OFF_DAYS: i64 = 7;
/// Days after completion in which the parties may review each other.
pub const REVIEW_WINDOW_DAYS: i64 = 14;
/// Days in which the parties may agree what becomes of the escrow of a contract that ends early.
pub const SETTLEMENT_DAYS: i64 = 7;
/// Rounds of changes a contract includes when nothing else is said.
pub const REVISIONS: i64 = 2;
/// Milestones of a contract that are agreed or hold money at the same time.
pub const LIVE_MILESTONES: usize = 40;
/// From this many bids upward their number and range are shown to others than the client.
pub const BIDS_SHOWN_FROM: i32 = 5;

/// An amount as two columns keep it.
///
/// # Errors
/// Internal, when the stored code is no currency.
pub fn money(minor: i64, currency: &str) -> Result<Money> {
    let currency = currency
        .parse()
        .map_err(|_| anyhow::anyhow!("{currency} is stored as a currency"))?;
    Ok(Money::new(minor, currency))
}

/// An amount as notices and timelines tell it: `1,500.00 USD`.
#[must_use]
pub fn told(sum: Money) -> String {
    ui::text::money(ui::Locale::En, sum)
}
