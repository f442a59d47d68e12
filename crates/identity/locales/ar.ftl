# الأشخاص وتسجيل الدخول ومساحات العمل وأعضاؤها.
identity-sign-in = تسجيل الدخول
identity-sign-out = تسجيل الخروج
identity-register = إنشاء حساب
identity-email = البريد الإلكتروني
identity-password = كلمة المرور
identity-new-password = كلمة المرور الجديدة
identity-current-password = كلمة المرور الحالية
identity-password-hint = 12 حرفًا على الأقل. يكفي أن تختار كلمات لا صلة بينها.
identity-display-name = الاسم
identity-display-name-hint = الاسم الذي يراه الآخرون.
identity-language = اللغة
identity-theme = المظهر
identity-theme-system = كما في جهازي
identity-theme-light = فاتح
identity-theme-dark = داكن
identity-save = حفظ
identity-back = رجوع
identity-continue = متابعة
identity-done = تمّ
identity-acts = إجراءات
identity-state = الحالة
identity-list-comma = {"، "}
identity-forgot-link = نسيت كلمة المرور؟
identity-no-account = جديد هنا؟
identity-have-account = لديك حساب؟
identity-back-to-sign-in = العودة إلى تسجيل الدخول

identity-home-title = اتفق، اعمل، واقبض أجرك
identity-home-places = حيث يمكنك الانضمام
identity-home-projects = المشاريع
identity-home-freelancers = المستقلون
identity-home-join = انضم
identity-home-lead = في Guildhall يتفق الناس على العمل كتابةً، ويُحفظ المال بأمان حتى يُنجز، ويبقى الدليل على الأمرين معًا.
identity-home-agree = اتفاقات واضحة
identity-home-agree-text = لكل مشروع عرض ومراحل ومواعيد قبِلها الطرفان، ولا يتغير شيء من وراء ظهر أحد.
identity-home-money = مال محفوظ بأمان
identity-home-money-text = تُموَّل المرحلة قبل بدء العمل ويُصرف المبلغ عند اعتمادها، ويمكن تتبّع كل مبلغ حتى قيده.
identity-home-privacy = خصوصية من الأصل
identity-home-privacy-text = كل مساحة عمل مستقلة عن غيرها. ترى ما يخصك، وكل تغيير مسجَّل.

identity-terms = شروط الاستخدام
identity-terms-version = الإصدار { $version }
identity-read-terms = اقرأ شروط الاستخدام
identity-accept-terms = أوافق على شروط الاستخدام
identity-terms-first = اقبل الشروط للمتابعة.
identity-terms-use = استخدام Guildhall
identity-terms-use-text = تسجّل بعنوانك أنت وببيانات صحيحة، وتحفظ كلمة مرورك لنفسك، وتستخدم مساحات العمل التي تنتمي إليها فيما أُعدّت له.
identity-terms-money = المال
identity-terms-money-text = يُحفظ مال المرحلة حتى يُعتمد العمل أو يُردّ المال أو يُبتّ في أمره وفق القواعد المبيّنة في العقد. وتُعرض الرسوم قبل أن توافق عليها.
identity-terms-content = ما تكتبه وترفعه
identity-terms-content-text = يبقى ملكًا لك. وتأذن لمن تشاركه معهم، ولنا بقدر ما يلزم لتشغيل الخدمة، بقراءته وحفظه.
identity-terms-privacy = بياناتك
identity-terms-privacy-text = نحفظ ما يلزم لحسابك وعقودك وما يوجبه القانون من سجلات، ولا نبيعها.
identity-terms-end = الإنهاء
identity-terms-end-text = يمكنك التوقف متى شئت. تُنجز العقود المفتوحة أو تُلغى أولًا، وتبقى السجلات الواجب حفظها المدة التي يفرضها القانون.

identity-signed-in = تم تسجيل دخولك
identity-failed-attempts = { $n ->
    [one] محاولة فاشلة واحدة منذ آخر دخول لك
    [two] محاولتان فاشلتان منذ آخر دخول لك
    [few] { $n } محاولات فاشلة منذ آخر دخول لك
    [many] { $n } محاولة فاشلة منذ آخر دخول لك
   *[other] { $n } محاولة فاشلة منذ آخر دخول لك
}
identity-failed-attempts-text = إن لم تكن أنت فاختر كلمة مرور جديدة.
identity-last-sign-in = كان آخر دخول لك في { $at } من { $network }.
identity-first-sign-in = هذا أول دخول لك.
identity-last-sign-in-label = آخر دخول

identity-register-lead = أنشئ حسابك للانضمام إلى { $workspace }.
identity-roles-choice = ما الذي جاء بك إلى هنا؟
identity-role-client = عميل
identity-role-client-hint = لديّ عمل أريد من ينجزه.
identity-role-freelancer = مستقل
identity-role-freelancer-hint = أعرض عملي.
identity-role-owner = مالك
identity-role-admin = مدير
identity-role-finance = مسؤول مالي
identity-role-member = عضو
identity-check-mail = تفقّد بريدك
identity-check-mail-text = أرسلنا إليك رسالة فيها رابط صالح مدة 24 ساعة. إن لم تصلك فابحث في مجلد الرسائل غير المرغوبة.
identity-found = تأسيس مساحة عمل
identity-found-lead = تصبح مالكها وتدعو الآخرين إليها.
identity-founding-closed = مساحات العمل الجديدة يُنشئها مشغّل هذا الموقع. للانضمام إلى مساحة موجودة أدخل اسمها المختصر، وتجده في العنوان أو الدعوة التي وصلتك.
identity-workspace-name = اسم مساحة العمل
identity-workspace-slug = الاسم المختصر
identity-workspace-slug-hint = جزء من عنوانها: من 3 إلى 40 من الحروف اللاتينية الصغيرة والأرقام والشرطات.
identity-workspace-which-hint = مثل «atelier».
identity-currency = العملة

identity-verify = أكّد بريدك
identity-verify-lead = أرسلنا رابطًا إلى { $email }. افتحه لإتمام التسجيل؛ وحتى ذلك الحين يمكنك الدخول دون العمل.
identity-resend = أعد إرسال الرابط
identity-correct-address = العنوان خطأ؟ أدخل الصحيح
identity-correct-address-button = تصحيح العنوان
identity-forgot = نسيت كلمة المرور
identity-forgot-lead = أدخل بريدك. إن كان له حساب أرسلنا إليك رابطًا لاختيار كلمة مرور جديدة.
identity-forgot-button = أرسل الرابط
identity-forgot-sent = إن كان لهذا البريد حساب فالرابط في طريقه إليك، وهو صالح مدة ساعة.

identity-link-gone = لم يعد هذا الرابط صالحًا
identity-link-gone-text = استُخدم من قبل أو حلّ محله رابط أحدث أو انتهت مدته. اطلب رابطًا جديدًا من حيث طلبت هذا.
identity-link-verify = أكّد بريدك
identity-link-verify-lead = نقرة واحدة ويصبح هذا العنوان مرتبطًا بحسابك.
identity-link-verify-button = تأكيد العنوان
identity-link-verify-done = تم تأكيد عنوانك.
identity-link-reset = اختر كلمة مرور جديدة
identity-link-reset-lead = تنتهي كل جلساتك، وتسجّل الدخول من جديد بكلمة المرور الجديدة.
identity-link-reset-button = تعيين كلمة المرور
identity-link-reset-done = تم تعيين كلمة المرور الجديدة وانتهت كل الجلسات.
identity-link-unlock = رفع القفل
identity-link-unlock-lead = أُقفل تسجيل الدخول بعد عدة كلمات مرور خاطئة. ارفع القفل إن أردت الدخول الآن.
identity-link-unlock-button = رفع القفل
identity-link-unlock-done = يمكنك تسجيل الدخول من جديد.
identity-link-operator = تولّي التشغيل
identity-link-operator-lead = اختر اسمك وكلمة مرورك. هذا الحساب يدير هذا الموقع كله.
identity-link-operator-button = إنشاء الحساب
identity-link-operator-done = حسابك جاهز.

identity-account = حسابك
identity-security = تسجيل الدخول
identity-verified = مؤكَّد
identity-unverified = لم يُؤكَّد بعد
identity-joined = تاريخ الانضمام
identity-change-password = تغيير كلمة المرور
identity-delete-account = حذف هذا الحساب
identity-delete-account-text = يُحذف حساب { $email } وما أدخلته فيه فورًا. لا يمكن التراجع عن ذلك، ويمكنك التسجيل من جديد متى شئت.
identity-account-deleted = حُذف حسابك
identity-account-deleted-text = خرجت من كل مكان، وصار العنوان متاحًا من جديد.
identity-keep-others = إبقائي داخلًا على الأجهزة الأخرى
identity-keep-others-hint = وإلا انتهت كل الجلسات الأخرى الآن.
identity-sessions = الأجهزة التي دخلت منها
identity-sessions-hint = أنهِ ما لا تعرفه، ثم غيّر كلمة مرورك.
identity-session-device = الجهاز
identity-session-network = عنوان الشبكة
identity-session-since = وقت الدخول
identity-session-seen = آخر استخدام
identity-session-current = هذه الجلسة
identity-session-end = إنهاء
identity-session-end-others = إنهاء كل الجلسات الأخرى
identity-device-phone = هاتف
identity-device-tablet = جهاز لوحي
identity-device-computer = حاسوب
identity-device-program = برنامج
identity-workspaces = مساحات عملك
identity-no-workspace = لا مساحة عمل بعد
identity-no-workspace-text = افتح رابط دعوة، أو عنوان مساحة العمل التي تريد الانضمام إليها.
identity-join = الانضمام إلى مساحة العمل
identity-join-lead = تنضم إلى { $workspace } بحسابك.

identity-members = الأعضاء
identity-member = العضو
identity-role = الدور
identity-roles = الأدوار
identity-member-active = نشط
identity-member-deactivated = موقوف
identity-member-removed = أُزيل
identity-membership = العضوية
identity-deactivate = إيقاف العضوية
identity-reactivate = إعادة التفعيل
identity-deactivate-hint = لا يستطيع العضو الموقوف فتح مساحة العمل هذه، ويبقى ما أنجزه فيها.
identity-invite = دعوة
identity-invite-lead = نرسل رابطًا صالحًا سبعة أيام ولهذا العنوان وحده.
identity-invite-send = إرسال الدعوة
identity-invitations = الدعوات
identity-no-invitations = لا دعوات
identity-no-invitations-text = يظهر هنا من تدعوه حتى يقبل الدعوة.
identity-invitation-open = مفتوحة
identity-invitation-accepted = مقبولة
identity-invitation-revoked = مسحوبة
identity-invitation-expired = منتهية
identity-invited-by = الداعي
identity-until = صالحة حتى
identity-revoke = سحب الدعوة
identity-invitation = دعوة
identity-invitation-lead = يدعوك { $person } إلى { $workspace } بصفة { $role }. الدعوة موجّهة إلى { $email }.
identity-invitation-accept = قبول الدعوة
identity-invitation-register = إنشاء حساب والانضمام
identity-invitation-sign-in = لهذا البريد حساب
identity-invitation-sign-in-text = سجّل الدخول أولًا، ثم افتح الرابط في بريدك من جديد.
identity-invitation-gone-text = قُبلت الدعوة أو سُحبت أو انقضت أيامها السبعة. اطلب دعوة جديدة.

identity-made = تاريخ التسجيل
identity-link-verify-yours = هل هذا الحساب لك؟
identity-link-verify-yours-text = لم تسجّل الدخول إليه من هنا. أكّد فقط إن كنت أنت من سجّل وتعرف كلمة مروره: فمن سجّل يستطيع الدخول متى أُكّد العنوان.
identity-link-not-me = لست أنا
identity-link-not-me-done = حُذف الحساب، ولا أحد يستطيع استعمال عنوانك به.
identity-link-address = أكّد عنوانك الجديد
identity-link-address-lead = من الآن تسجّل الدخول بهذا العنوان، وإليه تصل الرسائل.
identity-link-address-button = استعمل هذا العنوان
identity-link-address-done = انتقل حسابك إلى هذا العنوان، وأُرسل إلى العنوان السابق طريق للعودة.
identity-link-undo = التراجع عن التغيير
identity-link-undo-lead = يعود حسابك إلى العنوان السابق، وتنتهي كل الجلسات، ونرسل إليك رابطًا لاختيار كلمة مرور جديدة.
identity-link-undo-button = أعِد عنواني
identity-link-undo-done = عاد عنوانك وانتهت كل الجلسات. اختر كلمة مرور جديدة عبر الرابط الذي أرسلناه إليك الآن.
identity-link-disown = لست أنا
identity-link-disown-lead = يُغلق الحساب الذي أُنشئ بعنوانك أمام من أنشأه: تنتهي كل الجلسات ولا تصلح كلمة مروره لأحد. يمكنك أن تجعله لك باختيار كلمة مرور، أو أن تتركه.
identity-link-disown-button = لست أنا، أغلقه
identity-link-disown-done = لم يعد أحد مسجّلًا في هذا الحساب، ولا تصلح كلمة مروره لأحد.
identity-change-address = تغيير العنوان
identity-change-address-lead = نرسل رابطًا إلى العنوان الجديد، ويبقى كل شيء كما هو حتى تفتحه.
identity-change-address-sent = إن أمكن استعمال العنوان فقد أُرسل إليه رابط صالح لمدة 24 ساعة، ولا يتغير شيء حتى ذلك الحين.
identity-new-address = العنوان الجديد
identity-delete-account-hint = يُمحى حسابك بعد { $days } يومًا من طلبك. تسجيل الدخول قبل ذلك يُبقيه.
identity-delete-account-later = يُمحى حساب { $email } بعد { $days } يومًا: اسمك وعنوانك وملفك وجلساتك. تسجيل الدخول قبل ذلك يُبقيه. تبقى العقود والمدفوعات وسجلاتها من دون اسمك.
identity-delete-confirm = أكّد بكلمة
identity-delete-confirm-hint = اكتب { $word }.
identity-delete-word = حذف
identity-delete-first = يجب تسوية أمر أولًا
identity-account-waits = سيُحذف حسابك
identity-account-waits-text = خرجت من كل مكان وأرسلنا إليك التاريخ. سجّل الدخول قبله إن أردت الاحتفاظ به.
identity-account-kept = حسابك باقٍ
identity-account-kept-text = سجّلت الدخول وهو ينتظر الحذف، فلن يُحذف.
identity-remove = إزالة من مساحة العمل
identity-remove-hint = الإزالة تُنهي العضوية نهائيًا، ويُعطى ما يملكه العضو لغيره.
identity-remove-text = يغادر العضو { $workspace } نهائيًا، ولا تعيده إلا دعوة جديدة.
identity-leave = مغادرة مساحة العمل
identity-leave-text = تغادر { $workspace } نهائيًا، ولا تعيدك إلا دعوة جديدة.
identity-new-owner = من يتولّى
identity-new-owner-choose = اختر عضوًا
identity-new-owner-hint = { $n ->
    [zero] لا سجلات تُعطى لهذا العضو.
    [one] يُعطى سجل واحد لهذا العضو.
    [two] يُعطى سجلان لهذا العضو.
    [few] تُعطى { $n } سجلات لهذا العضو.
    [many] يُعطى { $n } سجلًا لهذا العضو.
   *[other] يُعطى { $n } سجل لهذا العضو.
}
identity-transfer = تسليم مساحة العمل
identity-transfer-hint = يصير هذا العضو المالك مكانك، وتبقى أنت مديرًا.
identity-transfer-text = يصير هذا العضو مالكًا لمساحة { $workspace }. لا تعود أنت مالكًا وتبقى مديرًا، ولا يعيد الدور إليك إلا مالك.
identity-roles-lead = ما يجوز لكل دور تحدده المنتجات. هنا تقرر على كم جهاز يجوز لأصحابه أن يكونوا مسجّلين.
identity-session-cap = الجلسات في وقت واحد
identity-session-cap-hint = من 1 إلى 100. فارغ: عشر جلسات كما في كل مكان.
identity-session-cap-usual = عشر، كما في كل مكان
identity-place-this-machine = هذا الجهاز
identity-place-local-network = الشبكة المحلية
identity-place-unknown = المكان غير معروف
identity-idle-seconds = تسجيل الخروج بعد عدم استخدام لمدة
identity-idle-seconds-hint = يسري على الجلسات الجارية أيضًا خلال ثوانٍ. قد تكون أدوار أخرى للشخص نفسه أشد.
identity-absolute-seconds = تسجيل الخروج في كل الأحوال بعد
identity-absolute-seconds-hint = تُحسب المدة من وقت الدخول مهما كثر استخدام الجلسة.
identity-span-usual = كما في كل مكان
identity-span-seconds = { $n ->
    [zero] لا ثوانٍ
    [one] ثانية واحدة
    [two] ثانيتان
    [few] { $n } ثوانٍ
    [many] { $n } ثانية
   *[other] { $n } ثانية
}
identity-span-minutes = { $n ->
    [zero] لا دقائق
    [one] دقيقة واحدة
    [two] دقيقتان
    [few] { $n } دقائق
    [many] { $n } دقيقة
   *[other] { $n } دقيقة
}
identity-span-hours = { $n ->
    [zero] لا ساعات
    [one] ساعة واحدة
    [two] ساعتان
    [few] { $n } ساعات
    [many] { $n } ساعة
   *[other] { $n } ساعة
}
identity-span-days = { $n ->
    [zero] لا أيام
    [one] يوم واحد
    [two] يومان
    [few] { $n } أيام
    [many] { $n } يومًا
   *[other] { $n } يوم
}
identity-session-policy = عند تسجيل دخول إضافي
identity-session-policy-end-oldest = إنهاء الجلسة الأقدم استعمالًا
identity-session-policy-hint = الرفض لمن لا ينتمي إلى مساحة عمل أخرى فقط، وعند غيره تنتهي الجلسة الأقدم استعمالًا.
identity-session-policy-refuse = رفض الجلسة الجديدة

# أسباب الرفض.
error-invalid-credentials = البريد الإلكتروني أو كلمة المرور غير صحيحة.
error-account-suspended = هذا الحساب موقوف. راسل القائم على تشغيل هذا الموقع.
error-too-many-attempts = كلمات مرور خاطئة كثيرة. حاول بعد { $minutes ->
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقة
   *[other] { $minutes } دقيقة
}، أو استخدم الرابط الذي أرسلناه إلى العنوان.
error-busy = كثيرون يسجّلون الدخول الآن. حاول بعد ثوانٍ.
error-token-invalid = لم يعد هذا الرابط صالحًا: استُخدم أو استُبدل أو انتهت مدته.
error-password-too-short = استخدم 12 حرفًا على الأقل.
error-password-too-long = استخدم 128 حرفًا على الأكثر.
error-name-has-link = لا تضع عناوين مواقع في الأسماء.
error-password-common = هذه الكلمة من أول ما يُخمَّن. اختر غيرها.
error-password-repeated = كلمة المرور هذه تكرر نفسها. اختر غيرها.
error-password-sequence = كلمة المرور هذه تسلسل بسيط. اختر غيرها.
error-password-contains-email = لا تضع بريدك الإلكتروني في كلمة مرورك.
error-password-contains-name = لا تضع اسمك في كلمة مرورك.
error-password-contains-product = لا تضع اسم هذا الموقع في كلمة مرورك.
error-password-same = هذه كلمة مرورك الحالية. اختر غيرها.
error-current-password-wrong = هذه ليست كلمة مرورك الحالية.
error-already-verified = هذا العنوان مؤكَّد من قبل.
error-account-exists = لهذا البريد حساب. سجّل الدخول به.
error-already-member = هذا الحساب عضو في مساحة العمل.
error-founding-closed = مساحات العمل الجديدة يُنشئها مشغّل هذا الموقع.
error-slug-taken = هذا الاسم المختصر مأخوذ. اختر غيره.
error-invalid-slug = استخدم من 3 إلى 40 من الحروف اللاتينية الصغيرة والأرقام والشرطات، على أن يبدأ بحرف.
error-configuration-error = لم يكتمل إعداد مساحة العمل هذه، وعلى مالكها إصلاح ذلك أولًا. لم يُحفظ شيء.
error-operator-exists = لهذا الموقع مشغّل بالفعل.
error-role-above-own = هذا العضو أعلى منك رتبة. لم يتغير شيء.
error-role-beyond-own = لا يمكنك منح دور يملك أكثر مما تملك. لم يتغير شيء.
error-last-owner = لا بد لمساحة العمل من مالك واحد على الأقل. عيّن مالكًا آخر أولًا.
error-member-not-active = هذه العضوية غير نشطة.
error-member-not-deactivated = هذه العضوية غير موقوفة.
error-already-invited = لهذا البريد دعوة مفتوحة.
error-invitation-not-open = لم تعد هذه الدعوة مفتوحة.
error-invitation-other-address = هذه الدعوة لعنوان آخر. سجّل الدخول بالحساب الذي أُرسلت إليه.
error-too-many-sessions = أنت مسجّل الدخول على { $most ->
    [zero] لا أجهزة
    [one] جهاز واحد
    [two] جهازين
    [few] { $most } أجهزة
    [many] { $most } جهازًا
   *[other] { $most } جهاز
}، وهذا كل ما يسمح به دورك. اخرج من أحدها أولًا.
error-email-same = هذا عنوانك الحالي.
error-owner-required = أنت المالك الوحيد لمساحة { $workspace }. سلّمها إلى عضو آخر أولًا.
error-member-owns-records = ما زالت لهذا العضو مشاريع مفتوحة. اختر من يتولاها أو أنهها أولًا.
error-already-owner = هذا العضو مالك أصلًا.
error-not-owner = لا يسلّم مساحة العمل إلا مالك.

# الرسائل.
mail-verify-subject = أكّد بريدك الإلكتروني
mail-verify-body = مرحبًا { $name }، أهلًا بك في Guildhall. أكّد أن هذا العنوان لك؛ الرابط صالح مدة 24 ساعة. إن لم تكن أنت من سجّل فتجاهل هذه الرسالة، ويُحذف الحساب بعد سبعة أيام.
mail-verify-button = تأكيد العنوان
mail-exists-subject = لديك حساب من قبل
mail-exists-body = مرحبًا { $name }، حاول شخص ما – لعله أنت – التسجيل بهذا العنوان، وله حساب من قبل. سجّل الدخول، أو اختر كلمة مرور جديدة إن نسيتها. لم يتغير شيء.
mail-exists-button = تسجيل الدخول
mail-reset-subject = اختر كلمة مرور جديدة
mail-reset-body = مرحبًا { $name }، طُلبت كلمة مرور جديدة لهذا العنوان. الرابط صالح مدة ساعة ولمرة واحدة. إن لم تكن أنت فتجاهل هذه الرسالة، وتبقى كلمة مرورك كما هي.
mail-reset-button = اختيار كلمة مرور
mail-reset-done-subject = أُعيد تعيين كلمة مرورك
mail-reset-done-body = عُيّنت كلمة مرور جديدة برابط أُرسل إلى هذا العنوان، من { $network }، وانتهت كل الجلسات. إن لم تكن أنت فأمّن بريدك واطلب رابطًا جديدًا فورًا.
mail-reset-done-button = تسجيل الدخول
mail-password-changed-subject = غُيّرت كلمة مرورك
mail-password-changed-body = غُيّرت كلمة مرور حسابك من { $network }. إن لم تكن أنت فعيّن كلمة جديدة فورًا.
mail-password-changed-button = تعيين كلمة مرور جديدة
mail-locked-subject = أُقفل تسجيل الدخول مؤقتًا
mail-locked-body = بعد عدة كلمات مرور خاطئة، آخرها من { $network }، أُقفل تسجيل الدخول إلى حسابك مدة { $minutes ->
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقة
   *[other] { $minutes } دقيقة
}. الجلسات المفتوحة مستمرة. إن كنت أنت فيمكنك رفع القفل الآن، وإلا فلا يلزمك فعل شيء.
mail-locked-button = رفع القفل
mail-invited-subject = دعوة إلى { $workspace }
mail-invited-body = يدعوك { $person } إلى { $workspace } على Guildhall. الرابط صالح سبعة أيام ولهذا العنوان وحده.
mail-invited-button = عرض الدعوة
mail-operator-subject = أنت الآن مشغّل هذا الموقع
mail-operator-body = مرحبًا { $name }، حساب التشغيل جاهز. إن لم تكن أنت من أنشأه فقد وصل أحدهم إلى الخادم: تحقّق من ذلك فورًا.
mail-operator-button = تسجيل الدخول
mail-confirmed-subject = أُكّد عنوانك
mail-confirmed-body = مرحبًا { $name }، أُكّد عنوان حسابك الآن من { $network }. إن كنت أنت من سجّل فكل شيء على ما يرام. وإن أنشأ غيرك هذا الحساب بعنوانك فأغلقه الآن؛ الرابط صالح لثلاثة أيام.
mail-confirmed-button = لست أنا
mail-address-subject = أكّد عنوانك الجديد
mail-address-body = مرحبًا { $name }، تريد استعمال هذا العنوان لحسابك. الرابط صالح لمدة 24 ساعة، ولا يتغير شيء حتى تفتحه. إن لم تكن أنت فتجاهل هذه الرسالة.
mail-address-button = تأكيد العنوان الجديد
mail-address-changed-subject = تغيّر عنوان حسابك
mail-address-changed-body = مرحبًا { $name }، يستعمل حسابك الآن عنوانًا آخر، وقد أُكّد التغيير من { $network }. إن لم تكن أنت فتراجع عنه: يعود عنوانك وتنتهي كل الجلسات. الرابط صالح لثلاثة أيام.
mail-address-changed-button = لست أنا، تراجع
mail-address-restored-subject = عاد عنوانك
mail-address-restored-body = مرحبًا { $name }، يستعمل حسابك هذا العنوان من جديد وانتهت كل الجلسات. من غيّره كان يعرف كلمة مرورك: اختر كلمة جديدة الآن. الرابط صالح لساعة واحدة.
mail-address-restored-button = اختيار كلمة مرور جديدة
mail-deletion-requested-subject = سيُحذف حسابك
mail-deletion-requested-body = مرحبًا { $name }، طلب أحد – لعله أنت – من { $network } حذف حسابك. يُمحى في { $date }. سجّل الدخول قبل ذلك إن أردت الاحتفاظ به.
mail-deletion-requested-button = تسجيل الدخول والاحتفاظ به
mail-deletion-cancelled-subject = لن يُحذف حسابك
mail-deletion-cancelled-body = مرحبًا { $name }، كان حسابك سيُحذف وهو باقٍ: سجّل أحد الدخول إليه، أو طرأ أمر يجب تسويته أولًا.
mail-deletion-cancelled-button = عرض حسابك

notice-roles-title = تغيّرت أدوارك
notice-roles-body = قد يختلف الآن ما يمكنك فعله في مساحة العمل هذه.
notice-taken-over-title = توليت سجلات عضو غادر
notice-taken-over-body = { $n ->
    [zero] لا سجلات جديدة لك.
    [one] صار سجل واحد لك.
    [two] صار سجلان لك.
    [few] صارت { $n } سجلات لك.
    [many] صار { $n } سجلًا لك.
   *[other] صار { $n } سجل لك.
}
identity-members-all = الكل
