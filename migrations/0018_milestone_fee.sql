-- The client's fee of a milestone is frozen when it is funded, as the payee's is: after a part was
-- split off, receipts tell each its share of what was really taken.
alter table market.milestone
    add column client_fee_minor bigint,
    add constraint milestone_client_fee check (client_fee_minor >= 0);
-- What was taken for those that are funded already; a part has its share by its amount, the
-- milestone it was split from has the rest.
with paid as (
    select m.workspace_id, m.id,
        coalesce((select sum(t.amount_minor) from ledger.transfer t
                  where t.workspace_id = m.workspace_id and t.cause = 'market.fund/' || m.id and t.kind = 'client_fee'), 0) as fee,
        m.amount_minor + coalesce((select sum(p.amount_minor) from market.milestone p
                  where p.workspace_id = m.workspace_id and p.split_from = m.id), 0) as whole
    from market.milestone m where m.split_from is null and m.funded_at is not null
), part as (
    select p.workspace_id, p.id, p.split_from, round(paid.fee * p.amount_minor / paid.whole) as fee
    from market.milestone p join paid on paid.workspace_id = p.workspace_id and paid.id = p.split_from
), share as (
    select workspace_id, id, fee from part
    union all
    select paid.workspace_id, paid.id,
        greatest(0, paid.fee - coalesce((select sum(part.fee) from part
                                         where part.workspace_id = paid.workspace_id and part.split_from = paid.id), 0))
    from paid
)
update market.milestone m set client_fee_minor = share.fee::bigint
from share where share.workspace_id = m.workspace_id and share.id = m.id;
