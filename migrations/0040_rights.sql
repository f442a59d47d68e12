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

-- Fields hidden or read-only by role come with the editor of roles. Until something reads them, a
-- row that promises them is refused, so that nobody relies on it.
update kernel.role_permission set hidden_fields = '{}', readonly_fields = '{}' where hidden_fields <> '{}' or readonly_fields <> '{}';
alter table kernel.role_permission add constraint role_permission_whole check (hidden_fields = '{}' and readonly_fields = '{}');
