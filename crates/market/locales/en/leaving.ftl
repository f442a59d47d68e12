# When a member is to leave.
error-member-has-contracts = There are live contracts or open offers. They have to be finished, cancelled or declined first.
