"""The proposals under a paragraph on the screen: those that all in the room may read."""

from dataclasses import dataclass

from comments.models import PROPOSING_KINDS, Comment, CommentKind, CommentQuerySet
from consultations.rules.access import Access
from consultations.rules.consent import named
from drafts.desk.on_screen import OnScreen
from drafts.models import Screen
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class ProposalOnScreen:
    """A proposal, and what it changes of the words on the desk.

    None where it is a paragraph of its own, or in another language: its words stand as they are.
    """

    comment: Comment
    changes: Redline | None


def proposals_on_screen(access: Access, shown: OnScreen) -> list[ProposalOnScreen]:
    """In the order of the table, the same to everybody who asks: two queries."""
    rows = _proposals(access, shown.paragraph.pk).select_related("seat")
    return [_shown(row, shown) for row in rows.in_table_order()]


def mark_of_proposals(access: Access, screen: Screen) -> str:
    """Another where other proposals stand on it: an input that was submitted never changes."""
    if not screen.with_proposals or screen.paragraph_id is None:
        return ""
    numbers = _proposals(access, screen.paragraph_id).order_by("pk").values_list("pk", flat=True)
    return ".".join(map(str, numbers))


def _proposals(access: Access, paragraph: int) -> CommentQuerySet:
    """Those that all may read, whoever asks.

    The screen is one for all, so that what some alone may read (rounds for the facilitators,
    rooms of groups, inputs without a name) does not stand on it.
    """
    rounds = access.rounds_readable_by_all(None)
    rows = Comment.objects.visible_to(access).in_force().filter(named(), round__in=list(rounds))
    return rows.filter(paragraph=paragraph, kind__in=PROPOSING_KINDS)


def _shown(row: Comment, shown: OnScreen) -> ProposalOnScreen:
    is_apart = row.kind == CommentKind.ADD_AFTER or row.language != shown.draft.language
    changes = None if is_apart else redline(shown.paragraph.text, row.proposed)
    return ProposalOnScreen(row, changes)
