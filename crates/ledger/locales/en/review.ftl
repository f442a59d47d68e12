# Books that are looked into.
error-books-under-review = Withdrawals wait for a moment: the books of this workspace are being checked. Your money is where it was; try again later.
ledger-books-review = The books are being checked: no withdrawal goes out
ledger-books-review-text = Since { $date } the daily proof finds what does not add up. Withdrawals are neither taken nor sent until a proof finds nothing. What it found:
ledger-owed = { $amount } owed from a lost dispute: taken from what comes next
notice-earnings-available-title = { $amount } can be withdrawn
notice-earnings-available-body = Your cleared earnings of { $amount } are available now.
ledger-receipt-line = The bank's reference of the line
ledger-receipt-line-hint = Needed only where two lines of one day have the same amount.
