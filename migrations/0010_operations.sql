-- Operations: jobs with a limit, a checkpoint and a way to stop; what recurs; which processes there
-- are; a short memory of hints, so that a browser that was away hears what it missed.

alter table kernel.job
    -- Lower first: what somebody waits for stands before what may take its time.
    add column priority   smallint not null default 20,
    add column progress   smallint not null default 0,
    -- What the handler wants to know when it has to begin again; never shown.
    add column checkpoint jsonb,
    add constraint job_progress check (progress between 0 and 100),
    add constraint job_priority check (priority between 0 and 100);
alter table kernel.job drop constraint job_state;
alter table kernel.job add constraint job_state
    check (state in ('queued', 'running', 'cancelling', 'succeeded', 'dead', 'timed_out', 'cancelled'));
drop index kernel.job_due;
create index job_due on kernel.job (priority, run_at) where state in ('queued', 'running', 'cancelling');
create index job_failed on kernel.job (created_at desc, id) where state in ('dead', 'timed_out');
-- A member may have an own job stopped.
grant update (state, finished_at) on kernel.job to guildhall_app;

create index delivery_dead on kernel.delivery (dead_at desc, event_id) where dead_at is not null;

-- Global: work that recurs at a time of day. A due time becomes one job, in one transaction.
create table kernel.schedule (
    name        text        primary key,
    zone        text        not null,
    next_at     timestamptz not null,
    last_due_at timestamptz,
    last_job_id uuid
);
grant select, insert, update on kernel.schedule to guildhall_system;

-- Global: the processes that serve, each renewing its row; for counting connections and for operators.
create table kernel.process (
    id          uuid        primary key,
    version     text        not null,
    connections integer     not null,
    started_at  timestamptz not null,
    seen_at     timestamptz not null
);
grant select, insert, update, delete on kernel.process to guildhall_system;

-- Global: what accounts were told lately. Kept for minutes; the page fetches again and is authorised then.
create table kernel.hint (
    id         bigint      generated always as identity primary key,
    account_id uuid        not null,
    kind       text        not null,
    record_id  uuid        not null,
    version    bigint      not null,
    told_at    timestamptz not null
);
create index hint_account on kernel.hint (account_id, id);
create index hint_age on kernel.hint (told_at);
grant select, insert, delete on kernel.hint to guildhall_system;

select kernel.grant_to_role(r, 'audit.export', '{any}') from unnest(array['owner', 'admin']) r;
select kernel.grant_to_role(r, 'job.cancel', '{own}')
from unnest(array['owner', 'admin', 'member', 'client', 'freelancer']) r;
