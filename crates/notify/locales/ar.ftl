# Notices in the workspace
notify-title = الإشعارات
notify-all = الكل
notify-unread = غير المقروءة
notify-read-all = اعتبار الكل مقروءاً
notify-preferences = اختر ما يصلك
notify-preferences-lead = اختر لكل نوع من الإشعارات هل يظهر هنا وهل نرسله إليك بالبريد.
notify-empty-title = لا إشعارات
notify-empty-text = حين يحدث في عملك ما ينبغي أن تعرفه سيظهر هنا.
notify-what = ما الذي حدث
notify-details = التفاصيل
notify-when = متى
notify-open = فتح
notify-new = جديد
notify-repeats = { $n ->
    [zero] { $n } مرة
    [one] مرة واحدة
    [two] مرتان
    [few] { $n } مرات
    [many] { $n } مرة
   *[other] { $n } مرة
}
notify-kind = نوع الإشعار
notify-in-app = هنا
notify-mail = بالبريد
notify-save = حفظ الاختيارات
notify-saved = حُفظت اختياراتك.
notify-back = العودة إلى الإشعارات
notify-security-always = إشعارات أمان حسابك تُرسل دائماً.
notify-kind-project-edited = عُدّل مشروع تقدّمت إليه بعرض
notify-kind-project-cancelled = أُلغي مشروع تقدّمت إليه بعرض
notify-kind-project-position-free = شغر مكان في مشروعك
notify-kind-project-expiring = مشروعك على وشك الانتهاء
notify-kind-project-expired = انتهت مدة مشروعك
notify-kind-proposal-received = عرض جديد على مشروعك
notify-kind-proposal-withdrawn = سُحب أحد العروض
notify-kind-proposal-shortlisted = أُدرج عرضك في القائمة المختصرة
notify-kind-proposal-declined = رُفض عرضك
notify-kind-proposal-closed = اكتمل مشروع بغير عرضك
notify-kind-offer-received = وصلك عرض تعاقد
notify-kind-offer-retracted = سُحب عرض تعاقد كان موجّهاً إليك
notify-kind-offer-accepted = قُبل عرض التعاقد الذي أرسلته
notify-kind-offer-declined = رُفض عرض التعاقد الذي أرسلته
notify-kind-offer-expired = انتهت مهلة عرض تعاقد
notify-kind-contract-cancelled = أُلغي عقد
notify-kind-milestone-funded = مُوّلت مرحلة
notify-kind-milestone-paid = دفعتك لمرحلة صارت محفوظة
notify-kind-delivery-submitted = سُلّم إليك عمل
notify-kind-review-reminder = تسليم ينتظر قرارك
notify-kind-changes-requested = طُلبت تعديلات على تسليمك
notify-kind-delivery-approved = قُبل تسليمك
notify-kind-milestone-released = صُرف مبلغ مرحلتك تلقائياً
notify-kind-delivery-auto-approved = قُبل تسليم لانقضاء مهلته
notify-kind-sign-off-asked = عقد جاهز للإقرار بإنهائه
notify-kind-contract-signed-off = أقرّ الطرف الآخر بإنهاء عقد
notify-kind-contract-completed = اكتمل عقد
notify-kind-review-received = كتب الطرف الآخر تقييماً
notify-kind-review-published = نُشرت تقييمات عقد
notify-kind-payment-failed = فشلت إحدى دفعاتك
notify-kind-refund-made = أُعيد إليك مبلغ
notify-kind-refund-stuck = تعذّرت إعادة مبلغ
notify-kind-chargeback-opened = اعتُرض على دفعة لدى المصرف
notify-kind-payout-paid = وصلت حوالة السحب
notify-kind-payout-failed = فشلت حوالة السحب
notify-kind-payout-returned = عادت حوالة السحب

# Mail
mail-open = افتح في Guildhall
mail-copy-link = إن لم يعمل الزر فانسخ هذا العنوان إلى متصفحك:
mail-preferences = اختر ما يُرسل إليك بالبريد
mail-foot-notice = وصلتك هذه الرسالة لأنك عضو في مساحة العمل هذه.
mail-foot-account = وصلتك هذه الرسالة لأن هذا العنوان مستعمل لحساب في Guildhall. لا نطلب كلمة مرورك بالبريد أبداً.
mail-test-subject = رسالة تجربة إلى { $name }
mail-test-body = تُظهر هذه الرسالة أن الإرسال يعمل يا { $name }.
mail-test-button = افتح Guildhall
notice-test-title = إشعار تجربة
notice-test-body = يُظهر هذا الإشعار أن الإرسال يعمل.
