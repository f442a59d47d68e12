-- The provider's side of money: its events in the sight of staff, bank transfers received by hand,
-- chargebacks to their end, payouts that run by themselves, at once, or past a second pair of eyes.

-- A role for those who look after money.
insert into kernel.role_template (key, product, rank, is_default) values ('finance', 'market', 60, false) on conflict do nothing;
insert into kernel.role_template_permission (role_key, permission, relations)
select 'finance', permission, relations from kernel.role_template_permission where role_key = 'member'
on conflict do nothing;
insert into kernel.role (workspace_id, id, key, name, product, rank)
select workspace_id, gen_random_uuid(), 'finance', 'finance', 'market', 60 from kernel.workspace where 'market' = any (products)
on conflict on constraint role_key_unique do nothing;
select kernel.grant_to_role('finance', permission, relations)
from kernel.role_template_permission where role_key = 'finance';
select kernel.grant_to_role(r, p, '{any}') from unnest(array['owner', 'admin', 'finance']) r,
    unnest(array['ledger.overview', 'provider_event.list', 'provider_event.show', 'provider_event.replay',
                 'bank_transfer.settings', 'bank_receipt.list', 'bank_receipt.show', 'bank_receipt.record', 'bank_receipt.confirm', 'bank_receipt.reject',
                 'chargeback.list', 'chargeback.show',
                 'payout.show', 'payout_review.list', 'payout.approve', 'payout.reject', 'payout_policy.show',
                 'payment.show']) p;
select kernel.grant_to_role(r, p, '{any}') from unnest(array['owner', 'admin']) r,
    unnest(array['bank_transfer.configure', 'payout_policy.update']) p;
select kernel.grant_to_role(r, p, '{own}') from unnest(array['owner', 'admin', 'finance']) r, unnest(array['file.upload', 'file.show']) p
where not exists (select 1 from kernel.role_template_permission t where t.role_key = r and t.permission = p);
select kernel.grant_to_role(r, p, '{own}') from unnest(array['client', 'freelancer']) r,
    unnest(array['payment.cancel', 'wallet.holds', 'payout_schedule.show', 'payout_schedule.set', 'payout_schedule.remove']) p;

-- Whose event it is, what became of it. Rows stay global: one that names nothing of ours has no workspace.
alter table ledger.provider_event
    add column workspace_id uuid,
    add column state        text not null default 'waiting',
    add constraint provider_event_workspace foreign key (workspace_id) references kernel.workspace (workspace_id),
    add constraint provider_event_state check (state in ('waiting', 'failing', 'processed', 'kept'));
update ledger.provider_event set state = case
    when processed_at is null then case when attempts > 0 then 'failing' else 'waiting' end
    when last_error is null then 'processed' else 'kept' end;
update ledger.provider_event e set workspace_id = p.workspace_id
from ledger.payment p where e.body #>> '{data,object}' in ('payment', 'dispute') and p.id::text = e.body #>> '{data,reference}';
update ledger.provider_event e set workspace_id = r.workspace_id
from ledger.refund r where e.body #>> '{data,object}' = 'refund' and r.id::text = e.body #>> '{data,reference}';
update ledger.provider_event e set workspace_id = o.workspace_id
from ledger.payout o where e.body #>> '{data,object}' = 'payout' and o.id::text = e.body #>> '{data,reference}';
create index provider_event_workspace_index on ledger.provider_event (workspace_id, received_at desc, id desc);
create index provider_event_lost_index on ledger.provider_event (received_at desc, id desc) where workspace_id is null;

insert into ledger.account_kind (kind, class, floor_zero, hot, lots) values
    ('bank_clearing',   'assets',      false, true,  false),
    ('bank_unmatched',  'liabilities', true,  false, false),
    ('chargeback_debt', 'assets',      false, false, false)
on conflict do nothing;

-- Money that comes by bank transfer instead of through the provider.
alter table ledger.payment
    alter column method_id drop not null,
    add column bank_reference text,
    -- The success of a payment given up before: it does not stand in the way of the one that runs now.
    add column late boolean not null default false,
    drop constraint payment_state,
    add constraint payment_state check (state in ('created', 'processing', 'requires_action', 'awaiting_transfer', 'captured', 'failed', 'expired')),
    add constraint payment_means check ((method_id is null) = (bank_reference is not null)),
    add constraint payment_bank_reference_unique unique (workspace_id, bank_reference);
drop index ledger.payment_running_once;
create unique index payment_running_once on ledger.payment (workspace_id, purpose_kind, purpose_id)
    where not late and (state in ('created', 'processing', 'requires_action', 'awaiting_transfer') or (state = 'captured' and applied = 'no'));
create index payment_awaiting_index on ledger.payment (workspace_id, created_at desc, id desc) where bank_reference is not null;
create index payment_transfer_due on ledger.payment (created_at) where state = 'awaiting_transfer';

create table ledger.bank_transfer_setting (
    workspace_id uuid        not null,
    enabled      boolean     not null default false,
    holder       text        not null default '',
    bank         text        not null default '',
    account      text        not null default '',
    note         text        not null default '',
    updated_at   timestamptz not null,
    version      bigint      not null default 1,
    primary key (workspace_id),
    constraint bank_transfer_setting_workspace foreign key (workspace_id) references kernel.workspace (workspace_id),
    constraint bank_transfer_setting_whole check (not enabled or (holder <> '' and account <> ''))
);
-- What the bank's statement says, recorded by one and confirmed by another. `out` is money sent back.
create table ledger.bank_receipt (
    workspace_id uuid        not null,
    id           uuid        not null,
    payment_id   uuid        not null,
    direction    text        not null,
    amount_minor bigint      not null,
    currency     text        not null references ledger.currency,
    booked_on    date        not null,
    note         text        not null default '',
    state        text        not null default 'recorded',
    recorded_by  uuid        not null,
    recorded_at  timestamptz not null,
    decided_by   uuid,
    decided_at   timestamptz,
    version      bigint      not null default 1,
    primary key (workspace_id, id),
    constraint bank_receipt_payment foreign key (workspace_id, payment_id) references ledger.payment (workspace_id, id),
    constraint bank_receipt_recorder foreign key (workspace_id, recorded_by) references kernel.member (workspace_id, id),
    constraint bank_receipt_decider foreign key (workspace_id, decided_by) references kernel.member (workspace_id, id),
    constraint bank_receipt_direction check (direction in ('in', 'out')),
    constraint bank_receipt_amount check (amount_minor > 0),
    constraint bank_receipt_state check (state in ('recorded', 'confirmed', 'rejected')),
    constraint bank_receipt_decided check ((state = 'recorded') = (decided_by is null)),
    constraint bank_receipt_second_person check (state <> 'confirmed' or decided_by <> recorded_by)
);
create index bank_receipt_list on ledger.bank_receipt (workspace_id, recorded_at desc, id desc);
create index bank_receipt_payment_index on ledger.bank_receipt (workspace_id, payment_id);
create index bank_receipt_recorder_index on ledger.bank_receipt (workspace_id, recorded_by);
create index bank_receipt_decider_index on ledger.bank_receipt (workspace_id, decided_by);
create index bank_receipt_currency_index on ledger.bank_receipt (currency);

-- A chargeback to its end. `outstanding_minor`: lost, and still to be taken from what lies in escrow.
alter table ledger.chargeback
    add column provider_dispute_id text,
    add column reason              text   not null default 'unknown',
    add column closed_at           timestamptz,
    add column outstanding_minor   bigint not null default 0,
    add column version             bigint not null default 1,
    add constraint chargeback_outstanding check (outstanding_minor >= 0 and (state = 'lost' or outstanding_minor = 0)),
    add constraint chargeback_closed check ((state = 'open') = (closed_at is null));
create index chargeback_list on ledger.chargeback (workspace_id, opened_at desc, id desc);

-- Destinations: a bank account, or a debit card that can be paid at once.
alter table ledger.destination
    add column kind  text not null default 'bank',
    add column last4 text not null default '',
    add constraint destination_kind check (kind in ('bank', 'card'));
update ledger.destination set last4 = right(label, 4);

alter table ledger.payout
    add column speed         text   not null default 'standard',
    add column fee_minor     bigint not null default 0,
    add column origin        text   not null default 'asked',
    add column review_causes text[] not null default '{}',
    add column reviewed_by   uuid,
    add column reviewed_at   timestamptz,
    add column review_note   text,
    add constraint payout_speed check (speed in ('standard', 'instant')),
    add constraint payout_fee check (fee_minor >= 0 and fee_minor < amount_minor),
    add constraint payout_origin check (origin in ('asked', 'automatic')),
    add constraint payout_reviewer foreign key (workspace_id, reviewed_by) references kernel.member (workspace_id, id),
    add constraint payout_second_person check (reviewed_by <> member_id);
create index payout_reviewer_index on ledger.payout (workspace_id, reviewed_by);
create index payout_review on ledger.payout (workspace_id, requested_at, id) where state = 'in_review';

-- Which payouts a person must look at, and what an instant one costs. No row, or null: not asked.
create table ledger.payout_policy (
    workspace_id             uuid        not null,
    -- In hundredths of a unit of whatever currency, as the least withdrawal is.
    review_above             bigint,
    young_destination_hours  integer,
    instant_fee_basis_points integer     not null default 150,
    instant_fee_least        bigint      not null default 50,
    updated_at               timestamptz not null,
    version                  bigint      not null default 1,
    primary key (workspace_id),
    constraint payout_policy_workspace foreign key (workspace_id) references kernel.workspace (workspace_id),
    constraint payout_policy_above check (review_above > 0),
    constraint payout_policy_young check (young_destination_hours between 1 and 2160),
    constraint payout_policy_instant check (instant_fee_basis_points between 0 and 1000 and instant_fee_least between 0 and 100000)
);
-- A payee's standing order.
create table ledger.payout_schedule (
    workspace_id    uuid        not null,
    member_id       uuid        not null,
    kind            text        not null,
    weekday         integer,
    month_day       integer,
    threshold_minor bigint,
    currency        text        not null references ledger.currency,
    destination_id  uuid,
    due_at          timestamptz,
    -- Why it stopped by itself; setting it anew starts it again.
    halted          text,
    updated_at      timestamptz not null,
    version         bigint      not null default 1,
    primary key (workspace_id, member_id),
    constraint payout_schedule_member foreign key (workspace_id, member_id) references kernel.member (workspace_id, id),
    constraint payout_schedule_destination foreign key (workspace_id, destination_id) references ledger.destination (workspace_id, id),
    constraint payout_schedule_kind check (
        (kind = 'weekly' and weekday between 1 and 7 and due_at is not null)
        or (kind = 'monthly' and month_day between 1 and 28 and due_at is not null)
        or (kind = 'threshold' and threshold_minor > 0 and due_at is null))
);
create index payout_schedule_due on ledger.payout_schedule (due_at) where due_at is not null and halted is null;
create index payout_schedule_threshold on ledger.payout_schedule (workspace_id, member_id) where kind = 'threshold' and halted is null;
create index payout_schedule_destination_index on ledger.payout_schedule (workspace_id, destination_id);
create index payout_schedule_currency_index on ledger.payout_schedule (currency);

do $$ declare t text; begin
    foreach t in array array['bank_transfer_setting', 'bank_receipt', 'payout_policy', 'payout_schedule'] loop
        perform kernel.protect(('ledger.' || t)::regclass);
        execute format('grant select, insert, update on ledger.%I to guildhall_app, guildhall_system', t);
    end loop;
end $$;
grant delete on ledger.payout_schedule to guildhall_app, guildhall_system;

-- A card ends with its month; its owner is told once, thirty days before.
alter table ledger.payment_method
    add column expires_at timestamptz generated always as (((make_date(exp_year, exp_month, 1) + interval '1 month') at time zone 'UTC')) stored,
    add column warned_at  timestamptz;
create index payment_method_expiry on ledger.payment_method (expires_at) where removed_at is null and warned_at is null;

-- Published: whose means of payment the provider has verified, and until when.
create view ledger.payment_verified with (security_invoker = true) as
    select workspace_id, member_id, max(expires_at) as until from ledger.payment_method where removed_at is null group by workspace_id, member_id;
grant select on ledger.payment_verified to guildhall_app, guildhall_system;
