# Plans of freelancers.
error-plan-of-payee = Only freelancers have a plan; leave it out for the client's side.
ledger-plan = Plan
ledger-plan-any = Every plan
ledger-plan-free = Free
ledger-plan-pro = Pro
ledger-plan-business = Business
ledger-plans = Plans
ledger-plans-lead = Each freelancer is charged by their plan for what is funded while they have it. Here are those whose plan was set; find others by name.
ledger-plans-search = Name
ledger-plans-find = Find
ledger-plans-member = Member
ledger-plans-empty = Nobody has a plan of their own
ledger-plans-empty-text = Find a member by name to set their plan. Everybody else has the free one.
notice-plan-set-title = Your plan was changed
notice-plan-set-body = Your plan is now { $plan ->
    [pro] Pro
    [business] Business
   *[free] Free
}. Your fee follows it for milestones funded from now on.
ledger-to-members = Members
