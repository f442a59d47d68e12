-- Which roles people may take by joining is data, not a list in the code.
alter table kernel.role_template add column is_open boolean not null default false;
update kernel.role_template set is_open = true where key in ('client', 'freelancer');
alter table kernel.role add column is_open boolean not null default false;
update kernel.role set is_open = true where key in ('client', 'freelancer');

-- A member's switches are one record to whoever edits them: each change of one counts, and their
-- sum is the version that an edit says it was made against.
alter table notify.preference add column version bigint not null default 1;

-- How long the holders of a role stay signed in, where the workspace wants it shorter than usual:
-- unused, and at all. Never longer: the code takes the smaller one.
alter table kernel.role
    add column idle_seconds integer,
    add column absolute_seconds integer,
    add constraint role_idle_seconds check (idle_seconds between 300 and 1209600),
    add constraint role_absolute_seconds check (absolute_seconds between 900 and 5184000);
