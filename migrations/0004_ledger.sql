-- The ledger: books, accounts, lots, postings; payments and payouts with their provider.
create schema ledger;
grant usage on schema ledger to guildhall_app, guildhall_system, guildhall_ledger;

-- Currencies and where they may be used. Global, loaded by migration.
create table ledger.currency (
    code     text    primary key,
    digits   integer not null,
    pay_in   boolean not null,
    pay_out  boolean not null,
    constraint currency_code check (code ~ '^[A-Z]{3}$'),
    constraint currency_digits check (digits between 0 and 4)
);
insert into ledger.currency (code, digits, pay_in, pay_out) values
    ('USD', 2, true, true), ('EUR', 2, true, true), ('GBP', 2, true, true), ('JPY', 0, true, true),
    ('SAR', 2, true, true), ('AED', 2, true, true), ('KWD', 3, true, true), ('EGP', 2, true, true);
grant select on ledger.currency to guildhall_app, guildhall_system;

-- What kinds of account there are. `floor_zero`: may not fall below zero. `hot`: many writers and no
-- floor, so it gets delta rows. `lots`: remembers which payment its money came from.
create table ledger.account_kind (
    kind       text    primary key,
    class      text    not null,
    floor_zero boolean not null,
    hot        boolean not null,
    lots       boolean not null,
    constraint account_kind_class check (class in ('assets', 'liabilities', 'revenues', 'expenses')),
    constraint account_kind_hot check (not (hot and (floor_zero or lots)))
);
insert into ledger.account_kind (kind, class, floor_zero, hot, lots) values
    ('clearing',          'assets',      false, true,  false),
    ('unapplied',         'liabilities', true,  false, true),
    ('escrow',            'liabilities', true,  false, true),
    ('pending',           'liabilities', true,  false, true),
    ('available',         'liabilities', true,  false, true),
    ('payout_in_transit', 'liabilities', true,  false, true),
    ('refund_in_transit', 'liabilities', true,  false, true),
    ('disputed',          'assets',      false, true,  false),
    ('fees',              'revenues',    false, true,  false),
    ('provider_fees',     'expenses',    false, true,  false);
grant select on ledger.account_kind to guildhall_app, guildhall_system, guildhall_ledger;

-- A book: one legal owner, one place where its money lies, one purpose. Transfers stay inside.
create table ledger.book (
    workspace_id uuid not null references kernel.workspace,
    id           uuid not null,
    purpose      text not null,
    provider     text not null,
    owner_id     uuid not null,
    primary key (workspace_id, id),
    constraint book_unique unique (workspace_id, purpose, provider, owner_id),
    constraint book_purpose check (purpose in ('escrow', 'trust', 'credits', 'billing'))
);
-- Balance of credit: what the book owes the account's owner is positive.
create table ledger.account (
    workspace_id   uuid        not null,
    id             uuid        not null,
    book_id        uuid        not null,
    kind           text        not null references ledger.account_kind,
    owner_id       uuid        not null,
    currency       text        not null references ledger.currency,
    balance_minor  bigint      not null default 0,
    floor_minor    bigint,
    hot            boolean     not null,
    lots           boolean     not null,
    next_sequence  bigint      not null default 1,
    last_booked_at timestamptz not null,
    primary key (workspace_id, id),
    constraint account_unique unique (workspace_id, book_id, kind, owner_id, currency),
    constraint account_book foreign key (workspace_id, book_id) references ledger.book (workspace_id, id),
    constraint account_floor check (floor_minor is null or balance_minor >= floor_minor)
) with (fillfactor = 70);
create index account_owner on ledger.account (workspace_id, owner_id, kind);
create index account_currency_index on ledger.account (currency);
create index account_kind_index on ledger.account (kind);
-- Why money moved. Kept for ever: a known cause is done, whatever happens since.
create table ledger.cause (
    workspace_id uuid        not null,
    cause        text        not null,
    content_hash bytea       not null,
    booked_at    timestamptz not null,
    primary key (workspace_id, cause)
);
-- One movement between two accounts of one book and currency.
create table ledger.transfer (
    workspace_id uuid        not null,
    id           uuid        not null,
    cause        text        not null,
    kind         text        not null,
    book_id      uuid        not null,
    from_id      uuid        not null,
    to_id        uuid        not null,
    amount_minor bigint      not null,
    currency     text        not null,
    booked_at    timestamptz not null,
    primary key (workspace_id, id),
    constraint transfer_amount check (amount_minor > 0),
    constraint transfer_two_sides check (from_id <> to_id)
) partition by range (id);
create table ledger.transfer_rest partition of ledger.transfer default;
create index transfer_cause on ledger.transfer (workspace_id, cause);
-- An account's side of a transfer, with the balance after it. Sequence and balance are given under
-- the account's lock, so any past balance stays what it was.
create table ledger.entry (
    workspace_id  uuid        not null,
    account_id    uuid        not null,
    sequence      bigint      not null,
    transfer_id   uuid        not null,
    amount_minor  bigint      not null,
    balance_after bigint      not null,
    booked_at     timestamptz not null,
    primary key (workspace_id, account_id, sequence, transfer_id)
) partition by range (transfer_id);
create table ledger.entry_rest partition of ledger.entry default;
-- What a hot account has been given since it was last folded. Balance plus deltas is the truth.
create table ledger.delta (
    workspace_id uuid        not null,
    account_id   uuid        not null,
    transfer_id  uuid        not null,
    amount_minor bigint      not null,
    booked_at    timestamptz not null,
    primary key (workspace_id, account_id, transfer_id)
);
-- Where the money in an account came from: its payment, what remains of it, when it clears.
create table ledger.lot (
    workspace_id    uuid        not null,
    id              uuid        not null,
    account_id      uuid        not null,
    transfer_id     uuid        not null,
    payment_id      uuid        not null,
    amount_minor    bigint      not null,
    remaining_minor bigint      not null,
    clears_at       timestamptz,
    expires_at      timestamptz,
    primary key (workspace_id, id),
    constraint lot_account foreign key (workspace_id, account_id) references ledger.account (workspace_id, id),
    constraint lot_remaining check (remaining_minor between 0 and amount_minor)
);
create index lot_open on ledger.lot (workspace_id, account_id, clears_at, id) where remaining_minor > 0;
create index lot_account_index on ledger.lot (workspace_id, account_id);
create index lot_payment on ledger.lot (workspace_id, payment_id);
create index lot_clearing on ledger.lot (clears_at) where remaining_minor > 0 and clears_at is not null;
create table ledger.lot_use (
    workspace_id uuid   not null,
    lot_id       uuid   not null,
    transfer_id  uuid   not null,
    amount_minor bigint not null,
    primary key (workspace_id, lot_id, transfer_id),
    constraint lot_use_lot foreign key (workspace_id, lot_id) references ledger.lot (workspace_id, id),
    constraint lot_use_amount check (amount_minor > 0)
);
do $$ declare t text; begin
    foreach t in array array['book', 'account', 'cause', 'transfer', 'transfer_rest', 'entry', 'entry_rest', 'delta', 'lot', 'lot_use'] loop
        perform kernel.protect(('ledger.' || t)::regclass);
        execute format('grant select on ledger.%I to guildhall_app, guildhall_system', t);
        execute format('grant select, insert on ledger.%I to guildhall_ledger', t);
    end loop;
end $$;
grant update on ledger.account, ledger.lot to guildhall_ledger;
grant delete on ledger.delta to guildhall_ledger;

-- The book of a purpose, made when first asked for.
create function ledger.book_for(p_purpose text, p_provider text, p_owner uuid, p_new_id uuid) returns uuid
language plpgsql security definer set search_path = pg_catalog, ledger as $$
declare
    v_workspace uuid := nullif(current_setting('app.workspace', true), '')::uuid;
    v_id uuid;
begin
    select b.id into v_id from ledger.book b
        where b.workspace_id = v_workspace and b.purpose = p_purpose and b.provider = p_provider and b.owner_id = p_owner;
    if v_id is null then
        insert into ledger.book (workspace_id, id, purpose, provider, owner_id)
            values (v_workspace, p_new_id, p_purpose, p_provider, p_owner)
            on conflict on constraint book_unique do nothing;
        select b.id into strict v_id from ledger.book b
            where b.workspace_id = v_workspace and b.purpose = p_purpose and b.provider = p_provider and b.owner_id = p_owner;
    end if;
    return v_id;
end $$;

-- The account of a kind and owner in a book, opened when first asked for.
create function ledger.account_for(p_book uuid, p_kind text, p_owner uuid, p_currency text, p_now timestamptz, p_new_id uuid) returns uuid
language plpgsql security definer set search_path = pg_catalog, ledger as $$
declare
    v_workspace uuid := nullif(current_setting('app.workspace', true), '')::uuid;
    v_id uuid;
begin
    select a.id into v_id from ledger.account a
        where a.workspace_id = v_workspace and a.book_id = p_book and a.kind = p_kind and a.owner_id = p_owner and a.currency = p_currency;
    if v_id is null then
        insert into ledger.account (workspace_id, id, book_id, kind, owner_id, currency, floor_minor, hot, lots, last_booked_at)
            select v_workspace, p_new_id, p_book, k.kind, p_owner, p_currency,
                   case when k.floor_zero then 0 end, k.hot, k.lots, p_now
            from ledger.account_kind k where k.kind = p_kind
            on conflict on constraint account_unique do nothing;
        select a.id into strict v_id from ledger.account a
            where a.workspace_id = v_workspace and a.book_id = p_book and a.kind = p_kind and a.owner_id = p_owner and a.currency = p_currency;
    end if;
    return v_id;
end $$;

-- Locks accounts that keep a running balance, in one order, before a decision is made on them.
create function ledger.lock_accounts(p_accounts uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, ledger as $$
declare
    v_workspace uuid := nullif(current_setting('app.workspace', true), '')::uuid;
begin
    perform 1 from ledger.account a
        where a.workspace_id = v_workspace and a.id = any (p_accounts) and not a.hot
        order by a.id for no key update;
end $$;

-- The only writer of money. Posts all legs of a cause or none; true when it posted, false when this
-- very cause had been posted before. Errors carry a code in their message: cause_conflict,
-- unknown_account, wrong_book, wrong_currency, bad_amount, insufficient_lots; the floor of an
-- account is its check constraint account_floor.
create function ledger.post(
    p_cause text, p_hash bytea, p_now timestamptz,
    p_ids uuid[], p_kinds text[], p_from uuid[], p_to uuid[], p_amounts bigint[],
    p_payments uuid[], p_clears timestamptz[]
) returns boolean
language plpgsql security definer set search_path = pg_catalog, ledger as $$
declare
    v_workspace uuid := nullif(current_setting('app.workspace', true), '')::uuid;
    v_hash bytea;
    v_from ledger.account%rowtype;
    v_to ledger.account%rowtype;
    v_booked timestamptz;
    v_left bigint;
    v_take bigint;
    v_lot record;
    i integer;
    n integer := 0;
begin
    insert into ledger.cause (workspace_id, cause, content_hash, booked_at)
        values (v_workspace, p_cause, p_hash, p_now) on conflict do nothing;
    if not found then
        select c.content_hash into strict v_hash from ledger.cause c where c.workspace_id = v_workspace and c.cause = p_cause;
        if v_hash <> p_hash then
            raise exception 'cause_conflict' using errcode = 'GH001';
        end if;
        return false;
    end if;
    -- Every account that keeps a running balance, in one order, so that no two postings deadlock.
    perform 1 from ledger.account a
        where a.workspace_id = v_workspace and a.id = any (p_from || p_to) and not a.hot
        order by a.id for no key update;
    for i in 1 .. cardinality(p_from) loop
        select * into v_from from ledger.account a where a.workspace_id = v_workspace and a.id = p_from[i];
        if not found then raise exception 'unknown_account' using errcode = 'GH002'; end if;
        select * into v_to from ledger.account a where a.workspace_id = v_workspace and a.id = p_to[i];
        if not found then raise exception 'unknown_account' using errcode = 'GH002'; end if;
        if v_from.book_id <> v_to.book_id then raise exception 'wrong_book' using errcode = 'GH003'; end if;
        if v_from.currency <> v_to.currency then raise exception 'wrong_currency' using errcode = 'GH004'; end if;
        if p_amounts[i] is null or p_amounts[i] <= 0 then raise exception 'bad_amount' using errcode = 'GH005'; end if;
        v_booked := greatest(p_now,
            case when v_from.hot then p_now else v_from.last_booked_at end,
            case when v_to.hot then p_now else v_to.last_booked_at end);
        insert into ledger.transfer (workspace_id, id, cause, kind, book_id, from_id, to_id, amount_minor, currency, booked_at)
            values (v_workspace, p_ids[i], p_cause, p_kinds[i], v_from.book_id, v_from.id, v_to.id, p_amounts[i], v_from.currency, v_booked);
        if v_from.hot then
            insert into ledger.delta (workspace_id, account_id, transfer_id, amount_minor, booked_at)
                values (v_workspace, v_from.id, p_ids[i], -p_amounts[i], v_booked);
        else
            update ledger.account a set balance_minor = a.balance_minor - p_amounts[i],
                next_sequence = a.next_sequence + 1, last_booked_at = v_booked
                where a.workspace_id = v_workspace and a.id = v_from.id;
            insert into ledger.entry (workspace_id, account_id, sequence, transfer_id, amount_minor, balance_after, booked_at)
                values (v_workspace, v_from.id, v_from.next_sequence, p_ids[i], -p_amounts[i], v_from.balance_minor - p_amounts[i], v_booked);
        end if;
        if v_to.hot then
            insert into ledger.delta (workspace_id, account_id, transfer_id, amount_minor, booked_at)
                values (v_workspace, v_to.id, p_ids[i], p_amounts[i], v_booked);
        else
            update ledger.account a set balance_minor = a.balance_minor + p_amounts[i],
                next_sequence = a.next_sequence + 1, last_booked_at = v_booked
                where a.workspace_id = v_workspace and a.id = v_to.id;
            insert into ledger.entry (workspace_id, account_id, sequence, transfer_id, amount_minor, balance_after, booked_at)
                values (v_workspace, v_to.id, v_to.next_sequence, p_ids[i], p_amounts[i], v_to.balance_minor + p_amounts[i], v_booked);
        end if;
        -- Lots: money leaves by source payment, earliest clearing first, and keeps its source.
        if v_from.lots then
            v_left := p_amounts[i];
            for v_lot in
                select l.id, l.remaining_minor, l.payment_id from ledger.lot l
                where l.workspace_id = v_workspace and l.account_id = v_from.id and l.remaining_minor > 0
                  and (p_payments[i] is null or l.payment_id = p_payments[i])
                order by l.clears_at nulls first, l.id
            loop
                exit when v_left = 0;
                v_take := least(v_left, v_lot.remaining_minor);
                update ledger.lot l set remaining_minor = l.remaining_minor - v_take
                    where l.workspace_id = v_workspace and l.id = v_lot.id;
                insert into ledger.lot_use (workspace_id, lot_id, transfer_id, amount_minor)
                    values (v_workspace, v_lot.id, p_ids[i], v_take);
                if v_to.lots then
                    n := n + 1;
                    insert into ledger.lot (workspace_id, id, account_id, transfer_id, payment_id, amount_minor, remaining_minor, clears_at)
                        values (v_workspace, md5(p_ids[i]::text || v_lot.id::text)::uuid, v_to.id, p_ids[i], v_lot.payment_id, v_take, v_take, p_clears[i]);
                end if;
                v_left := v_left - v_take;
            end loop;
            if v_left > 0 then raise exception 'insufficient_lots' using errcode = 'GH006'; end if;
        elsif v_to.lots then
            if p_payments[i] is null then raise exception 'lot_without_source' using errcode = 'GH007'; end if;
            insert into ledger.lot (workspace_id, id, account_id, transfer_id, payment_id, amount_minor, remaining_minor, clears_at)
                values (v_workspace, md5(p_ids[i]::text)::uuid, v_to.id, p_ids[i], p_payments[i], p_amounts[i], p_amounts[i], p_clears[i]);
        end if;
    end loop;
    return true;
end $$;

-- Folds the deltas of one hot account into its balance and gives them their entries, all in the
-- caller's transaction, so that balance plus deltas is the truth in any snapshot.
create function ledger.fold(p_account uuid) returns integer
language plpgsql security definer set search_path = pg_catalog, ledger as $$
declare
    v_workspace uuid := nullif(current_setting('app.workspace', true), '')::uuid;
    v_account ledger.account%rowtype;
    v_delta record;
    v_count integer := 0;
begin
    select * into v_account from ledger.account a
        where a.workspace_id = v_workspace and a.id = p_account and a.hot for no key update;
    if not found then return 0; end if;
    for v_delta in
        with taken as (delete from ledger.delta d where d.workspace_id = v_workspace and d.account_id = p_account
                       returning d.transfer_id, d.amount_minor, d.booked_at)
        select * from taken order by transfer_id
    loop
        v_account.balance_minor := v_account.balance_minor + v_delta.amount_minor;
        v_account.last_booked_at := greatest(v_account.last_booked_at, v_delta.booked_at);
        insert into ledger.entry (workspace_id, account_id, sequence, transfer_id, amount_minor, balance_after, booked_at)
            values (v_workspace, p_account, v_account.next_sequence, v_delta.transfer_id, v_delta.amount_minor, v_account.balance_minor, v_account.last_booked_at);
        v_account.next_sequence := v_account.next_sequence + 1;
        v_count := v_count + 1;
    end loop;
    update ledger.account a set balance_minor = v_account.balance_minor, next_sequence = v_account.next_sequence,
        last_booked_at = v_account.last_booked_at
        where a.workspace_id = v_workspace and a.id = p_account;
    return v_count;
end $$;

grant create on schema ledger to guildhall_ledger;
do $$ declare f text; begin
    foreach f in array array[
        'ledger.book_for(text, text, uuid, uuid)',
        'ledger.account_for(uuid, text, uuid, text, timestamptz, uuid)',
        'ledger.post(text, bytea, timestamptz, uuid[], text[], uuid[], uuid[], bigint[], uuid[], timestamptz[])',
        'ledger.lock_accounts(uuid[])',
        'ledger.fold(uuid)'] loop
        execute format('alter function %s owner to guildhall_ledger', f);
        execute format('revoke execute on function %s from public', f);
        execute format('grant execute on function %s to guildhall_app, guildhall_system', f);
    end loop;
end $$;
revoke create on schema ledger from guildhall_ledger;

-- Published: an account with its true balance at this moment.
create view ledger.balance with (security_invoker = true) as
    select a.workspace_id, a.id as account_id, a.book_id, a.kind, a.owner_id, a.currency,
           (a.balance_minor + coalesce((select sum(d.amount_minor) from ledger.delta d
                where d.workspace_id = a.workspace_id and d.account_id = a.id), 0))::bigint as balance_minor
    from ledger.account a;
grant select on ledger.balance to guildhall_app, guildhall_system;

-- The fee schedule: data, versioned; the version in force is frozen on an item when it is funded.
create table ledger.fee_schedule (
    workspace_id        uuid        not null references kernel.workspace,
    version             integer     not null,
    effective_at        timestamptz not null,
    payee_basis_points  integer     not null,
    client_basis_points integer     not null,
    minimum_payout_minor bigint     not null,
    clearance_days      integer     not null,
    primary key (workspace_id, version),
    constraint fee_schedule_points check (payee_basis_points between 0 and 10000 and client_basis_points between 0 and 10000),
    constraint fee_schedule_clearance check (clearance_days between 0 and 90)
);
-- A saved means of payment: the provider's token and what may be shown of it.
create table ledger.payment_method (
    workspace_id   uuid        not null,
    id             uuid        not null,
    member_id      uuid        not null,
    provider_token text        not null,
    brand          text        not null,
    last4          text        not null,
    exp_month      integer     not null,
    exp_year       integer     not null,
    is_default     boolean     not null,
    created_at     timestamptz not null,
    removed_at     timestamptz,
    primary key (workspace_id, id),
    constraint payment_method_member foreign key (workspace_id, member_id) references kernel.member (workspace_id, id),
    constraint payment_method_token_unique unique (workspace_id, provider_token),
    constraint payment_method_last4 check (last4 ~ '^[0-9]{4}$')
);
create index payment_method_member_index on ledger.payment_method (workspace_id, member_id, created_at, id);
create unique index payment_method_default_once on ledger.payment_method (workspace_id, member_id) where is_default and removed_at is null;

-- One charge of a payer for one purpose. Captured only by a provider's fact.
create table ledger.payment (
    workspace_id        uuid        not null,
    id                  uuid        not null,
    payer_id            uuid        not null,
    method_id           uuid        not null,
    purpose_kind        text        not null,
    purpose_id          uuid        not null,
    amount_minor        bigint      not null,
    currency            text        not null references ledger.currency,
    state               text        not null default 'created',
    -- What became of captured money: nothing yet, its purpose, or back to the payer.
    applied             text        not null default 'no',
    provider_payment_id text,
    provider_fee_minor  bigint,
    failure_code        text,
    next_action_url     text,
    created_at          timestamptz not null,
    updated_at          timestamptz not null,
    captured_at         timestamptz,
    version             bigint      not null default 1,
    primary key (workspace_id, id),
    constraint payment_payer foreign key (workspace_id, payer_id) references kernel.member (workspace_id, id),
    constraint payment_method_fk foreign key (workspace_id, method_id) references ledger.payment_method (workspace_id, id),
    constraint payment_amount check (amount_minor > 0),
    constraint payment_state check (state in ('created', 'processing', 'requires_action', 'captured', 'failed', 'expired')),
    constraint payment_applied check (applied in ('no', 'purpose', 'refunded')),
    constraint payment_captured check ((state = 'captured') = (captured_at is not null)),
    constraint payment_provider_unique unique (workspace_id, provider_payment_id)
);
-- One running charge per purpose: the second gets a clear answer.
create unique index payment_running_once on ledger.payment (workspace_id, purpose_kind, purpose_id)
    where state in ('created', 'processing', 'requires_action') or (state = 'captured' and applied = 'no');
create index payment_payer_index on ledger.payment (workspace_id, payer_id, created_at, id);
create index payment_method_fk_index on ledger.payment (workspace_id, method_id);
create index payment_purpose_index on ledger.payment (workspace_id, purpose_id);
create index payment_open on ledger.payment (updated_at) where state in ('created', 'processing', 'requires_action');

create index payment_unapplied on ledger.payment (updated_at) where state = 'captured' and applied = 'no';
-- The provider's facts name our payment only.
create index payment_by_reference on ledger.payment (id);

create table ledger.refund (
    workspace_id       uuid        not null,
    id                 uuid        not null,
    payment_id         uuid        not null,
    amount_minor       bigint      not null,
    currency           text        not null,
    reason             text        not null,
    state              text        not null default 'approved',
    provider_refund_id text,
    attempts           integer     not null default 0,
    created_at         timestamptz not null,
    updated_at         timestamptz not null,
    primary key (workspace_id, id),
    constraint refund_payment foreign key (workspace_id, payment_id) references ledger.payment (workspace_id, id),
    constraint refund_amount check (amount_minor > 0),
    constraint refund_state check (state in ('approved', 'processing', 'succeeded', 'failed', 'manual'))
);
create index refund_payment_index on ledger.refund (workspace_id, payment_id);
create index refund_by_reference on ledger.refund (id);
create index refund_open on ledger.refund (updated_at) where state in ('approved', 'processing', 'failed');

-- A chargeback the provider told us of: it has taken the sum, the platform holds the claim.
create table ledger.chargeback (
    workspace_id uuid        not null,
    id           uuid        not null,
    payment_id   uuid        not null,
    amount_minor bigint      not null,
    currency     text        not null,
    state        text        not null default 'open',
    opened_at    timestamptz not null,
    primary key (workspace_id, id),
    constraint chargeback_payment foreign key (workspace_id, payment_id) references ledger.payment (workspace_id, id),
    constraint chargeback_payment_unique unique (workspace_id, payment_id),
    constraint chargeback_state check (state in ('open', 'won', 'lost'))
);
-- Where a payee's money goes: the provider's token and a label.
create table ledger.destination (
    workspace_id   uuid        not null,
    id             uuid        not null,
    member_id      uuid        not null,
    provider_token text        not null,
    label          text        not null,
    country        text        not null,
    currency       text        not null references ledger.currency,
    created_at     timestamptz not null,
    removed_at     timestamptz,
    primary key (workspace_id, id),
    constraint destination_member foreign key (workspace_id, member_id) references kernel.member (workspace_id, id),
    constraint destination_token_unique unique (workspace_id, provider_token)
);
create index destination_member_index on ledger.destination (workspace_id, member_id, created_at, id);
create table ledger.payout (
    workspace_id       uuid        not null,
    id                 uuid        not null,
    member_id          uuid        not null,
    destination_id     uuid        not null,
    amount_minor       bigint      not null,
    currency           text        not null references ledger.currency,
    state              text        not null default 'requested',
    provider_payout_id text,
    reason             text,
    requested_at       timestamptz not null,
    updated_at         timestamptz not null,
    paid_at            timestamptz,
    version            bigint      not null default 1,
    primary key (workspace_id, id),
    constraint payout_member foreign key (workspace_id, member_id) references kernel.member (workspace_id, id),
    constraint payout_destination foreign key (workspace_id, destination_id) references ledger.destination (workspace_id, id),
    constraint payout_amount check (amount_minor > 0),
    constraint payout_state check (state in ('requested', 'approved', 'in_review', 'rejected', 'cancelled', 'processing', 'paid', 'failed', 'returned'))
);
create index payout_member_index on ledger.payout (workspace_id, member_id, requested_at desc, id desc);
create index payout_destination_index on ledger.payout (workspace_id, destination_id);
create index payout_by_reference on ledger.payout (id);
create index payout_open on ledger.payout (updated_at) where state in ('requested', 'approved', 'processing');
do $$ declare t text; begin
    foreach t in array array['fee_schedule', 'payment_method', 'payment', 'refund', 'chargeback', 'destination', 'payout'] loop
        perform kernel.protect(('ledger.' || t)::regclass);
        execute format('grant select, insert, update on ledger.%I to guildhall_app, guildhall_system', t);
    end loop;
end $$;
create index account_currency_fk on ledger.destination (currency);
create index payment_currency_fk on ledger.payment (currency);
create index payout_currency_fk on ledger.payout (currency);

-- Global: what the provider told us, stored raw before it is answered, once per event id.
create table ledger.provider_event (
    id           text        primary key,
    kind         text        not null,
    body         jsonb       not null,
    received_at  timestamptz not null,
    processed_at timestamptz,
    attempts     integer     not null default 0,
    run_at       timestamptz not null,
    last_error   text
);
create index provider_event_open on ledger.provider_event (run_at) where processed_at is null;
-- Global: how far the provider's list of events has been read, for the poller.
create table ledger.provider_cursor (
    provider text        primary key,
    position bigint      not null,
    read_at  timestamptz not null
);
grant select, insert, update on ledger.provider_event, ledger.provider_cursor to guildhall_system;

insert into kernel.role_template_permission (role_key, permission, relations)
select r, p, array['own'] from unnest(array['client', 'freelancer']) r,
    unnest(array['wallet.show', 'wallet.statement', 'payment_method.attach', 'payment_method.list', 'payment_method.set_default',
                 'payment_method.remove', 'payment.show', 'payout.request', 'payout.show', 'payout.list', 'payout.cancel',
                 'destination.add', 'destination.list', 'destination.remove']) p;
insert into kernel.role_template_permission (role_key, permission, relations)
select r, p, array['any'] from unnest(array['owner', 'admin']) r, unnest(array['ledger.overview']) p;
