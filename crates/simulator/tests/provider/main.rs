//! The simulator over real HTTP, with a real receiver of its webhooks.

mod disputes;
mod durable;
mod events;
mod pages;
mod payments;
mod payouts;
mod support;
