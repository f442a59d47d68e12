work-papers = المكافآت والإيصالات
work-paper = المستند
work-bonus = مكافأة
work-bonus-title = إرسال مكافأة
work-bonus-lead = اشكر { $person } على «{ $contract }» بما يزيد على المتفق عليه. تُدفع المكافأة فورًا.
work-bonus-amount = المبلغ
work-bonus-amount-hint = تُقتطع رسوم المنصة كما في المراحل.
work-bonus-note = سببها
work-bonus-note-hint = يقرأ المستقل هذه الكلمات.
work-bonus-send = إرسال مكافأة
work-bonus-from = من
work-bonus-to = إلى
work-bonus-sent = أُرسلت
work-bonus-paid = مدفوعة
work-bonus-failed = لم تُدفع
work-bonus-intended = الدفع جارٍ
market-did-bonus-paid = دُفعت مكافأة: { $amount } — «{ $note }»
notify-kind-bonus-received = مكافأة من عميل
notice-bonus-received-title = مكافأة عن { $contract }
notice-bonus-received-body = { $days ->
    [one] وصلتك مكافأة قدرها { $amount } ({ $net } بعد الرسوم). تصبح متاحة بعد يوم واحد.
    [two] وصلتك مكافأة قدرها { $amount } ({ $net } بعد الرسوم). تصبح متاحة بعد يومين.
    [few] وصلتك مكافأة قدرها { $amount } ({ $net } بعد الرسوم). تصبح متاحة بعد { $days } أيام.
    [many] وصلتك مكافأة قدرها { $amount } ({ $net } بعد الرسوم). تصبح متاحة بعد { $days } يومًا.
   *[other] وصلتك مكافأة قدرها { $amount } ({ $net } بعد الرسوم). تصبح متاحة بعد { $days } يوم.
}
error-contract-takes-no-bonus = تُرسل المكافأة أثناء العمل وبعد اكتماله.
