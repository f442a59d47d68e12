//! What payments, refunds, payouts, chargebacks and papers say, beside what was posted for them.

use super::{Found, Named, sentences};
use kernel::Kernel;
use std::sync::Arc;

pub(super) fn all() -> Vec<Named> {
    vec![
        ("ledger: payments are what was captured", payments),
        (
            "ledger: unapplied money belongs to payments that wait",
            unapplied,
        ),
        ("ledger: payouts are what was posted for them", payouts),
        ("ledger: refunds are what was posted for them", refunds),
        (
            "ledger: money on its way belongs to payouts and refunds",
            in_transit,
        ),
        ("ledger: claims belong to chargebacks", claims),
        ("ledger: papers say what was released", papers),
        ("ledger: credit notes say what was refunded", credit_notes),
        ("ledger: papers are numbered without gap", numbers),
    ]
}

fn payments(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with posted as (
             select t.workspace_id, g.owner_id, sum(t.amount_minor) as total, min(t.currency) as currency
             from ledger.transfer t join ledger.account g on g.workspace_id = t.workspace_id and g.id = t.to_id and g.kind = 'unapplied'
             where t.cause = 'ledger.capture/' || g.owner_id group by 1, 2),
           back as (
             select t.workspace_id, f.owner_id, sum(t.amount_minor) as total
             from ledger.transfer t join ledger.account f on f.workspace_id = t.workspace_id and f.id = t.from_id and f.kind = 'unapplied'
             where split_part(t.cause, '/', 1) = 'ledger.refund' group by 1, 2)
           select p.workspace_id, format('payment %s of %s %s is %s (%s), but %s %s were captured and %s of it given back unapplied', p.id, p.amount_minor, p.currency,
               p.state, p.applied, coalesce(x.total, 0), coalesce(x.currency, p.currency), coalesce(b.total, 0)) as "says!"
           from ledger.payment p
           left join posted x on x.workspace_id = p.workspace_id and x.owner_id = p.id
           left join back b on b.workspace_id = p.workspace_id and b.owner_id = p.id
           where case when p.state = 'captured' then x.total is distinct from p.amount_minor or x.currency is distinct from p.currency
                 else x.total is not null or p.applied <> 'no' end
              or (p.applied = 'refunded') <> (b.total is not null)
           limit 1000"#
    )
}

fn unapplied(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select coalesce(a.workspace_id, p.workspace_id) as workspace_id, format('payment %s is %s (%s) and %s of it lie unapplied in account %s',
               coalesce(p.id, a.owner_id), p.state, p.applied, coalesce(a.balance_minor, 0), a.id) as "says!"
           from (select * from ledger.account where kind = 'unapplied') a
           full join (select * from ledger.payment where state = 'captured') p on p.workspace_id = a.workspace_id and p.id = a.owner_id
           where p.id is null and a.balance_minor <> 0
              or p.id is not null and coalesce(a.balance_minor, 0) <> case when p.applied = 'no' then p.amount_minor else 0 end limit 1000"#
    )
}

/// What was set aside is the payout's sum and its owner's; what came after is what its state says.
fn payouts(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with leg as (
             select t.workspace_id, split_part(t.cause, '/', 1) as cause, split_part(t.cause, '/', 2) as payout, t.kind, t.amount_minor, t.currency, f.owner_id, f.kind as of
             from ledger.transfer t join ledger.account f on f.workspace_id = t.workspace_id and f.id = t.from_id
             where t.cause like 'ledger.payout%'),
           posted as (
             select o.workspace_id, o.id, sum(l.amount_minor) filter (where l.cause = 'ledger.payout') as aside,
                 coalesce(bool_and(l.owner_id = o.member_id and l.of = 'available' and l.currency = o.currency) filter (where l.cause = 'ledger.payout'), false) as own,
                 coalesce(sum(l.amount_minor) filter (where l.cause = 'ledger.payout_paid'), 0) as paid,
                 coalesce(sum(l.amount_minor) filter (where l.kind = 'payout_fee'), 0) as fee,
                 coalesce(sum(l.amount_minor) filter (where l.cause = 'ledger.payout_returned'), 0) as returned,
                 coalesce(sum(l.amount_minor) filter (where l.cause = 'ledger.payout_failed'), 0) as failed,
                 coalesce(sum(l.amount_minor) filter (where l.cause = 'ledger.payout_cancelled'), 0) as cancelled,
                 coalesce(sum(l.amount_minor) filter (where l.cause = 'ledger.payout_rejected'), 0) as rejected
             from ledger.payout o left join leg l on l.workspace_id = o.workspace_id and l.payout = o.id::text group by 1, 2)
           select o.workspace_id, format('payout %s of %s %s (fee %s) is %s, but %s were set aside, %s paid, %s fee, %s returned, %s failed, %s cancelled, %s rejected',
               o.id, o.amount_minor, o.currency, o.fee_minor, o.state, coalesce(p.aside, 0), p.paid, p.fee, p.returned, p.failed, p.cancelled, p.rejected) as "says!"
           from ledger.payout o join posted p on p.workspace_id = o.workspace_id and p.id = o.id
           where p.aside is distinct from o.amount_minor or not p.own
              or p.paid <> case when o.state = 'paid' or (o.state = 'returned' and o.paid_at is not null) then o.amount_minor else 0 end
              or p.fee <> case when p.paid > 0 then o.fee_minor else 0 end
              or (o.paid_at is not null) <> (p.paid > 0)
              or p.returned <> case when o.state = 'returned' then o.amount_minor else 0 end
              or p.failed <> case when o.state = 'failed' then o.amount_minor else 0 end
              or p.cancelled <> case when o.state = 'cancelled' then o.amount_minor else 0 end
              or p.rejected <> case when o.state = 'rejected' then o.amount_minor else 0 end
           limit 1000"#
    )
}

fn refunds(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with leg as (
             select t.workspace_id, split_part(t.cause, '/', 1) as cause, split_part(t.cause, '/', 2) as refund, t.kind, t.amount_minor, t.currency
             from ledger.transfer t where t.cause like 'ledger.refund%'),
           posted as (
             select r.workspace_id, r.id, coalesce(sum(l.amount_minor) filter (where l.cause = 'ledger.refund' and l.currency = r.currency), 0) as aside,
                 coalesce(sum(l.amount_minor) filter (where l.kind = 'fee_reversed'), 0) as payee_fee,
                 coalesce(sum(l.amount_minor) filter (where l.kind = 'client_fee_reversed'), 0) as client_fee,
                 coalesce(sum(l.amount_minor) filter (where l.cause = 'ledger.refund_paid'), 0) as paid,
                 coalesce(sum(l.amount_minor) filter (where l.cause = 'ledger.refund_charged_back'), 0) as met
             from ledger.refund r left join leg l on l.workspace_id = r.workspace_id and l.refund = r.id::text group by 1, 2)
           select r.workspace_id, format('refund %s of %s %s (fees %s and %s) is %s, but %s were set aside (fees %s and %s), %s paid, %s set against a claim',
               r.id, r.amount_minor, r.currency, r.client_fee_minor, r.payee_fee_minor, r.state, p.aside, p.client_fee, p.payee_fee, p.paid, p.met) as "says!"
           from ledger.refund r join posted p on p.workspace_id = r.workspace_id and p.id = r.id
           where p.aside <> r.amount_minor or p.client_fee <> r.client_fee_minor or p.payee_fee <> r.payee_fee_minor
              or p.paid <> case when r.state = 'succeeded' then r.amount_minor else 0 end
              or p.met <> case when r.state = 'charged_back' then r.amount_minor else 0 end
           limit 1000"#
    )
}

fn in_transit(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select a.workspace_id, format('account %s (%s) of %s holds %s', a.id, a.kind, a.owner_id, a.balance_minor) as "says!" from ledger.account a
           left join ledger.payout o on a.kind = 'payout_in_transit' and o.workspace_id = a.workspace_id and o.id = a.owner_id
           left join ledger.refund r on a.kind = 'refund_in_transit' and r.workspace_id = a.workspace_id and r.id = a.owner_id
           where a.kind in ('payout_in_transit', 'refund_in_transit') and a.balance_minor <> case
               when o.state in ('requested', 'approved', 'in_review', 'processing') then o.amount_minor
               when r.state in ('approved', 'processing', 'failed', 'manual') then r.amount_minor
               else 0 end
           limit 1000"#
    )
}

/// What is claimed of payers: the open chargebacks, and of the lost ones what is still to be taken
/// and what the platform bears.
fn claims(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with held as (select workspace_id, currency, -sum(balance_minor) as total from ledger.balance where kind = 'disputed' group by 1, 2),
           known as (select workspace_id, currency, sum(case state when 'open' then amount_minor else outstanding_minor + guarantee_minor end) as total
               from ledger.chargeback group by 1, 2)
           select coalesce(h.workspace_id, k.workspace_id) as workspace_id, format('workspace %s claims %s %s, its chargebacks %s',
                  coalesce(h.workspace_id, k.workspace_id), coalesce(h.total, 0), coalesce(h.currency, k.currency), coalesce(k.total, 0)) as "says!"
           from held h full join known k on k.workspace_id = h.workspace_id and k.currency = h.currency
           where coalesce(h.total, 0) <> coalesce(k.total, 0) limit 1000"#
    )
}

/// Receipts and earning statements are of what left the item's escrow for its payee and the fees.
fn papers(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with released as (
             select t.workspace_id, f.owner_id, t.currency, sum(t.amount_minor) as gross, coalesce(sum(t.amount_minor) filter (where g.kind = 'fees'), 0) as fee
             from ledger.transfer t
             join ledger.account f on f.workspace_id = t.workspace_id and f.id = t.from_id and f.kind = 'escrow'
             join ledger.account g on g.workspace_id = t.workspace_id and g.id = t.to_id and g.kind in ('pending', 'fees')
             group by 1, 2, 3)
           select i.workspace_id, format('%s %s (number %s) says %s %s with a fee of %s, but %s with %s were released of %s %s',
               i.kind, i.id, i.number, i.gross_minor, i.currency, i.fee_minor, coalesce(r.gross, 0), coalesce(r.fee, 0), i.item_kind, i.item_id) as "says!"
           from ledger.invoice i left join released r on r.workspace_id = i.workspace_id and r.owner_id = i.item_id and r.currency = i.currency
           where i.kind in ('earning', 'receipt') and (i.gross_minor is distinct from r.gross or (i.kind = 'earning' and i.fee_minor <> r.fee))
           limit 1000"#
    )
}

fn credit_notes(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select i.workspace_id, format('credit note %s (number %s) says %s %s with a fee of %s, but refund %s is of %s with %s and %s',
               i.id, i.number, i.gross_minor, i.currency, i.fee_minor, i.item_id, r.amount_minor, r.client_fee_minor, r.state) as "says!"
           from ledger.invoice i left join ledger.refund r on r.workspace_id = i.workspace_id and r.id = i.item_id
           left join ledger.payment p on p.workspace_id = r.workspace_id and p.id = r.payment_id
           where i.kind = 'credit_note' and (r.state is distinct from 'succeeded' or i.net_minor <> r.amount_minor or i.fee_minor <> r.client_fee_minor
              or i.currency <> r.currency or i.recipient_id is distinct from p.payer_id)
           limit 1000"#
    )
}

fn numbers(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with given as (select workspace_id, kind, count(*) as n, max(number) as last from ledger.invoice group by 1, 2)
           select coalesce(s.workspace_id, g.workspace_id) as workspace_id, format('workspace %s has %s papers of kind %s up to number %s, and the next would be %s',
               coalesce(s.workspace_id, g.workspace_id), coalesce(g.n, 0), coalesce(s.kind, g.kind), coalesce(g.last, 0), s.next_number) as "says!"
           from ledger.invoice_series s full join given g on g.workspace_id = s.workspace_id and g.kind = s.kind
           where s.next_number is distinct from coalesce(g.last, 0) + 1 or coalesce(g.n, 0) <> coalesce(g.last, 0) limit 1000"#
    )
}
