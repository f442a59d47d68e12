-- Identity: a corrected address waits with its link, hashes from elsewhere and marks of browsers are
-- found without reading every row, and who never confirmed is no freelancer to others.

-- The link that confirms an account may lead to the address it was corrected to.
alter table identity.link drop constraint link_address;
alter table identity.link add constraint link_address check (
    (kind not in ('address', 'undo') or email_canonical is not null)
    and (kind in ('address', 'undo', 'verify') or email_canonical is null)
    and (email is null) = (email_canonical is null));

create index account_legacy on identity.account (id) where password_hash like '$2%' or password_hash like '$pbkdf2-sha256$%';
create index device_made on identity.device (created_at);

-- Published: whether the address was ever confirmed, which a wait for deletion does not change.
create or replace view identity.mailbox with (security_invoker = true) as
    select id as account_id, email, locale, state = 'active' as verified, verified_at is not null as confirmed from identity.account;

update people.profile p set is_freelancer = false
from kernel.member m join identity.account a on a.id = m.account_id
where m.workspace_id = p.workspace_id and m.id = p.member_id and a.verified_at is null and p.is_freelancer;
