-- Books: invoices, fee rules with two pairs of eyes, refunds by item, bonuses; entries that nobody edits.

-- A schedule is proposed by one and confirmed by another; what stood before needed nobody.
alter table ledger.fee_schedule
    add column state        text        not null default 'confirmed',
    add column note         text        not null default '',
    add column proposed_by  uuid,
    add column proposed_at  timestamptz,
    add column decided_by   uuid,
    add column decided_at   timestamptz,
    add constraint fee_schedule_state check (state in ('proposed', 'confirmed', 'withdrawn')),
    add constraint fee_schedule_two_people check (state <> 'confirmed' or proposed_by is null or decided_by is distinct from proposed_by),
    add constraint fee_schedule_proposed_by foreign key (workspace_id, proposed_by) references kernel.member (workspace_id, id),
    add constraint fee_schedule_decided_by foreign key (workspace_id, decided_by) references kernel.member (workspace_id, id);
create index fee_schedule_proposed_by_index on ledger.fee_schedule (workspace_id, proposed_by);
create index fee_schedule_decided_by_index on ledger.fee_schedule (workspace_id, decided_by);
create unique index fee_schedule_proposal_once on ledger.fee_schedule (workspace_id) where state = 'proposed';

-- Where a schedule says more than its two general rates: by side, plan, category and contract type.
-- The most special rule counts. Fixed part, least and most are in hundredths of a currency unit.
create table ledger.fee_rule (
    workspace_id  uuid    not null,
    version       integer not null,
    position      integer not null,
    side          text    not null,
    plan          text    not null default 'free',
    category      text,
    contract_type text,
    basis_points  integer not null,
    fixed_minor   bigint  not null default 0,
    least_minor   bigint  not null default 0,
    most_minor    bigint,
    primary key (workspace_id, version, position),
    constraint fee_rule_schedule foreign key (workspace_id, version) references ledger.fee_schedule (workspace_id, version),
    constraint fee_rule_once unique nulls not distinct (workspace_id, version, side, plan, category, contract_type),
    constraint fee_rule_side check (side in ('payee', 'client')),
    constraint fee_rule_plan check (plan in ('free', 'pro', 'business')),
    constraint fee_rule_type check (contract_type in ('fixed', 'hourly', 'order', 'bonus')),
    constraint fee_rule_points check (basis_points between 0 and 10000),
    constraint fee_rule_sums check (fixed_minor >= 0 and least_minor >= 0 and (most_minor is null or most_minor >= least_minor))
);
select kernel.protect('ledger.fee_rule');
grant select, insert on ledger.fee_rule to guildhall_app, guildhall_system;

-- A refund knows the item it gives back for and how the sum is made up: from the item's escrow or
-- the payee (principal), from the platform's fees on either side.
alter table ledger.refund
    add column item_id          uuid,
    add column client_fee_minor bigint not null default 0,
    add column payee_fee_minor  bigint not null default 0,
    -- Whether it was taken back from a payee after the release.
    add column released         boolean not null default false,
    add constraint refund_fees check (client_fee_minor >= 0 and payee_fee_minor >= 0 and client_fee_minor + payee_fee_minor <= amount_minor);
create index refund_item_index on ledger.refund (workspace_id, item_id);

-- The next number of each kind of paper: the row is locked last before the commit, so that numbers
-- have no gap and no two papers share one.
create table ledger.invoice_series (
    workspace_id uuid   not null references kernel.workspace,
    kind         text   not null,
    next_number  bigint not null default 1,
    primary key (workspace_id, kind)
);
-- A paper as it was issued: the client's receipt, the freelancer's earning statement with the
-- platform's fee, the credit note of a refund. Names are kept as they were.
create table ledger.invoice (
    workspace_id    uuid        not null,
    id              uuid        not null,
    kind            text        not null,
    number          bigint      not null,
    recipient_id    uuid        not null,
    item_kind       text        not null,
    item_id         uuid        not null,
    record_id       uuid        not null,
    record_path     text        not null,
    title           text        not null,
    issuer_name     text        not null,
    recipient_name  text        not null,
    other_name      text        not null,
    currency        text        not null references ledger.currency,
    gross_minor     bigint      not null,
    fee_minor       bigint      not null,
    tax_minor       bigint      not null default 0,
    net_minor       bigint      not null,
    fee_version     integer,
    issued_at       timestamptz not null,
    primary key (workspace_id, id),
    constraint invoice_number_once unique (workspace_id, kind, number),
    constraint invoice_once unique (workspace_id, kind, item_id),
    constraint invoice_recipient foreign key (workspace_id, recipient_id) references kernel.member (workspace_id, id),
    constraint invoice_kind check (kind in ('receipt', 'earning', 'credit_note')),
    constraint invoice_item check (item_kind in ('milestone', 'bonus', 'order', 'refund')),
    constraint invoice_path check (record_path ~ '^/[a-z-]+/$'),
    constraint invoice_sums check (gross_minor >= 0 and fee_minor >= 0 and tax_minor >= 0),
    constraint invoice_adds_up check (net_minor = case when kind = 'earning' then gross_minor - fee_minor - tax_minor else gross_minor + fee_minor + tax_minor end)
);
create index invoice_recipient_index on ledger.invoice (workspace_id, recipient_id, issued_at desc, id desc);
create index invoice_issued_index on ledger.invoice (workspace_id, issued_at desc, id desc);
create index invoice_item_index on ledger.invoice (workspace_id, item_id);
create index invoice_record_index on ledger.invoice (workspace_id, record_id, issued_at, id);
create index invoice_currency_fk on ledger.invoice (currency);
select kernel.protect('ledger.invoice_series');
select kernel.protect('ledger.invoice');
grant select, insert, update on ledger.invoice_series to guildhall_app, guildhall_system;
grant select, insert on ledger.invoice to guildhall_app, guildhall_system;

-- What was written stays: nobody but a superuser edits the books' history, whatever was granted.
create function ledger.append_only() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
    if not exists (select 1 from pg_roles r where r.rolname = current_user and r.rolsuper) then
        raise exception '% is append-only', tg_table_name using errcode = 'GH008';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end $$;
do $$ declare t text; begin
    foreach t in array array['entry', 'transfer', 'cause', 'lot_use', 'invoice'] loop
        execute format('create trigger append_only before update or delete on ledger.%I for each row execute function ledger.append_only()', t);
    end loop;
end $$;

-- An item's fee is frozen when it is funded, as the version and the sum itself.
alter table market.milestone
    add column fee_version     integer,
    add column payee_fee_minor bigint,
    add constraint milestone_payee_fee check (payee_fee_minor is null or payee_fee_minor between 0 and amount_minor);

-- A client's thanks above what was agreed, paid at once.
create table market.bonus (
    workspace_id     uuid        not null,
    id               uuid        not null,
    contract_id      uuid        not null,
    client_id        uuid        not null,
    freelancer_id    uuid        not null,
    amount_minor     bigint      not null,
    currency         text        not null,
    note             text        not null,
    state            text        not null default 'intended',
    fee_version      integer     not null,
    client_fee_minor bigint      not null,
    payee_fee_minor  bigint      not null,
    clearance_days   integer     not null,
    payment_id       uuid        not null,
    created_at       timestamptz not null,
    paid_at          timestamptz,
    version          bigint      not null default 1,
    primary key (workspace_id, id),
    constraint bonus_contract foreign key (workspace_id, contract_id) references market.contract (workspace_id, id),
    constraint bonus_client foreign key (workspace_id, client_id) references kernel.member (workspace_id, id),
    constraint bonus_freelancer foreign key (workspace_id, freelancer_id) references kernel.member (workspace_id, id),
    constraint bonus_amount check (amount_minor > 0),
    constraint bonus_fees check (payee_fee_minor between 0 and amount_minor and client_fee_minor >= 0),
    constraint bonus_state check (state in ('intended', 'paid')),
    constraint bonus_paid check ((state = 'paid') = (paid_at is not null))
);
create index bonus_contract_index on market.bonus (workspace_id, contract_id, created_at, id);
create index bonus_client_index on market.bonus (workspace_id, client_id);
create index bonus_freelancer_index on market.bonus (workspace_id, freelancer_id);
select kernel.protect('market.bonus');
grant select, insert, update on market.bonus to guildhall_app, guildhall_system;

select kernel.grant_to_role('client', 'bonus.send', '{client}');
select kernel.grant_to_role('client', 'bonus.show', '{client}');
select kernel.grant_to_role('freelancer', 'bonus.show', '{freelancer}');
select kernel.grant_to_role(r, p, '{own}') from unnest(array['client', 'freelancer']) r, unnest(array['invoice.list', 'invoice.show']) p;
select kernel.grant_to_role(r, p, '{any}') from unnest(array['owner', 'admin']) r,
    unnest(array['invoice.list', 'invoice.show', 'fee_schedule.list', 'fee_schedule.confirm']) p;
select kernel.grant_to_role('owner', 'fee_schedule.propose', '{any}');
select kernel.grant_to_role('finance', p, '{any}') from unnest(array['invoice.list', 'invoice.show', 'fee_schedule.list', 'fee_schedule.confirm']) p
    where exists (select 1 from kernel.role_template where key = 'finance');
