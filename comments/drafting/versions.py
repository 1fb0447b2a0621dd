"""New versions of inputs, which are drafted, cleared and submitted like any draft.

The draft has the number of the input that it is to replace (`Comment.amends`). Until it is
submitted the input stays in force, and nobody outside sees that a new version is being written.
"""

import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from comments.drafting.acts import delete_autosave, lock_comment, locked_comments, save_next_version
from comments.inputs.content import CommentContent, set_content
from comments.models import Comment
from consultations.keys.idempotency import claim_key
from consultations.rules.access import Access, Act
from delegations.history import write, write_fields


@transaction.atomic
def draft_version(
    *,
    access: Access,
    comment: Comment,
    content: CommentContent,
    is_typed: bool = False,
    form_key: uuid.UUID | None = None,
) -> Comment:
    """Draft a new version of a submitted input, on the same wording and for the same body.

    An input from a group's room is drafted in the room again. Content that `is_typed` comes from
    the form on the input: the autosave of that form is deleted. The same `form_key` twice
    returns the first draft. Raises `KeyReused`.
    """
    claim = claim_key(access, form_key, Act.DRAFT_VERSION, comment, content)
    if not claim.is_first:
        return Comment.objects.get(public_id=claim.row_public_id)
    replaced_input = lock_comment(comment)
    access.require(Act.DRAFT_VERSION, on=replaced_input)
    version_draft = Comment(
        public_id=claim.row_public_id,
        consultation_id=replaced_input.consultation_id,
        wording=replaced_input.wording,
        paragraph=replaced_input.paragraph,
        round=replaced_input.round,
        seat=replaced_input.seat,
        # In a room the group's seat, until its coordinator submits the draft.
        filed_by=replaced_input.seat if replaced_input.in_room else access.seat,
        in_room=replaced_input.in_room,
        author=access.user,
        read_in=replaced_input.read_in,
        consent=replaced_input.consent,
        amends=replaced_input.number,
        created_at=access.moment,
        edited_at=access.moment,
    )
    set_content(version_draft, content)
    if is_typed:
        delete_autosave(access=access, wording=replaced_input.wording, comment=replaced_input)
    return write(version_draft, by=access)


def supersede_replaced_inputs(*, access: Access, drafts: Sequence[Comment]) -> dict[int, Comment]:
    """Mark the inputs that these drafts replace as superseded; returns them by draft id.

    For the submission of the drafts, whose rows are locked by then. Raises ValidationError where
    two of them replace one input, or where that input is no longer in force.
    """
    draft_by_seat_and_number = {
        (draft.seat_id, draft.amends): draft for draft in drafts if draft.amends
    }
    if not draft_by_seat_and_number:
        return {}
    if len(draft_by_seat_and_number) < sum(draft.amends is not None for draft in drafts):
        raise ValidationError(
            _("Two of these drafts are new versions of the same input. Submit one of them.")
        )
    conditions = (Q(seat=seat_id, number=number) for seat_id, number in draft_by_seat_and_number)
    replaced_inputs = locked_comments().in_force().filter(Q(*conditions, _connector=Q.OR))
    input_by_seat_and_number = {
        (replaced_input.seat_id, replaced_input.number): replaced_input
        for replaced_input in replaced_inputs
    }
    for seat_and_number, draft in draft_by_seat_and_number.items():
        if seat_and_number not in input_by_seat_and_number:
            raise ValidationError(
                _("%(number)s was withdrawn or replaced. It cannot be replaced again.")
                % {"number": draft.replaced_reference}
            )
        access.require(Act.DRAFT_VERSION, on=input_by_seat_and_number[seat_and_number])
    for replaced_input in input_by_seat_and_number.values():
        replaced_input.superseded_at = access.moment
        replaced_input.version += 1
    write_fields(
        list(input_by_seat_and_number.values()), fields=("superseded_at", "version"), by=access
    )
    return {
        draft.pk: input_by_seat_and_number[seat_and_number]
        for seat_and_number, draft in draft_by_seat_and_number.items()
    }


def locked_version_drafts(comment: Comment) -> list[Comment]:
    """The drafts that are to replace an input, locked. Submission locks in the same order."""
    # `comment` may have been read before it got its number; None would match all plain drafts.
    seat_id, number = Comment.objects.values_list("seat", "number").get(pk=comment.pk)
    if number is None:
        return []
    return list(locked_comments().unsubmitted().filter(seat=seat_id, amends=number).order_by("pk"))


def make_plain_drafts(*, access: Access, drafts: Sequence[Comment]) -> None:
    """Make drafts of new versions plain drafts, to be cleared again: their input is withdrawn."""
    for draft in drafts:
        draft.amends = draft.cleared_at = None
        save_next_version(access, draft)
