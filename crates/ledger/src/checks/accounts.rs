//! Accounts: their balances, entries and owners.

use super::{Found, Named, sentences};
use kernel::Kernel;
use std::sync::Arc;

pub(super) fn all() -> Vec<Named> {
    vec![
        ("ledger: balances equal their entries", entries),
        ("ledger: entries run without gap and add up", running),
        ("ledger: accounts are what their kind is", kinds),
        ("ledger: accounts belong to somebody", owners),
        ("ledger: every book balances", balanced),
        ("ledger: the provider's money covers what is owed", covered),
    ]
}

fn entries(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"with summed as (select workspace_id, account_id, sum(amount_minor) as total, count(*) as n, max(sequence) as last
               from ledger.entry group by workspace_id, account_id)
           select a.workspace_id, format('account %s (%s) says %s, its %s entries up to number %s say %s', a.id, a.kind, a.balance_minor,
                  coalesce(s.n, 0), coalesce(s.last, 0), coalesce(s.total, 0)) as "says!"
           from ledger.account a left join summed s on s.workspace_id = a.workspace_id and s.account_id = a.id
           where a.balance_minor <> coalesce(s.total, 0) or a.next_sequence <> coalesce(s.last, 0) + 1 or coalesce(s.n, 0) <> coalesce(s.last, 0)
           limit 1000"#
    )
}

fn running(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select workspace_id, format('entry %s of account %s does not follow from the one before', sequence, account_id) as "says!"
           from (select workspace_id, account_id, sequence, amount_minor, balance_after,
                   lag(sequence, 1, 0::bigint) over w as before, lag(balance_after, 1, 0::bigint) over w as carried,
                   booked_at, lag(booked_at) over w as earlier
                 from ledger.entry window w as (partition by workspace_id, account_id order by sequence)) as e
           where sequence <> before + 1 or balance_after <> carried::numeric + amount_minor or earlier > booked_at limit 1000"#
    )
}

fn kinds(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select a.workspace_id, format('account %s (%s) has the floor %s, hot %s, lots %s in book %s, which its kind and owner have not',
                  a.id, a.kind, a.floor_minor, a.hot, a.lots, a.book_id) as "says!"
           from ledger.account a
           left join ledger.account_kind k on k.kind = a.kind
           left join ledger.book b on b.workspace_id = a.workspace_id and b.id = a.book_id
           where k.kind is null or b.id is null or b.owner_id <> a.workspace_id
              or a.floor_minor is distinct from case when k.floor_zero then 0 end or a.hot <> k.hot or a.lots <> k.lots
              or exists (select 1 from ledger.delta d where d.workspace_id = a.workspace_id and d.account_id = a.id and not k.hot)
           limit 1000"#
    )
}

/// Whose an account may be. Who has an escrow is known to the product it is for.
fn owners(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select a.workspace_id, format('account %s (%s) belongs to %s, who is not there', a.id, a.kind, a.owner_id) as "says!"
           from ledger.account a
           left join ledger.payment p on a.kind in ('unapplied', 'bank_unmatched') and p.workspace_id = a.workspace_id and p.id = a.owner_id
           left join kernel.member m on a.kind in ('pending', 'available', 'chargeback_debt') and m.workspace_id = a.workspace_id and m.id = a.owner_id
           left join ledger.payout o on a.kind = 'payout_in_transit' and o.workspace_id = a.workspace_id and o.id = a.owner_id
           left join ledger.refund r on a.kind = 'refund_in_transit' and r.workspace_id = a.workspace_id and r.id = a.owner_id
           where case
               when a.kind in ('clearing', 'bank_clearing', 'disputed', 'fees', 'provider_fees') then a.owner_id <> a.workspace_id
               when a.kind = 'escrow' then false
               else coalesce(p.id, m.id, o.id, r.id) is null end
           limit 1000"#
    )
}

fn balanced(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select workspace_id, format('book %s is off by %s %s', book_id, sum(balance_minor), currency) as "says!"
           from ledger.balance group by workspace_id, book_id, currency having sum(balance_minor) <> 0 limit 1000"#
    )
}

/// What the provider holds, with the claims against payers and what the provider kept as its fees
/// (a cost the platform bears itself), is never less than what is owed to members.
fn covered(kernel: Arc<Kernel>) -> Found {
    sentences!(
        kernel,
        r#"select b.workspace_id, format('book %s owes %s and has %s %s', b.book_id, sum(b.balance_minor) filter (where k.class = 'liabilities'),
               -sum(b.balance_minor) filter (where k.class in ('assets', 'expenses')), b.currency) as "says!"
           from ledger.balance b join ledger.account_kind k on k.kind = b.kind
           group by b.workspace_id, b.book_id, b.currency
           having coalesce(sum(b.balance_minor) filter (where k.class = 'liabilities'), 0)
                > -coalesce(sum(b.balance_minor) filter (where k.class in ('assets', 'expenses')), 0) limit 1000"#
    )
}
