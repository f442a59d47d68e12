-- The steps of a bid add up to the bid, whoever writes them: held at the end of the transaction,
-- since the steps of a changed bid are replaced one by one.
create function market.proposal_adds_up() returns trigger
language plpgsql set search_path = pg_catalog, market as $$
declare
    v_id uuid; v_workspace uuid;
begin
    if tg_table_name = 'proposal' then
        v_id := new.id; v_workspace := new.workspace_id;
    elsif tg_op = 'DELETE' then
        v_id := old.proposal_id; v_workspace := old.workspace_id;
    else
        v_id := new.proposal_id; v_workspace := new.workspace_id;
    end if;
    if exists (
        select 1 from market.proposal p
        where p.workspace_id = v_workspace and p.id = v_id
          and p.bid_minor is distinct from (
              select sum(m.amount_minor) from market.proposal_milestone m where m.workspace_id = p.workspace_id and m.proposal_id = p.id)
    ) then
        raise exception 'the milestones of proposal % do not add up to its bid', v_id
            using errcode = 'check_violation', schema = 'market', table = 'proposal', constraint = 'proposal_milestone_sum';
    end if;
    return null;
end $$;
create constraint trigger proposal_milestone_sum after insert or update of bid_minor on market.proposal
    deferrable initially deferred for each row execute function market.proposal_adds_up();
create constraint trigger proposal_milestone_sum after insert or update or delete on market.proposal_milestone
    deferrable initially deferred for each row execute function market.proposal_adds_up();
revoke execute on function market.proposal_adds_up from public;
