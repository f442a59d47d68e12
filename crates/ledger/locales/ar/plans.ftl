# باقات المستقلين.
error-plan-of-payee = للمستقلين وحدهم باقات؛ اترك الحقل فارغًا في جانب العميل.
ledger-plan = الباقة
ledger-plan-any = كل الباقات
ledger-plan-free = المجانية
ledger-plan-pro = الاحترافية
ledger-plan-business = باقة الأعمال
ledger-plans = الباقات
ledger-plans-lead = تُحسب عمولة كل مستقل وفق باقته لما يُموَّل أثناء سريانها. هنا من حُدِّدت باقاتهم؛ ابحث عن غيرهم بالاسم.
ledger-plans-search = الاسم
ledger-plans-find = بحث
ledger-plans-member = العضو
ledger-plans-empty = لا أحد لديه باقة خاصة
ledger-plans-empty-text = ابحث عن عضو بالاسم لتحديد باقته. لكل من سواه الباقة المجانية.
notice-plan-set-title = تغيّرت باقتك
notice-plan-set-body = باقتك الآن هي { $plan ->
    [pro] الاحترافية
    [business] باقة الأعمال
   *[free] المجانية
}. تتبعها عمولتك للمراحل التي تُموَّل من الآن.
ledger-to-members = الأعضاء
