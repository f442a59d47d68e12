# الأقسام
market-nav-dashboard = لوحة المتابعة
market-nav-dashboard-short = المتابعة
market-nav-projects = المشاريع
market-nav-my-projects = مشاريعي
market-nav-my-projects-short = مشاريعي
market-nav-proposals-short = العروض
market-nav-proposals = عروضي
market-nav-contracts = العقود
market-nav-freelancers = المستقلون
market-nav-wallet = المحفظة

# الأخطاء
error-project-not-draft = هذا المشروع منشور من قبل.
error-project-not-open = هذا المشروع لا يستقبل عروضًا الآن.
error-project-not-editable = لم يعد ممكنًا تغيير شروط هذا المشروع.
error-project-not-expired = لا يُعاد فتح إلا مشروع انتهت مدته أو أُنهي التوظيف فيه.
error-project-ended = فات أوان إلغاء هذا المشروع.
error-project-has-contract = لهذا المشروع عرض عمل مفتوح أو عقد جارٍ. اسحب عرض العمل أو أنهِ العقد أولًا.
error-positions-filled = كل المقاعد مشغولة أو عليها عرض عمل مفتوح. اسحب عرض عمل أو زد عدد المقاعد.
error-positions-below-hired = عدد من وُظّفوا أو لديهم عرض عمل مفتوح أكبر من هذا.
error-min-above-max = الحد الأدنى للميزانية أعلى من حدها الأقصى.
error-currency-mismatch = هذا المبلغ بعملة غير عملة البقية.
error-currency-not-accepted = مساحة العمل هذه تتعامل بعملة أخرى.
error-unknown-category = اختر واحدة من فئات مساحة العمل هذه.
error-own-project = هذا مشروعك أنت، فلا يمكنك تقديم عرض عليه.
error-already-proposed = لديك عرض على هذا المشروع. عدّله أو اسحبه.
error-milestones-do-not-sum = مجموع المراحل لا يساوي قيمة العرض.
error-proposal-not-editable = نظر العميل في هذا العرض فلم يعد ممكنًا تعديله.
error-proposal-not-open = لم يعد هذا العرض بانتظار قرار.
error-proposal-not-offerable = لا يُقدَّم عرض عمل إلا على عرض ما زال منتظرًا.
error-offer-exists = على هذا العرض عرض عمل أو عقد من قبل.
error-offer-not-open = أُجيب عن عرض العمل هذا أو سُحب أو انقضت مدته.

# عام
market-back = رجوع
market-all = الكل
market-any = الكل
market-you = أنت
market-the-system = Guildhall
market-edit = تعديل
market-next = التالي
market-money = المال
market-total = المجموع
market-terms = الشروط
market-state = الحالة
market-by-state = حسب الحالة
market-title = العنوان
market-project = المشروع
market-client = العميل
market-freelancer = المستقل
market-freelancers = المستقلون
market-amount = المبلغ
market-list-comma = {"، "}
market-days = { $n ->
    [zero] بلا أيام
    [one] يوم واحد
    [two] يومان
    [few] { $n } أيام
    [many] { $n } يومًا
   *[other] { $n } يوم
}
market-more-than = أكثر من { $n }
market-timeline = ما جرى
market-timeline-empty = لم يحدث شيء هنا بعد.
market-save-changes = حفظ التغييرات
market-load-anew = فتح أحدث نسخة

# الرسوم
market-quote-amount = المبلغ المتفق عليه
market-quote-client-fee = رسوم العميل
market-quote-client-total = ما يدفعه العميل كله
market-quote-payee-fee = رسوم المنصة
market-quote-payee-net = ما يصل المستقل

# المشاريع: القوائم
market-projects = المشاريع
market-projects-lead = أعمال يبحث أصحابها عمّن ينجزها.
market-my-projects = مشاريعي
market-new-project = مشروع جديد
market-search = كلمات
market-category = الفئة
market-level = الخبرة
market-skills = المهارات
market-skills-filter = المهارات، بينها فواصل
market-budget = الميزانية
market-budget-from = الميزانية من
market-budget-to = الميزانية حتى
market-from-sum = من { $sum }
market-to-sum = حتى { $sum }
market-filter = تصفية
market-projects-none = لا مشاريع مفتوحة
market-projects-none-text = حين ينشر أحد مشروعًا يظهر هنا.
market-projects-none-found = لا شيء يوافق هذه التصفية
market-projects-none-found-text = أزل أحد عوامل التصفية أو جرّب كلمات أخرى.
market-search-instead = نتائج البحث عن { $words }
market-search-none-for = لم يُعثر على شيء عن «{ $words }».
market-narrow-by-skill = التضييق بحسب المهارة
market-mine-none = لم تكتب مشروعًا بعد
market-mine-none-text = صف ما تريد إنجازه، وسيرسل إليك المستقلون عروضهم.
market-mine-none-state = ليس لك مشروع في هذه الحالة
market-mine-none-state-text = انظر إليها كلها بدلًا من ذلك.
market-proposals = العروض
market-hired = وُظّف
market-written = كُتب
market-published = نُشر
market-you-proposed = أرسلتَ عرضًا
market-bids-range = { $n ->
    [zero] بلا عروض
    [one] عرض واحد بقيمة { $least }
    [two] عرضان، من { $least } إلى { $most }
    [few] { $n } عروض، من { $least } إلى { $most }
    [many] { $n } عرضًا، من { $least } إلى { $most }
   *[other] { $n } عرض، من { $least } إلى { $most }
}
market-project-state-draft = مسودة
market-project-state-open = مفتوح
market-project-state-expired = انتهت مدته
market-project-state-in-progress = قيد التنفيذ
market-project-state-completed = مكتمل
market-project-state-cancelled = ملغى
market-level-entry = مبتدئ
market-level-intermediate = متوسط
market-level-expert = خبير
market-visibility = من يجده
market-visibility-public = الجميع
market-visibility-public-hint = يقرؤه أي شخص ولو بلا حساب.
market-visibility-members = الأعضاء
market-visibility-members-hint = لا يقرؤه إلا أعضاء مساحة العمل بعد تسجيل الدخول.
market-visibility-invite-only = بالدعوة
market-visibility-invite-only-hint = لا يظهر في أي قائمة، ولا يفتحه إلا أنت ومن تدعوهم من المستقلين.

# المشاريع: النماذج والغرفة
market-new-project-lead = لا يراه غيرك إلى أن تنشره. يمكن أن يبقى النص قصيرًا الآن وتكمله لاحقًا.
market-edit-project = تعديل المشروع
market-edit-project-lead = بعد وصول العروض يُحفظ كل تغيير ويُبلَّغ به أصحابها.
market-save-draft = حفظ المسودة
market-description = الوصف
market-description-hint = ماذا تريد في النهاية؟ وما الموجود الآن؟ يمكنك استعمال Markdown.
market-description-missing = لا وصف بعد. أضف وصفًا قبل النشر.
market-skills-hint = افصل بينها بفواصل، حتى 15 مهارة.
market-budget-min = أدنى ميزانية
market-budget-max = أعلى ميزانية
market-duration = المدة
market-duration-days = المدة بالأيام
market-positions = عدد المطلوبين
market-positions-filled = { $n } من { $all }
market-expires = تنتهي مدته
market-publish = نشر
market-publish-title = أتنشر هذا المشروع؟
market-publish-text = سيقرؤه المستقلون ويرسلون إليك عروضهم من الآن. وإن لم يحدث عليه شيء انتهت مدته بعد 30 يومًا.
market-cancel-project = إلغاء المشروع
market-cancel-title = أتلغي هذا المشروع؟
market-cancel-text = { $n ->
    [0] لا عروض عليه.
    [zero] لا عروض عليه.
    [one] سيُبلَّغ صاحب عرض واحد بانتهاء التوظيف.
    [two] سيُبلَّغ صاحبا عرضين بانتهاء التوظيف.
    [few] سيُبلَّغ أصحاب { $n } عروض بانتهاء التوظيف.
    [many] سيُبلَّغ أصحاب { $n } عرضًا بانتهاء التوظيف.
   *[other] سيُبلَّغ أصحاب { $n } عرض بانتهاء التوظيف.
}
market-cancel-final = لا يُعاد فتح مشروع ملغى، لكن يمكنك كتابة مشروع جديد.
market-reopen = إعادة الفتح 30 يومًا
market-read-proposals = قراءة العروض
market-propose = كتابة عرض
market-propose-again = تقديم عرض جديد
market-open-proposal = فتح عرضك
market-open-contract = فتح العقد
market-open-offer = فتح عرض العمل
market-contract-with = عقد مع
market-sign-in-to-propose = سجّل الدخول لتقدّم عرضًا
market-join = جديد هنا؟ انضم إلى مساحة العمل.
market-revisions = ما تغيّر منذ أول عرض
market-revisions-text = أُبلغ كل من قدّم عرضًا بكل تغيير منها.
market-field-title = العنوان
market-field-description = الوصف
market-field-category = الفئة
market-field-skills = المهارات
market-field-budget-min = أدنى ميزانية
market-field-budget-max = أعلى ميزانية
market-field-duration-days = المدة بالأيام
market-field-level = الخبرة
market-field-positions = عدد المطلوبين
market-field-visibility = من يجده
market-stands-draft = لا يرى هذه المسودة غيرك. انشرها لتصلك العروض.
market-stands-waiting = المشروع منشور وينتظر أول عرض.
market-stands-proposals = { $n ->
    [zero] لا عروض هنا.
    [one] وصل عرض واحد. اقرأه وقدّم عرض عمل.
    [two] وصل عرضان. قارن بينهما وقدّم عرض عمل.
    [few] وصلت { $n } عروض. قارن بينها وقدّم عرض عمل.
    [many] وصل { $n } عرضًا. قارن بينها وقدّم عرض عمل.
   *[other] وصل { $n } عرض. قارن بينها وقدّم عرض عمل.
}
market-stands-open = هذا المشروع يستقبل العروض.
market-stands-expired = انتهت مدته بعد 30 يومًا بلا نشاط. أعد فتحه لتصلك العروض من جديد.
market-stands-in-progress = شُغلت كل المقاعد، والعمل مستمر في العقد.
market-stands-completed = أُنجز العمل كله.
market-stands-cancelled = أُلغي هذا المشروع.
market-stands-closed = لم يعد هذا المشروع يستقبل العروض.

# العروض
market-my-proposals = عروضي
market-find-projects = البحث عن مشاريع
market-own-none = لم ترسل عرضًا بعد
market-own-none-text = ابحث عن مشروع يناسبك وقل كيف ستنجزه.
market-inbox-none = لا عروض بعد
market-inbox-none-text = سنخبرك فور وصول أول عرض.
market-inbox-none-state = لا عرض في هذه الحالة
market-inbox-none-state-text = انظر إليها كلها بدلًا من ذلك.
market-to-project = إلى المشروع
market-sent = أُرسل
market-sort = الترتيب
market-sort-act = رتّب
market-sort-newest = الأحدث أولًا
market-sort-lowest = الأقل قيمة أولًا
market-sort-highest = الأعلى قيمة أولًا
market-sort-budget = الأعلى ميزانية أولًا
market-bid = قيمة العرض
market-brief = ما يبحث عنه العميل
market-parts-sum = مجموع الأجزاء
market-parts-fit = مطابق.
market-bid-hint = المبلغ كله؛ ومجموع المراحل أدناه يساويه.
market-plan = الخطة
market-plan-hint = قسّم العمل إلى مراحل تُموَّل وتُسلَّم واحدة بعد أخرى. اترك الصفوف التي لا تحتاجها فارغة.
market-part-n = المرحلة { $n }
market-part-title = ما يُسلَّم
market-due-days = الأيام
market-cover-letter = الرسالة
market-cover-letter-hint = لماذا أنت، وكيف ستنجز العمل. لا يقرؤها إلا العميل.
market-propose-lead = لمشروع «{ $project }». لا يرى المستقلون الآخرون عرضك ولا رسالتك أبدًا.
market-check-sums = متابعة: مراجعة المبالغ
market-review-proposal = أترسل هذا العرض؟
market-review-proposal-text = يُرسل إلى { $person } للاطلاع، وقد تتلقى عرض عمل بناءً عليه. يمكنك تعديله ما لم يُدرج في القائمة المختصرة.
market-send-proposal-sum = إرسال العرض · { $amount }
market-change-it = تعديله
market-client-pays = يدفع العميل { $amount } في المجموع.
market-freelancer-gets = يصل المستقل { $amount } بعد رسوم المنصة.
market-edit-proposal = تعديل العرض
market-proposal-by = عرض من { $person }
market-proposal-state-submitted = مرسل
market-proposal-state-shortlisted = في القائمة المختصرة
market-proposal-state-declined = مرفوض
market-proposal-state-withdrawn = مسحوب
market-proposal-state-closed = مغلق
market-proposal-state-offered = عليه عرض عمل
market-proposal-state-hired = تم التوظيف
market-proposal-stands-submitted = عرضك عند العميل، وما زال بإمكانك تعديله.
market-proposal-stands-shortlisted = العميل ينظر في عرضك.
market-proposal-stands-declined = لم يختر العميل هذا العرض.
market-proposal-stands-withdrawn = سحبتَ هذا العرض.
market-proposal-stands-closed = انتهى التوظيف في هذا المشروع.
market-proposal-stands-offered = قدّم لك العميل عرض عمل. اقرأه وأجب عنه.
market-proposal-stands-hired = تم توظيفك، والعمل مستمر في العقد.
market-proposal-client-submitted = هذا العرض ينتظر قرارك.
market-proposal-client-shortlisted = أنت تنظر في هذا العرض.
market-proposal-client-declined = لم تختر هذا العرض.
market-proposal-client-withdrawn = سحب المستقل هذا العرض.
market-proposal-closed-open-again = هذا العرض مغلق، والمشروع يستقبل العروض من جديد.
market-viewed = فتحه صاحب المشروع
market-note = ملاحظة خاصة
market-note-hint = لا يراها سواك.
market-note-keep = احفظ الملاحظة
market-proposal-client-closed = انتهى التوظيف قبل أن تقرر فيه.
market-proposal-client-offered = عرض العمل ينتظر جواب المستقل.
market-proposal-client-hired = تم التوظيف، والعمل مستمر في العقد.
market-shortlist = إدراج في القائمة المختصرة
market-unshortlist = إزالة من القائمة المختصرة
market-answer-offer = الإجابة عن عرض العمل
market-withdraw = سحب العرض
market-withdraw-title = أتسحب هذا العرض؟
market-withdraw-text = سيصل إشعار إلى { $person }. وما دام المشروع مفتوحًا يمكنك إرسال عرض جديد.
market-decline = رفض
market-decline-title = أترفض هذا العرض؟
market-decline-text = سيصل إشعار إلى { $person }، ولن يمكن التوظيف عبر هذا العرض.
market-decline-final = العرض المرفوض لا يُنظر فيه من جديد.
market-decline-reason = السبب
market-decline-reason-hint = يقرؤه المستقل.
market-compare = مقارنة
market-compare-tick = حدّد من اثنين إلى خمسة للمقارنة.
market-compare-title = مقارنة العروض
market-compare-count = اختر من عرضين إلى خمسة
market-compare-count-text = حدّدها في القائمة ثم قارن من جديد.
market-rating = التقييم
market-no-reviews = لا تقييمات بعد
market-matching-skills = المهارات المطابقة
market-matching = { $n } من { $all }

# عروض العمل
market-make-offer = تقديم عرض عمل
market-offer-title = أتقدّم عرض العمل هذا؟
market-offer-text = { $n ->
    [zero] على { $person } أن يجيب الآن. لا يُخصم شيء الآن: تموّل كل مرحلة حين يبدأ العمل فيها.
    [one] أمام { $person } يوم واحد للقبول. لا يُخصم شيء الآن: تموّل كل مرحلة حين يبدأ العمل فيها.
    [two] أمام { $person } يومان للقبول. لا يُخصم شيء الآن: تموّل كل مرحلة حين يبدأ العمل فيها.
    [few] أمام { $person } { $n } أيام للقبول. لا يُخصم شيء الآن: تموّل كل مرحلة حين يبدأ العمل فيها.
    [many] أمام { $person } { $n } يومًا للقبول. لا يُخصم شيء الآن: تموّل كل مرحلة حين يبدأ العمل فيها.
   *[other] أمام { $person } { $n } يوم للقبول. لا يُخصم شيء الآن: تموّل كل مرحلة حين يبدأ العمل فيها.
}
market-offer-message = رسالة
market-offer-message-hint = تصبح جزءًا من الشروط.
market-offer-checklist = قائمة تحقق لـ«{ $milestone }»
market-offer-revisions = جولات التعديل لكل مرحلة
market-send-offer-sum = إرسال عرض العمل · { $amount }
market-retract-offer = سحب عرض العمل
market-retract-title = أتسحب عرض العمل هذا؟
market-retract-text = لن يستطيع المستقل قبوله بعد ذلك. ويبقى عرضه في قائمتك المختصرة.

# ما جرى
market-did-project-created = كتابة المسودة
market-did-project-published = نشر المشروع
market-did-project-edited = { $n ->
    [one] تغيير شرط واحد
    [two] تغيير شرطين
    [few] تغيير { $n } شروط
    [many] تغيير { $n } شرطًا
   *[other] تغيير { $n } شرط
}
market-did-project-cancelled = إلغاء المشروع
market-did-project-reopened = إعادة فتح المشروع
market-did-project-expired = انتهت مدة المشروع
market-did-project-filled = شُغلت كل المقاعد
market-did-project-position-free = عاد مقعد شاغرًا
market-did-project-completed = اكتمل المشروع
market-did-proposal-submitted = إرسال عرض بقيمة { $amount }
market-did-proposal-edited = تعديل العرض، وقيمته الآن { $amount }
market-did-proposal-withdrawn = سحب العرض
market-did-proposal-shortlisted = إدراج العرض في القائمة المختصرة
market-did-proposal-unshortlisted = إزالة العرض من القائمة المختصرة
market-did-proposal-declined = رفض العرض
market-did-offer-sent = تقديم عرض عمل بقيمة { $amount }
market-did-offer-retracted = سحب عرض العمل

# الإشعارات
notice-project-edited-title = تغيّر مشروع قدّمت عليه عرضًا
notice-project-edited-body = تغيّرت شروط «{ $project }». انظر في التغييرات؛ يمكنك تعديل عرضك أو سحبه.
notice-project-cancelled-title = أُلغي مشروع
notice-project-cancelled-body = ألغى العميل مشروع «{ $project }»، وأُغلق عرضك.
notice-project-expiring-title = تنتهي مدة مشروعك قريبًا
notice-project-expiring-body = { $n ->
    [zero] تنتهي مدة «{ $project }» اليوم ما لم يحدث عليه شيء.
    [one] تنتهي مدة «{ $project }» بعد يوم واحد ما لم يحدث عليه شيء.
    [two] تنتهي مدة «{ $project }» بعد يومين ما لم يحدث عليه شيء.
    [few] تنتهي مدة «{ $project }» بعد { $n } أيام ما لم يحدث عليه شيء.
    [many] تنتهي مدة «{ $project }» بعد { $n } يومًا ما لم يحدث عليه شيء.
   *[other] تنتهي مدة «{ $project }» بعد { $n } يوم ما لم يحدث عليه شيء.
}
notice-project-expired-title = انتهت مدة مشروعك
notice-project-expired-body = انتهت مدة «{ $project }» بعد 30 يومًا بلا نشاط. يمكنك إعادة فتحه.
notice-project-position-free-title = عاد مقعد شاغرًا
notice-project-position-free-body = انتهى أحد عقود «{ $project }». افتح المشروع لتشغل المقعد من جديد، أو اتركه كما هو.
notice-proposal-closed-title = انتهى التوظيف
notice-proposal-closed-body = انتهى التوظيف في «{ $project }». أُغلق عرضك.
notice-proposal-received-title = عرض جديد
notice-proposal-received-body = عرض من { $person } على «{ $project }» بقيمة { $amount }.
notice-proposal-withdrawn-title = سُحب عرض
notice-proposal-withdrawn-body = سُحب عرض { $person } على «{ $project }».
notice-proposal-shortlisted-title = أنت في القائمة المختصرة
notice-proposal-shortlisted-body = عميل «{ $project }» ينظر في عرضك.
notice-proposal-declined-title = رُفض عرضك
notice-proposal-declined-body = لم يختر عميل «{ $project }» عرضك. { $reason }
notice-offer-received-title = لديك عرض عمل
notice-offer-received-body = { $n ->
    [zero] عرض عمل من { $person } لمشروع «{ $project }» بقيمة { $amount }. أجب اليوم.
    [one] عرض عمل من { $person } لمشروع «{ $project }» بقيمة { $amount }. أمامك يوم واحد للإجابة.
    [two] عرض عمل من { $person } لمشروع «{ $project }» بقيمة { $amount }. أمامك يومان للإجابة.
    [few] عرض عمل من { $person } لمشروع «{ $project }» بقيمة { $amount }. أمامك { $n } أيام للإجابة.
    [many] عرض عمل من { $person } لمشروع «{ $project }» بقيمة { $amount }. أمامك { $n } يومًا للإجابة.
   *[other] عرض عمل من { $person } لمشروع «{ $project }» بقيمة { $amount }. أمامك { $n } يوم للإجابة.
}
notice-offer-retracted-title = سُحب عرض عمل
notice-offer-retracted-body = سُحب عرض العمل بقيمة { $amount } على «{ $project }». ويبقى عرضك في القائمة المختصرة.
market-payment-verified = الدفع موثَّق
