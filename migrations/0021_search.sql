-- A search stays proportional to its hits: the ranks were joined to the hits by a plan that took
-- both for one row each, so a thousand hits were compared a million times. Now each hit looks its
-- own text up, and only the newest thousand do.
create or replace function market.find_projects(
    p_query text, p_categories text[], p_min bigint, p_max bigint, p_level text, p_country text, p_zones text[],
    p_signed_in boolean, p_sort text, p_key bigint, p_id uuid, p_back boolean, p_limit integer, p_rank text
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
