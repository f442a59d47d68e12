use crate::{Locale, parts::Tone};
use base::{Currency, Instant, Money};

/// Words for samples, in one language.
pub(super) struct Samples {
    pub locale: Locale,
    pub now: Instant,
    pub gallery: &'static str,
    pub title: &'static str,
    pub sentence: &'static str,
    pub name: &'static str,
    pub status: &'static str,
    pub amount: &'static str,
    pub total: &'static str,
    pub date: &'static str,
    pub file: &'static str,
    pub password: &'static str,
    pub send: &'static str,
    pub edit: &'static str,
    pub delete: &'static str,
    pub more: &'static str,
    pub person: &'static str,
    pub company: &'static str,
    pub skill: &'static str,
    pub markdown: &'static str,
    states: [&'static str; 5],
}

impl Samples {
    pub fn of(locale: Locale) -> Self {
        match locale {
            Locale::En => Self {
                locale,
                now: Instant(jiff::Timestamp::constant(1_795_190_700, 0)),
                gallery: "Parts of the pages",
                title: "Rebuild the order pages",
                sentence: "The client has three days to accept the work or ask for changes.",
                name: "Name",
                status: "State",
                amount: "Amount",
                total: "Total",
                date: "Due on",
                file: "Files",
                password: "Password",
                send: "Send offer",
                edit: "Edit",
                delete: "Delete",
                more: "Further acts",
                person: "ليلى حداد",
                company: "Northwind Foods",
                skill: "Translation",
                markdown: "I can begin on **Monday**.\n\n- Plan by Friday\n- First pages the week after\n\n> Two rounds of changes are included.\n\nSee [the brief](https://example.org).",
                states: [
                    "Draft",
                    "Waiting for client",
                    "Paid",
                    "Declined",
                    "In review",
                ],
            },
            Locale::Ar => Self {
                locale,
                now: Instant(jiff::Timestamp::constant(1_795_190_700, 0)),
                gallery: "أجزاء الصفحات",
                title: "إعادة بناء صفحات الطلبات",
                sentence: "أمام العميل ثلاثة أيام لقبول العمل أو طلب تعديلات.",
                name: "الاسم",
                status: "الحالة",
                amount: "المبلغ",
                total: "المجموع",
                date: "موعد التسليم",
                file: "الملفات",
                password: "كلمة المرور",
                send: "أرسل العرض",
                edit: "تعديل",
                delete: "حذف",
                more: "إجراءات أخرى",
                person: "Ana Lopez",
                company: "مطابخ الشام",
                skill: "ترجمة",
                markdown: "أستطيع البدء **يوم الاثنين**.\n\n- الخطة قبل الجمعة\n- الصفحات الأولى في الأسبوع التالي\n\n> جولتان من التعديلات مشمولتان.\n\nانظر [الموجز](https://example.org).",
                states: ["مسودة", "بانتظار العميل", "مدفوع", "مرفوض", "قيد المراجعة"],
            },
        }
    }

    pub fn after(&self, seconds: i64) -> Instant {
        Instant(
            self.now
                .0
                .saturating_add(jiff::SignedDuration::from_secs(seconds))
                .unwrap_or(self.now.0),
        )
    }

    #[expect(clippy::unused_self, reason = "reads as a sample")]
    pub fn usd(&self, minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    pub fn state(&self, tone: Tone) -> &'static str {
        match tone {
            Tone::Neutral => self.states[0],
            Tone::Waiting => self.states[1],
            Tone::Good => self.states[2],
            Tone::Bad => self.states[3],
            Tone::Info => self.states[4],
        }
    }
}
