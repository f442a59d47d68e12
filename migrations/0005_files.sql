-- Files: what was stored, whose it is, and the record it belongs to. Bytes live outside.
create schema files;
grant usage on schema files to guildhall_app, guildhall_system;
create table files.file (
    workspace_id uuid        not null,
    id           uuid        not null,
    owner_id     uuid        not null,
    -- Both null until a command attaches the file to its record.
    record_kind  text,
    record_id    uuid,
    name         text        not null,
    media_type   text        not null,
    size_bytes   bigint      not null,
    sha256       bytea       not null,
    storage_key  text        not null,
    created_at   timestamptz not null,
    primary key (workspace_id, id),
    constraint file_owner foreign key (workspace_id, owner_id) references kernel.member (workspace_id, id),
    constraint file_name check (char_length(name) between 1 and 200),
    constraint file_size check (size_bytes between 1 and 26214400),
    constraint file_record check ((record_kind is null) = (record_id is null))
);
create index file_record_index on files.file (workspace_id, record_id, id);
create index file_owner_index on files.file (workspace_id, owner_id, id);
select kernel.protect('files.file');
grant select, insert, update, delete on files.file to guildhall_app, guildhall_system;
insert into kernel.role_template_permission (role_key, permission, relations)
select r, p, array['own', 'party'] from unnest(array['client', 'freelancer']) r, unnest(array['file.upload', 'file.show']) p;
