# عقود تتوقف وتتغيّر وتنتهي قبل أوانها، والعمل الجاري والتسليم الجزئي.

# الحالات
work-contract-paused = متوقف
work-contract-on-hold = معلّق
work-contract-terminating = قيد الإنهاء المبكر
work-contract-terminated = انتهى قبل أوانه
work-milestone-refunded = رُدّ مبلغها
work-milestone-split = سُوّيت على أجزاء
amend-stands-paused = العمل متوقف. لأيٍّ من الطرفين أن يستأنفه.
amend-stands-on-hold = أحد الطرفين موقوف. يبقى المبلغ في الضمان حتى يُبتّ في أمره.
amend-stands-terminating = يقترح أحد الطرفين إنهاء هذا العقد، والردّ على الطرف الآخر.
amend-stands-for-staff = لم يتفق الطرفان في الموعد. تقرّر المنصة مصير المال.
amend-stands-terminated = انتهى هذا العقد قبل أوانه، وسُوّي كل المال.
amend-stands-countered = يقترح المستقل شروطًا أخرى، والردّ على العميل.
amend-stands-amendment = هناك تعديل على الشروط ينتظر الردّ.
amend-state-proposed = بانتظار الردّ
amend-state-accepted = متفق عليه
amend-state-declined = مرفوض
amend-state-withdrawn = مسحوب
amend-state-lapsed = منقضٍ

# الإيقاف
amend-pause-title = إيقاف هذا العقد مؤقتًا
amend-pause-act = أوقف مؤقتًا
amend-pause-body = ما دام «{ $contract }» متوقفًا فلا تسليم ولا تمويل.
amend-pause-hint = تحتفظ المهل الجارية بما بقي منها. لأيٍّ من الطرفين استئناف العمل في أي وقت.
amend-pause-reason = السبب والمدة
amend-reason-hint = يقرؤه الطرف الآخر. حتى 500 حرف.
amend-resume-title = استئناف العمل
amend-resume-act = استأنف العمل
amend-resume-body = يُستأنف العمل في «{ $contract }». تمضي المهل بما بقي منها.

# الإنهاء المبكر
amend-act-end = أنهِ العقد
amend-act-settle = ردّ على الإنهاء المقترح
amend-end-title = إنهاء هذا العقد
amend-end-body = { $n ->
    [one] تقترح على { $person } كيف ينتهي «{ $contract }». يتوقف العمل الآن. أمام { $person } يوم واحد للموافقة، وبعدها تقرّر المنصة.
    [two] تقترح على { $person } كيف ينتهي «{ $contract }». يتوقف العمل الآن. أمام { $person } يومان للموافقة، وبعدها تقرّر المنصة.
    [few] تقترح على { $person } كيف ينتهي «{ $contract }». يتوقف العمل الآن. أمام { $person } { $n } أيام للموافقة، وبعدها تقرّر المنصة.
    [many] تقترح على { $person } كيف ينتهي «{ $contract }». يتوقف العمل الآن. أمام { $person } { $n } يومًا للموافقة، وبعدها تقرّر المنصة.
   *[other] تقترح على { $person } كيف ينتهي «{ $contract }». يتوقف العمل الآن. أمام { $person } { $n } يوم للموافقة، وبعدها تقرّر المنصة.
}
amend-end-body-free = لا مال محجوزًا لـ«{ $contract }»، فينتهي فورًا، ويصل إشعار إلى { $person }. لا ينتقل أي مبلغ.
amend-end-outcome = مصير المال
amend-end-refund = يعود { $amount } كله إلى العميل
amend-end-release = يذهب { $amount } كله إلى المستقل
amend-end-split = جزء للمستقل، والباقي يعود إلى العميل
amend-end-released = جزء المستقل
amend-end-reason = سبب الإنهاء
amend-end-now = أنهِ العقد الآن
amend-end-propose = اقترح هذا الإنهاء
amend-end-proposed = الإنهاء المقترح
amend-end-agree-title = الموافقة على إنهاء هذا العقد
amend-end-agree = أوافق وأنهي العقد
amend-end-agree-body = اقتراح من { $person } بإنهاء «{ $contract }» على هذا النحو:
amend-end-otherwise = اقترح غير ذلك
amend-end-call-off = تراجع عن الإنهاء
amend-end-final = المال المصروف أو المردود لا يُسترجع، والعقد المنتهي يبقى منتهيًا.
amend-end-off-title = التراجع عن الإنهاء
amend-end-off-body = يمضي «{ $contract }» من حيث وقف. تمضي المهل بما بقي منها.
amend-line-released = إلى المستقل قبل الرسم
amend-line-refunded = يعود إلى العميل
amend-banner-paused = هذا العقد متوقف مؤقتًا
amend-banner-held = هذا العقد معلّق
amend-banner-held-client = أُوقف المستقل أو أُوقفتَ أنت. يبقى مالك في الضمان، والقرار للمنصة. لك أن تطلب ردّه.
amend-banner-held-freelancer = أُوقف أحد الطرفين. يبقى المال في الضمان، والقرار للمنصة.
amend-ask-refund = اطلب ردّ المال
amend-banner-ending = هذا العقد قيد الإنهاء
amend-staff = فريق المنصة
amend-banner-staff = تقرّر المنصة كيف ينتهي هذا العقد
amend-banner-staff-text = لم تتفقا في الموعد. يبقى المال في الضمان حتى القرار.

# قرار القائمين على المنصة
amend-nav-held = العقود المعلّقة
amend-held-title = العقود المعلّقة
amend-held-none = لا عقد ينتظرك
amend-held-none-text = يظهر العقد هنا حين يُوقف أحد طرفيه، أو حين لا يتفقان على إنهائه.
amend-held-parties = الطرفان
amend-held-since = منذ
amend-decide-title = القرار في هذا العقد
amend-decide-action = القرار
amend-decide-refund = ردّ المال
amend-decide-refund-hint = يعود كل ما في الضمان إلى العميل وينتهي العقد.
amend-decide-release = صرف المال
amend-decide-release-hint = يذهب كل ما في الضمان إلى المستقل بعد الرسم وينتهي العقد.
amend-decide-reactivate = متابعة العمل
amend-decide-reactivate-hint = فقط حين يعود الطرفان فعّالين.
amend-decide-reason = السبب
amend-decide-reason-hint = يقرؤه الطرفان. حتى 500 حرف.
amend-decide-act = قرّر
amend-decide-proposed = اقترح أحد الطرفين:

# تعديل الشروط
amend-title = التعديل { $n }
amend-title-counter = عرض مقابل
amend-all = تعديلات الشروط
amend-new = اقترح تعديلًا
amend-none = —
amend-none-yet = لا تعديلات
amend-none-yet-text = الشروط هي ما وقّعه الطرفان. لأيٍّ منهما أن يقترح تعديلًا، ويسري حين يوافق الآخر.
amend-column-change = التعديل
amend-column-when = تاريخ الاقتراح
amend-compared = قبل وبعد
amend-before = قبل
amend-after = بعد
amend-milestone-n = المرحلة { $n }
amend-milestone-new = مرحلة جديدة
amend-milestone-title = العنوان
amend-milestones-hint = عدّل المراحل غير المموَّلة أو أضف إليها أو احذف منها. المرحلة المموَّلة لا يتغيّر منها إلا الموعد وقائمة التحقق.
amend-due-days = أيام بعد التمويل
amend-checklist = قائمة التحقق
amend-checklist-hint = ما يجب أن يظهر في التسليم؛ نقطة في كل سطر.
amend-remove = احذف هذه المرحلة
amend-note = كلمة إلى الطرف الآخر
amend-note-hint = اذكر سبب اقتراحك.
amend-answer-note = الردّ
amend-form-title = اقتراح تعديل على الشروط
amend-form-lead = أمام { $person } 7 أيام للردّ. حتى ذلك الحين يبقى «{ $contract }» كما هو.
amend-form-act = اقترح التعديل
amend-counter-title = الردّ بشروط أخرى
amend-counter-lead = قل لـ{ $person } بأي شروط تنجز «{ $contract }». إن قُبلت تمّ الاتفاق على العقد بها.
amend-counter-act = أرسل العرض المقابل
amend-act-counter = ردّ بشروط أخرى
amend-act-answer = ردّ على التعديل
amend-proposed-by = اقتراح من { $person }
amend-waits-other = هذا بانتظار { $person }
amend-lapses = ينقضي
amend-accept-act = اقبل · المجموع { $amount }
amend-decline-act = ارفض
amend-decline-reason = سبب الرفض
amend-withdraw-act = اسحبه
amend-new-offer = اسحب عرض العمل وقدّم عرض عمل جديدًا
amend-banner-mine = تعديلك على الشروط بانتظار الردّ
amend-banner-theirs = يقترح الطرف الآخر تعديلًا على الشروط
amend-banner-counter-mine = عرضك المقابل بانتظار العميل
amend-banner-counter-theirs = ردّ المستقل على عرض العمل بشروط أخرى
amend-banner-act = اطّلع على التعديل
amend-more-rounds = اقترح جولات أخرى

# العمل الجاري
amend-act-share = اعرض العمل الجاري
amend-share-heading = عرض العمل الجاري على «{ $milestone }»
amend-share-lead = بإمكان { $person } الاطلاع والردّ. لا تبدأ أي مهلة: هذا ليس تسليمًا.
amend-share-message = ما الذي يُعرض
amend-share-act = اعرضه
amend-share-number = عمل جارٍ { $n }
amend-part-legend = اكتمل جزء
amend-part-hint = لك أن تطلب صرف جزء مكتمل الآن من { $amount } المحجوزة. يبقى الباقي في الضمان.
amend-part-title = ما هذا الجزء
amend-part-asked = جزء يُطلب صرفه الآن:
amend-part-proposed = بانتظار العميل
amend-part-approved = صُرف
amend-part-declined = رُفض
amend-part-fallen = لم يعد مطلوبًا
amend-part-look = راجع الجزء
amend-part-approve = اعتماد الجزء «{ $part }»
amend-part-body = تسليم جزء من «{ $milestone }» من جانب { $person }. الاعتماد يصرف هذا الجزء، ويبقى الباقي مموَّلًا.
amend-part-stays = يبقى في الضمان
amend-part-or-feedback = ليس جاهزًا؟ اكتب ردًّا بدلًا من ذلك.
amend-part-of = جزء سُلّم وصُرف مقدمًا
amend-feedback = ردّ العميل
amend-feedback-field = رأيك فيه
amend-feedback-title = الردّ على «{ $milestone }»
amend-feedback-lead = هذه ملاحظة لا طلب تعديل: لا تُستهلك بها جولة متفق عليها.
amend-feedback-declines = الردّ يرفض الجزء المطلوب صرفه، ويمكن طلبه ثانية.
amend-feedback-act = اكتب ردًّا

# التسليم والاعتماد
amend-deliver-checklist = ما يحققه هذا التسليم
amend-deliver-checklist-hint = النقاط المتفق عليها. على العميل أن يتجاوز عمّا بقي منها.
amend-point-done = تمّت
amend-point-open = لم تتمّ
amend-waiver = سبب التجاوز عن النقاط الباقية
amend-waiver-hint = يقرؤه المستقل. حتى 500 حرف.
amend-approve-and-fund = اعتمد وموّل المرحلة { $n } · { $amount }
amend-approve-and-fund-hint = الزر الثاني يموّل أيضًا المرحلة { $n } من بطاقتك الافتراضية ليمضي العمل فورًا:

# ما حدث
market-did-contract-paused = إيقاف العقد مؤقتًا: { $reason }
market-did-contract-resumed = استئناف العمل
market-did-contract-held = عُلّق العقد: أُوقف حساب { $person }
market-did-contract-terminated = انتهى العقد قبل أوانه
market-did-termination-proposed = اقتراح إنهاء العقد: { $reason }
market-did-termination-called-off = التراجع عن الإنهاء
market-did-termination-lapsed = انقضى الإنهاء المقترح بلا ردّ
market-did-hold-reactivated = قرار بمتابعة العمل: { $reason }
market-did-hold-released = قرار بصرف المال: { $reason }
market-did-hold-refunded = قرار بردّ المال: { $reason }
market-did-money-settled = سُوّيت «{ $milestone }»: صُرف { $released } ورُدّ { $refunded }
market-did-money-disputed = استعاد بنك الدافع { $amount } المودَع في الضمان لقاء «{ $milestone }»
market-did-money-dispute-won = حُسم الاعتراض بشأن «{ $milestone }» لصالح المنصة: يبقى المال في الضمان
market-did-money-dispute-lost = خُسر الاعتراض بشأن «{ $milestone }»: لم يعد { $amount } موجودًا
market-did-money-part-split = فُصل الجزء «{ $part }» من «{ $milestone }»: { $amount }
market-did-amendment-proposed = اقتراح تعديل على الشروط
market-did-amendment-accepted = الموافقة على تعديل الشروط
market-did-amendment-declined = رفض تعديل الشروط
market-did-amendment-withdrawn = سحب التعديل المقترح
market-did-amendment-lapsed = انقضى التعديل المقترح بلا ردّ
market-did-offer-countered = ردّ على عرض العمل بشروط أخرى: { $amount }
market-did-work-shared = إطلاع على العمل الجاري على «{ $milestone }»
market-did-part-delivered = تسليم جزء من «{ $milestone }»
market-did-feedback-given = كتابة ردّ على «{ $milestone }»
market-did-checklist-waived = التجاوز عن نقاط باقية في «{ $milestone }»: { $reason }

# الإشعارات
notice-contract-paused-title = إيقاف «{ $contract }» مؤقتًا من جانب { $person }
notice-contract-paused-body = { $reason }
notice-contract-resumed-title = استئناف «{ $contract }» من جانب { $person }
notice-contract-resumed-body = تمضي المهل بما بقي منها.
notice-contract-held-title = «{ $contract }» معلّق
notice-contract-held-body = أُوقف حساب { $person }. يبقى المال في الضمان حتى تقرّر المنصة. لا تتابع العمل الآن؛ وللعميل أن يطلب ردّ المال.
notice-contract-disputed-title = اعتراض على دفعة تخص «{ $contract }»
notice-contract-disputed-body = استعاد بنك العميل { $amount } من «{ $milestone }». قد لا يُدفع لقاء العمل حتى يُحسم الأمر: اتفقا على ما يلي، أو أوقف العقد مؤقتًا.
notice-contract-dispute-won-title = حُسم الاعتراض بشأن «{ $contract }» لصالح المنصة
notice-contract-dispute-won-body = يبقى { $amount } في الضمان لقاء «{ $milestone }». يستمر العمل كما اتُّفق.
notice-contract-dispute-lost-title = خُسر الاعتراض بشأن «{ $contract }»
notice-contract-dispute-lost-body = عاد { $amount } من «{ $milestone }» إلى الدافع عبر بنكه، وما يُصرف منه يُؤخذ لقاء ذلك. اتفقا على ما يلي قبل متابعة العمل.
notice-contract-reactivated-title = يُستأنف «{ $contract }»
notice-contract-reactivated-body = قرّرت المنصة: { $reason }
notice-contract-terminated-title = انتهى «{ $contract }»
notice-contract-terminated-body = سُوّي كل المال. السبب المذكور: { $reason }
notice-termination-proposed-title = اقتراح من { $person } بإنهاء «{ $contract }»
notice-termination-proposed-body = { $days ->
    [one] اطّلع على المقترح بشأن المال وردّ خلال يوم واحد. السبب المذكور: { $reason }
    [two] اطّلع على المقترح بشأن المال وردّ خلال يومين. السبب المذكور: { $reason }
    [few] اطّلع على المقترح بشأن المال وردّ خلال { $days } أيام. السبب المذكور: { $reason }
   *[other] اطّلع على المقترح بشأن المال وردّ خلال { $days } يومًا. السبب المذكور: { $reason }
}
notice-termination-called-off-title = تراجع من { $person } عن إنهاء «{ $contract }»
notice-termination-called-off-body = يمضي العمل من حيث وقف.
notice-settlement-lapsed-title = لا اتفاق بشأن «{ $contract }»
notice-settlement-lapsed-body = لم يُتفق في الموعد على إنهائه. تقرّر المنصة مصير المال.
notice-settlement-waits-title = عقد ينتظر قرارك
notice-settlement-waits-body = لا يتفق طرفا «{ $contract }» على إنهائه.
notice-hold-decision-title = عقد ينتظر قرارك
notice-hold-decision-body = أُوقف حساب { $person }، فعُلّق «{ $contract }» وماله في الضمان.
notice-amendment-proposed-title = اقتراح تعديل من { $person } على «{ $contract }»
notice-amendment-proposed-body = { $days ->
    [one] يصير المجموع به { $amount }. أمامك يوم واحد للردّ.
    [two] يصير المجموع به { $amount }. أمامك يومان للردّ.
    [few] يصير المجموع به { $amount }. أمامك { $days } أيام للردّ.
   *[other] يصير المجموع به { $amount }. أمامك { $days } يومًا للردّ.
}
notice-amendment-accepted-title = موافقة من { $person } على تعديلك
notice-amendment-accepted-body = تسري شروط «{ $contract }» الجديدة من الآن.
notice-amendment-declined-title = رفض من { $person } لتعديلك
notice-amendment-declined-body = تبقى شروط «{ $contract }» كما هي.
notice-amendment-withdrawn-title = سحب تعديل مقترح من جانب { $person }
notice-amendment-withdrawn-body = تبقى شروط «{ $contract }» كما هي.
notice-amendment-lapsed-title = انقضى تعديل مقترح
notice-amendment-lapsed-body = لم يُردّ عليه خلال 7 أيام. تبقى شروط «{ $contract }» كما هي.
notice-offer-countered-title = ردّ من { $person } على عرض العمل بشروط أخرى
notice-offer-countered-body = { $days ->
    [one] «{ $contract }» بمجموع { $amount }. اقبل أو ارفض أو قدّم عرضًا جديدًا خلال يوم واحد.
    [two] «{ $contract }» بمجموع { $amount }. اقبل أو ارفض أو قدّم عرضًا جديدًا خلال يومين.
    [few] «{ $contract }» بمجموع { $amount }. اقبل أو ارفض أو قدّم عرضًا جديدًا خلال { $days } أيام.
   *[other] «{ $contract }» بمجموع { $amount }. اقبل أو ارفض أو قدّم عرضًا جديدًا خلال { $days } يومًا.
}
notice-counter-accepted-title = قبول من { $person } لعرضك المقابل
notice-counter-accepted-body = تمّ الاتفاق على «{ $contract }» بشروطك. ابدأ حين تُموَّل مرحلة.
notice-work-shared-title = عمل جارٍ من { $person } للاطلاع
notice-work-shared-body = اطّلع على «{ $milestone }» من «{ $contract }» واكتب ردًّا. لا تجري أي مهلة.
notice-part-delivered-title = تسليم جزء من { $person } بقيمة { $amount }
notice-part-delivered-body = اعتمد الجزء من «{ $milestone }» في «{ $contract }»، أو اكتب ردًّا. لا تجري أي مهلة.
notice-feedback-given-title = ردّ من { $person } على عملك
notice-feedback-given-body = اقرأ الملاحظة على «{ $milestone }» من «{ $contract }».

# أسباب الرفض
error-contract-not-active = هذا العقد غير جارٍ، فلا يمكن ذلك الآن.
error-contract-not-paused = هذا العقد ليس متوقفًا.
error-contract-paused = العمل في هذا العقد متوقف أو معلّق أو قيد الإنهاء. لا تسليم ولا قرار ولا تمويل في أثناء ذلك.
error-contract-changed = تغيّر هذا العقد للتوّ. اطّلع عليه من جديد.
error-contract-not-running = لا يمكن إنهاء هذا العقد هنا: لم يبدأ بعد أو قد انتهى.
error-contract-not-amendable = لا يمكن تعديل شروط هذا العقد الآن.
error-contract-not-held = هذا العقد لا ينتظر قرارًا.
error-settlement-outdated = تغيّر المحجوز منذ اقتُرح هذا الإنهاء. اطّلع عليه من جديد.
error-settlement-incomplete = اذكر مصير المال لكل مرحلة مموَّلة.
error-settlement-open = ما زال للطرفين أن يتفقا. يمكنك القرار حين تنقضي مهلتهما.
error-unknown-milestone = هذه المرحلة ليست من المقصودة هنا، أو ذُكرت مرتين.
error-more-than-held = يجب أن يقلّ هذا عن المحجوز للمرحلة وبعملته.
error-no-termination = لا أحد يقترح إنهاء هذا العقد.
error-termination-lapsed = انقضى هذا الاقتراح. القرار الآن للمنصة.
error-termination-changed = اقتُرح إنهاء آخر في الأثناء. اطّلع عليه.
error-own-proposal = الردّ على اقتراحك للطرف الآخر. ولك أن تسحبه.
error-not-own-proposal = لا يسحبه إلا من اقترحه.
error-own-contract = أنت طرف في هذا العقد، فيقرّر غيرك.
error-party-suspended = ما زال أحد الطرفين موقوفًا، فلا يمكن متابعة العمل.
error-amendment-open = هناك تعديل آخر ينتظر الردّ. يُردّ عليه أو يُسحب أولًا.
error-amendment-answered = سبق الردّ على هذا التعديل أو لم يعد مفتوحًا.
error-amendment-lapsed = انقضى هذا التعديل. اقترحه ثانية إن بقي مهمًا.
error-amendment-outdated = تغيّر ما يمسّه هذا التعديل منذ اقتراحه. اقترحه من جديد.
error-milestone-funded = لهذه المرحلة مال محجوز، فلا يتغيّر منها إلا الموعد وقائمة التحقق.
error-nothing-changed = لن يتغيّر شيء.
error-part-open = هناك جزء من هذه المرحلة ينتظر العميل.
error-no-open-part = لا جزء ينتظر هنا.
error-already-answered = سبق أن كتبت ردًّا على هذا.
error-checklist-open = { $n ->
    [one] بقيت نقطة واحدة من قائمة التحقق. اذكر سبب تجاوزك عنها أو اطلب تعديلات.
    [two] بقيت نقطتان من قائمة التحقق. اذكر سبب تجاوزك عنهما أو اطلب تعديلات.
    [few] بقيت { $n } نقاط من قائمة التحقق. اذكر سبب تجاوزك عنها أو اطلب تعديلات.
   *[other] بقيت { $n } نقطة من قائمة التحقق. اذكر سبب تجاوزك عنها أو اطلب تعديلات.
}
error-nothing-to-fund = لم تبقَ مرحلة لتمويلها.
