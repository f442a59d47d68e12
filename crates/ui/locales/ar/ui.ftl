# The frame and the fixed words of parts.
ui-brand = Guildhall
ui-foot = ‏Guildhall: عملٌ ومالٌ وعهدٌ مصون.
ui-skip = انتقل إلى المحتوى
ui-nav = الأقسام
ui-nav-short = الأقسام الرئيسة
ui-more = المزيد
ui-breadcrumbs = موضعك في الموقع
ui-switch-workspace = { $name }، تبديل مساحة العمل
ui-search = بحث
ui-search-projects = البحث في المشاريع
ui-notices = الإشعارات
ui-unread = غير مقروءة
ui-display = العرض واللغة
ui-theme = المظهر
ui-theme-system = كما في هذا الجهاز
ui-theme-light = فاتح
ui-theme-dark = داكن
ui-language = اللغة
ui-keys = اختصارات لوحة المفاتيح
ui-keys-text = ‏/ للبحث، j وk للتنقل في القائمة، x لتحديد صف
ui-account-menu = قائمة حسابك
ui-workspaces = مساحات عملك
ui-account = الحساب والإعدادات
ui-sign-in = تسجيل الدخول
ui-sign-out = تسجيل الخروج
ui-register = إنشاء حساب
ui-try-again = أعد المحاولة
ui-part-failed = تعذّر تحميل هذا الجزء
ui-part-failed-text = باقي الصفحة كامل.
ui-to-work = العودة إلى عملك
ui-to-home = إلى الصفحة الرئيسة

# Parts
ui-optional = (اختياري)
ui-errors-title = بعض البيانات تحتاج إلى مراجعتك
ui-draft-restored = أعدنا إليك ما كتبته هنا من قبل.
ui-draft-discard = تجاهله
ui-remove-filter = إزالة التصفية: { $name }
ui-filters-on = عوامل التصفية المستخدمة
ui-more-filters = مزيد من عوامل التصفية
ui-clear-filters = إزالة التصفية
ui-none-match = لا شيء يطابق
ui-none-match-text = لا يطابق أي عنصر ما اخترته.
ui-why = عرض القيود التي يتكون منها هذا المبلغ
ui-held = محجوز
ui-pending = قيد التسوية
ui-available = متاح
ui-overdue = متأخر
ui-due-soon = موعده
ui-pages = صفحات هذه القائمة
ui-previous = السابق
ui-next = التالي
ui-pick = تحديد
ui-bulk = العناصر المحددة
ui-hide-equal = إخفاء الصفوف المتطابقة
ui-back = رجوع
ui-step-done = تمّت
ui-step-current = الحالية
ui-step-todo = لاحقًا
ui-entry-change = تغيير
ui-entry-money = مال
ui-entry-message = رسالة
ui-entry-person = شخص
ui-standing = الوضع الحالي
ui-acts-next = من عليه الدور
ui-by-when = الموعد
ui-money = المال
ui-day = اليوم
ui-cause = السبب
ui-sum = المبلغ
ui-balance = الرصيد
ui-opening = الرصيد الافتتاحي
ui-closing = الرصيد الختامي
ui-name = الاسم
ui-as-table = عرض في جدول
ui-conversation = المحادثة
ui-unread-line = جديد منذ زيارتك الأخيرة
ui-loading = جارٍ التحميل
ui-stars = { $n } من 5 نجوم
ui-reviews = { $n ->
    [zero] لا تقييمات
    [one] تقييم واحد
    [two] تقييمان
    [few] { $n } تقييمات
    [many] { $n } تقييمًا
   *[other] { $n } تقييم
}
ui-star-1 = ضعيف
ui-star-2 = مقبول
ui-star-3 = جيد
ui-star-4 = جيد جدًا
ui-star-5 = ممتاز
ui-size-bytes = { $n ->
    [zero] فارغ
    [one] بايت واحد
    [two] بايتان
    [few] { $n } بايتات
    [many] { $n } بايتًا
   *[other] { $n } بايت
}
ui-size-kb = { $n } ك.ب
ui-size-mb = { $n } م.ب

# Times
ui-utc = بالتوقيت العالمي
ui-now = الآن
ui-in-minutes = { $n ->
    [one] خلال دقيقة واحدة
    [two] خلال دقيقتين
    [few] خلال { $n } دقائق
   *[other] خلال { $n } دقيقة
}
ui-in-hours = { $n ->
    [one] خلال ساعة واحدة
    [two] خلال ساعتين
    [few] خلال { $n } ساعات
   *[other] خلال { $n } ساعة
}
ui-in-days = { $n ->
    [one] خلال يوم واحد
    [two] خلال يومين
    [few] خلال { $n } أيام
    [many] خلال { $n } يومًا
   *[other] خلال { $n } يوم
}
ui-in-months = { $n ->
    [one] خلال شهر واحد
    [two] خلال شهرين
    [few] خلال { $n } أشهر
    [many] خلال { $n } شهرًا
   *[other] خلال { $n } شهر
}
ui-in-years = { $n ->
    [one] خلال سنة واحدة
    [two] خلال سنتين
    [few] خلال { $n } سنوات
   *[other] خلال { $n } سنة
}
ui-ago-minutes = { $n ->
    [one] قبل دقيقة واحدة
    [two] قبل دقيقتين
    [few] قبل { $n } دقائق
   *[other] قبل { $n } دقيقة
}
ui-ago-hours = { $n ->
    [one] قبل ساعة واحدة
    [two] قبل ساعتين
    [few] قبل { $n } ساعات
   *[other] قبل { $n } ساعة
}
ui-ago-days = { $n ->
    [one] قبل يوم واحد
    [two] قبل يومين
    [few] قبل { $n } أيام
    [many] قبل { $n } يومًا
   *[other] قبل { $n } يوم
}
ui-ago-months = { $n ->
    [one] قبل شهر واحد
    [two] قبل شهرين
    [few] قبل { $n } أشهر
    [many] قبل { $n } شهرًا
   *[other] قبل { $n } شهر
}
ui-ago-years = { $n ->
    [one] قبل سنة واحدة
    [two] قبل سنتين
    [few] قبل { $n } سنوات
   *[other] قبل { $n } سنة
}
ui-month-1 = يناير
ui-month-2 = فبراير
ui-month-3 = مارس
ui-month-4 = أبريل
ui-month-5 = مايو
ui-month-6 = يونيو
ui-month-7 = يوليو
ui-month-8 = أغسطس
ui-month-9 = سبتمبر
ui-month-10 = أكتوبر
ui-month-11 = نوفمبر
ui-month-12 = ديسمبر

# Pages for what is in the way
ui-error-request = الرقم المرجعي للدعم: { $id } ({ $status }، { $code })
ui-error-400-title = تعذّرت علينا قراءة هذا الطلب
ui-error-400-text = لم يتغير شيء. ارجع وراجع ما أدخلته ثم أرسله من جديد.
ui-error-401-title = سجّل الدخول للمتابعة
ui-error-401-text = انتهت جلستك أو لم تسجّل الدخول بعد. لم يضِع شيء؛ سجّل الدخول ثم افتح هذه الصفحة مرة أخرى.
ui-error-403-title = هذه الصفحة ليست متاحة لك
ui-error-403-text = ليس لحسابك صلاحية لهذا الإجراء هنا، ولم يتغير شيء. اطلب الصلاحية من أحد مالكي مساحة العمل إن احتجت إليها.
ui-error-404-title = لا شيء هنا
ui-error-404-text = قد يكون في العنوان خطأ، أو حُذف ما كان هنا، أو هو ملك لغيرك.
ui-error-409-title = تغيّر شيء في هذه الأثناء
ui-error-409-text = سبقك شخص آخر، فلم يُنفَّذ تعديلك. افتح الصفحة من جديد واطّلع على الوضع الحالي ثم قرّر.
ui-error-410-title = لم يعد هذا موجودًا
ui-error-410-text = انتهى ما كان هنا أو انتهت صلاحية رابطه، ولن يعود في هذا العنوان.
ui-error-413-title = الحجم أكبر من المسموح
ui-error-413-text = لم يُحفظ شيء. أرسل ملفًا أصغر أو قسّمه إلى أجزاء.
ui-error-429-title = طلبات كثيرة في وقت قصير
ui-error-429-text = انتظر دقيقة ثم أعد المحاولة. لم يضِع شيء ولم يتحرك أي مال.
ui-error-500-title = حدث خطأ من جهتنا
ui-error-500-text = سُجّل الخطأ لدينا. المال يتحرك مرة واحدة أو لا يتحرك أبدًا: اطّلع على وضع عملك قبل أن تعيد المحاولة.
ui-error-503-title = الخدمة غير متاحة للحظات
ui-error-503-text = أعد المحاولة بعد قليل. ما حفظته محفوظ، ولم يتحرك أي مال.

ui-merge-title = عدّل شخص آخر هذا في هذه الأثناء
ui-merge-lead = لم يضِع شيء مما كتبته ولم يُستبدل شيء. اختر لكل حقل النص الذي يبقى، ثم احفظ.
ui-merge-caption = نصّك بجانب النص المحفوظ الآن
ui-merge-mine = نصّك
ui-merge-now = المحفوظ الآن
ui-merge-empty = (فارغ)
ui-merge-save = حفظ ما اخترته
ui-merge-drop = إبقاؤه كما هو الآن

# ما يقال حين يتعذر إرسال نموذج
ui-send-400 = تعذر قبول هذا
ui-send-400-text = لم يتغير شيء، وما كتبته ما زال هنا. راجعه ثم أرسله من جديد.
ui-send-401 = انتهت جلستك
ui-send-401-text = ما كتبته محفوظ في هذا المتصفح. سجّل الدخول وستعود إليه.
ui-send-403 = لا يحق لك هذا
ui-send-403-text = ليس لحسابك حق القيام بهذا هنا. لم يتغير شيء، وما كتبته ما زال هنا.
ui-send-404 = لم يعد هذا هنا
ui-send-404-text = أزيل أو لم يعد متاحًا لك. لم يتغير شيء، وما كتبته ما زال هنا لتنسخه.
ui-send-409 = تغيّر شيء في هذه الأثناء
ui-send-409-text = سبقك غيرك إلى التعديل فلم يُجرَ تعديلك. ما كتبته ما زال هنا؛ قارنه بالوضع الحالي.
ui-send-422 = بعض الأمور تحتاج إلى انتباهك
ui-send-422-text = لم يتغير شيء بعد. أصلح ما عُلّم ثم أرسله من جديد.
ui-send-429 = طلبات كثيرة دفعة واحدة
ui-send-500 = حدث خطأ من جهتنا
ui-send-again = حاول من جديد
ui-send-back = ارجع
ui-send-fresh = تغيّر شيء في هذه الصفحة.
ui-send-go = يمكنك الإرسال الآن.
ui-send-kept = ما كتبته ما زال هنا.
ui-send-look-first = ما كتبته ما زال هنا. تحقق من وصوله قبل أن ترسله من جديد.
ui-send-network = انقطع الاتصال
ui-send-now-stands = هذا هو الموجود الآن:
ui-send-offline = أنت غير متصل بالشبكة. ما تكتبه محفوظ هنا.
ui-send-offline-link = أنت غير متصل بالشبكة. ستبقى هذه الصفحة مفتوحة؛ أعد المحاولة حين يعود الاتصال.
ui-send-once = ما كتبته ما زال هنا. حاول من جديد: يُنفَّذ مرة واحدة حتى لو كان قد وصل من قبل.
ui-send-online = عاد الاتصال بالشبكة.
ui-send-open-again = تجاهل ما كتبتُ وافتح الصفحة من جديد
ui-send-reference = مرجع للدعم:
ui-send-send-mine = أرسل ما كتبتُ رغم ذلك
ui-send-show = اعرضه
ui-send-sign-in = تسجيل الدخول
ui-send-timeout = لم يصل رد في الوقت المناسب
ui-send-wait = ثوانٍ حتى يمكنك الإرسال من جديد:
