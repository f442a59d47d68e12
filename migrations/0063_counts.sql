-- The counts beside a list of projects read every project that passes: more than all the rest of the
-- page together. A process remembers them until something they count changes. What changes is numbered,
-- under a lock that is held until the change can be seen: whoever finds no holder after reading the
-- number counts all changes up to that number.
create sequence market.project_change;
select setval('market.project_change', 1);
grant select, usage on sequence market.project_change to guildhall_app, guildhall_system;
create function market.number_project_change() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    perform pg_advisory_xact_lock_shared('market.project'::regclass::oid::integer, 63);
    perform nextval('market.project_change');
    return null;
end $$;
create trigger project_listed after insert on market.project for each row
    when (new.state = 'open') execute function market.number_project_change();
create trigger project_relisted after update of state, visibility, category, level, country, time_zone, skills, skill_keys, words, owner_id,
    budget_min_minor, budget_max_minor on market.project for each row
    when (old.state = 'open' or new.state = 'open') execute function market.number_project_change();
create trigger project_unlisted after delete on market.project for each row
    when (old.state = 'open') execute function market.number_project_change();
create trigger client_rated after insert or update or delete on market.client_rating for each statement
    execute function market.number_project_change();
create trigger means_verified after insert or update or delete on ledger.payment_method for each statement
    execute function market.number_project_change();

-- As market.count_open_projects. To who knows the counts of the present number (p_known) it says only
-- `known`; to others it says the number with them, unless a change is under way. Volatile, so that each
-- statement sees what was committed before it.
create function market.project_counts(
    p_known bigint,
    p_query text, p_categories text[], p_min bigint, p_max bigint, p_level text, p_country text, p_zones text[], p_signed_in boolean, p_most integer,
    p_rating integer, p_verified boolean, p_now timestamptz
) returns table (facet text, value text, n bigint)
language plpgsql volatile set search_path = pg_catalog as $$
declare
    v_number bigint;
begin
    select last_value into v_number from market.project_change;
    if v_number = p_known then
        return query select 'known'::text, ''::text, v_number;
        return;
    end if;
    if not exists (
        select from pg_locks l
        where l.locktype = 'advisory' and l.database = (select d.oid from pg_database d where d.datname = current_database())
          and l.classid = 'market.project'::regclass and l.objid = 63 and l.objsubid = 2 and l.granted
    ) then
        return query select 'number'::text, ''::text, v_number;
    end if;
    return query select c.facet, c.value, c.n from market.count_open_projects(
        p_query, p_categories, p_min, p_max, p_level, p_country, p_zones, p_signed_in, p_most, p_rating, p_verified, p_now) c;
end $$;
revoke execute on function market.project_counts from public;
grant execute on function market.project_counts to guildhall_app, guildhall_system;
