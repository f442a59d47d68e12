-- Identity, continued: deletion with a grace, change of a confirmed address with a way back, limits
-- of sessions per role, leaving a workspace.

-- A confirmed account that asked to be deleted waits until `deletes_at`; signing in ends the wait.
alter table identity.account add column deletes_at timestamptz;
update identity.account set deletes_at = created_at where state = 'deletion_pending';
alter table identity.account add constraint account_deletion check ((state = 'deletion_pending') = (deletes_at is not null));
create index account_deleting on identity.account (deletes_at) where state = 'deletion_pending';

-- A link that changes an address, or takes the change back, keeps the address it leads to.
alter table identity.link add column email text;
alter table identity.link add column email_canonical text;
alter table identity.link drop constraint link_kind;
alter table identity.link add constraint link_kind check (kind in ('verify', 'reset', 'unlock', 'operator', 'address', 'undo', 'disown'));
alter table identity.link add constraint link_address check ((kind in ('address', 'undo')) = (email_canonical is not null) and (email is null) = (email_canonical is null));

-- Which of the installation's keys a queued mail's one-time token is derived from, so that a mail
-- queued before the key was rotated still carries the token whose hash is kept.
alter table notify.mail add column link_key text;

-- How many sessions a member with this role may have at a time, and what a further sign-in does.
alter table kernel.role add column session_cap integer;
alter table kernel.role add column session_policy text not null default 'end_oldest';
alter table kernel.role add constraint role_session_cap check (session_cap between 1 and 100);
alter table kernel.role add constraint role_session_policy check (session_policy in ('end_oldest', 'refuse'));

-- Erasure: the personal fields beside audit rows go, and names leave the texts of past events.
grant delete on kernel.audit_personal to guildhall_system;
grant update (payload) on kernel.event to guildhall_system;
grant delete on notify.notification to guildhall_system;

-- A job that a member started and that must stop when they lose the right to what it does.
alter table kernel.job add column permission text;
create function kernel.job_may_run(p_workspace uuid, p_member uuid, p_permission text) returns boolean
language sql stable set search_path = pg_catalog, kernel as $$
    select p_permission is null or p_member is null or exists (
        select 1 from kernel.member m
        join kernel.member_role mr on mr.workspace_id = m.workspace_id and mr.member_id = m.id
        join kernel.role_permission rp on rp.workspace_id = mr.workspace_id and rp.role_id = mr.role_id
        where m.workspace_id = p_workspace and m.id = p_member and m.state = 'active' and rp.permission = p_permission)
$$;
revoke execute on function kernel.job_may_run(uuid, uuid, text) from public;
grant execute on function kernel.job_may_run(uuid, uuid, text) to guildhall_app, guildhall_system;

select kernel.grant_to_role(role, 'member.remove', '{any}') from unnest(array['owner', 'admin']) role;
select kernel.grant_to_role('owner', 'workspace.transfer', '{any}');
select kernel.grant_to_role(role, 'role.list', '{any}') from unnest(array['owner', 'admin']) role;
select kernel.grant_to_role('owner', 'role.update', '{any}');
