# Refusals
error-insufficient-available = There is not enough available money for this. Pending money becomes available when it clears.
error-cause-conflict = This was booked before with other figures. Nothing was changed; open the page again and look.
error-no-payment-method = Add a payment method first. Nothing was charged.
error-payment-method-unknown = This payment method is not known. Choose another one or add a new one.
error-payment-method-taken = This payment method is already in use elsewhere. Add it anew.
error-payment-method-in-use = A payment with this method is still running. Remove it when that has ended.
error-too-many-methods = You have saved as many payment methods as possible. Remove one first.
error-funding-in-progress = A payment for this is already running. Wait for its outcome.
error-payment-not-captured = This payment has not come in.
error-payment-unavailable = Payments are not available for a moment. Nothing was charged; try again shortly.
error-upstream-timeout = The payment provider did not answer in time. Nothing was saved here; try again.
error-currency-not-enabled = Money in this currency is not taken here.
error-refund-exceeds-payment = More would go back than came in.
error-below-minimum = The smallest withdrawal is { $least }.
error-threshold-too-low = The smallest withdrawal is now more than the sum you chose. Choose a larger one.
error-member-suspended = The membership was suspended. Set it anew if it is still wanted.
error-no-payout-destination = Add a bank account for this currency first.
error-destination-unknown = This bank account is not known. Choose another one or add a new one.
error-destination-taken = This bank account belongs to someone else here.
error-too-many-destinations = You have added as many bank accounts as possible. Remove one first.
error-payout-in-processing = This payout is already being processed and cannot be taken back.

# Wallet
ledger-wallet = Wallet
ledger-withdraw-sum = Withdraw · { $amount }
ledger-recent = Newest entries
ledger-all-entries = The whole statement
ledger-wallet-lead = What you have earned, what is on its way, and what you have paid in.
ledger-available = Available
ledger-available-note = You can withdraw this now.
ledger-pending = Pending
ledger-pending-note = Released earnings wait here until they clear.
ledger-in-transit = On its way
ledger-in-transit-note = Set aside for payouts that have not arrived yet.
ledger-escrowed = Held for your projects
ledger-nothing-held = Nothing is held for you
ledger-nothing-held-text = When you fund a milestone, its money waits here until you approve the work.
ledger-escrowed-note = You paid this in. It is released when you approve the work.
ledger-next-clearing = { $amount } becomes available on { $date }.
ledger-held = { $amount } of the pending money waits because a payer’s bank disputes the payment.
ledger-statement = Statement
ledger-statement-of = { $account }, { $currency }
ledger-statement-lead = Every entry with the balance after it, the newest first.
ledger-to-contracts = Look at your contracts
ledger-statement-empty = No entries yet
ledger-statement-empty-text = As soon as money moves in this account, it is listed here.
ledger-entries = { $n ->
    [one] { $n } entry
   *[other] { $n } entries
}
ledger-amount = Amount
ledger-state = State
ledger-continue = Continue

# Kinds of entries
ledger-kind-capture = Payment received
ledger-kind-provider-fee = Fee of the payment provider
ledger-kind-fund = Milestone funded
ledger-kind-client-fee = Service fee
ledger-kind-release = Earnings released
ledger-kind-fee = Platform fee
ledger-kind-clear = Earnings cleared
ledger-kind-refund = Refund begun
ledger-kind-refund-paid = Refund paid
ledger-kind-chargeback = Chargeback
ledger-kind-payout = Withdrawal
ledger-kind-payout-cancelled = Withdrawal taken back
ledger-kind-payout-paid = Withdrawal paid
ledger-kind-payout-failed = Withdrawal failed, money returned
ledger-kind-payout-returned = Withdrawal came back from the bank
ledger-kind-other = Other movement

# Payment methods
ledger-methods = Payment methods
ledger-methods-lead = Cards are kept by the payment provider. We only know the brand, the last four digits and the expiry.
ledger-methods-empty = No payment method yet
ledger-methods-empty-text = Add a card to fund milestones. You type its number on the payment provider’s own page.
ledger-method-add = Add a card
ledger-method-default = Default
ledger-method-make-default = Make default
ledger-method-expires = Expires
ledger-method-remove = Remove
ledger-method-remove-title = Remove this payment method?
ledger-method-remove-text = It can no longer be charged. Payments made with it stay as they are.

# Bank accounts
ledger-destinations = Bank accounts
ledger-destinations-lead = Where your withdrawals go.
ledger-destinations-empty = No bank account yet
ledger-destinations-empty-text = Add the account that shall receive your withdrawals. You type its number on the payment provider’s own page.
ledger-destination = Bank account
ledger-destination-add = Add a bank account
ledger-destination-remove = Remove
ledger-destination-remove-title = Remove this bank account?
ledger-destination-remove-text = New withdrawals can no longer go there. Withdrawals already on their way still arrive.

# Withdrawals
ledger-withdraw = Withdraw
ledger-withdraw-lead = Send available money to your bank account.
ledger-withdraw-hint = Available: { $available }. Smallest withdrawal: { $least }.
ledger-withdraw-decide = Check your withdrawal
ledger-withdraw-to = To:
ledger-withdraw-arrives = It usually arrives by { $date }.
ledger-withdraw-act = Withdraw now
ledger-withdraw-final = You can take it back for a few seconds, until it is sent to the bank.
ledger-payouts = Withdrawals
ledger-payouts-empty = No withdrawals yet
ledger-payouts-empty-text = When you withdraw available money, you can follow it here.
ledger-payout-title = Withdrawal
ledger-payout-when = Asked for
ledger-payout-fee = Fee
ledger-payout-net = You receive
ledger-payout-arrives = Usually arrives by
ledger-payout-paid-at = Paid
ledger-payout-cancel = Take back
ledger-payout-about = The amount left your available balance when you asked for it. If the bank does not take it, it comes back by itself.
ledger-payout-requested = Requested
ledger-payout-processing = Processing
ledger-payout-paid = Paid
ledger-payout-failed = Failed
ledger-payout-returned = Returned
ledger-payout-cancelled = Taken back
ledger-payout-other = In review
ledger-payout-text-requested = It will be sent to your bank in a moment. Until then you can take it back.
ledger-payout-text-processing = It has been sent to your bank.
ledger-payout-text-paid = Your bank has been paid.
ledger-payout-text-failed = It could not be paid. The money is available again.
ledger-payout-text-returned = Your bank sent it back. The money is available again.
ledger-payout-text-cancelled = You took it back. The money is available again.
ledger-payout-text-other = We are looking at it.

# Payments
ledger-payment-title = Payment
ledger-payment-about = Money counts as received only when the payment provider says so. It is then held for the milestone it was paid for.
ledger-payment-begun = Begun
ledger-payment-captured-at = Received
ledger-payment-confirm = Confirm with your bank
ledger-payment-look-again = Look again
ledger-payment-purpose = What it is for
ledger-payment-refunded = The money goes back to you
ledger-payment-refunded-text = What it was for could no longer be funded. The refund to your card takes a few days.
ledger-payment-created = Begun
ledger-payment-created-text = The payment is about to be sent to the provider.
ledger-payment-processing = Processing
ledger-payment-processing-text = The provider has not said yet how it went. You need not do anything; we tell you.
ledger-payment-requires-action = Confirmation needed
ledger-payment-requires-action-text = Your bank wants you to confirm this payment. Nothing is charged before that.
ledger-payment-captured = Received
ledger-payment-captured-text = The provider has received the money.
ledger-payment-failed = Payment failed
ledger-payment-failed-text = Nothing was charged. You can try again, also with another method.
ledger-payment-expired = Expired
ledger-payment-expired-text = It was not confirmed in time. Nothing was charged.

# Why something failed
ledger-failure-card-declined = The card was declined by its bank. Use another one or ask the bank.
ledger-failure-insufficient-funds = There is not enough money on the card.
ledger-failure-expired-card = The card has expired.
ledger-failure-authentication-failed = The payment was not confirmed with the bank.
ledger-failure-action-expired = The payment was not confirmed in time.
ledger-failure-canceled = The payment was cancelled.
ledger-failure-payment-method-gone = This payment method can no longer be charged. Add it anew.
ledger-failure-amount-refused = The provider does not take this amount.
ledger-failure-account-closed = The bank account is closed. Add another one.
ledger-failure-account-returned = The bank sent the money back. Check the account’s details.
ledger-failure-destination-unknown = The bank account is no longer known to the provider. Add it anew.
ledger-failure-currency-mismatch = The bank account does not take this currency.
ledger-failure-other = The provider refused it without saying more.

# The books
ledger-overview-title = Books
ledger-overview-lead = What is held, owed and earned in this workspace, summed by kind of account.
ledger-overview-empty = No money has moved yet
ledger-overview-empty-text = The first payment opens the books.
ledger-account = Account
ledger-accounts = Accounts
ledger-class = Class
ledger-sum = Sum
ledger-account-clearing = With the payment provider
ledger-account-unapplied = Received, not yet assigned
ledger-account-escrow = Held for milestones
ledger-account-pending = Earnings in clearance
ledger-account-available = Earnings available
ledger-account-payout-in-transit = Withdrawals on their way
ledger-account-refund-in-transit = Refunds on their way
ledger-account-disputed = Claims from chargebacks
ledger-account-fees = Platform fees
ledger-account-provider-fees = Fees of the payment provider
ledger-class-assets = Assets
ledger-class-liabilities = Liabilities
ledger-class-revenues = Revenue
ledger-class-expenses = Expenses

# Notices
notice-payment-failed-title = Payment of { $amount } failed
notice-payment-failed-body = Your payment of { $amount } did not go through. Nothing was charged. Open it to see why and what to do.
notice-refund-made-title = { $amount } refunded
notice-refund-made-body = { $amount } goes back the way you paid it. It may take a few days to show.
notice-refund-stuck-title = A refund of { $amount } needs you
notice-refund-stuck-body = The payment provider has refused a refund of { $amount }. It waits at the finance desk.
notice-refund-by-bank-title = Send { $amount } back by bank transfer
notice-refund-by-bank-body = { $amount } came by bank transfer and goes back the same way. Send it, then record what the bank’s statement says.
notice-chargeback-opened-title = A payment of { $amount } is disputed
notice-chargeback-opened-body = The payer’s bank has taken back { $amount }. Earnings from this payment that have not cleared yet are held until it is settled.
notice-payout-paid-title = Withdrawal of { $amount } paid
notice-payout-paid-body = Your withdrawal of { $amount } has been paid to your bank.
notice-payout-failed-title = Withdrawal of { $amount } failed
notice-payout-failed-body = Your withdrawal of { $amount } could not be paid. The money is available again. Open it to see why.
notice-payout-returned-title = Withdrawal of { $amount } came back
notice-payout-returned-body = Your bank sent back the withdrawal of { $amount }. The money is available again. Check the account’s details.
error-member-has-money = There is still money in the wallet, or money is owed. That has to be settled first.
error-member-has-payouts = A payout is still on its way. Wait until it has arrived.
error-member-has-payments = A payment or a refund is still being processed. Wait until it is done.
