-- Either party may ask to close a contract on which nothing is held any more.
select kernel.grant_to_role('client', 'contract.close', '{client}');
select kernel.grant_to_role('freelancer', 'contract.close', '{freelancer}');
