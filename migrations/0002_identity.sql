-- Identity: accounts, sessions, one-time links, sign-in guards, invitations.
create schema identity;
grant usage on schema identity to guildhall_app, guildhall_system;

-- Global: a person, once for all workspaces.
create table identity.account (
    id                uuid        primary key,
    email             text        not null,
    email_canonical   text        not null,
    password_hash     text        not null,
    display_name      text        not null,
    state             text        not null,
    locale            text        not null,
    theme             text        not null default 'system',
    terms_version     text        not null,
    terms_accepted_at timestamptz not null,
    created_at        timestamptz not null,
    verified_at       timestamptz,
    last_sign_in_at   timestamptz,
    last_sign_in_network text,
    failures_since    integer     not null default 0,
    is_operator       boolean     not null default false,
    version           bigint      not null default 1,
    constraint account_email_unique unique (email_canonical),
    constraint account_state check (state in ('pending_verification', 'active', 'suspended', 'deletion_pending', 'erased')),
    constraint account_locale check (locale in ('en', 'ar')),
    constraint account_theme check (theme in ('system', 'light', 'dark')),
    constraint account_verified check ((state = 'pending_verification') = (verified_at is null)),
    constraint account_display_name check (char_length(display_name) between 1 and 80)
);
create index account_unverified on identity.account (created_at) where state = 'pending_verification';

-- Global: a browser's session or an API token; only the hash of either is kept.
create table identity.session (
    id           uuid        primary key,
    token_hash   bytea       not null,
    account_id   uuid        not null references identity.account on delete cascade,
    kind         text        not null,
    host         text        not null,
    agent        text        not null,
    network      text        not null,
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    idle_seconds bigint      not null,
    expires_at   timestamptz not null,
    ended_at     timestamptz,
    constraint session_token_unique unique (token_hash),
    constraint session_kind check (kind in ('browser', 'bearer'))
);
create index session_account on identity.session (account_id, created_at);

-- Global: one-time links. The token is derived from the id with a key outside the database; its
-- hash alone is kept.
create table identity.link (
    id         uuid        primary key,
    account_id uuid        not null references identity.account on delete cascade,
    kind       text        not null,
    token_hash bytea       not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    voided_at  timestamptz,
    constraint link_token_unique unique (token_hash),
    constraint link_kind check (kind in ('verify', 'reset', 'unlock', 'operator'))
);
create index link_account on identity.link (account_id, kind, created_at);

-- Global: failures per address (known or not) or known device, which lock its sign-in.
create table identity.guard (
    subject      bytea       primary key,
    failures     integer     not null,
    since        timestamptz not null,
    locks        integer     not null default 0,
    locked_until timestamptz
);
-- Global: browsers from which an account has signed in before.
create table identity.device (
    account_id uuid        not null references identity.account on delete cascade,
    token_hash bytea       not null,
    created_at timestamptz not null,
    primary key (account_id, token_hash)
);
grant select, insert, update, delete on identity.account, identity.session, identity.link, identity.guard, identity.device to guildhall_system;

-- An invitation into a workspace, bound to an address.
create table identity.invitation (
    workspace_id    uuid        not null,
    id              uuid        not null,
    email           text        not null,
    email_canonical text        not null,
    role_id         uuid        not null,
    token_hash      bytea       not null,
    invited_by      uuid        not null,
    created_at      timestamptz not null,
    expires_at      timestamptz not null,
    accepted_at     timestamptz,
    revoked_at      timestamptz,
    primary key (workspace_id, id),
    constraint invitation_token_unique unique (workspace_id, token_hash),
    constraint invitation_role foreign key (workspace_id, role_id) references kernel.role (workspace_id, id),
    constraint invitation_by foreign key (workspace_id, invited_by) references kernel.member (workspace_id, id)
);
create unique index invitation_open_once on identity.invitation (workspace_id, email_canonical)
    where accepted_at is null and revoked_at is null;
create index invitation_newest on identity.invitation (workspace_id, created_at, id);
create index invitation_role_index on identity.invitation (workspace_id, role_id);
create index invitation_by_index on identity.invitation (workspace_id, invited_by);
select kernel.protect('identity.invitation');
grant select, insert, update on identity.invitation to guildhall_app, guildhall_system;

insert into kernel.role_template_permission (role_key, permission, relations)
select r, p, array['any'] from unnest(array['owner', 'admin']) r,
    unnest(array['member.list', 'member.invite', 'member.change_roles', 'member.deactivate', 'invitation.list', 'invitation.revoke', 'audit.list', 'workspace.show']) p;
insert into kernel.role_template_permission (role_key, permission, relations)
select r, p, array['any'] from unnest(array['member', 'client', 'freelancer']) r, unnest(array['workspace.show']) p;

-- Published: where an account gets its mail, for notify.
create view identity.mailbox with (security_invoker = true) as
    select id as account_id, email, locale, state = 'active' as verified from identity.account;
grant select on identity.mailbox to guildhall_system;
