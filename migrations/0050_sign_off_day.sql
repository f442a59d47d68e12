-- Notices about sign-off tell the instant at which silence counts, no longer a number of days, and how
-- many milestones fell away. Those that were written before were caused when that clock began, or while
-- it ran, and nothing had fallen away.
update notify.notification n set arguments = n.arguments || jsonb_build_object('dropped', 0, 'closes_at',
    to_char(coalesce(c.closes_at, n.created_at + interval '7 days') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
from notify.notification o left join market.contract c on c.workspace_id = o.workspace_id and c.id = o.record_id
where o.workspace_id = n.workspace_id and o.id = n.id
    and n.kind in ('sign_off_asked', 'contract_signed_off') and not n.arguments ? 'closes_at';
update notify.mail set arguments = arguments || jsonb_build_object('dropped', 0, 'closes_at',
    to_char((created_at + interval '7 days') at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
where template in ('notice-sign_off_asked', 'notice-contract_signed_off') and not arguments ? 'closes_at';
