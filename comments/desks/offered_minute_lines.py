"""The lines of minutes that a delegation is asked to make inputs, and what it made of them."""

from dataclasses import dataclass

from comments.models import Comment, MinuteLine
from consultations.models import Meeting, Seat
from consultations.rules.access import Access
from drafts.models import Wording
from drafts.text.labels import name_of_paragraph


@dataclass(frozen=True, slots=True)
class OfferedMinuteLine:
    """A line, where it was said, and the draft or input that the delegation made of it.

    `spoke_for` is the group in whose name the delegation spoke; None where it spoke for itself. A
    line on no paragraph has no paragraph name and no wording. `comment` is None where there is no
    draft or input, or the draft was discarded.
    """

    line: MinuteLine
    meeting: Meeting
    spoke_for: Seat | None
    paragraph_name: str
    wording: Wording | None
    comment: Comment | None

    @property
    def is_waiting(self) -> bool:
        """Whether the delegation has neither made an input of the line nor declined to."""
        return self.comment is None and self.line.declined_at is None


def offered_minute_lines(access: Access) -> list[OfferedMinuteLine]:
    """The lines that wait for the delegation, then the rest, each newest first: two queries."""
    offered_lines = MinuteLine.objects.offered_to(access).select_related(
        "minutes__meeting", "spoke_for", "comment__seat"
    )
    lines = list(offered_lines.order_by("-said_at", "-pk"))
    wording_by_paragraph_id = _last_wording_by_paragraph_id(
        access, {line.paragraph_id for line in lines if line.paragraph_id}
    )
    listed_lines = [
        # A line on no paragraph has no wording; no paragraph has the id 0.
        _offered_minute_line(line, wording_by_paragraph_id.get(line.paragraph_id or 0))
        for line in lines
    ]
    return sorted(listed_lines, key=lambda line: not line.is_waiting)


def _offered_minute_line(line: MinuteLine, wording: Wording | None) -> OfferedMinuteLine:
    """A line with the last circulated wording of its paragraph."""
    return OfferedMinuteLine(
        line=line,
        meeting=line.minutes.meeting,
        spoke_for=line.spoke_for,
        paragraph_name=name_of_paragraph(wording.label, wording.kind, wording.text)
        if wording
        else "",
        wording=wording,
        comment=line.comment if line.is_taken_up else None,
    )


def _last_wording_by_paragraph_id(access: Access, paragraph_ids: set[int]) -> dict[int, Wording]:
    """The last circulated words of each paragraph."""
    wordings = Wording.objects.visible_to(access).filter(paragraph__in=paragraph_ids)
    last_wordings = wordings.select_related("revision__draft").order_by(
        "paragraph_id", "-revision__number"
    )
    return {wording.paragraph_id: wording for wording in last_wordings.distinct("paragraph_id")}
