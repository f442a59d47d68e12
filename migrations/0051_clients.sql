-- Projects are also found by how their client was rated, and by whether the client's means of payment
-- is verified. The functions without these stay for processes of the version before.

-- What freelancers said of a client in published reviews; written by the listener of reviews.
create table market.client_rating (
    workspace_id  uuid    not null,
    member_id     uuid    not null,
    -- Mean of the ratings, in tenths of a star.
    rating_tenths integer not null,
    reviews       integer not null,
    primary key (workspace_id, member_id),
    constraint client_rating_member foreign key (workspace_id, member_id) references kernel.member (workspace_id, id),
    constraint client_rating_range check (rating_tenths between 10 and 50 and reviews > 0)
);
insert into market.client_rating (workspace_id, member_id, rating_tenths, reviews)
select workspace_id, subject_id, ((sum(quality + communication + timeliness + value) * 10 + count(*) * 2) / (count(*) * 4))::integer, count(*)::integer
from market.review where author_role = 'freelancer' and published_at is not null group by workspace_id, subject_id;
select kernel.protect('market.client_rating');
grant select on market.client_rating to guildhall_app, guildhall_system, guildhall_search;
grant insert, update on market.client_rating to guildhall_system;

-- Who searches knows that a means of payment is verified, and until when; not which it is.
grant usage on schema ledger to guildhall_search;
grant select (workspace_id, member_id, expires_at, removed_at) on ledger.payment_method to guildhall_search;
grant select on ledger.payment_verified to guildhall_search;

-- As market.find_projects, for clients rated at least so (tenths of a star) and with verified payment.
create function market.find_open_projects(
    p_query text, p_categories text[], p_min bigint, p_max bigint, p_level text, p_country text, p_zones text[],
    p_signed_in boolean, p_sort text, p_key bigint, p_id uuid, p_back boolean, p_limit integer, p_rank text,
    p_rating integer, p_verified boolean, p_now timestamptz
) returns table (project_id uuid, key bigint, total bigint)
language sql stable security definer set search_path = pg_catalog, market as $$
    with passing as materialized (
        select p.id, p.published_at, p.budget_min_minor, p.budget_max_minor, p.deadline
        from market.project p
        where p.workspace_id = nullif(current_setting('app.workspace', true), '')::uuid
          and p.words @@ p_query::tsquery and p.state = 'open' and p.visibility <> 'invite_only'
          and (p_signed_in or p.visibility = 'public')
          and (p_categories is null or p.category = any (p_categories))
          and (p_min is null or p.budget_max_minor >= p_min)
          and (p_max is null or p.budget_min_minor <= p_max)
          and (p_level is null or p.level = p_level)
          and (p_country is null or p.country = p_country)
          and (p_zones is null or p.time_zone = any (p_zones))
          and (p_rating is null or exists (select from market.client_rating r
              where r.workspace_id = p.workspace_id and r.member_id = p.owner_id and r.rating_tenths >= p_rating))
          and (not p_verified or exists (select from ledger.payment_verified v
              where v.workspace_id = p.workspace_id and v.member_id = p.owner_id and v.until > p_now))
    ), placed as materialized (
        -- Ranking reads each text: the newest thousand are ranked, the others follow by their age.
        select p.*, case when p_sort = 'relevance' then row_number() over (order by p.published_at desc, p.id desc) end as place from passing p
    ), keyed as materialized (
        select p.id, count(*) over () as total, case p_sort
            when 'relevance' then case
                when p.place <= 1000 then 1000000000000000000 + (
                    select (ts_rank(w.words, p_rank::tsquery, 1) * 1000000000)::bigint from market.project w
                    where w.workspace_id = nullif(current_setting('app.workspace', true), '')::uuid and w.id = p.id)
                else (extract(epoch from p.published_at) * 1000000)::bigint end
            when 'budget' then p.budget_max_minor
            when 'budget_low' then -p.budget_min_minor
            when 'deadline' then -(coalesce(p.deadline, date '9999-12-31') - date '2000-01-01')::bigint
            else (extract(epoch from p.published_at) * 1000000)::bigint end as key
        from placed p
    )
    select k.id, k.key, k.total from keyed k
    where p_key is null or case when p_back then (k.key, k.id) > (p_key, p_id) else (k.key, k.id) < (p_key, p_id) end
    order by case when p_back then k.key else -k.key end, case when p_back then k.id end, k.id desc
    limit least(p_limit, 10001)
$$;

-- As market.count_projects, with counts by the client's rating and by verified payment.
create function market.count_open_projects(
    p_query text, p_categories text[], p_min bigint, p_max bigint, p_level text, p_country text, p_zones text[], p_signed_in boolean, p_most integer,
    p_rating integer, p_verified boolean, p_now timestamptz
) returns table (facet text, value text, n bigint)
language plpgsql stable security definer set search_path = pg_catalog, market set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    v_workspace uuid := nullif(current_setting('app.workspace', true), '')::uuid;
begin
    -- Projects are read by their filters, or by words and filtered once so many were read: the plan has
    -- only the half that is asked for.
    return query
    with base as materialized (
        (select p.category, p.level, p.country, p.skill_keys, p.owner_id, true as passes
         from market.project p
         where p_query is null and p.workspace_id = v_workspace and p.state = 'open' and p.visibility <> 'invite_only'
           and (p_signed_in or p.visibility = 'public')
           and (p_min is null or p.budget_max_minor >= p_min) and (p_max is null or p.budget_min_minor <= p_max)
           and (p_zones is null or p.time_zone = any (p_zones))
         limit p_most)
        union all
        (select p.category, p.level, p.country, p.skill_keys, p.owner_id,
                (p_signed_in or p.visibility = 'public')
                and (p_min is null or p.budget_max_minor >= p_min) and (p_max is null or p.budget_min_minor <= p_max)
                and (p_zones is null or p.time_zone = any (p_zones))
         from market.project p
         where p_query is not null and p.workspace_id = v_workspace and p.words @@ p_query::tsquery and p.state = 'open'
           and p.visibility <> 'invite_only'
         limit p_most)
    ), owners as materialized (
        -- Each client is looked up once, whoever else the workspace has.
        select o.owner_id,
               case when r.rating_tenths >= 45 then 45 when r.rating_tenths >= 40 then 40 when r.rating_tenths >= 30 then 30 else 0 end as stars,
               coalesce((select v.until > p_now from ledger.payment_verified v
                         where v.workspace_id = v_workspace and v.member_id = o.owner_id), false) as verified
        from (select distinct b.owner_id from base b) o
        left join market.client_rating r on r.workspace_id = v_workspace and r.member_id = o.owner_id
    ), grouped as materialized (
        select b.category, b.level, b.country, b.skill_keys, o.stars, o.verified,
               p_categories is null or b.category = any (p_categories) as in_category,
               p_level is null or b.level = p_level as in_level, p_country is null or b.country = p_country as in_country,
               p_rating is null or o.stars >= p_rating as in_rating, not p_verified or o.verified as in_verified, count(*) as n
        from base b join owners o on o.owner_id = b.owner_id
        where b.passes group by b.category, b.level, b.country, b.skill_keys, o.stars, o.verified
    )
    select * from (
        select 'total'::text, ''::text, coalesce(sum(n), 0)::bigint from grouped where in_category and in_level and in_country and in_rating and in_verified
        union all select 'category', category, sum(n)::bigint from grouped where in_level and in_country and in_rating and in_verified group by category
        union all select 'level', level, sum(n)::bigint from grouped where in_category and in_country and in_rating and in_verified group by level
        union all select 'country', country, sum(n)::bigint from grouped
            where in_category and in_level and in_rating and in_verified and country is not null group by country
        union all select 'client_rating', s.least::text, sum(g.n)::bigint from grouped g join (values (30), (40), (45)) as s (least) on g.stars >= s.least
            where in_category and in_level and in_country and in_verified group by s.least
        union all select 'payment_verified', 'true', sum(n)::bigint from grouped
            where in_category and in_level and in_country and in_rating and verified having sum(n) > 0
        union all (select 'skill', s.skill, sum(g.n)::bigint from grouped g cross join lateral unnest(g.skill_keys) as s (skill)
                   where in_category and in_level and in_country and in_rating and in_verified group by s.skill order by 3 desc, 2 limit 30)
    ) counted;
end $$;

grant create on schema market to guildhall_search;
alter function market.find_open_projects owner to guildhall_search;
alter function market.count_open_projects owner to guildhall_search;
revoke create on schema market from guildhall_search;
revoke execute on function market.find_open_projects from public;
revoke execute on function market.count_open_projects from public;
grant execute on function market.find_open_projects, market.count_open_projects to guildhall_app;
