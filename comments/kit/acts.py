"""Writes the confirmed rows of a file as drafts: all of them or none. Submits nothing."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from uuid import UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.drafting.acts import draft_comment, edit_comment
from comments.kit.changes import RowOutcome, RowState
from comments.models import Comment
from consultations.models import KeyReused
from consultations.rules.access import Access
from drafts.desk.acts import StaleVersion
from drafts.models import Paragraph

FILE, LEAVE_OUT = "file", "out"  # anything else: what stands online
"""What a person chooses for a row: the version in the file, the one online, or neither."""


def outcomes_to_import(
    outcomes: Iterable[RowOutcome], choice_by_row_name: Mapping[str, str]
) -> list[RowOutcome]:
    """The rows to write: new and changed ones unless left out; a conflict if the file is chosen."""
    chosen_outcomes = []
    for outcome in outcomes:
        choice = choice_by_row_name.get(outcome.row_name, "")
        is_conflict = outcome.state is RowState.CONFLICT
        if (outcome.will_be_written and choice != LEAVE_OUT) or (is_conflict and choice == FILE):
            chosen_outcomes.append(outcome)
    return chosen_outcomes


@transaction.atomic
def apply_rows(*, access: Access, outcomes: Iterable[RowOutcome], language: str) -> int:
    """Write each row: into its draft, or as a new one. Returns how many there were.

    Raises StaleVersion where somebody saved meanwhile, Refused, and ValidationError naming the
    paragraph; then nothing is written.
    """
    outcomes = list(outcomes)
    comment_by_public_id = _comment_by_public_id(access, outcomes)
    for outcome in outcomes:
        stored_input = outcome.stored_input
        comment = comment_by_public_id.get(stored_input.public_id) if stored_input else None
        try:
            if stored_input is not None and not stored_input.is_submitted:
                if comment is None:  # somebody discarded it meanwhile
                    raise StaleVersion(None)
                _edit_draft(access, outcome, comment, stored_input.version)
            else:
                _create_draft(access, outcome, language, comment.move_after if comment else None)
        except StaleVersion:
            raise
        except ValidationError as error:
            message = " ".join(error.messages)
            paragraph_name = (
                outcome.paragraph.name if outcome.paragraph else str(outcome.row.number)
            )
            raise ValidationError(
                _("%(place)s: %(told)s") % {"place": paragraph_name, "told": message}
            )
    return len(outcomes)


def _comment_by_public_id(access: Access, outcomes: Iterable[RowOutcome]) -> dict[UUID, Comment]:
    """The own drafts that the rows change, and those of rows that were submitted: one query."""
    public_ids = [
        outcome.stored_input.public_id for outcome in outcomes if outcome.stored_input is not None
    ]
    own_comments = Comment.objects.visible_to(access).filter(
        filed_by=access.seat, public_id__in=public_ids
    )
    comments_to_write = own_comments.select_related("seat", "move_after")
    return {comment.public_id: comment for comment in comments_to_write}


def _edit_draft(access: Access, outcome: RowOutcome, draft: Comment, version: int) -> None:
    """Write a row into its draft; `version` is the one with which the row was compared."""
    # A consent that stays as it is must not be checked again: the round may offer it no longer.
    keeps_consent = outcome.fields.consent == draft.consent
    fields = replace(outcome.fields, consent="") if keeps_consent else outcome.fields
    edit_comment(
        access=access,
        comment=draft,
        version=version,
        content=fields.content(language=draft.language, move_after=draft.move_after),
        seat=draft.seat,
    )


def _create_draft(
    access: Access, outcome: RowOutcome, language: str, move_after: Paragraph | None
) -> None:
    """Write a new draft, also where the same one was imported before and discarded since.

    `move_after` is the paragraph that a move names: a file does not say it.
    """
    assert outcome.paragraph is not None  # a row without a paragraph is not imported
    form_key = outcome.form_key or uuid4()
    group_seat = next(
        (
            seat
            for seat in access.coordinated_seats
            if seat.public_id == outcome.group_seat_public_id
        ),
        None,
    )
    if outcome.group_seat_public_id and group_seat is None:
        raise ValidationError(_("Your delegation no longer submits for the group of this draft."))
    while True:
        # KeyReused: the key has another draft, imported before in another language or for a group.
        with suppress(KeyReused):
            draft = draft_comment(
                access=access,
                wording=outcome.paragraph.wording,
                content=outcome.fields.content(language=language, move_after=move_after),
                read_in=outcome.paragraph.wording.revision.draft.language,
                seat=group_seat,
                form_key=form_key,
            )
            if draft.discarded_at is None:
                return
        # Another key, always the same after this one: a second upload of the file finds its draft.
        form_key = uuid5(form_key, "again")
