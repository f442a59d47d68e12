//! All the provider knows, in memory. `apply` is the only way it changes, at run time and when the
//! journal is replayed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use uuid::Uuid;

use crate::clock;
use crate::model::{
    Destination, Dispute, Event, Method, Op, Payment, PaymentStatus, Payout, PayoutStatus, Refund,
    RefundStatus, Waiting,
};

/// What falls due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    Payment(String),
    Payout(String),
}

/// A call that has been answered.
pub(crate) struct KeyUse {
    pub(crate) hash: String,
    pub(crate) object: String,
}

/// An event still to be posted. How often it was tried is not journaled.
struct Pending {
    copies: u8,
    not_before: Option<Timestamp>,
    tries: u32,
    retry_at: Option<Instant>,
    in_flight: bool,
}

impl Pending {
    fn is_due(&self, now: Timestamp) -> bool {
        self.not_before.is_none_or(|time| time <= now)
    }
}

/// A webhook to be posted now.
pub(crate) struct Parcel {
    pub(crate) event: Event,
    pub(crate) copies: u8,
}

pub(crate) struct State {
    test: bool,
    webhooks: bool,
    clock: Option<Timestamp>,
    pub(crate) methods: HashMap<String, Method>,
    pub(crate) destinations: HashMap<String, Destination>,
    pub(crate) payments: HashMap<String, Payment>,
    pub(crate) payments_of: HashMap<Uuid, Vec<String>>,
    pub(crate) refunds: HashMap<String, Refund>,
    pub(crate) refunds_of: HashMap<Uuid, Vec<String>>,
    pub(crate) refunds_on: HashMap<String, Vec<String>>,
    pub(crate) payouts: HashMap<String, Payout>,
    pub(crate) payouts_of: HashMap<Uuid, Vec<String>>,
    pub(crate) disputes: HashMap<String, Dispute>,
    pub(crate) disputes_on: HashMap<String, Vec<String>>,
    pub(crate) events: Vec<Event>,
    pub(crate) keys: HashMap<String, KeyUse>,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) balance: BTreeMap<String, i64>,
    pending: BTreeMap<u64, Pending>,
    due: BTreeSet<(Timestamp, Due)>,
}

impl State {
    pub(crate) fn new(test: bool, webhooks: bool) -> Self {
        Self {
            test,
            webhooks,
            clock: None,
            methods: HashMap::new(),
            destinations: HashMap::new(),
            payments: HashMap::new(),
            payments_of: HashMap::new(),
            refunds: HashMap::new(),
            refunds_of: HashMap::new(),
            refunds_on: HashMap::new(),
            payouts: HashMap::new(),
            payouts_of: HashMap::new(),
            disputes: HashMap::new(),
            disputes_on: HashMap::new(),
            events: Vec::new(),
            keys: HashMap::new(),
            waiting: Vec::new(),
            balance: BTreeMap::new(),
            pending: BTreeMap::new(),
            due: BTreeSet::new(),
        }
    }

    /// The business clock: in test it stands still from the first time it is set.
    pub(crate) fn now(&self) -> Timestamp {
        self.set_clock().unwrap_or_else(clock::wall)
    }

    /// The time the clock was set to, in test.
    pub(crate) fn set_clock(&self) -> Option<Timestamp> {
        self.clock.filter(|_| self.test)
    }

    pub(crate) fn test(&self) -> bool {
        self.test
    }

    pub(crate) fn apply(&mut self, op: Op) {
        match op {
            Op::Method { object } => {
                self.methods.insert(object.face.id.clone(), object);
            }
            Op::Destination { object } => {
                self.destinations.insert(object.face.id.clone(), object);
            }
            Op::Payment { object } => self.apply_payment(object),
            Op::Refund { object } => {
                if object.status == RefundStatus::Succeeded {
                    self.book(&object.currency, -object.amount_minor);
                }
                let id = object.id.clone();
                self.refunds_of
                    .entry(object.reference)
                    .or_default()
                    .push(id.clone());
                self.refunds_on
                    .entry(object.payment.clone())
                    .or_default()
                    .push(id.clone());
                self.refunds.insert(id, object);
            }
            Op::Payout { object } => self.apply_payout(object),
            Op::Dispute { object } => {
                // Taken when it opens, given back when it is won.
                let before = self.disputes.get(&object.id).map(|d| d.status.clone());
                match (before.as_deref(), object.status.as_str()) {
                    (None, _) => {
                        self.book(&object.currency, -object.amount_minor);
                        self.disputes_on
                            .entry(object.payment.clone())
                            .or_default()
                            .push(object.id.clone());
                    }
                    (Some("open"), "won") => self.book(&object.currency, object.amount_minor),
                    _ => {}
                }
                self.disputes.insert(object.id.clone(), object);
            }
            Op::Event { object } => {
                if self.webhooks && object.copies > 0 {
                    self.pending.insert(
                        object.face.seq,
                        Pending {
                            copies: object.copies,
                            not_before: object.not_before,
                            tries: 0,
                            retry_at: None,
                            in_flight: false,
                        },
                    );
                }
                self.events.push(object);
            }
            Op::Sent { seq, .. } => {
                self.pending.remove(&seq);
            }
            Op::Key { key, hash, object } => {
                self.keys.insert(key, KeyUse { hash, object });
            }
            Op::Next { waiting } => self.waiting = waiting,
            Op::Clock { now } => self.clock = Some(now),
        }
    }

    fn apply_payment(&mut self, payment: Payment) {
        let id = payment.face.id.clone();
        let won = |payment: &Payment| payment.face.status == PaymentStatus::Succeeded;
        let before = self.payments.remove(&id);
        if won(&payment) && !before.as_ref().is_some_and(won) {
            self.book(&payment.face.currency, payment.face.net_minor);
        }
        match &before {
            None => self
                .payments_of
                .entry(payment.face.reference)
                .or_default()
                .push(id.clone()),
            Some(before) => self.forget(before.due, Due::Payment(id.clone())),
        }
        if let Some(time) = payment.due {
            self.due.insert((time, Due::Payment(id.clone())));
        }
        self.payments.insert(id, payment);
    }

    fn apply_payout(&mut self, payout: Payout) {
        let id = payout.face.id.clone();
        let out = |payout: &Payout| {
            matches!(
                payout.face.status,
                PayoutStatus::Processing | PayoutStatus::Paid
            )
        };
        let before = self.payouts.remove(&id);
        let was_out = before.as_ref().is_some_and(out);
        match (was_out, out(&payout)) {
            (false, true) => self.book(&payout.face.currency, -payout.face.amount_minor),
            (true, false) => self.book(&payout.face.currency, payout.face.amount_minor),
            _ => {}
        }
        match &before {
            None => self
                .payouts_of
                .entry(payout.face.reference)
                .or_default()
                .push(id.clone()),
            Some(before) => self.forget(before.due, Due::Payout(id.clone())),
        }
        if let Some(time) = payout.due {
            self.due.insert((time, Due::Payout(id.clone())));
        }
        self.payouts.insert(id, payout);
    }

    fn forget(&mut self, time: Option<Timestamp>, due: Due) {
        if let Some(time) = time {
            self.due.remove(&(time, due));
        }
    }

    fn book(&mut self, currency: &str, amount_minor: i64) {
        let balance = self.balance.entry(currency.to_owned()).or_default();
        *balance = balance.saturating_add(amount_minor);
    }

    /// The first thing due, whenever that is.
    pub(crate) fn first_due(&self) -> Option<&(Timestamp, Due)> {
        self.due.first()
    }

    /// The earliest instant after `now` at which something happens.
    pub(crate) fn next_due(&self, now: Timestamp) -> Option<Timestamp> {
        let object = self
            .due
            .iter()
            .map(|(time, _)| *time)
            .find(|time| *time > now);
        let late = self
            .pending
            .values()
            .filter_map(|pending| pending.not_before)
            .filter(|time| *time > now)
            .min();
        [object, late].into_iter().flatten().min()
    }

    /// Takes up to `room` webhooks that can be posted now, and tells how long to wait for more.
    pub(crate) fn pick(&mut self, now: Timestamp, room: usize) -> (Vec<Parcel>, Duration) {
        let at = Instant::now();
        let clock_stands = self.set_clock().is_some();
        let mut parcels = Vec::new();
        let mut wait = Duration::from_secs(60);
        for (seq, pending) in &mut self.pending {
            if pending.in_flight {
                continue;
            }
            if !pending.is_due(now) {
                if let Some(time) = pending.not_before
                    && !clock_stands
                {
                    let left = time.duration_since(now).unsigned_abs();
                    wait = wait.min(left);
                }
                continue;
            }
            if let Some(left) = pending
                .retry_at
                .and_then(|time| time.checked_duration_since(at))
                .filter(|left| !left.is_zero())
            {
                wait = wait.min(left);
                continue;
            }
            if parcels.len() >= room {
                break;
            }
            let Some(event) = usize::try_from(*seq)
                .ok()
                .and_then(|seq| seq.checked_sub(1))
                .and_then(|index| self.events.get(index))
            else {
                continue;
            };
            pending.in_flight = true;
            parcels.push(Parcel {
                event: event.clone(),
                copies: pending.copies,
            });
        }
        (parcels, wait)
    }

    /// Notes that one copy was taken.
    pub(crate) fn one_sent(&mut self, seq: u64) {
        if let Some(pending) = self.pending.get_mut(&seq) {
            pending.copies = pending.copies.saturating_sub(1);
        }
    }

    /// Puts a webhook back that was not taken: 1, 2, 4 … 60 seconds.
    pub(crate) fn put_back(&mut self, seq: u64) {
        if let Some(pending) = self.pending.get_mut(&seq) {
            let wait = Duration::from_secs((1_u64 << pending.tries.min(6)).min(60));
            pending.tries = pending.tries.saturating_add(1);
            pending.retry_at = Instant::now().checked_add(wait);
            pending.in_flight = false;
        }
    }

    /// Lets all webhooks that are due be tried at once.
    pub(crate) fn hurry(&mut self, now: Timestamp) {
        for pending in self.pending.values_mut() {
            if pending.is_due(now) {
                pending.retry_at = None;
            }
        }
    }

    /// How many webhooks are due and not taken yet.
    pub(crate) fn pending_due(&self, now: Timestamp) -> usize {
        self.pending
            .values()
            .filter(|pending| pending.is_due(now))
            .count()
    }
}
