"""Which words changed on the desk between two moments, read from its steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consultations.rules.access import Access
from drafts.models import DeskStep, Paragraph
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class WordsChanged:
    """The words of a paragraph before and after; empty where it was not in the text."""

    paragraph: Paragraph
    before: str
    after: str

    @property
    def redline(self) -> Redline:
        return redline(self.before, self.after)


def changed_between(access: Access, start: datetime, end: datetime) -> list[WordsChanged]:
    """The paragraphs of all texts whose words differ at the end, in order: two queries.

    Undone steps do not count. A reader who may not read the working text gets nothing.
    """
    steps = DeskStep.objects.visible_to(access).filter(
        made_at__gte=start, made_at__lte=end, undone_at=None
    )
    texts = _texts_before_and_after(steps.order_by("draft", "number"))
    rows = Paragraph.objects.visible_to(access).filter(public_id__in=texts)
    ordered = rows.select_related("draft").order_by("draft__place", "draft", "place", "pk")
    changes = [WordsChanged(row, *texts[str(row.public_id)]) for row in ordered]
    return [change for change in changes if change.before != change.after]


def _texts_before_and_after(steps: Iterable[DeskStep]) -> dict[str, tuple[str, str]]:
    """Public id → the words before the first of the steps that changed it, and after the last.

    A step that strikes or restores records no words: they are those of the steps around it.
    """
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for step in steps:
        for key, state in step.after.items():
            earlier = step.before.get(key)
            if "text" in (state or {}):
                first.setdefault(key, (earlier or {}).get("text", ""))
                last[key] = state["text"]
    return {key: (first[key], last[key]) for key in first}
