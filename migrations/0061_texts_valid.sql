-- no-transaction
-- Looks through what stood there before 0060, one rule a transaction, under locks that let everyone read
-- and write. Tried again, it goes on where it was.
do $$
declare
    rule record;
begin
    for rule in
        select conrelid::regclass as held_by, conname from pg_constraint
        where contype = 'c' and not convalidated
          and connamespace in ('identity'::regnamespace, 'people'::regnamespace, 'market'::regnamespace, 'ledger'::regnamespace)
        order by 1, 2
    loop
        execute format('alter table %s validate constraint %I', rule.held_by, rule.conname);
        commit;
    end loop;
end $$;
