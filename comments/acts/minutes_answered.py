"""How a delegation answers when it is asked to make an input of a line of the minutes.

It makes a draft of what it said at the meeting, or declines.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.acts.content import CommentContent
from comments.acts.drafting import draft_comment
from comments.models import Comment, CommentKind, MinuteLine
from consultations.rules.access import Access, Act
from delegations.history import write
from drafts.models import Wording


@transaction.atomic
def draft_from_line(*, access: Access, line: MinuteLine) -> Comment:
    """Begin an own draft with the words of the minutes, on the last circulated wording.

    It is edited, cleared and submitted like any other; only then is it an input. The second time
    returns the same draft. Raises ValidationError where the paragraph was not circulated, or no
    round asks for inputs; Refused, as `draft_comment` does, where the round takes none.
    """
    stored_line = _locked_line(access, line)
    # A line that is taken up has a comment; the second condition is for the type checker.
    if stored_line.is_taken_up and stored_line.comment is not None:
        return stored_line.comment
    wording = _last_wording(access, stored_line)
    content = CommentContent(
        kind=CommentKind.COMMENT,
        rationale=stored_line.words,
        language=wording.revision.draft.language,
    )
    seat = stored_line.spoke_for if _coordinates_group_of(access, stored_line) else None
    stored_line.comment = draft_comment(access=access, wording=wording, content=content, seat=seat)
    stored_line.declined_at = None
    write(stored_line, by=access)
    return stored_line.comment


@transaction.atomic
def decline_line(*, access: Access, line: MinuteLine) -> MinuteLine:
    """Decline to make an input of a line; the minutes keep it as it is.

    Raises ValidationError where a draft or an input was made of it.
    """
    access.require(Act.ANSWER_MINUTES, on=line)
    stored_line = _locked_line(access, line)
    if stored_line.is_taken_up:
        raise ValidationError(_("Your delegation made a draft of it. Discard that first."))
    stored_line.declined_at = access.moment
    return write(stored_line, by=access)


def _locked_line(access: Access, line: MinuteLine) -> MinuteLine:
    """The stored line, locked. Raises ValidationError if it is not offered to this delegation."""
    offered_lines = MinuteLine.objects.offered_to(access)
    offered_lines = offered_lines.select_related(
        "minutes__meeting", "comment", "spoke_for", "paragraph__draft"
    )
    locked_line = offered_lines.select_for_update(of=("self",)).filter(pk=line.pk).first()
    if locked_line is None:
        raise ValidationError(_("This line is no longer there."))
    return locked_line


def _last_wording(access: Access, line: MinuteLine) -> Wording:
    """The last circulated wording of the line's paragraph. Raises ValidationError without one."""
    wordings = Wording.objects.visible_to(access).filter(paragraph=line.paragraph_id)
    last_wording = (
        wordings.select_related("revision__draft", "paragraph")
        .order_by("-revision__number")
        .first()
    )
    if last_wording is None:
        raise ValidationError(_("This paragraph was not circulated yet."))
    return last_wording


def _coordinates_group_of(access: Access, line: MinuteLine) -> bool:
    """Whether this delegation coordinates the group for which it spoke."""
    return line.spoke_for_id in {seat.pk for seat in access.coordinated_seats}
