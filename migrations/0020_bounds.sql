-- What the program never writes, the database does not take either: money without a currency,
-- names without a letter, sessions that end before they begin.

do $$
declare
    place text;
begin
    foreach place in array array[
        'ledger.account', 'ledger.bank_receipt', 'ledger.chargeback', 'ledger.destination', 'ledger.invoice', 'ledger.payment',
        'ledger.payout', 'ledger.payout_schedule', 'ledger.refund', 'ledger.transfer',
        'market.bonus', 'market.contract', 'market.milestone', 'market.proposal'
    ] loop
        execute format('alter table %s add constraint %I check (currency ~ ''^[A-Z]{3}$'')',
            place, split_part(place, '.', 2) || '_currency_code');
    end loop;
end
$$;

alter table market.contract add constraint contract_title_given check (btrim(title) <> '');
alter table market.milestone add constraint milestone_title_given check (btrim(title) <> '');
alter table kernel.workspace add constraint workspace_name_given check (btrim(name) <> '');
alter table kernel.role add constraint role_key_given check (key ~ '^[a-z][a-z0-9_]*$');
alter table identity.account add constraint account_email_given check (email like '_%@_%' or state = 'erased');
alter table identity.session add constraint session_span check (expires_at > created_at and idle_seconds > 0);
alter table notify.mail add constraint mail_locale check (locale in ('en', 'ar'));
alter table notify.notification add constraint notification_repeats check (repeats >= 1);
