//! Transfers: their sides, accounts, times and causes.

use super::{Found, Named, sentences};
use kernel::Kernel;
use std::sync::Arc;

pub(super) fn all() -> Vec<Named> {
    vec![
        ("ledger: transfers have two sides", sides),
        ("ledger: sides are those of their transfer", fitting),
        ("ledger: every transfer has a cause", causes),
        ("ledger: causes are what was posted", content),
    ]
}

fn sides(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with side as (
             select workspace_id, transfer_id, account_id, amount_minor from ledger.entry
             union all select workspace_id, transfer_id, account_id, amount_minor from ledger.delta),
           grouped as (select workspace_id, transfer_id, count(*) as n, sum(amount_minor) as total, max(amount_minor) as amount,
               string_agg(account_id::text, ', ') as accounts from side group by 1, 2)
           select coalesce(t.workspace_id, g.workspace_id) as workspace_id, format('transfer %s of %s from account %s to account %s has %s sides that make %s, in %s',
               coalesce(t.id, g.transfer_id), t.amount_minor, t.from_id, t.to_id, coalesce(g.n, 0), coalesce(g.total, 0), coalesce(g.accounts, 'none')) as "says!"
           from ledger.transfer t full join grouped g on g.workspace_id = t.workspace_id and g.transfer_id = t.id
           where t.id is null or g.n is distinct from 2 or g.total <> 0 or g.amount <> t.amount_minor limit 1000"#
    )
}

/// A side of a busy account has the time of its transfer until it is folded, and none before it
/// afterwards.
fn fitting(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with side as (
             select workspace_id, transfer_id, account_id, amount_minor, booked_at, false as waits from ledger.entry
             union all select workspace_id, transfer_id, account_id, amount_minor, booked_at, true from ledger.delta)
           select t.workspace_id, format('transfer %s says %s %s from account %s to account %s in book %s at %s, which its accounts and sides do not',
               t.id, t.amount_minor, t.currency, t.from_id, t.to_id, t.book_id, t.booked_at) as "says!"
           from ledger.transfer t
           left join ledger.account f on f.workspace_id = t.workspace_id and f.id = t.from_id
           left join ledger.account g on g.workspace_id = t.workspace_id and g.id = t.to_id
           left join side s on s.workspace_id = t.workspace_id and s.transfer_id = t.id and s.account_id = t.from_id
           left join side r on r.workspace_id = t.workspace_id and r.transfer_id = t.id and r.account_id = t.to_id
           left join ledger.cause c on c.workspace_id = t.workspace_id and c.cause = t.cause
           where s.amount_minor is distinct from -t.amount_minor or r.amount_minor is distinct from t.amount_minor
              or f.book_id is distinct from t.book_id or g.book_id is distinct from t.book_id
              or f.currency is distinct from t.currency or g.currency is distinct from t.currency
              or s.booked_at < t.booked_at or r.booked_at < t.booked_at
              or ((not f.hot or s.waits) and s.booked_at <> t.booked_at) or ((not g.hot or r.waits) and r.booked_at <> t.booked_at)
              or t.booked_at < c.booked_at or (f.hot and g.hot and t.booked_at <> c.booked_at)
           limit 1000"#
    )
}

fn causes(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select coalesce(t.workspace_id, c.workspace_id) as workspace_id,
               case when c.cause is null then format('transfer %s has no cause', t.id) else format('cause %s has no transfer', c.cause) end as "says!"
           from ledger.transfer t full join ledger.cause c on c.workspace_id = t.workspace_id and c.cause = t.cause
           where t.id is null or c.cause is null limit 1000"#
    )
}

/// The content of a cause is kept as its hash, made as `crate::posting` makes it: kinds, kinds of
/// account, currency, owners, the payment that was asked for, amount. Whether a payment was asked
/// for is not kept: either of each transfer out of accounts that remember their payments, or of
/// those of money that waits to be applied alone.
fn content(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with used as (
             select u.workspace_id, u.transfer_id, (array_agg(l.payment_id))[1] as payment_id
             from ledger.lot_use u join ledger.lot l on l.workspace_id = u.workspace_id and l.id = u.lot_id group by 1, 2),
           leg as (
             select t.workspace_id, t.cause, t.id, t.from_id, t.to_id,
                 convert_to(t.kind, 'UTF8') || '\x00'::bytea || convert_to(f.kind, 'UTF8') || '\x00'::bytea || convert_to(g.kind, 'UTF8') || '\x00'::bytea
                     || convert_to(t.currency, 'UTF8') || '\x00'::bytea || uuid_send(f.owner_id) || uuid_send(g.owner_id) as head,
                 uuid_send(coalesce(u.payment_id, l.payment_id, '00000000-0000-0000-0000-000000000000')) as every,
                 uuid_send(coalesce(case when f.kind = 'unapplied' then u.payment_id end, l.payment_id, '00000000-0000-0000-0000-000000000000')) as few,
                 int8send(t.amount_minor) as tail
             from ledger.transfer t
             join ledger.account f on f.workspace_id = t.workspace_id and f.id = t.from_id
             join ledger.account g on g.workspace_id = t.workspace_id and g.id = t.to_id
             left join used u on u.workspace_id = t.workspace_id and u.transfer_id = t.id
             left join ledger.lot l on l.workspace_id = t.workspace_id and l.id = md5(t.id::text)::uuid),
           whole as (
             select workspace_id, cause, string_agg(format('%s from account %s to account %s', id, from_id, to_id), ', ' order by id) as legs,
                 sha256(uuid_send(workspace_id) || string_agg(head || every || tail, ''::bytea order by id)) as one,
                 sha256(uuid_send(workspace_id) || string_agg(head || few || tail, ''::bytea order by id)) as other
             from leg group by 1, 2)
           select c.workspace_id, format('cause %s is not what was posted for it: transfers %s', c.cause, w.legs) as "says!"
           from ledger.cause c join whole w on w.workspace_id = c.workspace_id and w.cause = c.cause
           where c.content_hash <> w.one and c.content_hash <> w.other limit 1000"#
    )
}
