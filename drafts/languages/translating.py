"""The act that writes translations of a circulated text."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from consultations.rules.access import Access, Act
from delegations.models import LANGUAGES
from drafts.models import MAX_PARAGRAPH_LENGTH, Revision, Wording, WordingTranslation
from drafts.readers.proposal import ReadParagraph


@transaction.atomic
def set_translations(
    *,
    access: Access,
    revision: Revision,
    language: str,
    status: str,
    pairs: Sequence[tuple[Wording, ReadParagraph]],
) -> int:
    """Write translations of the paragraphs of a revision; returns how many changed.

    A later import replaces an earlier one, whose words stay in the history. Paragraphs that are
    not among the pairs keep their translation. Needs `revision.draft`.
    """
    access.require(Act.SET_TRANSLATIONS, on=revision)
    _require_sense(revision, language, status, pairs)
    wordings = [wording.pk for wording, _row in pairs]
    stored = WordingTranslation.objects.select_for_update().filter(
        wording__in=wordings, language=language
    )
    by_wording = {row.wording_id: row for row in stored}
    new, changed = [], []
    for wording, read in pairs:
        values = {
            "status": status,
            "opening": read.opening if read.text.startswith(read.opening) else "",
            "text": read.text,
            "notes": list(read.notes),
        }
        row = by_wording.get(wording.pk)
        if row is None:
            row = WordingTranslation(wording=wording, language=language, **values)
            row.recorded_at = access.moment
            new.append(row)
        elif values != {name: getattr(row, name) for name in values}:
            for name, value in values.items():
                setattr(row, name, value)
            row.recorded_at = access.moment
            changed.append(row)
    history_arguments = {
        "default_user": access.user,
        "default_change_reason": access.capacity_words,
    }
    if new:
        bulk_create_with_history(new, WordingTranslation, batch_size=500, **history_arguments)
    if changed:
        fields = ["status", "opening", "text", "notes", "recorded_at"]
        bulk_update_with_history(
            changed, WordingTranslation, fields, batch_size=500, **history_arguments
        )
    return len(new) + len(changed)


def _require_sense(
    revision: Revision,
    language: str,
    status: str,
    pairs: Sequence[tuple[Wording, ReadParagraph]],
) -> None:
    if language == revision.draft.language or language not in dict(LANGUAGES):
        raise ValidationError(_("Choose an official language other than that of the text."))
    if status not in WordingTranslation.Status:
        raise ValidationError(_("Say whether the translation is official."))
    if not pairs:
        raise ValidationError(_("No row of the file belongs to a paragraph. Nothing was saved."))
    keys = [wording.pk for wording, _row in pairs]
    if len(set(keys)) < len(keys):
        raise ValidationError(_("Two rows have the same paragraph. Leave one of them out."))
    if any(wording.revision_id != revision.pk for wording, _row in pairs):
        raise ValidationError(_("A row belongs to another revision. Choose the file again."))
    if any(
        not read.text.strip() or len(read.text) > MAX_PARAGRAPH_LENGTH for _wording, read in pairs
    ):
        raise ValidationError(_("A row is empty or too long. Correct it."))
