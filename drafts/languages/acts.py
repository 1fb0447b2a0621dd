"""The act that writes translations of a circulated text."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from consultations.rules.access import Access, Act
from consultations.web.preconditions import locked_row
from delegations.history import bulk_arguments
from delegations.models import LANGUAGES
from drafts.models import MAX_PARAGRAPH_LENGTH, Revision, Wording, WordingTranslation
from drafts.parsing.file_text import ReadParagraph


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

    `pairs` are wordings of the revision, each with the row of the file that translates it. A later
    import replaces an earlier one, whose words stay in the history. Paragraphs that are not among
    the pairs keep their translation. Needs `revision.draft`.
    """
    access.require(Act.SET_TRANSLATIONS, on=revision)
    _require_valid_pairs(revision, language, status, pairs)
    locked_row(revision)  # two imports at once wait for each other
    wording_ids = [wording.pk for wording, _read_paragraph in pairs]
    stored_translations = WordingTranslation.objects.filter(
        wording__in=wording_ids, language=language
    )
    translation_by_wording_id = {
        translation.wording_id: translation for translation in stored_translations
    }
    new_translations, changed_translations = [], []
    for wording, read_paragraph in pairs:
        values = {
            "status": status,
            # Set in italics at the beginning of the words, so it has to be their beginning.
            "opening": read_paragraph.opening
            if read_paragraph.text.startswith(read_paragraph.opening)
            else "",
            "text": read_paragraph.text,
            "notes": list(read_paragraph.notes),
        }
        translation = translation_by_wording_id.get(wording.pk)
        if translation is None:
            translation = WordingTranslation(wording=wording, language=language, **values)
            translation.recorded_at = access.moment
            new_translations.append(translation)
        elif values != {name: getattr(translation, name) for name in values}:
            for name, value in values.items():
                setattr(translation, name, value)
            translation.recorded_at = access.moment
            changed_translations.append(translation)
    history_arguments = bulk_arguments(access)
    if new_translations:
        bulk_create_with_history(
            new_translations, WordingTranslation, batch_size=500, **history_arguments
        )
    if changed_translations:
        fields = ["status", "opening", "text", "notes", "recorded_at"]
        bulk_update_with_history(
            changed_translations, WordingTranslation, fields, batch_size=500, **history_arguments
        )
    return len(new_translations) + len(changed_translations)


def _require_valid_pairs(
    revision: Revision,
    language: str,
    status: str,
    pairs: Sequence[tuple[Wording, ReadParagraph]],
) -> None:
    """Raise ValidationError where these translations of a revision cannot be written."""
    if language == revision.draft.language or language not in dict(LANGUAGES):
        raise ValidationError(_("Choose an official language other than that of the text."))
    if status not in WordingTranslation.Status:
        raise ValidationError(_("Say whether the translation is official."))
    if not pairs:
        raise ValidationError(_("No row of the file belongs to a paragraph. Nothing was saved."))
    wording_ids = [wording.pk for wording, _read_paragraph in pairs]
    if len(set(wording_ids)) < len(wording_ids):
        raise ValidationError(_("Two rows have the same paragraph. Leave one of them out."))
    if any(wording.revision_id != revision.pk for wording, _read_paragraph in pairs):
        raise ValidationError(_("A row belongs to another revision. Choose the file again."))
    if any(
        not read_paragraph.text.strip() or len(read_paragraph.text) > MAX_PARAGRAPH_LENGTH
        for _wording, read_paragraph in pairs
    ):
        raise ValidationError(_("A row is empty or too long. Correct it."))
