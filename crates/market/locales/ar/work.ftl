# العمل: العقود والمراحل والتسليمات والإقرار بالإنجاز والتقييمات وصفحة البداية.

# العقود
work-contracts-title = العقود
work-contracts-views = أي العقود
work-contracts-all = الكل
work-contracts-open = الجارية
work-contracts-ended = المنتهية
work-contracts-none = لا عقود بعد
work-contracts-none-text = يبدأ العقد حين يعرض العميل ويقبل المستقل. انشر مشروعًا، أو ابحث عن مشروع وقدّم عرضك.
work-contracts-none-here = لا عقود في هذه الحالة
work-contracts-none-here-text = لديك عقود، لكن ليس منها ما هو في هذه الحالة.
work-column-contract = العقد
work-column-other = مع
work-column-state = الحالة
work-column-milestones = المراحل
work-column-total = المجموع
work-column-held = محجوز في الضمان
work-milestones-of = اعتُمد { $done } من { $all }
work-role-client = العميل
work-role-freelancer = المستقل
work-post-project = انشر مشروعًا
work-find-projects = ابحث عن مشاريع
work-contract-offered = معروض
work-contract-declined = مرفوض
work-contract-retracted = مسحوب
work-contract-expired = منقضٍ
work-contract-accepted = مقبول
work-contract-cancelled = ملغى
work-contract-active = سارٍ
work-contract-closing = بانتظار الإقرار
work-contract-completed = مكتمل

# أين وصل العقد
work-stands-offered = عرض العمل بانتظار ردّ المستقل.
work-stands-declined = رفض المستقل عرض العمل.
work-stands-retracted = سحب العميل عرض العمل.
work-stands-expired = لم يُردّ على عرض العمل في موعده.
work-stands-cancelled = أُلغي هذا العقد قبل حجز أي مبلغ.
work-stands-unfunded = المرحلة التالية بانتظار تمويلها.
work-stands-funded = المبلغ محجوز في الضمان، والعمل جارٍ.
work-stands-submitted = هناك تسليم ينتظر قرار العميل.
work-stands-changes = طلب العميل تعديلات، والمنتظر نسخة جديدة.
work-stands-closing = اعتُمد كل شيء. يقرّ الطرفان بالإنجاز، والسكوت موافقة.
work-stands-reviewing = انتهى العمل. لكلٍّ من الطرفين أن يقيّم الآخر.
work-stands-completed = اكتمل هذا العقد.
work-both = الطرفان
work-nobody = لا أحد؛ فقد انتهى
work-step-offer = عرض العمل
work-step-fund = التمويل
work-step-work = العمل
work-step-sign-off = الإقرار
work-step-review = التقييم
work-with = مع { $person }
work-agreement = ما اتُّفق عليه
work-terms = الشروط
work-offered-on = تاريخ عرض العمل
work-accepted-on = تاريخ القبول
work-ended-on = تاريخ الانتهاء
work-end-reason = السبب المذكور
work-revisions = جولات التعديل لكل مرحلة
work-fee = رسوم المنصة
work-fee-percent = ⁦{ $percent }%⁩ من المبلغ المصروف
work-fee-differs = كما هو مبيّن عند كل مرحلة، فقد تغيّر جدول الرسوم بينها
work-their-reviews = التقييمات
work-chain = من أين بدأ هذا
work-chain-project = المشروع
work-chain-proposal = العرض
work-chain-wallet = محفظتك
work-back-to-contract = العودة إلى العقد
work-do-not-start = لا تبدأ بعد
work-do-not-start-text = لم تُموَّل أي مرحلة. ابدأ حين يُحجز المبلغ في الضمان؛ فالحماية للعمل المموَّل وحده.
work-fund-first = موّل مرحلة ليبدأ العمل
work-fund-first-text = يبدأ المستقل حين يُحجز مبلغ المرحلة في الضمان.
work-act-answer = ردّ على عرض العمل
work-act-decline = ارفض عرض العمل
work-act-retract = اسحب عرض العمل
work-act-cancel = ألغِ العقد
work-act-fund = موّل المرحلة التالية
work-act-deliver = سلّم العمل
work-act-approve = راجع التسليم
work-act-changes = اطلب تعديلات
work-act-sign-off = أقرّ بالإنجاز
work-act-review = اكتب تقييمًا

# الرد على العرض
work-accept-title = قبول عرض العمل
work-accept-act = أقبل عرض العمل · أستلم { $amount }
work-accept-body = تتفق مع { $person } على إنجاز «{ $contract }» بالشروط أدناه.
work-accept-hint = القبول توقيع للعقد. لا تبدأ العمل إلا بعد تمويل مرحلة.
work-decline-title = رفض عرض العمل
work-decline-act = أرفض عرض العمل
work-decline-body = ترفض عرض العمل «{ $contract }»، ويُسحب معه عرضك.
work-decline-final = لا رجوع عن هذا. لا يعرض عليك العميل من جديد إلا بعد أن تقدّم عرضًا جديدًا.
work-decline-reason = سبب الرفض
work-decline-reason-hint = يقرؤه العميل. حتى 500 حرف.
work-cancel-title = إلغاء هذا العقد
work-cancel-act = ألغِ العقد
work-cancel-body = تنهي «{ $contract }» قبل تمويل أي مرحلة. لا ينتقل أي مبلغ.
work-cancel-final = العقد الملغى يبقى ملغى، ويعود المقعد في المشروع شاغرًا.
work-cancel-reason = سبب الإلغاء
work-cancel-reason-hint = يقرؤه الطرف الآخر. حتى 500 حرف.

# بنود المال
work-line-amount = المبلغ
work-line-fee = رسوم المنصة
work-line-refunded = رُدّ إلى العميل
work-line-client-fee = الرسم عليك بصفتك العميل
work-line-you-receive = يستلم المستقل
work-line-agreed = المتفق عليه
work-line-yours = تستلم
work-line-net-to = يذهب إلى المستقل
work-line-from-escrow = يُصرف من الضمان
work-line-into-escrow = يُحجز في الضمان حتى تعتمد العمل
work-line-you-pay = تدفع الآن

# المراحل
work-milestones = المراحل
work-milestone-agreed = غير مموَّلة
work-milestone-funded = مموَّلة
work-milestone-submitted = سُلّمت
work-milestone-changes-requested = طُلبت تعديلات
work-milestone-approved = اعتُمدت وصُرفت
work-milestone-cancelled = ملغاة
work-review-until = تُعتمد تلقائيًا ما لم يُردّ عليها:
work-approved-on = اعتُمدت
work-approved-by-system = اعتُمدت بعد السكوت
work-kept-files = ملفات أُرسلت من قبل
work-kept-files-hint = تبقى مع الاستمارة. أزل العلامة عمّا لا تريد تسليمه.
work-due = الموعد
work-due-days = { $n ->
    [one] موعدها بعد يوم واحد من التمويل
    [two] موعدها بعد يومين من التمويل
    [few] موعدها بعد { $n } أيام من التمويل
    [many] موعدها بعد { $n } يومًا من التمويل
   *[other] موعدها بعد { $n } يوم من التمويل
}

# التمويل
work-fund-title = تمويل المرحلة { $n }
work-fund-act = موّل المرحلة { $n } · { $amount }
work-fund-body = يُحجز مبلغ «{ $contract }» في الضمان. لا يصل إلى { $person } إلا حين تعتمد العمل، أو حين تترك تسليمًا بلا ردّ 14 يومًا.
work-fund-hint = لا يستطيع أحد استعمال المبلغ المحجوز في غير ذلك.
work-fund-method = ادفع بواسطة
work-fund-other-card = استعمل بطاقة أخرى
work-fund-add-card = أضف بطاقة أولًا
work-fund-refresh = انظر مجددًا
work-fund-confirm = يطلب بنكك تأكيد هذه الدفعة
work-fund-confirm-text = تُموَّل المرحلة فور تأكيدك. لا يُخصم شيء قبل ذلك.
work-fund-confirm-act = أكّد الدفعة
work-fund-processing = الدفعة قيد المعالجة
work-fund-processing-text = نخبرك حال انتهائها. لا حاجة إلى الدفع مرة أخرى.
work-fund-ended = لم تتم هذه الدفعة
work-fund-by-transfer = الدفع بتحويل بنكي بدلًا من ذلك
work-fund-awaited = في انتظار تحويلك البنكي
work-fund-awaited-text = تُموَّل المرحلة بعد ظهور التحويل في البنك وتأكيد شخصين له.
work-fund-awaited-act = بيانات البنك والرقم المرجعي
work-fund-ended-text = لم يُحجز شيء. أعد المحاولة بالبطاقة نفسها أو بغيرها.
work-fund-not-open = لا يمكن تمويل هذه المرحلة الآن
work-fund-not-open-text = يجب أن يُقبل العقد أولًا، وألا يكون قد انتهى.

# التسليم
work-deliver-title = تسليم «{ $milestone }»
work-deliver-lead = { $n ->
    [one] لدى { $person } بعدها يوم واحد للاعتماد أو لطلب تعديلات. من دون ردّ يُعدّ العمل معتمدًا.
    [two] لدى { $person } بعدها يومان للاعتماد أو لطلب تعديلات. من دون ردّ يُعدّ العمل معتمدًا.
    [few] لدى { $person } بعدها { $n } أيام للاعتماد أو لطلب تعديلات. من دون ردّ يُعدّ العمل معتمدًا.
   *[other] لدى { $person } بعدها { $n } يومًا للاعتماد أو لطلب تعديلات. من دون ردّ يُعدّ العمل معتمدًا.
}
work-deliver-message = ما الذي تسلّمه
work-deliver-message-hint = قل ما أُنجز وكيف يُطّلع عليه. يمكنك استعمال Markdown.
work-deliver-link = الرابط { $n }
work-deliver-files = الملفات
work-deliver-files-hint = حتى 5 ملفات، كلٌّ منها 25 م.ب على الأكثر.
work-deliver-act = سلّم
work-delivery-version = النسخة { $n }
work-changes-asked = التعديلات المطلوبة
work-approve-title = اعتماد «{ $milestone }»
work-approve-act = اعتمد واصرف { $amount }
work-approve-body = تعتمد النسخة { $n }. يخرج المبلغ من الضمان إلى { $person }.
work-approve-or-changes = ليس جاهزًا؟ اطلب تعديلات بدلًا من ذلك.
work-approve-final = المبلغ المصروف لا يُسترد.
work-changes-title = طلب تعديلات على «{ $milestone }»
work-changes-lead = { $n ->
    [0] لم تبقَ جولة تعديل متفق عليها.
    [one] بقيت جولة تعديل واحدة، هي هذه. تتوقف المهلة حتى النسخة التالية.
    [two] بقيت جولتا تعديل، منهما هذه. تتوقف المهلة حتى النسخة التالية.
    [few] بقيت { $n } جولات تعديل، منها هذه. تتوقف المهلة حتى النسخة التالية.
   *[other] بقيت { $n } جولة تعديل، منها هذه. تتوقف المهلة حتى النسخة التالية.
}
work-changes-field = ما الذي يجب تعديله
work-changes-hint = اذكر كل نقطة على حدة لتجيب عنها النسخة التالية.
work-changes-act = أعدها مع هذه النقاط
work-changes-used-up = استُعملت كل الجولات المتفق عليها
work-changes-used-up-text = اعتمد العمل، أو اقترح جولات أخرى تعديلًا على الشروط.

# الإقرار بالإنجاز
work-close-title = إغلاق هذا العقد
work-close-act = اطلب الإغلاق
work-close-body = لم يعد أي مبلغ محجوزًا لـ«{ $contract }». سيُطلب منك ومن { $person } الإقرار بالإنجاز، ثم يكتمل العقد ويمكن لكل طرف تقييم الآخر.
work-close-unfunded = يسقط ما لم يُموَّل قط:
work-sign-off-title = الإقرار بإنجاز هذا العقد
work-sign-off-act = أقرّ بالإنجاز
work-sign-off-body = تؤكد أن «{ $contract }» مع { $person } قد أُنجز.
work-sign-off-hint = حين يقرّ الطرفان، أو بعد 7 أيام من السكوت، يكتمل العقد ويمكن لكلٍّ منكما تقييم الآخر.
work-sign-off-final = الإقرار لا يُسحب.

# التقييمات
work-reviews = التقييمات
work-reviews-none = لم يُكتب تقييم في المهلة.
work-reviews-hidden = تبقى التقييمات مخفية حتى يكتب الطرفان، أو حتى يمضي 14 يومًا.
work-review-title = تقييم { $person }
work-review-lead = كيف كان «{ $contract }»؟
work-review-blind = لا يرى أيٌّ من الطرفين تقييم الآخر قبل أن يكتب
work-review-blind-text = يظهران معًا: حين يُكتبان كلاهما، أو بعد 14 يومًا.
work-review-body = تقييمك
work-review-body-hint = يقرؤه الآخرون في الملف الشخصي.
work-review-note = ملاحظة خاصة
work-review-note-hint = لا يقرؤها إلا القائمون على المنصة.
work-review-your-note = ملاحظتك الخاصة
work-review-act = أرسل التقييم
work-review-save = احفظ التقييم
work-review-edit = صحّح تقييمك
work-review-edit-title = تصحيح تقييمك عن { $person }
work-review-edit-lead = يمكنك تصحيحه خلال 24 ساعة ما دام مخفيًا.
work-review-verified = عقد موثّق
work-review-private-project = مشروع خاص
work-criterion-quality = الجودة
work-criterion-communication = التواصل
work-criterion-timeliness = الالتزام بالمواعيد
work-criterion-value = القيمة
work-band-under-500 = أقل من 500 { $currency }
work-band-500-to-5000 = من 500 إلى 5,000 { $currency }
work-band-over-5000 = أكثر من 5,000 { $currency }
work-reviews-of = تقييمات { $person }
work-reviews-of-none = لا تقييمات بعد
work-reviews-of-none-text = تظهر التقييمات هنا بعد العقود المكتملة.
work-reviews-all = اعرض كل التقييمات وعددها { $n }

# صفحة البداية
work-dashboard = لوحة المتابعة
work-dashboard-title = مرحبًا { $person }
work-dashboard-empty = لا شيء هنا بعد
work-dashboard-empty-text = كل ما يعنيك سيظهر في هذه الصفحة.
work-notices = الإشعارات
work-waiting = بانتظارك
work-waiting-none = لا شيء بانتظارك
work-waiting-none-text = أنت على اطلاع بكل شيء. تظهر هنا العروض والتسليمات والمواعيد.
work-first = هكذا تبدأ هنا.
work-first-project = صِف مشروعك
work-first-project-text = لا يراه غيرك إلى أن تنشره.
work-first-people = تعرّف إلى المستقلين
work-first-people-text = ادعُ من يناسبك، أو دعهم يجدونك.
work-first-card = أضف وسيلة دفع
work-first-card-text = يُحجز مال المرحلة في الضمان ولا يُصرف إلا حين تعتمد العمل.
work-first-profile = اكتب ملفك الشخصي
work-first-profile-text = يقرؤه العملاء إلى جانب عروضك.
work-first-find = ابحث عن مشروع
work-first-find-text = اقترح ما ستنجزه على مراحل، وبكم.
work-first-bank = أضف حسابك البنكي
work-first-bank-text = ليُصرف إليه ما تكسبه.
work-waiting-answer = ردّ على عرض العمل من { $person }: «{ $title }»
work-waiting-change = ردّ على تعديل الشروط المقترح من { $person } لعقد «{ $title }»
work-waiting-end = ردّ على اقتراح { $person } لإنهاء «{ $title }»
work-waiting-judge = راجع تسليم { $person } للمرحلة «{ $title }»
work-waiting-deliver = سلّم «{ $title }» إلى { $person }
work-waiting-fund = موّل «{ $title }» ليبدأ العمل مع { $person }
work-waiting-sign-off = أقرّ بإنجاز «{ $title }» مع { $person }
work-waiting-review = قيّم { $person } عن «{ $title }»
work-waiting-publish = أكمل «{ $title }» وانشره
work-waiting-proposals = { $n ->
    [one] اقرأ عرضًا جديدًا على «{ $title }»
    [two] اقرأ عرضين جديدين على «{ $title }»
    [few] اقرأ { $n } عروض جديدة على «{ $title }»
    [many] اقرأ { $n } عرضًا جديدًا على «{ $title }»
   *[other] اقرأ { $n } عرض جديد على «{ $title }»
}
work-waiting-decide = قرّر مصير «{ $title }»
work-waiting-payouts = { $n ->
    [one] راجع عملية صرف واحدة
    [two] راجع عمليتي صرف
    [few] راجع { $n } عمليات صرف
   *[other] راجع { $n } عملية صرف
}
work-waiting-receipts = { $n ->
    [one] أكّد وصول تحويل بنكي واحد
    [two] أكّد وصول تحويلين بنكيين
    [few] أكّد وصول { $n } تحويلات بنكية
    [many] أكّد وصول { $n } تحويلًا بنكيًا
   *[other] أكّد وصول { $n } تحويل بنكي
}
work-figures = أموالك وأعمالك
work-figure-held = محجوز لمشاريعك
work-figure-secured = مضمون لعملك
work-figure-secured-note = محجوز في الضمان، ويُصرف حين يعتمد العميل
work-figure-pending = مكتسب، قيد التسوية
work-figure-available = جاهز للسحب
work-figure-projects = مشاريع مفتوحة
work-figure-proposals = عروض تنتظر الرد
work-workspace = مساحة العمل
work-figure-members = الأعضاء
work-figure-open-projects = المشاريع المفتوحة
work-figure-running = العقود الجارية
work-figure-escrow = محجوز في الضمان
work-running = العقود الجارية
work-running-none = لا عقود جارية
work-running-none-text = تظهر العقود هنا من عرض العمل حتى الإقرار بالإنجاز.
work-running-all = { $n ->
    [one] اعرض العقد الجاري
    [two] اعرض العقدين الجاريين
    [few] اعرض كل العقود الجارية وعددها { $n }
   *[other] اعرض كل العقود الجارية وعددها { $n }
}

# ما حدث
market-did-offer-accepted = قبول عرض العمل
market-did-offer-declined = رفض عرض العمل
market-did-offer-expired = انقضى عرض العمل بلا ردّ
market-did-contract-cancelled = إلغاء العقد
market-did-money-funded = مُوّلت المرحلة { $n } «{ $milestone }»: حُجز { $amount } في الضمان
market-did-delivered = تسليم النسخة { $n } من «{ $milestone }»
market-did-changes-requested = طلب تعديلات على النسخة { $n } من «{ $milestone }»
market-did-money-released = اعتماد «{ $milestone }»: صُرف { $net } للمستقل، ورسوم المنصة { $fee }
market-did-money-auto-released = اعتُمدت «{ $milestone }» بعد 14 يومًا من السكوت: صُرف { $net } للمستقل، ورسوم المنصة { $fee }
market-did-contract-closing = طُلب من الطرفين الإقرار بالإنجاز
market-did-contract-close-asked = { $n ->
    [0] طلب إغلاق العقد
   *[other] طلب إغلاق العقد، وسقط منه ما لم يُموَّل: { $titles }
}
market-did-signed-off = إقرار بالإنجاز
market-did-contract-completed = اكتمل العقد
market-did-reviewed = كتابة تقييم
market-did-reviews-published = { $n ->
    [one] ظهر تقييم واحد
    [two] ظهر التقييمان
   *[other] ظهر { $n } من التقييمات
}

# الإشعارات
notice-offer-accepted-title = قبول من { $person } لعرض العمل
notice-offer-accepted-body = تم الاتفاق على «{ $contract }». موّل المرحلة الأولى ليبدأ العمل.
notice-offer-declined-title = اعتذار من { $person } عن عرض العمل
notice-offer-declined-body = رُفض عرض العمل على «{ $contract }». يمكنك اختيار عرض آخر.
notice-offer-expired-title = انقضى عرض عمل
notice-offer-expired-body = لم يُردّ على عرض العمل «{ $contract }» خلال 7 أيام.
notice-contract-cancelled-title = إلغاء عقد من جانب { $person }
notice-contract-cancelled-body = أُلغي «{ $contract }» قبل حجز أي مبلغ.
notice-milestone-funded-title = حُجز { $amount } لعملك
notice-milestone-funded-body = مُوّلت «{ $milestone }» من «{ $contract }». يمكنك البدء.
notice-milestone-paid-title = وصلت دفعتك { $amount }
notice-milestone-paid-body = مُوّلت «{ $milestone }» من «{ $contract }». يبقى المبلغ في الضمان حتى تعتمد العمل.
notice-delivery-submitted-title = تسليم من { $person }: «{ $milestone }»
notice-delivery-submitted-body = { $days ->
    [one] راجع عمل «{ $contract }» خلال يوم واحد. من دون ردّ يُعدّ معتمدًا.
    [two] راجع عمل «{ $contract }» خلال يومين. من دون ردّ يُعدّ معتمدًا.
    [few] راجع عمل «{ $contract }» خلال { $days } أيام. من دون ردّ يُعدّ معتمدًا.
   *[other] راجع عمل «{ $contract }» خلال { $days } يومًا. من دون ردّ يُعدّ معتمدًا.
}
notice-changes-requested-title = طلب تعديلات من { $person } على «{ $milestone }»
notice-changes-requested-body = اقرأ النقاط وسلّم نسخة جديدة من أجل «{ $contract }».
notice-delivery-approved-title = اعتُمدت «{ $milestone }»: لك { $net }
notice-delivery-approved-body = { $days ->
    [one] صُرف { $amount } عن «{ $contract }»، منه { $fee } رسومًا للمنصة. تصبح حصتك متاحة بعد يوم واحد.
    [two] صُرف { $amount } عن «{ $contract }»، منه { $fee } رسومًا للمنصة. تصبح حصتك متاحة بعد يومين.
    [few] صُرف { $amount } عن «{ $contract }»، منه { $fee } رسومًا للمنصة. تصبح حصتك متاحة بعد { $days } أيام.
   *[other] صُرف { $amount } عن «{ $contract }»، منه { $fee } رسومًا للمنصة. تصبح حصتك متاحة بعد { $days } يومًا.
}
notice-milestone-released-title = عُدّت «{ $milestone }» معتمدة: لك { $net }
notice-milestone-released-body = { $days ->
    [one] لم يردّ العميل خلال 14 يومًا، فصُرف { $amount } عن «{ $contract }»، منه { $fee } رسومًا للمنصة. تصبح حصتك متاحة بعد يوم واحد.
    [two] لم يردّ العميل خلال 14 يومًا، فصُرف { $amount } عن «{ $contract }»، منه { $fee } رسومًا للمنصة. تصبح حصتك متاحة بعد يومين.
    [few] لم يردّ العميل خلال 14 يومًا، فصُرف { $amount } عن «{ $contract }»، منه { $fee } رسومًا للمنصة. تصبح حصتك متاحة بعد { $days } أيام.
   *[other] لم يردّ العميل خلال 14 يومًا، فصُرف { $amount } عن «{ $contract }»، منه { $fee } رسومًا للمنصة. تصبح حصتك متاحة بعد { $days } يومًا.
}
notice-delivery-auto-approved-title = اعتُمدت «{ $milestone }» بلا ردّ منك
notice-delivery-auto-approved-body = مضى 14 يومًا، فصُرف { $amount } عن «{ $contract }» من الضمان.
notice-review-reminder-title = { $days ->
    [one] بقي يوم واحد لمراجعة «{ $milestone }»
    [two] بقي يومان لمراجعة «{ $milestone }»
    [few] بقيت { $days } أيام لمراجعة «{ $milestone }»
   *[other] بقي { $days } يومًا لمراجعة «{ $milestone }»
}
notice-review-reminder-body = اعتمد تسليم «{ $contract }» أو اطلب تعديلات. من دون ردّ يُصرف { $amount } تلقائيًا.
notice-sign-off-asked-title = حان إقرارك بإنجاز «{ $contract }»
notice-sign-off-asked-body = { $dropped ->
    [0] لم يبقَ ما يُنجز. نرجو تأكيد إنجاز العمل؛ واعتبارًا من { $closes_at } يُعدّ السكوت موافقة.
   *[other] يُغلق العقد، وسقط منه ما لم يُموَّل: { $titles }. نرجو تأكيد إنجاز ما عداه؛ واعتبارًا من { $closes_at } يُعدّ السكوت موافقة.
}
notice-contract-signed-off-title = إقرار { $person } بإنجاز «{ $contract }»
notice-contract-signed-off-body = أكّد أنت أيضًا. اعتبارًا من { $closes_at } يُعدّ السكوت موافقة.
notice-contract-completed-title = اكتمل «{ $contract }»
notice-contract-completed-body = { $days ->
    [one] لديكما يوم واحد ليقيّم كلٌّ منكما الآخر.
    [two] لديكما يومان ليقيّم كلٌّ منكما الآخر.
    [few] لديكما { $days } أيام ليقيّم كلٌّ منكما الآخر.
   *[other] لديكما { $days } يومًا ليقيّم كلٌّ منكما الآخر.
}
notice-review-received-title = تقييم جديد من { $person } لعملكما معًا
notice-review-received-body = اكتب تقييمك عن «{ $contract }»: يظهران معًا.
notice-review-published-title = ظهرت تقييمات «{ $contract }»
notice-review-published-body = اقرأ ما كُتب.

# أسباب الرفض
error-offer-expired = انقضى عرض العمل هذا. لم يُوقَّع شيء.
error-contract-not-cancellable = لم يعد إلغاء هذا العقد ممكنًا هنا: لم يُقبل بعد، أو حُجز له مال.
error-contract-not-fundable = لا يمكن تمويل هذه المرحلة: لم يُقبل العقد أو قد انتهى. لم يُخصم شيء.
error-already-funded = هذه المرحلة مموَّلة. لم يُخصم شيء ثانية.
error-payment-declined = رُفضت الدفعة. لم يُخصم شيء؛ جرّب بطاقة أخرى.
error-not-funded = لم تُموَّل هذه المرحلة بعد، فلا يمكن تسليم العمل. لا تبدأ قبل حجز المبلغ.
error-already-submitted = هناك تسليم ينتظر قرار العميل.
error-already-approved = هذا معتمد ومصروف. لم يُصرف شيء ثانية.
error-nothing-submitted = لا شيء هنا ينتظر قرارًا.
error-not-latest-delivery = هناك نسخة أحدث. افتحها وقرّر بشأنها.
error-revisions-used-up = { $n ->
    [one] استُعملت جولة التعديل المتفق عليها. اعتمد العمل، أو اقترح جولات أخرى تعديلًا على الشروط.
    [two] استُعملت جولتا التعديل المتفق عليهما. اعتمد العمل، أو اقترح جولات أخرى تعديلًا على الشروط.
   *[other] استُعملت كل جولات التعديل المتفق عليها وعددها { $n }. اعتمد العمل، أو اقترح جولات أخرى تعديلًا على الشروط.
}
error-escrow-open = ما زال مال محجوزًا لهذا العقد. أقرّ بالإنجاز بعد اعتماد كل مرحلة مموَّلة.
error-contract-not-closing = هذا العقد غير جاهز للإقرار بالإنجاز.
error-already-signed-off = سبق أن أقررت بالإنجاز.
error-contract-not-completed = يمكنك التقييم حين يكتمل العقد.
error-review-window-closed = انقضت مهلة التقييم وهي 14 يومًا.
error-already-reviewed = سبق أن قيّمت هذا العقد.
error-review-published = هذا التقييم ظاهر الآن ولا يمكن تغييره.
error-review-edit-closed = انقضت مهلة التصحيح وهي 24 ساعة.
