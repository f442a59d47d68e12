-- Mail that does not arrive: addresses a mail server refused for good, and how long mail is kept.

-- Global: nothing is sent to such an address until its owner mends it (mail about the account
-- itself is tried again once a day, so that nobody is locked out by a fault that passed).
create table notify.suppression (
    address    text        primary key,
    -- What the server answered: `550`.
    code       text        not null,
    since      timestamptz not null,
    -- Wall time of the last refusal.
    refused_at timestamptz not null
);
grant select, insert, update, delete on notify.suppression to guildhall_system;

-- The member's own address, if it is one of those; asked with the count of unread notices.
create function notify.unreachable(member uuid) returns text
    language sql stable security definer set search_path = '' as $$
    select s.address from kernel.member m
        join identity.account a on a.id = m.account_id
        join notify.suppression s on s.address = a.email
    where m.workspace_id = nullif(current_setting('app.workspace', true), '')::uuid and m.id = member
$$;
revoke execute on function notify.unreachable(uuid) from public;
grant execute on function notify.unreachable(uuid) to guildhall_app;

-- The member says that the address works: mail goes there again.
create function notify.reach_again(member uuid) returns integer
    language sql volatile security definer set search_path = '' as $$
    with mended as (
        delete from notify.suppression s using kernel.member m join identity.account a on a.id = m.account_id
        where m.workspace_id = nullif(current_setting('app.workspace', true), '')::uuid and m.id = member and s.address = a.email
        returning 1)
    select count(*)::integer from mended
$$;
revoke execute on function notify.reach_again(uuid) from public;
grant execute on function notify.reach_again(uuid) to guildhall_app;

-- Mail that was sent or given up is forgotten 30 days after it was caused.
create index mail_old on notify.mail (created_at) where state in ('sent', 'dead');
