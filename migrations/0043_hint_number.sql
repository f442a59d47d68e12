-- A browser is told how far it has heard by a number of its own account's hints: a number over all
-- of them would tell how busy everybody else is.
-- Global: the number of the newest hint of an account.
create table kernel.hint_counter (
    account_id uuid   primary key,
    last       bigint not null
);
alter table kernel.hint add column number bigint not null default 0;
-- Given by the database, so that a version of the program that does not know the column numbers too.
-- Those who send take turns, so numbers follow the order of commits.
create function kernel.number_hint() returns trigger language plpgsql set search_path = pg_catalog, kernel as $$
begin
    insert into kernel.hint_counter as c (account_id, last) values (new.account_id, 1)
    on conflict (account_id) do update set last = c.last + 1
    returning c.last into new.number;
    return new;
end $$;
create trigger hint_numbered before insert on kernel.hint for each row execute function kernel.number_hint();
grant select, insert, update, delete on kernel.hint_counter to guildhall_system;
