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

from comments.acts.content import CommentContent, set_content
from comments.acts.drafting import (
    forget_autosave,
    lock_comment,
    locked_comments,
    save_next_version,
)
from comments.models import Comment
from consultations.acts.idempotency import claim_key
from consultations.rules.access import Access, Act
from delegations.history import write, write_all


@transaction.atomic
def draft_version(
    *,
    access: Access,
    comment: Comment,
    content: CommentContent,
    form_key: uuid.UUID | None = None,
) -> Comment:
    """Draft a new version of a submitted input, on the same wording and for the same body.

    An input from a group's room is drafted in the room again. The same `form_key` twice
    returns the first draft. Raises `KeyReused`.
    """
    claim = claim_key(access, form_key, Act.DRAFT_VERSION, comment, content)
    if not claim.is_first:
        return Comment.objects.get(public_id=claim.id)
    old = lock_comment(comment)
    access.require(Act.DRAFT_VERSION, on=old)
    new = Comment(
        public_id=claim.id,
        consultation_id=old.consultation_id,
        wording=old.wording,
        paragraph=old.paragraph,
        round=old.round,
        seat=old.seat,
        filed_by=old.seat if old.in_room else access.seat,
        in_room=old.in_room,
        author=access.user,
        read_in=old.read_in,
        consent=old.consent,
        amends=old.number,
        created_at=access.moment,
        edited_at=access.moment,
    )
    set_content(new, content)
    forget_autosave(access=access, wording=old.wording, comment=old)
    return write(new, by=access)


def supersede_standing(*, access: Access, drafts: Sequence[Comment]) -> dict[int, Comment]:
    """Mark the inputs that these drafts replace as superseded; returns them by draft.

    For the submission of the drafts, under their locks. Raises ValidationError where two of them
    replace one input, or where it is no longer in force.
    """
    drafts_by_input = {(draft.seat_id, draft.amends): draft for draft in drafts if draft.amends}
    if not drafts_by_input:
        return {}
    if len(drafts_by_input) < sum(draft.amends is not None for draft in drafts):
        raise ValidationError(
            _("Two of these drafts are new versions of the same input. Submit one of them.")
        )
    either = (Q(seat=seat, number=number) for seat, number in drafts_by_input)
    rows = locked_comments().in_force().filter(Q(*either, _connector=Q.OR))
    inputs = {(row.seat_id, row.number): row for row in rows}
    for key, draft in drafts_by_input.items():
        if key not in inputs:
            raise ValidationError(
                _("%(number)s was withdrawn or replaced. It cannot be replaced again.")
                % {"number": draft.replaces}
            )
        access.require(Act.DRAFT_VERSION, on=inputs[key])
    for row in inputs.values():
        row.superseded_at = access.moment
        row.version += 1
    write_all(list(inputs.values()), fields=("superseded_at", "version"), by=access)
    return {draft.pk: inputs[key] for key, draft in drafts_by_input.items()}


def locked_versions(comment: Comment) -> list[Comment]:
    """The drafts that are to replace an input, locked. Submission locks in the same order."""
    # `comment` may have been read before it got its number; None would match all plain drafts.
    seat, number = Comment.objects.values_list("seat", "number").get(pk=comment.pk)
    if number is None:
        return []
    return list(locked_comments().unsent().filter(seat=seat, amends=number).order_by("pk"))


def release_versions(*, access: Access, drafts: Sequence[Comment]) -> None:
    """Make new versions plain drafts, to be cleared again: the input they replace is gone."""
    for draft in drafts:
        draft.amends = draft.cleared_at = None
        save_next_version(access, draft)
