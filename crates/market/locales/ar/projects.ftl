# Errors
error-day-past = مضى هذا اليوم.
error-deadline-past = مضى هذا اليوم.
error-project-not-paused = هذا المشروع ليس موقوفًا مؤقتًا.
error-nobody-hired = لم يُتعاقد مع أحد في هذا المشروع بعد. ألغِه إن لم تعد تريد التعاقد.
error-offer-open = ما زال عرض عمل ينتظر الرد. اسحبه أو انتظر قبل إنهاء التوظيف.
error-project-not-ended = لا يُؤرشف إلا مشروع مكتمل أو ملغى.
error-project-archived = أُرشف هذا المشروع من قبل.
error-invitation-exists = سبق أن دعوت هذا الشخص إلى هذا المشروع.
error-invitation-answered = سبق الرد على هذه الدعوة.
error-unknown-freelancer = اختر مستقلًا من مساحة العمل هذه.
error-answer-required = يطلب العميل جوابًا عن هذا السؤال.
error-unknown-question = لا يطرح المشروع سؤالًا كهذا.
error-answered-twice = أُجيب عن هذا السؤال مرتين.
error-compare-count = اختر من عرضين إلى خمسة.

# Wishes, questions, files
market-yes = نعم
market-no = لا
market-wishes = تفضيلات
market-deadline = مطلوب قبل
market-deadline-hint = اليوم الذي ينبغي أن يكتمل العمل بحلوله. اتركه فارغًا إن لم يكن هناك موعد.
market-country = البلد
market-time-zone = المنطقة الزمنية
market-client-rating = تقييم العميل
market-time-zone-shared = ساعات عمل مشتركة مع
market-overlap-hours = الساعات المشتركة
market-overlap-told = { $n ->
    [one] ساعة عمل مشتركة واحدة
    [two] ساعتا عمل مشتركتان
    [few] { $n } ساعات عمل مشتركة
   *[other] { $n } ساعة عمل مشتركة
}
market-overlap-chip = { $n ->
    [one] ساعة مع { $zone }
    [two] ساعتان مع { $zone }
    [few] { $n } ساعات مع { $zone }
   *[other] { $n } ساعة مع { $zone }
}
market-nda = اتفاق عدم إفصاح
market-nda-asked = مطلوب
market-nda-hint = ستطلب من المستقل توقيعه قبل بدء العمل.
market-questions = أسئلة للمستقلين
market-questions-hint = حتى عشرة أسئلة. يعرض كل عرض أجوبته إلى جانبها.
market-question-n = السؤال { $n }
market-question-required = الجواب إلزامي
market-files = الملفات
market-files-add = أضف ملفات
market-files-hint = حتى خمسة دفعة واحدة وعشرة في المجموع، 25 م.ب لكل ملف.
market-files-remove = إزالة
market-preview = ما سيقرؤه المستقلون
market-preview-text = هكذا يبدو المشروع بعد نشره.
market-draft-kept = حفظنا ما كتبته
market-draft-kept-text = مُلئ النموذج بما لم ترسله بعد.
market-draft-discard = ابدأ بنموذج فارغ

# States
market-project-state-paused = موقوف مؤقتًا
market-project-state-archived = مؤرشف
market-pause = أوقفه مؤقتًا
market-resume = استقبل العروض من جديد
market-archive = أرشفة
market-close-hiring = أنهِ التوظيف
market-close-hiring-title = أتنهي التوظيف في هذا المشروع؟
market-close-hiring-text = شُغل { $n } من { $all } من المقاعد. يُبلَّغ كل من ينتظر عرضه بأن التوظيف انتهى. يمكنك إعادة فتح المقاعد الشاغرة لاحقًا.
market-reopen-position = أعد فتح المقاعد الشاغرة
market-stands-paused = المشروع موقوف مؤقتًا ولا يستقبل عروضًا. ما أُرسل باقٍ.
market-stands-hiring-ended = أنهيت التوظيف، والعمل مستمر في العقود.
market-stands-invited = دعاك العميل إلى تقديم عرض.
market-did-project-paused = إيقاف المشروع مؤقتًا
market-did-project-resumed = العودة إلى استقبال العروض
market-did-project-hiring-closed = إنهاء التوظيف
market-did-project-archived = أرشفة المشروع
market-did-project-invited = دعوة { $person }
market-did-project-files = تغيير الملفات
market-did-proposal-files = تغيير الملفات
market-field-country = البلد
market-field-time-zone = المنطقة الزمنية
market-field-overlap-hours = الساعات المشتركة
market-field-deadline = مطلوب قبل
market-field-questions = الأسئلة
market-field-questions-required = الجواب إلزامي
market-field-nda = اتفاق عدم إفصاح

# Invitations
market-invitations = الدعوات
market-invitations-none = لم تدعُ أحدًا. من تدعوهم يرون المشروع أيًّا كان من يستطيع إيجاده.
market-invitation-invited = بانتظار الرد
market-invitation-proposed = أُرسل عرض
market-invitation-declined = اعتذار
market-invitation-decline = اعتذر عن الدعوة
market-find-freelancers = ابحث عن مستقلين لدعوتهم
market-invite = أرسل الدعوة
market-invite-title = ادعُ { $person } إلى مشروع
market-invite-lead = يصل التبليغ فورًا ويظهر المشروع للمدعوّ، حتى إن كان بالدعوة فقط.
market-invite-message = رسالة مع الدعوة
market-invite-message-hint = سبب الدعوة.
market-invite-none = لا مشروع مفتوحًا للدعوة إليه
market-invite-none-text = انشر مشروعًا أولًا، أو اختر من لم تدعُه بعد.
market-invite-to-project = ادعُ إلى مشروع

# Search
market-skills-match = مطابقة المهارات
market-skills-all = كلها
market-skills-any = أيٌّ منها
market-sort-relevance = الأنسب أولًا
market-sort-budget-low = الأقل ميزانية أولًا
market-sort-deadline = الأقرب موعدًا أولًا

# Proposals
market-answers = الأجوبة
market-available-from = يستطيع البدء في
market-available-told = من { $day }
market-weekly-hours = ساعات في الأسبوع
market-hours-told = { $n ->
    [one] ساعة واحدة في الأسبوع
    [two] ساعتان في الأسبوع
    [few] { $n } ساعات في الأسبوع
   *[other] { $n } ساعة في الأسبوع
}
market-availability = التفرغ
market-proposal-files-later = يمكنك إضافة ملفات بعد إرسال العرض ما دام خارج القائمة المختصرة.
market-sort-quickest = الأقصر مدة أولًا
market-sort-rating = الأعلى تقييمًا أولًا
market-viewed-filter = الاطّلاع
market-viewed-yes = اطلعت عليه
market-viewed-not = لم تطلع عليه بعد
market-bid-most = قيمة العرض حتى

# How someone's work went
market-work = العمل على هذه المنصة
market-success = النجاح
market-success-told = ⁦{ $n }%⁩ من العقود المنتهية
market-success-none = يُذكر بعد ثلاثة عقود منتهية
market-completed = العقود المكتملة
market-answer-time = يرد على العروض خلال
market-answer-told = { $n ->
    [one] نحو ساعة
    [two] نحو ساعتين
    [few] نحو { $n } ساعات
   *[other] نحو { $n } ساعة
}
market-answer-none = يُذكر بعد الرد على ثلاثة عروض
market-standing-hint = محسوب من العقود والتقييمات المنشورة. النجاح هو نسبة العقود المنتهية التي اكتملت دون تقييم أقل من ثلاث نجوم.
market-history-none = لا عقود مكتملة بعد.
market-history-ended = اكتمل في
market-history-private = مشروع خاص
market-badge-top-rated = من الأعلى تقييمًا
market-badge-reliable = يُعتمد عليه

# Notices
notice-project-invitation-title = دُعيت إلى تقديم عرض
notice-project-invitation-body = دعوة من { $person } إلى تقديم عرض على «{ $project }». { $message }
notice-invitation-declined-title = اعتُذر عن دعوة
notice-invitation-declined-body = اعتذار من { $person } عن تقديم عرض على «{ $project }».
notice-project-paused-title = أُوقف مشروع مؤقتًا
notice-project-paused-body = لا يستقبل «{ $project }» عروضًا الآن. عرضك باقٍ لدى العميل.
notice-project-resumed-title = استؤنف مشروع
notice-project-resumed-body = عاد «{ $project }» إلى استقبال العروض. عرضك ما زال لدى العميل.
work-waiting-invitation = دعوة من { $person } إلى تقديم عرض على «{ $title }»
