"""New versions of inputs on their way: drafted, cleared and submitted like any draft.

The draft carries the number of the input that it is to replace (`Comment.amends`). Until it is
submitted the input stands, and nobody outside sees that another version is being written.
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
    write_next,
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
    """Draft what is to replace a submitted input, on the same wording and for the same body.

    What came out of a group's room is drafted in the room again. The same `form_key` twice
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
    """Mark the inputs that these drafts replace as superseded; by draft, what each replaces.

    Call it where the drafts are submitted, under their locks. Raises ValidationError where two
    of them replace one input, or where it no longer stands.
    """
    wanted = {(draft.seat_id, draft.amends): draft for draft in drafts if draft.amends}
    if not wanted:
        return {}
    if len(wanted) < sum(draft.amends is not None for draft in drafts):
        raise ValidationError(
            _("Two of these drafts are new versions of the same input. Submit one of them.")
        )
    places = Q(*(Q(seat=seat, number=number) for seat, number in wanted), _connector=Q.OR)
    rows = locked_comments().in_force().filter(places)
    standing = {(row.seat_id, row.number): row for row in rows}
    for place, draft in wanted.items():
        if place not in standing:
            raise ValidationError(
                _("%(number)s was withdrawn or replaced. It cannot be replaced again.")
                % {"number": draft.replaces}
            )
        access.require(Act.DRAFT_VERSION, on=standing[place])
    for row in standing.values():
        row.superseded_at = access.moment
        row.version += 1
    write_all(list(standing.values()), fields=("superseded_at", "version"), by=access)
    return {draft.pk: standing[place] for place, draft in wanted.items()}


def locked_versions(comment: Comment) -> list[Comment]:
    """The drafts that are to replace an input, locked before it is, as a submission does."""
    # The row at hand may be older than its number; without one, all plain drafts would be meant.
    seat, number = Comment.objects.values_list("seat", "number").get(pk=comment.pk)
    if number is None:
        return []
    return list(locked_comments().unsent().filter(seat=seat, amends=number).order_by("pk"))


def set_free(*, access: Access, drafts: Sequence[Comment]) -> None:
    """The input that they were to replace is gone: drafts of their own, to be cleared anew."""
    for draft in drafts:
        draft.amends = draft.cleared_at = None
        write_next(access, draft)
