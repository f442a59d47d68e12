-- Which roles people may take by joining is data, not a list in the code.
alter table kernel.role_template add column is_open boolean not null default false;
update kernel.role_template set is_open = true where key in ('client', 'freelancer');
alter table kernel.role add column is_open boolean;
update kernel.role set is_open = key in ('client', 'freelancer');
alter table kernel.role alter column is_open set not null;
-- A version of the program that does not know the column founds workspaces as well: its roles are as
-- open as their templates.
create function kernel.open_as_template() returns trigger language plpgsql set search_path = pg_catalog, kernel as $$
begin
    new.is_open := coalesce((select t.is_open from kernel.role_template t where t.key = new.key), false);
    return new;
end $$;
create trigger role_open before insert on kernel.role for each row when (new.is_open is null) execute function kernel.open_as_template();

-- A member's switches are one record to whoever edits them: each change of one counts, and their
-- sum is the version that an edit says it was made against.
alter table notify.preference add column version bigint not null default 1;

-- How long the holders of a role stay signed in, where the workspace wants it shorter than usual:
-- unused, and at all. Never longer: the code takes the smaller one.
alter table kernel.role
    add column idle_seconds integer,
    add column absolute_seconds integer,
    add constraint role_idle_seconds check (idle_seconds between 300 and 1209600),
    add constraint role_absolute_seconds check (absolute_seconds between 900 and 5184000);

-- The shortest of the limits that an account's roles set, in seconds; a workspace that is shut sets none.
create function kernel.session_limits(p_account uuid, out idle integer, out absolute integer)
language sql stable set search_path = pg_catalog, kernel as $$
    select min(r.idle_seconds), min(r.absolute_seconds)
    from kernel.member m
    join kernel.workspace w on w.workspace_id = m.workspace_id
    join kernel.member_role mr on mr.workspace_id = m.workspace_id and mr.member_id = m.id
    join kernel.role r on r.workspace_id = mr.workspace_id and r.id = mr.role_id
    where m.account_id = p_account and m.state = 'active' and w.state = 'active'
$$;
revoke execute on function kernel.session_limits from public;
grant execute on function kernel.session_limits to guildhall_system;

-- The sessions of an account that still count, with the end that its roles' limits of now leave them.
create function identity.live_sessions(p_account uuid, p_now timestamptz)
returns table (id uuid, kind text, agent text, network text, created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz)
language sql stable set search_path = pg_catalog, identity as $$
    select s.id, s.kind, s.agent, s.network, s.created_at, s.last_seen_at, e.at
    from identity.session s
    cross join kernel.session_limits(p_account) l
    cross join lateral (select least(s.expires_at, s.created_at + make_interval(secs => l.absolute)) as at) e
    where s.account_id = p_account and s.ended_at is null and e.at > p_now
      and s.last_seen_at + make_interval(secs => least(s.idle_seconds, l.idle)) > p_now
$$;
revoke execute on function identity.live_sessions from public;
grant execute on function identity.live_sessions to guildhall_system;
