-- Refunds that people look after, and what a lost chargeback still claims.

alter table ledger.refund
    drop constraint refund_state,
    add constraint refund_state check (state in ('approved', 'processing', 'succeeded', 'failed', 'manual', 'charged_back')),
    -- Tries made before people had it tried again.
    add column spent   integer not null default 0,
    add column version bigint  not null default 1;
create index refund_list on ledger.refund (workspace_id, created_at desc, id desc);
create index refund_manual on ledger.refund (updated_at) where state = 'manual';

-- Of a lost chargeback: `fee_minor` is what the platform gave up of its fees, `guarantee_minor` what
-- nobody here has and the platform bears, its claim against the payer. What is claimed in all is
-- the sum of the open ones, and of the outstanding and guaranteed parts of the lost ones.
alter table ledger.chargeback
    add column fee_minor       bigint not null default 0,
    add column guarantee_minor bigint not null default 0,
    add constraint chargeback_fee check (fee_minor >= 0 and (state = 'lost' or fee_minor = 0)),
    add constraint chargeback_guarantee check (guarantee_minor >= 0 and (state = 'lost' or guarantee_minor = 0));
update ledger.chargeback c set fee_minor = met.fees, guarantee_minor = greatest(0, c.amount_minor - c.outstanding_minor - met.total)
from (
    select b.workspace_id, b.id, coalesce(sum(t.amount_minor), 0) as total,
           coalesce(sum(t.amount_minor) filter (where t.kind = 'chargeback_fee'), 0) as fees
    from ledger.chargeback b
    left join ledger.transfer t on t.workspace_id = b.workspace_id and t.kind in ('chargeback_taken', 'chargeback_fee', 'chargeback_debt')
        and (t.cause = 'ledger.chargeback_lost/' || b.payment_id or t.cause in (
            select 'ledger.chargeback_taken/' || l.id from ledger.lot l where l.workspace_id = b.workspace_id and l.payment_id = b.payment_id))
    where b.state = 'lost' group by b.workspace_id, b.id) as met
where met.workspace_id = c.workspace_id and met.id = c.id;

select kernel.grant_to_role(r, p, '{any}') from unnest(array['owner', 'admin', 'finance']) r, unnest(array['refund.list', 'refund.retry']) p;
