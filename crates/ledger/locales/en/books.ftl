# Papers: receipts, earning statements, credit notes.
ledger-invoices = Receipts
ledger-invoices-none-such = No papers of this kind
ledger-invoices-none-such-text = There are others. Look at all of them.
ledger-invoices-lead = Every paper issued to you, each under its own number. Open one to print it.
ledger-invoices-count = { $n ->
    [one] { $n } paper
   *[other] { $n } papers
}
ledger-invoices-empty = No papers yet
ledger-invoices-empty-text = A receipt is issued when a milestone is approved, a bonus is paid or money is given back.
ledger-invoice-all = All
ledger-invoice-number = Number
ledger-invoice-kind = Paper
ledger-invoice-for = For
ledger-invoice-issued = Issued
ledger-invoice-issuer = Issued by
ledger-invoice-recipient = Issued to
ledger-invoice-payer = Paid by
ledger-invoice-payee = Work by
ledger-invoice-receipt = Receipt
ledger-invoice-earning = Earning statement
ledger-invoice-credit-note = Credit note
ledger-invoice-title = { $kind } { $number }
ledger-invoice-refund-title = Refund
ledger-invoice-item-milestone = milestone
ledger-invoice-item-bonus = bonus
ledger-invoice-item-order = order
ledger-invoice-item-refund = refund
ledger-invoice-gross = Amount
ledger-invoice-fee = Platform fee
ledger-invoice-tax = Tax
ledger-invoice-net-paid = Paid
ledger-invoice-net-earned = Earned
ledger-invoice-net-back = Given back
ledger-invoice-print-hint = Print this page from your browser; menus and buttons are left out on paper.
ledger-invoice-link = { $kind } { $number }

notify-kind-receipt-issued = A receipt for what you paid
notify-kind-earning-issued = An earning statement
notify-kind-credit-note-issued = A credit note for money given back
notify-kind-fee-schedule-proposed = A change of fees to confirm
notice-receipt-issued-title = Your receipt for { $title }
notice-receipt-issued-body = { $amount } was paid for “{ $title }”. The receipt is ready to print.
notice-earning-issued-title = Your earning statement for { $title }
notice-earning-issued-body = You earned { $amount } with “{ $title }”. The statement shows the amount and the platform fee.
notice-credit-note-issued-title = Credit note for { $title }
notice-credit-note-issued-body = { $amount } was given back to your payment method. The credit note is ready to print.
notice-fee-schedule-proposed-title = A change of fees waits for you
notice-fee-schedule-proposed-body = Version { $version } of the fee schedule was proposed. Somebody other than its author must confirm it.

# Fee schedule.
ledger-fees = Fees
ledger-fees-lead = What the platform keeps. A change is proposed by one person, confirmed by another, and counts for what is funded after it takes effect.
ledger-fees-propose = Propose a change
ledger-fees-propose-lead = Somebody else must confirm it. What is already funded keeps its fees.
ledger-fees-version = Version { $n }
ledger-fees-state-proposed = Waits to be confirmed
ledger-fees-state-withdrawn = Withdrawn
ledger-fees-state-in-force = In force
ledger-fees-state-confirmed = Confirmed
ledger-fees-payee = Freelancer’s fee
ledger-fees-client = Client’s fee
ledger-fees-clearance = Clearance in days
ledger-fees-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
ledger-fees-minimum = Least withdrawal
ledger-fees-from = Counts from
ledger-fees-rules = Exceptions
ledger-fees-second-person = You proposed this version, so somebody else must confirm it.
ledger-fees-confirm = Confirm
ledger-fees-withdraw = Withdraw
ledger-fees-side = Side
ledger-fees-side-payee = Freelancer
ledger-fees-side-client = Client
ledger-fees-category = category { $category }
ledger-fees-category-key = Category key
ledger-fees-type = Type of contract
ledger-fees-type-any = Every type
ledger-fees-type-fixed = Fixed price
ledger-fees-type-hourly = Hourly
ledger-fees-type-order = Order
ledger-fees-type-bonus = Bonus
ledger-fees-points = Rate
ledger-fees-points-hint = In hundredths of a percent: 500 is 5 %.
ledger-fees-hundredths-hint = In cents of a US dollar: 2000 is 20.00 USD, in other currencies about as much.
ledger-fees-fixed = Fixed part
ledger-fees-least = At least
ledger-fees-most = At most
ledger-fees-fixed-part = plus { $amount }
ledger-fees-least-part = at least { $amount }
ledger-fees-most-part = at most { $amount }
ledger-fees-in-days = Takes effect in days
ledger-fees-note = Reason
ledger-fees-rule = Exception { $n }
ledger-fees-add-rule = Add an exception (what you typed so far is not kept)
ledger-fees-send = Propose

ledger-kind-bonus = Bonus
ledger-kind-fee-reversed = Fee given back
ledger-kind-client-fee-reversed = Client’s fee given back

error-invoice-exists = This was paid out and has its papers already.
error-fee-schedule-proposed = Another change waits to be confirmed. Confirm or withdraw it first.
error-fee-schedule-decided = This version has been decided already.
error-fee-rule-twice = Two exceptions are for the same side, category and type.
error-second-person-needed = Somebody other than the author must confirm this.
