-- A role's relation that the code does not know for a permission grants nothing. What it knows is
-- what the templates use, what any list can be held for (`any`), and what stands here beside.
-- Global: the further relations a workspace's own roles may hold a permission for.
create table kernel.permission_relation (
    permission text not null,
    relation   text not null,
    primary key (permission, relation)
);
insert into kernel.permission_relation (permission, relation) values
    ('project.list', 'owner'),
    ('member.list', 'own');
grant select on kernel.permission_relation, kernel.role_template_permission to guildhall_app, guildhall_system;
create index role_template_permission_named on kernel.role_template_permission (permission);

-- What roles hold, with the relations that the code knows alone: where none is left, nothing is held.
create view kernel.role_grant with (security_invoker = true) as
    select rp.workspace_id, rp.role_id, rp.permission,
        array(select held from unnest(rp.relations) held where held = 'any'
            or exists (select 1 from kernel.role_template_permission t where t.permission = rp.permission and held = any (t.relations))
            or exists (select 1 from kernel.permission_relation k where k.permission = rp.permission and k.relation = held)) as relations
    from kernel.role_permission rp;
grant select on kernel.role_grant to guildhall_app, guildhall_system;

-- A job goes on as long as its member holds the permission for anything at all, as at the edge.
create or replace function kernel.job_may_run(p_workspace uuid, p_member uuid, p_permission text) returns boolean
language sql stable set search_path = pg_catalog, kernel as $$
    select p_permission is null or p_member is null or exists (
        select 1 from kernel.member m
        join kernel.member_role mr on mr.workspace_id = m.workspace_id and mr.member_id = m.id
        join kernel.role_grant rg on rg.workspace_id = mr.workspace_id and rg.role_id = mr.role_id
        where m.workspace_id = p_workspace and m.id = p_member and m.state = 'active' and rg.permission = p_permission
            and rg.relations <> '{}')
$$;

-- Fields hidden or read-only by role come with the editor of roles. Until something reads them, a
-- row that promises them is refused, so that nobody relies on it.
update kernel.role_permission set hidden_fields = '{}', readonly_fields = '{}' where hidden_fields <> '{}' or readonly_fields <> '{}';
alter table kernel.role_permission add constraint role_permission_whole check (hidden_fields = '{}' and readonly_fields = '{}');
