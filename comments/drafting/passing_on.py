"""Drafts pass on inside a delegation: sent for clearance, given on, cleared or sent back."""

import uuid
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.drafting.acts import lock_comment, locked_comments, return_comment, save_next_version
from comments.models import Comment
from comments.notifications.acts import notify_cleared, notify_clearers, notify_new_holder
from comments.notifications.recipients import colleagues_of
from consultations.keys.idempotency import claim_key
from consultations.rules.access import Access, Act
from delegations.history import write_fields
from delegations.models import User


@transaction.atomic
def send_for_clearance(*, access: Access, comment: Comment) -> Comment:
    """Send a draft for clearance; those who may clear it are told.

    It may also be cleared without this. A second click changes nothing, and neither does one on a
    draft that is cleared.
    """
    stored_comment = lock_comment(comment)
    access.require(Act.SEND_FOR_CLEARANCE, on=stored_comment)
    if stored_comment.sent_for_clearance_at or stored_comment.cleared_at:
        return stored_comment
    stored_comment.sent_for_clearance_at, stored_comment.returned_at = access.moment, None
    notify_clearers(access, stored_comment)
    return save_next_version(access, stored_comment)


@transaction.atomic
def give_draft(*, access: Access, comment: Comment, colleague: User) -> Comment:
    """Give a draft to a colleague of the same delegation, who then works on it and is told.

    The author can be given it back. Rights do not change: everybody in the delegation may still
    edit it.
    """
    stored_comment = lock_comment(comment)
    access.require(Act.GIVE_DRAFT, on=stored_comment)
    if colleague.pk not in {post.user_id for post in colleagues_of(access)}:
        raise ValidationError({"to": _("Choose a colleague of your delegation.")})
    if colleague.pk == stored_comment.holder_id:
        return stored_comment
    stored_comment.given_to = None if colleague.pk == stored_comment.author_id else colleague
    notify_new_holder(access, stored_comment)
    return save_next_version(access, stored_comment)


# --- Several at once -----------------------------------------------------------------------------


# Public id of a draft → the version of it that the page showed.
VersionByPublicId = Mapping[uuid.UUID, int]

# The fields of a draft that clearing it changes.
CLEARED_FIELDS = ("cleared_at", "sent_for_clearance_at", "returned_at", "version")


class DraftsChanged(ValidationError):
    """The error raised when drafts changed since they were shown; `public_ids` are those drafts."""

    def __init__(self, public_ids: Sequence[uuid.UUID]) -> None:
        super().__init__(
            _("Something changed since this page was shown. Please review it again."),
            code="stale",
        )
        self.public_ids = tuple(public_ids)


@transaction.atomic
def clear_comments(
    *, access: Access, comments: Sequence[Comment], versions: VersionByPublicId
) -> list[Comment]:
    """Clear drafts in one act, all of them or none: a fixed number of queries.

    Those cleared already (a second click) stay as they are. Returns those cleared now. Raises
    `DraftsChanged`.
    """
    locked_drafts = _locked_drafts(comments)
    for draft in locked_drafts:
        access.require(Act.CLEAR_COMMENT, on=draft)
    uncleared_drafts = [draft for draft in locked_drafts if draft.cleared_at is None]
    _require_versions(uncleared_drafts, versions)
    for draft in uncleared_drafts:
        draft.cleared_at = access.moment
        draft.sent_for_clearance_at = draft.returned_at = None
        draft.version += 1
    if uncleared_drafts:
        write_fields(uncleared_drafts, fields=CLEARED_FIELDS, by=access)
        notify_cleared(access, uncleared_drafts)
    return uncleared_drafts


@transaction.atomic
def return_comments(
    *,
    access: Access,
    comments: Sequence[Comment],
    versions: VersionByPublicId,
    reason: str,
    form_key: uuid.UUID | None = None,
) -> list[Comment]:
    """Send drafts back to their drafters in one act, each with the same reason as a note on it.

    Who may clear a draft may send it back. The same `form_key` twice (a double click) sends them
    back once. A draft that was sent back already gets this reason too, in whatever version it is.
    Raises `DraftsChanged`, `KeyReused`.
    """
    claim = claim_key(access, form_key, Act.CLEAR_COMMENT, *comments, reason)
    locked_drafts = _locked_drafts(comments)
    if not claim.is_first:
        return locked_drafts
    for draft in locked_drafts:
        access.require(Act.CLEAR_COMMENT, on=draft)
    _require_versions([draft for draft in locked_drafts if draft.returned_at is None], versions)
    return [return_comment(access=access, comment=draft, reason=reason) for draft in locked_drafts]


def _locked_drafts(comments: Sequence[Comment]) -> list[Comment]:
    """The stored drafts, locked in one order, so that two such acts cannot deadlock."""
    comment_ids = [comment.pk for comment in comments]
    return list(locked_comments().filter(pk__in=comment_ids).order_by("pk"))


def _require_versions(drafts: Sequence[Comment], versions: VersionByPublicId) -> None:
    """Raise `DraftsChanged` where a draft is in another version than the one shown."""
    changed_ids = [
        draft.public_id for draft in drafts if versions.get(draft.public_id) != draft.version
    ]
    if changed_ids:
        raise DraftsChanged(changed_ids)
