"""The proposals under a paragraph on the screen of a meeting: those that everybody may read."""

from dataclasses import dataclass

from comments.models import PROPOSING_KINDS, Comment, CommentKind, CommentQuerySet
from consultations.rules.access import Access
from consultations.rules.consent import attributed_filter
from drafts.models import Screen
from drafts.screen.queries import ScreenContent
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class ProposalOnScreen:
    """A proposal, and what it changes of the words on the desk.

    `redline` is None where it adds a paragraph, or is in another language.
    """

    comment: Comment
    redline: Redline | None


def proposals_on_screen(access: Access, screen_content: ScreenContent) -> list[ProposalOnScreen]:
    """The proposals in the order of the table, the same for every reader: two queries."""
    comments = _public_proposals(access, screen_content.paragraph.pk).select_related("seat")
    return [_proposal_on_screen(comment, screen_content) for comment in comments.in_table_order()]


def mark_of_proposals(access: Access, screen: Screen) -> str:
    """A mark that changes when other proposals are shown; the words of each never change.

    Empty where the screen shows none.
    """
    if not screen.with_proposals or screen.paragraph_id is None:
        return ""
    comments = _public_proposals(access, screen.paragraph_id).order_by("pk")
    return ".".join(map(str, comments.values_list("pk", flat=True)))


def _public_proposals(access: Access, paragraph_id: int) -> CommentQuerySet:
    """The proposals that everybody may read, whoever asks.

    Everybody sees the same screen, so that what only some may read (rounds for the facilitators,
    rooms of groups, inputs without a name) is not shown on it.
    """
    rounds = access.rounds_readable_by_all(rounds=None)  # None: looked up
    comments = (
        Comment.objects.visible_to(access)
        .in_force()
        .filter(attributed_filter(), round__in=list(rounds))
    )
    return comments.filter(paragraph=paragraph_id, kind__in=PROPOSING_KINDS)


def _proposal_on_screen(comment: Comment, screen_content: ScreenContent) -> ProposalOnScreen:
    """A proposal beside the paragraph on the screen."""
    is_not_compared = (
        comment.kind == CommentKind.ADD_AFTER or comment.language != screen_content.draft.language
    )
    redline_of_words = (
        None if is_not_compared else redline(screen_content.paragraph.text, comment.proposed)
    )
    return ProposalOnScreen(comment, redline_of_words)
