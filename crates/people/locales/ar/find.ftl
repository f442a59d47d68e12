error-showcase-full = تعرض بالفعل أقصى ما يتسع له المكان. أزل شيئًا أولًا.
error-ends-before-it-begins = هذه السنة قبل سنة البدء.
people-any = الكل
people-field-weekly-hours = ساعات متاحة في الأسبوع
people-hours-told = { $n ->
    [one] ساعة واحدة في الأسبوع
    [two] ساعتان في الأسبوع
    [few] { $n } ساعات في الأسبوع
   *[other] { $n } ساعة في الأسبوع
}
people-language = اللغة
people-rate-from = الأجر من
people-rate-to = الأجر حتى
people-from-sum = من { $sum }
people-to-sum = حتى { $sum }
people-rating = التقييم
people-rating-from = { $stars } نجوم فأكثر
people-zone-shared = ساعات عمل مشتركة مع
people-overlap-hours = الساعات المشتركة
people-overlap-hint = تُحسب 4 ساعات إذا اختيرت المنطقة الزمنية وحدها. ومن دونها تُعتمد منطقتك.
people-overlap-chip = { $n ->
    [one] ساعة مع { $zone }
    [two] ساعتان مع { $zone }
    [few] { $n } ساعات مع { $zone }
   *[other] { $n } ساعة مع { $zone }
}
people-skills-match = مطابقة المهارات
people-skills-all = كلها
people-skills-any = أيٌّ منها
people-narrow-by-skill = ضيّق بحسب المهارة
people-sort = الترتيب
people-sort-relevance = الأنسب أولًا
people-sort-newest = الأحدث أولًا
people-sort-rating = الأعلى تقييمًا أولًا
people-sort-rate-low = الأقل أجرًا أولًا
people-sort-rate-high = الأعلى أجرًا أولًا
people-search-instead = نتائج البحث عن { $words }
people-search-none-for = لم يُعثر على شيء لعبارة «{ $words }».
people-showcase = ما أعرضه
people-showcase-lead = تظهر الأعمال والتعليم والشهادات في صفحتك لكل من يحق له رؤيتها. الملفات للأعضاء فقط.
people-showcase-kind = النوع
people-showcase-portfolio = معرض الأعمال
people-showcase-education = التعليم
people-showcase-certificate = الشهادات
people-showcase-title = العنوان
people-showcase-place = المكان
people-showcase-place-hint = العميل أو المدرسة أو جهة منح الشهادة.
people-showcase-text = نبذة
people-showcase-link = رابط
people-showcase-from = السنة أو سنة البدء
people-showcase-to = سنة الانتهاء
people-showcase-files = ملفات
people-showcase-add = أضف
people-showcase-remove = إزالة
people-showcase-none = لا شيء هنا بعد
people-showcase-none-text = ما تضيفه أعلاه يظهر في صفحتك.
