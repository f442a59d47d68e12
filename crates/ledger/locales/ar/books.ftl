# Papers: receipts, earning statements, credit notes.
ledger-invoices = الإيصالات
ledger-invoices-none-such = لا مستندات من هذا النوع
ledger-invoices-none-such-text = هناك مستندات أخرى؛ اعرضها كلها.
ledger-invoices-lead = كل المستندات الصادرة إليك، لكل منها رقمه. افتح أحدها لطباعته.
ledger-invoices-count = { $n ->
    [zero] لا مستندات
    [one] مستند واحد
    [two] مستندان
    [few] { $n } مستندات
    [many] { $n } مستندًا
   *[other] { $n } مستند
}
ledger-invoices-empty = لا مستندات بعد
ledger-invoices-empty-text = يصدر إيصال عند اعتماد مرحلة أو دفع مكافأة أو إعادة مبلغ.
ledger-invoice-all = الكل
ledger-invoice-number = الرقم
ledger-invoice-kind = المستند
ledger-invoice-for = مقابل
ledger-invoice-issued = تاريخ الإصدار
ledger-invoice-issuer = صادر عن
ledger-invoice-recipient = صادر إلى
ledger-invoice-payer = دفعه
ledger-invoice-payee = نفّذ العمل
ledger-invoice-receipt = إيصال
ledger-invoice-earning = كشف أرباح
ledger-invoice-credit-note = إشعار دائن
ledger-invoice-title = { $kind } { $number }
ledger-invoice-refund-title = استرداد
ledger-invoice-item-milestone = مرحلة
ledger-invoice-item-bonus = مكافأة
ledger-invoice-item-order = طلب
ledger-invoice-item-refund = استرداد
ledger-invoice-gross = المبلغ
ledger-invoice-fee = رسوم المنصة
ledger-invoice-tax = الضريبة
ledger-invoice-net-paid = المدفوع
ledger-invoice-net-earned = الأرباح
ledger-invoice-net-back = المُعاد
ledger-invoice-print-hint = اطبع هذه الصفحة من متصفحك؛ لا تظهر القوائم والأزرار على الورق.
ledger-invoice-link = { $kind } { $number }

notify-kind-receipt-issued = إيصال بما دفعته
notify-kind-earning-issued = كشف أرباح
notify-kind-credit-note-issued = إشعار دائن بمبلغ أُعيد إليك
notify-kind-fee-schedule-proposed = تغيير في الرسوم ينتظر التأكيد
notice-receipt-issued-title = إيصالك عن { $title }
notice-receipt-issued-body = دُفع { $amount } مقابل «{ $title }». الإيصال جاهز للطباعة.
notice-earning-issued-title = كشف أرباحك عن { $title }
notice-earning-issued-body = ربحت { $amount } من «{ $title }». يبيّن الكشف المبلغ ورسوم المنصة.
notice-credit-note-issued-title = إشعار دائن عن { $title }
notice-credit-note-issued-body = أُعيد { $amount } إلى وسيلة دفعك. الإشعار الدائن جاهز للطباعة.
notice-fee-schedule-proposed-title = تغيير في الرسوم بانتظارك
notice-fee-schedule-proposed-body = اقتُرح الإصدار { $version } من جدول الرسوم. يجب أن يؤكده شخص غير مقترحه.

# Fee schedule.
ledger-fees = الرسوم
ledger-fees-lead = ما تحتفظ به المنصة. يقترح التغييرَ شخصٌ ويؤكده آخر، ويسري على ما يُموَّل بعد نفاذه.
ledger-fees-propose = اقتراح تغيير
ledger-fees-propose-lead = يجب أن يؤكده شخص آخر. ما مُوِّل سابقًا يحتفظ برسومه.
ledger-fees-version = الإصدار { $n }
ledger-fees-state-proposed = بانتظار التأكيد
ledger-fees-state-withdrawn = مسحوب
ledger-fees-state-in-force = سارٍ
ledger-fees-state-confirmed = مؤكد
ledger-fees-payee = رسوم المستقل
ledger-fees-client = رسوم العميل
ledger-fees-clearance = مدة التسوية بالأيام
ledger-fees-days = { $n ->
    [zero] بلا أيام
    [one] يوم واحد
    [two] يومان
    [few] { $n } أيام
    [many] { $n } يومًا
   *[other] { $n } يوم
}
ledger-fees-minimum = أقل مبلغ للسحب
ledger-fees-from = يسري من
ledger-fees-rules = الاستثناءات
ledger-fees-second-person = أنت من اقترح هذا الإصدار، فيجب أن يؤكده غيرك.
ledger-fees-confirm = تأكيد
ledger-fees-withdraw = سحب
ledger-fees-side = الطرف
ledger-fees-side-payee = المستقل
ledger-fees-side-client = العميل
ledger-fees-category = الفئة { $category }
ledger-fees-category-key = رمز الفئة
ledger-fees-type = نوع العقد
ledger-fees-type-any = كل الأنواع
ledger-fees-type-fixed = سعر ثابت
ledger-fees-type-hourly = بالساعة
ledger-fees-type-order = طلب
ledger-fees-type-bonus = مكافأة
ledger-fees-points = النسبة
ledger-fees-points-hint = بأجزاء المئة من المئة: ⁦500⁩ تعني ⁦5%⁩.
ledger-fees-hundredths-hint = بسنتات الدولار الأمريكي: ‎2000 تعني ‎20.00 دولارًا، وما يقاربها بالعملات الأخرى.
ledger-fees-fixed = جزء ثابت
ledger-fees-least = لا يقل عن
ledger-fees-most = لا يزيد على
ledger-fees-fixed-part = زائد { $amount }
ledger-fees-least-part = لا يقل عن { $amount }
ledger-fees-most-part = لا يزيد على { $amount }
ledger-fees-in-days = يسري بعد أيام
ledger-fees-note = السبب
ledger-fees-rule = الاستثناء { $n }
ledger-fees-add-rule = إضافة استثناء (لا يُحفظ ما كتبته حتى الآن)
ledger-fees-send = اقتراح

ledger-kind-bonus = مكافأة
ledger-kind-fee-reversed = رسوم مُعادة
ledger-kind-client-fee-reversed = رسوم العميل المُعادة

error-invoice-exists = دُفع هذا من قبل وصدرت مستنداته.
error-fee-schedule-proposed = هناك تغيير آخر بانتظار التأكيد. أكّده أو اسحبه أولًا.
error-fee-schedule-decided = حُسم أمر هذا الإصدار من قبل.
error-fee-rule-twice = استثناءان للطرف والفئة والنوع نفسها.
error-second-person-needed = يجب أن يؤكد هذا شخص غير مقترحه.
