"""Which words of the working text changed between two moments, read from the steps of the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consultations.rules.access import Access
from drafts.models import DeskStep, Paragraph
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class WordsChanged:
    """The words of a paragraph before and after; `text_before` is empty for an added paragraph."""

    paragraph: Paragraph
    text_before: str
    text_after: str

    @property
    def redline(self) -> Redline:
        return redline(self.text_before, self.text_after)


def word_changes_between(
    access: Access, start_moment: datetime, end_moment: datetime
) -> list[WordsChanged]:
    """The paragraphs whose words differ at the end, of all texts of the consultation, in order.

    For the minutes of a meeting. Two queries. Undone steps do not count. Who may not read the
    working text gets nothing.
    """
    steps = DeskStep.objects.visible_to(access).filter(
        made_at__gte=start_moment, made_at__lte=end_moment, undone_at=None
    )
    texts_by_public_id = _texts_before_and_after(steps.order_by("draft", "number"))
    paragraphs = Paragraph.objects.visible_to(access).filter(public_id__in=texts_by_public_id)
    ordered = paragraphs.select_related("draft").order_by("draft__place", "draft", "place", "pk")
    changes = [
        WordsChanged(paragraph, *texts_by_public_id[str(paragraph.public_id)])
        for paragraph in ordered
    ]
    return [change for change in changes if change.text_before != change.text_after]


def _texts_before_and_after(steps: Iterable[DeskStep]) -> dict[str, tuple[str, str]]:
    """Public id → the words before the first of the steps that changed it, and after the last.

    A step that strikes or restores a paragraph records no words, and so changes none here.
    """
    text_before: dict[str, str] = {}
    text_after: dict[str, str] = {}
    for step in steps:
        for public_id, new_fields in step.after.items():
            old_fields = step.before.get(public_id)
            if "text" in new_fields:
                text_before.setdefault(public_id, (old_fields or {}).get("text", ""))
                text_after[public_id] = new_fields["text"]
    return {public_id: (text_before[public_id], text_after[public_id]) for public_id in text_before}
