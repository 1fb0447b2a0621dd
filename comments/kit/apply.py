"""What was confirmed becomes drafts: all of it or nothing, and never a submission."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.acts.drafting import draft_comment, edit_comment
from comments.kit.changes import RowOutcome, RowState
from comments.models import Comment
from consultations.models import KeyReused
from consultations.rules.access import Access

FILE, ONLINE, OUT = "file", "online", "out"
"""What a person chooses for a row: the file's words, those on line, or to leave it out."""


def wanted(outcomes: Iterable[RowOutcome], choices: Mapping[str, str]) -> list[RowOutcome]:
    """The rows that are written: new and changed ones unless left out, conflicts where chosen."""
    found = []
    for row in outcomes:
        chosen = choices.get(row.key, "")
        if (row.writes and chosen != OUT) or (row.state is RowState.CONFLICT and chosen == FILE):
            found.append(row)
    return found


@transaction.atomic
def apply_rows(*, access: Access, rows: Iterable[RowOutcome], language: str) -> int:
    """Write each row as a draft that awaits clearance; how many there were.

    Raises StaleVersion where somebody saved meanwhile, Refused, and ValidationError with the
    paragraph that it is about; then nothing was written.
    """
    rows = list(rows)
    drafts = _drafts(access, rows)
    for row in rows:
        try:
            if row.stored is not None and not row.stored.is_sent:
                _edit(access, row, drafts[row.stored.id], row.stored.version)
            else:
                _draft(access, row, language)
        except ValidationError as error:
            told = " ".join(error.messages)
            place = row.spot.label if row.spot else str(row.line.place)
            raise ValidationError(_("%(place)s: %(told)s") % {"place": place, "told": told})
    return len(rows)


def _drafts(access: Access, rows: Iterable[RowOutcome]) -> dict[UUID, Comment]:
    ids = [row.stored.id for row in rows if row.stored is not None]
    own = Comment.objects.visible_to(access).filter(filed_by=access.seat, public_id__in=ids)
    return {row.public_id: row for row in own.select_related("seat", "move_after")}


def _edit(access: Access, row: RowOutcome, draft: Comment, version: int) -> None:
    is_allowed_still = row.said.consent == draft.consent
    said = replace(row.said, consent="") if is_allowed_still else row.said
    edit_comment(
        access=access,
        comment=draft,
        version=version,
        content=said.content(language=draft.language, move_after=draft.move_after),
        seat=draft.seat,
    )


def _draft(access: Access, row: RowOutcome, language: str) -> None:
    """A new draft. Where the same was taken in before and discarded since, it is written again."""
    assert row.spot is not None  # a row without a place is never wanted
    key = row.form_key or uuid4()
    group = next((seat for seat in access.group_seats if seat.public_id == row.group), None)
    if row.group and group is None:
        raise ValidationError(_("Your delegation no longer submits for the group of this draft."))
    while True:
        with suppress(KeyReused):  # taken in before in another language, or for another body
            draft = draft_comment(
                access=access,
                wording=row.spot.wording,
                content=row.said.content(language=language),
                read_in=row.spot.wording.revision.draft.language,
                seat=group,
                form_key=key,
            )
            if draft.discarded_at is None:
                return
        key = uuid5(key, "again")
