-- People: what a member shows of themselves inside a workspace.
create schema people;
grant usage on schema people to guildhall_app, guildhall_system, guildhall_search;

-- A member's profile. Hidden ones are found by nobody else.
create table people.profile (
    workspace_id      uuid        not null,
    member_id         uuid        not null,
    title             text        not null default '',
    bio               text        not null default '',
    country           text,
    time_zone         text        not null default 'UTC',
    languages         text[]      not null default '{}',
    skills            text[]      not null default '{}',
    hourly_rate_minor bigint,
    currency          text        not null,
    availability      text        not null default 'open',
    visibility        text        not null default 'members',
    is_freelancer     boolean     not null default false,
    words             tsvector    not null default '',
    created_at        timestamptz not null,
    updated_at        timestamptz not null,
    version           bigint      not null default 1,
    primary key (workspace_id, member_id),
    constraint profile_member foreign key (workspace_id, member_id) references kernel.member (workspace_id, id),
    constraint profile_title check (char_length(title) <= 120),
    constraint profile_bio check (char_length(bio) <= 5000),
    constraint profile_country check (country ~ '^[A-Z]{2}$'),
    constraint profile_skills check (cardinality(skills) <= 30),
    constraint profile_languages check (cardinality(languages) <= 10),
    constraint profile_rate check (hourly_rate_minor between 1 and 1000000000000),
    constraint profile_currency check (currency ~ '^[A-Z]{3}$'),
    constraint profile_availability check (availability in ('open', 'limited', 'closed')),
    constraint profile_visibility check (visibility in ('public', 'members', 'hidden'))
);
create index profile_newest on people.profile (workspace_id, created_at desc, member_id desc) where is_freelancer;
create index profile_words on people.profile using gin (workspace_id, words) where is_freelancer;
select kernel.protect('people.profile');
grant select, insert, update on people.profile to guildhall_app, guildhall_system;
grant select on people.profile to guildhall_search;

-- Published: a person as other crates may show them.
create view people.card with (security_invoker = true) as
    select m.workspace_id, m.id as member_id, m.account_id, m.display_name, m.state,
           coalesce(p.title, '') as title, p.country, coalesce(p.visibility, 'members') as visibility,
           coalesce(p.is_freelancer, false) as is_freelancer, coalesce(p.skills, '{}') as skills
    from kernel.member m
    left join people.profile p on p.workspace_id = m.workspace_id and p.member_id = m.id;
grant select on people.card to guildhall_app, guildhall_system;

-- Freelancers that match all words, newest first, no more than p_limit; from a place in the list
-- on, or (p_back) the ones before it, nearest first. Runs as the search role, whose policy does
-- not disable the text index; takes the workspace from the transaction and applies visibility
-- itself.
create function people.search_freelancers(
    p_query text, p_country text, p_signed_in boolean,
    p_at timestamptz, p_at_id uuid, p_back boolean, p_limit bigint
) returns table (member_id uuid, created_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, people as $$
#variable_conflict use_column
declare
    v_workspace uuid := nullif(current_setting('app.workspace', true), '')::uuid;
begin
    if p_back then
        return query select p.member_id, p.created_at
        from people.profile p
        where p.workspace_id = v_workspace and p.is_freelancer
          and (p.visibility = 'public' or (p_signed_in and p.visibility = 'members'))
          and (p_query = '' or p.words @@ p_query::tsquery)
          and (p_country is null or p.country = p_country)
          and (p.created_at, p.member_id) > (p_at, p_at_id)
        order by p.created_at, p.member_id
        limit least(p_limit, 10001);
    else
        return query select p.member_id, p.created_at
        from people.profile p
        where p.workspace_id = v_workspace and p.is_freelancer
          and (p.visibility = 'public' or (p_signed_in and p.visibility = 'members'))
          and (p_query = '' or p.words @@ p_query::tsquery)
          and (p_country is null or p.country = p_country)
          and (p_at is null or (p.created_at, p.member_id) < (p_at, p_at_id))
        order by p.created_at desc, p.member_id desc
        limit least(p_limit, 10001);
    end if;
end $$;
grant create on schema people to guildhall_search;
alter function people.search_freelancers owner to guildhall_search;
revoke create on schema people from guildhall_search;
revoke execute on function people.search_freelancers from public;
grant execute on function people.search_freelancers to guildhall_app;

insert into kernel.role_template_permission (role_key, permission, relations) values
    ('owner', 'profile.show', '{any}'), ('admin', 'profile.show', '{any}'),
    ('member', 'profile.show', '{any}'), ('client', 'profile.show', '{any}'), ('freelancer', 'profile.show', '{any}'),
    ('client', 'profile.update', '{own}'), ('freelancer', 'profile.update', '{own}'),
    ('member', 'profile.update', '{own}'), ('owner', 'profile.update', '{own}'), ('admin', 'profile.update', '{own}'),
    ('owner', 'freelancer.list', '{any}'), ('admin', 'freelancer.list', '{any}'),
    ('client', 'freelancer.list', '{any}'), ('freelancer', 'freelancer.list', '{any}'), ('member', 'freelancer.list', '{any}');
