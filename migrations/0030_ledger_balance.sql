-- The database itself refuses a transfer that is not whole, whoever writes it: held at the end of the
-- transaction, since a transfer and its two sides are written one after the other.

-- One side per account and transfer; it is also how a transfer finds its sides.
create unique index entry_side_once on ledger.entry (workspace_id, account_id, transfer_id);

-- All of it looks into the workspace of the transaction, and where there is none (an operator's hand)
-- into that of the row.

-- Whether a transfer stands between two accounts of its book and currency and has exactly its two
-- sides: what busy accounts were given is a delta until it is folded, an entry afterwards.
create function ledger.is_whole(p_transfer ledger.transfer) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, ledger as $$
declare
    v_workspace uuid := coalesce(nullif(current_setting('app.workspace', true), '')::uuid, p_transfer.workspace_id);
begin
    return coalesce((
        select count(*) = 2 and bool_and(
            a.book_id = p_transfer.book_id and a.currency = p_transfer.currency and side.n = 1
            and side.amount_minor = case when a.id = p_transfer.from_id then -p_transfer.amount_minor else p_transfer.amount_minor end)
        from ledger.account a
        cross join lateral (
            select count(*) as n, sum(s.amount_minor) as amount_minor from (
                select d.amount_minor from ledger.delta d
                    where d.workspace_id = v_workspace and d.account_id = a.id and d.transfer_id = p_transfer.id
                union all
                select e.amount_minor from ledger.entry e
                    where e.workspace_id = v_workspace and e.account_id = a.id and e.transfer_id = p_transfer.id) as s
        ) as side
        where a.workspace_id = v_workspace and a.id in (p_transfer.from_id, p_transfer.to_id)), false);
end $$;

create function ledger.transfer_is_whole() returns trigger
language plpgsql security definer set search_path = pg_catalog, ledger as $$
declare
    v_workspace uuid := coalesce(nullif(current_setting('app.workspace', true), '')::uuid, coalesce(new.workspace_id, old.workspace_id));
    v_transfer ledger.transfer;
begin
    if tg_op = 'DELETE' then
        if exists (select 1 from ledger.entry e where e.workspace_id = v_workspace and e.account_id in (old.from_id, old.to_id) and e.transfer_id = old.id)
            or exists (select 1 from ledger.delta d where d.workspace_id = v_workspace and d.account_id in (old.from_id, old.to_id) and d.transfer_id = old.id)
        then
            raise exception 'transfer % is gone and its sides are not', old.id
                using errcode = 'check_violation', schema = 'ledger', table = 'transfer', constraint = 'transfer_whole';
        end if;
        return null;
    end if;
    -- A row that is written twice in a transaction is looked at as it stands at the end.
    if tg_op = 'UPDATE' then
        select * into v_transfer from ledger.transfer t where t.workspace_id = v_workspace and t.id = new.id;
    else
        v_transfer := new;
    end if;
    if not ledger.is_whole(v_transfer) then
        raise exception 'transfer % does not balance', new.id
            using errcode = 'check_violation', schema = 'ledger', table = 'transfer', constraint = 'transfer_whole';
    end if;
    return null;
end $$;

-- A side belongs to a transfer that knows its account and amount, and is there once: as an entry or
-- as a delta that has not been folded.
create function ledger.entry_has_transfer() returns trigger
language plpgsql security definer set search_path = pg_catalog, ledger as $$
declare
    v_workspace uuid := coalesce(nullif(current_setting('app.workspace', true), '')::uuid, coalesce(new.workspace_id, old.workspace_id));
    v_transfer ledger.transfer;
begin
    if tg_op <> 'DELETE' and not exists (
        select 1 from ledger.transfer t where t.workspace_id = v_workspace and t.id = new.transfer_id
          and ((t.from_id = new.account_id and new.amount_minor = -t.amount_minor) or (t.to_id = new.account_id and new.amount_minor = t.amount_minor))
          and not exists (select 1 from ledger.delta d
              where d.workspace_id = v_workspace and d.account_id = new.account_id and d.transfer_id = new.transfer_id))
    then
        raise exception 'the entry of account % is no side of transfer %, or not the only one', new.account_id, new.transfer_id
            using errcode = 'check_violation', schema = 'ledger', table = 'entry', constraint = 'entry_has_transfer';
    end if;
    if tg_op <> 'INSERT' then
        select * into v_transfer from ledger.transfer t where t.workspace_id = v_workspace and t.id = old.transfer_id;
        if found and not ledger.is_whole(v_transfer) then
            raise exception 'transfer % does not balance', old.transfer_id
                using errcode = 'check_violation', schema = 'ledger', table = 'transfer', constraint = 'transfer_whole';
        end if;
    end if;
    return null;
end $$;

create function ledger.delta_has_transfer() returns trigger
language plpgsql security definer set search_path = pg_catalog, ledger as $$
declare
    v_workspace uuid := coalesce(nullif(current_setting('app.workspace', true), '')::uuid, new.workspace_id);
begin
    if not exists (
        select 1 from ledger.transfer t where t.workspace_id = v_workspace and t.id = new.transfer_id
          and ((t.from_id = new.account_id and new.amount_minor = -t.amount_minor) or (t.to_id = new.account_id and new.amount_minor = t.amount_minor))
          and not exists (select 1 from ledger.entry e
              where e.workspace_id = v_workspace and e.account_id = new.account_id and e.transfer_id = new.transfer_id))
    then
        raise exception 'the delta of account % is no side of transfer %, or not the only one', new.account_id, new.transfer_id
            using errcode = 'check_violation', schema = 'ledger', table = 'delta', constraint = 'delta_has_transfer';
    end if;
    return null;
end $$;

-- Folding takes deltas away and gives the same sides as entries; who takes one away for nothing
-- leaves a transfer with one side.
create function ledger.delta_gone() returns trigger
language plpgsql security definer set search_path = pg_catalog, ledger as $$
declare
    v_workspace uuid := coalesce(nullif(current_setting('app.workspace', true), '')::uuid, old.workspace_id);
    v_transfer ledger.transfer;
begin
    select * into v_transfer from ledger.transfer t where t.workspace_id = v_workspace and t.id = old.transfer_id;
    if found and not ledger.is_whole(v_transfer) then
        raise exception 'transfer % does not balance', old.transfer_id
            using errcode = 'check_violation', schema = 'ledger', table = 'transfer', constraint = 'transfer_whole';
    end if;
    return null;
end $$;

grant create on schema ledger to guildhall_ledger;
do $$ declare f text; begin
    foreach f in array array['ledger.delta_gone()', 'ledger.is_whole(ledger.transfer)', 'ledger.transfer_is_whole()', 'ledger.entry_has_transfer()', 'ledger.delta_has_transfer()'] loop
        execute format('alter function %s owner to guildhall_ledger', f);
        execute format('revoke execute on function %s from public', f);
    end loop;
end $$;
revoke create on schema ledger from guildhall_ledger;

create constraint trigger transfer_whole after insert or update or delete on ledger.transfer
    deferrable initially deferred for each row execute function ledger.transfer_is_whole();
create constraint trigger entry_has_transfer after insert or update or delete on ledger.entry
    deferrable initially deferred for each row execute function ledger.entry_has_transfer();
create constraint trigger delta_has_transfer after insert or update on ledger.delta
    deferrable initially deferred for each row execute function ledger.delta_has_transfer();
create constraint trigger delta_gone after delete on ledger.delta
    deferrable initially deferred for each row execute function ledger.delta_gone();
