"""Clear or send back several drafts in one act, in the versions that the page showed."""

import uuid
from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.acts.drafting import locked_comments, return_comment
from comments.acts.turns import tell_ready
from comments.models import Comment
from consultations.acts.idempotency import claim_key
from consultations.rules.access import Access, Act
from delegations.history import write_all

# Public id → the version that was shown.
Versions = Mapping[uuid.UUID, int]
CLEARED_FIELDS = ("cleared_at", "sent_for_clearance_at", "returned_at", "version")


class ChangedSince(ValidationError):
    """The error raised when drafts changed since they were shown; `ids` are those drafts."""

    def __init__(self, ids: Sequence[uuid.UUID]) -> None:
        super().__init__(
            _("Something changed since this page was shown. Please review it again."),
            code="stale",
        )
        self.ids = tuple(ids)


@transaction.atomic
def clear_comments(
    *, access: Access, comments: Sequence[Comment], versions: Versions
) -> list[Comment]:
    """Clear drafts in one act, all of them or none: a fixed number of queries.

    Those cleared already (a second click) stay as they are. Raises `ChangedSince`.
    """
    locked = _locked_drafts(comments)
    for row in locked:
        access.require(Act.CLEAR_COMMENT, on=row)
    rows = [row for row in locked if row.cleared_at is None]
    _require_versions(rows, versions)
    for row in rows:
        row.cleared_at = access.moment
        row.sent_for_clearance_at = row.returned_at = None
        row.version += 1
    if rows:
        write_all(rows, fields=CLEARED_FIELDS, by=access)
        tell_ready(access, rows)
    return rows


@transaction.atomic
def return_comments(
    *,
    access: Access,
    comments: Sequence[Comment],
    versions: Versions,
    reason: str,
    form_key: uuid.UUID | None = None,
) -> list[Comment]:
    """Send drafts back to their drafters in one act, each with the same reason as a note on it.

    The same `form_key` twice (a double click) sends them back once. Raises `ChangedSince`,
    `KeyReused`.
    """
    claim = claim_key(access, form_key, Act.CLEAR_COMMENT, *comments, reason)
    rows = _locked_drafts(comments)
    if not claim.is_first:
        return rows
    for row in rows:
        access.require(Act.CLEAR_COMMENT, on=row)
    _require_versions([row for row in rows if row.returned_at is None], versions)
    return [return_comment(access=access, comment=row, reason=reason) for row in rows]


def _locked_drafts(comments: Sequence[Comment]) -> list[Comment]:
    keys = [comment.pk for comment in comments]
    return list(locked_comments().filter(pk__in=keys).order_by("pk"))


def _require_versions(rows: Sequence[Comment], versions: Versions) -> None:
    changed = [row.public_id for row in rows if versions.get(row.public_id) != row.version]
    if changed:
        raise ChangedSince(changed)
