"""Copy the words of another delegation's input into an own draft."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.acts.content import CommentContent
from comments.acts.drafting import draft_comment, write_note
from comments.models import PROPOSING_KINDS, Comment
from consultations.models import Seat
from consultations.rules.access import Access, Act, Refused


@transaction.atomic
def copy_proposal(*, access: Access, comment: Comment) -> Comment:
    """Begin an own draft with the wording that another delegation proposes.

    A note says on whose input it is based; it stays inside the delegation, also after submission.
    The reason is not copied. If an own draft has the same words already, it is returned.
    Needs `seat`, `round` and `wording__revision__draft`.
    """
    access.require(Act.READ_COMMENT, on=comment)
    access.require(Act.DRAFT_COMMENT)
    if access.has_on_record(comment):
        raise Refused(_("This is your own input."))
    # Not submitted: a draft in the room of a group, which its members read.
    if comment.kind not in PROPOSING_KINDS or not comment.submitted_at:
        raise ValidationError(_("This input proposes no wording. There is nothing to copy."))
    if comment.withdrawn_at or comment.superseded_at:
        raise ValidationError(_("This input was withdrawn or replaced."))
    assert access.seat is not None  # only who has a seat may draft
    # The lock makes one draft of two clicks at once.
    Seat.objects.select_for_update(no_key=True).get(pk=access.seat.pk)
    own_drafts = (
        Comment.objects.visible_to(access).unsubmitted().filter(seat=access.seat, in_room=False)
    )
    drafts_with_same_words = own_drafts.filter(
        wording=comment.wording, kind=comment.kind, proposed=comment.proposed
    )
    if (existing_draft := drafts_with_same_words.first()) is not None:
        return existing_draft
    draft = draft_comment(
        access=access,
        wording=comment.wording,
        content=CommentContent(
            kind=comment.kind,
            type=comment.type,
            proposed=comment.proposed,
            rationale="",
            language=comment.language,
        ),
        read_in=comment.read_in,
    )
    names_in_note = {"number": comment.reference, "name": comment.seat.name_for_reader}
    write_note(
        access=access, comment=draft, text=_("Based on %(number)s, %(name)s.") % names_in_note
    )
    return draft
