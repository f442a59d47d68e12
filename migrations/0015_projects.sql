-- Projects with everything their clients ask, invitations, drafts, richer proposals; the public
-- page of a freelancer; search with its filters, orders and counts.

-- ---------------------------------------------------------------- projects
-- Where and in which hours the client wishes the work to be done, and by when; what every bidder
-- is asked; whether the parties will sign a non-disclosure agreement.
alter table market.project
    add column country       text,
    add column time_zone     text,
    add column overlap_hours integer,
    add column deadline      date,
    add column questions     jsonb   not null default '[]',
    add column nda           boolean not null default false,
    -- Skills under the one name all their spellings come to, for filters and counts.
    add column skill_keys    text[]  not null default '{}',
    add column paused_at     timestamptz,
    add column archived_at   timestamptz,
    add constraint project_country check (country ~ '^[A-Z]{2}$'),
    add constraint project_time_zone check (char_length(time_zone) between 1 and 64),
    add constraint project_overlap check (overlap_hours is null or (overlap_hours between 1 and 8 and time_zone is not null)),
    add constraint project_questions check (jsonb_typeof(questions) = 'array' and jsonb_array_length(questions) <= 10),
    add constraint project_skill_keys check (cardinality(skill_keys) <= 15),
    add constraint project_paused check ((state = 'paused') = (paused_at is not null)),
    add constraint project_archived check (archived_at is null or state in ('completed', 'cancelled'));
-- The spellings known when this was written; `base::search::skill` names them from now on.
update market.project p set skill_keys = k.keys
from (
    select p.workspace_id, p.id, array_agg(distinct coalesce(n.name, s.skill)) as keys
    from market.project p cross join lateral unnest(p.skills) as s (skill)
    left join (values ('js', 'javascript'), ('ecmascript', 'javascript'), ('ts', 'typescript'), ('postgres', 'postgresql'), ('psql', 'postgresql'),
        ('golang', 'go'), ('k8s', 'kubernetes'), ('reactjs', 'react'), ('react.js', 'react'), ('vuejs', 'vue'), ('vue.js', 'vue'),
        ('nodejs', 'node.js'), ('node', 'node.js'), ('py', 'python'), ('rustlang', 'rust'), ('csharp', 'c#'), ('cpp', 'c++')) as n (alias, name)
        on n.alias = s.skill
    group by p.workspace_id, p.id
) k
where p.workspace_id = k.workspace_id and p.id = k.id;
-- The same as a word of the text index.
update market.project set words = words || array_to_tsvector(array(select 's:' || k from unnest(skill_keys) k))
where cardinality(skill_keys) > 0;
drop index market.project_open_budget;
create index project_open_budget on market.project (workspace_id, budget_max_minor desc, id desc) where state = 'open' and visibility <> 'invite_only';
create index project_open_lowest on market.project (workspace_id, budget_min_minor, id) where state = 'open' and visibility <> 'invite_only';
create index project_open_deadline on market.project (workspace_id, (coalesce(deadline, date '9999-12-31')), id) where state = 'open' and visibility <> 'invite_only';

-- Whom a client asked to bid; an invited freelancer sees the project whatever its visibility.
create table market.invitation (
    workspace_id  uuid        not null,
    id            uuid        not null,
    project_id    uuid        not null,
    freelancer_id uuid        not null,
    state         text        not null default 'invited',
    message       text        not null default '',
    invited_at    timestamptz not null,
    answered_at   timestamptz,
    version       bigint      not null default 1,
    primary key (workspace_id, id),
    constraint invitation_project foreign key (workspace_id, project_id) references market.project (workspace_id, id),
    constraint invitation_freelancer foreign key (workspace_id, freelancer_id) references kernel.member (workspace_id, id),
    constraint project_invitation_once unique (workspace_id, project_id, freelancer_id),
    constraint invitation_state check (state in ('invited', 'proposed', 'declined')),
    constraint invitation_answered check ((state = 'invited') = (answered_at is null)),
    constraint invitation_message check (char_length(message) <= 1000)
);
create index invitation_project_newest on market.invitation (workspace_id, project_id, invited_at desc, id desc);
create index invitation_freelancer_newest on market.invitation (workspace_id, freelancer_id, invited_at desc, id desc);

-- What someone is writing and has not sent: one form per person and record, as typed. The record is
-- the project a proposal is written for, or nil for a new project.
create table market.form_draft (
    workspace_id uuid        not null,
    member_id    uuid        not null,
    kind         text        not null,
    record_id    uuid        not null,
    fields       jsonb       not null,
    saved_at     timestamptz not null,
    primary key (workspace_id, member_id, kind, record_id),
    constraint form_draft_member foreign key (workspace_id, member_id) references kernel.member (workspace_id, id),
    constraint form_draft_kind check (kind in ('project', 'proposal')),
    constraint form_draft_fields check (jsonb_typeof(fields) = 'array' and octet_length(fields::text) <= 400000)
);

-- A tree of two levels: a kind of work may stand under another.
alter table market.category add column parent text;
alter table market.category add constraint category_parent foreign key (workspace_id, parent) references market.category (workspace_id, key);
create index category_parent_index on market.category (workspace_id, parent);
insert into market.category (workspace_id, key, name_en, name_ar, position, parent)
select c.workspace_id, n.key, n.en, n.ar, c.position * 100 + n.place, c.key
from market.category c
join (values
    ('software', 'software-web', 'Web development', 'تطوير الويب', 1), ('software', 'software-backend', 'Back end and APIs', 'الخوادم والواجهات البرمجية', 2),
    ('software', 'software-operations', 'Operations and cloud', 'التشغيل والسحابة', 3),
    ('design', 'design-brand', 'Brand and identity', 'العلامة والهوية', 1), ('design', 'design-interface', 'Interfaces', 'واجهات الاستخدام', 2),
    ('design', 'design-print', 'Print and illustration', 'الطباعة والرسم', 3),
    ('writing', 'writing-technical', 'Technical writing', 'الكتابة التقنية', 1), ('writing', 'writing-editing', 'Editing', 'التحرير', 2)
) as n (parent, key, en, ar, place) on n.parent = c.key
on conflict do nothing;

-- ---------------------------------------------------------------- proposals
alter table market.proposal
    -- What was asked with what was answered, as both stood when it was sent.
    add column answers        jsonb not null default '[]',
    add column available_from date,
    add column weekly_hours   integer,
    add constraint proposal_answers check (jsonb_typeof(answers) = 'array' and jsonb_array_length(answers) <= 10),
    add constraint proposal_weekly_hours check (weekly_hours between 1 and 80);

do $$ declare t text; begin
    foreach t in array array['invitation', 'form_draft'] loop
        perform kernel.protect(('market.' || t)::regclass);
        execute format('grant select, insert, update on market.%I to guildhall_app, guildhall_system', t);
    end loop;
end $$;
grant delete on market.form_draft to guildhall_app, guildhall_system;

-- ---------------------------------------------------------------- search of projects
-- Open projects that pass all filters, in one of the orders, from a place on. `p_query` is a
-- tsquery of words and skills; the key of every order is sorted downwards. Takes the workspace
-- from the transaction and shows only what is not by invitation.
create function market.find_projects(
    p_query text, p_categories text[], p_min bigint, p_max bigint, p_level text, p_country text, p_zones text[],
    p_signed_in boolean, p_sort text, p_key bigint, p_id uuid, p_back boolean, p_limit integer, p_rank text
) returns table (project_id uuid, key bigint, total bigint)
language sql stable security definer set search_path = pg_catalog, market as $$
    with matching as materialized (
        select p.id, p.published_at, p.visibility, p.category, p.budget_min_minor, p.budget_max_minor, p.level, p.country, p.time_zone, p.deadline
        from market.project p
        where p.workspace_id = nullif(current_setting('app.workspace', true), '')::uuid
          and p.words @@ p_query::tsquery and p.state = 'open' and p.visibility <> 'invite_only'
    ), passing as materialized (
        select m.id, m.published_at, m.budget_min_minor, m.budget_max_minor, m.deadline
        from matching m
        where (p_signed_in or m.visibility = 'public')
          and (p_categories is null or m.category = any (p_categories))
          and (p_min is null or m.budget_max_minor >= p_min)
          and (p_max is null or m.budget_min_minor <= p_max)
          and (p_level is null or m.level = p_level)
          and (p_country is null or m.country = p_country)
          and (p_zones is null or m.time_zone = any (p_zones))
    ), newest as materialized (
        -- Ranking reads each text: the newest thousand are ranked, the others follow by their age.
        select id from passing where p_sort = 'relevance' order by published_at desc, id desc limit 1000
    ), ranked as materialized (
        select n.id, (ts_rank(p.words, p_rank::tsquery, 1) * 1000000000)::bigint as rank
        from newest n join market.project p on p.workspace_id = nullif(current_setting('app.workspace', true), '')::uuid and p.id = n.id
    ), keyed as materialized (
        select p.id, count(*) over () as total, case p_sort
            when 'relevance' then coalesce(r.rank + 1000000000000000000, (extract(epoch from p.published_at) * 1000000)::bigint)
            when 'budget' then p.budget_max_minor
            when 'budget_low' then -p.budget_min_minor
            when 'deadline' then -(coalesce(p.deadline, date '9999-12-31') - date '2000-01-01')::bigint
            else (extract(epoch from p.published_at) * 1000000)::bigint end as key
        from passing p left join ranked r on r.id = p.id
    )
    select k.id, k.key, k.total from keyed k
    where p_key is null or case when p_back then (k.key, k.id) > (p_key, p_id) else (k.key, k.id) < (p_key, p_id) end
    order by case when p_back then k.key else -k.key end, case when p_back then k.id end, k.id desc
    limit least(p_limit, 10001)
$$;

-- How many open projects a further filter would leave: by category, level, country and skill, each
-- without the filter of its own kind, and 'total' under all of them. One reading of the rows, ten
-- thousand of them at most.
create function market.count_projects(
    p_query text, p_categories text[], p_min bigint, p_max bigint, p_level text, p_country text, p_zones text[], p_signed_in boolean, p_most integer
) returns table (facet text, value text, n bigint)
language plpgsql stable security definer set search_path = pg_catalog, market set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    v_workspace uuid := nullif(current_setting('app.workspace', true), '')::uuid;
begin
    if p_query is null then
        return query
        with base as materialized (
            select p.category, p.level, p.country, p.skill_keys,
                   p_categories is null or p.category = any (p_categories) as in_category,
                   p_level is null or p.level = p_level as in_level, p_country is null or p.country = p_country as in_country
            from market.project p
            where p.workspace_id = v_workspace and p.state = 'open' and p.visibility <> 'invite_only' and (p_signed_in or p.visibility = 'public')
              and (p_min is null or p.budget_max_minor >= p_min) and (p_max is null or p.budget_min_minor <= p_max)
              and (p_zones is null or p.time_zone = any (p_zones))
            limit p_most
        ), grouped as materialized (
            select category, level, country, skill_keys, in_category, in_level, in_country, count(*) as n
            from base group by category, level, country, skill_keys, in_category, in_level, in_country
        )
        select * from (
            select 'total'::text, ''::text, coalesce(sum(n), 0)::bigint from grouped where in_category and in_level and in_country
            union all select 'category', category, sum(n)::bigint from grouped where in_level and in_country group by category
            union all select 'level', level, sum(n)::bigint from grouped where in_category and in_country group by level
            union all select 'country', country, sum(n)::bigint from grouped where in_category and in_level and country is not null group by country
            union all (select 'skill', s.skill, sum(g.n)::bigint from grouped g cross join lateral unnest(g.skill_keys) as s (skill)
                       where in_category and in_level and in_country group by s.skill order by 3 desc, 2 limit 30)
        ) counted;
    else
        return query
        with base as materialized (
            select p.category, p.level, p.country, p.skill_keys, p.budget_min_minor, p.budget_max_minor, p.time_zone, p.visibility
            from market.project p
            where p.workspace_id = v_workspace and p.words @@ p_query::tsquery and p.state = 'open' and p.visibility <> 'invite_only'
            limit p_most
        ), grouped as materialized (
            select category, level, country, skill_keys,
                   p_categories is null or category = any (p_categories) as in_category,
                   p_level is null or level = p_level as in_level, p_country is null or country = p_country as in_country, count(*) as n
            from base
            where (p_signed_in or visibility = 'public') and (p_min is null or budget_max_minor >= p_min)
              and (p_max is null or budget_min_minor <= p_max) and (p_zones is null or time_zone = any (p_zones))
            group by category, level, country, skill_keys
        )
        select * from (
            select 'total'::text, ''::text, coalesce(sum(n), 0)::bigint from grouped where in_category and in_level and in_country
            union all select 'category', category, sum(n)::bigint from grouped where in_level and in_country group by category
            union all select 'level', level, sum(n)::bigint from grouped where in_category and in_country group by level
            union all select 'country', country, sum(n)::bigint from grouped where in_category and in_level and country is not null group by country
            union all (select 'skill', s.skill, sum(g.n)::bigint from grouped g cross join lateral unnest(g.skill_keys) as s (skill)
                       where in_category and in_level and in_country group by s.skill order by 3 desc, 2 limit 30)
        ) counted;
    end if;
end $$;

grant create on schema market to guildhall_search;
alter function market.find_projects owner to guildhall_search;
alter function market.count_projects owner to guildhall_search;
revoke create on schema market from guildhall_search;
revoke execute on function market.find_projects from public;
revoke execute on function market.count_projects from public;
grant execute on function market.find_projects, market.count_projects to guildhall_app;
drop function market.search_projects;

-- ---------------------------------------------------------------- people
-- What others say of a freelancer's work, told by the market, so that lists can be sorted by it.
alter table people.profile
    add column skill_keys       text[]  not null default '{}',
    add column language_keys    text[]  not null default '{}',
    add column rating_tenths    integer not null default 0,
    add column reviews          integer not null default 0,
    add column success_percent  integer,
    add column jobs_completed   integer not null default 0,
    add column weekly_hours     integer,
    add constraint profile_rating check (rating_tenths between 0 and 50 and reviews >= 0 and jobs_completed >= 0),
    add constraint profile_success check (success_percent between 0 and 100),
    add constraint profile_weekly_hours check (weekly_hours between 1 and 80);
update people.profile set skill_keys = array(select distinct lower(s) from unnest(skills) s),
    language_keys = array(select distinct lower(l) from unnest(languages) l);
update people.profile p set rating_tenths = r.tenths, reviews = r.n
from (select workspace_id, subject_id, round(avg(quality + communication + timeliness + value) * 2.5)::integer as tenths, count(*)::integer as n
      from market.review where published_at is not null and author_role = 'client' group by workspace_id, subject_id) r
where p.workspace_id = r.workspace_id and p.member_id = r.subject_id;
create index profile_rating_order on people.profile (workspace_id, rating_tenths desc, member_id desc) where is_freelancer;

create or replace view people.card with (security_invoker = true) as
    select m.workspace_id, m.id as member_id, m.account_id, m.display_name, m.state,
           coalesce(p.title, '') as title, p.country, coalesce(p.visibility, 'members') as visibility,
           coalesce(p.is_freelancer, false) as is_freelancer, coalesce(p.skills, '{}') as skills,
           coalesce(p.skill_keys, '{}') as skill_keys, coalesce(p.availability, 'open') as availability, p.weekly_hours,
           coalesce(p.rating_tenths, 0) as rating_tenths, coalesce(p.reviews, 0) as reviews, p.success_percent
    from kernel.member m
    left join people.profile p on p.workspace_id = m.workspace_id and p.member_id = m.id;

-- What a freelancer shows of themselves beside the profile's own fields: pieces of work,
-- education, certificates.
create table people.showcase (
    workspace_id uuid        not null,
    id           uuid        not null,
    member_id    uuid        not null,
    kind         text        not null,
    title        text        not null,
    -- The school, the issuer, the client of a piece.
    place        text        not null default '',
    text         text        not null default '',
    link         text,
    from_year    integer,
    to_year      integer,
    position     integer     not null,
    created_at   timestamptz not null,
    version      bigint      not null default 1,
    primary key (workspace_id, id),
    constraint showcase_member foreign key (workspace_id, member_id) references kernel.member (workspace_id, id),
    constraint showcase_kind check (kind in ('portfolio', 'education', 'certificate')),
    constraint showcase_title check (char_length(title) between 1 and 120),
    constraint showcase_place check (char_length(place) <= 120),
    constraint showcase_text check (char_length(text) <= 2000),
    constraint showcase_link check (link ~ '^https?://' and char_length(link) <= 2000),
    constraint showcase_years check (from_year between 1900 and 2200 and to_year between 1900 and 2200 and from_year <= to_year)
);
create index showcase_member_order on people.showcase (workspace_id, member_id, position, id);
select kernel.protect('people.showcase');
grant select, insert, update, delete on people.showcase to guildhall_app, guildhall_system;

-- Words of the profiles others may find: what a mistyped word may have meant.
create table people.lexicon (
    workspace_id uuid not null references kernel.workspace,
    word         text not null,
    primary key (workspace_id, word),
    constraint lexicon_word check (char_length(word) between 4 and 60)
);
create index lexicon_close on people.lexicon using gin (workspace_id, word gin_trgm_ops);
select kernel.protect('people.lexicon');
grant select, insert on people.lexicon to guildhall_app, guildhall_system;
grant select on people.lexicon to guildhall_search;
insert into people.lexicon (workspace_id, word)
select distinct p.workspace_id, w.word from people.profile p cross join lateral unnest(tsvector_to_array(p.words)) as w (word)
where p.is_freelancer and p.visibility <> 'hidden' and char_length(w.word) between 4 and 60 and w.word !~ '^s:' and w.word ~ '[[:alpha:]]'
on conflict do nothing;

create function people.close_words(p_words text[]) returns table (asked text, known text)
language sql stable security definer set search_path = pg_catalog, people as $$
    select w.asked, c.word
    from unnest(p_words) with ordinality as w (asked, place)
    cross join lateral (
        select l.word from people.lexicon l
        where l.workspace_id = nullif(current_setting('app.workspace', true), '')::uuid
          and l.word operator(public.%) w.asked
        order by public.similarity(l.word, w.asked) desc, l.word
        limit 1
    ) c
    order by w.place
    limit 20
$$;

-- Freelancers that pass all filters, in one of the orders, from a place on; the key of every order
-- is sorted downwards. Without words it reads in the order of an index.
create function people.find_freelancers(
    p_query text, p_country text, p_languages text[], p_min bigint, p_max bigint, p_availability text, p_zones text[], p_rating integer,
    p_signed_in boolean, p_sort text, p_key bigint, p_id uuid, p_back boolean, p_limit integer, p_rank text
) returns table (member_id uuid, key bigint)
language plpgsql stable security definer set search_path = pg_catalog, people set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    v_workspace uuid := nullif(current_setting('app.workspace', true), '')::uuid;
begin
    if p_query is null and p_sort = 'newest' and not p_back then
        return query
        select p.member_id, (extract(epoch from p.created_at) * 1000000)::bigint
        from people.profile p
        where p.workspace_id = v_workspace and p.is_freelancer and (p.visibility = 'public' or (p_signed_in and p.visibility = 'members'))
          and (p_country is null or p.country = p_country) and (p_languages is null or p.language_keys && p_languages)
          and (p_min is null or p.hourly_rate_minor >= p_min) and (p_max is null or p.hourly_rate_minor <= p_max)
          and (p_availability is null or p.availability = p_availability) and (p_zones is null or p.time_zone = any (p_zones))
          and (p_rating is null or p.rating_tenths >= p_rating)
          and (p_key is null or (p.created_at, p.member_id) < (timestamptz 'epoch' + p_key * interval '1 microsecond', p_id))
        order by p.created_at desc, p.member_id desc
        limit least(p_limit, 10001);
    else
        return query
        with matching as materialized (
            select p.member_id, p.created_at, p.hourly_rate_minor, p.rating_tenths, p.reviews, p.words
            from people.profile p
            where p.workspace_id = v_workspace and p.is_freelancer and (p.visibility = 'public' or (p_signed_in and p.visibility = 'members'))
              and (p_query is null or p.words @@ p_query::tsquery)
              and (p_country is null or p.country = p_country) and (p_languages is null or p.language_keys && p_languages)
              and (p_min is null or p.hourly_rate_minor >= p_min) and (p_max is null or p.hourly_rate_minor <= p_max)
              and (p_availability is null or p.availability = p_availability) and (p_zones is null or p.time_zone = any (p_zones))
              and (p_rating is null or p.rating_tenths >= p_rating)
        ), keyed as materialized (
            select m.member_id as id, case p_sort
                when 'relevance' then (ts_rank(m.words, p_rank::tsquery, 1) * 1000000000)::bigint + m.rating_tenths
                when 'rating' then m.rating_tenths::bigint * 1000000 + least(m.reviews, 999999)
                when 'rate_low' then -coalesce(m.hourly_rate_minor, 1000000000001)
                when 'rate_high' then coalesce(m.hourly_rate_minor, 0)
                else (extract(epoch from m.created_at) * 1000000)::bigint end as key
            from matching m
        )
        select k.id, k.key from keyed k
        where p_key is null or case when p_back then (k.key, k.id) > (p_key, p_id) else (k.key, k.id) < (p_key, p_id) end
        order by case when p_back then k.key else -k.key end, case when p_back then k.id end, k.id desc
        limit least(p_limit, 10001);
    end if;
end $$;

-- How many freelancers a further filter would leave, as market.count_projects does for projects.
create function people.count_freelancers(
    p_query text, p_country text, p_languages text[], p_min bigint, p_max bigint, p_availability text, p_zones text[], p_rating integer,
    p_signed_in boolean, p_most integer
) returns table (facet text, value text, n bigint)
language sql stable security definer set search_path = pg_catalog, people as $$
    with base as materialized (
        select p.country, p.availability, p.language_keys, p.skill_keys, p.rating_tenths,
               p_country is null or coalesce(p.country = p_country, false) as in_country,
               p_availability is null or p.availability = p_availability as in_availability,
               p_languages is null or p.language_keys && p_languages as in_language,
               p_rating is null or p.rating_tenths >= p_rating as in_rating
        from people.profile p
        where p.workspace_id = nullif(current_setting('app.workspace', true), '')::uuid
          and p.is_freelancer and (p.visibility = 'public' or (p_signed_in and p.visibility = 'members'))
          and (p_query is null or p.words @@ p_query::tsquery)
          and (p_min is null or p.hourly_rate_minor >= p_min) and (p_max is null or p.hourly_rate_minor <= p_max)
          and (p_zones is null or p.time_zone = any (p_zones))
        limit p_most
    )
    select 'total'::text, ''::text, count(*) from base where in_country and in_availability and in_language and in_rating
    union all select 'country', country, count(*) from base where in_availability and in_language and in_rating and country is not null group by country
    union all select 'availability', availability, count(*) from base where in_country and in_language and in_rating group by availability
    union all select 'rating', r.tenths::text, count(*) from base cross join (values (30), (40), (45)) as r (tenths)
        where in_country and in_availability and in_language and base.rating_tenths >= r.tenths group by r.tenths
    union all (select 'language', l.language, count(*) from base cross join lateral unnest(base.language_keys) as l (language)
        where in_country and in_availability and in_rating group by l.language order by 3 desc, 2 limit 30)
    union all (select 'skill', s.skill, count(*) from base cross join lateral unnest(base.skill_keys) as s (skill)
        where in_country and in_availability and in_language and in_rating group by s.skill order by 3 desc, 2 limit 30)
$$;

grant create on schema people to guildhall_search;
alter function people.find_freelancers owner to guildhall_search;
alter function people.count_freelancers owner to guildhall_search;
alter function people.close_words owner to guildhall_search;
revoke create on schema people from guildhall_search;
revoke execute on function people.find_freelancers from public;
revoke execute on function people.count_freelancers from public;
revoke execute on function people.close_words from public;
grant execute on function people.find_freelancers, people.count_freelancers, people.close_words to guildhall_app;
drop function people.search_freelancers;

-- ---------------------------------------------------------------- permissions
select kernel.grant_to_role(r, 'project.show', '{owner,listed,bidder,invited}') from unnest(array['client', 'freelancer', 'owner', 'admin', 'member']) r;
select kernel.grant_to_role('freelancer', 'proposal.submit', '{listed,invited}');
select kernel.grant_to_role('client', p, '{owner}')
from unnest(array['project.pause', 'project.close_hiring', 'project.archive', 'project.invite']) p;
select kernel.grant_to_role('freelancer', 'project_invitation.decline', '{freelancer}');
select kernel.grant_to_role('freelancer', 'project_invitation.list_own', '{any}');
select kernel.grant_to_role(r, 'draft.save', '{own}') from unnest(array['client', 'freelancer']) r;
select kernel.grant_to_role('freelancer', 'showcase.write', '{own}');
