"""The agenda of a meeting in words, for a digest and for a letter that invites to the meeting."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from comments.threads.citations import (
    ParagraphName,
    ParagraphPositions,
    citation_of_deleted,
    last_paragraph_name_by_id,
)
from consultations.models import Meeting
from consultations.rules.access import Access
from drafts.models import AgendaItem, Paragraph


@dataclass(frozen=True, slots=True)
class AgendaText:
    """A text on the agenda; `entries` name its paragraphs, with notes.

    Where no entry names a paragraph, the whole text is meant: there is no entry, or only notes.
    """

    title: str
    entries: tuple[str, ...]


def agenda_of(
    access: Access, meeting: Meeting, positions: ParagraphPositions
) -> tuple[AgendaText, ...]:
    """The agenda by text, its paragraphs under their present labels."""
    agenda_items = list(meeting.agenda.select_related("draft", "paragraph").order_by("place", "pk"))
    paragraph_ids = [
        agenda_item.paragraph_id for agenda_item in agenda_items if agenda_item.paragraph_id
    ]
    last_names = last_paragraph_name_by_id(
        access,
        [
            paragraph_id
            for paragraph_id in paragraph_ids
            if positions.position_of(paragraph_id) is None
        ],
    )
    items_by_draft_id: dict[int, list[AgendaItem]] = {}
    for agenda_item in agenda_items:
        items_by_draft_id.setdefault(agenda_item.draft_id, []).append(agenda_item)
    return tuple(
        AgendaText(
            items_of_text[0].draft.title, tuple(_entries(items_of_text, positions, last_names))
        )
        for items_of_text in items_by_draft_id.values()
    )


def _entries(
    items_of_text: Sequence[AgendaItem],
    positions: ParagraphPositions,
    last_names: Mapping[int, ParagraphName],
) -> Iterator[str]:
    """The entry of each agenda item on a text: its paragraph, with its note.

    The whole text is called so where paragraphs stand beside it, else only its note is told.
    """
    is_whole_text_named = any(agenda_item.paragraph for agenda_item in items_of_text)
    for agenda_item in items_of_text:
        if agenda_item.paragraph:
            label = _label_of_entry(agenda_item.paragraph, positions, last_names)
        else:
            label = _("Whole text") if is_whole_text_named else ""
        if label and agenda_item.note:
            yield f"{label} ({agenda_item.note})"
        elif label or agenda_item.note:
            yield label or agenda_item.note


def _label_of_entry(
    paragraph: Paragraph, positions: ParagraphPositions, last_names: Mapping[int, ParagraphName]
) -> str:
    """The present label; of a paragraph that left the text its last one, marked as deleted."""
    if position := positions.position_of(paragraph.pk):
        return position.citation
    name_on_desk = ParagraphName(paragraph.label, paragraph.kind, text="")  # never circulated
    return citation_of_deleted(*last_names.get(paragraph.pk, name_on_desk))
