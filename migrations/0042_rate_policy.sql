-- What rate limits allow is data: an operator changes a row, and every process knows within seconds.
-- Global: requests of a class in a window of wall time, counted for an account, a network (who is
-- not signed in, and everyone who signs in), an address (of a mail box) or a workspace.
create table kernel.rate_policy (
    class          text    not null,
    audience       text    not null,
    requests       bigint  not null,
    window_seconds integer not null,
    primary key (class, audience),
    constraint rate_policy_audience check (audience in ('account', 'network', 'address', 'workspace')),
    constraint rate_policy_requests check (requests between 1 and 1000000),
    constraint rate_policy_window check (window_seconds between 1 and 86400)
);
insert into kernel.rate_policy (class, audience, requests, window_seconds) values
    ('read', 'account', 300, 60),
    ('read', 'network', 60, 60),
    ('write', 'account', 60, 60),
    ('write', 'network', 60, 60),
    ('money', 'account', 60, 60),
    ('money', 'network', 60, 60),
    -- Signing in, and each address that is signed in to.
    ('sign_in', 'network', 10, 300),
    ('sign_in', 'address', 10, 300),
    ('register', 'network', 5, 300),
    -- Asking for a mailed link, using one, and the mails of one kind to one address.
    ('link', 'network', 10, 3600),
    ('mail', 'address', 3, 3600),
    ('reset', 'network', 5, 3600),
    ('delete', 'account', 3, 3600),
    ('invite', 'workspace', 50, 3600),
    -- Starting what costs much: exports.
    ('job', 'account', 10, 3600),
    ('job', 'network', 10, 3600);
grant select on kernel.rate_policy to guildhall_system;
