-- The kernel: workspaces, members and their rights, events, jobs, audit, idempotency, clocks.
create extension if not exists btree_gin;
create extension if not exists pg_trgm;
create schema kernel;
grant usage on schema kernel to guildhall_app, guildhall_system, guildhall_search, guildhall_ledger;

-- Puts a table behind its workspace: row-level security is forced, the application's role sees
-- only the workspace of its transaction, the other roles see what they are granted.
create function kernel.protect(target regclass) returns void language plpgsql as $$
begin
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format(
        'create policy application on %s to guildhall_app
             using (workspace_id = nullif(current_setting(''app.workspace'', true), '''')::uuid)
             with check (workspace_id = nullif(current_setting(''app.workspace'', true), '''')::uuid)',
        target);
    execute format(
        'create policy inside on %s to guildhall_system, guildhall_search, guildhall_ledger, guildhall_owner
             using (true) with check (true)',
        target);
end $$;
revoke execute on function kernel.protect(regclass) from public;

-- Global: which environment this database belongs to; another one is refused.
create table kernel.installation (
    singleton   boolean     primary key default true,
    environment text        not null,
    created_at  timestamptz not null,
    constraint installation_once check (singleton),
    constraint installation_environment check (environment in ('production', 'development', 'test'))
);
-- Global: the movable business clock of the test environment; empty elsewhere.
create table kernel.clock (
    singleton boolean     primary key default true,
    now       timestamptz not null,
    constraint clock_once check (singleton)
);
-- Global: settings of the installation (the factor of rate limits in test, the mail policy).
create table kernel.setting (
    key   text  primary key,
    value jsonb not null
);
-- Global: counters of rate limits; rows of passed windows are swept.
create table kernel.rate_counter (
    bucket       text        not null,
    window_start timestamptz not null,
    used         bigint      not null,
    primary key (bucket, window_start)
);
create index rate_counter_window on kernel.rate_counter (window_start);
-- Global: leadership of work that one process does at a time.
create table kernel.lease (
    name       text        primary key,
    holder     uuid        not null,
    held_until timestamptz not null
);
grant select on kernel.installation to guildhall_app, guildhall_system;
grant select on kernel.clock to guildhall_app;
grant select, insert, update on kernel.clock to guildhall_system;
grant select, insert, update, delete on kernel.setting, kernel.rate_counter, kernel.lease to guildhall_system;

-- A tenant. Its id is the key of everything below.
create table kernel.workspace (
    workspace_id uuid        primary key,
    slug         text        not null,
    name         text        not null,
    locale       text        not null,
    currency     text        not null,
    products     text[]      not null,
    state        text        not null default 'active',
    settings     jsonb       not null default '{}',
    created_at   timestamptz not null,
    version      bigint      not null default 1,
    constraint workspace_slug_unique unique (slug),
    constraint workspace_slug_shape check (slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'),
    constraint workspace_locale check (locale in ('en', 'ar')),
    constraint workspace_currency check (currency ~ '^[A-Z]{3}$'),
    constraint workspace_products check (products <@ array['market', 'casework', 'crm', 'research']),
    constraint workspace_state check (state in ('active', 'suspended', 'closing'))
);
select kernel.protect('kernel.workspace');
grant select, update on kernel.workspace to guildhall_app;
grant select, insert, update on kernel.workspace to guildhall_system;

-- Role templates, loaded by migration, copied into each workspace when it is founded.
create table kernel.role_template (
    key        text    primary key,
    product    text,
    rank       integer not null,
    is_default boolean not null default false
);
create table kernel.role_template_permission (
    role_key   text   not null references kernel.role_template,
    permission text   not null,
    relations  text[] not null,
    primary key (role_key, permission)
);
grant select on kernel.role_template, kernel.role_template_permission to guildhall_system;

-- A role of a workspace: data, so that a workspace may change it.
create table kernel.role (
    workspace_id uuid    not null references kernel.workspace,
    id           uuid    not null,
    key          text    not null,
    name         text    not null,
    product      text,
    rank         integer not null,
    is_default   boolean not null default false,
    version      bigint  not null default 1,
    primary key (workspace_id, id),
    constraint role_key_unique unique (workspace_id, key)
);
-- One default role a workspace, by constraint.
create unique index role_default_once on kernel.role (workspace_id) where is_default;
create table kernel.role_permission (
    workspace_id    uuid   not null,
    role_id         uuid   not null,
    permission      text   not null,
    relations       text[] not null,
    hidden_fields   text[] not null default '{}',
    readonly_fields text[] not null default '{}',
    primary key (workspace_id, role_id, permission),
    constraint role_permission_role foreign key (workspace_id, role_id) references kernel.role (workspace_id, id)
);
-- An account's membership of a workspace. `account_id` names identity.account.
create table kernel.member (
    workspace_id uuid        not null references kernel.workspace,
    id           uuid        not null,
    account_id   uuid        not null,
    display_name text        not null,
    state        text        not null default 'active',
    created_at   timestamptz not null,
    version      bigint      not null default 1,
    primary key (workspace_id, id),
    constraint member_account_unique unique (workspace_id, account_id),
    constraint member_state check (state in ('active', 'deactivated', 'removed')),
    constraint member_display_name check (char_length(display_name) between 1 and 80)
);
create index member_account on kernel.member (account_id);
create index member_newest on kernel.member (workspace_id, created_at, id);
create table kernel.member_role (
    workspace_id uuid not null,
    member_id    uuid not null,
    role_id      uuid not null,
    primary key (workspace_id, member_id, role_id),
    constraint member_role_member foreign key (workspace_id, member_id) references kernel.member (workspace_id, id),
    constraint member_role_role foreign key (workspace_id, role_id) references kernel.role (workspace_id, id)
);
create index member_role_of_role on kernel.member_role (workspace_id, role_id);
select kernel.protect('kernel.role');
select kernel.protect('kernel.role_permission');
select kernel.protect('kernel.member');
select kernel.protect('kernel.member_role');
grant select, insert, update, delete on kernel.role, kernel.role_permission, kernel.member, kernel.member_role to guildhall_app, guildhall_system;

-- What happened, for everyone who listens. Written with the change; claimed by its state, because
-- ids do not follow commit order.
create table kernel.event (
    workspace_id   uuid        not null,
    id             uuid        not null,
    kind           text        not null,
    version        integer     not null,
    record_kind    text        not null,
    record_id      uuid        not null,
    record_version bigint      not null,
    payload        jsonb       not null,
    actor_id       uuid,
    request_id     text        not null,
    occurred_at    timestamptz not null,
    primary key (workspace_id, id)
) partition by range (id);
create table kernel.event_rest partition of kernel.event default;
-- The events nobody has fanned out yet: a queue that stays small.
create table kernel.event_pending (
    workspace_id uuid not null,
    event_id     uuid not null,
    primary key (workspace_id, event_id)
);
create index event_pending_order on kernel.event_pending (event_id);
-- One row per event and consumer, from fan-out until it is done; dead ones stay in sight.
create table kernel.delivery (
    workspace_id   uuid        not null,
    event_id       uuid        not null,
    consumer       text        not null,
    record_id      uuid        not null,
    record_version bigint      not null,
    attempts       integer     not null default 0,
    run_at         timestamptz not null,
    lease_until    timestamptz,
    last_error     text,
    dead_at        timestamptz,
    primary key (workspace_id, event_id, consumer)
);
create index delivery_due on kernel.delivery (run_at) where dead_at is null;
create index delivery_order on kernel.delivery (workspace_id, consumer, record_id, record_version, event_id) where dead_at is null;
select kernel.protect('kernel.event');
select kernel.protect('kernel.event_rest');
select kernel.protect('kernel.event_pending');
select kernel.protect('kernel.delivery');
grant insert on kernel.event, kernel.event_pending to guildhall_app;
grant select, insert on kernel.event to guildhall_system;
grant select, insert, update, delete on kernel.event_pending to guildhall_system;
grant select, insert, update, delete on kernel.delivery to guildhall_system;

-- Durable background work, committed with the change that asked for it. Times are of the wall clock.
create table kernel.job (
    workspace_id uuid        not null,
    id           uuid        not null,
    kind         text        not null,
    payload      jsonb       not null,
    dedup        text,
    member_id    uuid,
    request_id   text        not null,
    state        text        not null default 'queued',
    attempts     integer     not null default 0,
    max_attempts integer     not null default 12,
    run_at       timestamptz not null,
    lease_until  timestamptz,
    last_error   text,
    result       jsonb,
    created_at   timestamptz not null,
    finished_at  timestamptz,
    primary key (workspace_id, id),
    constraint job_state check (state in ('queued', 'running', 'succeeded', 'dead', 'cancelled'))
);
create unique index job_once on kernel.job (workspace_id, kind, dedup) where dedup is not null;
create index job_due on kernel.job (run_at) where state in ('queued', 'running');
select kernel.protect('kernel.job');
grant select, insert on kernel.job to guildhall_app;
grant select, insert, update, delete on kernel.job to guildhall_system;

-- Who did what. Append-only for the application; sealed in batches right after.
create table kernel.audit (
    workspace_id uuid        not null,
    id           uuid        not null,
    actor_kind   text        not null,
    actor_id     uuid,
    action       text        not null,
    outcome      text        not null,
    record_kind  text        not null,
    record_id    uuid,
    changes      jsonb       not null default '{}',
    -- Salted commitment to the erasable fields beside this row.
    personal     bytea       not null,
    request_id   text        not null,
    occurred_at  timestamptz not null,
    primary key (workspace_id, id),
    constraint audit_actor_kind check (actor_kind in ('member', 'account', 'visitor', 'system', 'provider', 'operator')),
    constraint audit_outcome check (outcome in ('done', 'denied', 'failed'))
) partition by range (id);
create table kernel.audit_rest partition of kernel.audit default;
create index audit_record on kernel.audit (workspace_id, record_id, id);
create index audit_actor on kernel.audit (workspace_id, actor_id, id);
-- Personal fields of an audit row; may be erased, the commitment above then stays unopened.
create table kernel.audit_personal (
    workspace_id uuid  not null,
    audit_id     uuid  not null,
    salt         bytea not null,
    network      text  not null,
    agent        text  not null,
    primary key (workspace_id, audit_id)
);
-- Rows that wait for their seal.
create table kernel.audit_pending (
    workspace_id uuid not null,
    audit_id     uuid not null,
    primary key (workspace_id, audit_id)
);
-- One Merkle root per workspace and batch, chained and signed with a key outside the database.
create table kernel.audit_seal (
    workspace_id uuid        not null,
    sequence     bigint      not null,
    leaves       integer     not null,
    root         bytea       not null,
    previous     bytea       not null,
    signature    bytea       not null,
    sealed_at    timestamptz not null,
    primary key (workspace_id, sequence)
);
create table kernel.audit_leaf (
    workspace_id uuid    not null,
    sequence     bigint  not null,
    position     integer not null,
    audit_id     uuid    not null,
    primary key (workspace_id, sequence, position),
    constraint audit_leaf_once unique (workspace_id, audit_id),
    constraint audit_leaf_seal foreign key (workspace_id, sequence) references kernel.audit_seal (workspace_id, sequence)
);
select kernel.protect('kernel.audit');
select kernel.protect('kernel.audit_rest');
select kernel.protect('kernel.audit_personal');
select kernel.protect('kernel.audit_pending');
select kernel.protect('kernel.audit_seal');
select kernel.protect('kernel.audit_leaf');
grant select, insert on kernel.audit, kernel.audit_personal to guildhall_app, guildhall_system;
grant insert on kernel.audit_pending to guildhall_app;
grant select, insert, update, delete on kernel.audit_pending to guildhall_system;
grant select, insert on kernel.audit_seal, kernel.audit_leaf to guildhall_system;

-- What a caller asked with which key, and whether it is done. Kept seven days.
create table kernel.idempotency (
    workspace_id uuid        not null,
    caller       uuid        not null,
    route        text        not null,
    key          text        not null,
    body_hash    bytea       not null,
    resource_id  uuid,
    created_at   timestamptz not null,
    done_at      timestamptz,
    primary key (workspace_id, caller, route, key),
    constraint idempotency_key_length check (char_length(key) between 1 and 255),
    constraint idempotency_done check (done_at is null or resource_id is not null)
);
create index idempotency_age on kernel.idempotency (created_at);
select kernel.protect('kernel.idempotency');
grant select, insert, update on kernel.idempotency to guildhall_app;
grant select, insert, update, delete on kernel.idempotency to guildhall_system;

-- Roles every workspace begins with. Relations: 'any' is every record of the workspace, the others
-- name what the actor is to a record; a product's policy says how each is found.
insert into kernel.role_template (key, product, rank, is_default) values
    ('owner', null, 100, false), ('admin', null, 80, false), ('member', null, 10, true),
    ('client', 'market', 20, false), ('freelancer', 'market', 20, false);
