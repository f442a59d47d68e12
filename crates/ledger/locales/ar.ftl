# حالات الرفض
error-insufficient-available = لا يوجد رصيد متاح كافٍ لهذا. تصبح الأرباح متاحة بعد انتهاء مدة التسوية.
error-cause-conflict = سبق قيد هذه العملية بأرقام مختلفة. لم يتغيّر شيء؛ افتح الصفحة من جديد وراجعها.
error-no-payment-method = أضف وسيلة دفع أولًا. لم يُخصم أي مبلغ.
error-payment-method-unknown = وسيلة الدفع هذه غير معروفة. اختر غيرها أو أضف وسيلة جديدة.
error-payment-method-taken = وسيلة الدفع هذه مستخدمة في مكان آخر. أضفها من جديد.
error-payment-method-in-use = ما زالت هناك عملية دفع جارية بهذه الوسيلة. احذفها بعد انتهائها.
error-too-many-methods = بلغت الحد الأقصى من وسائل الدفع المحفوظة. احذف واحدة أولًا.
error-funding-in-progress = توجد عملية دفع جارية لهذا الغرض. انتظر نتيجتها.
error-payment-not-captured = لم يصل مبلغ هذه الدفعة.
error-payment-unavailable = خدمة الدفع غير متاحة حاليًا. لم يُخصم أي مبلغ؛ حاول بعد قليل.
error-upstream-timeout = لم يُجب مزوّد الدفع في الوقت المحدد. لم يُحفظ شيء هنا؛ أعد المحاولة.
error-currency-not-enabled = لا نتعامل هنا بهذه العملة.
error-refund-exceeds-payment = المبلغ المراد ردّه أكبر من المبلغ المدفوع.
error-below-minimum = الحد الأدنى للسحب هو { $least }.
error-threshold-too-low = أصبح الحد الأدنى للسحب أكبر من المبلغ الذي اخترته. اختر مبلغًا أكبر.
error-member-suspended = أُوقفت العضوية. فعّل السحب من جديد إن كنت لا تزال تريده.
error-no-payout-destination = أضف أولًا حسابًا بنكيًا بهذه العملة.
error-destination-unknown = هذا الحساب البنكي غير معروف. اختر غيره أو أضف حسابًا جديدًا.
error-destination-taken = هذا الحساب البنكي يخص شخصًا آخر هنا.
error-too-many-destinations = بلغت الحد الأقصى من الحسابات البنكية. احذف واحدًا أولًا.
error-payout-in-processing = بدأت معالجة هذا السحب ولا يمكن التراجع عنه.

# المحفظة
ledger-wallet = المحفظة
ledger-withdraw-sum = سحب · { $amount }
ledger-recent = أحدث القيود
ledger-all-entries = كشف الحساب كاملًا
ledger-wallet-lead = ما كسبته، وما هو في الطريق إليك، وما دفعته.
ledger-available = متاح
ledger-available-note = يمكنك سحبه الآن.
ledger-pending = قيد التسوية
ledger-pending-note = تنتظر هنا الأرباح المصروفة حتى تنتهي مدة التسوية.
ledger-in-transit = في الطريق
ledger-in-transit-note = مبالغ محجوزة لعمليات سحب لم تصل بعد.
ledger-escrowed = محجوز لمشاريعك
ledger-nothing-held = لا مبالغ محجوزة لمشاريعك
ledger-nothing-held-text = حين تموّل مرحلةً يبقى مبلغها محجوزًا هنا حتى تعتمد العمل.
ledger-escrowed-note = دفعتَ هذا المبلغ، ويُصرف عند اعتمادك العمل.
ledger-next-clearing = يصبح { $amount } متاحًا في { $date }.
ledger-held = ينتظر { $amount } مما هو قيد التسوية لأن بنك الدافع يعترض على الدفعة.
ledger-statement = كشف الحساب
ledger-statement-of = { $account }، { $currency }
ledger-statement-lead = كل قيد مع الرصيد بعده، والأحدث أولًا.
ledger-to-contracts = اطّلع على عقودك
ledger-statement-empty = لا توجد قيود بعد
ledger-statement-empty-text = ستظهر هنا كل حركة مالية في هذا الحساب فور حدوثها.
ledger-entries = { $n ->
    [zero] لا قيود
    [one] قيد واحد
    [two] قيدان
    [few] { $n } قيود
    [many] { $n } قيدًا
   *[other] { $n } قيد
}
ledger-amount = المبلغ
ledger-state = الحالة
ledger-continue = متابعة

# أنواع القيود
ledger-kind-capture = استلام دفعة
ledger-kind-provider-fee = رسوم مزوّد الدفع
ledger-kind-fund = تمويل مرحلة
ledger-kind-client-fee = رسوم العميل
ledger-kind-release = صرف أرباح
ledger-kind-fee = رسوم المنصة
ledger-kind-clear = تسوية أرباح
ledger-kind-refund = بدء ردّ مبلغ
ledger-kind-refund-paid = ردّ مبلغ
ledger-kind-chargeback = اعتراض على دفعة
ledger-kind-payout = سحب
ledger-kind-payout-cancelled = تراجع عن سحب
ledger-kind-payout-paid = دفع السحب
ledger-kind-payout-failed = تعذّر السحب وعاد المبلغ
ledger-kind-payout-returned = أعاد البنك مبلغ السحب
ledger-kind-other = حركة أخرى

# وسائل الدفع
ledger-methods = وسائل الدفع
ledger-methods-lead = تُحفظ البطاقات لدى مزوّد الدفع. لا نعرف منها إلا نوعها وآخر أربعة أرقام وتاريخ انتهائها.
ledger-methods-empty = لا توجد وسيلة دفع بعد
ledger-methods-empty-text = أضف بطاقة لتمويل المراحل. تكتب رقمها في صفحة مزوّد الدفع نفسه.
ledger-method-add = إضافة بطاقة
ledger-method-default = الافتراضية
ledger-method-make-default = اجعلها الافتراضية
ledger-method-expires = تنتهي في
ledger-method-remove = حذف
ledger-method-remove-title = هل تريد حذف وسيلة الدفع هذه؟
ledger-method-remove-text = لن يمكن الخصم منها بعد ذلك. تبقى الدفعات السابقة بها كما هي.

# الحسابات البنكية
ledger-destinations = الحسابات البنكية
ledger-destinations-lead = إلى أين تذهب مبالغ السحب.
ledger-destinations-empty = لا يوجد حساب بنكي بعد
ledger-destinations-empty-text = أضف الحساب الذي تريد استلام مبالغ السحب فيه. تكتب رقمه في صفحة مزوّد الدفع نفسه.
ledger-destination = الحساب البنكي
ledger-destination-add = إضافة حساب بنكي
ledger-destination-remove = حذف
ledger-destination-remove-title = هل تريد حذف هذا الحساب البنكي؟
ledger-destination-remove-text = لن تُرسل إليه عمليات سحب جديدة. أما ما هو في الطريق فيصل كالمعتاد.

# السحب
ledger-withdraw = سحب
ledger-withdraw-lead = أرسل رصيدك المتاح إلى حسابك البنكي.
ledger-withdraw-hint = المتاح: { $available }. الحد الأدنى للسحب: { $least }.
ledger-withdraw-decide = راجع عملية السحب
ledger-withdraw-to = إلى:
ledger-withdraw-arrives = يصل عادةً قبل { $date }.
ledger-withdraw-act = اسحب الآن
ledger-withdraw-final = يمكنك التراجع خلال ثوانٍ معدودة، قبل إرساله إلى البنك.
ledger-payouts = عمليات السحب
ledger-payouts-empty = لا توجد عمليات سحب بعد
ledger-payouts-empty-text = عندما تسحب من رصيدك المتاح يمكنك متابعة العملية هنا.
ledger-payout-title = سحب
ledger-payout-when = وقت الطلب
ledger-payout-fee = الرسوم
ledger-payout-net = تستلم
ledger-payout-arrives = يصل عادةً قبل
ledger-payout-paid-at = دُفع في
ledger-payout-cancel = تراجع
ledger-payout-about = خرج المبلغ من رصيدك المتاح عند الطلب. إن لم يقبله البنك عاد إليك تلقائيًا.
ledger-payout-requested = قُدّم الطلب
ledger-payout-processing = قيد المعالجة
ledger-payout-paid = مدفوع
ledger-payout-failed = تعذّر
ledger-payout-returned = أُعيد
ledger-payout-cancelled = تم التراجع
ledger-payout-other = قيد المراجعة
ledger-payout-text-requested = سيُرسل إلى بنكك بعد لحظات. يمكنك التراجع حتى ذلك الحين.
ledger-payout-text-processing = أُرسل إلى بنكك.
ledger-payout-text-paid = دُفع المبلغ إلى بنكك.
ledger-payout-text-failed = تعذّر الدفع. عاد المبلغ إلى رصيدك المتاح.
ledger-payout-text-returned = أعاد البنك المبلغ. عاد إلى رصيدك المتاح.
ledger-payout-text-cancelled = تراجعتَ عنه. عاد المبلغ إلى رصيدك المتاح.
ledger-payout-text-other = نراجع هذه العملية.

# الدفعات
ledger-payment-title = دفعة
ledger-payment-about = لا يُعدّ المبلغ مستلمًا إلا عندما يؤكد مزوّد الدفع ذلك. ثم يُحجز للمرحلة التي دُفع من أجلها.
ledger-payment-begun = بدأت في
ledger-payment-captured-at = استُلمت في
ledger-payment-confirm = أكّد لدى بنكك
ledger-payment-look-again = ألقِ نظرة أخرى
ledger-payment-purpose = الغرض من الدفعة
ledger-payment-refunded = يعود المبلغ إليك
ledger-payment-refunded-text = لم يعد ممكنًا تمويل ما دُفع من أجله. يستغرق ردّ المبلغ إلى بطاقتك بضعة أيام.
ledger-payment-created = بدأت
ledger-payment-created-text = ستُرسل الدفعة إلى مزوّد الدفع بعد لحظات.
ledger-payment-processing = قيد المعالجة
ledger-payment-processing-text = لم يخبرنا مزوّد الدفع بالنتيجة بعد. لا يلزمك فعل شيء، وسنخبرك.
ledger-payment-requires-action = يلزم التأكيد
ledger-payment-requires-action-text = يطلب بنكك تأكيد هذه الدفعة. لن يُخصم شيء قبل ذلك.
ledger-payment-captured = مستلمة
ledger-payment-captured-text = استلم مزوّد الدفع المبلغ.
ledger-payment-failed = تعذّر الدفع
ledger-payment-failed-text = لم يُخصم أي مبلغ. يمكنك المحاولة مجددًا، ولو بوسيلة أخرى.
ledger-payment-expired = انتهت المهلة
ledger-payment-expired-text = لم تُؤكَّد الدفعة في الوقت المحدد. لم يُخصم أي مبلغ.

# أسباب التعذّر
ledger-failure-card-declined = رفض البنك البطاقة. استخدم غيرها أو راجع البنك.
ledger-failure-insufficient-funds = لا يوجد رصيد كافٍ في البطاقة.
ledger-failure-expired-card = انتهت صلاحية البطاقة.
ledger-failure-authentication-failed = لم تُؤكَّد الدفعة لدى البنك.
ledger-failure-action-expired = لم تُؤكَّد الدفعة في الوقت المحدد.
ledger-failure-canceled = أُلغيت الدفعة.
ledger-failure-payment-method-gone = لم يعد الخصم من وسيلة الدفع هذه ممكنًا. أضفها من جديد.
ledger-failure-amount-refused = لا يقبل مزوّد الدفع هذا المبلغ.
ledger-failure-account-closed = الحساب البنكي مغلق. أضف حسابًا آخر.
ledger-failure-account-returned = أعاد البنك المبلغ. تحقق من بيانات الحساب.
ledger-failure-destination-unknown = لم يعد الحساب البنكي معروفًا لدى مزوّد الدفع. أضفه من جديد.
ledger-failure-currency-mismatch = لا يقبل الحساب البنكي هذه العملة.
ledger-failure-other = رفضها مزوّد الدفع دون ذكر سبب.

# الدفاتر
ledger-overview-title = الدفاتر
ledger-overview-lead = ما هو محجوز ومستحق ومكتسب في مساحة العمل هذه، مجموعًا حسب نوع الحساب.
ledger-overview-empty = لم تحدث أي حركة مالية بعد
ledger-overview-empty-text = تُفتح الدفاتر مع أول دفعة.
ledger-account = الحساب
ledger-accounts = عدد الحسابات
ledger-class = الفئة
ledger-sum = المجموع
ledger-account-clearing = لدى مزوّد الدفع
ledger-account-unapplied = مستلم ولم يُخصَّص بعد
ledger-account-escrow = محجوز للمراحل
ledger-account-pending = أرباح قيد التسوية
ledger-account-available = أرباح متاحة
ledger-account-payout-in-transit = عمليات سحب في الطريق
ledger-account-refund-in-transit = مبالغ مردودة في الطريق
ledger-account-disputed = مطالبات عن دفعات معترض عليها
ledger-account-fees = رسوم المنصة
ledger-account-provider-fees = رسوم مزوّد الدفع
ledger-class-assets = أصول
ledger-class-liabilities = التزامات
ledger-class-revenues = إيرادات
ledger-class-expenses = مصروفات

# الإشعارات
notice-payment-failed-title = تعذّر دفع { $amount }
notice-payment-failed-body = لم تتم دفعتك بمبلغ { $amount }. لم يُخصم شيء. افتحها لمعرفة السبب وما يمكن فعله.
notice-refund-made-title = رُدّ إليك { $amount }
notice-refund-made-body = يعود { $amount } بالطريقة التي دفعت بها. قد يستغرق ظهوره بضعة أيام.
notice-refund-stuck-title = ردّ مبلغ { $amount } يحتاج إليك
notice-refund-stuck-body = رفض مزوّد الدفع ردّ مبلغ { $amount }. وهو ينتظر في مكتب المالية.
notice-refund-by-bank-title = أعد { $amount } بتحويل بنكي
notice-refund-by-bank-body = جاء { $amount } بتحويل بنكي ويعود بالطريقة نفسها. أرسله ثم سجّل ما يقوله كشف البنك.
notice-chargeback-opened-title = اعتراض على دفعة بمبلغ { $amount }
notice-chargeback-opened-body = استعاد بنك الدافع { $amount }. تُحجز أرباح هذه الدفعة التي لم تُسوَّ بعد حتى حسم الأمر.
notice-payout-paid-title = دُفع سحب بمبلغ { $amount }
notice-payout-paid-body = دُفع مبلغ السحب { $amount } إلى بنكك.
notice-payout-failed-title = تعذّر سحب { $amount }
notice-payout-failed-body = تعذّر دفع مبلغ السحب { $amount }. عاد المبلغ إلى رصيدك المتاح. افتحه لمعرفة السبب.
notice-payout-returned-title = عاد مبلغ السحب { $amount }
notice-payout-returned-body = أعاد بنكك مبلغ السحب { $amount }. عاد إلى رصيدك المتاح. تحقق من بيانات الحساب.
error-member-has-money = ما زال في المحفظة مال أو عليها دين، ويجب تسوية ذلك أولًا.
error-member-has-payouts = ما زال سحب في الطريق. انتظر حتى يصل.
error-member-has-payments = ما زالت دفعة أو استرداد قيد المعالجة. انتظر حتى يتم ذلك.
