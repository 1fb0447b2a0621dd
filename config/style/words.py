"""The words of the style page, in both directions of writing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The words of one direction: some of a text, some of the pages. They are invented."""

    language: str
    direction: str
    code: str  # of the delegation
    delegation: str
    group: str
    opening: str  # the first words of the text, which are set in italics
    text: str
    bracketed: str  # a text with words in square brackets
    # Pieces: what was done ("=" kept, "+" inserted, "-" deleted), and the words.
    redline: tuple[tuple[str, str], ...]
    heading: str
    sentence: str
    title: str
    button: str
    other_button: str
    late: str
    new: str
    moment: str
    options: tuple[str, str, str]  # labels of a choice


ENGLISH = Words(
    language="en",
    direction="ltr",
    code="PT",
    delegation="Portugal",
    group="African Group",
    opening="Adopt",
    text="Adopt national plans, with means and a timetable, and review them every four years;",
    bracketed="Adopt national plans [and budgets], and review them [every four] [every two] years;",
    redline=(
        ("=", "Adopt national plans, with "),
        ("+", "adequate "),
        ("=", "means and a timetable, and review them every "),
        ("-", "four"),
        ("+", "two"),
        ("=", " years;"),
    ),
    heading="Prevention of trafficking",
    sentence="Several States have a plan already, and report on it.",
    title="Plan of Action",
    button="Send for clearance",
    other_button="Keep as draft",
    late="late",
    new="new",
    moment="3 May 2010, 12:00 New York",
    options=("New wording", "Support", "Delete"),
)
ARABIC = Words(
    language="ar",
    direction="rtl",
    code="PT",
    delegation="البرتغال",
    group="المجموعة الأفريقية",
    opening="اعتماد",
    text="اعتماد خطط وطنية، مع الوسائل والجدول الزمني، واستعراضها كل أربع سنوات؛",
    bracketed="اعتماد خطط وطنية [وميزانيات]، واستعراضها [كل أربع سنوات] [كل سنتين]؛",
    redline=(
        ("=", "اعتماد خطط وطنية، مع الوسائل "),
        ("+", "الكافية "),
        ("=", "والجدول الزمني، واستعراضها كل "),
        ("-", "أربع سنوات"),
        ("+", "سنتين"),
        ("=", "؛"),
    ),
    heading="منع الاتجار بالأشخاص",
    sentence="لدى عدة دول خطة بالفعل، وهي تقدم تقارير عنها.",
    title="خطة العمل",
    button="إرسال للموافقة",
    other_button="حفظ كمسودة",
    late="متأخر",
    new="جديد",
    moment="3 أيار/مايو 2010، 12:00 نيويورك",
    options=("صياغة جديدة", "تأييد", "حذف"),
)
SIDES = (ENGLISH, ARABIC)
