//! Lots: which payment the money of an account came from.

use super::{Found, Named, sentences};
use kernel::Kernel;
use std::sync::Arc;

pub(super) fn all() -> Vec<Named> {
    vec![
        ("ledger: lots equal balances", lots),
        ("ledger: lots equal their uses", uses),
        ("ledger: lots keep their payment", sources),
        ("ledger: transfers use lots of their sum", drawn),
    ]
}

fn lots(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with summed as (select workspace_id, account_id, sum(remaining_minor) as total from ledger.lot group by 1, 2)
           select a.workspace_id, format('account %s (%s) says %s, its lots say %s', a.id, a.kind, a.balance_minor, coalesce(s.total, 0)) as "says!"
           from ledger.account a left join summed s on s.workspace_id = a.workspace_id and s.account_id = a.id
           where (a.lots and a.balance_minor <> coalesce(s.total, 0)) or (not a.lots and s.total is not null) limit 1000"#
    )
}

fn uses(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with used as (select workspace_id, lot_id, sum(amount_minor) as total from ledger.lot_use group by 1, 2)
           select l.workspace_id, format('lot %s has %s left of %s, but %s were used', l.id, l.remaining_minor, l.amount_minor, coalesce(u.total, 0)) as "says!"
           from ledger.lot l left join used u on u.workspace_id = l.workspace_id and u.lot_id = l.id
           where l.amount_minor - l.remaining_minor <> coalesce(u.total, 0)
              or not exists (select 1 from ledger.payment p where p.workspace_id = l.workspace_id and p.id = l.payment_id) limit 1000"#
    )
}

/// A lot's id says which lot it was taken from, and has that lot's payment; where money entered, the
/// posting's cause says which payment it was.
fn sources(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select l.workspace_id, format('lot %s of account %s says payment %s, which transfer %s did not bring', l.id, l.account_id, l.payment_id, l.transfer_id) as "says!"
           from ledger.lot l
           left join ledger.transfer t on t.workspace_id = l.workspace_id and t.id = l.transfer_id
           left join ledger.account f on f.workspace_id = t.workspace_id and f.id = t.from_id
           left join ledger.lot_use u on u.workspace_id = l.workspace_id and u.transfer_id = l.transfer_id
               and md5(u.transfer_id::text || u.lot_id::text)::uuid = l.id
           left join ledger.lot s on s.workspace_id = u.workspace_id and s.id = u.lot_id
           left join ledger.refund r on t.cause = 'ledger.refund/' || r.id and r.workspace_id = t.workspace_id
           where t.id is null or t.to_id <> l.account_id
              or case when f.lots then s.id is null or s.account_id <> t.from_id or s.payment_id <> l.payment_id or u.amount_minor <> l.amount_minor
                 else l.id <> md5(t.id::text)::uuid or l.amount_minor <> t.amount_minor
                   or (split_part(t.cause, '/', 1) = 'ledger.capture' and t.cause <> 'ledger.capture/' || l.payment_id)
                   or l.payment_id <> coalesce(r.payment_id, l.payment_id) end
           limit 1000"#
    )
}

fn drawn(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with used as (select workspace_id, transfer_id, sum(amount_minor) as total from ledger.lot_use group by 1, 2),
           made as (select workspace_id, transfer_id, sum(amount_minor) as total from ledger.lot group by 1, 2)
           select t.workspace_id, format('transfer %s of %s from account %s to account %s used lots of %s and made lots of %s',
               t.id, t.amount_minor, t.from_id, t.to_id, coalesce(u.total, 0), coalesce(m.total, 0)) as "says!"
           from ledger.transfer t
           join ledger.account f on f.workspace_id = t.workspace_id and f.id = t.from_id
           join ledger.account g on g.workspace_id = t.workspace_id and g.id = t.to_id
           left join used u on u.workspace_id = t.workspace_id and u.transfer_id = t.id
           left join made m on m.workspace_id = t.workspace_id and m.transfer_id = t.id
           where coalesce(u.total, 0) <> case when f.lots then t.amount_minor else 0 end
              or coalesce(m.total, 0) <> case when g.lots then t.amount_minor else 0 end
           limit 1000"#
    )
}
