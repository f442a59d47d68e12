# دفاتر قيد الفحص.
error-books-under-review = عمليات السحب متوقفة مؤقتًا: دفاتر مساحة العمل هذه قيد الفحص. أموالك في مكانها؛ حاول لاحقًا.
ledger-books-review = الدفاتر قيد الفحص: لا تخرج أي عملية سحب
ledger-books-review-text = منذ { $date } يجد الفحص اليومي ما لا يتطابق. لا تُقبل طلبات السحب ولا تُرسل حتى لا يجد الفحص شيئًا. ما وجده:
ledger-owed = { $amount } مستحقة عليك من اعتراض خُسر: تُخصم مما يأتي بعد
notice-earnings-available-title = يمكنك سحب { $amount }
notice-earnings-available-body = أصبحت أرباحك البالغة { $amount } متاحة الآن.
ledger-receipt-line = مرجع السطر لدى البنك
ledger-receipt-line-hint = لا يلزم إلا إذا تساوى مبلغا سطرين في يوم واحد.
