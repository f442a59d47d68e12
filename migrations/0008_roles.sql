-- What a later migration says to give a permission to a role: new workspaces take it from the
-- template, those that exist get it now. (The first migrations wrote the template alone.)
create function kernel.grant_to_role(of_role text, of_permission text, of_relations text[]) returns void language sql as $$
    insert into kernel.role_template_permission (role_key, permission, relations)
    values (of_role, of_permission, of_relations)
    on conflict (role_key, permission) do update set relations = excluded.relations;
    insert into kernel.role_permission (workspace_id, role_id, permission, relations)
    select r.workspace_id, r.id, of_permission, of_relations from kernel.role r where r.key = of_role
    on conflict (workspace_id, role_id, permission) do update set relations = excluded.relations;
$$;
revoke execute on function kernel.grant_to_role from public;
