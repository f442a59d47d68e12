-- Notify: what members are told, inside and by mail.
create schema notify;
grant usage on schema notify to guildhall_app, guildhall_system;
create table notify.notification (
    workspace_id uuid        not null,
    id           uuid        not null,
    member_id    uuid        not null,
    kind         text        not null,
    record_kind  text        not null,
    record_id    uuid        not null,
    -- Path inside the site; the target authorises its reader itself.
    href         text        not null,
    arguments    jsonb       not null,
    repeats      integer     not null default 1,
    event_id     uuid        not null,
    created_at   timestamptz not null,
    read_at      timestamptz,
    primary key (workspace_id, id),
    constraint notification_once unique (workspace_id, member_id, event_id),
    constraint notification_member foreign key (workspace_id, member_id) references kernel.member (workspace_id, id)
);
create index notification_newest on notify.notification (workspace_id, member_id, created_at desc, id desc);
create index notification_unread on notify.notification (workspace_id, member_id) where read_at is null;
create table notify.preference (
    workspace_id uuid    not null,
    member_id    uuid    not null,
    kind         text    not null,
    in_app       boolean not null,
    mail         boolean not null,
    primary key (workspace_id, member_id, kind),
    constraint preference_member foreign key (workspace_id, member_id) references kernel.member (workspace_id, id)
);
select kernel.protect('notify.notification');
select kernel.protect('notify.preference');
grant select, insert, update on notify.notification to guildhall_app, guildhall_system;
grant select, insert, update, delete on notify.preference to guildhall_app, guildhall_system;

-- Global: the mail outbox. A mail is its template, arguments and (for one-time links) the id from
-- which the link is derived when it is rendered; so no token is at rest. `workspace_id` is null
-- for mail about the account itself.
create table notify.mail (
    id           uuid        primary key,
    workspace_id uuid,
    dedup        text        not null,
    to_address   text        not null,
    locale       text        not null,
    template     text        not null,
    arguments    jsonb       not null,
    -- Path of the button, to which the base address is put; `{token}` stands for the derived token.
    path         text        not null,
    link_id      uuid,
    state        text        not null default 'queued',
    attempts     integer     not null default 0,
    run_at       timestamptz not null,
    lease_until  timestamptz,
    last_error   text,
    created_at   timestamptz not null,
    sent_at      timestamptz,
    constraint mail_once unique (dedup),
    constraint mail_state check (state in ('queued', 'sent', 'dead'))
);
create index mail_due on notify.mail (run_at) where state = 'queued';
create index mail_to on notify.mail (to_address, created_at desc);
grant select, insert, update, delete on notify.mail to guildhall_system;
-- Members' commands write mail too, but never read it.
grant insert on notify.mail to guildhall_app;
insert into kernel.role_template_permission (role_key, permission, relations)
select r, p, array['own'] from unnest(array['owner', 'admin', 'member', 'client', 'freelancer']) r,
    unnest(array['notification.list', 'notification.read', 'notification.preferences']) p;
