-- Plans of payees and what each is charged; thresholds in every currency; books that are looked into;
-- two equal lines of one bank statement.

-- How many minor units are one US dollar, roughly: it scales thresholds and least sums, never what is paid.
alter table ledger.currency
    add column dollar_minor bigint,
    add constraint currency_dollar check (dollar_minor > 0);
update ledger.currency c set dollar_minor = v.minor
from (values ('USD', 100), ('EUR', 90), ('GBP', 75), ('JPY', 150), ('SAR', 375), ('AED', 367), ('KWD', 300), ('EGP', 5000)) as v (code, minor)
where v.code = c.code;
alter table ledger.currency alter column dollar_minor set not null;

-- The plan a member is charged by as a payee; nothing: free.
create table ledger.member_plan (
    workspace_id uuid        not null,
    member_id    uuid        not null,
    plan         text        not null,
    set_by       uuid        not null,
    updated_at   timestamptz not null,
    version      bigint      not null default 1,
    primary key (workspace_id, member_id),
    constraint member_plan_member foreign key (workspace_id, member_id) references kernel.member (workspace_id, id),
    constraint member_plan_set_by foreign key (workspace_id, set_by) references kernel.member (workspace_id, id),
    constraint member_plan_plan check (plan in ('free', 'pro', 'business'))
);
create index member_plan_set_by_index on ledger.member_plan (workspace_id, set_by);
select kernel.protect('ledger.member_plan');
grant select, insert, update on ledger.member_plan to guildhall_app, guildhall_system;
select kernel.grant_to_role(r, p, '{any}') from unnest(array['owner', 'admin', 'finance']) r, unnest(array['member_plan.list', 'member_plan.set']) p;

-- A rule without a plan is for every plan. Until now there was one plan, so that every rule was.
alter table ledger.fee_rule
    alter column plan drop not null,
    alter column plan drop default;
update ledger.fee_rule set plan = null where plan = 'free';
-- A version that was in force is never changed: where nobody has made another, the plans' rates come
-- as the next one. Members are charged as before until they have a plan.
insert into ledger.fee_schedule (workspace_id, version, effective_at, payee_basis_points, client_basis_points, minimum_payout_minor, clearance_days, note)
select s.workspace_id, 2, s.effective_at, s.payee_basis_points, s.client_basis_points, s.minimum_payout_minor, s.clearance_days, 'Pro 3 %, Business 1 %'
from ledger.fee_schedule s
where s.version = 1 and not exists (select 1 from ledger.fee_schedule o where o.workspace_id = s.workspace_id and o.version > 1);
insert into ledger.fee_rule (workspace_id, version, position, side, plan, basis_points)
select s.workspace_id, 2, v.position, 'payee', v.plan, v.points
from ledger.fee_schedule s cross join (values (1, 'pro', 300), (2, 'business', 100)) as v (position, plan, points)
where s.version = 2 and s.proposed_by is null
  and not exists (select 1 from ledger.fee_rule r where r.workspace_id = s.workspace_id and r.version = 2);

-- Workspaces whose last proof found faults in their books: no money goes out until a proof finds none.
create table ledger.books_review (
    workspace_id uuid        not null,
    since        timestamptz not null,
    proved_at    timestamptz not null,
    -- What was found, as the proof says it.
    faults       text[]      not null,
    primary key (workspace_id),
    constraint books_review_workspace foreign key (workspace_id) references kernel.workspace (workspace_id),
    constraint books_review_faults check (cardinality(faults) > 0)
);
select kernel.protect('ledger.books_review');
grant select on ledger.books_review to guildhall_app;
grant select, insert, update, delete on ledger.books_review to guildhall_system;

-- The bank's own reference of a line, where two lines of one day and sum must be told apart.
alter table ledger.bank_receipt
    add column statement_reference text not null default '',
    add constraint bank_receipt_reference check (char_length(statement_reference) <= 64);

-- The receipts that wait for a second person, counted on the start page of those who confirm.
create index bank_receipt_waiting on ledger.bank_receipt (workspace_id, recorded_by) where state = 'recorded';
