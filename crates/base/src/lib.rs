//! Plain values that everything else speaks in: ids, money, instants, text. No I/O.
//!
//! Invariant: nothing here reads a clock or a random source except [`id::new`] and
//! [`secret::Token::new`], which are the only doors to them.

pub mod currency;
pub mod id;
pub mod instant;
pub mod money;
pub mod search;
pub mod secret;
pub mod text;

pub use currency::Currency;
pub use instant::Instant;
pub use money::Money;
