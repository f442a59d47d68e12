//! What must hold of the books at every moment, each as one query over the whole database. A check
//! says at most a few of the faults it finds, each as a sentence.

use kernel::{BoxFuture, Kernel, Result, product::Check};
use std::sync::Arc;

/// All checks of the ledger, for `guildhall check`.
pub(crate) fn all() -> Vec<Check> {
    vec![
        Check {
            name: "ledger: every book balances",
            run: balanced,
        },
        Check {
            name: "ledger: balances equal their entries",
            run: entries,
        },
        Check {
            name: "ledger: entries run without gap and add up",
            run: running,
        },
        Check {
            name: "ledger: transfers have two sides",
            run: sides,
        },
        Check {
            name: "ledger: every transfer has a cause",
            run: causes,
        },
        Check {
            name: "ledger: lots equal balances",
            run: lots,
        },
        Check {
            name: "ledger: lots equal their uses",
            run: uses,
        },
        Check {
            name: "ledger: unapplied money belongs to payments that wait",
            run: unapplied,
        },
        Check {
            name: "ledger: money on its way belongs to payouts and refunds",
            run: in_transit,
        },
        Check {
            name: "ledger: claims belong to chargebacks",
            run: claims,
        },
        Check {
            name: "ledger: the provider's money covers what is owed",
            run: covered,
        },
    ]
}

/// Runs one query of sentences in a snapshot.
macro_rules! sentences {
    ($kernel:expr, $sql:literal) => {
        Box::pin(async move {
            let mut tx = $kernel.db.begin_snapshot().await?;
            let found = sqlx::query_scalar!($sql).fetch_all(&mut *tx).await?;
            tx.commit().await?;
            Ok(found)
        })
    };
}

type Found = BoxFuture<'static, Result<Vec<String>>>;

fn balanced(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select format('book %s is off by %s %s', book_id, sum(balance_minor), currency) as "fault!"
           from ledger.balance group by workspace_id, book_id, currency having sum(balance_minor) <> 0 limit 5"#
    )
}

fn entries(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with summed as (select workspace_id, account_id, sum(amount_minor) as total, count(*) as n, max(sequence) as last
               from ledger.entry group by workspace_id, account_id)
           select format('account %s (%s) says %s, its entries say %s', a.id, a.kind, a.balance_minor, coalesce(s.total, 0)) as "fault!"
           from ledger.account a left join summed s on s.workspace_id = a.workspace_id and s.account_id = a.id
           where a.balance_minor <> coalesce(s.total, 0) or a.next_sequence <> coalesce(s.last, 0) + 1 or coalesce(s.n, 0) <> coalesce(s.last, 0)
           limit 5"#
    )
}

fn running(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select format('entry %s of account %s does not follow from the one before', sequence, account_id) as "fault!"
           from (select account_id, sequence, amount_minor, balance_after,
                   lag(sequence, 1, 0::bigint) over w as before, lag(balance_after, 1, 0::bigint) over w as carried,
                   booked_at, lag(booked_at) over w as earlier
                 from ledger.entry window w as (partition by workspace_id, account_id order by sequence)) as e
           where sequence <> before + 1 or balance_after <> carried + amount_minor or earlier > booked_at limit 5"#
    )
}

fn sides(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with side as (
             select workspace_id, transfer_id, account_id, amount_minor from ledger.entry
             union all select workspace_id, transfer_id, account_id, amount_minor from ledger.delta),
           grouped as (select workspace_id, transfer_id, count(*) as n, sum(amount_minor) as total, max(amount_minor) as amount from side group by 1, 2)
           select format('transfer %s has %s sides that make %s', coalesce(t.id, g.transfer_id), coalesce(g.n, 0), coalesce(g.total, 0)) as "fault!"
           from ledger.transfer t full join grouped g on g.workspace_id = t.workspace_id and g.transfer_id = t.id
           where t.id is null or g.n is distinct from 2 or g.total <> 0 or g.amount <> t.amount_minor limit 5"#
    )
}

fn causes(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select format('transfer %s has no cause', t.id) as "fault!" from ledger.transfer t
           where not exists (select 1 from ledger.cause c where c.workspace_id = t.workspace_id and c.cause = t.cause) limit 5"#
    )
}

fn lots(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with summed as (select workspace_id, account_id, sum(remaining_minor) as total from ledger.lot group by 1, 2)
           select format('account %s (%s) says %s, its lots say %s', a.id, a.kind, a.balance_minor, coalesce(s.total, 0)) as "fault!"
           from ledger.account a left join summed s on s.workspace_id = a.workspace_id and s.account_id = a.id
           where (a.lots and a.balance_minor <> coalesce(s.total, 0)) or (not a.lots and s.total is not null) limit 5"#
    )
}

fn uses(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with used as (select workspace_id, lot_id, sum(amount_minor) as total from ledger.lot_use group by 1, 2)
           select format('lot %s has %s left of %s, but %s were used', l.id, l.remaining_minor, l.amount_minor, coalesce(u.total, 0)) as "fault!"
           from ledger.lot l left join used u on u.workspace_id = l.workspace_id and u.lot_id = l.id
           where l.amount_minor - l.remaining_minor <> coalesce(u.total, 0)
              or not exists (select 1 from ledger.payment p where p.workspace_id = l.workspace_id and p.id = l.payment_id) limit 5"#
    )
}

fn unapplied(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select format('payment %s is %s (%s) and %s of it lie unapplied', coalesce(p.id, a.owner_id), p.state, p.applied, coalesce(a.balance_minor, 0)) as "fault!"
           from (select * from ledger.account where kind = 'unapplied') a
           full join (select * from ledger.payment where state = 'captured') p on p.workspace_id = a.workspace_id and p.id = a.owner_id
           where p.id is null and a.balance_minor <> 0
              or p.id is not null and coalesce(a.balance_minor, 0) <> case when p.applied = 'no' then p.amount_minor else 0 end limit 5"#
    )
}

fn in_transit(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select format('%s %s holds %s', a.kind, a.owner_id, a.balance_minor) as "fault!" from ledger.account a
           left join ledger.payout o on a.kind = 'payout_in_transit' and o.workspace_id = a.workspace_id and o.id = a.owner_id
           left join ledger.refund r on a.kind = 'refund_in_transit' and r.workspace_id = a.workspace_id and r.id = a.owner_id
           where a.kind in ('payout_in_transit', 'refund_in_transit') and a.balance_minor <> case
               when o.state in ('requested', 'approved', 'in_review', 'processing') then o.amount_minor
               when r.state in ('approved', 'processing', 'failed', 'manual') then r.amount_minor
               else 0 end
           union all
           select format('payout %s has nothing set aside', o.id) from ledger.payout o
           where o.state in ('requested', 'approved', 'in_review', 'processing') and not exists (select 1 from ledger.account a
               where a.workspace_id = o.workspace_id and a.kind = 'payout_in_transit' and a.owner_id = o.id)
           limit 5"#
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
           select format('workspace %s claims %s %s, its chargebacks %s', coalesce(h.workspace_id, k.workspace_id), coalesce(h.total, 0),
                  coalesce(h.currency, k.currency), coalesce(k.total, 0)) as "fault!"
           from held h full join known k on k.workspace_id = h.workspace_id and k.currency = h.currency
           where coalesce(h.total, 0) <> coalesce(k.total, 0) limit 5"#
    )
}

/// What the provider holds, with the claims against payers and what the provider kept as its fees
/// (a cost the platform bears itself), is never less than what is owed to members.
fn covered(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select format('book %s owes %s and has %s %s', b.book_id, sum(b.balance_minor) filter (where k.class = 'liabilities'),
               -sum(b.balance_minor) filter (where k.class in ('assets', 'expenses')), b.currency) as "fault!"
           from ledger.balance b join ledger.account_kind k on k.kind = b.kind
           group by b.workspace_id, b.book_id, b.currency
           having coalesce(sum(b.balance_minor) filter (where k.class = 'liabilities'), 0)
                > -coalesce(sum(b.balance_minor) filter (where k.class in ('assets', 'expenses')), 0) limit 5"#
    )
}
